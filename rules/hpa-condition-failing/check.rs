//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Content::Scaler(spec) = &resource.content else { return };
    if spec.kind != ScalerKind::Hpa {
        return;
    }
    // Where the target cannot be read or written, ScalingActive tells of an earlier round.
    let failing = |kind: &str| resource.conditions().find(|condition| condition.kind == kind && is_failing(condition));
    let Some(condition) = failing("AbleToScale").or_else(|| failing("ScalingActive")) else { return };
    // KEDA takes a workload to 0 by itself, and its HPA rests meanwhile.
    let rests = condition.reason == "ScalingDisabled" && resource.object.controlled;
    let scaler = cx.build.scalers().find(|scaler| std::ptr::eq(scaler.resource(), resource));
    if rests || scaler.is_some_and(|scaler| is_told(scaler, &condition.reason)) {
        return;
    }
    let rivals = rivals(cx.build, resource, &condition);
    if rivals.first().is_some_and(|(_, earlier)| *earlier) || scaler.is_some_and(|scaler| starts(scaler, &condition)) {
        return;
    }
    let metrics = metrics_of(spec, &condition.reason);
    let (words, help) = match condition.trouble().zip(api(&condition.reason)) {
        Some((trouble, api)) => explain_trouble(resource, &metrics, (&trouble, api)),
        None => explain_reason(resource, &spec.target, &metrics, &condition.reason),
    };
    let words = match rivals.first() {
        Some((rival, _)) => format!("stands still: {rival} counts the pods of {} too", spec.target),
        None => words,
    };
    let mut report = cx
        .report(resource.at_or_parent(&format!("{}.type", condition.path)), format!("{resource} {words}"))
        .here(format!("`False`, for the reason {}", condition.reason));
    if !condition.message.is_empty() {
        let message = resource.at_or_parent(&format!("{}.message", condition.path));
        report = report.label(message, "the controller's own words");
    }
    for (rival, _) in rivals {
        report = report.label(rival.at_or_parent("spec.scaleTargetRef"), "counts the same pods");
    }
    report.help(help);
}

/// The other HPAs of the dump that stand still for the same pods, and whether they come first: one cause, one finding.
fn rivals<'b>(build: &'b Build, resource: &Resource, condition: &Condition) -> Vec<(&'b Resource, bool)> {
    let listed = condition.rivals();
    let named = |other: &Resource| {
        let namespace = other.object.namespace.as_deref().unwrap_or_default();
        listed.contains(&format!("{namespace}/{}", other.object.name).as_str())
    };
    let is_hpa = |other: &Resource| matches!(&other.content, Content::Scaler(spec) if spec.kind == ScalerKind::Hpa);
    let own = build.resources.iter().position(|other| std::ptr::eq(other, resource));
    let others = build.resources.iter().enumerate().filter(|(index, other)| Some(*index) != own && is_hpa(other) && named(other));
    let stand = others.filter(|(_, other)| other.conditions().any(|other| other.reason == condition.reason));
    stand.map(|(index, other)| (other, Some(index) < own)).collect()
}

/// Whether the pods of the target start at the moment, so that there is nothing to measure yet.
fn starts(scaler: Scaler<'_>, condition: &Condition) -> bool {
    let selector = scaler.target().and_then(|target| target.spec().selector.as_ref());
    let (Some(Trouble::NoReadyPod | Trouble::NoValue), Some(selector)) = (condition.trouble(), selector) else {
        return false;
    };
    let pods = scaler.build().live_pods(selector, scaler.resource());
    !pods.is_empty() && pods.iter().all(|(_, state)| *state == PodState::Starting)
}

/// The API that a reason is about.
fn api(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "FailedGetResourceMetric" | "FailedGetContainerResourceMetric" => "metrics.k8s.io",
        "FailedGetPodsMetric" | "FailedGetObjectMetric" => MetricsApi::Custom.group(),
        "FailedGetExternalMetric" => MetricsApi::External.group(),
        _ => return None,
    })
}

/// Old controllers (before 1.12) waited between two scalings with AbleToScale=False and a reason of `Backoff…`.
fn is_failing(condition: &Condition) -> bool {
    condition.status == "False" && !condition.reason.starts_with("Backoff")
}

/// Names of the metrics that a reason is about.
fn metrics_of<'s>(spec: &'s ScalerSpec, reason: &str) -> Vec<&'s str> {
    let mut names: Vec<&str> = meant(spec, reason).map(|metric| metric.source.name()).collect();
    names.dedup();
    names
}

/// The metrics that a reason is about.
fn meant<'s>(spec: &'s ScalerSpec, reason: &str) -> impl Iterator<Item = &'s Metric> {
    let reason = reason.to_owned();
    let is_meant = move |source: &MetricSource| {
        matches!(
            (reason.as_str(), source),
            ("FailedGetPodsMetric", MetricSource::Pods { .. })
                | ("FailedGetObjectMetric", MetricSource::Object { .. })
                | ("FailedGetExternalMetric", MetricSource::External { .. })
                | ("FailedGetResourceMetric", MetricSource::Resource { .. })
                | ("FailedGetContainerResourceMetric", MetricSource::ContainerResource { .. })
        )
    };
    spec.metrics.iter().filter(move |metric| is_meant(&metric.source))
}

/// Whether a rule on the spec reports the cause (one cause, one finding).
fn is_told(scaler: Scaler<'_>, reason: &str) -> bool {
    let (build, spec) = (scaler.build(), scaler.spec());
    let target = scaler.target().filter(|target| target.spec().usable);
    match reason {
        // scale-target-kind-case, hpa-target-not-scalable and hpa-target-api-group.
        "FailedGetScale" => match WorkloadKind::meant_by(&spec.target) {
            Some(kind) => !kind.is_scalable() || !spec.target.is_same_as(&spec.target.as_kind(kind)),
            None => spec.target.group().unwrap_or_default().is_empty(),
        },
        // competing-scalers and hpa-selector-overlap.
        "AmbiguousSelector" => {
            let same = |other: &Scaler<'_>| spec.target.is_same_as(&other.spec().target) && build.same_namespace(scaler.resource(), other.resource());
            let overlaps = |target: Workload<'_>| {
                let others = build.workloads().filter(|other| *other != target && other.scaler().is_some());
                others.into_iter().any(|other| other.selects(target) || target.selects(other))
            };
            build.scalers().filter(same).count() > 1 || target.is_some_and(overlaps)
        }
        // hpa-missing-resource-request and hpa-container-metric-unknown-container.
        "FailedGetResourceMetric" | "FailedGetContainerResourceMetric" => target.is_some_and(|target| {
            let of_requests = spec.metrics.iter().filter(|metric| metric.target.average_utilization.is_some());
            of_requests.filter_map(|metric| metric.source.resource()).any(|(name, container)| {
                let request = target.spec().pod.request(name, container, build.options.kube_version);
                request.is_err() && !build.has_default_request(target.resource(), name)
            })
        }),
        // hpa-metric-not-served, and the rules on the adapter's own rules.
        "FailedGetPodsMetric" | "FailedGetObjectMetric" | "FailedGetExternalMetric" => {
            meant(spec, reason).any(|metric| build.adapters_tell_of(scaler, metric))
        }
        _ => false,
    }
}
