//! A pod template reduced to what rules ask of it, and the request arithmetic of the HPA's replica calculator.

use crate::kubernetes::quantity::Quantity;
use crate::kubernetes::selector::{LabelSelector, Labels};
use crate::kubernetes::version::KubeVersion;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource as api;
use std::collections::BTreeMap;

/// What a container is to the pod's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// In `spec.containers`.
    Regular,
    /// An init container with `restartPolicy: Always`, which runs beside the regular ones (on by default since 1.29).
    Sidecar,
    /// An ordinary init container.
    Init,
}

/// Requests and limits of a container or a pod. Quantities that do not parse are left out; the schema reports them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// `requests`.
    pub requests: BTreeMap<String, Quantity>,
    /// `limits`.
    pub limits: BTreeMap<String, Quantity>,
}

impl Resources {
    /// The request after the API server's defaulting: `SetDefaults_Pod` copies limits to absent requests.
    #[must_use]
    pub fn request(&self, resource: &str) -> Option<&Quantity> {
        self.requests.get(resource).or_else(|| self.limits.get(resource))
    }

    fn from_api(
        requests: Option<&BTreeMap<String, api::Quantity>>,
        limits: Option<&BTreeMap<String, api::Quantity>>,
    ) -> Self {
        let parse = |list: Option<&BTreeMap<String, api::Quantity>>| {
            list.into_iter()
                .flatten()
                .filter_map(|(name, quantity)| Some((name.clone(), Quantity::parse(&quantity.0).ok()?)))
                .collect()
        };
        Self { requests: parse(requests), limits: parse(limits) }
    }
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Name; empty when absent.
    pub name: String,
    /// Its part in the pod.
    pub role: Role,
    /// Path inside the pod spec, such as `containers[0]`.
    pub path: String,
    /// Requests and limits.
    pub resources: Resources,
}

/// One pod affinity or anti-affinity term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffinityTerm {
    /// Path inside the pod spec.
    pub path: String,
    /// True for `requiredDuringScheduling…`.
    pub required: bool,
    /// `None`: null, which matches no pod.
    pub selector: Option<LabelSelector>,
    /// `namespaces`.
    pub namespaces: Vec<String>,
    /// `namespaceSelector`; `None` when null.
    pub namespace_selector: Option<LabelSelector>,
    /// `topologyKey`.
    pub topology_key: String,
}

impl AffinityTerm {
    /// Whether the term looks at pods of `namespace`, for a pod that lives in `own`. `None` when the manifests do not
    /// decide it: an unknown namespace, or a namespace selector other than `{}`.
    #[must_use]
    pub fn covers(&self, namespace: Option<&str>, own: Option<&str>) -> Option<bool> {
        if self.namespaces.is_empty() && self.namespace_selector.is_none() {
            return match (namespace, own) {
                (Some(namespace), Some(own)) => Some(namespace == own),
                _ => Some(true),
            };
        }
        match &self.namespace_selector {
            Some(selector) if selector.is_empty() => return Some(true),
            _ => {}
        }
        let namespace = namespace?;
        if self.namespaces.iter().any(|listed| listed == namespace) {
            return Some(true);
        }
        match &self.namespace_selector {
            None => Some(false),
            Some(selector) => selector.excludes_by_name(namespace).then_some(false),
        }
    }
}

impl LabelSelector {
    /// Whether a namespace selector certainly excludes a namespace, known from the label that every namespace
    /// carries since 1.22.
    fn excludes_by_name(&self, namespace: &str) -> bool {
        self.requirements.iter().any(|requirement| {
            requirement.key == "kubernetes.io/metadata.name" && !requirement.values.is_empty() && {
                let labels = Labels::from([(requirement.key.clone(), namespace.to_owned())]);
                !requirement.matches(&labels)
            }
        })
    }
}

/// One topology spread constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// Path inside the pod spec.
    pub path: String,
    /// `None`: null, which counts nothing.
    pub selector: Option<LabelSelector>,
    /// `topologyKey`.
    pub topology_key: String,
}

/// A pod template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pod {
    /// Labels of the template, values as text.
    pub labels: Labels,
    /// Annotations of the template, values as text.
    pub annotations: Labels,
    /// Regular containers first, then init containers.
    pub containers: Vec<Container>,
    /// Pod-level `spec.resources` (beta and on by default since 1.34).
    pub resources: Option<Resources>,
    /// Anti-affinity terms, required ones first.
    pub anti_affinity: Vec<AffinityTerm>,
    /// Affinity terms, required ones first.
    pub affinity: Vec<AffinityTerm>,
    /// Topology spread constraints.
    pub spread: Vec<Spread>,
}

