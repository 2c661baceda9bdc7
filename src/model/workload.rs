//! What runs pods: the spec of a workload, whatever its kind.

use crate::kubernetes::object::{Object, labels_of};
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::model::pod::Pod;
use crate::model::scaler::TargetRef;
use crate::model::strategy::Strategy;
use crate::yaml::{self, NodeRef};
use k8s_openapi::api::{apps::v1 as apps, batch::v1 as batch, core::v1 as core};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use serde::Deserialize;

/// Kinds that run pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// apps Deployment.
    Deployment,
    /// apps StatefulSet.
    StatefulSet,
    /// apps ReplicaSet.
    ReplicaSet,
    /// core ReplicationController.
    ReplicationController,
    /// Argo Rollouts' Rollout.
    Rollout,
    /// apps DaemonSet: no `/scale`.
    DaemonSet,
    /// batch Job: no `/scale`.
    Job,
    /// batch CronJob: no `/scale`.
    CronJob,
    /// A bare Pod.
    Pod,
}

impl WorkloadKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Deployment,
        Self::StatefulSet,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::Rollout,
        Self::DaemonSet,
        Self::Job,
        Self::CronJob,
        Self::Pod,
    ];

    /// The kind's name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::Rollout => "Rollout",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::Pod => "Pod",
        }
    }

    /// The group and version that serve the kind today.
    #[must_use]
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Deployment | Self::StatefulSet | Self::ReplicaSet | Self::DaemonSet => "apps/v1",
            Self::Job | Self::CronJob => "batch/v1",
            Self::Rollout => "argoproj.io/v1alpha1",
            Self::ReplicationController | Self::Pod => "v1",
        }
    }

    /// The API group that serves the kind, empty for core.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// The kind that a reference means, whatever the case of its letters and whatever the version of its group. A group
    /// with a dot is somebody's custom resource, whose kinds may be called alike (`apps.kruise.io` has a StatefulSet).
    #[must_use]
    pub fn meant_by(target: &TargetRef) -> Option<Self> {
        let meant = Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(&target.kind))?;
        let foreign = target.group().is_some_and(|group| group.contains('.') && group != meant.group());
        (!foreign).then_some(meant)
    }

    /// The workload kind of a group and kind.
    #[must_use]
    pub fn of(group: &str, kind: &str) -> Option<Self> {
        Some(match (group, kind) {
            ("apps" | "extensions", "Deployment") => Self::Deployment,
            ("apps", "StatefulSet") => Self::StatefulSet,
            ("apps" | "extensions", "ReplicaSet") => Self::ReplicaSet,
            ("", "ReplicationController") => Self::ReplicationController,
            ("argoproj.io", "Rollout") => Self::Rollout,
            ("apps" | "extensions", "DaemonSet") => Self::DaemonSet,
            ("batch", "Job") => Self::Job,
            ("batch", "CronJob") => Self::CronJob,
            ("", "Pod") => Self::Pod,
            _ => return None,
        })
    }

    /// Whether the kind has a replica count and the `/scale` subresource.
    #[must_use]
    pub fn is_scalable(self) -> bool {
        matches!(
            self,
            Self::Deployment | Self::StatefulSet | Self::ReplicaSet | Self::ReplicationController | Self::Rollout
        )
    }

    /// Path of the pod template, empty for a bare Pod.
    #[must_use]
    pub fn template_path(self) -> &'static str {
        match self {
            Self::Pod => "",
            Self::CronJob => "spec.jobTemplate.spec.template",
            _ => "spec.template",
        }
    }
}

/// What a workload says.
#[derive(Debug, Clone)]
pub struct WorkloadSpec {
    /// Its kind.
    pub kind: WorkloadKind,
    /// `spec.replicas` as written; the API server's default is 1.
    pub replicas: Option<i64>,
    /// `spec.selector`; `None` when absent or undecodable.
    pub selector: Option<LabelSelector>,
    /// The pod template.
    pub pod: Pod,
    /// How pods are replaced, for Deployments and StatefulSets; `None` for other kinds and where it is rejected.
    pub strategy: Option<Strategy>,
    /// `minReadySeconds`; 0 by default.
    pub min_ready: i64,
    /// `progressDeadlineSeconds` of a Deployment as written; the API server's default is 600.
    pub progress_deadline: Option<i64>,
    /// `serviceName` of a StatefulSet.
    pub service_name: Option<String>,
    /// False when the object does not decode: only labels and identity are to be trusted.
    pub usable: bool,
}

impl WorkloadSpec {
    /// Decodes a workload; one that does not decode keeps the labels of its template.
    #[must_use]
    pub fn read(kind: WorkloadKind, object: &Object) -> Self {
        let root = object.root();
        let template = match kind.template_path() {
            "" => Some(root),
            path => root.at(path),
        };
        let metadata = |key: &str| {
            template
                .and_then(|template| template.get("metadata"))
                .and_then(|metadata| metadata.get(key))
                .map(labels_of)
                .unwrap_or_default()
        };
        let (labels, annotations) = (metadata("labels"), metadata("annotations"));
        decode(kind, root, &labels, &annotations).unwrap_or_else(|| Self {
            replicas: root.at("spec.replicas").and_then(NodeRef::int),
            usable: false,
            ..Self::bare(kind, Pod { labels, annotations, ..Pod::default() })
        })
    }

