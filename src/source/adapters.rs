//! Adapter configurations among the input and beside it: reading them, and deciding who judges each.

use crate::model::adapter::AdapterSource;
use crate::model::build::Build;
use crate::source::classify::Class;
use crate::source::{Input, Loaded, Options, display_name, paths, read_text};
use crate::text::Source;
use crate::yaml::{self, Document};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// A file with adapter configurations that belongs to no build.
pub(super) struct AdapterFile {
    name: String,
    adapters: Vec<Arc<AdapterSource>>,
    /// Its documents, where the rules on YAML judge them: the adapter itself refuses what is wrong in a bare configuration,
    /// and other values files are judged as such.
    documents: Vec<Arc<Document>>,
}

/// The adapter configurations among the files, bare or as values of the adapter's chart; a ConfigMap is part of its
/// build, and what `--adapter-config` names is read for that.
pub(super) fn adapter_files(loaded: &[Loaded], options: &Options) -> Vec<AdapterFile> {
    let given: Vec<PathBuf> = options.adapter_configs.iter().map(|path| paths::absolute(path)).collect();
    let files = loaded.iter().filter(|file| matches!(file.class, Class::Adapter | Class::Values { chart: None }));
    let read = files.map(|file| {
        let adapters: Vec<_> = AdapterSource::in_documents(&file.documents).into_iter().map(Arc::new).collect();
        let is_values =
            matches!(file.class, Class::Adapter) && adapters.iter().all(|adapter| adapter.config.prometheus.is_some());
        let documents = if is_values { file.documents.clone() } else { Vec::new() };
        let is_given = given.contains(&paths::absolute(&file.path));
        AdapterFile { name: file.name.clone(), adapters: if is_given { Vec::new() } else { adapters }, documents }
    });
    read.filter(|file| !file.adapters.is_empty() || !file.documents.is_empty()).collect()
}

impl Input {
    pub(super) fn read_adapters(&mut self, paths: &[PathBuf], loaded: &[Loaded]) -> Vec<Arc<AdapterSource>> {
        let mut adapters = Vec::new();
        let mut seen = BTreeSet::new();
        for path in paths.iter().filter(|path| seen.insert(paths::absolute(path))) {
            let name = display_name(path);
            // A file that is linted as well is one text.
            let known = loaded.iter().find(|file| paths::absolute(&file.path) == paths::absolute(path));
            let documents = known.map_or_else(
                || {
                    let text = read_text(path)?;
                    let id = self.sources.add(Source::new(name.clone(), Arc::clone(&text)));
                    Ok(yaml::parse(id, &text).into_iter().map(Arc::new).collect())
                },
                |file| Ok(file.documents.clone()),
            );
            match documents {
                Ok(documents) => {
                    let documents: Vec<Arc<Document>> = documents;
                    let found = AdapterSource::in_documents(&documents);
                    if found.is_empty() {
                        let help = "name a ConfigMap, a bare adapter configuration with `rules`, or values of the prometheus-adapter chart";
                        self.fail(
                            format!("--adapter-config {name} holds no Prometheus adapter rules"),
                            Some(help.to_owned()),
                        );
                    }
                    adapters.extend(found.into_iter().map(Arc::new));
                }
                Err((message, help)) => self.fail(format!("cannot read --adapter-config {name}: {message}"), help),
            }
        }
        adapters
    }

    /// Adapter configurations are judged once: the given ones with the first build, those among the input by themselves,
    /// as nothing says which build they are for.
    pub(super) fn judge_adapters(&mut self, given: Vec<Arc<AdapterSource>>, own: Vec<AdapterFile>, options: &Options) {
        let mut alone = own;
        match self.builds.first_mut() {
            Some(first) => first.judged_given = given,
            None if given.is_empty() => {}
            None => {
                alone.push(AdapterFile { name: "--adapter-config".to_owned(), adapters: given, documents: Vec::new() })
            }
        }
        for AdapterFile { name, adapters, documents } in alone {
            let mut build = Build::new(options.build(name, false, BTreeMap::new()), Vec::new());
            build.documents = documents;
            build.given_adapters.clone_from(&adapters);
            build.judged_given = adapters;
            self.builds.push(build);
        }
    }
}
