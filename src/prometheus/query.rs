//! `metricsQuery`: the query that the adapter sends for a metric, and the namespaces that it can never answer for.
//! See `pkg/naming/metrics_query.go` of prometheus-adapter v0.12.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::promql;
use super::series_query::{LabelMatcher, MatcherOp, matchers_of};
use super::template::{Data, Rendered, Template, TemplateError, Value};

/// Fields that a `metricsQuery` may use. (The adapter's comments also name `LabelMatchersByName`, which is not there.)
pub const FIELDS: [&str; 5] = ["Series", "LabelMatchers", "LabelValuesByName", "GroupBy", "GroupBySlice"];

/// How a label selector compares; `Gt` and `Lt` are errors in the adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectorOp {
    /// A pair of `matchLabels`.
    Equals,
    /// `key!=value`, which only a selector written as text has.
    NotEquals,
    /// `In`
    In,
    /// `NotIn`
    NotIn,
    /// `Exists`
    Exists,
    /// `DoesNotExist`
    DoesNotExist,
}

/// One requirement of the metric's label selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The label.
    pub key: String,
    /// The operator.
    pub op: SelectorOp,
    /// The values; none for `Exists` and `DoesNotExist`.
    pub values: Vec<String>,
}

/// A label with the value, or values, that a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelValues {
    /// The label.
    pub label: String,
    /// One value, or the names of several objects.
    pub values: Vec<String>,
}

/// What a query of the custom metrics API is made for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomQuery {
    /// The Prometheus series.
    pub series: String,
    /// The metric's selector.
    pub requirements: Vec<Requirement>,
    /// Label and name of the namespace; absent for resources without one.
    pub namespace: Option<(String, String)>,
    /// The label of the resource and the names of the objects.
    pub resource: Option<LabelValues>,
    /// Labels to group by besides the resource's.
    pub extra_group_by: Vec<String>,
}

/// What a query of the external metrics API is made for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExternalQuery {
    /// The Prometheus series.
    pub series: String,
    /// The metric's selector.
    pub requirements: Vec<Requirement>,
    /// Label and name of the namespace; absent with `namespaced: false`.
    pub namespace: Option<(String, String)>,
    /// What `<<.GroupBy>>` renders; the adapter leaves it empty.
    pub group_by: String,
    /// What `<<.GroupBySlice>>` renders; the adapter leaves it empty.
    pub group_by_slice: Vec<String>,
}

/// Why no query was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// User error or unsure: the template does not render.
    Template(TemplateError),
    /// User error: the query is empty.
    Empty,
    /// User error: a requirement of the selector has values where it must not, or none; its index in order of keys.
    Requirement(usize),
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => error.fmt(f),
            Self::Empty => f.write_str("query is empty"),
            Self::Requirement(_) => f.write_str("selector has a requirement that no query can express"),
        }
    }
}

/// The query for objects of a resource.
///
/// # Errors
/// Where the adapter makes none.
pub fn render_custom(template: &Template, query: &CustomQuery) -> Result<Rendered, QueryError> {
    let (mut matchers, mut values) = label_matchers(&query.requirements, query.namespace.as_ref())?;
    let mut group_by = Vec::new();
    if let Some(resource) = &query.resource {
        let value = resource.values.join("|");
        let op = if resource.values.len() > 1 { "=~" } else { "=" };
        matchers.push(matcher(&resource.label, op, &value));
        values.insert(resource.label.clone(), value);
        group_by.push(resource.label.clone());
    }
    group_by.extend(query.extra_group_by.iter().cloned());
    render(template, &query.series, &matchers, values, group_by.join(","), group_by)
}

/// The query for an external metric.
///
/// # Errors
/// Where the adapter makes none.
pub fn render_external(template: &Template, query: &ExternalQuery) -> Result<Rendered, QueryError> {
    let (matchers, values) = label_matchers(&query.requirements, query.namespace.as_ref())?;
    render(template, &query.series, &matchers, values, query.group_by.clone(), query.group_by_slice.clone())
}

