//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    let named = |rule| (rule, inspect::names(rule));
    let rules: Vec<_> = adapter.config.sound_rules().map(named).collect();
    for (index, (later, names)) in rules.iter().enumerate() {
        let earlier = rules.iter().take(index).filter(|(rule, _)| rule.section == later.section);
        let mut twice = earlier.filter_map(|(rule, others)| {
            let name = names.iter().find(|name| others.contains(*name))?;
            inspect::describe_the_same(rule, later).then_some((*rule, name))
        });
        let Some((earlier, name)) = twice.next() else { continue };
        let at = |rule| {
            let (field, span) = inspect::naming_field(rule);
            adapter.field(rule, field, span)
        };
        cx.report(at(*later), format!("`{name}` is the name of two rules: this one replaces `{}` silently", earlier.path))
            .here("the last rule wins")
            .label(at(earlier), "the same name before")
            .help("give one of the two another `name.as`, or remove it");
    }
}
