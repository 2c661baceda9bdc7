//! Marks in templates change nothing but comments, and name the lines that write the fields. Needs helm; says so without.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::provenance::instrument::{Marks, instrument};
use aiplat_lint::provenance::marks::{Stripped, strip, template_path};
use aiplat_lint::provenance::scratch::prepare;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Files = BTreeMap<String, Vec<u8>>;

const OVERLAYS: [&str; 4] = [
    "values.yaml",
    "values-prod.yaml",
    "values-broken-spread-wrong-label.yaml",
    "values-broken-adapter-misspelt-key.yaml",
];

fn chart() -> PathBuf {
    support::root().join("fixtures/charts/ai-platform/chart")
}

fn files_below(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder of the chart") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files_below(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(entry.path()).expect("a file of the chart"));
        }
    }
}

fn files() -> Files {
    let mut files = Files::new();
    files_below(&chart(), "", &mut files);
    files
}

fn render(helm: &str, files: &Files, overlay: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let mut command = Command::new(helm);
    command.args(["template", "ai-platform", "--namespace", "ai-platform", "--skip-schema-validation", "-f"]);
    let output = command.arg(chart().join(overlay)).arg(folder.path()).output().expect("helm runs");
    assert!(output.status.success(), "{overlay}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The first line and the template of each document, and its text.
fn documents(rendered: &str) -> Vec<(usize, &str, &str)> {
    let mut documents = Vec::new();
    let mut line = 0;
    for text in rendered.split_inclusive("---\n") {
        if let Some(first) = text.strip_prefix("# Source: ").and_then(|text| text.lines().next()) {
            documents.push((line, template_path(first), text.strip_suffix("---\n").unwrap_or(text)));
        }
        line += text.matches('\n').count();
    }
    documents
}

/// Templates of what is scaled and kept available.
fn needed(rendered: &str) -> BTreeSet<String> {
    let kinds = ["HorizontalPodAutoscaler", "PodDisruptionBudget", "Deployment", "StatefulSet", "ConfigMap"];
    let of_interest = |text: &str| kinds.iter().any(|kind| text.contains(&format!("\nkind: {kind}\n")));
    let found = documents(rendered).into_iter().filter(|(.., text)| of_interest(text));
    found.map(|(_, template, _)| template.to_owned()).collect()
}

fn instrumented(helm: &str, needed: &BTreeSet<String>, overlay: &str) -> (Marks, Stripped) {
    let mut copy = prepare(&files(), needed);
    let marks = instrument(&mut copy, needed, &BTreeSet::new(), true);
    let rendered = render(helm, &copy, overlay);
    (marks, strip(&rendered))
}

#[test]
fn a_render_without_its_marks_is_the_plain_one_and_every_line_had_one() {
    let Some(helm) = support::helm("no instrumented chart is rendered") else { return };
    for overlay in OVERLAYS {
        let plain = render(&helm, &files(), overlay);
        let needed = needed(&plain);
        assert!(needed.len() > 5, "{overlay}: {needed:?}");
        let (marks, stripped) = instrumented(&helm, &needed, overlay);
        let expected: Vec<_> = documents(&plain).into_iter().filter(|(_, path, _)| needed.contains(*path)).collect();
        let found = documents(&stripped.text);
        assert_eq!(found.len(), expected.len(), "{overlay}");
        for ((first, path, text), (_, expected_path, expected)) in found.into_iter().zip(expected) {
            assert_eq!((path, text), (expected_path, expected), "{overlay}");
            for (index, line) in text.lines().enumerate() {
                let bare = line.trim().is_empty() || line.trim_start().starts_with('#');
                let names: Vec<_> = stripped.lines[first + index].iter().filter_map(|mark| marks.path(*mark)).collect();
                assert!(bare || names.last() == Some(&path), "{overlay}, {path}: `{line}` is of {names:?}");
            }
        }
    }
}

/// The line that the innermost mark names writes the field: with another value there, that line and no other differs.
#[test]
fn an_edit_of_the_named_line_changes_that_line_of_the_render_alone() {
    let Some(helm) = support::helm("no instrumented chart is rendered") else { return };
    let overlay = "values-prod.yaml";
    let needed = needed(&render(&helm, &files(), overlay));
    let (marks, stripped) = instrumented(&helm, &needed, overlay);
    let fields = ["minReplicas:", "maxReplicas:", "averageUtilization:", "replicas:", "terminationGracePeriodSeconds:"];
    let mut edited = BTreeSet::new();
    for (index, line) in stripped.text.lines().enumerate() {
        if !fields.iter().any(|field| line.trim_start().starts_with(field)) {
            continue;
        }
        let mark = *stripped.lines[index].first().expect("a mark");
        let path = marks.path(mark).expect("a file");
        if !edited.insert(mark) || edited.len() > 12 {
            continue;
        }
        let mut copy = prepare(&files(), &needed);
        let template = String::from_utf8(copy[path].clone()).expect("UTF-8");
        let mut lines: Vec<&str> = template.split('\n').collect();
        let number = usize::try_from(mark.line).expect("a line") - 1;
        let key = lines[number].split_once(": ").expect("a key").0;
        let replaced = format!("{key}: 4242");
        lines[number] = &replaced;
        copy.insert(path.to_owned(), lines.join("\n").into_bytes());
        let changed = render(&helm, &copy, overlay);
        assert_eq!(changed.lines().count(), stripped.text.lines().count(), "{path}:{}", mark.line);
        for (other, (before, after)) in stripped.text.lines().zip(changed.lines()).enumerate() {
            let of_the_line = stripped.lines[other].first() == Some(&mark);
            assert_eq!(before != after, of_the_line, "{path}:{}: `{before}` is `{after}`", mark.line);
        }
    }
    assert!(edited.len() > 8, "{edited:?}");
}
