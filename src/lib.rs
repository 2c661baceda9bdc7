//! aiplat-lint finds Kubernetes autoscalers, disruption budgets and placement rules that will not work, before
//! they reach a cluster.
//!
//! `source` turns arguments into builds: sets of texts that belong together. `yaml` parses each text once into a
//! flat tree in which every key and value has a byte span. `kubernetes` decodes typed objects from that tree.
//! `model` links a build's objects into workloads with their scalers, budgets and services. Rules are pure
//! functions from the model to findings; the `engine` runs them in parallel and hands one report to the reporters.

pub mod cli;
pub mod config;
pub mod engine;
pub mod finding;
pub mod globs;
pub mod kubernetes;
pub mod merge;
pub mod model;
mod prelude;
pub mod prometheus;
pub mod provenance;
pub mod report;
pub mod rule;
#[rustfmt::skip]
pub mod rules;
pub mod source;
pub mod spelling;
pub mod text;
pub mod values;
pub mod yaml;
