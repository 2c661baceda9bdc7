//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    if !workload.spec().usable || !workload.selects_its_pods() {
        return;
    }
    for spread in &workload.spec().pod.spread {
        match &spread.selector {
            Some(selector) => check_selector(workload, spread, selector, cx),
            None => check_absent(workload, spread, cx),
        }
    }
}

fn check_absent<'b>(workload: Workload<'b>, spread: &Spread, cx: &mut Cx<'b>) {
    let field = |name: &str| workload.pod_path(&format!("{}.{name}", spread.path));
    // A selector that does not decode, and `matchLabelKeys` without one, are rejected by the API server.
    let written = |name: &str| workload.object.root().at(&field(name)).is_some_and(|node| !node.is_null());
    if written("labelSelector") || written("matchLabelKeys") {
        return;
    }
    cx.report(
        workload.key_or_parent(&field("labelSelector")),
        format!("a spread constraint of {workload} has no `labelSelector`, so it counts no pods"),
    )
    .here("spreads nothing")
    .label(workload.at_or_parent(&workload.template_path("metadata.labels")), "the labels of its pods")
    .help("add `labelSelector` with the `matchLabels` of `spec.selector`");
}

fn check_selector<'b>(workload: Workload<'b>, spread: &Spread, selector: &LabelSelector, cx: &mut Cx<'b>) {
    let labels = &workload.spec().pod.labels;
    let missed: Vec<_> = selector.requirements.iter().filter(|wanted| !wanted.matches(labels)).collect();
    // An operator that shuts the own labels out (`NotIn`, `DoesNotExist`) is no slip.
    let deliberate = missed.iter().any(|wanted| wanted.single_value().is_none());
    let (Some(first), false) = (missed.first(), deliberate) else { return };
    let gap = Gap::between(selector, workload);
    let is_slip = gap.as_ref().is_some_and(|gap| !matches!(gap, Gap::Release(_)));
    if !is_slip && !counts_nobody(workload, selector, cx) {
        return;
    }
    let path = workload.pod_path(&format!("{}.labelSelector", spread.path));
    let place = match &gap {
        Some(Gap::Key(..)) => workload.key_or_parent(&format!("{path}.{}", first.key_path())),
        _ => workload.at_or_parent(&format!("{path}.{}", first.path())),
    };
    let (difference, help, (side, words)) = match gap.map(|gap| Missed { workload, gap }) {
        Some(missed) => (missed.difference(), missed.remedy(), missed.other_side()),
        None => (
            format!("none is `{first}`"),
            "set `labelSelector` to the `matchLabels` of `spec.selector`".to_owned(),
            (workload.at_or_parent(&workload.template_path("metadata.labels")), "the labels of its pods"),
        ),
    };
    cx.report(place, format!("a spread constraint of {workload} counts none of its own pods: {difference}"))
        .here("no pod of its own carries this")
        .label(side, words)
        .help(help);
}

/// Whether the constraint counts the pods of no workload at all. Where it counts those of another, it may be meant so, and
/// where the pod keeps its replicas apart elsewhere as well.
fn counts_nobody(workload: Workload<'_>, selector: &LabelSelector, cx: &Cx<'_>) -> bool {
    let pod = &workload.spec().pod;
    let says_otherwise = pod.spreads_itself_by_constraint() || pod.own_anti_affinity().next().is_some();
    let of_running_pod = |wanted: &Requirement| near_miss::is_of_running_pod(&wanted.key);
    !says_otherwise
        && !selector.requirements.iter().any(of_running_pod)
        && cx.build.selects_nothing(selector, workload.resource())
}
