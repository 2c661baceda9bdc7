//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

/// `terminationGracePeriodSeconds` of a pod that names none (`SetDefaults_PodSpec`).
const DEFAULT: i64 = 30;

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let pod = &workload.spec().pod;
    let grace = pod.grace_period.unwrap_or(DEFAULT);
    for container in pod.counted_containers() {
        let Some(hook) = container.pre_stop.as_ref().filter(|hook| hook.sleeps() >= grace.max(1)) else { continue };
        let seconds = hook.sleeps();
        let field = match hook {
            // The API server rejects what is longer (`validateSleepAction`), and `workload-spec-invalid` says so.
            Handler::Sleep(_) if seconds > grace => continue,
            Handler::Sleep(_) => "sleep.seconds",
            _ => "exec.command",
        };
        let name = &container.name;
        let default = if pod.grace_period.is_none() { " by default" } else { "" };
        cx.report(
            workload.at_or_parent(&workload.pod_path("terminationGracePeriodSeconds")),
            format!("`preStop` of container `{name}` sleeps {seconds} s, and {workload} has {grace} s to stop{default}"),
        )
        .here(format!("{grace} s to stop{default}"))
        .label(
            workload.at_or_parent(&workload.pod_path(&format!("{}.lifecycle.preStop.{field}", container.path))),
            format!("sleeps for {seconds} s first"),
        )
        .help(format!(
            "set `terminationGracePeriodSeconds: {}`: the sleep, and 30 s for the process to end",
            seconds.saturating_add(30)
        ))
        .help(format!("sleep for less than {grace} s"));
    }
}
