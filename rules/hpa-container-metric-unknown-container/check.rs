//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

/// Sidecars that webhooks add under these names.
const INJECTED: &[&str] = &[
    "consul-dataplane",
    "daprd",
    "datadog-agent-injected",
    "envoy",
    "gke-gcsfuse-sidecar",
    "istio-proxy",
    "kuma-sidecar",
    "linkerd-proxy",
    "otc-container",
    "vault-agent",
];

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable && scaler.spec().usable) else {
        return;
    };
    for metric in &scaler.spec().metrics {
        let MetricSource::ContainerResource { container, .. } = &metric.source else { continue };
        let silent = has(target, container) || is_injected(container, target) || is_renamed(metric, scaler, target);
        if !silent {
            report(scaler, target, metric, container, cx);
        }
    }
}

fn has(target: Workload<'_>, name: &str) -> bool {
    target.spec().pod.counted_containers().any(|container| container.name == name)
}

/// Whether a webhook may add a container of this name when the Pod is created.
fn is_injected(name: &str, target: Workload<'_>) -> bool {
    let pod = &target.spec().pod;
    let asks =
        |(key, value): (&String, &String)| key.contains("inject") && !matches!(value.as_str(), "false" | "disabled");
    INJECTED.contains(&name) || pod.annotations.iter().chain(&pod.labels).any(asks)
}

/// Whether the same target is set for a container that is there: both names are tracked while one replaces the other.
/// A slip of the pen is no new name.
fn is_renamed(metric: &Metric, scaler: Scaler<'_>, target: Workload<'_>) -> bool {
    let MetricSource::ContainerResource { name, container } = &metric.source else { return false };
    scaler.spec().metrics.iter().any(|other| match &other.source {
        MetricSource::ContainerResource { name: resource, container: there } => {
            resource == name
                && other.target == metric.target
                && has(target, there)
                && !near_miss::is_slip_of(container, there)
        }
        _ => false,
    })
}

fn report<'b>(scaler: Scaler<'b>, target: Workload<'b>, metric: &Metric, name: &str, cx: &mut Cx<'b>) {
    let (path, field) = match scaler.spec().kind {
        ScalerKind::Hpa => (format!("{}.container", metric.path), "container"),
        ScalerKind::ScaledObject => (format!("{}.metadata.containerName", metric.path), "containerName"),
    };
    let pod = &target.spec().pod;
    let there: Vec<&str> = pod.counted_containers().map(|container| container.name.as_str()).collect();
    let likely = match there.as_slice() {
        [only] => Some(*only),
        _ => near_miss::of_name(name, there.iter().copied()),
    };
    let init = pod.containers.iter().find(|container| container.name == name);
    let (message, here) = match init {
        Some(_) => (format!("{scaler} measures `{name}`, an init container of {target}"), "ended before the pod is ready"),
        None => {
            (format!("{scaler} measures container `{name}`, which {target} does not have"), "no container of this name")
        }
    };
    let shown = pod.containers.iter().find(|container| Some(container.name.as_str()) == likely);
    let containers = shown.map_or("containers", |container| container.path.as_str());
    cx.report(scaler.at_or_parent(&path), message)
        .here(here)
        .label(target.at_or_parent(&target.pod_path(containers)), "what the target has")
        .help(match likely {
            Some(likely) => format!("set `{field}: {likely}`"),
            None => format!("set `{field}` to one of `{}`", there.join("`, `")),
        })
        .counterpart(target.resource());
}
