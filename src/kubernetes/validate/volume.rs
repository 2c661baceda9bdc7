//! Volumes of a pod and where containers mount them (`ValidateVolumes` and `ValidateVolumeMounts` in
//! pkg/apis/core/validation, Kubernetes 1.34 to 1.37).

use super::env::{container_field, named, pod_field};
use super::field::{Field, Found, quoted};
use super::{Grammar, claim, shown};
use std::borrow::Cow;

/// In the order in which the API server looks.
const SOURCES: &[&str] = &[
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

const PROJECTIONS: &[&str] =
    &["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"];

const FILE_FIELDS: &[&str] =
    &["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];

/// The volumes that containers can mount.
pub(super) struct Volumes<'t> {
    names: Vec<Cow<'t, str>>,
    /// Some names are filled in later, so that any may be there.
    open: bool,
}

/// Validates the volumes. `claims` are those that a StatefulSet adds, which replace volumes of the same name.
pub(super) fn volumes<'t>(spec: &Field<'t>, claims: &[Field<'t>], found: &mut Found) -> Volumes<'t> {
    let claimed: Vec<_> = claims.iter().map(|claim| claim.get("metadata").and_then(|meta| meta.text("name"))).collect();
    let open = claimed.iter().any(Option::is_none);
    let mut known = Volumes { names: claimed.into_iter().flatten().collect(), open };
    let mut seen: Vec<(Cow<'t, str>, String)> = Vec::new();
    for volume in spec.list("volumes") {
        let Some(name) = volume.text("name") else {
            known.open = true;
            continue;
        };
        if known.names.contains(&name) && !seen.iter().any(|(seen, _)| *seen == name) {
            continue;
        }
        if let Some(field) = volume.get("name") {
            volume_name(&field, &name, &seen, found);
            seen.push((name.clone(), field.path));
        }
        source(&volume, &name, found);
        known.names.push(name);
    }
    known
}

fn volume_name(field: &Field<'_>, name: &str, seen: &[(Cow<'_, str>, String)], found: &mut Found) {
    if name.is_empty() {
        found.push(&field.path, "a volume has an empty name", "give it a name, such as `data`");
        return;
    }
    found.grammar(field, Grammar::Label, "volume name");
    if let Some((_, first)) = seen.iter().find(|(seen, _)| seen == name) {
        let message = format!("volume `{}` is there twice", shown(name));
        found.push(&field.path, message, "remove one of the two, or rename it").against(first, "the other volume");
    }
}

/// A volume without a source is an empty directory (`SetDefaults_Volume`).
fn source(volume: &Field<'_>, name: &str, found: &mut Found) {
    let mut given = SOURCES.iter().filter_map(|key| Some((*key, volume.get(key)?)));
    let Some((kind, first)) = given.next() else { return };
    for (other, field) in given {
        let message = format!("volume `{}` has two sources, `{kind}` and `{other}`", shown(name));
        let help = "keep one of the two; a values file unsets the other with `null`";
        found.push(field.path, message, help).against(&first.path, "the other source");
    }
    mode(&first, "defaultMode", found);
    match kind {
        "configMap" => {
            named(&first, found);
            items(&first, found);
        }
        "secret" => {
            required(&first, "secretName", found);
            items(&first, found);
        }
        "persistentVolumeClaim" => required(&first, "claimName", found),
        "hostPath" => {
            let types =
                ["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
            found.one_of(&first, "type", &types);
            required(&first, "path", found);
            no_steps_up(first.get("path"), found);
        }
        "nfs" => nfs(&first, found),
        "ephemeral" => {
            if let Some(template) = first.get("volumeClaimTemplate") {
                claim::claim(&template, &format!("the claim of volume `{}`", shown(name)), found);
            }
        }
        "downwardAPI" => files(&first, found),
        "projected" => projected(&first, found),
        _ => {}
    }
}

/// The mode of a file. A decimal number that reads like an octal one is what people write.
fn mode(parent: &Field<'_>, key: &str, found: &mut Found) {
    let Some(mode) = parent.int(key).filter(|mode| !(0..=0o777).contains(mode)) else { return };
    let is_octal = i64::from_str_radix(&mode.to_string(), 8).is_ok_and(|octal| (0..=0o777).contains(&octal));
    let (message, help) = if is_octal {
        (format!("`{key}: {mode}` is decimal, and above 511, which is 0777"), format!("write `0{mode}`: octal"))
    } else {
        (format!("`{key}: {mode}` is outside 0 to 0777"), "write it in octal, such as `0644`".to_owned())
    };
    found.push(parent.path_of(key), message, help);
}

/// Empty counts as absent; a field that the schema requires is reported there.
fn required(parent: &Field<'_>, key: &str, found: &mut Found) {
    if !parent.is_map() || !parent.lacks(key) {
        return;
    }
    let what = parent.path.rsplit('.').next().unwrap_or_default();
    found.push(parent.path_of(key), format!("`{what}` has no `{key}`"), format!("set `{key}`"));
}

fn nfs(nfs: &Field<'_>, found: &mut Found) {
    required(nfs, "server", found);
    let Some(path) = nfs.get("path") else { return };
    let Some(text) = path.str().filter(|text| !text.starts_with('/')) else { return };
    found.push(path.path, format!("`path: {}` is not absolute", shown(&text)), "begin it with `/`");
}

/// Keys of a ConfigMap or Secret as files.
fn items(source: &Field<'_>, found: &mut Found) {
    for item in source.list("items") {
        relative(item.get("path"), found);
        mode(&item, "mode", found);
    }
}

/// Fields of the pod as files.
fn files(source: &Field<'_>, found: &mut Found) {
    for file in source.list("items") {
        relative(file.get("path"), found);
        mode(&file, "mode", found);
        if let Some(field) = file.get("fieldRef") {
            pod_field(&field, FILE_FIELDS, found);
        }
        if let Some(field) = file.get("resourceFieldRef") {
            container_field(&field, found);
            required(&field, "containerName", found);
        } else if file.is_map() && !file.has("fieldRef") {
            let message = "a file of the volume has neither `fieldRef` nor `resourceFieldRef`";
            found.push(file.path, message, "add one of the two");
        }
    }
}

fn projected(projected: &Field<'_>, found: &mut Found) {
    let mut seen: Vec<(Cow<'_, str>, String)> = Vec::new();
    for source in projected.list("sources") {
        let given: Vec<_> = PROJECTIONS.iter().filter_map(|key| source.get(key)).collect();
        if let [first, second, ..] = given.as_slice() {
            let message = "a source of a projected volume is one of its kinds, and two stand here";
            found.push(&second.path, message, "make it two sources").against(&first.path, "the other source");
        }
        for part in &given {
            for path in part.list("items").filter_map(|item| item.get("path")) {
                let Some(text) = path.str().filter(|text| !text.is_empty()) else { continue };
                match seen.iter().find(|(seen, _)| *seen == text) {
                    Some((_, first)) => {
                        let message = format!("two files of the volume have the path `{}`", shown(&text));
                        found.push(path.path, message, "give one another path").against(first, "the other file");
                    }
                    None => seen.push((text, path.path)),
                }
            }
        }
        projection(&source, found);
    }
}

fn projection(source: &Field<'_>, found: &mut Found) {
    for key in ["secret", "configMap"] {
        if let Some(part) = source.get(key) {
            named(&part, found);
            items(&part, found);
        }
    }
    if let Some(files_of) = source.get("downwardAPI") {
        files(&files_of, found);
    }
    if let Some(token) = source.get("serviceAccountToken") {
        found.at_least(&token, "expirationSeconds", 600);
        relative(token.get("path"), found);
    }
}

/// A path inside the volume.
fn relative(path: Option<Field<'_>>, found: &mut Found) {
    let Some(text) = path.as_ref().and_then(Field::str) else { return };
    if text.starts_with('/') {
        let path = path.map(|path| path.path).unwrap_or_default();
        found.push(path, format!("`{}` is not relative to the volume", shown(&text)), "remove the `/` in front");
    } else {
        no_steps_up(path, found);
    }
}

fn no_steps_up(path: Option<Field<'_>>, found: &mut Found) {
    let Some(path) = path else { return };
    if let Some(text) = path.str().filter(|text| text.split('/').any(|step| step == "..")) {
        found.push(path.path, format!("`{}` steps up with `..`", shown(&text)), "write the path without `..`");
    }
}

pub(super) fn mounts(container: &Field<'_>, who: &str, volumes: &Volumes<'_>, found: &mut Found) {
    let mut seen: Vec<(Cow<'_, str>, String)> = Vec::new();
    for mount in container.list("volumeMounts") {
        mounted(&mount, who, volumes, found);
        relative(mount.get("subPath"), found);
        relative(mount.get("subPathExpr"), found);
        propagation(container, &mount, who, found);
        if let (Some(path), false) = (mount.get("subPath"), mount.lacks("subPathExpr"))
            && !mount.lacks("subPath")
        {
            let message = "a mount has both `subPath` and `subPathExpr`";
            found.push(mount.path_of("subPathExpr"), message, "keep one of the two").against(path.path, "the other");
        }
        let Some(path) = mount.get("mountPath") else { continue };
        let Some(text) = path.str() else { continue };
        if text.is_empty() {
            found.push(path.path, format!("a mount of {who} has an empty `mountPath`"), "set it, such as to `/data`");
            continue;
        }
        match seen.iter().find(|(seen, _)| *seen == text) {
            Some((_, first)) => {
                let message = format!("{who} mounts two volumes at `{}`", shown(&text));
                found.push(path.path, message, "remove one, or give it a path of its own").against(first, "taken here");
            }
            None => seen.push((text, path.path)),
        }
    }
}

fn mounted(mount: &Field<'_>, who: &str, volumes: &Volumes<'_>, found: &mut Found) {
    let Some(name) = mount.text("name").filter(|_| !volumes.open) else { return };
    if volumes.names.contains(&name) {
        return;
    }
    let known: Vec<&str> = volumes.names.iter().map(AsRef::as_ref).collect();
    let help = match known.as_slice() {
        [] => format!("add a volume `{name}` to the pod, or remove the mount"),
        names if names.len() <= 4 => format!("use one of {}, or add a volume `{name}`", quoted(names)),
        _ => format!("add a volume `{name}` to the pod, or rename the mount"),
    };
    let message = format!("{who} mounts `{}`, which is no volume of the pod", shown(&name));
    found.push(mount.path_of("name"), message, help);
}

fn propagation(container: &Field<'_>, mount: &Field<'_>, who: &str, found: &mut Found) {
    found.one_of(mount, "mountPropagation", &["None", "HostToContainer", "Bidirectional"]);
    let is_privileged = container.get("securityContext").and_then(|context| context.bool("privileged"));
    if mount.text("mountPropagation").as_deref() != Some("Bidirectional") || is_privileged == Some(true) {
        return;
    }
    found.push(
        mount.path_of("mountPropagation"),
        format!("{who} mounts with `Bidirectional` propagation and is not privileged"),
        "use `HostToContainer`, or set `securityContext.privileged: true`",
    );
}
