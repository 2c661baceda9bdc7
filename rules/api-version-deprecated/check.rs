//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    let (api_version, kind, release) = (object.api_version(), &object.kind, cx.build.options.kube_version);
    if object.live || (object.origin().is_some() && api_versions::is_unknown_to_helm(&api_version)) {
        return;
    }
    let Some(life) = api_versions::lifecycle(&api_version, kind) else { return };
    let (Serving::Deprecated, Some(minor)) = (life.serving(release), life.removed) else { return };
    let next = life.replacement.and_then(|next| api_versions::lifecycle(next, kind));
    // Nobody can move to a version that is not served yet.
    if next.is_some_and(|next| next.serving(release) != Serving::Served) {
        return;
    }
    let at = resource.at_or_parent("apiVersion");
    let mut report = cx
        .report(at, format!("`{api_version}` has no {kind} from Kubernetes 1.{minor} on"))
        .here(format!("deprecated, and served by Kubernetes {release}"));
    if let Some(replacement) = life.replacement {
        report = report.help(format!("write `apiVersion: {replacement}`"));
    }
    if let Some(also) = api_versions::also_needed(&api_version, kind, object.root()) {
        report.help(also);
    }
}
