//! All that a rule may use.
#![allow(unused_imports, reason = "a word of the rules' language stays one while no rule says it")]

pub(crate) use crate::kubernetes::int_or_percent::IntOrPercent;
pub(crate) use crate::kubernetes::object::Hook;
pub(crate) use crate::kubernetes::object::NotAnObject;
pub(crate) use crate::kubernetes::quantity::Quantity;
pub(crate) use crate::kubernetes::schema::SchemaProblemKind;
pub(crate) use crate::kubernetes::selector::{LabelSelector, Labels, Requirement};
pub(crate) use crate::kubernetes::validate;
pub(crate) use crate::model::build::{Build, Content, Resource};
pub(crate) use crate::model::container::{self, Container, Handler, PortRef, Probe, Role};
pub(crate) use crate::model::disruption::Threshold;
pub(crate) use crate::model::near_miss;
pub(crate) use crate::model::placement::{AffinityTerm, Spread};
pub(crate) use crate::model::pod::{Pod, RequestError};
pub(crate) use crate::model::replicas::{Standing, WrittenReplicas};
pub(crate) use crate::model::rollout::Fenceposts;
pub(crate) use crate::model::scaler::{Direction, Metric, MetricSource, ScalerKind, TargetRef, Trigger};
pub(crate) use crate::model::strategy::Strategy;
pub(crate) use crate::model::view::{Budget, Place, Scaler, Service, Vertical, Workload};
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
