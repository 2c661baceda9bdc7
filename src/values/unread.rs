//! Keys of an overlay that nothing reads.

use crate::spelling;
use crate::values::chart::ChartTree;
use crate::values::templates::{Reads, TemplateKeys, Verdict};
use crate::values::{Value, ValuesFile};
use std::collections::{BTreeMap, BTreeSet};

/// A key that no template reads and that the chart has no default for.
#[derive(Debug)]
pub struct Unread<'v> {
    /// Path from the root of the values.
    pub path: Vec<&'v str>,
    /// What it sets.
    pub value: &'v Value,
    /// A key beside it that is read or has a default, and differs by a slip of the pen.
    pub nearest: Option<String>,
}

/// One chart's share of the values.
struct Level<'v> {
    /// Keys from the root to its values.
    prefix: Vec<&'v str>,
    chart: &'v ChartTree,
    /// What it reads; `None` where that cannot be said.
    reads: Option<Reads>,
}

impl ValuesFile {
    /// The topmost keys of the file looked at that nothing reads and nothing below sets. Empty where the chart's reading
    /// cannot be followed, or the file is not an overlay of the chart.
    #[must_use]
    pub fn unread(&self) -> Vec<Unread<'_>> {
        let Some(chart) = self.chart.as_deref().filter(|_| self.is_overlay) else { return Vec::new() };
        let levels = self.levels(chart);
        let mut found = Vec::new();
        let mut known = 0_usize;
        let mut pending: Vec<(Vec<&str>, &BTreeMap<String, Value>)> = vec![(Vec::new(), &self.root)];
        while let Some((parent, entries)) = pending.pop() {
            for (key, value) in entries.iter().filter(|(_, value)| self.is_own(value)) {
                let path: Vec<&str> = parent.iter().copied().chain([key.as_str()]).collect();
                let verdict = self.judge(&levels, &path, value);
                known += usize::from(path.len() == 1 && verdict != Verdict::Unread);
                match verdict {
                    Verdict::Read => {}
                    Verdict::ReadInPart => {
                        pending.extend(value.children().map(|children| (path, children)));
                    }
                    Verdict::Unread => {
                        let nearest = self.nearest(&levels, &path);
                        found.push(Unread { path, value, nearest });
                    }
                }
            }
        }
        // A file of which most is foreign is meant for another chart.
        let foreign = found.iter().filter(|unread| unread.path.len() == 1 && unread.nearest.is_none()).count();
        if known == 0 || foreign > known {
            return Vec::new();
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        found
    }

    fn levels<'v>(&'v self, root: &'v ChartTree) -> Vec<Level<'v>> {
        let mut charts: Vec<(Vec<&str>, &ChartTree)> = vec![(Vec::new(), root)];
        let mut next = 0;
        while let Some((prefix, chart)) = charts.get(next).cloned() {
            next += 1;
            charts.extend(chart.subcharts.iter().map(|(key, inner)| {
                let path = prefix.iter().copied().chain([key.as_str()]).collect();
                (path, inner)
            }));
        }
        let complete = charts.iter().all(|(_, chart)| chart.keys().iter().all(|key| chart.subchart(key).is_some()));
        let all: Vec<&TemplateKeys> = charts.iter().filter_map(|(_, chart)| chart.templates.as_deref()).collect();
        // A value with a template in it is for `tpl`.
        let texts = self.layers.iter().map(|document| document.text().as_ref()).filter(|text| text.contains("{{"));
        let printed = TemplateKeys::read(texts);
        let read = |chart: &ChartTree| {
            let mut keys = chart.templates.as_deref()?.clone();
            keys.add(&printed);
            keys.reached(&all, complete)
        };
        charts
            .into_iter()
            .map(|(prefix, chart)| {
                let mut reads = read(chart).filter(|_| !self.is_switched_off(&prefix) && !chart.metadata.library);
                if let Some(reads) = &mut reads {
                    mark_dependencies(reads, chart, prefix.is_empty());
                }
                Level { prefix, chart, reads }
            })
            .collect()
    }

