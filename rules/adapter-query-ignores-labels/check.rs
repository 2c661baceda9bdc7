//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    for rule in adapter.config.sound_rules() {
        let (Some(series), Some(query)) = (inspect::unrestricted_series(rule), &rule.metrics_query) else { continue };
        let place = adapter.field(rule, "metricsQuery", query.span);
        cx.report(place, format!("`metricsQuery` asks for `{series}` without `<<.LabelMatchers>>`: it answers for every namespace"))
            .here("asks for the series of everyone")
            .help(format!("write `<<.Series>>{{<<.LabelMatchers>>}}` for `{series}`"));
    }
    for found in resource_rules::faults(&adapter.config) {
        let Fault::Unrestricted(series) = &found.fault else { continue };
        let place = adapter.text(&found.path, found.query, None);
        cx.report(place, format!("`{}` asks for `{series}` without `<<.LabelMatchers>>`: it answers for every namespace", found.field()))
            .here("asks for the series of everyone")
            .help(format!("write `{series}{{<<.LabelMatchers>>}}`"));
    }
}
