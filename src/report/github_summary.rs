//! The summary of a job in GitHub Actions: Markdown for the page of the run.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary>

use super::place::Places;
use super::words::{parts, plural};
use super::{Gravity, Report};
use crate::finding::{Finding, Severity};
use std::fmt::Write;

/// Bytes that GitHub takes of one step; of a larger summary it shows nothing.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Annotations of each kind that GitHub shows of one step.
const ANNOTATIONS: usize = 10;
/// Bytes kept free for the lines below the table.
const TAIL: usize = 600;

/// The summary in at most `room` bytes; empty where not even its head has room.
#[must_use]
pub fn text(report: &Report, room: usize) -> String {
    let mut text = head(report);
    let mut rows = 0;
    if !report.findings.is_empty() {
        text.push_str("\n| | Rule | Finding | Place |\n|---|---|---|---|\n");
    }
    let places = Places::new(&report.sources);
    for finding in by_severity(report) {
        let row = row(&places, finding);
        if text.len() + row.len() + TAIL > room {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    push_tail(&mut text, report, rows);
    if text.len() > room { String::new() } else { text }
}

fn head(report: &Report) -> String {
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")];
    let counts = counts.map(|(severity, word)| (report.count(severity), word));
    let found: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| plural(count, word)).collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let stats = report.stats;
    let (files, objects) = (plural(stats.files, "file"), plural(stats.objects, "object"));
    let mut text = format!("### {}: {found}\n\n{files}, {objects}.\n", env!("CARGO_PKG_NAME"));
    let failures = report.diagnostics.iter().filter(|diagnostic| diagnostic.gravity == Gravity::Failure).count();
    if failures > 0 {
        let _ = writeln!(text, "\n**{} could not be read or rendered: see the log.**", plural(failures, "input"));
    }
    text
}

/// The gravest first, else in the order of every output.
fn by_severity(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn row(places: &Places<'_>, finding: &Finding) -> String {
    let sign = match finding.severity {
        Severity::Error => "🔴",
        Severity::Warning => "🟡",
        Severity::Info => "🔵",
    };
    let mut row = format!("| {sign} {} | `{}` | ", finding.severity, finding.rule);
    for (code, part) in parts(&finding.message) {
        let (open, close) = if code { ("<code>", "</code>") } else { ("", "") };
        row.extend([open, &escape(&part), close]);
    }
    row.push_str(" | ");
    if let Some(place) = places.find(finding.primary.source, finding.primary.span) {
        let line = place.region().map_or_else(String::new, |(start, _)| format!(":{}", start.line));
        let path: String = parts(place.path()).into_iter().map(|(_, part)| part).collect();
        row.extend(["<code>", &escape(&path), &line, "</code>"]);
    }
    row.push_str(" |\n");
    row
}

fn push_tail(text: &mut String, report: &Report, rows: usize) {
    let left_out = report.findings.len() - rows;
    if left_out > 0 {
        let left_out = plural(left_out, "further finding");
        let _ = writeln!(text, "\n{left_out} did not fit: the log has them all.");
    }
    let most = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| report.count(severity));
    if most.iter().any(|count| *count > ANNOTATIONS) {
        let _ = writeln!(
            text,
            "\nGitHub shows {ANNOTATIONS} annotations of each kind for a step; the table and the log have the others."
        );
    }
    if !report.findings.is_empty() {
        text.push_str("\n`aiplat-lint explain RULE` prints what a rule flags, why, and how to fix it.\n");
    }
    text.push('\n');
}

/// As text, whatever Markdown or HTML makes of it: what may be markup in either is a character reference.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // A dot ends `www.`, which GitHub makes a link.
            ' ' | '-' | '/' | ',' | '(' | ')' | '=' | '%' | '"' | '\'' | '+' | ';' => out.push(c),
            c if !c.is_ascii_punctuation() => out.push(c),
            c => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn the_gravest_come_first_and_code_is_code() {
        let text = text(&testing::report(), MOST_BYTES);
        assert!(text.starts_with("### aiplat-lint: 1 error, 2 warnings, 1 info\n\n5 files, 35 objects.\n"), "{text}");
        assert!(text.contains("**1 input could not be read or rendered: see the log.**"), "{text}");
        let row = "| 🔴 error | `pdb-blocks-eviction` | <code>minAvailable&#58; 2</code> with 2 replicas leaves 0 pods that \
                   may be evicted | <code>helm/ai-platform/values-prod&#46;yaml:5</code> |\n";
        assert!(text.contains(row), "{text}");
        assert!(!text.contains("annotations"), "{text}");
    }

    #[test]
    fn a_clean_run_says_so() {
        assert_eq!(text(&testing::clean(), MOST_BYTES), "### aiplat-lint: no findings\n\n1 file, 1 object.\n\n");
    }

    #[test]
    fn it_keeps_to_the_room_and_says_what_is_left_out() {
        let report = testing::many(20_000);
        let text = super::text(&report, MOST_BYTES);
        assert!(text.len() <= MOST_BYTES);
        let rows = text.lines().filter(|line| line.starts_with("| 🟡")).count();
        assert!(rows > 1000, "{rows}");
        assert!(text.contains(&format!("\n{} further findings did not fit", 20_000 - rows)), "{rows}");
        assert!(text.contains("GitHub shows 10 annotations of each kind"));
        assert_eq!(super::text(&report, 10), "");
    }

    #[test]
    fn nothing_from_a_manifest_is_markup() {
        let text = text(&testing::injection(), MOST_BYTES);
        assert_eq!(text.lines().filter(|line| line.starts_with("| 🔴")).count(), 2, "{text}");
        for tag in ["<script", "<img", "](", "[a", "\x1b", "*_", "\u{202e}"] {
            assert!(!text.contains(tag), "{tag}: {text}");
        }
    }
}
