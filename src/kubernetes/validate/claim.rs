//! Claim templates of a StatefulSet and of ephemeral volumes (`ValidatePersistentVolumeClaimSpec` in pkg/apis/core/validation, Kubernetes 1.34 to
//! 1.37).

use super::field::{Field, Found};
use super::{Grammar, shown};
use crate::kubernetes::quantity::Quantity;

const MODES: &[&str] = &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];

/// Validates a template of a StatefulSet, whose name is that of a volume.
pub(super) fn template(template: &Field<'_>, found: &mut Found) {
    let name = template.get("metadata").and_then(|metadata| metadata.get("name"));
    let Some(name) = name.filter(|name| name.node.str().is_none_or(|text| !text.is_empty())) else {
        let message = "a claim template has no name, and volumes are mounted by it";
        found.push(template.path_of("metadata") + ".name", message, "add `metadata.name`, such as `data`");
        return;
    };
    found.grammar(&name, Grammar::Label, "claim name");
    claim(template, &format!("claim `{}`", shown(&name.str().unwrap_or_default())), found);
}

/// Validates the claim in a template.
pub(super) fn claim(template: &Field<'_>, who: &str, found: &mut Found) {
    let Some(spec) = template.get("spec").filter(Field::is_map) else { return };
    access(&spec, who, found);
    storage(&spec, who, found);
    found.one_of(&spec, "volumeMode", &["Filesystem", "Block"]);
    found.subdomain(&spec, "storageClassName");
    if let Some(selector) = spec.get("selector") {
        found.selector(&selector);
    }
}

fn access(spec: &Field<'_>, who: &str, found: &mut Found) {
    let modes: Vec<_> = spec.list("accessModes").collect();
    if modes.is_empty() && spec.get("accessModes").is_none_or(|modes| modes.node.scalar().is_none()) {
        let message = format!("{who} has no access mode");
        found.push(spec.path_of("accessModes"), message, "add `accessModes: [ReadWriteOnce]`");
    }
    for mode in &modes {
        if let Some(text) = mode.str().filter(|text| !MODES.contains(&text.as_ref())) {
            let message = format!("`{}` is no access mode of a volume", shown(&text));
            found.push(
                &mode.path,
                message,
                "use `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`",
            );
        }
    }
    let alone = modes.iter().find(|mode| mode.str().as_deref() == Some("ReadWriteOncePod"));
    if let Some(alone) = alone.filter(|_| modes.len() > 1) {
        let message = "`ReadWriteOncePod` stands beside another access mode, and excludes every other";
        found.push(&alone.path, message, "keep one of the modes");
    }
}

fn storage(spec: &Field<'_>, who: &str, found: &mut Found) {
    let path = spec.path_of("resources");
    let Some(size) = spec.at("resources.requests").and_then(|requests| requests.get("storage")) else {
        let message = format!("{who} requests no storage");
        found.push(path, message, "add `resources.requests.storage`, such as `10Gi`");
        return;
    };
    let quantity = size.node.text().and_then(|text| Quantity::parse(text.trim()).ok());
    if let Some(quantity) = quantity.filter(|quantity| *quantity <= Quantity::ZERO) {
        let message = format!("{who} requests {quantity} of storage");
        found.push(size.path, message, "request more than 0, such as `10Gi`");
    }
}
