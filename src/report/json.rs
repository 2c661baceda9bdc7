//! The report for programs, described by `docs/json-output.schema.json`. Fields are added without notice; one is
//! changed or removed only with a new `version`.

use super::place::{Place, Places};
use super::{Gravity, RenderOptions, Report};
use crate::finding::{Finding, Label, Level, Provenance, Severity, Subject, TemplateLine, ValuesKey};
use crate::text::{SourceId, Span};
use serde::Serialize;
use std::io::{self, Write};

/// The version of the shape.
const VERSION: u32 = 1;

/// Writes the report as one JSON document, byte for byte the same for the same findings.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let document = Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        summary: Summary::new(report),
        builds: report.builds.iter().map(|build| Build { name: &build.name, production: build.production }).collect(),
        findings: report.findings.iter().map(|finding| Entry::new(report, &places, finding)).collect(),
        diagnostics: Notice::all(report, &places, options.verbose),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    summary: Summary,
    builds: Vec<Build<'a>>,
    findings: Vec<Entry<'a>>,
    diagnostics: Vec<Notice<'a>>,
}

#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Summary {
    findings: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    files: usize,
    objects: usize,
}

impl Summary {
    fn new(report: &Report) -> Self {
        Self {
            findings: report.findings.len(),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            infos: report.count(Severity::Info),
            files: report.stats.files,
            objects: report.stats.objects,
        }
    }
}

#[derive(Debug, Serialize)]
struct Build<'a> {
    name: &'a str,
    production: bool,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    why: Option<&'a str>,
    help: &'a [String],
    fingerprint: String,
    build: usize,
    also_in: &'a [usize],
    subject: Option<Object<'a>>,
    counterpart: Option<Object<'a>>,
    field: &'a str,
    primary: Option<Spot<'a>>,
    labels: Vec<Spot<'a>>,
    provenance: Option<Origin<'a>>,
}

impl<'a> Entry<'a> {
    fn new(report: &'a Report, places: &Places<'a>, finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: &finding.message,
            why: report.rule(finding.rule).map(|rule| rule.meta.why.as_str()),
            help: &finding.help,
            fingerprint: finding.fingerprint(),
            build: finding.build,
            also_in: &finding.also_in,
            subject: finding.subject.as_ref().map(Object::new),
            counterpart: finding.counterpart.as_ref().map(Object::new),
            field: &finding.path,
            primary: Spot::of(places, &finding.primary),
            labels: finding.labels.iter().filter_map(|label| Spot::of(places, label)).collect(),
            provenance: finding.provenance.as_deref().map(|provenance| Origin::new(places, provenance)),
        }
    }
}

#[derive(Debug, Serialize)]
struct Origin<'a> {
    level: Level,
    rendered: Option<Spot<'a>>,
    template: Option<Line<'a>>,
    chain: Vec<Line<'a>>,
    values: Option<Key<'a>>,
    note: Option<&'a str>,
    renders: u32,
}

impl<'a> Origin<'a> {
    fn new(places: &Places<'a>, provenance: &'a Provenance) -> Self {
        let line = |line: &TemplateLine| Line::of(places, (line.source, line.span));
        Self {
            level: provenance.level,
            rendered: Spot::of(places, &provenance.rendered),
            template: provenance.template.as_ref().and_then(line),
            chain: provenance.chain.iter().filter_map(line).collect(),
            values: provenance.values.as_ref().map(|values| Key::new(places, values)),
            note: provenance.note.as_deref(),
            renders: provenance.renders,
        }
    }
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

impl<'a> Line<'a> {
    fn of(places: &Places<'a>, (id, span): (SourceId, Span)) -> Option<Self> {
        let place = places.find(id, span)?;
        Some(Self { file: place.file, line: place.start.line, column: place.start.column })
    }
}

#[derive(Debug, Serialize)]
struct Key<'a> {
    key: &'a str,
    place: Option<Line<'a>>,
    layer: &'a str,
    overrides: Vec<Line<'a>>,
    shared_with: &'a [String],
    add_at: Option<Line<'a>>,
}

impl<'a> Key<'a> {
    fn new(places: &Places<'a>, values: &'a ValuesKey) -> Self {
        Self {
            key: &values.path,
            place: values.place.and_then(|place| Line::of(places, place)),
            layer: &values.layer,
            overrides: values.overrides.iter().filter_map(|place| Line::of(places, *place)).collect(),
            shared_with: &values.shared_with,
            add_at: values.add_at.and_then(|place| Line::of(places, place)),
        }
    }
}

#[derive(Debug, Serialize)]
struct Object<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

impl<'a> Object<'a> {
    fn new(subject: &'a Subject) -> Self {
        Self {
            group: &subject.group,
            kind: &subject.kind,
            namespace: subject.namespace.as_deref(),
            name: &subject.name,
        }
    }
}

