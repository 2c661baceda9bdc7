//! What decides a replica count: HorizontalPodAutoscaler and KEDA's ScaledObject, read into one form.

use crate::kubernetes::object::Object;
use crate::kubernetes::quantity::Quantity;
use crate::yaml::{self, NodeRef};
use k8s_openapi::api::autoscaling::{v1, v2};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Whose object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalerKind {
    /// autoscaling HorizontalPodAutoscaler.
    Hpa,
    /// keda.sh ScaledObject.
    ScaledObject,
}

/// `scaleTargetRef`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TargetRef {
    /// `apiVersion` as written.
    pub api_version: Option<String>,
    /// `kind`; KEDA's default is Deployment.
    pub kind: String,
    /// `name`.
    pub name: String,
}

impl TargetRef {
    /// API group of the reference; `None` when `apiVersion` is absent.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        self.api_version.as_deref().map(|version| version.split_once('/').map_or("", |(group, _)| group))
    }
}

/// What a metric is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricSource {
    /// cpu or memory over all counted containers.
    Resource {
        /// Resource name.
        name: String,
    },
    /// cpu or memory of one container.
    ContainerResource {
        /// Resource name.
        name: String,
        /// Container name.
        container: String,
    },
    /// A custom metric of each pod.
    Pods {
        /// Metric name.
        name: String,
    },
    /// A custom metric of another object.
    Object {
        /// Metric name.
        name: String,
        /// The described object.
        described: TargetRef,
    },
    /// A metric from outside the cluster.
    External {
        /// Metric name.
        name: String,
    },
}

/// The three targets of a metric; more than one is a validation matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// `averageUtilization`, percent of the request.
    pub average_utilization: Option<i64>,
    /// `averageValue`.
    pub average_value: Option<Quantity>,
    /// `value`.
    pub value: Option<Quantity>,
}

/// One metric of a scaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Path in the object, such as `spec.metrics[0].resource`; `spec` when the metric is the API server's default.
    pub path: String,
    /// The source.
    pub source: MetricSource,
    /// The target.
    pub target: Target,
}

/// What a scaler says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalerSpec {
    /// Whose object it is.
    pub kind: ScalerKind,
    /// What is scaled.
    pub target: TargetRef,
    /// `minReplicas` or `minReplicaCount` as written.
    pub min: Option<i64>,
    /// `maxReplicas` or `maxReplicaCount` as written.
    pub max: Option<i64>,
    /// Metrics and triggers, with the API server's default when there are none.
    pub metrics: Vec<Metric>,
    /// Types of the KEDA triggers, in order.
    pub triggers: Vec<String>,
    /// False when the object does not decode or lacks what the API server requires.
    pub usable: bool,
}

impl ScalerSpec {
    /// Lowest number of pods while the scaler is active: `minReplicas`, 1 by default; for KEDA `minReplicaCount`, 0 by
    /// default.
    #[must_use]
    pub fn floor(&self) -> i64 {
        self.min.unwrap_or(match self.kind {
            ScalerKind::Hpa => 1,
            ScalerKind::ScaledObject => 0,
        })
    }

    /// Highest number of pods; KEDA's default is 100.
    #[must_use]
    pub fn ceiling(&self) -> Option<i64> {
        self.max.or(match self.kind {
            ScalerKind::Hpa => None,
            ScalerKind::ScaledObject => Some(100),
        })
    }

    /// Path of the lower bound in the manifest.
    #[must_use]
    pub fn min_path(&self) -> &'static str {
        match self.kind {
            ScalerKind::Hpa => "spec.minReplicas",
            ScalerKind::ScaledObject => "spec.minReplicaCount",
        }
    }

    /// Path of the upper bound in the manifest.
    #[must_use]
    pub fn max_path(&self) -> &'static str {
        match self.kind {
            ScalerKind::Hpa => "spec.maxReplicas",
            ScalerKind::ScaledObject => "spec.maxReplicaCount",
        }
    }

    /// Reads a scaler; `None` for objects that are none, and for v2beta1, whose shape is another.
    #[must_use]
    pub fn read(object: &Object) -> Option<Self> {
        let (kind, read) = match (object.group.as_str(), object.version.as_str(), object.kind.as_str()) {
            ("autoscaling", "v1", "HorizontalPodAutoscaler") => (ScalerKind::Hpa, read_v1(object)),
            ("autoscaling", "v2" | "v2beta2", "HorizontalPodAutoscaler") => (ScalerKind::Hpa, read_v2(object)),
            ("keda.sh", _, "ScaledObject") => (ScalerKind::ScaledObject, read_keda(object)),
            ("autoscaling", _, "HorizontalPodAutoscaler") => (ScalerKind::Hpa, None),
            _ => return None,
        };
        let mut spec = read.unwrap_or_else(|| unusable(kind, object));
        // Of a floor above its ceiling nobody knows which of the two is meant, and the API server takes neither.
        spec.usable &= spec.ceiling().is_none_or(|ceiling| spec.floor() <= ceiling);
        Some(spec)
    }
}

