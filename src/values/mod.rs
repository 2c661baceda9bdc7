//! Helm values: layers merged as Helm merges them, where every value knows the file and the place that set it.

pub mod blocks;
pub mod chart;
pub mod component;
pub mod metrics;
pub mod templates;
pub mod unread;

use crate::text::{SourceId, Span};
use crate::yaml::{Document, NodeId, NodeKind, NodeRef, push_key};
use chart::{ChartTree, Layer};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One effective value.
#[derive(Debug, Clone)]
pub struct Value {
    layer: usize,
    node: NodeId,
    key: Span,
    children: Option<BTreeMap<String, Value>>,
}

/// The effective values of a chart under one list of files.
#[derive(Debug)]
pub struct ValuesFile {
    layers: Vec<Arc<Document>>,
    root: BTreeMap<String, Value>,
    /// Production rules apply.
    pub production: bool,
    /// The folder of the chart, absolute; empty for texts in memory.
    pub chart_folder: PathBuf,
    /// The chart was rendered with these values, so that what they lead to is judged there.
    pub rendered: bool,
    /// Name of the file that was looked at: the last layer.
    pub name: String,
    /// Names of workloads that run once on purpose.
    pub singletons: Vec<String>,
    names: Vec<String>,
    chart: Option<Arc<ChartTree>>,
    /// How many layers are defaults of subcharts, and how many are defaults of the chart or of a subchart.
    defaults: (usize, usize),
    /// The last layer stands on top of the chart's own.
    is_overlay: bool,
    /// Paths of the subcharts that are switched off.
    off: Vec<Vec<String>>,
}

impl ValuesFile {
    /// Coalesces layers, the chart's defaults first, with their names: maps merge, everything else
    /// replaces. A null, which deletes what is below it, stays as a value that says nothing.
    #[must_use]
    pub fn new(layers: Vec<Arc<Document>>, production: bool, names: Vec<String>) -> Self {
        let mut root = BTreeMap::new();
        for (layer, document) in layers.iter().enumerate() {
            if let Some(node) = document.root() {
                merge(&mut root, layer, node, &[]);
            }
        }
        let name = names.last().cloned().unwrap_or_default();
        let singletons = Vec::new();
        Self {
            layers,
            root,
            production,
            chart_folder: PathBuf::new(),
            rendered: false,
            name,
            singletons,
            names,
            chart: None,
            defaults: (0, 0),
            is_overlay: false,
            off: Vec::new(),
        }
    }

    /// The same as values of a chart: the defaults of its subcharts lie below, under their keys, and those that
    /// conditions and tags switch off are out. `has_defaults` where the first layer is the chart's `values.yaml`,
    /// `is_overlay` where the last one is another file.
    #[must_use]
    pub fn of_chart(self, chart: Arc<ChartTree>, has_defaults: bool, is_overlay: bool) -> Self {
        let inner = defaults_of_subcharts(&chart);
        let below = inner.len();
        let mut root = BTreeMap::new();
        for (layer, (prefix, below)) in inner.iter().enumerate() {
            if let Some(node) = below.document.root() {
                merge(&mut root, layer, node, prefix);
            }
        }
        for (layer, document) in self.layers.iter().enumerate() {
            if let Some(node) = document.root() {
                merge(&mut root, below + layer, node, &[]);
            }
        }
        let (names, layers): (Vec<_>, Vec<_>) =
            inner.into_iter().map(|(_, layer)| (layer.name, layer.document)).unzip();
        let mut values = Self {
            layers: layers.into_iter().chain(self.layers.iter().cloned()).collect(),
            names: names.into_iter().chain(self.names.iter().cloned()).collect(),
            root,
            defaults: (below, below + usize::from(has_defaults)),
            is_overlay,
            chart: Some(Arc::clone(&chart)),
            ..self
        };
        values.off = chart.switched_off(&|path| values.node(values.at(path)?)?.bool());
        values
    }

