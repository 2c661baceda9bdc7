//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    for vertical in build.verticals() {
        let scalers = build.scalers().filter(|scaler| scaler.spec().usable && same_target(vertical, *scaler));
        let fights = scalers.map(|scaler| (scaler, contested(vertical, scaler))).find(|(_, metrics)| !metrics.is_empty());
        if let Some((scaler, metrics)) = fights {
            report(vertical, scaler, &metrics, cx);
        }
    }
}

fn same_target(vertical: Vertical<'_>, scaler: Scaler<'_>) -> bool {
    vertical.spec().target.is_same_as(&scaler.spec().target)
        && vertical.build().same_namespace(vertical.resource(), scaler.resource())
}

/// The utilization metrics whose requests the VerticalPodAutoscaler sets, with their resource.
fn contested<'b>(vertical: Vertical<'b>, scaler: Scaler<'b>) -> Vec<(&'b Metric, &'b str)> {
    let metrics = scaler.spec().metrics.iter().filter(|metric| metric.target.average_utilization.is_some());
    metrics
        .filter_map(|metric| match &metric.source {
            MetricSource::Resource { name } => controls_any(vertical, name).then_some((metric, name.as_str())),
            MetricSource::ContainerResource { name, container } => {
                vertical.spec().controls(container, name).then_some((metric, name.as_str()))
            }
            _ => None,
        })
        .collect()
}

fn controls_any(vertical: Vertical<'_>, resource: &str) -> bool {
    let spec = vertical.spec();
    match vertical.target() {
        Some(target) => {
            let usable = target.spec().usable;
            usable && target.spec().pod.counted_containers().any(|container| spec.controls(&container.name, resource))
        }
        // The containers are not known.
        None => spec.controls_all(resource),
    }
}

fn report<'b>(vertical: Vertical<'b>, scaler: Scaler<'b>, metrics: &[(&Metric, &str)], cx: &mut Cx<'b>) {
    let mut resources: Vec<&str> = metrics.iter().map(|(_, resource)| *resource).collect();
    resources.sort_unstable();
    resources.dedup();
    let listed = format!("`{}`", resources.join("` and `"));
    let mode = vertical.spec().mode.as_deref().unwrap_or("Recreate");
    let mut report = cx
        .report(
            vertical.at_or_parent("spec.updatePolicy.updateMode"),
            format!("{vertical} sets the {listed} request that {scaler} measures against"),
        )
        .here(format!("mode `{mode}` sets requests"));
    for (metric, resource) in metrics {
        let percent = metric.target.average_utilization.unwrap_or_default();
        report = report.label(scaler.at_or_parent(&metric.path), format!("{percent} % of the `{resource}` request"));
    }
    let other = match resources.as_slice() {
        ["cpu"] => Some("memory"),
        ["memory"] => Some("cpu"),
        _ => None,
    };
    report = report.help("set `updateMode: \"Off\"`, which keeps the recommendations");
    report = match other {
        Some(other) => report.help(format!("or leave {listed} to the HPA: `controlledResources: [{other}]`")),
        None => report.help("or let the HPA scale on another metric, such as requests per second"),
    };
    report.counterpart(scaler.resource());
}
