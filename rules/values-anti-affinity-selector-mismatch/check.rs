//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

/// A name label that an anti-affinity term selects.
struct NameTerm<'v> {
    key: String,
    name: String,
    place: Place,
    component: &'v Component<'v>,
}

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    let components = values.components();
    let selected: Vec<NameTerm<'_>> = components.iter().flat_map(selected).collect();
    for one in selected.iter().filter(|one| !one.component.path.is_empty()) {
        let component = one.component;
        let spread = component.get("topologySpreadConstraints").is_some_and(|value| values.is_set(value));
        let mut terms = selected.iter().filter(|other| std::ptr::eq(other.component, component));
        if spread || terms.any(NameTerm::is_own) {
            continue;
        }
        let same = |other: &&NameTerm<'_>| other.key == one.key && other.name == one.name;
        let mut others = selected.iter().filter(same).filter(|other| other.component.names().contains(&other.name));
        let Some(origin) = others.find(|other| !std::ptr::eq(other.component, component)) else { continue };
        let (own, other) = (dotted(&component.path), dotted(&origin.component.path));
        let message =
            format!("the anti-affinity of `{own}` selects `{}`, the pods of `{other}`", one.name);
        cx.report(one.place.clone(), message)
            .here(format!("not the pods of `{own}`"))
            .label(origin.place.clone(), format!("`{other}` selects its own pods"))
            .help(format!("set the value to the `{}` that the pods of `{own}` carry", one.key));
    }
}

impl NameTerm<'_> {
    /// Whether it may be the component's own name, with the prefix of a release on either side, or a label it is given.
    fn is_own(&self) -> bool {
        let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('-'));
        let own = |name: &String| *name == self.name || ends(&self.name, name) || ends(name, &self.name);
        let given = ["podLabels", "labels", "commonLabels", "selectorLabels", "additionalLabels"];
        self.name.contains("{{")
            || self.component.names().iter().any(own)
            || given.iter().any(|labels| {
                let label = self.component.get(labels).and_then(|labels| labels.get(&self.key));
                label.and_then(|label| self.component.values.node(label)?.text()).is_some_and(|name| name == self.name)
            })
    }
}

fn selected<'v>(component: &'v Component<'v>) -> Vec<NameTerm<'v>> {
    let mut found = Vec::new();
    let rules = component.get("affinity").and_then(|affinity| affinity.get("podAntiAffinity"));
    for (kind, selector) in [
        ("requiredDuringSchedulingIgnoredDuringExecution", "labelSelector"),
        ("preferredDuringSchedulingIgnoredDuringExecution", "podAffinityTerm.labelSelector"),
    ] {
        let terms = rules.and_then(|rules| component.values.node(rules.get(kind)?));
        for selector in terms.into_iter().flat_map(|terms| terms.items()).filter_map(|term| term.at(selector)) {
            let labels = selector.get("matchLabels").into_iter().flat_map(|labels| labels.entries());
            let one_of = selector.get("matchExpressions").into_iter().flat_map(|list| list.items());
            let pairs = labels.map(|label| (label.key().into_owned(), label.value())).chain(one_of.filter_map(|term| {
                let single = term.get("values")?.items().nth(1).is_none();
                let text = (single && term.get("operator")?.str()? == "In").then(|| term.at("values[0]"))??;
                Some((term.get("key")?.text()?.into_owned(), text))
            }));
            found.extend(pairs.filter(|(key, _)| near_miss::is_name(key)).filter_map(|(key, node)| {
                let place = Place::in_text((node.document().source(), node.span()), &dotted(&component.path_of(&["affinity"])));
                Some(NameTerm { key, name: node.text()?.into_owned(), place, component })
            }));
        }
    }
    found
}
