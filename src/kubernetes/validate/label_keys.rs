//! Label keys and selectors inside pod specs: shared by affinity, spread constraints and workloads.

use super::field::{Field, Found, shown};
use super::selector::{VALUE, label_selector};
use crate::kubernetes::names::{is_qualified_name, is_valid_label_value};
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
        self.key(requirement.get("key"));
        for value in requirement.list("values").filter(|_| values_are_labels) {
            if let Some(text) = value.str().filter(|text| !is_valid_label_value(text)) {
                self.push(value.path, format!("`{}` is no value of a label", shown(&text)), VALUE);
            }
        }
    }

    /// The key of a label.
    pub(super) fn key(&mut self, key: Option<Field<'_>>) {
        let Some(key) = key else { return };
        let Some(text) = key.str().filter(|text| !is_qualified_name(text)) else { return };
        self.push(
            key.path,
            format!("`{}` is no key of a label", shown(&text)),
            "write a name, or a domain, `/` and a name, such as `app.kubernetes.io/name`",
        );
    }

    /// Labels that have to be there, such as those of a `nodeSelector`.
    pub(super) fn labels(&mut self, labels: &Field<'_>) {
        for (key, value) in labels.entries() {
            let text = value.str();
            let is_value = text.as_deref().is_none_or(is_valid_label_value);
            if (is_qualified_name(&key) || is_placeholder(&key)) && is_value {
                continue;
            }
            let message = format!("`{key}: {}` is no label", shown(&text.unwrap_or_default()));
            self.push(value.path, message, VALUE);
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
            self.key(Some(key));
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
