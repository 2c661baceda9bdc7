//! What several test programs share: where the shared material is, and a way to lint texts.
#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod python;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::report::Report;
use aiplat_lint::source::render::{RenderError, RenderRequest, Renderer};
use aiplat_lint::source::{Input, Options};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The material shared beside the project, or `None` with a word about it.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("AIPLAT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = folder.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not here, so this test checks nothing", path.display());
    None
}

/// The oracle's rows of one topic; panics when there is none, so that a renamed topic cannot pass for tested.
pub(crate) fn oracle(topic: &str) -> Vec<serde_json::Value> {
    let Some(path) = shared("oracles/kubernetes.jsonl") else { return Vec::new() };
    let text = std::fs::read_to_string(path).expect("the oracle file is readable");
    let rows: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line of the oracle is JSON"))
        .filter(|row: &serde_json::Value| row["topic"] == topic)
        .collect();
    assert!(!rows.is_empty(), "the oracle has no rows of topic {topic}");
    rows
}

/// Lints paths below the project.
pub(crate) fn lint_paths(paths: &[PathBuf], options: Options, selection: &Selection) -> Report {
    let input = Input::read(&Options { paths: paths.to_vec(), ..options }, &NoPrograms);
    engine::run(input, selection)
}

/// `line:rule` of a finding, and the name of its text.
pub(crate) fn place(report: &Report, finding: &aiplat_lint::finding::Finding) -> (String, u32) {
    let source = report.sources.get(finding.primary.source).expect("a finding's source exists");
    (source.name.clone(), source.position(finding.primary.span.start).line)
}

/// No program to render with: what the rules on bare values say.
pub(crate) struct NoPrograms;

impl Renderer for NoPrograms {
    fn render(&self, _: &RenderRequest) -> Result<String, RenderError> {
        Err(RenderError::Absent { program: "helm".to_owned() })
    }

    fn build(&self, _: &Path) -> Result<String, RenderError> {
        Err(RenderError::Absent { program: "kustomize".to_owned() })
    }
}

/// The helm of this machine; where there is none, says what is not tested for want of it.
pub(crate) fn helm(otherwise: &str) -> Option<String> {
    let helm = std::env::var("HELM").unwrap_or_else(|_| "helm".to_owned());
    let found = Command::new(&helm).arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: no helm here ($HELM or PATH), so {otherwise}");
    }
    found.then_some(helm)
}

/// Everything that a program said.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
