//! `resources`: which label of a series names which Kubernetes resource. See `pkg/naming/resource_converter.go` and
//! `lbl_res.go` of prometheus-adapter v0.12.

use std::ops::Range;

use super::go_regex::{GoRegex, GoRegexError};
use super::template::{Data, Template, TemplateError, Value};

/// A resource of a group; the core group is `""`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupResource {
    /// API group.
    pub group: String,
    /// Resource, plural where it is known.
    pub resource: String,
}

impl GroupResource {
    /// A resource as written, singular or plural, in any case.
    #[must_use]
    pub fn new(group: impl Into<String>, resource: impl AsRef<str>) -> Self {
        Self { group: group.into(), resource: resource.as_ref().to_ascii_lowercase() }
    }

    /// `namespaces` of the core group.
    #[must_use]
    pub fn namespaces() -> Self {
        Self::new("", "namespaces")
    }

    /// `pods` of the core group.
    #[must_use]
    pub fn pods() -> Self {
        Self::new("", "pods")
    }

    /// The resource of a kind: from the table of built-in kinds, else the plural that Kubernetes would guess.
    #[must_use]
    pub fn of_kind(group: &str, kind: &str) -> Self {
        let singular = kind.to_ascii_lowercase();
        let resource = builtin(&singular).map_or_else(|| guessed_plural(&singular), |known| known.plural.to_owned());
        Self { group: group.to_owned(), resource }
    }

    /// The singular name, as the label template gets it.
    #[must_use]
    pub fn singular(&self) -> String {
        builtin(&self.resource).map_or_else(|| guessed_singular(&self.resource), |known| known.singular.to_owned())
    }

    /// True for a resource that Kubernetes itself serves, whatever the group.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        builtin(&self.resource).is_some()
    }

    /// True when `self`, as an override writes it, may mean `other`. An absent group means any; a group may be cut
    /// short (`networking` for `networking.k8s.io`), as the REST mapper allows; `extensions` has moved.
    #[must_use]
    pub fn means(&self, other: &Self) -> bool {
        if self.singular() != other.singular() {
            return false;
        }
        let moved = |group: &str| group == "extensions";
        let known = !self.group.is_empty() && !other.group.is_empty();
        !known || other.group.starts_with(&self.group) || moved(&self.group) || moved(&other.group)
    }
}

/// One entry of `overrides`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The label.
    pub label: String,
    /// The resource it names.
    pub resource: GroupResource,
}

/// Why a label template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelTemplateError {
    /// User error or unsure: it does not parse or render.
    Template(TemplateError),
    /// User error: `.Resource` is not in it.
    NoResource,
    /// User error: it renders nothing.
    Empty,
    /// User error or unsure: the text around the fields is no pattern; the adapter compiles it to read labels back.
    Pattern(GoRegexError),
}

impl LabelTemplateError {
    /// Where in the template, where that is known.
    #[must_use]
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Template(error) => Some(error.range()),
            Self::NoResource | Self::Empty | Self::Pattern(_) => None,
        }
    }

    /// True when this reader cannot tell what the adapter does.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        matches!(self, Self::Template(TemplateError::Unsure { .. }) | Self::Pattern(GoRegexError::Unsure))
    }
}

/// The label template, such as `kube_<<.Resource>>`.
#[derive(Debug, Clone)]
pub struct LabelTemplate {
    template: Template,
    pattern: GoRegex,
}

impl LabelTemplate {
    /// Compiles a template, and the pattern that reads labels back.
    ///
    /// # Errors
    /// What makes the adapter refuse it at start.
    pub fn new(source: &str) -> Result<Self, LabelTemplateError> {
        let template = Template::new(source).map_err(LabelTemplateError::Template)?;
        let data = label_data("(?P<group>.+?)", "(?P<resource>.+?)");
        let rendered = template.render(&data).map_err(LabelTemplateError::Template)?;
        if rendered.text.is_empty() {
            return Err(LabelTemplateError::Empty);
        }
        let pattern = GoRegex::new(&format!("^{}$", rendered.text)).map_err(LabelTemplateError::Pattern)?;
        if pattern.group_named("resource").is_none() {
            return Err(LabelTemplateError::NoResource);
        }
        Ok(Self { template, pattern })
    }

