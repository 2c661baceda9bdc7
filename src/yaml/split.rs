//! Where one document ends and the next begins, as kubectl decides it: apimachinery `util/yaml/decoder.go` cuts the
//! text at lines before any YAML is parsed, so a `---` at column 0 separates even inside quotes.

use std::ops::Range;

/// The text of one document, as kubectl hands it to the YAML parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// What is parsed. Begins with a separator line where nothing stood before that line.
    pub(super) body: Range<usize>,
    pub(super) kind: PieceKind,
    /// Content on the separator line that opens this piece.
    pub(super) on_separator: Option<Range<usize>>,
    /// Content after `...`, which nobody reads.
    pub(super) dropped: Option<Range<usize>>,
}

/// How a piece is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    Yaml,
    /// A JSON value from a stream of them.
    Json,
    /// What follows a stream of JSON values without being one.
    AfterJson,
}

/// Cuts `text` into pieces, in order.
pub(super) fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let yaml_from = split_json(text, &mut pieces);
    if let Some(from) = yaml_from {
        split_yaml(text, from, &mut pieces);
    }
    pieces
}

/// Takes the JSON values that the text begins with, and returns where YAML begins, if anything is left.
///
/// kubectl tries JSON when the first visible character is `{`. It falls back to YAML when the first or the second value
/// is no JSON; after two values it stays with JSON, and what is no JSON then is an error.
fn split_json(text: &str, pieces: &mut Vec<Piece>) -> Option<usize> {
    let visible = text.len() - text.trim_start().len();
    if !text.get(visible..)?.starts_with('{') {
        return Some(0);
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let mut end = 0;
    let mut count = 0;
    loop {
        let value = values.next();
        if !matches!(value, Some(Ok(_))) {
            break;
        }
        let start = end + blank_len(text.get(end..)?);
        end = values.byte_offset();
        count += 1;
        pieces.push(Piece { body: start..end, kind: PieceKind::Json, on_separator: None, dropped: None });
    }
    let rest = text.get(end..)?;
    if rest.trim().is_empty() {
        return None;
    }
    if count > 1 {
        let start = end + blank_len(rest);
        // kubectl stops here with a JSON error; a `---` is no reason to hide what follows it.
        let separator = text.get(start..)?.starts_with("---");
        let line = text.get(start..)?.find('\n').map_or(text.len(), |at| start + at + 1);
        let end = if separator { line } else { text.len() };
        pieces.push(Piece { body: start..end, kind: PieceKind::AfterJson, on_separator: None, dropped: None });
        return separator.then_some(end);
    }
    // Blanks up to and with the first line break belong to the JSON value.
    let blanks = rest.get(..blank_len(rest))?;
    Some(if count == 0 { 0 } else { end + blanks.find('\n').map_or(blanks.len(), |at| at + 1) })
}

fn blank_len(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn split_yaml(text: &str, from: usize, pieces: &mut Vec<Piece>) {
    let mut begin = from;
    let mut on_separator = None;
    for start in line_starts_with(text, from, "---") {
        // Lines end at `\n` only: that is how the reader of kubectl cuts them.
        let end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at + 1);
        let after = text.get(start + 3..end).unwrap_or("");
        let is_separator = after.trim().is_empty() || after.trim().starts_with('#');
        if is_separator && start == begin {
            // A separator with nothing before it stays in the text that the parser gets.
            continue;
        }
        if start > begin {
            push_yaml(text, begin..start, on_separator.take(), pieces);
        }
        if is_separator {
            begin = end;
        } else {
            begin = start;
            let blanks = blank_len(after);
            on_separator = Some(start + 3 + blanks..start + 3 + after.trim_end().len());
        }
    }
    if begin < text.len() {
        push_yaml(text, begin..text.len(), on_separator, pieces);
    }
}

fn push_yaml(text: &str, body: Range<usize>, on_separator: Option<Range<usize>>, pieces: &mut Vec<Piece>) {
    let mut piece = Piece { body, kind: PieceKind::Yaml, on_separator, dropped: None };
    let inside = text.get(..piece.body.end).unwrap_or("");
    for start in line_starts_with(inside, piece.body.start, "...") {
        let after = text.get(start + 3..piece.body.end).unwrap_or("");
        let ends_document = after.is_empty() || after.starts_with([' ', '\t', '\n', '\r']);
        let before = text.get(piece.body.start..start).unwrap_or("");
        // `...` before any content opens nothing and closes nothing.
        if !ends_document || (!before.starts_with("---") && content_start(before).is_none()) {
            continue;
        }
        if let Some(content) = content_start(after) {
            let end = after.trim_end().len();
            piece.dropped = Some(start + 3 + content..start + 3 + end.max(content));
        }
        piece.body.end = start;
        break;
    }
    pieces.push(piece);
}

/// Offset of the first byte that is neither blank nor comment.
pub(super) fn content_start(text: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r']);
        if !content.is_empty() && !content.starts_with('#') {
            return Some(offset + line.len() - content.len());
        }
        offset += line.len();
    }
    None
}

/// Offsets of the lines at or after `from`, itself the start of a line, that begin with `prefix`.
fn line_starts_with<'t>(text: &'t str, from: usize, prefix: &'static str) -> impl Iterator<Item = usize> + 't {
    let at_start = text.get(from..).is_some_and(|rest| rest.starts_with(prefix)).then_some(from);
    // Searching for the line break with the prefix is one pass of a fast substring search.
    let pattern = if prefix == "---" { "\n---" } else { "\n..." };
    let later = text
        .get(from..)
        .into_iter()
        .flat_map(move |rest| rest.match_indices(pattern).map(move |(offset, _)| from + offset + 1));
    at_start.into_iter().chain(later)
}
