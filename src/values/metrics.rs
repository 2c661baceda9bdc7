//! Custom metrics that values ask for, and the rules of a Prometheus adapter that values hold.

use crate::values::{Value, ValuesFile};
use crate::yaml::NodeRef;

/// A metric that an autoscaler is told to ask for.
#[derive(Debug)]
pub struct NamedMetric<'v> {
    /// Path of the name from the root of the values, for people.
    pub path: String,
    /// The name.
    pub node: NodeRef<'v>,
    /// `Pods`, `Object` or `External`; `None` where only the template knows.
    pub kind: Option<String>,
}

/// Keys whose lists are put into `spec.metrics` as they are.
const METRIC_LISTS: &[&str] = &["metrics", "extraMetrics", "additionalMetrics", "customMetrics"];

impl ValuesFile {
    /// The metrics of autoscalers that are on. Names that a template makes are left out.
    #[must_use]
    pub fn named_metrics(&self) -> Vec<NamedMetric<'_>> {
        let mut found = Vec::new();
        for block in self.autoscaling_blocks() {
            if block.enabled != Some(true) || block.keda {
                continue;
            }
            let path = super::dotted(&block.path);
            for (key, value) in block.value.children().into_iter().flatten() {
                if METRIC_LISTS.contains(&key.as_str()) {
                    found.extend(self.listed(&format!("{path}.{key}"), value));
                }
                if key == "customMetrics" && self.switch(value) != Some(false) {
                    let name = value.get("metricName").and_then(|name| self.node(name));
                    let path = format!("{path}.{key}.metricName");
                    found.extend(name.map(|node| NamedMetric { path, node, kind: None }));
                }
            }
        }
        found.retain(|metric| metric.node.str().is_some_and(|name| !name.is_empty() && !name.contains("{{")));
        found
    }

    fn listed<'v>(&'v self, path: &str, list: &'v Value) -> Vec<NamedMetric<'v>> {
        let items = self.node(list).into_iter().flat_map(NodeRef::items).enumerate();
        let metrics = items.filter_map(|(index, item)| {
            let kind = item.get("type")?.str()?.into_owned();
            let source = match kind.as_str() {
                "Pods" => "pods",
                "Object" => "object",
                "External" => "external",
                _ => return None,
            };
            Some(NamedMetric {
                path: format!("{path}[{index}].{source}.metric.name"),
                node: item.get(source)?.at("metric.name")?,
                kind: Some(kind),
            })
        });
        metrics.collect()
    }

    /// The maps with `rules` or `externalRules` of an adapter that nothing switches off, where each is written. `None`
    /// where a template decides which names the rules give, or where the rules are those of the adapter's own chart.
    #[must_use]
    pub fn adapter_maps(&self) -> Option<Vec<NodeRef<'_>>> {
        let mut found: Vec<NodeRef<'_>> = Vec::new();
        for component in self.components() {
            for key in ["rules", "externalRules"] {
                let Some(value) = component.get(key) else { continue };
                if value
                    .children()
                    .is_some_and(|rules| ["custom", "default", "external"].iter().any(|key| rules.contains_key(*key)))
                {
                    return None;
                }
                let rules: Vec<NodeRef<'_>> = self.node(value)?.items().collect();
                if !rules.iter().any(|rule| rule.get("seriesQuery").is_some()) {
                    continue;
                }
                if !rules.into_iter().all(is_written_out) {
                    return None;
                }
                let root = self.layers.get(value.layer)?.root()?;
                let map = component.path.iter().try_fold(root, |node, key| node.get(key))?;
                if !found
                    .iter()
                    .any(|other| other.id() == map.id() && other.document().source() == map.document().source())
                {
                    found.push(map);
                }
            }
        }
        Some(found)
    }
}

/// Whether the names that a rule gives are in the values: a template may fill in a label, and no more.
fn is_written_out(rule: NodeRef<'_>) -> bool {
    let Some(series) = rule.get("seriesQuery").and_then(NodeRef::str) else { return false };
    let after = series.find('{').and_then(|at| series.get(at..)).unwrap_or("");
    let named_by_template = after.starts_with("{{") || (series.contains("{{") && series.contains("__name__"));
    let is_plain = |key: &str| rule.get(key).is_none_or(|node| !node.raw().contains("{{"));
    !named_by_template && is_plain("name") && is_plain("seriesFilters") && is_plain("resources")
}
