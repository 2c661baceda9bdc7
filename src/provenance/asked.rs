//! Questions as what is searched for, and what the search found as answers to them.

use crate::finding::{Absent, Level};
use crate::provenance::absence::{MissingField, MissingObject};
use crate::provenance::candidates::{KeyPath, Step, leaves, text_of};
use crate::provenance::rendered::{Place, Rendered};
use crate::provenance::sentinel::{Answer, How, Target};
use crate::provenance::trace::{Line, Origin, Question, RENDERS};
use crate::provenance::unset;
use crate::source::ChartFiles;
use crate::yaml::NodeKind;
use serde_json::Value;

/// Leaves of a map or list that tell where all of it comes from.
const LEAVES: usize = 4;

/// The questions as what is searched for; each knows its targets by index.
pub(super) struct Asked {
    pub(super) targets: Vec<Target>,
    pub(super) missing_fields: Vec<MissingField>,
    pub(super) missing_objects: Vec<MissingObject>,
    /// For each question its targets with their paths below the place.
    of: Vec<Vec<(usize, String)>>,
    absent_of: Vec<(Vec<usize>, Vec<usize>)>,
}

impl Asked {
    pub(super) fn new(questions: &[Question], places: &[Option<Place>], linted: &Rendered) -> Self {
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
    pub(super) fn misses_something(&self, number: usize) -> bool {
        self.absent_of.get(number).is_some_and(|(fields, objects)| !fields.is_empty() || !objects.is_empty())
    }

    /// Whether the place of a question holds a map or list: what is missing in it would be added there.
    pub(super) fn is_map(&self, number: usize) -> bool {
        self.of.get(number).is_some_and(|own| own.iter().any(|(_, below)| !below.is_empty()))
    }

    /// Whether every key that could add what a question misses was tried.
    pub(super) fn offers_nothing(&self, number: usize, fields: &[Answer], objects: &[Answer]) -> bool {
        self.absent_of.get(number).is_some_and(|(of_fields, of_objects)| {
            let fields = of_fields.iter().filter_map(|index| fields.get(*index));
            fields.chain(of_objects.iter().filter_map(|index| objects.get(*index))).all(|answer| answer.exhausted)
        })
    }

    /// The key that would set what a question misses.
    pub(super) fn absent(&self, number: usize, fields: &[Answer], objects: &[Answer]) -> Option<KeyPath> {
        let (of_fields, of_objects) = self.absent_of.get(number)?;
        let fields = of_fields.iter().filter_map(|index| fields.get(*index));
        let objects = of_objects.iter().filter_map(|index| objects.get(*index));
        fields.chain(objects).filter(|answer| answer.confirmed).find_map(|answer| answer.key.clone())
    }

    pub(super) fn origin(
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
