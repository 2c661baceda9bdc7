//! Spread constraints of a pod spec: what the API server rejects beyond the schema
//! (`validateTopologySpreadConstraints` in pkg/apis/core/validation, Kubernetes 1.34 to 1.37).

use super::field::{Field, Found, Rejected};
use super::label_keys::{keys_in_selector, repeated_keys};
use crate::kubernetes::version::KubeVersion;
use crate::yaml::NodeRef;
use std::borrow::Cow;

/// Validates the spread constraints of the pods of an object. `template` is the path of their template, empty for a
/// Pod.
#[must_use]
pub fn topology_spread(root: NodeRef<'_>, template: &str, version: KubeVersion) -> Vec<Rejected> {
    let mut found = Found::default();
    let root = Field::root(root);
    let Some(template) = (if template.is_empty() { Some(root) } else { root.at(template) }) else {
        return Vec::new();
    };
    let Some(spec) = template.get("spec") else { return Vec::new() };
    let constraints: Vec<_> = spec.list("topologySpreadConstraints").collect();
    for (index, constraint) in constraints.iter().enumerate() {
        max_skew(constraint, &mut found);
        if constraint.lacks("topologyKey") && constraint.has("topologyKey") {
            found.push(
                constraint.path_of("topologyKey"),
                "`topologyKey` is empty, and pods are spread over the values of a node label",
                "set it to `topology.kubernetes.io/zone` or `kubernetes.io/hostname`",
            );
        }
        action(constraint, &mut found);
        twice(constraint, constraints.get(index + 1..).unwrap_or_default(), &mut found);
        min_domains(constraint, &mut found);
        for key in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            found.one_of(constraint, key, &["Honor", "Ignore"]);
        }
        if version.is_at_least(27) {
            label_keys(constraint, &template, version, &mut found);
        }
        if let Some(selector) = constraint.get("labelSelector") {
            found.selector(&selector);
        }
    }
    found.list
}

fn max_skew(constraint: &Field<'_>, found: &mut Found) {
    let path = constraint.path_of("maxSkew");
    let help = "set it to 1, the most even spread";
    match constraint.int("maxSkew") {
        Some(skew) if skew < 1 => {
            found.push(path, format!("`maxSkew: {skew}` is below 1"), help);
        }
        None if !constraint.has("maxSkew") => {
            found.push(path, "a spread constraint has no `maxSkew`, and none counts as 0", help);
        }
        _ => {}
    }
}

fn action(constraint: &Field<'_>, found: &mut Found) {
    if !constraint.lacks("whenUnsatisfiable") {
        return found.one_of(constraint, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]);
    }
    found.push(
        constraint.path_of("whenUnsatisfiable"),
        "a spread constraint has no `whenUnsatisfiable`, and there is no default",
        "add `whenUnsatisfiable: ScheduleAnyway`, or `DoNotSchedule` to leave pods Pending",
    );
}

/// The API server reports the earlier constraint of an equal pair.
fn twice(constraint: &Field<'_>, later: &[Field<'_>], found: &mut Found) {
    let Some((key, action)) = pair(constraint) else { return };
    let Some(same) = later.iter().find(|later| pair(later) == pair(constraint)) else { return };
    found
        .push(
            constraint.path_of("topologyKey"),
            format!("two constraints spread over `{key}` with `{action}`, and one may"),
            "keep one of the two, the one with the lower `maxSkew`",
        )
        .against(same.path_of("topologyKey"), "the same key and action again");
}

fn pair<'t>(constraint: &Field<'t>) -> Option<(Cow<'t, str>, Cow<'t, str>)> {
    Some((constraint.text("topologyKey")?, constraint.text("whenUnsatisfiable")?))
}

fn min_domains(constraint: &Field<'_>, found: &mut Found) {
    found.at_least(constraint, "minDomains", 1);
    let Some(domains) = constraint.int("minDomains").filter(|domains| *domains >= 1) else { return };
    let Some(action) = constraint.text("whenUnsatisfiable").filter(|action| action == "ScheduleAnyway") else { return };
    found
        .push(
            constraint.path_of("minDomains"),
            format!("`minDomains: {domains}` is only accepted with `whenUnsatisfiable: DoNotSchedule`"),
            "remove `minDomains`, or set `whenUnsatisfiable: DoNotSchedule`",
        )
        .against(constraint.path_of("whenUnsatisfiable"), format!("`{action}` has no minimum"));
}

/// From Kubernetes 1.34 on the keys are merged into the selector when a pod is created, and only then a key that is in
/// both is found (`mutateTopologySpreadConstraints` in pkg/registry/core/pod).
fn label_keys(constraint: &Field<'_>, template: &Field<'_>, version: KubeVersion, found: &mut Found) {
    found.label_keys(constraint, "matchLabelKeys");
    if version.is_at_least(34) {
        return repeated_keys(constraint, template, found);
    }
    keys_in_selector(constraint, |_| true, found);
}
