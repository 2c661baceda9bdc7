//! Reads a configuration as `yaml.UnmarshalStrict` does, then compiles what the adapter compiles at start.

use std::ops::Range;

use crate::text::Span;
use crate::yaml::{Entry, NodeKind, NodeRef, push_index, push_key};

use super::super::go_regex::{GoRegex, GoRegexError};
use super::super::naming::{FilterSource, Namer};
use super::super::nearest::nearest;
use super::super::promql::duration;
use super::super::query::FIELDS;
use super::super::resources::{
    GroupResource, LabelTemplate, LabelTemplateError, Override, ResourceLabels, misspelt_resource,
};
use super::super::series_query::SeriesQuery;
use super::super::template::{Template, TemplateError};
use super::{
    AdapterConfig, ConfigProblem, ConfigProblemKind, DiscoveryRule, Effect, FilterEntry, NameMapping, OverrideEntry,
    ResourceMapping, ResourceRule, ResourceRules, Section, Spanned,
};

const ROOT_KEYS: [&str; 3] = ["rules", "externalRules", "resourceRules"];
const RULE_KEYS: [&str; 5] = ["seriesQuery", "seriesFilters", "resources", "name", "metricsQuery"];
const FILTER_KEYS: [&str; 2] = ["is", "isNot"];
const RESOURCES_KEYS: [&str; 3] = ["template", "overrides", "namespaced"];
const OVERRIDE_KEYS: [&str; 2] = ["group", "resource"];
const NAME_KEYS: [&str; 2] = ["matches", "as"];
const RESOURCE_RULES_KEYS: [&str; 3] = ["cpu", "memory", "window"];
const RESOURCE_RULE_KEYS: [&str; 4] = ["containerQuery", "nodeQuery", "resources", "containerLabel"];

pub(super) fn config(root: NodeRef<'_>) -> AdapterConfig {
    let mut reader = Reader::new(true);
    let mut config = AdapterConfig::default();
    for (key, path, entry) in reader.fields(root, "", "the configuration", &ROOT_KEYS) {
        match key.as_str() {
            "rules" => config.rules = reader.rules(entry.value(), &path, Section::Custom),
            "externalRules" => config.external_rules = reader.rules(entry.value(), &path, Section::External),
            "resourceRules" => config.resource_rules = reader.resource_rules(entry.value(), &path),
            _ => {}
        }
    }
    config.problems = reader.into_problems();
    config
}

/// Collects problems while it reads.
pub(super) struct Reader {
    problems: Vec<ConfigProblem>,
    reports_duplicates: bool,
}

impl Reader {
    pub(super) fn new(reports_duplicates: bool) -> Self {
        Self { problems: Vec::new(), reports_duplicates }
    }

    pub(super) fn into_problems(mut self) -> Vec<ConfigProblem> {
        self.problems.sort_by_key(|problem| (problem.span, problem.kind));
        self.problems
    }

