//! Finds and reads the configuration file; what it says is `config`'s matter.

use crate::report::{Diagnostic, Gravity};
use crate::source::paths::{absolute, relative};
use crate::source::read_text;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name under which the file is found.
pub(crate) const FILE_NAME: &str = ".aiplat-lint.yaml";

/// A configuration file as it was read.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// What the user sees.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its folder, to which the paths in it are relative.
    pub folder: PathBuf,
}

impl ConfigFile {
    /// The file that was named, else the one that stands nearest above the paths, and where there is none, nearest above
    /// the working directory. The top of a repository ends the search.
    ///
    /// # Errors
    /// A file that cannot be read, and paths with several of them, of which one run can only follow one.
    pub fn find(named: Option<&Path>, paths: &[PathBuf]) -> Result<Option<Self>, Diagnostic> {
        if let Some(path) = named {
            return Self::read(&absolute(path)).map(Some);
        }
        let here = absolute(Path::new("."));
        let mut chosen: Option<(&Path, Option<PathBuf>)> = None;
        let mut seen = BTreeSet::new();
        for path in paths {
            let folder = folder_of(path);
            if !seen.insert(folder.clone()) {
                continue;
            }
            let found = match nearest(&folder)? {
                Some(found) => Some(found),
                None => nearest(&here)?,
            };
            match &chosen {
                None => chosen = Some((path, found)),
                Some((_, other)) if *other == found => {}
                Some((first, other)) => {
                    return Err(two_files((first, other.as_deref()), (path, found.as_deref()), &here));
                }
            }
        }
        chosen.and_then(|(_, found)| found).map(|found| Self::read(&found)).transpose()
    }

    fn read(path: &Path) -> Result<Self, Diagnostic> {
        let name = relative(path, &absolute(Path::new(".")));
        match read_text(path) {
            Ok(text) => Ok(Self { name, text, folder: path.parent().map(Path::to_owned).unwrap_or_default() }),
            Err((message, help)) => Err(failure(format!("cannot read the configuration {name}: {message}"), help)),
        }
    }
}

/// Where the search for the configuration of a path begins; pipes are in no folder of the user's.
fn folder_of(path: &Path) -> PathBuf {
    if path.as_os_str() == "-" || path.starts_with("/dev") {
        return absolute(Path::new("."));
    }
    let path = absolute(path);
    if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() }
}

fn nearest(folder: &Path) -> Result<Option<PathBuf>, Diagnostic> {
    for ancestor in folder.ancestors() {
        let candidate = ancestor.join(FILE_NAME);
        if candidate.symlink_metadata().is_ok() {
            return Ok(Some(candidate));
        }
        let misnamed = ancestor.join(".aiplat-lint.yml");
        if misnamed.symlink_metadata().is_ok() {
            let name = relative(&misnamed, &absolute(Path::new(".")));
            let message = format!("{name} is not read: the configuration is called {FILE_NAME}");
            return Err(failure(message, Some("rename it, or name it with --config".to_owned())));
        }
        if ancestor.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

fn two_files(first: (&Path, Option<&Path>), second: (&Path, Option<&Path>), here: &Path) -> Diagnostic {
    let applies = |(path, file): (&Path, Option<&Path>)| {
        let file = file.map_or_else(|| "no configuration".to_owned(), |file| relative(file, here));
        format!("{file} applies to {}", crate::source::display_name(path))
    };
    let message = format!("{} and {}, and one run follows one configuration", applies(first), applies(second));
    failure(message, Some("lint them in two runs, or name the configuration for both with --config".to_owned()))
}

fn failure(message: String, help: Option<String>) -> Diagnostic {
    Diagnostic { gravity: Gravity::Failure, message, help, place: None }
}
