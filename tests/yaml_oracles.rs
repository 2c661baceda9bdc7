//! Every oracle row on YAML, quantities, counts with percentages and names. The rows come from upstream tests and from
//! kubectl itself.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use aiplat_lint::kubernetes::int_or_percent::IntOrPercent;
use aiplat_lint::kubernetes::names;
use aiplat_lint::kubernetes::quantity::Quantity;
use aiplat_lint::text::SourceId;
use aiplat_lint::yaml::{self, Document, NodeRef, ProblemKind};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;
use std::cmp::Ordering;
use std::path::PathBuf;
use std::sync::Arc;

/// The rows of a topic; `None` where the oracles are not on this machine.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn rows(topic: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("AIPLAT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("oracles/kubernetes.jsonl")) else {
        eprintln!("SKIPPED: no oracles in {}", shared.display());
        return None;
    };
    let rows: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("each row is JSON"))
        .filter(|row| row["topic"] == topic)
        .collect();
    assert!(!rows.is_empty(), "no rows of topic {topic}");
    Some(rows)
}

fn parse(text: &str) -> Vec<Document> {
    yaml::parse(SourceId(0), &Arc::from(text))
}

fn as_str(value: &Value) -> &str {
    value.as_str().expect("the field is a string")
}

#[test]
fn yaml_is_read_as_kubectl_reads_it() {
    let Some(rows) = rows("yaml") else { return };
    let mut scalars = 0;
    let mut documents = 0;
    for row in &rows {
        let expect = &row["expect"];
        if let Some(scalar) = row["input"].get("scalar") {
            scalars += 1;
            let parsed = parse(&format!("value: {}\n", as_str(scalar)));
            let root = parsed[0].root().expect("the document parses");
            assert_eq!(root.to_json()["value"], expect["json"], "{row}");
            continue;
        }
        documents += 1;
        let text = as_str(&row["input"]["document"]);
        let outcome = names_after_expansion(text);
        if let Some(names) = expect.get("names") {
            let names: Vec<String> = serde_json::from_value(names.clone()).expect("names are strings");
            assert_eq!(outcome.as_ref(), Ok(&names), "{row}");
        } else if let Some(spec) = expect.get("spec") {
            let parsed = parse(text);
            let spec_node = parsed[0].root().and_then(|root| root.get("spec")).expect("the document has a spec");
            assert_eq!(spec_node.to_json(), *spec, "{row}");
        } else {
            assert!(as_str(expect).starts_with("error"), "a row of a form unknown to this test: {row}");
            let error = outcome.expect_err(&format!("kubectl refuses this: {row}"));
            assert!(!error.is_empty());
        }
    }
    assert!(scalars > 0 && documents > 0, "{scalars} scalars, {documents} documents");
}

/// The names of the objects that kubectl finds, or why it stops.
fn names_after_expansion(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for document in parse(text) {
        let refused = document.problems().iter().find(|problem| {
            !matches!(problem.kind, ProblemKind::DuplicateKey | ProblemKind::DroppedContent | ProblemKind::MergeOrder)
        });
        if let Some(problem) = refused {
            return Err(problem.message.clone());
        }
        let root = document.root().ok_or("no root and no problem")?;
        let kind = root.get("kind").and_then(NodeRef::text).ok_or("missing kind")?;
        let Some(items) = root.get("items") else {
            names.push(name(root)?);
            continue;
        };
        for item in items.items() {
            // Items without a kind inherit it from a typed list.
            let item_kind = item.get("kind").and_then(NodeRef::text).or(kind.strip_suffix("List").map(Into::into));
            item_kind.filter(|kind| !kind.is_empty()).ok_or("missing kind")?;
            if item.get("items").is_some() {
                return Err("nested list".to_owned());
            }
            names.push(name(item)?);
        }
    }
    Ok(names)
}

fn name(object: NodeRef<'_>) -> Result<String, String> {
    let metadata = object.get("metadata").ok_or("missing metadata")?;
    let decoded = yaml::decode::<ObjectMeta>(metadata).map_err(|error| error.message)?;
    decoded.value.name.ok_or_else(|| "missing name".to_owned())
}

#[test]
fn quantities_are_read_as_kubernetes_reads_them() {
    let Some(rows) = rows("quantity") else { return };
    for row in &rows {
        let quantity = Quantity::parse(as_str(&row["input"]));
        if row["expect"] == "invalid" {
            assert!(quantity.is_err(), "{row}");
        } else {
            let quantity = quantity.unwrap_or_else(|error| panic!("{error}: {row}"));
            assert_eq!(decimal(quantity.nano()), as_str(&row["expect"]["value"]), "{row}");
        }
    }
}

/// Billionths as a decimal number without trailing zeros.
fn decimal(nano: i128) -> String {
    let sign = if nano < 0 { "-" } else { "" };
    let digits = format!("{:010}", nano.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - 9);
    let text = format!("{sign}{whole}.{fraction}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[test]
fn quantities_compare_by_value() {
    let Some(rows) = rows("quantity-cmp") else { return };
    for row in &rows {
        let side = |name: &str| Quantity::parse(as_str(&row["input"][name])).expect("both sides are quantities");
        let expected = match row["expect"].as_i64() {
            Some(-1) => Ordering::Less,
            Some(0) => Ordering::Equal,
            Some(1) => Ordering::Greater,
            other => panic!("{other:?} is no order: {row}"),
        };
        assert_eq!(side("x").cmp(&side("y")), expected, "{row}");
    }
}

#[test]
fn counts_and_percentages_are_those_of_kubernetes() {
    let Some(rows) = rows("intorstring") else { return };
    for row in &rows {
        let input = &row["input"];
        if let Some(percent) = input.get("percent") {
            let parsed = IntOrPercent::parse(as_str(percent));
            assert_eq!(matches!(parsed, Ok(IntOrPercent::Percent(_))), row["expect"] == "valid", "{row}");
            continue;
        }
        let parsed = match &input["value"] {
            Value::Number(count) => Ok(IntOrPercent::Int(count.as_i64().expect("counts are whole"))),
            value => IntOrPercent::parse(as_str(value)),
        };
        if row["expect"] == "invalid" {
            assert!(parsed.is_err(), "{row}");
        } else {
            let total = input["total"].as_i64().expect("totals are whole");
            let round_up = input["roundUp"].as_bool().expect("the row says how to round");
            let scaled = parsed.expect("the row expects a number").scaled(total, round_up);
            assert_eq!(Some(scaled), row["expect"].as_i64(), "{row}");
        }
    }
}

#[test]
fn names_follow_the_rules_of_apimachinery() {
    let Some(rows) = rows("name-syntax") else { return };
    for row in &rows {
        let rule: fn(&str) -> bool = match as_str(&row["input"]["rule"]) {
            "IsDNS1123Label" => names::is_dns1123_label,
            "IsDNS1123Subdomain" => names::is_dns1123_subdomain,
            "IsDNS1035Label" => names::is_dns1035_label,
            "IsQualifiedName" => names::is_qualified_name,
            "IsValidLabelValue" => names::is_valid_label_value,
            other => panic!("no function for the rule {other}"),
        };
        assert_eq!(rule(as_str(&row["input"]["value"])), row["expect"] == "valid", "{row}");
    }
}
