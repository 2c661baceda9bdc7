//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable && scaler.spec().usable) else {
        return;
    };
    for metric in &scaler.spec().metrics {
        check_metric(scaler, target, metric, cx);
    }
}

fn check_metric<'b>(scaler: Scaler<'b>, target: Workload<'b>, metric: &Metric, cx: &mut Cx<'b>) {
    let (Some((resource, only)), Some(percent)) = (metric.source.resource(), metric.target.average_utilization) else {
        return;
    };
    let pod = &target.spec().pod;
    let counted = |container: &&Container| only.is_none_or(|only| container.name == only);
    // What a webhook adds counts too, and a VerticalPodAutoscaler gives the pods other requests.
    let resized = cx.build.verticals().filter(|vertical| vertical.target() == Some(target)).any(|vertical| {
        pod.counted_containers().any(|container| vertical.spec().controls(&container.name, resource))
    });
    if resized || (only.is_none() && pod.is_injected()) {
        return;
    }
    // A request above its limit is rejected: no pod runs that could be scaled, and another rule says so.
    let is_rejected = |container: &Container| {
        let (requests, limits) = (&container.resources.requests, &container.resources.limits);
        requests.get(resource).zip(limits.get(resource)).is_some_and(|(request, limit)| request > limit)
    };
    if pod.counted_containers().any(is_rejected) {
        return;
    }
    let Some(reach) = Reach::of(pod, resource, only, cx.build.options.kube_version) else { return };
    let tolerance = scaler.scale_up_tolerance();
    if reach.exceeds(percent, tolerance) {
        return;
    }
    let (highest, needed) = (reach.percent(), in_percent(utilization::threshold(percent, tolerance)));
    let mut report = cx
        .report(
            scaler.at_or_parent(&metric.utilization_path()),
            format!("{target} never scales up at {percent} % of `{resource}`: it takes over {needed} %, usage ends at {highest} %"),
        )
        .here(format!("scales up above {needed} %"));
    for container in pod.counted_containers().filter(counted) {
        if let Some(limit) = container.resources.limits.get(resource) {
            let path = target.pod_path(&format!("{}.resources.limits.{resource}", container.path));
            report = report.label(target.at_or_parent(&path), format!("usage of `{}` ends at {limit}", container.name));
        }
    }
    let follows = if resource == "memory" { "killed for memory" } else { "throttled" };
    report
        .help(format!("lower the target, to 70 for example: pods are {follows} at {highest} %, below the {needed} % it takes"))
        .help(format!("raise `limits.{resource}` above `requests.{resource}`, so that usage can pass {needed} %"))
        .counterpart(target.resource());
}

/// Thousandths of a percent as a person writes them: `104500` is `104.5`.
fn in_percent(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
