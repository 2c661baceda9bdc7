//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

const SPREAD_KEYS: &[&str] =
    &["kubernetes.io/hostname", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    if !workload.spec().usable || !workload.selects_its_pods() {
        return;
    }
    let terms = &workload.spec().pod.anti_affinity;
    for term in terms.iter().filter(|term| SPREAD_KEYS.contains(&term.topology_key.as_str())) {
        check_term(workload, term, cx);
    }
}

fn check_term<'b>(workload: Workload<'b>, term: &AffinityTerm, cx: &mut Cx<'b>) {
    let Some(selector) = term.selector.as_ref().filter(|selector| !selector.is_empty()) else { return };
    let labels = &workload.spec().pod.labels;
    let elsewhere = term.covers(workload.namespace(), workload.namespace()) != Some(true);
    if selector.matches(labels) || elsewhere || cx.build.may_select_foreign_pods(selector, workload.resource()) {
        return;
    }
    // A pod that keeps its own replicas apart in another term or constraint says what it means with this one, but for a
    // slip of the pen.
    let pod = &workload.spec().pod;
    let spreads = pod.own_anti_affinity().next().is_some() || pod.spreads_itself_by_constraint();
    match cx.build.workloads_matching(selector, workload.namespace()).next() {
        Some(other) if !spreads => check_pasted(workload, term, selector, other, cx),
        None if !spreads || matches!(near_miss::of(selector, labels), Some(near_miss::NearMiss::Typo(_))) => {
            check_missed(workload, term, selector, cx);
        }
        _ => {}
    }
}

/// Nothing in the build matches: a slip, if the selector is nearly the pod's own.
fn check_missed<'b>(workload: Workload<'b>, term: &AffinityTerm, selector: &LabelSelector, cx: &mut Cx<'b>) {
    let labels = &workload.spec().pod.labels;
    let miss = near_miss::of(selector, labels);
    let requirement = match &miss {
        Some(miss) if miss.is_slip() || cx.build.options.complete => miss.requirement(),
        Some(_) => return,
        None => {
            // The pod's own name label agrees, so the term is meant for this workload, however much else differs.
            let named = selector.requirements.iter().any(|requirement| {
                near_miss::is_name(&requirement.key)
                    && requirement.single_value().is_some()
                    && requirement.matches(labels)
            });
            let Some(first) = selector.requirements.iter().find(|requirement| {
                requirement.single_value().is_some() && !requirement.matches(labels)
            }) else {
                return;
            };
            // An operator that shuts the own label out (`NotIn`, `DoesNotExist`) is no slip.
            let deliberate = selector
                .requirements
                .iter()
                .any(|requirement| requirement.single_value().is_none() && !requirement.matches(labels));
            if !named || deliberate || !cx.build.options.complete {
                return;
            }
            first
        }
    };
    let slip = miss.is_some_and(|miss| miss.is_slip());
    if slip || !is_next_door(workload, &requirement.key) {
        report(workload, term, requirement, cx);
    }
}

/// The label tells parts of one application apart, so the term may mean the part that another build brings: stable for
/// canary, primary for replica. Components are all there in the render of a chart.
fn is_next_door(workload: Workload<'_>, key: &str) -> bool {
    near_miss::is_part(key) || (key.ends_with("component") && workload.object.origin().is_none())
}

/// Another workload matches: pasted, if this one spreads its own pods in no way and the other one uses the very same
/// selector for itself.
fn check_pasted<'b>(
    workload: Workload<'b>,
    term: &AffinityTerm,
    selector: &LabelSelector,
    other: Workload<'b>,
    cx: &mut Cx<'b>,
) {
    let pod = &workload.spec().pod;
    let used_by_other = other.spec().pod.anti_affinity.iter().any(|theirs| {
        theirs.topology_key == term.topology_key
            && theirs.selector.as_ref().is_some_and(|theirs| same_requirements(theirs, selector))
    });
    let Some(requirement) = selector.requirements.iter().find(|requirement| !requirement.matches(&pod.labels)) else {
        return;
    };
    if used_by_other {
        report(workload, term, requirement, cx)
            .label(other.identity(), "the workload it does match")
            .counterpart(other.resource());
    }
}

fn same_requirements(one: &LabelSelector, other: &LabelSelector) -> bool {
    one.to_string() == other.to_string()
}

fn report<'c, 'b>(
    workload: Workload<'b>,
    term: &AffinityTerm,
    requirement: &Requirement,
    cx: &'c mut Cx<'b>,
) -> Report<'c> {
    let labels = &workload.spec().pod.labels;
    let key = &requirement.key;
    let under_other_key = || {
        labels.iter().find(|(key, value)| near_miss::is_name(key) && Some(value.as_str()) == requirement.single_value())
    };
    let (actual, label_key, field) = match (labels.get(key), under_other_key()) {
        (Some(value), _) => (format!("`{key}: {value}`"), Some(key), requirement.path()),
        (None, Some((other, value))) => (format!("`{other}: {value}`"), Some(other), requirement.key_path()),
        (None, None) => (format!("no label `{key}`"), None, requirement.key_path()),
    };
    let mut labels_path = workload.template_path("metadata.labels");
    if let Some(key) = label_key {
        push_key(&mut labels_path, key);
    }
    let field = workload.pod_path(&format!("{}.labelSelector.{field}", term.path));
    let place = match requirement.expression {
        None if labels.get(key).is_none() => workload.key_or_parent(&field),
        _ => workload.at_or_parent(&field),
    };
    cx.report(place, format!("the anti-affinity of {workload} selects `{requirement}`, but its pods carry {actual}"))
        .here("matches none of its own pods")
        .label(workload.at_or_parent(&labels_path), "the label of its pods")
        .help(format!("write the selector as the pods are labelled: {actual}"))
}
