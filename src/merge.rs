//! What is found in several environments of one chart is one finding, which names them.

use crate::finding::{Finding, Label, Subject};
use crate::report::Report;
use crate::source::RenderedChart;
use crate::text::{SourceId, Span};
use std::collections::HashMap;
use std::path::Path;

/// What makes two findings the same: everything but the environment and what its render looks like.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Identity {
    chart: usize,
    rule: &'static str,
    subject: Option<Subject>,
    counterpart: Option<Subject>,
    path: String,
    message: String,
    /// The place to edit, where that is no rendered text.
    place: Option<(SourceId, Span)>,
    /// The key to set, which may not be in a file.
    key: Option<String>,
}

/// Merges the findings of environments and sorts the rest anew: places may have changed since they were found.
pub fn environments(report: &mut Report, charts: &[RenderedChart]) {
    let chart_of = charts_of_builds(report.builds.len(), charts);
    let mut seen: HashMap<Identity, usize> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::with_capacity(report.findings.len());
    let mut findings = std::mem::take(&mut report.findings);
    // The first environment of a chart is the one whose places are shown.
    findings.sort_by_key(|finding| finding.build);
    for finding in findings {
        let Some(chart) = chart_of.get(finding.build).copied().flatten() else {
            kept.push(finding);
            continue;
        };
        let identity = identity(report, chart, &finding);
        match seen.get(&identity).and_then(|first| kept.get_mut(*first)) {
            Some(first) => absorb(first, finding, |label| !is_rendered(report, label)),
            None => {
                seen.insert(identity, kept.len());
                kept.push(finding);
            }
        }
    }
    kept.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    report.findings = kept;
}

fn charts_of_builds(builds: usize, charts: &[RenderedChart]) -> Vec<Option<usize>> {
    let mut folders: Vec<&Path> = Vec::new();
    let mut chart_of = vec![None; builds];
    for chart in charts {
        let number = folders.iter().position(|folder| *folder == chart.folder).unwrap_or_else(|| {
            folders.push(&chart.folder);
            folders.len() - 1
        });
        if let Some(slot) = chart_of.get_mut(chart.build) {
            *slot = Some(number);
        }
    }
    chart_of
}

fn identity(report: &Report, chart: usize, finding: &Finding) -> Identity {
    let place = (finding.primary.source, finding.primary.span);
    Identity {
        chart,
        rule: finding.rule,
        subject: finding.subject.clone(),
        counterpart: finding.counterpart.clone(),
        path: finding.path.clone(),
        message: finding.message.clone(),
        place: (!is_rendered(report, &finding.primary)).then_some(place),
        key: finding.provenance.as_ref().and_then(|provenance| Some(provenance.values.as_ref()?.path.clone())),
    }
}

fn is_rendered(report: &Report, label: &Label) -> bool {
    report.sources.get(label.source).is_none_or(|source| source.made_from.is_some())
}

/// One more environment; what it points at in files of its own is shown too, because both are to be edited.
fn absorb(first: &mut Finding, other: Finding, in_a_file: impl Fn(&Label) -> bool) {
    if first.build != other.build && !first.also_in.contains(&other.build) {
        first.also_in.push(other.build);
    }
    let at = |label: &Label| (label.source, label.span);
    for label in other.labels {
        let known = at(&first.primary) == at(&label) || first.labels.iter().any(|known| at(known) == at(&label));
        if !known && in_a_file(&label) {
            first.labels.push(label);
        }
    }
}
