//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for component in values.components() {
        let Some((key, budget)) = component.budget() else { continue };
        let Some((field, value, threshold)) = threshold(values, budget) else { continue };
        let Some(floor) = component.floor().filter(|floor| floor.pods >= 2) else { continue };
        let pods = floor.pods;
        let selected = Selected { pods, healthy: pods, scale: Some(pods) };
        if disruption::status(threshold, selected).is_none_or(|status| status.disruptions_allowed > 0) {
            continue;
        }
        let (Some(budget), Some(number)) = (values.place(value), values.place(floor.value)) else { continue };
        let (name, count) = (dotted(&component.path_of(&[key, field])), dotted(&floor.path));
        let Some(text) = values.node(value).and_then(|node| node.text()) else { continue };
        let (budget, number) = (Place::in_text(budget, &name), Place::in_text(number, &count));
        // What was changed last made the two meet.
        let report = if values.is_later(floor.value, value) {
            cx.report(number, format!("`{count}: {pods}` lets no pod be evicted: `{field}` is `{text}`"))
                .here("the fewest pods that run")
                .label(budget, format!("the budget is set in {}", values.set_by(value)))
        } else {
            cx.report(budget, format!("`{name}: {text}` of {pods} pods lets none be evicted"))
                .here("all of them must stay")
                .label(number, format!("the floor is {pods}"))
        };
        match threshold {
            Threshold::MinAvailable(needed) => {
                let block = dotted(&component.path_of(&[key]));
                let report = report.help(format!("set `minAvailable: null` and `maxUnavailable: 1` in `{block}`"));
                if matches!(needed, IntOrPercent::Int(_)) {
                    report.help(format!("raise `{count}` above {needed} where that many pods must really stay"));
                }
            }
            _ => {
                report.help(format!("set `{name}` to 1"));
            }
        }
    }
}

/// The one field that a budget sets. A `maxUnavailable` of 0 is left alone: many templates take it for absent.
fn threshold<'v>(values: &ValuesFile, budget: &'v Value) -> Option<(&'static str, &'v Value, Threshold)> {
    let set = |key: &str| budget.get(key).filter(|value| values.is_set(value));
    let number = |value: &Value| {
        let node = values.node(value)?;
        node.int().map(IntOrPercent::Int).or_else(|| IntOrPercent::parse(&node.str()?).ok())
    };
    if set("selector").is_some() || set("matchLabels").is_some() {
        return None;
    }
    match (set("minAvailable"), set("maxUnavailable")) {
        (Some(value), None) => Some(("minAvailable", value, Threshold::MinAvailable(number(value)?))),
        (None, Some(value)) => {
            let number = number(value).filter(|number| *number != IntOrPercent::Int(0))?;
            Some(("maxUnavailable", value, Threshold::MaxUnavailable(number)))
        }
        _ => None,
    }
}
