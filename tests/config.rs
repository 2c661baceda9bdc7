//! The configuration file end to end: how it is found, what it changes, and what a mistake in it looks like.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::config::{self, KEYS};
use aiplat_lint::text::SourceId;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// An autoscaler that may go down to one pod, which only production forbids.
const LOW: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 1
  maxReplicas: 3
  metrics:
    - type: Resource
      resource: {name: cpu, target: {type: AverageValue, averageValue: 500m}}
";
const LOW_VALUES: &str = "api:\n  autoscaling: {enabled: true, minReplicas: 1, maxReplicas: 3}\n";
/// A budget that forbids the eviction of the only pod: a warning of the default profile.
const WARNED: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec: {minAvailable: 1, selector: {matchLabels: {app: api}}}
";
const RULE: &str = "pdb-blocks-eviction-single-replica";

/// A repository with files; `.git` keeps the search from leaving it.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_with(folder, arguments, "")
}

fn run_with(folder: &Path, arguments: &[&str], stdin: &str) -> Ran {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"))
        .arg("check")
        .args(["--format", "concise"])
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 output");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// What a configuration gives, for a folder with one clean manifest: each error with its line, and its help.
fn mistakes(config: &str) -> Vec<String> {
    let repository = repository(&[(".aiplat-lint.yaml", config), ("k8s/hpa.yaml", LOW)]);
    let ran = run(repository.path(), &["k8s"]);
    assert_eq!(ran.code, Some(2), "{config}\n{}{}", ran.out, ran.err);
    assert_eq!(ran.out, "", "nothing is linted: {config}");
    // Messages and help are wrapped; a place follows its message.
    let flat = ran.err.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let errors = flat.split("error: ").skip(1);
    errors
        .map(|error| {
            let (message, rest) = error.split_once(" ╭─[").unwrap_or((error, ""));
            let place = rest.split(']').next().unwrap_or_default();
            let help = rest.split_once("= help: ").map_or("", |(_, help)| help);
            format!("{place}: {message} | {help}")
        })
        .collect()
}

#[test]
fn each_mistake_is_shown_at_its_place_with_what_to_do() {
    let cases: &[(&str, &str)] = &[
        // The text as a whole.
        ("cluster: [\n", "1:10: this `[` is never closed | close it"),
        ("- nodes: 6\n", "1:3: a list stands where the configuration is a map of keys | write"),
        ("fail-on: error\n---\nfail-on: info\n", "3:1: nothing after the first `---` is read | move"),
        ("fail-on: error\nfail-on: info\n", "2:1: `fail-on` is set twice"),
        // Keys.
        ("kubeVersion: \"1.34\"\n", "1:1: `kubeVersion` is no key of the configuration | rename it to `kube-version`"),
        ("severity: {}\n", "1:1: `severity` is no key of the configuration | known here are `kube-version`, `cluster`"),
        ("cluster: {zone: 3}\n", "1:11: `zone` is no key of `cluster` | rename it to `zones`"),
        (
            "environments:\n  live: {production: true, path: [a]}\n",
            "2:28: `path` is no key of an environment | rename it to `paths`",
        ),
        (
            "singletons:\n  - {workload: Deployment/api, reason: one, why: x}\n",
            "2:45: `why` is no key of a singleton | known here are `workload`, `reason`",
        ),
        (
            "charts:\n  /srv/api: {}\n",
            "2:3: `/srv/api` is no chart of this repository: paths begin with no `/` | write the folder",
        ),
        ("charts:\n  api: {release: Api_1}\n", "2:18: `charts.api.release` cannot be `Api_1` | write lower-case"),
        (
            "charts:\n  api: {enviroments: {}}\n",
            "2:9: `enviroments` is no key of a chart | rename it to `environments`",
        ),
        (
            "charts:\n  api:\n    environments:\n      prod: {values: ['values-*.yaml']}\n",
            "4:23: `values-*.yaml` is no values file: their order counts, so they are named one by one | write it as seen",
        ),
        ("ignore: []\n", "1:1: `ignore` is not supported by this version | remove it"),
        // Versions and words.
        ("kube-version: latest\n", "1:15: `latest` is no Kubernetes version | write it as"),
        ("kube-version:\n", "1:14: `kube-version` has no value | fill it in"),
        ("fail-on: warn\n", "1:10: `fail-on` takes `error`, `warning`, `info`, `never`, not `warn` | write `warning`"),
        ("profile: [strict]\n", "1:11: a list stands where `profile` takes a text | write a single value"),
        ("profile: prod\n", "1:10: `profile` takes `default`, `production`, `strict`, not `prod` | write `production`"),
        // Rules.
        ("rules:\n  pdb-overlaps: off\n", "2:3: there is no rule `pdb-overlaps` | rename it to `pdb-overlap`"),
        ("rules: {everything: off}\n", "1:9: there is no rule `everything` | `aiplat-lint rules` lists all rules"),
        ("rules: {pdb-overlap: no}\n", "1:22: `no` is no severity | write `off`"),
        ("rules: {pdb-overlap: errors}\n", "1:22: `rules.pdb-overlap` takes `off`, `info`, `warning`, `error`, not"),
        ("rules: pdb-overlap\n", "1:8: `pdb-overlap` stands where `rules` is a map of keys | write"),
        // The cluster.
        ("cluster: {nodes: -3}\n", "1:18: `cluster.nodes` is -3; it counts from 1 on | write"),
        ("cluster: {nodes: six}\n", "1:18: `cluster.nodes`: `six` is text where a whole number is expected | "),
        ("cluster: {gpus: \"8\"}\n", "1:17: `cluster.gpus`: `\"8\"` is text here; remove the quotes"),
        ("cluster: {nodes: 2, zones: 3}\n", "1:28: 3 zones are more than the 2 nodes that stand in them | count"),
        (
            "cluster: {hpa-tolerance: 10}\n",
            "1:26: `cluster.hpa-tolerance` is 10; it is a ratio from 0 to 1 | write 0.1",
        ),
        ("cluster: {hpa-tolerance: 0.12345}\n", "1:26: `cluster.hpa-tolerance` is 0.12345; finer steps"),
        ("cluster: {topology-keys: [a b]}\n", "1:27: no label can have the key `a b` | write"),
        // Environments.
        (
            "environments:\n  live: {namespaces: [live]}\n",
            "2:3: the environment `live` does not say whether it is production | add `production: true`",
        ),
        ("environments: {none: {production: false}}\n", "1:16: `none` cannot name an environment"),
        (
            "environments: {production: {production: false}}\n",
            "1:16: the environment `production` is declared to be none",
        ),
        (
            "environments: {live: {production: \"yes\"}}\n",
            "1:35: `environments.live.production`: `\"yes\"` is text here",
        ),
        (
            "environments: {live: {production: true, values: \"*.yaml\"}}\n",
            "1:49: `\"*.yaml\"` stands where `environments.live.values` takes a list | put it in brackets: `[\"*.yaml\"]`",
        ),
        (
            "environments: {live: {production: true, namespaces: [Live_EU]}}\n",
            "1:54: no namespace can be called `Live_EU` | write",
        ),
        (
            "environments: {live: {production: true, namespaces: [\"!live-*\"]}}\n",
            "1:54: no namespace can be called `!live-*` | write",
        ),
        (
            "environments: {live: {production: true, labels: {a/b/c: x}}}\n",
            "1:50: no label can have the key `a/b/c` | write",
        ),
        (
            "environments: {live: {production: true, labels: {tier: -x}}}\n",
            "1:56: no label can have the value `-x` | write",
        ),
        // Globs.
        ("exclude: [\"[prod\"]\n", "1:11: `[prod` is no glob that can match: unclosed character class"),
        ("exclude: [/vendor]\n", "1:11: `/vendor` is no glob that can match: paths are relative"),
        ("exclude: [\"!vendor\"]\n", "1:11: `!vendor` is no glob that can match: no pattern takes back"),
        ("exclude: [\"\"]\n", "1:11: `exclude` is empty | fill it in"),
        // Singletons.
        (
            "singletons:\n  - {workload: Deployment/api, reason: \" \"}\n",
            "2:40: `reason` is empty | fill it in, or remove the key",
        ),
        ("singletons:\n  - {workload: Deployment/api}\n", "2:6: this singleton gives no reason | add `reason:`"),
        ("singletons:\n  - {reason: one}\n", "2:6: this singleton names no workload | add `workload:"),
        ("singletons: [Deployment/api]\n", "1:14: `Deployment/api` stands where a singleton is a map of keys | write"),
        (
            "singletons: [{workload: api, reason: one}]\n",
            "1:25: `api` is no workload | write kind and name: `Deployment/api`",
        ),
        (
            "singletons: [{workload: deployment/api, reason: one}]\n",
            "1:25: `deployment` is no kind with a replica count | write `Deployment/api`",
        ),
        (
            "singletons: [{workload: \"Deployment/api-*\", reason: one}]\n",
            "1:25: no Deployment can be called `api-*` | write its whole name",
        ),
    ];
    let mut failures = Vec::new();
    for (config, expected) in cases {
        let said = mistakes(config);
        if said.len() != 1 || !said[0].starts_with(&format!(".aiplat-lint.yaml:{expected}")) {
            failures.push(format!("{config}  expected {expected}\n  said {said:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_file() {
    let said = mistakes("singletons: [{workload: api}]\ncluster: {nodes: 0}\nfail: error\n");
    let lines: Vec<_> = said.iter().filter_map(|mistake| mistake.split(':').nth(1)).collect();
    assert_eq!(lines, ["1", "1", "2", "3"], "{said:#?}");
}

#[test]
fn a_mistake_reaches_the_formats_for_machines() {
    let repository = repository(&[(".aiplat-lint.yaml", "fail-on: warn\n"), ("k8s/hpa.yaml", LOW)]);
    let ran = run(repository.path(), &["--format", "sarif=out.sarif", "k8s"]);
    assert_eq!(ran.code, Some(2));
    let text = std::fs::read_to_string(repository.path().join("out.sarif")).expect("the log");
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notification = &invocation["toolExecutionNotifications"][0];
    let location = &notification["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], ".aiplat-lint.yaml", "{notification}");
    assert_eq!(location["region"]["startColumn"], 10);
}

#[test]
fn an_empty_configuration_and_keys_with_everything_below_commented_out_change_nothing() {
    for config in
        ["", "# nothing yet\n", "rules:\n#  pdb-overlap: off\nexclude:\nenvironments:\nsingletons:\ncluster:\n"]
    {
        let repository = repository(&[(".aiplat-lint.yaml", config), ("k8s/hpa.yaml", LOW)]);
        let ran = run(repository.path(), &["k8s"]);
        assert_eq!(ran.code, Some(0), "{config}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_file_is_found_upwards_from_the_path_then_from_the_working_directory() {
    let strict = "fail-on: warning\n";
    let files = [("app/.aiplat-lint.yaml", strict), ("app/k8s/base/api.yaml", WARNED), ("other/api.yaml", WARNED)];
    let repository = repository(&files);
    let root = repository.path();
    assert_eq!(run(root, &["app/k8s"]).code, Some(1), "above a folder");
    assert_eq!(run(root, &["app/k8s/base/api.yaml"]).code, Some(1), "above a file");
    assert_eq!(run(&root.join("app/k8s"), &["."]).code, Some(1), "above the working directory");
    assert_eq!(run(&root.join("other"), &["../app/k8s"]).code, Some(1), "above a path elsewhere");
    assert_eq!(run(root, &["other"]).code, Some(0), "none above the path");
    assert_eq!(run(&root.join("app"), &["../other/api.yaml"]).code, Some(1), "none above the path, one here");
    assert_eq!(run_with(&root.join("app/k8s"), &["-"], WARNED).code, Some(1), "standard input is read here");
    assert_eq!(run_with(root, &["-"], WARNED).code, Some(0));
    let told = run(&root.join("app/k8s"), &["-v", "."]);
    assert!(told.err.contains("the configuration is ../.aiplat-lint.yaml"), "{}", told.err);
}

#[test]
fn the_search_ends_at_the_top_of_the_repository() {
    let outer = tempfile::tempdir().expect("a folder");
    std::fs::write(outer.path().join(".aiplat-lint.yaml"), "fail-on: warning\n").expect("a file");
    let inner = outer.path().join("repository");
    std::fs::create_dir_all(inner.join("k8s")).expect("a folder");
    std::fs::write(inner.join("k8s/api.yaml"), WARNED).expect("a file");
    assert_eq!(run(&inner, &["k8s"]).code, Some(1), "without .git the search goes on");
    std::fs::create_dir(inner.join(".git")).expect("a folder");
    assert_eq!(run(&inner, &["k8s"]).code, Some(0));
}

#[test]
fn paths_of_two_configurations_are_no_run() {
    let files = [("a/.aiplat-lint.yaml", ""), ("b/.aiplat-lint.yaml", ""), ("a/x.yaml", LOW), ("b/x.yaml", LOW)];
    let repository = repository(&files);
    let ran = run(repository.path(), &["a/x.yaml", "b/x.yaml"]);
    assert_eq!(ran.code, Some(2));
    for words in ["a/.aiplat-lint.yaml applies to a/x.yaml", "b/.aiplat-lint.yaml", "--config"] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    assert_eq!(run(repository.path(), &["--config", "a/.aiplat-lint.yaml", "a/x.yaml", "b/x.yaml"]).code, Some(0));
    assert_eq!(run(repository.path(), &["a", "a/x.yaml"]).code, Some(0), "one configuration for both");
}

#[test]
fn a_file_that_is_named_wins_and_has_to_be_there() {
    let files =
        [(".aiplat-lint.yaml", "fail-on: never\n"), ("ci/strict.yaml", "fail-on: warning\n"), ("x.yaml", WARNED)];
    let repository = repository(&files);
    assert_eq!(run(repository.path(), &["x.yaml"]).code, Some(0));
    assert_eq!(run(repository.path(), &["--config", "ci/strict.yaml", "x.yaml"]).code, Some(1));
    let missing = run(repository.path(), &["--config", "ci/none.yaml", "x.yaml"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("cannot read the configuration ci/none.yaml"), "{}", missing.err);
}

#[test]
fn a_file_with_the_other_ending_is_told_and_not_passed_over() {
    let repository = repository(&[(".aiplat-lint.yml", "fail-on: warning\n"), ("x.yaml", WARNED)]);
    let ran = run(repository.path(), &["x.yaml"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains(".aiplat-lint.yml is not read") && ran.err.contains("rename it"), "{}", ran.err);
}

#[test]
fn the_command_line_wins() {
    let config = "fail-on: warning\nprofile: production\nkube-version: \"1.30\"\nrules: {pdb-overlap: off}\n";
    let repository = repository(&[(".aiplat-lint.yaml", config), ("warned.yaml", WARNED), ("low.yaml", LOW)]);
    let code = |arguments: &[&str]| run(repository.path(), arguments).code;
    assert_eq!(code(&["warned.yaml"]), Some(1));
    assert_eq!(code(&["--fail-on", "error", "warned.yaml"]), Some(0));
    assert_eq!(code(&["low.yaml"]), Some(1), "by profile: production");
    assert_eq!(code(&["--profile", "default", "low.yaml"]), Some(0));
    let unselected = run(repository.path(), &["--select", RULE, "warned.yaml"]);
    assert_eq!(unselected.code, Some(1));
}

#[test]
fn the_kubernetes_version_of_the_file_is_judged_by() {
    // Requests of the whole pod are dropped before 1.34, so that the container lacks one.
    let manifest = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {resources: {requests: {cpu: 1}}, containers: [{name: api, image: api}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
";
    let code = |config: &str, arguments: &[&str]| {
        let repository = repository(&[(".aiplat-lint.yaml", config), ("x.yaml", manifest)]);
        run(repository.path(), &[arguments, &["x.yaml"]].concat()).code
    };
    assert_eq!(code("", &[]), Some(0));
    assert_eq!(code("kube-version: 1.30\n", &[]), Some(1), "also without quotes");
    assert_eq!(code("kube-version: 1.30\n", &["--kube-version", "1.34"]), Some(0));
}

#[test]
fn severities_change_what_is_printed_and_the_exit_code() {
    let with = |config: &str, arguments: &[&str]| {
        let repository = repository(&[(".aiplat-lint.yaml", config), ("x.yaml", WARNED)]);
        run(repository.path(), &[arguments, &["x.yaml"]].concat())
    };
    let plain = with("", &[]);
    assert!(plain.code == Some(0) && plain.out.contains(&format!("warning[{RULE}]")), "{}", plain.out);
    let error = with(&format!("rules: {{{RULE}: error}}\n"), &[]);
    assert!(error.code == Some(1) && error.out.contains(&format!("error[{RULE}]")), "{}", error.out);
    let info = with(&format!("rules: {{{RULE}: info}}\n"), &["--fail-on", "warning"]);
    assert!(info.code == Some(0) && info.out.contains(&format!("info[{RULE}]")), "{}", info.out);
    let off = format!("rules: {{{RULE}: off}}\n");
    for spelling in [off.clone(), off.replace("off", "\"off\"")] {
        let silent = with(&spelling, &["--fail-on", "info"]);
        assert!(silent.code == Some(0) && silent.out.is_empty(), "{spelling}: {}", silent.out);
    }
    assert_eq!(with(&off, &["--select", RULE, "--fail-on", "info"]).code, Some(1), "asked for by name");
    assert_eq!(with(&format!("rules: {{{RULE}: error}}\n"), &["--ignore", RULE]).code, Some(0));
}

#[test]
fn an_environment_is_told_by_paths_namespaces_labels_or_values_files() {
    let inside = |namespace: &str| LOW.replace("{name: api}\nspec", &format!("{{name: api, {namespace}}}\nspec"));
    let plain = LOW.to_owned();
    let cases: &[(&str, &str, &str, bool)] = &[
        ("paths: [\"clusters/eu-1/**\"]", "clusters/eu-1/hpa.yaml", &plain, true),
        ("paths: [\"clusters/eu-1/**\"]", "clusters/eu-2/hpa.yaml", &plain, false),
        ("paths: [eu-1]", "clusters/eu-1/hpa.yaml", &plain, true),
        ("namespaces: [ai-platform]", "hpa.yaml", &inside("namespace: ai-platform"), true),
        ("namespaces: [\"*-live\"]", "hpa.yaml", &inside("namespace: shop-live"), true),
        ("namespaces: [\"*-live\"]", "hpa.yaml", &inside("namespace: shop"), false),
        ("labels: {tier: live, team: shop}", "hpa.yaml", &inside("labels: {tier: live, team: shop, app: api}"), true),
        ("labels: {tier: live, team: shop}", "hpa.yaml", &inside("labels: {tier: live}"), false),
        ("values: [\"**/values-live*.yaml\"]", "api/values-live-eu.yaml", LOW_VALUES, true),
        ("values: [\"**/values-live*.yaml\"]", "api/values-eu.yaml", LOW_VALUES, false),
        ("paths: [\"live/**\"]", "live/values.yaml", LOW_VALUES, true),
        ("namespaces: [shop], paths: [live]", "live/hpa.yaml", &plain, true),
        ("values: [live]", "live/hpa.yaml", &plain, false),
    ];
    for (signs, path, text, expected) in cases {
        let config = format!("environments:\n  live: {{{signs}, production: true}}\n");
        let repository = repository(&[(".aiplat-lint.yaml", &config), (path, text)]);
        let ran = run(repository.path(), &[path]);
        assert_eq!(ran.code, Some(i32::from(*expected)), "{signs} {path}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn an_environment_overrules_names_and_the_first_that_matches_decides() {
    let config = "\
environments:
  rehearsal: {namespaces: [prod-copy], paths: [rehearsal], values: [\"values-prod-copy.yaml\"], production: false}
  live: {namespaces: [\"prod-*\"], paths: [\"prod/live\"], production: true}
";
    let inside =
        |namespace: &str| LOW.replace("{name: api}\nspec", &format!("{{name: api, namespace: {namespace}}}\nspec"));
    let (copy, eu) = (inside("prod-copy"), inside("prod-eu"));
    let files = [
        (".aiplat-lint.yaml", config),
        ("copy.yaml", copy.as_str()),
        ("eu.yaml", eu.as_str()),
        ("rehearsal/prod/hpa.yaml", LOW),
        ("prod/hpa.yaml", LOW),
        ("prod/live/rehearsal/hpa.yaml", LOW),
        ("api/values-prod-copy.yaml", LOW_VALUES),
        ("api/values-prod.yaml", LOW_VALUES),
    ];
    let repository = repository(&files);
    for (path, production) in [
        ("copy.yaml", false),
        ("eu.yaml", true),
        ("rehearsal/prod/hpa.yaml", false),
        ("prod/hpa.yaml", true),
        ("prod/live/rehearsal/hpa.yaml", false),
        ("api/values-prod-copy.yaml", false),
        ("api/values-prod.yaml", true),
    ] {
        let ran = run(repository.path(), &[path]);
        assert_eq!(ran.code, Some(i32::from(production)), "{path}: {}{}", ran.out, ran.err);
    }
    assert_eq!(run_with(repository.path(), &["-"], &copy).code, Some(0), "standard input has namespaces too");
    assert_eq!(run_with(repository.path(), &["-"], &eu).code, Some(1));
    assert_eq!(run_with(repository.path(), &["-", "--namespace", "prod-copy"], LOW).code, Some(0));
    assert_eq!(run_with(repository.path(), &["-", "--namespace", "prod-eu"], LOW).code, Some(1));
}

#[test]
fn in_a_folder_each_object_goes_by_its_own_file() {
    let other = LOW.replace("name: api", "name: web");
    let config = "environments:\n  live: {paths: [clusters/live], production: true}\n";
    let files =
        [(".aiplat-lint.yaml", config), ("clusters/live/api.yaml", LOW), ("clusters/shared/web.yaml", other.as_str())];
    let repository = repository(&files);
    let ran = run(repository.path(), &["."]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(ran.out.starts_with("clusters/live/api.yaml:"), "{}", ran.out);
}

#[test]
fn paths_are_relative_to_the_file_wherever_one_stands() {
    let config = "environments:\n  live: {paths: [\"deploy/live/**\"], production: true}\n";
    let files = [(".aiplat-lint.yaml", config), ("deploy/live/hpa.yaml", LOW), ("ci/lint.yaml", config)];
    let repository = repository(&files);
    let root = repository.path();
    for (folder, path) in [(".", "deploy"), ("deploy", "."), ("deploy/live", "hpa.yaml"), ("ci", "../deploy/live")] {
        let ran = run(&root.join(folder), &[path]);
        assert_eq!(ran.code, Some(1), "{path} from {folder}: {}", ran.err);
    }
    let absolute = root.join("deploy/live/hpa.yaml");
    assert_eq!(run(Path::new("/"), &[absolute.to_str().expect("UTF-8")]).code, Some(1));
    assert_eq!(run(root, &["--config", "ci/lint.yaml", "deploy"]).code, Some(0), "relative to ci/");
}

#[test]
fn without_a_file_names_count_from_the_working_directory() {
    let repository = repository(&[("prod/hpa.yaml", LOW)]);
    assert_eq!(run(repository.path(), &["prod"]).code, Some(1));
    assert_eq!(run(repository.path(), &["./prod/../prod/hpa.yaml"]).code, Some(1));
    assert_eq!(
        run(&repository.path().join("prod"), &["hpa.yaml"]).code,
        Some(0),
        "no folder below the working directory"
    );
}

#[test]
fn the_flag_names_an_environment_of_the_file() {
    let config = "environments:\n  live: {production: true}\n  rehearsal: {namespaces: [x], production: false}\n";
    let files = [(".aiplat-lint.yaml", config), ("hpa.yaml", LOW), ("prod/hpa.yaml", LOW)];
    let repository = repository(&files);
    let code = |name: &str, path: &str| run(repository.path(), &["--environment", name, path]).code;
    assert_eq!(code("live", "hpa.yaml"), Some(1));
    assert_eq!(code("rehearsal", "prod/hpa.yaml"), Some(0));
    assert_eq!(code("production", "hpa.yaml"), Some(1));
    assert_eq!(code("none", "prod/hpa.yaml"), Some(0));
    let typo = run(repository.path(), &["--environment", "rehersal", "hpa.yaml"]);
    assert_eq!(typo.code, Some(2));
    assert!(typo.err.contains("no such environment; the nearest is `rehearsal`"), "{}", typo.err);
    let unknown = run(repository.path(), &["--environment", "qa", "hpa.yaml"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("known are live, rehearsal"), "{}", unknown.err);
    let bare = self::repository(&[("prod/hpa.yaml", LOW)]);
    assert_eq!(run(bare.path(), &["--environment", "qa", "prod/hpa.yaml"]).code, Some(0), "without a file any name");
}

#[test]
fn singletons_are_exempt_by_kind_and_name() {
    let deployment = WARNED.split("---").next().expect("a document");
    let manifest = format!("{deployment}---\n{LOW}");
    let code = |workload: &str, path: &str, text: &str| {
        let config = format!("profile: production\nsingletons:\n  - {{workload: {workload}, reason: one writer}}\n");
        let repository = repository(&[(".aiplat-lint.yaml", &config), (path, text)]);
        run(repository.path(), &["--environment", "production", path]).code
    };
    assert_eq!(code("Deployment/api", "x.yaml", &manifest), Some(0));
    assert_eq!(code("Deployment/web", "x.yaml", &manifest), Some(1));
    assert_eq!(code("StatefulSet/api", "x.yaml", &manifest), Some(1));
    assert_eq!(code("Deployment/api", "values-eu.yaml", LOW_VALUES), Some(0));
    assert_eq!(code("Deployment/shop-api", "values-eu.yaml", LOW_VALUES), Some(1), "a release's prefix is a guess");
    let named = LOW_VALUES.replace("api:\n", "api:\n  fullnameOverride: shop-api\n");
    assert_eq!(code("Deployment/shop-api", "values-eu.yaml", &named), Some(0));
}

#[test]
fn excluded_files_are_left_out_of_folders_and_linted_where_they_are_named() {
    let config = "profile: production\nexclude: [vendor/**, \"*.gen.yaml\"]\n";
    let files = [
        (".aiplat-lint.yaml", config),
        ("k8s/vendor/hpa.yaml", LOW),
        ("vendor/chart/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        ("k8s/hpa.gen.yaml", LOW),
        ("k8s/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 80}]}\n"),
    ];
    let repository = repository(&files);
    let run = |arguments: &[&str]| run(repository.path(), arguments);
    let all = run(&["-v", "."]);
    assert!(all.code == Some(0) && all.out.is_empty(), "{}{}", all.out, all.err);
    for path in ["k8s/vendor", "k8s/hpa.gen.yaml", "vendor"] {
        assert!(all.err.contains(&format!("{path} is left alone: the configuration excludes it")), "{}", all.err);
    }
    assert_eq!(run(&["k8s/hpa.gen.yaml"]).code, Some(1));
    assert_eq!(run(&["k8s/vendor"]).code, Some(1));
    assert_eq!(run(&["--force-exclude", "k8s/hpa.gen.yaml"]).code, Some(0));
    assert_eq!(run(&["--force-exclude", "k8s/vendor"]).code, Some(0));
}

#[test]
fn a_folder_of_which_nothing_is_left_does_not_pass_for_clean() {
    let repository = repository(&[(".aiplat-lint.yaml", "exclude: [\"*.yaml\"]\n"), ("k8s/hpa.yaml", LOW)]);
    let ran = run(repository.path(), &["k8s"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("no Kubernetes object in what the configuration leaves of k8s"), "{}", ran.err);
}

#[test]
fn the_configuration_itself_is_no_manifest() {
    let repository = repository(&[(".aiplat-lint.yaml", "fail-on: error\n"), ("hpa.yaml", LOW)]);
    let ran = run(repository.path(), &[".aiplat-lint.yaml", "hpa.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

// --- The example, the schema and the reader know the same keys.

fn example() -> String {
    std::fs::read_to_string(support::root().join("docs/config.example.yaml")).expect("the example")
}

fn schema() -> Value {
    let text = std::fs::read_to_string(support::root().join("docs/config.schema.json")).expect("the schema");
    serde_json::from_str(&text).expect("the schema is JSON")
}

fn read(text: &str) -> Result<config::Config, Vec<config::Mistake>> {
    let rules: Vec<&str> = aiplat_lint::engine::load_rules().iter().map(|rule| rule.rule.id).collect();
    config::read(SourceId(0), &Arc::from(text), &rules)
}

/// The objects at a part of [`KEYS`]: `*` and `[]` stand for all entries and items.
fn parts<'v>(root: &'v Value, part: &str) -> Vec<&'v Value> {
    match part {
        "" => vec![root],
        "cluster" => vec![&root["cluster"]],
        "environments.*" => root["environments"].as_object().expect("a map").values().collect(),
        "charts.*" => root["charts"].as_object().expect("a map").values().collect(),
        "charts.*.environments.*" => parts(root, "charts.*")
            .into_iter()
            .flat_map(|chart| chart["environments"].as_object().expect("a map").values())
            .collect(),
        "singletons[]" => root["singletons"].as_array().expect("a list").iter().collect(),
        other => panic!("this test does not know {other}"),
    }
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("a map").keys().map(String::as_str).collect()
}

#[test]
fn the_schema_has_the_keys_that_are_read_and_no_others() {
    let schema = schema();
    for (part, known) in KEYS {
        let pointer = match *part {
            "" => "/properties",
            "cluster" => "/properties/cluster/properties",
            "environments.*" => "/properties/environments/additionalProperties/properties",
            "charts.*" => "/properties/charts/additionalProperties/properties",
            "charts.*.environments.*" => {
                "/properties/charts/additionalProperties/properties/environments/additionalProperties/properties"
            }
            "singletons[]" => "/properties/singletons/items/properties",
            other => panic!("this test does not know {other}"),
        };
        let described = keys(schema.pointer(pointer).expect(pointer));
        assert_eq!(described, known.iter().copied().collect(), "{part}");
    }
}

#[test]
fn the_example_shows_every_key_is_read_and_fits_the_schema() {
    let text = example();
    if let Err(mistakes) = read(&text) {
        panic!("{mistakes:#?}");
    }
    let value: Value = serde_yaml::from_str(&text).expect("YAML");
    for (part, known) in KEYS {
        let shown: BTreeSet<&str> = parts(&value, part).into_iter().flat_map(keys).collect();
        assert_eq!(shown, known.iter().copied().collect(), "{part}");
    }
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_refuses_what_is_refused() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
    for text in [
        "kubeVersion: \"1.34\"\n",
        "kube-version: latest\n",
        "fail-on: warn\n",
        "cluster: {nodes: -3}\n",
        "cluster: {hpa-tolerance: 10}\n",
        "rules: {pdb-overlaps: error}\n",
        "rules: {pdb-overlap: errors}\n",
        "environments: {live: {namespaces: [live]}}\n",
        "environments: {none: {production: false}}\n",
        "environments: {live: {production: \"yes\"}}\n",
        "singletons: [{workload: Deployment/api}]\n",
        "singletons: [{workload: deployment/api, reason: one}]\n",
        "exclude: vendor/**\n",
        "charts: {/srv/api: {}}\n",
        "charts: {api: {release: Api_1}}\n",
        "charts: {api: {environments: {prod: {values: [/srv/values.yaml]}}}}\n",
    ] {
        assert!(read(text).is_err(), "{text}");
        let value: Value = serde_yaml::from_str(text).expect("YAML");
        assert!(!validator.is_valid(&value), "the schema takes {text}");
    }
}

#[test]
fn the_configuration_in_the_readme_is_one() {
    let readme = std::fs::read_to_string(support::root().join("README.md")).expect("the README");
    let mut found = 0;
    for block in readme.split("```yaml\n# .aiplat-lint.yaml\n").skip(1) {
        let text = block.split("```").next().expect("the end of the block");
        if let Err(mistakes) = read(text) {
            panic!("{mistakes:#?}");
        }
        found += 1;
    }
    assert!(found > 0, "the README shows a configuration");
}
