//! A sentence in its parts: what stands in backticks is code, wherever code can be shown as such.

use super::sanitize;

/// The parts of one line of text, in order, each with whether it is code. What a terminal would obey is made visible,
/// and very long text is cut.
pub(super) fn parts(text: &str) -> Vec<(bool, String)> {
    let line = sanitize::line(text);
    let mut parts = Vec::new();
    let mut rest: &str = &line;
    while let Some((before, after)) = rest.split_once('`') {
        // A backtick without a partner is text.
        let Some((code, behind)) = after.split_once('`') else { break };
        parts.push((false, before.to_owned()));
        parts.push((true, code.to_owned()));
        rest = behind;
    }
    parts.push((false, rest.to_owned()));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// `1 file`, `2 files`.
pub(super) fn plural(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_in_pairs_are_code() {
        let parts = parts("set `a` to `b c`, not `d");
        let parts: Vec<_> = parts.iter().map(|(code, part)| (*code, part.as_str())).collect();
        let expected = [(false, "set "), (true, "a"), (false, " to "), (true, "b c"), (false, ", not `d")];
        assert_eq!(parts, expected);
    }
}
