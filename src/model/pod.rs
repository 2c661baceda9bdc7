//! A pod template reduced to what rules ask of it, and the request arithmetic of the HPA's replica calculator.

use crate::kubernetes::quantity::Quantity;
use crate::kubernetes::selector::Labels;
use crate::kubernetes::version::KubeVersion;
use crate::model::container::{Container, Port, Resources, Role};
use crate::model::placement::{AffinityTerm, Spread, read_terms};
use k8s_openapi::api::core::v1 as core;

/// A volume of the pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Name.
    pub name: String,
    /// Path inside the pod spec, such as `volumes[0]`.
    pub path: String,
    /// The PersistentVolumeClaim it mounts.
    pub claim: Option<String>,
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
    /// Volumes.
    pub volumes: Vec<Volume>,
    /// `terminationGracePeriodSeconds` as written; the API server's default is 30.
    pub grace_period: Option<i64>,
}

impl Pod {
    /// Reads what rules need out of the API type, which is large and dropped afterwards.
    #[must_use]
    pub fn from_api(labels: Labels, annotations: Labels, spec: &core::PodSpec) -> Self {
        let regular =
            spec.containers.iter().enumerate().map(|(index, container)| {
                Container::from_api(container, Role::Regular, format!("containers[{index}]"))
            });
        let init = spec.init_containers.iter().flatten().enumerate().map(|(index, container)| {
            let sidecar = container.restart_policy.as_deref() == Some("Always");
            Container::from_api(
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
                .map(|(index, constraint)| Spread::from_api(index, constraint))
                .collect(),
            volumes: spec
                .volumes
                .iter()
                .flatten()
                .enumerate()
                .map(|(index, volume)| Volume {
                    name: volume.name.clone(),
                    path: format!("volumes[{index}]"),
                    claim: volume.persistent_volume_claim.as_ref().map(|claim| claim.claim_name.clone()),
                })
                .collect(),
            grace_period: spec.termination_grace_period_seconds,
        }
    }

    /// Whether a topology spread constraint counts the pod's own replicas.
    #[must_use]
    pub fn spreads_itself_by_constraint(&self) -> bool {
        self.own_spread().next().is_some()
    }

    /// The anti-affinity terms that keep the pod's own replicas apart.
    pub fn own_anti_affinity(&self) -> impl Iterator<Item = &AffinityTerm> {
        self.anti_affinity.iter().filter(|term| term.selects_own(&self.labels))
    }

    /// The constraints that count the pod's own replicas.
    pub fn own_spread(&self) -> impl Iterator<Item = &Spread> {
        self.spread.iter().filter(|spread| spread.selector.as_ref().is_some_and(|own| own.matches(&self.labels)))
    }

    /// The container port of a name, in any regular container or native sidecar.
    #[must_use]
    pub fn named_port(&self, name: &str) -> Option<&Port> {
        self.counted_containers().flat_map(|container| &container.ports).find(|port| port.name.as_deref() == Some(name))
    }

    /// GPUs that one pod takes: those of its regular containers and native sidecars together.
    #[must_use]
    pub fn gpus(&self) -> i64 {
        self.counted_containers().map(Container::gpus).sum()
    }

    /// What the scheduler and a ResourceQuota count for one pod (`PodRequests` in k8s.io/component-helpers v0.34): the
    /// sum over regular containers and native sidecars, or an init container's request together with the sidecars
    /// started before it, whichever is higher; the pod-level request where there is one. `default` stands in for
    /// containers that name no request. Zero when nobody requests it.
    #[must_use]
    pub fn effective_request(&self, resource: &str, default: Option<Quantity>, version: KubeVersion) -> Quantity {
        let level = self.resources.as_ref().filter(|_| version.is_at_least(34));
        if let Some(request) = level.and_then(|resources| resources.request(resource)) {
            return *request;
        }
        self.effective(|container| container.resources.request(resource).copied().or(default).unwrap_or(Quantity::ZERO))
    }

    /// The same for limits (`PodLimits`); what containers do not limit counts as nothing.
    #[must_use]
    pub fn effective_limit(&self, resource: &str, version: KubeVersion) -> Quantity {
        let level = self.resources.as_ref().filter(|_| version.is_at_least(34));
        if let Some(limit) = level.and_then(|resources| resources.limits.get(resource)) {
            return *limit;
        }
        self.effective(|container| container.resources.limits.get(resource).copied().unwrap_or(Quantity::ZERO))
    }

    fn effective(&self, of: impl Fn(&Container) -> Quantity) -> Quantity {
        let regular = self.containers.iter().filter(|container| container.role == Role::Regular).map(&of);
        let (mut sidecars, mut peak) = (Quantity::ZERO, Quantity::ZERO);
        for container in self.containers.iter().filter(|container| container.role != Role::Regular) {
            let amount = of(container);
            if container.role == Role::Sidecar {
                sidecars = sidecars + amount;
                peak = peak.max(sidecars);
            } else {
                peak = peak.max(sidecars + amount);
            }
        }
        regular.fold(sidecars, |sum, amount| sum + amount).max(peak)
    }

    /// Whether an admission webhook adds containers to the pod that no manifest shows: labels and annotations such as
    /// `sidecar.istio.io/inject: "true"`, `linkerd.io/inject: enabled`, `vault.hashicorp.com/agent-inject: "true"`.
    #[must_use]
    pub fn is_injected(&self) -> bool {
        let mut said = self.labels.iter().chain(&self.annotations);
        said.any(|(key, value)| {
            let word = key.rsplit(['/', '.', '-']).find(|word| !word.is_empty());
            word == Some("inject") && !matches!(value.as_str(), "false" | "disabled")
        })
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
