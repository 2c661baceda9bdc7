//! Places that the parser gives otherwise than a person would: block scalars and nodes that are not written.

use std::ops::Range;

/// From the `|` or `>` to the last byte of content; the parser gives the content lines only, as `lines`.
/// `last_end` is where the node before it ended.
pub(super) fn block_scalar(text: &str, last_end: usize, lines: Range<usize>) -> Range<usize> {
    let header =
        last_end + find_indicator(text.get(last_end..).unwrap_or(""), |byte| matches!(byte, b'|' | b'>')).unwrap_or(0);
    let indicators = text.get(header..).unwrap_or("").bytes().skip(1);
    let width = 1 + indicators.take_while(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9')).count();
    let content = text.get(lines.clone()).unwrap_or("").trim_end();
    let end = if content.is_empty() { header + width } else { lines.start + content.len() };
    header..end.max(header + width).min(text.len())
}

/// Where a node stands that is not written: after its `:` or `-`.
pub(super) fn absent(text: &str, last_end: usize, at: usize, is_value: bool) -> Range<usize> {
    let rest = text.get(at..).unwrap_or("");
    let blanks = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if is_value && rest.as_bytes().get(blanks) == Some(&b':') {
        let after = at + blanks + 1;
        return after..after;
    }
    let before = text.get(last_end..at).unwrap_or("");
    let at = last_end + before.trim_end().len();
    at..at
}

/// A block sequence in a map begins at its first `-`; for one that is not indented the parser gives its first item.
pub(super) fn sequence(text: &str, last_end: usize, range: Range<usize>) -> Range<usize> {
    let before = text.get(last_end..range.start).unwrap_or("");
    match find_indicator(before, |byte| byte == b'-') {
        Some(offset) => last_end + offset..last_end + offset,
        None => range,
    }
}

/// Where an indicator stands in the text after the last node: after blanks, comments, other indicators, anchors, tags.
fn find_indicator(text: &str, is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or(&[]);
        at += match byte {
            wanted if is_wanted(*wanted) => return Some(at),
            b'#' => rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count(),
            b'&' | b'!' => rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count(),
            _ => 1,
        };
    }
    None
}
