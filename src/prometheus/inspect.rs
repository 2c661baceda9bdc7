//! What a rule's queries do that nobody meant: no PromQL, rows without the resource, rows of every namespace, windows
//! too short for a rate. Each judges a query as the adapter would send it.

use std::ops::Range;
use std::time::Duration;

use promql_parser::parser::Expr;

use crate::text::Span;

use super::config::{DiscoveryRule, SampleQuery, Section};
use super::flow;
use super::promql::{self, PromqlError};
use super::query::{QueryError, Requirement, SelectorOp};
use super::query_place;
use super::resources::{Association, GroupResource};
use super::series_query::{SeriesQuery, matchers_of};
use super::template::TemplateError;

/// A label that no query has, to follow `<<.LabelMatchers>>` by.
const MARK: &str = "aiplat_lint_mark";

/// A query that Prometheus refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    /// `seriesQuery` or `metricsQuery`.
    pub field: &'static str,
    /// What is wrong with it, as a clause.
    pub message: String,
    /// Where in the content of the field, where that is known.
    pub range: Option<Range<usize>>,
}

/// Why Prometheus refuses a query of the rule; both queries are looked at.
#[must_use]
pub fn query_faults(rule: &DiscoveryRule) -> Vec<QueryFault> {
    let series = rule.series_query.as_ref().map(|query| query.value.as_str()).unwrap_or_default();
    let refusal = if series.trim().is_empty() {
        Some(("is empty".to_owned(), None))
    } else {
        SeriesQuery::new(series).err().and_then(|error| refused(error, series))
    };
    let series = refusal.map(|(message, range)| QueryFault { field: "seriesQuery", message, range });
    series.into_iter().chain(metrics_query_fault(rule)).collect()
}

fn metrics_query_fault(rule: &DiscoveryRule) -> Option<QueryFault> {
    let fault = |message, range| Some(QueryFault { field: "metricsQuery", message, range });
    if rule.metrics_query.as_ref().is_none_or(|query| query.value.trim().is_empty()) {
        return fault("is empty".to_owned(), None);
    }
    match sample(rule)? {
        Ok(sample) => {
            // What the template reads by name depends on the metric's selector.
            let is_whole = sample.rendered.missing_keys.is_empty();
            let error = promql::parse(&sample.rendered.text).err().filter(|_| is_whole)?;
            let (message, range) = refused(error, &sample.rendered.text)?;
            fault(message, range.map(|range| sample.rendered.template_range(range)))
        }
        Err(QueryError::Empty) => fault("renders nothing".to_owned(), None),
        Err(QueryError::Template(TemplateError::Render { message, range })) => {
            fault(format!("fails to render: {message}"), Some(range))
        }
        Err(QueryError::Template(_) | QueryError::Requirement(_)) => None,
    }
}

/// A query with a selector, which is what most external metrics have: without one their matchers may be empty.
fn sample(rule: &DiscoveryRule) -> Option<Result<SampleQuery, QueryError>> {
    rule.sample_query(&[Requirement { key: MARK.to_owned(), op: SelectorOp::Exists, values: Vec::new() }])
}

fn parsed(rule: &DiscoveryRule) -> Option<(SampleQuery, Expr)> {
    let sample = sample(rule)?.ok()?;
    let expr = promql::parse(&sample.rendered.text).ok()?;
    Some((sample, expr))
}

/// The parser's words as a clause, and where in the query; functions that it does not know may be newer than it is.
pub(super) fn refused(error: PromqlError, query: &str) -> Option<(String, Option<Range<usize>>)> {
    match error {
        PromqlError::Syntax(message) if !message.starts_with("unknown function") => {
            let words = message.lines().next().unwrap_or_default().trim();
            let range = query_place::of(query, words);
            let found = range.clone().and_then(|range| query.get(range));
            // All that the parser says of most mistakes.
            let message = match found {
                _ if words != "invalid promql query" => format!("is no PromQL: {words}"),
                Some(found) => format!("is no PromQL from `{found}` on"),
                None => "is no PromQL".to_owned(),
            };
            Some((message, range))
        }
        PromqlError::Syntax(_) | PromqlError::Unsure => None,
    }
}

/// Rows that no object is matched by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The label that the rows lack, such as `pod`.
    pub label: String,
    /// What takes it away, such as `sum`.
    pub by: String,
    /// Where that stands in `metricsQuery`, if it stands there once.
    pub range: Option<Range<usize>>,
}

