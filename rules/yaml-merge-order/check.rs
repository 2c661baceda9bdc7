//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Document(check);

fn check<'b>(document: &'b Arc<Document>, cx: &mut Cx<'b>) {
    for problem in document.problems().iter().filter(|problem| problem.kind == ProblemKind::MergeOrder) {
        report_problem(cx, document, problem).here("does not reach the cluster");
    }
}
