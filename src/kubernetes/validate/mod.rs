//! What the API server rejects beyond the schema. Pure: a manifest in, the rejected fields out.

mod budget;
mod selector;

pub use budget::disruption_budget;
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
