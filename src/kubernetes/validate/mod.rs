//! What the API server rejects beyond the schema. Pure: a manifest in, the rejected fields out.

mod autoscaler;
mod budget;
mod grammar;
mod metadata;
mod read;
mod scaled_object;
mod selector;

pub use autoscaler::{HpaGates, autoscaler};
pub use budget::disruption_budget;
pub use grammar::Grammar;
pub use metadata::{Type, metadata, name_grammar};
pub use scaled_object::{Ownership, ownership, scaled_object};
pub use selector::label_selector;

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
