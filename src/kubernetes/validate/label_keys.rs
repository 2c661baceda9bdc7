//! Label keys and selectors inside pod specs: shared by affinity, spread constraints and workloads.

use super::field::{Field, Found};
use super::{Grammar, label_selector, shown};
use crate::kubernetes::placeholder::is_placeholder;
use std::borrow::Cow;

impl Found {
    /// A label selector.
    pub(super) fn selector(&mut self, selector: &Field<'_>) {
        let mut invalid = Vec::new();
        label_selector(&selector.path, selector.node, &mut invalid);
        self.extend(invalid);
    }

    /// The key of a requirement, and its values where they are those of labels.
    pub(super) fn key_and_values(&mut self, requirement: &Field<'_>, values_are_labels: bool) {
        if let Some(key) = requirement.get("key") {
            self.grammar(&key, Grammar::Key, "label key");
        }
        for value in requirement.list("values").filter(|_| values_are_labels) {
            self.grammar(&value, Grammar::LabelValue, "label value");
        }
    }

    /// Labels to look for, such as those of a `nodeSelector`.
    pub(super) fn labels(&mut self, labels: &Field<'_>) {
        for (key, value) in labels.entries() {
            if !is_placeholder(&key)
                && let Some(fault) = Grammar::Key.fault(&key)
            {
                let message = format!("label key `{}` {fault}", shown(&key));
                self.push(value.path, message, format!("write {}", Grammar::Key.words()));
            } else {
                self.grammar(&value, Grammar::LabelValue, "label value");
            }
        }
    }

    /// A list of label keys that stands on a `labelSelector`.
    pub(super) fn label_keys(&mut self, term: &Field<'_>, list: &str) {
        let keys: Vec<_> = term.list(list).collect();
        if !keys.is_empty() && !term.has("labelSelector") {
            self.push(
                term.path_of(list),
                format!("`{list}` stands without a `labelSelector` to add to"),
                "add the `labelSelector` that the keys narrow",
            );
            return;
        }
        for key in keys {
            self.grammar(&key, Grammar::Key, "label key");
        }
    }
}

/// Keys of `matchLabelKeys` that the selector has as well and the pod carries: the pod is rejected, because its own
/// value is added to the selector first (`applyLabelKeysToLabelSelector` in pkg/registry/core/pod).
pub(super) fn repeated_keys(term: &Field<'_>, template: &Field<'_>, found: &mut Found) {
    let labels = template.at("metadata.labels");
    let carries = |key: &str| labels.as_ref().is_some_and(|labels| labels.has(key));
    keys_in_selector(term, carries, found);
}

/// Keys of `matchLabelKeys` that the selector has as well.
pub(super) fn keys_in_selector(term: &Field<'_>, counts: impl Fn(&str) -> bool, found: &mut Found) {
    let Some(selector) = term.get("labelSelector") else { return };
    let selected = selected_keys(&selector);
    for key in term.list("matchLabelKeys") {
        let Some(text) = key.str().filter(|text| counts(text)) else { continue };
        let Some((_, place)) = selected.iter().find(|(selected, _)| *selected == text) else { continue };
        let message = format!("`{}` is in both `matchLabelKeys` and `labelSelector`", shown(&text));
        found.push(key.path, message, "remove it from one of the two").against(place, "selected by here");
    }
}

fn selected_keys<'t>(selector: &Field<'t>) -> Vec<(Cow<'t, str>, String)> {
    let labels = selector
        .get("matchLabels")
        .into_iter()
        .flat_map(|labels| labels.entries().map(|(key, value)| (key, value.path)).collect::<Vec<_>>());
    let expressions = selector.list("matchExpressions").filter_map(|expression| {
        let key = expression.get("key")?;
        Some((key.str()?, key.path))
    });
    labels.chain(expressions).collect()
}
