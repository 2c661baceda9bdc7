//! A build: the objects that belong together, linked with each other.

use crate::finding::Finding;
use crate::kubernetes::object::{self, NotAnObject};
use crate::kubernetes::quantity::Quantity;
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::kubernetes::version::KubeVersion;
use crate::model::adapter::AdapterSource;
use crate::model::cluster::{Cluster, Singleton};
use crate::model::environment::{Production, Signs};
use crate::model::index::LabelIndex;
use crate::model::limits::Quota;
use crate::model::part::{find_duplicates, foreign_resources, namespace_labels, only_namespace, takes_part};
pub use crate::model::resource::{Content, Resource};
use crate::model::scaler::TargetRef;
use crate::text::SourceId;
use crate::yaml::{Document, NodeId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What is known of a build beside its texts.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// What the user sees.
    pub name: String,
    /// Everything that belongs together is here, so that absence means something.
    pub complete: bool,
    /// What production rules apply to.
    pub production: Production,
    /// Paths of its texts, relative to the folder of the configuration; standard input has none.
    pub paths: BTreeMap<SourceId, String>,
    /// `--namespace`, or that of our own render.
    pub namespace: Option<String>,
    /// The name that stands for a namespace nobody named: helm gives a release one all the same, and templates print it.
    pub unnamed_namespace: Option<String>,
    /// Kubernetes version to judge by.
    pub kube_version: KubeVersion,
    /// What the configuration says of the cluster.
    pub cluster: Cluster,
    /// Workloads that the configuration declares to run once.
    pub singletons: Vec<Singleton>,
}

/// The relations of one workload, as positions in the build's lists.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub(crate) resource: usize,
    pub(crate) scalers: Vec<usize>,
    pub(crate) budgets: Vec<usize>,
    pub(crate) services: Vec<usize>,
    /// Another controller decides its count.
    pub(crate) borrowed: bool,
}

/// A selecting object and the workloads it selects.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) resource: usize,
    pub(crate) workloads: Vec<usize>,
}

/// Objects that belong together.
#[derive(Debug)]
pub struct Build {
    /// What is known of it beside its texts.
    pub options: BuildOptions,
    /// Its documents in source order.
    pub documents: Vec<Arc<Document>>,
    /// Its objects in source order.
    pub resources: Vec<Resource>,
    /// Nodes that kubectl would drop or reject, with their document.
    pub rejected: Vec<(Arc<Document>, NodeId, NotAnObject)>,
    /// Pairs of positions in `resources` with one identity: the earlier and the later one.
    pub duplicates: Vec<(usize, usize)>,
    /// Adapter configurations from `--adapter-config` that are not among its own.
    pub given_adapters: Vec<Arc<AdapterSource>>,
    /// Given configurations that are judged with this build. They are the same for each build, and told once.
    pub judged_given: Vec<Arc<AdapterSource>>,
    pub(crate) workloads: Vec<Links>,
    pub(crate) scalers: Vec<(usize, Option<usize>)>,
    pub(crate) budgets: Vec<Selection>,
    pub(crate) services: Vec<Selection>,
    pub(crate) verticals: Vec<(usize, Option<usize>)>,
    limit_ranges: Vec<usize>,
    quotas: Vec<usize>,
    claims: Vec<usize>,
    index: LabelIndex,
    foreign: Vec<usize>,
    namespace_labels: BTreeMap<String, Labels>,
}

impl Build {
    /// Expands and decodes documents and links their objects.
    #[must_use]
    pub fn new(options: BuildOptions, documents: Vec<Arc<Document>>) -> Self {
        use rayon::prelude::*;
        let expanded: Vec<_> = documents
            .par_iter()
            .map(|document| {
                let expansion = object::expand(document);
                let resources: Vec<Resource> = expansion.objects.into_iter().map(Resource::read).collect();
                (resources, expansion.rejected)
            })
            .collect();
        let mut resources = Vec::new();
        let mut rejected = Vec::new();
        for (document, (found, nodes)) in documents.iter().zip(expanded) {
            resources.extend(found);
            rejected.extend(nodes.into_iter().map(|(node, why)| (Arc::clone(document), node, why)));
        }
        Self::link(options, documents, resources, rejected)
    }

