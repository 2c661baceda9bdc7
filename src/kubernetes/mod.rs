//! Kubernetes objects and the grammars of their fields.

pub mod api_versions;
pub mod int_or_percent;
pub mod names;
pub mod object;
pub mod placeholder;
pub mod quantity;
pub mod scale;
pub mod schema;
pub mod selector;
pub mod validate;
pub mod version;
