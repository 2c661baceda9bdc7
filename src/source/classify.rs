//! Decides what a file is by looking: content beats the name.

use crate::prometheus::config::{looks_like_adapter_config, looks_like_adapter_text, looks_like_helm_values};
use crate::source::walk::{has_manifest_extension, is_values_file};
use crate::yaml::{Document, Problem};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Class {
    /// Output of `helm template`: objects of several templates in one file.
    Rendered,
    /// A file of `helm template --output-dir`, whose root is the path.
    RenderedInto(PathBuf),
    /// Manifests.
    Manifests,
    /// Helm values, with the chart they are for, if that is found.
    Values {
        /// The chart's folder.
        chart: Option<PathBuf>,
    },
    /// Rules of the Prometheus adapter, bare or as values of its chart.
    Adapter,
    /// A template of a chart.
    Template,
    /// A template of another tool, which is no YAML before that has rendered it.
    Unrendered,
    /// Something else.
    Foreign,
}

/// Classifies a parsed file.
pub(crate) fn classify(path: &Path, documents: &[Arc<Document>], explicit: bool, text: &str) -> Class {
    if let Some(Class::RenderedInto(root)) = rendered(path, documents) {
        return Class::RenderedInto(root);
    }
    let in_templates = path.components().any(|part| part.as_os_str() == "templates") && text.contains("{{");
    if in_templates && chart_of(path).is_some() {
        return Class::Template;
    }
    if is_unrendered(documents, text) {
        return Class::Unrendered;
    }
    if documents.iter().any(|document| is_manifest(document)) {
        return rendered(path, documents).unwrap_or(Class::Manifests);
    }
    let roots = || documents.iter().filter_map(|document| document.root());
    if roots().any(|root| looks_like_adapter_config(root)) {
        return Class::Adapter;
    }
    if is_values_file(path) {
        return Class::Values { chart: chart_of(path) };
    }
    if roots().any(|root| looks_like_helm_values(root)) {
        return Class::Adapter;
    }
    // A file that does not parse is a manifest if it looks like one, or if somebody named it and its name says YAML.
    let broken = documents.iter().any(|document| document.root().is_none());
    // A template of another tool is neither.
    let template = ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark));
    let named = explicit && has_manifest_extension(path) && !template;
    if broken && (looks_like_manifest(text) || looks_like_adapter_text(text) || named) {
        return Class::Manifests;
    }
    Class::Foreign
}

/// Whether all that keeps a file from being YAML is at `{{ … }}`.
fn is_unrendered(documents: &[Arc<Document>], text: &str) -> bool {
    let mut problems = documents.iter().flat_map(|document| document.problems()).peekable();
    let at_braces = |problem: &Problem| {
        let start = (problem.span.start as usize).min(text.len());
        let from = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        text.get(from..).and_then(|rest| rest.lines().next()).is_some_and(|line| line.contains("{{"))
    };
    problems.peek().is_some() && problems.all(at_braces)
}

fn is_manifest(document: &Document) -> bool {
    document.root().is_some_and(|root| root.get("apiVersion").is_some() && root.get("kind").is_some())
}

/// Lines that every manifest has, whatever else is wrong with it.
fn looks_like_manifest(text: &str) -> bool {
    let has =
        |key: &str| text.lines().any(|line| line.trim_start_matches(['\u{feff}', '{', ' ', '"']).starts_with(key));
    has("apiVersion") && has("kind")
}

/// What Helm's `# Source:` comments tell of a file.
fn rendered(path: &Path, documents: &[Arc<Document>]) -> Option<Class> {
    let mut origins: Vec<&str> = documents.iter().filter_map(|document| document.source_comment()).collect();
    origins.dedup();
    let first = *origins.first()?;
    if let Some(root) = output_root(path, first) {
        return Some(Class::RenderedInto(root));
    }
    origins.iter().any(|origin| *origin != first).then_some(Class::Rendered)
}

/// `out/chart/templates/a.yaml` with origin `chart/templates/a.yaml` was written below `out`.
fn output_root(path: &Path, origin: &str) -> Option<PathBuf> {
    if !path.ends_with(origin) {
        return None;
    }
    let depth = Path::new(origin).components().count();
    path.ancestors().nth(depth).map(Path::to_owned)
}

/// The nearest folder above a file that is a chart.
pub(crate) fn chart_of(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).take(8).find(|folder| folder.join("Chart.yaml").is_file()).map(Path::to_owned)
}
