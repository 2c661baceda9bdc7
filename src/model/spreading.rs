//! What a workload says of the nodes of its replicas beside affinity and spread: whether they can stand apart at all.

use crate::model::topology::HOSTNAME;
use crate::model::view::Workload;
use crate::model::workload::WorkloadKind;
use crate::yaml::NodeRef;

impl<'b> Workload<'b> {
    /// The topology keys of its affinity, anti-affinity and spread constraints, with the paths of their fields.
    pub fn topology_keys(self) -> impl Iterator<Item = (String, &'b str)> {
        let pod = &self.spec().pod;
        let terms = pod.affinity.iter().chain(&pod.anti_affinity).map(|term| (&term.path, &term.topology_key));
        let constraints = pod.spread.iter().map(|spread| (&spread.path, &spread.topology_key));
        let at = move |path: &str| self.pod_path(&format!("{path}.topologyKey"));
        terms.chain(constraints).map(move |(path, key)| (at(path), key.as_str()))
    }

    /// The replicas that it runs at all times, where there are two or more: they can stand in for one another. `None` for
    /// kinds without replicas and for workloads that are declared to run once.
    #[must_use]
    pub fn standing_replicas(self) -> Option<i64> {
        let kinds = [WorkloadKind::Deployment, WorkloadKind::StatefulSet, WorkloadKind::Rollout];
        if !self.spec().usable || !kinds.contains(&self.spec().kind) || self.is_singleton() {
            return None;
        }
        self.floor().filter(|floor| *floor >= 2)
    }

    /// Whether the pod asks for a node by a label whose key passes a test, in `nodeSelector` or required node affinity.
    #[must_use]
    pub fn chooses_nodes_by(self, test: impl Fn(&str) -> bool) -> bool {
        let at = |inner: &str| self.object.root().at(&self.pod_path(inner));
        let selected = at("nodeSelector").is_some_and(|labels| labels.entries().any(|entry| test(&entry.key())));
        let terms = at("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms");
        let expressions = |term: NodeRef<'_>| {
            let keys = term.get("matchExpressions").into_iter().flat_map(NodeRef::items);
            keys.filter_map(|expression| expression.get("key")?.str()).any(|key| test(&key))
        };
        selected || terms.is_some_and(|terms| terms.items().any(expressions))
    }

    /// Whether the manifest binds its replicas to nodes that it names, or to the one where the first of them runs.
    #[must_use]
    pub fn is_bound_to_a_node(self) -> bool {
        let pod = &self.spec().pod;
        let named = self.object.root().at(&self.pod_path("nodeName")).is_some_and(|name| !name.is_null());
        let beside_itself = |key: &str| key == HOSTNAME;
        named
            || self.chooses_nodes_by(beside_itself)
            || pod
                .affinity
                .iter()
                .any(|term| term.required && beside_itself(&term.topology_key) && term.selects_own(&pod.labels))
    }

    /// Whether no two replicas share a node in any case, because they hold a port of the node (plugin NodePorts of the
    /// scheduler). `hostNetwork` makes every declared port one (`SetDefaults_Pod`, Kubernetes 1.34).
    #[must_use]
    pub fn holds_node_ports(self) -> bool {
        let at = |inner: &str| self.object.root().at(&self.pod_path(inner));
        let host_network = at("hostNetwork").and_then(NodeRef::bool) == Some(true);
        self.spec().pod.counted_containers().any(|container| {
            let ports = at(&format!("{}.ports", container.path));
            ports.is_some_and(|ports| ports.items().any(|port| host_network || port.get("hostPort").is_some()))
        })
    }
}