    pub(super) fn rules(&mut self, node: NodeRef<'_>, path: &str, section: Section) -> Option<Vec<DiscoveryRule>> {
        let items = self.items(node, path)?;
        let rule = |(index, (path, item)): (usize, (String, NodeRef<'_>))| self.rule(item, path, section, index);
        Some(items.into_iter().enumerate().map(rule).collect())
    }

    fn rule(&mut self, node: NodeRef<'_>, path: String, section: Section, index: usize) -> DiscoveryRule {
        let mut rule = DiscoveryRule {
            section,
            index,
            path: path.clone(),
            span: node.span(),
            series_query: None,
            series_filters: Vec::new(),
            resources: ResourceMapping::default(),
            name: NameMapping::default(),
            metrics_query: None,
            series: None,
            namer: None,
            labels: ResourceLabels::default(),
            query: None,
        };
        let mut filters_node = None;
        let known_before = self.problems.len();
        for (key, path, entry) in self.fields(node, &path, "a rule", &RULE_KEYS) {
            match key.as_str() {
                "seriesQuery" => rule.series_query = self.text(entry.value(), &path),
                "seriesFilters" => filters_node = Some((entry.value(), path)),
                "resources" => (rule.resources, rule.labels) = self.resources(&entry, &path),
                "name" => rule.name = self.name(&entry, &path),
                "metricsQuery" => {
                    rule.metrics_query = self.text(entry.value(), &path);
                    rule.query = self.query_template(rule.metrics_query.as_ref(), entry.value(), &path);
                }
                _ => {}
            }
        }
        if let Some((node, path)) = filters_node {
            rule.series_filters = self.filters(node, &path);
        }
        rule.series = rule.series_query.as_ref().and_then(|query| SeriesQuery::new(&query.value).ok());
        let shape_is_right =
            !self.problems.iter().skip(known_before).any(|problem| problem.kind == ConfigProblemKind::Type);
        if shape_is_right {
            rule.namer = self.namer(&rule, node);
        }
        rule
    }

    fn filters(&mut self, node: NodeRef<'_>, path: &str) -> Vec<FilterEntry> {
        let mut filters = Vec::new();
        for (path, item) in self.items(node, path).unwrap_or_default() {
            let mut filter = FilterEntry { span: item.span(), is: None, is_not: None };
            for (key, path, entry) in self.fields(item, &path, "a filter", &FILTER_KEYS) {
                let text = self.text(entry.value(), &path);
                let text = self.pattern(text, entry.value(), &path);
                match key.as_str() {
                    "is" => filter.is = text,
                    "isNot" => filter.is_not = text,
                    _ => {}
                }
            }
            let is_set = |text: &Option<Spanned<String>>| text.as_ref().is_some_and(|text| !text.value.is_empty());
            let message = match (is_set(&filter.is), is_set(&filter.is_not)) {
                (true, true) => Some("filter has both `is` and `isNot`"),
                (false, false) if item.kind() == NodeKind::Mapping || item.is_null() => {
                    Some("filter has neither `is` nor `isNot`")
                }
                _ => None,
            };
            if let Some(message) = message {
                let help = "write one filter for each pattern, with `is` or `isNot`";
                self.report(ConfigProblemKind::Filter, item.span(), &path, message, Some(help));
            }
            filters.push(filter);
        }
        filters
    }

    fn resources(&mut self, entry: &Entry<'_>, path: &str) -> (ResourceMapping, ResourceLabels) {
        let mut mapping = ResourceMapping { key_span: Some(entry.key_span()), ..ResourceMapping::default() };
        let mut labels = ResourceLabels::default();
        for (key, path, entry) in self.fields(entry.value(), path, "`resources`", &RESOURCES_KEYS) {
            let node = entry.value();
            match key.as_str() {
                "template" => {
                    mapping.template = self.text(node, &path);
                    if let Some(text) = mapping.template.as_ref().filter(|text| !text.value.is_empty()) {
                        labels.template = self.label_template(&text.value, node, &path);
                        labels.broken_template = labels.template.is_none();
                    }
                }
                "overrides" => {
                    mapping.overrides = self.overrides(node, &path);
                    labels.overrides = mapping.overrides.iter().filter_map(compiled).collect();
                }
                "namespaced" => mapping.namespaced = self.bool(node, &path),
                _ => {}
            }
        }
        (mapping, labels)
    }

    fn label_template(&mut self, source: &str, node: NodeRef<'_>, path: &str) -> Option<LabelTemplate> {
        let error = match LabelTemplate::new(source) {
            Ok(template) => return Some(template),
            Err(error) if error.is_unsure() => return None,
            Err(error) => error,
        };
        let span = error.range().map_or(node.span(), |range| place(node, range));
        let (kind, message) = match &error {
            LabelTemplateError::Template(TemplateError::UnknownField { field, .. }) => {
                let message = format!("`.{field}` is no field of a label template");
                (ConfigProblemKind::UnknownTemplateField, message)
            }
            LabelTemplateError::Template(error) => {
                (ConfigProblemKind::LabelTemplate, format!("label template: {error}"))
            }
            LabelTemplateError::NoResource | LabelTemplateError::Empty => {
                (ConfigProblemKind::LabelTemplate, format!("label template `{source}` lacks `<<.Resource>>`"))
            }
            LabelTemplateError::Pattern(error) => {
                (ConfigProblemKind::LabelTemplate, format!("label template `{source}` makes no pattern: {error}"))
            }
        };
        let help = "use `<<.Resource>>`, and `<<.Group>>` where groups must be told apart";
        self.report(kind, span, path, message, Some(help));
        None
    }

    fn overrides(&mut self, node: NodeRef<'_>, path: &str) -> Vec<OverrideEntry> {
        let mut overrides = Vec::new();
        if !self.is_mapping(node, path) {
            return overrides;
        }
        self.duplicates(node, path);
        for entry in node.entries() {
            let label = entry.key().into_owned();
            let mut path = path.to_owned();
            push_key(&mut path, &label);
            let mut found = OverrideEntry { label, label_span: entry.key_span(), group: None, resource: None };
            let known_before = self.problems.len();
            for (key, path, field) in self.fields(entry.value(), &path, "an override", &OVERRIDE_KEYS) {
                match key.as_str() {
                    "group" => found.group = self.text(field.value(), &path),
                    "resource" => found.resource = self.text(field.value(), &path),
                    _ => {}
                }
            }
            if self.problems.len() == known_before {
                self.check_override(&found, &path);
            }
            overrides.push(found);
        }
        overrides
    }

    fn check_override(&mut self, entry: &OverrideEntry, path: &str) {
        let kind = ConfigProblemKind::UnknownResource;
        let Some(resource) = entry.resource.as_ref().filter(|resource| !resource.value.is_empty()) else {
            let message = format!("override of label `{}` names no resource", entry.label);
            self.report(kind, entry.label_span, path, message, Some("add `resource`, such as `resource: pod`"));
            return;
        };
        let group = entry.group.as_ref().map_or("", |group| group.value.as_str());
        if let Some(meant) = misspelt_resource(group, &resource.value) {
            let message = format!("`{}` is no resource of Kubernetes", resource.value);
            let help = format!("write `resource: {meant}`");
            self.report(kind, resource.span, &format!("{path}.resource"), message, Some(&help));
        }
    }

    fn name(&mut self, entry: &Entry<'_>, path: &str) -> NameMapping {
        let mut name = NameMapping { key_span: Some(entry.key_span()), ..NameMapping::default() };
        for (key, path, entry) in self.fields(entry.value(), path, "`name`", &NAME_KEYS) {
            let text = self.text(entry.value(), &path);
            match key.as_str() {
                "matches" => name.matches = self.pattern(text, entry.value(), &path),
                "as" => name.name_as = text,
                _ => {}
            }
        }
        name
    }

    fn namer(&mut self, rule: &DiscoveryRule, node: NodeRef<'_>) -> Option<Namer> {
        let text =
            |field: &'_ Option<Spanned<String>>| field.as_ref().map(|text| text.value.clone()).unwrap_or_default();
        let filters: Vec<(String, String)> =
            rule.series_filters.iter().map(|filter| (text(&filter.is), text(&filter.is_not))).collect();
        let sources: Vec<FilterSource<'_>> = filters.iter().map(|(is, is_not)| FilterSource { is, is_not }).collect();
        let (matches, name_as) = (text(&rule.name.matches), text(&rule.name.name_as));
        match Namer::new(&sources, &matches, &name_as) {
            Ok(namer) => Some(namer),
            // Filters and patterns were reported where they were read.
            Err(super::super::naming::NamerError::MissingAs(groups)) => {
                let message = format!("`matches` has {groups} groups, so `as` must say which make the name");
                let span = rule.name.matches.as_ref().map_or(node.span(), |matches| matches.span);
                let help = "add `as`, such as `as: \"${1}\"`, or make the other groups `(?:…)`";
                self.report(ConfigProblemKind::MissingAs, span, &format!("{}.name", rule.path), message, Some(help));
                None
            }
            Err(_) => None,
        }
    }

    fn query_template(&mut self, text: Option<&Spanned<String>>, node: NodeRef<'_>, path: &str) -> Option<Template> {
        let text = text?;
        let template = match Template::new(&text.value) {
            Ok(template) => template,
            Err(TemplateError::Unsure { .. }) => return None,
            Err(error) => {
                let span = place(node, error.range());
                let message = format!("query template: {error}");
                self.report(ConfigProblemKind::QueryTemplate, span, path, message, None);
                return None;
            }
        };
        for (field, range) in template.fields() {
            if FIELDS.contains(&field.as_str()) {
                continue;
            }
            let meant = nearest(&field, FIELDS);
            // The adapter's comments name this field; the map that exists is another.
            let meant = if field == "LabelMatchersByName" { Some("LabelValuesByName") } else { meant };
            let help = match meant {
                Some(meant) => format!("write `.{meant}`"),
                None => format!("use one of {}", FIELDS.map(|field| format!("`.{field}`")).join(", ")),
            };
            self.problems.push(ConfigProblem {
                kind: ConfigProblemKind::UnknownTemplateField,
                effect: Effect::Query,
                span: place(node, range),
                path: path.to_owned(),
                message: format!("`.{field}` is no field of a query template"),
                help: Some(help),
            });
        }
        Some(template)
    }

    pub(super) fn resource_rules(&mut self, node: NodeRef<'_>, path: &str) -> Option<ResourceRules> {
        if node.is_null() {
            return None;
        }
        let mut rules = ResourceRules { span: node.span(), cpu: None, memory: None, window: None };
        for (key, path, entry) in self.fields(node, path, "`resourceRules`", &RESOURCE_RULES_KEYS) {
            match key.as_str() {
                "cpu" => rules.cpu = Some(self.resource_rule(&entry, path)),
                "memory" => rules.memory = Some(self.resource_rule(&entry, path)),
                "window" => {
                    rules.window = self.text(entry.value(), &path);
                    let wrong = rules.window.as_ref().filter(|window| duration(&window.value).is_none());
                    if let Some(window) = wrong {
                        let message = format!("`window: {}` is no Prometheus duration", window.value);
                        let help = "write a number with a unit, such as `3m`";
                        self.report(ConfigProblemKind::Window, window.span, &path, message, Some(help));
                    }
                }
                _ => {}
            }
        }
        Some(rules)
    }

    fn resource_rule(&mut self, entry: &Entry<'_>, path: String) -> ResourceRule {
        let node = entry.value();
        let mut rule = ResourceRule {
            path: path.clone(),
            span: node.span(),
            container_query: None,
            node_query: None,
            resources: ResourceMapping::default(),
            container_label: None,
            labels: ResourceLabels::default(),
        };
        for (key, path, entry) in self.fields(node, &path, "a resource rule", &RESOURCE_RULE_KEYS) {
            match key.as_str() {
                "containerQuery" => {
                    rule.container_query = self.text(entry.value(), &path);
                    self.query_template(rule.container_query.as_ref(), entry.value(), &path);
                }
                "nodeQuery" => {
                    rule.node_query = self.text(entry.value(), &path);
                    self.query_template(rule.node_query.as_ref(), entry.value(), &path);
                }
                "resources" => (rule.resources, rule.labels) = self.resources(&entry, &path),
                "containerLabel" => rule.container_label = self.text(entry.value(), &path),
                _ => {}
            }
        }
        // A values file may hold a part, and the files below it the rest.
        if path.starts_with("resourceRules") && !node.is_null() {
            self.unmapped(&rule, entry.key_span());
        }
        rule
    }

    /// The resources that a query of `resourceRules` is asked for and no label names: `LabelForResource` then fails each
    /// request.
    fn unmapped(&mut self, rule: &ResourceRule, key: Span) {
        let node = GroupResource::of_kind("", "Node");
        let of_pods = [("namespace", GroupResource::namespaces()), ("pod", GroupResource::pods())];
        let needed =
            of_pods.into_iter().filter(|_| rule.container_query.is_some()).map(|need| ("containerQuery", need));
        let needed = needed.chain(rule.node_query.iter().map(|_| ("nodeQuery", ("node", node.clone()))));
        let missing = |(_, (_, resource)): &(_, (_, GroupResource))| !rule.labels.association(resource).may_exist();
        let Some((query, (name, _))) = needed.into_iter().find(missing) else { return };
        let (path, span) = match rule.resources.key_span {
            Some(span) => (format!("{}.resources", rule.path), span),
            None => (rule.path.clone(), key),
        };
        self.problems.push(ConfigProblem {
            kind: ConfigProblemKind::Incomplete,
            effect: Effect::Query,
            span,
            path,
            message: format!("`{query}` needs a label for `{name}`, and `resources` maps none"),
            help: Some(format!("add `{name}: {{resource: {name}}}` to `resources.overrides`")),
        });
    }

    /// The known fields of a mapping, with their paths; reports the rest. Null is an empty mapping.
    fn fields<'t>(
        &mut self,
        node: NodeRef<'t>,
        path: &str,
        of: &str,
        known: &[&'static str],
    ) -> Vec<(String, String, Entry<'t>)> {
        if !self.is_mapping(node, path) {
            return Vec::new();
        }
        self.duplicates(node, path);
        let mut fields = Vec::new();
        for entry in node.entries() {
            let key = entry.key().into_owned();
            let mut field_path = path.to_owned();
            push_key(&mut field_path, &key);
            if known.contains(&key.as_str()) {
                fields.push((key, field_path, entry));
                continue;
            }
            let help = match nearest(&key, known.iter().copied()) {
                Some(meant) => format!("rename it to `{meant}`"),
                None => format!("remove it; the keys are {}", known.join(", ")),
            };
            let message = format!("`{key}` is no key of {of}");
            self.report(ConfigProblemKind::UnknownKey, entry.key_span(), &field_path, message, Some(&help));
        }
        fields
    }

    /// A key that stands twice. The tree keeps the last one, so the first shows as a gap between the entries.
    fn duplicates(&mut self, node: NodeRef<'_>, path: &str) {
        if !self.reports_duplicates {
            return;
        }
        for (key, span) in hidden_keys(node) {
            let mut path = path.to_owned();
            push_key(&mut path, &key);
            let message = format!("key `{key}` stands twice");
            self.report(ConfigProblemKind::DuplicateKey, span, &path, message, Some("merge the two, or remove one"));
        }
    }

    fn items<'t>(&mut self, node: NodeRef<'t>, path: &str) -> Option<Vec<(String, NodeRef<'t>)>> {
        if node.is_null() {
            return None;
        }
        if node.kind() != NodeKind::Sequence {
            self.report(ConfigProblemKind::Type, node.span(), path, format!("`{path}` is no list"), None);
            return None;
        }
        let path_of = |index| {
            let mut path = path.to_owned();
            push_index(&mut path, index);
            path
        };
        Some(node.items().enumerate().map(|(index, item)| (path_of(index), item)).collect())
    }

    fn is_mapping(&mut self, node: NodeRef<'_>, path: &str) -> bool {
        let fits = node.kind() == NodeKind::Mapping;
        if !fits && !node.is_null() {
            let what = if path.is_empty() { "configuration".to_owned() } else { format!("`{path}`") };
            self.report(ConfigProblemKind::Type, node.span(), path, format!("{what} is no mapping"), None);
        }
        fits
    }

    /// Any scalar is a text to go-yaml; null is an absent one.
    fn text(&mut self, node: NodeRef<'_>, path: &str) -> Option<Spanned<String>> {
        if node.kind() != NodeKind::Scalar {
            self.report(ConfigProblemKind::Type, node.span(), path, format!("`{path}` is no string"), None);
            return None;
        }
        Some(Spanned { value: node.text()?.into_owned(), span: node.span(), node: node.id() })
    }

    fn bool(&mut self, node: NodeRef<'_>, path: &str) -> Option<Spanned<bool>> {
        if node.is_null() {
            return None;
        }
        let Some(value) = node.bool() else {
            let help = "write `true` or `false` without quotes";
            self.report(ConfigProblemKind::Type, node.span(), path, format!("`{path}` is no boolean"), Some(help));
            return None;
        };
        Some(Spanned { value, span: node.span(), node: node.id() })
    }

    fn pattern(&mut self, text: Option<Spanned<String>>, node: NodeRef<'_>, path: &str) -> Option<Spanned<String>> {
        let text = text?;
        if let Err(GoRegexError::Syntax { message, range }) = GoRegex::new(&text.value) {
            let help = message.starts_with("look").then_some("use `seriesFilters` with `isNot` to leave series out");
            let message = format!("pattern `{}` is rejected: {message}", text.value);
            self.report(ConfigProblemKind::Pattern, place(node, range), path, message, help);
        }
        Some(text)
    }

    fn report(
        &mut self,
        kind: ConfigProblemKind,
        span: Span,
        path: &str,
        message: impl Into<String>,
        help: Option<&str>,
    ) {
        self.problems.push(ConfigProblem {
            kind,
            effect: Effect::Start,
            span,
            path: path.to_owned(),
            message: message.into(),
            help: help.map(str::to_owned),
        });
    }
}

fn compiled(entry: &OverrideEntry) -> Option<Override> {
    let resource = entry.resource.as_ref()?;
    let group = entry.group.as_ref().map_or("", |group| group.value.as_str());
    Some(Override { label: entry.label.clone(), resource: GroupResource::new(group, &resource.value) })
}

/// The place of a byte range of a scalar's content.
fn place(node: NodeRef<'_>, range: Range<usize>) -> Span {
    node.inner_span(range)
}

/// Keys of a mapping that a later, equal key hides, with their places.
fn hidden_keys(node: NodeRef<'_>) -> Vec<(String, Span)> {
    let whole = node.target_span();
    let text = node.document().text();
    let mut shown: Vec<(Span, Span, String)> = node
        .entries()
        .map(|entry| (entry.key_span(), entry.value().span(), entry.key().into_owned()))
        // Merged entries stand elsewhere.
        .filter(|(key, ..)| key.start >= whole.start && key.end <= whole.end)
        .collect();
    shown.sort_by_key(|(key, ..)| *key);
    let ends = shown.iter().map(|(key, value, _)| value.end.max(key.end));
    let starts = std::iter::once(whole.start).chain(ends);
    let next = shown.iter().map(|(key, ..)| key.start).chain(std::iter::once(whole.end));
    let mut hidden = Vec::new();
    for (start, end) in starts.zip(next) {
        let Some(gap) = text.get(start as usize..end.max(start) as usize) else { continue };
        let mut at = start as usize;
        'gap: for line in gap.split_inclusive('\n') {
            let comment = line.find('#').unwrap_or(line.len());
            let code = line.get(..comment).unwrap_or_default();
            let mut piece_at = at;
            at += line.len();
            for piece in code.split_inclusive(',') {
                let body = piece.trim_start_matches([' ', '\t', '{', ':', '\r', '\n', ',', '?']);
                let offset = piece_at + (piece.len() - body.len());
                piece_at += piece.len();
                let Some((key, _)) = body.split_once(':') else { continue };
                let key = key.trim_end();
                let name = key.trim_matches(['"', '\'']);
                if shown.iter().any(|(.., shown)| shown == name) {
                    hidden.push((name.to_owned(), Span::from_range(offset..offset + key.len())));
                    break 'gap;
                }
            }
        }
    }
    hidden
}
