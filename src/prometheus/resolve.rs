//! Is a metric that an autoscaler asks for served by the adapter, and if not, which rule comes close? Only what is
//! certain is called not served.

use std::ops::Range;

use crate::text::Span;

use super::config::{AdapterConfig, DiscoveryRule, Section};
use super::naming::{Inverse, Namer};
use super::nearest::nearest;
use super::query::{self, CustomQuery, ExternalQuery, LabelValues, Strictness};
use super::resources::{Association, GroupResource};
use super::series_query::{MatcherOp, SeriesQuery};

/// Kinds without a namespace that a metric may describe.
const CLUSTER_KINDS: [&str; 3] = ["Namespace", "Node", "PersistentVolume"];

/// What the autoscaler's metric is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricSource<'a> {
    /// `type: Pods`
    Pods,
    /// `type: Object`
    Object {
        /// API group of the described object, empty for core.
        group: &'a str,
        /// Kind of the described object.
        kind: &'a str,
    },
    /// `type: External`
    External,
}

impl MetricSource<'_> {
    /// The section whose rules serve it.
    #[must_use]
    pub fn section(self) -> Section {
        match self {
            Self::Pods | Self::Object { .. } => Section::Custom,
            Self::External => Section::External,
        }
    }
}

/// One metric of an autoscaler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricRequest<'a> {
    /// `metric.name`
    pub name: &'a str,
    /// What it is about.
    pub source: MetricSource<'a>,
    /// The autoscaler's namespace, where it is known.
    pub namespace: Option<&'a str>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// Some rule serves it, or may.
    Served,
    /// No configuration has the section, so something else may serve the API.
    NotJudged,
    /// No rule can serve it.
    NotServed {
        /// A name like it that is served.
        nearest_name: Option<String>,
        /// The rule that comes closest.
        close_rule: Option<CloseRule>,
    },
}

/// A rule that nearly serves the metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseRule {
    /// Index of the configuration among those given.
    pub config: usize,
    /// The rule's section.
    pub section: Section,
    /// The rule's index in its section.
    pub rule: usize,
    /// What a person would edit.
    pub span: Span,
    /// Why it does not serve the metric.
    pub reason: Reason,
}

/// Why a rule does not serve a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The query asks for other namespaces only.
    NamespaceExcluded(WrittenNamespace),
    /// No label of the rule names the described kind.
    MissingKindMapping(String),
    /// No label of the rule names the pod.
    MissingPodMapping,
    /// No label of the rule names the namespace.
    MissingNamespaceMapping,
    /// The name asked for is the Prometheus series, which the rule serves under another name.
    RenamedFrom {
        /// The series.
        series: String,
        /// The name in the metrics API.
        api_name: String,
    },
    /// `as` expands to nothing; with braces it would give the name asked for, or one like it.
    EmptyName {
        /// `as` with the braces.
        repaired_as: String,
    },
    /// The rule's own filters or `matches` leave its series out.
    FilteredOut {
        /// The series.
        series: String,
    },
    /// The rule gives the name, in the section of another API.
    WrongSection,
    /// The rule gives a similar name.
    WrongName {
        /// The name in the metrics API.
        api_name: String,
    },
}

/// A namespace written out in a `metricsQuery`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenNamespace {
    /// The namespace, or the pattern, as written.
    pub query_namespace: String,
    /// The matcher as written, such as `namespace="infra"`.
    pub matcher: String,
    /// The matcher's place in the content of `metricsQuery`, for `NodeRef::inner_span`, where it was found there.
    pub range: Option<Range<usize>>,
}

