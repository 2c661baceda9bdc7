//! ScaledObject: what KEDA's admission webhook rejects, and what its operator cannot turn into an autoscaler
//! (apis/keda/v1alpha1/scaledobject_webhook.go and scaledobject_types.go, KEDA 2.20).

use super::read::{Read, field, int, is_object, items, text};
use super::{HpaGates, Invalid, shown};
use crate::kubernetes::quantity::Quantity;
use crate::yaml::NodeRef;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// KEDA's `maxReplicaCount` where none is set.
const DEFAULT_MAX: i64 = 100;
/// The name becomes the value of a label (`maxK8sLabelValueLength`).
const MOST_NAME_CHARACTERS: usize = 63;

/// Validates a ScaledObject.
#[must_use]
pub fn scaled_object(root: NodeRef<'_>, gates: HpaGates) -> Vec<Invalid> {
    let mut found = Vec::new();
    let Some(spec) = field(Some(root), "spec").filter(|spec| is_object(*spec)) else { return found };
    let triggers = read_triggers(spec);
    name(root, &mut found);
    bounds(spec, &mut found);
    idle(spec, &mut found);
    found.extend(only_scalers_that_need_a_pod(spec, &triggers));
    if field(Some(spec), "triggers").is_some_and(|list| list.items().next().is_none()) {
        let message = "`triggers` is an empty list, so nothing decides the number of pods";
        found.push(Invalid::new("spec.triggers", message, "add a trigger"));
    }
    for (index, trigger) in triggers.iter().enumerate() {
        resource_trigger(&format!("spec.triggers[{index}]"), trigger, &mut found);
    }
    repeated_names(&triggers, &mut found);
    fallback(spec, &triggers, &mut found);
    modifiers(spec, &mut found);
    // KEDA writes the behavior into its autoscaler; an empty list of policies is left out on the way.
    let config = field(field(Some(spec), "advanced"), "horizontalPodAutoscalerConfig");
    let path = "spec.advanced.horizontalPodAutoscalerConfig.behavior";
    let mut behavior = Vec::new();
    super::autoscaler::behavior(path, field(config, "behavior"), gates, &mut behavior);
    found.extend(behavior.into_iter().filter(|invalid| !invalid.path.ends_with(".policies")));
    found
}

struct Trigger<'t> {
    /// `None` where the type cannot be told.
    kind: Option<Cow<'t, str>>,
    node: NodeRef<'t>,
}

impl Trigger<'_> {
    /// It reads the cpu or memory of pods that run, so it sees nothing while none does.
    fn needs_a_pod(&self) -> Option<bool> {
        self.kind.as_deref().map(|kind| matches!(kind, "cpu" | "memory"))
    }
}

fn read_triggers(spec: NodeRef<'_>) -> Vec<Trigger<'_>> {
    items(field(Some(spec), "triggers"))
        .map(|(_, node)| Trigger { kind: text(Some(node), "type").or("".into()), node })
        .collect()
}

fn name(root: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let name = text(field(Some(root), "metadata"), "name").written().unwrap_or_default();
    if name.len() > MOST_NAME_CHARACTERS {
        found.push(Invalid::new(
            "metadata.name",
            format!("the name is {} characters long, and KEDA takes {MOST_NAME_CHARACTERS} at most", name.len()),
            "shorten the name: KEDA writes it into a label",
        ));
    }
}

/// `CheckReplicaCountBoundsAreValid`: a written 0 counts as 1, as the autoscaler cannot go below.
fn least(spec: NodeRef<'_>) -> Option<i64> {
    match int(Some(spec), "minReplicaCount") {
        Read::Absent => Some(0),
        Read::Is(min) => Some(min.max(1)),
        Read::Unreadable => None,
    }
}

fn bounds(spec: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let max = int(Some(spec), "maxReplicaCount");
    let has_max = !max.is_absent();
    let (Some(min), Some(max)) = (least(spec), max.or(DEFAULT_MAX)) else { return };
    if min <= max {
        return;
    }
    found.push(if !has_max {
        let message = format!("`minReplicaCount: {min}` is above {max}, KEDA's default for `maxReplicaCount`");
        Invalid::new("spec.minReplicaCount", message, format!("set `maxReplicaCount` to {min} or more"))
    } else if max < 1 {
        let message = format!("`maxReplicaCount: {max}` is below 1");
        Invalid::new("spec.maxReplicaCount", message, "set `maxReplicaCount` to the most pods that may run")
    } else {
        let message = format!("`maxReplicaCount: {max}` is below `minReplicaCount: {min}`");
        let help = format!("set `maxReplicaCount` to {min} or more, or lower `minReplicaCount`");
        Invalid::new("spec.maxReplicaCount", message, help)
    });
}

fn idle(spec: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let (Some(idle), Some(least)) = (int(Some(spec), "idleReplicaCount").written(), least(spec)) else { return };
    if idle < least {
        return;
    }
    let message = match int(Some(spec), "minReplicaCount").written() {
        Some(min) => format!("`idleReplicaCount: {idle}` is not below `minReplicaCount: {min}`"),
        None => format!("`idleReplicaCount: {idle}` is not below `minReplicaCount`, which is 0 by default"),
    };
    let help = "set `idleReplicaCount: 0` with `minReplicaCount` of 1 or more, or remove `idleReplicaCount`";
    found.push(Invalid::new("spec.idleReplicaCount", message, help));
}

/// `verifyCPUMemoryScalers`, which looks at Deployments and StatefulSets only.
fn only_scalers_that_need_a_pod(spec: NodeRef<'_>, triggers: &[Trigger<'_>]) -> Option<Invalid> {
    let all = !triggers.is_empty() && triggers.iter().all(|trigger| trigger.needs_a_pod() == Some(true));
    let target = field(Some(spec), "scaleTargetRef");
    let or = |read: Read<Cow<'_, str>>, default: &str| {
        read.or("".into()).map(|text| if text.is_empty() { default.to_owned() } else { text.into_owned() })
    };
    let kind = or(text(target, "kind"), "Deployment")?;
    let is_checked = or(text(target, "apiVersion"), "apps/v1")? == "apps/v1"
        && matches!(kind.as_str(), "Deployment" | "StatefulSet");
    if !all || !is_checked || int(Some(spec), "minReplicaCount").or(0)? != 0 {
        return None;
    }
    let default = if field(Some(spec), "minReplicaCount").is_none() { " by default" } else { "" };
    Some(Invalid::new(
        "spec.minReplicaCount",
        format!("`minReplicaCount` is 0{default}, and cpu and memory triggers alone see nothing at 0 pods"),
        "set `minReplicaCount` to 1 or more, or add a trigger that works without pods, such as `prometheus`",
    ))
}

