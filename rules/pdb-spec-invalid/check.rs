//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    // A budget with a wrong type or an unknown field has that finding already.
    if budget.object.live || !budget.schema.is_empty() {
        return;
    }
    for invalid in validate::disruption_budget(budget.object.root()) {
        // Both thresholds set is reported on the whole spec; the second one is the field to remove.
        let path = if invalid.path == "spec" { "spec.maxUnavailable" } else { &invalid.path };
        cx.report(budget.at_or_parent(path), invalid.message).here("rejected by the API server").help(invalid.help);
    }
}
