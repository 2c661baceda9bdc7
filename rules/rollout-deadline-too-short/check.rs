//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

/// `progressDeadlineSeconds` of a Deployment that names none (`SetDefaults_Deployment`).
const DEFAULT: i64 = 600;

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let spec = workload.spec();
    if spec.kind != WorkloadKind::Deployment {
        return;
    }
    let deadline = spec.progress_deadline.unwrap_or(DEFAULT);
    let slowest = spec.pod.counted_containers().flat_map(starts).max_by_key(|(seconds, _)| *seconds);
    let Some((seconds, field)) = slowest.filter(|(seconds, _)| *seconds > deadline) else { return };
    let default = if spec.progress_deadline.is_none() { " by default" } else { "" };
    cx.report(
        workload.at_or_parent("spec.progressDeadlineSeconds"),
        format!("pods of {workload} may start for {seconds} s, but its rollout fails after {deadline} s{default}"),
    )
    .here(format!("gives up after {deadline} s"))
    .label(workload.key_or_parent(&workload.pod_path(&field)), format!("waits for up to {seconds} s"))
    .help(format!(
        "set `progressDeadlineSeconds: {}`: the wait, and 300 s to schedule the pod and pull its image",
        seconds.saturating_add(300)
    ));
}

/// How long a container may take until it is ready, and the field that says so.
fn starts(container: &Container) -> impl Iterator<Item = (i64, String)> {
    let startup = container.startup.as_ref().map(|probe| (probe.budget(), format!("{}.startupProbe", container.path)));
    let field = format!("{}.readinessProbe.initialDelaySeconds", container.path);
    let readiness = container.readiness.as_ref().map(|probe| (probe.initial_delay, field));
    startup.into_iter().chain(readiness)
}
