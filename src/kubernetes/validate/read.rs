//! Fields as the API server decodes them: null is absent, and what does not decode is left to the schema.

use crate::kubernetes::placeholder::is_placeholder;
use crate::kubernetes::quantity::Quantity;
use crate::yaml::{NodeKind, NodeRef, Scalar};
use std::borrow::Cow;

/// What stands in a field.
pub(super) enum Read<T> {
    /// Nothing, or null.
    Absent,
    /// A value of the field's type.
    Is(T),
    /// A value of another type, or one that is filled in later: nothing can be said of it here.
    Unreadable,
}

impl<T> Read<T> {
    /// The value, with Go's zero or the API server's default for an absent one; `None` when it cannot be told.
    pub(super) fn or(self, default: T) -> Option<T> {
        match self {
            Self::Absent => Some(default),
            Self::Is(value) => Some(value),
            Self::Unreadable => None,
        }
    }

    /// The value that is written.
    pub(super) fn written(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Read<Cow<'_, str>> {
    /// Nothing, or text without a character.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Is(text) => text.is_empty(),
            Self::Unreadable => false,
        }
    }
}

/// The value of a key, unless it is null.
pub(super) fn field<'t>(parent: Option<NodeRef<'t>>, key: &str) -> Option<NodeRef<'t>> {
    parent?.get(key).filter(|value| !value.is_null())
}

/// The items of a list, with their positions.
pub(super) fn items<'t>(list: Option<NodeRef<'t>>) -> impl Iterator<Item = (usize, NodeRef<'t>)> {
    list.into_iter().flat_map(NodeRef::items).enumerate()
}

/// Whether a node is a mapping or null, which decodes as an object without fields.
pub(super) fn is_object(node: NodeRef<'_>) -> bool {
    node.kind() == NodeKind::Mapping || node.is_null()
}

pub(super) fn text<'t>(parent: Option<NodeRef<'t>>, key: &str) -> Read<Cow<'t, str>> {
    match field(parent, key) {
        None => Read::Absent,
        Some(node) => match node.str() {
            Some(text) if !is_placeholder(&text) => Read::Is(text),
            _ => Read::Unreadable,
        },
    }
}

pub(super) fn int(parent: Option<NodeRef<'_>>, key: &str) -> Read<i64> {
    match field(parent, key) {
        None => Read::Absent,
        Some(node) => node.int().map_or(Read::Unreadable, Read::Is),
    }
}

pub(super) fn quantity(parent: Option<NodeRef<'_>>, key: &str) -> Read<Quantity> {
    let Some(node) = field(parent, key) else { return Read::Absent };
    let read = match node.scalar() {
        Some(Scalar::Str(text)) => Quantity::parse(text.trim()).ok(),
        Some(Scalar::Int(value)) => Some(Quantity::from_int(value)),
        Some(Scalar::Float(value)) => Quantity::parse(&value.to_string()).ok(),
        _ => None,
    };
    read.map_or(Read::Unreadable, Read::Is)
}
