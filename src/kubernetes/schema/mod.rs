//! Field names and types of the kinds that scale, run or watch workloads, and what of a document does not fit them.
//! Whether a well-typed value makes sense is a matter of rules.

mod nearest;
mod quantity;
mod scalar;
mod table;
mod walk;

use crate::text::Span;
use crate::yaml::{NodeId, NodeRef};
use table::{Shape, Table};

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaProblemKind {
    /// The value is not of the field's type, as Kubernetes reads YAML.
    Type,
    /// The kind has no such field.
    UnknownField,
    /// A required field is absent or null.
    RequiredField,
}

/// One place of a document that does not fit the schema of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaProblem {
    /// What does not fit.
    pub kind: SchemaProblemKind,
    /// Path of the field, also of an absent one.
    pub path: String,
    /// The value; of an absent required field the mapping (or the null) that lacks it.
    pub node: NodeId,
    /// Where to point if not at `node`. Unknown field: its key. Required field: its own key if it is null, else the
    /// key of the mapping that lacks it, which for an item of a list is the item's first key and at the top `kind`.
    pub key_span: Option<Span>,
    /// One line, without the object's name.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A few words for the place.
    pub label: String,
}

/// `group/version/Kind` of the custom resources that are known, sorted.
pub fn custom_kinds() -> impl Iterator<Item = &'static str> {
    table::Table::custom_kinds()
}

/// True if the tables hold this kind. `group` is empty for core.
#[must_use]
pub fn is_known(group: &str, version: &str, kind: &str) -> bool {
    Table::get().kind(group, version, kind).is_some()
}

/// All that does not fit the kind's schema, in document order except that what is missing from a mapping follows its
/// content. Empty for kinds the tables do not hold, and for a root that is not a mapping.
#[must_use]
pub fn validate(group: &str, version: &str, kind: &str, root: NodeRef<'_>) -> Vec<SchemaProblem> {
    let table = Table::get();
    table.kind(group, version, kind).map(|object| walk::walk(table, object, kind, root)).unwrap_or_default()
}

/// Whether the kind has the field at `path`, such as `spec.containers[0].resources.requests.cpu` or
/// `metadata.labels["a/b"]`; what is below a free-form field exists. `None` for kinds the tables do not hold.
#[must_use]
pub fn field_exists(group: &str, version: &str, kind: &str, path: &str) -> Option<bool> {
    let table = Table::get();
    let mut object = Some(table.kind(group, version, kind)?);
    let mut shape: Option<&Shape> = None;
    let mut rest = path;
    while !rest.is_empty() {
        let Some((segment, after)) = segment(rest) else { return Some(false) };
        rest = after;
        let next = match (shape, object, segment) {
            (Some(Shape::Any), ..) => return Some(true),
            (_, Some(object), Segment::Key(key)) => object.field(key).map(|field| &field.shape),
            (Some(Shape::Map(value)), _, Segment::Key(_)) => Some(value.as_ref()),
            (Some(Shape::List(item)), _, Segment::Index) => Some(item.as_ref()),
            _ => None,
        };
        let Some(next) = next else { return Some(false) };
        object = table.object(next);
        shape = Some(next);
    }
    Some(true)
}

enum Segment<'p> {
    Key(&'p str),
    Index,
}

/// The first segment of a path and what follows it.
fn segment(path: &str) -> Option<(Segment<'_>, &str)> {
    if let Some(quoted) = path.strip_prefix("[\"") {
        let (key, rest) = quoted.split_once("\"]")?;
        return Some((Segment::Key(key), rest.strip_prefix('.').unwrap_or(rest)));
    }
    if let Some(index) = path.strip_prefix('[') {
        let (index, rest) = index.split_once(']')?;
        index.parse::<usize>().ok()?;
        return Some((Segment::Index, rest.strip_prefix('.').unwrap_or(rest)));
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (key, rest) = path.split_at_checked(end)?;
    (!key.is_empty()).then(|| (Segment::Key(key), rest.strip_prefix('.').unwrap_or(rest)))
}
