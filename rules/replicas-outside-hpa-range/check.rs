//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(WrittenReplicas { count, scaler, standing }) = workload.written_replicas() else { return };
    let (side, path, bound) = match standing {
        Standing::Below(bound) => ("below", scaler.spec().min_path(), bound),
        Standing::Above(bound) => ("above", scaler.spec().max_path(), bound),
        Standing::SwitchedOff | Standing::Inside => return,
    };
    let field = path.trim_start_matches("spec.");
    let default = if scaler.at(path).is_some() { "" } else { ", its default" };
    let follows = if side == "below" { "removes pods under load" } else { "starts pods in vain" };
    cx.report(
        workload.at_or_parent("spec.replicas"),
        format!("`replicas: {count}` of {workload} is {side} `{field}: {bound}` of {scaler}"),
    )
    .here(format!("each apply {follows}"))
    .label(scaler.at_or_parent(path), format!("the bound is {bound}{default}"))
    .help("remove `replicas`: the autoscaler keeps the count between its bounds")
    .counterpart(scaler.resource());
}
