//! Workloads whose selectors match each other's pods. Controllers tell their pods apart by owner; an HPA does not.

use crate::model::view::Workload;

impl<'b> Workload<'b> {
    /// Whether its selector matches the pods of a workload of its namespace.
    #[must_use]
    pub fn selects(self, other: Self) -> bool {
        let selector = self.spec().selector.as_ref().filter(|selector| !selector.is_empty());
        selector.is_some_and(|selector| selector.matches(&other.spec().pod.labels))
            && self.build().same_namespace(self.resource(), other.resource())
    }

    /// The other workloads whose pods its selector matches. A workload that does not select its own pods is rejected, and
    /// one that another controller scales makes no pods by itself.
    pub fn strangers_in_selector(self) -> impl Iterator<Item = Self> {
        let selector = self.spec().selector.as_ref().filter(|_| self.spec().usable && self.selects(self));
        let matched = selector.map(|selector| self.build().workloads_matching(selector, self.namespace()));
        matched.into_iter().flatten().filter(move |other| *other != self && other.makes_pods())
    }

    fn makes_pods(self) -> bool {
        self.spec().usable && !self.is_borrowed() && (self.spec().selector.is_none() || self.selects(self))
    }
}
