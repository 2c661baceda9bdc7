//! What the workloads of a namespace ask for at their ceilings, in the terms of a ResourceQuota.

use crate::kubernetes::quantity::Quantity;
use crate::model::build::{Build, Resource};
use crate::model::view::Workload;

/// What a key of `spec.hard` counts of each pod (`podResources` in pkg/quota/v1/evaluator/core/pods.go, Kubernetes
/// 1.34).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted<'k> {
    /// The pod itself.
    Pods,
    /// What it requests of a resource.
    Requests(&'k str),
    /// What it may use of a resource.
    Limits(&'k str),
}

impl<'k> Counted<'k> {
    /// Reads a key; `None` for those that count other objects, such as claims.
    #[must_use]
    pub fn of_key(key: &'k str) -> Option<Self> {
        match key {
            "pods" | "count/pods" => return Some(Self::Pods),
            "cpu" | "memory" | "ephemeral-storage" => return Some(Self::Requests(key)),
            _ => {}
        }
        match key.split_once('.')? {
            ("requests", "storage") => None,
            ("requests", resource) => Some(Self::Requests(resource)),
            ("limits", resource @ ("cpu" | "memory" | "ephemeral-storage")) => Some(Self::Limits(resource)),
            _ => None,
        }
    }

    /// The resource, or `pods`.
    #[must_use]
    pub fn resource(self) -> &'k str {
        match self {
            Self::Pods => "pods",
            Self::Requests(resource) | Self::Limits(resource) => resource,
        }
    }
}

/// What one workload takes of a quota at its ceiling.
#[derive(Clone, Copy)]
pub struct Share<'b> {
    /// The workload.
    pub workload: Workload<'b>,
    /// Its pods at the ceiling.
    pub pods: i64,
    /// What each of them takes.
    pub each: Quantity,
}

impl Share<'_> {
    /// What all of them take.
    #[must_use]
    pub fn total(&self) -> Quantity {
        self.each.times(self.pods)
    }
}

impl Build {
    /// What the workloads that a quota certainly counts take at their ceilings. Pods of other controllers come on top,
    /// so the sum is a lower bound. Empty where the namespace is not certain.
    #[must_use]
    pub fn shares<'b>(&'b self, quota: &Resource, counted: Counted<'_>) -> Vec<Share<'b>> {
        let namespace = self.namespace_of(quota);
        if namespace.is_none() && !self.options.complete {
            return Vec::new();
        }
        let beside = self.workloads().filter(|workload| workload.namespace() == namespace);
        let usable = beside.filter(|workload| workload.spec().usable);
        let shares = usable.filter_map(|workload| {
            Some(Share { workload, pods: workload.ceiling()?, each: self.taken_by(workload, counted) })
        });
        shares.filter(|share| !share.each.is_zero() && share.pods > 0).collect()
    }

    fn taken_by(&self, workload: Workload<'_>, counted: Counted<'_>) -> Quantity {
        let (pod, version) = (&workload.spec().pod, self.options.kube_version);
        match counted {
            Counted::Pods => Quantity::from_int(1),
            Counted::Limits(resource) => pod.effective_limit(resource, version),
            Counted::Requests(resource) => {
                pod.effective_request(resource, self.default_request(workload.resource(), resource), version)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_that_count_pods_are_read() {
        let read = |key| Counted::of_key(key);
        assert_eq!(read("cpu"), Some(Counted::Requests("cpu")));
        assert_eq!(read("requests.memory"), Some(Counted::Requests("memory")));
        assert_eq!(read("requests.nvidia.com/gpu"), Some(Counted::Requests("nvidia.com/gpu")));
        assert_eq!(read("limits.cpu"), Some(Counted::Limits("cpu")));
        assert_eq!(read("count/pods"), Some(Counted::Pods));
        for other in ["requests.storage", "fast.storageclass.storage.k8s.io/requests.storage", "services.loadbalancers"]
        {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(read("count/deployments.apps"), None);
    }
}
