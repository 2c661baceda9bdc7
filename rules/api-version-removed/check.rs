//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    let (api_version, kind, release) = (object.api_version(), &object.kind, cx.build.options.kube_version);
    if object.live || (object.origin().is_some() && api_versions::is_unknown_to_helm(&api_version)) {
        return;
    }
    let at = resource.at_or_parent("apiVersion");
    if let Some(right) = api_versions::misplaced(&api_version, kind) {
        cx.report(at, format!("`{api_version}` has no {kind} in any release of Kubernetes"))
            .here(format!("no kind {kind} here"))
            .help(format!("write `apiVersion: {right}`"));
        return;
    }
    let Some(life) = api_versions::lifecycle(&api_version, kind) else { return };
    let (message, also) = match (life.serving(release), life.removed) {
        (Serving::Removed, Some(minor)) => (
            format!("`{api_version}` has no {kind} since Kubernetes 1.{minor}"),
            api_versions::also_needed(&api_version, kind, object.root()),
        ),
        (Serving::NotYet, _) => {
            (format!("`{api_version}` has no {kind} before Kubernetes 1.{}", life.introduced), None)
        }
        _ => return,
    };
    let mut report = cx.report(at, message).here(format!("not served by Kubernetes {release}"));
    if let Some(instead) = api_versions::instead(&api_version, kind, release) {
        report = report.help(format!("write `apiVersion: {instead}`"));
        // Offline, `.Capabilities.APIVersions` holds what the helm binary was built with, and no kinds.
        if object.origin().is_some() {
            report = report
                .help(format!("render with `--api-versions {instead}/{kind}` where the template asks `.Capabilities` for it"));
        }
    }
    if let Some(also) = also {
        report.help(also);
    }
}
