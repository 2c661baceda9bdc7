//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let pod = &workload.spec().pod;
    let Some(own) = workload.namespace() else { return };
    let misses = |term: &AffinityTerm| term.covers(Some(own), Some(own)) == Some(false);
    // A second term that does look at home makes the first one deliberate.
    let spread_at_home = pod.spreads_itself_by_constraint()
        || pod.own_anti_affinity().any(|term| !misses(term));
    if spread_at_home {
        return;
    }
    for term in pod.own_anti_affinity().filter(|term| misses(term)) {
        let field = if term.namespaces.is_empty() { "namespaceSelector" } else { "namespaces" };
        let listed = match term.namespaces.as_slice() {
            [] => "namespaces by a selector".to_owned(),
            [only] => format!("namespace `{only}` only"),
            several => format!("namespaces `{}` only", several.join("`, `")),
        };
        cx.report(
            workload.at_or_parent(&workload.pod_path(&format!("{}.{field}", term.path))),
            format!("the anti-affinity of {workload} looks in {listed}, but its pods run in `{own}`"),
        )
        .here(format!("leaves out `{own}`"))
        .label(workload.identity(), format!("runs in `{own}`"))
        .help(format!("remove `{field}`: without it the pod's own namespace counts"));
    }
}