/// How the query of a custom metric loses the labels by which the adapter tells objects apart. The namespace's label
/// counts only where the rule maps nothing else.
#[must_use]
pub fn dropped_resource(rule: &DiscoveryRule) -> Option<Dropped> {
    let labels = rule.labels();
    if rule.section != Section::Custom || labels.broken_template {
        return None;
    }
    let (sample, expr) = parsed(rule)?;
    let kept = flow::kept(&expr);
    let label = sample.resource_label?;
    let by = kept.taken_by(&label)?.to_owned();
    let namespaces = GroupResource::namespaces();
    let mut mapped: Vec<&str> = labels
        .overrides
        .iter()
        .filter(|entry| !entry.resource.means(&namespaces))
        .map(|entry| entry.label.as_str())
        .collect();
    if mapped.is_empty() {
        mapped.extend(labels.overrides.iter().map(|entry| entry.label.as_str()));
    }
    mapped.push(&label);
    if mapped.iter().any(|label| kept.may_have(label)) {
        return None;
    }
    let names_resource = |label: &String| {
        let named = labels.template.as_ref().and_then(|template| template.resource_of(label));
        named.is_some_and(|resource| resource.is_builtin())
    };
    // A template maps labels that a query may write out; those left over by `without` cannot be told.
    let by_template = match kept.listed() {
        Some(left) => left.iter().any(names_resource),
        None => labels.template.is_some(),
    };
    let range = rule.metrics_query.as_ref().and_then(|query| only_word(&query.value, &by));
    (!by_template).then_some(Dropped { label, by, range })
}

/// The series that the query of a custom metric asks for without any label of the request: its rows are those of every
/// namespace. `None` where some selector asks for the objects, or for labels that tell objects apart.
#[must_use]
pub fn unrestricted_series(rule: &DiscoveryRule) -> Option<String> {
    if rule.section != Section::Custom || rule.labels().broken_template {
        return None;
    }
    // Names of namespaces and nodes are unique, so that rows meet the right object whatever was asked for.
    let unique = [GroupResource::namespaces(), GroupResource::of_kind("", "Node")];
    let mut mapped = rule.labels().overrides.iter().map(|entry| &entry.resource);
    let only_unique = mapped.all(|resource| unique.iter().any(|unique| resource.means(unique)));
    if only_unique && rule.labels().template.is_none() {
        return None;
    }
    let (sample, expr) = parsed(rule)?;
    let of_objects = |label: &str| {
        let labels = rule.labels();
        let named = labels.template.as_ref().and_then(|template| template.resource_of(label));
        label == MARK
            || Some(label) == sample.namespace_label.as_deref()
            || labels.overrides.iter().any(|entry| entry.label == label)
            || named.is_some_and(|resource| resource.is_builtin())
    };
    let mut first = None;
    for selector in promql::selectors(&expr) {
        let matchers = matchers_of(selector)?;
        // Names and namespaces that the template took from the request by itself.
        let requested = |value: &str| ["name", "namespace"].contains(&value);
        if matchers.iter().any(|matcher| of_objects(&matcher.label) || requested(&matcher.value)) {
            return None;
        }
        first = first.or_else(|| selector.name.clone());
    }
    first
}

/// A rate over a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The function.
    pub function: &'static str,
    /// The length.
    pub length: Duration,
    /// Where it stands in `metricsQuery`, brackets included.
    pub range: Option<Range<usize>>,
}

/// The windows of rates and differences in the query.
#[must_use]
pub fn windows(rule: &DiscoveryRule) -> Vec<Window> {
    let (Some((_, expr)), Some(query)) = (parsed(rule), &rule.metrics_query) else { return Vec::new() };
    let windows = flow::windows(&expr).into_iter();
    windows.map(|(function, length)| Window { function, length, range: window_place(&query.value, length) }).collect()
}

fn window_place(query: &str, length: Duration) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(open) = query.get(at..)?.find('[').map(|open| at + open) {
        let close = open + query.get(open..)?.find(']')?;
        if promql::duration(query.get(open + 1..close)?.trim()) == Some(length) {
            return Some(open..close + 1);
        }
        at = close;
    }
    None
}

/// Where a word stands in a text that has it once.
pub(super) fn only_word(text: &str, word: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut places = text.match_indices(word).filter(|(at, found)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    });
    let (at, _) = places.next()?;
    places.next().is_none().then_some(at..at + word.len())
}

/// The API names that a rule certainly gives.
#[must_use]
pub fn names(rule: &DiscoveryRule) -> Vec<String> {
    rule.api_names().into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect()
}

