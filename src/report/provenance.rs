//! In words: where a rendered field comes from, and what that means for whoever edits it.

use super::Report;
use crate::finding::{Finding, Level, Provenance, ValuesKey};
use crate::text::{SourceId, Sources, Span};

/// Other keys that are named of one anchor.
const SHARED: usize = 3;

/// What stands beside the primary place: the key of the values, else the field.
pub(super) fn title(finding: &Finding) -> &str {
    let values = finding.provenance.as_ref().and_then(|provenance| provenance.values.as_ref());
    values.filter(|values| values.place.is_some()).map_or(&finding.path, |values| &values.path)
}

/// What there is to say beside the places, each a sentence.
pub(super) fn notes(report: &Report, finding: &Finding) -> Vec<String> {
    let sources = &report.sources;
    let Some(provenance) = &finding.provenance else { return Vec::new() };
    let mut notes = Vec::new();
    match &provenance.values {
        Some(values) => {
            of_key(sources, finding, provenance, values, &mut notes);
            notes.extend(of_subchart(report, finding, values));
        }
        None => notes.extend(without_key(sources, provenance)),
    }
    let chain: Vec<String> =
        provenance.chain.iter().filter_map(|step| line(sources, (step.source, step.span))).collect();
    if !chain.is_empty() {
        notes.push(format!("the template is included from {}", chain.join(", which is included from ")));
    }
    notes
}

fn of_key(sources: &Sources, finding: &Finding, provenance: &Provenance, values: &ValuesKey, notes: &mut Vec<String>) {
    let key = &values.path;
    let place = values.place.and_then(|place| line(sources, place)).unwrap_or_else(|| values.layer.clone());
    match provenance.level {
        Level::Proven if !finding.absent.is_empty() => notes.push(format!("`{key}` adds it: set it there")),
        Level::Default => notes.push(format!("`{key}` is empty, so the template's own default applies")),
        Level::Computed => notes.push(format!("the template computes it from `{key}`")),
        Level::Likely => {
            let why = provenance.note.as_deref().unwrap_or("the chart refuses other values");
            notes.push(format!("probably `{key}` ({place}); not verified: {why}"));
        }
        _ => {}
    }
    if let Some(below) = values.overrides.first().and_then(|place| line(sources, *place)) {
        notes.push(format!("overrides {below}"));
    }
    if values.place.is_none() {
        notes.push(format!("`{key}` is set by {}", values.layer));
    }
    if let Some(refusal) = provenance.note.as_ref().filter(|_| provenance.level != Level::Likely) {
        notes.push(refusal.clone());
    }
    if let Some(above) = values.add_at.and_then(|place| line(sources, place)) {
        notes.push(format!("this environment can set `{key}` for itself at {above}"));
    }
    if !values.shared_with.is_empty() {
        let shown: Vec<String> = values.shared_with.iter().take(SHARED).map(|key| format!("`{key}`")).collect();
        let more = match values.shared_with.len().saturating_sub(SHARED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let others = shown.join(", ");
        notes.push(format!("the line sets {others}{more} as well: give `{key}` a value of its own"));
    }
}

/// A subchart is another chart's business; what it has for its values can be set in those of its parent.
fn of_subchart(report: &Report, finding: &Finding, values: &ValuesKey) -> Option<String> {
    let build = report.builds.get(finding.build)?;
    let chart = build.name.rsplit_once(" (").map_or(build.name.as_str(), |(chart, _)| chart);
    let inside = match chart {
        "." => values.layer.as_str(),
        chart => values.layer.strip_prefix(chart)?.strip_prefix('/')?,
    };
    let is_inner = inside.starts_with("charts/") && values.add_at.is_none();
    is_inner.then(|| format!("set `{}` in the chart's own values to leave the subchart as it is", values.path))
}

fn without_key(sources: &Sources, provenance: &Provenance) -> Option<String> {
    let template = provenance.template.and_then(|step| line(sources, (step.source, step.span)));
    match (provenance.level, template) {
        (Level::TemplateOnly, Some(template)) if provenance.note.is_none() => {
            Some(format!("fixed in {template}: no values key changes it"))
        }
        _ => provenance.note.clone(),
    }
}

/// `helm/api/values.yaml:58`.
fn line(sources: &Sources, (source, span): (SourceId, Span)) -> Option<String> {
    let source = sources.get(source)?;
    Some(format!("{}:{}", source.name, source.position(span.start).line))
}
