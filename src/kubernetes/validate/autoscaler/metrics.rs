//! `metrics` of an autoscaler (`validateMetricSpec` and what it calls).

use super::{HpaGates, group, malformed, reference};
use crate::kubernetes::names::is_qualified_name;
use crate::kubernetes::validate::read::{field, int, is_object, items, quantity, text};
use crate::kubernetes::validate::{Grammar, Invalid, shown};
use crate::yaml::NodeRef;

/// Types of metrics with the field that holds their body, in the order in which the API server looks for bodies.
const TYPES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];

pub(super) fn metrics(list: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    for (index, metric) in items(list).filter(|(_, metric)| is_object(*metric)) {
        spec(&format!("spec.metrics[{index}]"), metric, gates, found);
    }
}

fn spec(path: &str, metric: NodeRef<'_>, gates: HpaGates, found: &mut Vec<Invalid>) {
    let metric = Some(metric);
    let bodies: Vec<&str> = TYPES.iter().map(|(_, body)| *body).filter(|body| field(metric, body).is_some()).collect();
    let kind = text(metric, "type").or("".into());
    let expected = kind.as_deref().map(|kind| TYPES.iter().find(|(name, _)| *name == kind).map(|(_, body)| *body));
    if let (Some(kind), Some(None)) = (kind.as_deref(), expected) {
        found.push(wrong_type(path, kind));
    }
    // Of several bodies the API server looks at the first alone.
    if let Some(first) = bodies.first() {
        body(&format!("{path}.{first}"), first, field(metric, first), gates, found);
    }
    let Some(expected) = expected else { return };
    let kind = kind.unwrap_or_default();
    if let Some(expected) = expected.filter(|expected| !bodies.contains(expected)) {
        let help = match bodies.as_slice() {
            [only] => format!("set `type: {}`, or write the metric below `{expected}`", type_of(only)),
            _ => format!("write the metric below `{expected}`"),
        };
        found.push(Invalid::new(
            format!("{path}.{expected}"),
            format!("a metric of `type: {kind}` has no `{expected}`"),
            help,
        ));
    }
    if bodies.len() > 1 {
        for other in bodies.iter().filter(|body| Some(**body) != expected) {
            found.push(Invalid::new(
                format!("{path}.{other}"),
                format!("a metric of `type: {}` takes no `{other}`", shown(&kind)),
                format!("move `{other}` to a metric of its own, with `type: {}`", type_of(other)),
            ));
        }
    }
}

fn wrong_type(path: &str, kind: &str) -> Invalid {
    let at = format!("{path}.type");
    if kind.is_empty() {
        return Invalid::new(at, "the metric has no `type`", "set `type` to the kind of metric, such as `Resource`");
    }
    let help = match TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)) {
        Some((name, _)) => format!("write `type: {name}`"),
        None => "write `Resource`, `ContainerResource`, `Pods`, `Object` or `External`".to_owned(),
    };
    Invalid::new(at, format!("`type: {}` is no type of metric", shown(kind)), help)
}

fn type_of(body: &str) -> &'static str {
    TYPES.iter().find(|(_, name)| *name == body).map_or("Resource", |(kind, _)| kind)
}

fn body(path: &str, kind: &str, node: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    if node.is_some_and(|node| !is_object(node)) {
        return;
    }
    match kind {
        "object" => described_object(&format!("{path}.describedObject"), field(node, "describedObject"), gates, found),
        "resource" => resource_name(path, node, found),
        "containerResource" => {
            container_resource_name(path, node, found);
            container(path, node, found);
        }
        _ => {}
    }
    if matches!(kind, "object" | "external" | "pods") {
        metric_name(&format!("{path}.metric"), field(node, "metric"), found);
    }
    let target = field(node, "target");
    if target.is_some_and(|target| !is_object(target)) {
        return;
    }
    let path = format!("{path}.target");
    target_values(&path, target, found);
    target_fields(&path, kind, target, found);
}

fn described_object(path: &str, node: Option<NodeRef<'_>>, gates: HpaGates, found: &mut Vec<Invalid>) {
    if node.is_some_and(|node| !is_object(node)) {
        return;
    }
    reference(path, node, found);
    let api_version = text(node, "apiVersion").written().filter(|_| gates.api_versions);
    found.extend(
        api_version
            .filter(|version| group(version).is_none())
            .map(|version| malformed(&format!("{path}.apiVersion"), &version)),
    );
}

fn metric_name(path: &str, node: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    if node.is_some_and(|node| !is_object(node)) {
        return;
    }
    let Some(name) = text(node, "name").or("".into()) else { return };
    let path = format!("{path}.name");
    if name.is_empty() {
        found.push(Invalid::new(path, "`metric.name` is empty", "set it to the name under which the metric is served"));
    } else if let Some(fault) = Grammar::PathSegment.fault(&name) {
        let message = format!("metric name `{}` {fault}, which a path of the API cannot", shown(&name));
        found.push(Invalid::new(path, message, "rename the metric where it is served, in the adapter's `name.as`"));
    }
}

