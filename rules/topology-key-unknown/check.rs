//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let own_keys = &cx.build.options.cluster.topology_keys;
    for (path, key) in workload.topology_keys() {
        let Some(meant) = topology::likely_meant(key).filter(|_| !own_keys.iter().any(|own| own == key)) else {
            continue;
        };
        cx.report(
            workload.at_or_parent(&path),
            format!("the topology key `{key}` of {workload} is no well-known node label, but `{meant}` is"),
        )
        .here(format!("likely `{meant}`"))
        .help(format!("set it to `{meant}`"))
        .help(format!("list `{key}` under `cluster.topology-keys` in `.aiplat-lint.yaml` if the nodes carry it"));
    }
}
