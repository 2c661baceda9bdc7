//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    if (object.group.as_str(), object.kind.as_str()) != ("autoscaling", "HorizontalPodAutoscaler") {
        return;
    }
    for invalid in validate::autoscaler(&object.version, object.root(), HpaGates::of(cx.build.options.kube_version)) {
        // The group of the target fails at run time in every release: hpa-target-api-group.
        if invalid.path == "spec.scaleTargetRef.apiVersion" {
            continue;
        }
        let floor = resource.at("spec.minReplicas").filter(|_| invalid.path == "spec.maxReplicas");
        if let (Some(report), Some(floor)) = (report_invalid(resource, &invalid, cx), floor) {
            report.label(floor, "the floor stands here");
        }
    }
}