    fn link(
        mut options: BuildOptions,
        documents: Vec<Arc<Document>>,
        mut resources: Vec<Resource>,
        rejected: Vec<(Arc<Document>, NodeId, NotAnObject)>,
    ) -> Self {
        match &options.unnamed_namespace {
            // What is in it is in one namespace, and that may be any.
            Some(unnamed) => {
                let there = |resource: &&mut Resource| resource.object.namespace.as_ref() == Some(unnamed);
                resources.iter_mut().filter(there).for_each(|resource| resource.object.namespace = None);
            }
            None if options.namespace.is_none() => options.namespace = only_namespace(&resources),
            None => {}
        }
        let mut build = Self {
            duplicates: find_duplicates(&resources, options.namespace.as_deref()),
            options,
            documents,
            rejected,
            given_adapters: Vec::new(),
            judged_given: Vec::new(),
            workloads: Vec::new(),
            scalers: Vec::new(),
            budgets: Vec::new(),
            services: Vec::new(),
            verticals: Vec::new(),
            limit_ranges: Vec::new(),
            quotas: Vec::new(),
            claims: Vec::new(),
            index: LabelIndex::default(),
            foreign: foreign_resources(&resources),
            namespace_labels: namespace_labels(&resources),
            resources,
        };
        build.connect();
        build
    }

    fn connect(&mut self) {
        // The last of several objects with one identity wins; in an incomplete build nobody knows which is meant.
        let complete = self.options.complete;
        let superseded: BTreeSet<usize> = self
            .duplicates
            .iter()
            .flat_map(|(earlier, later)| [Some(*earlier), (!complete).then_some(*later)])
            .flatten()
            .collect();
        let mut by_name: HashMap<(String, String), Vec<usize>> = HashMap::new();
        let mut index = LabelIndex::default();
        for (position, resource) in self.resources.iter().enumerate() {
            if superseded.contains(&position) || !takes_part(resource) {
                continue;
            }
            match &resource.content {
                Content::Workload(spec) => {
                    let name = (resource.object.kind.clone(), resource.object.name.clone());
                    by_name.entry(name).or_default().push(self.workloads.len());
                    index.push(self.namespace_of(resource), &spec.pod.labels);
                    self.workloads.push(Links { resource: position, ..Links::default() });
                }
                Content::Scaler(_) => self.scalers.push((position, None)),
                Content::Budget(_) => self.budgets.push(Selection { resource: position, ..Selection::default() }),
                Content::Service(_) => self.services.push(Selection { resource: position, ..Selection::default() }),
                Content::Vertical(_) => self.verticals.push((position, None)),
                Content::LimitRange(_) => self.limit_ranges.push(position),
                Content::Quota(_) => self.quotas.push(position),
                Content::Claim(_) => self.claims.push(position),
                Content::Other => {}
            }
        }
        self.index = index;
        self.connect_scalers(&by_name);
        self.connect_rollouts(&by_name);
        self.connect_selections();
    }

    fn connect_scalers(&mut self, by_name: &HashMap<(String, String), Vec<usize>>) {
        let mut scalers = std::mem::take(&mut self.scalers);
        for (number, (position, target)) in scalers.iter_mut().enumerate() {
            *target = self.target_of(*position, by_name);
            if let Some(links) = target.and_then(|target| self.workloads.get_mut(target)) {
                links.scalers.push(number);
            }
        }
        self.scalers = scalers;
        let mut verticals = std::mem::take(&mut self.verticals);
        for (position, target) in &mut verticals {
            *target = self.target_of(*position, by_name);
        }
        self.verticals = verticals;
    }

