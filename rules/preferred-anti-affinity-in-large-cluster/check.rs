//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(nodes) = cx.build.options.cluster.nodes.filter(|nodes| *nodes >= 10) else { return };
    let (Some(_), Some(ceiling)) = (workload.standing_replicas(), workload.ceiling()) else { return };
    let pod = &workload.spec().pod;
    let by_node = |key: &str| key == topology::HOSTNAME;
    let required = pod.own_anti_affinity().any(|term| term.required) || pod.own_spread().any(|spread| spread.hard);
    let Some(term) = pod.own_anti_affinity().find(|term| by_node(&term.topology_key)) else { return };
    // A rollout wants a node beside those of the ceiling, and whoever chooses nodes has fewer than the cluster.
    let room = ceiling < nodes && !workload.chooses_nodes_by(|_| true);
    if required || !room {
        return;
    }
    let Some((list, _)) = term.path.rsplit_once('[') else { return };
    cx.report(
        workload.key_or_parent(&workload.pod_path(list)),
        format!("the anti-affinity of {workload} is only preferred, and {nodes} nodes have room for its {ceiling} pods"),
    )
    .here("replicas may share a node")
    .help("move the hostname term to `requiredDuringSchedulingIgnoredDuringExecution`, without `weight`");
}
