//! All that a rule may use.

pub(crate) use crate::kubernetes::int_or_percent::IntOrPercent;
pub(crate) use crate::kubernetes::object::{NotAnObject, Object};
pub(crate) use crate::kubernetes::quantity::Quantity;
pub(crate) use crate::kubernetes::schema::SchemaProblemKind;
pub(crate) use crate::kubernetes::selector::{LabelSelector, Requirement};
pub(crate) use crate::kubernetes::validate;
pub(crate) use crate::model::build::{Build, Resource};
pub(crate) use crate::model::disruption::Threshold;
pub(crate) use crate::model::near_miss;
pub(crate) use crate::model::pod::{AffinityTerm, Container, RequestError, Role};
pub(crate) use crate::model::scaler::{Metric, MetricSource, ScalerKind};
pub(crate) use crate::model::view::{Budget, Place, Scaler, Workload};
pub(crate) use crate::model::workload::WorkloadKind;
pub(crate) use crate::prometheus::resolve::{self, MetricRequest, Reason, Resolution};
pub(crate) use crate::rule::Check;
pub(crate) use crate::rule::context::Cx;
pub(crate) use crate::values::{ValuesFile, dotted};
pub(crate) use crate::yaml::{Document, ProblemKind, push_key};
pub(crate) use std::sync::Arc;

pub(crate) use crate::rule::context::Report;
use crate::yaml::Problem;

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

/// Reports what the API server rejects, and not what the schema says already. Objects of a cluster were accepted.
pub(crate) fn report_rejected<'b>(resource: &'b Resource, rejected: Vec<validate::Rejected>, cx: &mut Cx<'b>) {
    if resource.object.live {
        return;
    }
    let by = if resource.object.group == "argoproj.io" { "Argo Rollouts" } else { "the API server" };
    for validate::Rejected { invalid, other } in rejected {
        if is_said_by_schema(resource, &invalid.path) {
            continue;
        }
        let at = resource.at_or_parent(&invalid.path);
        let report = cx.report(at, invalid.message).here(format!("rejected by {by}")).help(invalid.help);
        if let Some((path, words)) = other {
            report.label(resource.at_or_parent(&path), words);
        }
    }
}

/// The schema has something at the path, above or below it; or what is missing there is misspelt beside it; or the
/// object lacks more than this, and if it lacks as much as its selector it is a patch or a part.
fn is_said_by_schema(resource: &Resource, path: &str) -> bool {
    let is_absent = resource.object.root().at(path).is_none();
    resource.schema.iter().any(|problem| match problem.kind {
        SchemaProblemKind::RequiredField if is_absent || problem.path.matches('.').count() < 2 => true,
        SchemaProblemKind::UnknownField if is_absent && parent(path) == parent(&problem.path) => true,
        _ => is_within(path, &problem.path) || is_within(&problem.path, path),
    })
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn parent(path: &str) -> &str {
    path.rfind(['.', '[']).and_then(|cut| path.get(..cut)).unwrap_or_default()
}
