//! Environment variables of a container (`ValidateEnv` and `ValidateEnvFrom` in pkg/apis/core/validation, Kubernetes
//! 1.34 to 1.37).

use super::field::{Field, Found, quoted};
use super::shown;
use crate::kubernetes::names::{is_config_map_key, is_env_var_name, is_relaxed_env_var_name};
use crate::kubernetes::version::KubeVersion;

const SOURCES: &[&str] = &["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

/// What `fieldRef` knows of a pod, in environment variables.
const POD_FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

const CONTAINER_FIELDS: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

pub(super) fn env(container: &Field<'_>, who: &str, version: KubeVersion, found: &mut Found) {
    for variable in container.list("env") {
        if variable.lacks("name") {
            let message = format!("a variable of {who} has no name");
            found.push(variable.path_of("name"), message, "give it a name, such as `LOG_LEVEL`");
            continue;
        }
        let name = variable.text("name").unwrap_or_default();
        variable_name(&variable, "name", version, found);
        let Some(from) = variable.get("valueFrom").filter(Field::is_map) else { continue };
        value_from(&variable, &from, &name, found);
    }
    for source in container.list("envFrom") {
        variable_name(&source, "prefix", version, found);
        env_from(&source, who, found);
    }
}

/// Nearly anything from Kubernetes 1.32 on.
fn variable_name(parent: &Field<'_>, key: &str, version: KubeVersion, found: &mut Found) {
    let Some(text) = parent.text(key).filter(|text| !text.is_empty()) else { return };
    let (is_name, help) = if version.is_at_least(32) {
        (is_relaxed_env_var_name(&text), "write printable ASCII characters without `=`")
    } else {
        (is_env_var_name(&text), "write letters, digits, `_`, `-` and `.`, and no digit first")
    };
    if !is_name {
        found.push(parent.path_of(key), format!("`{}` is no name of a variable", shown(&text)), help);
    }
}

fn value_from(variable: &Field<'_>, from: &Field<'_>, name: &str, found: &mut Found) {
    let given: Vec<_> = SOURCES.iter().filter_map(|key| from.get(key)).collect();
    if let Some(value) = variable.get("value").filter(|value| value.node.str().is_some_and(|text| !text.is_empty()))
        && !given.is_empty()
    {
        found
            .push(
                &from.path,
                format!("variable `{}` has both `value` and `valueFrom`", shown(name)),
                "keep one of the two; a values file unsets the other with `null`",
            )
            .against(value.path, "the other value");
    }
    match given.as_slice() {
        [] => {
            let message = format!("`valueFrom` of variable `{}` names no source", shown(name));
            found.push(&from.path, message, format!("add one of {}", quoted(SOURCES)));
        }
        [_] => {}
        [first, second, ..] => {
            found
                .push(
                    &second.path,
                    format!("`valueFrom` of variable `{}` names two sources", shown(name)),
                    "keep one of the two",
                )
                .against(&first.path, "the other source");
        }
    }
    if let Some(field) = from.get("fieldRef") {
        pod_field(&field, POD_FIELDS, found);
    }
    if let Some(field) = from.get("resourceFieldRef") {
        container_field(&field, found);
    }
    for reference in ["configMapKeyRef", "secretKeyRef"].iter().filter_map(|key| from.get(key)) {
        key_of(&reference, found);
    }
}

/// A name, and a key of the data.
fn key_of(reference: &Field<'_>, found: &mut Found) {
    named(reference, found);
    found.subdomain(reference, "name");
    let Some(key) = reference.get("key") else { return };
    let Some(text) = key.str().filter(|text| !is_config_map_key(text)) else { return };
    let message = format!("`key: {}` is no key of a ConfigMap or Secret", shown(&text));
    found.push(key.path, message, "write letters, digits, `-`, `_` and `.`");
}

pub(super) fn named(reference: &Field<'_>, found: &mut Found) {
    if reference.is_map() && reference.lacks("name") {
        let what = reference.path.rsplit('.').next().unwrap_or_default();
        found.push(reference.path_of("name"), format!("`{what}` names no object"), "add its `name`");
    }
}

fn env_from(source: &Field<'_>, who: &str, found: &mut Found) {
    let given: Vec<_> = ["configMapRef", "secretRef"].iter().filter_map(|key| source.get(key)).collect();
    for reference in &given {
        named(reference, found);
        found.subdomain(reference, "name");
    }
    match given.as_slice() {
        [] if source.is_map() => {
            let message = format!("an entry in `envFrom` of {who} names no source");
            found.push(&source.path, message, "add a `configMapRef` or a `secretRef`");
        }
        [first, second] => {
            let message = format!("an entry in `envFrom` of {who} names two sources");
            found.push(&second.path, message, "make it two entries").against(&first.path, "the other source");
        }
        _ => {}
    }
}

/// `validateObjectFieldSelector` after `ConvertDownwardAPIFieldLabel`.
pub(super) fn pod_field(reference: &Field<'_>, known: &[&str], found: &mut Found) {
    let Some(path) = reference.get("fieldPath") else { return };
    let Some(text) = path.str() else { return };
    let is_entry = text.strip_suffix("']").and_then(|text| text.split_once("['")).map(|(map, _)| map);
    let is_known = match is_entry {
        Some(map) => matches!(map, "metadata.labels" | "metadata.annotations"),
        None => known.contains(&text.as_ref()) || text == "spec.host",
    };
    if !is_known {
        let message = format!("`fieldPath: {}` is no field that a container can read", shown(&text));
        found.push(path.path, message, format!("use {}", alternatives_of(known)));
    }
}

/// The first few, which are the ones that people want.
fn alternatives_of(known: &[&str]) -> String {
    format!("one of {}, or `metadata.labels['…']`", quoted(known))
}

/// `validateContainerResourceFieldSelector`.
pub(super) fn container_field(reference: &Field<'_>, found: &mut Found) {
    let Some(resource) = reference.get("resource") else { return };
    let Some(text) = resource.str() else { return };
    let is_huge = ["limits.hugepages-", "requests.hugepages-"].iter().any(|prefix| text.starts_with(prefix));
    if is_huge || CONTAINER_FIELDS.contains(&text.as_ref()) {
        return;
    }
    let message = format!("`resource: {}` is nothing that a container can read", shown(&text));
    found.push(resource.path, message, format!("use one of {}", quoted(CONTAINER_FIELDS)));
}