/// A scaler that does not decode still names its target, so that nobody concludes the target has none.
fn unusable(kind: ScalerKind, object: &Object) -> ScalerSpec {
    let root = object.root();
    let text = |path: &str| root.at(path).and_then(NodeRef::text).map(|text| text.into_owned());
    ScalerSpec {
        kind,
        target: TargetRef {
            api_version: text("spec.scaleTargetRef.apiVersion"),
            kind: text("spec.scaleTargetRef.kind").unwrap_or_else(|| "Deployment".to_owned()),
            name: text("spec.scaleTargetRef.name").unwrap_or_default(),
        },
        min: None,
        max: None,
        metrics: Vec::new(),
        triggers: Vec::new(),
        usable: false,
    }
}

fn read_v1(object: &Object) -> Option<ScalerSpec> {
    let spec: v1::HorizontalPodAutoscalerSpec = yaml::decode(object.root().get("spec")?).ok()?.value;
    // Both an absent percentage and absent v2 annotations mean cpu 80 %; metrics in annotations are another matter.
    let in_annotations = object.annotations.contains_key("autoscaling.alpha.kubernetes.io/metrics");
    let metrics = match spec.target_cpu_utilization_percentage {
        Some(percent) => vec![cpu("spec.targetCPUUtilizationPercentage", i64::from(percent))],
        None if in_annotations => Vec::new(),
        None => vec![cpu("spec", 80)],
    };
    Some(ScalerSpec {
        kind: ScalerKind::Hpa,
        target: TargetRef {
            api_version: spec.scale_target_ref.api_version,
            kind: spec.scale_target_ref.kind,
            name: spec.scale_target_ref.name,
        },
        min: spec.min_replicas.map(i64::from),
        max: positive(spec.max_replicas),
        metrics,
        triggers: Vec::new(),
        usable: spec.max_replicas > 0,
    })
}

fn read_v2(object: &Object) -> Option<ScalerSpec> {
    let spec: v2::HorizontalPodAutoscalerSpec = yaml::decode(object.root().get("spec")?).ok()?.value;
    let written = spec.metrics.unwrap_or_default();
    let metrics = if written.is_empty() {
        vec![cpu("spec", 80)]
    } else {
        written.into_iter().enumerate().filter_map(|(index, metric)| read_metric(index, metric)).collect()
    };
    Some(ScalerSpec {
        kind: ScalerKind::Hpa,
        target: TargetRef {
            api_version: spec.scale_target_ref.api_version,
            kind: spec.scale_target_ref.kind,
            name: spec.scale_target_ref.name,
        },
        min: spec.min_replicas.map(i64::from),
        max: positive(spec.max_replicas),
        metrics,
        triggers: Vec::new(),
        usable: spec.max_replicas > 0,
    })
}

fn positive(value: i32) -> Option<i64> {
    (value > 0).then_some(i64::from(value))
}

/// A cpu utilisation; 80 % is what `SetDefaults_HorizontalPodAutoscaler` adds when there are no metrics.
fn cpu(path: &str, percent: i64) -> Metric {
    Metric {
        path: path.to_owned(),
        source: MetricSource::Resource { name: "cpu".to_owned() },
        target: Target { average_utilization: Some(percent), ..Target::default() },
    }
}

