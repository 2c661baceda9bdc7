//! What decides a replica count: HorizontalPodAutoscaler and KEDA's ScaledObject, read into one form.

pub mod defaults;
mod hpa;
mod keda;

use crate::kubernetes::object::Object;
use crate::kubernetes::quantity::Quantity;
use crate::model::workload::WorkloadKind;
use crate::yaml::NodeRef;
use std::collections::BTreeMap;
use std::fmt;

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

    /// The same name with a kind and the group that serves it.
    #[must_use]
    pub fn as_kind(&self, kind: WorkloadKind) -> Self {
        Self { api_version: Some(kind.api_version().to_owned()), kind: kind.name().to_owned(), name: self.name.clone() }
    }

    /// Whether two references are to one object of a namespace. Only the group of `apiVersion` counts: controllers look
    /// the kind up in it, whatever the version (`reconcileAutoscaler`, Kubernetes 1.34).
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        (self.group(), &self.kind, &self.name) == (other.group(), &other.kind, &other.name)
    }
}

impl fmt::Display for TargetRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
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
    /// `type` as written: `Utilization`, `AverageValue` or `Value`.
    pub kind: Option<String>,
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

/// One of `policies`: how much may change within a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// `Pods` or `Percent`.
    pub kind: String,
    /// `value`.
    pub value: i64,
    /// `periodSeconds`.
    pub period: i64,
}

impl Metric {
    /// Whether its value depends on the pods that the target's selector matches, not only on the target's own count: all
    /// but an average of an Object or External metric (`replica_calculator.go`, Kubernetes 1.34).
    #[must_use]
    pub fn counts_pods(&self) -> bool {
        match self.source {
            MetricSource::Resource { .. } | MetricSource::ContainerResource { .. } | MetricSource::Pods { .. } => true,
            MetricSource::Object { .. } | MetricSource::External { .. } => self.target.average_value.is_none(),
        }
    }
}

/// `behavior.scaleUp` or `behavior.scaleDown`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Direction {
    /// Path in the object, such as `spec.behavior.scaleUp`.
    pub path: String,
    /// `stabilizationWindowSeconds` as written.
    pub window: Option<i64>,
    /// `selectPolicy`: `Max`, the API server's default, `Min` or `Disabled`.
    pub select_policy: String,
    /// `policies`, with the API server's default when the list is absent.
    pub policies: Vec<Policy>,
    /// `tolerance` as written (on by default since 1.35).
    pub tolerance: Option<Quantity>,
}

impl Direction {
    /// Whether nothing is changed in this direction.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.select_policy == "Disabled"
    }
}

impl Metric {
    /// Path of the percentage in the manifest, or of the nearest field where the metric is a default.
    #[must_use]
    pub fn utilization_path(&self) -> String {
        match self.path.as_str() {
            "spec" | "spec.targetCPUUtilizationPercentage" => self.path.clone(),
            trigger if trigger.starts_with("spec.triggers") => format!("{trigger}.metadata.value"),
            body => format!("{body}.target.averageUtilization"),
        }
    }
}

impl MetricSource {
    /// Name of the metric or the resource.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Resource { name }
            | Self::ContainerResource { name, .. }
            | Self::Pods { name }
            | Self::Object { name, .. }
            | Self::External { name } => name,
        }
    }

    /// The resource and, where only one container counts, its name; `None` for metrics of other APIs.
    #[must_use]
    pub fn resource(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Resource { name } => Some((name, None)),
            Self::ContainerResource { name, container } => Some((name, Some(container))),
            Self::Pods { .. } | Self::Object { .. } | Self::External { .. } => None,
        }
    }
}

/// One of KEDA's triggers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Path in the object, such as `spec.triggers[0]`.
    pub path: String,
    /// `type`, such as `prometheus`.
    pub kind: String,
    /// `metadata`.
    pub metadata: BTreeMap<String, String>,
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
    /// KEDA's triggers, in order.
    pub triggers: Vec<Trigger>,
    /// `behavior.scaleUp`.
    pub up: Option<Direction>,
    /// `behavior.scaleDown`.
    pub down: Option<Direction>,
    /// `idleReplicaCount` of a ScaledObject.
    pub idle: Option<i64>,
    /// Name of the HPA: its own, or the one that KEDA makes.
    pub hpa_name: String,
    /// False when the object does not decode or lacks what the API server requires.
    pub usable: bool,
}

impl ScalerSpec {
    /// Lowest number of pods while the scaler is active: `minReplicas`, 1 by default; for KEDA `minReplicaCount`, 0 by
    /// default.
    #[must_use]
    pub fn floor(&self) -> i64 {
        self.min.unwrap_or(match self.kind {
            ScalerKind::Hpa => i64::from(defaults::MIN_REPLICAS),
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
            ("autoscaling", "v1", "HorizontalPodAutoscaler") => (ScalerKind::Hpa, hpa::read_v1(object)),
            ("autoscaling", "v2" | "v2beta2", "HorizontalPodAutoscaler") => (ScalerKind::Hpa, hpa::read_v2(object)),
            ("keda.sh", _, "ScaledObject") => (ScalerKind::ScaledObject, keda::read(object)),
            ("autoscaling", _, "HorizontalPodAutoscaler") => (ScalerKind::Hpa, None),
            _ => return None,
        };
        let mut spec = read.unwrap_or_else(|| unusable(kind, object));
        // Of a floor above its ceiling nobody knows which of the two is meant, and the API server takes neither.
        spec.usable &= spec.ceiling().is_none_or(|ceiling| spec.floor() <= ceiling);
        Some(spec)
    }
}

impl Default for ScalerSpec {
    /// An HPA that says nothing.
    fn default() -> Self {
        Self {
            kind: ScalerKind::Hpa,
            target: TargetRef::default(),
            min: None,
            max: None,
            metrics: Vec::new(),
            triggers: Vec::new(),
            up: None,
            down: None,
            idle: None,
            hpa_name: String::new(),
            usable: false,
        }
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
        ..ScalerSpec::default()
    }
}
