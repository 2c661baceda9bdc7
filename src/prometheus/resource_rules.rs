//! The queries of `resourceRules`, by which the adapter stands in for metrics-server: what Prometheus refuses, and rows
//! that no pod, node or container is found by. See `pkg/resourceprovider/provider.go` of prometheus-adapter v0.12.

use std::ops::Range;

use promql_parser::parser::Expr;

use super::config::{AdapterConfig, ResourceRule, Spanned};
use super::flow;
use super::inspect::{self, only_word};
use super::promql;
use super::query::{self, CustomQuery, LabelValues, QueryError};
use super::resources::{Association, GroupResource};
use super::series_query::matchers_of;
use super::template::{Rendered, Template};

/// What a query does that nobody meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Prometheus refuses it; why, as a clause.
    Refused(String),
    /// Its rows lack a label.
    Dropped {
        /// The label.
        label: String,
        /// What takes it away, such as `sum`.
        by: String,
        /// The rows are those of pods all the same; only their containers cannot be told apart.
        of_containers: bool,
    },
    /// No `containerLabel` says which label names the container, so that each usage is one of a container without name.
    Nameless,
    /// It asks for this series without any label of the request.
    Unrestricted(String),
}

/// A query of `resourceRules` that gives the kubelet's numbers of nobody, or of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceFault<'c> {
    /// Path of the query, such as `resourceRules.cpu.containerQuery`.
    pub path: String,
    /// The query.
    pub query: &'c Spanned<String>,
    /// What is wrong with it.
    pub fault: Fault,
    /// Where in the content of the query, where that is known.
    pub range: Option<Range<usize>>,
}

impl ResourceFault<'_> {
    /// `containerQuery` or `nodeQuery`.
    #[must_use]
    pub fn field(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }
}

/// The first fault of each query. The adapter asks without a series, for the pods of a namespace with the container's label
/// beside the pod's, and for nodes.
#[must_use]
pub fn faults(config: &AdapterConfig) -> Vec<ResourceFault<'_>> {
    let rules = config.resource_rules.iter().flat_map(|rules| [&rules.cpu, &rules.memory]).flatten();
    rules
        .flat_map(|rule| {
            let container = rule.container_query.as_ref().map(|query| ("containerQuery", query, true));
            let node = rule.node_query.as_ref().map(|query| ("nodeQuery", query, false));
            container.into_iter().chain(node).map(move |(field, query, of_pods)| (rule, field, query, of_pods))
        })
        .filter_map(|(rule, field, query, of_pods)| {
            let path = format!("{}.{field}", rule.path);
            // What the template itself has wrong was refused when it was read.
            if config.problems.iter().any(|problem| problem.path == path) {
                return None;
            }
            let (fault, range) = fault(rule, query, of_pods)?;
            Some(ResourceFault { path, query, fault, range })
        })
        .collect()
}

fn fault(rule: &ResourceRule, query: &Spanned<String>, of_pods: bool) -> Option<(Fault, Option<Range<usize>>)> {
    let one_label = |resource: GroupResource| match rule.labels.association(&resource) {
        Association::Labels(labels) => labels.first().filter(|_| labels.len() == 1).cloned(),
        Association::Missing | Association::Unknown => None,
    };
    let (resource, by_default) = match of_pods {
        true => (GroupResource::pods(), "pod"),
        false => (GroupResource::of_kind("", "Node"), "node"),
    };
    let (label, namespace) = (one_label(resource), one_label(GroupResource::namespaces()));
    let or = |label: &Option<String>, by_default: &str| label.clone().unwrap_or_else(|| by_default.to_owned());
    let container = rule.container_label.as_ref().map(|label| label.value.clone()).filter(|_| of_pods);
    let asked = CustomQuery {
        namespace: of_pods.then(|| (or(&namespace, "namespace"), "namespace".to_owned())),
        resource: Some(LabelValues { label: or(&label, by_default), values: vec!["name".to_owned()] }),
        extra_group_by: container.clone().into_iter().collect(),
        ..CustomQuery::default()
    };
    let rendered = match query::render_custom(&Template::new(&query.value).ok()?, &asked) {
        Ok(rendered) if rendered.missing_keys.is_empty() => rendered,
        Err(QueryError::Empty) => return Some((Fault::Refused("renders nothing".to_owned()), None)),
        Ok(_) | Err(_) => return None,
    };
    match promql::parse(&rendered.text) {
        Err(error) => {
            let (message, range) = inspect::refused(error, &rendered.text)?;
            Some((Fault::Refused(message), range.map(|range| rendered.template_range(range))))
        }
        Ok(expr) => {
            let dropped = || dropped(&expr, query, label.as_deref()?, container.as_deref());
            // Names of nodes are unique, so that rows meet the right one whatever was asked for.
            let labels = label.as_ref().zip(namespace.as_ref()).filter(|_| of_pods);
            let open = || labels.and_then(|(label, namespace)| unrestricted(&expr, &rendered, &[label, namespace]));
            // A values file may hold a part, and the files below it the rest.
            let nameless = of_pods && container.is_none() && rule.path.starts_with("resourceRules");
            dropped().or_else(|| nameless.then_some((Fault::Nameless, None))).or_else(open)
        }
    }
}

