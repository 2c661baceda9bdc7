//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    // Where requests cannot go to another pod, an unready pod is as much of an outage as one that restarts.
    if workload.requesters().next().is_none() || workload.ceiling().is_some_and(|ceiling| ceiling < 2) {
        return;
    }
    for container in workload.spec().pod.counted_containers() {
        let (Some(liveness), Some(readiness)) = (&container.liveness, &container.readiness) else { continue };
        let as_strict = liveness.patience() <= readiness.patience() && liveness.timeout <= readiness.timeout;
        if !as_strict || !container.asks_the_same(liveness, readiness) || is_beside_the_load(liveness) {
            continue;
        }
        let (name, dead, unready) = (&container.name, liveness.patience(), readiness.patience());
        let at = |field: &str| workload.key_or_parent(&workload.pod_path(&format!("{}.{field}", container.path)));
        cx.report(
            at("livenessProbe"),
            format!("container `{name}` of {workload} has one check for liveness ({dead} s) and readiness ({unready} s)"),
        )
        .here(format!("restarts it after {dead} s"))
        .label(at("readinessProbe"), format!("takes the pod out after {unready} s"))
        .help(format!("raise `failureThreshold` of the `livenessProbe` until it waits for several times {unready} s"))
        .help("ask an endpoint that fails only when a restart helps, such as `/livez`");
    }
}

/// A process that is merely slow is still found, so only one that a restart helps fails the check; and an endpoint of
/// metrics is that of a sidecar, whose restart moves no load.
fn is_beside_the_load(probe: &Probe) -> bool {
    match &probe.handler {
        Some(Handler::Exec(command)) => command.iter().any(|word| word.contains("pgrep") || word.contains("pidof")),
        Some(Handler::Http { path, .. }) => path.ends_with("/metrics"),
        _ => false,
    }
}
