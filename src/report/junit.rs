//! JUnit's XML, for the many systems that show test results: a suite is a build, a case a rule on an object.

use super::place::Places;
use super::words::plural;
use super::{Gravity, RenderOptions, Report, sanitize};
use crate::finding::Finding;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Writes a suite per build. Times are left out, so that the same findings are the same bytes.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, _options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let mut document = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
    document.add_test_suites(broken(report));
    for (build, findings) in report.builds.iter().zip(by_build(report)) {
        let mut suite = TestSuite::new(text(&build.name));
        suite.add_test_cases(cases(&findings).iter().map(|found| failure(report, &places, found)));
        if findings.is_empty() {
            // A suite without a case is taken for one that did not run.
            let mut case = TestCase::new("no findings", TestCaseStatus::success());
            case.set_classname(env!("CARGO_PKG_NAME"));
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    document.serialize(out).map_err(io::Error::other)
}

/// The findings of each build, also of those in which they were found again.
fn by_build(report: &Report) -> Vec<Vec<&Finding>> {
    let mut builds = vec![Vec::new(); report.builds.len()];
    for finding in &report.findings {
        for number in std::iter::once(&finding.build).chain(&finding.also_in) {
            if let Some(build) = builds.get_mut(*number) {
                build.push(finding);
            }
        }
    }
    builds
}

/// What could not be read or rendered: without it, a run that saw nothing would pass.
fn broken(report: &Report) -> Option<TestSuite> {
    let mut suite = TestSuite::new(env!("CARGO_PKG_NAME"));
    for diagnostic in report.diagnostics.iter().filter(|diagnostic| diagnostic.gravity == Gravity::Failure) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(text(&diagnostic.message));
        status.set_description(text(diagnostic.help.as_deref().unwrap_or(&diagnostic.message)));
        let mut case = TestCase::new(text(&diagnostic.message), status);
        case.set_classname(env!("CARGO_PKG_NAME"));
        suite.add_test_case(case);
    }
    (!suite.test_cases.is_empty()).then_some(suite)
}

/// The findings of each rule on each object, in the order in which the first of them stands.
fn cases<'a>(findings: &[&'a Finding]) -> Vec<Vec<&'a Finding>> {
    let mut numbers = std::collections::HashMap::new();
    let mut cases: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let number = *numbers.entry((finding.rule, &finding.subject)).or_insert(cases.len());
        match cases.get_mut(number) {
            Some(case) => case.push(finding),
            None => cases.push(vec![finding]),
        }
    }
    cases
}

/// One failure with all that one rule says of one object.
fn failure(report: &Report, places: &Places<'_>, findings: &[&Finding]) -> TestCase {
    let Some((first, more)) = findings.split_first() else {
        return TestCase::new("", TestCaseStatus::success());
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let also = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
    status.set_message(format!("{}{also}", text(&first.message)));
    status.set_type(first.severity.as_str());
    let described: Vec<String> = findings.iter().map(|finding| describe(report, places, finding)).collect();
    status.set_description(described.join("\n\n"));

    let object = first.subject.as_ref().map(|subject| match &subject.namespace {
        Some(namespace) => format!("{subject} in {namespace}"),
        None => subject.to_string(),
    });
    let place = places.find(first.primary.source, first.primary.span);
    let name = object.or_else(|| Some(place?.path().to_owned())).unwrap_or_else(|| first.rule.to_owned());
    let mut case = TestCase::new(text(&name), status);
    case.set_classname(first.rule).set_assertions(findings.len());
    if let Some(place) = place {
        case.extra.insert("file".into(), text(place.path()).into());
    }
    if let Some((start, _)) = place.and_then(|place| place.region()) {
        case.extra.insert("line".into(), start.line.to_string().into());
    }
    case
}

/// `path:line:column: error[rule] message`, and below it why and what to do.
fn describe(report: &Report, places: &Places<'_>, finding: &Finding) -> String {
    let place = places.find(finding.primary.source, finding.primary.span);
    let mut lines = Vec::new();
    let message = format!("{}[{}] {}", finding.severity, finding.rule, text(&finding.message));
    lines.push(match place.map(|place| (text(place.path()), place.region())) {
        Some((path, Some((start, _)))) => format!("{path}:{}:{}: {message}", start.line, start.column),
        Some((path, None)) => format!("{path}: {message}"),
        None => message,
    });
    if let Some(rule) = report.rule(finding.rule) {
        lines.push(format!("why: {}", text(&rule.meta.why)));
    }
    lines.extend(finding.help.iter().map(|help| format!("help: {}", text(help))));
    let left_out = finding.labels.len();
    if left_out > 0 {
        lines.push(format!("see also {} that `--format human` shows", plural(left_out, "place")));
    }
    lines.join("\n")
}

/// One line; the two characters that XML 1.0 has no way to write are replaced.
fn text(text: &str) -> String {
    sanitize::line(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    fn xml(report: &Report) -> String {
        testing::text(render, report, &RenderOptions::default())
    }

    #[test]
    fn a_suite_is_a_build_and_a_case_a_rule_on_an_object() {
        let mut report = testing::report();
        report.diagnostics.clear();
        report.findings.truncate(1);
        assert_eq!(
            xml(&report),
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="aiplat-lint" tests="2" skipped="0" failures="1" errors="0">
    <testsuite name="deploy" tests="1" skipped="0" errors="0" failures="1">
        <testcase name="PodDisruptionBudget/max-serve-llama in ai" classname="pdb-blocks-eviction" assertions="1" file="helm/ai-platform/values-prod.yaml" line="5">
            <failure message="`minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted" type="error">helm/ai-platform/values-prod.yaml:5:5: error[pdb-blocks-eviction] `minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted
why: a node drain hangs until someone edits the budget
help: set `maxUnavailable: 1`, which stays true when the autoscaler changes the number of replicas
help: or raise `autoscaling.minReplicas` to 3 where the second pod has to stay up
see also 2 places that `--format human` shows</failure>
        </testcase>
    </testsuite>
    <testsuite name="helm/ai-platform (production)" tests="1" skipped="0" errors="0" failures="0">
        <testcase name="no findings" classname="aiplat-lint"/>
    </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn a_finding_fails_in_each_of_its_environments_and_what_could_not_be_read_is_an_error() {
        let mut report = testing::report();
        report.findings[0].also_in.push(1);
        let xml = xml(&report);
        assert_eq!(xml.matches("classname=\"pdb-blocks-eviction\"").count(), 2, "{xml}");
        assert_eq!(xml.matches("<error message=\"cannot read").count(), 1, "{xml}");
    }

    #[test]
    fn one_rule_on_one_object_is_one_case() {
        let xml = xml(&testing::many(20));
        assert_eq!(xml.matches("<testcase").count(), 1);
        assert!(xml.contains("assertions=\"20\"") && xml.contains("(and 19 more)"), "{xml}");
    }

    #[test]
    fn nothing_from_a_manifest_is_markup() {
        let xml = xml(&testing::injection());
        assert!(xml.len() < 200_000, "{}", xml.len());
        assert!(!xml.contains(['\x1b', '\0', '\u{fffe}', '\u{202e}']));
        for tag in ["<script", "<img", "]]>", "<b>"] {
            assert!(!xml.contains(tag), "{tag}: {xml}");
        }
        assert_eq!(xml.matches("</failure>").count(), 2, "{xml}");
    }
}
