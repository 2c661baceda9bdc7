//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    if cx.build.workloads().any(asks_victoria_metrics) {
        return;
    }
    for rule in adapter.config.sound_rules() {
        for fault in inspect::query_faults(rule) {
            let written = match fault.field {
                "seriesQuery" => &rule.series_query,
                _ => &rule.metrics_query,
            };
            let place = match (written, fault.range) {
                (Some(written), Some(range)) => adapter.within(rule, fault.field, written, range),
                (Some(written), None) => adapter.field(rule, fault.field, written.span),
                (None, _) => adapter.rule(rule),
            };
            let (here, help) = match fault.field {
                "seriesQuery" => ("stops the discovery of all rules", "write a series selector: `name{namespace!=\"\"}`"),
                _ => (
                    "fails at each request",
                    "paste the query into Prometheus, with a value for each `<<…>>`, until it answers",
                ),
            };
            cx.report(place, format!("`{}` {}", fault.field, fault.message)).here(here).help(help);
        }
    }
    for found in resource_rules::faults(&adapter.config) {
        let Fault::Refused(why) = &found.fault else { continue };
        let place = adapter.text(&found.path, found.query, found.range.clone());
        cx.report(place, format!("`{}` {why}", found.field()))
            .here("fails at each request")
            .help("paste the query into Prometheus, with a value for each `<<…>>`, until it answers");
    }
}

/// Its language allows more than PromQL.
fn asks_victoria_metrics(workload: Workload<'_>) -> bool {
    let mut words = workload.spec().pod.containers.iter().flat_map(|container| &container.command);
    AdapterSource::is_run_by(workload) && words.any(|word| ["vmselect", "vmsingle", "victoria"].iter().any(|name| word.contains(name)))
}
