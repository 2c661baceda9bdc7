//! Which labels the rows of a query carry: an aggregation without `by` leaves none. The adapter matches rows to objects
//! by the label of the resource.

use std::collections::BTreeSet;
use std::time::Duration;

use promql_parser::label::Labels;
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, token};

/// The labels of a query's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    labels: Set,
    /// The operations that took labels away, inner ones first, with what they left.
    steps: Vec<(String, Set)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    /// Whatever the series have, without these.
    AllBut(BTreeSet<String>),
    /// At most these.
    Only(BTreeSet<String>),
    /// It cannot be told.
    Unknown,
}

impl Kept {
    fn all() -> Self {
        Self { labels: Set::AllBut(BTreeSet::new()), steps: Vec::new() }
    }

    fn unknown() -> Self {
        Self { labels: Set::Unknown, steps: Vec::new() }
    }

    /// Whether rows may carry a label.
    #[must_use]
    pub fn may_have(&self, label: &str) -> bool {
        self.labels.may_have(label)
    }

    /// The operation that took a label away, such as `sum`.
    #[must_use]
    pub fn taken_by(&self, label: &str) -> Option<&str> {
        let step = self.steps.iter().find(|(_, left)| !left.may_have(label));
        step.map(|(by, _)| by.as_str()).filter(|_| !self.may_have(label))
    }

    /// The labels that rows carry at most, where they can be listed.
    #[must_use]
    pub fn listed(&self) -> Option<&BTreeSet<String>> {
        match &self.labels {
            Set::Only(left) => Some(left),
            Set::AllBut(_) | Set::Unknown => None,
        }
    }

    fn only(mut self, labels: &Labels, by: &str) -> Self {
        if self.labels != Set::Unknown {
            let left = labels.labels.iter().filter(|label| self.may_have(label));
            self.labels = Set::Only(left.cloned().collect());
        }
        self.after(by)
    }

    fn without(mut self, labels: &Labels, by: &str) -> Self {
        match &mut self.labels {
            Set::AllBut(gone) => gone.extend(labels.labels.iter().cloned()),
            Set::Only(left) => left.retain(|label| !labels.labels.contains(label)),
            Set::Unknown => {}
        }
        self.after(by)
    }

    fn after(mut self, by: &str) -> Self {
        self.steps.push((by.to_owned(), self.labels.clone()));
        self
    }

    fn with<'l>(mut self, labels: impl IntoIterator<Item = &'l String>) -> Self {
        for label in labels {
            match &mut self.labels {
                Set::AllBut(gone) => drop(gone.remove(label)),
                Set::Only(left) => drop(left.insert(label.clone())),
                Set::Unknown => {}
            }
        }
        self
    }

    /// Rows of either side.
    fn or(mut self, other: Self) -> Self {
        match (&mut self.labels, other.labels) {
            (Set::Only(one), Set::Only(two)) => one.extend(two),
            (Set::Only(_), labels) => self.labels = labels,
            _ => {}
        }
        self.steps.extend(other.steps);
        self
    }

    /// Rows whose labels are equal on both sides: what one side lacks the other must not have.
    fn and(mut self, other: Self) -> Self {
        self.labels = match (&self.labels, &other.labels) {
            (Set::Unknown, _) | (_, Set::Unknown) => Set::Unknown,
            (Set::AllBut(one), Set::AllBut(two)) => Set::AllBut(one.union(two).cloned().collect()),
            (Set::Only(left), rest) | (rest, Set::Only(left)) => {
                Set::Only(left.iter().filter(|label| rest.may_have(label)).cloned().collect())
            }
        };
        self.steps.extend(other.steps);
        self
    }
}

impl Set {
    fn may_have(&self, label: &str) -> bool {
        match self {
            Self::AllBut(gone) => !gone.contains(label),
            Self::Only(left) => left.contains(label),
            Self::Unknown => true,
        }
    }
}

/// The labels of the rows of a query whose depth `promql::parse` has limited.
#[must_use]
pub fn kept(expr: &Expr) -> Kept {
    match expr {
        Expr::VectorSelector(_) | Expr::MatrixSelector(_) => Kept::all(),
        Expr::Paren(paren) => kept(&paren.expr),
        Expr::Unary(unary) => kept(&unary.expr),
        Expr::Subquery(subquery) => kept(&subquery.expr),
        Expr::Aggregate(aggregate) => aggregated(aggregate),
        Expr::Binary(binary) => combined(binary),
        Expr::Call(call) => called(call),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Kept::unknown(),
    }
}

fn aggregated(aggregate: &AggregateExpr) -> Kept {
    let inner = kept(&aggregate.expr);
    let op = aggregate.op.to_string();
    // These pick rows and leave their labels.
    if ["topk", "bottomk", "limitk", "limit_ratio"].contains(&op.as_str()) {
        return inner;
    }
    let grouped = match &aggregate.modifier {
        None => inner.only(&Labels { labels: Vec::new() }, &op),
        Some(LabelModifier::Include(labels)) => inner.only(labels, &op),
        Some(LabelModifier::Exclude(labels)) => inner.without(labels, &op),
    };
    match aggregate.param.as_deref() {
        Some(Expr::StringLiteral(label)) if op == "count_values" => grouped.with([&label.val]),
        _ => grouped,
    }
}

