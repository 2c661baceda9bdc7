//! Which API versions a release serves, with the releases in which they appear, are announced to end, and end.
//! Source: the lifecycle tags of k8s.io/api v0.37 (and v0.34 for autoscaling/v2beta*); for CustomResourceDefinition,
//! APIService and PodSecurityPolicy <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>.

use crate::kubernetes::version::KubeVersion;
use crate::yaml::NodeRef;

/// The life of a version of a kind. Numbers are minor releases of Kubernetes 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifecycle {
    /// First release that serves it.
    pub introduced: u32,
    /// First release that warns of its end.
    pub deprecated: Option<u32>,
    /// First release that does not serve it.
    pub removed: Option<u32>,
    /// `apiVersion` to use in its place; `None` for one that stays, and for a kind that ends.
    pub replacement: Option<&'static str>,
}

/// What a release makes of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serving {
    /// A later release is the first to serve it.
    NotYet,
    /// It is served.
    Served,
    /// It is served, and its end is announced.
    Deprecated,
    /// It was served by an earlier release.
    Removed,
}

impl Lifecycle {
    /// What a release makes of it.
    #[must_use]
    pub fn serving(&self, release: KubeVersion) -> Serving {
        let since = |minor: Option<u32>| minor.is_some_and(|minor| release.is_at_least(minor));
        if since(self.removed) {
            Serving::Removed
        } else if since(self.deprecated) {
            Serving::Deprecated
        } else if release.is_at_least(self.introduced) {
            Serving::Served
        } else {
            Serving::NotYet
        }
    }
}

/// The life of a kind's version; `None` where it is not known.
#[must_use]
pub fn lifecycle(api_version: &str, kind: &str) -> Option<&'static Lifecycle> {
    let is_it = |row: &&Row| row.api_version == api_version && row.kinds.contains(&kind);
    TABLE.iter().find(is_it).map(|row| &row.life)
}

/// `group/version/Kind` of what a release serves without being asked to: no alpha versions, and beta ones only of the
/// time when those were on (<https://github.com/kubernetes/enhancements/issues/3136>: none that is newer than 1.23 is).
pub fn served(release: KubeVersion) -> impl Iterator<Item = String> {
    let is_on = move |row: &&Row| {
        let is_stable = !row.api_version.contains("alpha") && !row.api_version.contains("beta");
        let was_on = row.api_version.contains("beta") && row.life.introduced < 24;
        (is_stable || was_on) && matches!(row.life.serving(release), Serving::Served | Serving::Deprecated)
    };
    let rows = TABLE.iter().filter(is_on);
    rows.flat_map(|row| row.kinds.iter().map(|kind| format!("{}/{kind}", row.api_version)))
}

/// The `apiVersion` of a built-in kind that is written under one that never had it, such as `v1` for a Deployment. Only
/// groups without a dot are judged, which no CustomResourceDefinition can have, and no alpha versions.
#[must_use]
pub fn misplaced(api_version: &str, kind: &str) -> Option<&'static str> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    if group.contains('.') || api_version.contains("alpha") || lifecycle(api_version, kind).is_some() {
        return None;
    }
    let stays = |row: &&Row| row.life.removed.is_none() && row.kinds.contains(&kind);
    TABLE.iter().find(stays).map(|row| row.api_version)
}

/// The `apiVersion` that a release serves of a kind in place of one that it does not: the one that stays, else the
/// newest that leads to it.
#[must_use]
pub fn instead(api_version: &str, kind: &str, release: KubeVersion) -> Option<&'static str> {
    let stays = TABLE.iter().find(|row| row.api_version == api_version && row.kinds.contains(&kind))?;
    let goal = stays.life.replacement.unwrap_or(stays.api_version);
    let leads_there = |row: &&Row| {
        let is_served = matches!(row.life.serving(release), Serving::Served | Serving::Deprecated);
        is_served && row.kinds.contains(&kind) && row.life.replacement.unwrap_or(row.api_version) == goal
    };
    TABLE.iter().filter(leads_there).max_by_key(|row| row.life.introduced).map(|row| row.api_version)
}

