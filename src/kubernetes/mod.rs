//! Kubernetes objects and the grammars of their fields.

pub mod schema;
