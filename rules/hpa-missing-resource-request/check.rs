//! See README.md for what this flags and why.
use crate::prelude::*;
use std::collections::BTreeMap;

pub(crate) const CHECK: Check = Check::Scaler(check);

/// What a container lacks, and the metrics that need it.
type Lacking<'b> = BTreeMap<usize, Vec<(&'b str, &'b Metric)>>;

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable && scaler.spec().usable) else {
        return;
    };
    let mut lacking = Lacking::new();
    for metric in scaler.spec().metrics.iter().filter(|metric| metric.target.average_utilization.is_some()) {
        let (resource, only) = match &metric.source {
            MetricSource::Resource { name } => (name.as_str(), None),
            MetricSource::ContainerResource { name, container } => (name.as_str(), Some(container.as_str())),
            _ => continue,
        };
        if !cx.build.has_default_request(target.resource(), resource) {
            collect(target, metric, (resource, only), &mut lacking, cx);
        }
    }
    // One finding a container, whatever it lacks: one edit mends it.
    for (index, lacks) in lacking {
        if let Some(container) = target.spec().pod.containers.get(index) {
            report(scaler, target, container, &lacks, cx);
        }
    }
}

fn collect<'b>(
    target: Workload<'b>,
    metric: &'b Metric,
    (resource, only): (&'b str, Option<&str>),
    lacking: &mut Lacking<'b>,
    cx: &Cx<'b>,
) {
    let pod = &target.spec().pod;
    let request = pod.request(resource, only, cx.build.options.kube_version);
    // A request of 0 is one, but a sum of 0 leaves nothing to divide by.
    let adds_up_to_zero = request.as_ref().is_ok_and(Quantity::is_zero);
    if !adds_up_to_zero && !matches!(request, Err(RequestError::Missing(_))) {
        return;
    }
    for (index, container) in pod.containers.iter().enumerate() {
        let counted = container.role != Role::Init && only.is_none_or(|only| container.name == only);
        if counted && (adds_up_to_zero || container.resources.request(resource).is_none()) {
            lacking.entry(index).or_default().push((resource, metric));
            if adds_up_to_zero {
                return;
            }
        }
    }
}

fn report<'b>(
    scaler: Scaler<'b>,
    target: Workload<'b>,
    container: &Container,
    lacks: &[(&str, &Metric)],
    cx: &mut Cx<'b>,
) {
    let mut resources: Vec<&str> = lacks.iter().map(|(resource, _)| *resource).collect();
    resources.dedup();
    let path = match resources.as_slice() {
        [only] => format!("{}.resources.requests.{only}", container.path),
        _ => format!("{}.resources.requests", container.path),
    };
    let listed = format!("`{}`", resources.join("` or `"));
    let name = &container.name;
    let zero = resources.iter().all(|resource| container.resources.request(resource).is_some());
    let fault = if zero { format!("requests 0 {listed}") } else { format!("requests no {listed}") };
    let mut report = cx
        .report(
            target.at_or_parent(&target.pod_path(&path)),
            format!("container `{name}` of {target} {fault}, so {scaler} has no utilization to compute"),
        )
        .absent_field(target.pod_path(&path))
        .here(if zero { "nothing to divide by".to_owned() } else { format!("no {listed} request or limit") });
    for (resource, metric) in lacks {
        let percent = metric.target.average_utilization.unwrap_or_default();
        let default = if metric.path == "spec" { ", the default without `metrics`" } else { "" };
        report = report
            .label(scaler.at_or_parent(&metric.path), format!("{percent} % of the `{resource}` request{default}"));
    }
    let alone = scaler.spec().metrics.len() == lacks.len() && scaler.spec().triggers.len() <= lacks.len();
    let follows = if alone {
        format!("{scaler} stays ScalingActive=False with FailedGetResourceMetric and does not scale at all")
    } else {
        format!("{scaler} reports FailedGetResourceMetric and does not scale down while the metric fails")
    };
    let fields: Vec<_> = resources.iter().map(|resource| format!("`resources.requests.{resource}`")).collect();
    report
        .help(format!("set {} of container `{name}`: without it, {follows}", fields.join(" and ")))
        .counterpart(scaler.resource());
}
