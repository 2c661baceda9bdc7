//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    for scaler in build.scalers().filter(|scaler| scaler.spec().usable) {
        // Kinds that cannot scale in any spelling: hpa-target-not-scalable.
        let target = &scaler.spec().target;
        check_target(scaler.resource(), "spec.scaleTargetRef.kind", target, WorkloadKind::is_scalable, cx);
    }
    for vertical in build.verticals() {
        let target = &vertical.spec().target;
        check_target(vertical.resource(), "spec.targetRef.kind", target, |kind| kind != WorkloadKind::Pod, cx);
    }
}

fn check_target<'b>(
    resource: &'b Resource,
    path: &str,
    target: &TargetRef,
    is_target: impl Fn(WorkloadKind) -> bool,
    cx: &mut Cx<'b>,
) {
    let Some(meant) = WorkloadKind::meant_by(target).filter(|kind| is_target(*kind)) else { return };
    let (written, right) = (&target.kind, meant.name());
    if written == right {
        return;
    }
    let found = cx.build.find(&target.as_kind(meant), resource);
    let report = cx
        .report(resource.at_or_parent(path), format!("{resource} targets the kind `{written}`, which is spelt `{right}`"))
        .here("upper and lower case count")
        .help(format!("set `kind: {right}`"));
    if let Some(found) = found {
        report.label(found.identity(), "the object it means").counterpart(found);
    }
}
