//! The ground floor: source texts, byte spans and line positions. It knows nothing of YAML.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Names one text of a run; an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A half-open range of byte offsets into one source text. Files are limited to 4 GiB, so `u32` is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// A span of `start..end`; an `end` before `start` gives an empty span at `start`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// A span from offsets as `str` gives them. Offsets beyond 4 GiB are clamped; no source is that long.
    #[must_use]
    pub fn from_range(range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// The empty span at `offset`.
    #[must_use]
    pub fn at(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// The range, for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// True when the span covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A line and column as people count them: both from 1, the column in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// Byte offsets of the line starts of one text. `\n`, `\r\n` and a lone `\r` end a line, as in YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Scans `text` once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(offset + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// Number of lines; a final line break opens one more, empty line.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line (from 1) that holds the byte at `offset`; offsets after the end count as the last line.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(after).unwrap_or(u32::MAX)
    }

    /// Where `line` (from 1) begins; `None` beyond the last line.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The span of `line` (from 1) in `text`, without its line break.
    #[must_use]
    pub fn line_span(&self, line: u32, text: &str) -> Option<Span> {
        let start = self.line_start(line)?;
        let end = self.line_start(line + 1).map_or(text.len(), |next| next as usize);
        let body = text.get(start as usize..end)?.trim_end_matches(['\n', '\r']);
        Some(Span::from_range(start as usize..start as usize + body.len()))
    }

    /// Line and column of `offset` in `text`, which must be the text this index was made from.
    #[must_use]
    pub fn position(&self, offset: u32, text: &str) -> Position {
        let line = self.line(offset);
        let start = self.line_start(line).unwrap_or(0) as usize;
        let end = (offset as usize).min(text.len());
        let column = text.get(start..end).map_or(0, |prefix| prefix.chars().count());
        Position { line, column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1) }
    }
}

/// One text with the name it is shown under.
#[derive(Debug)]
pub struct Source {
    /// What the user sees: a relative path with `/`, or `<stdin>`.
    pub name: String,
    /// The text, decoded to UTF-8.
    pub text: Arc<str>,
    /// The file that it was rendered from, where it is no file itself.
    pub made_from: Option<String>,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A source; its line index is made when first asked for.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), made_from: None, lines: OnceLock::new() }
    }

    /// The line index of the text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(offset, &self.text)
    }
}

/// All texts of a run, in the order of their ids.
#[derive(Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Adds a source and names it.
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(source);
        id
    }

    /// The source of an id that this collection gave out.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.list.get(id.0 as usize)
    }

    /// All sources with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.list)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points_and_every_kind_of_line_break() {
        let text = "a\r\nbé c\rd\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.position(0, text), Position { line: 1, column: 1 });
        let c = u32::try_from(text.find('c').expect("the text has a c")).expect("short text");
        assert_eq!(index.position(c, text), Position { line: 2, column: 4 });
        assert_eq!(index.line_span(3, text), Some(Span::new(9, 10)));
        assert_eq!(index.line_span(5, text), None);
    }

    #[test]
    fn an_offset_after_the_end_is_on_the_last_line() {
        let text = "a\nb";
        assert_eq!(LineIndex::new(text).position(99, text), Position { line: 2, column: 2 });
    }
}
