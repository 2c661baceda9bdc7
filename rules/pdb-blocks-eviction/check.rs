//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(at_floor) = budget.at_floor() else { return };
    if at_floor.pods < 2 || at_floor.status.disruptions_allowed > 0 {
        return;
    }
    let Some(spec) = budget.spec() else { return };
    let (text, pods) = (budget.threshold_text(), at_floor.pods);
    let mut report = cx
        .report(
            budget.at_or_parent(spec.threshold_path()),
            format!("{text} with {pods} replicas leaves 0 pods that may be evicted"),
        )
        .here(match at_floor.threshold {
            Threshold::Neither => "no pod may go".to_owned(),
            _ => format!("{} of {pods} must stay", at_floor.status.desired_healthy),
        });
    for workload in budget.workloads() {
        let floor = workload.floor().unwrap_or(1);
        report = report.label(workload.floor_place(), format!("the floor of {workload} is {floor}"));
    }
    let report = match at_floor.threshold {
        Threshold::MinAvailable(_) => {
            let report =
                report.help("set `maxUnavailable: 1` instead of `minAvailable`: it lets one pod go at any replica count");
            match budget.enough_replicas() {
                Some(enough) => report.help(format!("raise the floor to {enough} where the threshold has to stay")),
                None => report,
            }
        }
        Threshold::MaxUnavailable(_) => report.help("set `maxUnavailable` to 1 or more"),
        Threshold::Neither => report.help("set `maxUnavailable: 1`"),
    };
    if let Some(workload) = budget.workloads().next() {
        report.counterpart(workload.resource());
    }
}
