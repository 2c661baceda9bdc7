//! Which files make one build (ground rule 1).

use crate::kubernetes::object;
use crate::source::Loaded;
use crate::source::classify::Class;
use crate::text::SourceId;
use crate::yaml::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Files that belong together.
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) complete: bool,
    pub(crate) files: Vec<(SourceId, PathBuf)>,
    pub(crate) documents: Vec<Arc<Document>>,
}

/// Groups files into builds: each rendered file is one, each output directory of Helm is one, and the other manifests
/// are one unless sibling folders hold the same objects.
pub(crate) fn group(loaded: Vec<Loaded>) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut outputs: BTreeMap<PathBuf, Vec<Loaded>> = BTreeMap::new();
    let mut raw = Vec::new();
    for file in loaded {
        match &file.class {
            Class::Rendered => groups.push(one_group(vec![file], true)),
            Class::RenderedInto(root) => outputs.entry(root.clone()).or_default().push(file),
            Class::Manifests => raw.push(file),
            Class::Adapter | Class::Values { .. } | Class::Template | Class::Unrendered | Class::Foreign => {}
        }
    }
    groups.extend(outputs.into_values().map(|files| one_group(files, true)));
    groups.extend(split_siblings(raw).into_iter().map(|files| one_group(files, false)));
    groups.sort_by(|one, other| one.files.cmp(&other.files));
    groups
}

fn one_group(files: Vec<Loaded>, complete: bool) -> Group {
    let name = match files.as_slice() {
        [only] => only.name.clone(),
        [first, ..] => common_folder(&files).unwrap_or_else(|| first.name.clone()),
        [] => String::new(),
    };
    let mut group = Group { name, complete, files: Vec::new(), documents: Vec::new() };
    for file in files {
        group.files.extend(file.documents.first().map(|document| (document.source(), file.path)));
        group.documents.extend(file.documents);
    }
    group
}

fn common_folder(files: &[Loaded]) -> Option<String> {
    let mut folder = files.first()?.path.parent()?.to_owned();
    for file in files {
        while !file.path.starts_with(&folder) {
            folder = folder.parent()?.to_owned();
        }
    }
    let name = crate::source::display_name(&folder);
    Some(if name.is_empty() { ".".to_owned() } else { name })
}

/// A folder with the identities of everything below it.
#[derive(Default)]
struct Folder {
    files: Vec<Loaded>,
    children: BTreeMap<String, Folder>,
}

type Identity = (String, String, Option<String>, String);

/// Where two sibling folders hold an object of one identity (`dev/` and `prod/`, `base/` and `overlays/`), each sibling
/// is a build of its own.
fn split_siblings(files: Vec<Loaded>) -> Vec<Vec<Loaded>> {
    let mut root = Folder::default();
    for file in files {
        let parts: Vec<String> = match file.path.parent() {
            Some(parent) => parent.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect(),
            None => Vec::new(),
        };
        let folder = parts.into_iter().fold(&mut root, |folder, part| folder.children.entry(part).or_default());
        folder.files.push(file);
    }
    let (groups, rest, _) = split(root);
    groups.into_iter().chain((!rest.is_empty()).then_some(rest)).collect()
}

/// The finished builds below a folder, the files that are still open to join others, and the identities of the latter.
fn split(folder: Folder) -> (Vec<Vec<Loaded>>, Vec<Loaded>, BTreeSet<Identity>) {
    let mut finished = Vec::new();
    let mut open: Vec<(Vec<Loaded>, BTreeSet<Identity>)> = Vec::new();
    for child in folder.children.into_values() {
        let (groups, rest, identities) = split(child);
        finished.extend(groups);
        if !rest.is_empty() {
            open.push((rest, identities));
        }
    }
    let mut seen = BTreeSet::new();
    let clash = open.iter().any(|(_, identities)| identities.iter().any(|identity| !seen.insert(identity.clone())));
    let own: BTreeSet<Identity> = folder.files.iter().flat_map(identities).collect();
    if clash {
        finished.extend(open.into_iter().map(|(files, _)| files));
        return (finished, folder.files, own);
    }
    let mut rest = folder.files;
    let mut all = own;
    for (files, identities) in open {
        rest.extend(files);
        all.extend(identities);
    }
    (finished, rest, all)
}

fn identities(file: &Loaded) -> Vec<Identity> {
    let objects = file.documents.iter().flat_map(|document| object::expand(document).objects);
    objects
        .filter(|object| !object.name.is_empty())
        .map(|object| (object.group, object.kind, object.namespace, object.name))
        .collect()
}