/// Looks a metric up in all configurations of a build.
#[must_use]
pub fn resolve(configs: &[&AdapterConfig], request: &MetricRequest<'_>) -> Resolution {
    let section = request.source.section();
    if !configs.iter().any(|config| config.serves(section)) {
        return Resolution::NotJudged;
    }
    let mut close: Vec<CloseRule> = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        if section == Section::Custom && config.default_rules {
            return Resolution::Served;
        }
        for rule in config.section(section) {
            // What is wrong in the rule itself is another finding.
            let (Some(namer), false) = (rule.namer(), config.has_problem(rule)) else {
                return Resolution::Served;
            };
            let reason = if produces(rule, namer, request.name) {
                let Some(reason) = obstacle(rule, request) else { return Resolution::Served };
                Some(reason)
            } else {
                near_miss(rule, namer, request.name)
            };
            close.extend(reason.map(|reason| close_rule(index, rule, reason)));
        }
    }
    close.extend(in_the_other_section(configs, section, request.name));
    let names: Vec<String> = configs.iter().flat_map(|config| served_names(config.section(section))).collect();
    let nearest_name = nearest(request.name, names.iter().map(String::as_str).filter(|name| *name != request.name));
    if let Some(api_name) = nearest_name {
        close.extend(named(configs, section, api_name));
    }
    // Earlier rules first among equals: the sort is stable.
    close.sort_by_key(|close| rank(&close.reason));
    let close_rule = close.into_iter().next();
    let nearest_name = match close_rule.as_ref().map(|close| &close.reason) {
        Some(Reason::RenamedFrom { api_name, .. } | Reason::WrongName { api_name }) => Some(api_name.clone()),
        _ => nearest_name.filter(|_| close_rule.is_none()).map(str::to_owned),
    };
    Resolution::NotServed { nearest_name, close_rule }
}

/// How close a reason comes; smaller is closer.
fn rank(reason: &Reason) -> u8 {
    match reason {
        Reason::NamespaceExcluded(_) => 0,
        Reason::MissingKindMapping(_) => 1,
        Reason::MissingPodMapping => 2,
        Reason::MissingNamespaceMapping => 3,
        Reason::RenamedFrom { .. } => 4,
        Reason::EmptyName { .. } => 5,
        Reason::FilteredOut { .. } => 6,
        Reason::WrongSection => 7,
        Reason::WrongName { .. } => 8,
    }
}

/// Whether the rule gives some series that API name.
fn produces(rule: &DiscoveryRule, namer: &Namer, name: &str) -> bool {
    if !rule.is_open() {
        return rule.api_names().iter().any(|(_, api_name)| api_name == name);
    }
    match namer.inverse(name) {
        Inverse::Impossible => false,
        Inverse::Possible => true,
        Inverse::Series(series) => may_discover(rule, &series),
    }
}

fn may_discover(rule: &DiscoveryRule, series: &str) -> bool {
    rule.series().is_none_or(|query: &SeriesQuery| query.may_be_named(series))
}

/// Why a rule that gives the name still does not serve the metric.
fn obstacle(rule: &DiscoveryRule, request: &MetricRequest<'_>) -> Option<Reason> {
    let labels = rule.labels();
    let namespaces = labels.association(&GroupResource::namespaces());
    let resource = match request.source {
        MetricSource::External => None,
        MetricSource::Pods => Some(GroupResource::pods()),
        MetricSource::Object { group, kind } => Some(GroupResource::of_kind(group, kind)),
    };
    let has_namespace = match request.source {
        MetricSource::Object { kind, .. } => !CLUSTER_KINDS.contains(&kind),
        MetricSource::Pods | MetricSource::External => true,
    };
    let association = resource.as_ref().map(|resource| labels.association(resource));
    if association.as_ref().is_some_and(|association| !association.may_exist()) {
        return Some(match request.source {
            MetricSource::Object { kind, .. } => Reason::MissingKindMapping(kind.to_owned()),
            MetricSource::Pods | MetricSource::External => Reason::MissingPodMapping,
        });
    }
    if resource.is_some() && has_namespace && !namespaces.may_exist() {
        return Some(Reason::MissingNamespaceMapping);
    }
    let Association::Labels(namespace_labels) = namespaces else { return None };
    excluded_namespace(rule, request, &namespace_labels, association).filter(|_| has_namespace)
}

