//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(WrittenReplicas { count, scaler, standing }) = workload.written_replicas() else { return };
    let (side, path, bound, follows) = match standing {
        Standing::Below(bound) => ("below", scaler.spec().min_path(), bound, "removes pods under load"),
        Standing::Above(bound) => ("above", scaler.spec().max_path(), bound, "starts pods in vain"),
        Standing::SwitchedOff | Standing::Inside => return,
    };
    let field = path.trim_start_matches("spec.");
    let label = if scaler.at(path).is_some() { "the bound".to_owned() } else { format!("the bound is {bound} by default") };
    cx.report(
        workload.at_or_parent("spec.replicas"),
        format!("`replicas: {count}` of {workload} is {side} `{field}: {bound}` of {scaler}"),
    )
    .here(format!("each apply {follows}"))
    .label(scaler.at_or_parent(path), label)
    .help("remove `replicas`: the autoscaler keeps the count between its bounds")
    .counterpart(scaler.resource());
}
