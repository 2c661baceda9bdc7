//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    if resource.adapters.is_empty() || resource.object.name.is_empty() {
        return;
    }
    let beside = cx.build.workloads_beside(resource).filter(|workload| AdapterSource::is_run_by(*workload));
    let runners: Vec<Workload<'b>> = beside.collect();
    let name = &resource.object.name;
    let may_read = |runner: &Workload<'b>| !runner.spec().usable || reads(*runner, name) || is_fed(*runner);
    let Some(runner) = runners.first().filter(|_| !runners.iter().any(may_read)) else { return };
    cx.report(resource.identity(), format!("ConfigMap/{name} holds adapter rules, and {runner} does not mount it"))
        .here("rules that nobody reads")
        .label(runner.key_or_parent(&runner.pod_path("volumes")), "mounts other volumes")
        .help(format!("set `rules.existing: {name}` in the values of the chart prometheus-adapter"))
        .help(format!("name ConfigMap/{name} in the volume that `--config` of the adapter points into"))
        .counterpart(runner.resource());
}

fn reads(workload: Workload<'_>, name: &str) -> bool {
    workload.spec().pod.volumes.iter().any(|volume| {
        let text = |field: &str| workload.text(&workload.pod_path(&format!("{}.{field}", volume.path)));
        let projected = (0..16).filter_map(|index| text(&format!("projected.sources[{index}].configMap.name")));
        text("configMap.name").into_iter().chain(projected).any(|mounted| mounted == name)
    })
}

/// A sidecar may collect ConfigMaps by their labels.
fn is_fed(workload: Workload<'_>) -> bool {
    workload.spec().pod.containers.len() > 1
}
