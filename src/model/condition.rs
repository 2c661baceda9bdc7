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
