//! Which file of a kustomization sets a field of what was built: the last patch or resource that does, and only where it
//! sets exactly the value that was built. Pure. See `api/types/kustomization.go` and `api/internal/target` of kustomize 5.

use crate::text::{SourceId, Span};
use crate::yaml::{Document, NodeId, NodeKind, NodeRef};
use std::sync::Arc;

/// A kustomization on the way from the outermost to a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    /// Tells it from the others; one that is used twice is two.
    pub(super) id: usize,
    /// `namePrefix`
    pub(super) prefix: String,
    /// `nameSuffix`
    pub(super) suffix: String,
    /// Has transformers that may set any field.
    pub(super) is_opaque: bool,
    /// Has `labels` or `commonLabels`.
    pub(super) sets_labels: bool,
    /// Has `commonAnnotations`.
    pub(super) sets_annotations: bool,
    /// Has `replicas`.
    pub(super) sets_replicas: bool,
    /// Has `images`.
    pub(super) sets_images: bool,
}

/// A file or a text of a kustomization, in the order in which kustomize applies them.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    /// What it is.
    pub(super) role: Role,
    /// The kustomizations around it, outermost first.
    pub(super) chain: Vec<Level>,
    /// Its documents.
    pub(super) documents: Vec<Arc<Document>>,
    /// The scalar that it stands in, for a text in a kustomization.
    pub(super) scalar: Option<(Arc<Document>, NodeId)>,
}

/// What a layer does.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// It holds objects.
    Resource,
    /// It changes those that it names itself, or those of its target.
    Patch(Option<Target>),
}

/// What a patch is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    /// `kind`
    pub(super) kind: Option<String>,
    /// `name`
    pub(super) name: Option<String>,
    /// There is a selector beside them.
    pub(super) has_more: bool,
}

/// A step to a field of a built object.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    /// The index; and the element's `name`, by which patches tell elements apart.
    Item(usize, Option<String>),
    /// The element of a list that has no other.
    Only,
}

/// What a layer makes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Nothing,
    Sets(Span),
    /// It sets another value, or that cannot be told.
    Unsure,
}

/// Where the scalar at a place of the built text is set. Nothing where several objects could be meant, or where anything
/// but a file may have set it.
pub(super) fn origin(layers: &[Layer], built: &[Arc<Document>], span: Span) -> Option<(SourceId, Span)> {
    let roots = || built.iter().filter_map(|document| document.root());
    let object = roots().find(|root| root.span().start <= span.start && span.end <= root.span().end)?;
    let mut steps = Vec::new();
    let value = find(object, span, &mut steps)?;
    let (kind, name) = (text(object, "kind")?, text(object, "metadata.name")?);
    let is_same = |other: &NodeRef<'_>| {
        text(*other, "kind") == Some(kind.clone()) && text(*other, "metadata.name") == Some(name.clone())
    };
    if roots().filter(is_same).count() != 1 {
        return None;
    }
    let mut bases = layers.iter().filter(|layer| matches!(layer.role, Role::Resource)).flat_map(|layer| {
        let original = stripped(&name, &layer.chain);
        let roots = layer.documents.iter().filter_map(|document| document.root());
        let own = roots.filter(|root| text(*root, "kind") == Some(kind.clone()));
        own.filter(move |root| original.is_some() && text(*root, "metadata.name") == original)
            .map(move |root| (layer, root))
    });
    let (base, original) = bases.next()?;
    if bases.next().is_some() || base.chain.iter().any(|level| may_set(level, &steps)) {
        return None;
    }
    let wanted = value.to_json();
    for layer in layers.iter().rev().filter(|layer| is_around(layer, base)) {
        let Role::Patch(target) = &layer.role else { continue };
        match patched(layer, target.as_ref(), &kind, &names(&name, layer, base), (&steps, &wanted)) {
            Effect::Nothing => {}
            Effect::Sets(span) => return place(layer, span),
            Effect::Unsure => return None,
        }
    }
    match set_in(original, &steps, &wanted) {
        Effect::Sets(span) => place(base, span),
        Effect::Nothing | Effect::Unsure => None,
    }
}

