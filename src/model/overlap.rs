//! Workloads whose selectors match each other's pods. Controllers tell their pods apart by owner; an HPA does not.

use crate::model::view::Workload;
use crate::yaml::NodeRef;

impl<'b> Workload<'b> {
    /// Whether its selector matches the pods of a workload of its namespace.
    #[must_use]
    pub fn selects(self, other: Self) -> bool {
        let selector = self.spec().selector.as_ref().filter(|selector| !selector.is_empty());
        selector.is_some_and(|selector| selector.matches(&other.spec().pod.labels))
            && self.build().same_namespace(self.resource(), other.resource())
    }

    /// The other workloads whose pods its selector matches. A workload that does not select its own pods is rejected; one
    /// that another controller scales, and a suspended Job or CronJob, make no pods.
    pub fn strangers_in_selector(self) -> impl Iterator<Item = Self> {
        let selector = self.spec().selector.as_ref().filter(|_| self.spec().usable && self.selects(self));
        let matched = selector.map(|selector| self.build().workloads_matching(selector, self.namespace()));
        matched.into_iter().flatten().filter(move |other| !self.may_be(*other) && other.makes_pods())
    }

    /// Whether two manifests may be of one object: where a namespace is unknown, as in a base beside its overlay.
    fn may_be(self, other: Self) -> bool {
        self.object.kind == other.object.kind && self.object.name == other.object.name
    }

    fn makes_pods(self) -> bool {
        let suspended = self.object.root().at("spec.suspend").and_then(NodeRef::bool) == Some(true);
        let selects_own = self.spec().selector.is_none() || self.selects(self);
        self.spec().usable && !self.is_borrowed() && !suspended && selects_own
    }
}
