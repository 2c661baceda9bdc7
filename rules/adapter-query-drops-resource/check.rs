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
}
