//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(spec) = budget.spec() else { return };
    // Before policy/v1 an empty selector selected nothing.
    if !spec.empty_selects_all || !spec.selector.as_ref().is_some_and(LabelSelector::is_empty) {
        return;
    }
    let passing = [WorkloadKind::Job, WorkloadKind::CronJob];
    let covered: Vec<_> =
        budget.workloads().filter(|workload| !passing.contains(&workload.spec().kind)).collect();
    // Two budgets over one pod, and pods that the budget cannot count, are graver, and reported for themselves.
    let has_other_budget = covered.iter().any(|workload| workload.budgets().nth(1).is_some());
    if covered.len() < 2 || has_other_budget || budget.unscalable().next().is_some() {
        return;
    }
    let count = covered.len();
    let mut report = cx
        .report(
            budget.key_or_parent("spec.selector"),
            format!("`selector: {{}}` of {budget} puts all {count} workloads of the namespace under one allowance"),
        )
        .here("selects every pod there is");
    for workload in covered.iter().take(2) {
        report = report.label(workload.identity(), "selected by this budget");
    }
    report.help("write one budget a workload, each with the `matchLabels` of its pods");
}