    /// The workload that an autoscaler refers to.
    fn target_of(&self, position: usize, by_name: &HashMap<(String, String), Vec<usize>>) -> Option<usize> {
        let resource = self.resources.get(position)?;
        let target: &TargetRef = match &resource.content {
            Content::Scaler(spec) => &spec.target,
            Content::Vertical(spec) => &spec.target,
            _ => return None,
        };
        let named = by_name.get(&(target.kind.clone(), target.name.clone()));
        named.into_iter().flatten().copied().find(|candidate| {
            self.resource_of(*candidate).is_some_and(|workload| {
                let same_group = target.group().is_none_or(|group| group == workload.object.group);
                same_group && self.same_namespace(resource, workload)
            })
        })
    }

    /// A Deployment that a Rollout refers to is scaled by the Rollout, often to 0.
    fn connect_rollouts(&mut self, by_name: &HashMap<(String, String), Vec<usize>>) {
        let referred: Vec<usize> = self
            .resources
            .iter()
            .filter(|resource| resource.object.group == "argoproj.io" && resource.object.kind == "Rollout")
            .filter_map(|resource| {
                let text = |path: &str| Some(resource.object.root().at(path)?.text()?.into_owned());
                by_name.get(&(text("spec.workloadRef.kind")?, text("spec.workloadRef.name")?))
            })
            .flatten()
            .copied()
            .collect();
        for number in referred {
            if let Some(links) = self.workloads.get_mut(number) {
                links.borrowed = true;
            }
        }
    }

    fn connect_selections(&mut self) {
        let select = |position: usize| -> Vec<usize> {
            let Some(resource) = self.resources.get(position) else { return Vec::new() };
            let selector = match &resource.content {
                Content::Budget(Some(budget)) => {
                    budget.selector.as_ref().filter(|selector| !selector.is_empty() || budget.empty_selects_all)
                }
                Content::Service(selector) => selector.as_ref(),
                _ => None,
            };
            selector.map(|selector| self.index.select(selector, self.namespace_of(resource))).unwrap_or_default()
        };
        let budgets: Vec<_> = self.budgets.iter().map(|budget| select(budget.resource)).collect();
        let services: Vec<_> = self.services.iter().map(|service| select(service.resource)).collect();
        for (number, workloads) in budgets.into_iter().enumerate() {
            for workload in &workloads {
                if let Some(links) = self.workloads.get_mut(*workload) {
                    links.budgets.push(number);
                }
            }
            if let Some(selection) = self.budgets.get_mut(number) {
                selection.workloads = workloads;
            }
        }
        for (number, workloads) in services.into_iter().enumerate() {
            for workload in &workloads {
                if let Some(links) = self.workloads.get_mut(*workload) {
                    links.services.push(number);
                }
            }
            if let Some(selection) = self.services.get_mut(number) {
                selection.workloads = workloads;
            }
        }
    }

    /// The namespace an object lands in, as far as it is known.
    #[must_use]
    pub fn namespace_of<'a>(&'a self, resource: &'a Resource) -> Option<&'a str> {
        resource.object.namespace.as_deref().or(self.options.namespace.as_deref())
    }

    /// Whether two objects share a namespace; an unknown one is equal to any.
    #[must_use]
    pub fn same_namespace(&self, one: &Resource, other: &Resource) -> bool {
        match (self.namespace_of(one), self.namespace_of(other)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// Numbers of the workloads in `namespace` whose pods a selector matches.
    #[must_use]
    pub(crate) fn select(&self, selector: &LabelSelector, namespace: Option<&str>) -> Vec<usize> {
        self.index.select(selector, namespace)
    }

    pub(crate) fn resource_of(&self, workload: usize) -> Option<&Resource> {
        self.resources.get(self.workloads.get(workload)?.resource)
    }

    /// Whether a LimitRange of the namespace gives containers a request for `resource`.
    #[must_use]
    pub fn has_default_request(&self, near: &Resource, resource: &str) -> bool {
        self.default_request(near, resource).is_some()
    }

    /// The request for `resource` that a LimitRange of the namespace gives to containers that name none.
    #[must_use]
    pub fn default_request(&self, near: &Resource, resource: &str) -> Option<Quantity> {
        self.beside(&self.limit_ranges, near).find_map(|range| match &range.content {
            Content::LimitRange(defaults) => defaults.get(resource).copied(),
            _ => None,
        })
    }

    /// The ResourceQuotas of an object's namespace.
    pub fn quotas<'b>(&'b self, near: &'b Resource) -> impl Iterator<Item = (&'b Resource, &'b Quota)> {
        self.beside(&self.quotas, near).filter_map(|resource| match &resource.content {
            Content::Quota(quota) => Some((resource, quota)),
            _ => None,
        })
    }

    /// A PersistentVolumeClaim of an object's namespace, with its access modes.
    #[must_use]
    pub fn claim<'b>(&'b self, name: &str, near: &'b Resource) -> Option<(&'b Resource, &'b [String])> {
        let claim = self.beside(&self.claims, near).find(|claim| claim.object.name == name)?;
        match &claim.content {
            Content::Claim(modes) => Some((claim, modes)),
            _ => None,
        }
    }

