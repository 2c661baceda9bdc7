//! Metadata: what the API server rejects in the names, labels and annotations of an object and of the templates in it
//! (`ValidateObjectMeta` in apimachinery and the name functions of pkg/apis/*/validation, Kubernetes 1.37).

use super::read::{field, is_object, text};
use super::{Grammar, Invalid, cut, shown};
use crate::kubernetes::placeholder::is_placeholder;
use crate::kubernetes::schema;
use crate::kubernetes::version::KubeVersion;
use crate::yaml::{NodeRef, push_index, push_key};

/// What all annotations of an object may take (`TotalAnnotationSizeLimitB`).
const MOST_ANNOTATION_BYTES: usize = 256 * 1024;

/// The type of an object, as far as names depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Type<'a> {
    /// API group, empty for core.
    pub group: &'a str,
    /// API version, such as `v2`.
    pub version: &'a str,
    /// Kind.
    pub kind: &'a str,
}

/// Validates names, labels and annotations. Objects of types that are not known are looked at less closely: those of
/// other tools than Kubernetes have names of their own kind.
#[must_use]
pub fn metadata(kind: Type<'_>, root: NodeRef<'_>, release: KubeVersion) -> Vec<Invalid> {
    let mut found = Vec::new();
    let meta = field(Some(root), "metadata");
    if meta.is_some_and(|meta| !is_object(meta)) {
        return found;
    }
    if let Some(grammar) = name_grammar(kind, release) {
        names(kind, grammar, meta, &mut found);
    }
    if kind.group.contains('.') || is_built_in_group(kind.group) {
        labels_and_annotations("metadata", meta, &mut found);
    }
    for path in template_paths(kind, root) {
        let meta = root.at(&path).and_then(|template| field(Some(template), "metadata"));
        labels_and_annotations(&format!("{path}.metadata"), meta, &mut found);
    }
    found
}

/// The grammar of a type's names; `None` where it is not known for sure.
#[must_use]
pub fn name_grammar(kind: Type<'_>, release: KubeVersion) -> Option<Grammar> {
    Some(match (kind.group, kind.kind) {
        // RelaxedServiceNameValidation is on by default since 1.36.
        ("", "Service") if release.is_at_least(36) => Grammar::Label,
        ("", "Service") => Grammar::LetterFirstLabel,
        ("", "Namespace") => Grammar::Label,
        ("apps", "StatefulSet") if release.is_at_least(28) => Grammar::Label,
        ("policy", "PodDisruptionBudget")
        | ("apiregistration.k8s.io", "APIService")
        | ("rbac.authorization.k8s.io", "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding") => {
            Grammar::PathSegment
        }
        (
            "",
            "ConfigMap"
            | "Endpoints"
            | "LimitRange"
            | "PersistentVolume"
            | "PersistentVolumeClaim"
            | "Pod"
            | "ReplicationController"
            | "ResourceQuota"
            | "Secret"
            | "ServiceAccount",
        )
        | ("apps", "DaemonSet" | "Deployment" | "ReplicaSet" | "StatefulSet")
        | ("extensions", "DaemonSet" | "Deployment" | "Ingress" | "ReplicaSet")
        | ("autoscaling", "HorizontalPodAutoscaler")
        | ("batch", "CronJob" | "Job")
        | ("networking.k8s.io", "Ingress" | "IngressClass" | "NetworkPolicy")
        | ("scheduling.k8s.io", "PriorityClass")
        | ("storage.k8s.io", "StorageClass")
        | ("apiextensions.k8s.io", "CustomResourceDefinition")
        | ("admissionregistration.k8s.io", "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration") => {
            Grammar::Subdomain
        }
        // Every custom resource (pkg/registry/customresource/validator.go in apiextensions-apiserver).
        (group, name) if group.contains('.') && schema::is_known(group, kind.version, name) => Grammar::Subdomain,
        _ => return None,
    })
}

fn is_built_in_group(group: &str) -> bool {
    matches!(group, "" | "apps" | "autoscaling" | "batch" | "extensions" | "policy")
}

fn names(kind: Type<'_>, grammar: Grammar, meta: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    let (name, generated) = (text(meta, "name"), text(meta, "generateName"));
    // A bare Pod without a name is a template for another tool, such as a build server, more often than an object.
    if name.is_empty() && generated.is_empty() && kind.kind != "Pod" {
        found.push(Invalid::new(
            "metadata.name",
            format!("this {} has no `metadata.name`", kind.kind),
            "set `metadata.name`",
        ));
    }
    if let Some(name) = name.written().filter(|name| !name.is_empty()) {
        found.extend(grammar.fault(&name).or_else(|| too_long(kind.kind, &name)).map(|fault| {
            let message = format!("{} name `{}` {fault}", kind.kind, shown(&name));
            Invalid::new("metadata.name", message, write(grammar, &name))
        }));
    }
    if let Some(prefix) = generated.written().filter(|prefix| !prefix.is_empty()) {
        found.extend(grammar.fault(&without_last_dash(&prefix)).map(|fault| {
            let message = format!("`generateName: {}` {fault}", shown(&prefix));
            Invalid::new("metadata.generateName", message, write(grammar, &prefix))
        }));
    }
    if let Some(namespace) = text(meta, "namespace").written().filter(|namespace| !namespace.is_empty()) {
        found.extend(Grammar::Label.fault(&namespace).map(|fault| {
            let message = format!("namespace `{}` {fault}", shown(&namespace));
            Invalid::new("metadata.namespace", message, write(Grammar::Label, &namespace))
        }));
    }
}

