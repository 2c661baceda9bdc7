//! The committed renders are what helm makes of the chart. Without helm on the path the test says so and passes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

/// The values files of a render, lowest first: an overlay may say in its first line that it layers another.
fn layers(chart: &Path, overlay: &str) -> Vec<String> {
    let text = fs::read_to_string(chart.join(overlay)).expect("an overlay");
    let below = text.lines().next().and_then(|line| line.strip_prefix("# aiplat-lint: layers "));
    let mut files = below.map(|below| layers(chart, below.trim())).unwrap_or_default();
    files.push(overlay.to_owned());
    files
}

#[test]
fn the_committed_renders_are_what_helm_makes() {
    let Some(helm) = support::helm("the committed renders are not compared") else { return };
    let folder = support::root().join("fixtures/charts/ai-platform");
    let chart = folder.join("chart");
    let mut compared = 0;
    for entry in fs::read_dir(folder.join("rendered")).expect("the renders") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let files = if name == "default" { Vec::new() } else { layers(&chart, &format!("values-{name}.yaml")) };
        let mut command = Command::new(&helm);
        command.args(["template", "ai-platform"]).arg(&chart).args(["--namespace", "ai-platform"]);
        for file in files {
            command.arg("-f").arg(chart.join(file));
        }
        let output = command.output().expect("helm runs");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(
            output.stdout == fs::read(&path).expect("a render"),
            "{name}.yaml is stale; run {}/render",
            folder.display()
        );
        compared += 1;
    }
    assert!(compared > 10, "only {compared} renders were compared");
}

#[test]
fn the_readme_shows_what_a_finding_in_a_chart_looks_like() {
    let Some(helm) = support::helm("the committed renders are not compared") else { return };
    let readme = fs::read_to_string(support::root().join("README.md")).expect("the README");
    let example = readme.split("```text\n").nth(2).and_then(|rest| rest.split("```").next()).expect("a second example");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
    command.args(["check", "fixtures/charts/orders/chart"]).current_dir(support::root());
    let output = command.env("HELM", helm).env("NO_COLOR", "1").output().expect("the binary runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert!(lines(&printed).contains(&lines(example)), "{printed}");
}

/// Helm knows the versions that Kubernetes serves, and not their kinds, when it asks no cluster.
#[test]
fn charts_that_ask_for_kinds_get_those_that_the_release_serves() {
    let Some(helm) = support::helm("no chart asks for a kind") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("templates")).expect("made");
    fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: api\nversion: 1.0.0\n").expect("written");
    let template = "{{- $new := .Capabilities.APIVersions.Has \"policy/v1/PodDisruptionBudget\" }}\n\
                    apiVersion: {{ ternary \"policy/v1\" \"policy/v1beta1\" $new }}\nkind: PodDisruptionBudget\nmetadata: {name: api}\n\
                    spec: {maxUnavailable: 1, selector: {matchLabels: {app: api}}}\n";
    fs::write(folder.path().join("templates/pdb.yaml"), template).expect("written");
    let judged = |version: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
        command.arg("check").arg(folder.path()).args(["--format", "concise", "--kube-version", version]);
        let output = command.env("HELM", &helm).output().expect("the binary runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(!judged("1.37").contains("api-version"), "{}", judged("1.37"));
    assert!(!judged("1.20").contains("api-version-removed"), "{}", judged("1.20"));
}
