//! Draws the code that a finding points at: one box with a section for each place, however many files they are in.
//! The lines inside a section are miette's; it has one text per diagnostic, so the box around them is ours.

use super::excerpt::Excerpt;
use super::paint::{self, Paint};
use super::place::{Places, inside};
use super::{sanitize, wrap};
use crate::finding::{Label, Severity};
use crate::text::{Source, SourceId, Sources, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use std::fmt;

/// Lines shown before and after what is marked.
const CONTEXT: u32 = 1;
/// Lines shown of a span that goes over several.
const SPAN_LINES: u32 = 6;
/// Places shown of one finding.
const PLACES: usize = 12;
/// The widest line drawn, so that one-line files stay readable where the width is unlimited.
const WIDEST: usize = 240;

/// A drawn box.
#[derive(Debug)]
pub(super) struct Frame {
    /// The lines, each with its line break.
    pub(super) text: String,
    /// Columns left of the box's edge.
    pub(super) indent: usize,
    /// How many places were left out.
    pub(super) left_out: usize,
}

/// A marked place with what is said about it.
#[derive(Debug, Clone)]
struct Mark {
    span: Span,
    text: String,
    primary: bool,
}

/// Consecutive lines of one text with what is marked in them.
#[derive(Debug)]
struct Section<'a> {
    id: SourceId,
    source: &'a Source,
    first: u32,
    last: u32,
    marks: Vec<Mark>,
}

/// Draws `primary` and then the `others` of the same text, then those of other texts in their order. `title` is put
/// beside the primary place.
pub(super) fn draw(
    places: &Places<'_>,
    sources: &Sources,
    (primary, others): (&Label, &[Label]),
    title: &str,
    severity: Severity,
    (paint, width): (Paint, usize),
) -> Frame {
    let sections = sections(sources, primary, others);
    let digits = sections.iter().map(|section| section.last.to_string().len()).max().unwrap_or(1);
    let mut frame =
        Frame { text: String::new(), indent: digits + 2, left_out: (others.len() + 1).saturating_sub(PLACES) };
    let pad = " ".repeat(frame.indent);
    for (index, section) in sections.iter().enumerate() {
        let Some(mark) = section.marks.iter().find(|mark| mark.primary).or(section.marks.first()) else { continue };
        let Some(place) = places.find(section.id, mark.span) else { continue };
        let edge = if index == 0 { '╭' } else { '├' };
        let at = format!("{}:{}:{}", sanitize::line(place.file), place.start.line, place.start.column);
        frame.text.push_str(&format!("{pad}{edge}─[{}]", paint.put(paint::PLACE, at)));
        if mark.primary && !title.is_empty() {
            frame.text.push_str(&format!(" {}", paint.put(paint::FAINT, sanitize::line(title))));
        }
        frame.text.push('\n');
        let code = section.draw(severity, paint, width.min(WIDEST).saturating_sub(digits + 4));
        let shorter = digits.saturating_sub(section.last.to_string().len());
        for line in code.lines() {
            frame.text.push_str(pad.get(..shorter).unwrap_or(""));
            frame.text.push_str(line.trim_end());
            frame.text.push('\n');
        }
    }
    if !sections.is_empty() {
        frame.text.push_str(&format!("{pad}╰────\n"));
    }
    frame
}

/// The primary place's section first, then the rest of its text, then the other texts.
fn sections<'a>(sources: &'a Sources, primary: &Label, others: &[Label]) -> Vec<Section<'a>> {
    let labels = std::iter::once((primary, true)).chain(others.iter().map(|label| (label, false))).take(PLACES);
    let mut sorted: Vec<(&Label, bool)> = labels.collect();
    sorted.sort_by_key(|(label, _)| (label.source != primary.source, label.source, label.span));
    let mut sections = Vec::new();
    for labels in sorted.chunk_by(|(left, _), (right, _)| left.source == right.source) {
        let Some((id, source)) = labels.first().and_then(|(label, _)| Some((label.source, sources.get(label.source)?)))
        else {
            continue;
        };
        let from = sections.len();
        for (label, primary) in labels {
            let (first, last, mark) = mark(source, label, *primary);
            let top = first.saturating_sub(CONTEXT).max(1);
            let bottom = (last + CONTEXT).min(source.lines().line_count());
            match sections.get_mut(from..).and_then(<[Section<'_>]>::last_mut) {
                // A gap of one line is shown: a new heading would take as much room.
                Some(section) if top <= section.last.saturating_add(2) => {
                    section.last = section.last.max(bottom);
                    section.marks.push(mark);
                }
                _ => sections.push(Section { id, source, first: top, last: bottom, marks: vec![mark] }),
            }
        }
    }
    sections.sort_by_key(|section| !section.marks.iter().any(|mark| mark.primary));
    for section in &mut sections {
        section.trim();
        section.marks = untangle(std::mem::take(&mut section.marks), section.source);
    }
    sections
}

