//! One chart in one environment: the template line and the values key of each field that findings point at.

use crate::finding::{Absent, Level};
use crate::provenance::absence::{self, MissingField, MissingObject};
use crate::provenance::candidates::{KeyPath, Step, leaves, text_of};
use crate::provenance::instrument::{Marks, instrument};
use crate::provenance::marks::{Mark, Stripped, strip};
use crate::provenance::rendered::{Part, Place, Rendered};
use crate::provenance::scratch::prepare;
use crate::provenance::sentinel::names::keys_of_field;
use crate::provenance::sentinel::{self, Answer, Budget, How, Target};
use crate::provenance::subcharts::template_file;
use crate::provenance::{original, overlay, unset};
use crate::source::render::{RenderError, RenderRequest, Renderer};
use crate::source::{ChartFiles, RenderedChart, Scratch};
use crate::text::{LineIndex, Span};
use crate::yaml::{NodeKind, NodeRef};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Renders of one chart in one environment, the linted one not counted.
const RENDERS: u32 = 12;
/// Renders that it may take until marked templates render.
const ATTEMPTS: usize = 3;
/// Characters of helm's message that are told.
const LONGEST: usize = 300;
/// Leaves of a map or list that tell where all of it comes from.
const LEAVES: usize = 4;

/// A template of ours that prints the values as helm has put them together.
const DUMP: &str = "templates/aip-values.yaml";
const DUMP_NAME: &str = "aip-values";
const DUMP_TEXT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aip-values\ndata:\n  values: {{ .Values | toJson | toJson }}\n";

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

/// A copy of the chart that renders the same fields, with what its render tells.
struct Copy {
    scratch: Scratch,
    marks: Option<(Marks, Stripped)>,
    base: Rendered,
    values: Value,
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

/// The questions as what is searched for; each knows its targets by index.
struct Asked {
    targets: Vec<Target>,
    missing_fields: Vec<MissingField>,
    missing_objects: Vec<MissingObject>,
    /// For each question its targets with their paths below the place.
    of: Vec<Vec<(usize, String)>>,
    absent_of: Vec<(Vec<usize>, Vec<usize>)>,
}

impl Asked {
    fn new(questions: &[Question], places: &[Option<Place>], linted: &Rendered) -> Self {
        let mut asked = Self {
            targets: Vec::new(),
            missing_fields: Vec::new(),
            missing_objects: Vec::new(),
            of: Vec::new(),
            absent_of: Vec::new(),
        };
        for (question, place) in questions.iter().zip(places) {
            let mut own = Vec::new();
            let mut absent = (Vec::new(), Vec::new());
            if let Some(place) = place {
                let field = field_of(question, place, linted);
                for path in field.map(|field| scalars(linted, place.document, field)).unwrap_or_default() {
                    let below = path.get(field.map_or(0, str::len)..).unwrap_or_default().to_owned();
                    own.extend(asked.target(linted, place.document, &path).map(|index| (index, below)));
                }
                absent = asked.missing(question, place, linted);
            }
            asked.of.push(own);
            asked.absent_of.push(absent);
        }
        asked
    }

    fn target(&mut self, linted: &Rendered, document: usize, path: &str) -> Option<usize> {
        let target = Target::of(linted, document, path)?;
        let known =
            self.targets.iter().position(|other| other.path == target.path && other.document == target.document);
        Some(known.unwrap_or_else(|| {
            self.targets.push(target);
            self.targets.len() - 1
        }))
    }

    fn missing(&mut self, question: &Question, place: &Place, linted: &Rendered) -> (Vec<usize>, Vec<usize>) {
        let mut indices = (Vec::new(), Vec::new());
        let Some(document) = linted.identities().get(place.document) else { return indices };
        // A field that the finding names and that is not there, or holds nothing.
        let empty = question.field.iter().filter(|field| {
            linted.value_at(place.document, field).is_none_or(|value| value.is_null()) && field.contains('.')
        });
        let empty: Vec<Absent> = empty.map(|field| Absent::Field(field.clone())).collect();
        for absent in question.absent.iter().chain(&empty) {
            match absent {
                Absent::Field(path) => {
                    indices.0.push(self.missing_fields.len());
                    self.missing_fields.push(MissingField { document: document.clone(), path: path.clone() });
                }
                Absent::Object(kind) => {
                    indices.1.push(self.missing_objects.len());
                    let kind = (*kind).to_owned();
                    self.missing_objects.push(MissingObject { document: document.clone(), kind });
                }
            }
        }
        indices
    }

