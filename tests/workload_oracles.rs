//! What the API server rejects in workloads, affinity and spread constraints, against Kubernetes' own answers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::kubernetes::object::expand;
use aiplat_lint::kubernetes::schema;
use aiplat_lint::kubernetes::validate::{self, Rejected};
use aiplat_lint::kubernetes::version::KubeVersion;
use aiplat_lint::model::workload::WorkloadKind;
use aiplat_lint::text::SourceId;
use aiplat_lint::yaml;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// What is rejected of one manifest; `None` where its form is, so that its content is not judged.
fn judge(manifest: &str, version: KubeVersion) -> Option<Vec<Rejected>> {
    let text: Arc<str> = Arc::from(manifest);
    let document = Arc::new(yaml::parse(SourceId(0), &text).remove(0));
    let object = expand(&document).objects.into_iter().next()?;
    let kind = WorkloadKind::of(&object.group, &object.kind)?;
    if !schema::validate(&object.group, &object.version, &object.kind, object.root()).is_empty() {
        return None;
    }
    let mut all = validate::workload(&object.kind, object.root(), version);
    all.extend(validate::affinity(object.root(), kind.template_path(), version));
    all.extend(validate::topology_spread(object.root(), kind.template_path(), version));
    Some(all)
}

/// The steps of a path, in our form or in that of the API server.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("[\"") {
            quoted.split_once("\"]").expect("a quoted step ends")
        } else if let Some(bracket) = rest.strip_prefix('[') {
            bracket.split_once(']').expect("a bracket ends")
        } else {
            rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))
        };
        steps.push(step.to_owned());
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

/// Whether one path is at, above or below the other. A last step that names no field, such as
/// `{topologyKey, whenUnsatisfiable}`, stands for its parent.
fn meets(ours: &str, theirs: &str) -> bool {
    let (ours, mut theirs) = (steps(ours), steps(&plain(theirs)));
    if theirs.last().is_some_and(|last| last.starts_with('{')) {
        theirs.pop();
    }
    ours.iter().zip(&theirs).all(|(one, other)| one == other)
}

/// The API server's path as that of a field. It leaves out indexes in a few places, and puts some faults of a value at
/// the operator beside it.
fn plain(path: &str) -> String {
    const CUT: &[&str] = &[
        ".volumeMounts.",
        ".envFrom",
        ".httpHeaders",
        ".namespace",
        ".operator",
        ".HostPID",
        ".HostIPC",
        ".downwardAPI.",
        ".projected",
        ".resizePolicy",
        ".resources[storage]",
    ];
    let cut = CUT.iter().filter_map(|mark| path.find(mark)).min();
    cut.map_or(path, |cut| path.split_at(cut).0).to_owned()
}

#[test]
fn the_rows_of_the_oracle_are_judged_as_by_kubernetes() {
    for topic in ["deployment-validation", "affinity-validation", "topology-validation"] {
        for row in support::oracle(topic) {
            let found = judge(row["input"].as_str().expect("a manifest"), KubeVersion::NEWEST).expect("a workload");
            let paths: Vec<&str> = found.iter().map(|rejected| rejected.invalid.path.as_str()).collect();
            match row["expect"].as_str().expect("a verdict").strip_prefix("invalid: ") {
                None => assert!(found.is_empty(), "{row}: {found:?}"),
                Some(path) => {
                    assert!(paths.len() == 1 && meets(paths[0], path), "{path} is rejected, and not {paths:?}: {row}")
                }
            }
        }
    }
}

/// A manifest with the fields that Kubernetes rejects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    about: String,
    manifest: String,
    /// Paths as the API server prints them.
    rejects: Vec<String>,
    /// The object is accepted and its pods are not.
    #[serde(default)]
    rejects_pods: bool,
    /// Left to another rule, or to the server.
    #[serde(default)]
    left: bool,
}

/// The answers of Kubernetes 1.37.2's own validation packages to manifests made for this project.
#[test]
fn workloads_are_judged_as_by_the_api_server() {
    let rows = read(&support::root().join("fixtures/validation/workloads.jsonl"));
    assert!(rows.len() > 100, "{} rows", rows.len());
    let (wrong, left) = compare(&rows);
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    let known: Vec<_> = rows.iter().filter(|row| row.left).map(|row| row.about.clone()).collect();
    assert_eq!(left.into_values().flatten().collect::<Vec<_>>(), known, "what is left to the server");
}

/// The same over more rows, from the file that `VALIDATION_ROWS` names: says what is left.
#[test]
#[ignore = "for rows that are not part of the project"]
fn more_rows_are_judged_as_by_the_api_server() {
    let path = std::env::var("VALIDATION_ROWS").expect("VALIDATION_ROWS names a file");
    let (wrong, left) = compare(&read(Path::new(&path)));
    for (field, about) in &left {
        eprintln!("{:4} {field}: {}", about.len(), about[0]);
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

fn read(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).expect("the rows are readable");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Rows where we reject what Kubernetes accepts, or something else; and by field those where we reject nothing.
fn compare(rows: &[Row]) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
    let (mut wrong, mut left) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for row in rows {
        let Some(found) = judge(&row.manifest, KubeVersion::NEWEST) else { continue };
        for rejected in &found {
            let path = &rejected.invalid.path;
            if !row.rejects_pods && !row.rejects.iter().any(|theirs| meets(path, theirs)) {
                wrong.push(format!("{}: {path}: {}; they: {:?}", row.about, rejected.invalid.message, row.rejects));
            }
        }
        if found.is_empty() && !row.rejects.is_empty() {
            left.entry(row.rejects[0].clone()).or_default().push(row.about.clone());
        }
    }
    (wrong, left)
}
