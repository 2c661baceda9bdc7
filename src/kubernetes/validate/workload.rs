//! Workloads: what the API server rejects beyond the schema (pkg/apis/{apps,batch,core}/validation, Kubernetes 1.34 to
//! 1.37), and Argo Rollouts of a Rollout (pkg/apis/rollouts/validation, v1.8).

use super::field::{Field, Found, Rejected};
use super::pod::{self, Owner};
use super::{Grammar, shown};
use super::{claim, job, strategy};
use crate::kubernetes::placeholder::is_placeholder;
use crate::kubernetes::selector::{LabelSelector, Labels, Operator, Requirement};
use crate::kubernetes::version::KubeVersion;
use crate::yaml::NodeRef;

/// Validates a workload of one of the kinds that run pods; affinity and spread constraints are left to
/// [`super::affinity`] and [`super::topology_spread`]. Nothing is rejected of other kinds.
#[must_use]
pub fn workload(kind: &str, root: NodeRef<'_>, version: KubeVersion) -> Vec<Rejected> {
    let mut found = Found::default();
    let root = Field::root(root);
    let Some(spec) = root.get("spec") else { return Vec::new() };
    let mut owner = Owner { version, is_pod: kind == "Pod", claims: Vec::new(), names_hosts: false };
    match kind {
        "Pod" => {
            found.one_of(&spec, "restartPolicy", &["Always", "OnFailure", "Never"]);
            pod::pod(&spec, &owner, &mut found);
        }
        "Job" => job::job(&spec, &owner, &mut found),
        "CronJob" => job::cron_job(&spec, &owner, &mut found),
        "StatefulSet" => {
            owner.claims = spec.list("volumeClaimTemplates").collect();
            owner.names_hosts = true;
            replicated(&spec, &owner, kind, &mut found);
            stateful_set(&spec, version, &mut found);
        }
        "Deployment" | "ReplicaSet" | "ReplicationController" | "DaemonSet" | "Rollout" => {
            replicated(&spec, &owner, kind, &mut found);
        }
        _ => {}
    }
    found.list
}

/// What controllers that keep pods running have in common.
fn replicated(spec: &Field<'_>, owner: &Owner<'_>, kind: &str, found: &mut Found) {
    for count in ["replicas", "minReadySeconds"] {
        found.at_least(spec, count, 0);
    }
    if kind != "StatefulSet" {
        found.at_least(spec, "revisionHistoryLimit", 0);
    }
    if kind == "ReplicationController" {
        labels_selected(spec, found);
    } else {
        selected(spec, kind, found);
    }
    match kind {
        "Deployment" => strategy::deployment(spec, found),
        "DaemonSet" => strategy::daemon_set(spec, found),
        "StatefulSet" => strategy::stateful_set(spec, owner.version, found),
        "Rollout" => strategy::rollout(spec, found),
        _ => {}
    }
    let Some(pod) = spec.at("template.spec") else { return };
    always(&pod, kind, found);
    template(spec, owner, found);
}

/// The pods of a controller that replaces them are restarted by their nodes as well, and have no end.
fn always(pod: &Field<'_>, kind: &str, found: &mut Found) {
    if let Some(policy) = pod.text("restartPolicy").filter(|policy| !matches!(policy.as_ref(), "" | "Always")) {
        found.push(
            pod.path_of("restartPolicy"),
            format!("`restartPolicy: {}` in a {kind}, which only takes `Always`", shown(&policy)),
            "remove `restartPolicy`; pods that run to an end belong into a Job",
        );
    }
    if pod.has("activeDeadlineSeconds") {
        found.push(
            pod.path_of("activeDeadlineSeconds"),
            format!("`activeDeadlineSeconds` in a {kind}, whose pods have no end"),
            "remove it; pods that run to an end belong into a Job",
        );
    }
}

/// The pod template at `template` of a spec.
pub(super) fn template<'t>(spec: &Field<'t>, owner: &Owner<'t>, found: &mut Found) {
    let Some(pod) = spec.at("template.spec") else { return };
    pod::pod(&pod, owner, found);
    if pod.list("ephemeralContainers").next().is_some() {
        found.push(
            pod.path_of("ephemeralContainers"),
            "`ephemeralContainers` stand in a template, and are only added to a pod that runs",
            "remove them; `kubectl debug` adds one to a pod",
        );
    }
}

