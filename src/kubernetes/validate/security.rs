//! Security contexts (`ValidateSecurityContext` and `validatePodSpecSecurityContext` in pkg/apis/core/validation,
//! Kubernetes 1.34 to 1.37).

use super::field::{Field, Found};
use super::shown;

/// The highest id of a user or group (`IsValidUserID`).
const MOST: i64 = i32::MAX as i64;

/// Validates the security context of a container.
pub(super) fn container(container: &Field<'_>, who: &str, found: &mut Found) {
    let Some(context) = container.get("securityContext").filter(Field::is_map) else { return };
    shared(&context, found);
    found.one_of(&context, "procMount", &["Default", "Unmasked"]);
    if context.bool("allowPrivilegeEscalation") != Some(false) {
        return;
    }
    let against = context.path_of("allowPrivilegeEscalation");
    if context.bool("privileged") == Some(true) {
        found
            .push(
                context.path_of("privileged"),
                format!("{who} is `privileged`, and `allowPrivilegeEscalation: false` forbids that"),
                "remove one of the two",
            )
            .against(&against, "forbids what `privileged` grants");
    }
    for added in context.get("capabilities").into_iter().flat_map(|capabilities| capabilities.list("add")) {
        if added.str().as_deref() == Some("CAP_SYS_ADMIN") {
            let message = format!("{who} adds `CAP_SYS_ADMIN`, and `allowPrivilegeEscalation: false` forbids that");
            found.push(added.path, message, "remove one of the two").against(&against, "forbids what is added");
        }
    }
}

/// Validates the security context of a pod.
pub(super) fn pod(spec: &Field<'_>, found: &mut Found) {
    let Some(context) = spec.get("securityContext").filter(Field::is_map) else { return };
    shared(&context, found);
    found.within(&context, "fsGroup", 0, MOST);
    found.one_of(&context, "fsGroupChangePolicy", &["OnRootMismatch", "Always"]);
    found.one_of(&context, "supplementalGroupsPolicy", &["Merge", "Strict"]);
    for group in context.list("supplementalGroups") {
        if let Some(id) = group.node.int().filter(|id| !(0..=MOST).contains(id)) {
            found.push(
                group.path,
                format!("the group {id} is outside 0 to {MOST}"),
                "write the number of a group, 0 or more",
            );
        }
    }
}

fn shared(context: &Field<'_>, found: &mut Found) {
    found.within(context, "runAsUser", 0, MOST);
    found.within(context, "runAsGroup", 0, MOST);
    for key in ["seccompProfile", "appArmorProfile"] {
        if let Some(profile) = context.get(key).filter(Field::is_map) {
            confinement(&profile, found);
        }
    }
    if let Some(path) = context.get("seccompProfile").and_then(|profile| profile.get("localhostProfile"))
        && let Some(text) = path.str().filter(|text| text.starts_with('/'))
    {
        let message = format!("`localhostProfile: {}` is absolute", shown(&text));
        found.push(path.path, message, "write it relative to the `seccomp` folder of the kubelet");
    }
}

/// A profile of the node is named, and nothing else is.
fn confinement(profile: &Field<'_>, found: &mut Found) {
    found.one_of(profile, "type", &["RuntimeDefault", "Localhost", "Unconfined"]);
    let path = profile.path_of("localhostProfile");
    match (profile.text("type").as_deref(), profile.has("localhostProfile")) {
        (Some("Localhost"), false) => {
            found.push(path, "`type: Localhost` has no `localhostProfile`", "add the profile's file on the node");
        }
        (Some(kind @ ("RuntimeDefault" | "Unconfined")), true) => {
            let message = format!("`localhostProfile` stands with `type: {kind}`");
            found
                .push(path, message, "remove it, or set `type: Localhost`")
                .against(profile.path_of("type"), "no file");
        }
        _ => {}
    }
}
