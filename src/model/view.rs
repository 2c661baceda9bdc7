//! Handles through which rules see a build: small, copyable, and knowing their neighbours.

use crate::finding::Subject;
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::model::budget::BudgetSpec;
use crate::model::build::{Build, Content, Links, Resource, Selection};
use crate::model::scaler::{ScalerKind, ScalerSpec};
use crate::model::workload::WorkloadSpec;
use crate::text::{SourceId, Span};
use crate::yaml::{Document, NodeKind, NodeRef};
use std::fmt;

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

    /// Carries the annotation that declares a workload to run once on purpose.
    #[must_use]
    pub fn declares_singleton(&self) -> bool {
        declares_singleton(&self.object.annotations)
    }

    /// The name of the object, or its kind when it has no name.
    #[must_use]
    pub fn identity(&self) -> Place {
        let root = self.object.root();
        let node = root.at("metadata.name").or_else(|| root.get("kind"));
        self.place("metadata.name", node.map_or_else(|| root.span(), NodeRef::span))
    }

    /// A place at bytes that the caller found.
    #[must_use]
    pub fn place(&self, path: &str, span: Span) -> Place {
        Place { source: self.object.source(), span, subject: Some(self.object.subject()), path: path.to_owned() }
    }
}

fn declares_singleton(annotations: &Labels) -> bool {
    annotations.get("aiplat-lint/singleton").is_some_and(|reason| !reason.trim().is_empty())
}

/// The smallest place that names an item of a list: its `name`, else its first key.
fn item_name(node: NodeRef<'_>) -> Span {
    match (node.get("name"), node.entries().next()) {
        (Some(name), _) => name.span(),
        (None, Some(first)) => first.key_span(),
        (None, None) => node.span(),
    }
}

/// `a.b[0].c` → `a.b[0]` → `a.b` → `a`; `a["x.y"]` → `a`.
pub(crate) fn parent_path(path: &str) -> Option<&str> {
    let cut = if path.ends_with("\"]") { path.rfind("[\"") } else { path.rfind(['.', '[']) };
    path.get(..cut?).filter(|parent| !parent.is_empty())
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.object.kind, self.object.name)
    }
}

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident of $spec:ty, $entry:ident: $list:ident -> $entry_type:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'b> {
            pub(crate) build: &'b Build,
            pub(crate) number: usize,
            pub(crate) resource: &'b Resource,
            spec: $spec,
            $entry: &'b $entry_type,
        }

        impl<'b> $name<'b> {
            pub(crate) fn new(build: &'b Build, number: usize) -> Option<Self> {
                let $entry = build.$list.get(number)?;
                let resource = build.resources.get($entry.resource())?;
                let spec = <$spec>::of(resource)?;
                Some(Self { build, number, resource, spec, $entry })
            }

            /// Its number among its like in the build.
            #[must_use]
            pub fn number(self) -> usize {
                self.number
            }

            /// The object.
            #[must_use]
            pub fn resource(self) -> &'b Resource {
                self.resource
            }

            /// The build it belongs to.
            #[must_use]
            pub fn build(self) -> &'b Build {
                self.build
            }

            /// The namespace it lands in, as far as it is known.
            #[must_use]
            pub fn namespace(self) -> Option<&'b str> {
                self.build.namespace_of(self.resource)
            }
        }

        impl std::ops::Deref for $name<'_> {
            type Target = Resource;
            fn deref(&self) -> &Resource {
                self.resource
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                std::ptr::eq(self.resource, other.resource)
            }
        }

        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.resource.fmt(f)
            }
        }
    };
}

/// What a handle's object says, if the object is of the handle's kind.
trait Of<'b>: Sized {
    fn of(resource: &'b Resource) -> Option<Self>;
}
impl<'b> Of<'b> for &'b WorkloadSpec {
    fn of(resource: &'b Resource) -> Option<Self> {
        if let Content::Workload(spec) = &resource.content { Some(spec) } else { None }
    }
}
impl<'b> Of<'b> for &'b ScalerSpec {
    fn of(resource: &'b Resource) -> Option<Self> {
        if let Content::Scaler(spec) = &resource.content { Some(spec) } else { None }
    }
}
impl<'b> Of<'b> for Option<&'b BudgetSpec> {
    fn of(resource: &'b Resource) -> Option<Self> {
        if let Content::Budget(spec) = &resource.content { Some(spec.as_deref()) } else { None }
    }
}
impl<'b> Of<'b> for Option<&'b LabelSelector> {
    fn of(resource: &'b Resource) -> Option<Self> {
        if let Content::Service(selector) = &resource.content { Some(selector.as_ref()) } else { None }
    }
}

trait Entry {
    fn resource(&self) -> usize;
}
impl Entry for Links {
    fn resource(&self) -> usize {
        self.resource
    }
}
impl Entry for Selection {
    fn resource(&self) -> usize {
        self.resource
    }
}
impl Entry for (usize, Option<usize>) {
    fn resource(&self) -> usize {
        self.0
    }
}

handle!(
    /// Something that runs pods, with its scalers, budgets and services.
    Workload of &'b WorkloadSpec, links: workloads -> Links
);
handle!(
    /// A HorizontalPodAutoscaler or ScaledObject.
    Scaler of &'b ScalerSpec, entry: scalers -> (usize, Option<usize>)
);
handle!(
    /// A PodDisruptionBudget.
    Budget of Option<&'b BudgetSpec>, selection: budgets -> Selection
);
handle!(
    /// A Service.
    Service of Option<&'b LabelSelector>, selection: services -> Selection
);

