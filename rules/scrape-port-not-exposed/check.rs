//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let pod = &workload.spec().pod;
    let Some(port) = ScrapePort::of_pods(workload).filter(|_| workload.spec().usable) else { return };
    let Some(number) = port.number() else { return };
    let mut declared: Vec<i64> =
        pod.containers.iter().flat_map(|container| &container.ports).map(|port| port.number).collect();
    declared.dedup();
    // A sidecar from a webhook declares ports that no manifest shows.
    if declared.is_empty() || declared.contains(&number) || pod.is_injected() || workload.mentions_number(number) {
        return;
    }
    let listed = declared.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let with_ports = pod.counted_containers().find(|container| !container.ports.is_empty());
    let mut report = cx
        .report(
            workload.at_or_parent(&port.path),
            format!("`prometheus.io/port` of {workload} is {number}, which no container of it declares"),
        )
        .here("no container port");
    if let Some(container) = with_ports {
        let ports = workload.at_or_parent(&workload.pod_path(&format!("{}.ports", container.path)));
        report = report.label(ports, format!("declares {listed}"));
    }
    match declared.as_slice() {
        [only] => report.help(format!("set `prometheus.io/port: \"{only}\"`, if the metrics are served there")),
        _ => report.help("set `prometheus.io/port` to the declared port that serves the metrics"),
    }
    .help(format!("add `containerPort: {number}` to the container that serves the metrics there"));
}
