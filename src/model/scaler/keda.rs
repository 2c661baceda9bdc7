//! Reads KEDA's ScaledObjects.

use super::{Metric, MetricSource, ScalerKind, ScalerSpec, Target, TargetRef, Trigger, hpa};
use crate::kubernetes::object::Object;
use crate::kubernetes::quantity::Quantity;
use crate::yaml;
use k8s_openapi::api::autoscaling::v2;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The part of a ScaledObject that rules ask about (keda.sh/v1alpha1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    scale_target_ref: ScaledTarget,
    min_replica_count: Option<i64>,
    max_replica_count: Option<i64>,
    idle_replica_count: Option<i64>,
    #[serde(default)]
    triggers: Vec<ScaledTrigger>,
    advanced: Option<Advanced>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScaledTarget {
    api_version: Option<String>,
    kind: Option<String>,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScaledTrigger {
    #[serde(rename = "type")]
    kind: String,
    metric_type: Option<String>,
    /// A null value is pruned by the API server.
    #[serde(default)]
    metadata: BTreeMap<String, Option<String>>,
}

impl ScaledTrigger {
    fn value(&self, key: &str) -> Option<&str> {
        self.metadata.get(key)?.as_deref()
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Advanced {
    horizontal_pod_autoscaler_config: Option<HpaConfig>,
}

#[derive(Debug, Deserialize)]
struct HpaConfig {
    name: Option<String>,
    behavior: Option<v2::HorizontalPodAutoscalerBehavior>,
}

pub(super) fn read(object: &Object) -> Option<ScalerSpec> {
    let spec: Spec = yaml::decode(object.root().get("spec")?).ok()?.value;
    // A paused ScaledObject holds another count than its bounds say.
    let paused = object.annotations.keys().any(|key| key.starts_with("autoscaling.keda.sh/paused"));
    let config = spec.advanced.and_then(|advanced| advanced.horizontal_pod_autoscaler_config);
    let (name, behavior) = config.map_or((None, None), |config| (config.name, config.behavior));
    let (up, down) = hpa::directions("spec.advanced.horizontalPodAutoscalerConfig.behavior", behavior.as_ref());
    let reference = spec.scale_target_ref;
    Some(ScalerSpec {
        kind: ScalerKind::ScaledObject,
        target: TargetRef {
            api_version: reference
                .api_version
                .filter(|version| !version.is_empty())
                .or_else(|| Some("apps/v1".to_owned())),
            kind: reference.kind.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "Deployment".to_owned()),
            name: reference.name,
        },
        min: spec.min_replica_count,
        max: spec.max_replica_count,
        metrics: spec.triggers.iter().enumerate().filter_map(|(index, trigger)| read_trigger(index, trigger)).collect(),
        up,
        down,
        idle: spec.idle_replica_count,
        hpa_name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("keda-hpa-{}", object.name)),
        triggers: spec
            .triggers
            .into_iter()
            .enumerate()
            .map(|(index, trigger)| Trigger {
                path: format!("spec.triggers[{index}]"),
                kind: trigger.kind,
                metadata: trigger.metadata.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
            })
            .collect(),
        usable: !paused,
    })
}

/// The cpu and memory triggers, which become Resource metrics of the HPA that KEDA makes. The metric type stands in
/// `metricType`, formerly in `metadata.type`.
fn read_trigger(index: usize, trigger: &ScaledTrigger) -> Option<Metric> {
    if !matches!(trigger.kind.as_str(), "cpu" | "memory") {
        return None;
    }
    let kind = trigger.metric_type.as_deref().or_else(|| trigger.value("type"));
    let value = trigger.value("value")?;
    let target = match kind {
        Some("Utilization") => {
            Target { kind: kind.map(str::to_owned), average_utilization: value.parse().ok(), ..Target::default() }
        }
        Some("AverageValue") => {
            Target { kind: kind.map(str::to_owned), average_value: Quantity::parse(value).ok(), ..Target::default() }
        }
        _ => return None,
    };
    let name = trigger.kind.clone();
    let source = match trigger.value("containerName") {
        Some(container) if !container.is_empty() => {
            MetricSource::ContainerResource { name, container: container.to_owned() }
        }
        _ => MetricSource::Resource { name },
    };
    Some(Metric { path: format!("spec.triggers[{index}]"), source, target })
}
