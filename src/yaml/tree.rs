//! The arena of one document: nodes in pre-order, 20 bytes each, with the texts that are no slice of the source.

use super::scalar::{self, Mismatch, Scalar};
use crate::text::Span;

/// Names one node of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// Marks an unused `Node::data`.
pub(super) const NONE: u32 = u32::MAX;

/// What a node is in the arena; an alias is a node of its own and keeps its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Mapping,
    Sequence,
    Alias,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Block,
    Flow,
}

/// The tags that go-yaml gives a meaning to; all others make a string of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    Str,
    Bool,
    Int,
    Float,
    Null,
    Timestamp,
    Binary,
    Merge,
    Other,
}

/// One node. Children follow their parent; `next` is the index after the whole subtree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) next: u32,
    /// Scalar: index of its owned text. Alias: its target. Mapping: index of its effective entries. Else [`NONE`].
    pub(super) data: u32,
    pub(super) kind: Kind,
    pub(super) style: Style,
    pub(super) tag: Tag,
    /// True in key position of a mapping.
    pub(super) is_key: bool,
}

/// Stands in for an id that the arena does not have, so that no lookup can panic.
const NULL: Node = Node {
    start: 0,
    end: 0,
    next: NONE,
    data: NONE,
    kind: Kind::Scalar,
    style: Style::Plain,
    tag: Tag::Null,
    is_key: false,
};

impl Node {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// The nodes of one document.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// All texts that are no slice of the source, one after the other.
    pub(super) owned: String,
    pub(super) owned_ranges: Vec<(u32, u32)>,
    /// Key and value of effective entries, for mappings with duplicate or merge keys.
    pub(super) effective: Vec<(u32, u32)>,
    pub(super) effective_ranges: Vec<(u32, u32)>,
}

impl Tree {
    pub(super) fn node(&self, id: u32) -> &Node {
        self.nodes.get(id as usize).unwrap_or(&NULL)
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(NONE)
    }

    /// The node itself, or the target of an alias. A target is never an alias.
    pub(super) fn follow(&self, id: u32) -> u32 {
        let node = self.node(id);
        if node.kind == Kind::Alias { node.data } else { id }
    }

    /// Scalar content after unescaping and folding; empty for collections.
    pub(super) fn content<'t>(&'t self, text: &'t str, id: u32) -> &'t str {
        let node = self.node(id);
        if node.kind != Kind::Scalar {
            return "";
        }
        if let Some((start, end)) = self.owned_ranges.get(node.data as usize) {
            return self.owned.get(*start as usize..*end as usize).unwrap_or("");
        }
        text.get(slice_of_source(node)).unwrap_or("")
    }

    /// The value of the scalar `id`, which must not be an alias.
    pub(super) fn scalar<'t>(&'t self, text: &'t str, id: u32) -> Result<Scalar<'t>, Mismatch> {
        let node = self.node(id);
        scalar::resolve(node.tag, node.style == Style::Plain, self.content(text, id))
    }

    /// True for a plain `<<` key, or one with the merge tag; a quoted "<<" is an ordinary key.
    pub(super) fn is_merge_key(&self, text: &str, id: u32) -> bool {
        let node = self.node(id);
        let merges = match node.tag {
            Tag::None => node.style == Style::Plain,
            Tag::Merge => true,
            _ => false,
        };
        node.kind == Kind::Scalar && merges && self.content(text, id) == "<<"
    }

    /// The written entries of a mapping, in source order, as ids of key and value.
    pub(super) fn written_entries(&self, mapping: u32) -> WrittenEntries<'_> {
        let node = self.node(mapping);
        let end = if node.kind == Kind::Mapping { node.next } else { mapping };
        WrittenEntries { tree: self, next: mapping.saturating_add(1), end }
    }

    /// The items of a sequence, in source order.
    pub(super) fn items(&self, sequence: u32) -> TreeItems<'_> {
        let node = self.node(sequence);
        let end = if node.kind == Kind::Sequence { node.next } else { sequence };
        TreeItems { tree: self, next: sequence.saturating_add(1), end }
    }

    /// The effective entries of a mapping that has duplicate or merge keys; `None` where the written ones are.
    pub(super) fn effective_entries(&self, mapping: u32) -> Option<&[(u32, u32)]> {
        let node = self.node(mapping);
        if node.kind != Kind::Mapping {
            return None;
        }
        let (start, end) = self.effective_ranges.get(node.data as usize)?;
        self.effective.get(*start as usize..*end as usize)
    }
}

/// Where the content of a scalar stands in the source if it is a slice of it.
pub(super) fn slice_of_source(node: &Node) -> std::ops::Range<usize> {
    let quotes = u32::from(matches!(node.style, Style::SingleQuoted | Style::DoubleQuoted));
    let start = node.start + quotes;
    start as usize..node.end.saturating_sub(quotes).max(start) as usize
}

/// Iterates over written entries.
#[derive(Clone)]
pub(super) struct WrittenEntries<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl Iterator for WrittenEntries<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        if self.next >= self.end {
            return None;
        }
        let key = self.next;
        let value = self.tree.node(key).next;
        self.next = self.tree.node(value).next;
        Some((key, value))
    }
}

/// Iterates over the items of a sequence.
#[derive(Clone)]
pub(super) struct TreeItems<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl Iterator for TreeItems<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.next >= self.end {
            return None;
        }
        let item = self.next;
        self.next = self.tree.node(item).next;
        Some(item)
    }
}
