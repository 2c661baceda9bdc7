//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let namespace = workload.namespace();
    for term in workload.spec().pod.own_anti_affinity().filter(|term| term.required) {
        let Some(selector) = &term.selector else { continue };
        if term.covers(namespace, namespace) != Some(true) {
            continue;
        }
        let others: Vec<_> =
            cx.build.workloads_matching(selector, namespace).filter(|other| *other != workload).collect();
        let Some(first) = others.first() else { continue };
        let more = match others.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let path = workload.pod_path(&format!("{}.labelSelector", term.path));
        let mut report = cx
            .report(
                workload.key_or_parent(&path),
                format!("the required anti-affinity of {workload} also keeps away from {first}{more}"),
            )
            .here(format!("selects {} workloads", others.len() + 1))
            .counterpart(first.resource());
        for other in others.iter().take(2) {
            let labels = other.template_path("metadata.labels");
            report = report.label(other.at_or_parent(&labels), format!("the labels of {other}"));
        }
        report.help(format!("add a label to the selector that only the pods of {workload} carry"));
    }
}
