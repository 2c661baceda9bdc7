//! The rule mechanism: front matter, checks, the context a check reports into, and the registry of profiles.

pub mod context;
pub(crate) mod live;
pub mod meta;
pub mod page;
pub(crate) mod shared;

use crate::model::adapter::AdapterSource;
use crate::model::build::{Build, Resource};
use crate::model::view::{Budget, Scaler, Workload};
use crate::values::ValuesFile;
use crate::yaml::Document;
use context::Cx;
use std::sync::Arc;

/// What a rule looks at. Function pointers: no state, so rules run in parallel.
#[derive(Clone, Copy)]
pub enum Check {
    /// Each document, also one that does not parse.
    Document(for<'b> fn(&'b Arc<Document>, &mut Cx<'b>)),
    /// Each object.
    Resource(for<'b> fn(&'b Resource, &mut Cx<'b>)),
    /// Each workload that takes part in relations.
    Workload(for<'b> fn(Workload<'b>, &mut Cx<'b>)),
    /// Each autoscaler.
    Scaler(for<'b> fn(Scaler<'b>, &mut Cx<'b>)),
    /// Each disruption budget.
    Budget(for<'b> fn(Budget<'b>, &mut Cx<'b>)),
    /// The build as a whole.
    Build(for<'b> fn(&'b Build, &mut Cx<'b>)),
    /// Each configuration of the Prometheus adapter: those in the build's ConfigMaps, those in files of their own, and once a run
    /// those given beside it.
    AdapterConfig(for<'b> fn(&'b AdapterSource, &mut Cx<'b>)),
    /// Each values file of a chart that was not rendered.
    Values(for<'b> fn(&'b ValuesFile, &mut Cx<'b>)),
}

/// One row of the registry: a folder of `/rules`.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The folder's name.
    pub id: &'static str,
    /// The logic.
    pub check: Check,
    /// The page, with its front matter.
    pub page: &'static str,
}
