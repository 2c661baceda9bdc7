//! What the conditions of an HPA mean, and what to type next.

use crate::model::condition::Trouble;
use crate::model::resource::Resource;
use crate::model::scaler::TargetRef;

/// What a reason of the controller (`pkg/controller/podautoscaler/horizontal.go`, Kubernetes 1.34) means, and what to
/// type next.
pub(crate) fn explain_reason(
    resource: &Resource,
    target: &TargetRef,
    metrics: &[&str],
    reason: &str,
) -> (String, String) {
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let kind = target.kind.to_lowercase();
    let (name, hpa) = (&target.name, &resource.object.name);
    let (metric, names) = (
        metrics.first().copied().unwrap_or("METRIC"),
        if metrics.is_empty() { "its metric".to_owned() } else { format!("`{}`", metrics.join("` or `")) },
    );
    let raw = |path: &str| format!("run `kubectl get --raw '/apis/{path}'`");
    match reason {
        "FailedGetScale" => (
            format!("cannot read the scale of {target}"),
            format!(
                "run `kubectl get {kind} {name} -n {namespace}`: where it is there, the kind has no `/scale` or RBAC forbids it"
            ),
        ),
        "FailedUpdateScale" => (
            format!("cannot write the replica count of {target}"),
            format!(
                "run `kubectl scale {kind}/{name} -n {namespace} --replicas=2 --dry-run=server`: the error names who forbids it"
            ),
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
            format!(
                "run `kubectl get hpa -n {namespace}`, and remove the HPA of the same target or tell the pods apart by a label"
            ),
        ),
        "FailedGetResourceMetric" | "FailedGetContainerResourceMetric" => (
            format!("gets no usage of {names} from {target}"),
            format!(
                "run `kubectl top pods -n {namespace} --containers`: an error there means that metrics-server does not answer"
            ),
        ),
        "FailedGetPodsMetric" => (
            format!("gets no value of {names} from {target}"),
            format!(
                "{}: NotFound is the adapter's rule, an empty list a pod without the series",
                raw(&format!("custom.metrics.k8s.io/v1beta1/namespaces/{namespace}/pods/*/{metric}"))
            ),
        ),
        "FailedGetObjectMetric" => (
            format!("gets no value of {names} for the object it describes"),
            format!(
                "{} and look for the metric: without it no adapter rule makes it",
                raw("custom.metrics.k8s.io/v1beta1")
            ),
        ),
        "FailedGetExternalMetric" => (
            format!("gets no value of {names} from the external metrics API"),
            format!(
                "{}: an error names the adapter's or KEDA's trouble",
                raw(&format!("external.metrics.k8s.io/v1beta1/namespaces/{namespace}/{metric}"))
            ),
        ),
        _ => (
            format!("does not scale, for the reason `{reason}`"),
            format!("run `kubectl describe hpa {hpa} -n {namespace}` and read the message of the condition"),
        ),
    }
}

/// What the message of a failing metric means, where it tells who is in the way: the trouble, and the group of the API.
pub(crate) fn explain_trouble(
    resource: &Resource,
    metrics: &[&str],
    (trouble, api): (&Trouble, &str),
) -> (String, String) {
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    let metric = metrics.first().map_or_else(|| "value of its metric".to_owned(), |metric| format!("`{metric}`"));
    let server = if api == "metrics.k8s.io" { "metrics-server" } else { "the adapter" };
    match trouble {
        Trouble::NoApi => (
            format!("gets no {metric}: nothing in the cluster serves `{api}`"),
            format!("run `kubectl get apiservice v1beta1.{api}`: NotFound means that {server} is not installed"),
        ),
        Trouble::ApiDown => (
            format!("gets no {metric}: what serves `{api}` does not answer"),
            format!(
                "run `kubectl describe apiservice v1beta1.{api}`: the condition `Available` names the service that is down"
            ),
        ),
        Trouble::Forbidden => (
            format!("gets no {metric}: RBAC keeps the HPA controller from `{api}`"),
            format!("bind a ClusterRole with `get` and `list` on `{api}` to the user that the message names"),
        ),
        Trouble::NoMetric => (
            format!("gets no {metric}: {server} has no such metric"),
            format!(
                "run `kubectl get --raw /apis/{api}/v1beta1`: a name that is missing has no rule, or no series in Prometheus"
            ),
        ),
        Trouble::NoValue if api == "metrics.k8s.io" => (
            format!("gets no {metric}: {server} has no usage of its pods"),
            format!(
                "run `kubectl top pods -n {namespace}`, and look in the log of {server} for the nodes of pods that are not listed"
            ),
        ),
        Trouble::NoValue => (
            format!("gets no {metric}: {server} answers with an empty list"),
            "ask Prometheus for the series: its labels have to name this namespace and these pods".to_owned(),
        ),
        Trouble::NoReadyPod => (
            format!("gets no {metric}: none of its pods is ready"),
            format!("run `kubectl get pods -n {namespace} -o wide`, and mend those that are not ready"),
        ),
        Trouble::NoRequest(container) => (
            format!("has no utilization of {metric}: container `{container}` requests none"),
            format!(
                "set the request of container `{container}`; where a webhook adds the container, in the webhook's settings"
            ),
        ),
        Trouble::NoContainer(container) => (
            format!("asks for {metric} of container `{container}`, which its pods lack"),
            format!(
                "run `kubectl top pods -n {namespace} --containers`, and write a name of that list into `container`"
            ),
        ),
    }
}
