//! Places that the parser gives otherwise than a person would: block scalars and nodes that are not written.

use std::ops::Range;

/// From the `|` or `>` to the last byte of content; the parser gives the content lines only, as `lines`.
/// `last_end` is where the node before it ended.
pub(super) fn block_scalar(text: &str, last_end: usize, lines: Range<usize>) -> Range<usize> {
    let header = last_end + header_offset(text.get(last_end..).unwrap_or(""));
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

/// Where the `|` or `>` stands in the text after the last node: after blanks, comments, indicators, anchors and tags.
fn header_offset(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or(&[]);
        at += match byte {
            b'|' | b'>' => return at,
            b'#' => rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count(),
            b'&' | b'!' => rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count(),
            _ => 1,
        };
    }
    0
}
