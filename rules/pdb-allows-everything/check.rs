//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(at_floor) = budget.at_floor().filter(|at_floor| at_floor.pods >= 2) else { return };
    let nothing_stays = matches!(
        at_floor.threshold,
        Threshold::MinAvailable(IntOrPercent::Int(0) | IntOrPercent::Percent(0))
            | Threshold::MaxUnavailable(IntOrPercent::Percent(100))
    );
    let (true, Some(spec)) = (nothing_stays, budget.spec()) else { return };
    let (text, pods) = (budget.threshold_text(), at_floor.pods);
    let mut report = cx
        .report(budget.at_or_parent(spec.threshold_path()), format!("{text} lets all {pods} pods be evicted at once"))
        .here("no pod has to stay");
    for workload in budget.workloads() {
        let floor = workload.floor().unwrap_or(1);
        report = report.label(workload.floor_place(), format!("the floor of {workload} is {floor}"));
    }
    report.help("set `maxUnavailable: 1`, or remove the budget if all pods may go at once");
}
