//! Tools that come as Python packages, each in a virtual environment of its own below the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Tests of one program run at once, and an environment is made once.
static MAKING: Mutex<()> = Mutex::new(());

/// A tool's program, or `None` with a word about it where Python or the package is not to be had.
pub(crate) fn tool(package: &str, version: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{package}-{version}"));
    let program = folder.join("bin").join(package);
    let _making = MAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Written last: an environment without it was left half made.
    let whole = folder.join("whole");
    if whole.is_file() {
        return Some(program);
    }
    let _ = std::fs::remove_dir_all(&folder);
    let made = environment(&folder).and_then(|()| {
        run(Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet"])
            .arg(format!("{package}=={version}")))
    });
    match made {
        Ok(()) => {
            std::fs::write(whole, "").expect("a file below the target folder");
            Some(program)
        }
        Err(message) => {
            eprintln!("SKIPPED: {package} {version} is not to be had, so this test checks nothing: {message}");
            None
        }
    }
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
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
