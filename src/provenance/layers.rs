//! Which file sets a value: the layers of a chart from the last to the first, as Helm lays them.
//!
//! Helm 4, `pkg/cli/values`, `pkg/chart/common/util/coalesce.go` and `pkg/chart/v2/util/dependencies.go`.

use crate::finding::ValuesKey;
use crate::provenance::assignments::{Assignment, assignments};
use crate::provenance::steps::{Found, Outcome, Setting, in_assignment, in_document, nearest_key, same_node};
use crate::source::render::SetArgument;
use crate::text::{SourceId, Span};
use crate::values::chart::{ChartTree, Layer, Step, keys, written};
use std::sync::Arc;

/// Everything that gives a chart its values.
#[derive(Debug, Clone)]
pub struct Layers {
    chart: Arc<ChartTree>,
    /// The lowest first.
    files: Vec<Layer>,
    /// The one that wins first.
    sets: Vec<Assignment>,
    /// Paths of the subcharts that are switched off.
    off: Vec<Vec<String>>,
}

/// A `values.yaml` in which a path may be set.
struct Level<'a> {
    layer: &'a Layer,
    /// The path in that file.
    path: Vec<Step>,
    /// Length of the path in the chart's values less its length here.
    shift: isize,
    /// Keys from the root of the values to those of the file's chart.
    prefix: Vec<String>,
}

/// What sets a value, the layer that wins first.
struct Hit<'a> {
    setting: Setting<'a>,
    /// The path in the chart's values.
    path: Vec<Step>,
    origin: Origin<'a>,
}

enum Origin<'a> {
    Set(&'static str),
    /// A file of the environment, by its place among them.
    File(usize, &'a Layer),
    Chart(Level<'a>),
}

impl Layers {
    /// A chart with the values files on top of its own, the lowest first, and the values of the command line.
    #[must_use]
    pub fn new(chart: Arc<ChartTree>, files: Vec<Layer>, sets: &[SetArgument]) -> Self {
        let mut layers = Self { chart, files, sets: assignments(sets), off: Vec::new() };
        layers.off = layers.chart.switched_off(&|path| layers.boolean(path));
        layers
    }

    /// Paths of the subcharts that conditions and tags switch off.
    #[must_use]
    pub fn switched_off(&self) -> &[Vec<String>] {
        &self.off
    }

    /// What sets the value at a path from the root of the chart's values. For a path into a list it is the layer that
    /// sets the list. A null counts as set: it takes away what is below. `None` where nothing sets it.
    #[must_use]
    pub fn find(&self, path: &[Step]) -> Option<ValuesKey> {
        let hits = self.hits(path);
        let hit = hits.first()?;
        Some(ValuesKey {
            path: written(&hit.path),
            place: hit.place(),
            layer: hit.layer(),
            overrides: hits.iter().skip(1).filter_map(Hit::place).collect(),
            shared_with: self.shared_with(hit),
            add_at: self.add_at(hit),
        })
    }

    fn boolean(&self, path: &[&str]) -> Option<bool> {
        self.hits(&keys(path)).first()?.setting.bool()
    }

    /// A subchart takes `global` of its parent before its own.
    fn hits(&self, path: &[Step]) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        let mut chart: Option<&ChartTree> = Some(&self.chart);
        for (depth, step) in path.iter().enumerate() {
            let Step::Key(key) = step else { break };
            if let (true, Some(inner)) = (key == "global", path.get(depth..)) {
                for above in 0..depth {
                    let path: Vec<Step> = path.iter().take(above).chain(inner).cloned().collect();
                    hits.extend(self.hits_at(&path));
                }
                break;
            }
            chart = chart.and_then(|chart| chart.subchart(key));
            if chart.is_none() {
                break;
            }
        }
        hits.extend(self.hits_at(path));
        hits
    }

    fn hits_at(&self, path: &[Step]) -> Vec<Hit<'_>> {
        let mut walk = Walk { path, hits: Vec::new(), mapped: 0, new_list: false, closed: false };
        let files = self.files.iter().enumerate().rev();
        let sets = self.sets.iter().map(|set| (in_assignment(set, path), Origin::Set(set.flag)));
        let files = files.map(|(index, file)| (in_document(&file.document, path), Origin::File(index, file)));
        for (outcome, origin) in sets.chain(files) {
            if !walk.take(outcome, origin, path.len()) {
                break;
            }
        }
        walk.closed |= walk.new_list && walk.hits.is_empty();
        for level in self.levels(&self.chart, path, &[], true) {
            if walk.closed {
                break;
            }
            let outcome = in_document(&level.layer.document, &level.path).shifted(level.shift);
            walk.take(outcome, Origin::Chart(level), path.len());
        }
        walk.hits
    }

    /// The `values.yaml` files that may set a path: the chart's, its subcharts', and those it imports from.
    fn levels<'a>(&self, chart: &'a ChartTree, path: &[Step], prefix: &[String], imports: bool) -> Vec<Level<'a>> {
        let own =
            chart.values.iter().map(|layer| Level { layer, path: path.to_vec(), shift: 0, prefix: prefix.to_vec() });
        let mut levels: Vec<Level<'a>> = own.collect();
        if let Some((Step::Key(key), rest)) = path.split_first() {
            let inner: Vec<String> = prefix.iter().cloned().chain([key.clone()]).collect();
            let on = chart.subchart(key).filter(|_| !self.off.contains(&inner));
            levels
                .extend(on.into_iter().flat_map(|on| self.levels(on, rest, &inner, true)).map(|level| level.moved(1)));
        }
        let dependencies = chart.metadata.dependencies.iter().filter(|_| imports);
        for (key, import) in dependencies.flat_map(|one| one.imports.iter().map(|import| (one.key(), import))) {
            let Some(rest) = path.strip_prefix(keys(&import.parent).as_slice()) else { continue };
            let child: Vec<Step> = keys(&[key]).into_iter().chain(keys(&import.child)).chain(rest.to_vec()).collect();
            let length = |length: usize| isize::try_from(length).unwrap_or(0);
            let shift = length(path.len()) - length(child.len());
            levels.extend(self.levels(chart, &child, prefix, false).into_iter().map(|level| level.moved(shift)));
        }
        levels
    }

    /// Other keys that the line changes as well: those that reach the node through an anchor, and those of a subchart
    /// that is used under several names.
    fn shared_with(&self, hit: &Hit<'_>) -> Vec<String> {
        let (Setting::Node(found), Some((layer, prefix))) = (&hit.setting, hit.origin.file()) else {
            return Vec::new();
        };
        let own: Vec<Step> = match &hit.origin {
            Origin::Chart(level) => keys(prefix).into_iter().chain(level.path.iter().cloned()).collect(),
            _ => hit.path.clone(),
        };
        let mut shared = Vec::new();
        for twin in self.twins(layer, prefix) {
            for path in same_node(&layer.document, found.value) {
                let path: Vec<Step> = keys(&twin).into_iter().chain(path).collect();
                let hits = if path == own || path == hit.path { Vec::new() } else { self.hits(&path) };
                let Some(Hit { setting: Setting::Node(other), path: winner, .. }) = hits.first() else { continue };
                let same = *winner == path && other.value.document().source() == layer.document.source();
                if same && other.value.target().id() == found.value.target().id() {
                    shared.push(written(&path));
                }
            }
        }
        shared.sort();
        shared.dedup();
        shared
    }

    /// The prefixes under which a file gives values: one, but for a chart that is used under several aliases.
    fn twins(&self, layer: &Layer, prefix: &[String]) -> Vec<Vec<String>> {
        let mut twins = vec![prefix.to_vec()];
        let mut pending: Vec<(Vec<String>, &ChartTree)> = vec![(Vec::new(), &self.chart)];
        while let Some((path, chart)) = pending.pop() {
            let same = |own: &Layer| own.document.source() == layer.document.source();
            if path != prefix && chart.values.as_ref().is_some_and(same) {
                twins.push(path.clone());
            }
            pending.extend(chart.subcharts.iter().map(|(key, inner)| {
                let path = path.iter().cloned().chain([key.clone()]).collect();
                (path, inner)
            }));
        }
        twins
    }

    /// Where the last file could set what a lower layer sets.
    fn add_at(&self, hit: &Hit<'_>) -> Option<(SourceId, Span)> {
        let last = self.files.len().checked_sub(1)?;
        match hit.origin {
            Origin::Set(_) => None,
            Origin::File(index, _) if index == last => None,
            _ => nearest_key(&self.files.get(last)?.document, &hit.path),
        }
    }
}

