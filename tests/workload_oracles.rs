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

/// What is rejected of one manifest, and whether its form is right; `None` for what is no workload.
fn judge(manifest: &str, version: KubeVersion) -> Option<(Vec<Rejected>, bool)> {
    let text: Arc<str> = Arc::from(manifest);
    let document = Arc::new(yaml::parse(SourceId(0), &text).remove(0));
    let object = expand(&document).objects.into_iter().next()?;
    let kind = WorkloadKind::of(&object.group, &object.kind)?;
    let formed = schema::validate(&object.group, &object.version, &object.kind, object.root()).is_empty();
    let mut all = validate::workload(&object.kind, object.root(), version);
    all.extend(validate::affinity(object.root(), kind.template_path(), version));
    all.extend(validate::topology_spread(object.root(), kind.template_path(), version));
    Some((all, formed))
}

/// The steps of a path, in our form or in that of the API server.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("[\"") {
            quoted.split_once("\"]").expect("a quoted step ends")
        } else if let Some(bracket) = rest.strip_prefix('[') {
            bracket.split_once(']').unwrap_or((bracket, ""))
        } else {
            rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()))
        };
        steps.push(step.to_owned());
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

/// Whether one path is at, above or below the other.
fn meets(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (steps(ours), steps(&plain(theirs)));
    ours.iter().zip(&theirs).all(|(one, other)| one == other)
}

/// The API server's path as that of a field. It leaves out an index in a few places, counts the claims of a StatefulSet
/// among the volumes, and puts some faults of a value at the operator beside it, or at the parent.
fn plain(path: &str) -> String {
    const CUT: &[&str] = &[
        ".volumeMounts.",
        ".envFrom",
        ".httpHeaders",
        ".namespace",
        ".operator",
        ".{",
        ".projected",
        ".downwardAPI.",
        ".resources[storage]",
        "][",
    ];
    let path = path.replace(".resources.containers[", ".containers[");
    let path =
        path.strip_suffix(']').and_then(|path| path.split_once(".podAffinityTerm[")).map_or(path.as_str(), |cut| cut.0);
    let cut = CUT.iter().filter_map(|mark| path.find(mark)).min();
    cut.map_or(path, |cut| path.split_at(cut).0).to_owned()
}

#[test]
fn the_rows_of_the_oracle_are_judged_as_by_kubernetes() {
    for topic in ["deployment-validation", "affinity-validation", "topology-validation"] {
        for row in support::oracle(topic) {
            let manifest = row["input"].as_str().expect("a manifest");
            let (found, _) = judge(manifest, KubeVersion::NEWEST).expect("a workload");
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
}

/// The answers of Kubernetes 1.37.2's own validation packages to manifests made for this project.
#[test]
fn workloads_are_judged_as_by_the_api_server() {
    let rows = read(&support::root().join("fixtures/validation/workloads.jsonl"));
    assert!(rows.len() > 100, "{} rows", rows.len());
    let (wrong, left) = compare(&rows, KubeVersion::NEWEST);
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    assert!(left.is_empty(), "accepted by us alone: {left:?}");
}

/// The same over more rows, from the file that `VALIDATION_ROWS` names, of the release `VALIDATION_RELEASE`: says what
/// is left.
#[test]
#[ignore = "for rows that are not part of the project"]
fn more_rows_are_judged_as_by_the_api_server() {
    let path = std::env::var("VALIDATION_ROWS").expect("VALIDATION_ROWS names a file");
    let release =
        std::env::var("VALIDATION_RELEASE").map_or(KubeVersion::NEWEST, |text| text.parse().expect("a release"));
    let (wrong, left) = compare(&read(Path::new(&path)), release);
    for (field, about) in &left {
        eprintln!("{:4} {field}: {}", about.len(), about[0]);
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

fn read(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).expect("the rows are readable");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// What is not well said: the message stands alone in a line, and the other place has a few words.
fn clumsy(rejected: &Rejected) -> Option<String> {
    let (message, help) = (&rejected.invalid.message, &rejected.invalid.help);
    let words = rejected.other.as_ref().map_or(3, |(_, words)| words.split(' ').count());
    let is_well = message.chars().count() <= 100
        && !message.ends_with('.')
        && !message.starts_with(char::is_uppercase)
        && help.starts_with(char::is_lowercase)
        && (2..=8).contains(&words);
    (!is_well).then(|| format!("{} characters: {message} | {help} | {:?}", message.chars().count(), rejected.other))
}

/// What we reject and Kubernetes does not; and by field what Kubernetes rejects and we do not.
fn compare(rows: &[Row], version: KubeVersion) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
    let (mut wrong, mut left) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for row in rows {
        let (found, formed) = judge(&row.manifest, version).expect("a workload");
        // What the schema reports comes first.
        if !formed {
            continue;
        }
        // The server counts the claims of a StatefulSet among its volumes.
        let claims = row.manifest.contains("kind: StatefulSet");
        let same = |ours: &str, theirs: &str| {
            meets(ours, theirs) || claims && ours.contains("olume") && theirs.contains(".volumes[")
        };
        for rejected in &found {
            wrong.extend(clumsy(rejected));
            let path = &rejected.invalid.path;
            if !row.rejects_pods && !row.rejects.iter().any(|theirs| same(path, theirs)) {
                wrong.push(format!("{}: {path}: {}; they: {:?}", row.about, rejected.invalid.message, row.rejects));
            }
        }
        for theirs in &row.rejects {
            if !found.iter().any(|ours| same(&ours.invalid.path, theirs)) {
                left.entry(theirs.clone()).or_default().push(row.about.clone());
            }
        }
    }
    (wrong, left)
}
