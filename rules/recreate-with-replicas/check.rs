//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let spec = workload.spec();
    // A GPU workload seldom has a spare GPU for a surge pod, and its authors reach for Recreate on purpose.
    if spec.strategy != Some(Strategy::Recreate) || spec.pod.gpus() > 0 {
        return;
    }
    let Some(floor) = workload.floor().filter(|floor| *floor >= 2) else { return };
    cx.report(
        workload.at_or_parent("spec.strategy.type"),
        format!("`Recreate` stops all {floor} pods of {workload} before the first new one starts"),
    )
    .here("all pods go first")
    .label(workload.floor_place(), format!("the floor is {floor}"))
    .help("set `strategy.type: RollingUpdate` with `maxUnavailable: 1`, so that the others go on serving")
    .help("run 1 replica where two versions must never meet");
}
