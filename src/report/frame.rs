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
use unicode_width::UnicodeWidthStr;

/// Lines shown before and after what is marked.
const CONTEXT: u32 = 1;
/// Lines shown of a span that goes over several.
const SPAN_LINES: u32 = 6;
/// A span of so many lines is still shown whole.
const WHOLE_SPAN: u32 = 8;
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
pub(super) struct Mark {
    /// Where.
    pub(super) span: Span,
    /// What is said, in lines; may be empty.
    pub(super) text: String,
    /// The finding's own place.
    pub(super) primary: bool,
}

/// Consecutive lines of one text with what is marked in them.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) id: SourceId,
    pub(super) source: &'a Source,
    /// Its lines, from 1.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) marks: Vec<Mark>,
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
    let (sections, left_out) = sections(sources, primary, others);
    let digits = sections.iter().map(|section| section.last.to_string().len()).max().unwrap_or(1);
    let mut frame = Frame { text: String::new(), indent: digits + 2, left_out };
    let pad = " ".repeat(frame.indent);
    for (index, section) in sections.iter().enumerate() {
        let Some(mark) = section.marks.iter().find(|mark| mark.primary).or(section.marks.first()) else { continue };
        let Some(place) = places.find(section.id, mark.span) else { continue };
        let edge = if index == 0 { '╭' } else { '├' };
        let at = format!("{}:{}:{}", sanitize::line(place.file), place.start.line, place.start.column);
        let used = frame.indent + at.width() + 5;
        frame.text.push_str(&format!("{pad}{edge}─[{}]", paint.put(paint::PLACE, at)));
        if mark.primary
            && let Some(title) = shorten(&sanitize::line(title), width.saturating_sub(used))
        {
            frame.text.push_str(&format!(" {}", paint.put(paint::FAINT, title)));
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

/// The primary place's section first, then the rest of its text, then the other texts; and how many places were left
/// out.
pub(super) fn sections<'a>(sources: &'a Sources, primary: &Label, others: &[Label]) -> (Vec<Section<'a>>, usize) {
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
    (sections, (others.len() + 1).saturating_sub(PLACES))
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
    let last = if end < first + WHOLE_SPAN { end } else { first + SPAN_LINES - 1 };
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
    // Without a word, a line from it would lead down to nothing.
    let lines: Vec<u32> = out.iter().map(|mark| source.lines().line(mark.span.start)).collect();
    let crowded: Vec<bool> = lines.iter().map(|line| lines.iter().filter(|other| *other == line).count() > 1).collect();
    for (mark, crowded) in out.iter_mut().zip(crowded) {
        if crowded && mark.text.is_empty() {
            mark.text.push_str("here");
        }
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

/// The path of a field with as many of its last parts as there is room for.
fn shorten(path: &str, room: usize) -> Option<String> {
    if path.width() <= room {
        return (!path.is_empty()).then(|| path.to_owned());
    }
    let dots = path.char_indices().filter(|(_, c)| *c == '.');
    dots.filter_map(|(at, _)| path.get(at..)).find(|tail| tail.width() < room).map(|tail| format!("…{tail}"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::label;

    fn drawn(sources: &Sources, labels: &[Label], width: usize) -> String {
        let (primary, others) = labels.split_first().expect("there is a label");
        let paint = Paint { on: false };
        draw(&Places::new(sources), sources, (primary, others), "", Severity::Error, (paint, width)).text
    }

    fn one(text: &str, labels: &[(&str, &str)], width: usize) -> String {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("a.yaml", text));
        let labels: Vec<Label> = labels.iter().map(|(what, text)| label(&sources, id, what, text)).collect();
        drawn(&sources, &labels, width)
    }

    #[test]
    fn many_marks_on_a_line_stay_readable() {
        assert_eq!(
            one(
                "resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { cpu: 250m } }\n",
                &[
                    ("250m", "below the request"),
                    ("500m", "the request"),
                    ("1Gi", "no limit for this"),
                    ("resources", "")
                ],
                100
            ),
            "   ╭─[a.yaml:1:67]
 1 │ resources: { requests: { cpu: 500m, memory: 1Gi }, limits: { cpu: 250m } }
   · ────┬────                     ──┬─          ─┬─                   ──┬─
   ·     │                           │            │                      ╰── below the request
   ·     │                           │            ╰── no limit for this
   ·     │                           ╰── the request
   ·     ╰── here
   ╰────
"
        );
    }

    #[test]
    fn marks_at_one_place_share_a_label_and_nested_ones_do_not_overlap() {
        assert_eq!(
            one("name: api\n", &[("name: api", "the whole"), ("name", "the key"), ("api", "the value")], 80),
            "   ╭─[a.yaml:1:1]
 1 │ name: api
   · ───┬───┬─
   ·    │   ╰── the value
   ·    ╰─┤ the whole
   ·      │ the key
   ╰────
"
        );
    }

    #[test]
    fn a_long_label_is_wrapped_in_its_column() {
        assert_eq!(
            one(
                "minReplicas: 2\n",
                &[("2", "the floor of the autoscaler, which is also what the budget wants to keep")],
                60
            ),
            "   ╭─[a.yaml:1:14]
 1 │ minReplicas: 2
   ·              ┬
   ·              ╰─┤ the floor of the autoscaler, which is
   ·                │ also what the budget wants to keep
   ╰────
"
        );
    }

    #[test]
    fn the_primary_place_comes_first_and_numbers_line_up() {
        let text = (1..=120).map(|line| format!("key{line}: {line}\n")).collect::<String>();
        assert_eq!(
            one(&text, &[("key110", "here"), ("key2:", "there")], 80),
            "     ╭─[a.yaml:110:1]
 109 │ key109: 109
 110 │ key110: 110
     · ───┬──
     ·    ╰── here
 111 │ key111: 111
     ├─[a.yaml:2:1]
   1 │ key1: 1
   2 │ key2: 2
     · ──┬──
     ·   ╰── there
   3 │ key3: 3
     ╰────
"
        );
    }

    #[test]
    fn a_long_span_is_shown_by_its_first_lines() {
        let text = (1..=50).map(|line| format!("key{line}: {line}\n")).collect::<String>();
        assert_eq!(
            one(&text, &[(text.get(8..).expect("long enough"), "all of this")], 80),
            "   ╭─[a.yaml:2:1]
 1 │     key1: 1
 2 │ ╭─▶ key2: 2
 3 │ │   key3: 3
 4 │ │   key4: 4
 5 │ │   key5: 5
 6 │ │   key6: 6
 7 │ ├─▶ key7: 7
   · ╰──── all of this (goes on to line 50)
 8 │     key8: 8
   ╰────
"
        );
    }

    #[test]
    fn an_empty_place_at_the_end_of_the_text_is_shown() {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("a.yaml", "spec:\n  replicas:"));
        let labels = [Label { source: id, span: Span::at(17), text: "no value".to_owned() }];
        assert_eq!(
            drawn(&sources, &labels, 80),
            "   ╭─[a.yaml:2:12]
 1 │ spec:
 2 │   replicas:
   ·            ▲
   ·            ╰── no value
   ╰────
"
        );
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_around_the_mark() {
        let text = format!("[{}\"needle\",{}1]", "1,".repeat(250_000), "2,".repeat(250_000));
        let drawn = one(&text, &[("\"needle\"", "here")], 80);
        assert!(drawn.contains(" 1 │ …") && drawn.contains("\"needle\",2,2"), "{drawn}");
        assert!(drawn.lines().all(|line| line.width() <= 80), "{drawn}");
    }

    #[test]
    fn more_places_than_can_be_read_are_counted() {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("a.yaml", "a\n".repeat(100)));
        let at = |line: u32| Label { source: id, span: Span::new(line * 2, line * 2 + 1), text: String::new() };
        let others: Vec<Label> = (1..40).map(at).collect();
        let paint = Paint { on: false };
        let frame = draw(&Places::new(&sources), &sources, (&at(0), &others), "", Severity::Info, (paint, 80));
        assert_eq!(frame.left_out, 40 - PLACES);
    }

    #[test]
    fn a_long_path_is_shortened_from_the_left() {
        assert_eq!(
            shorten("spec.template.spec.containers[0]", 40).as_deref(),
            Some("spec.template.spec.containers[0]")
        );
        assert_eq!(shorten("spec.template.spec.containers[0]", 20).as_deref(), Some("….spec.containers[0]"));
        assert_eq!(shorten("spec.template.spec.containers[0]", 10), None);
        assert_eq!(shorten("", 10), None);
    }

    /// Spans come from parsers of hostile text: whatever they are, something is drawn, and in the width.
    #[test]
    fn any_spans_in_any_text_are_drawn() {
        let texts = [
            "",
            "\n",
            "a",
            "a: 1\r\nb: 2\r\n\r\nc: 3",
            "a: 1\rb: 2\r\rc",
            "\ta:\t\t日本語 🦀🦀 e\u{301}\n\u{202e}x\x1b[31m\n\n\n  \n\u{feff}k: v\u{2028}w\n",
            "👩‍👩‍👧‍👦: |\n  text\n    text\n\n\ntext\n- - - ? : {}\n",
        ];
        let long = format!("{}\n{}\n", "日a\t".repeat(400), "x".repeat(900));
        let mut state = 1_u64;
        let mut random = |below: usize| {
            // A linear congruential generator; the upper half is random enough.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        for round in 0..4000 {
            let mut sources = Sources::default();
            for text in texts.iter().copied().chain([long.as_str()]) {
                sources.add(Source::new("a.yaml", text));
            }
            let count = 1 + random(5);
            let source = random(9);
            let labels: Vec<Label> = (0..count)
                .map(|_| {
                    let id = if random(3) == 0 { random(9) } else { source };
                    let id = SourceId(u32::try_from(id).unwrap_or(0));
                    let length = sources.get(id).map_or(5, |source| source.text.len() + 3);
                    let start = random(length);
                    let length = if random(2) == 0 { random(8) } else { random(length) };
                    Label {
                        source: id,
                        span: Span::from_range(start..start + length),
                        text: "ab cd ".repeat(random(9)),
                    }
                })
                .collect();
            let width = 40 + random(100);
            let (primary, others) = labels.split_first().expect("there is a label");
            let paint = Paint { on: round % 2 == 0 };
            let frame =
                draw(&Places::new(&sources), &sources, (primary, others), "spec", Severity::Warning, (paint, width));
            if paint.on {
                continue;
            }
            assert!(!frame.text.contains(['\x1b', '\r', '\t', '\u{202e}', '\u{2028}']), "{}", frame.text);
            for line in frame.text.lines() {
                let columns: usize = line.chars().map(|c| unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)).sum();
                // The label of a mark that was cut off at the right hangs over.
                let most = if line.contains(" · ") { width + 20 } else { width };
                assert!(columns <= most, "{columns} > {width}\n{}\n{labels:?}", frame.text);
            }
        }
    }
}
