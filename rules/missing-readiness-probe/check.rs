//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let spec = workload.spec();
    let long_running = spec.kind.is_scalable() || spec.kind == WorkloadKind::DaemonSet;
    if !spec.usable || !long_running {
        return;
    }
    // Until its startup probe succeeds a container is not ready either.
    let gated = |container: &Container| container.readiness.is_some() || container.startup.is_some();
    if spec.pod.counted_containers().any(gated) {
        return;
    }
    let Some(service) = workload.requesters().find(|service| !service.publishes_unready()) else { return };
    let mut containers = spec.pod.containers.iter();
    let serving = containers.clone().find(|container| !container.ports.is_empty());
    let Some(container) = serving.or_else(|| containers.next()) else { return };
    let name = &container.name;
    cx.report(
        workload.at_or_parent(&workload.pod_path(&format!("{}.readinessProbe", container.path))),
        format!("{service} sends requests to {workload} as soon as its pods run: no `readinessProbe`"),
    )
    .here("ready as soon as it runs")
    .absent_field(workload.pod_path(&format!("{}.readinessProbe", container.path)))
    .label(service.identity(), "sends requests to it")
    .help(format!("add a `readinessProbe` to container `{name}` that succeeds when it can answer"))
    .counterpart(service.resource());
}
