//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let spec = scaler.spec();
    let floor = spec.floor();
    if !spec.usable || floor >= 2 {
        return;
    }
    let target = scaler.target();
    if target.is_some_and(Workload::is_singleton) || scaler.declares_singleton() {
        return;
    }
    // KEDA scales to zero on purpose where nothing serves requests.
    let serves = target.is_some_and(|target| target.services().next().is_some());
    if spec.kind == ScalerKind::ScaledObject && !serves {
        return;
    }
    let field = spec.min_path().trim_start_matches("spec.");
    let how = match spec.min {
        Some(count) => format!("`{field}` is {count}"),
        None => format!("`{field}` is absent and defaults to {floor}"),
    };
    let pods = if floor == 0 { "no pod" } else { "a single pod" };
    let mut report = cx
        .report(scaler.at_or_parent(spec.min_path()), format!("{scaler} may run {pods} in production: {how}"))
        .here(format!("floor of {floor}"));
    if let Some(target) = target {
        report = report.label(target.identity(), "scaled by it").counterpart(target.resource());
    }
    report
        .help(format!("set `{field}` to 2 or more"))
        .help("annotate the workload with `aiplat-lint/singleton: <reason>` if it must run once");
}
