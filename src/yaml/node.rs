//! Views of nodes: what rules and models read. Every accessor follows an alias first, except `id` and `span`.

use super::document::Document;
use super::path::{self, Segment};
use super::scalar::Scalar;
use super::tree::{Kind, NodeId, Style, Tag, TreeItems, WrittenEntries};
use super::{embedded, json};
use crate::text::Span;
use std::borrow::Cow;
use std::ops::Range;

/// One node of a document.
#[derive(Debug, Clone, Copy)]
pub struct NodeRef<'t> {
    pub(super) document: &'t Document,
    pub(super) id: u32,
}

/// The three shapes of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A value without children.
    Scalar,
    /// Keys with values.
    Mapping,
    /// A list.
    Sequence,
}

impl<'t> NodeRef<'t> {
    pub(super) fn new(document: &'t Document, id: u32) -> Self {
        Self { document, id }
    }

    /// Names the node as written at this place.
    #[must_use]
    pub fn id(self) -> NodeId {
        NodeId(self.id)
    }

    /// The document of the node.
    #[must_use]
    pub fn document(self) -> &'t Document {
        self.document
    }

    /// The node that an alias stands for, or the node itself.
    #[must_use]
    pub fn target(self) -> Self {
        Self { document: self.document, id: self.document.tree.follow(self.id) }
    }

    /// The shape.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        match self.raw_node().kind {
            Kind::Mapping => NodeKind::Mapping,
            Kind::Sequence => NodeKind::Sequence,
            Kind::Scalar | Kind::Alias => NodeKind::Scalar,
        }
    }

    /// The place of the node as written here: for an alias the `*name`, for a block collection up to its last
    /// content, for a block scalar from its `|` or `>`, for an implicit null the empty span after its `:` or `-`.
    /// Anchors and tags are not part of it.
    #[must_use]
    pub fn span(self) -> Span {
        self.document.tree.node(self.id).span()
    }

    /// The place of the node that an alias stands for.
    #[must_use]
    pub fn target_span(self) -> Span {
        self.raw_node().span()
    }

    /// True for an alias.
    #[must_use]
    pub fn is_alias(self) -> bool {
        self.document.tree.node(self.id).kind == Kind::Alias
    }

    /// True for a scalar in quotes.
    #[must_use]
    pub fn is_quoted(self) -> bool {
        matches!(self.raw_node().style, Style::SingleQuoted | Style::DoubleQuoted)
    }

    /// True for a `|` or `>` scalar.
    #[must_use]
    pub fn is_block_scalar(self) -> bool {
        matches!(self.raw_node().style, Style::Literal | Style::Folded)
    }

    /// True for a collection in brackets or braces.
    #[must_use]
    pub fn is_flow(self) -> bool {
        self.raw_node().style == Style::Flow
    }

    /// The source at [`Self::target_span`].
    #[must_use]
    pub fn raw(self) -> &'t str {
        self.document.text.get(self.target_span().range()).unwrap_or("")
    }

    /// The resolved scalar; `None` for collections. A scalar that does not fit its tag counts as text.
    #[must_use]
    pub fn scalar(self) -> Option<Scalar<'t>> {
        let target = self.target();
        if self.raw_node().kind != Kind::Scalar {
            return None;
        }
        let resolved = self.document.tree.scalar(&self.document.text, target.id);
        Some(resolved.unwrap_or_else(|_| Scalar::Str(Cow::Borrowed(target.content()))))
    }

    /// True for a null of any spelling.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.scalar(), Some(Scalar::Null))
    }

    /// The text of a scalar that resolves to text.
    #[must_use]
    pub fn str(self) -> Option<Cow<'t, str>> {
        match self.scalar()? {
            Scalar::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The content of a scalar, whatever it resolves to; `None` for null and for collections.
    #[must_use]
    pub fn text(self) -> Option<Cow<'t, str>> {
        match self.scalar()? {
            Scalar::Null => None,
            Scalar::Str(text) => Some(text),
            _ => Some(Cow::Borrowed(self.target().content())),
        }
    }

    /// A whole number, also when written `3.0` or `1e1`.
    #[must_use]
    pub fn int(self) -> Option<i64> {
        self.scalar()?.as_int()
    }

    /// A boolean of any spelling.
    #[must_use]
    pub fn bool(self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The entries that reach the cluster: of equal keys the last, merge keys applied in Kubernetes' order, keys that
    /// no JSON object can have left out. Empty for other shapes.
    #[must_use]
    pub fn entries(self) -> Entries<'t> {
        let tree = &self.document.tree;
        let id = tree.follow(self.id);
        let inner = match tree.effective_entries(id) {
            Some(effective) => Inner::Effective(effective.iter()),
            None => Inner::Written(tree.written_entries(id)),
        };
        Entries { document: self.document, inner }
    }

    /// The items of a sequence. Empty for other shapes.
    #[must_use]
    pub fn items(self) -> Items<'t> {
        let tree = &self.document.tree;
        Items { document: self.document, items: tree.items(tree.follow(self.id)) }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value())
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        self.entries().find(|entry| entry.key() == key)
    }

    /// The node at a dotted path such as `spec.metrics[0].resource.name` or
    /// `metadata.labels["app.kubernetes.io/name"]`; the node itself for an empty path.
    #[must_use]
    pub fn at(self, path: &str) -> Option<Self> {
        let mut node = self;
        for segment in path::segments(path) {
            node = match segment? {
                Segment::Key(key) => node.get(&key)?,
                Segment::Index(index) => node.items().nth(index)?,
            };
        }
        Some(node)
    }

    /// The entry at a dotted path whose last step is a key.
    #[must_use]
    pub fn entry_at(self, path: &str) -> Option<Entry<'t>> {
        let mut node = self;
        let mut entry = None;
        for segment in path::segments(path) {
            (node, entry) = match segment? {
                Segment::Key(key) => {
                    let found = node.entry(&key)?;
                    (found.value(), Some(found))
                }
                Segment::Index(index) => (node.items().nth(index)?, None),
            };
        }
        entry
    }

    /// The source place of a range of the content of a scalar, such as a value inside an embedded YAML text.
    /// The whole scalar where the range has no exact place.
    #[must_use]
    pub fn inner_span(self, inner: Range<usize>) -> Span {
        embedded::inner_span(self.target(), inner)
    }

    /// What kubectl would send. Levels below the thousandth become null, so that the value can be dropped safely.
    #[must_use]
    pub fn to_json(self) -> serde_json::Value {
        json::to_json(self)
    }

    pub(super) fn content(self) -> &'t str {
        self.document.tree.content(&self.document.text, self.document.tree.follow(self.id))
    }

    pub(super) fn style(self) -> Style {
        self.raw_node().style
    }

    fn raw_node(self) -> &'t super::tree::Node {
        self.document.tree.node(self.document.tree.follow(self.id))
    }

    /// The resolved key that this node stands for in key position; `None` for those that sigs.k8s.io/yaml refuses.
    fn as_key(self) -> Option<Cow<'t, str>> {
        let node = self.raw_node();
        // Nearly all keys are untagged words that resolve to themselves.
        if node.tag == Tag::None && node.style != Style::Plain && node.kind == Kind::Scalar {
            return Some(Cow::Borrowed(self.content()));
        }
        self.scalar()?.into_key()
    }
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry<'t> {
    key: NodeRef<'t>,
    text: Cow<'t, str>,
    value: NodeRef<'t>,
}

