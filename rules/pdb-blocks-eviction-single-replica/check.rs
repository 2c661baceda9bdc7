//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(at_floor) = budget.at_floor() else { return };
    if at_floor.pods != 1 || at_floor.status.disruptions_allowed > 0 {
        return;
    }
    let (Some(spec), Some(workload)) = (budget.spec(), budget.workloads().next()) else { return };
    let text = budget.threshold_text();
    let report = cx.report(
        budget.at_or_parent(spec.threshold_path()),
        format!("{text} with 1 replica leaves 0 pods that may be evicted"),
    )
    .here(format!("the only pod of {workload} must stay"))
    .label(workload.floor_place(), format!("the floor of {workload} is 1"))
    .help("set `maxUnavailable: 1` where a short outage during a drain is acceptable")
    .counterpart(workload.resource());
    if let Some(enough) = budget.enough_replicas() {
        report.help(format!("raise the replicas to {enough} or more where it is not"));
    }
}