fn excluded_namespace(
    rule: &DiscoveryRule,
    request: &MetricRequest<'_>,
    namespace_labels: &[String],
    association: Option<Association>,
) -> Option<Reason> {
    let template = rule.query()?;
    let namespace = request.namespace?;
    let series = rule.listed_series().first().map_or("series", String::as_str).to_owned();
    let asked = Some((namespace_labels.first()?.clone(), namespace.to_owned()));
    let (rendered, strictness) = match (request.source, association) {
        (MetricSource::External, _) if !rule.is_namespaced() => return None,
        (MetricSource::External, _) => {
            let query = ExternalQuery { series, namespace: asked, ..ExternalQuery::default() };
            (query::render_external(template, &query).ok()?, Strictness::Contradiction)
        }
        (source, Some(Association::Labels(labels))) => {
            let values = vec!["first".to_owned(), "second".to_owned()];
            let resource = Some(LabelValues { label: labels.first()?.clone(), values });
            let query = CustomQuery { series, namespace: asked, resource, ..CustomQuery::default() };
            let strictness = if source == MetricSource::Pods { Strictness::Own } else { Strictness::Contradiction };
            (query::render_custom(template, &query).ok()?, strictness)
        }
        _ => return None,
    };
    // What the selector's values turn into is not known here.
    if !rendered.missing_keys.is_empty() {
        return None;
    }
    let exclusion = query::excluded(template, &rendered, namespace_labels, namespace, strictness)?;
    let op = match exclusion.op {
        MatcherOp::Equal => "=",
        MatcherOp::NotEqual => "!=",
        MatcherOp::Regex => "=~",
        MatcherOp::NotRegex => "!~",
    };
    Some(Reason::NamespaceExcluded(WrittenNamespace {
        matcher: format!("{}{op}\"{}\"", exclusion.label, exclusion.value),
        query_namespace: exclusion.value,
        range: exclusion.range,
    }))
}

/// A rule that does not give the name, but knows the series or would give it with a small change.
fn near_miss(rule: &DiscoveryRule, namer: &Namer, name: &str) -> Option<Reason> {
    let knows_series = if rule.is_open() {
        may_discover(rule, name)
    } else {
        rule.listed_series().iter().any(|series| series == name)
    };
    if knows_series
        && namer.accepts(name)
        && let Some(api_name) = namer.api_name(name).filter(|api_name| !api_name.is_empty())
    {
        return Some(Reason::RenamedFrom { series: name.to_owned(), api_name });
    }
    let filtered = rule.listed_series().iter().filter(|series| !namer.accepts(series));
    let mut filtered = filtered.filter(|series| *series == name || namer.api_name(series).as_deref() == Some(name));
    if let Some(series) = filtered.next() {
        return Some(Reason::FilteredOut { series: series.clone() });
    }
    let repaired = namer.repaired()?;
    let would_give = if rule.is_open() {
        repaired.inverse(name) != Inverse::Impossible
    } else {
        let names: Vec<String> = rule.listed_series().iter().filter_map(|series| repaired.api_name(series)).collect();
        nearest(name, names.iter().map(String::as_str)).is_some() || knows_series
    };
    would_give.then(|| Reason::EmptyName { repaired_as: repaired.name_as().to_owned() })
}

fn served_names(rules: &[DiscoveryRule]) -> impl Iterator<Item = String> {
    rules.iter().flat_map(DiscoveryRule::api_names).map(|(_, api_name)| api_name).filter(|name| !name.is_empty())
}

/// The rule that gives exactly `api_name`.
fn named(configs: &[&AdapterConfig], section: Section, api_name: &str) -> Option<CloseRule> {
    first_listing(configs, section, api_name, Reason::WrongName { api_name: api_name.to_owned() })
}

fn in_the_other_section(configs: &[&AdapterConfig], section: Section, name: &str) -> Option<CloseRule> {
    let other = match section {
        Section::Custom => Section::External,
        Section::External => Section::Custom,
    };
    first_listing(configs, other, name, Reason::WrongSection)
}

fn first_listing(configs: &[&AdapterConfig], section: Section, name: &str, reason: Reason) -> Option<CloseRule> {
    let mut rules = configs
        .iter()
        .enumerate()
        .flat_map(|(index, config)| config.section(section).iter().map(move |rule| (index, rule)));
    let (index, rule) = rules.find(|(_, rule)| rule.api_names().iter().any(|(_, api_name)| api_name == name))?;
    Some(close_rule(index, rule, reason))
}

