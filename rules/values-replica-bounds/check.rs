//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for block in values.autoscaling_blocks() {
        let Some((key, maximum)) = block.maximum.filter(|_| block.enabled == Some(true)) else { continue };
        if values.is_set(maximum) {
            report_crossed(values, &block, (key, maximum), cx);
        } else if !block.keda {
            report_empty(values, &block, (key, maximum), cx);
        }
    }
}

/// An HPA cannot be without `maxReplicas`; KEDA takes 100.
fn report_empty<'b>(values: &ValuesFile, block: &AutoscalingBlock<'_>, (key, maximum): (&str, &Value), cx: &mut Cx<'b>) {
    let path: Vec<&str> = block.path.iter().copied().chain([key]).collect();
    let name = dotted(&path);
    let (Some(set), Some(own)) = (values.key_place(maximum), values.own_ancestor(&path)) else { return };
    let message = format!("`{name}` is empty while the autoscaler is on");
    let report = if values.is_own(maximum) {
        cx.report(Place::in_text(set, &name), message).here("an HPA cannot be without it")
    } else {
        cx.report(Place::in_text(own, &name), message)
            .here("does not set the ceiling")
            .label(Place::in_text(set, &name), format!("empty in {}", values.set_by(maximum)))
    };
    report
        .help(format!("set `{name}` to the most pods that may run"))
        .help(format!("turn `{}` off where nothing is to be scaled", dotted(&block.path)));
}

fn report_crossed<'b>(
    values: &ValuesFile,
    block: &AutoscalingBlock<'_>,
    (high, maximum): (&str, &Value),
    cx: &mut Cx<'b>,
) {
    let (low, minimum) = block.minimum;
    let (Some(least), Some(most)) = (values.count(minimum), values.count(maximum)) else { return };
    let (Some(floor), Some(ceiling)) = (values.place(minimum), values.place(maximum)) else { return };
    if least <= most {
        return;
    }
    let block = dotted(&block.path);
    let floor = Place::in_text(floor, &format!("{block}.{low}"));
    let ceiling = Place::in_text(ceiling, &format!("{block}.{high}"));
    // What was changed last made the two cross.
    let report = if values.is_later(minimum, maximum) {
        cx.report(floor, format!("`{block}.{low}: {least}` is above `{high}: {most}`"))
            .here("the floor")
            .label(ceiling, format!("the ceiling is set in {}", values.set_by(maximum)))
    } else {
        cx.report(ceiling, format!("`{block}.{high}: {most}` is below `{low}: {least}`"))
            .here("the ceiling")
            .label(floor, format!("the floor is set in {}", values.set_by(minimum)))
    };
    report
        .help(format!("set `{block}.{high}` to {least} or more"))
        .help(format!("set `{block}.{low}` to {most} or less where the cluster has no room for more"));
}
