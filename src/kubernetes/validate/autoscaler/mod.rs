//! HorizontalPodAutoscaler: what the API server rejects beyond the schema (`ValidateHorizontalPodAutoscaler` in
//! pkg/apis/autoscaling/validation and the strategy of pkg/registry/autoscaling, Kubernetes 1.37).

mod behavior;
mod metrics;

use super::read::{field, int, is_object, items, text};
use super::{Grammar, Invalid, shown};
use crate::kubernetes::version::KubeVersion;
use crate::yaml::NodeRef;

pub(super) use behavior::behavior;

/// What depends on the release, or on a feature gate of the API server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HpaGates {
    /// `minReplicas: 0` with an Object or External metric (HPAScaleToZero: on by default since 1.37).
    pub scale_to_zero: bool,
    /// `behavior.*.tolerance` (HPAConfigurableTolerance: on by default since 1.35); without it the field is dropped.
    pub tolerance: bool,
    /// The references' `apiVersion` is looked at (since 1.34).
    pub api_versions: bool,
}

impl HpaGates {
    /// The defaults of a release.
    #[must_use]
    pub fn of(version: KubeVersion) -> Self {
        Self {
            scale_to_zero: version.is_at_least(37),
            tolerance: version.is_at_least(35),
            api_versions: version.is_at_least(34),
        }
    }
}

/// Validates an autoscaler by the shape of its version. What v2beta1 says of metrics has another form and is left
/// alone, as are the v2 fields in the annotations of v1.
#[must_use]
pub fn autoscaler(version: &str, root: NodeRef<'_>, gates: HpaGates) -> Vec<Invalid> {
    let spec = field(Some(root), "spec");
    let is_known = matches!(version, "v1" | "v2beta1" | "v2beta2" | "v2");
    if !is_known || spec.is_some_and(|spec| !is_object(spec)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    bounds(spec, gates, &mut found);
    scale_target(field(spec, "scaleTargetRef"), gates, &mut found);
    match version {
        "v1" => utilization_of_v1(spec, &mut found),
        "v2beta1" => {}
        _ => {
            metrics::metrics(field(spec, "metrics"), gates, &mut found);
            behavior("spec.behavior", field(spec, "behavior"), gates, &mut found);
        }
    }
    if gates.scale_to_zero && int(spec, "minReplicas").written() == Some(0) {
        found.extend(zero_without_outside_metric(version, root));
    }
    found
}

fn bounds(spec: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    let min = int(spec, "minReplicas").or(1);
    let max = int(spec, "maxReplicas");
    let least = if gates.scale_to_zero { 0 } else { 1 };
    match min {
        Some(0) if least == 1 => found.push(Invalid::new(
            "spec.minReplicas",
            "`minReplicas: 0` needs the feature gate `HPAScaleToZero`, which is on from Kubernetes 1.37",
            "set `minReplicas: 1`, or scale to zero with a KEDA ScaledObject",
        )),
        Some(min) if min < least => found.push(Invalid::new(
            "spec.minReplicas",
            format!("`minReplicas: {min}` is below {least}"),
            "set `minReplicas` to 1 or more",
        )),
        _ => {}
    }
    if max.is_absent() {
        found.push(Invalid::new(
            "spec.maxReplicas",
            "`maxReplicas` is not set, and it has no default",
            "set `maxReplicas` to the most pods that may run",
        ));
        return;
    }
    match (min, max.written()) {
        (_, Some(max)) if max < 1 => found.push(Invalid::new(
            "spec.maxReplicas",
            format!("`maxReplicas: {max}` is below 1"),
            "set `maxReplicas` to the most pods that may run",
        )),
        (Some(min), Some(max)) if max < min => found.push(Invalid::new(
            "spec.maxReplicas",
            format!("`maxReplicas: {max}` is below `minReplicas: {min}`"),
            format!("set `maxReplicas` to {min} or more, or lower `minReplicas`"),
        )),
        _ => {}
    }
}

fn scale_target(target: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    if target.is_some_and(|target| !is_object(target)) {
        return;
    }
    reference("spec.scaleTargetRef", target, found);
    let kind = text(target, "kind").or("".into());
    let Some(api_version) = text(target, "apiVersion").or("".into()).filter(|_| gates.api_versions) else { return };
    let path = "spec.scaleTargetRef.apiVersion";
    match group(&api_version) {
        None => found.push(malformed(path, &api_version)),
        // ReplicationController is the one kind of the core group that scales.
        Some("") if kind.as_deref() != Some("ReplicationController") => found.push(Invalid::new(
            path,
            format!("`apiVersion: {api_version}` names no API group", api_version = shown(&api_version)),
            "set it to the group and version of the workload, such as `apps/v1`",
        )),
        Some(_) => {}
    }
}

/// `kind` and `name` of a CrossVersionObjectReference.
fn reference(path: &str, node: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    for (key, what) in [("kind", "the kind of the object"), ("name", "the `metadata.name` of the object")] {
        let Some(value) = text(node, key).or("".into()) else { continue };
        let at = format!("{path}.{key}");
        if value.is_empty() {
            let message = format!("`{}.{key}` is empty", last(path));
            found.push(Invalid::new(at, message, format!("set `{key}` to {what}")));
        } else if let Some(fault) = Grammar::PathSegment.fault(&value) {
            let message = format!("`{}.{key}` {fault}: `{}`", last(path), shown(&value));
            found.push(Invalid::new(at, message, format!("set `{key}` to {what}, without `/` and `%`")));
        }
    }
}

/// The group of an `apiVersion`; `None` where it has more than one `/` (`schema.ParseGroupVersion`).
fn group(api_version: &str) -> Option<&str> {
    match api_version.split_once('/') {
        Some((_, version)) if version.contains('/') => None,
        Some((group, _)) => Some(group),
        None => Some(""),
    }
}

fn malformed(path: &str, api_version: &str) -> Invalid {
    let message = format!("`apiVersion: {}` holds more than one `/`", shown(api_version));
    Invalid::new(path, message, "write a group and a version, such as `apps/v1`")
}

fn utilization_of_v1(spec: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    let key = "targetCPUUtilizationPercentage";
    if let Some(percent) = int(spec, key).written().filter(|percent| *percent < 1) {
        found.push(Invalid::new(
            format!("spec.{key}"),
            format!("`{key}: {percent}` is below 1"),
            format!("set `{key}` to a share of the cpu request, such as 70"),
        ));
    }
}

/// Scaling to zero needs a metric that can be seen while no pod runs.
fn zero_without_outside_metric(version: &str, root: NodeRef<'_>) -> Option<Invalid> {
    let spec = field(Some(root), "spec");
    let may_be_outside = match version {
        "v1" => root
            .at("metadata.annotations")
            .is_some_and(|annotations| annotations.get("autoscaling.alpha.kubernetes.io/metrics").is_some()),
        "v2beta1" => return None,
        _ => items(field(spec, "metrics")).any(|(_, metric)| {
            text(Some(metric), "type").or("".into()).is_none_or(|kind| matches!(kind.as_ref(), "Object" | "External"))
        }),
    };
    let path = if version == "v1" { "spec.minReplicas" } else { "spec.metrics" };
    (!may_be_outside).then(|| {
        Invalid::new(
            path,
            "`minReplicas: 0` has no Object or External metric to start the first pod again",
            "add a metric of type `External` or `Object`, or set `minReplicas: 1`",
        )
    })
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
