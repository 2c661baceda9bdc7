//! Label selectors: what the API server rejects beyond the schema.

use super::metadata::label;
use super::read::{field, is_object, items, text};
use super::{Grammar, Invalid, shown};
use crate::kubernetes::placeholder::is_placeholder;
use crate::yaml::NodeRef;

/// Validates a label selector (`ValidateLabelSelector` in apimachinery, v0.37).
pub fn label_selector(path: &str, selector: NodeRef<'_>, found: &mut Vec<Invalid>) {
    for entry in field(Some(selector), "matchLabels").into_iter().flat_map(NodeRef::entries) {
        found.extend(label(&format!("{path}.matchLabels"), &entry.key(), entry.value().str().as_deref()));
    }
    let expressions = items(field(Some(selector), "matchExpressions"));
    for (index, expression) in expressions.filter(|(_, expression)| is_object(*expression)) {
        requirement(&format!("{path}.matchExpressions[{index}]"), expression, found);
    }
}

fn requirement(path: &str, expression: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let list = field(Some(expression), "values");
    let values = items(list).count();
    let operator = text(Some(expression), "operator").or("".into());
    match (operator.as_deref(), values) {
        (Some(operator @ ("In" | "NotIn")), 0) => found.push(Invalid::new(
            format!("{path}.values"),
            format!("operator `{operator}` has no `values` to compare with"),
            "add `values`, or use the operator `Exists`",
        )),
        (Some(operator @ ("Exists" | "DoesNotExist")), 1..) => found.push(Invalid::new(
            format!("{path}.values"),
            format!("operator `{operator}` takes no `values`"),
            "remove `values`, or use the operator `In`",
        )),
        (None | Some("In" | "NotIn" | "Exists" | "DoesNotExist"), _) => {}
        (Some(other), _) => found.push(Invalid::new(
            format!("{path}.operator"),
            format!("`{}` is no operator of a label selector", shown(other)),
            "use `In`, `NotIn`, `Exists` or `DoesNotExist`",
        )),
    }
    if let Some(key) = text(Some(expression), "key").or("".into())
        && let Some(fault) = Grammar::Key.fault(&key)
    {
        let help = format!("write {}", Grammar::Key.words());
        found.push(Invalid::new(format!("{path}.key"), format!("label key `{}` {fault}", shown(&key)), help));
    }
    for (index, value) in items(list) {
        let Some(value) = value.str().filter(|value| !is_placeholder(value)) else { continue };
        let Some(fault) = Grammar::LabelValue.fault(&value) else { continue };
        let help = format!("write {}", Grammar::LabelValue.words());
        let message = format!("label value `{}` {fault}", shown(&value));
        found.push(Invalid::new(format!("{path}.values[{index}]"), message, help));
    }
}
