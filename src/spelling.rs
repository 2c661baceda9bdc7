//! How many slips of the pen lie between two names.

/// Longest name that is compared; what is longer is no misspelt name, and comparing costs the product of the lengths.
const LONGEST: usize = 256;

/// Insertions, deletions, substitutions and swaps of neighbours that turn one name into the other; `None` above `limit`.
#[must_use]
pub fn distance(one: &str, other: &str, limit: usize) -> Option<usize> {
    let (long, short) =
        (one.chars().count().max(other.chars().count()), one.chars().count().min(other.chars().count()));
    if long > LONGEST || long - short > limit {
        return None;
    }
    Some(strsim::osa_distance(one, other)).filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swaps_are_one_edit_and_far_names_have_no_distance() {
        assert_eq!(distance("pods", "posd", 2), Some(1));
        assert_eq!(distance("", "ab", 2), Some(2));
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
        assert_eq!(distance(&"a".repeat(300), &"a".repeat(300), 2), None);
    }
}
