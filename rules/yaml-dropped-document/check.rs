//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    for document in &build.documents {
        let dropped = |kind| matches!(kind, ProblemKind::DroppedContent | ProblemKind::ContentOnSeparator);
        for problem in document.problems().iter().filter(|problem| dropped(problem.kind)) {
            report_problem(cx, document, problem);
        }
    }
    for (document, node, why) in &build.rejected {
        let root = document.node(*node);
        match why {
            NotAnObject::ItemsSwallow => {
                let kind =
                    root.get("kind").and_then(|kind| kind.str().map(|kind| kind.into_owned())).unwrap_or_default();
                let span = root.entry("items").map_or_else(|| root.span(), |entry| entry.key_span());
                cx.report(
                    Place::in_document(document, "items", span),
                    format!("`items` makes kubectl read this `{kind}` as a list and drop the `{kind}` itself"),
                )
                .here("read as a list of objects")
                .help("move `items` below `spec`, or name the kind `List`");
            }
            NotAnObject::NestedList => {
                cx.report(
                    Place::in_document(document, "items", root.span()),
                    "a list inside a list is rejected by kubectl",
                )
                .help("put its items into the outer list");
            }
            NotAnObject::ItemNotAMapping => {
                cx.report(Place::in_document(document, "items", root.span()), "an item of the list is no object")
                    .help("remove the item, or complete it with `apiVersion`, `kind` and `metadata`");
            }
            NotAnObject::NotAManifest => {
                cx.report(
                    Place::of_item(document, root),
                    "this document has no `apiVersion` and `kind` that are text, so kubectl refuses it",
                )
                .here("no Kubernetes object")
                .help("complete it with `apiVersion` and `kind`, or move it out of the manifests");
            }
        }
    }
}
