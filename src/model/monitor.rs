//! What Prometheus scrapes: the ServiceMonitors and PodMonitors of a build, and the annotations that a scrape
//! configuration of one's own reads.

use crate::kubernetes::object::labels_of;
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::model::build::{Build, Resource};
use crate::model::view::{Service, Workload};
use crate::prometheus::config::Section;
use crate::prometheus::promql;
use crate::yaml::{self, NodeRef, push_index};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use std::time::Duration;

/// A ServiceMonitor or PodMonitor (monitoring.coreos.com/v1).
#[derive(Clone)]
pub struct Monitor<'b> {
    build: &'b Build,
    resource: &'b Resource,
    of_pods: bool,
    selector: Option<LabelSelector>,
    namespaces: Namespaces,
}

/// `spec.namespaceSelector`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Namespaces {
    /// Absent: the monitor's own.
    Own,
    /// `any: true`.
    Any,
    /// `matchNames`.
    Named(Vec<String>),
}

impl<'b> Monitor<'b> {
    /// Reads a monitor; `None` for other objects.
    #[must_use]
    pub fn read(build: &'b Build, resource: &'b Resource) -> Option<Self> {
        let object = &resource.object;
        let of_pods = match (object.group.as_str(), object.kind.as_str()) {
            ("monitoring.coreos.com", "ServiceMonitor") => false,
            ("monitoring.coreos.com", "PodMonitor") => true,
            _ => return None,
        };
        let spec = object.root().get("spec");
        let selector = spec.and_then(|spec| spec.get("selector")).filter(|selector| !selector.is_null());
        let selector = selector.and_then(|selector| yaml::decode::<meta::LabelSelector>(selector).ok());
        let selector = selector.and_then(|selector| LabelSelector::from_api(&selector.value).ok());
        let namespaces = spec.and_then(|spec| spec.get("namespaceSelector")).map_or(Namespaces::Own, namespaces);
        Some(Self { build, resource, of_pods, selector, namespaces })
    }

    /// The object.
    #[must_use]
    pub fn resource(&self) -> &'b Resource {
        self.resource
    }

    /// Its selector; `None` when it does not decode, so that it may select anything.
    #[must_use]
    pub fn selector(&self) -> Option<&LabelSelector> {
        self.selector.as_ref()
    }

    /// Whether it selects pods rather than Services.
    #[must_use]
    pub fn is_of_pods(&self) -> bool {
        self.of_pods
    }

    /// Whether it looks into every namespace.
    #[must_use]
    pub fn looks_everywhere(&self) -> bool {
        self.namespaces == Namespaces::Any
    }

    /// Whether it looks into its own namespace only.
    #[must_use]
    pub fn looks_at_home(&self) -> bool {
        self.namespaces == Namespaces::Own
    }

    /// The Services of the build that it selects; none for a PodMonitor.
    pub fn services(&self) -> impl Iterator<Item = Service<'b>> {
        let selector = self.selector.as_ref().filter(|_| !self.of_pods);
        let services = self.build.services().filter(|service| self.covers(service.namespace()));
        services.filter(move |service| selector.is_some_and(|selector| selector.matches(&service.object.labels)))
    }

    /// The ports that it asks for by name, with the path of the field.
    pub fn ports(&self) -> impl Iterator<Item = (String, String)> {
        let list = if self.of_pods { "spec.podMetricsEndpoints" } else { "spec.endpoints" };
        let endpoints = self.resource.object.root().at(list).into_iter().flat_map(NodeRef::items).enumerate();
        endpoints.filter_map(move |(index, endpoint)| {
            let mut path = list.to_owned();
            push_index(&mut path, index);
            let name = endpoint.get("port")?.text().filter(|name| !name.is_empty())?;
            Some((format!("{path}.port"), name.into_owned()))
        })
    }

    /// The ports of containers that it asks for, by name or number, with the path of the field. A named `port` comes first
    /// where both are written; the Prometheus Operator looks for the others among the ports that containers declare
    /// (`__meta_kubernetes_pod_container_port_name` and `_number`, operator v0.80).
    pub fn container_ports(&self) -> impl Iterator<Item = (String, String)> {
        let (list, fields): (_, &[&str]) = match self.of_pods {
            true => ("spec.podMetricsEndpoints", &["portNumber", "targetPort"]),
            false => ("spec.endpoints", &["targetPort"]),
        };
        let endpoints = self.resource.object.root().at(list).into_iter().flat_map(NodeRef::items).enumerate();
        endpoints.filter_map(move |(index, endpoint)| {
            let mut path = list.to_owned();
            push_index(&mut path, index);
            let text = |field: &str| endpoint.get(field)?.text().filter(|text| !text.is_empty() && text != "0");
            let written = fields.iter().filter(|_| text("port").is_none());
            let (field, port) = written.filter_map(|field| Some((field, text(field)?))).next()?;
            Some((format!("{path}.{field}"), port.into_owned()))
        })
    }

    /// Whether it looks into a namespace. An unknown one is equal to any.
    #[must_use]
    pub fn covers(&self, namespace: Option<&str>) -> bool {
        let among = |one: Option<&str>| one.zip(namespace).is_none_or(|(one, namespace)| one == namespace);
        match &self.namespaces {
            Namespaces::Any => true,
            Namespaces::Own => among(self.build.namespace_of(self.resource)),
            Namespaces::Named(names) => names.iter().any(|name| among(Some(name))),
        }
    }

    /// How often its endpoints are scraped; `None` for one that cannot be read, such as a placeholder. Without an interval
    /// the Prometheus Operator's default of 30 seconds holds (`spec.scrapeInterval` of Prometheus, operator v0.80).
    fn intervals(&self) -> impl Iterator<Item = Option<Duration>> {
        let endpoints = if self.of_pods { "spec.podMetricsEndpoints" } else { "spec.endpoints" };
        let endpoints = self.resource.object.root().at(endpoints).into_iter().flat_map(NodeRef::items);
        endpoints.map(|endpoint| match endpoint.get("interval").and_then(NodeRef::text) {
            Some(text) if !text.is_empty() => promql::duration(&text),
            _ => Some(Duration::from_secs(30)),
        })
    }

    /// Whether it selects the pods of a workload: a PodMonitor by their labels, a ServiceMonitor by the labels of a
    /// Service that selects them.
    #[must_use]
    pub fn selects(&self, workload: Workload<'_>) -> bool {
        let Some(selector) = &self.selector else { return false };
        if self.of_pods {
            return self.covers(workload.namespace()) && selector.matches(&workload.spec().pod.labels);
        }
        let mut services = workload.services();
        services.any(|service| self.covers(service.namespace()) && selector.matches(&service.object.labels))
    }
}

