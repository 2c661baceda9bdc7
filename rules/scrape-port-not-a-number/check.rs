//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    for workload in build.workloads() {
        if let Some(port) = ScrapePort::of_pods(workload) {
            let named = workload.spec().pod.named_port(&port.value).map(|port| port.number);
            check_port(workload.resource(), &port, named, cx);
        }
    }
    for service in build.services() {
        if let Some(port) = ScrapePort::of_service(service) {
            check_port(service.resource(), &port, None, cx);
        }
    }
}

fn check_port<'b>(resource: &'b Resource, port: &ScrapePort, named: Option<i64>, cx: &mut Cx<'b>) {
    let value = port.value.as_str();
    if port.number().is_some() || is_placeholder(value) {
        return;
    }
    let said = if value.is_empty() { "is empty".to_owned() } else { format!("is `{value}`, which is no number") };
    let bare = value.trim_matches(['"', '\'', ' ']);
    let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    let help = match named {
        Some(number) => format!("write the number of that port: `prometheus.io/port: \"{number}\"`"),
        None if is_number => format!("quote it once: `prometheus.io/port: \"{bare}\"`"),
        None if value.starts_with("map[") => {
            "write one entry of the map in the template: `{{ .Values.service.ports.http | quote }}`".to_owned()
        }
        None => "write the number of the port that serves the metrics, in quotes".to_owned(),
    };
    cx.report(resource.at_or_parent(&port.path), format!("`prometheus.io/port` of {resource} {said}"))
        .here("not digits alone")
        .help(help);
}
