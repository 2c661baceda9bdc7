//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for block in values.autoscaling_blocks() {
        let component = &block.component;
        let Some(resources) = component.get("resources").filter(|_| block.enabled == Some(true)) else { continue };
        if component.inherits("resources") {
            continue;
        }
        for (key, target) in block.value.children().into_iter().flatten() {
            let Some(resource) = utilization_of(key) else { continue };
            let Some(percent) = values.count(target).filter(|percent| *percent > 0) else { continue };
            let Some(at) = lacking(values, resources, resource) else { continue };
            let (Some(at), Some(target)) = (values.key_place(at), values.place(target)) else { continue };
            let (own, name) = (dotted(&component.path_of(&["resources"])), format!("{}.{key}", dotted(&block.path)));
            let message = format!("`{own}` has no {resource} request, of which `{key}` takes {percent} %");
            cx.report(Place::in_text(at, &own), message)
                .here(format!("no {resource} request or limit"))
                .label(Place::in_text(target, &name), format!("{percent} % of the request"))
                .help(format!("set `{own}.requests.{resource}` to what one pod needs"))
                .help(format!("set `{name}: null` where {resource} is not what to scale on"));
        }
    }
}

/// The resource whose utilization a key sets, such as `targetCPUUtilizationPercentage`.
fn utilization_of(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let resource = ["cpu", "memory"].into_iter().find(|resource| key.contains(resource))?;
    let share = ["utilization", "utilisation", "percent"].iter().any(|word| key.contains(word));
    (share || key == format!("target{resource}")).then_some(resource)
}

/// Where resources of the shape of a container's lack a request; a limit counts as one. `None` also where they have no
/// such shape.
fn lacking<'v>(values: &ValuesFile, resources: &'v Value, resource: &str) -> Option<&'v Value> {
    let (requests, limits) = (resources.get("requests"), resources.get("limits"));
    let given: Vec<&Value> = [requests, limits].into_iter().flatten().filter(|part| values.is_set(part)).collect();
    let literal = !given.is_empty() && given.iter().all(|part| part.children().is_some());
    let has = given.iter().any(|part| part.get(resource).is_some_and(|value| values.is_set(value)));
    (literal && !has).then(|| requests.unwrap_or(resources))
}
