//! Helm itself as the judge: charts rendered by it, and what differs between two renders.

use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A path into an object or into values, key by key; an index is its digits.
pub(crate) type Segments = Vec<String>;

/// `Kind/name` and the path of a scalar, an empty mapping or an empty list.
pub(crate) type Place = (String, Segments);

/// The scalars of a render.
pub(crate) type Fields = BTreeMap<Place, String>;

pub(crate) struct Helm {
    pub(crate) program: String,
}

/// One way of rendering a chart.
#[derive(Clone)]
pub(crate) struct Request<'a> {
    pub(crate) release: &'a str,
    pub(crate) chart: &'a Path,
    pub(crate) values: Vec<PathBuf>,
    pub(crate) arguments: &'a [String],
}

impl Helm {
    /// The one of `$HELM`, else that of the path; says so aloud where there is none.
    pub(crate) fn find() -> Option<Self> {
        let program = std::env::var("HELM").unwrap_or_else(|_| "helm".to_owned());
        match Command::new(&program).arg("version").output() {
            Ok(output) if output.status.success() => Some(Self { program }),
            _ => {
                eprintln!("SKIPPED: no helm here ($HELM or PATH), so no provenance is checked");
                None
            }
        }
    }

    /// The fields of a render, or helm's message.
    pub(crate) fn fields(&self, request: &Request<'_>) -> Result<Fields, String> {
        let mut command = Command::new(&self.program);
        command.args(["template", request.release]).arg(request.chart).args(["--namespace", "default"]);
        command.args(request.arguments);
        for file in &request.values {
            command.arg("--values").arg(file);
        }
        let output = command.output().expect("helm runs");
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        fields(&String::from_utf8(output.stdout).expect("UTF-8"))
    }
}

/// Documents are told apart by kind and name. Some edits make a template print what is no YAML.
fn fields(text: &str) -> Result<Fields, String> {
    let mut found = Fields::new();
    for document in text.split("\n---\n") {
        let value = serde_yaml::from_str::<Value>(document.trim_start_matches("---\n"));
        let value = value.map_err(|why| format!("helm printed a document that is no YAML: {why}"))?;
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let name = value.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
        let object = format!("{kind}/{}", name.unwrap_or_default());
        if object != "/" {
            flatten(&value, &mut Vec::new(), &object, &mut found);
        }
    }
    assert!(!found.is_empty(), "a render without a single object");
    Ok(found)
}

fn flatten(value: &Value, path: &mut Segments, object: &str, found: &mut Fields) {
    match value {
        Value::Mapping(mapping) if !mapping.is_empty() => {
            for (key, value) in mapping {
                path.push(key.as_str().map_or_else(|| text(key), ToOwned::to_owned));
                flatten(value, path, object, found);
                path.pop();
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                path.push(index.to_string());
                flatten(value, path, object, found);
                path.pop();
            }
        }
        other => {
            found.insert((object.to_owned(), path.clone()), text(other));
        }
    }
}

fn text(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML is written").trim_end().to_owned()
}

/// The places whose value differs, or that are only on one side.
pub(crate) fn changes(before: &Fields, after: &Fields) -> BTreeSet<Place> {
    let all: BTreeSet<&Place> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|place| before.get(*place) != after.get(*place)).cloned().collect()
}

/// `spec.rules[0]["a.b"].c` as its segments.
pub(crate) fn segments(path: &str) -> Segments {
    let mut found = Segments::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]").expect("a quoted key ends");
            found.push(key.to_owned());
            rest = after;
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']').expect("an index ends");
            found.push(index.to_owned());
            rest = after;
        } else {
            let plain = rest.strip_prefix('.').unwrap_or(rest);
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            let (key, after) = plain.split_at(end);
            found.push(key.to_owned());
            rest = after;
        }
    }
    found
}

#[test]
fn paths_are_taken_apart_at_dots_indices_and_quoted_keys() {
    let parts = segments("metadata.annotations[\"prometheus.io/port\"]");
    assert_eq!(parts, ["metadata", "annotations", "prometheus.io/port"]);
    assert_eq!(segments("workers[1].minAvailable"), ["workers", "1", "minAvailable"]);
}

#[test]
fn a_change_is_a_value_that_differs_or_stands_on_one_side_only() {
    let object = |spec: &str| {
        fields(&format!("kind: PodDisruptionBudget\nmetadata: {{name: orders}}\nspec: {{{spec}}}\n")).expect("YAML")
    };
    let changed = changes(&object("minAvailable: 1, selector: {}"), &object("maxUnavailable: 1, selector: {}"));
    let paths: Vec<String> = changed.iter().map(|(_, path)| path.join(".")).collect();
    assert_eq!(paths, ["spec.maxUnavailable", "spec.minAvailable"]);
}
