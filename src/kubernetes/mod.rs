//! Kubernetes objects and the grammars of their fields.

pub mod int_or_percent;
pub mod names;
pub mod quantity;
pub mod schema;
