//! Typed values from trees.

use super::document;
use crate::yaml::{DecodeError, Decoded, decode};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, ResourceRequirements};
use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaProps;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;
use std::collections::BTreeMap;

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Decoded<T>, DecodeError> {
    let parsed = document(text);
    decode(parsed.root().expect("the document has a root"))
}

#[track_caller]
fn refused<T: for<'de> Deserialize<'de> + std::fmt::Debug>(text: &str, path: &str, place: &str, message: &str) {
    let error = read::<T>(text).expect_err("the type does not fit");
    let found = (error.path.as_str(), &text[error.span.range()], error.message.as_str());
    assert_eq!(found, (path, place, message));
}

#[test]
fn deployments_decode_with_their_unknown_fields() {
    let text = concat!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, labels: {a: b}}\n",
        "spec:\n  replicas: 010\n  replica: 3\n  selector: {matchLabels: {app: api}}\n  template:\n    metadata: null\n",
        "    spec:\n      containers:\n      - name: api\n        resources: {limits: {cpu: 0.5, memory: 1Gi}}\n",
        "        port: [1]\n        ports: [{containerPort: 8.08e3}]\n        args: null\n"
    );
    let decoded = read::<Deployment>(text).expect("a deployment");
    let spec = decoded.value.spec;
    assert_eq!(spec.replicas, Some(8));
    let container = &spec.template.spec.expect("a pod").containers[0];
    let limits = container.resources.as_ref().and_then(|resources| resources.limits.as_ref()).expect("limits");
    assert_eq!((limits["cpu"].0.as_str(), limits["memory"].0.as_str()), ("0.5", "1Gi"));
    assert_eq!(container.ports.as_ref().expect("ports")[0].container_port, 8080);
    assert_eq!(decoded.ignored, ["spec.replica", "spec.template.spec.containers[0].port"]);
}

#[test]
fn counts_and_quantities_are_json_numbers_or_strings() {
    let budget = |value: &str| read::<PodDisruptionBudgetSpec>(&format!("minAvailable: {value}\n"));
    let value = |text: &str| budget(text).expect("a budget").value.min_available;
    assert_eq!(value("1"), Some(IntOrString::Int(1)));
    assert_eq!(value("1.0"), Some(IntOrString::Int(1)));
    assert_eq!(value("50%"), Some(IntOrString::String("50%".to_owned())));
    assert_eq!(value("\"1\""), Some(IntOrString::String("1".to_owned())));
    assert_eq!(value("~"), None);
    assert!(budget("1.5").is_err() && budget("yes").is_err() && budget("[1]").is_err());
    refused::<PodDisruptionBudgetSpec>(
        "minAvailable: 99999999999\n",
        "minAvailable",
        "99999999999",
        "the number `99999999999` does not fit a 32-bit integer",
    );
    let resources = read::<ResourceRequirements>("limits: {cpu: 100, a: ~, b: 1e3}\n").expect("resources").value;
    let limits = resources.limits.expect("limits");
    assert_eq!((limits["cpu"].0.as_str(), limits["a"].0.as_str(), limits["b"].0.as_str()), ("100", "0", "1000"));
}

#[test]
fn strings_take_no_numbers_and_no_booleans() {
    refused::<ConfigMap>(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  on: yes\n",
        "data.true",
        "yes",
        "`yes` is a boolean here; quote it to get the text",
    );
    refused::<ConfigMap>(
        "metadata:\n  labels: {version: 1.10}\n",
        "metadata.labels.version",
        "1.10",
        "`1.10` is a number here; quote it to get the text",
    );
    refused::<ConfigMap>("data: {a: [b]}\n", "data.a", "[b]", "a list stands where text is expected");
    refused::<ConfigMap>("data: x\n", "data", "x", "`x` is text where a map is expected");
}

#[test]
fn numbers_take_no_strings() {
    let hpa = |spec: &str| format!("spec:\n  {spec}\n");
    refused::<HorizontalPodAutoscaler>(
        &hpa("maxReplicas: \"3\""),
        "spec.maxReplicas",
        "\"3\"",
        "`\"3\"` is text here; remove the quotes to get a whole number",
    );
    refused::<HorizontalPodAutoscaler>(
        &hpa("maxReplicas: many"),
        "spec.maxReplicas",
        "many",
        "`many` is text where a whole number is expected",
    );
    refused::<HorizontalPodAutoscaler>(
        &hpa("maxReplicas: 1.5"),
        "spec.maxReplicas",
        "1.5",
        "`1.5` is no whole number of 64 bits",
    );
    refused::<HorizontalPodAutoscaler>(
        &hpa("metrics: {type: Resource}"),
        "spec.metrics",
        "{type: Resource}",
        "a map stands where a list is expected",
    );
}

#[test]
fn null_is_absent() {
    let text = "metadata: ~\nspec:\n  replicas: ~\n  selector: ~\n  template:\n    spec:\n      containers: ~\n";
    let decoded = read::<Deployment>(text).expect("a deployment").value;
    let spec = decoded.spec;
    assert_eq!(spec.replicas, None);
    assert!(spec.template.spec.expect("a pod").containers.is_empty());
    let map = read::<BTreeMap<String, Vec<String>>>("a: ~\nb: [~]\n").expect("lists").value;
    assert_eq!((map["a"].len(), map["b"][0].as_str()), (0, ""));
}

#[test]
fn own_types_decode_too() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Trigger<'t> {
        name: &'t str,
        policy: Policy,
        #[serde(default)]
        threshold: Option<f64>,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    enum Policy {
        Max,
        Fixed { value: u8 },
    }
    let parsed = document("- name: a\n  policy: Max\n  threshold: 3\n- name: b\n  policy: {Fixed: {value: 7}}\n");
    let root = parsed.root().expect("a root");
    let decoded = decode::<Vec<Trigger<'_>>>(root).expect("triggers").value;
    assert_eq!(decoded[0], Trigger { name: "a", policy: Policy::Max, threshold: Some(3.0) });
    assert_eq!(decoded[1].policy, Policy::Fixed { value: 7 });
    refused::<BTreeMap<String, Policy2>>("a: Most\n", "a", "Most", "`Most` is none of `Max`");
    #[derive(Debug, Deserialize)]
    enum Policy2 {
        Max,
    }
    let _ = Policy2::Max;
    refused::<BTreeMap<String, u8>>("a: 300\n", "a", "300", "the number `300` does not fit u8");
    refused::<BTreeMap<String, bool>>(
        "a: 'true'\n",
        "a",
        "'true'",
        "`'true'` is text here; remove the quotes to get `true` or `false`",
    );
}

#[test]
fn aliases_and_merges_decode_at_their_place() {
    let text = "x: &x {cpu: yes}\nlimits:\n  <<: *x\nrequests: *x\n";
    let error = read::<ResourceRequirements>(text).expect_err("a boolean is no quantity");
    assert_eq!((error.path.as_str(), &text[error.span.range()]), ("limits.cpu", "yes"));
    assert_eq!(error.message, "the boolean `yes` stands where Quantity is expected");
}

#[test]
fn recursive_types_end_somewhere() {
    let deep = format!("{}{{}}{}", "{items: ".repeat(2_000), "}".repeat(2_000));
    assert!(read::<JSONSchemaProps>(&deep).is_err());
    assert!(read::<serde::de::IgnoredAny>(&deep).is_ok());
}
