//! The Prometheus adapter's configuration: what it serves, under which name, and why not. Facts are those of
//! [prometheus-adapter v0.12](https://github.com/kubernetes-sigs/prometheus-adapter). Nothing here reads a file.

pub mod address;
pub mod config;
pub mod flow;
pub mod go_regex;
pub mod inspect;
pub mod naming;
mod nearest;
pub mod promql;
pub mod query;
pub mod query_place;
pub mod resolve;
pub mod resource_rules;
pub mod resources;
pub mod series_query;
pub mod template;
