//! What the configuration says of the cluster that no manifest can say. Rules that need it are silent without it.

/// The cluster that a build is meant for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Nodes that the workloads may land on.
    pub nodes: Option<i64>,
    /// Zones that those nodes stand in.
    pub zones: Option<i64>,
    /// GPUs of all nodes together.
    pub gpus: Option<i64>,
    /// `--horizontal-pod-autoscaler-tolerance` of the controller manager in thousandths; 100 by default.
    pub hpa_tolerance: Option<i64>,
    /// Node labels that the cluster's own tooling sets, beside the well-known ones.
    pub topology_keys: Vec<String>,
}

/// A workload that the configuration declares to run once on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Singleton {
    /// `Kind/name`.
    pub workload: String,
    /// Why; never empty.
    pub reason: String,
}

impl Singleton {
    /// The workload's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.workload.split_once('/').map_or(&self.workload, |(_, name)| name)
    }
}
