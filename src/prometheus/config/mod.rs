//! The adapter's configuration file with the place of every field, and everything in it that the adapter refuses.
//! See `pkg/config/config.go` and `loader.go` of prometheus-adapter v0.12: the file is read with `UnmarshalStrict`.

mod helm;
mod problem;
mod read;

use crate::text::Span;
use crate::yaml::{NodeId, NodeKind, NodeRef};

use super::address::{self, ChartFault};
use super::naming::Namer;
use super::query::{self, CustomQuery, ExternalQuery, LabelValues, QueryError, Requirement};
use super::resources::{Association, GroupResource, ResourceLabels};
use super::series_query::{SeriesNames, SeriesQuery};
use super::template::{Rendered, Template};

pub use problem::{ConfigProblem, ConfigProblemKind, Effect};

/// A value with its place; all spans are offsets in the text that the tree was parsed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
    /// Its node, for [`NodeRef::inner_span`].
    pub node: NodeId,
}

/// A section of rules, which stands for one API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// `rules`: custom.metrics.k8s.io.
    Custom,
    /// `externalRules`: external.metrics.k8s.io.
    External,
}

impl Section {
    /// The key of the section.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Custom => "rules",
            Self::External => "externalRules",
        }
    }
}

/// One configuration.
#[derive(Debug, Clone, Default)]
pub struct AdapterConfig {
    /// `rules`; an empty list serves as little as an absent one.
    pub rules: Option<Vec<DiscoveryRule>>,
    /// `externalRules`.
    pub external_rules: Option<Vec<DiscoveryRule>>,
    /// `resourceRules`.
    pub resource_rules: Option<ResourceRules>,
    /// The chart adds its default rules to `rules`; they yield any name for any resource.
    pub default_rules: bool,
    /// The chart's `prometheus` values, where the configuration comes from Helm values.
    pub prometheus: Option<PrometheusValues>,
    /// What is wrong, in the order of the document.
    pub problems: Vec<ConfigProblem>,
}

/// The chart's address of Prometheus; the pieces are put together as `url:port` and `path`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrometheusValues {
    /// Path of the map, with its dot: `prometheus.`, below the chart's name in a parent chart.
    pub prefix: String,
    /// `prometheus.url`
    pub url: Option<Spanned<String>>,
    /// `prometheus.port`, as text; empty for null.
    pub port: Option<Spanned<String>>,
    /// `prometheus.path`
    pub path: Option<Spanned<String>>,
}

impl PrometheusValues {
    /// Why the address that the chart makes of them reaches no server, and the value that a person would edit.
    #[must_use]
    pub fn fault(&self) -> Option<(ChartFault, &Spanned<String>)> {
        let text = |field: &'_ Option<Spanned<String>>| field.as_ref().map(|field| field.value.clone());
        let (url, path) = (self.url.as_ref()?, text(&self.path).unwrap_or_default());
        let fault = address::of_chart(&url.value, text(&self.port).as_deref(), &path)?;
        let place = if fault.key == "port" { self.port.as_ref()? } else { url };
        Some((fault, place))
    }
}

/// One rule of `rules` or `externalRules`.
#[derive(Debug, Clone)]
pub struct DiscoveryRule {
    /// The section.
    pub section: Section,
    /// Position in the section.
    pub index: usize,
    /// Path in the document, such as `rules[0]`.
    pub path: String,
    /// The whole rule.
    pub span: Span,
    /// `seriesQuery`
    pub series_query: Option<Spanned<String>>,
    /// `seriesFilters`
    pub series_filters: Vec<FilterEntry>,
    /// `resources`
    pub resources: ResourceMapping,
    /// `name`
    pub name: NameMapping,
    /// `metricsQuery`
    pub metrics_query: Option<Spanned<String>>,
    series: Option<SeriesQuery>,
    namer: Option<Namer>,
    labels: ResourceLabels,
    query: Option<Template>,
}

