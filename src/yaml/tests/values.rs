//! Scalars, keys, merges and where documents end.

use super::{document, documents, json};
use crate::yaml::Scalar;
use serde_json::json;

fn value(text: &str) -> serde_json::Value {
    json(&format!("v: {text}\n"))["v"].clone()
}

#[test]
fn scalars_are_those_of_go_yaml() {
    for text in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"] {
        assert_eq!(value(text), json!(true), "{text}");
    }
    for text in ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"] {
        assert_eq!(value(text), json!(false), "{text}");
    }
    for text in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(value(text), json!(null), "{text}");
    }
    for (text, number) in [
        ("010", json!(8)),
        ("0o10", json!(8)),
        ("0x1F", json!(31)),
        ("-0x1f", json!(-31)),
        ("0b11", json!(3)),
        ("0b+1", json!(1)),
        ("1_000", json!(1000)),
        ("+5", json!(5)),
        ("08", json!(8)),
        ("3.0", json!(3)),
        ("1e3", json!(1000)),
        ("1.10", json!(1.1)),
        (".5", json!(0.5)),
        (".1_0", json!(0.1)),
        ("3.", json!(3)),
        ("9223372036854775807", json!(i64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        ("1e-7", json!(1e-7)),
    ] {
        assert_eq!(value(text), number, "{text}");
    }
    for text in [
        "tRue",
        "nO",
        "1:30",
        "2001-01-01",
        "2001-12-14 21:59:43",
        "1e400",
        "25%",
        "100m",
        "1.5Gi",
        "10.0.0.1",
        "0x",
        "0b",
        "0b2",
        "1e",
        "+",
        "--1",
        "1-2",
        ".",
        "._1",
        "0o8",
        "<<x",
        "1,000",
        "+0b++1",
        "nullx",
        "=",
    ] {
        assert_eq!(value(text), json!(text), "{text}");
    }
}

#[test]
fn quotes_and_tags_make_text() {
    for text in ["\"5\"", "'5'", "!!str 5", "!foo 5", "! 5", "|-\n  5", ">-\n  5"] {
        assert_eq!(value(text), json!("5"), "{text}");
    }
    assert_eq!(value("!!int \"5\""), json!(5));
    assert_eq!(value("!!bool \"yes\""), json!(true));
    assert_eq!(value("!!binary aGk="), json!("hi"));
    assert_eq!(value("!!str"), json!(""));
    let parsed = document("v: !!float 3\n");
    let node = parsed.root().and_then(|root| root.get("v")).expect("the key is there");
    assert_eq!(node.scalar(), Some(Scalar::Float(3.0)));
    assert_eq!(node.int(), Some(3));
}

#[test]
fn keys_become_strings_as_in_sigs_yaml() {
    let text = "y: a\nno: b\n010: c\n1.5: d\n\"010\": e\n1e6: f\n100000.0: g\n0.00001: h\n1.10: i\n-0: j\n.inf: k\n";
    let expected = json!({
        "true": "a", "false": "b", "8": "c", "1.5": "d", "010": "e", "1e+06": "f", "100000": "g", "1e-05": "h",
        "1.1": "i", "0": "j", ".inf": "k"
    });
    assert_eq!(json(text), expected);
}

#[test]
fn of_equal_keys_the_last_wins_as_a_whole() {
    assert_eq!(json("a: {x: 1}\nb: 0\na: {z: 2}\n"), json!({"a": {"z": 2}, "b": 0}));
    assert_eq!(json("8: a\n010: b\n"), json!({"8": "b"}));
    let parsed = document("a: 1\na: 2\n");
    let root = parsed.root().expect("the document has a root");
    assert_eq!(root.entries().count(), 1);
    assert_eq!(root.entry("a").map(|entry| entry.key_span().start), Some(5));
}

#[test]
fn merges_follow_the_order_of_the_text() {
    let anchors = "a: &a {x: 1, w: 1}\nb: &b {x: 2, z: 2}\n";
    let merged = |map: &str| json(&format!("{anchors}c:\n{map}"))["c"].clone();
    assert_eq!(merged("  x: 0\n  <<: *a\n"), json!({"x": 1, "w": 1}));
    assert_eq!(merged("  <<: *a\n  x: 0\n"), json!({"x": 0, "w": 1}));
    assert_eq!(merged("  <<: [*a, *b]\n"), json!({"x": 1, "w": 1, "z": 2}));
    assert_eq!(merged("  <<: *a\n  <<: *b\n"), json!({"x": 2, "w": 1, "z": 2}));
    assert_eq!(merged("  \"<<\": *a\n"), json!({"<<": {"x": 1, "w": 1}}));
    assert_eq!(merged("  <<: {<<: *a, x: 9}\n"), json!({"x": 9, "w": 1}));
    assert_eq!(merged("  <<: []\n  k: 1\n"), json!({"k": 1}));
}

#[test]
fn documents_end_where_kubectl_ends_them() {
    let roots = |text: &str| -> Vec<serde_json::Value> {
        documents(text).iter().filter_map(|document| document.root()).map(|root| root.to_json()).collect()
    };
    assert_eq!(roots("a: 1\n--- # next\na: 2\n---   \na: 3"), [json!({"a": 1}), json!({"a": 2}), json!({"a": 3})]);
    assert_eq!(roots("# c\n---\n---\n~\n---\na: 1\n---\n# c\n"), [json!({"a": 1})]);
    assert_eq!(roots("a: |\n  x\n  ---\n  y\n"), [json!({"a": "x\n---\ny\n"})]);
    assert_eq!(roots("a: 1\n...\nb: 2\n---\nc: 3\n"), [json!({"a": 1}), json!({"c": 3})]);
    assert_eq!(roots("\u{feff}a: 1\r\n---\r\n\u{feff}b: 2\r\n"), [json!({"a": 1}), json!({"b": 2})]);
    assert_eq!(roots("a:\r  b: 1\r"), [json!({"a": {"b": 1}})]);
    assert_eq!(roots(""), [] as [serde_json::Value; 0]);
}

#[test]
fn json_streams_are_read_as_json() {
    let text = "{\"a\": \"\\u00e9\\/\\ud83d\\ude00\"}\n{\"b\":\n\t1}{\"c\": []}\n";
    let all: Vec<_> = documents(text).iter().map(|one| one.root().expect("a root").to_json()).collect();
    assert_eq!(all, [json!({"a": "é/😀"}), json!({"b": 1}), json!({"c": []})]);
    let flow = documents("{a: 1}\n---\n{b: 2}\n");
    assert_eq!(flow.len(), 2);
    let mixed = documents("{\"a\": 1}\n---\nb: 2\n");
    assert_eq!(mixed.len(), 2);
    assert!(mixed.iter().all(|one| one.problems().is_empty()));
    let key = "k".repeat(5000);
    assert_eq!(json(&format!("{{\"{key}\": 1}}")), json!({ key: 1 }));
}

#[test]
fn block_scalars_end_as_kubectl_ends_them() {
    // kubectl's reader ends every line, the last one too.
    assert_eq!(json("a: |\n  x"), json!({"a": "x\n"}));
    assert_eq!(json("a: |+\n  x\n\n"), json!({"a": "x\n\n"}));
    assert_eq!(json("a: >\n  x\n  y\n\n  z\n"), json!({"a": "x y\nz\n"}));
}
