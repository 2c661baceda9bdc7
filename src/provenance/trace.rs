//! One chart in one environment: the template line and the values key of each field that findings point at.

use crate::finding::{Absent, Level};
use crate::provenance::absence;
use crate::provenance::asked::Asked;
use crate::provenance::candidates::KeyPath;
use crate::provenance::copy::{copy, render_with};
use crate::provenance::rendered::{Place, Rendered};
use crate::provenance::sentinel::names::keys_of_field;
use crate::provenance::sentinel::{self, Budget};
use crate::provenance::subcharts::template_file;
use crate::provenance::{original, unset};
use crate::source::render::Renderer;
use crate::source::{ChartFiles, RenderedChart};
use crate::text::Span;
use serde_json::Value;
use std::collections::BTreeSet;

/// Renders of one chart in one environment, the linted one not counted.
pub(super) const RENDERS: u32 = 12;

/// A place in the rendered text that is asked about.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The bytes, in the whole text.
    pub(super) span: Span,
    /// The field that the finding is about, for its primary place: what is marked may only be near it.
    pub(super) field: Option<String>,
    /// What is missing there.
    pub(super) absent: Vec<Absent>,
    /// It is the primary place of an error.
    pub(super) fails: bool,
}

/// A line of a template: path below the chart's folder, and number.
pub(super) type Line = (String, u32);

/// What is known of a place.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) level: Level,
    /// The line that wrote it, and those that included that one.
    pub(super) lines: Vec<Line>,
    pub(super) key: Option<KeyPath>,
    pub(super) note: Option<String>,
}

/// Answers for one environment.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) origins: Vec<Origin>,
    pub(super) renders: u32,
}

/// Traces places of the render of a chart.
pub(super) fn trace(
    chart: &RenderedChart,
    files: &ChartFiles,
    nulls: &[KeyPath],
    renderer: &dyn Renderer,
    questions: &[Question],
) -> Traced {
    let linted = Rendered::parse(&chart.text);
    let places: Vec<Option<Place>> = questions.iter().map(|question| linted.locate(question.span)).collect();
    let needed = places.iter().flatten().filter_map(|place| linted.identities().get(place.document));
    let needed: BTreeSet<String> =
        needed.filter_map(|identity| template_file(&files.files, &identity.source)).collect();
    let mut budget = Budget::new(RENDERS);
    let absent = questions.iter().flat_map(|question| &question.absent);
    let missing: BTreeSet<&str> = absent.filter_map(object_of).collect();
    let mut kept = needed.clone();
    if !missing.is_empty() {
        // An object that is missing may come from any template. Definitions are long, and slow to render.
        kept.extend(
            files.files.iter().filter(|(_, bytes)| !defines_only(bytes, &missing)).map(|(path, _)| path.clone()),
        );
    }
    let Some(copy) = copy(chart, files, (&needed, &kept), renderer, &mut budget) else {
        let unknown = Origin::unknown("the chart's copy does not render".to_owned());
        return Traced { origins: vec![unknown; questions.len()], renders: budget.used() };
    };
    let asked = Asked::new(questions, &places, &linted);
    let request = chart.request.of_chart(&copy.scratch.chart());
    let mut number = 0;
    let mut probe = |values: &Value| {
        number += 1;
        render_with(&copy.scratch, &request, values, number, renderer)
    };
    let fields = sentinel::search(&asked.targets, &copy.values, nulls, &copy.base, &mut probe, &mut budget);
    let mut unset = unset::keys(files, &needed, &copy.values);
    unset.extend_from_slice(nulls);
    let missing = absence::fields(&asked.missing_fields, &copy.values, &unset, &copy.base, &mut probe, &mut budget);
    let objects = absence::objects(&asked.missing_objects, &copy.values, nulls, &copy.base, &mut probe, &mut budget);
    let spent = budget.left() == 0;
    let origins = places.iter().enumerate().map(|(number, place)| {
        let Some(place) = place else { return Origin::unknown("the place is in no document of the render".to_owned()) };
        let lines = copy.lines(&linted, place);
        let absent = asked.absent(number, &missing, &objects);
        if let Some(key) = absent {
            return Origin { level: Level::Proven, lines, key: Some(key), note: None };
        }
        let is_absent = asked.misses_something(number);
        if is_absent && !asked.is_map(number) {
            // What stands at the place is not what the finding is about.
            if !asked.offers_nothing(number, &missing, &objects) || lines.is_empty() {
                return Origin { level: Level::Unknown, lines, key: None, note: None };
            }
            let skipped = questions.get(number).and_then(|question| skipped(question, files, &lines));
            let level = if skipped.is_some() { Level::Unknown } else { Level::TemplateOnly };
            let note = skipped.map(|key| format!("a branch of the template that is not taken writes `{key}`"));
            let note = note.or_else(|| Some("no values key adds it: it is added in the template".to_owned()));
            return Origin { level, lines, key: None, note };
        }
        let origin = asked.origin(number, &fields, lines, files, &copy.values, spent);
        if is_absent && origin.level == Level::TemplateOnly && origin.note.is_some() {
            // What is beside the field stays for all keys; a key for all of the map might still add it.
            let note = Some("no key with its name adds it".to_owned());
            return Origin { level: Level::Unknown, note, ..origin };
        }
        origin
    });
    let mut origins: Vec<Origin> = origins.collect();
    let failing = origins.iter().zip(questions).filter(|(_, question)| question.fails);
    let keys: BTreeSet<KeyPath> = failing.filter_map(|(origin, _)| origin.key.clone()).collect();
    let keys: Vec<KeyPath> = keys.into_iter().collect();
    let mut as_it_is = |values: &Value| {
        number += 1;
        render_with(&copy.scratch, &chart.request, values, number, renderer).map(drop)
    };
    let refused = original::refusals(&keys, &copy.values, &copy.base, &mut as_it_is, &mut budget);
    for (origin, question) in origins.iter_mut().zip(questions) {
        let said =
            origin.key.as_ref().filter(|_| question.fails && origin.note.is_none()).and_then(|key| refused.get(key));
        origin.note = said.cloned().or(origin.note.take());
    }
    Traced { origins, renders: budget.used() }
}