/// First and last line of a label with its mark, which is cut to what is shown of a long span.
fn mark(source: &Source, label: &Label, primary: bool) -> (u32, u32, Mark) {
    let lines = source.lines();
    let mut span = inside(label.span, &source.text);
    let body = source.text.get(span.range()).unwrap_or("").trim_end().len();
    span = Span::from_range(span.start as usize..span.start as usize + body);
    let mut text = sanitize::line(&label.text).into_owned();
    let first = lines.line(span.start);
    let end = lines.line(span.end);
    let last = end.min(first + SPAN_LINES - 1);
    if last < end {
        span.end = lines.line_span(last, &source.text).map_or(span.end, |line| line.end);
        let separator = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{separator}(goes on to line {end})"));
    }
    (first, last, Mark { span, text, primary })
}

/// One mark per place, and none that begins inside another on the same line: drawn below one another they would
/// seem to be side by side.
fn untangle(marks: Vec<Mark>, source: &Source) -> Vec<Mark> {
    let mut out: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        let Some(last) = out.last_mut() else {
            out.push(mark);
            continue;
        };
        if last.span.start == mark.span.start {
            if mark.primary {
                last.span = mark.span;
                last.primary = true;
                last.text = join(&mark.text, &last.text);
            } else {
                last.text = join(&last.text, &mark.text);
            }
            continue;
        }
        let one_line = source.lines().line(last.span.start) == source.lines().line(last.span.end);
        if one_line && mark.span.start < last.span.end {
            last.span.end = mark.span.start;
        }
        out.push(mark);
    }
    out
}

fn join(first: &str, second: &str) -> String {
    let separator = if first.is_empty() || second.is_empty() || first == second { "" } else { "\n" };
    let second = if first == second { "" } else { second };
    format!("{first}{separator}{second}")
}

impl Section<'_> {
    /// Takes away empty lines at the top and the bottom.
    fn trim(&mut self) {
        let lines = self.source.lines();
        let text = &self.source.text;
        let blank = |line| lines.line_span(line, text).is_none_or(|span| text.get(span.range()).is_none_or(is_blank));
        let marked = |line| {
            self.marks.iter().any(|mark| lines.line(mark.span.start) == line || lines.line(mark.span.end) == line)
        };
        while self.last > self.first && blank(self.last) && !marked(self.last) {
            self.last -= 1;
        }
        while self.first < self.last && blank(self.first) && !marked(self.first) {
            self.first += 1;
        }
    }

    /// The lines of code with their numbers, edge and labels, as miette draws them.
    fn draw(&self, severity: Severity, paint: Paint, budget: usize) -> String {
        let lines = self.source.lines();
        let over_lines = |mark: &Mark| lines.line(mark.span.start) != lines.line(mark.span.end);
        let gutter = match self.marks.iter().filter(|mark| over_lines(mark)).count() {
            0 => 0,
            depth => depth + 3,
        };
        let budget = budget.saturating_sub(gutter);
        // The primary mark decides what is shown of a line.
        let mut spans: Vec<Span> = self.marks.iter().filter(|mark| mark.primary).map(|mark| mark.span).collect();
        spans.extend(self.marks.iter().filter(|mark| !mark.primary).map(|mark| mark.span));
        let excerpt = Excerpt::new(self.source, self.first..=self.last, &spans, budget);

        let mut labels = Vec::with_capacity(self.marks.len());
        for mark in &self.marks {
            let range = excerpt.locate(mark.span);
            let column = if over_lines(mark) { 0 } else { excerpt.label_column(&range) };
            let room = budget.saturating_sub(column + 4).max(16);
            let text = mark.text.split('\n').flat_map(|line| wrap::wrap(line, room)).collect::<Vec<_>>().join("\n");
            let text = (!text.is_empty()).then_some(text);
            labels.push(LabeledSpan::new(text, range.start, range.len()));
        }
        let diagnostic = Code { excerpt, labels };
        let handler = GraphicalReportHandler::new_themed(self.theme(severity, paint))
            .with_width(usize::MAX)
            .with_links(false)
            .tab_width(1);
        let mut drawn = String::new();
        if handler.render_report(&mut drawn, &diagnostic).is_err() {
            return String::new();
        }
        // Around the code there are the line of the message, which is empty, and the box's top and bottom.
        let code = drawn.splitn(3, '\n').nth(2).unwrap_or("").trim_end();
        code.rfind('\n').and_then(|end| code.get(..end)).unwrap_or("").to_owned()
    }

    /// Marks in the colour of the severity where primary, in a quiet one elsewhere.
    fn theme(&self, severity: Severity, paint: Paint) -> GraphicalTheme {
        let mut styles = ThemeStyles::none();
        if paint.on {
            let plain = styles.error;
            let primary = match severity {
                Severity::Error => plain.red(),
                Severity::Warning => plain.yellow(),
                Severity::Info => plain.blue(),
            };
            styles.linum = plain.dimmed();
            styles.highlights =
                self.marks.iter().map(|mark| if mark.primary { primary.bold() } else { plain.cyan() }).collect();
        }
        GraphicalTheme { characters: ThemeCharacters::unicode(), styles }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What miette is given to draw: labels in an excerpt, and nothing else.
#[derive(Debug)]
struct Code {
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Code {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Code {}

impl miette::Diagnostic for Code {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
