//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(scaler) = workload.scaler().filter(|scaler| scaler.spec().usable) else { return };
    if !scaler.spec().metrics.iter().any(Metric::counts_pods) {
        return;
    }
    // Another autoscaled workload is worse, and another rule's: hpa-selector-overlap.
    let foreign = workload.strangers_in_selector().filter(|other| other.scaler().is_none() && other.floor() != Some(0));
    for other in foreign {
        report(workload, scaler, other, cx);
    }
}

fn report<'b>(workload: Workload<'b>, scaler: Scaler<'b>, other: Workload<'b>, cx: &mut Cx<'b>) {
    let failure = scaler.spec().metrics.iter().find_map(|metric| failure(metric, other));
    let message = match &failure {
        Some(failure) => format!("{scaler} counts the pods of {other} too, and {failure}"),
        None => format!("{scaler} counts the pods of {other} too"),
    };
    cx.report(other.at_or_parent(&other.template_path("metadata.labels")), message)
        .here(format!("match the selector of {workload}"))
        .label(workload.key_or_parent("spec.selector"), "this selector matches them as well")
        .label(scaler.key_or_parent("spec.scaleTargetRef"), format!("is meant for {workload}"))
        .help("give the other pods a label of their own, such as another `app.kubernetes.io/name`")
        .help(format!("or narrow `spec.selector` of {workload}: it is immutable, so the object has to be recreated"))
        .counterpart(workload.resource());
}

/// Why a metric fails for all pods because of the foreign ones (`calculateRequests` and `getContainerMetrics`,
/// Kubernetes 1.34).
fn failure(metric: &Metric, other: Workload<'_>) -> Option<String> {
    let pod = &other.spec().pod;
    match &metric.source {
        MetricSource::Resource { name } if metric.target.average_utilization.is_some() => {
            let build = other.build();
            let missing = matches!(pod.request(name, None, build.options.kube_version), Err(RequestError::Missing(_)));
            let lacks = missing && !build.has_default_request(other.resource(), name);
            lacks.then(|| format!("those request no `{name}`"))
        }
        MetricSource::ContainerResource { container, .. } => {
            let has = pod.counted_containers().any(|candidate| candidate.name == *container);
            (!has).then(|| format!("those have no container `{container}`"))
        }
        _ => None,
    }
}
