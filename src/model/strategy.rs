//! How a workload replaces its pods.

use crate::kubernetes::int_or_percent::IntOrPercent;
use crate::model::rollout::{Fenceposts, fenceposts};
use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// The update strategy with the API server's defaults (`SetDefaults_Deployment` and its like, Kubernetes 1.34).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// Old pods go as new ones become ready.
    RollingUpdate {
        /// `maxSurge`; 25% for a Deployment, 0 elsewhere.
        surge: IntOrPercent,
        /// `maxUnavailable`; 25% for a Deployment, 1 elsewhere.
        unavailable: IntOrPercent,
    },
    /// All old pods go before the first new one starts.
    Recreate,
    /// Pods are replaced only when somebody deletes them.
    OnDelete,
}

impl Strategy {
    /// What a rolling update may add and take away at a replica count; `None` for other strategies.
    #[must_use]
    pub fn at(self, replicas: i64) -> Option<Fenceposts> {
        match self {
            Self::RollingUpdate { surge, unavailable } => Some(fenceposts(surge, unavailable, replicas)),
            Self::Recreate | Self::OnDelete => None,
        }
    }

    /// `None` where the API server rejects it.
    pub(crate) fn of_deployment(strategy: Option<&apps::DeploymentStrategy>) -> Option<Self> {
        let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
        match strategy.and_then(|strategy| strategy.type_.as_deref()) {
            Some("Recreate") => Some(Self::Recreate),
            None | Some("" | "RollingUpdate") => Self::rolling(
                rolling.and_then(|rolling| rolling.max_surge.as_ref()),
                rolling.and_then(|rolling| rolling.max_unavailable.as_ref()),
                (IntOrPercent::Percent(25), IntOrPercent::Percent(25)),
            ),
            Some(_) => None,
        }
    }

    /// `None` where the API server rejects it.
    pub(crate) fn of_stateful_set(strategy: Option<&apps::StatefulSetUpdateStrategy>) -> Option<Self> {
        let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
        match strategy.and_then(|strategy| strategy.type_.as_deref()) {
            Some("OnDelete") => Some(Self::OnDelete),
            None | Some("" | "RollingUpdate") => Self::rolling(
                None,
                rolling.and_then(|rolling| rolling.max_unavailable.as_ref()),
                (IntOrPercent::Int(0), IntOrPercent::Int(1)),
            ),
            Some(_) => None,
        }
    }

    fn rolling(
        surge: Option<&IntOrString>,
        unavailable: Option<&IntOrString>,
        default: (IntOrPercent, IntOrPercent),
    ) -> Option<Self> {
        let read = |value: Option<&IntOrString>, default| match value {
            Some(value) => IntOrPercent::try_from(value).ok(),
            None => Some(default),
        };
        Some(Self::RollingUpdate { surge: read(surge, default.0)?, unavailable: read(unavailable, default.1)? })
    }
}