#[derive(Debug, Serialize)]
struct Spot<'a> {
    file: &'a str,
    start: Point,
    end: Point,
    label: &'a str,
}

#[derive(Debug, Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

impl<'a> Spot<'a> {
    fn of(places: &Places<'a>, label: &'a Label) -> Option<Self> {
        Self::new(places, label.source, label.span, &label.text)
    }

    fn new(places: &Places<'a>, id: SourceId, span: Span, label: &'a str) -> Option<Self> {
        let Place { file, start, end, span, .. } = places.find(id, span)?;
        let start = Point { line: start.line, column: start.column, offset: span.start };
        let end = Point { line: end.line, column: end.column, offset: span.end };
        Some(Self { file, start, end, label })
    }
}

#[derive(Debug, Serialize)]
struct Notice<'a> {
    gravity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    place: Option<Spot<'a>>,
}

impl<'a> Notice<'a> {
    fn all(report: &'a Report, places: &Places<'a>, verbose: bool) -> Vec<Self> {
        let shown = report.diagnostics.iter().filter(|notice| verbose || notice.gravity > Gravity::Detail);
        let notices = shown.map(|diagnostic| Self {
            gravity: match diagnostic.gravity {
                Gravity::Detail => "detail",
                Gravity::Note => "note",
                Gravity::Failure => "failure",
            },
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            place: diagnostic.place.and_then(|(id, span)| Spot::new(places, id, span, "")),
        });
        notices.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;
    use serde_json::{Value, json};

    fn document(report: &Report, verbose: bool) -> Value {
        let options = RenderOptions { verbose, ..RenderOptions::default() };
        serde_json::from_str(&testing::text(render, report, &options)).expect("it is JSON")
    }

    #[test]
    fn the_output_is_what_the_schema_says() {
        let schema: Value =
            serde_json::from_str(include_str!("../../docs/json-output.schema.json")).expect("the schema is JSON");
        jsonschema::meta::validate(&schema).expect("the schema is a schema");
        let validator = jsonschema::validator_for(&schema).expect("the schema is usable");
        for report in [testing::report(), testing::clean(), testing::hostile(), testing::many(20)] {
            for verbose in [false, true] {
                let document = document(&report, verbose);
                let errors: Vec<String> = validator
                    .iter_errors(&document)
                    .map(|error| format!("{}: {error}", error.instance_path()))
                    .collect();
                assert!(errors.is_empty(), "{errors:#?}");
            }
        }
    }

    #[test]
    fn the_schema_knows_every_field() {
        // `additionalProperties` is open for readers of later versions, so a missing description shows only here.
        let schema: Value =
            serde_json::from_str(include_str!("../../docs/json-output.schema.json")).expect("the schema is JSON");
        let document = document(&testing::report(), true);
        let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
        let described = |path: &str| schema.pointer(path).and_then(keys);
        assert_eq!(keys(&document), described("/properties"));
        assert_eq!(document.pointer("/findings/0").and_then(keys), described("/$defs/finding/properties"));
        assert_eq!(document.pointer("/summary").and_then(keys), described("/$defs/summary/properties"));
        assert_eq!(
            document.pointer("/findings/0/provenance").and_then(keys),
            described("/$defs/provenance/properties")
        );
        assert_eq!(
            document.pointer("/findings/0/provenance/values").and_then(keys),
            described("/$defs/key/properties")
        );
        assert_eq!(
            document.pointer("/findings/0/provenance/template").and_then(keys),
            described("/$defs/line/properties")
        );
        assert_eq!(document.pointer("/findings/0/primary").and_then(keys), described("/$defs/place/properties"));
        assert_eq!(document.pointer("/diagnostics/0").and_then(keys), described("/$defs/diagnostic/properties"));
    }

    #[test]
    fn places_have_line_column_and_offset() {
        let document = document(&testing::report(), false);
        let primary = document.pointer("/findings/0/primary").expect("a finding has a place");
        assert_eq!(
            primary,
            &json!({
                "file": "helm/ai-platform/values-prod.yaml",
                "start": { "line": 5, "column": 5, "offset": 76 },
                "end": { "line": 5, "column": 20, "offset": 91 },
                "label": "lower this to 1, or raise the replicas",
            })
        );
    }

    #[test]
    fn the_time_is_left_out_and_details_too_unless_asked_for() {
        let mut report = testing::report();
        let first = testing::text(render, &report, &RenderOptions::default());
        report.stats.elapsed *= 7;
        assert_eq!(first, testing::text(render, &report, &RenderOptions::default()));
        let count = |document: &Value| document["diagnostics"].as_array().map(Vec::len);
        assert_eq!(count(&document(&report, false)), Some(2));
        assert_eq!(count(&document(&report, true)), Some(3));
    }
}
