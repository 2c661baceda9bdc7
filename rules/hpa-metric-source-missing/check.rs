//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    let asking = build.scalers().filter(|scaler| scaler.spec().usable && scaler.spec().kind == ScalerKind::Hpa);
    let asking: Vec<Scaler<'b>> = asking.filter(|scaler| asked(*scaler).next().is_some()).collect();
    if asking.is_empty() || !build.options.complete {
        return;
    }
    let apis = [MetricsApi::Custom, MetricsApi::External];
    let missing: Vec<MetricsApi> = apis.into_iter().filter(|api| !build.has_metrics_provider(*api)).collect();
    for scaler in asking {
        check_scaler(scaler, &missing, cx);
    }
}

/// The metrics of other APIs than metrics-server's, unless the name says who serves them
/// (`datadogmetric@shop:orders`, `pubsub.googleapis.com|subscription|num_undelivered_messages`) or is filled in later
/// (`${METRIC}`).
fn asked(scaler: Scaler<'_>) -> impl Iterator<Item = (&Metric, MetricsApi)> {
    let plain = scaler.spec().metrics.iter().filter(|metric| !metric.source.name().contains(['@', '|', '$']));
    plain.filter_map(|metric| Some((metric, MetricsApi::of(&metric.source)?)))
}

/// One finding an autoscaler: one adapter mends all its metrics.
fn check_scaler<'b>(scaler: Scaler<'b>, missing: &[MetricsApi], cx: &mut Cx<'b>) {
    let place = |metric: &Metric| scaler.at_or_parent(&format!("{}.metric.name", metric.path));
    let mut unserved = asked(scaler).filter(|(_, api)| missing.contains(api));
    let Some((metric, api)) = unserved.next() else { return };
    let (name, group) = (metric.source.name(), api.group());
    let mut report = cx
        .report(place(metric), format!("nothing in this build serves `{name}`: `{group}` has no provider"))
        .here(format!("asked from `{group}`"));
    for (metric, api) in unserved {
        report = report.label(place(metric), format!("asked from `{}`", api.group()));
    }
    report.help("pass the adapter's rules with `--adapter-config`, and this metric is checked against them");
}
