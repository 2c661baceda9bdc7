//! PromQL through `promql-parser`, with limits on what is handed to it: its tree is recursive.

use std::time::Duration;

use promql_parser::parser::{Expr, VectorSelector};

use super::go_regex::{GoRegex, GoRegexError};

/// Longest query that is parsed.
const LONGEST_QUERY: usize = 16 * 1024;
/// Operators, calls and brackets in one query; each may be one level of the tree.
const MOST_OPERATORS: usize = 400;

/// Why a query was not parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromqlError {
    /// User error: Prometheus rejects the query. The parser's words.
    Syntax(String),
    /// Neither: this tool cannot tell (too large, a pattern of a rare form).
    Unsure,
}

/// Parses a query.
///
/// # Errors
/// [`PromqlError::Syntax`] where it is no PromQL.
pub fn parse(query: &str) -> Result<Expr, PromqlError> {
    if query.len() > LONGEST_QUERY || operators(query) > MOST_OPERATORS {
        return Err(PromqlError::Unsure);
    }
    promql_parser::parser::parse(query).map_err(|message| {
        // The parser compiles patterns as Rust does, and rejects some that Prometheus, written in Go, accepts.
        let pattern = message.strip_prefix("illegal regex for ");
        let accepted =
            pattern.is_some_and(|pattern| !matches!(GoRegex::new(pattern), Err(GoRegexError::Syntax { .. })));
        if accepted { PromqlError::Unsure } else { PromqlError::Syntax(message) }
    })
}

/// Every vector selector of a query, those in ranges and subqueries included, from left to right.
#[must_use]
pub fn selectors(expr: &Expr) -> Vec<&VectorSelector> {
    let mut selectors = Vec::new();
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        match expr {
            Expr::VectorSelector(selector) => selectors.push(selector),
            Expr::MatrixSelector(matrix) => selectors.push(&matrix.vs),
            Expr::Aggregate(aggregate) => {
                pending.push(&aggregate.expr);
                pending.extend(aggregate.param.as_deref());
            }
            Expr::Unary(unary) => pending.push(&unary.expr),
            Expr::Binary(binary) => pending.extend([&*binary.rhs, &*binary.lhs]),
            Expr::Paren(paren) => pending.push(&paren.expr),
            Expr::Subquery(subquery) => pending.push(&subquery.expr),
            Expr::Call(call) => pending.extend(call.args.args.iter().rev().map(|argument| &**argument)),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
        }
    }
    selectors
}

/// A duration as Prometheus writes it: `1h30m`, units in falling order.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 7] = [
        ("y", 31_536_000_000),
        ("w", 604_800_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ];
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut total: u64 = 0;
    for (unit, milliseconds) in UNITS {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.strip_prefix(unit).filter(|after| unit != "m" || !after.starts_with('s'));
        if let (Ok(number), Some(after)) = (number.parse::<u64>(), after) {
            total = total.checked_add(number.checked_mul(milliseconds)?)?;
            rest = after;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(Duration::from_millis(total))
}

/// An upper bound on the depth of the tree.
fn operators(query: &str) -> usize {
    let symbols = query.bytes().filter(|byte| b"+-*/%^<>=!([@".contains(byte)).count();
    let words = query.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let is_operator =
        |word: &str| ["and", "or", "unless", "atan2", "offset"].contains(&word.to_ascii_lowercase().as_str());
    symbols + words.filter(|word| is_operator(word)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_selector_is_found() {
        let expr = parse("sum(rate(a[1m])) by (pod) / on () group_left quantile(0.9, max_over_time((-b)[5m:1m]))");
        let expr = expr.expect("it parses");
        let names: Vec<_> = selectors(&expr).into_iter().filter_map(|selector| selector.name.clone()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn large_and_odd_queries_do_no_harm() {
        for query in
            ["(".repeat(10_000), "-".repeat(10_000) + "1", "1+".repeat(5_000) + "1", "a or ".repeat(3_000) + "a"]
        {
            assert_eq!(parse(&query).err(), Some(PromqlError::Unsure));
        }
        for query in ["(".repeat(390), format!("{}1{}", "(".repeat(390), ")".repeat(390)), "-".repeat(390) + "1"] {
            let _ = parse(&query);
        }
        assert!(parse("a{b=\"ü\"}").is_ok());
        assert!(matches!(parse("ü{b=\"ü\"} ü"), Err(PromqlError::Syntax(_))));
        assert!(matches!(parse("a{b=~\"(?!c)\"}"), Err(PromqlError::Syntax(_))));
        assert_eq!(parse("a{b=~\"c{{d}}\"}").err(), Some(PromqlError::Unsure));
        assert!(matches!(parse(""), Err(PromqlError::Syntax(_))));
    }
}
