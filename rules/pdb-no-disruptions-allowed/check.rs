//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Content::Budget(Some(spec)) = &resource.content else { return };
    let budget = cx.build.budgets().find(|budget| std::ptr::eq(budget.resource(), resource));
    // With SyncFailed the counts are those of an earlier round.
    if let Some(unsynced) = resource.conditions().find(is_unsynced) {
        if budget.is_none_or(|budget| budget.unscalable().next().is_none()) {
            report_unsynced(resource, &unsynced, cx);
        }
        return;
    }
    let count = |field: &str| resource.status_count(field);
    let (Some(0), Some(expected)) = (count("disruptionsAllowed"), count("expectedPods")) else { return };
    let (Some(healthy), Some(desired)) = (count("currentHealthy"), count("desiredHealthy")) else { return };
    if expected <= 0 || healthy > desired || resource.status_is_stale() {
        return;
    }
    // A budget that asks for every pod blocks however healthy they are.
    let asks_for_all = desired >= expected;
    let at_floor = budget.and_then(Budget::at_floor);
    if asks_for_all && at_floor.is_some_and(|at_floor| at_floor.status.disruptions_allowed == 0) {
        return;
    }
    let pods = spec.selector.as_ref().map(|selector| cx.build.live_pods(selector, resource)).unwrap_or_default();
    let unready: Vec<_> = pods.into_iter().filter(|(_, state)| *state != PodState::Ready).collect();
    // Pods that start let the budget open within moments.
    if !unready.is_empty() && unready.iter().all(|(_, state)| *state == PodState::Starting) {
        return;
    }
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let has = if desired == 1 { "has" } else { "have" };
    let mut report = cx
        .report(
            resource.at_or_parent("status.disruptionsAllowed"),
            format!("{resource} lets no pod go: {healthy} of {expected} are healthy, and {desired} {has} to stay"),
        )
        .here("every eviction is refused")
        .label(resource.at_or_parent(spec.threshold_path()), "how many have to stay");
    let failing = unready.iter().filter_map(|(pod, state)| match state {
        PodState::Failing(reason) => Some((*pod, reason.as_deref())),
        PodState::Ready | PodState::Starting => None,
    });
    let failing: Vec<_> = failing.collect();
    for (pod, reason) in failing.iter().take(SHOWN) {
        let words = reason.map_or_else(|| "not ready".to_owned(), |reason| format!("not ready: {reason}"));
        report = report.label(pod.at_or_parent("metadata.name"), words);
    }
    match (asks_for_all, failing.first()) {
        (true, _) => report.help("set `maxUnavailable: 1` in place of the threshold, or run more replicas"),
        (false, Some((pod, _))) => {
            let pod = &pod.object.name;
            report
                .help(format!("run `kubectl describe pod {pod} -n {namespace}` and mend it: the budget then opens by itself"))
                .help("set `unhealthyPodEvictionPolicy: AlwaysAllow`, so that a broken pod may go meanwhile")
        }
        (false, None) => report.help(format!("run `kubectl get pods -n {namespace} -o wide` and mend those that are not ready: the budget then opens by itself")),
    };
}

/// How many pods in trouble are shown: one is enough to start with.
const SHOWN: usize = 3;

fn is_unsynced(condition: &Condition) -> bool {
    (condition.kind.as_str(), condition.status.as_str(), condition.reason.as_str())
        == ("DisruptionAllowed", "False", "SyncFailed")
}

/// The controller could not count the pods, and then lets none go (`failSafe` in `pkg/controller/disruption/disruption.go`,
/// Kubernetes 1.34).
fn report_unsynced<'b>(resource: &'b Resource, condition: &Condition, cx: &mut Cx<'b>) {
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let name = &resource.object.name;
    let says = |words: &str| condition.message.contains(words);
    let (why, help) = if says("does not implement the scale subresource") {
        let help = "set `minAvailable` to a whole number, or narrow the selector to pods of Deployments and StatefulSets";
        ("the controller of its pods has no replica count", help.to_owned())
    } else {
        let help = format!("run `kubectl describe pdb {name} -n {namespace}`: the message and the events name what is missing");
        ("its controller cannot count the pods", help)
    };
    let message = resource.at_or_parent(&format!("{}.message", condition.path));
    let place = resource.at_or_parent(&format!("{}.reason", condition.path));
    cx.report(place, format!("{resource} lets no pod go: {why}"))
        .here("every eviction is refused")
        .label(message, "the controller's own words")
        .help(help);
}
