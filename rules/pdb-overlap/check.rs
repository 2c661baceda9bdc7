//! See README.md for what this flags and why.
use crate::prelude::*;
use std::collections::BTreeMap;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    // One finding a pair of budgets, however many workloads they share.
    let mut pairs: BTreeMap<(usize, usize), (Budget<'b>, Budget<'b>, Workload<'b>)> = BTreeMap::new();
    for workload in build.workloads() {
        let budgets: Vec<_> = workload.budgets().collect();
        // Neighbours are enough: the first budget with each later one, not every combination.
        let Some((first, others)) = budgets.split_first() else { continue };
        for other in others.iter().filter(|other| build.same_namespace(first.resource(), other.resource())) {
            pairs.entry((first.number(), other.number())).or_insert((*first, *other, workload));
        }
    }
    for (first, other, workload) in pairs.into_values() {
        cx.report(
            other.key_or_parent("spec.selector"),
            format!("{other} and {first} both select the pods of {workload}"),
        )
        .here("this selector matches them")
        .label(first.key_or_parent("spec.selector"), "and so does this one")
        .label(workload.at_or_parent(&workload.template_path("metadata.labels")), format!("the labels of {workload}"))
        .help("narrow one selector, or remove one of the two budgets: each eviction is answered with HTTP 500")
        .counterpart(first.resource());
    }
}
