//! Who serves the metrics that are not metrics-server's.

use crate::model::build::{Build, Resource};
use crate::model::scaler::MetricSource;
use crate::model::view::Workload;
use crate::prometheus::config::AdapterConfig;
use crate::yaml::NodeRef;

/// An aggregated API of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsApi {
    /// `custom.metrics.k8s.io`, for metrics of type Pods and Object.
    Custom,
    /// `external.metrics.k8s.io`, for metrics of type External.
    External,
}

impl MetricsApi {
    /// The API that a metric is asked from; `None` for resource metrics, which metrics-server serves.
    #[must_use]
    pub fn of(source: &MetricSource) -> Option<Self> {
        match source {
            MetricSource::Pods { .. } | MetricSource::Object { .. } => Some(Self::Custom),
            MetricSource::External { .. } => Some(Self::External),
            MetricSource::Resource { .. } | MetricSource::ContainerResource { .. } => None,
        }
    }

    /// Its API group.
    #[must_use]
    pub fn group(self) -> &'static str {
        match self {
            Self::Custom => "custom.metrics.k8s.io",
            Self::External => "external.metrics.k8s.io",
        }
    }
}

/// Parts of image names of what serves metrics APIs.
const SERVERS: &[&str] = &[
    "prometheus-adapter",
    "metrics-adapter",
    "metrics-apiserver",
    "stackdriver-adapter",
    "cloudwatch-adapter",
    "cluster-agent",
];

impl Build {
    /// Whether anything in the build says who serves the API: an adapter's configuration, its APIService, its pods, or
    /// objects that a provider reads.
    #[must_use]
    pub fn has_metrics_provider(&self, api: MetricsApi) -> bool {
        let named = self.resources.iter().any(|resource| names_provider(resource, api));
        // `resourceRules` alone stand in for metrics-server.
        let serves = |config: &AdapterConfig| {
            config.resource_rules.is_none() || config.default_rules || config.discovery_rules().next().is_some()
        };
        named || self.adapters().any(|adapter| serves(&adapter.config)) || self.workloads().any(is_server)
    }
}

fn names_provider(resource: &Resource, api: MetricsApi) -> bool {
    let object = &resource.object;
    match object.kind.as_str() {
        "APIService" => object.root().at("spec.group").and_then(NodeRef::str).as_deref() == Some(api.group()),
        "DatadogMetric" | "ExternalMetric" | "CustomMetric" => true,
        _ => object.group == "keda.sh" && api == MetricsApi::External,
    }
}

fn is_server(workload: Workload<'_>) -> bool {
    let mut images = workload.spec().pod.containers.iter().map(|container| container.image.as_str());
    images.any(|image| SERVERS.iter().any(|server| image.contains(server)))
}
