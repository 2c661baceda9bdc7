//! A path, followed through one layer of values.

use crate::provenance::assignments::Assignment;
use crate::text::{SourceId, Span};
use crate::values::chart::Step;
use crate::yaml::{Document, NodeKind, NodeRef};
use serde_json::Value;

/// What one layer says of a path.
pub(crate) enum Outcome<'a> {
    /// It sets it.
    Set(Setting<'a>),
    /// It says nothing; the first `mapped` steps are maps of it.
    Absent { mapped: usize },
    /// It puts a whole map at one of the first `mapped` steps, in which the path is not.
    Replaced { mapped: usize },
    /// It changes another item of the list that the path goes into.
    ListTouched,
    /// What it has after `at` steps is no map or list with the rest of the path.
    Blocked { at: usize },
}

/// What a layer sets.
pub(crate) enum Setting<'a> {
    Node(Found<'a>),
    Json(Value),
}

/// A node with the key before it.
pub(crate) struct Found<'a> {
    /// The node as written.
    pub(crate) value: NodeRef<'a>,
    /// Its key; `None` for an item of a list.
    pub(crate) key: Option<Span>,
}

impl Setting<'_> {
    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Self::Node(found) => found.value.bool(),
            Self::Json(value) => value.as_bool(),
        }
    }
}

impl Outcome<'_> {
    /// The same for a path that is longer by `by` steps before those looked at.
    pub(crate) fn shifted(self, by: isize) -> Self {
        let moved = |steps: usize| steps.saturating_add_signed(by);
        match self {
            Self::Absent { mapped } => Self::Absent { mapped: moved(mapped) },
            Self::Replaced { mapped } => Self::Replaced { mapped: moved(mapped) },
            Self::Blocked { at } => Self::Blocked { at: moved(at) },
            other => other,
        }
    }
}

/// Follows a path through a file. A list is whole in one layer, so that its items are there or nowhere.
pub(crate) fn in_document<'a>(document: &'a Document, path: &[Step]) -> Outcome<'a> {
    let Some(root) = document.root().filter(|root| root.kind() == NodeKind::Mapping) else {
        return Outcome::Absent { mapped: 0 };
    };
    let mut found = Found { value: root, key: None };
    let mut in_list = false;
    for (at, step) in path.iter().enumerate() {
        let node = found.value;
        let next = match step {
            Step::Key(key) if node.kind() == NodeKind::Mapping => {
                node.entry(key).map(|entry| Found { value: entry.value(), key: Some(entry.key_span()) })
            }
            Step::Index(index) if node.kind() == NodeKind::Sequence => {
                in_list = true;
                node.items().nth(*index).map(|value| Found { value, key: None })
            }
            _ => return Outcome::Blocked { at },
        };
        found = match next {
            Some(next) => next,
            None if in_list => return Outcome::Blocked { at },
            None => return Outcome::Absent { mapped: at },
        };
    }
    Outcome::Set(Setting::Node(found))
}

/// Follows a path through a value of the command line.
pub(crate) fn in_assignment<'a>(set: &Assignment, path: &[Step]) -> Outcome<'a> {
    let shared = set.path.iter().zip(path).take_while(|(one, other)| one == other).count();
    if shared == path.len() {
        let value = if shared == set.path.len() { set.value.clone() } else { Value::Object(serde_json::Map::new()) };
        return Outcome::Set(Setting::Json(value));
    }
    if shared < set.path.len() {
        let both = set.path.iter().zip(path).take(shared + 1);
        let in_list = both.into_iter().any(|pair| matches!(pair, (Step::Index(_), Step::Index(_))));
        return if in_list { Outcome::ListTouched } else { Outcome::Absent { mapped: shared } };
    }
    let mut value = &set.value;
    for (at, step) in path.iter().enumerate().skip(shared) {
        let next = match (step, value) {
            (Step::Key(key), Value::Object(entries)) => match entries.get(key) {
                Some(next) => next,
                None => return Outcome::Replaced { mapped: at },
            },
            (Step::Index(index), Value::Array(items)) if items.len() > *index => items.get(*index).unwrap_or(value),
            _ => return Outcome::Blocked { at },
        };
        value = next;
    }
    Outcome::Set(Setting::Json(value.clone()))
}

/// The key of the deepest ancestor of a path that is written in a file itself, not in what it merges, or the file's
/// first key.
pub(crate) fn nearest_key(document: &Document, path: &[Step]) -> Option<(SourceId, Span)> {
    let mut node = document.root()?;
    let mut span = node.entries().next().map(|entry| entry.key_span());
    for step in path {
        let (Step::Key(key), false) = (step, node.is_alias()) else { break };
        let own = node.span().range();
        let Some(entry) = node.entry(key).filter(|entry| own.contains(&(entry.key_span().start as usize))) else {
            break;
        };
        span = Some(entry.key_span());
        node = entry.value();
    }
    Some((document.source(), span?))
}

/// All paths of a file that lead to a node, through anchors and merges as well. An alias that stands for it counts, and
/// so does the node's own place.
pub(crate) fn same_node(document: &Document, node: NodeRef<'_>) -> Vec<Vec<Step>> {
    // Files with more are not written by hand, and the work must end.
    const LARGEST: usize = 100_000;
    let mut found = Vec::new();
    let mut pending: Vec<(Vec<Step>, NodeRef<'_>)> =
        document.root().map(|root| (Vec::new(), root)).into_iter().collect();
    let mut looked_at = 0;
    while let Some((path, here)) = pending.pop() {
        looked_at += 1;
        if looked_at > LARGEST {
            return Vec::new();
        }
        if here.id() == node.id() || here.target().id() == node.id() {
            found.push(path.clone());
        }
        let extended = |step: Step| path.iter().cloned().chain([step]).collect::<Vec<_>>();
        pending.extend(here.entries().map(|entry| (extended(Step::Key(entry.key().into_owned())), entry.value())));
        pending.extend(here.items().enumerate().map(|(index, item)| (extended(Step::Index(index)), item)));
    }
    found
}
