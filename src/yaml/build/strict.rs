//! What the parser accepts and go-yaml v2 refuses, because it is YAML 1.2 or lenient.

use std::ops::Range;

/// The first escape in the source of a double-quoted scalar that only JSON and YAML 1.2 have: `\/`, and surrogates.
pub(super) fn unknown_escape(source: &str) -> Option<Range<usize>> {
    let mut characters = source.char_indices();
    while let Some((offset, character)) = characters.next() {
        if character != '\\' {
            continue;
        }
        let escaped = characters.next()?.1;
        if escaped == '/' {
            return Some(offset..offset + 2);
        }
        let digits = source.as_bytes().get(offset + 2..offset + 4);
        if escaped == 'u' && matches!(digits, Some([b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F'])) {
            return Some(offset..offset + 6);
        }
    }
    None
}

/// True for a key in braces that is written over several lines, unless `?` announces it. `base` is the start of the
/// piece.
pub(super) fn is_broken_key(text: &str, base: usize, key: Range<usize>) -> bool {
    let is_long = text.get(key.clone()).is_some_and(|source| source.contains(['\n', '\r']));
    is_long
        && text.get(key.end..).is_some_and(|after| after.trim_start().starts_with(':'))
        && !text.get(base..key.start).is_some_and(|before| before.trim_end().ends_with('?'))
}

/// go-yaml ends a name at any other character, and what follows then makes no sense to it.
pub(super) fn is_anchor_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A directive that go-yaml can read: `%YAML 1.2` or `%TAG …`.
pub(super) fn is_directive(text: &str) -> bool {
    let version = text.strip_prefix("%YAML ").map(str::trim_start);
    text.starts_with("%TAG ")
        || version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}
