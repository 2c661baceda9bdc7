//! The environments of a chart: which values files are meant for the top of its own, and in which order.

use crate::source::paths::absolute;
use crate::source::read_text;
use std::path::{Path, PathBuf};

/// One way in which a chart is meant to be rendered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ChartEnvironment {
    /// What the user calls it: `prod` for `values-prod.yaml`, `default` for the chart's own values alone.
    pub(super) name: String,
    /// Values files on top of the chart's own, the lowest first.
    pub(super) values: Vec<PathBuf>,
}

/// The name of the environment without an overlay.
pub(super) const DEFAULT: &str = "default";

/// The chart's own values alone, and one environment for each overlay that is recognised by its name.
pub(super) fn detect(chart: &Path) -> Vec<ChartEnvironment> {
    let mut environments = vec![ChartEnvironment { name: DEFAULT.to_owned(), values: Vec::new() }];
    let mut overlays = overlays(chart);
    overlays.sort();
    for (name, file) in overlays {
        environments.push(ChartEnvironment { name, values: layers(&file, chart) });
    }
    environments
}

/// The overlays with their names.
fn overlays(chart: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for (stem, file) in yaml_files(chart) {
        let name = stem.strip_prefix("values-").or_else(|| stem.strip_prefix("values."));
        found.extend(name.map(|name| (name.to_owned(), file)));
    }
    found.extend(yaml_files(&chart.join("values")));
    for (stem, file) in yaml_files(&chart.join("ci")) {
        found.extend(stem.strip_suffix("-values").map(|name| (format!("ci/{name}"), file)));
    }
    for folder in folders(&chart.join("environments")) {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        found.extend(
            yaml_files(&folder).into_iter().filter(|(stem, _)| stem == "values").map(|(_, file)| (name.clone(), file)),
        );
    }
    found
}

fn yaml_files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path()).filter(|path| path.is_file());
    files
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?;
            let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
            Some((stem.to_owned(), path.clone()))
        })
        .collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// A values file and those that it says it stands on, the lowest first; the chart's own are below all of them.
pub(super) fn layers(file: &Path, chart: &Path) -> Vec<PathBuf> {
    let own = absolute(&chart.join("values.yaml"));
    let mut layers = vec![file.to_owned()];
    // A chain of overlays is short; one that goes in a circle ends here.
    while layers.len() < 16 {
        let Some(lowest) = layers.first() else { break };
        let Some(below) = read_text(lowest).ok().and_then(|text| layer_below(&text)) else { break };
        let below = lowest.parent().unwrap_or(Path::new("")).join(below);
        if layers.contains(&below) || absolute(&below) == own || !below.is_file() {
            break;
        }
        layers.insert(0, below);
    }
    layers
}

/// The file that a values file says it is meant to stand on, in the comment on its first line.
pub(super) fn layer_below(text: &str) -> Option<String> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?;
    let name = first.strip_prefix("# aiplat-lint: layers ")?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn overlays_are_told_by_their_names_and_stand_on_what_they_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let chart = folder.path();
        for (file, text) in [
            ("values.yaml", ""),
            ("values-prod.yaml", ""),
            ("values-prod-eu.yaml", "# aiplat-lint: layers values-prod.yaml\na: 1\n"),
            ("values.schema.json", "{}"),
            ("values/staging.yml", ""),
            ("environments/live/values.yaml", ""),
            ("ci/ha-values.yaml", ""),
            ("ci/notes.yaml", ""),
            ("templates/values-of-things.yaml", ""),
        ] {
            let path = chart.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        let found: Vec<(String, Vec<String>)> = detect(chart)
            .into_iter()
            .map(|environment| {
                let relative =
                    |path: &PathBuf| path.strip_prefix(chart).expect("inside").to_string_lossy().into_owned();
                (environment.name, environment.values.iter().map(relative).collect())
            })
            .collect();
        let expected = [
            ("default", &[][..]),
            ("ci/ha", &["ci/ha-values.yaml"][..]),
            ("live", &["environments/live/values.yaml"]),
            ("prod", &["values-prod.yaml"]),
            ("prod-eu", &["values-prod.yaml", "values-prod-eu.yaml"]),
            ("staging", &["values/staging.yml"]),
        ];
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(name, files)| ((*name).to_owned(), files.iter().map(|file| (*file).to_owned()).collect()))
            .collect();
        assert_eq!(found, expected);
    }
}
