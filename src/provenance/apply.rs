//! Moves the places of findings from the rendered text to what a person edits.

use crate::finding::{Finding, Label, Level, Provenance, TemplateLine, ValuesKey};
use crate::provenance::Job;
use crate::provenance::texts::Texts;
use crate::provenance::trace::{Line, Origin, Traced};
use crate::text::{SourceId, Span};

/// Where a place of the render comes from, as places of texts.
struct Found {
    level: Level,
    lines: Vec<TemplateLine>,
    values: Option<ValuesKey>,
    note: Option<String>,
}

/// Writes what was traced in one environment into its findings.
pub(super) fn apply(findings: &mut [Finding], texts: &mut Texts<'_>, job: &Job<'_>, traced: Traced) {
    let mut primaries = Vec::new();
    for (origin, (finding, label)) in traced.origins.into_iter().zip(&job.asked_by) {
        let found = find(texts, job, origin);
        match label {
            None => primaries.push((*finding, found)),
            Some(label) => {
                let label = findings.get_mut(*finding).and_then(|finding| finding.labels.get_mut(*label));
                label.into_iter().for_each(|label| move_label(label, &found));
            }
        }
    }
    // These add labels, so that the numbers of the others hold no longer.
    for (finding, found) in primaries {
        if let Some(finding) = findings.get_mut(finding) {
            move_primary(finding, found, traced.renders);
            tidy(finding);
        }
    }
}

fn find(texts: &mut Texts<'_>, job: &Job<'_>, origin: Origin) -> Found {
    let mut line = |(path, line): &Line| {
        let (source, span) = texts.line(&job.chart.folder, job.files, path, *line)?;
        Some(TemplateLine { source, span })
    };
    let lines: Vec<TemplateLine> = origin.lines.iter().filter_map(&mut line).collect();
    let values = origin.key.as_ref().and_then(|key| job.layers.find(&key.0));
    match (origin.key, values) {
        // Something feeds the field that no file sets, such as a value that a template makes: that is no answer.
        (Some(key), None) => Found {
            level: Level::Unknown,
            lines,
            values: None,
            note: Some(format!("`{key}` feeds it, and no values file sets that")),
        },
        (_, values) => Found { level: origin.level, lines, values, note: origin.note },
    }
}

/// The place to edit: the value, else the line of the template.
fn place(found: &Found) -> Option<(SourceId, Span)> {
    let values = found.values.as_ref().filter(|_| found.level != Level::Likely).and_then(|values| values.place);
    values.or_else(|| found.lines.first().map(|line| (line.source, line.span)))
}

fn move_primary(finding: &mut Finding, found: Found, renders: u32) {
    let rendered = finding.primary.clone();
    let template = found.lines.first().copied();
    if let Some((source, span)) = place(&found) {
        let is_value = template.is_none_or(|line| line.source != source);
        finding.primary = Label { source, span, text: rendered.text.clone() };
        if let Some(line) = template.filter(|_| is_value) {
            let subject = finding.subject.as_ref().map_or_else(|| "this".to_owned(), ToString::to_string);
            let label = Label { source: line.source, span: line.span, text: format!("renders {subject}") };
            finding.labels.insert(0, label);
        }
    }
    finding.provenance = Some(Box::new(Provenance {
        level: found.level,
        rendered,
        template,
        chain: found.lines.into_iter().skip(1).collect(),
        values: found.values,
        note: found.note,
        renders,
    }));
}

fn move_label(label: &mut Label, found: &Found) {
    if let Some((source, span)) = place(found) {
        (label.source, label.span) = (source, span);
    }
}

/// Two places of the render may be one line of the template or of the values.
fn tidy(finding: &mut Finding) {
    let at = |label: &Label| (label.source, label.span);
    let mut kept: Vec<Label> = Vec::new();
    for label in std::mem::take(&mut finding.labels) {
        let is_primary = at(&label) == at(&finding.primary);
        match kept.iter_mut().find(|other| at(other) == at(&label)) {
            Some(other) if other.text.starts_with("renders ") => other.text = label.text,
            Some(_) => {}
            None if is_primary && (finding.primary.text == label.text || label.text.starts_with("renders ")) => {}
            None => kept.push(label),
        }
    }
    finding.labels = kept;
}
