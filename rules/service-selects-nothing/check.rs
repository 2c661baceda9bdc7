//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    build.services().for_each(|service| check_service(service, cx));
}

fn check_service<'b>(service: Service<'b>, cx: &mut Cx<'b>) {
    let Some(selector) = service.selector() else { return };
    let rejected = service.schema.iter().any(|problem| problem.path.starts_with("spec.selector"));
    if rejected || service.is_alias() {
        return;
    }
    let Some(missed) = cx.build.missed(selector, service.resource()) else { return };
    report_missed(cx, service.resource(), "spec.selector", &format!("{service} selects no pod"), &missed);
}
