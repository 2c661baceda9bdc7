//! Components: maps of the values that configure a workload, with what they say about its number of pods.

use crate::values::blocks::{AutoscalingBlock, BLOCK_KEYS};
use crate::values::{Value, ValuesFile};
use crate::yaml::NodeRef;
use std::collections::BTreeMap;

/// A map of the values that nothing above switches off.
#[derive(Debug, Clone)]
pub struct Component<'v> {
    /// Keys from the root to the component; empty for the root.
    pub path: Vec<&'v str>,
    /// The file it is in.
    pub values: &'v ValuesFile,
    entries: &'v BTreeMap<String, Value>,
}

/// What the values say about the autoscaler of a component.
#[derive(Debug)]
pub enum Scaling<'v> {
    /// No autoscaler: nothing speaks of one, or all that does is off.
    Off,
    /// The one block that is on.
    On(AutoscalingBlock<'v>),
    /// Something speaks of an autoscaler, and only the templates know what comes of it.
    Unknown,
}

/// The fewest pods that a component is left with.
#[derive(Debug)]
pub struct Floor<'v> {
    /// Keys from the root to the number.
    pub path: Vec<&'v str>,
    /// The value that sets it.
    pub value: &'v Value,
    /// The number.
    pub pods: i64,
}

const SWITCH_KEYS: &[&str] = &["enabled", "create", "enable"];
const REPLICA_KEYS: &[&str] = &["replicaCount", "replicas"];
const BUDGET_KEYS: &[&str] = &["podDisruptionBudget", "pdb", "disruptionBudget"];

impl ValuesFile {
    /// The components, each before those inside it. What a switch turns off, at the map or beside it
    /// (`redisEnabled: false`), is left out with everything below.
    #[must_use]
    pub fn components(&self) -> Vec<Component<'_>> {
        let root = Component { path: Vec::new(), values: self, entries: self.root() };
        // The values of a subchart, kept in a file of their own.
        if root.get("enabled").and_then(|value| self.node(value)?.bool()) == Some(false) {
            return Vec::new();
        }
        let mut components = Vec::new();
        let mut pending = vec![root];
        while let Some(component) = pending.pop() {
            pending.extend(component.parts().into_iter().rev());
            components.push(component);
        }
        components
    }

    /// The switch of a map: `None` without one.
    #[must_use]
    pub fn switch(&self, map: &Value) -> Option<bool> {
        SWITCH_KEYS.iter().find_map(|key| self.node(map.get(key)?).and_then(NodeRef::bool))
    }

    /// A whole number; templates print one in quotes like one without.
    #[must_use]
    pub fn count(&self, value: &Value) -> Option<i64> {
        let node = self.node(value)?;
        node.int().or_else(|| node.str()?.parse().ok())
    }

    /// Whether a value is there and says something: no null, no empty text, map or list.
    #[must_use]
    pub fn is_set(&self, value: &Value) -> bool {
        match (value.children(), self.node(value)) {
            (Some(children), _) => !children.is_empty(),
            (None, Some(node)) => node.items().next().is_some() || node.text().is_some_and(|text| !text.is_empty()),
            (None, None) => false,
        }
    }
}