impl Origin {
    fn unknown(note: String) -> Self {
        Self { level: Level::Unknown, lines: Vec::new(), key: None, note: Some(note) }
    }
}

fn object_of(absent: &Absent) -> Option<&'static str> {
    match absent {
        Absent::Object(kind) => Some(kind),
        Absent::Field(_) => None,
    }
}

/// Whether a template holds definitions of custom resources, and no object of some kinds.
fn defines_only(template: &[u8], kinds: &BTreeSet<&str>) -> bool {
    let Ok(text) = str::from_utf8(template) else { return false };
    text.contains("kind: CustomResourceDefinition") && !kinds.iter().any(|kind| text.contains(kind))
}

/// The key of a missing field that the templates of a place do write: some switch leaves it out.
fn skipped(question: &Question, files: &ChartFiles, lines: &[Line]) -> Option<String> {
    let absent = question.absent.iter().map(|absent| match absent {
        Absent::Field(path) => Some(path),
        Absent::Object(_) => None,
    });
    // Where an object is missing, the finding's own field is that of its workload.
    let mut paths: Vec<&String> = absent.collect::<Option<_>>()?;
    paths.extend(&question.field);
    let mut keys = paths.into_iter().filter_map(|path| keys_of_field(path).pop());
    let texts = || lines.iter().filter_map(|(file, _)| str::from_utf8(files.files.get(file)?).ok());
    let is_written = |key: &String| {
        let written = format!("{key}:");
        texts().any(|text| text.lines().any(|line| line.trim_start().starts_with(&written)))
    };
    keys.find(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_of_definitions_alone_is_left_out_and_one_with_the_object_as_well_stays() {
        let definition = "kind: CustomResourceDefinition\n";
        let kinds = BTreeSet::from(["PodDisruptionBudget"]);
        assert!(defines_only(definition.as_bytes(), &kinds));
        assert!(!defines_only(format!("{definition}---\nkind: PodDisruptionBudget\n").as_bytes(), &kinds));
        assert!(!defines_only(b"kind: Deployment\n", &kinds));
    }
}
