//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

const PORT_KEYS: &[&str] = &["port", "ports", "type", "httpPort", "targetPort", "servicePort"];
const STORAGE_KEYS: &[&str] = &["persistence", "persistentVolume", "persistentVolumeClaim", "volumeClaimTemplates", "pvc", "storage"];

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for component in values.components() {
        let Some(replicas) = component.replicas().filter(|replicas| replicas.pods == 1) else { continue };
        let off = matches!(component.scaling(), Scaling::Off);
        if !off || !is_requested(&component) || component.is_singleton() || is_single_by_construction(&component) {
            continue;
        }
        let message = format!("`{}: 1` runs a single pod in production", dotted(&replicas.path));
        report_low(cx, values, (&replicas.path, replicas.value), "number of replicas", message);
    }
}

/// Has a Service of its own that more than Prometheus asks.
fn is_requested(component: &Component<'_>) -> bool {
    let values = component.values;
    let Some(service) = component.get("service") else { return false };
    let image = component.get("image").and_then(|image| values.node(image.get("repository").unwrap_or(image))?.text());
    let exporter = component.names().into_iter().chain(image.map(|image| image.into_owned()));
    values.switch(service) != Some(false)
        && PORT_KEYS.iter().any(|key| service.get(key).is_some_and(|value| values.is_set(value)))
        && !exporter.into_iter().any(|name| name.ends_with("exporter") || name.ends_with("metrics"))
}

/// A second pod could not work, or only a StatefulSet could have one: it keeps data, or two must not meet.
fn is_single_by_construction(component: &Component<'_>) -> bool {
    let values = component.values;
    let keeps_data = STORAGE_KEYS.iter().any(|key| {
        component.get(key).is_some_and(|value| values.is_set(value) && values.switch(value) != Some(false))
    });
    let stateful = component.get("podManagementPolicy").is_some() || component.says(&["statefulset", "recreate"]);
    keeps_data || stateful || component.is_counted_otherwise()
}
