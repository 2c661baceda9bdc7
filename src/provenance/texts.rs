//! The texts that findings are moved to: templates and values files, each known once.

use crate::provenance::candidates::{KeyPath, Step};
use crate::source::{ChartFiles, chart_tree, display_name, read_text, shown_path};
use crate::text::{Source, SourceId, Sources, Span};
use crate::values::chart::{ChartTree, Layer};
use crate::yaml::{self, NodeRef};
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
        files.iter().filter_map(|file| self.layer(&shown_path(file), read_text(file).ok()?)).collect()
    }

    /// A chart with the charts inside.
    pub(super) fn tree(&mut self, folder: &Path, files: &ChartFiles) -> Arc<ChartTree> {
        let mut values = |path: &str, bytes: &[u8]| {
            let name = display_name(&folder.join(files.shown(path)));
            self.layer(&name, Arc::from(yaml::decode_bytes(bytes.to_vec()).ok()?))
        };
        Arc::new(chart_tree(files, &mut values).unwrap_or_default())
    }

    fn layer(&mut self, name: &str, text: Arc<str>) -> Option<Layer> {
        let id = self.add(name, text);
        let text = Arc::clone(&self.sources.get(id)?.text);
        let document = yaml::parse(id, &text).into_iter().next()?;
        Some(Layer { name: name.to_owned(), document: Arc::new(document) })
    }
}

/// The keys that files set to nothing: coalesced values do not have them. Those of charts inside are below their names.
pub(super) fn nulls(tree: &ChartTree, overlays: &[Layer]) -> Vec<KeyPath> {
    let mut found = Vec::new();
    of_tree(tree, &KeyPath::default(), &mut found);
    overlays.iter().for_each(|layer| of_layer(layer, &KeyPath::default(), &mut found));
    found.sort();
    found.dedup();
    found
}

fn of_tree(tree: &ChartTree, prefix: &KeyPath, found: &mut Vec<KeyPath>) {
    tree.values.iter().for_each(|layer| of_layer(layer, prefix, found));
    for (key, inner) in tree.subcharts.iter().filter(|_| prefix.0.len() < DEPTH) {
        of_tree(inner, &prefix.child(Step::Key(key.clone())), found);
    }
}

fn of_layer(layer: &Layer, prefix: &KeyPath, found: &mut Vec<KeyPath>) {
    let mut pending: Vec<(KeyPath, NodeRef<'_>)> =
        layer.document.root().map(|root| (prefix.clone(), root)).into_iter().collect();
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
