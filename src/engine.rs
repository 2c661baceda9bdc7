//! Runs the rules over the builds and sorts what they report.

use crate::finding::{Finding, Severity, Subject};
use crate::model::build::{Build, BuildOptions};
use crate::model::summary;
use crate::report::{BuildInfo, Report, RuleInfo, Stats};
use crate::rule::context::Cx;
use crate::rule::meta::{Meta, Profile};
use crate::rule::{Check, Rule, page};
use crate::source::Input;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which rules run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, whatever their profile; empty for the profiles' choice.
    pub select: Vec<String>,
    /// Never these.
    pub ignore: Vec<String>,
    /// A profile that is on for every build, besides `default`.
    pub profile: Option<Profile>,
    /// Severities that the configuration gives; `None` turns a rule off.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// Whether the report also describes workloads, which only some formats show.
    pub describe: bool,
}

/// A rule with its page read.
#[derive(Clone)]
pub struct LoadedRule {
    /// The registry's row.
    pub rule: Rule,
    /// Its front matter.
    pub meta: Meta,
    /// The page after the front matter.
    pub body: &'static str,
}

/// When a loaded rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Everywhere,
    Production,
}

/// Reads the pages of all rules. A page that cannot be read is our bug and fails the tests; here it is left out.
#[must_use]
pub fn load_rules() -> Vec<LoadedRule> {
    crate::rules::RULES
        .iter()
        .filter_map(|rule| {
            let (meta, body) = page::read(rule.page).ok()?;
            Some(LoadedRule { rule: *rule, meta, body })
        })
        .collect()
}

impl Selection {
    fn scope(&self, rule: &LoadedRule) -> Option<Scope> {
        let id = rule.rule.id;
        if self.ignore.iter().any(|ignored| ignored == id) {
            return None;
        }
        if !self.select.is_empty() {
            return self.select.iter().any(|selected| selected == id).then_some(Scope::Everywhere);
        }
        let configured = self.severities.get(id);
        if configured == Some(&None) {
            return None;
        }
        match (rule.meta.profile, self.profile) {
            (Profile::Default, _) => Some(Scope::Everywhere),
            (Profile::Production, Some(Profile::Production | Profile::Strict)) => Some(Scope::Everywhere),
            (Profile::Production, _) => Some(Scope::Production),
            (Profile::Strict, Some(Profile::Strict)) => Some(Scope::Everywhere),
            // Whoever gives a rule a severity wants to see it.
            (Profile::Strict, _) => configured.map(|_| Scope::Everywhere),
        }
    }

    /// The severity of a rule after configuration.
    fn severity(&self, rule: &LoadedRule) -> Severity {
        self.severities.get(rule.rule.id).copied().flatten().unwrap_or(rule.meta.severity)
    }
}

/// Lints what was read.
#[must_use]
pub fn run(input: Input, selection: &Selection) -> Report {
    let rules: Vec<(LoadedRule, Scope)> = load_rules()
        .into_iter()
        .filter_map(|mut rule| {
            let scope = selection.scope(&rule)?;
            rule.meta.severity = selection.severity(&rule);
            Some((rule, scope))
        })
        .collect();
    let jobs: Vec<(usize, &Build)> = input.builds.iter().enumerate().collect();
    let mut findings: Vec<Finding> = jobs
        .par_iter()
        .flat_map(|(number, build)| {
            let found: Vec<Finding> =
                rules.par_iter().flat_map_iter(|(rule, scope)| run_rule(rule, *scope, build, *number)).collect();
            yield_to_others(found, &rules)
        })
        .collect();
    findings.extend(run_values(&input, &rules));
    findings.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    findings.dedup();
    let stats = Stats {
        files: input.files,
        builds: input.builds.len(),
        objects: input.builds.iter().map(|build| build.resources.len()).sum(),
        ..Stats::default()
    };
    let infos = rules.into_iter().map(|(rule, _)| RuleInfo { id: rule.rule.id, meta: rule.meta, page: rule.body });
    let mut builds: Vec<BuildInfo> = input
        .builds
        .iter()
        .map(|build| BuildInfo { name: build.options.name.clone(), production: build.is_production_throughout() })
        .collect();
    builds.extend(
        input.values.iter().map(|values| BuildInfo { name: values.name.clone(), production: values.production }),
    );
    let described = jobs.iter().filter(|_| selection.describe);
    let workloads = described.flat_map(|(number, build)| summary::workloads(build, *number)).collect();
    Report {
        sources: input.sources,
        builds,
        findings,
        workloads,
        diagnostics: input.diagnostics,
        rules: infos.collect(),
        stats,
    }
}

