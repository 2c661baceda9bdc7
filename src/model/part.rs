//! Which objects of a build take part in its relations, which of them double, and which may bring more than is written.

use crate::kubernetes::object::Hook;
use crate::kubernetes::selector::Labels;
use crate::model::resource::{Content, Resource};
use std::collections::{BTreeMap, HashMap};

/// Test hooks, hook Jobs and objects that another live object controls take part in no relation (ground rules 3 and 10).
pub(super) fn takes_part(resource: &Resource) -> bool {
    let object = &resource.object;
    let hook_job = object.hook != Hook::None && matches!(object.kind.as_str(), "Job" | "CronJob" | "Pod");
    object.hook != Hook::Test && !hook_job && !object.controlled
}

/// The namespace of all objects that say one, counting those that live beside their pods: a RoleBinding in
/// `kube-system` or a monitor in the namespace of Prometheus says nothing about the rest.
pub(super) fn only_namespace(resources: &[Resource]) -> Option<String> {
    let beside_pods = |resource: &&Resource| !matches!(resource.content, Content::Other);
    let mut named = resources.iter().filter(beside_pods).filter_map(|resource| resource.object.namespace.as_deref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.to_owned())
}

pub(super) fn namespace_labels(resources: &[Resource]) -> BTreeMap<String, Labels> {
    resources
        .iter()
        .filter(|resource| resource.object.group.is_empty() && resource.object.kind == "Namespace")
        .map(|resource| (resource.object.name.clone(), resource.object.labels.clone()))
        .collect()
}

/// Later objects with an identity that an earlier one has. The last one wins, as with `kubectl apply`.
pub(super) fn find_duplicates(resources: &[Resource], namespace: Option<&str>) -> Vec<(usize, usize)> {
    let mut seen: HashMap<(&str, &str, &str, &str), usize> = HashMap::with_capacity(resources.len());
    let mut pairs = Vec::new();
    for (position, resource) in resources.iter().enumerate() {
        let object = &resource.object;
        if object.name.is_empty() || object.hook != Hook::None {
            continue;
        }
        let namespace = object.namespace.as_deref().or(namespace).unwrap_or("");
        let identity = (object.group.as_str(), object.kind.as_str(), namespace, object.name.as_str());
        if let Some(earlier) = seen.insert(identity, position) {
            pairs.push((earlier, position));
        }
    }
    pairs
}

/// Positions of custom resources that may create pods: neither built in nor known to create none.
pub(super) fn foreign_resources(resources: &[Resource]) -> Vec<usize> {
    const PODLESS: &[&str] = &[
        "argoproj.io",
        "autoscaling.k8s.io",
        "cert-manager.io",
        "external-secrets.io",
        "keda.sh",
        "traefik.io",
        "traefik.containo.us",
        "networking.istio.io",
        "security.istio.io",
        "cilium.io",
        "bitnami.com",
        "kyverno.io",
    ];
    let built_in = |group: &str| !group.contains('.') || group.ends_with(".k8s.io");
    let may_own = |resource: &Resource| {
        let object = &resource.object;
        let monitor = object.group == "monitoring.coreos.com"
            && matches!(
                object.kind.as_str(),
                "ServiceMonitor" | "PodMonitor" | "PrometheusRule" | "Probe" | "ScrapeConfig"
            );
        // Istio and others run a Deployment `<gateway>-<class>` for each.
        let gateway = object.group == "gateway.networking.k8s.io" && object.kind == "Gateway";
        gateway || (!built_in(&object.group) && !PODLESS.contains(&object.group.as_str()) && !monitor)
    };
    (0..).zip(resources).filter(|(_, resource)| may_own(resource)).map(|(position, _)| position).collect()
}
