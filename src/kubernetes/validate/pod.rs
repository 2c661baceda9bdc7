//! Pod specs, of Pods and of the templates of all other workloads: what the API server rejects beyond the schema
//! (`ValidatePodSpec` in pkg/apis/core/validation, Kubernetes 1.34 to 1.37). Affinity and spread constraints have files
//! and rules of their own.

use super::container::{self, Shared};
use super::field::{Field, Found};
use super::probe::Stop;
use super::{Grammar, shown};
use super::{resources, security, volume};
use crate::kubernetes::version::KubeVersion;
use std::net::IpAddr;

/// Whose pods they are.
pub(super) struct Owner<'t> {
    pub(super) version: KubeVersion,
    /// The pod stands alone and has no template.
    pub(super) is_pod: bool,
    /// The claim templates of a StatefulSet.
    pub(super) claims: Vec<Field<'t>>,
    /// A StatefulSet sets both itself.
    pub(super) names_hosts: bool,
}

/// Validates a pod spec.
pub(super) fn pod<'t>(spec: &Field<'t>, owner: &Owner<'t>, found: &mut Found) {
    let volumes = volume::volumes(spec, &owner.claims, found);
    let written = spec.get("terminationGracePeriodSeconds");
    // In a Pod a negative number becomes 1 (`SetDefaults_Pod`).
    let grace = match &written {
        None => Some(30),
        Some(field) => field.node.int().map(|seconds| if owner.is_pod && seconds < 0 { 1 } else { seconds }),
    };
    let stop = Stop { version: owner.version, grace, grace_path: written.map(|field| field.path) };
    let host_network = spec.bool("hostNetwork") == Some(true);
    container::containers(spec, &Shared { volumes, stop, is_pod: owner.is_pod, host_network }, found);
    if owner.version.is_at_least(34) {
        resources::pod(spec, found);
        resources::claims(spec, found);
    }
    found.one_of(spec, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]);
    found.one_of(spec, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
    if let Some(os) = spec.get("os") {
        found.one_of(&os, "name", &["linux", "windows"]);
    }
    security::pod(spec, found);
    if let Some(selector) = spec.get("nodeSelector") {
        found.labels(&selector);
    }
    for toleration in spec.list("tolerations").filter(Field::is_map) {
        tolerate(&toleration, found);
    }
    host_aliases(spec, found);
    dns(spec, found);
    names(spec, owner, found);
    found.within(spec, "activeDeadlineSeconds", 1, i64::from(i32::MAX));
    for gate in spec.list("readinessGates") {
        if let Some(condition) = gate.get("conditionType") {
            found.grammar(&condition, Grammar::Key, "condition");
        }
    }
    if spec.bool("shareProcessNamespace") == Some(true) && spec.bool("hostPID") == Some(true) {
        found
            .push(
                spec.path_of("shareProcessNamespace"),
                "`shareProcessNamespace` and `hostPID` are both on, and a pod has one namespace of processes",
                "remove one of the two",
            )
            .against(spec.path_of("hostPID"), "the host's processes");
    }
}

fn names(spec: &Field<'_>, owner: &Owner<'_>, found: &mut Found) {
    for key in ["serviceAccountName", "priorityClassName", "nodeName", "runtimeClassName"] {
        found.subdomain(spec, key);
    }
    for key in ["hostname", "subdomain"] {
        if let Some(field) = spec.get(key).filter(|_| !owner.names_hosts) {
            found.grammar(&field, Grammar::Label, &format!("`{key}`"));
        }
    }
}

/// `ValidateTolerations`.
fn tolerate(toleration: &Field<'_>, found: &mut Found) {
    found.one_of(toleration, "operator", &["Exists", "Equal"]);
    found.one_of(toleration, "effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
    if let Some(key) = toleration.get("key") {
        found.grammar(&key, Grammar::Key, "taint key");
    }
    let operator = toleration.text("operator");
    let exists = operator.as_deref() == Some("Exists");
    let is_known = exists || toleration.lacks("operator") || operator.as_deref() == Some("Equal");
    if toleration.lacks("key") && !exists && is_known {
        found.push(
            toleration.path_of("operator"),
            "a toleration without `key` takes the operator `Exists` alone",
            "add the `key` of the taint, or set `operator: Exists` to tolerate all",
        );
    }
    if let Some(value) = toleration.text("value").filter(|value| !value.is_empty()) {
        toleration_value(toleration, &value, exists, found);
    }
    if toleration.has("tolerationSeconds") && toleration.lacks("effect") {
        untimed(toleration, "no `effect`", found);
    } else if let Some(effect) = toleration.text("effect").filter(|effect| effect != "NoExecute")
        && toleration.has("tolerationSeconds")
        && matches!(effect.as_ref(), "NoSchedule" | "PreferNoSchedule")
    {
        untimed(toleration, &format!("the effect `{effect}`"), found);
    }
}

fn toleration_value(toleration: &Field<'_>, value: &str, exists: bool, found: &mut Found) {
    let path = toleration.path_of("value");
    if exists {
        let message = format!("the operator `Exists` takes no value, and the toleration has `{}`", shown(value));
        found
            .push(path, message, "remove `value`, or use the operator `Equal`")
            .against(toleration.path_of("operator"), "matches any value");
    } else if let Some(value) = toleration.get("value") {
        found.grammar(&value, Grammar::LabelValue, "taint value");
    }
}

fn untimed(toleration: &Field<'_>, what: &str, found: &mut Found) {
    found
        .push(
            toleration.path_of("effect"),
            format!("`tolerationSeconds` counts for `NoExecute` alone, and the toleration has {what}"),
            "set `effect: NoExecute`, or remove `tolerationSeconds`",
        )
        .against(toleration.path_of("tolerationSeconds"), "ends a toleration of `NoExecute`");
}

fn host_aliases(spec: &Field<'_>, found: &mut Found) {
    for alias in spec.list("hostAliases") {
        if let Some(ip) = alias.get("ip") {
            address(&ip, found);
        }
        for name in alias.list("hostnames") {
            found.grammar(&name, Grammar::Subdomain, "host name");
        }
    }
}

/// Servers before 1.36 read octets with leading zeros.
fn address(ip: &Field<'_>, found: &mut Found) {
    let Some(text) = ip.str() else { return };
    let plain: Vec<&str> = text
        .split('.')
        .map(|octet| match octet.trim_start_matches('0') {
            "" if !octet.is_empty() => "0",
            rest => rest,
        })
        .collect();
    if text.parse::<IpAddr>().is_err() && plain.join(".").parse::<IpAddr>().is_err() {
        let message = format!("`{}` is no IP address", shown(&text));
        found.push(&ip.path, message, "write an address, such as `10.0.0.10`");
    }
}

fn dns(spec: &Field<'_>, found: &mut Found) {
    let config = spec.get("dnsConfig");
    let servers: Vec<_> = config.iter().flat_map(|config| config.list("nameservers")).collect();
    if spec.text("dnsPolicy").as_deref() == Some("None") && servers.is_empty() {
        let path = config.as_ref().map_or_else(|| spec.path_of("dnsConfig"), |config| config.path_of("nameservers"));
        found
            .push(path, "`dnsPolicy: None` leaves the pod without a name server", "add `dnsConfig.nameservers`")
            .against(spec.path_of("dnsPolicy"), "no name server of its own");
    }
    if let Some(fourth) = servers.get(3) {
        let message = format!("`nameservers` lists {}, and a pod has 3 at most", servers.len());
        found.push(&fourth.path, message, "keep three of them");
    }
    for server in &servers {
        address(server, found);
    }
}
