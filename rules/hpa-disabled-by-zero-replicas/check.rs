//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(WrittenReplicas { scaler, standing: Standing::SwitchedOff, .. }) = workload.written_replicas() else {
        return;
    };
    let floor = scaler.spec().floor();
    cx.report(
        workload.at_or_parent("spec.replicas"),
        format!("`replicas: 0` of {workload} switches {scaler} off, and no pod runs"),
    )
    .here("an HPA leaves 0 alone")
    .label(scaler.at_or_parent(scaler.spec().min_path()), format!("a floor of {floor} that is not kept"))
    .help("remove `replicas`, and start the workload once with `kubectl scale`")
    .help("remove the autoscaler where the workload is parked on purpose")
    .counterpart(scaler.resource());
}
