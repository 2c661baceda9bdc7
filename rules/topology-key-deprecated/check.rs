//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    for (path, key) in workload.topology_keys() {
        let Some(successor) = topology::successor(key) else { continue };
        cx.report(workload.at_or_parent(&path), format!("{workload} uses the deprecated node label `{key}`"))
            .here(format!("replaced by `{successor}`"))
            .help(format!("set it to `{successor}`"));
    }
}
