//! Kustomizations with planned mistakes, built by the real kustomize or kubectl: what is found, and at which line of which
//! file a person mends it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rule, object, field, and place from the project's folder on.
type Row = [String; 4];

fn can_build() -> bool {
    let has = |program: &str, argument: &str| Command::new(program).args([argument, "--help"]).output().is_ok();
    let can = has("kustomize", "build") || has("kubectl", "kustomize");
    if !can {
        eprintln!("SKIPPED: there is no kustomize and no kubectl here, so this test checks nothing");
    }
    can
}

fn check(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"))
        .arg("check")
        .arg(folder)
        .args(["--format", "json", "--environment", "none"])
        .args(arguments)
        .current_dir(support::root())
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{}: {error}: {errors}", folder.display()))
}

fn found(project: &Path, build: &str, arguments: &[&str]) -> BTreeSet<Row> {
    let report = check(&project.join(build), arguments);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(0), "{}", report["diagnostics"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let row = |finding: &serde_json::Value| {
        let object = format!("{}/{}", text(&finding["subject"]["kind"]), text(&finding["subject"]["name"]));
        let file = text(&finding["primary"]["file"]);
        let inside = Path::new(&file).strip_prefix(project).map_or(file.clone(), |path| path.display().to_string());
        let place = format!("{inside}:{}", finding["primary"]["start"]["line"]);
        [text(&finding["rule"]), object, text(&finding["field"]), place]
    };
    report["findings"].as_array().expect("findings").iter().map(row).collect()
}

fn projects() -> Vec<PathBuf> {
    let entries = fs::read_dir(support::root().join("fixtures/kustomize")).expect("the projects");
    let folders = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut projects: Vec<_> =
        folders.map(|path| path.strip_prefix(support::root()).expect("inside").to_owned()).collect();
    projects.sort();
    assert!(!projects.is_empty(), "there are projects");
    projects
}

/// The rows of a project with the kustomization that each is found in.
fn expected(project: &Path) -> BTreeSet<(String, Row)> {
    let text = fs::read_to_string(support::root().join(project).join("expected.jsonl")).expect("expectations");
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("each line is JSON");
        let field = |key: &str| row[key].as_str().expect(key).to_owned();
        (field("build"), ["rule", "object", "field", "at"].map(field))
    };
    text.lines().map(row).collect()
}

#[test]
fn each_kustomization_gives_what_it_expects_at_the_line_to_edit() {
    if !can_build() {
        return;
    }
    for project in projects() {
        let overlays = fs::read_dir(support::root().join(&project).join("overlays")).expect("overlays");
        let names = overlays.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let of_build = |name: String| {
            let build = format!("overlays/{name}");
            found(&project, &build, &[]).into_iter().map(move |row| (build.clone(), row)).collect::<Vec<_>>()
        };
        let all: BTreeSet<(String, Row)> = names.flat_map(of_build).collect();
        assert_eq!(all, expected(&project), "{}", project.display());
    }
}

/// A kustomization that another one builds on is judged in that one, where its mistake may be mended.
#[test]
fn a_project_as_a_whole_gives_what_its_outermost_kustomizations_give() {
    if !can_build() {
        return;
    }
    for project in projects() {
        let known: BTreeSet<Row> = expected(&project).into_iter().map(|(_, row)| row).collect();
        let all = found(&project, "", &[]);
        assert!(all.is_subset(&known), "{}: {all:?}", project.display());
    }
}

/// Nothing is followed on request, and then the built text is named.
#[test]
fn without_provenance_the_built_text_is_the_place() {
    if !can_build() {
        return;
    }
    let project = Path::new("fixtures/kustomize/orders");
    let rows = found(project, "overlays/staging", &["--no-provenance"]);
    assert!(rows.iter().all(|row| row[3].starts_with("overlays/staging (built):")), "{rows:?}");
    assert_eq!(rows.len(), 1);
}
