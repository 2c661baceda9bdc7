//! Findings by the workload they are about, directly or through what points at it.

use crate::finding::{Finding, Severity, Subject};
use crate::model::summary::WorkloadSummary;
use crate::report::Report;
use std::collections::HashMap;

/// What a section of the page is about.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The workload, or another object that no workload is known for.
    pub(super) subject: Option<&'a Subject>,
    /// The build without its environment; of findings without an object the file.
    pub(super) place: &'a str,
    /// The workload in each environment.
    pub(super) rows: Vec<Row<'a>>,
    /// The gravest first, else in the order of every output.
    pub(super) findings: Vec<&'a Finding>,
}

/// A workload as one or more environments have it.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The environments, where the build has several.
    pub(super) environments: Vec<&'a str>,
    /// What it is there.
    pub(super) summary: &'a WorkloadSummary,
}

impl Group<'_> {
    /// The gravest of its findings.
    pub(super) fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// A chart's build has the name of the chart and, in parentheses, its environment.
fn split(build: &str) -> (&str, Option<&str>) {
    match build.strip_suffix(')').and_then(|name| name.split_once(" (")) {
        Some((chart, environment)) => (chart, Some(environment)),
        None => (build, None),
    }
}

/// Where the groups of a run are found again.
#[derive(Default)]
struct Groups<'a> {
    list: Vec<Group<'a>>,
    workloads: HashMap<(&'a str, &'a Subject), usize>,
    /// The workload that a scaler, budget, service or monitor points at first.
    pointers: HashMap<(&'a str, &'a Subject), usize>,
    others: HashMap<(&'a str, Option<&'a Subject>), usize>,
}

/// All workloads and whatever else has findings: the gravest first, workloads without findings last.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups = Groups::default();
    for summary in &report.workloads {
        groups.add_workload(report, summary);
    }
    for finding in &report.findings {
        groups.add_finding(report, finding);
    }
    let mut list = groups.list;
    for group in &mut list {
        group.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    // A stable sort: the rest is the order in which they were found.
    list.sort_by_key(|group| std::cmp::Reverse(group.severity()));
    list
}

impl<'a> Groups<'a> {
    fn add_workload(&mut self, report: &'a Report, summary: &'a WorkloadSummary) {
        let name = report.builds.get(summary.build).map_or("", |build| build.name.as_str());
        let (place, environment) = split(name);
        let subject = &summary.subject;
        let next = self.list.len();
        let number = *self.workloads.entry((place, subject)).or_insert(next);
        if number == next {
            self.list.push(Group { subject: Some(subject), place, rows: Vec::new(), findings: Vec::new() });
        }
        if let Some(group) = self.list.get_mut(number) {
            group.add_row(environment, summary);
        }
        let scalers = summary.scalers.iter().map(|scaler| &scaler.subject);
        let budgets = summary.budgets.iter().map(|budget| &budget.subject);
        let monitors = summary.monitors.iter().map(|monitor| &monitor.subject);
        for pointer in scalers.chain(budgets).chain(&summary.services).chain(monitors) {
            self.pointers.entry((place, pointer)).or_insert(number);
        }
    }

    fn add_finding(&mut self, report: &'a Report, finding: &'a Finding) {
        let name = report.builds.get(finding.build).map_or("", |build| build.name.as_str());
        let (place, _) = split(name);
        let subjects = || [&finding.subject, &finding.counterpart].into_iter().flatten().map(|one| (place, one));
        let known = subjects().find_map(|key| self.workloads.get(&key));
        let known = known.or_else(|| subjects().find_map(|key| self.pointers.get(&key))).copied();
        let number = known.unwrap_or_else(|| {
            let subject = finding.subject.as_ref();
            let file = || report.sources.get(finding.primary.source).map_or(name, |source| source.name.as_str());
            let place = if subject.is_some() { place } else { file() };
            let next = self.list.len();
            let number = *self.others.entry((place, subject)).or_insert(next);
            if number == next {
                self.list.push(Group { subject, place, rows: Vec::new(), findings: Vec::new() });
            }
            number
        });
        if let Some(group) = self.list.get_mut(number) {
            group.findings.push(finding);
        }
    }
}

impl<'a> Group<'a> {
    /// Environments in which the workload is the same share a row.
    fn add_row(&mut self, environment: Option<&'a str>, summary: &'a WorkloadSummary) {
        let shown = |one: &WorkloadSummary| WorkloadSummary { build: 0, ..one.clone() };
        match self.rows.iter_mut().find(|row| shown(row.summary) == shown(summary)) {
            Some(row) => row.environments.extend(environment),
            None => self.rows.push(Row { environments: environment.into_iter().collect(), summary }),
        }
    }
}
