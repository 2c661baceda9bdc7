//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

const UNAVAILABLE: &str = "spec.strategy.rollingUpdate.maxUnavailable";

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(nodes) = cx.build.options.cluster.nodes else { return };
    let spec = workload.spec();
    let (WorkloadKind::Deployment, Some(replicas)) = (spec.kind, workload.floor()) else { return };
    let stuck = workload.rollout_at_floor().is_some_and(|rollout| rollout.unavailable == 0);
    if !stuck || replicas < 1 || nodes > replicas || !spec.usable {
        return;
    }
    let own = workload.namespace();
    let apart = |term: &&AffinityTerm| {
        term.required && term.topology_key == topology::HOSTNAME && term.covers(own, own) == Some(true)
    };
    let Some(term) = spec.pod.own_anti_affinity().filter(apart).find(|term| !term.is_per_revision()) else { return };
    let wanted = replicas + 1;
    cx.report(
        workload.at_or_parent(UNAVAILABLE),
        format!("a rollout of {workload} needs {wanted} nodes, and the cluster has {nodes}"),
    )
    .here(format!("resolves to 0 of {replicas}"))
    .label(workload.key_or_parent(&workload.pod_path(&term.path)), "no two of its pods share a node")
    .label(workload.floor_place(), format!("{replicas} pods run"))
    .help("set `strategy.rollingUpdate.maxUnavailable: 1`: an old pod goes before its successor comes")
    .help("add `matchLabelKeys: [pod-template-hash]` to the term: then old and new pods may share a node");
}
