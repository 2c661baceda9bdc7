//! Reads a chart with the unpacked charts inside it: what they say of themselves, their defaults, and what their
//! templates read.

use crate::source::{Input, Loaded, read_text};
use crate::text::SourceId;
use crate::values::chart::{ChartMetadata, ChartTree, Layer};
use crate::values::templates::TemplateKeys;
use crate::yaml::{self, Document};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Charts nest two or three deep; links could make it endless.
const DEEPEST: usize = 8;
/// A file that templates print is text for people, not data.
const LARGEST: u64 = 1 << 20;

/// The charts of a run, each read once.
#[derive(Default)]
pub(super) struct Trees {
    read: BTreeMap<PathBuf, Option<Arc<ChartTree>>>,
}

impl Trees {
    /// The chart in a folder.
    pub(super) fn get(&mut self, input: &mut Input, loaded: &[Loaded], root: &Path) -> Option<Arc<ChartTree>> {
        if let Some(known) = self.read.get(root) {
            return known.clone();
        }
        let mut values = |path: &Path| {
            let (name, document) = input.read_layer(loaded, path)?;
            Some(Layer { name, document })
        };
        let tree = chart_tree(root, &mut values).map(Arc::new);
        self.read.insert(root.to_owned(), tree.clone());
        tree
    }
}

/// A chart that is in memory alone: the defaults and the templates.
pub(super) fn chart_of_texts(templates: &[String]) -> ChartTree {
    let templates = Some(Arc::new(TemplateKeys::read(templates.iter().map(String::as_str))));
    ChartTree { templates, ..ChartTree::default() }
}

/// The chart in a folder; `values` reads and registers a values file.
pub(super) fn chart_tree(root: &Path, values: &mut dyn FnMut(&Path) -> Option<Layer>) -> Option<ChartTree> {
    read_chart(root, values, 0)
}

fn read_chart(root: &Path, values: &mut dyn FnMut(&Path) -> Option<Layer>, depth: usize) -> Option<ChartTree> {
    let chart = document(&root.join("Chart.yaml"))?;
    let requirements = document(&root.join("requirements.yaml"));
    let requirements = requirements.as_ref().and_then(Document::root);
    let metadata = ChartMetadata::read(chart.root()?, requirements);
    let mut inner = Vec::new();
    let folders = if depth < DEEPEST { folders(&root.join("charts")) } else { Vec::new() };
    for folder in folders {
        let Some(subchart) = read_chart(&folder, values, depth + 1) else { continue };
        let named = metadata.dependencies.iter().filter(|dependency| dependency.name == subchart.metadata.name);
        let mut keys: Vec<String> = named.map(|dependency| dependency.key().to_owned()).collect();
        if keys.is_empty() {
            keys.push(subchart.metadata.name.clone());
        }
        inner.extend(keys.into_iter().map(|key| (key, subchart.clone())));
    }
    let values = values(&root.join("values.yaml"));
    Some(ChartTree { metadata, values, templates: templates(root).map(Arc::new), subcharts: inner })
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn document(path: &Path) -> Option<Document> {
    let text = path.is_file().then(|| read_text(path).ok()).flatten()?;
    // It is shown nowhere.
    yaml::parse(SourceId(u32::MAX), &text).into_iter().next()
}

/// What the templates read, and the other files of the chart, which templates may print through `tpl`. `None` where
/// one of them cannot be read.
fn templates(root: &Path) -> Option<TemplateKeys> {
    let mut texts = Vec::new();
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().max_depth(12).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        let is_inner = entry.depth() == 1 && name == "charts";
        entry.depth() == 0 || !(is_inner || name.starts_with(".git") || name == "node_modules")
    });
    for entry in entries {
        let entry = entry.ok()?;
        if !entry.file_type().is_file() {
            continue;
        }
        let is_template = entry.path().strip_prefix(root).is_ok_and(|path| path.starts_with("templates"));
        if entry.metadata().ok()?.len() > LARGEST {
            if is_template {
                return None;
            }
            continue;
        }
        let bytes = std::fs::read(entry.path()).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        if is_template || (text.contains("{{") && text.contains("Values")) {
            texts.push(text.into_owned());
        }
    }
    let keys = TemplateKeys::read(texts.iter().map(String::as_str));
    let schema = std::fs::read_to_string(root.join("values.schema.json")).unwrap_or_default();
    Some(keys.with_schema(&schema))
}