/// One entry of `seriesFilters`; an empty pattern counts as absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterEntry {
    /// The whole entry.
    pub span: Span,
    /// `is`
    pub is: Option<Spanned<String>>,
    /// `isNot`
    pub is_not: Option<Spanned<String>>,
}

/// `resources` as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceMapping {
    /// The key `resources`, if it is there.
    pub key_span: Option<Span>,
    /// `template`
    pub template: Option<Spanned<String>>,
    /// `overrides` in the order of the document.
    pub overrides: Vec<OverrideEntry>,
    /// `namespaced`
    pub namespaced: Option<Spanned<bool>>,
}

/// One entry of `overrides`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideEntry {
    /// The label.
    pub label: String,
    /// Where the label stands.
    pub label_span: Span,
    /// `group`
    pub group: Option<Spanned<String>>,
    /// `resource`
    pub resource: Option<Spanned<String>>,
}

/// `name` as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameMapping {
    /// The key `name`, if it is there.
    pub key_span: Option<Span>,
    /// `matches`
    pub matches: Option<Spanned<String>>,
    /// `as`
    pub name_as: Option<Spanned<String>>,
}

/// `resourceRules`: metrics.k8s.io.
#[derive(Debug, Clone)]
pub struct ResourceRules {
    /// The whole section.
    pub span: Span,
    /// `cpu`
    pub cpu: Option<ResourceRule>,
    /// `memory`
    pub memory: Option<ResourceRule>,
    /// `window`
    pub window: Option<Spanned<String>>,
}

/// One rule of `resourceRules`.
#[derive(Debug, Clone)]
pub struct ResourceRule {
    /// Path in the document, such as `resourceRules.cpu`.
    pub path: String,
    /// The whole rule.
    pub span: Span,
    /// `containerQuery`
    pub container_query: Option<Spanned<String>>,
    /// `nodeQuery`
    pub node_query: Option<Spanned<String>>,
    /// `resources`
    pub resources: ResourceMapping,
    /// `containerLabel`
    pub container_label: Option<Spanned<String>>,
    /// The compiled `resources`.
    pub labels: ResourceLabels,
}

/// A query as the adapter would send it, made up for a look at the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleQuery {
    /// The query.
    pub rendered: Rendered,
    /// The series it asks for.
    pub series: String,
    /// The label of the namespace, if the rule has one.
    pub namespace_label: Option<String>,
    /// The label that `<<.GroupBy>>` stands for; `None` for external metrics.
    pub resource_label: Option<String>,
}

/// True for a document that holds an adapter's rules, right or wrong. Meant for a ConfigMap's key and for a file that
/// is named as a configuration: the values of some other chart may look the same, with keys of their own beside them.
#[must_use]
pub fn looks_like_adapter_config(root: NodeRef<'_>) -> bool {
    let discovers = |key| root.get(key).is_some_and(has_series_query);
    root.kind() == NodeKind::Mapping
        && (discovers("rules")
            || discovers("externalRules")
            || root.get("resourceRules").is_some_and(has_container_query))
}

/// True for the values of the adapter's chart, at the root or under its name in a parent chart.
#[must_use]
pub fn looks_like_helm_values(root: NodeRef<'_>) -> bool {
    helm::values_of(root).is_some()
}

/// True for a text with the lines of an adapter's rules, whether or not it is YAML. One with `{{` is still to be rendered.
#[must_use]
pub fn looks_like_adapter_text(text: &str) -> bool {
    let has = |keys: &[&str]| {
        let mut lines = text.lines().map(|line| line.trim_start_matches([' ', '-']));
        lines.any(|line| keys.iter().any(|key| line.starts_with(key)))
    };
    has(&["rules:", "externalRules:"]) && has(&["seriesQuery:"]) && !text.contains("{{")
}

fn has_series_query(rules: NodeRef<'_>) -> bool {
    rules.items().any(|rule| rule.get("seriesQuery").is_some())
}

