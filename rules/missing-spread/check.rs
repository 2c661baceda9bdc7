//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(replicas) = workload.standing_replicas() else { return };
    let pod = &workload.spec().pod;
    // A constraint or term that misses its own pods is reported for itself, unless it plainly aims at others.
    let says_nothing = pod.spread.is_empty() && pod.anti_affinity.iter().all(|term| aims_at_others(workload, term, cx));
    if !says_nothing || workload.is_bound_to_a_node() || workload.holds_node_ports() {
        return;
    }
    cx.report(
        workload.key_or_parent(&workload.template_path("spec")),
        format!("nothing keeps the {replicas} replicas of {workload} on different nodes"),
    )
    .here("no anti-affinity, no spread constraint")
    .label(workload.floor_place(), format!("{replicas} replicas at all times"))
    .absent_field(workload.template_path("spec.topologySpreadConstraints"))
    .absent_field(workload.template_path("spec.affinity"))
    .help("add `topologySpreadConstraints` or a `podAntiAffinity` term that selects its own pods");
}

/// Whether a term keeps the pods away from another workload, which does not use the same selector for itself: then it
/// would be pasted.
fn aims_at_others(workload: Workload<'_>, term: &AffinityTerm, cx: &Cx<'_>) -> bool {
    let Some(selector) = &term.selector else { return false };
    let is_theirs = |other: Workload<'_>| {
        other.spec().pod.own_anti_affinity().any(|theirs| theirs.selector.as_ref() == Some(selector))
    };
    let target = cx.build.workloads_matching(selector, workload.namespace()).next();
    !term.selects_own(&workload.spec().pod.labels) && target.is_some_and(|target| !is_theirs(target))
}
