//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    let Some(interval) = cx.build.shortest_scrape_interval() else { return };
    for rule in adapter.config.sound_rules() {
        let Some(query) = &rule.metrics_query else { continue };
        let short = inspect::windows(rule).into_iter().find(|window| window.length < interval * 2);
        let Some(window) = short else { continue };
        let place = match window.range {
            Some(range) => adapter.within(rule, "metricsQuery", query, range),
            None => adapter.field(rule, "metricsQuery", query.span),
        };
        let (length, every) = (window.length.as_secs_f64(), interval.as_secs_f64());
        cx.report(place, format!("`{}` over {length}s with a scrape every {every}s often finds one sample, and no value", window.function))
            .here("shorter than two scrapes")
            .help(format!("widen the window to `[{}s]` or more: four scrapes bear one that fails", (every * 4.0).ceil()));
    }
}