fn text(node: NodeRef<'_>, path: &str) -> Option<String> {
    node.at(path)?.text().map(std::borrow::Cow::into_owned)
}

fn find<'t>(node: NodeRef<'t>, span: Span, steps: &mut Vec<Step>) -> Option<NodeRef<'t>> {
    if node.scalar().is_some() {
        return (node.span() == span).then_some(node);
    }
    let children = node.entries().map(|entry| (Step::Key(entry.key().into_owned()), entry.value()));
    let is_only = node.items().count() == 1;
    let item = |(index, item): (usize, NodeRef<'t>)| match text(item, "name") {
        None if is_only => (Step::Only, item),
        name => (Step::Item(index, name), item),
    };
    let (step, child) = children
        .chain(node.items().enumerate().map(item))
        .find(|(_, child)| child.span().start <= span.start && span.end <= child.span().end)?;
    steps.push(step);
    find(child, span, steps)
}

/// The name below the kustomizations of a chain.
fn stripped(name: &str, chain: &[Level]) -> Option<String> {
    let strip =
        |name: &str, level: &Level| Some(name.strip_prefix(&level.prefix)?.strip_suffix(&level.suffix)?.to_owned());
    chain.iter().try_fold(name.to_owned(), |name, level| strip(&name, level))
}

/// The names that a patch may call an object by: kustomize remembers the earlier ones.
fn names(name: &str, patch: &Layer, base: &Layer) -> Vec<String> {
    let depths = patch.chain.len().saturating_sub(1)..=base.chain.len();
    depths.filter_map(|depth| stripped(name, base.chain.get(..depth)?)).collect()
}

/// Whether a layer belongs to one of the kustomizations around a file.
fn is_around(layer: &Layer, base: &Layer) -> bool {
    let ids = |layer: &Layer| layer.chain.iter().map(|level| level.id).collect::<Vec<_>>();
    ids(base).starts_with(&ids(layer))
}

/// Whether a transformer of a kustomization may write the field.
fn may_set(level: &Level, steps: &[Step]) -> bool {
    let has = |keys: &[&str]| steps.iter().any(|step| matches!(step, Step::Key(key) if keys.contains(&key.as_str())));
    let ends_with = |key: &str| matches!(steps.last(), Some(Step::Key(last)) if last == key);
    level.is_opaque
        || ends_with("namespace")
        || level.sets_images && ends_with("image")
        || level.sets_replicas && ends_with("replicas")
        || level.sets_annotations && has(&["annotations"])
        || level.sets_labels && has(&["labels", "matchLabels", "selector", "labelSelector"])
}

fn place(layer: &Layer, span: Span) -> Option<(SourceId, Span)> {
    match &layer.scalar {
        Some((document, scalar)) => Some((document.source(), document.node(*scalar).inner_span(span.range()))),
        None => Some((layer.documents.first()?.source(), span)),
    }
}

/// What a patch makes of a field of an object that is called by one of `names`.
fn patched(
    layer: &Layer,
    target: Option<&Target>,
    kind: &str,
    names: &[String],
    (steps, wanted): (&[Step], &serde_json::Value),
) -> Effect {
    let mut last = Effect::Nothing;
    for root in layer.documents.iter().filter_map(|document| document.root()) {
        let (applies, sure) = match target {
            Some(target) => aims(target, kind, names),
            None => {
                let own = text(root, "kind").as_deref() == Some(kind);
                (own && text(root, "metadata.name").is_some_and(|name| names.contains(&name)), true)
            }
        };
        if !applies {
            continue;
        }
        let effect = match root.kind() {
            NodeKind::Sequence => operations(root, steps, wanted),
            _ => set_in(root, steps, wanted),
        };
        last = match effect {
            Effect::Nothing => last,
            Effect::Sets(_) if !sure => Effect::Unsure,
            effect => effect,
        };
    }
    last
}

