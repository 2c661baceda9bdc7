//! The arithmetic of budgets, rollouts, requests and selectors against Kubernetes' own answers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::kubernetes::int_or_percent::IntOrPercent;
use aiplat_lint::kubernetes::object::expand;
use aiplat_lint::kubernetes::quantity::Quantity;
use aiplat_lint::kubernetes::scale::is_valid_replica_count;
use aiplat_lint::kubernetes::selector::{LabelSelector, Labels};
use aiplat_lint::kubernetes::version::KubeVersion;
use aiplat_lint::model::disruption::{self, Evictee, Eviction, Selected, Status, Threshold};
use aiplat_lint::model::placement;
use aiplat_lint::model::pod::RequestError;
use aiplat_lint::model::rollout::fenceposts;
use aiplat_lint::model::workload::{WorkloadKind, WorkloadSpec};
use aiplat_lint::text::SourceId;
use aiplat_lint::yaml;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn labels(value: &Value) -> Labels {
    serde_json::from_value(value.clone()).expect("labels are a map of strings")
}

#[test]
fn selectors_match_as_in_apimachinery() {
    for row in support::oracle("selector") {
        let input = &row["input"];
        let own = labels(&input["labels"]);
        let matches = match &input["selector"] {
            Value::String(text) => LabelSelector::parse(text).expect("a valid selector").matches(&own),
            _ => match serde_json::from_value(input["labelSelector"].clone()).expect("a label selector") {
                None::<k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector> => false,
                Some(selector) => LabelSelector::from_api(&selector).expect("a valid selector").matches(&own),
            },
        };
        assert_eq!(json!(matches), row["expect"], "{row}");
    }
}

#[test]
fn selector_strings_parse_as_in_apimachinery() {
    for row in support::oracle("selector-parse") {
        let text = row["input"].as_str().expect("a selector");
        assert_eq!(LabelSelector::parse(text).is_ok(), row["expect"] == "valid", "{row}");
    }
}

#[test]
fn selector_requirements_validate_as_in_apimachinery() {
    for row in support::oracle("selector-validation") {
        let api =
            serde_json::from_value(json!({"matchExpressions": [row["input"]["requirement"]]})).expect("a selector");
        let verdict = LabelSelector::from_api(&api).and_then(|selector| selector.validate());
        assert_eq!(verdict.is_ok(), row["expect"] == "valid", "{row}: {verdict:?}");
    }
}

fn int_or_percent(value: &Value) -> Option<IntOrPercent> {
    match value {
        Value::Number(number) => number.as_i64().map(IntOrPercent::Int),
        Value::String(text) => IntOrPercent::parse(text).ok(),
        _ => None,
    }
}

fn threshold(budget: &Value) -> Threshold {
    match (&budget["minAvailable"], &budget["maxUnavailable"]) {
        (Value::Null, Value::Null) => Threshold::Neither,
        (Value::Null, most) => Threshold::MaxUnavailable(int_or_percent(most).expect("a threshold")),
        (least, _) => Threshold::MinAvailable(int_or_percent(least).expect("a threshold")),
    }
}

/// The pods and controllers of a row as the arithmetic takes them.
fn selected(input: &Value) -> Selected {
    let pods = input["matched_pods"].as_array().expect("pods");
    let replicas: BTreeMap<&str, Option<i64>> = input["controllers"]
        .as_array()
        .expect("controllers")
        .iter()
        .map(|controller| (controller["name"].as_str().expect("a name"), controller["replicas"].as_i64()))
        .collect();
    let owners: std::collections::BTreeSet<&str> = pods.iter().filter_map(|pod| pod["controller"].as_str()).collect();
    let scale = owners.iter().map(|owner| replicas[owner]).sum::<Option<i64>>();
    let healthy = pods.iter().filter(|pod| pod["ready"] == true).count();
    Selected { pods: pods.len() as i64, healthy: healthy as i64, scale }
}

#[test]
fn budgets_allow_what_the_disruption_controller_allows() {
    for topic in ["pdb-math", "pdb-math-controllers"] {
        for row in support::oracle(topic) {
            let input = &row["input"];
            let status = disruption::status(threshold(&input["pdb"]), selected(input));
            let expect = &row["expect"];
            if expect["condition"] == "SyncFailed" {
                assert_eq!(status, None, "{row}");
                continue;
            }
            let status = status.expect("the controller can count these pods");
            assert_eq!(json!(status.disruptions_allowed), expect["disruptionsAllowed"], "{row}");
            for (name, value) in [
                ("currentHealthy", status.current_healthy),
                ("desiredHealthy", status.desired_healthy),
                ("expectedPods", status.expected_pods),
            ] {
                assert_eq!(json!(value), expect[name], "{name} of {row}");
            }
        }
    }
}

