//! Label selectors: what the API server rejects beyond the schema.

use super::Invalid;
use crate::kubernetes::names::{is_qualified_name, is_valid_label_value};
use crate::kubernetes::placeholder::is_placeholder;
use crate::yaml::NodeRef;

pub(super) const VALUE: &str =
    "write letters, digits, `-`, `_` and `.`, at most 63 characters, a letter or digit at both ends";

/// Validates a label selector (`ValidateLabelSelector` in apimachinery, v0.34).
pub fn label_selector(path: &str, selector: NodeRef<'_>, found: &mut Vec<Invalid>) {
    for entry in selector.get("matchLabels").into_iter().flat_map(NodeRef::entries) {
        let key = entry.key();
        let value = entry.value().str();
        if is_placeholder(&key) || value.as_deref().is_some_and(is_placeholder) {
            continue;
        }
        if !is_qualified_name(&key) || value.as_deref().is_some_and(|value| !is_valid_label_value(value)) {
            let mut at = format!("{path}.matchLabels");
            crate::yaml::push_key(&mut at, &key);
            found.push(Invalid {
                path: at,
                message: format!("`{key}: {}` is no label", value.unwrap_or_default()),
                help: VALUE.to_owned(),
            });
        }
    }
    let expressions = selector.get("matchExpressions").into_iter().flat_map(NodeRef::items);
    for (index, expression) in expressions.enumerate() {
        let at = format!("{path}.matchExpressions[{index}]");
        let operator = expression.get("operator").and_then(NodeRef::str).unwrap_or_default();
        let values = expression.get("values").map_or(0, |values| values.items().count());
        requirement(&at, expression, found);
        match (operator.as_ref(), values) {
            ("In" | "NotIn", 0) => found.push(Invalid {
                path: format!("{at}.values"),
                message: format!("operator `{operator}` has no `values` to compare with"),
                help: "add `values`, or use the operator `Exists`".to_owned(),
            }),
            ("Exists" | "DoesNotExist", 1..) => found.push(Invalid {
                path: format!("{at}.values"),
                message: format!("operator `{operator}` takes no `values`"),
                help: "remove `values`, or use the operator `In`".to_owned(),
            }),
            ("In" | "NotIn" | "Exists" | "DoesNotExist", _) => {}
            (other, _) if is_placeholder(other) => {}
            (other, _) => found.push(Invalid {
                path: format!("{at}.operator"),
                message: format!("`{other}` is no operator of a label selector"),
                help: "use `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned(),
            }),
        }
    }
}

/// The key and the values of a requirement.
fn requirement(at: &str, expression: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let text = |node: NodeRef<'_>| node.str().filter(|text| !is_placeholder(text)).map(|text| text.into_owned());
    if let Some(key) = expression.get("key").and_then(text).filter(|key| !is_qualified_name(key)) {
        found.push(Invalid {
            path: format!("{at}.key"),
            message: format!("`{key}` is no key of a label"),
            help: "write a name, or a domain, `/` and a name, such as `app.kubernetes.io/name`".to_owned(),
        });
    }
    let values = expression.get("values").into_iter().flat_map(NodeRef::items);
    for (index, value) in values.enumerate() {
        if let Some(value) = text(value).filter(|value| !is_valid_label_value(value)) {
            found.push(Invalid {
                path: format!("{at}.values[{index}]"),
                message: format!("`{value}` is no value of a label"),
                help: VALUE.to_owned(),
            });
        }
    }
}
