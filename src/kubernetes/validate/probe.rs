//! Probes and lifecycle hooks of a container (`validateProbe`, `validateHandler` and `validateLifecycle` in
//! pkg/apis/core/validation, Kubernetes 1.34 to 1.37).

use super::field::{Field, Found};
use super::shown;
use crate::kubernetes::names::is_port_name;
use crate::kubernetes::version::KubeVersion;
use crate::yaml::Scalar;

/// What the hooks and probes of a container depend on.
pub(super) struct Stop {
    pub(super) version: KubeVersion,
    /// `terminationGracePeriodSeconds` of the pod with its default; `None` when it cannot be told.
    pub(super) grace: Option<i64>,
    /// Path of `terminationGracePeriodSeconds` where it is written.
    pub(super) grace_path: Option<String>,
}

const PROBE_HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc"];
const HOOK_HANDLERS: &[&str] = &["exec", "httpGet", "tcpSocket", "sleep"];

pub(super) fn probes(container: &Field<'_>, who: &str, found: &mut Found) {
    for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let Some(probe) = container.get(key).filter(Field::is_map) else { continue };
        let what = format!("`{key}` of {who}");
        handler(&probe, PROBE_HANDLERS, &what, found);
        // An explicit 0 is replaced by the default (`SetDefaults_Probe`).
        for number in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            found.at_least(&probe, number, 0);
        }
        if key == "readinessProbe" {
            readiness(&probe, &what, found);
        } else {
            once(&probe, &what, found);
            found.at_least(&probe, "terminationGracePeriodSeconds", 1);
        }
    }
}

fn readiness(probe: &Field<'_>, what: &str, found: &mut Found) {
    if probe.has("terminationGracePeriodSeconds") {
        found.push(
            probe.path_of("terminationGracePeriodSeconds"),
            format!("{what} takes no `terminationGracePeriodSeconds`: it stops no container"),
            "move it to the `livenessProbe`",
        );
    }
}

/// A container that failed is restarted, so there is no series of successes to count.
fn once(probe: &Field<'_>, what: &str, found: &mut Found) {
    let Some(threshold) = probe.int("successThreshold").filter(|threshold| *threshold > 1) else { return };
    found.push(
        probe.path_of("successThreshold"),
        format!("`successThreshold: {threshold}` in {what}, which only takes 1"),
        "remove `successThreshold`; only a readiness probe may ask for several successes",
    );
}

pub(super) fn lifecycle(container: &Field<'_>, who: &str, stop: &Stop, found: &mut Found) {
    let Some(lifecycle) = container.get("lifecycle") else { return };
    for key in ["postStart", "preStop"] {
        let Some(hook) = lifecycle.get(key).filter(Field::is_map) else { continue };
        handler(&hook, HOOK_HANDLERS, &format!("`{key}` of {who}"), found);
        if let Some(sleep) = hook.get("sleep") {
            nap(&sleep, stop, found);
        }
    }
}

/// `validateSleepAction`; the handler is read from Kubernetes 1.30 on, and takes 0 from 1.33 on.
fn nap(sleep: &Field<'_>, stop: &Stop, found: &mut Found) {
    let Some(seconds) = sleep.int("seconds").filter(|_| stop.version.is_at_least(30)) else { return };
    let path = sleep.path_of("seconds");
    if seconds < 0 || (seconds == 0 && !stop.version.is_at_least(33)) {
        let least = i64::from(!stop.version.is_at_least(33));
        found.push(path, format!("`seconds: {seconds}` is below {least}"), "set it to the seconds to sleep");
        return;
    }
    let Some(grace) = stop.grace.filter(|grace| seconds > *grace) else { return };
    found.push(
        path,
        format!("the hook sleeps {seconds} seconds, longer than the {grace} seconds that a pod has to stop"),
        format!("set `terminationGracePeriodSeconds` to more than {seconds}, or sleep for less"),
    );
    if let Some(path) = &stop.grace_path {
        found.against(path, format!("{grace} seconds to stop"));
    }
}

/// Exactly one way to ask.
fn handler(parent: &Field<'_>, handlers: &[&str], what: &str, found: &mut Found) {
    let mut given = handlers.iter().filter_map(|key| Some((*key, parent.get(key)?)));
    let Some((name, first)) = given.next() else {
        found.push(
            &parent.path,
            format!("{what} has no handler"),
            format!("add one of {}", super::field::quoted(handlers)),
        );
        return;
    };
    for (other, field) in given {
        found
            .push(
                field.path,
                format!("{what} has two handlers, `{name}` and `{other}`"),
                "keep one of the two; a values file unsets the other with `null`",
            )
            .against(&first.path, "the other handler");
    }
    match name {
        "exec" if first.list("command").next().is_none() && !first.node.get("command").is_some_and(odd) => {
            let message = format!("{what} runs no `command`");
            found.push(first.path_of("command"), message, "add a command, such as `[\"cat\", \"/tmp/ready\"]`");
        }
        "httpGet" => {
            port(&first, found);
            found.one_of(&first, "scheme", &["HTTP", "HTTPS"]);
            headers(&first, found);
        }
        "tcpSocket" => port(&first, found),
        "grpc" => found.within(&first, "port", 1, 65535),
        _ => {}
    }
}

/// A scalar where a list belongs: the schema reports it.
fn odd(node: crate::yaml::NodeRef<'_>) -> bool {
    !node.is_null() && node.scalar().is_some()
}

fn headers(http: &Field<'_>, found: &mut Found) {
    for header in http.list("httpHeaders") {
        let Some(name) = header.get("name") else { continue };
        let Some(text) = name.str() else { continue };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.is_empty() || !text.bytes().all(is_name) {
            let message = format!("`{}` is no name of an HTTP header", shown(&text));
            found.push(name.path, message, "write letters, digits and `-`, such as `X-Probe`");
        }
    }
}

/// A number, or the name of a port of the container.
fn port(action: &Field<'_>, found: &mut Found) {
    let Some(port) = action.get("port") else { return };
    let help = "set it to the number of a port, or to its name without more";
    match port.node.scalar() {
        Some(Scalar::Int(number)) if !(1..=65535).contains(&number) => {
            found.push(port.path, format!("`port: {number}` is outside 1 to 65535"), help);
        }
        Some(Scalar::Str(_)) => {
            let Some(text) = port.str().filter(|text| !is_port_name(text)) else { return };
            let (message, help) = if text.parse::<i64>().is_ok() {
                (format!("`port: \"{text}\"` is text, and no port has such a name"), format!("write `port: {text}`"))
            } else {
                (format!("`port: {}` {}", shown(&text), port_fault(&text)), help.to_owned())
            };
            found.push(port.path, message, help);
        }
        _ => {}
    }
}

/// What keeps a text from being the name of a port.
pub(super) fn port_fault(name: &str) -> String {
    let length = name.len();
    if length > 15 {
        return format!("has {length} characters, and the name of a port has 15 at most");
    }
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return "holds no lower-case letter, and the name of a port has one".to_owned();
    }
    "is no name of a port: lower-case letters, digits and single inner `-`".to_owned()
}
