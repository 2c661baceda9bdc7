//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    let Some(up) = spec.up.as_ref().filter(|up| spec.usable && up.is_disabled()) else { return };
    let down = spec.down.as_ref().filter(|down| down.is_disabled());
    let path = |direction: &Direction| format!("{}.selectPolicy", direction.path);
    let target = &spec.target;
    let message = match down {
        Some(_) => format!("{target} keeps its number of pods at any load: both directions are disabled"),
        None => format!("{target} gets no pod more at any load: scaling up is disabled"),
    };
    let mut report = cx.report(scaler.at_or_parent(&path(up)), message).here("no scaling up");
    if let Some(down) = down {
        report = report.label(scaler.at_or_parent(&path(down)), "no scaling down");
    }
    report
        .help("remove `selectPolicy: Disabled` from `scaleUp`, or set it to `Max`")
        .help("remove the autoscaler and set `spec.replicas` where the number of pods is meant to be fixed");
}
