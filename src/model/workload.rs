//! What runs pods: the spec of a workload, whatever its kind.

use crate::kubernetes::object::{Object, labels_of};
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::model::pod::Pod;
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
        match decode(kind, root, &labels, &annotations) {
            Some(spec) => spec,
            None => Self {
                kind,
                replicas: root.at("spec.replicas").and_then(NodeRef::int),
                selector: None,
                pod: Pod { labels, annotations, ..Pod::default() },
                usable: false,
            },
        }
    }
}

fn decode(kind: WorkloadKind, root: NodeRef<'_>, labels: &Labels, annotations: &Labels) -> Option<WorkloadSpec> {
    let spec = root.get("spec")?;
    let pod = |spec: Option<&core::PodSpec>| spec.map(|spec| Pod::from_api(labels.clone(), annotations.clone(), spec));
    let template = |template: &core::PodTemplateSpec| pod(template.spec.as_ref());
    let (replicas, selector, pod) = match kind {
        WorkloadKind::Deployment => {
            let spec: apps::DeploymentSpec = yaml::decode(spec).ok()?.value;
            (spec.replicas, Some(spec.selector), template(&spec.template))
        }
        WorkloadKind::StatefulSet => {
            let spec: apps::StatefulSetSpec = yaml::decode(spec).ok()?.value;
            (spec.replicas, Some(spec.selector), template(&spec.template))
        }
        WorkloadKind::ReplicaSet => {
            let spec: apps::ReplicaSetSpec = yaml::decode(spec).ok()?.value;
            (spec.replicas, Some(spec.selector), spec.template.as_ref().and_then(template))
        }
        WorkloadKind::DaemonSet => {
            let spec: apps::DaemonSetSpec = yaml::decode(spec).ok()?.value;
            (None, Some(spec.selector), template(&spec.template))
        }
        WorkloadKind::ReplicationController => {
            let spec: core::ReplicationControllerSpec = yaml::decode(spec).ok()?.value;
            let selector =
                spec.selector.map(|labels| meta::LabelSelector { match_labels: Some(labels), match_expressions: None });
            (spec.replicas, selector, spec.template.as_ref().and_then(template))
        }
        WorkloadKind::Job => {
            let spec: batch::JobSpec = yaml::decode(spec).ok()?.value;
            (None, spec.selector, template(&spec.template))
        }
        WorkloadKind::CronJob => {
            let spec: batch::CronJobSpec = yaml::decode(spec).ok()?.value;
            let job = spec.job_template.spec?;
            (None, None, template(&job.template))
        }
        WorkloadKind::Pod => {
            let spec: core::PodSpec = yaml::decode(spec).ok()?.value;
            (None, None, pod(Some(&spec)))
        }
        WorkloadKind::Rollout => {
            let spec: RolloutSpec = yaml::decode(spec).ok()?.value;
            (spec.replicas, spec.selector, spec.template.as_ref().and_then(template))
        }
    };
    let selector = selector.as_ref().and_then(|selector| LabelSelector::from_api(selector).ok());
    Some(WorkloadSpec { kind, replicas: replicas.map(i64::from), selector, pod: pod?, usable: true })
}

/// The part of an Argo Rollout that a Deployment has as well (argoproj.io/v1alpha1).
#[derive(Debug, Deserialize)]
struct RolloutSpec {
    replicas: Option<i32>,
    selector: Option<meta::LabelSelector>,
    template: Option<core::PodTemplateSpec>,
}
