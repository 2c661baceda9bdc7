//! A copy of a chart that renders the same fields, marked so that each line tells the template line that wrote it.

use crate::provenance::instrument::{Marks, instrument};
use crate::provenance::marks::{Mark, Stripped, strip};
use crate::provenance::overlay;
use crate::provenance::rendered::{Part, Place, Rendered};
use crate::provenance::scratch::prepare;
use crate::provenance::sentinel::Budget;
use crate::provenance::trace::Line;
use crate::source::render::{RenderError, RenderRequest, Renderer};
use crate::source::{ChartFiles, RenderedChart, Scratch};
use crate::text::LineIndex;
use crate::yaml::{NodeKind, NodeRef};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Renders that it may take until marked templates render.
const ATTEMPTS: usize = 3;
/// Characters of helm's message that are told.
const LONGEST: usize = 300;

/// A template of ours that prints the values as helm has put them together.
const DUMP: &str = "templates/aip-values.yaml";
const DUMP_NAME: &str = "aip-values";
const DUMP_TEXT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: aip-values\ndata:\n  values: {{ .Values | toJson | toJson }}\n";

/// A copy of the chart that renders the same fields, with what its render tells.
pub(super) struct Copy {
    pub(super) scratch: Scratch,
    marks: Option<(Marks, Stripped)>,
    pub(super) base: Rendered,
    pub(super) values: Value,
}

/// Copies the chart so that it renders with marks; where it does not, with fewer of them, at last as it is.
pub(super) fn copy(
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

pub(super) fn render_with(
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
    pub(super) fn lines(&self, linted: &Rendered, place: &Place) -> Vec<Line> {
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
