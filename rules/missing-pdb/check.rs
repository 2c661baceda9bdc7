//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    if !build.options.complete {
        return;
    }
    // Budgets that other rules report: they do not decode, or select nothing.
    let astray: Vec<_> = build.budgets().filter(|budget| budget.workloads().next().is_none()).collect();
    for workload in build.workloads() {
        let (Some(replicas), Some(service)) = (workload.standing_replicas(), workload.services().next()) else {
            continue;
        };
        if workload.budgets().next().is_some() || astray.iter().any(|budget| may_mean(*budget, workload)) {
            continue;
        }
        cx.report(
            workload.identity(),
            format!("{workload} runs {replicas} replicas behind {service} without a PodDisruptionBudget"),
        )
        .here("no budget selects its pods")
        .absent_object("PodDisruptionBudget")
        .label(workload.floor_place(), format!("{replicas} replicas at all times"))
        .label(service.identity(), "selects them")
        .help("add a PodDisruptionBudget with `maxUnavailable: 1` and the `matchLabels` of its pods");
    }
}

/// Whether a budget that selects nothing may be this workload's, or is, but for its namespace.
fn may_mean(budget: Budget<'_>, workload: Workload<'_>) -> bool {
    let selector = budget.spec().and_then(|spec| spec.selector.as_ref()).filter(|selector| !selector.is_empty());
    if selector.is_some_and(|selector| selector.matches(&workload.spec().pod.labels)) {
        return true;
    }
    budget.build().same_namespace(budget.resource(), workload.resource())
        && selector.is_none_or(|selector| Gap::between(selector, workload).is_some())
}
