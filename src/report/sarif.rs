//! SARIF 2.1.0, in the part of it that GitHub, GitLab and editors read.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>
//!
//! All builds go into one run: GitHub takes at most 20 runs a file, and an alert of a run that is no longer uploaded
//! stays open. Byte offsets are left out because they would have to count the bytes before decoding.

use super::place::{Place, Places};
use super::provenance;
use super::{BuildInfo, Diagnostic, Gravity, RenderOptions, Report, RuleInfo};
use crate::finding::{Finding, Label, Level, Severity, Subject};
use serde::Serialize;
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// GitHub refuses a result with more locations.
const MOST_LOCATIONS: usize = 1000;
/// Links in a message; the rest is reached through `relatedLocations`.
const MOST_LINKS: usize = 10;

/// Writes the report as one SARIF log with one run.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let shown = report.diagnostics.iter().filter(|notice| options.verbose || notice.gravity > Gravity::Detail);
    let kept = gravest(&report.findings);
    let left_out = report.findings.len() - kept.len();
    let mut notifications: Vec<Notification> = shown.map(|notice| Notification::new(&places, notice)).collect();
    notifications.extend((left_out > 0).then(|| Notification::left_out(left_out)));
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: report.rules.iter().map(Rule::new).collect(),
                },
            },
            automation_details: AutomationDetails { id: category(&report.builds) },
            invocations: [Invocation {
                execution_successful: report.diagnostics.iter().all(|notice| notice.gravity < Gravity::Failure),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            newline_sequences: ["\r\n", "\n", "\r"],
            results: kept.into_iter().map(|finding| Outcome::new(report, &places, finding)).collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

/// As many findings as GitHub takes, in their order; those that are left out are the least grave.
fn gravest(findings: &[Finding]) -> Vec<&Finding> {
    let mut kept: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    kept.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    kept.truncate(MOST_RESULTS);
    kept.sort_by_key(|(number, _)| *number);
    kept.into_iter().map(|(_, finding)| finding).collect()
}

/// The name under which GitHub keeps these results apart from other uploads: the tool and the folder that all builds
/// share, which does not change when an environment is added.
fn category(builds: &[BuildInfo]) -> String {
    // A build is named after its path, and a chart's also after its environment.
    let mut paths = builds.iter().map(|build| build.name.split(" (").next().unwrap_or(""));
    let mut shared: Vec<&str> = paths.next().unwrap_or("").split('/').collect();
    for path in paths {
        let same = shared.iter().zip(path.split('/')).take_while(|(left, right)| *left == right).count();
        shared.truncate(same);
    }
    let mut id = format!("{}/", env!("CARGO_PKG_NAME"));
    for part in shared.into_iter().filter(|part| !part.is_empty() && *part != ".") {
        id.extend([part, "/"]);
    }
    id
}

/// A reference that is valid as it stands: everything but unreserved characters and `/` is encoded.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    if name.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[derive(Debug, Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    newline_sequences: [&'static str; 3],
    results: Vec<Outcome<'a>>,
}

#[derive(Debug, Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Message,
    full_description: Message,
    help: Help<'a>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

impl<'a> Rule<'a> {
    fn new(rule: &'a RuleInfo) -> Self {
        let meta = &rule.meta;
        let markdown = if rule.page.trim().is_empty() { &meta.why } else { rule.page };
        Self {
            id: rule.id,
            short_description: Message { text: meta.summary.clone() },
            full_description: Message { text: meta.why.clone() },
            help: Help { text: format!("{}\n\n{}", meta.summary, meta.why), markdown },
            default_configuration: Configuration { level: level(meta.severity) },
            properties: RuleProperties {
                tags: vec!["kubernetes", &meta.category],
                problem_severity: match meta.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "recommendation",
                },
                profile: meta.profile.as_str(),
                references: &meta.references,
            },
        }
    }
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
struct Help<'a> {
    text: String,
    markdown: &'a str,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct RuleProperties<'a> {
    tags: Vec<&'a str>,
    /// GitHub's name for the severity of results that are not about security.
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    profile: &'static str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    references: &'a [String],
}

#[derive(Debug, Serialize)]
struct AutomationDetails {
    id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

impl Notification {
    fn left_out(count: usize) -> Self {
        let text = format!(
            "{count} more results are left out: code scanning takes {MOST_RESULTS} of a run; `--format json` has all"
        );
        Self { level: "warning", message: Message { text }, locations: Vec::new() }
    }

    fn new(places: &Places<'_>, diagnostic: &Diagnostic) -> Self {
        let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let place = diagnostic.place.and_then(|(id, span)| places.find(id, span));
        Self {
            level: match diagnostic.gravity {
                Gravity::Detail => "none",
                Gravity::Note => "note",
                Gravity::Failure => "error",
            },
            message: Message { text: format!("{}{help}", diagnostic.message) },
            locations: place.iter().map(|place| Location::new(place)).collect(),
        }
    }
}

/// A SARIF `result`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    properties: OutcomeProperties<'a>,
}

impl<'a> Outcome<'a> {
    fn new(report: &'a Report, places: &Places<'_>, finding: &'a Finding) -> Self {
        let mut related = Vec::new();
        for label in finding.labels.iter().take(MOST_LOCATIONS - 1) {
            if let Some(location) = Location::related(places, label, related.len() + 1) {
                related.push(location);
            }
        }
        let mut primary: Vec<Location> =
            places.find(finding.primary.source, finding.primary.span).iter().map(Location::new).collect();
        for location in &mut primary {
            location.logical_locations = finding.subject.iter().map(|it| LogicalLocation::new(it, finding)).collect();
            location.message = message(&finding.primary.text);
        }
        Self {
            rule_id: finding.rule,
            rule_index: report.rules.binary_search_by(|rule| rule.id.cmp(finding.rule)).ok(),
            level: level(finding.severity),
            message: Message { text: explain(report, finding, &related) },
            locations: primary,
            related_locations: related,
            partial_fingerprints: Fingerprints { v1: finding.fingerprint() },
            properties: OutcomeProperties::new(report, finding),
        }
    }
}

/// The message with what to do, and with links to the other sides, which GitHub shows only if the message has them.
fn explain(report: &Report, finding: &Finding, related: &[Location]) -> String {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    for note in provenance::notes(report, finding) {
        text.push_str("\nfrom: ");
        text.push_str(&note);
    }
    for location in related.iter().take(MOST_LINKS) {
        let Some(id) = location.id else { continue };
        let what = location.message.as_ref().map_or("related place", |message| message.text.as_str());
        text.push_str(&format!("\nsee: [{}]({id})", link_text(what)));
    }
    text
}

/// Brackets and backslashes are escaped inside a link (§3.11.6).
fn link_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn message(text: &str) -> Option<Message> {
    (!text.is_empty()).then(|| Message { text: text.to_owned() })
}

#[derive(Debug, Serialize)]
struct Fingerprints {
    #[serde(rename = "aiplatLint/v1")]
    v1: String,
}

#[derive(Debug, Serialize)]
struct OutcomeProperties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<&'a str>,
    #[serde(rename = "alsoIn", skip_serializing_if = "Vec::is_empty")]
    also_in: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<Level>,
    #[serde(rename = "valuesKey", skip_serializing_if = "Option::is_none")]
    values_key: Option<&'a str>,
}

