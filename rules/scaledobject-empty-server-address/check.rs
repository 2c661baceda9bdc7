//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    if !scaler.spec().usable {
        return;
    }
    for trigger in scaler.spec().triggers.iter().filter(|trigger| trigger.kind == "prometheus") {
        for field in ["serverAddress", "query"] {
            check_field(scaler, trigger, field, cx);
        }
    }
}

fn check_field<'b>(scaler: Scaler<'b>, trigger: &Trigger, field: &str, cx: &mut Cx<'b>) {
    let value = trigger.metadata.get(field);
    if value.is_some_and(|value| !value.trim().is_empty()) {
        return;
    }
    let lacks = if value.is_some() { "an empty" } else { "no" };
    let (here, example) = match field {
        "query" => ("nothing to ask Prometheus for", "sum(rate(http_requests_total{app=\"api\"}[2m]))"),
        _ => ("no Prometheus to ask", "http://prometheus.monitoring:9090"),
    };
    cx.report(
        scaler.at_or_parent(&format!("{}.metadata.{field}", trigger.path)),
        format!("{scaler} has {lacks} `{field}`, so KEDA cannot build its HPA"),
    )
    .here(here)
    .help(format!("set `{field}`, for example to `{example}`"));
}
