//! One render of a chart: its documents with an identity that outlives changed values, its fields, and the field at a
//! place of its text.

use crate::text::{SourceId, Span};
use crate::yaml::{self, Document, NodeKind, NodeRef, parent_path, push_index, push_key};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Renders that only provenance looks at have no row among the sources of a run.
const NO_SOURCE: SourceId = SourceId(u32::MAX);

/// What a document is called over several renders of one chart. Names alone do not do: a key that renames an object
/// would look like one that removes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The template of the `# Source:` comment; empty without one.
    pub source: String,
    /// Its kind.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// Position among the documents of the same template and kind.
    pub ordinal: usize,
    /// How many documents of the same template and kind its render has.
    pub siblings: usize,
    /// Whether another one of them has the same name.
    pub has_namesake: bool,
}

/// What a place of the text is to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value of a key, or the root.
    Value,
    /// A key, or the whole entry.
    Key,
    /// An item of a list.
    Item,
}

/// A field of a render.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Index of the document.
    pub document: usize,
    /// Path of the field.
    pub path: String,
    /// What of the field was asked for.
    pub part: Part,
}

/// A scalar of a render.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its path.
    pub path: String,
    /// Its value.
    pub value: Value,
}

/// The documents of a render, in order.
#[derive(Debug)]
pub struct Rendered {
    documents: Vec<Document>,
    identities: Vec<Identity>,
}

impl Rendered {
    /// Parses what helm printed.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let documents = yaml::parse(NO_SOURCE, &Arc::from(text));
        let identities = identify(&documents);
        Self { documents, identities }
    }

    /// How many documents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// True for a render without documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The identities of all documents, by index.
    #[must_use]
    pub fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// The root of a document.
    #[must_use]
    pub fn root(&self, document: usize) -> Option<NodeRef<'_>> {
        self.documents.get(document)?.root()
    }

    /// The document that is `wanted` in another render: by its position while there are as many of its template and
    /// kind, else by its name. None where neither decides.
    #[must_use]
    pub fn find(&self, wanted: &Identity) -> Option<usize> {
        let alike = |one: &&(usize, &Identity)| one.1.source == wanted.source && one.1.kind == wanted.kind;
        let all: Vec<(usize, &Identity)> = self.identities.iter().enumerate().collect();
        let same: Vec<&(usize, &Identity)> = all.iter().filter(alike).collect();
        let named: Vec<usize> = same.iter().filter(|one| one.1.name == wanted.name).map(|one| one.0).collect();
        let by_name = match named.as_slice() {
            [one] if !wanted.has_namesake => Some(*one),
            _ => None,
        };
        if same.len() != wanted.siblings {
            return by_name;
        }
        let by_place = same.get(wanted.ordinal).copied()?;
        // The same number in another order: the name that is still there decides.
        if by_place.1.name != wanted.name && !named.is_empty() { by_name } else { Some(by_place.0) }
    }

    /// The field at a path, `None` where there is none.
    #[must_use]
    pub fn at(&self, document: usize, path: &str) -> Option<NodeRef<'_>> {
        self.root(document)?.at(path)
    }

    /// The value of the field of a document of another render.
    #[must_use]
    pub fn value(&self, wanted: &Identity, path: &str) -> Option<Value> {
        self.value_at(self.find(wanted)?, path)
    }

    /// The value at a path, which may go on into a document that is the text of a field, as in a ConfigMap.
    #[must_use]
    pub fn value_at(&self, document: usize, path: &str) -> Option<Value> {
        if let Some(node) = self.at(document, path) {
            return Some(node.to_json());
        }
        let (outer, inner) = self.embedded(document, path)?;
        let text: Arc<str> = Arc::from(self.at(document, outer)?.str()?.as_ref());
        let documents = yaml::parse(NO_SOURCE, &text);
        Some(documents.first()?.root()?.at(inner)?.to_json())
    }

    /// The path of the text in which a path goes on, and how it does.
    #[must_use]
    pub fn embedded<'p>(&self, document: usize, path: &'p str) -> Option<(&'p str, &'p str)> {
        let mut outer = parent_path(path);
        while let Some(candidate) = outer {
            if let Some(node) = self.at(document, candidate) {
                let is_text = node.str().is_some_and(|text| text.contains('\n'));
                let inner = path.get(candidate.len()..)?;
                return is_text.then(|| (candidate, inner.strip_prefix('.').unwrap_or(inner)));
            }
            outer = parent_path(candidate);
        }
        None
    }

    /// The nearest ancestor of a path, or the path itself, that is there, if it is a map or list below `spec` or the like.
    #[must_use]
    pub fn nearest_map<'p>(&self, document: usize, path: &'p str) -> Option<&'p str> {
        let mut here = Some(path);
        while let Some(candidate) = here {
            match self.at(document, candidate) {
                Some(node) if node.is_null() => {}
                Some(node) => {
                    return (node.kind() != NodeKind::Scalar && parent_path(candidate).is_some()).then_some(candidate);
                }
                None => {}
            }
            here = parent_path(candidate);
        }
        None
    }

    /// All scalars of a document, in order.
    #[must_use]
    pub fn fields(&self, document: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        // An explicit stack: manifests come from users and may nest deeply.
        let mut pending: Vec<(String, NodeRef<'_>)> =
            self.root(document).map(|root| (String::new(), root)).into_iter().collect();
        while let Some((path, node)) = pending.pop() {
            if node.kind() == NodeKind::Scalar {
                fields.push(Field { path, value: node.to_json() });
                continue;
            }
            let mut children = children(&path, node);
            children.reverse();
            pending.append(&mut children);
        }
        fields
    }

    /// The field that a span of the rendered text belongs to: the deepest key, value or item that covers it.
    #[must_use]
    pub fn locate(&self, span: Span) -> Option<Place> {
        let document = self.documents.iter().position(|document| covers(document.span(), span))?;
        let mut node = self.root(document)?;
        let mut path = String::new();
        let mut part = Part::Value;
        while let Some((step, found, child)) = step_towards(node, span) {
            match step {
                Step::Key(key) => push_key(&mut path, &key),
                Step::Index(index) => push_index(&mut path, index),
            }
            part = found;
            let Some(child) = child else { break };
            node = child;
        }
        Some(Place { document, path, part })
    }

    /// The field at a byte of the rendered text.
    #[must_use]
    pub fn locate_offset(&self, offset: u32) -> Option<Place> {
        self.locate(Span::new(offset, offset.saturating_add(1))).or_else(|| self.locate(Span::at(offset)))
    }
}

