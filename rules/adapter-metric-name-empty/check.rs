//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    for rule in adapter.config.sound_rules() {
        let Some(namer) = rule.namer() else { continue };
        let first = rule.api_names().into_iter().next();
        let written = rule.name.name_as.as_ref().filter(|written| !written.value.is_empty());
        let undefined = namer.undefined_groups().into_iter().next();
        if let (Some(written), Some(group)) = (written, undefined) {
            let outcome = match &first {
                Some((_, name)) if !name.is_empty() => format!("the name is `{name}`"),
                Some(_) => "the name is empty".to_owned(),
                None => "that part of the name is empty".to_owned(),
            };
            let place = adapter.within(rule, "name.as", written, group.range);
            let message = format!("`as` refers to group `{}`, which `matches` lacks: {outcome}", group.name);
            let help = match namer.repaired_as() {
                Some(repaired) => format!("write the group with braces: `as: \"{repaired}\"`"),
                None => format!("put the group `{}` into `name.matches`, or take it out of `as`", group.name),
            };
            cx.report(place, message).here("expands to nothing").help(help);
            continue;
        }
        let Some((series, name)) = first else { continue };
        let fragment = name.is_empty() || written.is_none() && name != series && name.starts_with('_');
        let Some(matches) = rule.name.matches.as_ref().filter(|_| fragment) else { continue };
        let place = adapter.field(rule, "name.matches", matches.span);
        let outcome = if name.is_empty() { "an empty name".to_owned() } else { format!("the name `{name}`") };
        cx.report(place, format!("`matches: {}` gives the series `{series}` {outcome}", matches.value))
            .here("only what it matches is the name")
            .help("capture what the name is made of: `matches: \"^(.*)_total$\"` with `as: \"${1}_per_second\"`");
    }
}