    fn judge(&self, levels: &[Level<'_>], path: &[&str], value: &Value) -> Verdict {
        let key = path.last().copied().unwrap_or_default();
        if key.starts_with("x-") || key.starts_with(['.', '_', '$']) || self.holds_anchor(value) {
            return Verdict::Read;
        }
        let is_chart = levels.iter().any(|level| level.prefix == path);
        let mut verdict = if is_chart { Verdict::ReadInPart } else { Verdict::Unread };
        for level in levels {
            let Some(inner) = path.strip_prefix(level.prefix.as_slice()).filter(|inner| !inner.is_empty()) else {
                continue;
            };
            let declared = level.chart.templates.as_deref().is_some_and(|keys| keys.declares(key));
            match level.reads.as_ref().map(|reads| reads.verdict(inner)) {
                None | Some(Verdict::Read) => return Verdict::Read,
                Some(_) if declared => return Verdict::Read,
                Some(Verdict::ReadInPart) => verdict = Verdict::ReadInPart,
                Some(Verdict::Unread) => {}
            }
        }
        if verdict == Verdict::Unread && self.has_default(path) {
            verdict = Verdict::ReadInPart;
        }
        // Nothing is lost with a key that says nothing.
        if verdict == Verdict::Unread && !self.says_something(value) { Verdict::Read } else { verdict }
    }

    /// Whether a value, or anything in it, is neither empty nor null.
    fn says_something(&self, value: &Value) -> bool {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            match value.children() {
                Some(children) => pending.extend(children.values()),
                None if self.is_set(value) => return true,
                None => {}
            }
        }
        false
    }

    /// Whether the chart's own values, or those of a subchart, have the key.
    fn has_default(&self, path: &[&str]) -> bool {
        self.default_keys(path.split_last().map_or(&[], |(_, parent)| parent))
            .iter()
            .any(|key| path.last() == Some(&key.as_str()))
    }

    /// Keys that the chart's own values, or those of a subchart, have below a path.
    fn default_keys(&self, path: &[&str]) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        let own = self.defaults.0..self.defaults.1;
        let own = own.filter_map(|layer| Some((Vec::new(), self.layers.get(layer)?.root()?)));
        let inner = self.chart.as_deref().map(super::defaults_of_subcharts).unwrap_or_default();
        let inner = inner.iter().filter_map(|(prefix, layer)| Some((prefix.clone(), layer.document.root()?)));
        for (prefix, root) in own.chain(inner) {
            if path.len() < prefix.len() {
                let starts = path.iter().zip(&prefix).all(|(one, other)| one == other);
                keys.extend(prefix.get(path.len()).filter(|_| starts).cloned());
                continue;
            }
            let (above, below) = path.split_at(prefix.len());
            if above != prefix {
                continue;
            }
            let node = below.iter().try_fold(root, |node, key| node.get(key));
            keys.extend(node.into_iter().flat_map(|node| node.entries()).map(|entry| entry.key().into_owned()));
        }
        keys
    }

    fn nearest(&self, levels: &[Level<'_>], path: &[&str]) -> Option<String> {
        let (key, parent) = path.split_last()?;
        let mut candidates = self.default_keys(parent);
        for level in levels {
            let Some(inner) = parent.strip_prefix(level.prefix.as_slice()) else { continue };
            let read = level.reads.as_ref().map(|reads| reads.keys_below(inner)).unwrap_or_default();
            candidates.extend(read.into_iter().map(str::to_owned));
        }
        let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
        let limit = if key.len() > 5 { 2 } else { 1 };
        let near = candidates.into_iter().filter_map(|candidate| {
            let slip = spelling::distance(key, &candidate, limit);
            let spelt = (plain(key) == plain(&candidate)).then_some(0);
            Some((spelt.or(slip)?, candidate))
        });
        near.min().map(|(_, candidate)| candidate)
    }

    /// Whether other keys may take the value through a YAML anchor.
    fn holds_anchor(&self, value: &Value) -> bool {
        let Some(node) = self.node(value) else { return true };
        let text = node.document().text();
        let written = text.get(value.key.start as usize..node.span().end as usize).unwrap_or("&");
        written.split('&').skip(1).any(|after| after.starts_with(|character: char| character.is_alphanumeric()))
    }
}

/// What Helm itself reads of the values: switches of dependencies, what is imported from them, and `global`. The values
/// of a chart that is not unpacked are its own matter.
fn mark_dependencies(reads: &mut Reads, chart: &ChartTree, is_root: bool) {
    let own = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
    reads.mark(&["global".to_owned()], true);
    if is_root {
        reads.mark(&["tags".to_owned()], true);
    }
    for dependency in &chart.metadata.dependencies {
        let key = dependency.key().to_owned();
        dependency.conditions.iter().for_each(|path| reads.mark(&own(path), true));
        for import in &dependency.imports {
            reads.mark(&[key.clone()].into_iter().chain(import.child.iter().cloned()).collect::<Vec<_>>(), true);
        }
        if chart.subchart(&key).is_none() {
            reads.mark(&[key], true);
        }
    }
}
