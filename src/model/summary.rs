//! A workload in numbers and names, as plain data, for reporters that show more than findings.

use crate::finding::Subject;
use crate::model::build::Build;
use crate::model::monitor::Monitor;
use crate::model::scaler::{Metric, ScalerKind};
use crate::model::view::{Budget, Scaler, Workload};

/// What there is to show of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadSummary {
    /// Index of the build in the report.
    pub build: usize,
    /// Which workload.
    pub subject: Subject,
    /// Lowest number of pods it is meant to run, where the manifests decide it.
    pub floor: Option<i64>,
    /// Highest number of pods it is meant to run, where the manifests decide it.
    pub ceiling: Option<i64>,
    /// What scales it.
    pub scalers: Vec<ScalerSummary>,
    /// The budgets that select its pods.
    pub budgets: Vec<BudgetSummary>,
    /// The services that select its pods.
    pub services: Vec<Subject>,
    /// What has its pods scraped.
    pub monitors: Vec<MonitorSummary>,
    /// What keeps its own pods apart.
    pub apart: Vec<Apart>,
}

impl WorkloadSummary {
    /// Pods that may be evicted at the floor; `None` where the manifests do not decide it. Without a budget all of them,
    /// and with several none: the eviction API refuses a pod that more than one budget selects (`Create` in
    /// pkg/registry/core/pod/storage/eviction.go, Kubernetes 1.34).
    #[must_use]
    pub fn evictable(&self) -> Option<i64> {
        match self.budgets.as_slice() {
            [] => self.floor,
            [budget] => budget.allowed.zip(self.floor).map(|(allowed, floor)| allowed.clamp(0, floor.max(0))),
            _ => Some(0),
        }
    }

    /// Whether budgets keep every pod from being evicted at the floor.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.floor.is_some_and(|floor| floor > 0) && self.evictable() == Some(0)
    }
}

/// A scaler with what it looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalerSummary {
    /// Which scaler.
    pub subject: Subject,
    /// Its metrics, such as `cpu 80%`; a KEDA trigger by its type.
    pub metrics: Vec<String>,
}

/// A budget when everything that it selects runs at its floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetSummary {
    /// Which budget.
    pub subject: Subject,
    /// Its threshold, such as `minAvailable: 2`.
    pub threshold: String,
    /// Pods that may be evicted then; `None` where the manifests do not decide it.
    pub allowed: Option<i64>,
}

/// A ServiceMonitor or PodMonitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorSummary {
    /// Which monitor.
    pub subject: Subject,
    /// The services of the workload through which it is found; none for a PodMonitor.
    pub through: Vec<Subject>,
}

/// One thing that keeps the pods of a workload apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// `topologyKey`.
    pub key: String,
    /// A pod stays pending rather than break it.
    pub hard: bool,
    /// A spread constraint, rather than anti-affinity.
    pub spread: bool,
}

/// The workloads of a build, in source order.
#[must_use]
pub fn workloads(build: &Build, number: usize) -> Vec<WorkloadSummary> {
    let monitors: Vec<Monitor<'_>> = build.monitors().collect();
    build.workloads().map(|workload| summarise(workload, number, &monitors)).collect()
}

fn summarise(workload: Workload<'_>, build: usize, monitors: &[Monitor<'_>]) -> WorkloadSummary {
    WorkloadSummary {
        build,
        subject: workload.object.subject(),
        floor: workload.floor(),
        ceiling: workload.ceiling(),
        scalers: workload.scalers().map(scaler).collect(),
        budgets: workload.budgets().map(budget).collect(),
        services: workload.services().map(|service| service.object.subject()).collect(),
        monitors: monitors.iter().filter_map(|one| monitor(one, workload)).collect(),
        apart: apart(workload),
    }
}

fn scaler(scaler: Scaler<'_>) -> ScalerSummary {
    let spec = scaler.spec();
    let metrics = match spec.kind {
        ScalerKind::Hpa => spec.metrics.iter().map(metric).collect(),
        ScalerKind::ScaledObject => spec.triggers.iter().map(|trigger| trigger.kind.clone()).collect(),
    };
    ScalerSummary { subject: scaler.object.subject(), metrics }
}

fn metric(metric: &Metric) -> String {
    let name = metric.source.name();
    match metric.target.average_utilization {
        Some(percent) => format!("{name} {percent}%"),
        None => name.to_owned(),
    }
}

fn budget(budget: Budget<'_>) -> BudgetSummary {
    BudgetSummary {
        subject: budget.object.subject(),
        threshold: budget.threshold_text().trim_matches('`').to_owned(),
        allowed: budget.at_floor().map(|at_floor| at_floor.status.disruptions_allowed),
    }
}

fn monitor(monitor: &Monitor<'_>, workload: Workload<'_>) -> Option<MonitorSummary> {
    let selector = monitor.selector().filter(|_| monitor.selects(workload))?;
    let through = workload.services().filter(|service| {
        !monitor.is_of_pods() && monitor.covers(service.namespace()) && selector.matches(&service.object.labels)
    });
    let through = through.map(|service| service.object.subject()).collect();
    Some(MonitorSummary { subject: monitor.resource().object.subject(), through })
}

/// Only what counts the workload's own pods keeps them apart.
fn apart(workload: Workload<'_>) -> Vec<Apart> {
    let pod = &workload.spec().pod;
    let terms = pod.anti_affinity.iter().filter(|term| term.selects_own(&pod.labels));
    let terms = terms.map(|term| Apart { key: term.topology_key.clone(), hard: term.required, spread: false });
    let counts_own = |selector: &crate::kubernetes::selector::LabelSelector| selector.matches(&pod.labels);
    let constraints = pod.spread.iter().filter(|spread| spread.selector.as_ref().is_some_and(counts_own));
    let constraints =
        constraints.map(|spread| Apart { key: spread.topology_key.clone(), hard: spread.hard, spread: true });
    terms.chain(constraints).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::BuildOptions;
    use crate::text::SourceId;
    use std::sync::Arc;

    #[test]
    fn a_workload_is_told_with_all_that_points_at_it() {
        let text: Arc<str> = Arc::from(
            "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: api}}}
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
      containers: [{name: api, image: shop/api}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 3
  maxReplicas: 9
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api, namespace: shop}
spec: {minAvailable: 2, selector: {matchLabels: {app: api}}}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {selector: {app: api}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: api, namespace: shop}
spec: {selector: {matchLabels: {app: api}}}
",
        );
        let documents = crate::yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        let build = Build::new(BuildOptions::default(), documents);
        let found = workloads(&build, 4);
        let [api] = found.as_slice() else { panic!("one workload: {found:?}") };
        assert_eq!((api.build, api.subject.to_string().as_str()), (4, "Deployment/api"));
        assert_eq!((api.floor, api.ceiling), (Some(3), Some(9)));
        assert_eq!(api.scalers[0].metrics, ["cpu 70%"]);
        assert_eq!((api.budgets[0].threshold.as_str(), api.budgets[0].allowed), ("minAvailable: 2", Some(1)));
        assert_eq!((api.evictable(), api.is_stuck()), (Some(1), false));
        let twice = WorkloadSummary { budgets: [&api.budgets[..], &api.budgets[..]].concat(), ..api.clone() };
        assert!(twice.is_stuck(), "the API refuses a pod of two budgets");
        assert_eq!(api.monitors[0].through, api.services);
        let zone = Apart { key: "topology.kubernetes.io/zone".to_owned(), hard: true, spread: true };
        assert_eq!(api.apart, [zone], "the other constraint counts other pods");
    }
}
