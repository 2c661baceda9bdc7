//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    for rule in adapter.config.sound_rules() {
        let (Some(namer), Some(query)) = (rule.namer(), &rule.series_query) else { continue };
        let refusals: Option<Vec<_>> = rule.listed_series().iter().map(|series| namer.refusal(series)).collect();
        // One series that is kept is enough.
        let Some(refusals) = refusals else { continue };
        let (Some(series), Some(refusal)) = (rule.listed_series().first(), refusals.first()) else { continue };
        let by_filter = refusal.and_then(|index| Some((index, rule.series_filters.get(index)?)));
        let (place, by) = match (by_filter, &rule.name.matches) {
            (Some((index, filter)), _) => {
                let written = filter.is.as_ref().filter(|is| !is.value.is_empty()).map(|is| ("is", is));
                let written = written.or_else(|| filter.is_not.as_ref().map(|is_not| ("isNot", is_not)));
                let Some((key, text)) = written else { continue };
                let field = format!("seriesFilters[{index}].{key}");
                (adapter.field(rule, &field, text.span), format!("{key}: {}", text.value))
            }
            (None, Some(matches)) => {
                (adapter.field(rule, "name.matches", matches.span), format!("matches: {}", matches.value))
            }
            (None, None) => continue,
        };
        cx.report(place, format!("`{by}` leaves out `{series}`: the rule serves nothing"))
            .here("leaves the series out")
            .label(adapter.field(rule, "seriesQuery", query.span), "asks for this series")
            .help(format!("let the pattern match `{series}`; patterns are not anchored unless they say so"));
    }
}
