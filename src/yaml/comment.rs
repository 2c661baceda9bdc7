//! The few comments that matter: ours, and helm's `# Source:` lines.

use crate::text::Span;
use std::ops::Range;

/// Our own comments mention this word.
pub(super) const MARK: &str = "aiplat-lint";
const SOURCE: &str = "# Source:";

/// True for the comments that a document keeps.
pub(super) fn is_kept(comment: &str) -> bool {
    is_source(comment) || comment.contains(MARK)
}

/// True for helm's comment above each rendered document.
pub(super) fn is_source(comment: &str) -> bool {
    comment.starts_with(SOURCE)
}

/// The comment lines above the first content of a piece.
pub(super) struct Header {
    /// Those that are kept.
    pub(super) comments: Vec<Span>,
    /// Where the first visible text begins, be it a comment; the separator line is not text.
    pub(super) first_visible: usize,
    /// Where the first content begins.
    pub(super) end: usize,
}

/// Reads the lines above the first content of `body`.
pub(super) fn header(text: &str, body: Range<usize>) -> Header {
    let mut header = Header { comments: Vec::new(), first_visible: body.end, end: body.end };
    let mut offset = body.start;
    for line in text.get(body).unwrap_or("").split_inclusive('\n') {
        let content = line.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        let at = offset + line.len() - content.len();
        let is_separator = at == offset
            && content.strip_prefix("---").is_some_and(|rest| {
                let rest = rest.trim();
                rest.is_empty() || rest.starts_with('#')
            });
        offset += line.len();
        if content.is_empty() || is_separator {
            continue;
        }
        header.first_visible = header.first_visible.min(at);
        if !content.starts_with('#') {
            header.end = at;
            return header;
        }
        let comment = content.trim_end();
        if is_kept(comment) {
            header.comments.push(Span::from_range(at..at + comment.len()));
        }
    }
    header
}
