//! Where Prometheus stops reading a query. The parser gives words without a place, so it is found again: by the name
//! that the words hold, by a bracket or quote without its other half, or as the first token after the longest beginning
//! of the query that some end makes a query of.

use std::ops::Range;

/// Most tokens of a query that is searched; each beginning is parsed several times.
const MOST_TOKENS: usize = 200;

/// Ends that may complete what comes before a closing bracket.
const ENDS: [&str; 16] = [
    "", " a", "[5m]", " a[5m]", " 1", "\"a\"", "=\"a\"", " a=\"a\"", "5m", "m", ":5m", " (a)", " (a[5m])", " (a) (a)",
    " (a) a", " (1, a)",
];

/// Where a query that was refused with these words is wrong; `None` where that cannot be told.
#[must_use]
pub fn of(query: &str, words: &str) -> Option<Range<usize>> {
    if let Some(place) = named(query, words) {
        return Some(place);
    }
    let tokens = match tokens(query) {
        Ok(tokens) => tokens,
        Err(unterminated) => return Some(unterminated),
    };
    match brackets(query, &tokens) {
        Ok(open) if open.is_empty() => {}
        Ok(open) => return open.last().and_then(|level| tokens.get(level.token)).cloned(),
        Err(stray) => return Some(stray),
    }
    if tokens.len() > MOST_TOKENS {
        return None;
    }
    let longest =
        (1..=tokens.len()).rev().find(|count| begins_a_query(query, tokens.get(..*count).unwrap_or_default()))?;
    tokens.get(longest).or(tokens.last()).cloned()
}

/// The function or the pattern that the words name, if the query holds it once.
fn named(query: &str, words: &str) -> Option<Range<usize>> {
    let pattern = words.strip_prefix("illegal regex for ");
    let function = words.split_once("call to ").and_then(|(_, rest)| rest.split('\'').nth(1));
    let name = pattern.or(function).filter(|name| !name.is_empty())?;
    let mut places = query.match_indices(name);
    let (at, _) = places.next()?;
    places.next().is_none().then_some(at..at + name.len())
}

/// The tokens, or the place of a string that does not end.
fn tokens(query: &str) -> Result<Vec<Range<usize>>, Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = query.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = query.get(at..).unwrap_or_default();
        let width = match next {
            '"' | '\'' | '`' => string(rest, next).ok_or(at..query.trim_end().len())?,
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(next) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ if ["=~", "!~", "!=", "==", ">=", "<="].iter().any(|two| rest.starts_with(two)) => 2,
            _ => next.len_utf8(),
        };
        if !next.is_whitespace() && next != '#' {
            tokens.push(at..at + width);
        }
        at += width;
    }
    Ok(tokens)
}

/// The length of the string at the start of a text.
fn string(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, next)) = chars.next() {
        match next {
            '\\' if quote != '`' => drop(chars.next()),
            _ if next == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A bracket that is open, with the word before it and the commas in it.
struct Level<'q> {
    token: usize,
    bracket: char,
    word: &'q str,
    commas: usize,
    /// Nothing stands in it.
    is_empty: bool,
}

/// The brackets that are open after some tokens, or the place of a stray closing one.
fn brackets<'q>(query: &'q str, tokens: &[Range<usize>]) -> Result<Vec<Level<'q>>, Range<usize>> {
    let mut open: Vec<Level<'q>> = Vec::new();
    let mut word = "";
    for (token, range) in tokens.iter().enumerate() {
        let text = query.get(range.clone()).unwrap_or_default();
        let first = text.chars().next().unwrap_or(' ');
        if let Some(level) = open.last_mut() {
            level.is_empty = false;
            level.commas += usize::from(text == ",");
        }
        let opened = match first {
            '(' | '[' | '{' => {
                open.push(Level { token, bracket: first, word, commas: 0, is_empty: true });
                None
            }
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => None,
        };
        if opened.is_some() && open.pop().map(|level| level.bracket) != opened {
            return Err(range.clone());
        }
        word = text;
    }
    Ok(open)
}

