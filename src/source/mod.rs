//! Turns arguments into builds: finds and reads files, decides what each is, and which belong together.

mod adapters;
mod chart;
mod chart_files;
mod classify;
mod configuration;
mod environments;
mod group;
mod helm;
mod kustomize;
mod options;
mod paths;
mod process;
mod programs;
mod refusal;
pub mod render;
mod subcharts;
mod values;
mod walk;

pub use chart::{RenderedChart, paths_shown as shown_path};
pub use chart_files::{ChartFiles, Scratch};
pub use configuration::ConfigFile;
pub use kustomize::BuiltKustomization;
pub use options::{Environment, Options};
pub use programs::Programs;
pub use subcharts::{chart_metadata, chart_tree};

use crate::model::adapter::AdapterSource;
use crate::model::build::Build;
use crate::report::{Diagnostic, Gravity};
use crate::text::{Source, SourceId, Sources};
use crate::values::ValuesFile;
use crate::yaml::{self, Document};
use chart::Scopes;
use classify::Class;
use rayon::prelude::*;
use render::Renderer;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walk::Exclusion;

/// What standard input is called.
const STDIN: &str = "<stdin>";

/// What was read.
#[derive(Debug, Default)]
pub struct Input {
    /// All texts.
    pub sources: Sources,
    /// The builds, in path order.
    pub builds: Vec<Build>,
    /// Values files over those below them.
    pub values: Vec<ValuesFile>,
    /// The charts that were rendered, each in one environment.
    pub charts: Vec<RenderedChart>,
    /// Adapter configurations that stand outside the builds.
    pub given_adapters: Vec<Arc<AdapterSource>>,
    /// The kustomizations that were built.
    pub kustomizations: Vec<BuiltKustomization>,
    /// What could not be read, and what was left alone.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of files read, standard input included.
    pub files: usize,
    /// Templates of the chart that texts in memory belong to.
    templates: Vec<String>,
}

/// A file that was read and parsed.
pub(crate) struct Loaded {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) explicit: bool,
    pub(crate) documents: Vec<Arc<Document>>,
    pub(crate) class: Class,
}

/// A file that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Named by the user, not found in a directory.
    pub(crate) explicit: bool,
}

impl Input {
    /// Reads everything that the options name.
    #[must_use]
    pub fn read(options: &Options, renderer: &dyn Renderer) -> Self {
        let mut input = Self::default();
        let mut found = walk::Found::default();
        let mut stdin = false;
        let exclusion =
            Exclusion { globs: options.exclude.clone(), folder: options.folder(), force: options.force_exclude };
        for path in &options.paths {
            if path.as_os_str() == "-" {
                stdin = true;
            } else {
                walk::walk(path, &exclusion, &mut found);
            }
        }
        input.diagnostics.append(&mut found.diagnostics);
        let built = input.build_kustomizations(options, &found.kustomizations, renderer);
        found.files.retain(|file| !built.contains(&paths::absolute(&file.path)));
        found.files.sort_by(|one, other| one.path.cmp(&other.path));
        found.files.dedup_by(|one, other| {
            one.path == other.path && {
                other.explicit |= one.explicit;
                true
            }
        });
        let loaded = input.load(found.files);
        let scopes = chart_scopes(&loaded, &found.charts);
        // A chart or kustomization that came to nothing has been told of already.
        let useful: Vec<PathBuf> = loaded
            .iter()
            .filter(|file| !matches!(file.class, Class::Foreign | Class::Unrendered))
            .map(|file| paths::absolute(&file.path))
            .chain(scopes.keys().cloned())
            .chain(found.kustomizations.iter().cloned())
            .collect();
        let adapters = input.read_adapters(&options.adapter_configs, &loaded);
        let own = adapters::adapter_files(&loaded, options);
        input.build(options, loaded, &scopes);
        input.render_charts(options, &scopes, renderer);
        input.mark_rendered();
        if stdin {
            input.read_stdin(options);
        }
        let mut judged = adapters.clone();
        for build in &mut input.builds {
            let holds = |adapter: &Arc<AdapterSource>| {
                build.documents.iter().any(|document| document.source() == adapter.source())
            };
            let (own, given): (Vec<_>, Vec<_>) = adapters.iter().cloned().partition(holds);
            build.given_adapters = given;
            // Those in a build's own ConfigMaps are judged with it.
            judged.retain(|adapter| !own.iter().any(|own| Arc::ptr_eq(own, adapter)));
        }
        input.given_adapters.clone_from(&adapters);
        input.judge_adapters(judged, own, options);
        for path in &found.excluded {
            input.detail(format!("{} is left alone: the configuration excludes it", display_name(path)));
        }
        input.judge_emptiness(options, &useful, &found.excluded);
        input
    }