impl Level<'_> {
    fn moved(mut self, by: isize) -> Self {
        self.shift += by;
        self
    }
}

impl<'a> Origin<'a> {
    /// The file with the prefix of its values.
    fn file(&self) -> Option<(&'a Layer, &[String])> {
        match self {
            Self::Set(_) => None,
            Self::File(_, layer) => Some((layer, &[])),
            Self::Chart(level) => Some((level.layer, &level.prefix)),
        }
    }
}

impl Hit<'_> {
    fn place(&self) -> Option<(SourceId, Span)> {
        match &self.setting {
            Setting::Node(found) => Some(found.place()),
            Setting::Json(_) => None,
        }
    }

    fn layer(&self) -> String {
        match &self.origin {
            Origin::Set(flag) => (*flag).to_owned(),
            Origin::File(_, layer) => layer.name.clone(),
            Origin::Chart(level) => level.layer.name.clone(),
        }
    }
}

/// The way down through the layers.
struct Walk<'p, 'a> {
    path: &'p [Step],
    hits: Vec<Hit<'a>>,
    /// How many steps of the path are maps in the layers above: what is no map there, below, does not count.
    mapped: usize,
    /// An item is set of the list that the path goes into.
    new_list: bool,
    /// Nothing below counts.
    closed: bool,
}

impl<'a> Walk<'_, 'a> {
    /// Takes what one layer says; false where the lower ones of its group do not count.
    fn take(&mut self, outcome: Outcome<'a>, origin: Origin<'a>, length: usize) -> bool {
        match outcome {
            Outcome::Set(setting) => {
                self.mapped = self.mapped.max(length.saturating_sub(1));
                self.hits.push(Hit { setting, path: self.path.to_vec(), origin });
            }
            Outcome::Absent { mapped } => self.mapped = self.mapped.max(mapped),
            Outcome::Replaced { mapped } => {
                self.mapped = self.mapped.max(mapped);
                return false;
            }
            // The other items come from a file of the environment; without one the list is new.
            Outcome::ListTouched => self.new_list = true,
            Outcome::Blocked { at } => {
                self.closed = at > self.mapped;
                return false;
            }
        }
        true
    }
}

impl Found<'_> {
    /// The value where it is written; the key of a map or list, and of a value that is left empty.
    fn place(&self) -> (SourceId, Span) {
        let (source, span) = (self.value.document().source(), self.value.span());
        let whole =
            span.is_empty() || (!self.value.is_alias() && self.value.scalar().is_none() && !self.value.is_flow());
        (source, self.key.filter(|_| whole).unwrap_or(span))
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
