//! What the API server rejects beyond the schema. Pure: a manifest in, the rejected fields out.

mod affinity;
mod autoscaler;
mod budget;
mod claim;
mod container;
mod cron;
mod env;
mod field;
mod grammar;
mod job;
mod label_keys;
mod metadata;
mod pod;
mod probe;
mod read;
mod resources;
mod scaled_object;
mod security;
mod selector;
mod strategy;
mod topology_spread;
mod volume;
mod workload;

pub use affinity::affinity;
pub use autoscaler::{HpaGates, autoscaler};
pub use budget::disruption_budget;
pub use field::Rejected;
pub use grammar::Grammar;
pub use metadata::{Type, metadata, name_grammar};
pub use scaled_object::{Ownership, ownership, scaled_object};
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

impl Invalid {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), help: help.into() }
    }
}

/// At most forty characters of a value, as a message shows it.
fn shown(value: &str) -> String {
    cut(value, 40)
}

/// A value as a message shows it.
fn cut(value: &str, most: usize) -> String {
    let line = value.replace('`', "'").replace(['\n', '\r'], " ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
