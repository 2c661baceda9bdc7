//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    for monitor in build.monitors() {
        check_monitor(&monitor, cx);
    }
}

fn check_monitor<'b>(monitor: &Monitor<'b>, cx: &mut Cx<'b>) {
    if monitor.is_of_pods() {
        return check_pod_monitor(monitor, cx);
    }
    let Some(missed) = cx.build.missed_service(monitor) else { return };
    let resource = monitor.resource();
    let here = match missed.requirement() {
        Some(_) => "matches no Service of this build",
        None => "looks into other namespaces only",
    };
    let mut report = cx
        .report(
            resource.key_or_parent("spec.selector"),
            format!("{resource} selects no Service: {}", missed.difference()),
        )
        .here(here);
    if let Some(requirement) = missed.requirement() {
        let field = format!("spec.selector.{}", requirement.path());
        report = report.label(resource.at_or_parent(&field), "not on this Service");
    }
    let side = if missed.requirement().is_some() { "the labels it carries" } else { "the Service lives here" };
    report.label(missed.other_side(), side).help(missed.remedy()).counterpart(missed.service.resource());
}

fn check_pod_monitor<'b>(monitor: &Monitor<'b>, cx: &mut Cx<'b>) {
    let resource = monitor.resource();
    let Some(missed) = cx.build.missed_pods(monitor) else { return };
    report_missed(cx, resource, "spec.selector", &format!("{resource} selects no pod"), &missed);
}
