//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let (Some(spec), Some(workload)) = (budget.spec(), budget.unscalable().next()) else { return };
    let text = budget.threshold_text();
    let why = match workload.spec().kind {
        WorkloadKind::Pod => "which no controller owns",
        _ => "which has no scale subresource",
    };
    cx.report(budget.at_or_parent(spec.threshold_path()), format!("{text} cannot be resolved for {workload}, {why}"))
        .here("needs a replica count")
        .label(workload.identity(), "selected by this budget")
        .help("set `minAvailable` to a whole number: it is the only form that works without a replica count")
        .help("narrow the selector so that it leaves these pods out")
        .counterpart(workload.resource());
}