fn stateful_set(spec: &Field<'_>, version: KubeVersion, found: &mut Found) {
    found.one_of(spec, "podManagementPolicy", &["OrderedReady", "Parallel"]);
    if let Some(policy) = spec.get("persistentVolumeClaimRetentionPolicy") {
        for key in ["whenDeleted", "whenScaled"] {
            found.one_of(&policy, key, &["Retain", "Delete"]);
        }
    }
    if let Some(ordinals) = spec.get("ordinals") {
        found.at_least(&ordinals, "start", 0);
    }
    if !version.is_at_least(34) {
        return;
    }
    if let Some(service) = spec.get("serviceName") {
        found.grammar(&service, Grammar::Label, "`serviceName`");
    }
    for template in spec.list("volumeClaimTemplates") {
        claim::template(&template, found);
    }
}

/// A selector that is there, selects something, and selects the pods of its own template.
pub(super) fn selected(spec: &Field<'_>, kind: &str, found: &mut Found) {
    let Some(selector) = spec.get("selector").filter(Field::is_map) else { return };
    let before = found.list.len();
    found.selector(&selector);
    if found.list.len() > before {
        return;
    }
    let Some(requirements) = requirements(&selector) else { return };
    if requirements.is_empty() {
        found.push(
            &selector.path,
            format!("the selector of a {kind} is empty, and would select every pod"),
            "add `matchLabels` with labels of the template",
        );
        return;
    }
    matches(spec, &selector, &requirements, found);
}

/// A ReplicationController selects by labels, and without a selector by those of its template.
fn labels_selected(spec: &Field<'_>, found: &mut Found) {
    let Some(selector) = spec.get("selector").filter(Field::is_map) else { return };
    let Some(labels) = labels(&selector) else { return };
    let requirements = LabelSelector::from_labels(&labels).requirements;
    // The paths of requirements are those of a selector with `matchLabels`.
    matches(spec, &selector, &requirements, found);
}

fn matches(spec: &Field<'_>, selector: &Field<'_>, requirements: &[Requirement], found: &mut Found) {
    let Some(template) = spec.get("template").filter(Field::is_map) else { return };
    let own = template.at("metadata.labels").map_or_else(|| Some(Labels::new()), |field| labels(&field));
    let Some(labels) = own else { return };
    let Some(missed) = requirements.iter().find(|requirement| !requirement.matches(&labels)) else { return };
    let is_plain = selector.has("matchLabels") || selector.has("matchExpressions");
    let path = if is_plain { format!("{}.{}", selector.path, missed.path()) } else { selector.path_of(&missed.key) };
    let mut at = template.path.clone() + ".metadata.labels";
    if labels.contains_key(&missed.key) {
        crate::yaml::push_key(&mut at, &missed.key);
    }
    let has = labels.get(&missed.key).map_or_else(|| "has no such label".to_owned(), |value| has(&missed.key, value));
    found
        .push(
            at,
            format!("`selector` asks for `{}`, and the template {has}", shown(&missed.to_string())),
            mend(missed, &labels),
        )
        .against(path, "asks for another label");
}

fn has(key: &str, value: &str) -> String {
    format!("has `{}`", shown(&format!("{key}: {value}")))
}

fn mend(missed: &Requirement, labels: &Labels) -> String {
    match (missed.single_value(), labels.get(&missed.key)) {
        (Some(value), Some(_)) => {
            format!("set the template's label to `{}: {value}`, or change the selector", missed.key)
        }
        (Some(value), None) => format!("add `{}: {value}` to the labels of the template", missed.key),
        _ => "make the labels of the template fit the selector".to_owned(),
    }
}

/// The requirements of a selector that passed validation; `None` where some are filled in later.
fn requirements(selector: &Field<'_>) -> Option<Vec<Requirement>> {
    let plain = selector.get("matchLabels").map_or_else(|| Some(Labels::new()), |field| labels(&field));
    let mut all = LabelSelector::from_labels(&plain?).requirements;
    for (index, expression) in selector.list("matchExpressions").enumerate() {
        let operator = match expression.text("operator")?.as_ref() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            _ => return None,
        };
        let key = expression.text("key")?.into_owned();
        let values: Option<Vec<String>> =
            expression.list("values").map(|value| value.str().map(|text| text.into_owned())).collect();
        all.push(Requirement { key, operator, values: values?, expression: Some(index) });
    }
    Some(all)
}

/// Labels as they decode, null as the empty text; `None` where some are filled in later.
fn labels(field: &Field<'_>) -> Option<Labels> {
    let labels: Labels = field
        .node
        .entries()
        .map(|entry| (entry.key().into_owned(), entry.value().text().unwrap_or_default().into_owned()))
        .collect();
    let is_open = labels.iter().any(|(key, value)| is_placeholder(key) || is_placeholder(value));
    (!is_open).then_some(labels)
}
