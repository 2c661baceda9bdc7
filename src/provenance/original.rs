//! Whether the chart as it is takes another value of a key: its own guards and its schema, which the copy does not have,
//! may refuse it, and whoever edits the line wants to know.

use crate::provenance::candidates::{KeyPath, Sentinels, overlay};
use crate::provenance::rendered::Rendered;
use crate::provenance::sentinel::Budget;
use serde_json::Value;
use std::collections::BTreeMap;

/// Keys that are tried, each alone; where more findings fail a run, none is.
const MOST: usize = 8;

/// What the chart says to other values of keys, for those that it refuses. `render` renders the chart as it is.
pub(super) fn refusals(
    keys: &[KeyPath],
    values: &Value,
    base: &Rendered,
    render: &mut dyn FnMut(&Value) -> Result<(), String>,
    budget: &mut Budget,
) -> BTreeMap<KeyPath, String> {
    let mut refused = BTreeMap::new();
    if keys.len() > MOST {
        return refused;
    }
    let mut sentinels = Sentinels::new(values, base);
    for key in keys {
        let Some(sentinel) = key.find(values).and_then(|old| sentinels.like(old, key)) else { continue };
        if !budget.take() {
            break;
        }
        if let Err(message) = render(&overlay(values, [(key, &sentinel.value)])) {
            refused.insert(key.clone(), format!("the chart refuses `{key}: {}`: {message}", plain(&sentinel.value)));
        }
    }
    refused
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_is_told_with_the_value_that_was_refused() {
        let values = json!({"replicas": 2, "name": "api"});
        let keys = [KeyPath::of_keys(&["replicas"]), KeyPath::of_keys(&["name"]), KeyPath::of_keys(&["absent"])];
        let mut budget = Budget::new(2);
        let mut render = |values: &Value| match values.get("replicas") {
            Some(_) => Err("replicas: Must be less than or equal to 9".to_owned()),
            None => Ok(()),
        };
        let refused = refusals(&keys, &values, &Rendered::parse(""), &mut render, &mut budget);
        let [(key, said)] = refused.iter().collect::<Vec<_>>()[..] else { panic!("{refused:?}") };
        assert_eq!(key.to_string(), "replicas");
        assert!(said.starts_with("the chart refuses `replicas: ") && said.ends_with("equal to 9"), "{said}");
        assert_eq!(budget.left(), 0);
        let many: Vec<KeyPath> = keys.iter().cycle().take(9).cloned().collect();
        assert!(refusals(&many, &values, &Rendered::parse(""), &mut render, &mut Budget::new(9)).is_empty());
    }
}
