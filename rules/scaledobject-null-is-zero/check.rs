//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let floor = scaler.spec().floor();
    if !scaler.spec().usable || floor < 1 {
        return;
    }
    for trigger in scaler.spec().triggers.iter().filter(|trigger| trigger.kind == "prometheus") {
        if !takes_null_for_zero(trigger) {
            continue;
        }
        let s = if floor == 1 { "" } else { "s" };
        cx.report(
            scaler.at_or_parent(&format!("{}.metadata.ignoreNullValues", trigger.path)),
            format!("no data counts as 0: {scaler} goes down to {floor} pod{s} when the query finds nothing"),
        )
        .here("`ignoreNullValues` is true by default")
        .help("set `ignoreNullValues: \"false\"`: an empty result is an error then, and the count stays")
        .help("end the query with `or vector(0)` where no data does mean no load");
    }
}

/// What Go's `strconv.ParseBool` reads as false switches it off; a query that ends in a number is never empty.
fn takes_null_for_zero(trigger: &Trigger) -> bool {
    let text = |key: &str| trigger.metadata.get(key).map(|text| text.trim()).unwrap_or_default();
    let off = matches!(text("ignoreNullValues"), "0" | "f" | "F" | "false" | "False" | "FALSE");
    let query: String = text("query").split_whitespace().collect();
    !off && !query.is_empty() && !query.contains("orvector(") && !query.contains("oron()vector(")
}
