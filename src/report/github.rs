//! Annotations for GitHub Actions, as workflow commands on standard output.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use super::place::{Place, Places};
use super::{Gravity, RenderOptions, Report, sanitize};
use crate::finding::{Finding, Severity};
use std::io::{self, Write};

/// Writes one annotation per finding, and one per thing that could not be done.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, _options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    for diagnostic in report.diagnostics.iter().filter(|diagnostic| diagnostic.gravity == Gravity::Failure) {
        let place = diagnostic.place.and_then(|(source, span)| places.find(source, span));
        let mut lines = vec![sanitize::line(&diagnostic.message)];
        lines.extend(diagnostic.help.as_ref().map(|help| sanitize::line(help)));
        write_command(out, "error", place.as_ref(), env!("CARGO_PKG_NAME"), &lines.join("\n"))?;
    }
    for finding in &report.findings {
        let place = places.find(finding.primary.source, finding.primary.span);
        write_command(out, command(finding.severity), place.as_ref(), finding.rule, &message(finding))?;
    }
    Ok(())
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// What is wrong and, each in a line of its own, what to do.
fn message(finding: &Finding) -> String {
    let mut text = sanitize::line(&finding.message).into_owned();
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(&sanitize::line(help));
    }
    text
}

fn write_command(
    out: &mut dyn Write,
    command: &str,
    place: Option<&Place<'_>>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    write!(out, "::{command} ")?;
    if let Some(place) = place {
        write!(out, "file={},", property(&sanitize::line(place.path().trim_start_matches("./"))))?;
    }
    if let Some((start, end)) = place.and_then(Place::region) {
        write!(out, "line={},endLine={},", start.line, end.line)?;
        // Columns over several lines are refused, and the last one is that of the last character
        // (`AnnotationProperties` of @actions/core).
        if start.line == end.line {
            let last = end.column.saturating_sub(1).max(start.column);
            write!(out, "col={},endColumn={last},", start.column)?;
        }
    }
    writeln!(out, "title={}::{}", property(title), data(message))
}

/// As `escapeData` of @actions/core.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As `escapeProperty` of @actions/core.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    fn lines(report: &Report) -> Vec<String> {
        testing::text(render, report, &RenderOptions::default()).lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_finding_is_a_command_with_its_place() {
        let lines = lines(&testing::report());
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[0], "::error title=aiplat-lint::cannot read `deploy/secret.yaml`: permission denied");
        assert_eq!(
            lines[1],
            "::error file=helm/ai-platform/values-prod.yaml,line=5,endLine=5,col=5,endColumn=19,title=pdb-blocks-eviction::\
             `minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted%0A\
             help: set `maxUnavailable: 1`, which stays true when the autoscaler changes the number of replicas%0A\
             help: or raise `autoscaling.minReplicas` to 3 where the second pod has to stay up"
        );
        assert!(lines[2].starts_with("::warning file="), "{}", lines[2]);
        // Over several lines there are no columns.
        assert!(
            lines[4].starts_with("::notice file=deploy/gateway hpa.yaml,line=13,endLine=20,title=hpa-single-metric::"),
            "{}",
            lines[4]
        );
    }

    #[test]
    fn a_rendered_text_is_its_template_without_a_line() {
        let lines = lines(&testing::rendered());
        assert!(lines[0].starts_with("::error file=helm/api/templates/pdb.yaml,title="), "{}", lines[0]);
    }

    #[test]
    fn nothing_from_a_manifest_is_a_command_or_a_property() {
        let lines = lines(&testing::injection());
        assert_eq!(lines.len(), 2, "a line is a command: {lines:?}");
        for line in lines {
            let properties = line.strip_prefix("::error ").and_then(|line| line.split_once("::")).expect("a command").0;
            let keys: Vec<&str> = properties.split(',').filter_map(|part| Some(part.split_once('=')?.0)).collect();
            assert_eq!(keys, ["file", "line", "endLine", "col", "endColumn", "title"], "{properties}");
            assert!(!properties.contains([':', '\n']), "{properties}");
            assert!(line.contains("%250A") && !line.contains('\x1b') && line.len() < 20_000, "{line}");
        }
    }
}
