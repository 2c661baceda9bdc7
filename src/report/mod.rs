//! Turns a finished run into text. The only part, beside fixes and the baseline, that writes.

pub mod concise;
pub mod diagnostics;
pub mod github;
pub mod github_summary;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod summary;

mod excerpt;
mod frame;
mod paint;
mod place;
mod provenance;
mod sanitize;
#[cfg(test)]
mod testing;
mod words;
mod wrap;

pub use diagnostics::render as render_diagnostics;

use crate::finding::{Finding, Severity};
use crate::model::summary::WorkloadSummary;
use crate::rule::meta::Meta;
use crate::text::{SourceId, Sources, Span};
use std::time::Duration;

/// How a report is written. The caller finds out about terminals; reporters only obey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether to use colours.
    pub colour: bool,
    /// Columns to wrap at; the human format is never narrower than 40.
    pub width: usize,
    /// Whether [`Gravity::Detail`] is shown.
    pub verbose: bool,
}

impl Default for RenderOptions {
    /// What suits a file: no colour, 100 columns.
    fn default() -> Self {
        Self { colour: false, width: 100, verbose: false }
    }
}

/// One rule as reporters see it.
#[derive(Debug, Clone)]
pub struct RuleInfo {
    /// The id, which is the folder's name.
    pub id: &'static str,
    /// The page's front matter.
    pub meta: Meta,
    /// The page's Markdown after the front matter.
    pub page: &'static str,
}

/// How grave a diagnostic of the tool itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Worth knowing; the exit code does not change. Shown under `-v`.
    Detail,
    /// Worth knowing; the exit code does not change. Always shown.
    Note,
    /// Something in scope could not be read or the run could not be done: exit code 2.
    Failure,
}

/// What the tool says about its own work: unreadable paths, things left alone. Goes to stderr, never into a report
/// for machines except as a tool notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub gravity: Gravity,
    /// What was tried and what went wrong, one line.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where, if it is about a place in a text.
    pub place: Option<(SourceId, Span)>,
}

/// Counts for the summary line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Files (and stdin) read.
    pub files: usize,
    /// Sets of objects that were linted together.
    pub builds: usize,
    /// Kubernetes objects found.
    pub objects: usize,
    /// Wall-clock time of the run; left out of byte-stable formats.
    pub elapsed: Duration,
}

/// One build as reporters see it.
#[derive(Debug, Clone)]
pub struct BuildInfo {
    /// What the user sees: a path, `<stdin>`, or a chart with its environment.
    pub name: String,
    /// Whether production rules ran.
    pub production: bool,
}

/// The outcome of a run: findings sorted by [`Finding::sort_key`].
#[derive(Debug)]
pub struct Report {
    /// All texts.
    pub sources: Sources,
    /// The builds, in the order of `Finding::build`.
    pub builds: Vec<BuildInfo>,
    /// Sorted findings.
    pub findings: Vec<Finding>,
    /// The workloads of the builds, where they were asked for.
    pub workloads: Vec<WorkloadSummary>,
    /// What the tool says about its own work.
    pub diagnostics: Vec<Diagnostic>,
    /// The rules that were on, sorted by id.
    pub rules: Vec<RuleInfo>,
    /// Counts.
    pub stats: Stats,
}

impl Report {
    /// Number of findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The rule of an id, if it was on.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        let index = self.rules.binary_search_by(|rule| rule.id.cmp(id)).ok()?;
        self.rules.get(index)
    }
}
