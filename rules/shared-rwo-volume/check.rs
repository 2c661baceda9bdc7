//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    if workload.spec().kind != WorkloadKind::Deployment || !workload.spec().usable {
        return;
    }
    let Some(ceiling) = workload.ceiling().filter(|ceiling| *ceiling >= 2) else { return };
    for shared in workload.exclusive_claims() {
        if !shared.one_pod && workload.is_bound_to_a_node() {
            continue;
        }
        let (mode, holder) = if shared.one_pod { ("ReadWriteOncePod", "pod") } else { ("ReadWriteOnce", "node") };
        let volume = workload.pod_path(&format!("{}.persistentVolumeClaim.claimName", shared.volume.path));
        cx.report(
            shared.claim.at_or_parent("spec.accessModes[0]"),
            format!("up to {ceiling} pods of {workload} mount a `{mode}` claim, which one {holder} holds"),
        )
        .here(format!("one {holder} at a time"))
        .label(workload.at_or_parent(&volume), "each pod mounts it")
        .label(ceiling_place(workload), format!("up to {ceiling} pods"))
        .help("use `ReadWriteMany` with a storage class that supports it, such as a file share")
        .help("make it a StatefulSet with `volumeClaimTemplates`, where each pod needs a volume of its own")
        .counterpart(workload.resource());
    }
}

fn ceiling_place(workload: Workload<'_>) -> Place {
    match workload.scaler() {
        Some(scaler) => scaler.at_or_parent(scaler.spec().max_path()),
        None => workload.at_or_parent("spec.replicas"),
    }
}
