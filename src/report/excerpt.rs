//! A few lines of a text as they are shown: neutralised, cut to the width around what is marked in them, and with
//! every byte offset of the original mapped to what is shown. It is what miette reads instead of the whole text.

use super::sanitize;
use crate::text::{Source, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::{Range, RangeInclusive};
use unicode_width::UnicodeWidthChar;

/// Columns of a tab. YAML allows none in indentation, so they do not have to line up.
const TAB: usize = 4;
/// Columns kept free to the right of a mark for its label.
const LABEL_ROOM: usize = 24;

/// Lines of one text, ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt {
    text: String,
    /// Number of the first line, from 0 as miette counts.
    first: usize,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Where the line begins in the original.
    start: u32,
    /// Where the line begins in the shown text.
    shown: usize,
    /// Original and shown offset of each character of the window.
    chars: Vec<(u32, usize)>,
    /// The offset after the window.
    end: (u32, usize),
    /// The shown offset for what is behind the window.
    behind: usize,
}

impl Excerpt {
    /// The `lines` (from 1) of `source`, each at most `budget` columns wide, cut so that the first of `marks` in a
    /// line is seen.
    pub(super) fn new(source: &Source, lines: RangeInclusive<u32>, marks: &[Span], budget: usize) -> Self {
        let first = (*lines.start() as usize).saturating_sub(1);
        let mut excerpt = Self { text: String::new(), first, lines: Vec::new() };
        for span in lines.map_while(|line| source.lines().line_span(line, &source.text)) {
            let mark = marks.iter().find(|mark| span.start <= mark.start && mark.start <= span.end);
            let text = source.text.get(span.range()).unwrap_or("");
            let mark = mark.map(|mark| {
                let end = mark.end.min(span.end).max(mark.start);
                (mark.start - span.start) as usize..(end - span.start) as usize
            });
            excerpt.push(span.start, text, mark, budget);
        }
        excerpt
    }

    fn push(&mut self, start: u32, text: &str, mark: Option<Range<usize>>, budget: usize) {
        let window = window(text, mark, budget);
        let shown = self.text.len();
        if window.start > 0 {
            self.text.push('…');
        }
        let at = |offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
        let mut chars = Vec::with_capacity(window.len());
        for (offset, c) in text.get(window.clone()).unwrap_or("").char_indices() {
            chars.push((at(window.start + offset), self.text.len()));
            if c == '\t' {
                self.text.extend([' '; TAB]);
            } else {
                sanitize::push(&mut self.text, c);
            }
        }
        let end = (at(window.end), self.text.len());
        if window.end < text.len() {
            self.text.push('…');
        }
        let behind = self.text.len();
        self.text.push('\n');
        self.lines.push(Line { start, shown, chars, end, behind });
    }

    /// Where `span` is in the shown text.
    pub(super) fn locate(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start, false);
        start..self.offset(span.end, true).max(start)
    }

    /// What is in front of the window is on the ellipsis: a start before it, an end after it.
    fn offset(&self, offset: u32, end: bool) -> usize {
        let after = self.lines.partition_point(|line| line.start <= offset);
        let Some(line) = self.lines.get(after.saturating_sub(1)) else { return 0 };
        if offset == line.end.0 {
            return line.end.1;
        }
        if offset > line.end.0 {
            return line.behind;
        }
        let after = line.chars.partition_point(|(original, _)| *original <= offset);
        match after.checked_sub(1).and_then(|last| line.chars.get(last)).or(line.chars.first().filter(|_| end)) {
            Some((_, shown)) => *shown,
            None => line.shown,
        }
    }

    /// The column (from 0) in which miette hangs the label of a mark at `range`.
    pub(super) fn label_column(&self, range: &Range<usize>) -> usize {
        let line = self.text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let columns = |range| self.text.get(range).map_or(0, width);
        let start = columns(line..range.start);
        start + columns(range.clone()) / 2
    }
}

impl SourceCode for Excerpt {
    /// The whole excerpt, whatever is asked for: it was cut to what is to be seen.
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        _context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = (0, self.text.len()).into();
        Ok(Box::new(MietteSpanContents::new(self.text.as_bytes(), span, self.first, 0, self.lines.len())))
    }
}

/// Columns of shown text.
fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn char_width(c: char) -> usize {
    if c == '\t' { TAB } else { sanitize::width(c) }
}

