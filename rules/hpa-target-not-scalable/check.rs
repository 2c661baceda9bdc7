//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let target = &scaler.spec().target;
    let Some(kind) = WorkloadKind::meant_by(target).filter(|kind| !kind.is_scalable()) else { return };
    if !scaler.spec().usable {
        return;
    }
    let name = kind.name();
    let help = match kind {
        WorkloadKind::DaemonSet => "remove the autoscaler: a DaemonSet runs one pod on each node".to_owned(),
        WorkloadKind::Pod => "set `kind` and `name` to the Deployment or StatefulSet that makes the pods".to_owned(),
        _ => format!("replace the {name} by a Deployment that works off the queue, or use a KEDA ScaledJob"),
    };
    let found = cx.build.find(&target.as_kind(kind), scaler.resource());
    let report = cx
        .report(
            scaler.at_or_parent("spec.scaleTargetRef.kind"),
            format!("{scaler} targets a {name}, which has no replica count to scale"),
        )
        .here("a kind without `/scale`")
        .help(help);
    if let Some(found) = found {
        report.label(found.identity(), "the target").counterpart(found);
    }
}
