//! The nearest of several names, for "did you mean".

use crate::spelling::distance;

/// The candidate nearest to `name`, if it is near: a third of the name may differ, or one name holds the other.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = fold(name);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = fold(candidate);
        let limit = folded.len().max(3) / 3;
        let contained = other.len().min(folded.len()) >= 5 && (other.contains(&folded) || folded.contains(&other));
        let edits = distance(&folded, &other, limit);
        let score = if contained { Some(edits.map_or(2, |edits| edits.min(2))) } else { edits };
        let Some(score) = score.filter(|score| *score <= limit && !candidate.is_empty()) else { continue };
        if best.is_none_or(|(least, _)| score < least) {
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
    fn only_near_names_are_named() {
        let names = ["inference_queue_depth", "http_requests_per_second"];
        assert_eq!(nearest("inference-queue-dept", names), Some("inference_queue_depth"));
        assert_eq!(nearest("queue_depth", names), Some("inference_queue_depth"));
        assert_eq!(nearest("cpu_usage", names), None);
    }
}
