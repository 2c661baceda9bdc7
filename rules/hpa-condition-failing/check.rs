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
    let (words, help) = explain(resource, &spec.target, &metrics_of(spec, &condition.reason), &condition.reason);
    let mut report = cx
        .report(resource.at_or_parent(&format!("{}.type", condition.path)), format!("{resource} {words}"))
        .here(format!("`False`, for the reason {}", condition.reason));
    if !condition.message.is_empty() {
        let message = resource.at_or_parent(&format!("{}.message", condition.path));
        report = report.label(message, "the controller's own words");
    }
    report.help(help);
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

/// What a reason of the controller (`pkg/controller/podautoscaler/horizontal.go`, Kubernetes 1.34) means, and what to
/// type next.
fn explain(resource: &Resource, target: &TargetRef, metrics: &[&str], reason: &str) -> (String, String) {
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let kind = target.kind.to_lowercase();
    let (name, hpa) = (&target.name, &resource.object.name);
    let (metric, names) = (metrics.first().copied().unwrap_or("METRIC"), if metrics.is_empty() { "its metric".to_owned() } else { format!("`{}`", metrics.join("` or `")) });
    let raw = |path: &str| format!("run `kubectl get --raw '/apis/{path}'`");
    match reason {
        "FailedGetScale" => (
            format!("cannot read the scale of {target}"),
            format!("run `kubectl get {kind} {name} -n {namespace}`: where it is there, the kind has no `/scale` or RBAC forbids it"),
        ),
        "FailedUpdateScale" => (
            format!("cannot write the replica count of {target}"),
            format!("run `kubectl scale {kind}/{name} -n {namespace} --replicas=2 --dry-run=server`: the error names who forbids it"),
        ),
        "ScalingDisabled" => (
            format!("is switched off, as {target} has 0 replicas"),
            format!("run `kubectl scale {kind}/{name} -n {namespace} --replicas=1`: from there the HPA takes over"),
        ),
        "InvalidSelector" => (
            format!("knows no pods of {target}: its scale names no selector"),
            format!("set `labelSelectorPath` in the scale subresource of {}", target.kind),
        ),
        "AmbiguousSelector" => (
            format!("stands still: another HPA counts the pods of {target} too"),
            format!("run `kubectl get hpa -n {namespace}`, and remove the HPA of the same target or tell the pods apart by a label"),
        ),
        "FailedGetResourceMetric" | "FailedGetContainerResourceMetric" => (
            format!("gets no usage of {names} from {target}"),
            format!("run `kubectl top pods -n {namespace} --containers`: an error there means that metrics-server does not answer"),
        ),
        "FailedGetPodsMetric" => (
            format!("gets no value of {names} from {target}"),
            format!("{}: NotFound is the adapter's rule, an empty list a pod without the series", raw(&format!("custom.metrics.k8s.io/v1beta1/namespaces/{namespace}/pods/*/{metric}"))),
        ),
        "FailedGetObjectMetric" => (
            format!("gets no value of {names} for the object it describes"),
            format!("{} and look for the metric: without it no adapter rule makes it", raw("custom.metrics.k8s.io/v1beta1")),
        ),
        "FailedGetExternalMetric" => (
            format!("gets no value of {names} from the external metrics API"),
            format!("{}: an error names the adapter's or KEDA's trouble", raw(&format!("external.metrics.k8s.io/v1beta1/namespaces/{namespace}/{metric}"))),
        ),
        _ => (
            format!("does not scale, for the reason `{reason}`"),
            format!("run `kubectl describe hpa {hpa} -n {namespace}` and read the message of the condition"),
        ),
    }
}
