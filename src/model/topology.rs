//! Node labels that placement refers to: the well-known ones, those they replaced, and slips between them
//! (https://kubernetes.io/docs/reference/labels-annotations-taints/, Kubernetes 1.34).

use crate::kubernetes::names::is_qualified_name;
use crate::spelling;

/// One domain a node.
pub const HOSTNAME: &str = "kubernetes.io/hostname";

/// Labels that the kubelet and cloud controllers give to nodes.
const WELL_KNOWN: &[&str] = &[
    HOSTNAME,
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "node.kubernetes.io/instance-type",
];

/// Labels deprecated since 1.14 (os, arch) and 1.17, with their successors.
const DEPRECATED: &[(&str, &str)] = &[
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
];

/// The label that replaced a deprecated one.
#[must_use]
pub fn successor(key: &str) -> Option<&'static str> {
    DEPRECATED.iter().find(|(old, _)| *old == key).map(|(_, new)| *new)
}

/// Whether a key names zones, whoever gives the label.
#[must_use]
pub fn is_zone(key: &str) -> bool {
    name_of(key) == "zone"
}

/// The well-known label that was likely meant: its name without a prefix, under another prefix of Kubernetes, or misspelt.
/// Prefixes of vendors, and `node-restriction.kubernetes.io`, are for labels of one's own.
#[must_use]
pub fn likely_meant(key: &str) -> Option<&'static str> {
    let known = WELL_KNOWN.contains(&key) || successor(key).is_some();
    if known || !is_qualified_name(key) {
        return None;
    }
    let same_name = || WELL_KNOWN.iter().copied().find(|known| name_of(known).eq_ignore_ascii_case(name_of(key)));
    match key.split_once('/') {
        None => same_name(),
        Some((prefix, _)) if is_kubernetes(prefix) => same_name().or_else(|| misspelt(key)),
        Some(_) => misspelt(key),
    }
}

fn misspelt(key: &str) -> Option<&'static str> {
    let near = |known: &str| {
        let name = name_of(known);
        // Two edits make `node` of `zone`, so a short name may differ by one letter only.
        let tolerated = (name.chars().count() / 3).clamp(1, 2);
        spelling::distance(name_of(key), name, tolerated).is_some() && spelling::distance(key, known, 2).is_some()
    };
    let deprecated = || DEPRECATED.iter().find(|(old, _)| near(old)).map(|(_, new)| *new);
    WELL_KNOWN.iter().copied().find(|known| near(known)).or_else(deprecated)
}

fn is_kubernetes(prefix: &str) -> bool {
    let own = prefix == "kubernetes.io" || prefix.ends_with(".kubernetes.io");
    own && !prefix.ends_with("node-restriction.kubernetes.io")
}

fn name_of(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_lead_to_the_well_known_label() {
        for (key, meant) in [
            ("hostname", HOSTNAME),
            ("zone", "topology.kubernetes.io/zone"),
            ("kubernetes.io/hostnames", HOSTNAME),
            ("kubernets.io/hostname", HOSTNAME),
            ("topology.kubernetes.io/hostname", HOSTNAME),
            ("kubernetes.io/zone", "topology.kubernetes.io/zone"),
            ("topology.kubernetes.io/Zone", "topology.kubernetes.io/zone"),
            ("topolgy.kubernetes.io/zone", "topology.kubernetes.io/zone"),
            ("failure-domain.beta.kubernetes.io/zones", "topology.kubernetes.io/zone"),
        ] {
            assert_eq!(likely_meant(key), Some(meant), "{key}");
        }
    }

    #[test]
    fn labels_of_vendors_and_of_ones_own_are_left_alone() {
        for key in [
            HOSTNAME,
            "failure-domain.beta.kubernetes.io/zone",
            "topology.kubernetes.io/rack",
            "topology.kubernetes.io/node",
            "topology.ebs.csi.aws.com/zone",
            "topology.gke.io/zone",
            "node-restriction.kubernetes.io/zone",
            "example.com.node-restriction.kubernetes.io/zone",
            "example.com/hostname",
            "rack",
            "not a label",
            "",
        ] {
            assert_eq!(likely_meant(key), None, "{key}");
        }
    }
}
