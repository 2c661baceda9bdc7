//! Adapter configurations where users keep them: in the data of a ConfigMap, in a file of their own, in Helm values.

use crate::finding::Subject;
use crate::kubernetes::object::Object;
use crate::model::place::Place;
use crate::model::view::Workload;
use crate::prometheus::config::{self, AdapterConfig, DiscoveryRule, Spanned};
use crate::prometheus::resolve::{CloseRule, Reason};
use crate::text::{SourceId, Span};
use crate::yaml::{self, Document, NodeId};
use std::ops::Range;
use std::sync::Arc;

/// One adapter configuration with the way back to the text a person edits.
#[derive(Debug)]
pub struct AdapterSource {
    /// The configuration; its spans point into the inner document where it is embedded in another.
    pub config: AdapterConfig,
    /// Where it stands: path of the scalar in the outer object, such as `data["config.yaml"]`; empty for a file.
    pub path: String,
    subject: Option<Subject>,
    inner: Arc<Document>,
    outer: Arc<Document>,
    scalar: Option<NodeId>,
}

impl AdapterSource {
    /// The configurations in a ConfigMap, whatever their data key.
    #[must_use]
    pub fn in_config_map(object: &Object) -> Vec<Self> {
        let data = object.root().get("data").into_iter().flat_map(yaml::NodeRef::entries);
        data.filter_map(|entry| {
            let text =
                entry.value().str().filter(|text| text.contains("seriesQuery") || text.contains("containerQuery"))?;
            let text: Arc<str> = Arc::from(text.as_ref());
            let inner = yaml::parse(object.source(), &text).into_iter().next()?;
            let config = match inner.root() {
                Some(root) => config::looks_like_adapter_config(root).then(|| AdapterConfig::from_root(root))?,
                None => {
                    let problem = inner.problems().first().filter(|_| config::looks_like_adapter_text(&text))?;
                    AdapterConfig::unreadable(problem.span, &problem.message, problem.help.clone())
                }
            };
            let mut path = String::from("data");
            yaml::push_key(&mut path, &entry.key());
            Some(Self {
                config,
                path,
                subject: Some(object.subject()),
                inner: Arc::new(inner),
                outer: Arc::clone(object.document()),
                scalar: Some(entry.value().id()),
            })
        })
        .collect()
    }

    /// The configurations of a file that is parsed: a ConfigMap, the bare configuration, or values of the
    /// prometheus-adapter chart.
    #[must_use]
    pub fn in_documents(documents: &[Arc<Document>]) -> Vec<Self> {
        documents.iter().flat_map(Self::in_document).collect()
    }

    fn in_document(document: &Arc<Document>) -> Vec<Self> {
        let objects = crate::kubernetes::object::expand(document).objects;
        if !objects.is_empty() {
            return objects.iter().flat_map(Self::in_config_map).collect();
        }
        let Some(root) = document.root() else { return Vec::new() };
        let config = if config::looks_like_adapter_config(root) {
            Some(AdapterConfig::from_root(root))
        } else {
            AdapterConfig::from_helm_values(root)
        };
        let read = config.map(|config| Self {
            config,
            path: String::new(),
            subject: None,
            inner: Arc::clone(document),
            outer: Arc::clone(document),
            scalar: None,
        });
        read.into_iter().collect()
    }

    /// Whether a workload runs the Prometheus adapter.
    #[must_use]
    pub fn is_run_by(workload: Workload<'_>) -> bool {
        workload.spec().pod.containers.iter().any(|container| container.image.contains("prometheus-adapter"))
    }

    /// The text it stands in.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.outer.source()
    }

    /// A span of the configuration as a span of the text a person edits.
    #[must_use]
    pub fn outer_span(&self, span: Span) -> Span {
        match self.scalar {
            Some(scalar) => self.outer.node(scalar).inner_span(span.range()),
            None => span,
        }
    }

    /// A place in the configuration: `path` and `span` are those of the inner document.
    #[must_use]
    pub fn place(&self, path: &str, span: Span) -> Place {
        let path = match (self.path.as_str(), path) {
            (outer, "") => outer.to_owned(),
            ("", inner) => inner.to_owned(),
            (outer, inner) if inner.starts_with('[') => format!("{outer}{inner}"),
            (outer, inner) => format!("{outer}.{inner}"),
        };
        Place { source: self.source(), span: self.outer_span(span), subject: self.subject.clone(), path }
    }

    /// The place of a field of a rule, such as `name.as`.
    #[must_use]
    pub fn field(&self, rule: &DiscoveryRule, field: &str, span: Span) -> Place {
        self.place(&format!("{}.{field}", rule.path), span)
    }

    /// The place of a text at a path, or of a byte range of its content.
    #[must_use]
    pub fn text(&self, path: &str, text: &Spanned<String>, range: Option<Range<usize>>) -> Place {
        let span = range.map_or(text.span, |range| self.inner.node(text.node).inner_span(range));
        self.place(path, span)
    }

    /// The place of a byte range in the content of a field of a rule.
    #[must_use]
    pub fn within(&self, rule: &DiscoveryRule, field: &str, text: &Spanned<String>, range: Range<usize>) -> Place {
        self.field(rule, field, self.inner.node(text.node).inner_span(range))
    }

    /// The place in a rule that keeps it from serving a metric: the field that a person would edit.
    #[must_use]
    pub fn close_place(&self, close: &CloseRule) -> Option<Place> {
        let rule = self.config.section(close.section).get(close.rule)?;
        if let (Reason::NamespaceExcluded(written), Some(query)) = (&close.reason, &rule.metrics_query) {
            let range = written.range.clone();
            return Some(match range {
                Some(range) => self.within(rule, "metricsQuery", query, range),
                None => self.field(rule, "metricsQuery", query.span),
            });
        }
        let field = match &close.reason {
            Reason::MissingKindMapping(_) | Reason::MissingPodMapping | Reason::MissingNamespaceMapping => "resources",
            Reason::FilteredOut { .. } if rule.name.matches.is_none() => "seriesFilters",
            Reason::FilteredOut { .. } => "name.matches",
            _ if rule.name.name_as.is_some() => "name.as",
            _ if rule.name.matches.is_some() => "name.matches",
            _ => "seriesQuery",
        };
        Some(self.field(rule, field, close.span))
    }

    /// The place that stands for a rule as a whole: its first key.
    #[must_use]
    pub fn rule(&self, rule: &DiscoveryRule) -> Place {
        let first = self.inner.root().and_then(|root| root.at(&rule.path)?.entries().next());
        self.place(&rule.path, first.map_or(rule.span, |entry| entry.key_span()))
    }
}
