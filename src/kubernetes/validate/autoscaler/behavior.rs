//! `behavior` of an autoscaler (`validateScalingRules`, `validateScalingPolicy`).

use super::HpaGates;
use crate::kubernetes::validate::read::{field, int, is_object, items, quantity, text};
use crate::kubernetes::validate::{Invalid, shown};
use crate::yaml::{NodeKind, NodeRef};

/// The longest window (`MaxStabilizationWindowSeconds`).
const LONGEST_WINDOW: i64 = 3600;
/// The longest period of a policy (`MaxPeriodSeconds`).
const LONGEST_PERIOD: i64 = 1800;

/// Validates a `behavior`, which a ScaledObject passes on to its autoscaler.
pub(in crate::kubernetes::validate) fn behavior(
    path: &str,
    behavior: Option<NodeRef<'_>>,
    gates: HpaGates,
    found: &mut Vec<Invalid>,
) {
    for direction in ["scaleUp", "scaleDown"] {
        let rules = field(behavior, direction).filter(|rules| is_object(*rules));
        if rules.is_some() {
            scaling_rules(&format!("{path}.{direction}"), rules, gates, found);
        }
    }
}

fn scaling_rules(path: &str, rules: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    let window = "stabilizationWindowSeconds";
    if let Some(seconds) = int(rules, window).written() {
        let fault = match seconds {
            ..0 => Some("is below 0".to_owned()),
            0..=LONGEST_WINDOW => None,
            _ => Some(format!("is above {LONGEST_WINDOW}, the longest window")),
        };
        found.extend(fault.map(|fault| {
            Invalid::new(
                format!("{path}.{window}"),
                format!("`{window}: {seconds}` {fault}"),
                format!("set it to a number from 0 to {LONGEST_WINDOW}"),
            )
        }));
    }
    if let Some(policy) = text(rules, "selectPolicy").written()
        && !matches!(policy.as_ref(), "Max" | "Min" | "Disabled")
    {
        found.push(Invalid::new(
            format!("{path}.selectPolicy"),
            format!("`selectPolicy: {}` is neither `Max`, `Min` nor `Disabled`", shown(&policy)),
            "write `Max` for the largest change, `Min` for the smallest, or `Disabled` for none",
        ));
    }
    let policies = field(rules, "policies").filter(|policies| policies.kind() == NodeKind::Sequence);
    if policies.is_some_and(|policies| policies.items().next().is_none()) {
        found.push(Invalid::new(
            format!("{path}.policies"),
            "`policies` is an empty list, which replaces the default policies by none",
            "remove `policies` for the defaults, or add a policy",
        ));
    }
    for (index, policy) in items(policies).filter(|(_, policy)| is_object(*policy)) {
        scaling_policy(&format!("{path}.policies[{index}]"), policy, found);
    }
    if let Some(tolerance) = quantity(rules, "tolerance").written().filter(|_| gates.tolerance)
        && tolerance.nano() < 0
    {
        found.push(Invalid::new(
            format!("{path}.tolerance"),
            "`tolerance` is below 0",
            "set it to 0 or more, such as `0.1` for a tenth",
        ));
    }
}

fn scaling_policy(path: &str, policy: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let policy = Some(policy);
    if let Some(kind) = text(policy, "type").or("".into()).filter(|kind| !matches!(kind.as_ref(), "Pods" | "Percent")) {
        found.push(Invalid::new(
            format!("{path}.type"),
            format!("`type: {}` is neither `Pods` nor `Percent`", shown(&kind)),
            "write `Pods` for a count, or `Percent` for a share of the pods that run",
        ));
    }
    if let Some(value) = int(policy, "value").or(0).filter(|value| *value < 1) {
        found.push(Invalid::new(
            format!("{path}.value"),
            format!("`value: {value}` is below 1"),
            "set `value` to 1 or more; to stop scaling in this direction, set `selectPolicy: Disabled`",
        ));
    }
    let Some(seconds) = int(policy, "periodSeconds").or(0) else { return };
    if !(1..=LONGEST_PERIOD).contains(&seconds) {
        let fault = if seconds < 1 { "below 1".to_owned() } else { format!("above {LONGEST_PERIOD}, the longest") };
        found.push(Invalid::new(
            format!("{path}.periodSeconds"),
            format!("`periodSeconds: {seconds}` is {fault}"),
            format!("set it to a number from 1 to {LONGEST_PERIOD}"),
        ));
    }
}
