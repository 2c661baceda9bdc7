//! The pods in the dump of a cluster: which are ready, which start, and which are in trouble.

use crate::kubernetes::selector::LabelSelector;
use crate::model::build::Build;
use crate::model::resource::Resource;
use crate::yaml::NodeRef;

/// How a pod of a cluster fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PodState {
    /// It is ready.
    Ready,
    /// Its containers are made or started for the first time, and nothing has failed so far.
    Starting,
    /// It is not ready; why, in the kubelet's or the scheduler's one word, where its status has one.
    Failing(Option<String>),
}

impl Build {
    /// The pods of a cluster that a selector matches in the namespace of `near`, without those that have ended or are
    /// being deleted.
    #[must_use]
    pub fn live_pods<'b>(&'b self, selector: &LabelSelector, near: &Resource) -> Vec<(&'b Resource, PodState)> {
        let pods = self.resources.iter().filter(|pod| pod.object.live && pod.object.kind == "Pod");
        let selected =
            pods.filter(|pod| selector.matches(&pod.object.labels) && pod.object.namespace == near.object.namespace);
        selected.filter_map(|pod| Some((pod, state(pod.object.root())?))).collect()
    }
}

/// What a pod's status says (`k8s.io/api/core/v1`, PodStatus and ContainerStatus, Kubernetes 1.34).
fn state(pod: NodeRef<'_>) -> Option<PodState> {
    let text = |node: NodeRef<'_>, path: &str| node.at(path).and_then(NodeRef::text).map(std::borrow::Cow::into_owned);
    if text(pod, "status.phase").is_none_or(|phase| phase == "Succeeded")
        || pod.at("metadata.deletionTimestamp").is_some()
    {
        return None;
    }
    let condition = |kind: &str| {
        let mut conditions = pod.at("status.conditions").into_iter().flat_map(NodeRef::items);
        conditions.find(|condition| text(*condition, "type").as_deref() == Some(kind))
    };
    let is =
        |kind: &str, status: &str| condition(kind).and_then(|found| text(found, "status")).as_deref() == Some(status);
    if is("Ready", "True") {
        return Some(PodState::Ready);
    }
    if is("PodScheduled", "False") {
        return Some(PodState::Failing(condition("PodScheduled").and_then(|found| text(found, "reason"))));
    }
    let lists = ["status.initContainerStatuses", "status.containerStatuses"];
    let containers: Vec<_> = lists.iter().flat_map(|list| pod.at(list).into_iter().flat_map(NodeRef::items)).collect();
    for container in &containers {
        let waiting = text(*container, "state.waiting.reason");
        if let Some(reason) =
            waiting.filter(|reason| !["ContainerCreating", "PodInitializing"].contains(&reason.as_str()))
        {
            return Some(PodState::Failing(Some(reason)));
        }
        let exit = container.at("state.terminated.exitCode").and_then(NodeRef::int);
        if exit.is_some_and(|code| code != 0) {
            return Some(PodState::Failing(text(*container, "state.terminated.reason")));
        }
        let restarts = container.at("restartCount").and_then(NodeRef::int);
        if restarts.is_some_and(|restarts| restarts > 0) {
            return Some(PodState::Failing(text(*container, "lastState.terminated.reason")));
        }
    }
    let failed = text(pod, "status.phase").is_some_and(|phase| phase == "Failed");
    let is_started = |container: &NodeRef<'_>| container.at("started").and_then(NodeRef::bool) == Some(true);
    Some(match (failed, containers.iter().all(is_started)) {
        (true, _) => PodState::Failing(text(pod, "status.reason")),
        // Without a startup probe a container counts as started at once: this one's readiness fails.
        (false, true) if !containers.is_empty() => PodState::Failing(None),
        (false, _) => PodState::Starting,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;
    use std::sync::Arc;

    fn state_of(status: &str) -> Option<PodState> {
        let documents = crate::yaml::parse(SourceId(0), &Arc::from(format!("status: {status}\n")));
        state(documents.first()?.root().expect("it is YAML"))
    }

    #[test]
    fn a_start_is_told_from_a_failure() {
        let container = |state: &str| {
            format!(
                "{{phase: Running, conditions: [{{type: Ready, status: 'False'}}], containerStatuses: [{{{state}}}]}}"
            )
        };
        let failing = |reason: &str| Some(PodState::Failing(Some(reason.to_owned())));
        for state in [
            "restartCount: 0, started: false, state: {waiting: {reason: ContainerCreating}}",
            "restartCount: 0, started: false, state: {running: {}}",
        ] {
            assert_eq!(state_of(&container(state)), Some(PodState::Starting), "{state}");
        }
        let crash = "restartCount: 4, started: false, state: {waiting: {reason: CrashLoopBackOff}}";
        assert_eq!(state_of(&container(crash)), failing("CrashLoopBackOff"));
        let back =
            "restartCount: 1, started: false, state: {running: {}}, lastState: {terminated: {reason: OOMKilled}}";
        assert_eq!(state_of(&container(back)), failing("OOMKilled"));
        assert_eq!(state_of(&container("restartCount: 0, started: true")), Some(PodState::Failing(None)));
        let unscheduled =
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable}]}";
        assert_eq!(state_of(unscheduled), failing("Unschedulable"));
        assert_eq!(state_of("{phase: Running, conditions: [{type: Ready, status: 'True'}]}"), Some(PodState::Ready));
        assert_eq!(state_of("{phase: Succeeded}"), None);
    }
}
