//! Label selectors: what the API server rejects beyond the schema.

use super::Invalid;
use crate::kubernetes::names::{is_qualified_name, is_valid_label_value};
use crate::yaml::NodeRef;

/// Validates a label selector (`ValidateLabelSelector` in apimachinery, v0.34).
pub fn label_selector(path: &str, selector: NodeRef<'_>, found: &mut Vec<Invalid>) {
    for entry in selector.get("matchLabels").into_iter().flat_map(NodeRef::entries) {
        let key = entry.key();
        let value = entry.value().str();
        if !is_qualified_name(&key) || value.as_deref().is_some_and(|value| !is_valid_label_value(value)) {
            let mut at = format!("{path}.matchLabels");
            crate::yaml::push_key(&mut at, &key);
            found.push(Invalid {
                path: at,
                message: format!("`{key}: {}` is no label", value.unwrap_or_default()),
                help: "write letters, digits, `-`, `_` and `.`, at most 63 characters, a letter or digit at both ends"
                    .to_owned(),
            });
        }
    }
    let expressions = selector.get("matchExpressions").into_iter().flat_map(NodeRef::items);
    for (index, expression) in expressions.enumerate() {
        let at = format!("{path}.matchExpressions[{index}]");
        let operator = expression.get("operator").and_then(NodeRef::str).unwrap_or_default();
        let values = expression.get("values").map_or(0, |values| values.items().count());
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
            (other, _) => found.push(Invalid {
                path: format!("{at}.operator"),
                message: format!("`{other}` is no operator of a label selector"),
                help: "use `In`, `NotIn`, `Exists` or `DoesNotExist`".to_owned(),
            }),
        }
    }
}
