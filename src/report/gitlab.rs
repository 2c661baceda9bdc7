//! GitLab's Code Quality report.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use super::place::Places;
use super::{RenderOptions, Report, sanitize};
use crate::finding::{Finding, Severity};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

/// Writes one issue per finding.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, _options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let issues: Vec<Issue<'_>> = report
        .findings
        .iter()
        .map(|finding| {
            let fingerprint = finding.fingerprint();
            let count = seen.entry(fingerprint.clone()).or_default();
            *count += 1;
            // GitLab takes two issues with one fingerprint for the same, and shows one.
            let fingerprint = if *count == 1 { fingerprint } else { format!("{fingerprint}-{count}") };
            Issue::new(report, &places, finding, fingerprint)
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

#[derive(Debug, Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
}

impl<'a> Issue<'a> {
    fn new(report: &Report, places: &Places<'_>, finding: &'a Finding, fingerprint: String) -> Self {
        let place = places.find(finding.primary.source, finding.primary.span);
        let build = || report.builds.get(finding.build).map_or("", |build| build.name.as_str());
        let path = place.map_or_else(build, |place| place.path());
        // A line is required, also of a file whose rendered text alone is known.
        let begin = place.and_then(|place| place.region()).map_or(1, |(start, _)| start.line);
        Self {
            description: sanitize::line(&finding.message).into_owned(),
            check_name: finding.rule,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            },
            // GitLab compares paths with those of the repository, which have no `./`.
            location: Location {
                path: sanitize::line(path.trim_start_matches("./")).into_owned(),
                lines: Lines { begin },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use serde_json::{Value, json};

    fn issues(report: &Report) -> Vec<Value> {
        serde_json::from_str(&testing::text(render, report, &RenderOptions::default())).expect("a list")
    }

    #[test]
    fn an_issue_has_what_gitlab_asks_for() {
        let issues = issues(&testing::report());
        assert_eq!(issues.len(), 4);
        assert_eq!(
            issues[0],
            json!({
                "description": "`minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted",
                "check_name": "pdb-blocks-eviction",
                "fingerprint": testing::report().findings[0].fingerprint(),
                "severity": "critical",
                "location": { "path": "helm/ai-platform/values-prod.yaml", "lines": { "begin": 5 } }
            })
        );
        assert_eq!([&issues[1]["severity"], &issues[3]["severity"]], ["major", "info"]);
    }

    #[test]
    fn fingerprints_are_unique_and_do_not_move_with_lines() {
        let mut report = testing::many(50);
        let before = issues(&report);
        let mut fingerprints: Vec<&str> =
            before.iter().map(|issue| issue["fingerprint"].as_str().expect("a text")).collect();
        let first = report.findings[0].fingerprint();
        assert_eq!(fingerprints[..3], [first.clone(), format!("{first}-2"), format!("{first}-3")]);
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), 50);
        for finding in &mut report.findings {
            finding.primary.span = crate::text::Span::at(finding.primary.span.start + 11);
        }
        let of = |issues: &[Value]| issues.iter().map(|issue| issue["fingerprint"].clone()).collect::<Vec<_>>();
        assert_eq!(of(&issues(&report)), of(&before));
    }

    #[test]
    fn a_rendered_text_is_its_template_at_line_1_and_a_clean_run_is_an_empty_list() {
        let issues = issues(&testing::rendered());
        assert_eq!(issues[0]["location"], json!({ "path": "helm/api/templates/pdb.yaml", "lines": { "begin": 1 } }));
        assert_eq!(testing::text(render, &testing::clean(), &RenderOptions::default()), "[]\n");
    }

    #[test]
    fn nothing_from_a_manifest_breaks_out() {
        let issues = issues(&testing::injection());
        assert_eq!(issues.len(), 2);
        for issue in issues {
            let text = issue["description"].as_str().expect("a text");
            assert!(!text.contains(['\x1b', '\n', '\r']) && text.len() < 10_000, "{text}");
        }
    }
}
