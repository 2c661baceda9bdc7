//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    if served_workload(resource).is_none() {
        return;
    }
    let object = &resource.object;
    let rejected = validate::workload(&object.kind, object.root(), cx.build.options.kube_version);
    report_rejected(resource, rejected, cx);
}
