//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    if !scaler.spec().usable || scaler.spec().kind != ScalerKind::Hpa {
        return;
    }
    for metric in &scaler.spec().metrics {
        check_metric(scaler, metric, cx);
    }
}

fn check_metric<'b>(scaler: Scaler<'b>, metric: &Metric, cx: &mut Cx<'b>) {
    let target = &metric.target;
    let fields = [
        ("Utilization", "averageUtilization", target.average_utilization.map(|percent| percent.to_string())),
        ("AverageValue", "averageValue", target.average_value.map(|value| value.to_string())),
        ("Value", "value", target.value.map(|value| value.to_string())),
    ];
    // The API server rejects a metric that sets none of the fields its source takes, whatever its type says.
    let takes: &[&str] = match &metric.source {
        MetricSource::Resource { .. } | MetricSource::ContainerResource { .. } => &["Utilization", "AverageValue"],
        MetricSource::Pods { .. } => &["AverageValue"],
        MetricSource::Object { .. } | MetricSource::External { .. } => &["AverageValue", "Value"],
    };
    let set = fields.iter().find(|(kind, _, value)| takes.contains(kind) && value.is_some());
    let named = fields.iter().find(|(kind, ..)| Some(*kind) == target.kind.as_deref());
    let (Some((right, field, Some(value))), Some((wrong, wanted, None))) = (set, named) else { return };
    let at = |field: &str| format!("{}.target.{field}", metric.path);
    let report = cx
        .report(
            scaler.at_or_parent(&at("type")),
            format!("type `{wrong}` names `{wanted}`, but the target sets `{field}: {value}`"),
        )
        .here(format!("`{wanted}` is absent"))
        .label(scaler.at_or_parent(&at(field)), "the field that is set")
        .help(format!("set `type: {right}` where `{field}: {value}` is meant"));
    if takes.contains(wrong) {
        report.help(format!("set `{wanted}` in place of `{field}` where `type: {wrong}` is meant"));
    }
}