    /// The label of a resource; `None` when the template gives none.
    #[must_use]
    pub fn label(&self, resource: &GroupResource) -> Option<String> {
        let group = resource.group.replace(['.', '-'], "_");
        let rendered = self.template.render(&label_data(&group, &resource.singular())).ok()?;
        (!rendered.text.is_empty()).then_some(rendered.text)
    }

    /// The group and resource, as written in it, that a label names.
    #[must_use]
    pub fn resource_of(&self, label: &str) -> Option<GroupResource> {
        let captures = self.pattern.captures(label)?;
        let named = |name| self.pattern.group_named(name).and_then(|group| captures.get(group).copied().flatten());
        Some(GroupResource::new(named("group").unwrap_or_default(), named("resource")?))
    }
}

fn label_data(group: &str, resource: &str) -> Data {
    Data::new(vec![("Group", Value::Text(group.to_owned())), ("Resource", Value::Text(resource.to_owned()))])
}

/// Whether a rule knows a label for a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Association {
    /// These labels name it. More than one where overrides compete: the adapter takes any of them.
    Labels(Vec<String>),
    /// No label does.
    Missing,
    /// It cannot be told: the template is not understood, or an override names a resource of an unknown API.
    Unknown,
}

impl Association {
    /// True unless it is certain that no label names the resource.
    #[must_use]
    pub fn may_exist(&self) -> bool {
        *self != Self::Missing
    }
}

/// The mapping of one rule.
#[derive(Debug, Clone, Default)]
pub struct ResourceLabels {
    /// The template, if there is one that compiles.
    pub template: Option<LabelTemplate>,
    /// There is a template, and it does not compile.
    pub broken_template: bool,
    /// The overrides in the order of the document.
    pub overrides: Vec<Override>,
}

impl ResourceLabels {
    /// The labels for a resource: its overrides, else what the template gives.
    #[must_use]
    pub fn association(&self, resource: &GroupResource) -> Association {
        let labels: Vec<String> = self
            .overrides
            .iter()
            .filter(|entry| entry.resource.means(resource))
            .map(|entry| entry.label.clone())
            .collect();
        if !labels.is_empty() {
            return Association::Labels(labels);
        }
        if self.broken_template {
            return Association::Unknown;
        }
        if let Some(template) = &self.template {
            return template.label(resource).map_or(Association::Unknown, |label| Association::Labels(vec![label]));
        }
        // The plural of a custom kind is a guess, so an override of an unknown resource may be the one.
        let custom = !resource.is_builtin() && self.overrides.iter().any(|entry| !entry.resource.is_builtin());
        if custom { Association::Unknown } else { Association::Missing }
    }
}

/// A resource that Kubernetes serves itself.
#[derive(Debug, Clone, Copy)]
struct Builtin {
    singular: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
}

const fn row(singular: &'static str, plural: &'static str, short: &'static [&'static str]) -> Builtin {
    Builtin { singular, plural, short }
}

