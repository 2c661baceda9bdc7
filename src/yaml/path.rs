//! Dotted paths: `spec.metrics[0].resource.name`, `metadata.labels["app.kubernetes.io/name"]`.

use super::scalar::Scalar;
use super::tree::{Kind, Tree};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Appends a key to a path. Keys that would be ambiguous are written `["a.b"]`.
pub fn push_key(path: &mut String, key: &str) {
    if key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) {
        path.push_str("[\"");
        for character in key.chars() {
            if matches!(character, '"' | '\\') {
                path.push('\\');
            }
            path.push(character);
        }
        path.push_str("\"]");
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// Appends an index to a path.
pub fn push_index(path: &mut String, index: usize) {
    // Writing to a `String` does not fail.
    let _ = write!(path, "[{index}]");
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment<'p> {
    Key(Cow<'p, str>),
    Index(usize),
}

/// Reads a path step by step; ends early at the first step that is not well formed, with `None` inside.
pub(super) fn segments(path: &str) -> Segments<'_> {
    Segments { rest: path, is_first: true }
}

pub(super) struct Segments<'p> {
    rest: &'p str,
    is_first: bool,
}

impl<'p> Iterator for Segments<'p> {
    type Item = Option<Segment<'p>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let segment = self.step();
        if segment.is_none() {
            self.rest = "";
        }
        self.is_first = false;
        Some(segment)
    }
}

impl<'p> Segments<'p> {
    fn step(&mut self) -> Option<Segment<'p>> {
        if let Some(rest) = self.rest.strip_prefix("[\"") {
            return self.quoted(rest);
        }
        if let Some(rest) = self.rest.strip_prefix('[') {
            let (digits, rest) = rest.split_once(']')?;
            self.rest = rest;
            return digits.parse().ok().map(Segment::Index);
        }
        let rest = if self.is_first { self.rest } else { self.rest.strip_prefix('.')? };
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, rest) = rest.split_at(end);
        self.rest = rest;
        (!key.is_empty()).then_some(Segment::Key(Cow::Borrowed(key)))
    }

    fn quoted(&mut self, rest: &'p str) -> Option<Segment<'p>> {
        let mut key = String::new();
        let mut characters = rest.char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => key.push(characters.next()?.1),
                '"' => {
                    self.rest = rest.get(offset + 1..)?.strip_prefix(']')?;
                    return Some(Segment::Key(Cow::Owned(key)));
                }
                other => key.push(other),
            }
        }
        None
    }
}

/// The written path of a node, found by descending from the root; a key has the path of its entry.
/// Paths are cut at four KiB, so that reports on hostile nesting stay short.
pub(super) fn path_of(tree: &Tree, text: &str, target: u32) -> String {
    const LONGEST: usize = 4096;
    let mut path = String::new();
    let mut here = 0;
    while here != target && path.len() < LONGEST {
        let child = match tree.node(here).kind {
            Kind::Mapping => {
                tree.written_entries(here).find(|(_, value)| tree.node(*value).next > target).map(|(key, value)| {
                    let name = if tree.is_merge_key(text, key) {
                        Some(Cow::Borrowed("<<"))
                    } else {
                        tree.scalar(text, tree.follow(key)).ok().and_then(Scalar::into_key)
                    };
                    push_key(&mut path, &name.unwrap_or(Cow::Borrowed("?")));
                    // A key that is a collection has no path of its own.
                    if target < value { target } else { value }
                })
            }
            Kind::Sequence => {
                tree.items(here).enumerate().find(|(_, item)| tree.node(*item).next > target).map(|(index, item)| {
                    push_index(&mut path, index);
                    item
                })
            }
            Kind::Scalar | Kind::Alias => None,
        };
        let Some(child) = child else { break };
        here = child;
    }
    path
}

/// The path one step up: `a.b[0].c` → `a.b[0]` → `a.b` → `a`; `a["x.y"]` → `a`.
#[must_use]
pub fn parent_path(path: &str) -> Option<&str> {
    let cut = if path.ends_with("\"]") { path.rfind("[\"") } else { path.rfind(['.', '[']) };
    path.get(..cut?).filter(|parent| !parent.is_empty())
}