impl<'a> OutcomeProperties<'a> {
    fn new(report: &'a Report, finding: &'a Finding) -> Self {
        let name = |build: usize| report.builds.get(build).map(|build| build.name.as_str());
        let provenance = finding.provenance.as_deref();
        Self {
            build: name(finding.build),
            also_in: finding.also_in.iter().filter_map(|build| name(*build)).collect(),
            provenance: provenance.map(|provenance| provenance.level),
            values_key: provenance.and_then(|provenance| Some(provenance.values.as_ref()?.path.as_str())),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

impl Location {
    fn new(place: &Place<'_>) -> Self {
        let region = Region {
            start_line: place.start.line,
            start_column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        };
        let artifact_location = ArtifactLocation { uri: uri(place.made_from.unwrap_or(place.file)) };
        let region = place.made_from.is_none().then_some(region);
        let physical_location = PhysicalLocation { artifact_location, region };
        Self { id: None, physical_location, logical_locations: Vec::new(), message: None }
    }

    fn related(places: &Places<'_>, label: &Label, id: usize) -> Option<Self> {
        let place = places.find(label.source, label.span)?;
        Some(Self { id: Some(id), message: message(&label.text), ..Self::new(&place) })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    /// Not of a template whose rendered text alone is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// The end column is the one after the last character, as in our spans.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

impl LogicalLocation {
    fn new(subject: &Subject, finding: &Finding) -> Self {
        let parts = [&subject.group, subject.namespace.as_deref().unwrap_or(""), &subject.kind, &subject.name];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut fully_qualified_name = parts.join("/");
        if !finding.path.is_empty() {
            fully_qualified_name.push('#');
            fully_qualified_name.push_str(&finding.path);
        }
        Self { name: subject.to_string(), fully_qualified_name, kind: "object" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use serde_json::{Value, json};

    fn log(report: &Report) -> Value {
        serde_json::from_str(&testing::text(render, report, &RenderOptions::default())).expect("it is JSON")
    }

    #[test]
    fn more_results_than_github_takes_are_left_out_with_a_note() {
        let mut report = testing::many(25_003);
        let last = report.findings.last_mut().expect("a finding");
        last.severity = Severity::Error;
        let log = log(&report);
        let results = log["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.len(), 25_000);
        assert_eq!(results[24_999]["level"], "error", "the gravest stay");
        let note = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert!(note.as_str().expect("a note").starts_with("3 more results are left out"), "{note}");
    }

    fn build(name: &str) -> BuildInfo {
        BuildInfo { name: name.to_owned(), production: false }
    }

    /// The schema is not part of the repository: its licence is OASIS's own. Whoever has it sets the variable.
    #[test]
    fn the_output_is_what_the_schema_says() {
        let Some(path) = std::env::var_os("SARIF_SCHEMA") else {
            eprintln!("skipped: SARIF_SCHEMA names no copy of sarif-schema-2.1.0.json");
            return;
        };
        let schema = std::fs::read_to_string(path).expect("SARIF_SCHEMA is a file");
        let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
        let validator =
            jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is usable");
        for report in [testing::report(), testing::clean(), testing::hostile(), testing::many(20)] {
            let log = log(&report);
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }

    #[test]
    fn a_clean_run_has_empty_results_and_all_rules() {
        let log = log(&testing::clean());
        assert_eq!(log.pointer("/runs/0/results"), Some(&json!([])));
        assert_eq!(log.pointer("/runs/0/tool/driver/rules").and_then(Value::as_array).map(Vec::len), Some(4));
        assert_eq!(log.pointer("/runs/0/invocations/0/executionSuccessful"), Some(&json!(true)));
    }

    #[test]
    fn a_result_names_its_rule_place_and_other_sides() {
        let log = log(&testing::report());
        let result = log.pointer("/runs/0/results/0").expect("there is a result");
        let index = result["ruleIndex"].as_u64().expect("it has an index");
        assert_eq!(log.pointer(&format!("/runs/0/tool/driver/rules/{index}/id")), Some(&result["ruleId"]));
        assert_eq!(
            result.pointer("/locations/0/physicalLocation"),
            Some(&json!({
                "artifactLocation": { "uri": "helm/ai-platform/values-prod.yaml" },
                "region": { "startLine": 5, "startColumn": 5, "endLine": 5, "endColumn": 20 },
            }))
        );
        assert_eq!(result.pointer("/relatedLocations/0/id"), Some(&json!(1)));
        let text = result.pointer("/message/text").and_then(Value::as_str).expect("it has a message");
        assert!(text.contains("\nhelp: set `maxUnavailable: 1`") && text.contains("](1)"), "{text}");
        assert_eq!(log.pointer("/runs/0/results/3/level"), Some(&json!("note")));
    }

    #[test]
    fn a_failure_makes_the_run_unsuccessful() {
        let log = log(&testing::report());
        let invocation = log.pointer("/runs/0/invocations/0").expect("there is one");
        assert_eq!(invocation["executionSuccessful"], json!(false));
        assert_eq!(invocation.pointer("/toolExecutionNotifications/1/level"), Some(&json!("error")));
    }

    #[test]
    fn names_become_valid_references() {
        assert_eq!(uri("deploy/gateway hpa.yaml"), "deploy/gateway%20hpa.yaml");
        assert_eq!(uri("../ä:#?%[].yaml"), "../%C3%A4%3A%23%3F%25%5B%5D.yaml");
        assert_eq!(uri("/srv/a.yaml"), "file:///srv/a.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }

    #[test]
    fn the_category_is_what_the_builds_share() {
        assert_eq!(category(&[]), "aiplat-lint/");
        assert_eq!(category(&[build("helm/api (production)")]), "aiplat-lint/helm/api/");
        assert_eq!(category(&[build("helm/api"), build("helm/api (staging)")]), "aiplat-lint/helm/api/");
        assert_eq!(category(&[build("helm/api"), build("deploy")]), "aiplat-lint/");
        assert_eq!(category(&[build("./helm/api"), build("./helm/web")]), "aiplat-lint/helm/");
    }

    #[test]
    fn brackets_in_link_text_are_escaped() {
        assert_eq!(link_text(r"metrics[0]\x"), r"metrics\[0\]\\x");
    }
}