    /// Reads texts that are already in memory, each a complete build of its own unless `complete` is off. Those below
    /// `templates/` are the templates of the chart that the values files are for.
    #[must_use]
    pub fn of_texts(texts: Vec<(String, String)>, options: &Options) -> Self {
        let mut input = Self::default();
        let (templates, texts): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|(name, _)| name.starts_with("templates/"));
        input.templates = templates.into_iter().map(|(_, text)| text).collect();
        let loaded: Vec<Loaded> = texts
            .into_iter()
            .map(|(name, text)| {
                let text: Arc<str> = Arc::from(text);
                let id = input.sources.add(Source::new(name.clone(), Arc::clone(&text)));
                let documents: Vec<_> = yaml::parse(id, &text).into_iter().map(Arc::new).collect();
                let path = PathBuf::from(&name);
                let class = classify::classify(&path, &documents, true, &text);
                Loaded { path, name, explicit: true, documents, class }
            })
            .collect();
        let own = adapters::adapter_files(&loaded, options);
        input.build(options, loaded, &Scopes::new());
        input.judge_adapters(Vec::new(), own, options);
        input
    }

    fn load(&mut self, candidates: Vec<Candidate>) -> Vec<Loaded> {
        let first = self.sources.len();
        let read: Vec<_> = candidates
            .into_par_iter()
            .enumerate()
            .map(|(number, candidate)| {
                let id = SourceId(u32::try_from(first + number).unwrap_or(u32::MAX));
                let text = read_text(&candidate.path);
                let loaded = text.as_ref().ok().map(|text| {
                    let documents: Vec<_> = yaml::parse(id, text).into_iter().map(Arc::new).collect();
                    let class = classify::classify(&candidate.path, &documents, candidate.explicit, text);
                    (documents, class)
                });
                (candidate, text, loaded)
            })
            .collect();
        let mut files = Vec::new();
        for (candidate, text, loaded) in read {
            let name = display_name(&candidate.path);
            match (text, loaded) {
                (Ok(text), Some((documents, class))) => {
                    self.sources.add(Source::new(name.clone(), text));
                    files.push(Loaded { path: candidate.path, name, explicit: candidate.explicit, documents, class });
                }
                (Err((message, help)), _) => {
                    self.sources.add(Source::new(name.clone(), ""));
                    self.fail(format!("cannot read {name}: {message}"), help);
                }
                (Ok(_), None) => {}
            }
        }
        self.files += files.len();
        files
    }

    fn read_stdin(&mut self, options: &Options) {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        let decoded = match read {
            Ok(_) => yaml::decode_bytes(bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let text: Arc<str> = match decoded {
            Ok(text) => Arc::from(text),
            Err(message) => return self.fail(format!("cannot read standard input: {message}"), None),
        };
        let name = STDIN.to_owned();
        let id = self.sources.add(Source::new(name.clone(), Arc::clone(&text)));
        let documents: Vec<_> = yaml::parse(id, &text).into_iter().map(Arc::new).collect();
        let live =
            documents.iter().filter_map(|document| document.root()).any(|root| root.at("metadata.uid").is_some())
                || documents
                    .iter()
                    .filter_map(|document| document.root())
                    .any(|root| root.at("items[0].metadata.uid").is_some());
        self.files += 1;
        self.builds.push(Build::new(options.build(name, !live, BTreeMap::new()), documents));
    }

    fn build(&mut self, options: &Options, loaded: Vec<Loaded>, scopes: &Scopes) {
        for file in &loaded {
            match &file.class {
                Class::Foreign if file.explicit && chart::owner(&file.path).is_none() => {
                    self.note(format!(
                        "{} is left alone: it holds no Kubernetes manifest, Helm values or adapter rules",
                        file.name
                    ));
                }
                Class::Unrendered => self.note(format!(
                    "{} is left alone: it is a template, which is no YAML before its tool has rendered it",
                    file.name
                )),
                Class::Foreign => self.detail(format!("{} is left alone: it holds no Kubernetes manifest", file.name)),
                _ => {}
            }
        }
        self.read_values(&loaded, options, scopes);
        let folder = options.folder();
        for group in group::group(loaded) {
            let paths = group.files.iter().map(|(id, path)| (*id, paths::relative(path, &folder))).collect();
            self.builds.push(Build::new(options.build(group.name, group.complete, paths), group.documents));
        }
    }

    /// A directory or standard input without a single object must not pass for clean, whatever else was named.
    fn judge_emptiness(&mut self, options: &Options, useful: &[PathBuf], excluded: &[PathBuf]) {
        for path in options.paths.iter().filter(|path| !excluded.contains(path)) {
            let empty = if path.as_os_str() == "-" {
                let stdin = self.builds.iter().find(|build| build.options.name == STDIN);
                stdin.is_none_or(|build| {
                    build.resources.is_empty() && build.documents.iter().all(|document| document.problems().is_empty())
                })
            } else {
                // What cannot be read at all has been said already.
                path.is_dir() && !useful.iter().any(|file| file.starts_with(paths::absolute(path)))
            };
            if empty {
                let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { display_name(path) };
                if excluded.iter().any(|excluded| excluded.starts_with(path)) {
                    let message = format!("no Kubernetes object in what the configuration leaves of {name}");
                    self.fail(message, Some("look at its `exclude`; -v lists what it leaves out".to_owned()));
                    continue;
                }
                self.fail(
                    format!("no Kubernetes object in {name}"),
                    Some("name a file or directory with rendered manifests, or pipe them in: helm template CHART | aiplat-lint check -".to_owned()),
                );
            }
        }
    }

    fn fail(&mut self, message: String, help: Option<String>) {
        self.diagnostics.push(Diagnostic { gravity: Gravity::Failure, message, help, place: None });
    }

    fn note(&mut self, message: String) {
        self.diagnostics.push(Diagnostic { gravity: Gravity::Note, message, help: None, place: None });
    }

    fn detail(&mut self, message: String) {
        self.diagnostics.push(Diagnostic { gravity: Gravity::Detail, message, help: None, place: None });
    }
}

/// The charts that are to be rendered: those that were found, and those that files belong to which were named.
fn chart_scopes(loaded: &[Loaded], found: &[PathBuf]) -> Scopes {
    let mut scopes = Scopes::new();
    for folder in found {
        let scope = scopes.entry(paths::absolute(folder)).or_default();
        (scope.all, scope.beyond_values) = (true, true);
    }
    for file in loaded.iter().filter(|file| file.explicit) {
        let Some(owner) = chart::owner(&file.path) else { continue };
        let path = paths::absolute(&file.path);
        let is_overlay = path != owner.join("values.yaml") && !in_subchart(&owner, &path);
        match &file.class {
            Class::Values { .. } if is_overlay => drop(scopes.entry(owner).or_default().files.insert(path)),
            Class::Values { .. } => scopes.entry(owner).or_default().all = true,
            Class::Template | Class::Unrendered | Class::Foreign => {
                let scope = scopes.entry(owner).or_default();
                (scope.all, scope.beyond_values) = (true, true);
            }
            _ => {}
        }
    }
    scopes
}

fn in_subchart(chart: &Path, path: &Path) -> bool {
    path.strip_prefix(chart).is_ok_and(|inside| inside.starts_with("charts"))
}

/// A file's text, or what went wrong and what to do.
pub(crate) fn read_text(path: &Path) -> Result<Arc<str>, (String, Option<String>)> {
    let metadata = std::fs::metadata(path).map_err(|error| (error.to_string(), None))?;
    // `<(helm template …)` and /dev/stdin are pipes that somebody fills; other pipes could wait for ever.
    if !metadata.is_file() && !path.starts_with("/dev") {
        return Err(("it is no regular file".to_owned(), None));
    }
    if metadata.len() >= u64::from(u32::MAX) {
        return Err(("it is larger than 4 GiB".to_owned(), Some("split it into several files".to_owned())));
    }
    let bytes = std::fs::read(path).map_err(|error| (error.to_string(), None))?;
    yaml::decode_bytes(bytes).map(Arc::from).map_err(|error| (error.to_string(), Some("save it as UTF-8".to_owned())))
}

/// A path as shown: with `/`, without a leading `./`.
pub(crate) fn display_name(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(&text).to_owned()
}