/// Whether a target means an object, and whether that is certain: its fields are patterns.
fn aims(target: &Target, kind: &str, names: &[String]) -> (bool, bool) {
    let is_literal = |pattern: &str| pattern.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    let means = |pattern: &Option<String>, is: &dyn Fn(&str) -> bool| match pattern
        .as_deref()
        .filter(|text| !text.is_empty())
    {
        None => (true, true),
        Some(text) if is_literal(text) => (is(text), true),
        Some(_) => (true, false),
    };
    let by_kind = means(&target.kind, &|text| text == kind);
    let by_name = means(&target.name, &|text| names.iter().any(|name| name == text));
    (by_kind.0 && by_name.0, by_kind.1 && by_name.1 && !target.has_more)
}

/// What an object or a fragment of one says of a field.
fn set_in(root: NodeRef<'_>, steps: &[Step], wanted: &serde_json::Value) -> Effect {
    let mut node = root;
    for step in steps {
        // Directives of strategic merges: `$patch: replace` and the like.
        if node.entries().any(|entry| entry.key().starts_with('$')) {
            return Effect::Unsure;
        }
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Item(_, Some(name)) => {
                let mut named = node.items().filter(|item| text(*item, "name").as_ref() == Some(name));
                let found = named.next();
                if named.next().is_some()
                    || node.items().any(|item| item.entries().any(|entry| entry.key().starts_with('$')))
                {
                    return Effect::Unsure;
                }
                found
            }
            Step::Only if node.items().count() == 1 => node.items().next(),
            // Without a name, elements are told apart by other keys, or the list is replaced.
            Step::Item(_, None) | Step::Only => return Effect::Unsure,
        };
        let Some(next) = next else { return Effect::Nothing };
        // Null takes away what was there.
        if next.is_null() {
            return Effect::Unsure;
        }
        node = next;
    }
    equal(node, wanted)
}

fn equal(node: NodeRef<'_>, wanted: &serde_json::Value) -> Effect {
    match node.scalar().is_some() && node.to_json() == *wanted {
        true => Effect::Sets(node.span()),
        false => Effect::Unsure,
    }
}

/// What the operations of a JSON patch (RFC 6902) make of a field.
fn operations(root: NodeRef<'_>, steps: &[Step], wanted: &serde_json::Value) -> Effect {
    let mut last = Effect::Nothing;
    for operation in root.items() {
        let effect = operated(operation, steps, wanted);
        last = if effect == Effect::Nothing { last } else { effect };
    }
    last
}

fn operated(operation: NodeRef<'_>, steps: &[Step], wanted: &serde_json::Value) -> Effect {
    let (Some(op), Some(path)) = (text(operation, "op"), text(operation, "path")) else { return Effect::Unsure };
    if op == "test" {
        return Effect::Nothing;
    }
    let tokens: Vec<String> =
        path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
    for (index, token) in tokens.iter().enumerate() {
        let Some(step) = steps.get(index) else { return Effect::Nothing };
        let same = match step {
            Step::Key(key) => key == token,
            Step::Item(number, _) => *token == number.to_string(),
            Step::Only => token == "0",
        };
        if !same {
            // Elements that come or go move the others.
            let moves = !matches!(step, Step::Key(_)) && index + 1 == tokens.len() && op != "replace";
            return if moves || op == "move" { Effect::Unsure } else { Effect::Nothing };
        }
    }
    match (op.as_str(), operation.get("value"), steps.get(tokens.len()..)) {
        ("add" | "replace", Some(value), Some([])) => equal(value, wanted),
        ("add" | "replace", Some(value), Some(rest)) => match set_in(value, rest, wanted) {
            // The value takes the place of all that was there.
            Effect::Nothing => Effect::Unsure,
            effect => effect,
        },
        _ => Effect::Unsure,
    }
}

#[cfg(test)]
#[path = "kustomize_tests.rs"]
mod tests;