fn read_metric(index: usize, metric: v2::MetricSpec) -> Option<Metric> {
    let path = |body: &str| format!("spec.metrics[{index}].{body}");
    Some(match metric.type_.as_str() {
        "Resource" => {
            let body = metric.resource?;
            Metric {
                path: path("resource"),
                source: MetricSource::Resource { name: body.name },
                target: read_target(&body.target),
            }
        }
        "ContainerResource" => {
            let body = metric.container_resource?;
            Metric {
                path: path("containerResource"),
                source: MetricSource::ContainerResource { name: body.name, container: body.container },
                target: read_target(&body.target),
            }
        }
        "Pods" => {
            let body = metric.pods?;
            Metric {
                path: path("pods"),
                source: MetricSource::Pods { name: body.metric.name },
                target: read_target(&body.target),
            }
        }
        "Object" => {
            let body = metric.object?;
            let described = body.described_object;
            Metric {
                path: path("object"),
                source: MetricSource::Object {
                    name: body.metric.name,
                    described: TargetRef {
                        api_version: described.api_version,
                        kind: described.kind,
                        name: described.name,
                    },
                },
                target: read_target(&body.target),
            }
        }
        "External" => {
            let body = metric.external?;
            Metric {
                path: path("external"),
                source: MetricSource::External { name: body.metric.name },
                target: read_target(&body.target),
            }
        }
        _ => return None,
    })
}

fn read_target(target: &v2::MetricTarget) -> Target {
    let quantity = |quantity: &Option<k8s_openapi::apimachinery::pkg::api::resource::Quantity>| {
        quantity.as_ref().and_then(|quantity| Quantity::parse(&quantity.0).ok())
    };
    Target {
        average_utilization: target.average_utilization.map(i64::from),
        average_value: quantity(&target.average_value),
        value: quantity(&target.value),
    }
}

/// The part of a ScaledObject that rules ask about (keda.sh/v1alpha1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScaledObjectSpec {
    scale_target_ref: ScaledTarget,
    min_replica_count: Option<i64>,
    max_replica_count: Option<i64>,
    #[serde(default)]
    triggers: Vec<Trigger>,
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
struct Trigger {
    #[serde(rename = "type")]
    kind: String,
    metric_type: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

fn read_keda(object: &Object) -> Option<ScalerSpec> {
    let spec: ScaledObjectSpec = yaml::decode(object.root().get("spec")?).ok()?.value;
    // A paused ScaledObject holds another count than its bounds say.
    let paused = object.annotations.keys().any(|key| key.starts_with("autoscaling.keda.sh/paused"));
    let metrics =
        spec.triggers.iter().enumerate().filter_map(|(index, trigger)| read_trigger(index, trigger)).collect();
    Some(ScalerSpec {
        kind: ScalerKind::ScaledObject,
        target: TargetRef {
            api_version: spec.scale_target_ref.api_version.or_else(|| Some("apps/v1".to_owned())),
            kind: spec.scale_target_ref.kind.unwrap_or_else(|| "Deployment".to_owned()),
            name: spec.scale_target_ref.name,
        },
        min: spec.min_replica_count,
        max: spec.max_replica_count,
        metrics,
        triggers: spec.triggers.into_iter().map(|trigger| trigger.kind).collect(),
        usable: !paused,
    })
}

/// The cpu and memory triggers, which become Resource metrics of the HPA that KEDA makes. The metric type stands in
/// `metricType`, formerly in `metadata.type`.
fn read_trigger(index: usize, trigger: &Trigger) -> Option<Metric> {
    if !matches!(trigger.kind.as_str(), "cpu" | "memory") {
        return None;
    }
    let kind = trigger.metric_type.as_deref().or_else(|| trigger.metadata.get("type").map(String::as_str));
    let value = trigger.metadata.get("value")?;
    let target = match kind {
        Some("Utilization") => Target { average_utilization: value.parse().ok(), ..Target::default() },
        Some("AverageValue") => Target { average_value: Quantity::parse(value).ok(), ..Target::default() },
        _ => return None,
    };
    let name = trigger.kind.clone();
    let source = match trigger.metadata.get("containerName") {
        Some(container) if !container.is_empty() => {
            MetricSource::ContainerResource { name, container: container.clone() }
        }
        _ => MetricSource::Resource { name },
    };
    Some(Metric { path: format!("spec.triggers[{index}]"), source, target })
}
