//! A chart with the charts inside it: what they say of themselves, their defaults, and what their templates read.

use crate::source::{ChartFiles, Input, Loaded, display_name};
use crate::text::{Source, SourceId};
use crate::values::chart::{ChartMetadata, ChartTree, Layer};
use crate::values::templates::TemplateKeys;
use crate::yaml::{self, Document};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Charts nest two or three deep.
const DEEPEST: usize = 8;
/// A file that templates print is text for people, not data.
const LARGEST: usize = 1 << 20;

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
        let is_chart = super::chart::is_chart(root);
        let files = is_chart.then(|| ChartFiles::read(root).ok()).flatten();
        let tree = files.and_then(|files| {
            let mut values = |path: &str, bytes: &[u8]| {
                let place = root.join(files.shown(path));
                let (name, document) = match input.read_layer(loaded, &place) {
                    Some(layer) => layer,
                    // It stands in an archive.
                    None => {
                        let name = display_name(&place);
                        let text: Arc<str> = Arc::from(yaml::decode_bytes(bytes.to_vec()).ok()?);
                        let id = input.sources.add(Source::new(name.clone(), Arc::clone(&text)));
                        (name, Arc::new(yaml::parse(id, &text).into_iter().next()?))
                    }
                };
                Some(Layer { name, document })
            };
            chart_tree(&files, &mut values).map(Arc::new)
        });
        self.read.insert(root.to_owned(), tree.clone());
        tree
    }
}

/// A chart that is in memory alone: the defaults and the templates.
pub(super) fn chart_of_texts(templates: &[String]) -> ChartTree {
    let templates = Some(Arc::new(TemplateKeys::read(templates.iter().map(String::as_str))));
    ChartTree { templates, ..ChartTree::default() }
}

/// What a `Chart.yaml` says, with the `requirements.yaml` beside it; `folder` is that of the chart, with a `/` at the end
/// or empty.
#[must_use]
pub fn chart_metadata(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> Option<ChartMetadata> {
    let document = |name: &str| {
        let text = yaml::decode_bytes(files.get(&format!("{folder}{name}"))?.clone()).ok()?;
        // It is shown nowhere.
        yaml::parse(SourceId(u32::MAX), &Arc::from(text)).into_iter().next()
    };
    let requirements = document("requirements.yaml");
    let requirements = requirements.as_ref().and_then(Document::root);
    Some(ChartMetadata::read(document("Chart.yaml")?.root()?, requirements))
}

/// The chart of files; `values` reads and registers a values file, given its path and its bytes.
pub fn chart_tree(files: &ChartFiles, values: &mut dyn FnMut(&str, &[u8]) -> Option<Layer>) -> Option<ChartTree> {
    read_chart(files, "", values, 0)
}

fn read_chart(
    files: &ChartFiles,
    folder: &str,
    values: &mut dyn FnMut(&str, &[u8]) -> Option<Layer>,
    depth: usize,
) -> Option<ChartTree> {
    let metadata = chart_metadata(&files.files, folder)?;
    let mut inner = Vec::new();
    let folders = if depth < DEEPEST { inner_charts(files, folder) } else { Vec::new() };
    for folder in folders {
        let Some(subchart) = read_chart(files, &folder, values, depth + 1) else { continue };
        let named = metadata.dependencies.iter().filter(|dependency| dependency.name == subchart.metadata.name);
        // One chart may be there under several names.
        let mut keys: Vec<String> = named.map(|dependency| dependency.key().to_owned()).collect();
        if keys.is_empty() {
            keys.push(subchart.metadata.name.clone());
        }
        inner.extend(keys.into_iter().map(|key| (key, subchart.clone())));
    }
    let path = format!("{folder}values.yaml");
    let values = files.files.get(&path).and_then(|bytes| values(&path, bytes));
    Some(ChartTree { metadata, values, templates: templates(files, folder).map(Arc::new), subcharts: inner })
}

/// The folders of the charts in `charts/`, with a `/` at the end.
fn inner_charts(files: &ChartFiles, folder: &str) -> Vec<String> {
    let charts = format!("{folder}charts/");
    let inside = files.files.keys().filter_map(|path| path.strip_prefix(charts.as_str())?.strip_suffix("/Chart.yaml"));
    inside.filter(|name| !name.contains('/')).map(|name| format!("{charts}{name}/")).collect()
}

/// What the templates read, and the other files of the chart, which templates may print through `tpl`. `None` where
/// one of them is too large to be looked at.
fn templates(files: &ChartFiles, folder: &str) -> Option<TemplateKeys> {
    let mut texts = Vec::new();
    for (path, bytes) in &files.files {
        let Some(inside) = path.strip_prefix(folder).filter(|inside| !inside.starts_with("charts/")) else { continue };
        if inside.starts_with(".git") || inside.starts_with("node_modules/") {
            continue;
        }
        let is_template = inside.starts_with("templates/");
        if bytes.len() > LARGEST {
            if is_template {
                return None;
            }
            continue;
        }
        let text = String::from_utf8_lossy(bytes);
        if is_template || (text.contains("{{") && text.contains("Values")) {
            texts.push(text.into_owned());
        }
    }
    let keys = TemplateKeys::read(texts.iter().map(String::as_str));
    let schema = files.files.get(&format!("{folder}values.schema.json")).map(Vec::as_slice).unwrap_or_default();
    Some(keys.with_schema(&String::from_utf8_lossy(schema)))
}
