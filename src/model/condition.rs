//! What the controllers of a cluster say of an object: the conditions in its `status`.

use crate::model::resource::Resource;
use crate::yaml::{NodeRef, push_index};

/// One of `status.conditions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Path in the object, such as `status.conditions[1]`.
    pub path: String,
    /// `type`.
    pub kind: String,
    /// `status`: `True`, `False` or `Unknown`.
    pub status: String,
    /// `reason`, one word for programs.
    pub reason: String,
    /// `message`, for people.
    pub message: String,
}

/// What keeps an HPA from its metrics, as far as the message of its condition tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing is registered for the metrics API.
    NoApi,
    /// What is registered does not answer.
    ApiDown,
    /// The controller may not read it.
    Forbidden,
    /// The API answers, and has no such metric.
    NoMetric,
    /// The API answers, and has no value for the pods.
    NoValue,
    /// No pod counts so far.
    NoReadyPod,
    /// A container of a pod has no request to compute a utilization from.
    NoRequest(String),
    /// The pods have no container of the name.
    NoContainer(String),
}

impl Condition {
    /// What the message says. The texts are those of `replica_calculator.go` and `metrics/client.go` in
    /// `pkg/controller/podautoscaler` (Kubernetes 1.34), of the API server, and of `custom-metrics-apiserver`.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        let says = |words: &str| self.message.contains(words);
        let word_after = |words: &str| {
            let rest = self.message.split_once(words)?.1;
            rest.split_whitespace().next().map(str::to_owned)
        };
        if says("missing request for") {
            return word_after(" in container ").map(Trouble::NoRequest);
        }
        if says("not present in metrics for pod") {
            return word_after("container ").map(Trouble::NoContainer);
        }
        let texts = [
            ("could not find the metric", Trouble::NoMetric),
            ("could not find the requested resource", Trouble::NoApi),
            (") registered", Trouble::NoApi),
            ("currently unable to handle the request", Trouble::ApiDown),
            ("is forbidden", Trouble::Forbidden),
            ("no metrics returned from", Trouble::NoValue),
            ("did not receive metrics for targeted pods", Trouble::NoReadyPod),
        ];
        texts.into_iter().find(|(words, _)| says(words)).map(|(_, trouble)| trouble)
    }

    /// The HPAs that count the same pods, as `namespace/name`, where the message of `AmbiguousSelector` lists them.
    #[must_use]
    pub fn rivals(&self) -> Vec<&str> {
        let listed =
            self.message.split_once("controlled by multiple HPAs: [").and_then(|(_, rest)| rest.split_once(']'));
        listed.map(|(names, _)| names.split_whitespace().collect()).unwrap_or_default()
    }
}

impl Resource {
    /// The conditions of an object of a cluster; none of a manifest, where `status` is a leftover that the API server
    /// drops.
    pub fn conditions(&self) -> impl Iterator<Item = Condition> {
        let list = self.object.root().at("status.conditions").filter(|_| self.object.live);
        list.into_iter().flat_map(NodeRef::items).enumerate().map(|(index, node)| {
            let text = |key: &str| node.get(key).and_then(NodeRef::text).unwrap_or_default().into_owned();
            let mut path = String::from("status.conditions");
            push_index(&mut path, index);
            Condition {
                path,
                kind: text("type"),
                status: text("status"),
                reason: text("reason"),
                message: text("message"),
            }
        })
    }

    /// A count in the status of an object of a cluster.
    #[must_use]
    pub fn status_count(&self, field: &str) -> Option<i64> {
        self.object.root().get("status").filter(|_| self.object.live)?.get(field)?.int()
    }

    /// Whether its status is about an older spec than the one that stands there.
    #[must_use]
    pub fn status_is_stale(&self) -> bool {
        let count = |path: &str| self.object.root().at(path).and_then(NodeRef::int);
        count("status.observedGeneration").zip(count("metadata.generation")).is_some_and(|(seen, spec)| seen < spec)
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, Trouble};
    use crate::model::build::{Build, BuildOptions};
    use crate::text::SourceId;
    use std::sync::Arc;

    fn budget(metadata: &str) -> Build {
        let text = format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: api, generation: 2{metadata}}}\nstatus: {{observedGeneration: 1, disruptionsAllowed: 0, conditions: [{{type: DisruptionAllowed, status: 'False', reason: InsufficientPods}}]}}\n"
        );
        let text: Arc<str> = Arc::from(text);
        let documents = crate::yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        Build::new(BuildOptions::default(), documents)
    }

    #[test]
    fn messages_tell_what_the_trouble_is() {
        let trouble = |message: &str| {
            let text = String::new;
            let message = message.to_owned();
            Condition { path: text(), kind: text(), status: text(), reason: text(), message }.trouble()
        };
        let prefix = "the HPA was unable to compute the replica count: ";
        let request =
            format!("{prefix}failed to get cpu utilization: missing request for cpu in container proxy of Pod api-1");
        assert_eq!(trouble(&request), Some(Trouble::NoRequest("proxy".to_owned())));
        let container =
            format!("{prefix}failed to get cpu usage: container api not present in metrics for pod shop/api-1");
        assert_eq!(trouble(&container), Some(Trouble::NoContainer("api".to_owned())));
        let metric =
            "unable to fetch metrics from custom metrics API: the server could not find the metric depth for pods";
        assert_eq!(trouble(metric), Some(Trouble::NoMetric));
        assert_eq!(
            trouble("the server could not find the requested resource (get pods.metrics.k8s.io)"),
            Some(Trouble::NoApi)
        );
        assert_eq!(trouble("no custom metrics API (custom.metrics.k8s.io) registered"), Some(Trouble::NoApi));
        assert_eq!(trouble("unable to get metric depth"), None);
    }

    #[test]
    fn only_an_object_of_a_cluster_has_a_status() {
        for (metadata, count) in [(", uid: 2f6c1b7d", Some(0)), ("", None)] {
            let build = budget(metadata);
            let resource = build.resources.first().expect("the budget");
            assert_eq!(resource.status_count("disruptionsAllowed"), count);
            assert_eq!(
                resource.conditions().next().map(|condition| condition.reason),
                count.map(|_| "InsufficientPods".to_owned())
            );
            assert!(resource.status_is_stale());
        }
    }
}
