//! What the API server rejects beyond the schema. Pure: a manifest in, the rejected fields out.

mod affinity;
mod budget;
mod claim;
mod container;
mod cron;
mod env;
mod field;
mod job;
mod label_keys;
mod pod;
mod probe;
mod resources;
mod security;
mod selector;
mod strategy;
mod topology_spread;
mod volume;
mod workload;

pub use affinity::affinity;
pub use budget::disruption_budget;
pub use field::Rejected;
pub use selector::label_selector;
pub use topology_spread::topology_spread;
pub use workload::workload;

/// A field that the API server rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Path as in the API server's error.
    pub path: String,
    /// What is wrong, with the value.
    pub message: String,
    /// What to write instead.
    pub help: String,
}
