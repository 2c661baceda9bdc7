//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Budget(check);

const FIELD: &str = "spec.unhealthyPodEvictionPolicy";

fn check<'b>(budget: Budget<'b>, cx: &mut Cx<'b>) {
    let Some(spec) = budget.spec() else { return };
    // policy/v1beta1 has no such field; policy/v1 has it since 1.26, and it is on by default since 1.27.
    let available = spec.empty_selects_all && cx.build.options.kube_version.is_at_least(27);
    if !available || spec.selector.is_none() || spec.threshold.is_none() {
        return;
    }
    let how = match spec.unhealthy_policy.as_deref() {
        None => "`unhealthyPodEvictionPolicy` is absent",
        Some("IfHealthyBudget") => "`unhealthyPodEvictionPolicy` is `IfHealthyBudget`",
        Some(_) => return,
    };
    cx.report(budget.at_or_parent(FIELD), format!("pods of {budget} that crash can keep a node from draining: {how}"))
        .here("guards pods that are not ready")
        .help("set `unhealthyPodEvictionPolicy: AlwaysAllow`");
}
