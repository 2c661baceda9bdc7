//! The texts that findings are moved to: templates and values files, each known once.

use crate::provenance::candidates::{KeyPath, Step};
use crate::source::{ChartFiles, display_name, shown_path};
use crate::text::{Source, SourceId, Sources, Span};
use crate::values::chart::{ChartMetadata, ChartTree, Layer};
use crate::yaml::{self, Document, NodeRef};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Values nest as deep as people write them; what is deeper is left alone.
const DEPTH: usize = 64;

/// The sources of a run, to which templates and values files are added when one is needed.
pub(super) struct Texts<'s> {
    sources: &'s mut Sources,
    by_name: BTreeMap<String, SourceId>,
}

impl<'s> Texts<'s> {
    pub(super) fn new(sources: &'s mut Sources) -> Self {
        // What was rendered has the name of its template with a remark, and so is not taken for it.
        let by_name = sources.iter().map(|(id, source)| (source.name.clone(), id)).collect();
        Self { sources, by_name }
    }

    /// A text that is known already.
    pub(super) fn text(&self, source: SourceId) -> Option<Arc<str>> {
        Some(Arc::clone(&self.sources.get(source)?.text))
    }

    pub(super) fn add(&mut self, name: &str, text: Arc<str>) -> SourceId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = self.sources.add(Source::new(name, text));
        self.by_name.insert(name.to_owned(), id);
        id
    }

    /// A line of a chart's file without its indentation.
    pub(super) fn line(&mut self, chart: &Path, files: &ChartFiles, path: &str, line: u32) -> Option<(SourceId, Span)> {
        let text = str::from_utf8(files.files.get(path)?).ok()?;
        let id = self.add(&display_name(&chart.join(files.shown(path))), Arc::from(text));
        let source = self.sources.get(id)?;
        let span = source.lines().line_span(line, &source.text)?;
        let text = source.text.get(span.range())?;
        let start = span.start + u32::try_from(text.len() - text.trim_start().len()).ok()?;
        Some((id, Span::new(start, start + u32::try_from(text.trim().len()).ok()?)))
    }

    /// Values files on top of a chart's own.
    pub(super) fn overlays(&mut self, files: &[PathBuf]) -> Vec<Layer> {
        files.iter().filter_map(|file| self.layer(&shown_path(file), std::fs::read(file).ok()?)).collect()
    }

    /// A chart with the charts inside, as far as values go.
    pub(super) fn tree(&mut self, folder: &Path, files: &ChartFiles) -> Arc<ChartTree> {
        Arc::new(self.subtree(folder, files, ""))
    }

    fn subtree(&mut self, folder: &Path, files: &ChartFiles, prefix: &str) -> ChartTree {
        let metadata = {
            let document = |name: &str| {
                let text = str::from_utf8(files.files.get(&format!("{prefix}{name}"))?).ok()?;
                yaml::parse(SourceId(u32::MAX), &Arc::from(text)).into_iter().next()
            };
            let (chart, requirements) = (document("Chart.yaml"), document("requirements.yaml"));
            let root = chart.as_ref().and_then(Document::root);
            let requirements = requirements.as_ref().and_then(Document::root);
            root.map(|root| ChartMetadata::read(root, requirements)).unwrap_or_default()
        };
        let path = format!("{prefix}values.yaml");
        let values = files.files.get(&path).cloned();
        let name = display_name(&folder.join(files.shown(&path)));
        let values = values.and_then(|bytes| self.layer(&name, bytes));
        let mut subcharts = Vec::new();
        for inner in inner_charts(files, prefix) {
            let tree = self.subtree(folder, files, &inner);
            // One chart may be there under several names.
            let keys: Vec<String> = metadata
                .dependencies
                .iter()
                .filter(|dependency| dependency.name == tree.metadata.name)
                .map(|dependency| dependency.key().to_owned())
                .collect();
            let keys = if keys.is_empty() { vec![tree.metadata.name.clone()] } else { keys };
            subcharts.extend(keys.into_iter().map(|key| (key, tree.clone())));
        }
        ChartTree { metadata, values, subcharts, ..ChartTree::default() }
    }

    fn layer(&mut self, name: &str, bytes: Vec<u8>) -> Option<Layer> {
        let text: Arc<str> = Arc::from(yaml::decode_bytes(bytes).ok()?);
        let id = self.add(name, text);
        let text = Arc::clone(&self.sources.get(id)?.text);
        let document = yaml::parse(id, &text).into_iter().next()?;
        Some(Layer { name: name.to_owned(), document: Arc::new(document) })
    }
}

/// The folders of the charts in `charts/`, with a `/` at the end.
fn inner_charts(files: &ChartFiles, prefix: &str) -> Vec<String> {
    let charts = format!("{prefix}charts/");
    let inside = files.files.keys().filter_map(|path| path.strip_prefix(charts.as_str())?.strip_suffix("/Chart.yaml"));
    inside.filter(|name| !name.contains('/')).map(|name| format!("{charts}{name}/")).collect()
}

/// The keys that files set to nothing: coalesced values do not have them.
pub(super) fn nulls<'l>(layers: impl Iterator<Item = &'l Layer>) -> Vec<KeyPath> {
    let mut found = Vec::new();
    for layer in layers {
        let root = layer.document.root();
        let mut pending: Vec<(KeyPath, NodeRef<'_>)> =
            root.map(|root| (KeyPath(Vec::new()), root)).into_iter().collect();
        while let Some((path, node)) = pending.pop() {
            for entry in node.entries() {
                let path = path.child(Step::Key(entry.key().into_owned()));
                if entry.value().is_null() {
                    found.push(path);
                } else if path.0.len() < DEPTH {
                    pending.push((path, entry.value()));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
