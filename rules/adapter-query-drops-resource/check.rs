//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    for rule in adapter.config.sound_rules() {
        let (Some(dropped), Some(query)) = (inspect::dropped_resource(rule), &rule.metrics_query) else { continue };
        let place = match dropped.range {
            Some(range) => adapter.within(rule, "metricsQuery", query, range),
            None => adapter.field(rule, "metricsQuery", query.span),
        };
        let (label, by) = (&dropped.label, &dropped.by);
        let help = match by.as_str() {
            "on" | "ignoring" => "match the two sides on `<<.GroupBy>>`: `on (<<.GroupBy>>)`".to_owned(),
            _ => format!("group by the resource: `{by}(…) by (<<.GroupBy>>)`"),
        };
        cx.report(place, format!("`{by}` leaves no `{label}` label on the rows of `metricsQuery`, so no object has a value"))
            .here(format!("takes the `{label}` label away"))
            .help(help);
    }
    for found in resource_rules::faults(&adapter.config) {
        if found.fault == Fault::Nameless {
            cx.report(adapter.text(&found.path, found.query, None), "`containerQuery` without `containerLabel` gives usages that no container has")
                .here("no label names the container")
                .help("add `containerLabel: container` beside it, the label of the kubelet's metrics");
        }
        let Fault::Dropped { label, by, of_containers } = &found.fault else { continue };
        let whose = match (found.field(), of_containers) {
            (_, true) => "container",
            ("nodeQuery", false) => "node",
            (_, false) => "pod",
        };
        let place = adapter.text(&found.path, found.query, found.range.clone());
        let field = found.field();
        cx.report(place, format!("`{by}` leaves no `{label}` label on the rows of `{field}`, so no {whose} has a usage"))
            .here(format!("takes the `{label}` label away"))
            .help(format!("group by what is asked for: `{by} by (<<.GroupBy>>) (…)`"));
    }
}
