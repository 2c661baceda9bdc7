//! What a namespace grants: LimitRange defaults and ResourceQuota bounds; and the access modes of claims.

use crate::kubernetes::object::labels_of;
use crate::kubernetes::quantity::Quantity;
use crate::yaml::NodeRef;
use std::collections::BTreeMap;

/// Requests that a LimitRange gives to containers that name none: `defaultRequest`, else `default`, else `max` as the
/// default limit, else `min` (`SetDefaults_LimitRangeItem`, Kubernetes 1.34).
#[must_use]
pub fn default_requests(root: NodeRef<'_>) -> BTreeMap<String, Quantity> {
    let limits = root.at("spec.limits").into_iter().flat_map(NodeRef::items);
    let mut found = BTreeMap::new();
    for limit in limits.filter(|limit| limit.get("type").and_then(NodeRef::str).as_deref() == Some("Container")) {
        for amounts in ["defaultRequest", "default", "max", "min"].into_iter().filter_map(|key| limit.get(key)) {
            for (resource, amount) in quantities(amounts) {
                found.entry(resource).or_insert(amount);
            }
        }
    }
    found
}

/// A ResourceQuota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// `spec.hard` as written, such as `requests.cpu`.
    pub hard: BTreeMap<String, Quantity>,
    /// It counts some pods only (`scopes`, `scopeSelector`).
    pub scoped: bool,
}

impl Quota {
    /// Reads the spec; amounts that do not parse are left out.
    #[must_use]
    pub fn read(root: NodeRef<'_>) -> Self {
        let present = |path: &str| root.at(path).is_some_and(|node| !node.is_null());
        Self {
            hard: root.at("spec.hard").map(quantities).unwrap_or_default(),
            scoped: present("spec.scopes") || present("spec.scopeSelector"),
        }
    }
}

fn quantities(node: NodeRef<'_>) -> BTreeMap<String, Quantity> {
    let texts = labels_of(node).into_iter();
    texts.filter_map(|(resource, text)| Some((resource, Quantity::parse(&text).ok()?))).collect()
}

/// The access modes of a PersistentVolumeClaim or of a claim template.
#[must_use]
pub fn access_modes(claim: NodeRef<'_>) -> Vec<String> {
    let modes = claim.at("spec.accessModes").into_iter().flat_map(NodeRef::items);
    modes.filter_map(|mode| Some(mode.str()?.into_owned())).collect()
}
