//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

/// One metric that nothing serves, with all that ask for it.
struct Unserved<'b> {
    name: &'b str,
    kind: &'static str,
    nearest: Option<String>,
    close: Option<CloseRule>,
    askers: Vec<(Scaler<'b>, &'b Metric)>,
}

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    let adapters: Vec<_> = build.adapters().collect();
    let configs: Vec<_> = adapters.iter().map(|adapter| &adapter.config).collect();
    let mut unserved: Vec<Unserved<'b>> = Vec::new();
    let asked = || asked(build).filter(|_| !adapters.is_empty());
    for (scaler, metric, kind, request) in asked() {
        let name = request.name;
        let Resolution::NotServed { nearest_name: nearest, close_rule: close } = resolve::resolve(&configs, &request) else { continue };
        let is_told = |close: &CloseRule| adapters.get(close.config).is_some_and(|adapter| is_told_of(close, adapter));
        if close.as_ref().is_some_and(is_told) {
            continue;
        }
        let same = |one: &&mut Unserved<'b>| (one.name, one.kind, &one.close) == (name, kind, &close);
        match unserved.iter_mut().find(same) {
            Some(known) => known.askers.push((scaler, metric)),
            None => unserved.push(Unserved { name, kind, nearest, close, askers: vec![(scaler, metric)] }),
        }
    }
    let is_asked = |api_name: &str| asked().any(|(.., request)| request.name == api_name);
    for one in &unserved {
        let adapter = one.close.as_ref().and_then(|close| adapters.get(close.config).copied());
        report(one, adapter, &is_asked, cx);
    }
}

type Asked<'b> = (Scaler<'b>, &'b Metric, &'static str, MetricRequest<'b>);

fn asked(build: &Build) -> impl Iterator<Item = Asked<'_>> {
    let scalers = build.scalers().filter(|scaler| scaler.spec().kind == ScalerKind::Hpa && scaler.spec().usable);
    let metrics = scalers.flat_map(|scaler| scaler.spec().metrics.iter().map(move |metric| (scaler, metric)));
    metrics.filter_map(|(scaler, metric)| {
        let (kind, request) = metric.request(scaler.namespace())?;
        Some((scaler, metric, kind, request))
    })
}

/// One cause, one finding: at the adapter's rule where that is what keeps the metric from all that ask for it, else at
/// the first that asks.
fn report<'b>(
    one: &Unserved<'b>,
    adapter: Option<&'b AdapterSource>,
    is_asked: &dyn Fn(&str) -> bool,
    cx: &mut Cx<'b>,
) {
    let name = one.name;
    let said = one.close.as_ref().map(|close| explain(&close.reason, name)).unwrap_or_default();
    let at_rule = one.close.as_ref().zip(adapter).and_then(|(close, adapter)| adapter.close_place(close));
    let is_of_rule = one.close.as_ref().is_some_and(|close| match &close.reason {
        Reason::MissingPodMapping | Reason::MissingNamespaceMapping | Reason::MissingKindMapping(_) => true,
        Reason::NamespaceExcluded(_) => true,
        // All of them ask for the old name, and nobody for the one that is served.
        Reason::WrongName { api_name } | Reason::RenamedFrom { api_name, .. } => one.askers.len() > 1 && !is_asked(api_name),
        Reason::FilteredOut { .. } | Reason::WrongSection => one.askers.len() > 1,
        Reason::EmptyName { .. } => false,
    });
    let mut places = one.askers.iter().map(|(scaler, metric)| scaler.at_or_parent(&format!("{}.metric.name", metric.path)));
    let Some(first) = places.next() else { return };
    let message = format!("no adapter rule serves the {} metric `{name}`{}", one.kind, said.message);
    let mut report = match (at_rule, is_of_rule) {
        (Some(rule), true) => cx.report(rule, message).here(said.label).label(first, "asked for here"),
        (Some(rule), false) => cx.report(first, message).here("asked for here").label(rule, said.label),
        (None, _) => cx.report(first, message).here("asked for here"),
    };
    for place in places {
        report = report.label(place, "and here");
    }
    report.help(match (said.help, &one.nearest) {
        (Some(help), _) => help,
        (None, Some(nearest)) => format!("set the name to `{nearest}`, which the adapter serves"),
        (None, None) => format!("add a rule whose `name.as` yields `{name}` to the adapter's configuration"),
    });
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
