//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(spec) = budget.spec() else { return };
    let (Some(Threshold::MinAvailable(IntOrPercent::Int(kept))), Some(selector)) = (spec.threshold, &spec.selector)
    else {
        return;
    };
    // 0 protects nothing at all, and `{}` mixes workloads: both are reported for themselves.
    if kept == 0 || selector.is_empty() || cx.build.may_select_foreign_pods(selector, budget.resource()) {
        return;
    }
    let ceilings: Option<Vec<_>> =
        budget.workloads().map(|workload| Some((workload, workload.ceiling()?))).collect();
    let Some(ceilings) = ceilings else { return };
    let pods: i64 = ceilings.iter().map(|(_, ceiling)| *ceiling).sum();
    let gone = pods - kept;
    if gone <= kept {
        return;
    }
    let mut report = cx
        .report(
            budget.at_or_parent("spec.minAvailable"),
            format!("`minAvailable: {kept}` of {budget} lets {gone} of {pods} pods go at once"),
        )
        .here(format!("keeps {kept} of {pods}"));
    for (workload, ceiling) in &ceilings {
        let place = match workload.scaler() {
            Some(scaler) => scaler.at_or_parent(scaler.spec().max_path()),
            None => workload.at_or_parent("spec.replicas"),
        };
        report = report.label(place, format!("the ceiling of {workload} is {ceiling}"));
    }
    let report = report.help("set `maxUnavailable: 1` instead of `minAvailable`: one pod at a time, at any count");
    if let Some((workload, _)) = ceilings.first() {
        report.counterpart(workload.resource());
    }
}
