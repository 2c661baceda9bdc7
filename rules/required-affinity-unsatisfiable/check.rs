//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    if !workload.spec().usable {
        return;
    }
    for term in workload.spec().pod.affinity.iter().filter(|term| term.required) {
        check_term(workload, term, cx);
    }
}

fn check_term<'b>(workload: Workload<'b>, term: &'b AffinityTerm, cx: &mut Cx<'b>) {
    // Keys that are merged into an absent selector are rejected by the API server; labels that differ between pods of
    // one kind are not in the manifest.
    if !(term.match_label_keys.is_empty() && term.mismatch_label_keys.is_empty()) {
        return;
    }
    let path = workload.pod_path(&format!("{}.labelSelector", term.path));
    let lead = format!("the required affinity of {workload} selects no pod");
    let Some(selector) = &term.selector else {
        cx.report(workload.key_or_parent(&path), format!("{lead}: it has no `labelSelector`"))
            .here("selects nothing")
            .help("add `labelSelector` with the labels of the pods to run beside");
        return;
    };
    let build = cx.build;
    // Where it looks into other namespaces, their pods are not all in this build.
    let at_home = term.namespaces.is_empty() && term.namespace_selector.is_none();
    let labels = &workload.spec().pod.labels;
    if !at_home || selector.matches(labels) || !build.selects_nothing(selector, workload.resource()) {
        return;
    }
    // Beside the pods of another release is a place to be, though this build has no part of it.
    let of_other_release =
        |missed: &Missed<'_, '_>| matches!(missed.gap, Gap::Release(wanted) if !wanted.matches(labels));
    if let Some(missed) = build.missed(selector, workload.resource()).filter(|missed| !of_other_release(missed)) {
        report_missed(cx, workload.resource(), &path, &lead, &missed);
        return;
    }
    // The pods of its own release are all here, unless an operator makes some.
    let own_release = |wanted: &&Requirement| near_miss::is_release(&wanted.key) && wanted.matches(labels);
    let Some(release) = selector.requirements.iter().find(own_release) else { return };
    let others: Vec<_> = selector.requirements.iter().filter(|wanted| !wanted.matches(labels)).collect();
    let is_static = |wanted: &&Requirement| wanted.single_value().is_some() && near_miss::is_static(&wanted.key);
    let (Some(first), true) = (others.first(), others.iter().all(is_static)) else { return };
    if build.has_foreign(workload.resource()) {
        return;
    }
    cx.report(workload.key_or_parent(&path), format!("{lead}: none of this release is `{first}`"))
        .here("matches no pod of this build")
        .label(workload.identity(), format!("of the same release: `{release}`"))
        .help(format!("set `{}` to the label of a pod to run beside, or make the term preferred", first.key));
}
