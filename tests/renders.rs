//! Charts as input, through the binary, with a program in place of helm: what is asked of it, and what is made of its answer.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A folder with files, and a `helm` beside it that runs a script.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new(files: &[(&str, &str)], helm: &str) -> Self {
        let repository = Self { folder: tempfile::tempdir().expect("a folder") };
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.write("bin/helm", &format!("#!/bin/sh\n{helm}\n"));
        let program = repository.path().join("bin/helm");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
        repository
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn check_from(&self, folder: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
        command.arg("check").args(arguments).args(["--format", "concise", "--no-provenance"]);
        command.current_dir(self.path().join(folder)).env("NO_COLOR", "1").env_remove("HELM_BIN");
        command.env("HELM", self.path().join("bin/helm")).output().expect("the binary runs")
    }

    fn check(&self, arguments: &[&str]) -> Output {
        self.check_from(".", arguments)
    }

    /// The values files of each render that was asked for, by their last names, in order.
    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.path().join("asked")).unwrap_or_default();
        let mut asked: Vec<String> = asked.lines().map(str::to_owned).collect();
        asked.sort();
        asked
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8 output")
}

/// Notes the chart and the values files it is given, and renders a budget that blocks every eviction.
const RENDERS: &str = r#"
here=$(dirname "$(dirname "$0")")
line=${3##*/}
for word; do
  case $last in --values) line="$line ${word##*/}";; esac
  last=$word
done
echo "$line" >> "$here/asked"
cat "$here/rendered"
"#;

const RENDERED: &str = "\
---
# Source: api/templates/pdb.yaml
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec:
  minAvailable: 2
  selector: {matchLabels: {app: api}}
---
# Source: api/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
";

const CHART: &[(&str, &str)] = &[
    ("helm/api/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n"),
    ("helm/api/values.yaml", "replicas: 2\n"),
    ("helm/api/values-prod.yaml", "replicas: 3\n"),
    ("helm/api/ci/ha-values.yaml", "replicas: 5\n"),
    ("helm/api/templates/pdb.yaml", "minAvailable: {{ .Values.replicas }}\n"),
    ("helm/api/templates/deployment.yaml", "replicas: {{ .Values.replicas }}\n"),
    ("helm/api/charts/redis/Chart.yaml", "apiVersion: v2\nname: redis\nversion: 1.0.0\n"),
    ("helm/api/charts/redis/values.yaml", "replicas: 1\n"),
    ("helm/api/charts/redis/templates/x.yaml", "a: {{ 1 }}\n"),
    ("rendered", RENDERED),
];

const ALL: [&str; 3] = ["api", "api ha-values.yaml", "api values-prod.yaml"];

