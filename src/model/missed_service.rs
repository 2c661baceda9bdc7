//! The Service that a ServiceMonitor which selects nothing was likely meant for (ground rules 6 and 7).

use crate::kubernetes::object::labels_of;
use crate::kubernetes::selector::{LabelSelector, Labels, Requirement};
use crate::model::build::{Build, Content};
use crate::model::missed::{Gap, Missed};
use crate::model::monitor::Monitor;
use crate::model::near_miss::{is_identity, is_name};
use crate::model::place::Place;
use crate::model::view::Service;
use crate::yaml::push_key;

/// What keeps a monitor from a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceGap<'s> {
    /// One label.
    Label(Gap<'s>),
    /// The Service selects pods by these labels, and does not carry them.
    OnlySelected(&'s Requirement),
    /// The Service lives in another namespace.
    Namespace(String),
}

/// The Service that a monitor just misses.
pub struct MissedService<'b, 's> {
    /// The Service.
    pub service: Service<'b>,
    /// What keeps the monitor from it.
    pub gap: ServiceGap<'s>,
}

impl<'s> MissedService<'_, 's> {
    /// The requirement that is not met; `None` where all labels agree.
    #[must_use]
    pub fn requirement(&self) -> Option<&'s Requirement> {
        match &self.gap {
            ServiceGap::Label(gap) => gap.requirement(),
            ServiceGap::OnlySelected(requirement) => Some(requirement),
            ServiceGap::Namespace(_) => None,
        }
    }

    /// The difference in words, to follow "selects no Service: ".
    #[must_use]
    pub fn difference(&self) -> String {
        let service = self.service;
        let Some(wanted) = self.requirement() else { return format!("{service} is in `{}`", self.namespace()) };
        let key = &wanted.key;
        match (&self.gap, service.object.labels.get(key)) {
            (ServiceGap::Label(Gap::Key(_, other)), _) => format!("`{key}` is called `{other}` on {service}"),
            (ServiceGap::Label(Gap::Annotation(_)), _) => {
                format!("`{key}` is an annotation, not a label, on {service}")
            }
            (_, Some(actual)) => format!("`{key}` is `{actual}` on {service}"),
            (_, None) => format!("{service} carries no label `{key}`"),
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn remedy(&self) -> String {
        let service = self.service;
        let Some(wanted) = self.requirement() else {
            return format!("add `namespaceSelector: {{matchNames: [{}]}}`", self.namespace());
        };
        let key = &wanted.key;
        match (&self.gap, service.object.labels.get(key)) {
            (ServiceGap::Label(Gap::Key(_, other)), _) => format!("write `{other}` for `{key}` in the selector"),
            (ServiceGap::Label(Gap::Annotation(_)), _) => {
                format!("move `{key}` from the annotations of {service} to its labels")
            }
            (ServiceGap::Label(_), Some(actual)) => format!("set `{key}` in the selector to `{actual}`"),
            _ => {
                format!("add `{key}: {}` to `metadata.labels` of {service}", wanted.single_value().unwrap_or_default())
            }
        }
    }

    /// The side of the Service.
    #[must_use]
    pub fn other_side(&self) -> Place {
        let labels = |key: &str| {
            let mut path = String::from("metadata.labels");
            push_key(&mut path, key);
            self.service.at_or_parent(&path)
        };
        match (&self.gap, self.requirement()) {
            (ServiceGap::Label(Gap::Key(_, other)), _) => labels(other),
            (_, Some(wanted)) => labels(&wanted.key),
            (_, None) => self.service.at_or_parent("metadata.namespace"),
        }
    }

    fn namespace(&self) -> &str {
        match &self.gap {
            ServiceGap::Namespace(namespace) => namespace,
            _ => "",
        }
    }
}

impl Build {
    /// The Service that a ServiceMonitor was likely meant for, where it certainly selects none.
    #[must_use]
    pub fn missed_service<'b, 's>(&'b self, monitor: &'s Monitor<'b>) -> Option<MissedService<'b, 's>> {
        let selector = monitor.selector().filter(|_| !monitor.is_of_pods())?;
        let named = |test: fn(&str) -> bool| {
            let wanted = |requirement: &&Requirement| requirement.single_value().is_some() && test(&requirement.key);
            selector.requirements.iter().find(wanted)
        };
        if !self.is_whole() || self.may_select_other_service(selector, monitor) {
            return None;
        }
        let covered = || self.services().filter(|service| monitor.covers(service.namespace()));
        let gaps = || covered().filter_map(|service| Some((service, label_gap(selector, service)?)));
        // Another release may well be installed elsewhere.
        let is_release = |gap: &Gap<'_>| matches!(gap, Gap::Release(_));
        let label = |(service, gap)| MissedService { service, gap: ServiceGap::Label(gap) };
        let only_selected = || {
            let name = named(is_name)?;
            let service = covered().find(|service| selector.matches(&selector_of(*service)))?;
            let wanted = selector.requirements.iter().find(|wanted| !wanted.matches(&service.object.labels));
            Some(MissedService { service, gap: ServiceGap::OnlySelected(wanted.unwrap_or(name)) })
        };
        let elsewhere = || {
            named(is_identity)?;
            let service = self.services().find(|service| selector.matches(&service.object.labels))?;
            Some(MissedService { service, gap: ServiceGap::Namespace(service.namespace()?.to_owned()) })
        };
        let slip = gaps().find(|(_, gap)| !is_release(gap)).map(label);
        let release = || gaps().find(|_| !monitor.looks_everywhere()).map(label);
        slip.or_else(only_selected).or_else(elsewhere).or_else(release)
    }

    /// The workload that a PodMonitor was likely meant for, where it certainly selects no pod. One that names other
    /// namespaces, or misses the pods by their namespace alone, is not judged.
    #[must_use]
    pub fn missed_pods<'b, 's>(&'b self, monitor: &'s Monitor<'b>) -> Option<Missed<'b, 's>> {
        let selector = monitor.selector().filter(|_| monitor.is_of_pods() && monitor.looks_at_home())?;
        let missed = self.missed(selector, monitor.resource()).filter(|_| self.is_whole())?;
        missed.gap.requirement().is_some().then_some(missed)
    }

    /// Whether a Service that the monitor covers matches, or one that an operator makes of a custom resource may.
    fn may_select_other_service(&self, selector: &LabelSelector, monitor: &Monitor<'_>) -> bool {
        let near = monitor.resource();
        let is_named = |name: &str| selector.requirements.iter().any(|wanted| wanted.single_value() == Some(name));
        let matched = self.resources.iter().any(|resource| {
            let is_service = matches!(resource.content, Content::Service(_));
            is_service && monitor.covers(self.namespace_of(resource)) && selector.matches(&resource.object.labels)
        });
        matched
            || self.may_select_foreign_pods(selector, near)
            || self.foreign(near).any(|resource| is_named(&resource.object.name))
    }
}

fn label_gap<'s>(selector: &'s LabelSelector, service: Service<'_>) -> Option<Gap<'s>> {
    let object = &service.resource().object;
    Gap::from(selector, &object.labels, &object.annotations, &selector_of(service))
}

fn selector_of(service: Service<'_>) -> Labels {
    service.resource().object.root().at("spec.selector").map(labels_of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::BuildOptions;
    use crate::text::SourceId;
    use std::sync::Arc;

    /// How a ServiceMonitor with the given spec misses the Service of the orders.
    fn difference(spec: &str) -> Option<String> {
        let text: Arc<str> = Arc::from(format!(
            "
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
  labels: {{app: orders, release: shop}}
  annotations: {{scrape: always}}
spec: {{selector: {{k8s-app: orders-server}}, ports: [{{name: http, port: 80}}]}}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: orders, namespace: shop}}
spec: {spec}
"
        ));
        let documents = crate::yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        let build = Build::new(BuildOptions { complete: true, ..BuildOptions::default() }, documents);
        let monitor = build.monitors().next()?;
        build.missed_service(&monitor).map(|missed| missed.difference())
    }

    #[test]
    fn a_monitor_one_slip_off_leads_to_the_service() {
        for (spec, said) in [
            ("{selector: {matchLabels: {app: orderz}}}", "`app` is `orders` on Service/orders"),
            ("{selector: {matchLabels: {name: orders}}}", "`name` is called `app` on Service/orders"),
            (
                "{selector: {matchLabels: {app: orders, scrape: always}}}",
                "`scrape` is an annotation, not a label, on Service/orders",
            ),
            ("{selector: {matchLabels: {app: orders, release: test}}}", "`release` is `shop` on Service/orders"),
            ("{selector: {matchLabels: {k8s-app: orders-server}}}", "Service/orders carries no label `k8s-app`"),
            (
                "{selector: {matchLabels: {app: orders}}, namespaceSelector: {matchNames: [store]}}",
                "Service/orders is in `shop`",
            ),
        ] {
            assert_eq!(difference(spec).as_deref(), Some(said), "{spec}");
        }
    }

    #[test]
    fn what_is_selected_and_what_is_meant_for_others_is_not_missed() {
        for spec in [
            "{selector: {matchLabels: {app: orders}}}",
            "{selector: {}}",
            "{selector: {matchLabels: {app: checkout}}}",
            "{selector: {matchLabels: {app: orders, component: exporter}}}",
            "{selector: {matchLabels: {app: orders, release: test}}, namespaceSelector: {any: true}}",
        ] {
            assert_eq!(difference(spec), None, "{spec}");
        }
    }
}