/// A cpu or memory trigger becomes a Resource metric, and needs all that one needs (`parseResourceMetadata`).
fn resource_trigger(path: &str, trigger: &Trigger<'_>, found: &mut Vec<Invalid>) {
    let Some(kind) = trigger.kind.as_deref() else { return };
    if matches!(kind, "cpu" | "memory" | "cron")
        && field(Some(trigger.node), "useCachedMetrics").and_then(NodeRef::bool) == Some(true)
    {
        let message = format!("`useCachedMetrics` is not for a {kind} trigger");
        found.push(Invalid::new(format!("{path}.useCachedMetrics"), message, "remove `useCachedMetrics`"));
    }
    let metadata = field(Some(trigger.node), "metadata");
    if trigger.needs_a_pod() != Some(true) || !metadata.is_none_or(is_object) {
        return;
    }
    let current = text(Some(trigger.node), "metricType").or("".into());
    // Before KEDA 2.18 the type could stand in the metadata.
    let former = text(metadata, "type").or("".into());
    let (Some(current), Some(former)) = (current, former) else { return };
    let metric_type = if current.is_empty() { former } else { current };
    let at = format!("{path}.metricType");
    let help = "set `metricType: Utilization` for percent of the request, or `AverageValue` for an amount";
    let value = text(metadata, "value").or("".into());
    match (metric_type.as_ref(), value.as_deref()) {
        ("", _) => found.push(Invalid::new(at, format!("the {kind} trigger has no `metricType`"), help)),
        ("Utilization" | "AverageValue", Some("")) => found.push(Invalid::new(
            format!("{path}.metadata.value"),
            format!("the {kind} trigger has no `value`"),
            "set `metadata.value` to the target, in quotes",
        )),
        ("Utilization", Some(value)) if value.parse::<i32>().is_err() => found.push(Invalid::new(
            format!("{path}.metadata.value"),
            format!("`value: {}` is no whole number of percent", shown(value)),
            "write percent of the request without a sign, such as `\"70\"`",
        )),
        ("AverageValue", Some(value)) if Quantity::parse(value).is_err() => found.push(Invalid::new(
            format!("{path}.metadata.value"),
            format!("`value: {}` is no quantity", shown(value)),
            "write an amount such as `500m` or `256Mi`",
        )),
        ("Utilization" | "AverageValue", _) => {}
        (other, _) => {
            let message = format!("a {kind} trigger takes no `metricType: {}`", shown(other));
            found.push(Invalid::new(at, message, help));
        }
    }
}

