//! Autoscaling blocks in values: maps that by their name and keys configure an autoscaler.

use crate::values::{Value, ValuesFile};
use crate::yaml::NodeRef;

/// An autoscaling block and the component it belongs to.
#[derive(Debug)]
pub struct AutoscalingBlock<'v> {
    /// Keys from the root to the block.
    pub path: Vec<&'v str>,
    /// The lower bound: key and value.
    pub minimum: (&'v str, &'v Value),
    /// Whether a switch turns the block on: `None` without a switch.
    pub enabled: Option<bool>,
    /// KEDA, where a minimum of 0 is a choice.
    pub keda: bool,
    /// The component says that it runs once on purpose.
    pub singleton: bool,
}

const BLOCK_KEYS: &[&str] = &["autoscaling", "hpa", "keda", "autoscaler", "horizontalPodAutoscaler"];
const MINIMUM_KEYS: &[&str] = &["minReplicas", "minReplicaCount", "min", "minReplica", "minimumReplicas"];
const SWITCH_KEYS: &[&str] = &["enabled", "create", "enable"];

impl ValuesFile {
    /// The autoscaling blocks under components that are not switched off, in path order.
    #[must_use]
    pub fn autoscaling_blocks(&self) -> Vec<AutoscalingBlock<'_>> {
        let mut blocks = Vec::new();
        let mut pending: Vec<(Vec<&str>, &Value, Option<&Value>)> =
            self.root().iter().rev().map(|(key, value)| (vec![key.as_str()], value, None)).collect();
        while let Some((path, value, parent)) = pending.pop() {
            let Some(children) = value.children() else { continue };
            let key = path.last().copied().unwrap_or_default();
            if BLOCK_KEYS.contains(&key) {
                blocks.extend(self.block(path.clone(), value, parent));
            } else if self.switch(value) == Some(false) {
                continue;
            }
            for (key, child) in children.iter().rev() {
                let mut deeper = path.clone();
                deeper.push(key);
                pending.push((deeper, child, Some(value)));
            }
        }
        blocks
    }

    fn block<'v>(
        &'v self,
        path: Vec<&'v str>,
        value: &'v Value,
        parent: Option<&'v Value>,
    ) -> Option<AutoscalingBlock<'v>> {
        let minimum = MINIMUM_KEYS.iter().find_map(|key| Some((*key, value.get(key)?)))?;
        let keda = path.last() == Some(&"keda") || minimum.0 == "minReplicaCount";
        let enabled = self.switch(value);
        let singleton = parent
            .is_some_and(|component| self.declares_singleton(component) || self.is_named_singleton(&path, component));
        Some(AutoscalingBlock { path, minimum, enabled, keda, singleton })
    }

    fn switch(&self, value: &Value) -> Option<bool> {
        SWITCH_KEYS.iter().find_map(|key| self.node(value.get(key)?).and_then(NodeRef::bool))
    }

    /// Whether the component's workload is certain to have the name of one that runs once: it is set under the component,
    /// or the component's key is that name. A name with a prefix of the release is not certain.
    fn is_named_singleton(&self, path: &[&str], component: &Value) -> bool {
        let given = component.get("fullnameOverride").and_then(|value| self.node(value)?.text());
        let key = path.iter().rev().nth(1).copied().unwrap_or_default();
        let name = given.map_or_else(|| kebab_case(key), |name| name.into_owned());
        self.singletons.contains(&name)
    }

    /// A `aiplat-lint/singleton` annotation somewhere under the component.
    fn declares_singleton(&self, component: &Value) -> bool {
        let mut pending = vec![component];
        while let Some(value) = pending.pop() {
            for (key, child) in value.children().into_iter().flatten() {
                if key == "aiplat-lint/singleton" {
                    return true;
                }
                pending.push(child);
            }
        }
        false
    }
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
