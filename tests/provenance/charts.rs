//! The charts of `fixtures/charts`, their layers, and what aiplat-lint says of them.

use crate::rendered::{Request, Segments};
use crate::support;
use serde_json::Value;
use serde_yaml::{Mapping, Value as Yaml};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A chart with its plan.
pub(crate) struct Chart {
    /// Of `Chart.yaml`, and of the release.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Flags that helm and aiplat-lint both are given, from the file `arguments`.
    arguments: Vec<String>,
    /// Where aiplat-lint is run.
    root: PathBuf,
    /// Path from there, as it stands in reports.
    shown: String,
    /// Overlay by the name of its environment.
    overlays: Vec<(String, String)>,
}

/// One run of aiplat-lint over a chart.
pub(crate) struct Run {
    pub(crate) report: Value,
    pub(crate) exit: Option<i32>,
    /// The layers it was told by `--values`, if it was not left to find the environments.
    layers: Option<Vec<String>>,
}

/// A finding that was reported.
pub(crate) struct Found {
    pub(crate) rule: String,
    pub(crate) object: String,
    pub(crate) field: String,
    pub(crate) environments: Vec<String>,
    pub(crate) provenance: Value,
}

/// All charts, by name.
pub(crate) fn all() -> Vec<Chart> {
    let charts = of(support::root(), "fixtures/charts");
    assert!(charts.len() >= 13, "only {} charts are here", charts.len());
    charts
}

/// The charts of a folder, each as `NAME/chart` with what helm is given in `NAME/arguments`.
pub(crate) fn of(root: &Path, folder: &str) -> Vec<Chart> {
    let entries = fs::read_dir(root.join(folder)).expect("the charts").map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.join("chart/Chart.yaml").is_file()).collect();
    folders.sort();
    folders.iter().map(|folder| Chart::read(root, folder)).collect()
}

impl Chart {
    fn read(root: &Path, folder: &Path) -> Self {
        let path = folder.join("chart");
        let shown = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
        let about = yaml(&path.join("Chart.yaml"));
        let name = about.get("name").and_then(Yaml::as_str).expect("a chart has a name").to_owned();
        let arguments = fs::read_to_string(folder.join("arguments")).unwrap_or_default();
        let arguments = arguments.split_whitespace().map(ToOwned::to_owned).collect();
        let overlays = overlays(&path);
        Self { name, path, arguments, root: root.to_path_buf(), shown, overlays }
    }

    /// The rows of `expected.jsonl`.
    pub(crate) fn expected(&self) -> Option<Vec<Value>> {
        let text = fs::read_to_string(self.path.with_file_name("expected.jsonl")).ok()?;
        Some(text.lines().map(|line| serde_json::from_str(line).expect("each row is JSON")).collect())
    }

    /// One run over all environments; for a chart without a plan one for each of the overlays, if those are named.
    pub(crate) fn runs(&self, some: &[&str]) -> Vec<Run> {
        if self.expected().is_some() || some.is_empty() {
            return vec![self.run(None)];
        }
        some.iter().map(|overlay| self.run(Some(self.below(overlay)))).collect()
    }

    fn run(&self, layers: Option<Vec<String>>) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aiplat-lint"));
        command.current_dir(&self.root).args(["check", &self.shown, "--format", "json"]);
        command.args(["--release", &self.name, "--namespace", "default"]).args(&self.arguments);
        for layer in layers.iter().flatten() {
            command.arg("--values").arg(self.path.join(layer));
        }
        let output = command.output().expect("aiplat-lint runs");
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|why| {
            panic!("{}: no JSON ({why}); it says {}", self.name, String::from_utf8_lossy(&output.stderr))
        });
        Run { report, exit: output.status.code(), layers }
    }

    /// A file without the chart's folder before it.
    pub(crate) fn relative<'a>(&self, file: &'a str) -> &'a str {
        let relative = file.strip_prefix(&self.shown).map_or(file, |rest| rest.trim_start_matches('/'));
        // What is written into a copy of the chart must not reach the chart.
        assert!(!relative.starts_with(['/', '.']), "{file} is outside of {}", self.shown);
        relative
    }

    /// The values files of an environment, the lowest first.
    pub(crate) fn layers(&self, run: &Run, environment: &str) -> Vec<String> {
        if let Some(layers) = &run.layers {
            return layers.clone();
        }
        if environment == "default" {
            return Vec::new();
        }
        let overlay = self.overlays.iter().find(|(name, file)| name == environment || file == environment);
        let (_, overlay) = overlay.unwrap_or_else(|| panic!("{} has no overlay of {environment}", self.name));
        self.below(overlay)
    }

    /// An overlay on top of what its first line says it layers.
    fn below(&self, overlay: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path.join(overlay)).expect("an overlay");
        let below = text.lines().next().and_then(|line| line.strip_prefix("# aiplat-lint: layers "));
        let mut files = below.map(|below| self.below(below.trim())).unwrap_or_default();
        files.push(overlay.to_owned());
        files
    }

    pub(crate) fn request<'a>(&'a self, chart: &'a Path, layers: &[String]) -> Request<'a> {
        let values = layers.iter().map(|layer| chart.join(layer)).collect();
        Request { release: &self.name, chart, values, arguments: &self.arguments }
    }

    /// Names under which the parent knows the subchart of an alias, but for that alias.
    pub(crate) fn aliases_beside(&self, alias: &str) -> Vec<String> {
        let about = yaml(&self.path.join("Chart.yaml"));
        let dependencies = about.get("dependencies").and_then(Yaml::as_sequence).cloned().unwrap_or_default();
        let word = |dependency: &Yaml, key: &str| dependency.get(key).and_then(Yaml::as_str).map(ToOwned::to_owned);
        let pairs: Vec<(String, String)> = dependencies
            .iter()
            .filter_map(|dependency| {
                let name = word(dependency, "name")?;
                Some((word(dependency, "alias").unwrap_or_else(|| name.clone()), name))
            })
            .collect();
        let Some((_, name)) = pairs.iter().find(|(known, _)| known == alias) else { return Vec::new() };
        pairs.iter().filter(|(other, of)| of == name && other != alias).map(|(other, _)| other.clone()).collect()
    }

    /// Values with one key set. Helm replaces lists whole, so the rest of a list comes from the layer that sets it.
    pub(crate) fn with(&self, layers: &[String], key: &Segments, value: &Yaml) -> Yaml {
        let is_index = |segment: &String| segment.chars().all(|letter| letter.is_ascii_digit());
        let Some(list) = key.iter().position(is_index) else { return nested(key, value.clone()) };
        let (path, inside) = key.split_at(list);
        let files = layers.iter().rev().map(String::as_str).chain(["values.yaml"]);
        let mut whole = files
            .filter_map(|file| path.iter().try_fold(yaml(&self.path.join(file)), |at, key| at.get(key).cloned()))
            .next()
            .unwrap_or_else(|| panic!("{}: no layer sets the list {}", self.name, path.join(".")));
        replace(&mut whole, inside, value);
        nested(path, whole)
    }
}