/// What a move to the replacement asks for beside the new `apiVersion`, as what to do; `None` where nothing.
#[must_use]
pub fn also_needed(api_version: &str, kind: &str, root: NodeRef<'_>) -> Option<&'static str> {
    let is_set = |path: &str| root.at(path).is_some_and(|node| !node.is_null());
    Some(match (api_version, kind) {
        ("policy/v1beta1", "PodDisruptionBudget") if selects_everything(root) => {
            "add labels to `selector`: `{}` selects no pod in `policy/v1beta1`, and all of the namespace in `policy/v1`"
        }
        ("autoscaling/v2beta1", _) if is_set("spec.metrics") => {
            "rename `metricName` to `metric.name`, and write each target as `target`, with its `type`"
        }
        ("apps/v1beta1" | "extensions/v1beta1", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet")
            if !is_set("spec.selector") =>
        {
            "set `selector` to labels of the template: `apps/v1` has no default for it, and never lets it change"
        }
        (_, "Ingress") => "move `serviceName` and `servicePort` into `backend.service`, and set `pathType`",
        (_, "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration") => {
            "set `sideEffects` and `admissionReviewVersions` of each webhook, which have no default in v1"
        }
        (_, "CustomResourceDefinition") => "give each entry of `versions` its `schema`, which v1 needs",
        (_, "PodSecurityPolicy") => "remove it: Pod Security admission takes its place",
        _ => return None,
    })
}

/// `selector: {}`, also with empty lists in it.
fn selects_everything(root: NodeRef<'_>) -> bool {
    let is_empty =
        |node: NodeRef<'_>| node.is_null() || (node.entries().next().is_none() && node.items().next().is_none());
    root.at("spec.selector")
        .is_some_and(|selector| !selector.is_null() && selector.entries().all(|entry| is_empty(entry.value())))
}

/// Whether `helm template` does not know of a version by itself. It answers `.Capabilities.APIVersions` from the kinds of
/// client-go and apiextensions, so a chart that asks for `apiregistration.k8s.io/v1` falls back in a render, and not in
/// a cluster (pkg/chart/common/capabilities.go in Helm 4).
#[must_use]
pub fn is_unknown_to_helm(api_version: &str) -> bool {
    api_version.starts_with("apiregistration.k8s.io/")
}

struct Row {
    api_version: &'static str,
    kinds: &'static [&'static str],
    life: Lifecycle,
}

const fn kept(api_version: &'static str, kinds: &'static [&'static str], introduced: u32) -> Row {
    Row { api_version, kinds, life: Lifecycle { introduced, deprecated: None, removed: None, replacement: None } }
}

const fn gone(
    api_version: &'static str,
    kinds: &'static [&'static str],
    [introduced, deprecated, removed]: [u32; 3],
    replacement: Option<&'static str>,
) -> Row {
    let (deprecated, removed) = (Some(deprecated), Some(removed));
    Row { api_version, kinds, life: Lifecycle { introduced, deprecated, removed, replacement } }
}

const ADMISSION: Option<&str> = Some("admissionregistration.k8s.io/v1");
const APPS: Option<&str> = Some("apps/v1");
const AUTOSCALING: Option<&str> = Some("autoscaling/v2");
const CERTIFICATES: Option<&str> = Some("certificates.k8s.io/v1");
const DEVICES: Option<&str> = Some("resource.k8s.io/v1");
const FLOW: Option<&str> = Some("flowcontrol.apiserver.k8s.io/v1");
const NETWORKING: Option<&str> = Some("networking.k8s.io/v1");
const STORAGE: Option<&str> = Some("storage.k8s.io/v1");

const DEVICE_KINDS: &[&str] = &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"];
const FLOW_KINDS: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];
const MUTATING: &[&str] = &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"];
const RBAC: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const VALIDATING: &[&str] = &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

const CORE: &[&str] = &[
    "ConfigMap",
    "LimitRange",
    "Namespace",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "ReplicationController",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
];