fn combined(binary: &BinaryExpr) -> Kept {
    let is_scalar = |side: &Expr| side.value_type() == ValueType::Scalar;
    if is_scalar(&binary.rhs) {
        return kept(&binary.lhs);
    }
    if is_scalar(&binary.lhs) {
        return kept(&binary.rhs);
    }
    let (left, right) = (kept(&binary.lhs), kept(&binary.rhs));
    match binary.op.id() {
        token::T_LOR => return left.or(right),
        token::T_LAND | token::T_LUNLESS => return left,
        _ => {}
    }
    let Some(modifier) = &binary.modifier else { return left.and(right) };
    match (&modifier.card, &modifier.matching) {
        (VectorMatchCardinality::ManyToOne(more), _) => left.with(&more.labels),
        (VectorMatchCardinality::OneToMany(more), _) => right.with(&more.labels),
        (_, Some(LabelModifier::Include(labels))) => left.only(labels, "on"),
        (_, Some(LabelModifier::Exclude(labels))) => left.without(labels, "ignoring"),
        (_, None) => left.and(right),
    }
}

fn called(call: &Call) -> Kept {
    let mut vectors =
        call.args.args.iter().filter(|argument| matches!(argument.value_type(), ValueType::Vector | ValueType::Matrix));
    let makes_its_own = ["absent", "absent_over_time", "scalar", "info"].contains(&call.func.name);
    let Some(vector) = vectors.next().filter(|_| !makes_its_own) else { return Kept::unknown() };
    let inner = kept(vector);
    let target = match call.args.args.get(1).map(|argument| &**argument) {
        Some(Expr::StringLiteral(label)) if ["label_replace", "label_join"].contains(&call.func.name) => {
            Some(&label.val)
        }
        _ => None,
    };
    inner.with(target)
}

/// The ranges of a query over which a rate or a difference is taken: the function and the range.
#[must_use]
pub fn windows(expr: &Expr) -> Vec<(&'static str, Duration)> {
    const TAKES_TWO_SAMPLES: [&str; 6] = ["rate", "irate", "increase", "delta", "idelta", "deriv"];
    let mut windows = Vec::new();
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        if let Expr::Call(call) = expr
            && TAKES_TWO_SAMPLES.contains(&call.func.name)
            && let Some(Expr::MatrixSelector(matrix)) = call.args.args.first().map(|argument| &**argument)
        {
            windows.push((call.func.name, matrix.range));
        }
        pending.extend(children(expr));
    }
    windows
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Aggregate(aggregate) => aggregate.param.as_deref().into_iter().chain([&*aggregate.expr]).collect(),
        Expr::Unary(unary) => vec![&unary.expr],
        Expr::Binary(binary) => vec![&binary.rhs, &binary.lhs],
        Expr::Paren(paren) => vec![&paren.expr],
        Expr::Subquery(subquery) => vec![&subquery.expr],
        Expr::Call(call) => call.args.args.iter().rev().map(|argument| &**argument).collect(),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::promql;

    fn of(query: &str) -> Kept {
        kept(&promql::parse(query).expect("it parses"))
    }

    #[test]
    fn rows_keep_their_label() {
        for query in [
            "a",
            "rate(a[1m])",
            "sum(rate(a[1m])) by (pod)",
            "sum without (instance) (a)",
            "topk(3, a)",
            "sum(a) by (pod) / sum(b) by (pod)",
            "sum(a) by (pod) / scalar(sum(b))",
            "a / on (node) group_left sum(b) by (node)",
            "sum(b) by (node) * on (node) group_right a",
            "sum(a) by (pod) or vector(0)",
            "vector(0) or sum(a) by (pod)",
            "histogram_quantile(0.9, sum(rate(a[1m])) by (le, pod))",
            "label_replace(sum(a) by (name), \"pod\", \"$1\", \"name\", \"(.*)\")",
            "max_over_time(sum(a) by (pod)[5m:1m])",
            "a > 5",
            "vector(1)",
            "count_values(\"pod\", a)",
            "a and on () b",
        ] {
            assert!(of(query).may_have("pod"), "{query}");
        }
    }

    #[test]
    fn an_aggregation_takes_it_away() {
        for (query, by) in [
            ("sum(a)", "sum"),
            ("avg(avg_over_time(a[2m]))", "avg"),
            ("sum(rate(a[1m])) by (service)", "sum"),
            ("max(sum(a)) by (pod)", "sum"),
            ("sum without (pod) (a)", "sum"),
            ("quantile(0.9, a)", "quantile"),
            ("sum(a) by (pod) / sum(b)", "sum"),
            ("sum(a) / sum(b) by (pod)", "sum"),
            ("sum(a) or sum(b)", "sum"),
            ("sum(a) by (pod) / count(b)", "count"),
            ("avg(sum(a) by (pod, code)) by (code)", "avg"),
            ("a / on (service) b", "on"),
            ("histogram_quantile(0.9, sum(rate(a[1m])) by (le))", "sum"),
        ] {
            let kept = of(query);
            assert!(!kept.may_have("pod"), "{query}");
            assert_eq!(kept.taken_by("pod"), Some(by), "{query}");
        }
    }

    #[test]
    fn windows_are_those_of_rates() {
        let expr = promql::parse("rate(a[20s]) / increase(b[1m]) + avg_over_time(c[5s]) + rate(d[5m:1m])");
        let windows = windows(&expr.expect("it parses"));
        assert_eq!(windows, [("rate", Duration::from_secs(20)), ("increase", Duration::from_secs(60))]);
    }
}
