//! What the tool says about its own work, for stderr.

use super::frame::{self, Frame};
use super::human::{Notes, push_heading};
use super::paint::{self, Paint};
use super::place::Places;
use super::{Gravity, RenderOptions, Report};
use crate::finding::{Label, Severity};
use std::io::{self, Write};

/// Writes the diagnostics, details only when `options.verbose`.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { on: options.colour };
    let width = options.width.max(40);
    let places = Places::new(&report.sources);
    for diagnostic in &report.diagnostics {
        let (head, severity) = match diagnostic.gravity {
            Gravity::Detail if !options.verbose => continue,
            Gravity::Detail => ("detail", Severity::Info),
            Gravity::Note => ("note", Severity::Info),
            Gravity::Failure => ("error", Severity::Error),
        };
        let mut text = String::new();
        push_heading(&mut text, head, &diagnostic.message, paint::severity(severity), (paint, width));
        let mut frame = Frame { text: String::new(), indent: 2, left_out: 0 };
        if let Some((source, span)) = diagnostic.place {
            let label = Label { source, span, text: String::new() };
            frame = frame::draw(&places, &report.sources, (&label, &[]), "", severity, (paint, width));
        }
        text.push_str(&frame.text);
        if let Some(help) = &diagnostic.help {
            Notes { text: &mut text, frame: &frame, paint, width }.push("help", help);
        }
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn details_are_for_those_who_ask() {
        let report = testing::report();
        let mut options = RenderOptions { width: 80, ..RenderOptions::default() };
        let always = "\
note: left 3 files alone that are no manifests
  = help: name them with `-v`
error: cannot read `deploy/secret.yaml`: permission denied
";
        assert_eq!(testing::text(render, &report, &options), always);
        options.verbose = true;
        let detail = "\
detail: `stabilizationWindowSeconds` is the default
    ╭─[deploy/gateway hpa.yaml:23:35]
 22 │     scaleDown:
 23 │       stabilizationWindowSeconds: 300
    ·                                   ───
    ╰────
";
        assert_eq!(testing::text(render, &report, &options), format!("{always}{detail}"));
    }
}