/// A label of the pod or node, or of the container, that the rows have lost.
fn dropped(
    expr: &Expr,
    query: &Spanned<String>,
    label: &str,
    container: Option<&str>,
) -> Option<(Fault, Option<Range<usize>>)> {
    let kept = flow::kept(expr);
    let of_resource = kept.taken_by(label).map(|by| (label, by, false));
    let lost = of_resource.or_else(|| container.and_then(|label| Some((label, kept.taken_by(label)?, true))));
    let (label, by, of_containers) = lost?;
    let range = only_word(&query.value, by);
    Some((Fault::Dropped { label: label.to_owned(), by: by.to_owned(), of_containers }, range))
}

/// The series that is asked for without the names of the request, or any other matcher on the labels of those.
fn unrestricted(expr: &Expr, rendered: &Rendered, labels: &[&String]) -> Option<(Fault, Option<Range<usize>>)> {
    // A template may put the request anywhere, as in a literal of `label_replace`.
    if rendered.text.contains("\"name\"") || rendered.text.contains("\"namespace\"") {
        return None;
    }
    let mut first = None;
    for selector in promql::selectors(expr) {
        if matchers_of(selector)?.iter().any(|matcher| labels.contains(&&matcher.label)) {
            return None;
        }
        first = first.or_else(|| selector.name.clone());
    }
    Some((Fault::Unrestricted(first?), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;
    use std::sync::Arc;

    fn rules(text: &str) -> AdapterConfig {
        let documents = crate::yaml::parse(SourceId(0), &Arc::from(text));
        AdapterConfig::from_root(documents.first().and_then(|document| document.root()).expect("it is YAML"))
    }

    fn with(container: &str, node: &str) -> AdapterConfig {
        rules(&format!(
            "resourceRules:\n  cpu:\n    containerQuery: '{container}'\n    nodeQuery: '{node}'\n    resources: {{overrides: {{node: {{resource: node}}, namespace: {{resource: namespace}}, pod: {{resource: pod}}}}}}\n    containerLabel: container\n"
        ))
    }

    const CONTAINER: &str =
        "sum by (<<.GroupBy>>) (rate(container_cpu_usage_seconds_total{<<.LabelMatchers>>,container!=\"\"}[3m]))";
    const NODE: &str = "sum by (<<.GroupBy>>) (rate(node_cpu_seconds_total{<<.LabelMatchers>>}[3m]))";

    #[test]
    fn queries_must_parse() {
        let places = |container: &str, node: &str| {
            let config = with(container, node);
            let places = faults(&config).into_iter().map(|fault| (fault.path, fault.range));
            places.collect::<Vec<_>>()
        };
        assert_eq!(places(CONTAINER, NODE), []);
        assert_eq!(places(CONTAINER, "sum(a"), [("resourceRules.cpu.nodeQuery".to_owned(), Some(3..4))]);
        assert_eq!(places("", NODE), [("resourceRules.cpu.containerQuery".to_owned(), None)]);
    }

    #[test]
    fn rows_must_say_whose_they_are() {
        let fault = |container: &str, node: &str| {
            let config = with(container, node);
            faults(&config).into_iter().next().map(|fault| (fault.fault, fault.range))
        };
        let dropped = |label: &str, of_containers| {
            let fault = Fault::Dropped { label: label.to_owned(), by: "sum".to_owned(), of_containers };
            Some((fault, Some(0..3)))
        };
        assert_eq!(fault("sum(a{<<.LabelMatchers>>})", NODE), dropped("pod", false));
        assert_eq!(fault("sum by (pod) (a{<<.LabelMatchers>>})", NODE), dropped("container", true));
        assert_eq!(fault("sum by (pod_name, container) (a{<<.LabelMatchers>>})", NODE), dropped("pod", false));
        assert_eq!(fault(CONTAINER, "sum(a{<<.LabelMatchers>>})"), dropped("node", false));
        for container in [
            "sum by (pod, container) (a{<<.LabelMatchers>>})",
            "sum without (cpu) (a{<<.LabelMatchers>>})",
            "a{<<.LabelMatchers>>}",
            "sum by (<<.GroupBy>>) (a{namespace=\"<<index .LabelValuesByName \"namespace\">>\"})",
            "sum by (<<.GroupBy>>) (a{namespace=\"shop\"})",
            "sum by (<<.GroupBy>>) (a{<<.LabelMatchers>>} * on () group_left () b)",
        ] {
            assert_eq!(fault(container, NODE), None, "{container}");
        }
        let text = format!(
            "resourceRules: {{cpu: {{containerQuery: '{CONTAINER}', resources: {{template: <<.Resource>>}}}}}}"
        );
        let config = rules(&text);
        assert_eq!(faults(&config).first().map(|fault| &fault.fault), Some(&Fault::Nameless));
        let open = fault("sum by (<<.GroupBy>>) (a{container!=\"\"})", NODE);
        assert_eq!(open, Some((Fault::Unrestricted("a".to_owned()), None)));
        assert_eq!(fault(CONTAINER, "sum by (<<.GroupBy>>) (a)"), None);
    }
}
