//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

const PATH: &str = "spec.scaleTargetRef.apiVersion";

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let target = &scaler.spec().target;
    let Some(fault) = fault(target).filter(|_| scaler.spec().usable) else { return };
    let here = match (scaler.at(PATH), scaler.spec().kind) {
        (Some(_), _) => "the kind is not in this group",
        (None, ScalerKind::Hpa) => "no `apiVersion` means the core group",
        (None, ScalerKind::ScaledObject) => "no `apiVersion` means `apps/v1`",
    };
    let found = WorkloadKind::meant_by(target).and_then(|kind| cx.build.find(&target.as_kind(kind), scaler.resource()));
    let report =
        cx.report(scaler.at_or_parent(PATH), format!("{scaler} {}", fault.message)).here(here).help(fault.help);
    if let Some(found) = found {
        let place = found.at("apiVersion").unwrap_or_else(|| found.identity());
        report.label(place, "the target's group").counterpart(found);
    }
}

struct Fault {
    message: String,
    help: String,
}

fn fault(target: &TargetRef) -> Option<Fault> {
    let written = target.api_version.as_deref().unwrap_or_default();
    if written.matches('/').count() > 1 {
        return Some(Fault {
            message: format!("has `apiVersion: {written}`, which is no group and version"),
            help: "set `apiVersion` to the group and version of the target, such as `apps/v1`".to_owned(),
        });
    }
    let group = target.group().unwrap_or_default();
    let place = |group: &str| if group.is_empty() { "the core group".to_owned() } else { format!("`{group}`") };
    match WorkloadKind::meant_by(target) {
        Some(kind) if kind.is_scalable() && kind.group() != group => Some(Fault {
            message: format!("looks for a {} in {}, but the kind is in {}", kind.name(), place(group), place(kind.group())),
            help: format!("set `apiVersion: {}`", kind.api_version()),
        }),
        // Of the core group, only ReplicationController scales; kinds that scale in no group are hpa-target-not-scalable.
        None if group.is_empty() && !target.kind.is_empty() => Some(Fault {
            message: format!("looks for a {} in the core group, where only ReplicationController scales", target.kind),
            help: format!("set `apiVersion` to the group and version of {target}"),
        }),
        _ => None,
    }
}
