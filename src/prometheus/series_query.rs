//! `seriesQuery`: which series a rule discovers. A namespace in it limits discovery only, not the metric's queries.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::Expr;

use super::go_regex::GoRegex;
use super::promql::{self, PromqlError};

const METRIC_NAME: &str = "__name__";

/// How a matcher compares a label's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatcherOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`, anchored
    Regex,
    /// `!~`, anchored
    NotRegex,
}

/// One label matcher.
#[derive(Debug, Clone)]
pub struct LabelMatcher {
    /// The label.
    pub label: String,
    /// The operator.
    pub op: MatcherOp,
    /// The value or pattern as written.
    pub value: String,
    regex: Option<GoRegex>,
}

impl LabelMatcher {
    fn new(matcher: &Matcher) -> Self {
        let op = match matcher.op {
            MatchOp::Equal => MatcherOp::Equal,
            MatchOp::NotEqual => MatcherOp::NotEqual,
            MatchOp::Re(_) => MatcherOp::Regex,
            MatchOp::NotRe(_) => MatcherOp::NotRegex,
        };
        let is_pattern = matches!(op, MatcherOp::Regex | MatcherOp::NotRegex);
        let regex = if is_pattern { GoRegex::new(&format!("^(?s:{})$", matcher.value)).ok() } else { None };
        Self { label: matcher.name.clone(), op, value: matcher.value.clone(), regex }
    }

    /// Whether the matcher accepts a label of that value; `None` when its pattern is not understood.
    #[must_use]
    pub fn accepts(&self, value: &str) -> Option<bool> {
        match self.op {
            MatcherOp::Equal => Some(self.value == value),
            MatcherOp::NotEqual => Some(self.value != value),
            MatcherOp::Regex => self.regex.as_ref().map(|regex| regex.is_match(value)),
            MatcherOp::NotRegex => self.regex.as_ref().map(|regex| !regex.is_match(value)),
        }
    }

    /// The values a pattern lists, for `a`, `a|b` and `^(a|b)$`; `None` for a real pattern.
    fn listed(&self) -> Option<Vec<String>> {
        let body = self.value.strip_prefix('^').unwrap_or(&self.value);
        let body = body.strip_suffix('$').unwrap_or(body);
        let inner = body.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        // Anchors belong to one alternative only when there is no group.
        let anchored = body.len() < self.value.len();
        let body = match inner {
            Some(inner) => inner.strip_prefix("?:").unwrap_or(inner),
            None if anchored && body.contains('|') => return None,
            None => body,
        };
        let plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
        };
        let names: Vec<String> = body.split('|').map(str::to_owned).collect();
        names.iter().all(|name| plain(name)).then_some(names)
    }
}

/// The matchers of one vector selector; the metric's name is among them. `None` for matchers with `or`.
pub(crate) fn matchers_of(selector: &promql_parser::parser::VectorSelector) -> Option<Vec<LabelMatcher>> {
    if !selector.matchers.or_matchers.is_empty() {
        return None;
    }
    let mut matchers: Vec<LabelMatcher> = selector.matchers.matchers.iter().map(LabelMatcher::new).collect();
    if let Some(name) = &selector.name
        && !matchers.iter().any(|matcher| matcher.label == METRIC_NAME && matcher.op == MatcherOp::Equal)
    {
        let value = name.clone();
        matchers.push(LabelMatcher { label: METRIC_NAME.to_owned(), op: MatcherOp::Equal, value, regex: None });
    }
    Some(matchers)
}

/// The series names that a rule discovers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesNames {
    /// Exactly these.
    Listed(Vec<String>),
    /// Whatever the cluster has: the name is a pattern or absent.
    Open,
}

/// A parsed `seriesQuery`.
#[derive(Debug, Clone)]
pub struct SeriesQuery {
    names: SeriesNames,
    matchers: Vec<LabelMatcher>,
}

impl SeriesQuery {
    /// Parses a selector such as `http_requests_total{namespace!="",pod!=""}`.
    ///
    /// # Errors
    /// Where it is no PromQL. A query that is no plain selector is open.
    pub fn new(query: &str) -> Result<Self, PromqlError> {
        let expr = promql::parse(query)?;
        let matchers = match &expr {
            Expr::VectorSelector(selector) => matchers_of(selector),
            _ => None,
        };
        let Some(matchers) = matchers else {
            return Ok(Self { names: SeriesNames::Open, matchers: Vec::new() });
        };
        let lists =
            matchers.iter().filter(|matcher| matcher.label == METRIC_NAME).filter_map(|matcher| match matcher.op {
                MatcherOp::Equal if !matcher.value.is_empty() => Some(vec![matcher.value.clone()]),
                MatcherOp::Regex => matcher.listed(),
                _ => None,
            });
        let names = match lists.min_by_key(Vec::len) {
            Some(names) => SeriesNames::Listed(names),
            None => SeriesNames::Open,
        };
        let mut query = Self { names, matchers };
        if let SeriesNames::Listed(names) = &query.names {
            let kept = names.iter().filter(|name| query.may_be_named(name)).cloned().collect();
            query.names = SeriesNames::Listed(kept);
        }
        Ok(query)
    }

    /// The names of the series.
    #[must_use]
    pub fn names(&self) -> &SeriesNames {
        &self.names
    }

    /// All matchers; the metric's name is a matcher of `__name__`.
    #[must_use]
    pub fn matchers(&self) -> &[LabelMatcher] {
        &self.matchers
    }

    /// Whether a series of that name passes the matchers of the name; permissive where a pattern is not understood.
    #[must_use]
    pub fn may_be_named(&self, name: &str) -> bool {
        let mut on_name = self.matchers.iter().filter(|matcher| matcher.label == METRIC_NAME);
        on_name.all(|matcher| matcher.accepts(name) != Some(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(query: &str) -> SeriesNames {
        SeriesQuery::new(query).expect("it parses").names().clone()
    }

    fn listed(names: &[&str]) -> SeriesNames {
        SeriesNames::Listed(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn literal_names_are_listed() {
        assert_eq!(names("queue_depth{namespace=\"shop\"}"), listed(&["queue_depth"]));
        assert_eq!(names("{__name__=\"queue_depth\"}"), listed(&["queue_depth"]));
        assert_eq!(names("{__name__=~\"queue_depth\"}"), listed(&["queue_depth"]));
        assert_eq!(names("{__name__=~\"^(a|b)$\",pod!=\"\"}"), listed(&["a", "b"]));
        assert_eq!(names("{__name__=~\"a|b\",__name__!=\"b\"}"), listed(&["a"]));
    }

    #[test]
    fn patterns_and_absent_names_are_open() {
        for query in
            ["{__name__=~\"^container_.*\"}", "{namespace!=\"\",__name__!~\"^container_.*\"}", "{__name__=~\"^a|b$\"}"]
        {
            assert_eq!(names(query), SeriesNames::Open, "{query}");
        }
        let query = SeriesQuery::new("{namespace!=\"\",__name__!~\"^container_.*\"}").expect("it parses");
        assert!(query.may_be_named("queue_depth"));
        assert!(!query.may_be_named("container_cpu"));
    }

    #[test]
    fn no_promql_is_an_error() {
        assert!(SeriesQuery::new("queue_depth{").is_err());
        assert!(SeriesQuery::new("").is_err());
    }
}