    /// The value at a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.root.get(*first)?, |value, key| value.get(key))
    }

    /// Whether a map is the values of a subchart that is switched off.
    fn is_switched_off(&self, path: &[&str]) -> bool {
        self.off.iter().any(|off| off == path)
    }

    /// Whether only a subchart's own defaults have the value: its author's matter.
    fn is_of_subchart(&self, value: &Value) -> bool {
        value.layer < self.defaults.0
    }

    /// The documents of all layers, the lowest first.
    #[must_use]
    pub fn documents(&self) -> &[Arc<Document>] {
        &self.layers
    }

    /// The top-level values.
    #[must_use]
    pub fn root(&self) -> &BTreeMap<String, Value> {
        &self.root
    }

    /// The node of a value.
    #[must_use]
    pub fn node(&self, value: &Value) -> Option<NodeRef<'_>> {
        Some(self.layers.get(value.layer)?.node(value.node))
    }

    /// Text and place of a value.
    #[must_use]
    pub fn place(&self, value: &Value) -> Option<(SourceId, Span)> {
        let document = self.layers.get(value.layer)?;
        Some((document.source(), document.node(value.node).span()))
    }

    /// Text and place of a value's key.
    #[must_use]
    pub fn key_place(&self, value: &Value) -> Option<(SourceId, Span)> {
        Some((self.layers.get(value.layer)?.source(), value.key))
    }

    /// Name of the file that set a value.
    #[must_use]
    pub fn set_by(&self, value: &Value) -> &str {
        self.names.get(value.layer).map_or("", String::as_str)
    }

    /// Whether the last layer set the value, so that the file looked at is the one to edit.
    #[must_use]
    pub fn is_own(&self, value: &Value) -> bool {
        value.layer + 1 == self.layers.len()
    }

    /// Whether a node is one of the file looked at.
    #[must_use]
    pub fn is_last(&self, node: NodeRef<'_>) -> bool {
        self.layers.last().is_some_and(|last| last.source() == node.document().source())
    }

    /// Whether `one` is set by a later file than `other`, so that it is the one that was changed last.
    #[must_use]
    pub fn is_later(&self, one: &Value, other: &Value) -> bool {
        one.layer > other.layer
    }

    /// Where the file looked at could set `path`: the key of the deepest ancestor it has, else its first key.
    #[must_use]
    pub fn own_ancestor(&self, path: &[&str]) -> Option<(SourceId, Span)> {
        let document = self.layers.last()?;
        let mut node = document.root()?;
        let mut span = node.entries().next().map_or_else(|| node.span(), |entry| entry.key_span());
        for key in path {
            let Some(entry) = node.entry(key) else { break };
            span = entry.key_span();
            node = entry.value();
        }
        Some((document.source(), span))
    }
}

impl Value {
    /// The entries of a map.
    #[must_use]
    pub fn children(&self) -> Option<&BTreeMap<String, Value>> {
        self.children.as_ref()
    }

    /// An entry of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.children.as_ref()?.get(key)
    }
}

/// Dotted path of a value, as after `.Values`.
#[must_use]
pub fn dotted(path: &[&str]) -> String {
    let mut text = String::new();
    for key in path {
        push_key(&mut text, key);
    }
    text
}

/// The `values.yaml` of all charts inside a chart with their keys, the innermost first.
fn defaults_of_subcharts(chart: &ChartTree) -> Vec<(Vec<String>, Layer)> {
    let mut found = Vec::new();
    let mut pending: Vec<(Vec<String>, &ChartTree)> = vec![(Vec::new(), chart)];
    while let Some((path, chart)) = pending.pop() {
        for (key, inner) in &chart.subcharts {
            let path: Vec<String> = path.iter().cloned().chain([key.clone()]).collect();
            found.extend(inner.values.iter().map(|layer| (path.clone(), layer.clone())));
            pending.push((path, inner));
        }
    }
    found.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    found
}

/// Merges a map over what is below `prefix`.
fn merge(into: &mut BTreeMap<String, Value>, layer: usize, node: NodeRef<'_>, prefix: &[String]) {
    let mut here = &mut *into;
    for key in prefix {
        let empty = || Value { layer, node: node.id(), key: node.span(), children: Some(BTreeMap::new()) };
        let value = here.entry(key.clone()).or_insert_with(empty);
        let Some(children) = value.children.as_mut() else { return };
        here = children;
    }
    // An explicit stack: values files come from users and may nest deeply.
    let mut pending: Vec<(Vec<String>, NodeRef<'_>)> = vec![(prefix.to_vec(), node)];
    while let Some((path, node)) = pending.pop() {
        for entry in node.entries() {
            let (key, value) = (entry.key().into_owned(), entry.value());
            let Some(target) = descend(into, &path) else { continue };
            let is_map = value.kind() == NodeKind::Mapping;
            let fresh =
                || Value { layer, node: value.id(), key: entry.key_span(), children: is_map.then(BTreeMap::new) };
            match target.get_mut(&key) {
                Some(existing) if is_map && existing.children.is_some() => {
                    existing.layer = layer;
                    existing.node = value.id();
                    existing.key = entry.key_span();
                }
                Some(existing) => *existing = fresh(),
                None => {
                    target.insert(key.clone(), fresh());
                }
            }
            if is_map && path.len() < 64 {
                let mut deeper = path.clone();
                deeper.push(key);
                pending.push((deeper, value));
            }
        }
    }
}

fn descend<'v>(root: &'v mut BTreeMap<String, Value>, path: &[String]) -> Option<&'v mut BTreeMap<String, Value>> {
    path.iter().try_fold(root, |map, key| map.get_mut(key)?.children.as_mut())
}

#[cfg(test)]
mod tests;