#[test]
fn evictions_are_answered_as_by_the_eviction_api() {
    for row in support::oracle("pdb-eviction") {
        let input = &row["input"];
        let pod = &input["pod"];
        let phase = pod["phase"].as_str().expect("a phase");
        let evictee = Evictee {
            exempt: matches!(phase, "Pending" | "Succeeded" | "Failed") || pod["deletionTimestamp"] == true,
            ready: pod["ready"] == true,
        };
        let number = |name: &str| input["status"][name].as_i64().unwrap_or(0);
        let status = Status {
            disruptions_allowed: number("disruptionsAllowed"),
            current_healthy: number("currentHealthy"),
            desired_healthy: number("desiredHealthy"),
            expected_pods: 0,
        };
        let budgets = input["matching_pdbs"].as_u64().expect("a count") as usize;
        let always = input["unhealthyPodEvictionPolicy"] == "AlwaysAllow";
        let expected = match &row["expect"] {
            Value::String(text) if text == "evicted" => Eviction::Evicted,
            answer if answer["code"] == 429 => Eviction::TooManyRequests,
            answer if answer["code"] == 500 => Eviction::MoreThanOneBudget,
            other => panic!("an unknown answer: {other}"),
        };
        assert_eq!(disruption::evict(evictee, budgets, always, status), expected, "{row}");
    }
}

#[test]
fn rollouts_round_as_the_deployment_controller_rounds() {
    for row in support::oracle("rollout-math") {
        let input = &row["input"];
        let values = int_or_percent(&input["maxSurge"]).zip(int_or_percent(&input["maxUnavailable"]));
        if row["expect"]["error"] == true {
            assert!(values.is_none(), "{row}");
            continue;
        }
        let (surge, unavailable) = values.expect("two values");
        let found = fenceposts(surge, unavailable, input["replicas"].as_i64().expect("a count"));
        assert_eq!(json!({"surge": found.surge, "unavailable": found.unavailable}), row["expect"], "{row}");
    }
}

#[test]
fn requests_add_up_as_in_the_replica_calculator() {
    for row in support::oracle("hpa-requests") {
        let input = &row["input"];
        let text: Arc<str> = Arc::from(input["pod"].as_str().expect("a pod"));
        let document = Arc::new(yaml::parse(SourceId(0), &text).remove(0));
        let object = expand(&document).objects.remove(0);
        let pod = WorkloadSpec::read(WorkloadKind::Pod, &object).pod;
        let container = input["container"].as_str().filter(|name| !name.is_empty());
        let resource = input["resource"].as_str().expect("a resource");
        let answer = match pod.request(resource, container, KubeVersion::NEWEST) {
            Ok(quantity) => json!({"request_milli": milli(&quantity)}),
            Err(RequestError::Missing(missing)) => {
                json!({"error": format!("missing request for {resource} in container {} of Pod {}", missing.name, object.name)})
            }
            Err(RequestError::NoSuchContainer) => {
                json!({"error": format!("container {} not found in Pod {}", container.unwrap_or(""), object.name)})
            }
            Err(RequestError::NoContainers) => json!({"error": "no containers"}),
        };
        assert_eq!(answer, row["expect"], "{row}");
    }
}

fn milli(quantity: &Quantity) -> i64 {
    i64::try_from(quantity.milli_ceil()).expect("a small quantity")
}

#[test]
fn scales_validate_as_in_the_api_server() {
    for row in support::oracle("scale-validation") {
        let text: Arc<str> = Arc::from(row["input"].as_str().expect("a manifest"));
        let document = yaml::parse(SourceId(0), &text).remove(0);
        let root = document.root().expect("a document");
        let replicas = root.at("spec.replicas").and_then(yaml::NodeRef::int).expect("a count");
        let verdict = if is_valid_replica_count(replicas) { "valid" } else { "invalid: spec.replicas" };
        assert_eq!(row["expect"], verdict, "{row}");
    }
}

#[test]
fn budgets_validate_as_in_the_api_server() {
    for row in support::oracle("pdb-validation") {
        let text: Arc<str> = Arc::from(row["input"].as_str().expect("a manifest"));
        let document = yaml::parse(SourceId(0), &text).remove(0);
        let root = document.root().expect("a document");
        let found = aiplat_lint::kubernetes::validate::disruption_budget(root);
        let verdict = found.first().map_or_else(|| "valid".to_owned(), |invalid| format!("invalid: {}", invalid.path));
        assert_eq!(row["expect"], verdict, "{row}");
        assert!(found.len() <= 1, "one cause, one finding: {found:?}");
    }
}

#[test]
fn spread_constraints_fit_as_in_the_scheduler() {
    for row in support::oracle("topology-math") {
        let input = &row["input"];
        let number = |name: &str| input[name].as_i64().expect("a number");
        let counts_itself = input["selfMatch"].as_bool().expect("a flag");
        let fits = placement::fits(number("matchNum"), counts_itself, number("globalMin"), number("maxSkew"));
        assert_eq!(json!(fits), row["expect"]["fits"], "{row}");
    }
}
