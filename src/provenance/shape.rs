//! What a line of YAML looks like before its values are known: enough to tell where a comment may stand.

/// Whether the line begins an entry of a mapping or a list. A quoted key does not count: it may be JSON.
pub(crate) fn is_entry(line: &str) -> bool {
    let line = line.trim();
    let key = line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '$' | '-'));
    let has_key =
        key.len() < line.len() && key.strip_prefix(':').is_some_and(|value| value.is_empty() || value.starts_with(' '));
    line == "-" || line.starts_with("- ") || has_key
}

/// Whether the line is one that a mark does not belong on: blank, a comment, or the border of a document.
pub(crate) fn is_bare(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line.starts_with("---")
}

/// The column of the node that a deeper line continues, if the line begins a plain scalar: a comment would end that.
pub(crate) fn plain_scalar(line: &str) -> Option<usize> {
    let mut rest = line.trim_start_matches(' ');
    let mut column = line.len() - rest.len();
    let mut item = None;
    while let Some(after) = rest.strip_prefix("- ") {
        item = Some(column);
        let after = after.trim_start_matches(' ');
        column += rest.len() - after.len();
        rest = after;
    }
    let (owner, value) = match rest.split_once(": ") {
        Some((_, value)) => (Some(column), value.trim()),
        None if rest.trim_end().ends_with(':') => return None,
        None => (item, rest.trim()),
    };
    let plain = !value.is_empty() && !value.starts_with(['|', '>', '"', '\'', '{', '[', '&', '*', '!', '#']);
    owner.filter(|_| plain && !value.contains(" #"))
}

/// The column of the line, if a block scalar begins at its end: below it, all deeper lines are text.
pub(crate) fn block_scalar(line: &str) -> Option<usize> {
    let text = line.trim();
    let (_, header) = text.rsplit_once(' ')?;
    let is_header =
        matches!(header, "|" | "|-" | "|+" | ">" | ">-" | ">+") && (text.contains(": ") || text.starts_with("- "));
    indentation(line).filter(|_| is_header)
}

/// How deep a line is indented; `None` for a blank line or a comment, which says nothing of the line above.
pub(crate) fn indentation(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let silent = text.trim().is_empty() || text.starts_with('#');
    (!silent).then_some(line.len() - text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_keys_and_items() {
        for line in ["a:", "  a/b.c-d: x", "- ", "-", "- x", "  - a: b"] {
            assert!(is_entry(line), "{line}");
        }
        for line in ["true", "api-x", "http://a", "x:x", "\"a\": 1", ": a", "", "-x", "two words: x"] {
            assert!(!is_entry(line), "{line}");
        }
    }

    #[test]
    fn a_plain_scalar_belongs_to_its_key_or_item() {
        assert_eq!(plain_scalar("  a: b"), Some(2));
        assert_eq!(plain_scalar("  - a: b"), Some(4));
        assert_eq!(plain_scalar("  - b"), Some(2));
        assert_eq!(block_scalar("  config.yaml: |-"), Some(2));
        assert_eq!(block_scalar("  a: b |-"), Some(2), "a plain scalar that looks like one costs nothing");
        assert_eq!(block_scalar("  a: b"), None);
        for line in ["  a:", "  a: |-", "a: \"b", "a: [b", "b", "a: b # c", "a: *b", "- a:"] {
            assert_eq!(plain_scalar(line), None, "{line}");
        }
    }
}
