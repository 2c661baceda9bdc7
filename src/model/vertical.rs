//! What a VerticalPodAutoscaler changes (autoscaling.k8s.io/v1).

use crate::kubernetes::object::Object;
use crate::model::scaler::TargetRef;
use crate::yaml;
use serde::Deserialize;

/// A VerticalPodAutoscaler's spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerticalSpec {
    /// `targetRef`.
    pub target: TargetRef,
    /// `updatePolicy.updateMode` as written; absent means that pods are recreated with new requests.
    pub mode: Option<String>,
    policies: Vec<Policy>,
}

/// One of `resourcePolicy.containerPolicies`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Policy {
    container_name: Option<String>,
    mode: Option<String>,
    controlled_resources: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    target_ref: Target,
    update_policy: Option<UpdatePolicy>,
    resource_policy: Option<ResourcePolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    api_version: Option<String>,
    kind: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdatePolicy {
    update_mode: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourcePolicy {
    #[serde(default)]
    container_policies: Vec<Policy>,
}

impl VerticalSpec {
    /// Reads a VerticalPodAutoscaler; `None` for other objects and for one that does not decode.
    #[must_use]
    pub fn read(object: &Object) -> Option<Self> {
        if object.group != "autoscaling.k8s.io" || object.kind != "VerticalPodAutoscaler" {
            return None;
        }
        let spec: Spec = yaml::decode(object.root().get("spec")?).ok()?.value;
        Some(Self {
            target: TargetRef {
                api_version: spec.target_ref.api_version,
                kind: spec.target_ref.kind,
                name: spec.target_ref.name,
            },
            mode: spec.update_policy.and_then(|policy| policy.update_mode),
            policies: spec.resource_policy.map(|policy| policy.container_policies).unwrap_or_default(),
        })
    }

    /// Whether it only recommends.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.mode.as_deref() == Some("Off")
    }

    /// Whether it sets the request of a resource for a container: the container's own policy decides, else that of
    /// `*`; without one, cpu and memory are controlled (`GetContainerResourcePolicy`, vertical-pod-autoscaler 1.5).
    #[must_use]
    pub fn controls(&self, container: &str, resource: &str) -> bool {
        if self.is_off() {
            return false;
        }
        let of = |name: &str| self.policies.iter().find(|policy| policy.container_name.as_deref() == Some(name));
        match of(container).or_else(|| of("*")) {
            Some(policy) if policy.mode.as_deref() == Some("Off") => false,
            Some(Policy { controlled_resources: Some(listed), .. }) => listed.iter().any(|one| one == resource),
            _ => matches!(resource, "cpu" | "memory"),
        }
    }

    /// Whether it sets the request of a resource for every container there may be.
    #[must_use]
    pub fn controls_all(&self, resource: &str) -> bool {
        let named = self.policies.iter().filter_map(|policy| policy.container_name.as_deref());
        named.chain(["*"]).all(|container| self.controls(container, resource))
    }
}
