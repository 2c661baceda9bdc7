//! Tools that come as Python packages, each in a virtual environment of its own below the target folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// What came of each tool: tests of one program run at once, an environment is made once, and what failed is not tried again.
static TOOLS: Mutex<BTreeMap<String, Result<PathBuf, String>>> = Mutex::new(BTreeMap::new());

/// A tool's program, or `None` with a word about it where Python or the package is not to be had.
pub(crate) fn tool(package: &str, version: &str) -> Option<PathBuf> {
    let mut tools = TOOLS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match tools.entry(package.to_owned()).or_insert_with(|| install(package, version)) {
        Ok(program) => Some(program.clone()),
        Err(message) => {
            eprintln!("SKIPPED: {package} {version} is not to be had, so this test checks nothing: {message}");
            None
        }
    }
}

fn install(package: &str, version: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{package}-{version}"));
    // Written last: an environment without it was left half made.
    let whole = folder.join("whole");
    if !whole.is_file() {
        let _ = std::fs::remove_dir_all(&folder);
        environment(&folder)?;
        let mut pip = Command::new(folder.join("bin/python"));
        run(pip.args(["-m", "pip", "install", "--quiet"]).arg(format!("{package}=={version}")))?;
        std::fs::write(whole, "").map_err(|error| error.to_string())?;
    }
    Ok(folder.join("bin").join(package))
}

/// Makes an empty virtual environment.
pub(crate) fn environment(folder: &Path) -> Result<(), String> {
    run(Command::new("python3").args(["-m", "venv"]).arg(folder))
}

/// Runs a program to its end; what it said where it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let output = command.env("PIP_DISABLE_PIP_VERSION_CHECK", "1").output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    Err(super::said(&output).trim().to_owned())
}
