//! The code that a finding points at, with line numbers, marks and what is said of them.

use super::markup;
use crate::finding::Finding;
use crate::report::frame::{self, Mark, Section};
use crate::report::place::Places;
use crate::report::words::plural;
use crate::report::{Report, excerpt, provenance, sanitize};
use crate::text::Span;

/// Columns of a line that are shown; a longer one is cut around its mark.
const COLUMNS: usize = 160;

/// Appends a figure for each piece of code.
pub(super) fn push(out: &mut String, report: &Report, places: &Places<'_>, finding: &Finding) {
    let (sections, left_out) = frame::sections(&report.sources, &finding.primary, &finding.labels);
    for section in &sections {
        let Some(mark) = section.marks.iter().find(|mark| mark.primary).or(section.marks.first()) else { continue };
        let Some(place) = places.find(section.id, mark.span) else { continue };
        let at = format!("{}:{}:{}", markup::line(place.file), place.start.line, place.start.column);
        out.push_str(&format!("<figure class=\"code\"><figcaption><b class=\"mono\">{at}</b>"));
        let title = Some(provenance::title(finding)).filter(|title| mark.primary && !title.is_empty());
        if let Some(title) = title {
            out.push_str(&format!(" · <span class=\"mono\">{}</span>", markup::line(title)));
        }
        if let Some(template) = place.made_from {
            out.push_str(&format!(" · rendered from {}", markup::line(template)));
        }
        out.push_str("</figcaption><pre>");
        push_lines(out, section);
        out.push_str("</pre></figure>\n");
    }
    if left_out > 0 {
        out.push_str(&format!(
            "<p class=\"note\">{} more in <code>--format json</code></p>\n",
            plural(left_out, "place")
        ));
    }
}

fn push_lines(out: &mut String, section: &Section<'_>) {
    let index = section.source.lines();
    for number in section.first..=section.last {
        let Some(line) = index.line_span(number, &section.source.text) else { break };
        let on_line = |mark: &&Mark| mark.span.start <= line.end && mark.span.end >= line.start;
        let marks: Vec<&Mark> = section.marks.iter().filter(on_line).collect();
        out.push_str(&format!("<span class=\"l\"><span class=\"n\">{number}</span>"));
        push_line(out, section.source.text.get(line.range()).unwrap_or(""), line, &marks);
        out.push_str("</span>");
        for mark in marks.iter().filter(|mark| index.line(mark.span.end) == number && !mark.text.is_empty()) {
            let main = if mark.primary { " main" } else { "" };
            let said: Vec<String> = mark.text.split('\n').map(markup::sentence).collect();
            out.push_str(&format!("<span class=\"said{main}\">{}</span>", said.join("\n")));
        }
    }
}

/// One line, cut to what is shown, with its marks.
fn push_line(out: &mut String, text: &str, line: Span, marks: &[&Mark]) {
    let relative = |span: Span| {
        let at = |offset: u32| (offset.clamp(line.start, line.end) - line.start) as usize;
        at(span.start)..at(span.end)
    };
    let first = marks.iter().find(|mark| mark.primary).or(marks.first()).map(|mark| relative(mark.span));
    let window = excerpt::window(text, first, COLUMNS);
    if window.start > 0 {
        out.push('…');
    }
    let mut open: Option<usize> = None;
    for (offset, c) in text.get(window.clone()).unwrap_or("").char_indices() {
        let at = window.start + offset;
        let here = marks.iter().position(|mark| relative(mark.span).contains(&at));
        if here != open {
            close(out, open);
            out.push_str(here.and_then(|number| marks.get(number)).map_or("", |mark| tag(mark)));
            open = here;
        }
        let mut shown = String::new();
        match c {
            '\t' => shown.push_str("    "),
            c => sanitize::push(&mut shown, c),
        }
        markup::push(out, &shown);
    }
    close(out, open);
    if window.end < text.len() {
        out.push('…');
    }
}

fn tag(mark: &Mark) -> &'static str {
    if mark.primary { "<mark class=\"main\">" } else { "<mark>" }
}

fn close(out: &mut String, open: Option<usize>) {
    if open.is_some() {
        out.push_str("</mark>");
    }
}
