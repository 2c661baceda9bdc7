//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let object = &resource.object;
    let kind = validate::Type { group: &object.group, version: &object.version, kind: &object.kind };
    // A label that stands on the object and on its pods is one mistake.
    let mut told: Vec<(Invalid, Vec<String>)> = Vec::new();
    for invalid in validate::metadata(kind, object.root(), cx.build.options.kube_version) {
        match told.iter_mut().find(|(first, _)| first.message == invalid.message) {
            Some((_, again)) => again.push(invalid.path),
            None => told.push((invalid, Vec::new())),
        }
    }
    for (invalid, again) in told {
        if object.live || resource.schema_tells_of(&invalid.path) {
            continue;
        }
        let mut report =
            cx.report(place(resource, &invalid.path), invalid.message).here("breaks the grammar").help(invalid.help);
        for path in again {
            report = report.label(place(resource, &path), "and here again");
        }
    }
}

/// The key where the key is at fault, else the value.
fn place(resource: &Resource, path: &str) -> Place {
    let entry = resource.object.root().entry_at(path);
    let is_key = |key: &str| Grammar::Key.accepts(&key.to_lowercase());
    if entry.is_some_and(|entry| !is_key(&entry.key())) {
        return resource.key_or_parent(path);
    }
    resource.at_or_parent(path)
}