fn has_container_query(rules: NodeRef<'_>) -> bool {
    ["cpu", "memory"].iter().filter_map(|key| rules.get(key)).any(|rule| rule.get("containerQuery").is_some())
}

impl AdapterConfig {
    /// Reads a configuration file.
    #[must_use]
    pub fn from_root(root: NodeRef<'_>) -> Self {
        read::config(root)
    }

    /// Reads the values of the adapter's chart; `None` if `root` is none. With `rules.existing` there are no sections.
    #[must_use]
    pub fn from_helm_values(root: NodeRef<'_>) -> Option<Self> {
        helm::config(root)
    }

    /// What is left of a configuration that is no YAML: the adapter does not start with it.
    #[must_use]
    pub fn unreadable(span: Span, message: &str, help: Option<String>) -> Self {
        let problem = ConfigProblem {
            kind: ConfigProblemKind::Syntax,
            effect: Effect::Start,
            span,
            path: String::new(),
            message: format!("its configuration is no YAML: {message}"),
            help,
        };
        Self { problems: vec![problem], ..Self::default() }
    }

    /// The rules of a section; empty when the section is absent.
    #[must_use]
    pub fn section(&self, section: Section) -> &[DiscoveryRule] {
        let rules = match section {
            Section::Custom => &self.rules,
            Section::External => &self.external_rules,
        };
        rules.as_deref().unwrap_or_default()
    }

    /// True when the adapter serves the section's API.
    #[must_use]
    pub fn serves(&self, section: Section) -> bool {
        !self.section(section).is_empty() || (section == Section::Custom && self.default_rules)
    }

    /// All rules of both sections.
    pub fn discovery_rules(&self) -> impl Iterator<Item = &DiscoveryRule> {
        self.section(Section::Custom).iter().chain(self.section(Section::External))
    }

