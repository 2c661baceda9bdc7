//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

/// Beginnings of the metrics that tell of autoscalers and budgets: kube-state-metrics (`kube_hpa_` before 2.0) and KEDA.
const METRICS: &[&str] =
    &["kube_horizontalpodautoscaler_", "kube_hpa_", "kube_poddisruptionbudget_", "keda_scaler", "keda_scaled_object"];

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    let alerts: Vec<(&Resource, String)> = build.resources.iter().flat_map(alerts).collect();
    let Some((rules, _)) = alerts.first() else { return };
    let told = alerts.iter().any(|(_, query)| METRICS.iter().any(|metric| query.contains(metric)));
    let guarded = build.scalers().map(|scaler| scaler.resource()).chain(build.budgets().map(|budget| budget.resource()));
    let guarded: Vec<&Resource> = guarded.collect();
    let Some(first) = guarded.first().filter(|_| !told && build.is_whole()) else { return };
    let more = match guarded.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    cx.report(
        rules.key_or_parent("spec.groups"),
        format!("no alert of the build tells when {first}{more} stops to work"),
    )
    .here("says nothing of autoscalers or budgets")
    .label(first.identity(), "fails without a sound")
    .help("add an alert on `kube_horizontalpodautoscaler_status_condition{condition=\"ScalingActive\",status=\"false\"} == 1`")
    .counterpart(first);
}

/// The queries of the alerts of a PrometheusRule.
fn alerts(resource: &Resource) -> Vec<(&Resource, String)> {
    let object = &resource.object;
    if (object.group.as_str(), object.kind.as_str()) != ("monitoring.coreos.com", "PrometheusRule") {
        return Vec::new();
    }
    let groups = object.root().at("spec.groups").into_iter().flat_map(|groups| groups.items());
    let rules = groups.filter_map(|group| group.get("rules")).flat_map(|rules| rules.items());
    let alerts = rules.filter(|rule| rule.get("alert").is_some());
    alerts.filter_map(|alert| Some((resource, alert.get("expr")?.text()?.into_owned()))).collect()
}
