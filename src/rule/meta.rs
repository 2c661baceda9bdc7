//! A rule's front matter: everything said about a rule that is not its logic.

use crate::finding::Severity;
use serde::Deserialize;

/// When a rule is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Always.
    Default,
    /// In production builds.
    Production,
    /// On request, by `--profile strict` or `--select`.
    Strict,
}

impl Profile {
    /// The lower-case word, as on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Production => "production",
            Self::Strict => "strict",
        }
    }
}

/// Whether `--fix` has an edit for the rule's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// No edit is offered.
    None,
    /// Nothing that runs in a cluster can change by it.
    Safe,
    /// It changes what runs in the cluster.
    Unsafe,
}

impl FixKind {
    /// The lower-case word, as in the front matter.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// The front matter of a rule's page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Meta {
    /// One line, present tense.
    pub summary: String,
    /// The consequence in production.
    pub why: String,
    /// Severity unless configured otherwise.
    pub severity: Severity,
    /// When the rule is on.
    pub profile: Profile,
    /// Section of the catalogue, such as `autoscaling`.
    pub category: String,
    /// Whether `--fix` has an edit.
    pub fix: FixKind,
    /// First version that has the rule.
    pub since: String,
    /// Links to the facts behind the rule.
    #[serde(default)]
    pub references: Vec<String>,
    /// Rules whose finding on the same object and field makes this one silent.
    #[serde(default)]
    pub yields_to: Vec<String>,
}
