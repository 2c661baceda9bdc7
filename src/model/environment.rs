//! What is production: what the configuration declares, else what names say.

use crate::globs::{NameGlobs, PathGlobs};
use crate::kubernetes::selector::Labels;
use std::path::PathBuf;
use std::sync::Arc;

/// An environment that the configuration declares, and how its files and objects are told.
#[derive(Debug, Clone, Default)]
pub struct DeclaredEnvironment {
    /// Its name, for the command line.
    pub name: String,
    /// Values files.
    pub values: PathGlobs,
    /// Files of any kind.
    pub paths: PathGlobs,
    /// Namespaces.
    pub namespaces: NameGlobs,
    /// Labels that an object carries, all of them.
    pub labels: Labels,
    /// Whether production rules apply.
    pub production: bool,
}

/// What the configuration says of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredChart {
    /// Its folder, relative to that of the configuration.
    pub folder: PathBuf,
    /// Name of the release.
    pub release: Option<String>,
    /// Namespace of the release.
    pub namespace: Option<String>,
    /// Its environments: name and values files, relative to the chart, the lowest first. None for what the names of its
    /// files tell.
    pub environments: Vec<(String, Vec<PathBuf>)>,
}

/// How it is decided what production rules apply to.
#[derive(Debug, Clone, Default)]
pub enum Production {
    /// To everything.
    Everything,
    /// To nothing.
    #[default]
    Nothing,
    /// To what the first matching one of these declares so; where none matches, to what its names call production.
    Detect(Arc<[DeclaredEnvironment]>),
}

/// What an object tells of where it runs. Paths are relative to the folder of the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signs<'a> {
    /// Path of the file it stands in.
    pub path: Option<&'a str>,
    /// Namespace it lands in.
    pub namespace: Option<&'a str>,
    /// Its labels.
    pub labels: Option<&'a Labels>,
}

impl DeclaredEnvironment {
    fn holds(&self, signs: Signs<'_>) -> bool {
        let carries = |labels: &Labels| {
            !self.labels.is_empty() && self.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        signs.path.is_some_and(|path| self.paths.matches(path))
            || signs.namespace.is_some_and(|namespace| self.namespaces.matches(namespace))
            || signs.labels.is_some_and(carries)
    }

    fn holds_values(&self, path: &str) -> bool {
        self.values.matches(path) || self.paths.matches(path)
    }
}

impl Production {
    /// Whether production rules apply to an object.
    #[must_use]
    pub fn covers(&self, signs: Signs<'_>) -> bool {
        let declared = match self {
            Self::Everything => return true,
            Self::Nothing => return false,
            Self::Detect(declared) => declared.iter().find(|environment| environment.holds(signs)),
        };
        declared.map_or_else(
            || signs.path.and_then(path_says) == Some(true) || signs.namespace.and_then(name_says) == Some(true),
            |environment| environment.production,
        )
    }

    /// Whether production rules apply to values, given the paths of their files, the one on top first.
    #[must_use]
    pub fn covers_values(&self, paths: &[String]) -> bool {
        matches!(self.of_values(paths), Self::Everything)
    }

    /// What production rules apply to in what is rendered with values, given the paths of their files, the one on top
    /// first. The topmost that says anything decides: an overlay for staging may stand on the one for production. Where
    /// none does, the objects speak for themselves.
    #[must_use]
    pub fn of_values(&self, paths: &[String]) -> Self {
        let Self::Detect(environments) = self else { return self.clone() };
        let declared = paths.iter().find_map(|path| {
            let environment = environments.iter().find(|environment| environment.holds_values(path))?;
            Some(environment.production)
        });
        match declared.or_else(|| paths.iter().find_map(|path| path_says(path))) {
            Some(true) => Self::Everything,
            Some(false) => Self::Nothing,
            None => self.clone(),
        }
    }

    /// Whether any environment is told by labels, so that looking for them is worth while.
    #[must_use]
    pub fn asks_for_labels(&self) -> bool {
        matches!(self, Self::Detect(environments) if environments.iter().any(|environment| !environment.labels.is_empty()))
    }
}

/// What the name of a file or of its folder says of production.
fn path_says(path: &str) -> Option<bool> {
    let mut parts = path.rsplit('/').take(2).map(name_says);
    let (file, folder) = (parts.next().flatten(), parts.next().flatten());
    file.into_iter().chain(folder).max()
}

/// Whether the tokens of a name (split at `-`, `_`, `.` and `/`) say production and none of them says otherwise;
/// `None` where they say neither.
fn name_says(name: &str) -> Option<bool> {
    const SAYS: &[&str] = &["prod", "production", "prd"];
    const DENIES: &[&str] = &["non", "pre", "not", "test", "stage", "staging", "dev", "qa"];
    let holds = |words: &[&str]| {
        name.split(['-', '_', '.', '/']).any(|token| words.iter().any(|word| token.eq_ignore_ascii_case(word)))
    };
    if holds(DENIES) {
        return Some(false);
    }
    holds(SAYS).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_production_are_told_from_names_that_merely_contain_the_word() {
        for name in ["prod", "values-prod.yaml", "eu_production", "broken-prod-min-replicas.yaml", "PRD"] {
            assert_eq!(name_says(name), Some(true), "{name}");
        }
        for name in ["non-prod", "pre-prod", "values-dev.yaml", "prod-test"] {
            assert_eq!(name_says(name), Some(false), "{name}");
        }
        for name in ["products", "preprod", "values.yaml"] {
            assert_eq!(name_says(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_and_its_last_folder_speak_and_folders_above_do_not() {
        assert_eq!(path_says("overlays/prod/hpa.yaml"), Some(true));
        assert_eq!(path_says("values-prod.yaml"), Some(true));
        assert_eq!(path_says("prod/apps/hpa.yaml"), None);
    }

    #[test]
    fn the_topmost_values_file_that_says_anything_decides() {
        let detect = Production::Detect(Arc::default());
        let covers =
            |paths: &[&str]| detect.covers_values(&paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert!(covers(&["values-eu.yaml", "values-prod.yaml", "values.yaml"]));
        assert!(!covers(&["values-staging.yaml", "values-prod.yaml", "values.yaml"]));
        assert!(!covers(&["values.yaml"]));
    }
}
