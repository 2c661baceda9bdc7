//! All that a rule may use.

pub(crate) use crate::kubernetes::api_versions::{self, Serving};
pub(crate) use crate::kubernetes::int_or_percent::IntOrPercent;
pub(crate) use crate::kubernetes::object::{NotAnObject, Object};
pub(crate) use crate::kubernetes::quantity::Quantity;
pub(crate) use crate::kubernetes::schema::{SchemaProblem, SchemaProblemKind};
pub(crate) use crate::kubernetes::selector::{LabelSelector, Requirement};
pub(crate) use crate::kubernetes::validate::{self, Grammar, HpaGates, Invalid};
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

/// Reports a field that the API server rejects, unless the schema tells of it. Objects of a cluster were accepted by
/// their API server.
pub(crate) fn report_invalid<'c>(resource: &Resource, invalid: &Invalid, cx: &'c mut Cx<'_>) -> Option<Report<'c>> {
    if resource.object.live || resource.schema_tells_of(&invalid.path) {
        return None;
    }
    let at = resource.at_or_parent(&invalid.path);
    Some(cx.report(at, invalid.message.clone()).here("rejected by the API server").help(invalid.help.clone()))
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
        let Some(mut report) = report_invalid(resource, &invalid, cx) else { continue };
        if resource.object.group == "argoproj.io" {
            report = report.here("rejected by Argo Rollouts");
        }
        if let Some((path, words)) = other {
            report.label(resource.at_or_parent(&path), words);
        }
    }
}
