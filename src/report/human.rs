//! Findings for people: what is wrong, the code with both sides of a conflict, why it hurts and what to do.

use super::frame::{self, Frame};
use super::paint::{self, Paint};
use super::place::Places;
use super::{RenderOptions, Report, sanitize, wrap};
use crate::finding::Finding;
use std::io::{self, Write};

/// The narrowest output that is still drawn in shape.
const NARROWEST: usize = 40;

/// Writes all findings. The summary line is apart: it names the time and so differs from run to run.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let mut text = String::new();
    for finding in &report.findings {
        text.clear();
        push_finding(&mut text, report, &places, finding, options);
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn push_finding(text: &mut String, report: &Report, places: &Places<'_>, finding: &Finding, options: &RenderOptions) {
    let paint = Paint { on: options.colour };
    let width = options.width.max(NARROWEST);
    let head = format!("{}[{}]", finding.severity, finding.rule);
    push_heading(text, &head, &finding.message, paint::severity(finding.severity), (paint, width));
    let labels = (&finding.primary, finding.labels.as_slice());
    let frame = frame::draw(places, &report.sources, labels, &finding.path, finding.severity, (paint, width));
    text.push_str(&frame.text);

    let mut notes = Notes { text, frame: &frame, paint, width };
    if frame.left_out > 0 {
        notes.push("more", &format!("{} further places, all of them in `--format json`", frame.left_out));
    }
    // A build of one file has the name that stands above the code already.
    let file = report.sources.get(finding.primary.source).map(|source| source.name.as_str());
    if let Some(build) = report.builds.get(finding.build).filter(|build| Some(build.name.as_str()) != file) {
        notes.push("in", &build.name);
    }
    if let Some(rule) = report.rule(finding.rule) {
        notes.push("why", &rule.meta.why);
    }
    for help in &finding.help {
        notes.push("help", help);
    }
    notes.push("docs", &format!("aiplat-lint explain {}", finding.rule));
}

/// `error[rule]: message`, further lines indented.
pub(super) fn push_heading(
    text: &mut String,
    head: &str,
    message: &str,
    style: anstyle::Style,
    (paint, width): (Paint, usize),
) {
    // The head takes part in the wrapping as one word.
    let blank = "x".repeat(head.chars().count() + 1);
    let lines = wrap::wrap(&format!("{blank} {}", sanitize::line(message)), width.saturating_sub(2));
    for (index, line) in lines.iter().enumerate() {
        match line.strip_prefix(&blank).filter(|_| index == 0) {
            Some(rest) => {
                let rest = paint.put(paint::STRONG, format_args!(":{rest}"));
                text.push_str(&format!("{}{rest}\n", paint.put(style, head)));
            }
            None => text.push_str(&format!("  {}\n", paint.put(paint::STRONG, line))),
        }
    }
}

/// The lines below the box.
pub(super) struct Notes<'a> {
    pub(super) text: &'a mut String,
    pub(super) frame: &'a Frame,
    pub(super) paint: Paint,
    pub(super) width: usize,
}

impl Notes<'_> {
    /// `= key: sentence`, further lines under the sentence.
    pub(super) fn push(&mut self, key: &str, sentence: &str) {
        let pad = " ".repeat(self.frame.indent);
        let hang = self.frame.indent + key.len() + 4;
        let lines = wrap::wrap(&sanitize::line(sentence), self.width.saturating_sub(hang).max(20));
        let key = self.paint.put(paint::STRONG, format_args!("{key}:"));
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.text.push_str(&format!("{pad}= {key} {line}\n"));
            } else {
                self.text.push_str(&format!("{}{line}\n", " ".repeat(hang)));
            }
        }
    }
}
