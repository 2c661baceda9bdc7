//! Tests of the whole module, by theme.

mod decoding;
mod hostile;
mod places;
mod problems;
mod values;

use super::{Document, NodeRef, ProblemKind, parse};
use crate::text::SourceId;
use serde_json::Value;
use std::sync::Arc;

fn documents(text: &str) -> Vec<Document> {
    parse(SourceId(0), &Arc::from(text))
}

/// The only document of a text.
fn document(text: &str) -> Document {
    let mut documents = documents(text);
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

fn json(text: &str) -> Value {
    document(text).root().expect("the document has a root").to_json()
}

/// The kinds of problems with the source text they point at.
fn problems(text: &str) -> Vec<(ProblemKind, String)> {
    let mut found = Vec::new();
    for document in documents(text) {
        for problem in document.problems() {
            found.push((problem.kind, text[problem.span.range()].to_owned()));
        }
    }
    found
}

fn source(text: &str, node: NodeRef<'_>) -> String {
    text[node.span().range()].to_owned()
}
