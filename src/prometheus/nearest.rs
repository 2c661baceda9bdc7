//! The nearest of several names, for "did you mean".

/// Longest name that is compared.
const LONGEST_NAME: usize = 256;

/// Edit distance over bytes, a swap of neighbours counting as one edit.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() > LONGEST_NAME || right.len() > LONGEST_NAME {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(right.len() + 1);
        let mut last = row + 1;
        current.push(last);
        for (column, b) in right.iter().enumerate() {
            let cell = |cells: &[usize], at: usize| cells.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut best = (cell(&above, column) + usize::from(a != b)).min(cell(&above, column + 1) + 1).min(last + 1);
            let swapped = row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if swapped && a != b {
                best = best.min(cell(&before, column - 1) + 1);
            }
            current.push(best);
            last = best;
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

/// The candidate nearest to `name`, if it is near: a third of the name may differ, or one name holds the other.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = fold(name);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = fold(candidate);
        let mut score = distance(&folded, &other);
        let contained = other.len().min(folded.len()) >= 5 && (other.contains(&folded) || folded.contains(&other));
        if contained {
            score = score.min(2);
        }
        let near = score <= folded.len().max(3) / 3 && !candidate.is_empty();
        if near && best.is_none_or(|(least, _)| score < least) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Case and separators are what people mix up.
fn fold(name: &str) -> String {
    name.to_ascii_lowercase().replace(['-', '.', ':'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swaps_are_one_edit() {
        assert_eq!(distance("pods", "posd"), 1);
        assert_eq!(distance("pod", "pods"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_near_names_are_named() {
        let names = ["inference_queue_depth", "http_requests_per_second"];
        assert_eq!(nearest("inference-queue-dept", names), Some("inference_queue_depth"));
        assert_eq!(nearest("queue_depth", names), Some("inference_queue_depth"));
        assert_eq!(nearest("cpu_usage", names), None);
    }
}
