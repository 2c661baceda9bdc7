//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    let external = adapter.config.sound_rules().filter(|rule| rule.section == Section::External);
    for rule in external.filter(|rule| rule.is_namespaced()) {
        if rule.labels().association(&GroupResource::namespaces()).may_exist() {
            continue;
        }
        let place = match rule.resources.key_span {
            Some(span) => adapter.field(rule, "resources", span),
            None => adapter.rule(rule),
        };
        let api_names = rule.api_names();
        let name = api_names.first().map_or_else(String::new, |(_, name)| format!(" of `{name}`"));
        cx.report(place, format!("external rule maps no label to the namespace: each request{name} fails"))
            .here("needs a namespace, or to need none")
            .help("set `resources: {namespaced: false}` where the series has no namespace of the HPA")
            .help("add `namespace: {resource: \"namespace\"}` to `resources.overrides` where it has one");
    }
}
