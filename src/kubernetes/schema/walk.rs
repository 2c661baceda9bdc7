//! Tree and schema walked together. The depth is that of the schema, which has no type that contains itself.

use super::nearest::{Closeness, closeness};
use super::scalar::{mismatch, noun};
use super::table::{Shape, Table, Type};
use super::{SchemaProblem, SchemaProblemKind};
use crate::text::Span;
use crate::yaml::{Entry, NodeKind, NodeRef, push_index, push_key};

/// Longest message.
const MESSAGE: usize = 100;
/// How deep below a misplaced field its right place is looked for.
const LEVELS_DOWN: usize = 3;

pub(super) fn walk(table: &Table, object: &Type, kind: &str, root: NodeRef<'_>) -> Vec<SchemaProblem> {
    if root.kind() != NodeKind::Mapping {
        return Vec::new();
    }
    let key_span = root.entry("kind").map(|entry| entry.key_span());
    let mut walk = Walk { table, kind, path: String::new(), above: Vec::new(), unknown_fields: 0, found: Vec::new() };
    walk.object(object, root, key_span);
    walk.found
}

/// Unknown fields of one object that get a suggestion.
const MOST_SUGGESTIONS: usize = 20;

struct Walk<'a> {
    table: &'a Table,
    kind: &'a str,
    /// Of the node that is looked at.
    path: String,
    /// The objects around it, from the root.
    above: Vec<Above<'a>>,
    /// How many unknown fields were seen.
    unknown_fields: usize,
    found: Vec<SchemaProblem>,
}

struct Above<'a> {
    object: &'a Type,
    node: NodeRef<'a>,
    path_length: usize,
}

impl<'a> Walk<'a> {
    fn value(&mut self, shape: &'a Shape, node: NodeRef<'a>, key_span: Option<Span>) {
        // Null is the same as absent.
        if node.is_null() {
            return;
        }
        if let Some(mismatch) = mismatch(shape, node) {
            let message = about(&self.path, &format!("{}, ", mismatch.found), &format!(" {}", mismatch.takes));
            let (help, label) = (mismatch.help, mismatch.label);
            self.report(SchemaProblemKind::Type, node, None, message, help, label);
            return;
        }
        match shape {
            Shape::List(item) => {
                for (index, node) in node.items().enumerate() {
                    self.below(|path| push_index(path, index), |walk| walk.item(item, node));
                }
            }
            Shape::Map(value) => {
                for entry in node.entries() {
                    let key_span = Some(entry.key_span());
                    self.below(|path| push_key(path, &entry.key()), |walk| walk.value(value, entry.value(), key_span));
                }
            }
            Shape::Object(_) => {
                if let Some(object) = self.table.object(shape) {
                    self.object(object, node, key_span);
                }
            }
            _ => {}
        }
    }

    fn item(&mut self, shape: &'a Shape, node: NodeRef<'a>) {
        match self.table.object(shape) {
            // Decoded as an object without fields.
            Some(object) if node.is_null() => self.object(object, node, None),
            _ => self.value(shape, node, node.entries().next().map(|first| first.key_span())),
        }
    }

    fn object(&mut self, object: &'a Type, node: NodeRef<'a>, key_span: Option<Span>) {
        self.above.push(Above { object, node, path_length: self.path.len() });
        for entry in node.entries() {
            let key = entry.key();
            match object.field(&key) {
                Some(field) => {
                    let key_span = Some(entry.key_span());
                    self.below(|path| push_key(path, &key), |walk| walk.value(&field.shape, entry.value(), key_span));
                }
                // `$patch` and its like speak to a strategic merge, `{{` and `${` to a template.
                None if key.starts_with('$') || key.contains("{{") || key.contains("${") => {}
                None => self.unknown(object, node, &entry),
            }
        }
        for field in object.fields.iter().filter(|field| field.required) {
            let entry = node.entry(field.name);
            if entry.as_ref().is_some_and(|entry| !entry.value().is_null()) {
                continue;
            }
            self.below(
                |path| push_key(path, field.name),
                |walk| {
                    let help = Some(format!("set `{}` to {}", field.name, noun(&field.shape)));
                    let (at, key_span, is, what) = match &entry {
                        Some(entry) => {
                            (entry.value(), Some(entry.key_span()), " is null and is required", "has no value")
                        }
                        None => (node, key_span, " is required", "is missing here"),
                    };
                    let message = about(&walk.path, "", is);
                    let label = format!("`{}` {what}", field.name);
                    walk.report(SchemaProblemKind::RequiredField, at, key_span, message, help, label);
                },
            );
        }
        self.above.pop();
    }

    fn unknown(&mut self, object: &'a Type, parent: NodeRef<'a>, entry: &Entry<'_>) {
        let key = entry.key();
        // A suggestion looks through the whole object: a hundred of them help nobody and cost quadratic time.
        self.unknown_fields += 1;
        let help = if self.unknown_fields <= MOST_SUGGESTIONS { self.meant(object, parent, &key) } else { None };
        let kind = self.kind;
        self.below(
            |path| push_key(path, &key),
            |walk| {
                let message = about(&walk.path, "", &format!(" is not a field of {kind}"));
                let label = "no such field here".to_owned();
                walk.report(
                    SchemaProblemKind::UnknownField,
                    entry.value(),
                    Some(entry.key_span()),
                    message,
                    help,
                    label,
                );
            },
        );
    }

