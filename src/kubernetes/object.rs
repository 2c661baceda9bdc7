//! The identity of a Kubernetes object in a document: what it is called and where it came from, not what it says.

use crate::finding::Subject;
use crate::kubernetes::selector::Labels;
use crate::text::SourceId;
use crate::yaml::{Document, NodeId, NodeKind, NodeRef, push_index};
use std::sync::Arc;

/// What Helm does with an object beside installing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    /// Not a hook.
    None,
    /// Runs only under `helm test`.
    Test,
    /// Any other hook.
    Lifecycle,
}

/// One object: an own document, or an item of a list.
#[derive(Debug, Clone)]
pub struct Object {
    document: Arc<Document>,
    root: NodeId,
    /// Path of the object inside its document; empty unless it is an item of a list.
    pub root_path: String,
    /// API group, empty for core.
    pub group: String,
    /// API version, such as `v2`.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// `metadata.name`; empty when absent.
    pub name: String,
    /// `metadata.namespace`, when not empty.
    pub namespace: Option<String>,
    /// True when the object has `metadata.generateName` and no name.
    pub generated_name: bool,
    /// `metadata.labels`, values as text even where their type is wrong.
    pub labels: Labels,
    /// `metadata.annotations`, likewise.
    pub annotations: Labels,
    /// Helm hook.
    pub hook: Hook,
    /// It has `metadata.uid`, so it was read from a cluster.
    pub live: bool,
    /// It has a controller among its owners.
    pub controlled: bool,
}

impl Object {
    /// The object's mapping.
    #[must_use]
    pub fn root(&self) -> NodeRef<'_> {
        self.document.node(self.root)
    }

    /// The document it stands in.
    #[must_use]
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// The text it stands in.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.document.source()
    }

    /// `group/version`, or `version` for core, as in `apiVersion`.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The identity, for findings.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            group: self.group.clone(),
            kind: self.kind.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }

    /// The template that Helm says it came from.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.document.source_comment()
    }
}

/// Why a document, or an item of a list, is not an object that kubectl would send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnObject {
    /// No mapping with `apiVersion` and `kind`: another kind of YAML.
    NotAManifest,
    /// Top-level `items` in an object whose kind does not end in `List`: the object itself vanishes.
    ItemsSwallow,
    /// A list inside a list, which kubectl rejects.
    NestedList,
    /// An item that is no mapping.
    ItemNotAMapping,
}

/// The objects of a document and the nodes that are none.
#[derive(Debug, Default)]
pub struct Expansion {
    /// Objects in source order.
    pub objects: Vec<Object>,
    /// Nodes that kubectl would drop or reject.
    pub rejected: Vec<(NodeId, NotAnObject)>,
}

/// Expands a document as kubectl does (observed with v1.32): any document with a top-level `items` is a list,
/// whatever its kind; items without `kind` inherit it from a typed list.
#[must_use]
pub fn expand(document: &Arc<Document>) -> Expansion {
    let mut expansion = Expansion::default();
    let Some(root) = document.root() else { return expansion };
    let api_version = root.get("apiVersion").and_then(NodeRef::str);
    let kind = root.get("kind").and_then(NodeRef::str);
    let (Some(api_version), Some(kind)) = (api_version, kind) else {
        if root.kind() == NodeKind::Mapping || !root.is_null() {
            expansion.rejected.push((root.id(), NotAnObject::NotAManifest));
        }
        return expansion;
    };
    let Some(items) = root.get("items").filter(|items| items.kind() == NodeKind::Sequence || items.is_null()) else {
        expansion.objects.push(identify(document, root, String::new(), &api_version, &kind));
        return expansion;
    };
    let item_kind = kind.strip_suffix("List");
    if item_kind.is_none() {
        expansion.rejected.push((root.id(), NotAnObject::ItemsSwallow));
    }
    for (index, item) in items.items().enumerate() {
        if item.kind() != NodeKind::Mapping {
            expansion.rejected.push((item.id(), NotAnObject::ItemNotAMapping));
            continue;
        }
        let mut path = String::from("items");
        push_index(&mut path, index);
        let own_kind = item.get("kind").and_then(NodeRef::str);
        let own_version = item.get("apiVersion").and_then(NodeRef::str);
        if item.get("items").is_some() && own_kind.as_deref().is_some_and(|kind| kind.ends_with("List")) {
            expansion.rejected.push((item.id(), NotAnObject::NestedList));
            continue;
        }
        match (own_kind.as_deref(), item_kind) {
            (Some(kind), _) => {
                let version = own_version.as_deref().unwrap_or(&api_version);
                expansion.objects.push(identify(document, item, path, version, kind));
            }
            (None, Some(kind)) if !kind.is_empty() => {
                let version = own_version.as_deref().unwrap_or(&api_version);
                expansion.objects.push(identify(document, item, path, version, kind));
            }
            // What `items` swallows is said once, at `items`.
            (None, None) => {}
            (None, Some(_)) => expansion.rejected.push((item.id(), NotAnObject::NotAManifest)),
        }
    }
    expansion
}

fn identify(document: &Arc<Document>, root: NodeRef<'_>, root_path: String, api_version: &str, kind: &str) -> Object {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let metadata = root.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    let text = |key: &str| field(key).and_then(NodeRef::text).map(|text| text.into_owned());
    let annotations = field("annotations").map(labels_of).unwrap_or_default();
    let controlled = field("ownerReferences").is_some_and(|owners| {
        owners.items().any(|owner| owner.get("controller").and_then(NodeRef::bool) == Some(true))
    });
    let hook = match annotations.get("helm.sh/hook") {
        None => Hook::None,
        Some(hooks) if hooks.split(',').all(|hook| hook.trim().starts_with("test")) => Hook::Test,
        Some(_) => Hook::Lifecycle,
    };
    let name = text("name").unwrap_or_default();
    Object {
        document: Arc::clone(document),
        root: root.id(),
        root_path,
        group: group.to_owned(),
        version: version.to_owned(),
        kind: kind.to_owned(),
        generated_name: name.is_empty() && field("generateName").is_some(),
        name,
        namespace: text("namespace").filter(|namespace| !namespace.is_empty()),
        labels: field("labels").map(labels_of).unwrap_or_default(),
        annotations,
        hook,
        live: field("uid").is_some(),
        controlled,
    }
}

/// A mapping of scalars as text, whatever the scalars resolve to; nulls and collections are left out.
#[must_use]
pub fn labels_of(node: NodeRef<'_>) -> Labels {
    node.entries().filter_map(|entry| Some((entry.key().into_owned(), entry.value().text()?.into_owned()))).collect()
}
