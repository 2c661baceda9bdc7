//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let selector = budget.spec().and_then(|spec| spec.selector.as_ref());
    let Some(selector) = selector.filter(|selector| !selector.is_empty()) else { return };
    let Some(missed) = cx.build.missed(selector, budget.resource()) else { return };
    report_missed(cx, budget.resource(), "spec.selector", &format!("{budget} protects no pod"), &missed);
}