impl Pod {
    /// Reads what rules need out of the API type, which is large and dropped afterwards.
    #[must_use]
    pub fn from_api(labels: Labels, annotations: Labels, spec: &core::PodSpec) -> Self {
        let regular = spec
            .containers
            .iter()
            .enumerate()
            .map(|(index, container)| read_container(container, Role::Regular, format!("containers[{index}]")));
        let init = spec.init_containers.iter().flatten().enumerate().map(|(index, container)| {
            let sidecar = container.restart_policy.as_deref() == Some("Always");
            read_container(
                container,
                if sidecar { Role::Sidecar } else { Role::Init },
                format!("initContainers[{index}]"),
            )
        });
        let affinity = spec.affinity.as_ref();
        let resources = spec
            .resources
            .as_ref()
            .map(|resources| Resources::from_api(resources.requests.as_ref(), resources.limits.as_ref()));
        let anti = affinity.and_then(|affinity| affinity.pod_anti_affinity.as_ref());
        let pro = affinity.and_then(|affinity| affinity.pod_affinity.as_ref());
        Self {
            labels,
            annotations,
            containers: regular.chain(init).collect(),
            resources,
            anti_affinity: anti.map_or_else(Vec::new, |anti| {
                read_terms(
                    "affinity.podAntiAffinity",
                    anti.required_during_scheduling_ignored_during_execution.as_deref(),
                    anti.preferred_during_scheduling_ignored_during_execution.as_deref(),
                )
            }),
            affinity: pro.map_or_else(Vec::new, |pro| {
                read_terms(
                    "affinity.podAffinity",
                    pro.required_during_scheduling_ignored_during_execution.as_deref(),
                    pro.preferred_during_scheduling_ignored_during_execution.as_deref(),
                )
            }),
            spread: spec
                .topology_spread_constraints
                .iter()
                .flatten()
                .enumerate()
                .map(|(index, constraint)| Spread {
                    path: format!("topologySpreadConstraints[{index}]"),
                    selector: constraint
                        .label_selector
                        .as_ref()
                        .and_then(|selector| LabelSelector::from_api(selector).ok()),
                    topology_key: constraint.topology_key.clone(),
                })
                .collect(),
        }
    }

    /// Whether a topology spread constraint counts the pod's own replicas.
    #[must_use]
    pub fn spreads_itself_by_constraint(&self) -> bool {
        self.spread.iter().filter_map(|spread| spread.selector.as_ref()).any(|own| own.matches(&self.labels))
    }

    /// The containers the HPA counts: regular ones and native sidecars.
    pub fn counted_containers(&self) -> impl Iterator<Item = &Container> {
        self.containers.iter().filter(|container| container.role != Role::Init)
    }

    /// The request that the HPA divides by, as `calculateRequests` of the replica calculator (Kubernetes 1.34) does it.
    ///
    /// # Errors
    /// What makes the metric fail for the whole HPA.
    pub fn request(
        &self,
        resource: &str,
        container: Option<&str>,
        version: KubeVersion,
    ) -> Result<Quantity, RequestError<'_>> {
        if let Some(name) = container {
            let found = self.counted_containers().find(|candidate| candidate.name == name);
            let Some(found) = found else { return Err(RequestError::NoSuchContainer) };
            return found.resources.request(resource).copied().ok_or(RequestError::Missing(found));
        }
        // PodLevelResources: beta and on by default since 1.34; before that the field is dropped. Where it is set, the
        // pod's aggregated request counts and containers may lack theirs.
        let pod_level = self.resources.as_ref().filter(|resources| {
            version.is_at_least(34) && !(resources.requests.is_empty() && resources.limits.is_empty())
        });
        if let Some(request) = pod_level.and_then(|resources| resources.request(resource)) {
            return Ok(*request);
        }
        let mut total: Option<Quantity> = None;
        let mut missing = None;
        for counted in self.counted_containers() {
            match (counted.resources.request(resource), total) {
                (Some(request), Some(sum)) => total = Some(sum + *request),
                (Some(request), None) => total = Some(*request),
                (None, _) => missing = missing.or(Some(counted)),
            }
        }
        if let Some(missing) = missing.filter(|_| pod_level.is_none() || total.is_none()) {
            return Err(RequestError::Missing(missing));
        }
        total.ok_or(RequestError::NoContainers)
    }
}

/// Why a pod has no request that a utilisation could be computed from (user error).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError<'p> {
    /// A counted container without it: "missing request for cpu in container C of Pod P".
    Missing(&'p Container),
    /// "container N not found in Pod P".
    NoSuchContainer,
    /// The pod has no containers.
    NoContainers,
}

fn read_container(container: &core::Container, role: Role, path: String) -> Container {
    let resources = container.resources.as_ref();
    Container {
        name: container.name.clone(),
        role,
        path,
        resources: Resources::from_api(
            resources.and_then(|resources| resources.requests.as_ref()),
            resources.and_then(|resources| resources.limits.as_ref()),
        ),
    }
}

fn read_terms(
    path: &str,
    required: Option<&[core::PodAffinityTerm]>,
    preferred: Option<&[core::WeightedPodAffinityTerm]>,
) -> Vec<AffinityTerm> {
    let required =
        required.unwrap_or_default().iter().enumerate().map(|(index, term)| {
            (format!("{path}.requiredDuringSchedulingIgnoredDuringExecution[{index}]"), true, term)
        });
    let preferred = preferred.unwrap_or_default().iter().enumerate().map(|(index, term)| {
        let path = format!("{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}].podAffinityTerm");
        (path, false, &term.pod_affinity_term)
    });
    required.chain(preferred).filter_map(|(path, required, term)| read_term(path, required, term)).collect()
}

/// `None` when a selector does not decode, so that nothing is concluded from it.
fn read_term(path: String, required: bool, term: &core::PodAffinityTerm) -> Option<AffinityTerm> {
    let selector = match &term.label_selector {
        Some(selector) => Some(LabelSelector::from_api(selector).ok()?),
        None => None,
    };
    let namespace_selector = match &term.namespace_selector {
        Some(selector) => Some(LabelSelector::from_api(selector).ok()?),
        None => None,
    };
    Some(AffinityTerm {
        path,
        required,
        selector,
        namespaces: term.namespaces.clone().unwrap_or_default(),
        namespace_selector,
        topology_key: term.topology_key.clone(),
    })
}