/// The name of a Resource metric is not looked at, but for being there.
fn resource_name(path: &str, node: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    if text(node, "name").or("".into()).is_some_and(|name| name.is_empty()) {
        found.push(Invalid::new(
            format!("{path}.name"),
            "the metric names no resource",
            "set `name: cpu` or `name: memory`",
        ));
    }
}

fn container_resource_name(path: &str, node: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    resource_name(path, node, found);
    let Some(name) = text(node, "name").written().filter(|name| !name.is_empty()) else { return };
    if !is_container_resource(&name) {
        found.push(Invalid::new(
            format!("{path}.name"),
            format!("`{}` is no resource of a container", shown(&name)),
            "write `cpu` or `memory`, or a name with its domain, such as `nvidia.com/gpu`",
        ));
    }
}

/// `ValidateContainerResourceName`: a standard resource, or a name with a domain that a quota could count.
fn is_container_resource(name: &str) -> bool {
    if !is_qualified_name(name) {
        return false;
    }
    if !name.contains('/') {
        return matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
    }
    let is_native = name.contains("kubernetes.io/");
    is_native || (!name.starts_with("requests.") && is_qualified_name(&format!("requests.{name}")))
}

fn container(path: &str, node: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    let Some(name) = text(node, "container").or("".into()) else { return };
    if let Some(fault) = Grammar::Label.fault(&name) {
        let message = if name.is_empty() {
            "the metric names no container".to_owned()
        } else {
            format!("container name `{}` {fault}", shown(&name))
        };
        found.push(Invalid::new(
            format!("{path}.container"),
            message,
            "set `container` to the name of a container of the pod",
        ));
    }
}

/// `validateMetricTarget`.
fn target_values(path: &str, target: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    if let Some(kind) = text(target, "type").or("".into())
        && !matches!(kind.as_ref(), "Utilization" | "Value" | "AverageValue")
    {
        let message = if kind.is_empty() {
            "the target has no `type`".to_owned()
        } else {
            format!("`type: {}` is neither `Utilization`, `Value` nor `AverageValue`", shown(&kind))
        };
        found.push(Invalid::new(
            format!("{path}.type"),
            message,
            "write the type that belongs to the field that is set",
        ));
    }
    for key in ["value", "averageValue"] {
        if quantity(target, key).written().is_some_and(|quantity| quantity.nano() <= 0) {
            let written = field(target, key).and_then(NodeRef::text).unwrap_or_default();
            found.push(Invalid::new(
                format!("{path}.{key}"),
                format!("`{key}: {}` is not above 0", shown(&written)),
                format!("set `{key}` to an amount above 0, such as `30` or `500m`"),
            ));
        }
    }
    if let Some(percent) = int(target, "averageUtilization").written().filter(|percent| *percent < 1) {
        found.push(Invalid::new(
            format!("{path}.averageUtilization"),
            format!("`averageUtilization: {percent}` is below 1"),
            "set it to a share of the request in percent, such as 70",
        ));
    }
}

/// Which of the three amounts a body needs, and which it takes no second of.
fn target_fields(path: &str, body: &str, target: Option<NodeRef<'_>>, found: &mut Vec<Invalid>) {
    let absent = |key: &str| field(target, key).is_none();
    let kind = type_of(body);
    let needs = |key: &str, fields: &str, help: &str| {
        Invalid::new(format!("{path}.{key}"), format!("the target of this {kind} metric sets {fields}"), help)
    };
    let both = |key: &str, one: &str, other: &str| {
        let message = format!("`{one}` and `{other}` are both set, and the metric takes one of them");
        Invalid::new(format!("{path}.{key}"), message, format!("remove `{one}` or `{other}`"))
    };
    match body {
        "resource" | "containerResource" => match (absent("averageUtilization"), absent("averageValue")) {
            (true, true) => found.push(needs(
                "averageUtilization",
                "neither `averageUtilization` nor `averageValue`",
                "set `averageUtilization` to percent of the request, or `averageValue` to an amount a pod",
            )),
            (false, false) => found.push(both("averageValue", "averageUtilization", "averageValue")),
            _ => {}
        },
        "pods" if absent("averageValue") => {
            found.push(needs("averageValue", "no `averageValue`", "set `averageValue` to the amount for each pod"));
        }
        "object" | "external" => match (absent("value"), absent("averageValue")) {
            (true, true) => found.push(needs(
                "averageValue",
                "neither `value` nor `averageValue`",
                "set `averageValue` to the amount for each pod, or `value` to that for all",
            )),
            (false, false) if body == "external" => found.push(both("value", "value", "averageValue")),
            _ => {}
        },
        _ => {}
    }
}
