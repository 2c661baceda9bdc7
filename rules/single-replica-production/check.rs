//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let deployment = workload.spec().kind == WorkloadKind::Deployment;
    // The range of an autoscaler is judged at the autoscaler.
    if !deployment || workload.ceiling() != Some(1) || workload.scalers().next().is_some() || workload.is_singleton() {
        return;
    }
    if is_single_by_construction(workload) {
        return;
    }
    // Another workload behind the same Service answers in its place, as the stable one does for its canary.
    let mut services = workload.requesters();
    let Some(service) = services.find(|service| service.workloads().all(|other| other == workload)) else { return };
    let how = match workload.spec().replicas {
        Some(_) => "`replicas` is 1",
        None => "`replicas` is absent and defaults to 1",
    };
    cx.report(workload.at_or_parent("spec.replicas"), format!("{workload} runs a single pod in production: {how}"))
        .here("a single pod")
        .label(service.identity(), "sends requests to it")
        .help("set `replicas` to 2 or more")
        .help("annotate the workload with `aiplat-lint/singleton: <reason>` if it must run once")
        .counterpart(service.resource());
}

/// A second pod could not work: one node holds the volume, or the strategy says that two must not meet. With GPUs it says
/// only that none is spare.
fn is_single_by_construction(workload: Workload<'_>) -> bool {
    let spec = workload.spec();
    let alone = spec.strategy == Some(Strategy::Recreate) && spec.pod.gpus() == 0;
    alone || workload.exclusive_claims().next().is_some()
}
