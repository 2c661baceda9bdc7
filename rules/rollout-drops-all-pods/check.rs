//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let spec = workload.spec();
    let Some(Strategy::RollingUpdate { unavailable, .. }) = spec.strategy else { return };
    let Some(floor) = workload.floor().filter(|floor| *floor >= 2) else { return };
    let (field, dropped) = match spec.kind {
        WorkloadKind::Deployment => {
            ("spec.strategy.rollingUpdate.maxUnavailable", workload.rollout_at_floor().map(|at| at.unavailable))
        }
        // A StatefulSet rounds the percentage up (`getStatefulSetMaxUnavailable`), and heeds the field since 1.35.
        WorkloadKind::StatefulSet if cx.build.options.kube_version.is_at_least(35) && !is_partitioned(workload) => {
            ("spec.updateStrategy.rollingUpdate.maxUnavailable", Some(unavailable.scaled(floor, true)))
        }
        _ => return,
    };
    if dropped.is_none_or(|dropped| dropped < floor) {
        return;
    }
    cx.report(
        workload.at_or_parent(field),
        format!("`maxUnavailable: {unavailable}` lets a rollout take all {floor} pods of {workload} at once"),
    )
    .here(format!("all {floor} pods at once"))
    .label(workload.floor_place(), format!("the floor is {floor}"))
    .help("set `maxUnavailable: 1`, or a percentage that leaves enough pods to serve, such as 25%");
}

/// Pods below the partition keep the old version.
fn is_partitioned(workload: Workload<'_>) -> bool {
    let partition = workload.object.root().at("spec.updateStrategy.rollingUpdate.partition");
    partition.and_then(|partition| partition.int()).is_some_and(|partition| partition > 0)
}