/// The field that decides the API name, and its place.
#[must_use]
pub fn naming_field(rule: &DiscoveryRule) -> (&'static str, Span) {
    let fields =
        [("name.as", &rule.name.name_as), ("name.matches", &rule.name.matches), ("seriesQuery", &rule.series_query)];
    let mut written = fields.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?.span)));
    written.next().unwrap_or(("seriesQuery", rule.span))
}

/// Whether two rules of one section may describe the same objects, so that one API name is given twice.
#[must_use]
pub fn describe_the_same(one: &DiscoveryRule, other: &DiscoveryRule) -> bool {
    if one.section == Section::External {
        return true;
    }
    let has_template = |rule: &DiscoveryRule| rule.labels().template.is_some();
    let same_series = one.listed_series().iter().any(|series| other.listed_series().contains(series));
    if same_series && (has_template(one) || has_template(other)) {
        return true;
    }
    let (ones, others) = (described(one), described(other));
    if ones.is_empty() && others.is_empty() {
        let maps_namespace = |rule: &DiscoveryRule| {
            matches!(rule.labels().association(&GroupResource::namespaces()), Association::Labels(_))
        };
        return maps_namespace(one) && maps_namespace(other);
    }
    ones.iter().any(|resource| others.iter().any(|other| resource.means(other)))
}

