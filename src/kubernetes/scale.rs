//! Validation of the Scale subresource (`ValidateScale` in pkg/apis/autoscaling/validation, Kubernetes 1.34).

/// Whether a replica count is accepted by `/scale` and by every workload kind.
#[must_use]
pub fn is_valid_replica_count(replicas: i64) -> bool {
    (0..=i64::from(i32::MAX)).contains(&replicas)
}
