//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    let on_pods = |scaler: &Scaler<'b>| scaler.spec().usable && pods_metrics(*scaler).next().is_some();
    let scalers: Vec<Scaler<'b>> = build.scalers().filter(on_pods).collect();
    if scalers.is_empty() || !build.options.complete || build.scrapes_otherwise() {
        return;
    }
    let monitors: Vec<Monitor<'b>> = build.monitors().collect();
    if monitors.iter().any(|monitor| monitor.selector().is_none()) {
        return;
    }
    for scaler in scalers {
        check_scaler(scaler, &monitors, cx);
    }
}

fn pods_metrics(scaler: Scaler<'_>) -> impl Iterator<Item = (&Metric, &str)> {
    let metrics = scaler.spec().metrics.iter();
    metrics.filter(|metric| matches!(metric.source, MetricSource::Pods { .. })).map(|m| (m, m.source.name()))
}

fn check_scaler<'b>(scaler: Scaler<'b>, monitors: &[Monitor<'b>], cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable) else { return };
    let annotated = monitor::annotated(target);
    if annotated == Annotated::Otherwise || monitors.iter().any(|monitor| monitor.selects(target)) {
        return;
    }
    // A monitor that just misses a Service of the target is service-monitor-selects-nothing.
    let mut missed = monitors.iter().filter_map(|monitor| cx.build.missed_service(monitor));
    if missed.any(|missed| target.services().any(|service| service == missed.service)) {
        return;
    }
    let mut missed_pods = monitors.iter().filter_map(|monitor| cx.build.missed_pods(monitor));
    if missed_pods.any(|missed| missed.workload == target) {
        return;
    }
    // A monitored Service that just misses the target's pods is service-selects-nothing.
    let monitored = |service: &Service<'b>| monitors.iter().any(|monitor| monitor.services().any(|one| one == *service));
    let misses = |service: Service<'b>| {
        let missed = service.selector().and_then(|selector| cx.build.missed(selector, service.resource()));
        missed.is_some_and(|missed| missed.workload == target)
    };
    if cx.build.services().filter(monitored).any(misses) {
        return;
    }
    let metric = pods_metrics(scaler).find(|(_, name)| !cx.build.is_exported_for_pods(name));
    let Some((metric, name)) = metric else { return };
    let Some(peer) = scraped_peer(target, name, annotated, monitors, cx.build) else { return };
    let place = scaler.at_or_parent(&format!("{}.metric.name", metric.path));
    let which = match annotated {
        Annotated::Prometheus => "which no monitor selects",
        _ => "which nothing in this build scrapes",
    };
    let mut report = cx
        .report(place, format!("`{name}` is asked of {target}, {which}"))
        .here("no pod reports it to Prometheus");
    if let Some(annotation) = annotation_of(target).filter(|_| annotated == Annotated::Prometheus) {
        report = report.label(annotation, "the Prometheus Operator ignores annotations");
    }
    let of_peer = monitors.iter().find(|monitor| monitor.selects(peer)).map(|monitor| monitor.resource().identity());
    let by_monitor = of_peer.is_some();
    if let Some(place) = of_peer.or_else(|| annotation_of(peer)) {
        report = report.label(place, format!("has {peer} scraped"));
    }
    let help = match target.services().next() {
        _ if !by_monitor => format!("annotate the pods of {target} with `prometheus.io/scrape: \"true\"`, as {peer} does"),
        Some(service) => format!("add a ServiceMonitor whose `spec.selector` matches the labels of {service}"),
        None => format!("add a PodMonitor whose `spec.selector` matches the pod labels of {target}"),
    };
    report.help(help).counterpart(target.resource());
}

/// Another workload that is scraped, which shows how this build does it. Where the target carries annotations, these
/// may be what its Prometheus reads; they are not if a monitored workload carries them as well, or scales on the same
/// metric.
fn scraped_peer<'b>(
    target: Workload<'b>,
    metric: &str,
    annotated: Annotated,
    monitors: &[Monitor<'b>],
    build: &'b Build,
) -> Option<Workload<'b>> {
    let monitored = |workload: &Workload<'b>| monitors.iter().any(|monitor| monitor.selects(*workload));
    let same_metric = |workload: Workload<'b>| {
        workload.scalers().any(|scaler| pods_metrics(scaler).any(|(_, name)| name == metric))
    };
    let others = || build.workloads().filter(|other| *other != target);
    let likely = others().filter(monitored).find(|other| same_metric(*other));
    likely.or_else(|| match annotated {
        Annotated::No => others().find(|other| monitored(other) || is_annotated(*other)),
        _ => others().find(|other| monitored(other) && is_annotated(*other)),
    })
}

fn annotation_of(workload: Workload<'_>) -> Option<Place> {
    workload.key_at(&workload.template_path("metadata.annotations[\"prometheus.io/scrape\"]"))
}

fn is_annotated(workload: Workload<'_>) -> bool {
    monitor::annotated(workload) == Annotated::Prometheus
}
