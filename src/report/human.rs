//! Findings for people: what is wrong, the code with both sides of a conflict, why it hurts and what to do.

use super::frame::{self, Frame};
use super::paint::{self, Paint};
use super::place::Places;
use super::{RenderOptions, Report, provenance, sanitize, wrap};
use crate::finding::Finding;
use std::io::{self, Write};

/// Environments named of one finding; `--format json` has all.
const ENVIRONMENTS: usize = 8;
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
    let frame =
        frame::draw(places, &report.sources, labels, provenance::title(finding), finding.severity, (paint, width));
    text.push_str(&frame.text);

    let mut notes = Notes { text, frame: &frame, paint, width };
    if frame.left_out > 0 {
        notes.push("more", &format!("{} further places, all of them in `--format json`", frame.left_out));
    }
    // A build of one file has the name that stands above the code already.
    let file = report.sources.get(finding.primary.source).map(|source| source.name.as_str());
    let builds = build_names(report, finding);
    if report.builds.len() > 1 && Some(builds.as_str()) != file && !builds.is_empty() {
        notes.push("in", &builds);
    }
    for note in provenance::notes(report, finding) {
        notes.push("from", &note);
    }
    if let Some(rule) = report.rule(finding.rule) {
        notes.push("why", &rule.meta.why);
    }
    for help in &finding.help {
        notes.push("help", help);
    }
    notes.push("docs", &format!("aiplat-lint explain {}", finding.rule));
}

/// The builds of a finding: of one chart several environments, `helm/api (default, prod)`.
pub(super) fn build_names(report: &Report, finding: &Finding) -> String {
    let name = |build: usize| report.builds.get(build).map_or("", |build| build.name.as_str());
    let first = name(finding.build);
    let Some((chart, environment)) = first.strip_suffix(')').and_then(|name| name.split_once(" (")) else {
        return first.to_owned();
    };
    let environment_of = |build: &usize| Some(name(*build).strip_suffix(')')?.split_once(" (")?.1.to_owned());
    let others: Vec<String> = finding.also_in.iter().filter_map(environment_of).collect();
    let shown = std::iter::once(environment.to_owned()).chain(others.iter().take(ENVIRONMENTS - 1).cloned());
    let shown = shown.collect::<Vec<_>>().join(", ");
    match others.len().saturating_sub(ENVIRONMENTS - 1) {
        0 => format!("{chart} ({shown})"),
        more => format!("{chart} ({shown} and {more} more)"),
    }
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
mod tests {
    use super::*;
    use crate::report::testing;

    fn options(colour: bool, width: usize) -> RenderOptions {
        RenderOptions { colour, width, verbose: false }
    }

    #[test]
    fn a_finding_shows_both_sides_and_answers_what_why_and_how() {
        let mut report = testing::report();
        report.findings.truncate(1);
        report.builds.truncate(1);
        assert_eq!(
            testing::text(render, &report, &options(false, 80)),
            "\
error[pdb-blocks-eviction]: `minAvailable: 2` with 2 replicas leaves 0 pods
  that may be evicted
   ╭─[helm/ai-platform/values-prod.yaml:5:5] ….podDisruptionBudget.minAvailable
 2 │   autoscaling:
 3 │     minReplicas: 2
   ·     ───────┬──────
   ·            ╰── the floor
 4 │   podDisruptionBudget:
 5 │     minAvailable: 2
   ·     ───────┬───────
   ·            ╰── lower this to 1, or raise the replicas
 6 │   # größe: 大きい
   ├─[helm/ai-platform/templates/pdb.yaml:6:3]
 5 │ spec:
 6 │   minAvailable: 2
   ·   ───────┬───────
   ·          ╰── renders PodDisruptionBudget/max-serve-llama
 7 │   selector:
   ╰────
   = from: overrides helm/ai-platform/values.yaml:5
   = why: a node drain hangs until someone edits the budget
   = help: set `maxUnavailable: 1`, which stays true when the autoscaler changes
           the number of replicas
   = help: or raise `autoscaling.minReplicas` to 3 where the second pod has to
           stay up
   = docs: aiplat-lint explain pdb-blocks-eviction

"
        );
    }

    #[test]
    fn with_several_builds_each_finding_names_its_own() {
        let text = testing::text(render, &testing::report(), &options(false, 100));
        assert!(text.contains("    = in: helm/ai-platform (production)\n    = why: load is shed"), "{text}");
    }

    #[test]
    fn a_clean_run_says_so() {
        let (report, options) = (testing::clean(), options(false, 100));
        assert_eq!(testing::text(render, &report, &options), "");
        assert_eq!(crate::report::summary::line(&report, &options), "no findings in 1 file · 1 object · 3 ms");
    }

    #[test]
    fn nothing_from_a_manifest_reaches_the_terminal_as_a_command() {
        let text = testing::text(render, &testing::hostile(), &options(false, 100));
        assert!(!text.contains(['\x1b', '\x07', '\r', '\u{202e}']), "{text:?}");
        assert_eq!(text.lines().filter(|line| line.starts_with("error")).count(), 0, "{text}");
        assert!(text.contains("3 │ name: \\u{202e}x␛[31m\n   ·       ────┬────"), "{text}");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        for report in [testing::report(), testing::hostile()] {
            let plain = testing::text(render, &report, &options(false, 90));
            let colour = testing::text(render, &report, &options(true, 90));
            assert!(!plain.contains('\x1b'));
            assert!(colour.contains('\x1b') && !colour.contains("\x1b]"));
            assert_eq!(anstream::adapter::strip_str(&colour).to_string(), plain);
        }
    }

    #[test]
    fn a_finding_without_a_source_is_still_told() {
        let mut report = testing::clean();
        report.findings = testing::report().findings.into_iter().take(1).collect();
        let text = testing::text(render, &report, &options(false, 100));
        assert!(
            text.starts_with("error[pdb-blocks-eviction]: `minAvailable: 2` with") && text.contains("= why:"),
            "{text}"
        );
    }
}