impl<'b> Workload<'b> {
    /// What it says.
    #[must_use]
    pub fn spec(self) -> &'b WorkloadSpec {
        self.spec
    }

    /// Everything that scales it, in source order.
    pub fn scalers(self) -> impl Iterator<Item = Scaler<'b>> {
        self.links.scalers.iter().filter_map(move |number| Scaler::new(self.build, *number))
    }

    /// The scaler that decides the count: an HPA before a ScaledObject.
    #[must_use]
    pub fn scaler(self) -> Option<Scaler<'b>> {
        self.scalers().find(|scaler| scaler.spec().kind == ScalerKind::Hpa).or_else(|| self.scalers().next())
    }

    /// The budgets that select its pods.
    pub fn budgets(self) -> impl Iterator<Item = Budget<'b>> {
        self.links.budgets.iter().filter_map(move |number| Budget::new(self.build, *number))
    }

    /// The services that select its pods.
    pub fn services(self) -> impl Iterator<Item = Service<'b>> {
        self.links.services.iter().filter_map(move |number| Service::new(self.build, *number))
    }

    /// Lowest number of pods it is meant to run (ground rule 5): the scaler's floor, else `spec.replicas`, else 1.
    /// `None` for kinds without a count, and where an object that decides it does not decode.
    #[must_use]
    pub fn floor(self) -> Option<i64> {
        if self.links.borrowed {
            return None;
        }
        match self.scaler() {
            Some(scaler) => scaler.spec().usable.then(|| scaler.spec().floor()),
            None => self.own_replicas(),
        }
    }

    /// Highest number of pods it is meant to run.
    #[must_use]
    pub fn ceiling(self) -> Option<i64> {
        if self.links.borrowed {
            return None;
        }
        match self.scaler() {
            Some(scaler) => scaler.spec().ceiling().filter(|_| scaler.spec().usable),
            None => self.own_replicas(),
        }
    }

    fn own_replicas(self) -> Option<i64> {
        let spec = self.spec();
        (spec.usable && spec.kind.is_scalable()).then(|| spec.replicas.unwrap_or(1))
    }

    /// Where the floor is decided: the field, or the key of its parent.
    #[must_use]
    pub fn floor_place(self) -> Place {
        match self.scaler() {
            Some(scaler) => scaler.at_or_parent(scaler.spec().min_path()),
            None => self.at_or_parent("spec.replicas"),
        }
    }

    /// Path of a field of the pod template, such as `metadata.labels`.
    #[must_use]
    pub fn template_path(self, inner: &str) -> String {
        match self.spec().kind.template_path() {
            "" => inner.to_owned(),
            template => format!("{template}.{inner}"),
        }
    }

    /// Path of a field of the pod spec, such as `containers[0].resources`.
    #[must_use]
    pub fn pod_path(self, inner: &str) -> String {
        self.template_path(&format!("spec.{inner}"))
    }

    /// Declared to run once on purpose, with a reason: annotation `aiplat-lint/singleton` on the object or its pods, or
    /// an entry of the configuration.
    #[must_use]
    pub fn is_singleton(self) -> bool {
        self.declares_singleton()
            || declares_singleton(&self.spec().pod.annotations)
            || self.build.options.singletons.iter().any(|singleton| singleton.workload == self.to_string())
    }
}

impl<'b> Scaler<'b> {
    /// What it says.
    #[must_use]
    pub fn spec(self) -> &'b ScalerSpec {
        self.spec
    }

    /// The workload it scales, if that is in the build.
    #[must_use]
    pub fn target(self) -> Option<Workload<'b>> {
        Workload::new(self.build, self.entry.1?)
    }
}

impl<'b> Budget<'b> {
    /// What it says; `None` when it does not decode.
    #[must_use]
    pub fn spec(self) -> Option<&'b BudgetSpec> {
        self.spec
    }

    /// The workloads whose pods it selects.
    pub fn workloads(self) -> impl Iterator<Item = Workload<'b>> {
        self.selection.workloads.iter().filter_map(move |number| Workload::new(self.build, *number))
    }
}

impl<'b> Service<'b> {
    /// Its selector; `None` when it selects nothing by itself.
    #[must_use]
    pub fn selector(self) -> Option<&'b LabelSelector> {
        self.spec
    }

    /// The workloads whose pods it selects.
    pub fn workloads(self) -> impl Iterator<Item = Workload<'b>> {
        self.selection.workloads.iter().filter_map(move |number| Workload::new(self.build, *number))
    }
}

impl Build {
    /// The workloads of the build that take part in relations.
    pub fn workloads(&self) -> impl Iterator<Item = Workload<'_>> {
        (0..self.workloads.len()).filter_map(|number| Workload::new(self, number))
    }

    /// Its scalers.
    pub fn scalers(&self) -> impl Iterator<Item = Scaler<'_>> {
        (0..self.scalers.len()).filter_map(|number| Scaler::new(self, number))
    }

    /// Its budgets.
    pub fn budgets(&self) -> impl Iterator<Item = Budget<'_>> {
        (0..self.budgets.len()).filter_map(|number| Budget::new(self, number))
    }

    /// The workloads in a namespace whose pods a selector matches.
    pub fn workloads_matching<'b>(
        &'b self,
        selector: &LabelSelector,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = Workload<'b>> {
        self.select(selector, namespace).into_iter().filter_map(move |number| Workload::new(self, number))
    }
}
