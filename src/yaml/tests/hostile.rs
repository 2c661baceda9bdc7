//! Input that was made to hurt: no panic, no overflow, bounded time, and a plain word about it.

use super::{document, documents};
use crate::yaml::{ProblemKind, decode};
use std::fmt::Write as _;

fn kinds(text: &str) -> Vec<ProblemKind> {
    documents(text).iter().flat_map(|one| one.problems().iter().map(|problem| problem.kind)).collect()
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(text, "a{level}: &a{level} [{}]", vec![format!("*a{below}"); 9].join(", ")).expect("a string");
    }
    assert_eq!(kinds(&text), [ProblemKind::Limit]);
}

#[test]
fn merge_bombs_are_refused() {
    let mut text = "a0: &a0 {k: 1}\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(text, "a{level}: &a{level} {{<<: [{}]}}", vec![format!("*a{below}"); 9].join(", ")).expect("a string");
    }
    assert_eq!(kinds(&text), [ProblemKind::Limit]);
}

#[test]
fn many_merges_of_one_large_map_are_refused() {
    let mut text = "base: &base\n".to_owned();
    for key in 0..5_000 {
        writeln!(text, "  k{key}: {key}").expect("a string");
    }
    for map in 0..5_000 {
        writeln!(text, "m{map}:\n  <<: *base").expect("a string");
    }
    assert_eq!(kinds(&text), [ProblemKind::Limit]);
}

#[test]
fn ordinary_aliases_are_no_bomb() {
    let mut text = "base: &base {a: 1, b: 2, c: 3}\n".to_owned();
    for map in 0..2_000 {
        writeln!(text, "m{map}: {{<<: *base, d: {map}}}").expect("a string");
    }
    assert_eq!(kinds(&text), []);
    let parsed = document(&text);
    let last = parsed.root().and_then(|root| root.get("m1999")).expect("the last map");
    assert_eq!(last.entries().count(), 4);
}

#[test]
fn aliases_inside_their_own_target_are_refused() {
    for text in ["a: &a [*a]\n", "a: &a {b: {c: *a}}\n", "a: &a\n  <<: *a\n", "&a [&b [*a, *b]]\n"] {
        assert_eq!(kinds(text), [ProblemKind::Syntax], "{text}");
    }
}

#[test]
fn nesting_ends_at_ten_thousand() {
    for deep in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        (0..3_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{}{}", "- ".repeat(9_000), "[".repeat(9_000)),
    ] {
        for one in documents(&deep) {
            drop(one);
        }
    }
    let fits = format!("a: {}{}\n", "[".repeat(9_000), "]".repeat(9_000));
    let parsed = document(&fits);
    assert!(parsed.problems().is_empty());
    let root = parsed.root().expect("a root");
    drop(root.to_json());
    assert!(decode::<serde_json::Value>(root).is_err(), "serde stops at its own depth");
    let exceeds = format!("a: {}{}\n", "[".repeat(10_001), "]".repeat(10_001));
    assert_eq!(kinds(&exceeds), [ProblemKind::Limit]);
    let both = format!("{}{}{}\n", "- ".repeat(6_000), "[".repeat(6_000), "]".repeat(6_000));
    assert_eq!(kinds(&both), [ProblemKind::Limit]);
    let aliased =
        format!("a: &a {}{}\nb: {}*a{}\n", "[".repeat(6_000), "]".repeat(6_000), "[".repeat(6_000), "]".repeat(6_000));
    assert_eq!(kinds(&aliased), [ProblemKind::Limit]);
}

#[test]
fn a_hundred_thousand_keys_take_no_time() {
    let mut text = String::new();
    for key in 0..100_000 {
        writeln!(text, "some-rather-long-key-{}: {key}", key % 99_990).expect("a string");
    }
    let parsed = document(&text);
    assert_eq!(parsed.problems().len(), 10);
    let root = parsed.root().expect("a root");
    assert_eq!(root.entries().count(), 99_990);
}

#[test]
fn problems_without_end_are_cut() {
    let text: String = (0..100_000).map(|value| format!("a: {value}\n")).collect();
    assert_eq!(document(&text).problems().len(), 1000);
    let nulls: String = (0..100_000).map(|_| "~: 1\n").collect();
    assert_eq!(document(&nulls).problems().len(), 1000);
}

#[test]
fn odd_texts_do_not_panic() {
    let pieces = [
        "a", ":", " ", "\n", "- ", "\t", "[", "]", "{", "}", "\"", "'", "|", ">", "&a", "*a", "!", "!!str", "#", "%",
        "---", "...", "<<", "?", ",", "\u{feff}", "\u{0}", "\r", "é", "\\", "0x", "~", "\u{85}", "\u{2028}", "1.5",
        "`",
    ];
    // A small generator with a fixed seed: the same texts on every run.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let index = usize::try_from(state % 36).expect("a small number");
            text.push_str(pieces[index]);
        }
        for one in documents(&text) {
            assert!(text.get(one.span().range()).is_some(), "{text:?}");
            for problem in one.problems() {
                assert!(text.get(problem.span.range()).is_some(), "{text:?}: {problem:?}");
            }
            if let Some(root) = one.root() {
                drop(root.to_json());
                for entry in root.entries() {
                    assert!(text.get(entry.key_span().range()).is_some(), "{text:?}");
                    assert!(text.get(entry.value().inner_span(0..1).range()).is_some(), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn cost_grows_with_the_size_only() {
    let separators = "---\n".repeat(200_000);
    assert!(documents(&separators).is_empty());
    let tabs = format!("a: [\n{}]\n", "\t1,\n".repeat(50_000));
    assert!(document(&tabs).root().is_some());
    let blank_tabs = format!("a: b\n{}c: d\n", "  \t\n".repeat(200_000));
    assert!(document(&blank_tabs).problems().is_empty());
    let comments = format!("{}a: 1\n", "# aiplat-lint: x\n".repeat(100_000));
    assert_eq!(document(&comments).comments().len(), 100_000);
    let quotes = "'".repeat(300_001);
    assert_eq!(kinds(&quotes), [ProblemKind::Syntax]);
    let anchors: String = (0..50_000).map(|index| format!("- &a{index} x\n- *a{index}\n")).collect();
    assert!(document(&anchors).problems().is_empty());
}