fn nested(path: &[String], value: Yaml) -> Yaml {
    path.iter().rev().fold(value, |inner, key| {
        let mut mapping = Mapping::new();
        mapping.insert(Yaml::String(key.clone()), inner);
        Yaml::Mapping(mapping)
    })
}

fn replace(at: &mut Yaml, path: &[String], value: &Yaml) {
    let Some((key, rest)) = path.split_first() else {
        *at = value.clone();
        return;
    };
    let next = match (key.parse::<usize>(), at) {
        (Ok(index), Yaml::Sequence(items)) => items.get_mut(index),
        (_, Yaml::Mapping(mapping)) => mapping.get_mut(key.as_str()),
        _ => None,
    };
    replace(next.unwrap_or_else(|| panic!("no `{key}` in the list")), rest, value);
}

fn yaml(path: &Path) -> Yaml {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let mut value: Yaml = serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    value.apply_merge().expect("merge keys hold mappings");
    value
}

/// The recognised overlays, each with the name of its environment.
fn overlays(chart: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, path) in files(chart, "") {
        if let Some(name) = name.strip_prefix("values-") {
            found.push((name.to_owned(), path));
        }
    }
    found.extend(files(chart, "values"));
    for (name, path) in files(chart, "ci") {
        if let Some(name) = name.strip_suffix("-values") {
            found.push((format!("ci/{name}"), path));
        }
    }
    let environments = chart.join("environments");
    for entry in fs::read_dir(environments).into_iter().flatten() {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let path = format!("environments/{name}/values.yaml");
        found.push((name, path));
    }
    found
}

/// YAML files of a folder: stem, and path from the chart.
fn files(chart: &Path, folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(chart.join(folder)).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let path = |name: &String| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
    names.filter_map(|name| Some((name.strip_suffix(".yaml")?.to_owned(), path(&name)))).collect()
}

impl Run {
    pub(crate) fn findings(&self) -> impl Iterator<Item = Found> {
        self.report["findings"].as_array().expect("findings").iter().map(|finding| self.found(finding))
    }

    fn found(&self, finding: &Value) -> Found {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let builds = std::iter::once(&finding["build"]).chain(finding["also_in"].as_array().into_iter().flatten());
        let subject = &finding["subject"];
        Found {
            rule: text(&finding["rule"]),
            object: format!("{}/{}", text(&subject["kind"]), text(&subject["name"])),
            field: text(&finding["field"]),
            environments: builds.map(|build| self.environment(build)).collect(),
            provenance: finding["provenance"].clone(),
        }
    }

    /// `prod` of a build named `fixtures/charts/orders/chart (prod)`; a values file that is judged by itself has its path.
    fn environment(&self, build: &Value) -> String {
        let index = build.as_u64().and_then(|index| usize::try_from(index).ok()).expect("the index of a build");
        let name = self.report["builds"][index]["name"].as_str().expect("a build has a name");
        let inner = name.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        inner.unwrap_or(name).to_owned()
    }
}

impl Found {
    pub(crate) fn values(&self) -> Option<&Value> {
        Some(&self.provenance["values"]).filter(|values| !values.is_null())
    }

    pub(crate) fn place(&self) -> String {
        format!("{} {}", self.object, self.field)
    }

    /// Whether a planned row is about this finding.
    pub(crate) fn is(&self, row: &Value) -> bool {
        row["rule"] == *self.rule
            && row["object"] == *self.object
            && row["field"] == *self.field
            && self.environments.iter().any(|environment| row["environment"] == **environment)
    }
}
