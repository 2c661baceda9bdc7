//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    if (object.group.as_str(), object.kind.as_str()) != ("keda.sh", "ScaledObject") {
        return;
    }
    for invalid in validate::scaled_object(object.root(), HpaGates::of(cx.build.options.kube_version)) {
        let floor = resource.at("spec.minReplicaCount").filter(|place| {
            matches!(invalid.path.as_str(), "spec.maxReplicaCount" | "spec.idleReplicaCount") && place.path != invalid.path
        });
        let Some(report) = report_invalid(resource, &invalid, cx) else { continue };
        let report = report.here("rejected by KEDA");
        if let Some(floor) = floor {
            report.label(floor, "the floor stands here");
        }
    }
}
