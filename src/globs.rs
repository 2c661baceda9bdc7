//! Globs as the configuration has them. Over paths they mean what they mean in `.gitignore`, because that is what
//! people expect of a list of paths beside it: a pattern without `/` is a name at any depth, and a folder stands for
//! all that is below it.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns over paths, which are written with `/` and relative to the configuration's folder.
#[derive(Debug, Clone, Default)]
pub struct PathGlobs {
    set: GlobSet,
}

/// Patterns over names that have no parts, such as namespaces.
#[derive(Debug, Clone, Default)]
pub struct NameGlobs {
    set: GlobSet,
}

impl PathGlobs {
    /// Compiles patterns.
    ///
    /// # Errors
    /// For each pattern that is none, its position and what is wrong with it.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, Vec<(usize, String)>> {
        compile(patterns, path_glob).map(|set| Self { set })
    }

    /// Whether a pattern matches a path or a folder above it.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| path.get(..end)).any(|ancestor| !ancestor.is_empty() && self.set.is_match(ancestor))
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}

impl NameGlobs {
    /// Compiles patterns.
    ///
    /// # Errors
    /// For each pattern that is none, its position and what is wrong with it.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, Vec<(usize, String)>> {
        compile(patterns, |pattern| Glob::new(pattern).map_err(|error| error.kind().to_string()))
            .map(|set| Self { set })
    }

    /// Whether a pattern matches a name.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.set.is_match(name)
    }
}

/// Whether a text would match more than itself.
#[must_use]
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

fn compile<S: AsRef<str>>(
    patterns: &[S],
    glob: impl Fn(&str) -> Result<Glob, String>,
) -> Result<GlobSet, Vec<(usize, String)>> {
    let mut set = GlobSetBuilder::new();
    let mut wrong = Vec::new();
    for (number, pattern) in patterns.iter().enumerate() {
        match glob(pattern.as_ref()) {
            Ok(glob) => drop(set.add(glob)),
            Err(message) => wrong.push((number, message)),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    // Each glob compiled alone; all of them together can only be too large.
    set.build().map_err(|error| vec![(0, error.to_string())])
}

/// What would never match is refused rather than kept.
fn path_glob(pattern: &str) -> Result<Glob, String> {
    let below = pattern.strip_prefix("./").unwrap_or(pattern);
    if below.starts_with('/') {
        return Err("paths are relative to the folder of the configuration and begin with no `/`".to_owned());
    }
    if below.starts_with('!') {
        return Err("no pattern takes back what another one matches, as `!` does in a .gitignore".to_owned());
    }
    if below.contains('\\') {
        return Err("paths are written with `/`".to_owned());
    }
    let folder = below.trim_end_matches("/**").trim_end_matches('/');
    let inside = folder.trim_start_matches("../");
    if !inside.is_empty() && inside.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err("a path holds no empty part, no `.` and no `..`, but for `../` at its start".to_owned());
    }
    if folder.is_empty() || folder == "." {
        return Err("it names no path".to_owned());
    }
    let anywhere = if folder.contains('/') { String::new() } else { "**/".to_owned() };
    GlobBuilder::new(&(anywhere + folder)).literal_separator(true).build().map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathGlobs::new(&[pattern]).expect("a glob").matches(path)
    }

    #[test]
    fn a_folder_stands_for_all_below_it_however_it_is_written() {
        for pattern in ["vendor", "vendor/", "vendor/**", "./vendor/**", "**/vendor/**"] {
            assert!(matches(pattern, "vendor/charts/redis/values.yaml"), "{pattern}");
            assert!(!matches(pattern, "vendors/values.yaml"), "{pattern}");
        }
        assert!(matches("overlays/prod", "overlays/prod/hpa.yaml"));
        assert!(!matches("overlays/prod", "apps/overlays/prod/hpa.yaml"), "a path with `/` begins at the folder");
    }

    #[test]
    fn a_name_matches_at_any_depth_and_a_star_stays_in_its_folder() {
        assert!(matches("values-prod*.yaml", "helm/api/values-prod-eu.yaml"));
        assert!(matches("**/values-prod*.yaml", "../elsewhere/values-prod.yaml"));
        assert!(!matches("helm/*.yaml", "helm/api/values.yaml"));
        assert!(matches("helm/{api,web}/*.yaml", "helm/web/values.yaml"));
        assert!(matches("../shared/**", "../shared/values.yaml"));
    }

    #[test]
    fn what_could_never_match_is_refused() {
        for pattern in
            ["", "/", "./", "/k8s/**", "!k8s", "k8s\\prod", "[prod", "k8s//prod", "k8s/../prod", "k8s/./prod"]
        {
            assert!(PathGlobs::new(&[pattern]).is_err(), "{pattern:?}");
        }
    }
}