/// The part of a line that is shown in `budget` columns, with room for the ellipses and for the label of `mark`.
/// Looks at no more of the line than it has to.
pub(super) fn window(text: &str, mark: Option<Range<usize>>, budget: usize) -> Range<usize> {
    let head = take(text.char_indices(), budget);
    let fits = head == text.len();
    let start = match mark {
        Some(mark) => {
            let room = LABEL_ROOM.min(budget / 3);
            let column = |to: usize| text.get(..to).map(|before| before.chars().map(char_width).sum::<usize>());
            let middle = (mark.start <= head).then(|| column(mark.start)).flatten().map(|start| {
                let marked = text.get(mark.start..mark.end.min(head).max(mark.start)).unwrap_or("");
                start + marked.chars().map(char_width).sum::<usize>() / 2
            });
            if middle.is_some_and(|middle| middle + room <= budget) {
                0
            } else {
                let before = text.get(..mark.start).unwrap_or("");
                let kept =
                    take(before.char_indices().rev().map(|(at, c)| (mark.start - at - c.len_utf8(), c)), budget / 4);
                mark.start - kept
            }
        }
        None => 0,
    };
    if start == 0 && fits {
        return 0..text.len();
    }
    let rest = text.get(start..).unwrap_or("");
    let budget = budget.saturating_sub(usize::from(start > 0));
    let length = take(rest.char_indices(), budget);
    if length == rest.len() {
        return start..text.len();
    }
    start..start + take(rest.char_indices(), budget.saturating_sub(1))
}

/// How many bytes of the characters, given with the bytes before them, fit into `budget` columns.
fn take(chars: impl Iterator<Item = (usize, char)>, budget: usize) -> usize {
    let mut used = 0;
    let mut end = 0;
    for (at, c) in chars {
        used += char_width(c);
        if used > budget {
            return at;
        }
        end = at + c.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, mark: &str, budget: usize) -> (String, String) {
        let source = Source::new("a.yaml", text);
        let start = text.find(mark).expect("the text has the mark");
        let span = Span::from_range(start..start + mark.len());
        let line = source.lines().line(span.start);
        let excerpt = Excerpt::new(&source, line..=line, &[span], budget);
        let marked = excerpt.text.get(excerpt.locate(span)).expect("a range of the text").to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(excerpt("a: 1\nb: 22\n", "22", 40), ("b: 22\n".into(), "22".into()));
    }

    #[test]
    fn what_is_shown_longer_than_it_is_keeps_its_mark() {
        let (text, marked) = excerpt("\ta: \x1b[31m\u{202e}x\n", "\u{202e}x", 60);
        assert_eq!(text, "    a: ␛[31m\\u{202e}x\n");
        assert_eq!(marked, "\\u{202e}x");
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let text = format!("{}needle{}", "é".repeat(500_000), "日".repeat(500_000));
        let (shown, marked) = excerpt(&text, "needle", 40);
        assert_eq!(marked, "needle");
        assert!(shown.starts_with("…é") && shown.ends_with("日…\n"), "{shown}");
        assert!(width(&shown) <= 40, "{shown}");
    }

    #[test]
    fn a_long_line_with_the_mark_in_front_is_cut_behind() {
        let text = format!("a: needle {}", "x".repeat(100));
        let (shown, marked) = excerpt(&text, "needle", 40);
        assert_eq!(marked, "needle");
        assert_eq!(width(&shown), 40);
        assert!(shown.starts_with("a: needle x") && shown.ends_with("x…\n"), "{shown}");
    }

    #[test]
    fn a_mark_longer_than_the_window_ends_on_the_ellipsis() {
        let mark = "y".repeat(200);
        let (shown, marked) = excerpt(&format!("a: {mark}"), &mark, 40);
        assert!(shown.ends_with("y…\n"));
        assert!(marked.ends_with("y…"));
    }

    #[test]
    fn the_end_of_a_line_and_of_the_text_can_be_marked() {
        let source = Source::new("a.yaml", "a:\nb:");
        let excerpt = Excerpt::new(&source, 1..=2, &[], 40);
        assert_eq!(excerpt.locate(Span::at(2)), 2..2);
        assert_eq!(excerpt.locate(Span::at(5)), 5..5);
        assert_eq!(excerpt.locate(Span::at(3)), 3..3);
    }
}
