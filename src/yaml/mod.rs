//! YAML as kubectl reads it: text to flat trees in which every key and value has a byte span, and typed values
//! from those trees. It knows nothing of Kubernetes kinds, and is the only user of `granit-parser`.
//!
//! Read together with sigs.k8s.io/yaml (go-yaml v2) and apimachinery's `util/yaml`: where the YAML specification
//! and those differ, those win, because they decide what reaches the cluster.

mod alias;
mod build;
mod check;
mod comment;
mod compare;
mod decode;
mod document;
mod embedded;
mod encoding;
mod json;
mod merge;
mod message;
mod node;
mod number;
mod parse;
mod path;
mod scalar;
mod split;
mod tabs;
mod tree;

pub use decode::{DecodeError, Decoded, decode};
pub use document::{Document, Problem, ProblemKind};
pub use encoding::{EncodingError, decode_bytes};
pub use node::{Entries, Entry, Items, NodeKind, NodeRef};
pub use parse::parse;
pub use path::{parent_path, push_index, push_key};
pub use scalar::Scalar;
pub use tree::NodeId;

#[cfg(test)]
mod tests;