/// Resources of Kubernetes 1.34 that a metric can describe.
const BUILTIN: [Builtin; 44] = [
    row("pod", "pods", &["po"]),
    row("namespace", "namespaces", &["ns"]),
    row("node", "nodes", &[]),
    row("service", "services", &["svc"]),
    row("deployment", "deployments", &["deploy"]),
    row("statefulset", "statefulsets", &["sts"]),
    row("daemonset", "daemonsets", &["ds"]),
    row("replicaset", "replicasets", &["rs"]),
    row("replicationcontroller", "replicationcontrollers", &["rc"]),
    row("job", "jobs", &[]),
    row("cronjob", "cronjobs", &["cj"]),
    row("ingress", "ingresses", &["ing"]),
    row("ingressclass", "ingressclasses", &[]),
    row("networkpolicy", "networkpolicies", &["netpol"]),
    row("persistentvolume", "persistentvolumes", &["pv"]),
    row("persistentvolumeclaim", "persistentvolumeclaims", &["pvc"]),
    row("horizontalpodautoscaler", "horizontalpodautoscalers", &["hpa"]),
    row("poddisruptionbudget", "poddisruptionbudgets", &["pdb"]),
    row("configmap", "configmaps", &["cm"]),
    row("secret", "secrets", &[]),
    row("serviceaccount", "serviceaccounts", &[]),
    row("endpoints", "endpoints", &["ep"]),
    row("endpointslice", "endpointslices", &[]),
    row("event", "events", &[]),
    row("limitrange", "limitranges", &[]),
    row("resourcequota", "resourcequotas", &[]),
    row("podtemplate", "podtemplates", &[]),
    row("controllerrevision", "controllerrevisions", &[]),
    row("lease", "leases", &[]),
    row("storageclass", "storageclasses", &[]),
    row("volumeattachment", "volumeattachments", &[]),
    row("csidriver", "csidrivers", &[]),
    row("csinode", "csinodes", &[]),
    row("csistoragecapacity", "csistoragecapacities", &[]),
    row("priorityclass", "priorityclasses", &[]),
    row("runtimeclass", "runtimeclasses", &[]),
    row("role", "roles", &[]),
    row("rolebinding", "rolebindings", &[]),
    row("clusterrole", "clusterroles", &[]),
    row("clusterrolebinding", "clusterrolebindings", &[]),
    row("apiservice", "apiservices", &[]),
    row("customresourcedefinition", "customresourcedefinitions", &["crd", "crds"]),
    row("certificatesigningrequest", "certificatesigningrequests", &["csr"]),
    row("componentstatus", "componentstatuses", &[]),
];

/// Resources whose names nothing else resembles: a name one letter away is a slip of the pen, not a custom resource.
const UNMISTAKABLE: [&str; 10] = [
    "pod",
    "namespace",
    "service",
    "deployment",
    "statefulset",
    "daemonset",
    "replicaset",
    "ingress",
    "persistentvolume",
    "persistentvolumeclaim",
];

/// Finds a built-in resource by its singular or plural name.
fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTIN.iter().find(|known| known.singular == name || known.plural == name)
}

/// The built-in resource that a name of an override certainly means but does not say: a short name of `kubectl`
/// (the adapter's REST mapper has none), or one letter off. `None` for known names and for what may be a custom one.
#[must_use]
pub fn misspelt_resource(group: &str, resource: &str) -> Option<&'static str> {
    let name = resource.to_ascii_lowercase();
    if !group.is_empty() || builtin(&name).is_some() {
        return None;
    }
    if let Some(known) = BUILTIN.iter().find(|known| known.short.contains(&name.as_str())) {
        return Some(known.singular);
    }
    let known = BUILTIN.iter().filter(|known| UNMISTAKABLE.contains(&known.singular));
    let mut names = known.flat_map(|known| [(known.singular, known.singular), (known.plural, known.singular)]);
    names.find(|(written, _)| crate::spelling::distance(written, &name, 1) == Some(1)).map(|(_, singular)| singular)
}

/// As `meta.UnsafeGuessKindToResource` of Kubernetes.
fn guessed_plural(singular: &str) -> String {
    if singular.ends_with("endpoints") || singular.is_empty() {
        return singular.to_owned();
    }
    match singular.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if singular.ends_with('s') => format!("{singular}es"),
        None => format!("{singular}s"),
    }
}