    /// Whether something in a rule was refused, so that what else it says is anybody's guess.
    #[must_use]
    pub fn has_problem(&self, rule: &DiscoveryRule) -> bool {
        self.problems.iter().any(|problem| {
            let rest = problem.path.strip_prefix(&rule.path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// The rules in which nothing was refused.
    pub fn sound_rules(&self) -> impl Iterator<Item = &DiscoveryRule> {
        self.discovery_rules().filter(|rule| !self.has_problem(rule))
    }

    /// False when the adapter does not start with this configuration.
    #[must_use]
    pub fn starts(&self) -> bool {
        self.problems.iter().all(|problem| problem.effect != Effect::Start)
    }
}

impl DiscoveryRule {
    /// The parsed `seriesQuery`; `None` when it is absent or no PromQL.
    #[must_use]
    pub fn series(&self) -> Option<&SeriesQuery> {
        self.series.as_ref()
    }

    /// The compiled naming; `None` when it is wrong or not understood.
    #[must_use]
    pub fn namer(&self) -> Option<&Namer> {
        self.namer.as_ref()
    }

    /// The compiled `resources`.
    #[must_use]
    pub fn labels(&self) -> &ResourceLabels {
        &self.labels
    }

    /// The parsed `metricsQuery`; `None` when it is absent, wrong or not understood.
    #[must_use]
    pub fn query(&self) -> Option<&Template> {
        self.query.as_ref()
    }

    /// `resources.namespaced`, which is true unless it says otherwise.
    #[must_use]
    pub fn is_namespaced(&self) -> bool {
        self.resources.namespaced.as_ref().is_none_or(|namespaced| namespaced.value)
    }

    /// The series names written in `seriesQuery`, filters applied or not; empty for an open rule.
    #[must_use]
    pub fn listed_series(&self) -> &[String] {
        match self.series.as_ref().map(SeriesQuery::names) {
            Some(SeriesNames::Listed(names)) => names,
            _ => &[],
        }
    }

    /// True when the rule takes whatever series there are.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.series.as_ref().map(SeriesQuery::names), Some(SeriesNames::Listed(_)))
    }

    /// The API names of the listed series that the filters keep, with their series.
    #[must_use]
    pub fn api_names(&self) -> Vec<(&str, String)> {
        let Some(namer) = &self.namer else { return Vec::new() };
        let kept = self.listed_series().iter().filter(|series| namer.accepts(series));
        kept.filter_map(|series| Some((series.as_str(), namer.api_name(series)?))).collect()
    }

    /// The query for the first listed series (or a made-up one), one object called `name` in a namespace called
    /// `namespace`, with the requirements given. The resource is the pod, or else the first that the rule maps.
    /// `None` without a `metricsQuery` that parses.
    #[must_use]
    pub fn sample_query(&self, requirements: &[Requirement]) -> Option<Result<SampleQuery, QueryError>> {
        let template = self.query.as_ref()?;
        let series = self.listed_series().first().map_or("series", String::as_str).to_owned();
        let first = |association: Association| match association {
            Association::Labels(labels) => labels.into_iter().next(),
            Association::Missing | Association::Unknown => None,
        };
        let namespace_label = first(self.labels.association(&GroupResource::namespaces()));
        let asks_namespace = self.section == Section::Custom || self.is_namespaced();
        let namespace = namespace_label.clone().filter(|_| asks_namespace).map(|label| (label, "namespace".to_owned()));
        let requirements = requirements.to_vec();
        if self.section == Section::External {
            let query = ExternalQuery { series: series.clone(), requirements, namespace, ..ExternalQuery::default() };
            let rendered = query::render_external(template, &query);
            return Some(rendered.map(|rendered| SampleQuery {
                rendered,
                series,
                namespace_label,
                resource_label: None,
            }));
        }
        let pod = first(self.labels.association(&GroupResource::pods()));
        let other = || {
            let labels = self.labels.overrides.iter().map(|entry| entry.label.clone());
            labels.max_by_key(|label| Some(label) != namespace_label.as_ref())
        };
        let resource_label = pod.or_else(other).unwrap_or_else(|| "pod".to_owned());
        let resource = Some(LabelValues { label: resource_label.clone(), values: vec!["name".to_owned()] });
        let query =
            CustomQuery { series: series.clone(), requirements, namespace, resource, extra_group_by: Vec::new() };
        let rendered = query::render_custom(template, &query);
        Some(rendered.map(|rendered| SampleQuery {
            rendered,
            series,
            namespace_label,
            resource_label: Some(resource_label),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;
    use crate::yaml::Document;
    use std::sync::Arc;

    fn document(text: &str) -> Document {
        crate::yaml::parse(SourceId(0), &Arc::from(text)).into_iter().next().expect("there is a document")
    }

    fn read(text: &str) -> AdapterConfig {
        AdapterConfig::from_root(document(text).root().expect("it is YAML"))
    }

    /// Kind, path, marked text and help of each problem.
    fn problems(text: &str) -> Vec<(ConfigProblemKind, String, String, String)> {
        let problems = read(text).problems.into_iter();
        let marked = |span: Span| text.get(span.range()).unwrap_or("?").to_owned();
        problems.map(|one| (one.kind, one.path, marked(one.span), one.help.unwrap_or_default())).collect()
    }

    fn problem(text: &str) -> (ConfigProblemKind, String, String, String) {
        let mut problems = problems(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        problems.remove(0)
    }

    fn of(
        kind: ConfigProblemKind,
        path: &str,
        marked: &str,
        help: &str,
    ) -> (ConfigProblemKind, String, String, String) {
        (kind, path.to_owned(), marked.to_owned(), help.to_owned())
    }

    #[test]
    fn the_platform_s_configuration_is_read() {
        let text = r#"rules:
  - seriesQuery: 'inference_queue_depth{namespace="ai-platform"}'
    resources:
      overrides:
        namespace: {resource: "namespace"}
        pod: {resource: "pod"}
    name:
      matches: "^(.*)$"
      as: "inference_queue_depth"
    metricsQuery: 'avg_over_time(inference_queue_depth{<<.LabelMatchers>>}[2m])'
"#;
        let config = read(text);
        assert_eq!(config.problems, []);
        let rule = config.section(Section::Custom).first().expect("there is a rule");
        assert_eq!(rule.api_names(), [("inference_queue_depth", "inference_queue_depth".to_owned())]);
        let sample = rule.sample_query(&[]).expect("there is a query").expect("it renders");
        let expected = "avg_over_time(inference_queue_depth{namespace=\"namespace\",pod=\"name\"}[2m])";
        assert_eq!(sample.rendered.text, expected);
        assert_eq!(sample.resource_label.as_deref(), Some("pod"));
        let name_as = rule.name.name_as.as_ref().expect("there is a name");
        assert_eq!(text.get(name_as.span.range()), Some("\"inference_queue_depth\""));
        assert!(looks_like_adapter_config(document(text).root().expect("it is YAML")));
    }

    #[test]
    fn keys_are_checked_at_every_level() {
        use ConfigProblemKind::UnknownKey;
        let cases = [
            ("rule: []\nrules: []\n", "rule", "rule", "rename it to `rules`"),
            (
                "rules: [{seriesQuery: a, metricQuery: b}]",
                "rules[0].metricQuery",
                "metricQuery",
                "rename it to `metricsQuery`",
            ),
            (
                "rules: [{resources: {override: {}}}]",
                "rules[0].resources.override",
                "override",
                "rename it to `overrides`",
            ),
            ("rules: [{name: {to: b}}]", "rules[0].name.to", "to", "remove it; the keys are matches, as"),
            (
                "rules: [{seriesFilters: [{is: a, isnot: b}]}]",
                "rules[0].seriesFilters[0].isnot",
                "isnot",
                "rename it to `isNot`",
            ),
            ("resourceRules: {cpus: {}}", "resourceRules.cpus", "cpus", "rename it to `cpu`"),
        ];
        for (text, path, marked, help) in cases {
            assert_eq!(problem(text), of(UnknownKey, path, marked, help));
        }
    }

    #[test]
    fn a_key_must_not_stand_twice() {
        use ConfigProblemKind::DuplicateKey;
        let help = "merge the two, or remove one";
        assert_eq!(problem("rules: []\n# rules: a, rules: b\nrules: []\n"), of(DuplicateKey, "rules", "rules", help));
        assert_eq!(problem("rules: [{name: {as: a, as: a}}]"), of(DuplicateKey, "rules[0].name.as", "as", help));
        let text = "rules:\n- seriesQuery: a\n  name:\n    as: x\n  name:\n    as: y\n";
        assert_eq!(problem(text), of(DuplicateKey, "rules[0].name", "name", help));
        let merged = "rules:\n- &a {seriesQuery: a, name: {as: x}}\n- <<: *a\n  name: {as: y} # name: z, name: z\n";
        assert_eq!(problems(merged), []);
        let shared = "rules:\n- {seriesQuery: a, name: &n {as: x}}\n- {seriesQuery: b, name: *n}\n";
        assert_eq!(problems(shared), []);
        let comments = "# rules: a\nrules: # rules: b\n# rules: c\n- seriesQuery: a # seriesQuery: b\n  metricsQuery: |\n    name: a\n    # name: b\n  name: {as: c}\n";
        assert_eq!(problems(comments), []);
    }

    #[test]
    fn what_does_not_compile_is_marked_inside_its_text() {
        use ConfigProblemKind::{Filter, LabelTemplate, MissingAs, Pattern, QueryTemplate, UnknownTemplateField};
        let text = "rules: [{seriesFilters: [{isNot: \"^(?!a)\"}]}]";
        let (kind, path, marked, _) = problem(text);
        assert_eq!((kind, path.as_str(), marked.as_str()), (Pattern, "rules[0].seriesFilters[0].isNot", "(?!"));
        assert_eq!(problem("rules: [{seriesFilters: [{}]}]").0, Filter);
        assert_eq!(problem("rules: [{seriesFilters: [{is: a, isNot: b}]}]").0, Filter);
        assert_eq!(problem("rules: [{name: {matches: ^(a)(b)$}}]").0, MissingAs);
        assert_eq!(problem("rules: [{resources: {template: kube}}]").0, LabelTemplate);
        assert_eq!(problem("rules: [{metricsQuery: a<<.Series}]").0, QueryTemplate);
        let block = "rules:\n- metricsQuery: |\n    sum(a{\n    <<.LabelMatchersByName>>})\n";
        assert_eq!(
            problem(block),
            of(UnknownTemplateField, "rules[0].metricsQuery", ".LabelMatchersByName", "write `.LabelValuesByName`")
        );
        assert!(read(block).starts());
    }

    #[test]
    fn types_are_those_of_the_adapter() {
        for (text, path) in [
            ("rules: {}", "rules"),
            ("rules: [a]", "rules[0]"),
            ("rules: [{seriesQuery: [a]}]", "rules[0].seriesQuery"),
            ("rules: [{resources: {namespaced: \"false\"}}]", "rules[0].resources.namespaced"),
            ("rules: [{resources: {overrides: [a]}}]", "rules[0].resources.overrides"),
        ] {
            let (kind, found, ..) = problem(text);
            assert_eq!((kind, found.as_str()), (ConfigProblemKind::Type, path), "{text}");
        }
        assert_eq!(
            problems("rules:\nexternalRules: [{seriesQuery: 1, name: {as: yes}, resources: {namespaced: no}}]"),
            []
        );
    }

    #[test]
    fn windows_are_prometheus_durations() {
        for window in ["3m", "1h30m", "0", "500ms", "1d"] {
            assert_eq!(problems(&format!("resourceRules: {{window: {window}}}")), [], "{window}");
        }
        for window in ["3", "30m1h", "3 m", "1.5h", "''"] {
            assert_eq!(
                problem(&format!("resourceRules: {{window: {window}}}")).0,
                ConfigProblemKind::Window,
                "{window}"
            );
        }
    }

    #[test]
    fn helm_values_are_read_in_any_chart() {
        let values = "prometheus: {url: http://prometheus, port: 9090}\nrules:\n  default: false\n  custom:\n  - seriesQuery: a\n    metricQuery: b\n";
        let nested = format!("prometheus-adapter:\n  {}\n", values.trim().replace('\n', "\n  "));
        for (text, path) in
            [(values, "rules.custom[0].metricQuery"), (&nested, "prometheus-adapter.rules.custom[0].metricQuery")]
        {
            let document = document(text);
            let root = document.root().expect("it is YAML");
            assert!(looks_like_helm_values(root) && !looks_like_adapter_config(root));
            let config = AdapterConfig::from_helm_values(root).expect("these are the chart's values");
            assert!(!config.default_rules);
            assert_eq!(config.problems.first().map(|problem| problem.path.as_str()), Some(path));
            let port = config.prometheus.and_then(|prometheus| prometheus.port).map(|port| port.value);
            assert_eq!(port.as_deref(), Some("9090"));
        }
    }

    #[test]
    fn the_chart_s_default_rules_are_on_unless_switched_off() {
        let text = "rules: {custom: [{seriesQuery: a}]}";
        let config_of = |text: &str| AdapterConfig::from_helm_values(document(text).root().expect("it is YAML"));
        assert!(config_of(text).is_some_and(|config| config.default_rules && config.serves(Section::Custom)));
        let existing = "rules: {existing: own-rules, custom: [{seriesQuery: a}]}";
        assert!(config_of(existing).is_some_and(|config| !config.serves(Section::Custom)));
        let other = "rules: {default: true}\n";
        assert!(AdapterConfig::from_helm_values(document(other).root().expect("it is YAML")).is_none());
    }
}
