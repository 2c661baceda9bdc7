//! The configuration file: its text to a [`Config`], or to every mistake in it with its place. Finding and reading the
//! file is `source`'s matter, and that the command line wins is `cli`'s.
//!
//! A new key is a row in [`KEYS`], an arm in [`read`], a property in `docs/config.schema.json` and an entry in
//! `docs/config.example.yaml`; tests hold the four together.

mod charts;
mod globs;
mod reader;
mod sections;

use crate::finding::Severity;
use crate::globs::PathGlobs;
use crate::kubernetes::version::KubeVersion;
use crate::model::cluster::{Cluster, Singleton};
use crate::model::environment::{DeclaredChart, DeclaredEnvironment};
use crate::rule::meta::Profile;
use crate::spelling;
use crate::text::{SourceId, Span};
use crate::yaml;
use reader::Reader;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The keys of each part of the file: of its root, of maps under a key, of entries with names of their own (`*`) and
/// of items of a list (`[]`).
pub const KEYS: &[(&str, &[&str])] = &[
    (
        "",
        &["kube-version", "cluster", "fail-on", "profile", "rules", "environments", "charts", "singletons", "exclude"],
    ),
    ("cluster", &["nodes", "zones", "gpus", "hpa-tolerance", "topology-keys"]),
    ("environments.*", &["values", "paths", "namespaces", "labels", "production"]),
    ("charts.*", &["release", "namespace", "environments"]),
    ("charts.*.environments.*", &["values"]),
    ("singletons[]", &["workload", "reason"]),
];

/// What the configuration says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Kubernetes version to judge by.
    pub kube_version: Option<KubeVersion>,
    /// The cluster that the manifests are meant for.
    pub cluster: Cluster,
    /// From which severity on the run fails.
    pub fail_on: Option<FailOn>,
    /// A profile that is on for everything.
    pub profile: Option<Profile>,
    /// Severities of rules by id; `None` turns a rule off.
    pub severities: BTreeMap<String, Option<Severity>>,
    /// Environments, in the order of the file.
    pub environments: Vec<DeclaredEnvironment>,
    /// Charts, in the order of the file.
    pub charts: Vec<DeclaredChart>,
    /// Workloads that run once on purpose.
    pub singletons: Vec<Singleton>,
    /// What is left out when folders are searched.
    pub exclude: PathGlobs,
}

/// From which severity on the run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// From this one on.
    Severity(Severity),
    /// Findings alone never fail it.
    Never,
}

impl FailOn {
    /// The words for it.
    pub const WORDS: [&str; 4] = ["error", "warning", "info", "never"];

    /// The meaning of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if word == "never" { Some(Self::Never) } else { severity(word).map(Self::Severity) }
    }
}

/// Something in the file that cannot be followed. User error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The place.
    pub span: Span,
    /// One line, lower case, without a final stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Reads a configuration; `rules` are the ids of all rules.
///
/// # Errors
/// All mistakes of the text, in its order. Nothing of a text with mistakes is used.
pub fn read(source: SourceId, text: &Arc<str>, rules: &[&str]) -> Result<Config, Vec<Mistake>> {
    let documents = yaml::parse(source, text);
    let mut reader = Reader::default();
    reader.check_documents(&documents);
    let mut config = Config::default();
    let root = documents.first().and_then(|document| document.root());
    let fields = root.map(|root| reader.fields(root, "")).unwrap_or_default();
    for (key, value) in fields {
        match key {
            "kube-version" => config.kube_version = reader.kube_version(value),
            "cluster" => config.cluster = reader.cluster(value),
            "fail-on" => config.fail_on = reader.word(value, key, &FailOn::WORDS, FailOn::from_word),
            "profile" => config.profile = reader.word(value, key, &["default", "production", "strict"], profile),
            "rules" => config.severities = reader.severities(value, rules),
            "environments" => config.environments = reader.environments(value),
            "charts" => config.charts = reader.charts(value),
            "singletons" => config.singletons = reader.singletons(value),
            "exclude" => config.exclude = reader.path_globs(value, key),
            _ => {}
        }
    }
    reader.finish(config)
}

/// The name nearest to a mistyped one: at most a third of it is mistyped, or it is cut short (`warn`). Case and
/// separators are what people mix up.
#[must_use]
pub fn nearest<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let fold = |name: &str| name.to_ascii_lowercase().replace(['-', '_', '.', ' '], "");
    let typed = fold(typed);
    let limit = (typed.chars().count() / 3).max(1);
    let distance = |known: &str| {
        let is_cut_short = typed.len() >= 3 && known.starts_with(&typed);
        spelling::distance(&typed, known, limit).or(is_cut_short.then_some(limit))
    };
    let near = known.into_iter().filter_map(|name| Some((distance(&fold(name))?, name)));
    near.min().map(|(_, name)| name)
}

fn severity(word: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Info].into_iter().find(|severity| severity.as_str() == word)
}

fn profile(word: &str) -> Option<Profile> {
    [Profile::Default, Profile::Production, Profile::Strict].into_iter().find(|profile| profile.as_str() == word)
}
