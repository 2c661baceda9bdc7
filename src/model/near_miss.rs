//! Tells a slip of the pen from a deliberate difference (ground rule 7).

use crate::kubernetes::selector::{LabelSelector, Labels, Requirement};
use crate::spelling;

/// How a selector just misses a label set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NearMiss<'s> {
    /// The value differs by a letter or two from the label's.
    Typo(&'s Requirement),
    /// The right value stands under another key.
    WrongKey(&'s Requirement),
    /// One label differs while another that identifies the workload agrees.
    OneLabel(&'s Requirement),
}

impl<'s> NearMiss<'s> {
    /// The requirement that is not met.
    #[must_use]
    pub fn requirement(&self) -> &'s Requirement {
        match self {
            Self::Typo(requirement) | Self::WrongKey(requirement) | Self::OneLabel(requirement) => requirement,
        }
    }

    /// Whether the miss speaks for itself, without knowing every workload there is.
    #[must_use]
    pub fn is_slip(&self) -> bool {
        !matches!(self, Self::OneLabel(_))
    }
}

/// Keys that tell one workload from another.
const NAME_KEYS: &[&str] = &["app.kubernetes.io/name", "app", "k8s-app", "name"];

/// Keys that whole releases share.
const SHARED_KEYS: &[&str] = &[
    "app.kubernetes.io/instance",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "helm.sh/chart",
    "release",
    "chart",
    "heritage",
];

/// Whether a key identifies a workload, rather than a release.
#[must_use]
pub fn is_identity(key: &str) -> bool {
    !SHARED_KEYS.contains(&key)
}

/// Whether a key holds the workload's name.
#[must_use]
pub fn is_name(key: &str) -> bool {
    NAME_KEYS.contains(&key)
}

/// Whether a key tells the release of a chart.
#[must_use]
pub fn is_release(key: &str) -> bool {
    matches!(key, "app.kubernetes.io/instance" | "release")
}

/// Whether a key is in pod templates by convention: the name of the workload or of its part. Other keys may be set on
/// running pods, as operators and sidecars do it to mark the leader.
#[must_use]
pub fn is_static(key: &str) -> bool {
    is_name(key) || matches!(key, "app.kubernetes.io/component" | "component")
}

/// Whether a key tells the parts that one application runs in beside each other, so that another value of it means the
/// part next door, which may live in another build: stable and canary, primary and replica, blue and green.
#[must_use]
pub fn is_part(key: &str) -> bool {
    let last = key.rsplit('/').next().unwrap_or(key).to_ascii_lowercase();
    matches!(last.as_str(), "track" | "role" | "version" | "color" | "colour" | "slot" | "tier" | "lane" | "shard")
}

/// Whether a controller puts a label on its pods, so that no template has it.
#[must_use]
pub fn is_of_running_pod(key: &str) -> bool {
    const PREFIXES: &[&str] = &["batch.kubernetes.io/", "statefulset.kubernetes.io/", "apps.kubernetes.io/"];
    const KEYS: &[&str] = &[
        "pod-template-hash",
        "controller-revision-hash",
        "pod-template-generation",
        "rollouts-pod-template-hash",
        "job-name",
        "controller-uid",
    ];
    KEYS.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// How `selector` misses `labels`, if it is a near miss. `None` too when it matches.
#[must_use]
pub fn of<'s>(selector: &'s LabelSelector, labels: &Labels) -> Option<NearMiss<'s>> {
    let mut missed = selector.requirements.iter().filter(|requirement| !requirement.matches(labels));
    let (Some(only), None) = (missed.next(), missed.next()) else { return None };
    let wanted = only.single_value()?;
    if let Some(actual) = labels.get(&only.key)
        && is_slip_of(wanted, actual)
    {
        return Some(NearMiss::Typo(only));
    }
    let same_under_other_name = labels.iter().any(|(key, value)| *key != only.key && is_name(key) && value == wanted);
    if same_under_other_name && is_name(&only.key) && !labels.contains_key(&only.key) {
        return Some(NearMiss::WrongKey(only));
    }
    let agrees = selector.requirements.iter().any(|requirement| {
        requirement != only && requirement.single_value().is_some() && is_identity(&requirement.key)
    });
    agrees.then_some(NearMiss::OneLabel(only))
}

