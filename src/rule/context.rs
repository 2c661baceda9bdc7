//! What a check reports into: fills in what every finding of a rule shares.

use crate::finding::{Absent, Finding, Label, Severity, Subject};
use crate::model::build::{Build, Resource};
use crate::model::view::Place;

/// The context of one rule over one build.
pub struct Cx<'b> {
    /// The build, for checks of single objects that need their surroundings.
    pub build: &'b Build,
    rule: &'static str,
    severity: Severity,
    build_number: usize,
    findings: Vec<Finding>,
}

impl<'b> Cx<'b> {
    /// A context for one rule and one build.
    #[must_use]
    pub fn new(build: &'b Build, build_number: usize, rule: &'static str, severity: Severity) -> Self {
        Self { build, rule, severity, build_number, findings: Vec::new() }
    }

    /// Reports a finding at a place; the returned handle adds labels and help.
    pub fn report(&mut self, at: Place, message: impl Into<String>) -> Report<'_> {
        self.findings.push(Finding {
            rule: self.rule,
            severity: self.severity,
            message: message.into(),
            help: Vec::new(),
            primary: Label { source: at.source, span: at.span, text: String::new() },
            labels: Vec::new(),
            subject: at.subject,
            path: at.path,
            counterpart: None,
            absent: Vec::new(),
            build: self.build_number,
            also_in: Vec::new(),
            provenance: None,
        });
        let index = self.findings.len() - 1;
        Report { findings: &mut self.findings, index }
    }

    /// What was reported.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// A finding under construction.
pub struct Report<'c> {
    findings: &'c mut Vec<Finding>,
    index: usize,
}

impl Report<'_> {
    fn edit(self, edit: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = self.findings.get_mut(self.index) {
            edit(finding);
        }
        self
    }

    /// Words under the primary place.
    pub fn here(self, text: impl Into<String>) -> Self {
        self.edit(|finding| finding.primary.text = text.into())
    }

    /// Another side of the matter.
    pub fn label(self, at: Place, text: impl Into<String>) -> Self {
        self.edit(|finding| finding.labels.push(Label { source: at.source, span: at.span, text: text.into() }))
    }

    /// What to do; several for several ways.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.edit(|finding| finding.help.push(text.into()))
    }

    /// A field of the object that is missing, for a finding that only points near it.
    pub fn absent_field(self, path: impl Into<String>) -> Self {
        let path = path.into();
        self.edit(|finding| finding.absent.push(Absent::Field(path)))
    }

    /// An object that is missing beside the finding's own.
    pub fn absent_object(self, kind: &'static str) -> Self {
        self.edit(|finding| finding.absent.push(Absent::Object(kind)))
    }

    /// The other object of a finding about a pair.
    pub fn counterpart(self, resource: &Resource) -> Self {
        let subject: Subject = resource.object.subject();
        self.edit(|finding| finding.counterpart = Some(subject))
    }
}
