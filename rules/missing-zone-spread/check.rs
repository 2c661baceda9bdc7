//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(zones) = cx.build.options.cluster.zones.filter(|zones| *zones >= 2) else { return };
    let Some(replicas) = workload.standing_replicas() else { return };
    let pod = &workload.spec().pod;
    let mut keys = workload.topology_keys();
    let only_nodes = keys.all(|(_, key)| key == topology::HOSTNAME);
    let Some(path) = pod
        .own_anti_affinity()
        .map(|term| &term.path)
        .chain(pod.own_spread().map(|spread| &spread.path))
        .next()
    else {
        return;
    };
    if !only_nodes || workload.chooses_nodes_by(topology::is_zone) {
        return;
    }
    cx.report(
        workload.at_or_parent(&workload.pod_path(&format!("{path}.topologyKey"))),
        format!("the {replicas} replicas of {workload} are kept apart by node, but may share one of {zones} zones"),
    )
    .here("one domain a node")
    .help("add a preferred term with `topologyKey: topology.kubernetes.io/zone` and weight 100, and give this one 50");
}
