//! The values of the chart `prometheus-adapter`: `rules.custom`, `rules.external` and `rules.resource` become the
//! sections of the configuration; `rules.default`, on unless it is switched off, adds rules that take any series.

use crate::yaml::{NodeKind, NodeRef};

use super::read::Reader;
use super::{AdapterConfig, PrometheusValues, Section, Spanned, has_container_query, has_series_query};

/// The chart's name, under which a parent chart keeps its values.
const CHART: &str = "prometheus-adapter";

pub(super) fn config(root: NodeRef<'_>) -> Option<AdapterConfig> {
    let (values, prefix) = values_of(root)?;
    let rules = values.get("rules")?;
    if has_existing(rules) {
        return Some(AdapterConfig { prometheus: Some(prometheus(values, prefix)), ..AdapterConfig::default() });
    }
    // Helm has merged the values before the adapter sees them, so duplicate keys are gone.
    let mut reader = Reader::new(false);
    let path = |key: &str| format!("{prefix}rules.{key}");
    let section = |reader: &mut Reader, key: &str, section: Section| {
        rules.get(key).and_then(|node| reader.rules(node, &path(key), section))
    };
    let custom = section(&mut reader, "custom", Section::Custom);
    let external = section(&mut reader, "external", Section::External);
    let resource = rules.get("resource").filter(|node| has_container_query(*node));
    let resource = resource.and_then(|node| reader.resource_rules(node, &path("resource")));
    Some(AdapterConfig {
        rules: custom,
        external_rules: external,
        resource_rules: resource,
        default_rules: rules.get("default").and_then(NodeRef::bool).unwrap_or(true),
        prometheus: Some(prometheus(values, prefix)),
        problems: reader.into_problems(),
    })
}

/// The chart's values and the path to them, with its dot.
pub(super) fn values_of(root: NodeRef<'_>) -> Option<(NodeRef<'_>, &'static str)> {
    if is_values(root) {
        return Some((root, ""));
    }
    let nested = root.get(CHART)?;
    is_values(nested).then_some((nested, "prometheus-adapter."))
}

fn is_values(node: NodeRef<'_>) -> bool {
    let Some(rules) = node.get("rules").filter(|rules| rules.kind() == NodeKind::Mapping) else {
        return false;
    };
    let discovers = ["custom", "external"].iter().any(|key| rules.get(key).is_some_and(has_series_query));
    let resource = rules.get("resource").is_some_and(has_container_query);
    let switched = rules.get("default").and_then(NodeRef::bool).is_some();
    discovers || resource || ((switched || has_existing(rules)) && node.at("prometheus.url").is_some())
}

/// The chart mounts another ConfigMap, and renders no rules of its own.
fn has_existing(rules: NodeRef<'_>) -> bool {
    rules.get("existing").and_then(NodeRef::text).is_some_and(|name| !name.is_empty())
}

fn prometheus(values: NodeRef<'_>, prefix: &str) -> PrometheusValues {
    let field = |path: &str| {
        let node = values.at(path)?;
        let text = node.text().map_or_else(String::new, |text| text.into_owned());
        (node.is_null() || node.text().is_some()).then(|| Spanned { value: text, span: node.span(), node: node.id() })
    };
    PrometheusValues {
        prefix: format!("{prefix}prometheus."),
        url: field("prometheus.url"),
        port: field("prometheus.port"),
        path: field("prometheus.path"),
    }
}
