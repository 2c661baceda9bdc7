//! The containers of a pod (`validateContainers` and `validateInitContainers` in pkg/apis/core/validation, Kubernetes
//! 1.34 to 1.37).

use super::field::{Field, Found};
use super::probe::{self, Stop};
use super::volume::{self, Volumes};
use super::{Grammar, shown};
use super::{env, resources, security};
use crate::kubernetes::names::is_port_name;
use std::borrow::Cow;

/// What containers share.
pub(super) struct Shared<'t> {
    pub(super) volumes: Volumes<'t>,
    pub(super) stop: Stop,
    /// A Pod is stricter than the template of one.
    pub(super) is_pod: bool,
    pub(super) host_network: bool,
}

pub(super) fn containers(spec: &Field<'_>, shared: &Shared<'_>, found: &mut Found) {
    if spec.get("containers").is_some_and(|list| list.items().next().is_none() && list.node.scalar().is_none()) {
        found.push(spec.path_of("containers"), "`containers` is empty, and a pod runs at least one", "add a container");
    }
    let mut names: Vec<(Cow<'_, str>, String)> = Vec::new();
    let mut host_ports = Vec::new();
    for (list, what) in [("containers", "container"), ("initContainers", "init container")] {
        for container in spec.list(list).filter(Field::is_map) {
            name(&container, what, &mut names, found);
            let who = match container.text("name").filter(|name| !name.is_empty()) {
                Some(name) => format!("{what} `{}`", shown(&name)),
                None => format!("{} {what}", if list == "containers" { "a" } else { "an" }),
            };
            let is_init = list == "initContainers";
            // Init containers run one by one and may share a port of the node.
            if is_init {
                host_ports.clear();
            }
            // Servers before 1.35 drop other values than that of a sidecar unread.
            if shared.stop.version.is_at_least(35) {
                found.one_of(&container, "restartPolicy", &["Always", "OnFailure", "Never"]);
            }
            image(&container, &who, shared.is_pod, found);
            ports(&container, &who, shared.host_network && !is_init, &mut host_ports, found);
            env::env(&container, &who, shared.stop.version, found);
            volume::mounts(&container, &who, &shared.volumes, found);
            resources::container(&container, &who, found);
            security::container(&container, &who, found);
            hooks(&container, is_init, &who, shared, found);
        }
    }
}

fn name<'t>(container: &Field<'t>, what: &str, names: &mut Vec<(Cow<'t, str>, String)>, found: &mut Found) {
    let Some(field) = container.get("name") else { return };
    let Some(text) = field.str() else { return };
    if text.is_empty() {
        found.push(field.path, format!("a {what} has an empty name").replace("a init", "an init"), "give it a name");
        return;
    }
    found.grammar(&field, Grammar::Label, &format!("{what} name"));
    match names.iter().find(|(name, _)| *name == text) {
        Some((_, first)) => {
            let message = format!("two containers of the pod have the name `{}`", shown(&text));
            found.push(field.path, message, "rename one of the two").against(first, "the other container");
        }
        None => names.push((text, field.path)),
    }
}

fn image(container: &Field<'_>, who: &str, is_pod: bool, found: &mut Found) {
    if container.lacks("image") {
        found.push(container.path_of("image"), format!("{who} has no `image`"), "add the `image` to run");
    }
    if let Some(image) = container.text("image").filter(|image| is_pod && image.trim() != image.as_ref()) {
        let message = format!("the image `{}` of {who} has white space around it", shown(image.trim()));
        found.push(container.path_of("image"), message, format!("write `{}`", shown(image.trim())));
    }
    found.one_of(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]);
    found.one_of(container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]);
}

/// Only what runs beside the containers has probes and hooks.
fn hooks(container: &Field<'_>, is_init: bool, who: &str, shared: &Shared<'_>, found: &mut Found) {
    let is_sidecar = container.text("restartPolicy").as_deref() == Some("Always");
    if !is_init || is_sidecar || container.get("restartPolicy").is_some_and(|policy| policy.str().is_none()) {
        probe::probes(container, who, found);
        probe::lifecycle(container, who, &shared.stop, found);
        return;
    }
    for key in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
        if container.has(key) {
            let message = format!("{who} has a `{key}`, which only a sidecar can have");
            let help = format!("remove it, or set `restartPolicy: Always` beside it to make {who} a sidecar");
            found.push(container.path_of(key), message, help);
        }
    }
}

/// A port of the node that is taken: protocol, address, number, and where.
type HostPort<'t> = (Cow<'t, str>, Cow<'t, str>, i64, String);

fn ports<'t>(container: &Field<'t>, who: &str, host_network: bool, taken: &mut Vec<HostPort<'t>>, found: &mut Found) {
    let mut names: Vec<(Cow<'_, str>, String)> = Vec::new();
    for port in container.list("ports") {
        found.within(&port, "containerPort", 1, 65535);
        if port.int("hostPort") != Some(0) {
            found.within(&port, "hostPort", 1, 65535);
        }
        found.one_of(&port, "protocol", &["TCP", "UDP", "SCTP"]);
        if let Some(field) = port.get("name") {
            port_name(&field, who, &mut names, found);
        }
        let Some(number) = port.int("hostPort").filter(|number| *number != 0) else { continue };
        host_port(&port, number, host_network, taken, found);
    }
}

fn port_name<'t>(field: &Field<'t>, who: &str, names: &mut Vec<(Cow<'t, str>, String)>, found: &mut Found) {
    let Some(name) = field.str().filter(|name| !name.is_empty()) else { return };
    if !is_port_name(&name) {
        let message = format!("the port name `{}` {}", shown(&name), probe::port_fault(&name));
        found.push(&field.path, message, "rename it, such as to `http` or `metrics`");
        return;
    }
    match names.iter().find(|(other, _)| *other == name) {
        Some((_, first)) => {
            let message = format!("{who} has two ports of the name `{name}`");
            found.push(&field.path, message, "rename one of the two").against(first, "the other port");
        }
        None => names.push((name, field.path.clone())),
    }
}

fn host_port<'t>(port: &Field<'t>, number: i64, host_network: bool, taken: &mut Vec<HostPort<'t>>, found: &mut Found) {
    let path = port.path_of("hostPort");
    if let Some(own) = port.int("containerPort").filter(|own| host_network && *own != number) {
        found
            .push(
                &path,
                format!("`hostPort: {number}` is not the container's {own}, and the pod uses the host's network"),
                "remove `hostPort`: it is the container's port with `hostNetwork: true`",
            )
            .against(port.path_of("containerPort"), "the port it listens on");
    }
    let text = |key: &str, default: &'static str| match port.get(key) {
        None => Some(Cow::Borrowed(default)),
        Some(field) => field.str().map(|text| if text.is_empty() { Cow::Borrowed(default) } else { text }),
    };
    let (Some(protocol), Some(address)) = (text("protocol", "TCP"), text("hostIP", "")) else { return };
    let same = |other: &&HostPort<'_>| other.0 == protocol && other.1 == address && other.2 == number;
    match taken.iter().find(same) {
        Some((_, _, _, first)) => {
            let message = format!("`hostPort: {number}` is taken by another port of the pod");
            found.push(path, message, "remove one of the two").against(first, "taken here");
        }
        None => taken.push((protocol, address, number, path)),
    }
}
