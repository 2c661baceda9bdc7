//! A dump of a cluster, as `kubectl get … -o yaml` and `-o json` print it: the same findings, one a cause.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::finding::Finding;
use aiplat_lint::rule::meta::Profile;
use aiplat_lint::source::{Input, Options};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

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

fn cluster() -> PathBuf {
    support::root().join("fixtures/projects/live-cluster/all.yaml")
}

fn cluster_findings(profile: Option<Profile>) -> Vec<Finding> {
    let selection = Selection { profile, ..Selection::default() };
    support::lint_paths(&[cluster()], Options::default(), &selection).findings
}

/// What a person does with a dump: `kubectl get … -o yaml | aiplat-lint check -`.
#[test]
fn a_dump_is_read_from_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"))
        .args(["check", "-", "--format", "concise"])
        .current_dir(tempfile::tempdir().expect("a folder").path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let text = fs::read(cluster()).expect("the dump");
    child.stdin.take().expect("a pipe").write_all(&text).expect("it reads all");
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(output.status.code(), Some(1));
    let lines = String::from_utf8(output.stdout).expect("UTF-8 output");
    let messages: Vec<_> = lines.lines().filter_map(|line| line.split_once("] ")).map(|(_, message)| message).collect();
    let expected: Vec<_> = cluster_findings(None).into_iter().map(|finding| finding.message).collect();
    assert!(!expected.is_empty());
    assert_eq!(messages, expected);
}

/// A status and the counts that controllers write are no mistakes of a source file, whatever the profile.
#[test]
fn rules_on_source_files_leave_a_dump_alone() {
    let of_sources = |rule: &str| rule.starts_with("schema-") || rule.starts_with("api-version-");
    for finding in cluster_findings(Some(Profile::Strict)) {
        let rule = finding.rule;
        let other = ["replicas-set-with-hpa", "duplicate-resource", "hpa-disabled-by-zero-replicas"].contains(&rule);
        assert!(!of_sources(rule) && !other, "{rule}: {}", finding.message);
    }
}

/// Each message of a controller in other words, and the pods that keep a budget shut.
#[test]
fn what_the_cluster_says_is_explained() {
    let findings = cluster_findings(None);
    let of = |object: &str| {
        let is_about =
            |finding: &&Finding| finding.subject.as_ref().is_some_and(|subject| subject.to_string() == object);
        findings.iter().find(is_about).expect(object)
    };
    let query = of("HorizontalPodAutoscaler/query");
    assert!(query.message.contains("HorizontalPodAutoscaler/query-canary counts the pods"), "{}", query.message);
    assert!(query.labels.iter().any(|label| label.text == "counts the same pods"));
    let vectors = of("PodDisruptionBudget/vectors");
    assert!(vectors.labels.iter().any(|label| label.text == "not ready: CrashLoopBackOff"), "{:?}", vectors.labels);
    assert!(vectors.help.iter().any(|help| help.contains("kubectl describe pod vectors-1 -n search")));
}

/// Who is in the way of a metric, from the texts of the controller and of the API server.
#[test]
fn each_message_names_who_is_in_the_way() {
    let dump = fs::read_to_string(cluster()).expect("the dump");
    let told = "no metrics returned from resource metrics API";
    assert!(dump.contains(told));
    let rows = [
        (told, "metrics-server has no usage of its pods"),
        (
            "the server could not find the requested resource (get pods.metrics.k8s.io)",
            "nothing in the cluster serves `metrics.k8s.io`",
        ),
        (
            "the server is currently unable to handle the request (get pods.metrics.k8s.io)",
            "what serves `metrics.k8s.io` does not answer",
        ),
        ("pods.metrics.k8s.io is forbidden", "RBAC keeps the HPA controller from `metrics.k8s.io`"),
        ("missing request for cpu in container istio-proxy of Pod embedder-0", "container `istio-proxy` requests none"),
        ("did not receive metrics for targeted pods (pods might be unready)", "none of its pods is ready"),
        (
            "container embedder not present in metrics for pod search/embedder-0",
            "of container `embedder`, which its pods lack",
        ),
        ("a text of a later release", "gets no usage of `cpu` from Deployment/embedder"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (message, words) in rows {
        let file = folder.path().join("all.yaml");
        fs::write(&file, dump.replace(told, message)).expect("a file");
        let report = support::lint_paths(&[file], Options::default(), &Selection::default());
        let found = report.findings.iter().find(|finding| finding.message.contains("/embedder "));
        let found = found.expect(message);
        assert!(found.message.contains(words), "{message}: {}", found.message);
        assert!(found.message.chars().count() <= 100 && !found.help.is_empty(), "{}", found.message);
    }
}