fn render(
    template: &Template,
    series: &str,
    matchers: &[String],
    values: BTreeMap<String, String>,
    group_by: String,
    group_by_slice: Vec<String>,
) -> Result<Rendered, QueryError> {
    let data = Data::new(vec![
        ("Series", Value::Text(series.to_owned())),
        ("LabelMatchers", Value::Text(matchers.join(","))),
        ("LabelValuesByName", Value::Map(values)),
        ("GroupBy", Value::Text(group_by)),
        ("GroupBySlice", Value::List(group_by_slice)),
    ]);
    let rendered = template.render(&data).map_err(QueryError::Template)?;
    if rendered.text.is_empty() { Err(QueryError::Empty) } else { Ok(rendered) }
}

type Matchers = (Vec<String>, BTreeMap<String, String>);

/// The selector's requirements in order of their keys, then the namespace.
fn label_matchers(requirements: &[Requirement], namespace: Option<&(String, String)>) -> Result<Matchers, QueryError> {
    let mut sorted: Vec<&Requirement> = requirements.iter().collect();
    sorted.sort_by(|left, right| left.key.cmp(&right.key));
    let mut matchers = Vec::new();
    let mut by_name = BTreeMap::new();
    for (index, requirement) in sorted.into_iter().enumerate() {
        let mut values = requirement.values.clone();
        values.sort();
        values.dedup();
        let op = match (requirement.op, values.len()) {
            (SelectorOp::Exists, 0) => "!=",
            (SelectorOp::DoesNotExist, 0) | (SelectorOp::Equals, 1) => "=",
            (SelectorOp::NotEquals, 1) => "!=",
            (SelectorOp::Exists | SelectorOp::DoesNotExist, _) | (_, 0) => return Err(QueryError::Requirement(index)),
            // `In` of one value is a pattern too, so that a value may be one.
            (SelectorOp::In | SelectorOp::Equals, _) => "=~",
            (SelectorOp::NotIn | SelectorOp::NotEquals, _) => "!~",
        };
        let value = values.join("|");
        matchers.push(matcher(&requirement.key, op, &value));
        by_name.insert(requirement.key.clone(), value);
    }
    if let Some((label, name)) = namespace {
        matchers.push(matcher(label, "=", name));
        by_name.insert(label.clone(), name.clone());
    }
    Ok((matchers, by_name))
}

/// A matcher with its value quoted as Go quotes it.
fn matcher(label: &str, op: &str, value: &str) -> String {
    let mut text = format!("{label}{op}\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(c),
        }
    }
    text.push('"');
    text
}

/// A namespace matcher, written out in a query, that the namespace asked for does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The label.
    pub label: String,
    /// The operator.
    pub op: MatcherOp,
    /// The value or pattern as written.
    pub value: String,
    /// Where the matcher stands in the template, when it can be found there.
    pub range: Option<Range<usize>>,
}

/// When a written namespace shuts a query off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Always: rows are matched by the names of the namespace's own pods.
    Own,
    /// Only beside `<<.LabelMatchers>>`, which ask for the namespace as well: both cannot hold.
    Contradiction,
}

/// The written matcher that keeps every selector of a rendered query from returning anything for `namespace`; the
/// first, if there are several. `None` when some selector may return something, or it cannot be told.
#[must_use]
pub fn excluded(
    template: &Template,
    rendered: &Rendered,
    labels: &[String],
    namespace: &str,
    strictness: Strictness,
) -> Option<Exclusion> {
    let expr = promql::parse(&rendered.text).ok()?;
    let mut first = None;
    let selectors = promql::selectors(&expr);
    for selector in selectors {
        let matchers = matchers_of(selector)?;
        let of_namespace: Vec<&LabelMatcher> =
            matchers.iter().filter(|matcher| labels.contains(&matcher.label)).collect();
        let asked = of_namespace.iter().any(|matcher| matcher.op == MatcherOp::Equal && matcher.value == namespace);
        if strictness == Strictness::Contradiction && !asked {
            return None;
        }
        let refused = of_namespace.into_iter().find(|matcher| matcher.accepts(namespace) == Some(false))?;
        if first.is_none() {
            first = Some(Exclusion {
                label: refused.label.clone(),
                op: refused.op,
                value: refused.value.clone(),
                range: matcher_range(template.source(), refused),
            });
        }
    }
    first
}

