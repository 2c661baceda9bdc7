//! What a Service is for: requests that pods answer, or metrics that Prometheus reads.

use crate::model::view::{Service, Workload};
use crate::yaml::NodeRef;

impl Service<'_> {
    /// Whether others may wait for an answer through it, rather than Prometheus alone: neither its own name nor those
    /// of all its ports say metrics.
    #[must_use]
    pub fn carries_requests(self) -> bool {
        if ["exporter", "metrics"].iter().any(|word| self.object.name.ends_with(word)) {
            return false;
        }
        let Some(ports) = self.object.root().at("spec.ports") else { return true };
        let mut ports = ports.items().peekable();
        ports.peek().is_none() || !ports.all(is_for_metrics)
    }

    /// Whether pods are among its addresses before they are ready, as peers of one cluster need it.
    #[must_use]
    pub fn publishes_unready(self) -> bool {
        self.object.root().at("spec.publishNotReadyAddresses").and_then(NodeRef::bool) == Some(true)
    }
}

impl<'b> Workload<'b> {
    /// The Services that send requests to its pods.
    pub fn requesters(self) -> impl Iterator<Item = Service<'b>> {
        self.services().filter(|service| service.carries_requests())
    }
}

fn is_for_metrics(port: NodeRef<'_>) -> bool {
    const WORDS: &[&str] = &["metrics", "metric", "prometheus", "telemetry"];
    let text = |key: &str| port.get(key).and_then(NodeRef::str).unwrap_or_default().to_ascii_lowercase();
    let is_metrics = |name: &str| name.split(['-', '_']).any(|word| WORDS.contains(&word));
    is_metrics(&text("name")) || is_metrics(&text("targetPort"))
}
