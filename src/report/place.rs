//! From byte offsets to lines and columns, also in a file that is one long line, such as JSON on one line.

use crate::text::{LineIndex, Position, Source, SourceId, Sources, Span};
use std::cell::OnceCell;

/// Bytes between two counts of characters.
const STEP: usize = 1024;

/// A span as people and machines find it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The text's name, as given.
    pub(super) file: &'a str,
    /// The file that the text was rendered from, if it is none itself.
    pub(super) made_from: Option<&'a str>,
    /// First character.
    pub(super) start: Position,
    /// After the last character.
    pub(super) end: Position,
    /// The same in bytes, inside the text.
    pub(super) span: Span,
}

impl<'a> Place<'a> {
    /// The file to name where lines cannot be told: that of the text, or the one it was rendered from.
    pub(super) fn path(&self) -> &'a str {
        self.made_from.unwrap_or(self.file)
    }

    /// First and last position in [`Place::path`]; `None` where the rendered text alone is known.
    pub(super) fn region(&self) -> Option<(Position, Position)> {
        self.made_from.is_none().then_some((self.start, self.end))
    }
}

/// Finds places in the texts of a run.
#[derive(Debug)]
pub(super) struct Places<'a> {
    sources: &'a Sources,
    /// For each source the characters before each multiple of [`STEP`], counted when a long line first needs it.
    counts: Vec<OnceCell<Vec<u32>>>,
}

impl<'a> Places<'a> {
    /// Places in `sources`.
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, counts: sources.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The place of a span; `None` for an id that is not of these sources.
    pub(super) fn find(&self, id: SourceId, span: Span) -> Option<Place<'a>> {
        let source = self.sources.get(id)?;
        let span = inside(span, &source.text);
        let start = self.position(id, source, span.start);
        let end = if span.is_empty() { start } else { self.position(id, source, span.end) };
        Some(Place { file: &source.name, made_from: source.made_from.as_deref(), start, end, span })
    }

    fn position(&self, id: SourceId, source: &Source, offset: u32) -> Position {
        let lines: &LineIndex = source.lines();
        let line = lines.line(offset);
        let start = lines.line_start(line).unwrap_or(0);
        let Some(counts) = self.counts.get(id.0 as usize).filter(|_| (offset - start) as usize > STEP) else {
            return source.position(offset);
        };
        let counts = counts.get_or_init(|| count_steps(&source.text));
        let before = |offset: u32| count_before(offset as usize, source.text.as_bytes(), counts);
        Position { line, column: before(offset).saturating_sub(before(start)).saturating_add(1) }
    }
}

/// The part of `span` that lies in `text`, on character boundaries.
pub(super) fn inside(span: Span, text: &str) -> Span {
    let boundary = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    Span::from_range(boundary(span.start)..boundary(span.end).max(boundary(span.start)))
}

fn count_steps(text: &str) -> Vec<u32> {
    let mut count = 0;
    let mut counts = Vec::with_capacity(text.len() / STEP + 1);
    for chunk in text.as_bytes().chunks(STEP) {
        counts.push(count);
        count += count_chars(chunk);
    }
    counts.push(count);
    counts
}

fn count_before(offset: usize, bytes: &[u8], counts: &[u32]) -> u32 {
    let step = offset / STEP;
    let known = counts.get(step).copied().unwrap_or(0);
    known + bytes.get(step * STEP..offset).map_or(0, count_chars)
}

/// Characters are the bytes that do not continue one.
fn count_chars(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_counts_as_the_line_index_does() {
        let text = format!("first\n{}\nlast", "aé日🦀 ".repeat(2000));
        let mut sources = Sources::default();
        let id = sources.add(Source::new("long.yaml", text.clone()));
        let places = Places::new(&sources);
        let source = sources.get(id).expect("it was added");
        for (offset, _) in text.char_indices().step_by(97) {
            let offset = u32::try_from(offset).expect("short");
            let place = places.find(id, Span::at(offset)).expect("it is in the text");
            assert_eq!(place.start, source.position(offset));
        }
    }

    #[test]
    fn spans_outside_the_text_or_inside_a_character_are_pulled_in() {
        assert_eq!(inside(Span::new(2, 900), "aéb"), Span::new(1, 4));
        assert_eq!(inside(Span::at(900), ""), Span::at(0));
        let sources = Sources::default();
        assert!(Places::new(&sources).find(SourceId(3), Span::at(0)).is_none());
    }
}
