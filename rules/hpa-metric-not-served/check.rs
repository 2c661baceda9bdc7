//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let adapters: Vec<_> = cx.build.adapters().collect();
    if adapters.is_empty() || scaler.spec().kind != ScalerKind::Hpa || !scaler.spec().usable {
        return;
    }
    let configs: Vec<_> = adapters.iter().map(|adapter| &adapter.config).collect();
    for metric in &scaler.spec().metrics {
        let Some((name, kind, source)) = question(&metric.source) else { continue };
        let request = MetricRequest { name, source, namespace: scaler.namespace() };
        let Resolution::NotServed { nearest_name, close_rule } = resolve::resolve(&configs, &request) else { continue };
        let is_told = |close: &CloseRule| adapters.get(close.config).is_some_and(|adapter| is_told_of(close, adapter));
        if close_rule.as_ref().is_some_and(is_told) {
            continue;
        }
        let place = scaler.at_or_parent(&format!("{}.metric.name", metric.path));
        let said = close_rule.as_ref().map(|close| explain(&close.reason, name)).unwrap_or_default();
        let mut report = cx
            .report(place, format!("no adapter rule serves the {kind} metric `{name}`{}", said.message))
            .here("asked for here");
        let adapter = close_rule.as_ref().and_then(|close| adapters.get(close.config));
        if let (Some(adapter), Some(close)) = (adapter, &close_rule) {
            let at = (adapter.source(), adapter.outer_span(close.span));
            report = report.label(Place::in_text(at, &adapter.path), said.label);
        }
        let help = match (said.help, nearest_name) {
            (Some(help), _) => help,
            (None, Some(nearest)) => format!("set the name to `{nearest}`, which the adapter serves"),
            (None, None) => format!("add a rule whose `name.as` yields `{name}` to the adapter's configuration"),
        };
        report.help(help);
    }
}

/// What is wrong in the adapter's rule itself is a finding of `adapter-metric-name-empty` or `adapter-series-unmatched`.
fn is_told_of(close: &CloseRule, adapter: &AdapterSource) -> bool {
    let serves_nothing = || {
        let rule = adapter.config.section(close.section).get(close.rule);
        rule.is_some_and(|rule| rule.api_names().is_empty())
    };
    match &close.reason {
        Reason::EmptyName { .. } => true,
        Reason::FilteredOut { .. } => serves_nothing(),
        _ => false,
    }
}

/// Name, type as the API spells it, and what the metric is about; `None` for metrics that no adapter rule serves.
fn question(source: &MetricSource) -> Option<(&str, &'static str, resolve::MetricSource<'_>)> {
    match source {
        MetricSource::Pods { name } => Some((name, "Pods", resolve::MetricSource::Pods)),
        MetricSource::Object { name, described } => {
            let group = described.group().unwrap_or_default();
            Some((name, "Object", resolve::MetricSource::Object { group, kind: &described.kind }))
        }
        MetricSource::External { name } => Some((name, "External", resolve::MetricSource::External)),
        MetricSource::Resource { .. } | MetricSource::ContainerResource { .. } => None,
    }
}

/// What is said about the rule that comes closest.
#[derive(Default)]
struct Said {
    message: String,
    label: String,
    help: Option<String>,
}

fn explain(reason: &Reason, name: &str) -> Said {
    let said = |message: String, label: &str, help: String| Said { message, label: label.to_owned(), help: Some(help) };
    match reason {
        Reason::WrongName { api_name } | Reason::RenamedFrom { api_name, .. } => said(
            format!("; it is served as `{api_name}`"),
            "the rule that comes closest",
            format!("set the name to `{api_name}`, or let `name.as` of the rule yield `{name}`"),
        ),
        Reason::FilteredOut { series } => said(
            format!("; its rule filters the series `{series}` out"),
            "leaves the series out",
            format!("let `seriesFilters` and `name.matches` accept `{series}`"),
        ),
        Reason::MissingPodMapping => said(
            "; its rule maps no label to the pod".to_owned(),
            "no label names the pod",
            "add `pod: {resource: \"pod\"}` to `resources.overrides` of the rule".to_owned(),
        ),
        Reason::MissingNamespaceMapping => said(
            "; its rule maps no label to the namespace".to_owned(),
            "no label names the namespace",
            "add `namespace: {resource: \"namespace\"}` to `resources.overrides` of the rule".to_owned(),
        ),
        Reason::MissingKindMapping(kind) => said(
            format!("; its rule maps no label to the {kind}"),
            "no label names the described object",
            format!("add a label of the series that names the {kind} to `resources.overrides` of the rule"),
        ),
        Reason::NamespaceExcluded(written) => said(
            format!("; its query asks for namespace `{}` only", written.query_namespace),
            "asks for another namespace",
            format!("remove `{}` from `metricsQuery`: `<<.LabelMatchers>>` adds the right one", written.matcher),
        ),
        Reason::EmptyName { .. } => Said::default(),
        Reason::WrongSection => said(
            "; its rule stands in the section of another API".to_owned(),
            "served through the other API",
            "move the rule to the section of this metric type: `rules` for Pods and Object, `externalRules` for External"
                .to_owned(),
        ),
    }
}
