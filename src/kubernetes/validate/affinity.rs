//! Affinity of a pod spec: what the API server rejects beyond the schema (`validateAffinity` in
//! pkg/apis/core/validation, Kubernetes 1.34 to 1.37).

use super::field::{Field, Found, Rejected};
use super::label_keys::repeated_keys;
use super::shown;
use crate::kubernetes::names::{is_dns1123_label, is_qualified_name};
use crate::kubernetes::version::KubeVersion;
use crate::yaml::NodeRef;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Validates the affinity of the pods of an object. `template` is the path of their template, empty for a Pod.
#[must_use]
pub fn affinity(root: NodeRef<'_>, template: &str, version: KubeVersion) -> Vec<Rejected> {
    let mut found = Found::default();
    let root = Field::root(root);
    let Some(template) = (if template.is_empty() { Some(root) } else { root.at(template) }) else {
        return Vec::new();
    };
    let Some(affinity) = template.at("spec.affinity") else { return Vec::new() };
    if let Some(node) = affinity.get("nodeAffinity") {
        node_affinity(&node, &mut found);
    }
    for pods in ["podAffinity", "podAntiAffinity"].iter().filter_map(|key| affinity.get(key)) {
        for term in pods.list(REQUIRED) {
            pod_term(&term, &template, version, &mut found);
        }
        for weighted in pods.list(PREFERRED) {
            weight(&weighted, &mut found);
            if let Some(term) = weighted.get("podAffinityTerm") {
                pod_term(&term, &template, version, &mut found);
            }
        }
    }
    found.list
}

fn weight(term: &Field<'_>, found: &mut Found) {
    match term.int("weight") {
        Some(1..=100) => {}
        Some(weight) => {
            found.push(
                term.path_of("weight"),
                format!("`weight: {weight}` is outside 1 to 100"),
                "set it to a number from 1 to 100: a preference stays a preference at any weight",
            );
        }
        None if term.has("weight") => {}
        None => {
            found.push(
                term.path_of("weight"),
                "a preferred term has no `weight`, and none counts as 0",
                "add `weight: 100`, or another number from 1 to 100",
            );
        }
    }
}

fn pod_term(term: &Field<'_>, template: &Field<'_>, version: KubeVersion, found: &mut Found) {
    for key in ["labelSelector", "namespaceSelector"] {
        if let Some(selector) = term.get(key) {
            found.selector(&selector);
        }
    }
    for namespace in term.list("namespaces") {
        if let Some(name) = namespace.str().filter(|name| !is_dns1123_label(name)) {
            found.push(
                namespace.path.clone(),
                format!("`{}` in `namespaces` is no name of a namespace", shown(&name)),
                "list names of namespaces, or write a `namespaceSelector`",
            );
        }
    }
    // Older servers drop both lists unread.
    if version.is_at_least(31) {
        label_keys(term, template, found);
    }
    topology_key(term, found);
}

fn topology_key(term: &Field<'_>, found: &mut Found) {
    let Some(key) = term.get("topologyKey") else {
        found.push(
            term.path_of("topologyKey"),
            "a term without `topologyKey` names no domain to keep to",
            "add `topologyKey: kubernetes.io/hostname`, or that of a zone",
        );
        return;
    };
    let Some(text) = key.str().filter(|text| !is_qualified_name(text)) else { return };
    let message = if text.is_empty() {
        "`topologyKey` is empty, and pods can only be kept to nodes with a label".to_owned()
    } else {
        format!("`topologyKey: {}` is no key of a label", shown(&text))
    };
    found.push(key.path, message, "set it to a label of the nodes, such as `kubernetes.io/hostname`");
}

/// `ValidateMatchLabelKeysAndMismatchLabelKeys`.
fn label_keys(term: &Field<'_>, template: &Field<'_>, found: &mut Found) {
    let other: Vec<_> = term.list("mismatchLabelKeys").collect();
    for list in ["matchLabelKeys", "mismatchLabelKeys"] {
        found.label_keys(term, list);
    }
    for key in term.list("matchLabelKeys") {
        let Some(text) = key.str() else { continue };
        if let Some(other) = other.iter().find(|other| other.str().as_ref() == Some(&text)) {
            let message = format!("`{}` is in both `matchLabelKeys` and `mismatchLabelKeys`", shown(&text));
            found.push(key.path, message, "remove it from one of the two").against(&other.path, "the same key");
        }
    }
    repeated_keys(term, template, found);
}

fn node_affinity(affinity: &Field<'_>, found: &mut Found) {
    if let Some(required) = affinity.get(REQUIRED)
        && let Some(terms) = required.get("nodeSelectorTerms")
    {
        if terms.items().next().is_none() {
            found.push(
                &terms.path,
                "`nodeSelectorTerms` is empty, and a required node affinity needs a term",
                format!("add a term, or remove `{REQUIRED}`"),
            );
        }
        for term in terms.items() {
            node_term(&term, true, found);
        }
    }
    for preferred in affinity.list(PREFERRED) {
        weight(&preferred, found);
        if let Some(term) = preferred.get("preference") {
            node_term(&term, false, found);
        }
    }
}

/// Values are label values in required terms only.
fn node_term(term: &Field<'_>, values_are_labels: bool, found: &mut Found) {
    for requirement in term.list("matchExpressions") {
        node_requirement(&requirement, found);
        found.key_and_values(&requirement, values_are_labels);
    }
    for requirement in term.list("matchFields") {
        node_field(&requirement, found);
    }
}

fn node_requirement(requirement: &Field<'_>, found: &mut Found) {
    let Some(operator) = requirement.text("operator") else { return };
    let count = requirement.list("values").count();
    let values = requirement.path_of("values");
    match (operator.as_ref(), count) {
        ("In" | "NotIn", 0) => {
            let message = format!("operator `{operator}` has no `values` to compare with");
            found.push(values, message, "add `values`, or use the operator `Exists`");
        }
        ("Exists" | "DoesNotExist", 1..) => {
            let message = format!("operator `{operator}` takes no `values`");
            found.push(values, message, "remove `values`, or use the operator `In`");
        }
        ("Gt" | "Lt", count) if count != 1 => {
            let message = format!("operator `{operator}` takes one value, and `values` holds {count}");
            found.push(values, message, "write one whole number in quotes, such as `values: [\"4\"]`");
        }
        ("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt", _) => {}
        (other, _) => {
            let message = format!("`{}` is no operator of a node selector", shown(other));
            found.push(
                requirement.path_of("operator"),
                message,
                "use `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`",
            );
        }
    }
}

/// `ValidateNodeFieldSelectorRequirement`: a node has one field to select by, its name.
fn node_field(requirement: &Field<'_>, found: &mut Found) {
    if let Some(operator) = requirement.text("operator") {
        let count = requirement.list("values").count();
        match (operator.as_ref(), count) {
            ("In" | "NotIn", 1) => {}
            ("In" | "NotIn", _) => {
                let message = format!("`matchFields` takes one value, and `values` holds {count}");
                found.push(requirement.path_of("values"), message, "write one term for each node");
            }
            (other, _) => {
                let message = format!("`{}` is no operator of `matchFields`", shown(other));
                found.push(requirement.path_of("operator"), message, "use `In` or `NotIn`");
            }
        }
    }
    if let Some(key) = requirement.text("key").filter(|key| key != "metadata.name") {
        found.push(
            requirement.path_of("key"),
            format!("`{}` is no field that `matchFields` knows", shown(&key)),
            "use `metadata.name`, or `matchExpressions` for labels",
        );
    }
}