fn guessed_singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = plural.strip_suffix("es").filter(|stem| stem.ends_with('s')) {
        return stem.to_owned();
    }
    match plural.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') => stem.to_owned(),
        _ => plural.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overrides(entries: &[(&str, &str, &str)]) -> ResourceLabels {
        let entry = |(label, group, resource): &(&str, &str, &str)| Override {
            label: (*label).to_owned(),
            resource: GroupResource::new(*group, *resource),
        };
        ResourceLabels { overrides: entries.iter().map(entry).collect(), ..ResourceLabels::default() }
    }

    fn labels(names: &[&str]) -> Association {
        Association::Labels(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn overrides_take_singular_plural_and_any_case() {
        let mapping = overrides(&[("ns", "", "Namespace"), ("app", "apps", "deployments"), ("svc", "", "service")]);
        assert_eq!(mapping.association(&GroupResource::namespaces()), labels(&["ns"]));
        assert_eq!(mapping.association(&GroupResource::of_kind("apps", "Deployment")), labels(&["app"]));
        assert_eq!(mapping.association(&GroupResource::of_kind("", "Service")), labels(&["svc"]));
        assert_eq!(mapping.association(&GroupResource::pods()), Association::Missing);
        assert_eq!(mapping.association(&GroupResource::of_kind("argoproj.io", "Deployment")), Association::Missing);
    }

    #[test]
    fn an_override_of_a_custom_resource_may_be_any_custom_kind() {
        let mapping = overrides(&[("topic", "kafka.strimzi.io", "kafkatopics")]);
        assert_eq!(mapping.association(&GroupResource::of_kind("kafka.strimzi.io", "KafkaTopic")), labels(&["topic"]));
        assert_eq!(mapping.association(&GroupResource::of_kind("example.com", "Gateway")), Association::Unknown);
        assert_eq!(mapping.association(&GroupResource::of_kind("", "Service")), Association::Missing);
    }

    #[test]
    fn a_template_maps_everything_and_reads_labels_back() {
        let template = LabelTemplate::new("kube_<<.Group>>_<<.Resource>>").expect("it compiles");
        let ingress = GroupResource::of_kind("networking.k8s.io", "Ingress");
        assert_eq!(template.label(&ingress).as_deref(), Some("kube_networking_k8s_io_ingress"));
        let template = LabelTemplate::new("<<.Resource>>").expect("it compiles");
        assert_eq!(template.resource_of("pod"), Some(GroupResource::new("", "pod")));
        let mapping = ResourceLabels { template: Some(template), ..ResourceLabels::default() };
        assert_eq!(mapping.association(&GroupResource::pods()), labels(&["pod"]));
    }

    #[test]
    fn a_template_needs_its_resource() {
        assert_eq!(LabelTemplate::new("kube_pod").err(), Some(LabelTemplateError::NoResource));
        assert_eq!(LabelTemplate::new("<<.Group>>").err(), Some(LabelTemplateError::NoResource));
        assert_eq!(LabelTemplate::new("<<if false>>a<<end>>").err(), Some(LabelTemplateError::Empty));
        let error = LabelTemplate::new("<<.Kind>>").expect_err("the field does not exist");
        assert!(matches!(error, LabelTemplateError::Template(TemplateError::UnknownField { .. })));
        assert!(matches!(LabelTemplate::new("(<<.Resource>>").err(), Some(LabelTemplateError::Pattern(_))));
    }

    #[test]
    fn misspelt_resources_are_certain_ones() {
        assert_eq!(misspelt_resource("", "podz"), Some("pod"));
        assert_eq!(misspelt_resource("", "ns"), Some("namespace"));
        assert_eq!(misspelt_resource("", "deploy"), Some("deployment"));
        for name in ["pod", "Pods", "notes", "rules", "kafkatopic", "gateway", "podsets"] {
            assert_eq!(misspelt_resource("", name), None, "{name}");
        }
        assert_eq!(misspelt_resource("example.com", "podz"), None);
    }

    #[test]
    fn plurals_and_singulars_agree() {
        for (kind, plural) in
            [("Ingress", "ingresses"), ("NetworkPolicy", "networkpolicies"), ("KafkaTopic", "kafkatopics")]
        {
            let resource = GroupResource::of_kind("", kind);
            assert_eq!(resource.resource, plural);
            assert_eq!(resource.singular(), kind.to_ascii_lowercase());
        }
    }
}