enum Step {
    Key(String),
    Index(usize),
}

/// One step down; without a node where the place is reached.
fn step_towards(node: NodeRef<'_>, span: Span) -> Option<(Step, Part, Option<NodeRef<'_>>)> {
    for entry in node.entries() {
        let key = || Step::Key(entry.key().into_owned());
        let value = entry.value();
        if covers(value.span(), span) && (value.span() == span || !covers(entry.key_span(), span)) {
            return Some((key(), Part::Value, Some(value)));
        }
        let whole = Span::new(entry.key_span().start, value.span().end);
        if covers(whole, span) {
            return Some((key(), Part::Key, None));
        }
    }
    let (index, item) = node.items().enumerate().find(|(_, item)| covers(item.span(), span))?;
    Some((Step::Index(index), Part::Item, Some(item)))
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn children<'t>(path: &str, node: NodeRef<'t>) -> Vec<(String, NodeRef<'t>)> {
    let mut found = Vec::new();
    for entry in node.entries() {
        let mut path = path.to_owned();
        push_key(&mut path, &entry.key());
        found.push((path, entry.value()));
    }
    for (index, item) in node.items().enumerate() {
        let mut path = path.to_owned();
        push_index(&mut path, index);
        found.push((path, item));
    }
    found
}

fn identify(documents: &[Document]) -> Vec<Identity> {
    let text = |document: &Document, path: &str| {
        document.root().and_then(|root| Some(root.at(path)?.text()?.into_owned())).unwrap_or_default()
    };
    let mut siblings: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut namesakes: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    let mut identities = Vec::new();
    for document in documents {
        let source = document.source_comment().unwrap_or_default().to_owned();
        let (kind, name) = (text(document, "kind"), text(document, "metadata.name"));
        let count = siblings.entry((source.clone(), kind.clone())).or_default();
        let ordinal = *count;
        *count += 1;
        *namesakes.entry((source.clone(), kind.clone(), name.clone())).or_default() += 1;
        identities.push(Identity { source, kind, name, ordinal, siblings: 0, has_namesake: false });
    }
    for identity in &mut identities {
        let pair = (identity.source.clone(), identity.kind.clone());
        identity.siblings = siblings.get(&pair).copied().unwrap_or_default();
        let named = namesakes.get(&(pair.0, pair.1, identity.name.clone()));
        identity.has_namesake = named.is_some_and(|count| *count > 1);
    }
    identities
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\n# Source: shop/templates/hpa.yaml\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: api\nspec:\n  minReplicas: 2\n  metrics:\n    - type: Resource\n      name: cpu\n---\n# Source: shop/templates/hpa.yaml\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: web\nspec:\n  empty:\n";

    fn named(names: &[&str]) -> Rendered {
        let document = |name: &&str| format!("---\n# Source: a.yaml\nkind: Service\nmetadata:\n  name: {name}\n");
        Rendered::parse(&names.iter().map(document).collect::<String>())
    }

    fn place_of(words: &str) -> (String, Part) {
        let start = TEXT.find(words).expect("the words");
        let rendered = Rendered::parse(TEXT);
        let place = rendered.locate(Span::from_range(start..start + words.len())).expect("a place");
        (place.path, place.part)
    }

    #[test]
    fn a_span_leads_to_its_field() {
        assert_eq!(place_of("minReplicas"), ("spec.minReplicas".to_owned(), Part::Key));
        assert_eq!(place_of("2"), ("spec.minReplicas".to_owned(), Part::Value));
        assert_eq!(place_of("minReplicas: 2"), ("spec.minReplicas".to_owned(), Part::Key));
        assert_eq!(place_of("type: Resource\n      name: cpu"), ("spec.metrics[0]".to_owned(), Part::Item));
        assert_eq!(place_of("Resource"), ("spec.metrics[0].type".to_owned(), Part::Value));
        let rendered = Rendered::parse(TEXT);
        let end = u32::try_from(TEXT.len() - 1).expect("short");
        let place = rendered.locate(Span::at(end)).expect("a place");
        assert_eq!((place.document, place.path.as_str()), (1, "spec.empty"));
        let offset = u32::try_from(TEXT.find("cpu").expect("cpu")).expect("short");
        assert_eq!(rendered.locate_offset(offset + 1).expect("a place").path, "spec.metrics[0].name");
    }

    #[test]
    fn a_renamed_document_is_found_by_its_position() {
        let base = named(&["api", "web"]);
        let [api, web] = base.identities() else { panic!("two documents") };
        let renamed = named(&["api-q1q", "web-q1q"]);
        assert_eq!((renamed.find(api), renamed.find(web)), (Some(0), Some(1)));
    }

    #[test]
    fn a_document_is_found_by_its_name_when_the_number_changed() {
        let base = named(&["api", "web", "web"]);
        let [api, web, _] = base.identities() else { panic!("three documents") };
        let fewer = named(&["web", "api"]);
        assert_eq!((fewer.find(api), fewer.find(web)), (Some(1), None), "which `web` is unknown");
        assert_eq!(named(&["api-q1q"]).find(api), None);
    }

    #[test]
    fn a_changed_order_does_not_exchange_documents() {
        let base = named(&["api", "web"]);
        let api = base.identities().first().expect("a document");
        assert_eq!(named(&["web", "api"]).find(api), Some(1));
    }

    #[test]
    fn all_scalars_are_listed_in_order() {
        let paths: Vec<String> = Rendered::parse(TEXT).fields(0).into_iter().map(|field| field.path).collect();
        assert_eq!(
            paths,
            ["kind", "metadata.name", "spec.minReplicas", "spec.metrics[0].type", "spec.metrics[0].name"]
        );
    }
}
