//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Content::Budget(Some(spec)) = &resource.content else { return };
    let count = |field: &str| resource.status_count(field);
    let (Some(0), Some(expected)) = (count("disruptionsAllowed"), count("expectedPods")) else { return };
    let (Some(healthy), Some(desired)) = (count("currentHealthy"), count("desiredHealthy")) else { return };
    // With SyncFailed the counts are those of an earlier round.
    let unsynced = resource.conditions().any(|condition| condition.reason == "SyncFailed");
    if expected <= 0 || healthy > desired || unsynced || resource.status_is_stale() {
        return;
    }
    // A budget that asks for every pod blocks however healthy they are.
    let asks_for_all = desired >= expected;
    let budget = cx.build.budgets().find(|budget| std::ptr::eq(budget.resource(), resource));
    let at_floor = budget.and_then(Budget::at_floor);
    if asks_for_all && at_floor.is_some_and(|at_floor| at_floor.status.disruptions_allowed == 0) {
        return;
    }
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let name = &resource.object.name;
    let report = cx
        .report(
            resource.at_or_parent("status.disruptionsAllowed"),
            format!("{resource} lets no pod go: {healthy} of {expected} are healthy, and {desired} have to stay"),
        )
        .here("every eviction is refused")
        .label(resource.at_or_parent(spec.threshold_path()), "how many have to stay");
    match asks_for_all {
        true => report.help("set `maxUnavailable: 1` in place of the threshold, or run more replicas"),
        false => report.help(format!("run `kubectl get pods -n {namespace} -o wide` and mend those that are not ready: the budget {name} then opens by itself")),
    };
}
