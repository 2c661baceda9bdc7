//! Whether the adapter's configurations that are known serve what an autoscaler asks for.

use crate::model::build::Build;
use crate::model::scaler::{Metric, MetricSource};
use crate::model::view::Scaler;
use crate::prometheus::config::AdapterConfig;
use crate::prometheus::inspect;
use crate::prometheus::resolve::{self, MetricRequest, Resolution};

impl Metric {
    /// What is asked of an adapter, with the type as the API spells it; `None` for metrics that no adapter rule serves.
    #[must_use]
    pub fn request<'m>(&'m self, namespace: Option<&'m str>) -> Option<(&'static str, MetricRequest<'m>)> {
        let (kind, source) = match &self.source {
            MetricSource::Pods { .. } => ("Pods", resolve::MetricSource::Pods),
            MetricSource::Object { described, .. } => {
                let group = described.group().unwrap_or_default();
                ("Object", resolve::MetricSource::Object { group, kind: &described.kind })
            }
            MetricSource::External { .. } => ("External", resolve::MetricSource::External),
            MetricSource::Resource { .. } | MetricSource::ContainerResource { .. } => return None,
        };
        Some((kind, MetricRequest { name: self.source.name(), source, namespace }))
    }
}

impl Build {
    /// Whether the adapters' configurations show why a metric has no value: nothing serves it, the adapter does not start,
    /// or the rule's query gives none.
    #[must_use]
    pub fn adapters_tell_of(&self, scaler: Scaler<'_>, metric: &Metric) -> bool {
        let configs: Vec<&AdapterConfig> = self.adapters().map(|adapter| &adapter.config).collect();
        let Some((_, request)) = metric.request(scaler.namespace()) else { return false };
        let gives_none = |config: &&AdapterConfig| {
            let rules = config.section(request.source.section()).iter();
            let mut of_name = rules.filter(|rule| inspect::names(rule).iter().any(|name| name == request.name));
            !config.starts()
                || of_name.any(|rule| {
                    let faulty = config.has_problem(rule) || !inspect::query_faults(rule).is_empty();
                    faulty || inspect::dropped_resource(rule).is_some()
                })
        };
        matches!(resolve::resolve(&configs, &request), Resolution::NotServed { .. }) || configs.iter().any(gives_none)
    }
}
