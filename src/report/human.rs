//! Findings for people: what is wrong, the code with both sides of a conflict, why it hurts and what to do.

use super::frame::{self, Frame};
use super::paint::{self, Paint};
use super::place::Places;
use super::{RenderOptions, Report, sanitize, summary, wrap};
use crate::finding::Finding;
use std::io::{self, Write};

/// The narrowest output that is still drawn in shape.
const NARROWEST: usize = 40;

/// Writes all findings and the summary line.
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
    writeln!(out, "{}", summary::line(report, options))
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
    if let Some(build) = report.builds.get(finding.build).filter(|_| report.builds.len() > 1) {
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

#[cfg(test)]
mod scratch {
    use super::*;
    use crate::report::{diagnostics, testing};
    #[test]
    fn scratch() {
        for width in [80, 120] {
            for colour in [true, false] {
                let options = RenderOptions { colour, width, verbose: true };
                let mut out = testing::text(render, &testing::report(), &options);
                out += &testing::text(render, &testing::hostile(), &options);
                out += &testing::text(render, &testing::clean(), &options);
                out += &testing::text(diagnostics::render, &testing::report(), &options);
                std::fs::write(format!("/tmp/sch/human-{width}-{colour}.txt"), out).unwrap();
            }
        }
        for count in [1000, 10_000] {
            let report = testing::many(count);
            for (name, f) in [("human", render as fn(&Report, &RenderOptions, &mut dyn Write) -> io::Result<()>), ("concise", crate::report::concise::render), ("json", crate::report::json::render), ("sarif", crate::report::sarif::render)] {
                let start = std::time::Instant::now();
                let text = testing::text(f, &report, &RenderOptions { colour: true, width: 100, verbose: true });
                eprintln!("{count} {name} {:?} {} bytes", start.elapsed(), text.len());
            }
        }
    }
}
