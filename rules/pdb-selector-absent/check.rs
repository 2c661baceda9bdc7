//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(spec) = budget.spec().filter(|spec| spec.selector.is_none()) else { return };
    let help = if spec.empty_selects_all {
        "set `spec.selector.matchLabels` to the labels of the pods to protect"
    } else {
        "set `spec.selector.matchLabels` to the labels of the pods to protect, under `policy/v1`"
    };
    cx.report(budget.key_or_parent("spec"), format!("{budget} has no `selector`, so it protects no pod"))
        .here("selects nothing")
        .help(help);
}