fn run_rule(rule: &LoadedRule, scope: Scope, build: &Build, number: usize) -> Vec<Finding> {
    let mut cx = Cx::new(build, number, rule.rule.id, rule.meta.severity);
    match rule.rule.check {
        Check::Document(check) => build.documents.iter().for_each(|document| check(document, &mut cx)),
        Check::Resource(check) => build.resources.iter().for_each(|resource| check(resource, &mut cx)),
        Check::Workload(check) => build.workloads().for_each(|workload| check(workload, &mut cx)),
        Check::Scaler(check) => build.scalers().for_each(|scaler| check(scaler, &mut cx)),
        Check::Budget(check) => build.budgets().for_each(|budget| check(budget, &mut cx)),
        Check::Build(check) => check(build, &mut cx),
        Check::AdapterConfig(check) => build.judged_adapters().for_each(|adapter| check(adapter, &mut cx)),
        Check::Values(_) => {}
    }
    let mut findings = cx.into_findings();
    if scope == Scope::Production {
        findings.retain(|finding| build.is_production(finding));
    }
    findings
}

fn run_values(input: &Input, rules: &[(LoadedRule, Scope)]) -> Vec<Finding> {
    let mut nothing = Build::new(BuildOptions::default(), Vec::new());
    nothing.given_adapters.clone_from(&input.given_adapters);
    let first = input.builds.len();
    let mut findings = Vec::new();
    // A layer that several files stand on is judged once.
    let mut seen = BTreeSet::new();
    let mut said = BTreeSet::new();
    for (number, file) in input.values.iter().enumerate() {
        for (rule, scope) in rules {
            if let Check::Document(check) = rule.rule.check {
                let mut cx = Cx::new(&nothing, first + number, rule.rule.id, rule.meta.severity);
                for document in file.documents() {
                    if seen.insert((rule.rule.id, document.source(), document.span())) {
                        check(document, &mut cx);
                    }
                }
                findings.extend(cx.into_findings());
            }
            let Check::Values(check) = rule.rule.check else { continue };
            // A chart that was rendered is judged by what it renders.
            if file.rendered && !rule.meta.yields_to.is_empty() {
                continue;
            }
            if *scope == Scope::Production && !file.production {
                continue;
            }
            let mut cx = Cx::new(&nothing, first + number, rule.rule.id, rule.meta.severity);
            check(file, &mut cx);
            // What is wrong in a shared layer is wrong in each file on top of it, and one finding.
            findings.extend(cx.into_findings().into_iter().filter(|finding| {
                let at = &finding.primary;
                said.insert((finding.rule, at.source, at.span, finding.message.clone()))
            }));
        }
    }
    findings
}

/// One cause, one finding: a rule is silent where one it yields to reports on the same object and field.
fn yield_to_others(mut findings: Vec<Finding>, rules: &[(LoadedRule, Scope)]) -> Vec<Finding> {
    let yields: BTreeMap<&str, &[String]> = rules
        .iter()
        .filter(|(rule, _)| !rule.meta.yields_to.is_empty())
        .map(|(rule, _)| (rule.rule.id, rule.meta.yields_to.as_slice()))
        .collect();
    let mut reported: BTreeMap<(Option<Subject>, String), Vec<&'static str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| yields.values().any(|ids| ids.iter().any(|id| id == finding.rule)))
    {
        reported.entry((finding.subject.clone(), finding.path.clone())).or_default().push(finding.rule);
    }
    findings.retain(|finding| {
        let Some(stronger) = yields.get(finding.rule) else { return true };
        let here = reported.get(&(finding.subject.clone(), finding.path.clone()));
        !here.is_some_and(|rules| rules.iter().any(|rule| stronger.iter().any(|id| id == rule)))
    });
    findings
}

/// Whether a report holds a finding at or above a severity.
#[must_use]
pub fn fails(report: &Report, threshold: Severity) -> bool {
    report.findings.iter().any(|finding| finding.severity >= threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strict_rule_is_on_once_it_has_a_severity_and_a_production_rule_stays_in_production() {
        let mut rule = load_rules().swap_remove(0);
        let mut selection = Selection::default();
        rule.meta.profile = Profile::Strict;
        assert_eq!(selection.scope(&rule), None);
        selection.severities.insert(rule.rule.id.to_owned(), Some(Severity::Info));
        assert_eq!(selection.scope(&rule), Some(Scope::Everywhere));
        rule.meta.profile = Profile::Production;
        assert_eq!(selection.scope(&rule), Some(Scope::Production));
        selection.severities.insert(rule.rule.id.to_owned(), None);
        assert_eq!(selection.scope(&rule), None);
        selection.select.push(rule.rule.id.to_owned());
        assert_eq!(selection.scope(&rule), Some(Scope::Everywhere), "asked for by name");
    }
}