impl<'t> Entry<'t> {
    /// The key as JSON has it: `y` is "true", `010` is "8".
    #[must_use]
    pub fn key(&self) -> Cow<'t, str> {
        self.text.clone()
    }

    /// The place of the key; for a merged entry in the map that was merged.
    #[must_use]
    pub fn key_span(&self) -> Span {
        self.key.span()
    }

    /// The key as a node.
    #[must_use]
    pub fn key_node(&self) -> NodeRef<'t> {
        self.key
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> NodeRef<'t> {
        self.value
    }
}

/// Iterates over the effective entries of a mapping.
#[derive(Clone)]
pub struct Entries<'t> {
    document: &'t Document,
    inner: Inner<'t>,
}

#[derive(Clone)]
enum Inner<'t> {
    Written(WrittenEntries<'t>),
    Effective(std::slice::Iter<'t, (u32, u32)>),
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        loop {
            let (key, value) = match &mut self.inner {
                Inner::Written(entries) => entries.next()?,
                Inner::Effective(entries) => *entries.next()?,
            };
            let key = NodeRef::new(self.document, key);
            if let Some(text) = key.as_key() {
                return Some(Entry { key, text, value: NodeRef::new(self.document, value) });
            }
        }
    }
}

/// Iterates over the items of a sequence.
#[derive(Clone)]
pub struct Items<'t> {
    document: &'t Document,
    items: TreeItems<'t>,
}

impl<'t> Iterator for Items<'t> {
    type Item = NodeRef<'t>;

    fn next(&mut self) -> Option<NodeRef<'t>> {
        self.items.next().map(|id| NodeRef::new(self.document, id))
    }
}
