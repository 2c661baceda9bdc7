//! What validators read and write: a field with its path, and the list of what is rejected.

use super::{Grammar, Invalid, shown};
use crate::kubernetes::placeholder::is_placeholder;
use crate::yaml::{NodeKind, NodeRef, push_index, push_key};
use std::borrow::Cow;

/// What fits a line of a report.
const MESSAGE: usize = 100;

/// A rejected field, and the field that it contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// What is rejected.
    pub invalid: Invalid,
    /// Path of the field that decides that it is, with a few words on it.
    pub other: Option<(String, String)>,
}

/// A field that is present and not null.
#[derive(Debug, Clone)]
pub(super) struct Field<'t> {
    pub(super) node: NodeRef<'t>,
    pub(super) path: String,
}

impl<'t> Field<'t> {
    pub(super) fn root(node: NodeRef<'t>) -> Self {
        Self { node, path: String::new() }
    }

    /// Path of a child, present or not.
    pub(super) fn path_of(&self, key: &str) -> String {
        let mut path = self.path.clone();
        push_key(&mut path, key);
        path
    }

    /// A child, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        Some(Self { node, path: self.path_of(key) })
    }

    /// The descendant at a dotted path of keys without dots.
    pub(super) fn at(&self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self.clone(), |field, key| field.get(key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|node| !node.is_null())
    }

    /// The items of a list, null ones included.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'t> {
        let path = self.path.clone();
        self.node.items().enumerate().map(move |(index, node)| {
            let mut path = path.clone();
            push_index(&mut path, index);
            Self { node, path }
        })
    }

    /// The items of a child list.
    pub(super) fn list(&self, key: &str) -> impl Iterator<Item = Self> + use<'t> {
        self.get(key).into_iter().flat_map(|list| list.items())
    }

    /// The entries of a map, null ones left out.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Cow<'t, str>, Self)> {
        self.node.entries().filter(|entry| !entry.value().is_null()).map(|entry| {
            let key = entry.key();
            let path = self.path_of(&key);
            (key, Self { node: entry.value(), path })
        })
    }

    /// The text; `None` for other types, and where something else fills it in later.
    pub(super) fn str(&self) -> Option<Cow<'t, str>> {
        self.node.str().filter(|text| !is_placeholder(text))
    }

    /// The text of a child, see [`Self::str`].
    pub(super) fn text(&self, key: &str) -> Option<Cow<'t, str>> {
        self.get(key)?.str()
    }

    pub(super) fn int(&self, key: &str) -> Option<i64> {
        self.get(key)?.node.int()
    }

    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        self.get(key)?.node.bool()
    }

    /// True for a child that is absent, null or the empty string.
    pub(super) fn lacks(&self, key: &str) -> bool {
        self.get(key).is_none_or(|field| field.node.str().is_some_and(|text| text.is_empty()))
    }

    pub(super) fn is_map(&self) -> bool {
        self.node.kind() == NodeKind::Mapping
    }
}

/// Collects what is rejected.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) list: Vec<Rejected>,
}

impl Found {
    pub(super) fn push(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Self {
        let invalid = Invalid { path: path.into(), message: message.into(), help: help.into() };
        self.list.push(Rejected { invalid, other: None });
        self
    }

    /// Names the field that decides the last rejection.
    pub(super) fn against(&mut self, path: impl Into<String>, words: impl Into<String>) {
        if let Some(last) = self.list.last_mut() {
            last.other = Some((path.into(), words.into()));
        }
    }

    pub(super) fn extend(&mut self, invalid: Vec<Invalid>) {
        self.list.extend(invalid.into_iter().map(|invalid| Rejected { invalid, other: None }));
    }

    /// A text that has to be one of a few. The empty text counts as absent: nearly all such fields have a default.
    pub(super) fn one_of(&mut self, parent: &Field<'_>, key: &str, accepted: &[&str]) {
        let Some(field) = parent.get(key) else { return };
        let Some(text) = field.str().filter(|text| !text.is_empty()) else { return };
        if accepted.contains(&text.as_ref()) {
            return;
        }
        let same = accepted.iter().find(|other| other.eq_ignore_ascii_case(&text));
        let help = match same {
            Some(same) => format!("write `{same}`: case counts"),
            None => format!("set it to {}", alternatives(accepted)),
        };
        let text = shown(&text);
        let mut message = format!("`{key}: {text}` is none of {}", quoted(accepted));
        if message.chars().count() > MESSAGE {
            message = format!("`{key}: {text}` is no value that `{key}` takes");
        }
        self.push(field.path, message, help);
    }

    /// A whole number of `least` or more.
    pub(super) fn at_least(&mut self, parent: &Field<'_>, key: &str, least: i64) {
        let Some(value) = parent.int(key).filter(|value| *value < least) else { return };
        self.push(
            parent.path_of(key),
            format!("`{key}: {value}` is below {least}"),
            format!("set it to {least} or more, or remove it"),
        );
    }

    /// A whole number within a range.
    pub(super) fn within(&mut self, parent: &Field<'_>, key: &str, least: i64, most: i64) {
        let Some(value) = parent.int(key).filter(|value| !(least..=most).contains(value)) else { return };
        self.push(
            parent.path_of(key),
            format!("`{key}: {value}` is outside {least} to {most}"),
            format!("set it to a number from {least} to {most}"),
        );
    }

    /// A text of a grammar; the empty text is left out.
    pub(super) fn grammar(&mut self, field: &Field<'_>, grammar: Grammar, what: &str) {
        let Some(text) = field.str().filter(|text| !text.is_empty()) else { return };
        let Some(fault) = grammar.fault(&text) else { return };
        let help = match grammar.nearest(&text) {
            Some(nearest) => format!("write `{}`: it takes {}", shown(&nearest), grammar.words()),
            None => format!("write {}", grammar.words()),
        };
        self.push(field.path.clone(), format!("{what} `{}` {fault}", shown(&text)), help);
    }

    /// The name of an object.
    pub(super) fn subdomain(&mut self, parent: &Field<'_>, key: &str) {
        if let Some(field) = parent.get(key) {
            self.grammar(&field, Grammar::Subdomain, &format!("`{key}`"));
        }
    }
}

/// `a`, `b` and `c`.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `a`, `b` or `c`.
fn alternatives(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [head @ .., last] => format!("{} or `{last}`", quoted(head)),
    }
}
