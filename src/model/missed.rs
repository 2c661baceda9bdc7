//! What a selector that selects nothing was likely meant to select (ground rules 6 and 7).

use crate::kubernetes::selector::{LabelSelector, Labels, Requirement};
use crate::model::build::{Build, Content, Resource};
use crate::model::near_miss::{is_identity, is_name, is_slip_of};
use crate::model::place::Place;
use crate::model::view::Workload;
use crate::model::workload::WorkloadKind;
use crate::yaml::push_key;

/// What keeps a selector from the pods of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap<'s> {
    /// The pods carry the key with another value, a slip of the pen away.
    Typo(&'s Requirement),
    /// The pods carry the value under another key.
    Key(&'s Requirement, String),
    /// The label stands among the annotations of the pods.
    Annotation(&'s Requirement),
    /// The label stands at the workload, but not in its pod template.
    NotOnPods(&'s Requirement),
    /// The pods run in another namespace.
    Namespace(String),
    /// A label that whole releases share names another release, or is not on the pods.
    Release(&'s Requirement),
}

impl<'s> Gap<'s> {
    /// What keeps `selector` from the pods of `workload`, if it is one label. A label that picks out a part (a component,
    /// a role, a track) differs on purpose, and one that only a running pod gets (`role: leader`) is not in the manifest,
    /// so neither counts.
    #[must_use]
    pub fn between(selector: &'s LabelSelector, workload: Workload<'_>) -> Option<Self> {
        let pod = &workload.spec().pod;
        Self::from(selector, &pod.labels, &pod.annotations, &workload.object.labels)
    }

    /// The same for anything with labels: `around` holds those of the object that makes it.
    pub(crate) fn from(
        selector: &'s LabelSelector,
        labels: &Labels,
        annotations: &Labels,
        around: &Labels,
    ) -> Option<Self> {
        let mut missed = selector.requirements.iter().filter(|requirement| !requirement.matches(labels));
        let (Some(only), None) = (missed.next(), missed.next()) else { return None };
        let (key, wanted) = (&only.key, only.single_value()?);
        let agrees = |test: fn(&str) -> bool| {
            let others = selector.requirements.iter().filter(|other| *other != only);
            others.filter(|other| other.single_value().is_some()).any(|other| test(&other.key))
        };
        let of_release = || (!is_identity(key) && agrees(is_name)).then_some(Self::Release(only));
        match labels.get(key) {
            Some(actual) if is_slip_of(wanted, actual) => return Some(Self::Typo(only)),
            Some(_) => return of_release(),
            None => {}
        }
        let same_key = |other: &str| {
            (is_name(key) && is_name(other))
                || is_slip_of(key, other)
                || (last(key) == last(other) && agrees(is_identity))
        };
        if let Some((other, _)) = labels.iter().find(|(other, value)| *value == wanted && same_key(other)) {
            return Some(Self::Key(only, other.clone()));
        }
        let carries = |labels: &Labels| labels.get(key).is_some_and(|value| value == wanted);
        if carries(annotations) {
            return Some(Self::Annotation(only));
        }
        if carries(around) && agrees(is_identity) {
            return Some(Self::NotOnPods(only));
        }
        of_release()
    }

    /// The requirement that is not met; `None` where all labels agree.
    #[must_use]
    pub fn requirement(&self) -> Option<&'s Requirement> {
        match self {
            Self::Typo(requirement)
            | Self::Key(requirement, _)
            | Self::Annotation(requirement)
            | Self::NotOnPods(requirement)
            | Self::Release(requirement) => Some(requirement),
            Self::Namespace(_) => None,
        }
    }
}

/// The part of a label key after its prefix.
fn last(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(_, name)| name)
}

/// The workload that a selector just misses.
pub struct Missed<'b, 's> {
    /// The workload.
    pub workload: Workload<'b>,
    /// What keeps the selector from its pods.
    pub gap: Gap<'s>,
}

impl Missed<'_, '_> {
    /// The difference in words, to follow "selects no pod: ".
    #[must_use]
    pub fn difference(&self) -> String {
        let workload = self.workload;
        match (&self.gap, self.actual()) {
            (Gap::Typo(wanted) | Gap::Release(wanted), Some(actual)) => {
                format!("`{}` is `{actual}` on {workload}", wanted.key)
            }
            (Gap::Typo(wanted) | Gap::Release(wanted), None) => {
                format!("the pods of {workload} carry no `{}`", wanted.key)
            }
            (Gap::Key(wanted, other), _) => format!("`{}` is called `{other}` on {workload}", wanted.key),
            (Gap::Annotation(wanted), _) => format!("`{}` is an annotation, not a label, on {workload}", wanted.key),
            (Gap::NotOnPods(wanted), _) => format!("`{}` is a label of {workload}, not of its pods", wanted.key),
            (Gap::Namespace(namespace), _) => format!("{workload} runs in `{namespace}`"),
        }
    }

    /// What to write instead. Between namespaces that depends on who selects.
    #[must_use]
    pub fn remedy(&self) -> String {
        match (&self.gap, self.actual()) {
            (Gap::Typo(wanted) | Gap::Release(wanted), Some(actual)) => {
                format!("set `{}` in the selector to `{actual}`", wanted.key)
            }
            (Gap::Typo(wanted) | Gap::Release(wanted), None) => {
                format!("remove `{}` from the selector, or add it to the labels of the pod template", wanted.key)
            }
            (Gap::Key(wanted, other), _) => format!("write `{other}` for `{}` in the selector", wanted.key),
            (Gap::Annotation(wanted), _) => {
                format!("move `{}` from the annotations of the pod template to its labels", wanted.key)
            }
            (Gap::NotOnPods(wanted), _) => format!(
                "add `{}: {}` to the labels of the pod template",
                wanted.key,
                wanted.single_value().unwrap_or_default()
            ),
            (Gap::Namespace(namespace), _) => format!("set `metadata.namespace` to `{namespace}`"),
        }
    }

    /// The side of the workload, with words for it.
    #[must_use]
    pub fn other_side(&self) -> (Place, &'static str) {
        let workload = self.workload;
        let entry = |map: &str, key: &str| {
            let mut path = map.to_owned();
            push_key(&mut path, key);
            workload.at_or_parent(&path)
        };
        let template = |inner: &str| workload.template_path(inner);
        match &self.gap {
            Gap::Typo(wanted) | Gap::Release(wanted) => {
                let words = if self.actual().is_some() { "the label of its pods" } else { "the labels of its pods" };
                (entry(&template("metadata.labels"), &wanted.key), words)
            }
            Gap::Key(_, other) => (entry(&template("metadata.labels"), other), "the label of its pods"),
            Gap::Annotation(wanted) => {
                (entry(&template("metadata.annotations"), &wanted.key), "an annotation selects no pod")
            }
            Gap::NotOnPods(wanted) => (entry("metadata.labels", &wanted.key), "on the workload, not on its pods"),
            Gap::Namespace(_) => (workload.at_or_parent("metadata.namespace"), "its pods run here"),
        }
    }

    /// The value that the pods carry under the key that is selected.
    fn actual(&self) -> Option<&str> {
        self.workload.spec().pod.labels.get(&self.gap.requirement()?.key).map(String::as_str)
    }
}

impl Build {
    /// The workload that a selector of `near` was likely meant for, where it certainly selects nothing.
    #[must_use]
    pub fn missed<'b, 's>(&'b self, selector: &'s LabelSelector, near: &'b Resource) -> Option<Missed<'b, 's>> {
        if !self.selects_nothing(selector, near) {
            return None;
        }
        let lasting =
            || self.workloads().filter(|workload| !is_passing(workload.spec().kind) && workload.selects_its_pods());
        let here = || lasting().filter(|workload| self.same_namespace(near, workload.resource()));
        let gaps = || here().filter_map(|workload| Some(Missed { workload, gap: Gap::between(selector, workload)? }));
        let elsewhere = || {
            let names = |wanted: &Requirement| wanted.single_value().is_some() && is_identity(&wanted.key);
            let named = selector.requirements.iter().any(names);
            let matched = |workload: &Workload<'b>| named && selector.matches(&workload.spec().pod.labels);
            let workload = lasting().find(|workload| matched(workload) && !self.has_twin(near, *workload))?;
            Some(Missed { workload, gap: Gap::Namespace(workload.namespace()?.to_owned()) })
        };
        gaps().find(|missed| !matches!(missed.gap, Gap::Release(_))).or_else(elsewhere).or_else(|| gaps().next())
    }

    /// Whether an object has a namesake in the namespace of a workload: then it is itself meant for another one, of an
    /// application that runs in several namespaces.
    fn has_twin(&self, near: &Resource, workload: Workload<'_>) -> bool {
        let (kind, name) = (&near.object.kind, &near.object.name);
        let namesake = |resource: &Resource| resource.object.kind == *kind && resource.object.name == *name;
        self.resources.iter().any(|resource| namesake(resource) && self.same_namespace(resource, workload.resource()))
    }

    /// Whether a selector matches no pod of the namespace of `near`, as far as manifests tell: not in an incomplete build,
    /// and not where it may match pods of a hook, or of an operator, which passes on a custom resource's labels or name.
    #[must_use]
    pub fn selects_nothing(&self, selector: &LabelSelector, near: &Resource) -> bool {
        if !self.options.complete || self.workloads_matching(selector, self.namespace_of(near)).next().is_some() {
            return false;
        }
        let named = |resource: &Resource| {
            let name = Some(resource.object.name.as_str());
            selector.requirements.iter().any(|wanted| wanted.single_value() == name)
        };
        let unlinked = self.resources.iter().any(|resource| match &resource.content {
            Content::Workload(spec) => self.same_namespace(near, resource) && selector.matches(&spec.pod.labels),
            _ => false,
        });
        !unlinked && !self.may_select_foreign_pods(selector, near) && !self.foreign(near).any(named)
    }
}

/// Jobs come and go, so nobody selects their pods by intent.
fn is_passing(kind: WorkloadKind) -> bool {
    matches!(kind, WorkloadKind::Job | WorkloadKind::CronJob)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::BuildOptions;
    use crate::text::SourceId;
    use crate::yaml;
    use std::sync::Arc;

    /// A Deployment, a hook's Job, a custom resource, and a Service with the given selector.
    fn build(selector: &str, complete: bool) -> Build {
        let text: Arc<str> = Arc::from(format!(
            r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  labels: {{tier: web}}
spec:
  selector: {{matchLabels: {{app: checkout}}}}
  template:
    metadata:
      labels: {{app: checkout, app.kubernetes.io/instance: shop, app.kubernetes.io/component: web}}
      annotations: {{track: stable}}
    spec: {{containers: [{{name: checkout, image: "shop/checkout:3.8.0"}}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: migrate, annotations: {{helm.sh/hook: pre-upgrade}}}}
spec:
  template:
    metadata: {{labels: {{app: checkout, release: migrate}}}}
    spec: {{restartPolicy: Never, containers: [{{name: migrate, image: "shop/checkout:3.8.0"}}]}}
---
apiVersion: example.com/v1
kind: Cache
metadata: {{name: sessions}}
---
apiVersion: v1
kind: Service
metadata: {{name: checkout}}
spec: {{selector: {selector}, ports: [{{port: 80}}]}}
"#
        ));
        let documents = yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        Build::new(BuildOptions { complete, ..BuildOptions::default() }, documents)
    }

    fn difference(selector: &str, complete: bool) -> Option<String> {
        let build = build(selector, complete);
        let service = build.services().next()?;
        Some(build.missed(service.selector()?, service.resource())?.difference())
    }

    #[test]
    fn a_selector_one_slip_off_leads_to_the_workload() {
        for (selector, said) in [
            ("{app: chekout}", "`app` is `checkout` on Deployment/checkout"),
            ("{app.kubernetes.io/name: checkout}", "`app.kubernetes.io/name` is called `app` on Deployment/checkout"),
            ("{app: checkout, component: web}", "`component` is called `app.kubernetes.io/component`"),
            ("{app: checkout, track: stable}", "`track` is an annotation, not a label, on Deployment/checkout"),
            ("{app: checkout, tier: web}", "`tier` is a label of Deployment/checkout, not of its pods"),
            ("{app: checkout, app.kubernetes.io/instance: test}", "`app.kubernetes.io/instance` is `shop`"),
            ("{app: checkout, release: shop}", "the pods of Deployment/checkout carry no `release`"),
        ] {
            let found = difference(selector, true);
            assert!(found.as_deref().is_some_and(|found| found.starts_with(said)), "{selector}: {found:?}");
        }
    }

    #[test]
    fn parts_leaders_hooks_operators_and_missing_files_are_no_slip() {
        for selector in [
            "{app: checkout}",
            "{app: checkout, app.kubernetes.io/component: worker}",
            "{app: checkout, role: leader}",
            "{app: checkout, statefulset.kubernetes.io/pod-name: checkout-0}",
            "{app: checkout, release: migrate}",
            "{app: checkout, release: sessions}",
            "{app: orders}",
            "{app.kubernetes.io/instance: test}",
        ] {
            assert_eq!(difference(selector, true), None, "{selector}");
        }
        assert_eq!(difference("{app: chekout}", false), None, "an incomplete build");
    }
}
