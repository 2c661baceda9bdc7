//! One parsed document with what is wrong with it.

use super::node::NodeRef;
use super::path;
use super::tree::{NodeId, Tree};
use crate::text::{SourceId, Span};
use std::sync::Arc;

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No YAML to go-yaml: kubectl refuses the document. The document has no root.
    Syntax,
    /// A key that occurs twice with different values; the last one wins silently.
    DuplicateKey,
    /// Content after `...` or after the end of the root, which kubectl drops silently.
    DroppedContent,
    /// Content on a `---` line; kubectl refuses the file from there on.
    ContentOnSeparator,
    /// A key before `<<` that the merged map overwrites.
    MergeOrder,
    /// Nested too deep, too much aliasing or too long. The document has no root.
    Limit,
    /// A control character, which go-yaml refuses. The document has no root.
    Encoding,
    /// YAML without a JSON form: `.inf`, `.nan`, a null or a map as key, a tag that does not fit, a merge of no map.
    /// kubectl refuses the document; the root is kept.
    NotJson,
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing.
    pub kind: ProblemKind,
    /// The place.
    pub span: Span,
    /// One line, lower case, without a final stop.
    pub message: String,
    /// The other side with a few words on it, such as the first of two equal keys.
    pub other: Option<(Span, String)>,
    /// Dotted path of the field where it is known, else empty.
    pub path: String,
    /// What to do.
    pub help: Option<String>,
}

/// One YAML document. All spans are byte offsets into the whole source text.
#[derive(Debug)]
pub struct Document {
    pub(super) source: SourceId,
    pub(super) text: Arc<str>,
    pub(super) span: Span,
    pub(super) tree: Tree,
    pub(super) has_root: bool,
    pub(super) problems: Vec<Problem>,
    pub(super) comments: Vec<Span>,
    pub(super) source_comment: Option<Span>,
}

impl Document {
    /// The source of the text.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// From the first comment or content of the document to its last content, without separators.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The whole source text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The root; `None` for a document that kubectl cannot read.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        self.has_root.then(|| self.node(NodeId(0)))
    }

    /// The node of an id that this document gave out.
    #[must_use]
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef::new(self, id.0)
    }

    /// The dotted path at which a node is written; a key has the path of its entry.
    #[must_use]
    pub fn path(&self, id: NodeId) -> String {
        path::path_of(&self.tree, &self.text, id.0)
    }

    /// What is wrong, in source order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Comments that mention `aiplat-lint` or begin with `# Source:`, in source order. Those that stand alone
    /// between separators belong to the document after them.
    #[must_use]
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }

    /// The template that helm names in its `# Source:` comment above the document.
    #[must_use]
    pub fn source_comment(&self) -> Option<&str> {
        let comment = self.text.get(self.source_comment?.range())?;
        Some(comment.strip_prefix("# Source:")?.trim())
    }
}