/// `any` wins over `matchNames`; without either the selector says nothing.
fn namespaces(node: NodeRef<'_>) -> Namespaces {
    let names = node.get("matchNames").into_iter().flat_map(NodeRef::items);
    let names: Vec<String> = names.filter_map(|name| Some(name.text()?.into_owned())).collect();
    match node.get("any").and_then(NodeRef::text).as_deref() {
        Some("true") => Namespaces::Any,
        _ if names.is_empty() => Namespaces::Own,
        _ => Namespaces::Named(names),
    }
}

/// What annotations say of scraping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annotated {
    /// Nothing.
    No,
    /// `prometheus.io/scrape: "true"`, which a scrape configuration has to look for and the Prometheus Operator ignores.
    Prometheus,
    /// Another agent's annotations, or a sidecar that brings its own scraping.
    Otherwise,
}

/// What the annotations of a workload's pods and Services say.
#[must_use]
pub fn annotated(workload: Workload<'_>) -> Annotated {
    let pod = &workload.spec().pod;
    let services: Vec<&Labels> = workload.services().map(|service| &service.resource().object.annotations).collect();
    let (mut found, mut otherwise) = (false, pod.is_injected());
    for (key, value) in services.into_iter().chain([&pod.annotations]).flatten() {
        match key.as_str() {
            "prometheus.io/scrape" => found |= value == "true",
            key if key.starts_with("prometheus.io/") => {}
            key => otherwise |= key.contains("scrape") || key.starts_with("ad.datadoghq.com/"),
        }
    }
    match (found, otherwise) {
        (_, true) => Annotated::Otherwise,
        (true, _) => Annotated::Prometheus,
        (false, _) => Annotated::No,
    }
}

/// Prefixes of metrics that an exporter or a proxy reports on behalf of pods.
const EXPORTERS: &[&str] = &[
    "container_",
    "kube_",
    "kubelet_",
    "node_",
    "dcgm_",
    "nvidia_",
    "gpu_",
    "istio_",
    "envoy_",
    "linkerd_",
    "nginx_",
    "traefik_",
    "haproxy_",
    "hubble_",
    "cilium_",
    "beyla_",
];