    /// Whether a question is about something that is not there.
    fn misses_something(&self, number: usize) -> bool {
        self.absent_of.get(number).is_some_and(|(fields, objects)| !fields.is_empty() || !objects.is_empty())
    }

    /// Whether the place of a question holds a map or list: what is missing in it would be added there.
    fn is_map(&self, number: usize) -> bool {
        self.of.get(number).is_some_and(|own| own.iter().any(|(_, below)| !below.is_empty()))
    }

    /// Whether every key that could add what a question misses was tried.
    fn offers_nothing(&self, number: usize, fields: &[Answer], objects: &[Answer]) -> bool {
        self.absent_of.get(number).is_some_and(|(of_fields, of_objects)| {
            let fields = of_fields.iter().filter_map(|index| fields.get(*index));
            fields.chain(of_objects.iter().filter_map(|index| objects.get(*index))).all(|answer| answer.exhausted)
        })
    }

    /// The key that would set what a question misses.
    fn absent(&self, number: usize, fields: &[Answer], objects: &[Answer]) -> Option<KeyPath> {
        let (of_fields, of_objects) = self.absent_of.get(number)?;
        let fields = of_fields.iter().filter_map(|index| fields.get(*index));
        let objects = of_objects.iter().filter_map(|index| objects.get(*index));
        fields.chain(objects).filter(|answer| answer.confirmed).find_map(|answer| answer.key.clone())
    }

    fn origin(
        &self,
        number: usize,
        answers: &[Answer],
        lines: Vec<Line>,
        files: &ChartFiles,
        values: &Value,
        spent: bool,
    ) -> Origin {
        let own = self.of.get(number).map(Vec::as_slice).unwrap_or_default();
        let mut answered: Vec<(&Answer, &str, usize)> = Vec::new();
        answered.extend(own.iter().filter_map(|(index, below)| Some((answers.get(*index)?, below.as_str(), *index))));
        let origin = |level, key, note| Origin { level, lines: lines.clone(), key, note };
        let whole = match answered.as_slice() {
            [(answer, "", _)] => answer.key.clone().filter(|_| answer.confirmed).map(|key| (key, answer.how)),
            several => common_key(several).map(|key| (key, Some(How::Direct))),
        };
        if let Some((key, how)) = whole {
            let level = match how {
                Some(How::Default) => Level::Default,
                Some(How::Part | How::Computed) => Level::Computed,
                _ => Level::Proven,
            };
            return origin(level, Some(key), None);
        }
        let refused = answered.iter().find_map(|(answer, _, _)| answer.refused.clone());
        if let ([(_, "", target)], Some(refused)) = (answered.as_slice(), &refused)
            && let Some(key) = self.read_by(*target, lines.first(), files, values)
        {
            return origin(Level::Likely, Some(key), Some(refused.clone()));
        }
        let exhausted = !answered.is_empty() && answered.iter().all(|(answer, _, _)| answer.exhausted);
        let reads_something =
            lines.first().is_none_or(|line| text_of_line(files, line).is_none_or(|text| text.contains("{{")));
        if exhausted && !lines.is_empty() {
            let note = reads_something.then(|| "no key that the values have changes it".to_owned());
            return origin(Level::TemplateOnly, None, note);
        }
        if answered.is_empty() {
            return origin(Level::Unknown, None, None);
        }
        let note = match refused {
            Some(refused) => format!("helm refuses other values: {refused}"),
            None if spent => format!("the key was not found within {RENDERS} renders"),
            None => "no key of the values was found that changes it".to_owned(),
        };
        origin(Level::Unknown, None, Some(note))
    }