fn repeated_names(triggers: &[Trigger<'_>], found: &mut Vec<Invalid>) {
    let mut seen = BTreeSet::new();
    for (index, trigger) in triggers.iter().enumerate() {
        let Some(name) = text(Some(trigger.node), "name").written().filter(|name| !name.is_empty()) else { continue };
        if !seen.insert(name.clone()) {
            found.push(Invalid::new(
                format!("spec.triggers[{index}].name"),
                format!("two triggers have the name `{}`", shown(&name)),
                "give each trigger a name of its own",
            ));
        }
    }
}

/// `CheckFallbackValid`.
fn fallback(spec: NodeRef<'_>, triggers: &[Trigger<'_>], found: &mut Vec<Invalid>) {
    let Some(fallback) = field(Some(spec), "fallback").filter(|fallback| is_object(*fallback)) else { return };
    for key in ["failureThreshold", "replicas"] {
        if let Some(count) = int(Some(fallback), key).written().filter(|count| *count < 0) {
            let message = format!("`{key}: {count}` is below 0");
            found.push(Invalid::new(format!("spec.fallback.{key}"), message, format!("set `{key}` to 0 or more")));
        }
    }
    let has_modifiers = field(field(Some(spec), "advanced"), "scalingModifiers").is_some();
    let all = !triggers.is_empty() && triggers.iter().all(|trigger| trigger.needs_a_pod() == Some(true));
    if all && !has_modifiers {
        found.push(Invalid::new(
            "spec.fallback",
            "`fallback` is not for cpu and memory triggers, and there is no other",
            "remove `fallback`, or add a trigger of another type",
        ));
    }
}

/// `ValidateAndCompileScalingModifiers`, without the formula itself.
fn modifiers(spec: NodeRef<'_>, found: &mut Vec<Invalid>) {
    let path = "spec.advanced.scalingModifiers";
    let modifiers = field(field(Some(spec), "advanced"), "scalingModifiers");
    let is_used = modifiers
        .is_some_and(|modifiers| modifiers.entries().any(|entry| !entry.value().text().unwrap_or_default().is_empty()));
    let (Some(formula), Some(target)) =
        (text(modifiers, "formula").or("".into()), text(modifiers, "target").or("".into()))
    else {
        return;
    };
    if !is_used {
        return;
    }
    if formula.is_empty() {
        found.push(Invalid::new(format!("{path}.formula"), "`scalingModifiers` has no `formula`", "set `formula`"));
    } else if target.is_empty() {
        found.push(Invalid::new(format!("{path}.target"), "`scalingModifiers` has no `target`", "set `target`"));
    } else if !target.parse::<f64>().is_ok_and(|target| target > 0.0) {
        let message = format!("`target: {}` is no number above 0", shown(&target));
        found.push(Invalid::new(format!("{path}.target"), message, "write a number above 0, in quotes"));
    }
}

/// What the webhook makes of an HPA that stands on the target of a ScaledObject (`verifyHpas`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The HPA is the one that KEDA made for the ScaledObject.
    Owned,
    /// The HPA is exempt from the check by its annotation `validations.keda.sh/hpa-ownership: "false"`.
    Unchecked,
    /// The ScaledObject takes the HPA over.
    Transferred,
    /// The ScaledObject is to take an HPA over and does not name it.
    TransferWithoutName,
    /// The ScaledObject is rejected: the workload is already managed by the HPA.
    Rejected,
}

/// Decides about an HPA and a ScaledObject that have one target, from their manifests.
#[must_use]
pub fn ownership(hpa: NodeRef<'_>, scaled_object: NodeRef<'_>) -> Ownership {
    let name = |root: NodeRef<'_>| root.at("metadata.name").and_then(|name| name.text().map(Cow::into_owned));
    let annotation = |root: NodeRef<'_>, key: &str| {
        root.at("metadata.annotations").and_then(|annotations| annotations.get(key)?.text().map(Cow::into_owned))
    };
    if annotation(hpa, "validations.keda.sh/hpa-ownership").as_deref() == Some("false") {
        return Ownership::Unchecked;
    }
    let owners = hpa.at("metadata.ownerReferences").into_iter().flat_map(NodeRef::items);
    let is_owner = |owner: NodeRef<'_>| {
        let says = |key: &str| owner.get(key).and_then(NodeRef::text);
        says("kind").as_deref() == Some("ScaledObject") && says("name").map(Cow::into_owned) == name(scaled_object)
    };
    if owners.into_iter().any(is_owner) {
        return Ownership::Owned;
    }
    if annotation(scaled_object, "scaledobject.keda.sh/transfer-hpa-ownership").as_deref() != Some("true") {
        return Ownership::Rejected;
    }
    let named = scaled_object.at("spec.advanced.horizontalPodAutoscalerConfig.name").and_then(NodeRef::text);
    if named.is_some() && named.map(Cow::into_owned) == name(hpa) {
        Ownership::Transferred
    } else {
        Ownership::TransferWithoutName
    }
}
