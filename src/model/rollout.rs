//! Rolling-update arithmetic of a Deployment (`ResolveFenceposts` in pkg/controller/deployment/util, Kubernetes 1.34).

use crate::kubernetes::int_or_percent::IntOrPercent;

/// How many pods a rollout may add and take away, resolved against a replica count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fenceposts {
    /// Pods above the replica count; percentages round up.
    pub surge: i64,
    /// Pods below the replica count; percentages round down. 1 when both resolve to 0.
    pub unavailable: i64,
}

/// Resolves `maxSurge` and `maxUnavailable` at a replica count.
#[must_use]
pub fn fenceposts(max_surge: IntOrPercent, max_unavailable: IntOrPercent, replicas: i64) -> Fenceposts {
    let surge = max_surge.scaled(replicas, true);
    let unavailable = max_unavailable.scaled(replicas, false);
    let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
    Fenceposts { surge, unavailable }
}
