//! The known name that an unknown one was most likely meant to be.

use crate::spelling::distance;

/// How well a known name explains an unknown one; the lower, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closeness {
    /// Equal but for case, `-` and `_`.
    Spelling,
    /// As many letters differ.
    Letters(usize),
    /// One begins with the other, but for a plural: `minReplicas` and `minReplicaCount`.
    Stem,
}

/// The closeness of `known`, unless it is too far.
pub(super) fn closeness(unknown: &str, known: &str) -> Option<Closeness> {
    if plain(unknown) == plain(known) {
        return Some(Closeness::Spelling);
    }
    let limit = match known.chars().count().min(unknown.chars().count()) {
        0..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    if let Some(letters) = distance(&unknown.to_lowercase(), &known.to_lowercase(), limit) {
        return Some(Closeness::Letters(letters));
    }
    let stem = |name: &str, longer: &str| {
        let stem = name.strip_suffix('s').unwrap_or(name);
        stem.len() >= 8 && longer.starts_with(stem)
    };
    (stem(unknown, known) || stem(known, unknown)).then_some(Closeness::Stem)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_few_letters_are_close_and_other_words_are_not() {
        assert_eq!(closeness("Replicas", "replicas"), Some(Closeness::Spelling));
        assert_eq!(closeness("node_selector", "nodeSelector"), Some(Closeness::Spelling));
        assert_eq!(closeness("repilcas", "replicas"), Some(Closeness::Letters(1)));
        assert_eq!(closeness("tolleration", "tolerations"), Some(Closeness::Letters(2)));
        assert_eq!(closeness("minReplicas", "minReplicaCount"), Some(Closeness::Stem));
        assert_eq!(closeness("env", "name"), None);
        assert_eq!(closeness("", "name"), None);
    }
}
