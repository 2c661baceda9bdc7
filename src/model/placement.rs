//! Where a pod may land: affinity terms and topology spread constraints.

use crate::kubernetes::selector::{LabelSelector, Labels};
use k8s_openapi::api::core::v1 as core;

/// One pod affinity or anti-affinity term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffinityTerm {
    /// Path inside the pod spec.
    pub path: String,
    /// True for `requiredDuringScheduling…`.
    pub required: bool,
    /// `None`: null, which matches no pod.
    pub selector: Option<LabelSelector>,
    /// `namespaces`.
    pub namespaces: Vec<String>,
    /// `namespaceSelector`; `None` when null.
    pub namespace_selector: Option<LabelSelector>,
    /// `topologyKey`.
    pub topology_key: String,
    /// `matchLabelKeys`: only pods with the incoming pod's own values of these labels count.
    pub match_label_keys: Vec<String>,
    /// `mismatchLabelKeys`: only pods with other values of these labels count.
    pub mismatch_label_keys: Vec<String>,
}

impl AffinityTerm {
    /// Whether the term looks at pods of `namespace`, for a pod that lives in `own`. `None` when the manifests do not
    /// decide it: an unknown namespace, or a namespace selector other than `{}`.
    #[must_use]
    pub fn covers(&self, namespace: Option<&str>, own: Option<&str>) -> Option<bool> {
        if self.namespaces.is_empty() && self.namespace_selector.is_none() {
            return match (namespace, own) {
                (Some(namespace), Some(own)) => Some(namespace == own),
                _ => Some(true),
            };
        }
        match &self.namespace_selector {
            Some(selector) if selector.is_empty() => return Some(true),
            _ => {}
        }
        let namespace = namespace?;
        if self.namespaces.iter().any(|listed| listed == namespace) {
            return Some(true);
        }
        match &self.namespace_selector {
            None => Some(false),
            Some(selector) => selector.excludes_by_name(namespace).then_some(false),
        }
    }

    /// Whether the term counts the replicas of a pod with these labels: the API server adds the labels of
    /// `mismatchLabelKeys` as `NotIn`, so a term with one that the pod carries never counts its own kind.
    #[must_use]
    pub fn selects_own(&self, labels: &Labels) -> bool {
        self.selector.as_ref().is_some_and(|selector| selector.matches(labels))
            && !self.mismatch_label_keys.iter().any(|key| labels.contains_key(key))
    }

    /// Whether pods of an older rollout are left out (`matchLabelKeys: [pod-template-hash]`).
    #[must_use]
    pub fn is_per_revision(&self) -> bool {
        self.match_label_keys.iter().any(|key| matches!(key.as_str(), "pod-template-hash" | "controller-revision-hash"))
    }
}

impl LabelSelector {
    /// Whether a namespace selector certainly excludes a namespace, known from the label that every namespace
    /// carries since 1.22.
    fn excludes_by_name(&self, namespace: &str) -> bool {
        self.requirements.iter().any(|requirement| {
            requirement.key == "kubernetes.io/metadata.name" && !requirement.values.is_empty() && {
                let labels = Labels::from([(requirement.key.clone(), namespace.to_owned())]);
                !requirement.matches(&labels)
            }
        })
    }
}

/// One topology spread constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// Path inside the pod spec.
    pub path: String,
    /// `None`: null or not decodable, which counts nothing.
    pub selector: Option<LabelSelector>,
    /// `topologyKey`.
    pub topology_key: String,
    /// `DoNotSchedule`, rather than `ScheduleAnyway`.
    pub hard: bool,
    /// `maxSkew`.
    pub max_skew: i64,
    /// `minDomains`; 1 by default.
    pub min_domains: i64,
}

impl Spread {
    pub(crate) fn from_api(index: usize, constraint: &core::TopologySpreadConstraint) -> Self {
        Self {
            path: format!("topologySpreadConstraints[{index}]"),
            selector: constraint.label_selector.as_ref().and_then(|selector| LabelSelector::from_api(selector).ok()),
            topology_key: constraint.topology_key.clone(),
            hard: constraint.when_unsatisfiable == "DoNotSchedule",
            max_skew: i64::from(constraint.max_skew),
            min_domains: constraint.min_domains.map_or(1, i64::from),
        }
    }
}

/// Whether a node passes a spread constraint (`Filter` in pkg/scheduler/framework/plugins/podtopologyspread,
/// Kubernetes 1.34): `matching` pods in the node's domain, one more if the constraint counts the incoming pod itself,
/// against the domain with the fewest, which is 0 while there are fewer domains than `minDomains`.
#[must_use]
pub fn fits(matching: i64, counts_itself: bool, fewest: i64, max_skew: i64) -> bool {
    matching + i64::from(counts_itself) - fewest <= max_skew
}

/// The terms of one `podAffinity` or `podAntiAffinity`, required ones first.
pub(crate) fn read_terms(
    path: &str,
    required: Option<&[core::PodAffinityTerm]>,
    preferred: Option<&[core::WeightedPodAffinityTerm]>,
) -> Vec<AffinityTerm> {
    let required =
        required.unwrap_or_default().iter().enumerate().map(|(index, term)| {
            (format!("{path}.requiredDuringSchedulingIgnoredDuringExecution[{index}]"), true, term)
        });
    let preferred = preferred.unwrap_or_default().iter().enumerate().map(|(index, term)| {
        let path = format!("{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}].podAffinityTerm");
        (path, false, &term.pod_affinity_term)
    });
    required.chain(preferred).filter_map(|(path, required, term)| read_term(path, required, term)).collect()
}

/// `None` when a selector does not decode, so that nothing is concluded from it.
fn read_term(path: String, required: bool, term: &core::PodAffinityTerm) -> Option<AffinityTerm> {
    let selector = match &term.label_selector {
        Some(selector) => Some(LabelSelector::from_api(selector).ok()?),
        None => None,
    };
    let namespace_selector = match &term.namespace_selector {
        Some(selector) => Some(LabelSelector::from_api(selector).ok()?),
        None => None,
    };
    Some(AffinityTerm {
        path,
        required,
        selector,
        namespaces: term.namespaces.clone().unwrap_or_default(),
        namespace_selector,
        topology_key: term.topology_key.clone(),
        match_label_keys: term.match_label_keys.clone().unwrap_or_default(),
        mismatch_label_keys: term.mismatch_label_keys.clone().unwrap_or_default(),
    })
}