impl<'v> Component<'v> {
    /// An entry.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'v Value> {
        self.entries.get(key)
    }

    /// Path of an entry, as after `.Values`.
    #[must_use]
    pub fn path_of(&self, keys: &[&'v str]) -> Vec<&'v str> {
        self.path.iter().chain(keys).copied().collect()
    }

    /// The entries, by key.
    pub fn entries(&self) -> impl Iterator<Item = (&'v str, &'v Value)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The maps directly inside that are not switched off.
    #[must_use]
    pub fn parts(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        for (key, value) in self.entries() {
            let Some(entries) = value.children() else { continue };
            let path = self.path_of(&[key]);
            let foreign = self.values.is_switched_off(&path) || self.values.is_of_subchart(value);
            if !foreign && self.values.switch(value) != Some(false) && !self.turns_off(key) {
                parts.push(Self { path, values: self.values, entries });
            }
        }
        parts
    }

    /// A switch beside the map, as conditions of subcharts are often named.
    fn turns_off(&self, key: &str) -> bool {
        let mut letters = key.chars();
        let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        [format!("{key}Enabled"), format!("enable{capital}"), format!("install{capital}"), format!("deploy{capital}")]
            .iter()
            .any(|switch| self.get(switch).and_then(|value| self.values.node(value)?.bool()) == Some(false))
    }

    /// The names its workload may have: its key, as it is and as charts write it in objects, and what overrides it.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let key = self.path.last().copied().unwrap_or_default();
        let overrides = ["fullnameOverride", "nameOverride"]
            .iter()
            .filter_map(|key| Some(self.values.node(self.get(key)?)?.text()?.into_owned()));
        let mut names: Vec<String> = [key.to_owned(), kebab_case(key)].into_iter().chain(overrides).collect();
        names.retain(|name| !name.is_empty());
        names.dedup();
        names
    }

    /// What the values say about its autoscaler. An autoscaler further up may be meant for it as well.
    #[must_use]
    pub fn scaling(&self) -> Scaling<'v> {
        let mut on = None;
        for (key, value) in self.entries() {
            if !speaks_of_scaling(key) || self.is_off(value) {
                continue;
            }
            let block = if BLOCK_KEYS.contains(&key) { self.autoscaling_block(key, value) } else { None };
            match block {
                Some(block) if block.enabled == Some(true) && on.is_none() => on = Some(block),
                _ => return Scaling::Unknown,
            }
        }
        match on {
            Some(block) => Scaling::On(block),
            None if self.is_scaled_from_above() => Scaling::Unknown,
            None => Scaling::Off,
        }
    }

    /// Off itself, or of nothing but parts that are (`autoscaling: {hpa: {enabled: false}}`).
    fn is_off(&self, value: &Value) -> bool {
        let off = |value: &Value| {
            self.values.switch(value) == Some(false) || self.values.node(value).and_then(NodeRef::bool) == Some(false)
        };
        off(value) || !self.values.is_set(value) || value.children().is_some_and(|parts| parts.values().all(off))
    }

    fn is_scaled_from_above(&self) -> bool {
        let speaks = |map: &BTreeMap<String, Value>| {
            map.iter().any(|(key, value)| speaks_of_scaling(key) && !self.is_off(value))
        };
        self.above().into_iter().any(speaks)
    }

    /// Whether a map above, or `global`, sets a key that templates may take for all components.
    #[must_use]
    pub fn inherits(&self, key: &str) -> bool {
        self.above().into_iter().any(|map| map.get(key).is_some_and(|value| self.values.is_set(value)))
    }

    fn above(&self) -> Vec<&'v BTreeMap<String, Value>> {
        let root = self.values.root();
        let parents = (0..self.path.len())
            .filter_map(|depth| self.path.iter().take(depth).try_fold(root, |map, key| map.get(*key)?.children()));
        parents.chain(root.get("global").and_then(Value::children)).collect()
    }

    /// The fewest pods, where the values decide it: the minimum of its autoscaler, else its replicas. `None` also where
    /// another part inside has replicas of its own, so that a budget of this one may be meant for both.
    #[must_use]
    pub fn floor(&self) -> Option<Floor<'v>> {
        if self.is_counted_otherwise() || self.has_parts_with_replicas() {
            return None;
        }
        match self.scaling() {
            Scaling::Unknown => None,
            Scaling::Off => self.replicas(),
            Scaling::On(block) => {
                let (key, value) = block.minimum;
                let pods = self.values.count(value).filter(|pods| *pods > 0)?;
                let path = block.path.iter().copied().chain([key]).collect();
                Some(Floor { path, value, pods })
            }
        }
    }

    /// The number of replicas, where exactly one key sets it.
    #[must_use]
    pub fn replicas(&self) -> Option<Floor<'v>> {
        let mut set = self.entries().filter(|(key, _)| REPLICA_KEYS.contains(key));
        let ((key, value), None) = (set.next()?, set.next()) else { return None };
        Some(Floor { path: self.path_of(&[key]), value, pods: self.values.count(value)? })
    }

    /// Whether one of the words is a value of it or of a map directly inside (`kind: DaemonSet`, `strategy.type: Recreate`).
    #[must_use]
    pub fn says(&self, words: &[&str]) -> bool {
        let says = |value: &Value| {
            let text = self.values.node(value).and_then(NodeRef::str);
            text.is_some_and(|text| words.iter().any(|word| text.eq_ignore_ascii_case(word)))
        };
        let in_parts = |value: &Value| value.children().into_iter().flat_map(BTreeMap::values).any(says);
        self.entries.values().any(|value| says(value) || in_parts(value))
    }

    /// Says that it is a DaemonSet or a Job, which has no replicas.
    #[must_use]
    pub fn is_counted_otherwise(&self) -> bool {
        let is_on = |value: &Value| {
            self.values.switch(value) == Some(true) || self.values.node(value).and_then(NodeRef::bool) == Some(true)
        };
        self.says(&["daemonset", "job", "cronjob"])
            || self.entries().any(|(key, value)| key.to_ascii_lowercase().contains("daemonset") && is_on(value))
    }

    fn has_parts_with_replicas(&self) -> bool {
        let mut pending = self.parts();
        while let Some(part) = pending.pop() {
            let block = part.path.last().is_some_and(|key| speaks_of_scaling(key));
            if !block && part.entries().any(|(key, _)| REPLICA_KEYS.contains(&key) || BLOCK_KEYS.contains(&key)) {
                return true;
            }
            pending.extend(part.parts());
        }
        false
    }

    /// Its budget, if a switch turns it on.
    #[must_use]
    pub fn budget(&self) -> Option<(&'v str, &'v Value)> {
        let mut budgets = self.entries().filter(|(key, value)| {
            BUDGET_KEYS.contains(key) && value.children().is_some() && self.values.switch(value) == Some(true)
        });
        budgets.next().filter(|_| budgets.next().is_none())
    }

    /// Says that it runs once on purpose: an `aiplat-lint/singleton` annotation below it, or a name of the configuration
    /// that its workload is certain to have: the component's key, or what is set in place of it. A name with a prefix of
    /// the release is not certain.
    #[must_use]
    pub fn is_singleton(&self) -> bool {
        let given = self.get("fullnameOverride").and_then(|value| self.values.node(value)?.text());
        let key = self.path.last().copied().unwrap_or_default();
        let name = given.map_or_else(|| kebab_case(key), |name| name.into_owned());
        self.values.singletons.contains(&name) || self.declares_singleton()
    }

    fn declares_singleton(&self) -> bool {
        let mut pending = vec![self.entries];
        while let Some(entries) = pending.pop() {
            if entries.contains_key("aiplat-lint/singleton") {
                return true;
            }
            pending.extend(entries.values().filter_map(Value::children));
        }
        false
    }
}

/// Whether a key is about scaling the number of pods. A vertical autoscaler leaves it alone.
fn speaks_of_scaling(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let vertical = lower.contains("vertical") || lower.contains("vpa");
    // `healthPath` holds the letters as well.
    let hpa = lower.starts_with("hpa") || key.contains("Hpa") || key.contains("HPA");
    !vertical && (hpa || ["autoscal", "keda", "scaledobject"].iter().any(|word| lower.contains(word)))
}

/// `maxServeLlama` is the key of `max-serve-llama`: a key with `-` cannot be written after `.Values.`.
fn kebab_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    for character in key.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(character.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::kebab_case;

    #[test]
    fn keys_become_the_names_that_charts_give_their_objects() {
        assert_eq!(kebab_case("maxServeLlama"), "max-serve-llama");
        assert_eq!(kebab_case("scheduler"), "scheduler");
        assert_eq!(kebab_case("license-server"), "license-server");
    }
}