/// Whether some end makes a query of a beginning.
fn begins_a_query(query: &str, tokens: &[Range<usize>]) -> bool {
    let beginning = tokens.last().and_then(|last| query.get(..last.end)).unwrap_or_default();
    let Ok(open) = brackets(query, tokens) else { return false };
    let is_empty = open.last().is_some_and(|level| level.is_empty);
    let closing: String = open.iter().rev().map(closing).collect();
    // What an empty call wants is in its signature.
    let first = open.last().and_then(|level| signature(level.word).first()).filter(|_| is_empty);
    let ends = first.into_iter().chain(&ENDS);
    ends.into_iter().any(|end| promql_parser::parser::parse(&format!("{beginning}{end}{closing}")).is_ok())
}

/// What closes a bracket, with the arguments that are still to come.
fn closing(level: &Level<'_>) -> String {
    match level.bracket {
        '{' => return "}".to_owned(),
        '[' => return "]".to_owned(),
        _ => {}
    }
    let missing = signature(level.word).iter().skip(level.commas + 1);
    missing.flat_map(|argument| [",", argument]).chain([")"]).collect()
}

/// Arguments of the functions that take several, and of those that take a range.
fn signature(function: &str) -> &'static [&'static str] {
    match function {
        "label_replace" => &["a", "\"a\"", "\"a\"", "\"a\"", "\"a\""],
        "label_join" => &["a", "\"a\"", "\"a\"", "\"a\""],
        "histogram_quantile" | "topk" | "bottomk" | "quantile" | "limitk" | "limit_ratio" => &["1", "a"],
        "count_values" => &["\"a\"", "a"],
        "quantile_over_time" => &["1", "a[5m]"],
        "predict_linear" => &["a[5m]", "1"],
        "holt_winters" | "double_exponential_smoothing" => &["a[5m]", "0.5", "0.5"],
        "clamp" => &["a", "1", "1"],
        "clamp_max" | "clamp_min" => &["a", "1"],
        "histogram_fraction" => &["1", "1", "a"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prometheus::promql::{self, PromqlError};

    #[test]
    fn a_refused_query_is_marked_where_reading_stops() {
        for (query, marked) in [
            ("sum(rate(a[2m]) by (pod)", "("),
            ("queue_depth{namespace!=\"\",pod!=\"\"", "{"),
            ("sum(a)) by (pod)", ")|6"),
            ("a{b=\"c}", "\"c}"),
            ("a{b=c}", "c|4"),
            ("a{b}", "}"),
            ("rate(a)", "rate"),
            ("sum(rate(a)) by (pod) + rate(b)", ")|10"),
            ("label_replace(a, \"b\")", "label_replace"),
            ("label_replace(sum(a) by (b) c, \"d\", \"e\", \"f\", \"g\")", "c|28"),
            ("histogram_quantile(0.9, sum(rate(a[5m])) by le)", "le|44"),
            ("a b", "b"),
            ("sum(a) by (pod) by (node)", "by|16"),
            ("a{b=~\"(?!c)\"}", "(?!c)"),
            ("sum(a) /", "/"),
            ("a[5x]", "5x"),
            ("avg_over_time(a{b=\"c\"}[2m]) > bool", "bool"),
            ("a == == b", "==|5"),
        ] {
            let Err(PromqlError::Syntax(words)) = promql::parse(query) else { unreachable!("{query} parses") };
            let (text, at) = marked.split_once('|').map_or((marked, None), |(text, at)| (text, at.parse().ok()));
            let at = at.unwrap_or_else(|| query.find(text).expect("it is there"));
            assert_eq!(of(query, &words), Some(at..at + text.len()), "{query}: {words}");
        }
    }

    #[test]
    fn odd_queries_do_no_harm() {
        for query in ["", "(", "]", "\"", "ü ü", "a\\", "#", "a{é=\"", "{{{", "a,b,c"] {
            let _ = of(query, "call to '");
        }
        assert_eq!(of(&"a ".repeat(300), ""), None);
    }
}
