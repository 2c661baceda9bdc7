//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(WrittenReplicas { count, scaler, standing: Standing::Inside }) = workload.written_replicas() else { return };
    cx.report(
        workload.at_or_parent("spec.replicas"),
        format!("{workload} sets `replicas: {count}`, the count that {scaler} decides"),
    )
    .here("each apply writes this count")
    .label(scaler.key_or_parent("spec.scaleTargetRef"), "scales it")
    .help("remove `replicas`; in a chart, render it only while autoscaling is off")
    .counterpart(scaler.resource());
}
