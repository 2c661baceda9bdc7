//! Findings that several rules make in the same way.

use crate::kubernetes::object::Object;
use crate::kubernetes::schema::{SchemaProblem, SchemaProblemKind};
use crate::kubernetes::validate::{self, Invalid};
use crate::model::build::{Content, Resource};
use crate::model::missed::{Gap, Missed};
use crate::model::view::Place;
use crate::model::workload::WorkloadKind;
use crate::rule::context::{Cx, Report};
use crate::values::{Value, ValuesFile, dotted};
use crate::yaml::{Document, Problem};

/// Reports a problem that the YAML tree found.
pub(crate) fn report_problem<'c, 'b>(cx: &'c mut Cx<'b>, document: &Document, problem: &Problem) -> Report<'c> {
    let mut report = cx.report(Place::in_document(document, &problem.path, problem.span), problem.message.clone());
    if let Some((span, text)) = &problem.other {
        report = report.label(Place::in_document(document, &problem.path, *span), text.clone());
    }
    match &problem.help {
        Some(help) => report.help(help.clone()),
        None => report,
    }
}

/// Reports a number that is too low in the environment of the file looked at: at the number, else where that file could
/// override it.
pub(crate) fn report_low<'b>(
    cx: &mut Cx<'b>,
    values: &ValuesFile,
    (path, value): (&[&str], &Value),
    what: &str,
    message: String,
) {
    let name = dotted(path);
    let (Some(set), Some(own)) = (values.place(value), values.own_ancestor(path)) else { return };
    if values.is_own(value) {
        cx.report(Place::in_text(set, &name), message).here(what).help(format!("set `{name}` to 2 or more"));
        return;
    }
    cx.report(Place::in_text(own, &name), message)
        .here(format!("does not override the {what}"))
        .label(Place::in_text(set, &name), format!("the {what} comes from {}", values.set_by(value)))
        .help(format!("set `{name}` to 2 or more in {}", values.name));
}

/// Reports what the schema of an object's kind does not allow. Objects of a cluster were accepted by their API server.
pub(crate) fn report_schema<'b>(resource: &'b Resource, kind: SchemaProblemKind, cx: &mut Cx<'b>) {
    if resource.object.live {
        return;
    }
    for problem in resource.schema.iter().filter(|problem| problem.kind == kind) {
        let document = resource.object.document();
        let span = problem.key_span.unwrap_or_else(|| document.node(problem.node).span());
        let report =
            cx.report(resource.place(&problem.path, span), problem.message.clone()).here(problem.label.clone());
        if let Some(help) = &problem.help {
            report.help(help.clone());
        }
    }
}

/// The kind of a workload of an API version that is served, so that its validation is that of today.
pub(crate) fn served_workload(resource: &Resource) -> Option<WorkloadKind> {
    let Object { group, version, kind, .. } = &resource.object;
    let is_served = matches!(
        (group.as_str(), version.as_str()),
        ("", "v1") | ("apps", "v1") | ("batch", "v1" | "v1beta1") | ("argoproj.io", "v1alpha1")
    );
    WorkloadKind::of(group, kind).filter(|_| is_served)
}

/// Reports a field that the API server rejects, unless the schema tells of it. Objects of a cluster were accepted by
/// their API server.
pub(crate) fn report_invalid<'c>(resource: &Resource, invalid: &Invalid, cx: &'c mut Cx<'_>) -> Option<Report<'c>> {
    if resource.object.live || resource.schema_tells_of(&invalid.path) {
        return None;
    }
    let by = if resource.object.group == "argoproj.io" { "Argo Rollouts" } else { "the API server" };
    let at = resource.at_or_parent(&invalid.path);
    Some(cx.report(at, invalid.message.clone()).here(format!("rejected by {by}")).help(invalid.help.clone()))
}

/// Reports what the API server rejects of a workload. One without its selector or its template is a patch or a part,
/// which is not judged.
pub(crate) fn report_rejected<'b>(resource: &'b Resource, rejected: Vec<validate::Rejected>, cx: &mut Cx<'b>) {
    let lacks = |depth: usize| {
        let required = |problem: &&SchemaProblem| problem.kind == SchemaProblemKind::RequiredField;
        resource.schema.iter().filter(required).any(|problem| problem.path.matches('.').count() < depth)
    };
    if lacks(2) {
        return;
    }
    for validate::Rejected { invalid, other } in rejected {
        let is_absent = resource.object.root().at(&invalid.path).is_none();
        if is_absent && lacks(usize::MAX) || resource.has_unknown_field_below(&invalid.path) {
            continue;
        }
        let report = report_invalid(resource, &invalid, cx);
        if let (Some(report), Some((path, words))) = (report, other) {
            report.label(resource.at_or_parent(&path), words);
        }
    }
}

/// Reports a selector that selects nothing and just misses a workload: `lead` says who selects nothing.
pub(crate) fn report_missed<'c, 'b>(
    cx: &'c mut Cx<'b>,
    resource: &'b Resource,
    path: &str,
    lead: &str,
    missed: &Missed<'b, '_>,
) -> Report<'c> {
    let here = match missed.gap {
        Gap::Namespace(_) => "looks in its own namespace only",
        _ => "matches no pod of this build",
    };
    let mut report = cx.report(resource.key_or_parent(path), format!("{lead}: {}", missed.difference())).here(here);
    if let Some(requirement) = missed.gap.requirement() {
        // The selector of a Service is the map itself.
        let inner = requirement.path();
        let field = match &resource.content {
            Content::Service(_) => format!("{path}{}", inner.strip_prefix("matchLabels").unwrap_or_default()),
            _ => format!("{path}.{inner}"),
        };
        report = report.label(resource.at_or_parent(&field), "not on these pods");
    }
    let help = match (&missed.gap, &resource.content) {
        (Gap::Namespace(namespace), Content::Workload(_)) => format!("add `namespaces: [{namespace}]` to the term"),
        _ => missed.remedy(),
    };
    let (place, words) = missed.other_side();
    report.label(place, words).help(help).counterpart(missed.workload.resource())
}
