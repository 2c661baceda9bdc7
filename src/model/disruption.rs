//! Disruption arithmetic as the disruption controller and the eviction API do it (pkg/controller/disruption and
//! pkg/registry/core/pod/storage/eviction.go, Kubernetes 1.34).

use crate::kubernetes::int_or_percent::IntOrPercent;

/// What a budget asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// `minAvailable`.
    MinAvailable(IntOrPercent),
    /// `maxUnavailable`.
    MaxUnavailable(IntOrPercent),
    /// Neither field: valid, and nothing may be evicted.
    Neither,
}

impl Threshold {
    /// Whether the controller must resolve the pods' owners through `/scale` to know the expected count.
    #[must_use]
    pub fn needs_scale(self) -> bool {
        matches!(self, Self::MaxUnavailable(_) | Self::MinAvailable(IntOrPercent::Percent(_)))
    }
}

/// The pods a budget selects, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selected {
    /// All selected pods.
    pub pods: i64,
    /// Those that are ready.
    pub healthy: i64,
    /// Sum of `spec.replicas` over the distinct controllers of the selected pods; pods without a controller do not
    /// count. `None` when a controller has no `/scale` (DaemonSet, Job): the controller then fails safe.
    pub scale: Option<i64>,
}

/// `status` of a PodDisruptionBudget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Pods that may be evicted.
    pub disruptions_allowed: i64,
    /// Ready pods.
    pub current_healthy: i64,
    /// Pods that must stay.
    pub desired_healthy: i64,
    /// Pods that should exist.
    pub expected_pods: i64,
}

/// The status the controller computes, or `None` when it cannot (condition `SyncFailed`, 0 disruptions allowed).
/// Both percentages round up.
#[must_use]
pub fn status(threshold: Threshold, selected: Selected) -> Option<Status> {
    let (expected, desired) = match threshold {
        Threshold::MaxUnavailable(value) => {
            let expected = selected.scale?;
            (expected, (expected - value.scaled(expected, true)).max(0))
        }
        Threshold::MinAvailable(IntOrPercent::Int(count)) => (selected.pods, count),
        Threshold::MinAvailable(value) => {
            let expected = selected.scale?;
            (expected, value.scaled(expected, true))
        }
        Threshold::Neither => (0, 0),
    };
    let allowed = if expected <= 0 { 0 } else { (selected.healthy - desired).max(0) };
    Some(Status {
        disruptions_allowed: allowed,
        current_healthy: selected.healthy,
        desired_healthy: desired,
        expected_pods: expected,
    })
}

/// What the eviction API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eviction {
    /// The pod is deleted.
    Evicted,
    /// HTTP 429: the budget does not allow it at the moment.
    TooManyRequests,
    /// HTTP 500: more than one budget selects the pod.
    MoreThanOneBudget,
}

/// A pod as the eviction API sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evictee {
    /// Phase Pending, Succeeded or Failed, or terminating: budgets do not apply.
    pub exempt: bool,
    /// Ready condition.
    pub ready: bool,
}

/// Decides an eviction; `status` is that of the only budget that selects the pod.
#[must_use]
pub fn evict(pod: Evictee, budgets: usize, always_allow_unhealthy: bool, status: Status) -> Eviction {
    if pod.exempt || budgets == 0 {
        return Eviction::Evicted;
    }
    if budgets > 1 {
        return Eviction::MoreThanOneBudget;
    }
    let enough_healthy = status.desired_healthy > 0 && status.current_healthy >= status.desired_healthy;
    if !pod.ready && (always_allow_unhealthy || enough_healthy) {
        return Eviction::Evicted;
    }
    if status.disruptions_allowed > 0 { Eviction::Evicted } else { Eviction::TooManyRequests }
}