    /// The key on a line that reads one key of the value of the field.
    fn read_by(&self, target: usize, line: Option<&Line>, files: &ChartFiles, values: &Value) -> Option<KeyPath> {
        let line = line?;
        let file = &line.0;
        let mut keys = unset::read_in(file, text_of_line(files, line)?);
        keys.dedup();
        let [keys] = keys.as_slice() else { return None };
        let value = keys.iter().try_fold(values, |value, key| value.get(key))?;
        let same = text_of(value).is_some() && text_of(value) == text_of(&self.targets.get(target)?.value);
        same.then(|| KeyPath::of_keys(keys))
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

fn text_of_line<'f>(files: &'f ChartFiles, (file, number): &Line) -> Option<&'f str> {
    let text = str::from_utf8(files.files.get(file)?).ok()?;
    text.lines().nth(usize::try_from(number.checked_sub(1)?).ok()?)
}

/// The field that a place stands for. What is marked may only be near it: the name of an object or a container, of which
/// something else is said. A key that changes that name is no answer.
fn field_of<'p>(question: &'p Question, place: &'p Place, linted: &Rendered) -> Option<&'p str> {
    let Some(field) = &question.field else {
        let is_name = place.path == "metadata.name" || place.path.ends_with("].name");
        return (!is_name && !place.path.is_empty()).then_some(place.path.as_str());
    };
    if field == "metadata.name" {
        return None;
    }
    let is_there = linted.at(place.document, field).is_some_and(|node| !node.is_null());
    if is_there || linted.embedded(place.document, field).is_some() {
        return Some(field);
    }
    linted.nearest_map(place.document, field)
}

/// Paths of the scalars that tell where a field comes from: itself, or some of what is inside.
fn scalars(linted: &Rendered, document: usize, field: &str) -> Vec<String> {
    match linted.at(document, field).map(|node| node.kind()) {
        Some(NodeKind::Scalar) => return vec![field.to_owned()],
        Some(_) => {}
        None => {
            let value = linted.value_at(document, field).unwrap_or_default();
            let inside = leaves(&value).into_iter().map(|leaf| format!("{field}{}", written_below(&leaf.path)));
            return inside.take(LEAVES).collect();
        }
    }
    let inside = |path: &str| path.strip_prefix(field).is_some_and(|rest| rest.starts_with(['.', '[']));
    let fields = linted.fields(document).into_iter().map(|field| field.path).filter(|path| inside(path));
    fields.take(LEAVES).collect()
}

/// The key of a map or list, if all that was looked at inside is fed by what is at the same path below it.
fn common_key(answered: &[(&Answer, &str, usize)]) -> Option<KeyPath> {
    let mut common: Option<KeyPath> = None;
    for (answer, below, _) in answered {
        let key = answer.key.as_ref().filter(|_| answer.confirmed && answer.how == Some(How::Direct))?;
        let depth = (0..key.0.len()).rev().find(|depth| {
            let rest = KeyPath(key.0.iter().skip(*depth).cloned().collect());
            written_below(&rest) == *below
        })?;
        let prefix = KeyPath(key.0.iter().take(depth).cloned().collect());
        if prefix.0.is_empty() || common.as_ref().is_some_and(|common| *common != prefix) {
            return None;
        }
        common = Some(prefix);
    }
    common
}

/// A path as it continues another: `.weight`, `[0].weight`.
fn written_below(path: &KeyPath) -> String {
    let text = path.to_string();
    match path.0.first() {
        Some(Step::Key(_)) if !text.starts_with('[') => format!(".{text}"),
        _ => text,
    }
}

/// Copies the chart so that it renders with marks; where it does not, with fewer of them, at last as it is.
fn copy(
    chart: &RenderedChart,
    files: &ChartFiles,
    (needed, kept): (&BTreeSet<String>, &BTreeSet<String>),
    renderer: &dyn Renderer,
    budget: &mut Budget,
) -> Option<Copy> {
    let mut exclude = BTreeSet::new();
    let mut defines_too = true;
    for _ in 0..ATTEMPTS {
        let mut copied = prepare(&files.files, kept);
        let marks = instrument(&mut copied, needed, &exclude, defines_too);
        match render_copy(chart, copied, renderer, budget)? {
            (scratch, Ok(text)) => {
                let stripped = strip(&text);
                let base = Rendered::parse(&stripped.text);
                return finish(scratch, Some((marks, stripped)), base);
            }
            (_, Err(message)) => {
                let named = files.files.keys().find(|file| !exclude.contains(*file) && message.contains(file.as_str()));
                match named {
                    Some(file) => drop(exclude.insert(file.clone())),
                    None if defines_too => defines_too = false,
                    None => break,
                }
            }
        }
    }
    let (scratch, outcome) = render_copy(chart, files.files.clone(), renderer, budget)?;
    finish(scratch, None, Rendered::parse(&outcome.ok()?))
}

/// Renders a copy with the template that prints the values; `None` where there is no render left or no room to write.
fn render_copy(
    chart: &RenderedChart,
    mut files: BTreeMap<String, Vec<u8>>,
    renderer: &dyn Renderer,
    budget: &mut Budget,
) -> Option<(Scratch, Result<String, String>)> {
    files.insert(DUMP.to_owned(), DUMP_TEXT.as_bytes().to_vec());
    let scratch = Scratch::new(&files).ok()?;
    budget.take().then_some(())?;
    let rendered = renderer.render(&chart.request.of_chart(&scratch.chart()));
    let rendered = rendered.map_err(|error| message_of(error, &scratch));
    Some((scratch, rendered))
}

fn finish(scratch: Scratch, marks: Option<(Marks, Stripped)>, base: Rendered) -> Option<Copy> {
    let dump = base.identities().iter().position(|identity| identity.name == DUMP_NAME)?;
    let values = serde_json::from_str(base.at(dump, "data.values")?.text()?.as_ref()).ok()?;
    // Later renders need no dump.
    scratch.write(&format!("chart/{DUMP}"), b"").ok()?;
    Some(Copy { scratch, marks, base, values })
}

fn render_with(
    scratch: &Scratch,
    request: &RenderRequest,
    values: &Value,
    number: u32,
    renderer: &dyn Renderer,
) -> Result<Rendered, String> {
    let written = scratch.write(&format!("values-{number}.json"), values.to_string().as_bytes());
    let file = written.map_err(|error| format!("a values file cannot be written: {error}"))?;
    let mut request = request.with_values(&file);
    request.sets.extend(overlay::above_sets(values, &request.sets));
    let rendered = renderer.render(&request).map(|text| Rendered::parse(&strip(&text).text));
    rendered.map_err(|error| message_of(error, scratch))
}

/// Helm's message as one line, without the place of the copy, which is another in each run.
fn message_of(error: RenderError, scratch: &Scratch) -> String {
    let message = match error {
        RenderError::Refused(message) | RenderError::Stopped(message) => message,
        RenderError::Absent { program } => format!("there is no {program} here"),
        RenderError::TooOld { version } => format!("helm {version} is too old"),
    };
    let folder = scratch.chart().parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let words = message.replace(&folder, "");
    let mut line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

impl Copy {
    /// The lines that wrote a place, innermost first, if the copy has the same there.
    fn lines(&self, linted: &Rendered, place: &Place) -> Vec<Line> {
        let Some((marks, stripped)) = &self.marks else { return Vec::new() };
        self.marks_at(linted, place, stripped)
            .into_iter()
            .flatten()
            .filter_map(|mark| Some((marks.path(*mark)?.to_owned(), mark.line)))
            .collect()
    }

    fn marks_at<'s>(&self, linted: &Rendered, place: &Place, stripped: &'s Stripped) -> Option<&'s Vec<Mark>> {
        let document = self.base.find(linted.identities().get(place.document)?)?;
        let was = linted.at(place.document, &place.path)?;
        let is = self.base.at(document, &place.path)?;
        if !is_same(was, is) {
            return None;
        }
        let key = || self.base.root(document)?.entry_at(&place.path).map(|entry| entry.key_span());
        let span = match place.part {
            Part::Key => key().unwrap_or_else(|| is.span()),
            Part::Value | Part::Item => is.span(),
        };
        let line = LineIndex::new(&stripped.text).line(span.start);
        stripped.lines.get(usize::try_from(line.checked_sub(1)?).ok()?)
    }
}

/// Whether two places hold the same. Of a map only the keys count: some value deep inside may be random.
fn is_same(one: NodeRef<'_>, other: NodeRef<'_>) -> bool {
    if one.kind() != NodeKind::Mapping || other.kind() != NodeKind::Mapping {
        return one.to_json() == other.to_json();
    }
    one.entries().map(|entry| entry.key().into_owned()).eq(other.entries().map(|entry| entry.key().into_owned()))
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
