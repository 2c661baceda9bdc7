//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    if !spec.usable || spec.kind != ScalerKind::Hpa || !cx.build.options.complete {
        return;
    }
    let mut unserved = spec.metrics.iter().filter_map(|metric| unserved(metric, cx.build));
    let Some((metric, name, api)) = unserved.next() else { return };
    let place = |metric: &Metric| scaler.at_or_parent(&format!("{}.metric.name", metric.path));
    let group = api.group();
    let mut report = cx
        .report(place(metric), format!("nothing in this build serves `{name}`: `{group}` has no provider"))
        .here(format!("asked from `{group}`"));
    for (metric, _, api) in unserved {
        report = report.label(place(metric), format!("asked from `{}`", api.group()));
    }
    report.help("pass the adapter's rules with `--adapter-config`, and this metric is checked against them");
}

/// A metric of an API that nobody serves, unless its name says who does: `datadogmetric@shop:orders`,
/// `pubsub.googleapis.com|subscription|num_undelivered_messages`.
fn unserved<'m>(metric: &'m Metric, build: &Build) -> Option<(&'m Metric, &'m str, MetricsApi)> {
    let api = MetricsApi::of(&metric.source)?;
    let name = metric.source.name();
    (!name.contains(['@', '|']) && !build.has_metrics_provider(api)).then_some((metric, name, api))
}
