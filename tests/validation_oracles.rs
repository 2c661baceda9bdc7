//! What the API server, KEDA and the deprecation guide say of whole objects, against the validators.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::kubernetes::api_versions::lifecycle;
use aiplat_lint::kubernetes::validate::{self, Grammar, HpaGates, Invalid, Ownership, Type};
use aiplat_lint::kubernetes::version::KubeVersion;
use aiplat_lint::text::SourceId;
use aiplat_lint::yaml::{self, Document};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

fn parse(text: &str) -> Document {
    yaml::parse(SourceId(0), &Arc::from(text)).remove(0)
}

/// The paths that the API server rejects in an autoscaler, in its order: metadata first.
fn rejected(text: &str, release: KubeVersion, gates: HpaGates) -> Vec<String> {
    let document = parse(text);
    let root = document.root().expect("a document");
    let api_version = root.get("apiVersion").and_then(|node| node.str()).expect("a version");
    let (group, version) = api_version.split_once('/').expect("a group");
    let kind = Type { group, version, kind: "HorizontalPodAutoscaler" };
    let found = validate::metadata(kind, root, release).into_iter().chain(validate::autoscaler(version, root, gates));
    found.map(|invalid| invalid.path).collect()
}

#[test]
fn autoscalers_validate_as_in_the_api_server() {
    for row in support::oracle("hpa-validation") {
        let text = row["input"].as_str().expect("a manifest");
        // Where a row names no release it holds for those before the references' versions were looked at as well.
        let releases = match row["min_version"].as_str() {
            Some(release) => vec![release.parse().expect("a release"), KubeVersion::NEWEST],
            None => vec!["1.30".parse().expect("a release"), KubeVersion::NEWEST],
        };
        for release in releases {
            let mut gates = HpaGates::of(release);
            if let Some(on) = row["features"]["HPAScaleToZero"].as_bool() {
                gates.scale_to_zero = on;
            }
            if let Some(on) = row["features"]["HPAConfigurableTolerance"].as_bool() {
                gates.tolerance = on;
            }
            let found = rejected(text, release, gates);
            let verdict = found.first().map_or_else(|| "valid".to_owned(), |path| format!("invalid: {path}"));
            assert_eq!(row["expect"], verdict, "{release}: {row}: {found:?}");
            let also: Vec<&str> = row["also"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let rest: Vec<&str> = found.iter().skip(1).map(String::as_str).collect();
            // From 1.34 on an empty reference lacks its API group too.
            let rest: Vec<&str> = rest.into_iter().filter(|path| *path != "spec.scaleTargetRef.apiVersion").collect();
            assert_eq!(rest, also, "{release}: {row}");
        }
    }
}

#[test]
fn the_group_of_the_target_is_looked_at_from_its_release_on() {
    for row in support::oracle("hpa-validation").iter().filter(|row| row["min_version"] == "1.34") {
        let text = row["input"].as_str().expect("a manifest");
        let before: KubeVersion = "1.33".parse().expect("a release");
        assert!(rejected(text, before, HpaGates::of(before)).is_empty(), "{row}");
    }
}

#[test]
fn versions_end_as_their_tags_say() {
    for row in support::oracle("api-removal") {
        let text = |key: &str| row["input"][key].as_str().expect("a type");
        let life = lifecycle(text("apiVersion"), text("kind")).unwrap_or_else(|| panic!("no row for {row}"));
        let removed = life.removed.map(|minor| format!("1.{minor}"));
        assert_eq!(row["expect"]["removed_in"].as_str(), removed.as_deref(), "{row}");
        assert_eq!(row["expect"]["replacement"].as_str(), life.replacement, "{row}");
    }
}

#[test]
fn scaled_objects_validate_as_in_the_webhook() {
    for row in support::oracle("keda") {
        let input = &row["input"];
        let accepted = if input["hpa_on_target"] == true {
            let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n";
            let scaled = match input["annotation"].as_str() {
                None => "metadata: {name: queue}\n",
                Some(annotation) => {
                    assert_eq!(annotation, "scaledobject.keda.sh/transfer-hpa-ownership=true");
                    "metadata: {name: queue, annotations: {scaledobject.keda.sh/transfer-hpa-ownership: \"true\"}}\n\
                     spec: {advanced: {horizontalPodAutoscalerConfig: {name: api}}}\n"
                }
            };
            let (hpa, scaled) = (parse(hpa), parse(scaled));
            let decision = validate::ownership(hpa.root().expect("an HPA"), scaled.root().expect("a ScaledObject"));
            matches!(decision, Ownership::Owned | Ownership::Unchecked | Ownership::Transferred)
        } else {
            scaled_object(input).is_empty()
        };
        let expected = row["expect"].as_str().expect("a verdict");
        assert_eq!(accepted, expected == "accepted", "{row}");
    }
}

/// A ScaledObject with the numbers and triggers of a row.
fn scaled_object(input: &Value) -> Vec<Invalid> {
    let trigger = |kind: &str| match kind {
        "cpu" | "memory" => format!("{{type: {kind}, metricType: Utilization, metadata: {{value: \"70\"}}}}"),
        other => format!("{{type: {other}, metadata: {{}}}}"),
    };
    let kinds = input["triggers"].as_array().cloned().unwrap_or_else(|| vec!["prometheus".into()]);
    let triggers: Vec<_> = kinds.iter().map(|kind| trigger(kind.as_str().expect("a type"))).collect();
    let mut text = format!("spec:\n  scaleTargetRef: {{name: api}}\n  triggers: [{}]\n", triggers.join(", "));
    for key in ["idleReplicaCount", "minReplicaCount", "maxReplicaCount"] {
        if let Some(count) = input[key].as_i64() {
            text.push_str(&format!("  {key}: {count}\n"));
        }
    }
    let document = parse(&text);
    validate::scaled_object(document.root().expect("a document"), HpaGates::of(KubeVersion::NEWEST))
}

#[test]
fn scaled_objects_keep_the_order_of_their_counts() {
    let paths = |text: &str| -> Vec<String> {
        scaled_object(&serde_json::from_str(text).expect("JSON")).into_iter().map(|invalid| invalid.path).collect()
    };
    assert_eq!(paths(r#"{"minReplicaCount": 5, "maxReplicaCount": 4}"#), ["spec.maxReplicaCount"]);
    assert_eq!(paths(r#"{"minReplicaCount": 101}"#), ["spec.minReplicaCount"]);
    assert_eq!(paths(r#"{"triggers": ["cpu", "memory"]}"#), ["spec.minReplicaCount"]);
    assert_eq!(paths(r#"{"triggers": ["cpu", "prometheus"]}"#), [""; 0]);
    assert_eq!(paths(r#"{"idleReplicaCount": 0, "minReplicaCount": 0}"#), [""; 0]);
    assert_eq!(paths(r#"{"idleReplicaCount": 0}"#), ["spec.idleReplicaCount"]);
}

/// The words for a fault may not differ from the verdict.
#[test]
fn a_name_has_a_fault_exactly_where_kubernetes_rejects_it() {
    for row in support::oracle("name-syntax") {
        let grammar = match row["input"]["rule"].as_str().expect("a rule") {
            "IsDNS1123Label" => Grammar::Label,
            "IsDNS1123Subdomain" => Grammar::Subdomain,
            "IsDNS1035Label" => Grammar::LetterFirstLabel,
            "IsQualifiedName" => Grammar::Key,
            "IsValidLabelValue" => Grammar::LabelValue,
            other => panic!("an unknown rule: {other}"),
        };
        let text = row["input"]["value"].as_str().expect("a text");
        let fault = grammar.fault(text);
        assert_eq!(row["expect"] == "valid", fault.is_none(), "{row}: {fault:?}");
        assert!(grammar.nearest(text).is_none_or(|nearest| grammar.accepts(&nearest)), "{row}");
    }
}

/// A manifest with the fields that Kubernetes rejects.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    about: String,
    manifest: String,
    /// Paths as the API server prints them.
    rejects: BTreeSet<String>,
}

/// Our path as the API server prints it: faults of labels at their map, those of v1 where v2 has the field.
fn printed(version: &str, invalid: &Invalid) -> String {
    let path = invalid.path.as_str();
    let maps = ["metadata.labels", "metadata.annotations", "spec.selector.matchLabels"];
    if let Some(map) = maps.into_iter().find(|map| path.starts_with(map)) {
        return map.to_owned();
    }
    match (version, path) {
        ("v1", "spec.targetCPUUtilizationPercentage") => {
            "spec.metrics[0].resource.target.averageUtilization".to_owned()
        }
        ("v1", "spec.minReplicas") if invalid.message.contains("External metric") => "spec.metrics".to_owned(),
        _ => path.to_owned(),
    }
}

/// The answers of Kubernetes 1.37.2's own validation packages to manifests made for this project.
#[test]
fn autoscalers_and_budgets_are_judged_as_by_the_api_server() {
    let path = support::root().join("fixtures/validation/scaling.jsonl");
    let text = std::fs::read_to_string(path).expect("the rows are readable");
    let mut wrong = Vec::new();
    for line in text.lines() {
        let row: Row = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let document = parse(&row.manifest);
        let root = document.root().expect("a document");
        let text = |key: &str| root.get(key).and_then(|node| node.str()).expect("a type").into_owned();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        let (group, version) = api_version.split_once('/').expect("a group");
        let mut found = match kind.as_str() {
            "PodDisruptionBudget" => validate::disruption_budget(root),
            _ => validate::autoscaler(version, root, HpaGates::of(KubeVersion::NEWEST)),
        };
        found.extend(validate::metadata(Type { group, version, kind: &kind }, root, KubeVersion::NEWEST));
        let ours: BTreeSet<String> = found.iter().map(|invalid| printed(version, invalid)).collect();
        if ours != row.rejects {
            wrong.push(format!("{}: we {ours:?}, they {:?}", row.about, row.rejects));
        }
    }
    assert!(text.lines().count() > 100, "the rows are there");
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
