//! Places in manifests: from the path of a field to the bytes that a person edits.

use crate::finding::Subject;
use crate::model::resource::Resource;
use crate::text::{SourceId, Span};
use crate::yaml::{Document, NodeKind, NodeRef, parent_path};

/// A place in a manifest: a field of an object and the bytes it stands in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The text.
    pub source: SourceId,
    /// The bytes.
    pub span: Span,
    /// The object.
    pub subject: Option<Subject>,
    /// Path of the field in the object.
    pub path: String,
}

impl Place {
    /// A place in a document that is not of an object.
    #[must_use]
    pub fn in_document(document: &Document, path: &str, span: Span) -> Self {
        Self { source: document.source(), span, subject: None, path: path.to_owned() }
    }

    /// The smallest place that names a node of a document: its `name`, else its first key.
    #[must_use]
    pub fn of_item(document: &Document, node: NodeRef<'_>) -> Self {
        Self::in_document(document, "", item_name(node))
    }

    /// A place in a text.
    #[must_use]
    pub fn in_text((source, span): (SourceId, Span), path: &str) -> Self {
        Self { source, span, subject: None, path: path.to_owned() }
    }
}

impl Resource {
    /// The value of a field, `None` when absent. In debug builds a path that the kind's schema does not know is a bug
    /// of the rule that asks for it.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Place> {
        let object = &self.object;
        debug_assert!(
            crate::kubernetes::schema::field_exists(&object.group, &object.version, &object.kind, path) != Some(false),
            "{} has no field {path}",
            object.kind
        );
        let node = object.root().at(path)?;
        Some(self.place(path, node.span()))
    }

    /// The key of a field, `None` when absent.
    #[must_use]
    pub fn key_at(&self, path: &str) -> Option<Place> {
        let entry = self.object.root().entry_at(path)?;
        Some(self.place(path, entry.key_span()))
    }

    /// The smallest place that stands for a field: a scalar value, the key of a map or list, or the key of the nearest
    /// ancestor that exists.
    #[must_use]
    pub fn at_or_parent(&self, path: &str) -> Place {
        match self.at(path) {
            Some(place) if self.is_scalar(path) => place,
            Some(_) => self.key_at(path).unwrap_or_else(|| self.ancestor(path)),
            None => self.ancestor(path),
        }
    }

    fn is_scalar(&self, path: &str) -> bool {
        self.object.root().at(path).is_some_and(|node| node.kind() == NodeKind::Scalar)
    }

    fn ancestor(&self, path: &str) -> Place {
        let root = self.object.root();
        let mut ancestor = Some(path);
        while let Some(parent) = ancestor {
            if let Some(entry) = root.entry_at(parent) {
                return self.place(path, entry.key_span());
            }
            if let Some(node) = root.at(parent) {
                return self.place(path, item_name(node));
            }
            ancestor = parent_path(parent);
        }
        self.identity()
    }

    /// The key of a field, or that of its nearest ancestor that exists.
    #[must_use]
    pub fn key_or_parent(&self, path: &str) -> Place {
        self.key_at(path).unwrap_or_else(|| self.at_or_parent(path))
    }

    /// The name of the object, or its kind when it has no name.
    #[must_use]
    pub fn identity(&self) -> Place {
        let root = self.object.root();
        let node = root.at("metadata.name").or_else(|| root.get("kind"));
        self.place("metadata.name", node.map_or_else(|| root.span(), NodeRef::span))
    }

    /// The text of a scalar field.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        Some(self.object.root().at(path)?.text()?.into_owned())
    }

    /// The texts of a list of scalars, an empty one for anything else in it.
    #[must_use]
    pub fn texts(&self, path: &str) -> Vec<String> {
        let items = self.object.root().at(path).into_iter().flat_map(NodeRef::items);
        items.map(|item| item.text().map(Into::into).unwrap_or_default()).collect()
    }

    /// A place at bytes that the caller found.
    #[must_use]
    pub fn place(&self, path: &str, span: Span) -> Place {
        Place { source: self.object.source(), span, subject: Some(self.object.subject()), path: path.to_owned() }
    }
}

/// The smallest place that names an item of a list: its `name`, else its first key.
fn item_name(node: NodeRef<'_>) -> Span {
    match (node.get("name"), node.entries().next()) {
        (Some(name), _) => name.span(),
        (None, Some(first)) => first.key_span(),
        (None, None) => node.span(),
    }
}