/// Kinds whose name goes on to where less room is: the Job of a CronJob has eleven characters more, and the name of a
/// Job is a label of its pods (`ValidateCronJobCreate`, `generateSelector`).
fn too_long(kind: &str, name: &str) -> Option<String> {
    let most = match kind {
        "CronJob" => 52,
        "Job" => 63,
        _ => return None,
    };
    (name.len() > most).then(|| format!("is {} characters long, and {most} is the most", name.len()))
}

/// A trailing dash of a prefix is no fault, as a name goes on after it (`maskTrailingDash`, with its quirk of taking
/// the character before the dash as well).
fn without_last_dash(prefix: &str) -> String {
    match prefix.len().checked_sub(2).and_then(|end| prefix.get(..end)) {
        Some(start) if prefix.ends_with('-') => format!("{start}a"),
        _ => prefix.to_owned(),
    }
}

fn write(grammar: Grammar, text: &str) -> String {
    match grammar.nearest(text) {
        Some(nearest) => format!("write `{}`: it takes {}", shown(&nearest), grammar.words()),
        None => format!("write {}", grammar.words()),
    }
}

/// The templates of an object that become objects themselves. The API server looks at those of pods; what is wrong in
/// the others keeps a controller from making the Job or the claim.
fn template_paths(kind: Type<'_>, root: NodeRef<'_>) -> Vec<String> {
    let mut paths: Vec<String> = match (kind.group, kind.kind) {
        ("batch", "CronJob") => vec!["spec.jobTemplate".to_owned(), "spec.jobTemplate.spec.template".to_owned()],
        ("apps" | "extensions", "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet")
        | ("", "ReplicationController")
        | ("batch", "Job")
        | ("argoproj.io", "Rollout") => vec!["spec.template".to_owned()],
        _ => Vec::new(),
    };
    if kind.kind == "StatefulSet" && kind.group == "apps" {
        let claims = root.at("spec.volumeClaimTemplates").map_or(0, |claims| claims.items().count());
        paths.extend((0..claims).map(|index| {
            let mut path = "spec.volumeClaimTemplates".to_owned();
            push_index(&mut path, index);
            path
        }));
    }
    paths
}

fn labels_and_annotations(path: &str, meta: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    let entries = |key| field(meta, key).into_iter().flat_map(NodeRef::entries);
    for entry in entries("labels") {
        let (key, value) = (entry.key(), entry.value().str());
        found.extend(label(&format!("{path}.labels"), &key, value.as_deref()));
    }
    let mut bytes = 0;
    for entry in entries("annotations") {
        let key = entry.key();
        bytes += key.len() + entry.value().str().map_or(0, |value| value.len());
        // Annotation keys are read without regard to case.
        let fault = Grammar::Key.fault(&key.to_lowercase()).filter(|_| !is_placeholder(&key));
        found.extend(fault.map(|fault| {
            let message = format!("annotation key `{}` {fault}", shown(&key));
            let help = format!("write {}", Grammar::Key.words());
            Invalid::new(child(&format!("{path}.annotations"), &key), message, help)
        }));
    }
    if bytes > MOST_ANNOTATION_BYTES {
        found.push(Invalid::new(
            format!("{path}.annotations"),
            format!("the annotations take {bytes} bytes, and {MOST_ANNOTATION_BYTES} is the most"),
            "move the data to a ConfigMap",
        ));
    }
}

/// What is wrong with one label, or one entry of `matchLabels`.
pub(super) fn label(path: &str, key: &str, value: Option<&str>) -> Option<Invalid> {
    if is_placeholder(key) {
        return None;
    }
    if let Some(fault) = Grammar::Key.fault(key) {
        let help = format!("write {}", Grammar::Key.words());
        return Some(Invalid::new(child(path, key), format!("label key `{}` {fault}", shown(key)), help));
    }
    let value = value.filter(|value| !is_placeholder(value))?;
    let fault = Grammar::LabelValue.fault(value)?;
    let message = format!("label `{}` has the value `{}`, which {fault}", cut(key, 34), cut(value, 24));
    Some(Invalid::new(child(path, key), message, write(Grammar::LabelValue, value)))
}

fn child(path: &str, key: &str) -> String {
    let mut path = path.to_owned();
    push_key(&mut path, key);
    path
}
