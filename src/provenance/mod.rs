//! From a finding in a rendered manifest to the template line that wrote the field and the values line that feeds it.
//!
//! Measured, not guessed: an instrumented render tells the line, renders with changed values tell the key. Findings and
//! exit codes stay what they are.

pub mod absence;
mod apply;
mod asked;
mod assignments;
pub mod candidates;
mod copy;
pub mod instrument;
mod kustomizations;
mod kustomize;
pub mod layers;
pub mod marks;
mod original;
mod overlay;
pub mod rendered;
pub mod scratch;
pub mod sentinel;
mod shape;
mod steps;
pub mod subcharts;
pub mod template;
#[cfg(test)]
mod testing;
mod texts;
mod trace;
mod unset;

pub use kustomizations::trace_kustomizations;

use crate::finding::{Absent, Severity};
use crate::provenance::candidates::KeyPath;
use crate::provenance::layers::Layers;
use crate::provenance::texts::Texts;
use crate::provenance::trace::{Question, Traced};
use crate::report::{Diagnostic, Gravity, Report};
use crate::source::render::Renderer;
use crate::source::{ChartFiles, RenderedChart};
use crate::text::{SourceId, Span};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One environment with findings: what is asked about, and whose places those are.
struct Job<'a> {
    chart: &'a RenderedChart,
    files: &'a ChartFiles,
    layers: Layers,
    nulls: Vec<KeyPath>,
    questions: Vec<Question>,
    /// For each question the finding, and the label or the primary place of it.
    asked_by: Vec<AskedBy>,
}

/// A finding by its number, and one of its labels, or its primary place.
type AskedBy = (usize, Option<usize>);
/// Questions with those that ask them.
type Asked = Vec<(Question, AskedBy)>;

/// Follows the findings in rendered charts back to what a person edits, and moves their places there. What a finding
/// says, and whether the run fails, stays as it is.
pub fn trace(report: &mut Report, charts: &[RenderedChart], renderer: &dyn Renderer) {
    let mut files: BTreeMap<PathBuf, ChartFiles> = BTreeMap::new();
    let mut asked: Vec<(&RenderedChart, Asked)> = Vec::new();
    for chart in charts {
        let questions = questions(report, chart);
        if questions.is_empty() {
            continue;
        }
        if !files.contains_key(&chart.folder) {
            match ChartFiles::read(&chart.folder) {
                Ok(read) => drop(files.insert(chart.folder.clone(), read)),
                Err(error) => {
                    let name = crate::source::display_name(&chart.folder);
                    let message = format!("findings in {name} are not followed to its templates: {error}");
                    report.diagnostics.push(Diagnostic { gravity: Gravity::Note, message, help: None, place: None });
                    continue;
                }
            }
        }
        asked.push((chart, questions));
    }
    let mut texts = Texts::new(&mut report.sources);
    let mut trees = BTreeMap::new();
    let jobs: Vec<Job<'_>> = asked
        .into_iter()
        .filter_map(|(chart, asked)| {
            let files = files.get(&chart.folder)?;
            let tree = trees.entry(&chart.folder).or_insert_with(|| texts.tree(&chart.folder, files));
            let overlays = texts.overlays(&chart.request.values);
            let nulls = texts::nulls(tree, &overlays);
            let layers = Layers::new(std::sync::Arc::clone(tree), overlays, &chart.request.sets);
            let (questions, asked_by) = asked.into_iter().unzip();
            Some(Job { chart, files, layers, nulls, questions, asked_by })
        })
        .collect();
    let traced: Vec<Traced> =
        jobs.par_iter().map(|job| trace::trace(job.chart, job.files, &job.nulls, renderer, &job.questions)).collect();
    for (job, traced) in jobs.iter().zip(traced) {
        apply::apply(&mut report.findings, &mut texts, job, traced);
    }
}

/// The places of findings that are in the render of a chart.
fn questions(report: &Report, chart: &RenderedChart) -> Asked {
    let whole = |source: SourceId, span: Span| {
        let (_, start) = chart.pieces.iter().find(|(piece, _)| *piece == source)?;
        let start = u32::try_from(*start).ok()?;
        Some(Span::new(span.start.checked_add(start)?, span.end.checked_add(start)?))
    };
    let mut asked = Vec::new();
    for (number, finding) in report.findings.iter().enumerate().filter(|(_, finding)| finding.build == chart.build) {
        let primary = [(None, &finding.primary)];
        let labels = finding.labels.iter().enumerate().map(|(index, label)| (Some(index), label));
        for (label, at) in primary.into_iter().chain(labels) {
            let Some(span) = whole(at.source, at.span) else { continue };
            let absent: Vec<Absent> = if label.is_none() { finding.absent.clone() } else { Vec::new() };
            let field = label.is_none().then(|| finding.path.clone());
            let fails = label.is_none() && finding.severity == Severity::Error;
            asked.push((Question { span, field, absent, fails }, (number, label)));
        }
    }
    asked
}
