//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Document(check);

fn check<'b>(document: &'b Arc<Document>, cx: &mut Cx<'b>) {
    let stops = |kind| {
        !matches!(
            kind,
            ProblemKind::DuplicateKey
                | ProblemKind::DroppedContent
                | ProblemKind::ContentOnSeparator
                | ProblemKind::MergeOrder
        )
    };
    for problem in document.problems().iter().filter(|problem| stops(problem.kind)) {
        report_problem(cx, document, problem).here("the document ends here for a parser");
    }
}
