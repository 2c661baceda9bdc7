//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable && scaler.spec().usable) else {
        return;
    };
    for metric in scaler.spec().metrics.iter().filter(|metric| metric.target.average_utilization.is_some()) {
        let (resource, only) = match &metric.source {
            MetricSource::Resource { name } => (name.as_str(), None),
            MetricSource::ContainerResource { name, container } => (name.as_str(), Some(container.as_str())),
            _ => continue,
        };
        if !cx.build.has_default_request(target.resource(), resource) {
            check_metric(scaler, target, metric, (resource, only), cx);
        }
    }
}

fn check_metric<'b>(
    scaler: Scaler<'b>,
    target: Workload<'b>,
    metric: &Metric,
    (resource, only): (&str, Option<&str>),
    cx: &mut Cx<'b>,
) {
    let pod = &target.spec().pod;
    match pod.request(resource, only, cx.build.options.kube_version) {
        Ok(total) if total.is_zero() => {
            let Some(container) = pod.counted_containers().find(|container| only.is_none_or(|only| container.name == only))
            else {
                return;
            };
            let message = format!("the `{resource}` requests of {target} add up to 0, so {scaler} has no utilization to compute");
            report(scaler, target, metric, container, resource, message, cx);
        }
        Err(RequestError::Missing(_)) => {
            let missing = pod.counted_containers().filter(|container| {
                only.is_none_or(|only| container.name == only) && container.resources.request(resource).is_none()
            });
            for container in missing {
                let name = &container.name;
                let message = format!(
                    "container `{name}` of {target} requests no `{resource}`, so {scaler} has no utilization to compute"
                );
                report(scaler, target, metric, container, resource, message, cx);
            }
        }
        Ok(_) | Err(RequestError::NoSuchContainer | RequestError::NoContainers) => {}
    }
}

fn report<'b>(
    scaler: Scaler<'b>,
    target: Workload<'b>,
    metric: &Metric,
    container: &Container,
    resource: &str,
    message: String,
    cx: &mut Cx<'b>,
) {
    let path = target.pod_path(&format!("{}.resources.requests.{resource}", container.path));
    let alone = scaler.spec().metrics.len() == 1 && scaler.spec().triggers.len() <= 1;
    let follows = if alone {
        format!("{scaler} stays ScalingActive=False with FailedGetResourceMetric and scales neither up nor down")
    } else {
        format!("{scaler} reports FailedGetResourceMetric and does not scale down while this metric fails")
    };
    let percent = metric.target.average_utilization.unwrap_or_default();
    let default = if metric.path == "spec" { ", the default without `metrics`" } else { "" };
    cx.report(target.at_or_parent(&path), message)
        .here(format!("no `{resource}` request or limit"))
        .label(scaler.at_or_parent(&metric.path), format!("{percent} % of the `{resource}` request{default}"))
        .help(format!("set `resources.requests.{resource}` of container `{}`: {follows} without it", container.name))
        .counterpart(scaler.resource());
}
