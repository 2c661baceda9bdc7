//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    let Some(target) = scaler.target().filter(|target| target.spec().usable && spec.usable) else { return };
    let gpus = target.spec().pod.gpus();
    let mut names: Vec<&str> = spec.metrics.iter().filter_map(|metric| Some(metric.source.resource()?.0)).collect();
    let complete = names.len() == spec.metrics.len() && spec.triggers.iter().all(|trigger| is_cpu_or_memory(&trigger.kind));
    if gpus < 1 || names.is_empty() || !complete || !names.iter().all(|name| is_cpu_or_memory(name)) {
        return;
    }
    names.sort_unstable();
    names.dedup();
    let path = match (spec.kind, spec.metrics.first()) {
        (ScalerKind::ScaledObject, _) => "spec.triggers",
        (ScalerKind::Hpa, Some(metric)) if metric.path == "spec.targetCPUUtilizationPercentage" => metric.path.as_str(),
        (ScalerKind::Hpa, _) => "spec.metrics",
    };
    let listed = names.join("` and `");
    let s = if gpus == 1 { "" } else { "s" };
    let gpu = target.spec().pod.counted_containers().find(|container| container.gpus() > 0);
    let resources = gpu.map_or_else(String::new, |container| format!("{}.resources", container.path));
    cx.report(
        scaler.at_or_parent(path),
        format!("{target} works on {gpus} GPU{s} a pod, but scales on `{listed}` only"),
    )
    .here(format!("`{listed}` says little of a GPU's load"))
    .label(target.at_or_parent(&target.pod_path(&resources)), format!("{gpus} GPU{s} a pod"))
    .help("add a metric of the work that waits, such as a Pods metric of the queue depth")
    .counterpart(target.resource());
}

fn is_cpu_or_memory(name: &str) -> bool {
    matches!(name, "cpu" | "memory")
}