/// Whether one value is the other with a slip of the pen: an edit, or two in a word of eight letters and more, with the
/// first letter kept. Not where only digits differ (`api-1`, `api-2`), where one short word stands for another (`db-east`,
/// `db-west`; `loader`, `reader`), nor where a word only grows at its end (`postgres`, `postgrest`).
#[must_use]
pub fn is_slip_of(one: &str, other: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    if letters(one) == letters(other) {
        return false;
    }
    let words = |text: &str| text.split(['-', '_', '.']).map(str::to_owned).collect::<Vec<_>>();
    let (ones, others) = (words(one), words(other));
    let mut differing = ones.iter().zip(&others).filter(|(one, other)| one != other);
    match (ones.len() == others.len(), differing.next(), differing.next()) {
        (true, Some((one, other)), None) => is_slip_of_word(one, other),
        _ => is_slip_of_word(one, other),
    }
}

fn is_slip_of_word(one: &str, other: &str) -> bool {
    let (one_length, other_length) = (one.chars().count(), other.chars().count());
    let limit = if one_length.min(other_length) < 8 { 1 } else { 2 };
    let grows = one.starts_with(other) || other.starts_with(one);
    one_length.max(other_length) >= 5
        && !grows
        && one.chars().next() == other.chars().next()
        && spelling::distance(one, other, limit).is_some()
}

/// The name that was likely meant where there is no object called `wanted`: a slip of the pen, else the same name with
/// a release's prefix on one side only. `None` where several names are equally near.
#[must_use]
pub fn of_name<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let only = |near: &dyn Fn(&str) -> bool| {
        let mut near = names.iter().copied().filter(|name| near(name));
        near.next().filter(|_| near.next().is_none())
    };
    let extends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|prefix| prefix.ends_with('-'));
    only(&|name| is_slip_of(wanted, name))
        .or_else(|| only(&|name| !wanted.is_empty() && (extends(name, wanted) || extends(wanted, name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_letter_too_few_is_a_typo_and_another_number_is_not() {
        assert!(is_slip_of("max-serve-lama", "max-serve-llama"));
        assert!(!is_slip_of("shard-1", "shard-2"));
        assert!(!is_slip_of("api", "app"));
        assert!(!is_slip_of("checkout-web", "checkout-worker"));
        assert!(!is_slip_of("db-east", "db-west"));
        assert!(!is_slip_of("mongo-a", "mongo-b"));
        assert!(!is_slip_of("loader", "reader"));
        assert!(!is_slip_of("broker", "worker"));
        assert!(!is_slip_of("postgres", "postgrest"));
    }

    #[test]
    fn one_label_off_needs_another_that_identifies_the_workload() {
        let own = labels(&[("app", "orders"), ("component", "server"), ("app.kubernetes.io/instance", "shop")]);
        let selector = LabelSelector::parse("app=orders,component=cache").expect("a selector");
        assert!(matches!(of(&selector, &own), Some(NearMiss::OneLabel(_))));
        let release_only = LabelSelector::parse("app.kubernetes.io/instance=shop,component=cache").expect("a selector");
        assert_eq!(of(&release_only, &own), None);
    }

    #[test]
    fn a_name_is_near_by_a_slip_or_but_for_the_release_prefix() {
        let names = ["rel-checkout", "rel-orders", "worker-1"];
        assert_eq!(of_name("rel-chekout", names.into_iter()), Some("rel-checkout"));
        assert_eq!(of_name("orders", names.into_iter()), Some("rel-orders"));
        assert_eq!(of_name("worker-2", names.into_iter()), None);
        assert_eq!(of_name("api", ["east-api", "west-api"].into_iter()), None);
    }

    #[test]
    fn the_right_name_under_another_key_is_a_near_miss() {
        let own = labels(&[("app.kubernetes.io/name", "orders")]);
        let selector = LabelSelector::parse("app=orders").expect("a selector");
        assert!(matches!(of(&selector, &own), Some(NearMiss::WrongKey(_))));
    }
}
