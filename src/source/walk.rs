//! Finds files: gitignore semantics in users' folders; a chart is one thing, not a folder of YAML.

use crate::globs::PathGlobs;
use crate::report::{Diagnostic, Gravity};
use crate::source::configuration::FILE_NAME;
use crate::source::paths::{absolute, relative};
use crate::source::{Candidate, chart, display_name, kustomize};
use ignore::WalkBuilder;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What walking found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files that may hold manifests or values.
    pub(crate) files: Vec<Candidate>,
    /// Charts.
    pub(crate) charts: Vec<PathBuf>,
    /// Folders with a kustomization.
    pub(crate) kustomizations: BTreeSet<PathBuf>,
    /// What the configuration excludes.
    pub(crate) excluded: Vec<PathBuf>,
    /// Paths that could not be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What the configuration excludes.
#[derive(Debug, Clone)]
pub(crate) struct Exclusion {
    pub(crate) globs: PathGlobs,
    /// The folder that the globs are relative to.
    pub(crate) folder: PathBuf,
    /// Also where it was named on the command line.
    pub(crate) force: bool,
}

impl Exclusion {
    fn holds(&self, path: &Path) -> bool {
        !self.globs.is_empty() && self.globs.matches(&relative(path, &self.folder))
    }
}

/// Adds what is at `path`. What is named is linted even if the configuration excludes it, unless that is forced.
pub(crate) fn walk(path: &Path, exclusion: &Exclusion, found: &mut Found) {
    let excluded = exclusion.holds(path);
    match std::fs::metadata(path) {
        Ok(_) if excluded && exclusion.force => found.excluded.push(path.to_owned()),
        Ok(_) if path.file_name().is_some_and(|name| name == FILE_NAME) => {
            let message = format!("{} is left alone: it is a configuration of this tool", display_name(path));
            found.diagnostics.push(Diagnostic { gravity: Gravity::Detail, message, help: None, place: None });
        }
        Ok(metadata) if metadata.is_dir() => {
            let exclusion = (!excluded).then_some(exclusion);
            match chart::stands_for(path) {
                Some(chart) => add_chart(Path::new(&chart::paths_shown(&chart)), exclusion, found),
                None => walk_directory(path, exclusion, found),
            }
        }
        Ok(_) if kustomize::is_kustomization(path) => {
            found.kustomizations.insert(path.parent().map(absolute).unwrap_or_default());
        }
        Ok(_) if kustomize::patches(path.parent().unwrap_or(Path::new(""))).contains(&absolute(path)) => {
            found.diagnostics.push(Diagnostic { gravity: Gravity::Note, ..left_alone(path) });
        }
        Ok(_) => found.files.push(Candidate { path: path.to_owned(), explicit: true }),
        Err(error) => found.diagnostics.push(failure(format!("cannot read {}: {error}", display_name(path)))),
    }
}

fn walk_directory(directory: &Path, exclusion: Option<&Exclusion>, found: &mut Found) {
    let mut skipped: BTreeSet<PathBuf> = BTreeSet::new();
    let mut patches: BTreeSet<PathBuf> = BTreeSet::new();
    let walker = WalkBuilder::new(directory)
        .hidden(true)
        .require_git(false)
        .sort_by_file_path(|one, other| one.cmp(other))
        .build();
    let mut files = Vec::new();
    for entry in walker {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.diagnostics.push(failure(format!("cannot read below {}: {error}", display_name(directory))));
                continue;
            }
        };
        let path = entry.path();
        if skipped.iter().any(|skipped| path.starts_with(skipped)) {
            continue;
        }
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if entry.depth() > 0 && exclusion.is_some_and(|exclusion| exclusion.holds(path)) {
            if is_directory || has_manifest_extension(path) {
                found.excluded.push(path.to_owned());
            }
            skipped.extend(is_directory.then(|| path.to_owned()));
            continue;
        }
        if is_directory && path.join("Chart.yaml").is_file() {
            skipped.insert(path.to_owned());
            add_chart(path, exclusion, found);
            continue;
        }
        if is_directory && kustomize::holds_kustomization(path) {
            patches.extend(kustomize::patches(path));
            found.kustomizations.insert(absolute(path));
        }
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file() || (kind.is_symlink() && path.is_file()));
        let leads_nowhere = entry.file_type().is_some_and(|kind| kind.is_symlink()) && !path.exists();
        if leads_nowhere && has_manifest_extension(path) {
            found.diagnostics.push(failure(format!("cannot read {}: the link leads nowhere", display_name(path))));
        }
        if is_file && has_manifest_extension(path) {
            files.push(path.to_owned());
        }
    }
    for path in files {
        if kustomize::is_kustomization(&path) {
            continue;
        }
        if patches.contains(&absolute(&path)) {
            found.diagnostics.push(left_alone(&path));
        } else {
            found.files.push(Candidate { path, explicit: false });
        }
    }
}

fn add_chart(chart: &Path, exclusion: Option<&Exclusion>, found: &mut Found) {
    found.charts.push(chart.to_owned());
    walk_chart(chart, exclusion, found);
}

/// The values files of a chart; its templates are no YAML and its subcharts are its own matter.
fn walk_chart(chart: &Path, exclusion: Option<&Exclusion>, found: &mut Found) {
    let entries = walkdir::WalkDir::new(chart).sort_by_file_name().max_depth(3).into_iter().filter_entry(|entry| {
        !(entry.file_type().is_dir() && matches!(entry.file_name().to_str(), Some("templates" | "charts" | "crds")))
    });
    for entry in entries.flatten() {
        if !entry.file_type().is_file() || !is_values_file(entry.path()) {
            continue;
        }
        if exclusion.is_some_and(|exclusion| exclusion.holds(entry.path())) {
            found.excluded.push(entry.into_path());
        } else {
            found.files.push(Candidate { path: entry.path().to_owned(), explicit: false });
        }
    }
}

/// Whether a file's name is one that values files of charts have.
pub(crate) fn is_values_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { return false };
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    stem == "values"
        || stem.starts_with("values-")
        || stem.starts_with("values.")
        || stem.ends_with("-values")
        || folder == "values"
}

pub(crate) fn has_manifest_extension(path: &Path) -> bool {
    matches!(path.extension().and_then(|extension| extension.to_str()), Some("yaml" | "yml" | "json"))
}

fn left_alone(patch: &Path) -> Diagnostic {
    let message =
        format!("{} is left alone: it is a patch of a kustomization, no object of its own", display_name(patch));
    Diagnostic { gravity: Gravity::Detail, message, help: None, place: None }
}

fn failure(message: String) -> Diagnostic {
    Diagnostic { gravity: Gravity::Failure, message, help: None, place: None }
}