    /// A workload of which only the pod is known.
    fn bare(kind: WorkloadKind, pod: Pod) -> Self {
        Self {
            kind,
            replicas: None,
            selector: None,
            pod,
            strategy: None,
            min_ready: 0,
            progress_deadline: None,
            service_name: None,
            usable: true,
        }
    }
}

fn decode(kind: WorkloadKind, root: NodeRef<'_>, labels: &Labels, annotations: &Labels) -> Option<WorkloadSpec> {
    let spec = root.get("spec")?;
    let pod = |spec: &core::PodSpec| Pod::from_api(labels.clone(), annotations.clone(), spec);
    let template = |template: &core::PodTemplateSpec| Some(WorkloadSpec::bare(kind, pod(template.spec.as_ref()?)));
    let select = |selector: &meta::LabelSelector| LabelSelector::from_api(selector).ok();
    Some(match kind {
        WorkloadKind::Deployment => {
            let spec: apps::DeploymentSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec {
                replicas: spec.replicas.map(i64::from),
                selector: select(&spec.selector),
                strategy: Strategy::of_deployment(spec.strategy.as_ref()),
                min_ready: spec.min_ready_seconds.map_or(0, i64::from),
                progress_deadline: spec.progress_deadline_seconds.map(i64::from),
                ..template(&spec.template)?
            }
        }
        WorkloadKind::StatefulSet => {
            let spec: apps::StatefulSetSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec {
                replicas: spec.replicas.map(i64::from),
                selector: select(&spec.selector),
                strategy: Strategy::of_stateful_set(spec.update_strategy.as_ref()),
                min_ready: spec.min_ready_seconds.map_or(0, i64::from),
                service_name: spec.service_name.clone().filter(|name| !name.is_empty()),
                ..template(&spec.template)?
            }
        }
        WorkloadKind::ReplicaSet => {
            let spec: apps::ReplicaSetSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec {
                replicas: spec.replicas.map(i64::from),
                selector: select(&spec.selector),
                ..spec.template.as_ref().and_then(template)?
            }
        }
        WorkloadKind::DaemonSet => {
            let spec: apps::DaemonSetSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec { selector: select(&spec.selector), ..template(&spec.template)? }
        }
        WorkloadKind::ReplicationController => {
            let spec: core::ReplicationControllerSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec {
                replicas: spec.replicas.map(i64::from),
                selector: spec.selector.as_ref().map(LabelSelector::from_labels),
                ..spec.template.as_ref().and_then(template)?
            }
        }
        WorkloadKind::Job => {
            let spec: batch::JobSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec { selector: spec.selector.as_ref().and_then(select), ..template(&spec.template)? }
        }
        WorkloadKind::CronJob => {
            let spec: batch::CronJobSpec = yaml::decode(spec).ok()?.value;
            template(&spec.job_template.spec?.template)?
        }
        WorkloadKind::Pod => WorkloadSpec::bare(kind, pod(&yaml::decode::<core::PodSpec>(spec).ok()?.value)),
        WorkloadKind::Rollout => {
            let spec: RolloutSpec = yaml::decode(spec).ok()?.value;
            WorkloadSpec {
                replicas: spec.replicas.map(i64::from),
                selector: spec.selector.as_ref().and_then(select),
                ..spec.template.as_ref().and_then(template)?
            }
        }
    })
}

/// The part of an Argo Rollout that a Deployment has as well (argoproj.io/v1alpha1).
#[derive(Debug, Deserialize)]
struct RolloutSpec {
    replicas: Option<i32>,
    selector: Option<meta::LabelSelector>,
    template: Option<core::PodTemplateSpec>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(api_version: Option<&str>, kind: &str) -> TargetRef {
        TargetRef { api_version: api_version.map(str::to_owned), kind: kind.to_owned(), name: "api".to_owned() }
    }

    #[test]
    fn a_reference_means_a_kind_in_any_case_but_not_in_a_group_of_others() {
        let meant = |api_version, kind| WorkloadKind::meant_by(&target(api_version, kind));
        assert_eq!(meant(Some("apps/v1"), "statefulset"), Some(WorkloadKind::StatefulSet));
        assert_eq!(meant(None, "Deployment"), Some(WorkloadKind::Deployment));
        assert_eq!(meant(Some("argoproj.io/v1alpha1"), "Rollout"), Some(WorkloadKind::Rollout));
        assert_eq!(meant(Some("apps.kruise.io/v1beta1"), "StatefulSet"), None);
        assert_eq!(meant(Some("batch.volcano.sh/v1alpha1"), "Job"), None);
        assert_eq!(meant(Some("apps/v1"), "Deployments"), None);
    }

    #[test]
    fn every_kind_is_found_by_its_own_group_and_name() {
        for kind in WorkloadKind::ALL {
            assert_eq!(WorkloadKind::of(kind.group(), kind.name()), Some(kind));
        }
    }
}
