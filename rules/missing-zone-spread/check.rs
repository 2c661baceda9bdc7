//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

const WEIGHTS: &str = "add the same term with `topologyKey: topology.kubernetes.io/zone` and weight 100, and give this one 50";
const CONSTRAINT: &str = "add a spread constraint with `topologyKey: topology.kubernetes.io/zone` and `ScheduleAnyway`";

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(zones) = cx.build.options.cluster.zones.filter(|zones| *zones >= 2) else { return };
    let Some(replicas) = workload.standing_replicas() else { return };
    let pod = &workload.spec().pod;
    let (path, help) = match (pod.own_anti_affinity().next(), pod.own_spread().next()) {
        (Some(term), _) if !term.required => (&term.path, WEIGHTS),
        (Some(term), _) => (&term.path, CONSTRAINT),
        (None, Some(spread)) => (&spread.path, CONSTRAINT),
        (None, None) => return,
    };
    // Any other key, be it of racks or of a vendor's zones, says how the pods are meant to stand.
    let only_nodes = workload.topology_keys().all(|(_, key)| key == topology::HOSTNAME);
    if !only_nodes || workload.chooses_nodes_by(topology::is_zone) {
        return;
    }
    cx.report(
        workload.at_or_parent(&workload.pod_path(&format!("{path}.topologyKey"))),
        format!("the {replicas} replicas of {workload} are kept apart by node, but may share one of {zones} zones"),
    )
    .here("one domain a node")
    .help(help);
}
