//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    let (floor, Some(ceiling)) = (spec.floor(), spec.ceiling()) else { return };
    // KEDA moves a workload between `idleReplicaCount` and its bounds, and a cron trigger sets the count by the clock.
    let by_other_means = spec.idle.is_some() || spec.triggers.iter().any(|trigger| trigger.kind == "cron");
    // One pod on purpose: a small environment switches scaling off like this. In production the floor is too low then.
    if !spec.usable || floor != ceiling || floor < 2 || by_other_means {
        return;
    }
    let bound = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
    let (min, max) = (bound(spec.min_path()), bound(spec.max_path()));
    cx.report(
        scaler.at_or_parent(spec.min_path()),
        format!("{} always runs {floor} pods: `{min}` equals `{max}`", spec.target),
    )
    .here("nothing below the ceiling")
    .label(scaler.at_or_parent(spec.max_path()), "nothing above the floor")
    .help(format!("raise `{max}` above {floor}, to what the cluster can carry at peak load"))
    .help(format!("lower `{min}` to what the workload needs at its quietest hour"));
}
