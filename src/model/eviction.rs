//! What a budget allows when every workload it selects runs at its floor with all pods healthy.

use crate::model::disruption::{self, Selected, Status, Threshold};
use crate::model::view::{Budget, Workload};
use crate::model::workload::WorkloadKind;

/// A budget at the floor.
#[derive(Debug, Clone, Copy)]
pub struct AtFloor {
    /// What it asks for.
    pub threshold: Threshold,
    /// Pods that exist at the floor.
    pub pods: i64,
    /// What the controller computes.
    pub status: Status,
}

impl<'b> Budget<'b> {
    /// The budget at the floor of everything it selects; `None` where the manifests do not decide it: nothing selected,
    /// an unknown count, a workload scaled to zero, pods that an operator may add, or controllers without `/scale`.
    #[must_use]
    pub fn at_floor(self) -> Option<AtFloor> {
        let spec = self.spec()?;
        let (threshold, selector) = (spec.threshold?, spec.selector.as_ref()?);
        if self.build.may_select_foreign_pods(selector, self.resource) || self.unscalable().next().is_some() {
            return None;
        }
        let (mut pods, mut scale) = (0_i64, 0_i64);
        for workload in self.workloads() {
            if workload.spec().kind == WorkloadKind::Pod {
                pods = pods.saturating_add(1);
                continue;
            }
            let floor = workload.floor().filter(|floor| *floor > 0)?;
            pods = pods.saturating_add(floor);
            scale = scale.saturating_add(floor);
        }
        if scale == 0 {
            return None;
        }
        let status = disruption::status(threshold, Selected { pods, healthy: pods, scale: Some(scale) })?;
        Some(AtFloor { threshold, pods, status })
    }

    /// Selected workloads whose pods the controller cannot count, as the threshold needs it: a DaemonSet, Job or
    /// CronJob, or bare Pods alone.
    pub fn unscalable(self) -> impl Iterator<Item = Workload<'b>> {
        let counted = self.spec().and_then(|spec| spec.threshold).is_some_and(Threshold::needs_scale);
        let owned = self.workloads().any(|workload| workload.spec().kind != WorkloadKind::Pod);
        self.workloads().filter(move |workload| match workload.spec().kind {
            WorkloadKind::DaemonSet | WorkloadKind::Job | WorkloadKind::CronJob => counted,
            WorkloadKind::Pod => counted && !owned,
            _ => false,
        })
    }

    /// The least number of pods, above those at the floor, at which one may be evicted; `None` where there is none up to
    /// a hundred. It counts one controller, so `None` too where several are selected.
    #[must_use]
    pub fn enough_replicas(self) -> Option<i64> {
        let (at_floor, 1) = (self.at_floor()?, self.workloads().count()) else { return None };
        (at_floor.pods + 1..=100).find(|pods| {
            let selected = Selected { pods: *pods, healthy: *pods, scale: Some(*pods) };
            disruption::status(at_floor.threshold, selected).is_some_and(|status| status.disruptions_allowed > 0)
        })
    }

    /// The threshold as a person reads it, such as "`minAvailable: 2`".
    #[must_use]
    pub fn threshold_text(self) -> String {
        let Some(spec) = self.spec() else { return String::new() };
        let path = spec.threshold_path();
        match (path.strip_prefix("spec."), self.object.root().at(path)) {
            (Some(field), Some(value)) => format!("`{field}: {}`", value.text().unwrap_or_default()),
            _ => "a budget without `minAvailable` and `maxUnavailable`".to_owned(),
        }
    }
}
