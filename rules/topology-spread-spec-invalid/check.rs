//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Some(kind) = served_workload(resource) else { return };
    let root = resource.object.root();
    let rejected = validate::topology_spread(root, kind.template_path(), cx.build.options.kube_version);
    report_rejected(resource, rejected, cx);
}
