//! PodDisruptionBudget: what the API server rejects beyond the schema.

use super::read::text;
use super::{Invalid, label_selector};
use crate::kubernetes::int_or_percent::{IntOrPercent, IntOrPercentError};
use crate::kubernetes::placeholder::is_placeholder;
use crate::yaml::{NodeRef, Scalar};

/// Validates a PodDisruptionBudget (`ValidatePodDisruptionBudgetSpec` in pkg/apis/policy/validation, Kubernetes 1.37).
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
    if let Some(selector) = value("selector") {
        label_selector("spec.selector", selector, &mut found);
    }
    if let Some(policy) = text(Some(spec), "unhealthyPodEvictionPolicy").written()
        && !matches!(policy.as_ref(), "IfHealthyBudget" | "AlwaysAllow")
    {
        found.push(Invalid {
            path: "spec.unhealthyPodEvictionPolicy".to_owned(),
            message: format!("`unhealthyPodEvictionPolicy: {policy}` is neither `IfHealthyBudget` nor `AlwaysAllow`"),
            help: "set it to `AlwaysAllow`, so that pods that do not become ready cannot block a drain".to_owned(),
        });
    }
    found
}

/// A count of 0 or more, or a percentage up to 100.
fn threshold(key: &str, value: NodeRef<'_>) -> Option<Invalid> {
    let (text, what, help) = match value.scalar()? {
        Scalar::Int(count) if count < 0 => {
            (count.to_string(), "is below 0", "set it to 0 or more, or to a percentage such as `50%`".to_owned())
        }
        Scalar::Str(text) if is_placeholder(&text) => return None,
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
