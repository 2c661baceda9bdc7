//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    if (object.group.as_str(), object.kind.as_str()) != ("policy", "PodDisruptionBudget") {
        return;
    }
    for mut invalid in validate::disruption_budget(object.root()) {
        // Both thresholds set is reported on the whole spec; the second one is the field to remove.
        if invalid.path == "spec" {
            invalid.path = "spec.maxUnavailable".to_owned();
        }
        report_invalid(resource, &invalid, cx);
    }
}
