//! Handles through which rules see a build: small, copyable, and knowing their neighbours.

use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::model::budget::BudgetSpec;
use crate::model::build::{Build, Content, Links, Resource, Selection};
pub use crate::model::place::Place;
use crate::model::rollout::Fenceposts;
use crate::model::scaler::{ScalerKind, ScalerSpec};
use crate::model::vertical::VerticalSpec;
use crate::model::workload::WorkloadSpec;
use std::fmt;

pub(crate) fn declares_singleton(annotations: &Labels) -> bool {
    annotations.get("aiplat-lint/singleton").is_some_and(|reason| !reason.trim().is_empty())
}

impl Resource {
    /// Carries the annotation that declares a workload to run once on purpose.
    #[must_use]
    pub fn declares_singleton(&self) -> bool {
        declares_singleton(&self.object.annotations)
    }
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
impl<'b> Of<'b> for &'b VerticalSpec {
    fn of(resource: &'b Resource) -> Option<Self> {
        if let Content::Vertical(spec) = &resource.content { Some(spec) } else { None }
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
    /// A VerticalPodAutoscaler.
    Vertical of &'b VerticalSpec, entry: verticals -> (usize, Option<usize>)
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

    /// Whether its own selector matches the labels of its pods. Where not, the API server rejects it, and those labels are
    /// the ones in doubt: nothing follows for others that miss them.
    #[must_use]
    pub fn selects_its_pods(self) -> bool {
        let spec = self.spec();
        spec.selector.as_ref().is_none_or(|own| own.matches(&spec.pod.labels))
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

    /// Whether another controller decides its count, as a Rollout does for the Deployment it refers to.
    #[must_use]
    pub fn is_borrowed(self) -> bool {
        self.links.borrowed
    }

    fn own_replicas(self) -> Option<i64> {
        let spec = self.spec();
        (spec.usable && spec.kind.is_scalable()).then(|| spec.replicas.unwrap_or(1))
    }

    /// What a rolling update may add and take away when the workload runs at its floor; `None` where the manifests do
    /// not decide it, and for other strategies.
    #[must_use]
    pub fn rollout_at_floor(self) -> Option<Fenceposts> {
        self.spec().strategy?.at(self.floor()?)
    }

    /// Where the floor is decided: the field, or the key of its parent.
    #[must_use]
    pub fn floor_place(self) -> Place {
        match self.scaler() {
            Some(scaler) => scaler.at_or_parent(scaler.spec().min_path()),
            None => self.at_or_parent("spec.replicas"),
        }
    }

    /// Where the ceiling is decided: the field, or the key of its parent.
    #[must_use]
    pub fn ceiling_place(self) -> Place {
        match self.scaler() {
            Some(scaler) => scaler.at_or_parent(scaler.spec().max_path()),
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

impl<'b> Vertical<'b> {
    /// What it says.
    #[must_use]
    pub fn spec(self) -> &'b VerticalSpec {
        self.spec
    }

    /// The workload it changes, if that is in the build.
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

    /// Its vertical autoscalers.
    pub fn verticals(&self) -> impl Iterator<Item = Vertical<'_>> {
        (0..self.verticals.len()).filter_map(|number| Vertical::new(self, number))
    }

    /// Its services.
    pub fn services(&self) -> impl Iterator<Item = Service<'_>> {
        (0..self.services.len()).filter_map(|number| Service::new(self, number))
    }

    /// The workloads in the namespace of an object.
    pub fn workloads_beside<'b>(&'b self, near: &'b Resource) -> impl Iterator<Item = Workload<'b>> {
        self.workloads().filter(|workload| self.same_namespace(near, workload.resource()))
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
