//! What the API server rejects beyond the schema. Pure: a manifest in, the rejected fields out.

use crate::kubernetes::int_or_percent::{IntOrPercent, IntOrPercentError};
use crate::kubernetes::names::{is_qualified_name, is_valid_label_value};
use crate::yaml::{NodeRef, Scalar};

/// A field that the API server rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Path as in the API server's error.
    pub path: String,
    /// What is wrong, with the value.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Validates a PodDisruptionBudget (`ValidatePodDisruptionBudgetSpec` in pkg/apis/policy/validation, Kubernetes 1.34).
#[must_use]
pub fn disruption_budget(root: NodeRef<'_>) -> Vec<Invalid> {
    let Some(spec) = root.get("spec") else { return Vec::new() };
    let mut found = Vec::new();
    let value = |key: &str| spec.get(key).filter(|value| !value.is_null());
    if value("minAvailable").is_some() && value("maxUnavailable").is_some() {
        found.push(Invalid {
            path: "spec".to_owned(),
            message: "`minAvailable` and `maxUnavailable` are both set, and a budget takes one of them".to_owned(),
            help: "remove one: `maxUnavailable` stays true when the number of replicas changes".to_owned(),
        });
    }
    for key in ["minAvailable", "maxUnavailable"] {
        found.extend(value(key).and_then(|value| threshold(key, value)));
    }
    if let Some(policy) = value("unhealthyPodEvictionPolicy").and_then(NodeRef::str)
        && !matches!(policy.as_ref(), "IfHealthyBudget" | "AlwaysAllow")
    {
        found.push(Invalid {
            path: "spec.unhealthyPodEvictionPolicy".to_owned(),
            message: format!("`unhealthyPodEvictionPolicy: {policy}` is neither `IfHealthyBudget` nor `AlwaysAllow`"),
            help: "set it to `AlwaysAllow`, so that pods that do not become ready cannot block a drain".to_owned(),
        });
    }
    if let Some(selector) = value("selector") {
        label_selector("spec.selector", selector, &mut found);
    }
    found
}

/// A count of 0 or more, or a percentage up to 100.
fn threshold(key: &str, value: NodeRef<'_>) -> Option<Invalid> {
    let (text, what, help) = match value.scalar()? {
        Scalar::Int(count) if count < 0 => {
            (count.to_string(), "is below 0", "set it to 0 or more, or to a percentage such as `50%`".to_owned())
        }
        Scalar::Str(text) => match IntOrPercent::parse(&text) {
            Ok(IntOrPercent::Percent(percent)) if percent > 100 => {
                (text.into_owned(), "is above 100%", "set it to 100% or less".to_owned())
            }
            Ok(_) => return None,
            Err(IntOrPercentError::QuotedNumber) => {
                let help = format!("remove the quotes: `{key}: {text}`");
                (format!("\"{text}\""), "is a quoted number, neither a count nor a percentage", help)
            }
            Err(IntOrPercentError::NotPercent) => (
                text.into_owned(),
                "is neither a count nor a whole percentage",
                "set it to a number such as `1`, or to a percentage such as `50%`".to_owned(),
            ),
        },
        _ => return None,
    };
    Some(Invalid { path: format!("spec.{key}"), message: format!("`{key}: {text}` {what}"), help })
}

/// Validates a label selector (`ValidateLabelSelector` in apimachinery, v0.34).
fn label_selector(path: &str, selector: NodeRef<'_>, found: &mut Vec<Invalid>) {
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