/// The resources besides the namespace that a rule certainly describes: those of its overrides, and those that its
/// template reads from labels that every series must have.
fn described(rule: &DiscoveryRule) -> Vec<GroupResource> {
    let overrides = rule.labels().overrides.iter().map(|entry| entry.resource.clone());
    let template = rule.labels().template.as_ref();
    let matchers = rule.series().map(SeriesQuery::matchers).unwrap_or_default();
    let labels = matchers.iter().filter(|matcher| matcher.accepts("") == Some(false));
    let named = labels.filter_map(|matcher| template?.resource_of(&matcher.label)).filter(GroupResource::is_builtin);
    let namespaces = GroupResource::namespaces();
    overrides.chain(named).filter(|resource| !resource.means(&namespaces)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::config::AdapterConfig;
    use crate::text::SourceId;
    use std::sync::Arc;

    const OVERRIDES: &str = "{overrides: {namespace: {resource: namespace}, pod: {resource: pod}}}";

    fn rules(text: &str) -> AdapterConfig {
        let documents = crate::yaml::parse(SourceId(0), &Arc::from(text));
        AdapterConfig::from_root(documents.first().and_then(|document| document.root()).expect("it is YAML"))
    }

    fn with_query<T>(section: &str, resources: &str, query: &str, judge: impl Fn(&DiscoveryRule) -> T) -> T {
        let text = format!("{section}:\n- seriesQuery: a\n  resources: {resources}\n  metricsQuery: '{query}'\n");
        let config = rules(&text);
        assert_eq!(config.problems, [], "{query}");
        judge(config.discovery_rules().next().expect("there is a rule"))
    }

    #[test]
    fn what_the_rule_maps_must_survive() {
        let dropped = |resources: &str, query: &str| with_query("rules", resources, query, dropped_resource);
        let template = "{template: <<.Resource>>}";
        let namespace_only = "{overrides: {namespace: {resource: namespace}}}";
        for (resources, query) in [
            (OVERRIDES, "sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)"),
            (OVERRIDES, "sum(<<.Series>>{<<.LabelMatchers>>}) by (pod)"),
            (namespace_only, "sum(<<.Series>>{<<.LabelMatchers>>}) by (namespace)"),
            (template, "sum(<<.Series>>{<<.LabelMatchers>>}) by (service)"),
            (template, "sum(<<.Series>>{<<.LabelMatchers>>}) without (instance)"),
            (OVERRIDES, "<<.Series>>{<<.LabelMatchers>>}"),
        ] {
            assert_eq!(dropped(resources, query), None, "{query}");
        }
        for (resources, query) in [
            (OVERRIDES, "sum(<<.Series>>{<<.LabelMatchers>>})"),
            (OVERRIDES, "sum(<<.Series>>{<<.LabelMatchers>>}) by (namespace)"),
            (template, "sum(<<.Series>>{<<.LabelMatchers>>}) by (code)"),
        ] {
            let found = dropped(resources, query).expect(query);
            assert_eq!((found.label.as_str(), found.by.as_str(), found.range), ("pod", "sum", Some(0..3)), "{query}");
        }
        assert_eq!(with_query("externalRules", OVERRIDES, "sum(a)", dropped_resource), None);
    }

    #[test]
    fn a_query_of_everything_is_told() {
        let series = |query: &str| with_query("rules", OVERRIDES, query, unrestricted_series);
        assert_eq!(series("avg_over_time(a[2m])").as_deref(), Some("a"));
        assert_eq!(series("sum(a{queue=\"x\"}) by (pod)").as_deref(), Some("a"));
        for query in [
            "a{<<.LabelMatchers>>}",
            "a{namespace=\"shop\"}",
            "a{namespace=\"<<index .LabelValuesByName \"namespace\">>\"}",
            "sum(a{<<.LabelMatchers>>}) by (pod) / on () group_left sum(limits)",
            "vector(1)",
        ] {
            assert_eq!(series(query), None, "{query}");
        }
        assert_eq!(with_query("externalRules", OVERRIDES, "sum(a)", unrestricted_series), None);
        let namespace_only = "{overrides: {namespace: {resource: namespace}}}";
        assert_eq!(with_query("rules", namespace_only, "sum(a) by (namespace)", unrestricted_series), None);
    }

    #[test]
    fn queries_must_parse_and_render() {
        let faults = |query: &str| with_query("rules", OVERRIDES, query, query_faults).len();
        for query in ["<<.Series>>{<<.LabelMatchers>>}", "brand_new_function(a)", "a{b=\"<<.LabelValuesByName.c>>\"}"] {
            assert_eq!(faults(query), 0, "{query}");
        }
        for query in ["sum(rate(a[2m]) by (pod)", "", "<<if false>>a<<end>>", "rate(a)", "a{<<.LabelMatchers>>"] {
            assert_eq!(faults(query), 1, "{query}");
        }
        let external =
            with_query("externalRules", "{namespaced: false}", "a{<<.LabelMatchers>>,b=\"c\"}", query_faults);
        assert_eq!(external, []);
        let config = rules("rules: [{seriesQuery: \"a{\", metricsQuery: a}]");
        let faults = config.discovery_rules().flat_map(query_faults);
        assert_eq!(faults.map(|fault| fault.field).collect::<Vec<_>>(), ["seriesQuery"]);
    }
    #[test]
    fn a_fault_stands_where_the_template_holds_it() {
        let marked = |query: &str| {
            let faults = with_query("rules", OVERRIDES, query, query_faults);
            let range = faults.into_iter().next().and_then(|fault| fault.range).expect(query);
            query.get(range).unwrap_or("?").to_owned()
        };
        assert_eq!(marked("avg(<<.Series>>{<<.LabelMatchers>>} b) by (<<.GroupBy>>)"), "b");
        assert_eq!(marked("sum(<<.Series>>{<<.LabelMatchers>>}) by <<.GroupBy>>"), "<<.GroupBy>>");
        assert_eq!(marked("max(rate(<<.Series>>{<<.LabelMatchers>>})) by (<<.GroupBy>>)"), "rate");
        assert_eq!(marked("sum(<<.Series>>{<<.LabelMatchers>>}))"), ")");
    }

    #[test]
    fn windows_know_their_place() {
        let found = with_query("rules", OVERRIDES, "max_over_time(b[5m]) + rate(a[ 90s ]) + rate(c[1m30s])", windows);
        let places: Vec<_> = found.into_iter().map(|window| (window.length.as_secs(), window.range)).collect();
        assert_eq!(places, [(90, Some(29..36)), (90, Some(29..36))]);
    }

    #[test]
    fn rules_for_different_objects_do_not_meet() {
        let same = |one: &str, other: &str| {
            let config = rules(&format!("rules: [{one}, {other}]"));
            let found: Vec<_> = config.discovery_rules().collect();
            describe_the_same(found.first().expect("one"), found.get(1).expect("two"))
        };
        let pods = "{seriesQuery: a, resources: {overrides: {ns: {resource: namespace}, p: {resource: pods}}}}";
        let pod = "{seriesQuery: b, resources: {overrides: {n: {resource: namespace}, pod: {resource: pod}}}}";
        let service = "{seriesQuery: a, resources: {overrides: {n: {resource: namespace}, svc: {resource: service}}}}";
        let template = "{seriesQuery: \"b{pod!=''}\", resources: {template: <<.Resource>>}}";
        assert!(same(pods, pod));
        assert!(!same(pods, service));
        assert!(same(pods, template));
        assert!(!same(service, template));
        assert!(same("{seriesQuery: a, resources: {template: <<.Resource>>}}", pods));
    }
}
