//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let Some(scaler) = active_scaler(workload) else { return };
    let others: Vec<(Workload<'b>, Scaler<'b>)> = workload
        .strangers_in_selector()
        .filter_map(|other| Some((other, active_scaler(other)?)))
        // Two that match each other are one overlap, reported at the later one.
        .filter(|(other, _)| !other.selects(workload) || other.number() < workload.number())
        .collect();
    let Some((other, other_scaler)) = others.first().copied() else { return };
    let more = match others.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let mut report = cx
        .report(
            workload.key_or_parent("spec.selector"),
            format!("the selector of {workload} matches the pods of {other}{more} too, and each has an autoscaler"),
        )
        .here("matches the pods of both")
        .label(scaler.identity(), format!("scales {workload}"))
        .label(other_scaler.identity(), format!("scales {other}"));
    for (other, _) in &others {
        let labels = other.at_or_parent(&other.template_path("metadata.labels"));
        report = report.label(labels, format!("the labels of {other}"));
    }
    report
        .help("give both workloads a label that differs, in `spec.selector` and in the pod template")
        .counterpart(other.resource());
}

/// The scaler of a workload that keeps at least one pod.
fn active_scaler(workload: Workload<'_>) -> Option<Scaler<'_>> {
    workload.scaler().filter(|_| workload.floor().is_some_and(|floor| floor > 0))
}
