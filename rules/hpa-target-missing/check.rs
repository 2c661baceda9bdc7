//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

const KIND: &str = "spec.scaleTargetRef.kind";
const NAME: &str = "spec.scaleTargetRef.name";

/// The kinds of the group `apps` (apps/v1, Kubernetes 1.34).
const APPS_KINDS: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "ControllerRevision"];

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let target = &scaler.spec().target;
    if !scaler.spec().usable || target.name.is_empty() {
        return;
    }
    match WorkloadKind::meant_by(target) {
        // A wrong case, a wrong group and a kind that cannot scale have rules of their own.
        Some(kind) if kind.is_scalable() && target.is_same_as(&target.as_kind(kind)) => check_object(scaler, cx),
        None if target.group() == Some("apps") && !APPS_KINDS.contains(&target.kind.as_str()) => {
            let message = format!("{scaler} targets a `{}`, which is no kind of the group `apps`", target.kind);
            cx.report(scaler.at_or_parent(KIND), message)
                .here("no such kind")
                .help("set `kind` to Deployment, StatefulSet or ReplicaSet");
        }
        _ => {}
    }
}

fn check_object<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let (build, target) = (cx.build, &scaler.spec().target);
    if !build.is_whole() || build.find(target, scaler.resource()).is_some() {
        return;
    }
    let beside: Vec<Workload<'b>> = build.workloads_beside(scaler.resource()).collect();
    let of_kind = || beside.iter().filter(|workload| workload.object.kind == target.kind);
    if let Some(other) = beside.iter().find(|workload| workload.object.name == target.name && has_like(**workload)) {
        report_kind(scaler, *other, cx);
        return;
    }
    let name = near_miss::of_name(&target.name, of_kind().map(|workload| workload.object.name.as_str()));
    if let Some(near) = name.and_then(|name| of_kind().find(|workload| workload.object.name == name)) {
        report_name(scaler, cx)
            .label(near.identity(), "the name that comes nearest")
            .help(format!("set `name: {}`", near.object.name))
            .counterpart(near.resource());
        return;
    }
    // In another namespace, where nothing scales it.
    if let Some(elsewhere) = elsewhere(scaler, build).find(|workload| workload.scalers().next().is_none()) {
        report_namespace(scaler, elsewhere, cx);
        return;
    }
    // An operator may make the target of a custom resource, and an autoscaler may come alone to a target of others.
    if !beside.is_empty() && !build.has_foreign(scaler.resource()) {
        report_name(scaler, cx).help("set `name` to the `metadata.name` of the workload, or add the workload");
    }
}

fn has_like(workload: Workload<'_>) -> bool {
    workload.spec().kind.is_scalable() || workload.spec().kind == WorkloadKind::DaemonSet
}

fn report_name<'c, 'b>(scaler: Scaler<'b>, cx: &'c mut Cx<'b>) -> Report<'c> {
    let target = &scaler.spec().target;
    let missed_in = match scaler.namespace() {
        Some(namespace) if elsewhere(scaler, cx.build).next().is_some() => format!("namespace `{namespace}`"),
        _ => "the build".to_owned(),
    };
    cx.report(scaler.at_or_parent(NAME), format!("{scaler} targets {target}, which is not in {missed_in}"))
        .here("no object of this name")
}

fn report_kind<'b>(scaler: Scaler<'b>, other: Workload<'b>, cx: &mut Cx<'b>) {
    let target = &scaler.spec().target;
    let kind = other.spec().kind;
    let help = match kind {
        WorkloadKind::DaemonSet => "remove the autoscaler: a DaemonSet runs one pod on each node".to_owned(),
        _ if kind.group() == other.object.group && kind.group() == target.group().unwrap_or_default() => {
            format!("set `kind: {}`", kind.name())
        }
        _ => format!("set `apiVersion: {}` and `kind: {}`", kind.api_version(), kind.name()),
    };
    cx.report(scaler.at_or_parent(KIND), format!("{scaler} targets {target}, but `{}` is a {}", target.name, kind.name()))
        .here("another kind than the object")
        .label(other.identity(), "the object of this name")
        .help(help)
        .counterpart(other.resource());
}

/// Objects of the target's kind and name, in other namespaces.
fn elsewhere<'b>(scaler: Scaler<'b>, build: &'b Build) -> impl Iterator<Item = Workload<'b>> {
    let target = &scaler.spec().target;
    build
        .workloads()
        .filter(|workload| workload.object.kind == target.kind && workload.object.name == target.name)
}

fn report_namespace<'b>(scaler: Scaler<'b>, elsewhere: Workload<'b>, cx: &mut Cx<'b>) {
    let target = &scaler.spec().target;
    let (Some(own), Some(other)) = (scaler.namespace(), elsewhere.namespace()) else { return };
    cx.report(
        scaler.at_or_parent("metadata.namespace"),
        format!("{scaler} is in namespace `{own}`, and its target {target} in `{other}`"),
    )
    .here("scales objects of this namespace only")
    .label(elsewhere.at_or_parent("metadata.namespace"), "the target's namespace")
    .help(format!("set `namespace: {other}`"))
    .counterpart(elsewhere.resource());
}
