//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let spec = workload.spec();
    // A Job ends and is repeated; what starves there is late, not down.
    if !spec.kind.is_scalable() && spec.kind != WorkloadKind::DaemonSet {
        return;
    }
    for container in spec.pod.containers.iter().filter(|container| container.role == Role::Regular) {
        let missing: Vec<&str> =
            ["cpu", "memory"].into_iter().filter(|resource| lacks(workload, container, resource, cx.build)).collect();
        if missing.is_empty() || is_reported_for_scaling(workload, container, cx.build) {
            continue;
        }
        let path = match missing.as_slice() {
            [only] => format!("{}.resources.requests.{only}", container.path),
            _ => format!("{}.resources.requests", container.path),
        };
        let (name, listed) = (&container.name, missing.join("` or `"));
        let best_effort = if missing.len() == 2 { "evicted first under pressure" } else { "counted as 0 by the scheduler" };
        let fields: Vec<_> = missing.iter().map(|resource| format!("`resources.requests.{resource}`")).collect();
        cx.report(
            workload.at_or_parent(&workload.pod_path(&path)),
            format!("container `{name}` of {workload} requests no `{listed}` in production"),
        )
        .here(best_effort)
        .absent_field(workload.pod_path(&path))
        .help(format!("set {} to what it uses at normal load", fields.join(" and ")));
    }
}

fn lacks(workload: Workload<'_>, container: &Container, resource: &str, build: &Build) -> bool {
    let of_pod = workload.spec().pod.resources.as_ref().and_then(|resources| resources.request(resource));
    let by_autoscaler = || {
        let mut verticals = build.verticals().filter(|vertical| vertical.target() == Some(workload));
        verticals.any(|vertical| vertical.spec().controls(&container.name, resource))
    };
    container.resources.request(resource).is_none()
        && of_pod.is_none()
        && !build.has_default_request(workload.resource(), resource)
        && !by_autoscaler()
}

/// An autoscaler that divides by the missing request fails, which `hpa-missing-resource-request` reports as the error it
/// is: one edit mends both.
fn is_reported_for_scaling(workload: Workload<'_>, container: &Container, build: &Build) -> bool {
    let mut metrics = workload.scalers().filter(|scaler| scaler.spec().usable).flat_map(|scaler| &scaler.spec().metrics);
    metrics.any(|metric| {
        let divided = match &metric.source {
            MetricSource::Resource { name } => Some(name),
            MetricSource::ContainerResource { name, container: only } if *only == container.name => Some(name),
            _ => None,
        };
        metric.target.average_utilization.is_some()
            && divided.is_some_and(|resource| lacks(workload, container, resource, build))
    })
}
