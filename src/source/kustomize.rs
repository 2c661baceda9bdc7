//! Kustomizations: what one refers to, and building those that no other one in scope uses.

use crate::model::build::Build;
use crate::source::paths::absolute;
use crate::source::render::{RenderError, Renderer};
use crate::source::{Input, Options};
use crate::text::{Source, SourceId};
use crate::yaml;
use rayon::prelude::*;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The names that kustomize looks for.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Lists of files or folders of a kustomization.
const RESOURCES: [&str; 3] = ["resources", "bases", "components"];

/// A kustomization that was built.
#[derive(Debug, Clone)]
pub struct BuiltKustomization {
    /// Index of its build.
    pub build: usize,
    /// Its folder.
    pub folder: PathBuf,
    /// What was built.
    pub source: SourceId,
}

/// A kustomization as far as it says what else is read.
#[derive(Debug, Default)]
pub(super) struct Kustomization {
    /// Its folder.
    folder: PathBuf,
    /// Objects, and files that hold other things.
    files: BTreeSet<PathBuf>,
    /// Fragments of objects.
    patches: BTreeSet<PathBuf>,
    /// Other kustomizations.
    folders: BTreeSet<PathBuf>,
    /// What it would fetch.
    remote: Vec<String>,
    /// It is only ever a part of others.
    is_component: bool,
}

impl Kustomization {
    /// The kustomization of a folder, if there is one that can be read. Paths become absolute.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = NAMES.iter().find_map(|name| std::fs::read_to_string(folder.join(name)).ok())?;
        let value: Value = serde_yaml::from_str(&text).ok()?;
        let folder = absolute(folder);
        let mut kustomization = Self { folder: folder.clone(), ..Self::default() };
        kustomization.is_component = value.get("kind").and_then(Value::as_str) == Some("Component");
        for entry in RESOURCES.iter().flat_map(|key| list(&value, key)).filter_map(Value::as_str) {
            let path = absolute(&folder.join(entry));
            if is_remote(entry) && !path.exists() {
                kustomization.remote.push(entry.to_owned());
            } else if path.is_dir() {
                kustomization.folders.insert(path);
            } else {
                kustomization.files.insert(path);
            }
        }
        let named = ["patches", "patchesJson6902"].iter().flat_map(|key| list(&value, key));
        let named = named.filter_map(|patch| patch.get("path")?.as_str());
        let merged = list(&value, "patchesStrategicMerge").filter_map(Value::as_str);
        kustomization.patches.extend(named.chain(merged).map(|path| absolute(&folder.join(path))));
        Some(kustomization)
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_sequence).into_iter().flatten()
}

/// What kustomize would clone or download.
fn is_remote(entry: &str) -> bool {
    entry.contains("://") || entry.starts_with("git@") || entry.starts_with("github.com/") || entry.contains("?ref=")
}

/// Whether a file is a kustomization.
pub(super) fn is_kustomization(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name))
}

/// Whether a folder holds one.
pub(super) fn holds_kustomization(folder: &Path) -> bool {
    NAMES.iter().any(|name| folder.join(name).is_file())
}

/// Files that the kustomization of a folder uses as patches: fragments of objects, to be judged only after the build.
pub(super) fn patches(folder: &Path) -> BTreeSet<PathBuf> {
    Kustomization::read(folder).map(|kustomization| kustomization.patches).unwrap_or_default()
}

impl Input {
    /// Builds the kustomizations of folders that no other of them uses. Gives the files that are judged in a build, and so
    /// not by themselves.
    pub(super) fn build_kustomizations(
        &mut self,
        options: &Options,
        folders: &BTreeSet<PathBuf>,
        renderer: &dyn Renderer,
    ) -> BTreeSet<PathBuf> {
        let all: BTreeMap<PathBuf, Kustomization> = folders
            .iter()
            .filter_map(|folder| Kustomization::read(folder))
            .map(|kustomization| (kustomization.folder.clone(), kustomization))
            .collect();
        let used: BTreeSet<&PathBuf> = all.values().flat_map(|kustomization| &kustomization.folders).collect();
        let roots: Vec<&Kustomization> = all
            .values()
            .filter(|kustomization| !kustomization.is_component && !used.contains(&kustomization.folder))
            .collect();
        let outcomes: Vec<_> = roots
            .par_iter()
            .map(|root| {
                let parts = parts(root);
                let remote: Vec<String> = parts.iter().flat_map(|part| part.remote.clone()).collect();
                let outcome = if remote.is_empty() { Some(renderer.build(&root.folder)) } else { None };
                (parts, remote, outcome)
            })
            .collect();
        let mut covered = BTreeSet::new();
        let mut absent = false;
        for (root, (parts, remote, outcome)) in roots.into_iter().zip(outcomes) {
            let name = super::chart::paths_shown(&root.folder);
            match outcome {
                Some(Ok(text)) => {
                    covered.extend(parts.into_iter().flat_map(|part| part.files.into_iter().chain(part.patches)));
                    self.add_kustomization(options, root, name, &text);
                }
                None => self.fail(
                    format!("the kustomization {name} is not built: it takes {} from the network", remote.join(", ")),
                    Some(format!("build it where that may be fetched: kustomize build {name} | aiplat-lint check -")),
                ),
                Some(Err(RenderError::Absent { .. })) if absent => {}
                Some(Err(RenderError::Absent { program })) => {
                    absent = true;
                    self.fail(
                        format!("the kustomization {name} is not built: there is no {program} here"),
                        Some("install kustomize or kubectl; its files are judged as they are".to_owned()),
                    );
                }
                Some(Err(error)) => {
                    let why = match error {
                        RenderError::Refused(message) => format!("kustomize says: {message}"),
                        RenderError::Stopped(message) => format!("kustomize was of no use: {message}"),
                        RenderError::TooOld { version } => format!("kustomize {version} is too old"),
                        RenderError::Absent { program } => format!("there is no {program} here"),
                    };
                    self.fail(format!("the kustomization {name} is not built: {why}"), None);
                }
            }
        }
        covered
    }

    fn add_kustomization(&mut self, options: &Options, root: &Kustomization, name: String, text: &str) {
        let file = NAMES.iter().map(|name| root.folder.join(name)).find(|file| file.is_file()).unwrap_or_default();
        let mut source = Source::new(format!("{name} (built)"), text);
        source.made_from = Some(super::chart::paths_shown(&file));
        let text = Arc::clone(&source.text);
        let id = self.sources.add(source);
        let documents: Vec<_> = yaml::parse(id, &text).into_iter().map(Arc::new).collect();
        let path = super::paths::relative(&file, &options.folder());
        let build = Build::new(options.build(name.clone(), true, BTreeMap::from([(id, path)])), documents);
        if build.resources.is_empty() {
            self.fail(format!("no Kubernetes object in what the kustomization {name} builds"), None);
        }
        self.kustomizations.push(BuiltKustomization {
            build: self.builds.len(),
            folder: root.folder.clone(),
            source: id,
        });
        self.builds.push(build);
        self.files += 1;
    }
}

/// A kustomization with all that it is made of.
fn parts(root: &Kustomization) -> Vec<Kustomization> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut pending = vec![root.folder.clone()];
    while let Some(folder) = pending.pop() {
        if !seen.insert(folder.clone()) {
            continue;
        }
        let Some(part) = Kustomization::read(&folder) else { continue };
        pending.extend(part.folders.iter().cloned());
        found.push(part);
    }
    found
}