/// Where a matcher is written in a template; `None` unless it is there literally and once.
fn matcher_range(source: &str, matcher: &LabelMatcher) -> Option<Range<usize>> {
    let op = match matcher.op {
        MatcherOp::Equal => "=",
        MatcherOp::NotEqual => "!=",
        MatcherOp::Regex => "=~",
        MatcherOp::NotRegex => "!~",
    };
    let label = regex::escape(&matcher.label);
    let value = regex::escape(&matcher.value);
    let pattern = format!("(?:^|[^0-9A-Za-z_:])({label}\\s*{op}\\s*[\"'`]{value}[\"'`])");
    let pattern = regex::Regex::new(&pattern).ok()?;
    pattern.captures(source)?.get(1).map(|found| found.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(source: &str) -> (Template, Rendered) {
        let template = Template::new(source).expect("it parses");
        let query = CustomQuery {
            series: "queue_depth".to_owned(),
            namespace: Some(("namespace".to_owned(), "shop".to_owned())),
            resource: Some(LabelValues { label: "pod".to_owned(), values: vec!["a".to_owned(), "b".to_owned()] }),
            ..CustomQuery::default()
        };
        let rendered = render_custom(&template, &query).expect("it renders");
        (template, rendered)
    }

    fn excludes(source: &str, strictness: Strictness) -> Option<(String, Option<String>)> {
        let (template, rendered) = custom(source);
        let exclusion = excluded(&template, &rendered, &["namespace".to_owned()], "shop", strictness)?;
        let text = exclusion.range.and_then(|range| source.get(range)).map(str::to_owned);
        Some((exclusion.value, text))
    }

    #[test]
    fn the_document_s_query_is_rendered() {
        let (_, rendered) = custom("avg_over_time(inference_queue_depth{<<.LabelMatchers>>}[2m])");
        assert_eq!(rendered.text, "avg_over_time(inference_queue_depth{namespace=\"shop\",pod=~\"a|b\"}[2m])");
    }

    #[test]
    fn a_written_namespace_excludes_the_others() {
        let written = Some(("infra".to_owned(), Some("namespace=\"infra\"".to_owned())));
        assert_eq!(excludes("sum(<<.Series>>{namespace=\"infra\"}) by (pod)", Strictness::Own), written);
        assert_eq!(excludes("<<.Series>>{<<.LabelMatchers>>,namespace=\"infra\"}", Strictness::Contradiction), written);
        assert!(excludes("<<.Series>>{namespace=~\"infra|ops\"}", Strictness::Own).is_some());
        assert!(excludes("<<.Series>>{namespace!=\"shop\"}", Strictness::Own).is_some());
    }

    #[test]
    fn a_namespace_that_may_fit_excludes_nothing() {
        for source in [
            "<<.Series>>{namespace=\"shop\"}",
            "<<.Series>>{namespace=~\"shop|infra\"}",
            "<<.Series>>{namespace!=\"infra\"}",
            "<<.Series>>{<<.LabelMatchers>>} / on () group_left sum(limits{namespace=\"infra\"})",
            "<<.Series>>{exported_namespace=\"infra\"}",
            "<<.Series>>{namespace=\"<<index .LabelValuesByName \"namespace\">>\"}",
            "vector(1)",
            "sum(",
        ] {
            assert_eq!(excludes(source, Strictness::Own), None, "{source}");
        }
        assert_eq!(excludes("<<.Series>>{namespace=\"infra\"}", Strictness::Contradiction), None);
    }

    #[test]
    fn a_selector_must_be_expressible() {
        let template = Template::new("<<.LabelMatchers>>").expect("it parses");
        let with = |op, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let requirements = vec![Requirement { key: "queue".to_owned(), op, values }];
            let query = ExternalQuery { requirements, ..ExternalQuery::default() };
            render_external(&template, &query).map(|rendered| rendered.text)
        };
        assert_eq!(with(SelectorOp::Exists, &[]).as_deref(), Ok("queue!=\"\""));
        assert_eq!(with(SelectorOp::DoesNotExist, &[]).as_deref(), Ok("queue=\"\""));
        assert_eq!(with(SelectorOp::In, &["b", "a"]).as_deref(), Ok("queue=~\"a|b\""));
        assert_eq!(with(SelectorOp::In, &[]), Err(QueryError::Requirement(0)));
        assert_eq!(render_external(&template, &ExternalQuery::default()), Err(QueryError::Empty));
    }
}
