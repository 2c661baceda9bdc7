//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Content::Scaler(spec) = &resource.content else { return };
    let (ScalerKind::Hpa, true, Some(max)) = (spec.kind, spec.usable, spec.max) else { return };
    let at_maximum = |condition: &Condition| {
        (condition.kind.as_str(), condition.status.as_str()) == ("ScalingLimited", "True")
            && condition.reason == "TooManyReplicas"
    };
    let Some(condition) = resource.conditions().find(at_maximum) else { return };
    // A range of one count is reported for itself, or is one pod on purpose.
    if spec.floor() == max {
        return;
    }
    let message = match resource.object.controlled {
        // The object that made the HPA writes the field again.
        true => format!("{resource} wants more than {max} pods, its maximum from its owner"),
        false => format!("{resource} wants more pods than `maxReplicas: {max}` allows"),
    };
    let field = if resource.object.controlled { "the maximum of the owner (`maxReplicaCount` of a ScaledObject)" } else { "`maxReplicas`" };
    let namespace = resource.object.namespace.as_deref().unwrap_or("default");
    cx.report(resource.at_or_parent("spec.maxReplicas"), message)
        .here("reached, and more is wanted")
        .label(resource.at_or_parent(&format!("{}.type", condition.path)), "limited by TooManyReplicas")
        .help(format!("raise {field} above {max}, if the nodes and the quota carry more pods"))
        .help(format!("run `kubectl describe hpa {} -n {namespace}`, and look which metric is above its target", resource.object.name));
}
