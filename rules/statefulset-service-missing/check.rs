//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let build = cx.build;
    let spec = workload.spec();
    let Some(wanted) = spec.service_name.as_deref() else { return };
    if !build.options.complete || !spec.usable {
        return;
    }
    let beside = || build.services().filter(|service| build.same_namespace(workload.resource(), service.resource()));
    if beside().any(|service| service.object.name == wanted) {
        return;
    }
    let named = |name: &str| beside().find(|service| service.object.name == name);
    // The Services that select its pods first: only those can give them names.
    let near = near_miss::of_name(wanted, workload.services().map(|service| service.resource().object.name.as_str()))
        .and_then(named)
        .or_else(|| only_headless(workload))
        .or_else(|| beside().find(|service| near_miss::is_slip_of(wanted, &service.object.name)));
    let elsewhere = || build.services().find(|service| service.object.name == wanted);
    let (service, difference) = match (near, elsewhere()) {
        (Some(near), _) => (near, format!("which is not here, but {near} is")),
        (None, Some(other)) => {
            let namespaces = (other.namespace().unwrap_or_default(), workload.namespace().unwrap_or_default());
            (other, format!("which is in `{}`, not in `{}`", namespaces.0, namespaces.1))
        }
        (None, None) => return,
    };
    cx.report(
        workload.at_or_parent("spec.serviceName"),
        format!("{workload} names its pods by Service/{wanted}, {difference}"),
    )
    .here("no Service of this name")
    .label(service.identity(), "the Service that is here")
    .help(format!("add Service/{wanted} with `clusterIP: None` and the labels of its pods as `selector`"))
    .help(format!("set `serviceName` to `{}` where the StatefulSet is not created yet", service.object.name))
    .counterpart(service.resource());
}

/// The only headless Service that selects the pods: it is there to name them.
fn only_headless(workload: Workload<'_>) -> Option<Service<'_>> {
    let mut headless = workload.services().filter(|service| service.is_headless());
    headless.next().filter(|_| headless.next().is_none())
}