#[test]
fn every_environment_is_rendered_and_one_mistake_is_one_finding() {
    let repository = Repository::new(CHART, RENDERS);
    let output = repository.check(&["."]);
    assert_eq!(repository.asked(), ALL);
    let said = text(&output.stdout);
    assert_eq!(said.matches("[pdb-blocks-eviction]").count(), 1, "{said}");
    assert!(said.starts_with("helm/api/templates/pdb.yaml (rendered, default):7:17: error"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn whatever_is_inside_a_chart_stands_for_it_and_an_overlay_for_its_own_environment() {
    let inside = [
        ("helm/api/templates/pdb.yaml", &ALL[..]),
        ("helm/api/templates", &ALL),
        ("helm/api/Chart.yaml", &ALL),
        ("helm/api/values.yaml", &ALL),
        ("helm/api/charts/redis/templates/x.yaml", &ALL),
        ("helm/api/charts/redis/values.yaml", &ALL),
        ("helm/api/values-prod.yaml", &["api values-prod.yaml"]),
        ("helm/api/charts/redis", &["redis"]),
    ];
    for (path, asked) in inside {
        let repository = Repository::new(CHART, RENDERS);
        let output = repository.check(&[path]);
        assert_eq!(repository.asked(), asked, "{path}: {}", text(&output.stderr));
    }
    let repository = Repository::new(CHART, RENDERS);
    repository.check_from("helm/api/templates", &["pdb.yaml"]);
    assert_eq!(repository.asked(), ALL, "from within");
}

#[test]
fn values_files_of_the_command_line_make_the_one_environment() {
    let repository = Repository::new(CHART, RENDERS);
    repository.write("extra.yaml", "a: 1\n");
    repository.check(&["helm/api", "-f", "helm/api/values-prod.yaml", "-f", "extra.yaml"]);
    assert_eq!(repository.asked(), ["api values-prod.yaml extra.yaml"]);
}

#[test]
fn the_configuration_lists_environments_and_the_command_line_picks_one() {
    let config = "charts:\n  helm/api:\n    namespace: shop\n    environments:\n      live: {values: [values.yaml, values-prod.yaml]}\n      eu: {values: [values-prod.yaml, ci/ha-values.yaml]}\n";
    let repository = Repository::new(CHART, RENDERS);
    repository.write(".aiplat-lint.yaml", config);
    repository.check(&["helm"]);
    assert_eq!(repository.asked(), ["api values-prod.yaml", "api values-prod.yaml ha-values.yaml"]);
    fs::remove_file(repository.path().join("asked")).expect("it was asked");
    repository.check(&["helm", "--environment", "eu"]);
    assert_eq!(repository.asked(), ["api values-prod.yaml ha-values.yaml"]);
}

#[test]
fn production_is_what_the_values_say() {
    let repository = Repository::new(CHART, RENDERS);
    let rendered = RENDERED.replace("minAvailable: 2", "maxUnavailable: 1");
    repository.write("rendered", &rendered);
    let output = repository.check(&["helm/api"]);
    let said = text(&output.stdout);
    assert!(said.contains("(rendered, prod):11:5: warning[missing-spread]"), "{said}");
    assert_eq!(said.matches("missing-spread").count(), 1, "{said}");
}

#[test]
fn without_helm_a_chart_is_a_failure_and_values_are_judged_by_themselves() {
    let repository = Repository::new(CHART, RENDERS);
    fs::remove_file(repository.path().join("bin/helm")).expect("it is there");
    repository
        .write("helm/api/values-prod.yaml", "api:\n  autoscaling: {enabled: true, minReplicas: 1, maxReplicas: 3}\n");
    let output = repository.check(&["helm/api"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("the chart helm/api is not rendered: there is no `"),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stdout).contains("[values-min-replicas-production]"), "{}", text(&output.stdout));
    let output = repository.check(&["helm/api/values-prod.yaml"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).starts_with("note: the chart helm/api is not rendered"), "{}", text(&output.stderr));
}

#[test]
fn a_refusal_is_shown_at_the_line_of_the_template_and_the_rest_is_linted() {
    let script = format!(
        "case \"$*\" in version*) echo v4.1.4; exit;; *values-prod*) echo 'Error: execution error at (api/templates/pdb.yaml:1:3): \
         replicas need a budget' >&2; exit 1;; esac\n{RENDERS}"
    );
    let repository = Repository::new(CHART, &script);
    let output = repository.check(&["helm"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("helm/api (prod) is not rendered: helm says: execution error at"), "{said}");
    assert!(said.contains("╭─[helm/api/templates/pdb.yaml:1:1]"), "{said}");
    assert!(text(&output.stdout).contains("[pdb-blocks-eviction]"), "{}", text(&output.stdout));
}

#[test]
fn missing_dependencies_come_with_the_command_that_fetches_them() {
    let script = "case $1 in version) echo v3.14.0;; *) echo 'Error: An error occurred while checking for chart dependencies. You may need to \
                  run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: \
                  redis' >&2; exit 1;; esac";
    let repository = Repository::new(CHART, script);
    let output = repository.check(&["helm"]);
    assert!(text(&output.stderr).contains("fetch them: helm dependency build helm/api"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_helm_of_another_age_is_told_apart_from_a_chart_that_fails() {
    let script = "case $1 in version) echo 'Client: v2.17.0+ga690bad';; *) echo 'Error: unknown flag: --kube-version' >&2; exit 1;; esac";
    let repository = Repository::new(CHART, script);
    let output = repository.check(&["helm"]);
    assert!(text(&output.stderr).contains("helm v2.17.0+ga690bad is too old"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_library_chart_is_left_to_those_that_use_it() {
    let mut files = CHART.to_vec();
    files[0].1 = "apiVersion: v2\nname: api\ntype: library\nversion: 1.0.0\n";
    let repository = Repository::new(&files, RENDERS);
    let output = repository.check(&["helm"]);
    assert!(repository.asked().is_empty());
    assert!(text(&output.stderr).contains("helm/api is a library chart"), "{}", text(&output.stderr));
}

const KUSTOMIZATION: &[(&str, &str)] = &[
    ("k8s/base/kustomization.yaml", "resources: [pdb.yaml]\n"),
    (
        "k8s/base/pdb.yaml",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\nspec: {minAvailable: 2}\n",
    ),
    ("k8s/overlays/prod/kustomization.yaml", "resources: [../../base]\npatches: [{path: patch.yaml}]\n"),
    ("k8s/overlays/prod/patch.yaml", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\n"),
    ("k8s/mixins/kustomization.yaml", "kind: Component\nresources: [pdb.yaml]\n"),
    ("rendered", RENDERED),
];

/// `check` with a kustomize beside it that notes the folder it is asked for.
fn kustomize(files: &[(&str, &str)], script: &str, path: &str) -> (Repository, Output) {
    let repository = Repository::new(files, "exit 1");
    repository.write("bin/kustomize", &format!("#!/bin/sh\n{script}\n"));
    let program = repository.path().join("bin/kustomize");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
    command.args(["check", path, "--format", "concise"]).current_dir(repository.path()).env("NO_COLOR", "1");
    let path = format!("{}/bin:/usr/bin:/bin", repository.path().display());
    let output = command.env("PATH", path).output().expect("the binary runs");
    (repository, output)
}

const BUILDS: &str =
    "here=$(dirname \"$(dirname \"$0\")\"); echo ${2#*k8s/} >> \"$here/asked\"; cat \"$here/rendered\"";

#[test]
fn the_top_kustomization_is_built_and_what_it_is_made_of_is_not_judged_by_itself() {
    let (repository, output) = kustomize(KUSTOMIZATION, BUILDS, "k8s");
    assert_eq!(repository.asked(), ["overlays/prod"]);
    let said = text(&output.stdout);
    assert!(said.contains("k8s/base/pdb.yaml:4:22: error[pdb-blocks-eviction]"), "{said}");
    assert!(said.contains("[missing-spread]"), "its folder says production: {said}");
    assert!(!said.contains("pdb-selector-absent"), "the base alone has no selector yet: {said}");
    let (repository, _) = kustomize(KUSTOMIZATION, BUILDS, "k8s/overlays/prod/kustomization.yaml");
    assert_eq!(repository.asked(), ["overlays/prod"]);
}

#[test]
fn a_kustomization_that_fails_or_would_be_fetched_is_a_failure_and_its_files_are_judged_as_they_are() {
    let (_, output) = kustomize(KUSTOMIZATION, "echo 'Error: no such patch target' >&2; exit 1", "k8s");
    let said = text(&output.stderr);
    assert!(said.contains("k8s/overlays/prod is not built: kustomize says: no such patch"), "{said}");
    assert!(text(&output.stdout).contains("k8s/base/pdb.yaml:4:"), "{}", text(&output.stdout));
    assert_eq!(output.status.code(), Some(2));
    let mut files = KUSTOMIZATION.to_vec();
    files[0].1 = "resources: [pdb.yaml, https://example.com/crds.yaml]\n";
    let (repository, output) = kustomize(&files, BUILDS, "k8s");
    assert!(repository.asked().is_empty());
    assert!(text(&output.stderr).contains("it takes https://example.com/crds.yaml"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_chart_that_cannot_do_without_an_overlay_is_judged_with_its_overlays() {
    let script = format!(
        "case \"$*\" in version*) echo v4.1.4; exit;; *--values*) ;; *) echo 'Error: execution error at (api/templates/pdb.yaml:1:3): \
         zone is required' >&2; exit 1;; esac\n{RENDERS}"
    );
    let repository = Repository::new(CHART, &script);
    let output = repository.check(&["helm"]);
    assert!(text(&output.stderr).starts_with("note: helm/api (default) is not rendered"), "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "the overlays are judged");
    let mut files = CHART.to_vec();
    files.retain(|(path, _)| !path.contains("-values") && !path.contains("values-"));
    let output = Repository::new(&files, &script).check(&["helm"]);
    assert_eq!(output.status.code(), Some(2), "without one nothing was judged: {}", text(&output.stderr));
}

#[test]
fn what_is_wrong_in_every_environment_is_told_once() {
    let script = "case $1 in version) echo v3.14.0;; *) echo 'Error: parse error at (api/templates/pdb.yaml:1): unclosed action' >&2; exit 1;; esac";
    let output = Repository::new(CHART, script).check(&["helm"]);
    let said = text(&output.stderr);
    assert_eq!(said.matches("is not rendered").count(), 1, "{said}");
    assert!(said.contains("helm/api (default, ci/ha, prod) is not rendered"), "{said}");
}

#[test]
fn a_namespace_that_nobody_named_may_be_any() {
    let repository = Repository::new(CHART, RENDERS);
    let rendered = RENDERED
        .replace(
            "kind: PodDisruptionBudget\nmetadata: {name: api}",
            "kind: PodDisruptionBudget\nmetadata: {name: api, namespace: shop}",
        )
        .replace(
            "kind: Deployment\nmetadata: {name: api}",
            "kind: Deployment\nmetadata: {name: api, namespace: default}",
        );
    repository.write("rendered", &rendered);
    let said = text(&repository.check(&["helm"]).stdout);
    assert!(said.contains("[pdb-blocks-eviction]") && !said.contains("[pdb-selects-nothing]"), "{said}");
    let said = text(&repository.check(&["helm", "--namespace", "default"]).stdout);
    assert!(said.contains("[pdb-selects-nothing]") && !said.contains("[pdb-blocks-eviction]"), "{said}");
}

#[test]
fn names_of_values_files_may_hold_what_helm_takes_for_two() {
    let repository =
        Repository::new(CHART, "for word; do echo \"$word\" >> \"$(dirname \"$(dirname \"$0\")\")/asked\"; done");
    repository.write("eu, west.yaml", "a: 1\n");
    repository.check(&["helm/api", "-f", "eu, west.yaml"]);
    assert!(repository.asked().iter().any(|word| word.starts_with('"') && word.ends_with("/eu, west.yaml\"")));
}

#[test]
fn an_environment_that_no_chart_has_is_no_silent_none() {
    let repository = Repository::new(CHART, RENDERS);
    let output = repository.check(&["helm", "--environment", "pord"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("--environment pord: neither") && said.contains("ci/ha, default, prod"), "{said}");
    for known in ["prod", "production", "none"] {
        let output = Repository::new(CHART, RENDERS).check(&["helm", "--environment", known]);
        assert_eq!(output.status.code(), Some(1), "{known}: {}", text(&output.stderr));
    }
}
