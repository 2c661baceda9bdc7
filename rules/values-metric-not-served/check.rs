//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

/// A rule that gives the metric under another name.
struct Close {
    text: String,
    at: Option<Place>,
}

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    let Some(maps) = values.adapter_maps() else { return };
    let own: Vec<AdapterConfig> = maps.iter().map(|map| AdapterConfig::from_root(*map)).collect();
    let given: Vec<_> = cx.build.adapters().collect();
    let configs: Vec<&AdapterConfig> = own.iter().chain(given.iter().map(|adapter| &adapter.config)).collect();
    for metric in values.named_metrics() {
        let Some(name) = metric.node.str() else { continue };
        let sources = sources(&metric);
        let answers: Vec<_> = sources
            .iter()
            .map(|source| resolve::resolve(&configs, &MetricRequest { name: &name, source: *source, namespace: None }))
            .collect();
        let judged = answers.iter().any(|answer| matches!(answer, Resolution::NotServed { .. }));
        if !judged || answers.contains(&Resolution::Served) {
            continue;
        }
        let served = answers.iter().map(|answer| close(answer, &maps)).collect::<Option<Vec<_>>>();
        let Some(close) = served.map(|all| all.into_iter().flatten().next()) else { continue };
        let said = close.as_ref().map(|close| format!("; it is served as `{}`", close.text)).unwrap_or_default();
        let kind = metric.kind.as_deref().map(|kind| format!("{kind} ")).unwrap_or_default();
        let message = format!("no adapter rule serves the {kind}metric `{name}`{said}");
        let asked = Place::in_text((metric.node.document().source(), metric.node.span()), &metric.path);
        // What was changed last made the two differ.
        let rules = maps.iter().find(|map| values.is_last(**map) && !values.is_last(metric.node));
        let rules = rules.and_then(|map| {
            let at = (map.document().source(), map.entries().next()?.key_span());
            Some(Place::in_text(at, &map.document().path(map.id())))
        });
        let rule = close.as_ref().and_then(|close| close.at.clone());
        let report = match (rules, rule) {
            (Some(rules), rule) => cx
                .report(rule.unwrap_or(rules), message)
                .here("gives another name")
                .label(asked, "asked for here"),
            (None, Some(rule)) => {
                cx.report(asked, message).here("asked for here").label(rule, "the rule that comes closest")
            }
            (None, None) => cx.report(asked, message).here("asked for here"),
        };
        report.help(match close {
            Some(close) => format!("set `{}` to `{}`", metric.path, close.text),
            None => format!("add a rule whose `name.as` yields `{name}` to the adapter's rules"),
        });
    }
}

/// What the metric may be about; either API where only the template knows. Which object it describes is no matter of
/// its name, so that an `Object` metric is looked up like one of pods.
fn sources(metric: &NamedMetric<'_>) -> Vec<resolve::MetricSource<'static>> {
    match metric.kind.as_deref() {
        Some("External") => vec![resolve::MetricSource::External],
        Some(_) => vec![resolve::MetricSource::Pods],
        None => vec![resolve::MetricSource::Pods, resolve::MetricSource::External],
    }
}

/// The rule that gives the metric under another name; `None` for an answer that is about more than the name.
fn close(answer: &Resolution, maps: &[NodeRef<'_>]) -> Option<Option<Close>> {
    let Resolution::NotServed { nearest_name, close_rule } = answer else { return Some(None) };
    let Some(rule) = close_rule else {
        return Some(nearest_name.clone().map(|text| Close { text, at: None }));
    };
    let (Reason::WrongName { api_name } | Reason::RenamedFrom { api_name, .. }) = &rule.reason else { return None };
    let at = maps.get(rule.config).map(|map| Place::in_text((map.document().source(), rule.span), &map.document().path(map.id())));
    Some(Some(Close { text: api_name.clone(), at }))
}
