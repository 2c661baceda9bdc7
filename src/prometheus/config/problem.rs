//! What is wrong with a configuration, in words.

use crate::text::Span;

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfigProblemKind {
    /// No YAML.
    Syntax,
    /// A key that the adapter does not know.
    UnknownKey,
    /// A key that stands twice in a mapping, even with equal values.
    DuplicateKey,
    /// A value of the wrong type.
    Type,
    /// A filter with both or neither of `is` and `isNot`.
    Filter,
    /// A pattern that Go's RE2 rejects.
    Pattern,
    /// Two groups or more in `matches`, and no `as`.
    MissingAs,
    /// A label template that does not parse or lacks `.Resource`.
    LabelTemplate,
    /// A query template that does not parse.
    QueryTemplate,
    /// A field that templates do not have.
    UnknownTemplateField,
    /// An override of a resource that Kubernetes does not have.
    UnknownResource,
    /// A rule of `resourceRules` that lacks what each of its requests needs.
    Incomplete,
    /// A `window` that is no Prometheus duration.
    Window,
}

/// What a problem leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The adapter does not start.
    Start,
    /// The adapter starts, and every query of the rule fails.
    Query,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// What kind of thing.
    pub kind: ConfigProblemKind,
    /// What it leads to.
    pub effect: Effect,
    /// The smallest place that a person would edit.
    pub span: Span,
    /// Path of the field in the document.
    pub path: String,
    /// One line, lower case, without a final stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}