fn close_rule(config: usize, rule: &DiscoveryRule, reason: Reason) -> CloseRule {
    let naming = rule.name.name_as.as_ref().or(rule.name.matches.as_ref()).or(rule.series_query.as_ref());
    let span = match &reason {
        Reason::NamespaceExcluded(_) => rule.metrics_query.as_ref().map(|query| query.span),
        Reason::MissingKindMapping(_) | Reason::MissingPodMapping | Reason::MissingNamespaceMapping => {
            rule.resources.key_span
        }
        Reason::FilteredOut { .. } => {
            let filter = rule.series_filters.first().map(|filter| filter.span);
            rule.name.matches.as_ref().map(|matches| matches.span).or(filter)
        }
        Reason::RenamedFrom { .. } | Reason::EmptyName { .. } | Reason::WrongSection | Reason::WrongName { .. } => {
            naming.map(|naming| naming.span)
        }
    };
    CloseRule { config, section: rule.section, rule: rule.index, span: span.unwrap_or(rule.span), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;
    use std::sync::Arc;

    const PODS: &str = "resources: {overrides: {namespace: {resource: namespace}, pod: {resource: pod}}}";

    fn config(text: &str) -> AdapterConfig {
        let documents = crate::yaml::parse(SourceId(0), &Arc::from(text));
        AdapterConfig::from_root(documents.first().and_then(|document| document.root()).expect("it is YAML"))
    }

    fn ask(text: &str, source: MetricSource<'_>, name: &str) -> Resolution {
        resolve(&[&config(text)], &MetricRequest { name, source, namespace: Some("shop") })
    }

    fn reason(text: &str, source: MetricSource<'_>, name: &str) -> Option<Reason> {
        match ask(text, source, name) {
            Resolution::NotServed { close_rule, .. } => close_rule.map(|rule| rule.reason),
            other => unreachable!("{other:?}"),
        }
    }

    fn rule(fields: &str) -> String {
        format!("rules:\n- {}\n", fields.trim().replace('\n', "\n  "))
    }

    #[test]
    fn a_literal_rule_serves_its_name() {
        let text = rule(&format!(
            "seriesQuery: queue_depth{{namespace=\"other\"}}\n{PODS}\nmetricsQuery: <<.Series>>{{<<.LabelMatchers>>}}"
        ));
        assert_eq!(ask(&text, MetricSource::Pods, "queue_depth"), Resolution::Served);
        let Resolution::NotServed { nearest_name, close_rule } = ask(&text, MetricSource::Pods, "queue_dept") else {
            unreachable!("the name is another");
        };
        assert_eq!(nearest_name.as_deref(), Some("queue_depth"));
        assert_eq!(close_rule.map(|rule| rule.reason), Some(Reason::WrongName { api_name: "queue_depth".to_owned() }));
        let nothing = Resolution::NotServed { nearest_name: None, close_rule: None };
        assert_eq!(ask(&text, MetricSource::Pods, "cpu_temperature"), nothing);
    }

    #[test]
    fn only_sections_that_exist_are_judged() {
        let text = rule(&format!("seriesQuery: queue_depth\n{PODS}"));
        assert_eq!(ask(&text, MetricSource::External, "anything"), Resolution::NotJudged);
        assert_eq!(ask("rules: []", MetricSource::Pods, "anything"), Resolution::NotJudged);
        assert_eq!(
            resolve(&[], &MetricRequest { name: "a", source: MetricSource::Pods, namespace: None }),
            Resolution::NotJudged
        );
    }

    #[test]
    fn the_series_is_not_the_name() {
        let text = rule(&format!(
            "seriesQuery: http_requests_total\nname: {{matches: ^(.*)_total$, as: \"${{1}}_per_second\"}}\n{PODS}"
        ));
        let expected = Reason::RenamedFrom {
            series: "http_requests_total".to_owned(),
            api_name: "http_requests_per_second".to_owned(),
        };
        assert_eq!(reason(&text, MetricSource::Pods, "http_requests_total"), Some(expected.clone()));
        let open = text.replace("http_requests_total\n", "'{__name__=~\".+_total\"}'\n");
        assert_eq!(reason(&open, MetricSource::Pods, "http_requests_total"), Some(expected));
        assert_eq!(ask(&open, MetricSource::Pods, "errors_per_second"), Resolution::Served);
        assert!(matches!(ask(&open, MetricSource::Pods, "errors_rate"), Resolution::NotServed { .. }));
    }

    #[test]
    fn a_pod_metric_needs_namespace_and_pod() {
        let only = |label: &str| {
            rule(&format!("seriesQuery: queue_depth\nresources: {{overrides: {{{label}: {{resource: {label}}}}}}}"))
        };
        assert_eq!(reason(&only("namespace"), MetricSource::Pods, "queue_depth"), Some(Reason::MissingPodMapping));
        assert_eq!(reason(&only("pod"), MetricSource::Pods, "queue_depth"), Some(Reason::MissingNamespaceMapping));
        let template = rule("seriesQuery: queue_depth\nresources: {template: k8s_<<.Resource>>}");
        assert_eq!(ask(&template, MetricSource::Pods, "queue_depth"), Resolution::Served);
    }

    #[test]
    fn an_object_metric_needs_its_kind() {
        let text = rule(
            "seriesQuery: hits\nresources: {overrides: {ns: {resource: namespaces}, ing: {group: networking.k8s.io, resource: ingress}}}",
        );
        let ingress = MetricSource::Object { group: "networking.k8s.io", kind: "Ingress" };
        assert_eq!(ask(&text, ingress, "hits"), Resolution::Served);
        let namespace = MetricSource::Object { group: "", kind: "Namespace" };
        assert_eq!(ask(&text, namespace, "hits"), Resolution::Served);
        let service = MetricSource::Object { group: "", kind: "Service" };
        assert_eq!(reason(&text, service, "hits"), Some(Reason::MissingKindMapping("Service".to_owned())));
    }

    #[test]
    fn a_written_namespace_serves_no_other() {
        let text = rule(&format!(
            "seriesQuery: queue_depth\n{PODS}\nmetricsQuery: sum(queue_depth{{namespace=\"infra\"}}) by (<<.GroupBy>>)"
        ));
        let Some(Reason::NamespaceExcluded(written)) = reason(&text, MetricSource::Pods, "queue_depth") else {
            unreachable!("the namespace is another");
        };
        assert_eq!(written.matcher, "namespace=\"infra\"");
        assert_eq!(written.range, Some(16..33));
        let here = text.replace("infra", "shop");
        assert_eq!(ask(&here, MetricSource::Pods, "queue_depth"), Resolution::Served);
        let unknown = MetricRequest { name: "queue_depth", source: MetricSource::Pods, namespace: None };
        assert_eq!(resolve(&[&config(&text)], &unknown), Resolution::Served);
    }

    #[test]
    fn an_external_rule_may_look_into_another_namespace() {
        let external = |query: &str, namespaced: bool| {
            let resources =
                format!("resources: {{namespaced: {namespaced}, overrides: {{namespace: {{resource: namespace}}}}}}");
            format!("externalRules:\n- seriesQuery: queue_depth\n  {resources}\n  metricsQuery: {query}\n")
        };
        let both = "sum(<<.Series>>{<<.LabelMatchers>>,namespace=\"infra\"})";
        assert_eq!(ask(&external(both, false), MetricSource::External, "queue_depth"), Resolution::Served);
        assert!(matches!(
            reason(&external(both, true), MetricSource::External, "queue_depth"),
            Some(Reason::NamespaceExcluded(_))
        ));
        let alone = "sum(<<.Series>>{namespace=\"infra\"})";
        assert_eq!(ask(&external(alone, true), MetricSource::External, "queue_depth"), Resolution::Served);
    }

    #[test]
    fn an_empty_name_serves_nothing() {
        let text = rule(&format!(
            "seriesQuery: http_requests_total\nname: {{matches: ^(.*)_total$, as: $1_per_second}}\n{PODS}"
        ));
        let expected = Reason::EmptyName { repaired_as: "${1}_per_second".to_owned() };
        assert_eq!(reason(&text, MetricSource::Pods, "http_requests_per_second"), Some(expected.clone()));
        let open = text.replace("http_requests_total\n", "'{namespace!=\"\"}'\n");
        assert_eq!(reason(&open, MetricSource::Pods, "http_requests_per_second"), Some(expected));
    }

    #[test]
    fn filtered_series_and_other_sections_come_close() {
        let text = rule(&format!("seriesQuery: queue_depth\nseriesFilters: [{{isNot: ^queue}}]\n{PODS}"));
        let expected = Reason::FilteredOut { series: "queue_depth".to_owned() };
        assert_eq!(reason(&text, MetricSource::Pods, "queue_depth"), Some(expected));
        let both = "rules:\n- seriesQuery: a_b_c\nexternalRules:\n- seriesQuery: queue_depth\n";
        assert_eq!(reason(both, MetricSource::Pods, "queue_depth"), Some(Reason::WrongSection));
    }

    #[test]
    fn a_rule_with_a_fault_of_its_own_is_left_to_its_finding() {
        let faulty = rule("seriesQuery: queue_depth\noverrides: {}\nresources: {}");
        assert_eq!(ask(&faulty, MetricSource::Pods, "other"), Resolution::Served);
        let pattern = rule("seriesQuery: queue_depth\nname: {matches: '(?!x)'}");
        assert_eq!(ask(&pattern, MetricSource::Pods, "other"), Resolution::Served);
    }
}
