//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

const FLAG: &str = "--prometheus-url";

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    build.workloads().for_each(|workload| check_workload(workload, cx));
    build.judged_adapters().for_each(|adapter| check_values(adapter, cx));
}

/// What the chart will render.
fn check_values<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    let Some(values) = &adapter.config.prometheus else { return };
    let Some((fault, written)) = values.fault() else { return };
    let place = adapter.place(&format!("{}{}", values.prefix, fault.key), written.span);
    let mut report = cx
        .report(place, format!("the adapter's chart renders `{FLAG}={}`, which {}", fault.address, fault.fault))
        .here("no address of Prometheus");
    if let Some(port) = values.port.as_ref().filter(|port| port.span != written.span && !port.value.is_empty()) {
        report = report.label(adapter.place(&format!("{}port", values.prefix), port.span), "added behind the url");
    }
    report.help(fault.help);
}

fn check_workload<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let adapters = workload.spec().pod.containers.iter().filter(|one| one.image.contains("prometheus-adapter"));
    for container in adapters {
        let Some((path, url)) = written_url(workload, container) else { continue };
        let Some(fault) = address::fault(&url) else { continue };
        cx.report(workload.at_or_parent(&path), format!("`{FLAG}={url}` of {workload} {fault}"))
            .here("no address of Prometheus")
            .help("write scheme, host and one port: `--prometheus-url=http://prometheus.monitoring.svc:9090`")
            .help("keep the port out of the chart's `prometheus.url`, which renders as `url:port`");
    }
}

/// The path of the argument and the address, where it is written out.
fn written_url(workload: Workload<'_>, container: &Container) -> Option<(String, String)> {
    for list in ["command", "args"] {
        let path = workload.pod_path(&format!("{}.{list}", container.path));
        let words: Vec<String> = workload.texts(&path);
        let mut words = (0..).zip(&words);
        let Some((index, word)) = words.find(|(_, word)| word.trim_start_matches('-').starts_with("prometheus-url")) else {
            continue;
        };
        let (index, url) = match word.split_once('=') {
            Some((_, url)) => (index, url),
            None => words.next().map(|(index, url): (usize, _)| (index, url.as_str()))?,
        };
        // Set when the container starts, or by another templating.
        let is_written = !url.is_empty() && !url.contains(['$', '{', '<', '%']);
        return is_written.then(|| (format!("{path}[{index}]"), url.to_owned()));
    }
    None
}