impl Build {
    /// The monitors of the build.
    pub fn monitors(&self) -> impl Iterator<Item = Monitor<'_>> {
        self.resources.iter().filter_map(|resource| Monitor::read(self, resource))
    }

    /// The shortest interval at which a monitor of the build scrapes; `None` without monitors, and where one cannot be read.
    #[must_use]
    pub fn shortest_scrape_interval(&self) -> Option<Duration> {
        let intervals: Option<Vec<Duration>> =
            self.monitors().flat_map(|monitor| monitor.intervals().collect::<Vec<_>>()).collect();
        intervals?.into_iter().min()
    }

    /// Whether something in the build scrapes that is not read here: other kinds of monitors, a collector, or a scrape
    /// configuration in a ConfigMap or Secret.
    #[must_use]
    pub fn scrapes_otherwise(&self) -> bool {
        self.resources.iter().any(|resource| {
            let object = &resource.object;
            let configured = || {
                let data = ["data", "stringData"].into_iter().filter_map(|key| object.root().get(key)).map(labels_of);
                data.flat_map(Labels::into_values)
                    .any(|text| text.contains("scrape_config") || text.contains(".scrape "))
            };
            match (object.group.as_str(), object.kind.as_str()) {
                ("monitoring.coreos.com", "ScrapeConfig") => true,
                ("monitoring.coreos.com", "Prometheus" | "PrometheusAgent") => {
                    object.root().at("spec.additionalScrapeConfigs").is_some_and(|secret| !secret.is_null())
                }
                ("monitoring.googleapis.com" | "operator.victoriametrics.com" | "opentelemetry.io", _) => true,
                ("", "ConfigMap" | "Secret") => configured(),
                _ => false,
            }
        })
    }

    /// Whether a metric of pods is reported by something else than the pods, as far as its name and the series behind it
    /// tell.
    #[must_use]
    pub fn is_exported_for_pods(&self, metric: &str) -> bool {
        let foreign = |name: &str| {
            let name = name.to_ascii_lowercase();
            EXPORTERS.iter().any(|prefix| name.starts_with(prefix))
        };
        let rules = self.adapters().flat_map(|adapter| adapter.config.section(Section::Custom));
        let names = rules.flat_map(|rule| rule.api_names());
        foreign(metric) || names.filter(|(_, name)| name == metric).any(|(series, _)| foreign(series))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::BuildOptions;
    use crate::text::SourceId;
    use std::sync::Arc;

    /// A Deployment and its Service in namespace `shop`, with what stands beside them.
    fn build(beside: &str) -> Build {
        let shop = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api, tier: web}}
    spec: {containers: [{name: api, image: shop/api}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, labels: {team: payments}}
spec: {selector: {app: api}}
---
";
        let text: Arc<str> = Arc::from(format!("{shop}{beside}"));
        let documents = yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        Build::new(BuildOptions { complete: true, ..BuildOptions::default() }, documents)
    }

    fn selected(kind: &str, namespace: &str, spec: &str) -> bool {
        let monitor = format!(
            "apiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: m, namespace: {namespace}}}\nspec: {spec}\n"
        );
        let build = build(&monitor);
        let api = build.workloads().next().expect("the Deployment");
        build.monitors().any(|monitor| monitor.selects(api))
    }

    #[test]
    fn a_service_monitor_reads_the_labels_of_the_service_and_a_pod_monitor_those_of_the_pods() {
        assert!(selected("ServiceMonitor", "shop", "{selector: {matchLabels: {team: payments}}}"));
        assert!(!selected("ServiceMonitor", "shop", "{selector: {matchLabels: {app: api}}}"));
        assert!(selected("PodMonitor", "shop", "{selector: {matchLabels: {tier: web}}}"));
        assert!(!selected("PodMonitor", "shop", "{selector: {matchLabels: {team: payments}}}"));
        assert!(selected("ServiceMonitor", "shop", "{selector: {}}"));
    }

    #[test]
    fn a_monitor_looks_into_its_own_namespace_unless_it_says_otherwise() {
        let with = |scope: &str| format!("{{selector: {{}}, namespaceSelector: {scope}}}");
        assert!(!selected("ServiceMonitor", "monitoring", "{selector: {}}"));
        assert!(selected("ServiceMonitor", "monitoring", &with("{any: true}")));
        assert!(selected("PodMonitor", "monitoring", &with("{matchNames: [tools, shop]}")));
        assert!(!selected("PodMonitor", "shop", &with("{matchNames: [tools]}")));
        assert!(selected("PodMonitor", "shop", &with("{}")));
    }

    #[test]
    fn scrape_configurations_and_other_collectors_scrape_otherwise() {
        let config_map =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: p}\ndata: {prometheus.yml: 'scrape_configs: []'}\n";
        let collector = "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nmetadata: {name: otel}\n";
        assert!(build(config_map).scrapes_otherwise());
        assert!(build(collector).scrapes_otherwise());
        assert!(!build("").scrapes_otherwise());
    }

    #[test]
    fn exporters_report_for_pods_also_under_another_name() {
        let adapter = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: adapter}\ndata:\n  config.yaml: |\n    rules:\n    - seriesQuery: DCGM_FI_DEV_GPU_UTIL\n      name: {matches: ^DCGM_FI_DEV_GPU_UTIL$, as: accelerator_load}\n";
        assert!(build(adapter).is_exported_for_pods("accelerator_load"));
        assert!(build("").is_exported_for_pods("istio_requests_per_second"));
        assert!(!build("").is_exported_for_pods("accelerator_load"));
        assert!(!build("").is_exported_for_pods("inference_queue_depth"));
    }
}
