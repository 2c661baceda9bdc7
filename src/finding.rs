//! What a rule reports, and where. Rendering is `report`'s matter.

use crate::text::{SourceId, Span};
use std::fmt;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Info,
    /// It works and will hurt.
    Warning,
    /// Kubernetes rejects it, or it cannot work, or it blocks operations.
    Error,
}

impl Severity {
    /// The lower-case word, as in the output and the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place in a text with a few words on what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub source: SourceId,
    /// The place.
    pub span: Span,
    /// Three to seven words; may be empty for the primary label.
    pub text: String,
}

/// The object a finding is about, as its identity, not as a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// API group, empty for core.
    pub group: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
    /// Namespace, if the manifest or the build names one.
    pub namespace: Option<String>,
    /// `metadata.name`; empty where the manifest has none.
    pub name: String,
}

impl fmt::Display for Subject {
    /// `Kind/name`, the form of every message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// Something that a finding misses, so that its place can only be near where it would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// A field of the finding's object, such as `spec.template.spec.topologySpreadConstraints`.
    Field(String),
    /// An object of this kind for the finding's object, such as `PodDisruptionBudget`.
    Object(&'static str),
}

/// How much is known of where a rendered field comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Changing the key was seen to change the field, and nothing else explains it.
    Proven,
    /// The key is proven and empty: the template's own default applies.
    Default,
    /// The key is proven and the template computes the field from it.
    Computed,
    /// The template line reads one key of the same value, and the chart refused to be rendered with another.
    Likely,
    /// Written by the template; no key moves it.
    TemplateOnly,
    /// Not found out.
    Unknown,
}

/// A line of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateLine {
    /// The template.
    pub source: SourceId,
    /// Its line without indentation and line break.
    pub span: Span,
}

/// The value that feeds a rendered field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesKey {
    /// Path from the root of the chart's values, such as `gateway.autoscaling.minReplicas`.
    pub path: String,
    /// Where it is set; `None` for the command line.
    pub place: Option<(SourceId, Span)>,
    /// What sets it, for people: a file's name, or `--set`.
    pub layer: String,
    /// Where lower layers set it as well, the nearest first.
    pub overrides: Vec<(SourceId, Span)>,
    /// Other keys that share the value through a YAML anchor: the line changes them too.
    pub shared_with: Vec<String>,
    /// Where the overlay in use could set it, if it is set below: the key of the nearest ancestor there.
    pub add_at: Option<(SourceId, Span)>,
}

/// Where a rendered field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// How much is known.
    pub level: Level,
    /// The place in the rendered text, which was the finding's before.
    pub rendered: Label,
    /// The template line that wrote it.
    pub template: Option<TemplateLine>,
    /// The lines that included that one, innermost first.
    pub chain: Vec<TemplateLine>,
    /// The value.
    pub values: Option<ValuesKey>,
    /// What else there is to say, such as helm's refusal.
    pub note: Option<String>,
    /// How often the chart was rendered for it and the others of its environment.
    pub renders: u32,
}

/// One report of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: &'static str,
    /// Severity after configuration.
    pub severity: Severity,
    /// One line that makes sense alone.
    pub message: String,
    /// What to do, each a sentence that begins with a verb.
    pub help: Vec<String>,
    /// The smallest place that a person would edit.
    pub primary: Label,
    /// The other sides, in source order.
    pub labels: Vec<Label>,
    /// The object at the primary place, where there is one.
    pub subject: Option<Subject>,
    /// Path of the field at the primary place, such as `spec.metrics[0].resource.name`.
    pub path: String,
    /// Identity of the other object where the finding is about a pair.
    pub counterpart: Option<Subject>,
    /// What is missing, if that is what it is about.
    pub absent: Vec<Absent>,
    /// Index of the build in the report.
    pub build: usize,
    /// Indices of further builds in which the same was found.
    pub also_in: Vec<usize>,
    /// Where the primary place comes from, if it was rendered.
    pub provenance: Option<Box<Provenance>>,
}

impl Finding {
    /// Stable over moved lines and edited text: rule, object, field and counterpart, never the line.
    /// 32 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut identity = String::new();
        let mut push = |part: &str| {
            identity.push_str(part);
            identity.push('\u{1f}');
        };
        push(self.rule);
        for subject in [&self.subject, &self.counterpart] {
            match subject {
                Some(subject) => {
                    push(&subject.group);
                    push(&subject.kind);
                    push(subject.namespace.as_deref().unwrap_or(""));
                    push(&subject.name);
                }
                None => push("-"),
            }
        }
        push(&self.path);
        format!("{:032x}", xxhash_rust::xxh3::xxh3_128(identity.as_bytes()))
    }

    /// The order of every output: by source, place, rule and message.
    #[must_use]
    pub fn sort_key(&self) -> (SourceId, Span, &'static str, &str) {
        (self.primary.source, self.primary.span, self.rule, &self.message)
    }
}