    /// What was likely meant by the unknown `key`: a name like it, or the same name elsewhere.
    fn meant(&self, object: &Type, parent: NodeRef<'_>, key: &str) -> Option<String> {
        let rename = object
            .fields
            .iter()
            .filter_map(|field| Some((closeness(key, field.name)?, field)))
            .min_by_key(|(close, field)| (*close, parent.get(field.name).is_some(), field.deprecated, field.name));
        let rename = rename.map(|(close, field)| {
            let is_set = parent.get(field.name).is_some();
            let verb = if is_set { "remove it, or merge it into" } else { "rename it to" };
            (close, format!("{verb} `{}`", field.name))
        });
        match rename {
            Some((Closeness::Spelling | Closeness::Letters(1), help)) => Some(help),
            rename => self.moved(object, parent, key).or(rename.map(|(_, help)| help)),
        }
    }

    fn moved(&self, object: &Type, parent: NodeRef<'_>, key: &str) -> Option<String> {
        let lacks = |above: &&Above<'_>| above.object.field(key).is_some() && above.node.get(key).is_none();
        if let Some(up) = self.above.iter().rev().skip(1).find(lacks) {
            let mut path = self.path.get(..up.path_length)?.to_owned();
            push_key(&mut path, key);
            return Some(format!("move it up to `{path}`"));
        }
        let mut places = Vec::new();
        for level in 1..=LEVELS_DOWN {
            self.places(object, Some(parent), key, level, &self.path, &mut places);
            if !places.is_empty() {
                break;
            }
        }
        // Where several places take the name, the document decides.
        if places.len() > 1 {
            places.retain(|(_, is_present)| *is_present);
        }
        match places.as_slice() {
            [(path, _)] => Some(format!("move it to `{path}`")),
            _ => None,
        }
    }

    /// The places exactly `level` levels below an object that have a field `key`, and whether the document has the
    /// object that would hold it.
    fn places(
        &self,
        object: &Type,
        node: Option<NodeRef<'_>>,
        key: &str,
        level: usize,
        path: &str,
        places: &mut Vec<(String, bool)>,
    ) {
        if level == 0 {
            if object.field(key).is_some() {
                let mut path = path.to_owned();
                push_key(&mut path, key);
                places.push((path, node.is_some()));
            }
            return;
        }
        for field in &object.fields {
            let mut path = path.to_owned();
            push_key(&mut path, field.name);
            let node = node.and_then(|node| node.get(field.name)).filter(|node| !node.is_null());
            let (shape, node) = match &field.shape {
                Shape::List(item) => {
                    push_index(&mut path, 0);
                    (item.as_ref(), node.and_then(|node| node.items().next()))
                }
                shape => (shape, node),
            };
            if let Some(object) = self.table.object(shape) {
                self.places(object, node, key, level - 1, &path, places);
            }
        }
    }

    fn below(&mut self, push: impl FnOnce(&mut String), then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        push(&mut self.path);
        then(self);
        self.path.truncate(length);
    }

    fn report(
        &mut self,
        kind: SchemaProblemKind,
        node: NodeRef<'_>,
        key_span: Option<Span>,
        message: String,
        help: Option<String>,
        label: String,
    ) {
        let (path, node) = (self.path.clone(), node.id());
        self.found.push(SchemaProblem { kind, path, node, key_span, message, help, label });
    }
}

/// A message about the field at `path`, of which it shows as much as there is room for.
fn about(path: &str, before: &str, after: &str) -> String {
    let room = MESSAGE.saturating_sub(before.chars().count() + after.chars().count() + 2);
    format!("{before}`{}`{after}", tail(path, room))
}

/// The end of a path that fits: whole segments, the last one in any case.
fn tail(path: &str, room: usize) -> &str {
    let cuts = path.match_indices('.').filter_map(|(at, _)| path.get(at + 1..));
    // A dot inside `["a.b"]` is not between segments.
    let is_whole = |tail: &&str| tail.matches("[\"").count() == tail.matches("\"]").count();
    let mut tails = std::iter::once(path).chain(cuts.filter(is_whole));
    tails.clone().find(|tail| tail.chars().count() <= room).or_else(|| tails.next_back()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_are_shown_by_their_end() {
        assert_eq!(tail("spec.replicas", 44), "spec.replicas");
        assert_eq!(
            tail("spec.jobTemplate.spec.template.spec.containers[0].env[1].name", 43),
            "template.spec.containers[0].env[1].name"
        );
        let label = "spec.template.metadata.labels[\"app.kubernetes.io/a-long-name-of-a-label\"]";
        assert_eq!(tail(label, 52), "labels[\"app.kubernetes.io/a-long-name-of-a-label\"]");
        assert_eq!(tail(label, 9), "labels[\"app.kubernetes.io/a-long-name-of-a-label\"]");
    }
}
