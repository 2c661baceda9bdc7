//! What is wrong with a document, and where it is said to be.

use super::{document, documents, problems};
use crate::yaml::ProblemKind::{
    self, ContentOnSeparator, DroppedContent, DuplicateKey, Encoding, MergeOrder, NotJson, Syntax,
};

#[track_caller]
fn check(text: &str, expected: &[(ProblemKind, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(kind, place)| (*kind, (*place).to_owned())).collect();
    assert_eq!(problems(text), expected, "{text:?}");
}

#[test]
fn duplicate_keys_show_both_sides() {
    let text = "spec:\n  replicas: 2\n  b: {1: x, 01: y}\n  replicas: 3\n  same: [a]\n  same: [a]\n";
    check(text, &[(DuplicateKey, "01"), (DuplicateKey, "replicas")]);
    let parsed = document(text);
    let problem = &parsed.problems()[1];
    assert_eq!(problem.path, "spec.replicas");
    assert_eq!(problem.message, "`replicas` is set twice in one map: `3` wins over `2`");
    assert_eq!(problem.other.as_ref().map(|(span, _)| &text[span.range()]), Some("replicas"));
    assert_eq!(problem.other.as_ref().map(|(span, _)| span.start), Some(8));
    check("a: {x: 1, y: 2}\na: {y: 2, x: 1}\n", &[]);
    check("a: &a {x: 1}\nb: *a\nb: {x: 1}\n", &[]);
    check("y: 1\n\"true\": 2\n", &[(DuplicateKey, "\"true\"")]);
}

#[test]
fn merges_that_overwrite_are_told() {
    let text = "a: &a {x: 1, y: 2}\nb:\n  x: 0\n  y: 2\n  <<: *a\n";
    check(text, &[(MergeOrder, "x")]);
    let parsed = document(text);
    let problem = &parsed.problems()[0];
    assert_eq!(problem.message, "`<<` overwrites `x: 0` above it with `1`");
    assert_eq!(problem.path, "b.x");
    assert_eq!(problem.other.as_ref().map(|(span, _)| &text[span.range()]), Some("<<"));
    check("a: &a {x: 1}\nb:\n  <<: *a\n  x: 0\n", &[]);
}

#[test]
fn separators_and_ends() {
    check("a: 1\n--- {b: 2}\n", &[(ContentOnSeparator, "{b: 2}")]);
    check("a: 1\n---b: 2\n", &[(ContentOnSeparator, "b: 2")]);
    assert_eq!(documents("a: 1\n--- {b: 2}\n---\nc: 3\n").iter().filter_map(|one| one.root()).count(), 3);
    check("a: 1\n...\nb: 2\n", &[(DroppedContent, "b: 2")]);
    check("a: 1\n...\n# c\n\n---\nb: 2\n", &[]);
    check("{a: 1}\nfoo: 2\n", &[(DroppedContent, "foo: 2")]);
    check("a: 1\r---\rb: 2\r", &[(DroppedContent, "---\rb: 2")]);
    check("...\na: 1\n", &[(Syntax, "...")]);
    check("%YAML 1.2\n---\na: 1\n", &[(Syntax, "%YAML")]);
    check("a: 1\n%YAML 1.2\n", &[(DroppedContent, "%YAML 1.2")]);
    check("{\"a\": 1}\n{\"b\": 1}\n---\nc: 1\n", &[(Syntax, "---")]);
}

#[test]
fn one_broken_document_never_hides_the_others() {
    let text = "a: 1\n---\nb: [1\n---\nc: 'x\n---\nd: *a\n---\ne: 1\n";
    let all = documents(text);
    let roots: Vec<bool> = all.iter().map(|one| one.root().is_some()).collect();
    assert_eq!(roots, [true, false, false, false, true]);
    check(text, &[(Syntax, "[1"), (Syntax, "'x"), (Syntax, "*a")]);
}

#[test]
fn syntax_errors_have_words_and_places() {
    check("a:\n\tb: 1\n", &[(Syntax, "b:")]);
    check("a: b: c\n", &[(Syntax, ":")]);
    check("a: \"x\\qy\"\n", &[(Syntax, "\"x\\qy\"")]);
    check("a: @x\n", &[(Syntax, "@x")]);
    check("a: \"x\\/y\"\n", &[(Syntax, "\\/")]);
    check("a: \"\\ud83d\\ude00\"\n", &[(Syntax, "\\ud83d")]);
    check("a: &x.y 1\n", &[(Syntax, "&x.y")]);
    check("a: {b\n  c: 1}\n", &[(Syntax, "b\n  c")]);
    check("a: b\n\t\nc: d\n", &[(Syntax, "\t")]);
    check("a: b\n  \t\nc: d\n", &[]);
    check("a:\n  - [1,\n\t2]\n", &[]);
    let parsed = document("spec:\n  a: 'x\n");
    assert_eq!(parsed.problems()[0].path, "spec.a");
    assert_eq!(parsed.problems()[0].message, "this quote is never closed");
}

#[test]
fn what_json_cannot_say() {
    check("a: .inf\nb: -.INF\nc: \".nan\"\n", &[(NotJson, ".inf"), (NotJson, "-.INF")]);
    check("~: 1\n", &[(NotJson, "~")]);
    check("? [a]\n: 1\n", &[(NotJson, "[a]")]);
    check("a: {{ x }}\n", &[(NotJson, "{ x }")]);
    check("18446744073709551615: 1\n", &[(NotJson, "18446744073709551615")]);
    check("a: !!int x\n", &[(NotJson, "x")]);
    check("a: &a 1\nb:\n  <<: *a\n", &[(NotJson, "*a")]);
    check("a: !!binary '*'\n", &[(NotJson, "'*'")]);
    check("a: b\u{7}c\n", &[(Encoding, "\u{7}")]);
    check("a: b\u{0}c\n", &[(Encoding, "\u{0}")]);
}

#[test]
fn messages_are_in_the_style_of_the_house() {
    let texts = [
        "a: 1\na: 2\n",
        "a: .inf\n",
        "a: [1\n",
        "a: {b\n",
        "a: 'x\n",
        "\ta: 1\n",
        "a: *b\n",
        "a: 1\n...\nb\n",
        "--- a\n",
        "~: 1\n",
        "a: b: c\n",
        "- a\nb: c\n",
        "a: \"\\q\"\n",
        "a: ]\n",
        "a: @\n",
        "%X\n",
        "a: \u{1}\n",
        "a: &a [*a]\n",
        "a: !!int x\n",
        "a: |x\n  y\n",
        "a\nb: c\n",
        "a: \"x\" y\n",
        "a:\n  b: 1\n c: 2\n",
        "a: - b\n",
        "a: [1}\n",
    ];
    for text in texts {
        let all = documents(text);
        let found: Vec<_> = all.iter().flat_map(|one| one.problems()).collect();
        assert!(!found.is_empty(), "{text:?}");
        for problem in found {
            assert!(problem.message.len() <= 100 && !problem.message.ends_with('.'), "{problem:?}");
            assert!(!problem.message.starts_with(char::is_uppercase), "{problem:?}");
            assert!(!problem.span.is_empty(), "{text:?}: {problem:?}");
            for word in ["you", "please", "should", "invalid", "bad", "simply", "!"] {
                let words = problem.message.split(|c: char| c.is_whitespace() || c == '`');
                assert!(!words.clone().any(|other| other == word), "{problem:?}");
            }
        }
    }
}