#[rustfmt::skip]
const TABLE: &[Row] = &[
    kept("v1", CORE, 0),
    gone("admissionregistration.k8s.io/v1alpha1", MUTATING, [32, 35, 38], ADMISSION),
    gone("admissionregistration.k8s.io/v1alpha1", VALIDATING, [26, 29, 32], ADMISSION),
    gone("admissionregistration.k8s.io/v1beta1", MUTATING, [34, 37, 40], ADMISSION),
    gone("admissionregistration.k8s.io/v1beta1", VALIDATING, [28, 31, 34], ADMISSION),
    gone("admissionregistration.k8s.io/v1beta1", WEBHOOKS, [9, 16, 22], ADMISSION),
    kept("admissionregistration.k8s.io/v1", WEBHOOKS, 16),
    kept("admissionregistration.k8s.io/v1", VALIDATING, 30),
    kept("admissionregistration.k8s.io/v1", MUTATING, 36),
    gone("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], [7, 16, 22], Some("apiextensions.k8s.io/v1")),
    kept("apiextensions.k8s.io/v1", &["CustomResourceDefinition"], 16),
    gone("apiregistration.k8s.io/v1beta1", &["APIService"], [7, 19, 22], Some("apiregistration.k8s.io/v1")),
    kept("apiregistration.k8s.io/v1", &["APIService"], 10),
    gone("extensions/v1beta1", &["DaemonSet", "Deployment"], [1, 8, 16], APPS),
    gone("extensions/v1beta1", &["ReplicaSet"], [2, 8, 16], APPS),
    gone("extensions/v1beta1", &["NetworkPolicy"], [3, 9, 16], NETWORKING),
    gone("extensions/v1beta1", &["Ingress"], [1, 14, 22], NETWORKING),
    gone("apps/v1beta1", &["StatefulSet"], [5, 8, 16], APPS),
    gone("apps/v1beta1", &["Deployment"], [6, 8, 16], APPS),
    gone("apps/v1beta2", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], [8, 9, 16], APPS),
    kept("apps/v1", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], 9),
    gone("autoscaling/v2beta1", &["HorizontalPodAutoscaler"], [8, 22, 25], AUTOSCALING),
    gone("autoscaling/v2beta2", &["HorizontalPodAutoscaler"], [12, 23, 26], AUTOSCALING),
    kept("autoscaling/v2", &["HorizontalPodAutoscaler"], 23),
    kept("autoscaling/v1", &["HorizontalPodAutoscaler"], 2),
    gone("batch/v1beta1", &["CronJob"], [8, 21, 25], Some("batch/v1")),
    kept("batch/v1", &["CronJob"], 21),
    kept("batch/v1", &["Job"], 2),
    gone("certificates.k8s.io/v1alpha1", &["ClusterTrustBundle"], [26, 34, 37], CERTIFICATES),
    gone("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], [12, 19, 22], CERTIFICATES),
    gone("certificates.k8s.io/v1beta1", &["ClusterTrustBundle"], [33, 37, 40], CERTIFICATES),
    kept("certificates.k8s.io/v1", &["CertificateSigningRequest"], 19),
    kept("certificates.k8s.io/v1", &["ClusterTrustBundle"], 37),
    gone("coordination.k8s.io/v1beta1", &["Lease"], [12, 19, 22], Some("coordination.k8s.io/v1")),
    kept("coordination.k8s.io/v1", &["Lease"], 14),
    gone("discovery.k8s.io/v1beta1", &["EndpointSlice"], [16, 21, 25], Some("discovery.k8s.io/v1")),
    kept("discovery.k8s.io/v1", &["EndpointSlice"], 21),
    gone("flowcontrol.apiserver.k8s.io/v1beta1", FLOW_KINDS, [20, 23, 26], FLOW),
    gone("flowcontrol.apiserver.k8s.io/v1beta2", FLOW_KINDS, [23, 26, 29], FLOW),
    gone("flowcontrol.apiserver.k8s.io/v1beta3", FLOW_KINDS, [26, 29, 32], FLOW),
    kept("flowcontrol.apiserver.k8s.io/v1", FLOW_KINDS, 29),
    gone("networking.k8s.io/v1beta1", &["Ingress"], [14, 19, 22], NETWORKING),
    gone("networking.k8s.io/v1beta1", &["IngressClass"], [18, 19, 22], NETWORKING),
    gone("networking.k8s.io/v1beta1", &["IPAddress", "ServiceCIDR"], [31, 34, 37], NETWORKING),
    kept("networking.k8s.io/v1", &["NetworkPolicy"], 7),
    kept("networking.k8s.io/v1", &["Ingress", "IngressClass"], 19),
    kept("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"], 33),
    gone("node.k8s.io/v1beta1", &["RuntimeClass"], [13, 22, 25], Some("node.k8s.io/v1")),
    kept("node.k8s.io/v1", &["RuntimeClass"], 20),
    gone("policy/v1beta1", &["PodDisruptionBudget"], [5, 21, 25], Some("policy/v1")),
    gone("policy/v1beta1", &["PodSecurityPolicy"], [10, 21, 25], None),
    kept("policy/v1", &["PodDisruptionBudget"], 21),
    gone("rbac.authorization.k8s.io/v1beta1", RBAC, [6, 17, 22], Some("rbac.authorization.k8s.io/v1")),
    kept("rbac.authorization.k8s.io/v1", RBAC, 8),
    gone("resource.k8s.io/v1beta1", DEVICE_KINDS, [32, 35, 38], DEVICES),
    gone("resource.k8s.io/v1beta2", DEVICE_KINDS, [33, 36, 39], DEVICES),
    kept("resource.k8s.io/v1", DEVICE_KINDS, 34),
    gone("scheduling.k8s.io/v1beta1", &["PriorityClass"], [11, 14, 22], Some("scheduling.k8s.io/v1")),
    kept("scheduling.k8s.io/v1", &["PriorityClass"], 14),
    gone("storage.k8s.io/v1beta1", &["CSIDriver"], [14, 19, 22], STORAGE),
    gone("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], [21, 24, 27], STORAGE),
    gone("storage.k8s.io/v1beta1", &["StorageClass"], [4, 19, 22], STORAGE),
    gone("storage.k8s.io/v1beta1", &["VolumeAttributesClass"], [31, 34, 37], STORAGE),
    kept("storage.k8s.io/v1", &["StorageClass"], 6),
    kept("storage.k8s.io/v1", &["CSIDriver"], 18),
    kept("storage.k8s.io/v1", &["CSIStorageCapacity"], 24),
    kept("storage.k8s.io/v1", &["VolumeAttributesClass"], 34),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn serving(api_version: &str, kind: &str, release: &str) -> Serving {
        let release = release.parse().expect("a release");
        lifecycle(api_version, kind).expect("a row").serving(release)
    }

    #[test]
    fn a_version_is_announced_to_end_before_it_ends() {
        for (release, expected) in [
            ("1.22", Serving::Served),
            ("1.23", Serving::Deprecated),
            ("1.25", Serving::Deprecated),
            ("1.26", Serving::Removed),
        ] {
            assert_eq!(serving("autoscaling/v2beta2", "HorizontalPodAutoscaler", release), expected, "{release}");
        }
        assert_eq!(serving("autoscaling/v2", "HorizontalPodAutoscaler", "1.22"), Serving::NotYet);
        assert_eq!(serving("autoscaling/v1", "HorizontalPodAutoscaler", "1.37"), Serving::Served);
    }

    #[test]
    fn what_ends_leads_to_what_stays() {
        for row in TABLE {
            assert!(row.life.deprecated.is_none() || row.life.deprecated < row.life.removed, "{}", row.api_version);
            let (Some(replacement), Some(removed)) = (row.life.replacement, row.life.removed) else { continue };
            let release = format!("1.{removed}").parse().expect("a release");
            for kind in row.kinds {
                let next = lifecycle(replacement, kind).expect("the replacement has a row");
                assert!(next.removed.is_none(), "{kind} goes to {replacement}, which ends as well");
                assert!(instead(row.api_version, kind, release).is_some(), "{kind} of {}", row.api_version);
            }
        }
    }

    #[test]
    fn a_kind_has_its_group_and_groups_of_others_are_not_judged() {
        assert_eq!(misplaced("v1", "Deployment"), Some("apps/v1"));
        assert_eq!(misplaced("autoscaling/v3", "HorizontalPodAutoscaler"), Some("autoscaling/v2"));
        assert_eq!(misplaced("app/v1", "Service"), Some("v1"));
        assert_eq!(misplaced("serving.knative.dev/v1", "Service"), None);
        assert_eq!(misplaced("extensions/v1beta1", "Deployment"), None);
        assert_eq!(misplaced("v1", "Route"), None);
    }

    #[test]
    fn an_older_release_has_an_older_version() {
        let old = |release: &str| instead("autoscaling/v2", "HorizontalPodAutoscaler", release.parse().expect("one"));
        assert_eq!(old("1.22"), Some("autoscaling/v2beta2"));
        assert_eq!(old("1.26"), Some("autoscaling/v2"));
    }
}