    fn beside<'b>(&'b self, positions: &'b [usize], near: &'b Resource) -> impl Iterator<Item = &'b Resource> {
        let found = positions.iter().filter_map(|position| self.resources.get(*position));
        found.filter(move |resource| self.same_namespace(near, resource))
    }

    /// Whether the namespace of an object holds a custom resource of a kind this build does not understand: an operator
    /// may make workloads, pods and services of it, so nothing follows from their absence (ground rule 6).
    #[must_use]
    pub fn has_foreign(&self, near: &Resource) -> bool {
        self.foreign(near).next().is_some()
    }

    /// Those custom resources.
    pub(crate) fn foreign<'b>(&'b self, near: &'b Resource) -> impl Iterator<Item = &'b Resource> {
        self.beside(&self.foreign, near)
    }

    /// Whether an object of a kind this build does not understand may own pods that `selector` matches: an operator
    /// passes a custom resource's labels on to its pods.
    #[must_use]
    pub fn may_select_foreign_pods(&self, selector: &LabelSelector, near: &Resource) -> bool {
        self.beside(&self.foreign, near).any(|resource| selector.matches(&resource.object.labels))
    }

    /// All adapter configurations known for the build: those in its ConfigMaps, then the given ones.
    pub fn adapters(&self) -> impl Iterator<Item = &AdapterSource> {
        self.own_adapters().chain(self.given_adapters.iter().map(Arc::as_ref))
    }

    /// The adapter configurations that are judged with the build.
    pub fn judged_adapters(&self) -> impl Iterator<Item = &AdapterSource> {
        self.own_adapters().chain(self.judged_given.iter().map(Arc::as_ref))
    }

    /// The adapter configurations in the ConfigMaps of the build.
    pub fn own_adapters(&self) -> impl Iterator<Item = &AdapterSource> {
        self.resources.iter().flat_map(|resource| &resource.adapters)
    }

    /// Labels of a Namespace object of the build.
    #[must_use]
    pub fn namespace_labels(&self, namespace: &str) -> Option<&Labels> {
        self.namespace_labels.get(namespace)
    }

    /// Whether production rules apply to what a finding is about.
    #[must_use]
    pub fn is_production(&self, finding: &Finding) -> bool {
        let production = &self.options.production;
        let subject = finding.subject.as_ref();
        let own = subject.and_then(|subject| subject.namespace.as_deref());
        let labels = subject.filter(|_| production.asks_for_labels()).and_then(|subject| {
            let resource = self.resources.iter().find(|resource| resource.object.subject() == *subject)?;
            Some(&resource.object.labels)
        });
        production.covers(Signs {
            path: self.options.paths.get(&finding.primary.source).map(String::as_str),
            namespace: own.or(self.options.namespace.as_deref()),
            labels,
        })
    }

    /// Whether production rules apply to all of it, going by its files.
    #[must_use]
    pub fn is_production_throughout(&self) -> bool {
        let production = &self.options.production;
        let covers = |path: &String| production.covers(Signs { path: Some(path), ..Signs::default() });
        match production {
            Production::Everything => true,
            _ => !self.options.paths.is_empty() && self.options.paths.values().all(covers),
        }
    }
}
