//! Adapter configurations where users keep them: in the data of a ConfigMap, in a file of their own, in Helm values.

use crate::kubernetes::object::Object;
use crate::prometheus::config::{self, AdapterConfig};
use crate::text::{SourceId, Span};
use crate::yaml::{self, Document, NodeId};
use std::sync::Arc;

/// One adapter configuration with the way back to the text a person edits.
#[derive(Debug)]
pub struct AdapterSource {
    /// The configuration; its spans point into the inner document where it is embedded in another.
    pub config: AdapterConfig,
    /// Where it stands: path of the scalar in the outer object, such as `data["config.yaml"]`; empty for a file.
    pub path: String,
    outer: Arc<Document>,
    scalar: Option<NodeId>,
}

impl AdapterSource {
    /// The configurations in a ConfigMap, whatever their data key.
    #[must_use]
    pub fn in_config_map(object: &Object) -> Vec<Self> {
        let data = object.root().get("data").into_iter().flat_map(yaml::NodeRef::entries);
        data.filter_map(|entry| {
            let text = entry.value().str().filter(|text| text.contains("seriesQuery"))?;
            let text: Arc<str> = Arc::from(text.as_ref());
            let inner = yaml::parse(object.source(), &text).into_iter().next()?;
            let root = inner.root().filter(|root| config::looks_like_adapter_config(*root))?;
            let mut path = String::from("data");
            yaml::push_key(&mut path, &entry.key());
            Some(Self {
                config: AdapterConfig::from_root(root),
                path,
                outer: Arc::clone(object.document()),
                scalar: Some(entry.value().id()),
            })
        })
        .collect()
    }

    /// The configurations of a file: a ConfigMap, the bare configuration, or values of the prometheus-adapter chart.
    #[must_use]
    pub fn in_file(source: SourceId, text: &Arc<str>) -> Vec<Self> {
        let documents = yaml::parse(source, text).into_iter().map(Arc::new);
        documents
            .flat_map(|document| {
                let objects = crate::kubernetes::object::expand(&document).objects;
                if !objects.is_empty() {
                    return objects.iter().flat_map(Self::in_config_map).collect::<Vec<_>>();
                }
                let Some(root) = document.root() else { return Vec::new() };
                let config = if config::looks_like_adapter_config(root) {
                    Some(AdapterConfig::from_root(root))
                } else {
                    AdapterConfig::from_helm_values(root)
                };
                let outer = Arc::clone(&document);
                config.map(|config| Self { config, path: String::new(), outer, scalar: None }).into_iter().collect()
            })
            .collect()
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
}
