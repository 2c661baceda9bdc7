//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

/// Shorter than four samples of metrics-server, which takes one every 15 seconds: any dip passes for less load.
const SHORT: i64 = 60;

/// `--horizontal-pod-autoscaler-downscale-stabilization` by default.
const DEFAULT: i64 = 300;

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    let Some(down) = spec.down.as_ref().filter(|_| spec.usable) else { return };
    let Some(window) = down.window.filter(|window| *window < SHORT) else { return };
    if down.is_disabled() || is_gradual(down) || !can_flap(scaler) {
        return;
    }
    cx.report(
        scaler.at_or_parent(&format!("{}.stabilizationWindowSeconds", down.path)),
        format!("a dip in load removes pods of {} after {window} s, not after {DEFAULT} s", spec.target),
    )
    .here(format!("{DEFAULT} s by default"))
    .help(format!("set `stabilizationWindowSeconds: {DEFAULT}`, or remove it: {DEFAULT} is the default"));
}

/// Floor and ceiling leave more than a switch between none and one pod, and no metric is a count of pods that another
/// controller computed and smoothed.
fn can_flap(scaler: Scaler<'_>) -> bool {
    let spec = scaler.spec();
    let counts_pods = spec.metrics.iter().any(|metric| metric.source.name().contains("replicas"));
    spec.ceiling().is_some_and(|ceiling| ceiling > spec.floor().max(1)) && !counts_pods
}

/// One pod in as long as the default window: no dip can cost more.
fn is_gradual(down: &Direction) -> bool {
    let mut slow = down.policies.iter().map(|policy| {
        policy.kind == "Pods" && policy.value <= 1 && policy.period >= DEFAULT
    });
    if down.select_policy == "Min" { slow.any(|slow| slow) } else { slow.all(|slow| slow) }
}
