//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

/// GPUs that can be handed out: the cluster's by configuration, or those of a namespace by its quota.
struct Pool<'b> {
    size: i128,
    taken: i128,
    /// What one pod of the workload takes of it.
    each: i128,
    quota: Option<(&'b Resource, String)>,
}

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let stuck = workload.rollout_at_floor().is_some_and(|at| at.unavailable == 0 && at.surge >= 1);
    let Some(floor) = workload.floor().filter(|floor| *floor >= 1 && stuck && workload.spec().pod.gpus() > 0) else {
        return;
    };
    // What does not fit without a rollout is another fault than one that only a rollout meets.
    let no_spare = |pool: &Pool<'b>| pool.each > 0 && pool.taken <= pool.size && pool.size - pool.taken < pool.each;
    let Some(pool) = cluster(workload, cx.build).into_iter().chain(quotas(workload, cx.build)).find(no_spare) else {
        return;
    };
    let spare = pool.size - pool.taken;
    let place = pool.quota.as_ref().map_or_else(|| "the cluster".to_owned(), |(quota, _)| quota.to_string());
    let report = cx
        .report(
            workload.at_or_parent("spec.strategy.rollingUpdate.maxUnavailable"),
            format!("a rollout of {workload} needs {} more GPU, and {place} has {spare} of {} left", pool.each, pool.size),
        )
        .here("no old pod may go first")
        .label(workload.floor_place(), format!("the floor is {floor}"));
    let report = match pool.quota {
        Some((quota, path)) => report.label(quota.at_or_parent(&path), "all that the namespace may request"),
        None => report,
    };
    report.help("set `maxSurge: 0` and `maxUnavailable: 1`, so that an old pod gives its GPU to the new one");
}

fn cluster<'b>(workload: Workload<'b>, build: &'b Build) -> Option<Pool<'b>> {
    let taken = build.workloads().map(|other| i128::from(other.spec().pod.gpus()) * running(other)).sum();
    Some(Pool {
        size: i128::from(build.options.cluster.gpus?),
        taken,
        each: i128::from(workload.spec().pod.gpus()),
        quota: None,
    })
}

fn quotas<'b>(workload: Workload<'b>, build: &'b Build) -> Vec<Pool<'b>> {
    let version = build.options.kube_version;
    let request = |of: Workload<'b>, gpu: &str| of.spec().pod.effective_request(gpu, None, version).value_ceil();
    let mut pools = Vec::new();
    for (resource, quota) in build.quotas(workload.resource()).filter(|(_, quota)| !quota.scoped) {
        for (key, hard) in &quota.hard {
            let Some(gpu) = key.strip_prefix("requests.").filter(|name| container::is_gpu(name)) else { continue };
            let beside = build.workloads_beside(workload.resource());
            let mut path = "spec.hard".to_owned();
            push_key(&mut path, key);
            pools.push(Pool {
                size: hard.value_ceil(),
                taken: beside.map(|other| request(other, gpu) * running(other)).sum(),
                each: request(workload, gpu),
                quota: Some((resource, path)),
            });
        }
    }
    pools
}

/// Pods at the floor; 0 where that is not known, so that no GPU is counted that may be free.
fn running(workload: Workload<'_>) -> i128 {
    i128::from(workload.floor().unwrap_or(0))
}
