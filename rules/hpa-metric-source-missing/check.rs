//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    if !build.options.complete {
        return;
    }
    let asking = build.scalers().filter(|scaler| scaler.spec().usable && scaler.spec().kind == ScalerKind::Hpa);
    let asking: Vec<Scaler<'b>> = asking.collect();
    for api in [MetricsApi::Custom, MetricsApi::External] {
        let asked: Vec<(Scaler<'b>, &'b Metric)> = asking
            .iter()
            .flat_map(|scaler| asked(*scaler, api).map(|metric| (*scaler, metric)))
            .collect();
        if !asked.is_empty() && !build.has_metrics_provider(api) {
            report(api, &asked, cx);
        }
    }
}

/// The metrics of an API, unless the name says who serves them (`datadogmetric@shop:orders`,
/// `pubsub.googleapis.com|subscription|num_undelivered_messages`) or is filled in later (`${METRIC}`).
fn asked<'b>(scaler: Scaler<'b>, api: MetricsApi) -> impl Iterator<Item = &'b Metric> {
    let metrics = scaler.spec().metrics.iter().filter(move |metric| MetricsApi::of(&metric.source) == Some(api));
    metrics.filter(|metric| !metric.source.name().contains(['@', '|', '$']))
}

/// One finding an API: one adapter mends all the metrics that are asked from it.
fn report<'b>(api: MetricsApi, asked: &[(Scaler<'b>, &'b Metric)], cx: &mut Cx<'b>) {
    let Some(((first, metric), others)) = asked.split_first() else { return };
    let place = |scaler: &Scaler<'b>, metric: &Metric| scaler.at_or_parent(&format!("{}.metric.name", metric.path));
    let (name, group) = (metric.source.name(), api.group());
    let mut further: Vec<usize> = others.iter().map(|(scaler, _)| scaler.number()).collect();
    further.retain(|scaler| *scaler != first.number());
    further.dedup();
    let message = match further.len() {
        0 => format!("nothing in this build serves `{name}`: `{group}` has no provider"),
        1 => format!("nothing in this build serves `{name}`, nor the metric of 1 more HPA"),
        more => format!("nothing in this build serves `{name}`, nor the metrics of {more} more HPAs"),
    };
    let mut report = cx.report(place(first, metric), message).here(format!("asked from `{group}`"));
    for (scaler, metric) in others {
        let name = metric.source.name();
        report = report.label(place(scaler, metric), format!("{scaler} asks for `{name}`"));
    }
    report.help("pass the adapter's rules with `--adapter-config`, and the metrics are checked against them");
}
