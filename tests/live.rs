//! A dump of a cluster, as `kubectl get … -o yaml` and `-o json` print it: the same findings, one a cause.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::source::{Input, Options};
use std::fs;
use std::path::PathBuf;

fn dump() -> String {
    fs::read_to_string(support::root().join("fixtures/projects/live-state/all.yaml")).expect("the dump")
}

fn rules(text: String, adapter_configs: Vec<PathBuf>) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("all.yaml");
    fs::write(&file, text).expect("a file");
    let input =
        Input::read(&Options { paths: vec![file], adapter_configs, ..Options::default() }, &support::NoPrograms);
    engine::run(input, &Selection::default()).findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn yaml_and_json_say_the_same() {
    let value: serde_yaml::Value = serde_yaml::from_str(&dump()).expect("it is YAML");
    let json = serde_json::to_string_pretty(&value).expect("it is JSON");
    assert_eq!(rules(json, Vec::new()), rules(dump(), Vec::new()));
    assert_eq!(rules(dump(), Vec::new()), ["hpa-condition-failing"]);
}

/// The metric that has no value, and the adapter's rules that show why: one finding.
#[test]
fn the_adapter_s_rules_explain_what_the_condition_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let with = |name: &str, query: &str| {
        let path = folder.path().join("adapter.yaml");
        let text = format!(
            "rules:\n- seriesQuery: {name}\n  resources: {{overrides: {{namespace: {{resource: namespace}}, pod: {{resource: pod}}}}}}\n  metricsQuery: {query}\n"
        );
        fs::write(&path, text).expect("a file");
        rules(dump(), vec![path])
    };
    let query = "<<.Series>>{<<.LabelMatchers>>}";
    assert_eq!(with("checkout_queue_size", query), ["hpa-metric-not-served"]);
    assert_eq!(with("checkout_queue_length", &format!("sum({query})")), ["adapter-query-drops-resource"]);
    assert_eq!(with("checkout_queue_length", query), ["hpa-condition-failing"]);
}
