//! All that a rule may use.

pub(crate) use crate::kubernetes::api_versions::{self, Serving};
pub(crate) use crate::kubernetes::int_or_percent::IntOrPercent;
pub(crate) use crate::kubernetes::names;
pub(crate) use crate::kubernetes::object::NotAnObject;
pub(crate) use crate::kubernetes::placeholder::is_placeholder;
pub(crate) use crate::kubernetes::quantity::Quantity;
pub(crate) use crate::kubernetes::schema::SchemaProblemKind;
pub(crate) use crate::kubernetes::selector::{LabelSelector, Requirement};
pub(crate) use crate::kubernetes::validate::{self, Grammar, HpaGates, Invalid, Ownership};
pub(crate) use crate::model::adapter::AdapterSource;
pub(crate) use crate::model::build::{Build, Content, Resource};
pub(crate) use crate::model::condition::{Condition, Trouble};
pub(crate) use crate::model::container::{self, Container, Handler, PortRef, Probe, Role};
pub(crate) use crate::model::disruption::{self, Selected, Threshold};
pub(crate) use crate::model::live_pod::PodState;
pub(crate) use crate::model::metrics_api::MetricsApi;
pub(crate) use crate::model::missed::{Gap, Missed};
pub(crate) use crate::model::monitor::{self, Annotated, Monitor};
pub(crate) use crate::model::near_miss;
pub(crate) use crate::model::placement::{AffinityTerm, Spread};
pub(crate) use crate::model::pod::RequestError;
pub(crate) use crate::model::quota::{Counted, Share};
pub(crate) use crate::model::replicas::{Standing, WrittenReplicas};
pub(crate) use crate::model::scaler::{Direction, Metric, MetricSource, ScalerKind, ScalerSpec, TargetRef, Trigger};
pub(crate) use crate::model::scrape_port::ScrapePort;
pub(crate) use crate::model::strategy::Strategy;
pub(crate) use crate::model::topology;
pub(crate) use crate::model::utilization::{self, Reach};
pub(crate) use crate::model::view::{Budget, Place, Scaler, Service, Vertical, Workload};
pub(crate) use crate::model::workload::WorkloadKind;
pub(crate) use crate::prometheus::config::{AdapterConfig, Effect, Section};
pub(crate) use crate::prometheus::resolve::{self, CloseRule, MetricRequest, Reason, Resolution};
pub(crate) use crate::prometheus::resource_rules::{self, Fault};
pub(crate) use crate::prometheus::resources::GroupResource;
pub(crate) use crate::prometheus::{address, inspect};
pub(crate) use crate::rule::Check;
pub(crate) use crate::rule::context::{Cx, Report};
pub(crate) use crate::rule::live::{explain_reason, explain_trouble};
pub(crate) use crate::rule::shared::{
    report_invalid, report_low, report_missed, report_problem, report_rejected, report_schema, served_workload,
};
pub(crate) use crate::values::blocks::AutoscalingBlock;
pub(crate) use crate::values::component::{Component, Scaling};
pub(crate) use crate::values::metrics::NamedMetric;
pub(crate) use crate::values::{Value, ValuesFile, dotted};
pub(crate) use crate::yaml::{Document, NodeRef, ProblemKind, push_key};
pub(crate) use std::sync::Arc;
