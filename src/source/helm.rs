//! The user's own helm as a renderer.

use crate::source::programs;
use crate::source::render::{RenderError, RenderRequest};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// The first version whose `template` knows every flag used here.
const OLDEST: (u64, u64) = (3, 6);

/// `helm template`.
#[derive(Debug, Clone)]
pub(super) struct Helm {
    program: OsString,
}

impl Default for Helm {
    /// The one that runs us as its plugin (`HELM_BIN`), else `$HELM`, else the one on the path.
    fn default() -> Self {
        let named = ["HELM_BIN", "HELM"].iter().filter_map(std::env::var_os).find(|program| !program.is_empty());
        Self { program: named.unwrap_or_else(|| "helm".into()) }
    }
}

impl Helm {
    /// Renders a chart.
    pub(super) fn render(&self, request: &RenderRequest) -> Result<String, RenderError> {
        let finished = programs::run(&self.program, self.command(request))?;
        if finished.status.success() {
            return programs::text(finished.stdout);
        }
        match self.too_old() {
            Some(version) => Err(RenderError::TooOld { version }),
            None => Err(RenderError::Refused(message(&String::from_utf8_lossy(&finished.stderr)))),
        }
    }

    fn command(&self, request: &RenderRequest) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("template").arg(&request.release).arg(&request.chart);
        command.arg("--namespace").arg(&request.namespace);
        command.arg("--kube-version").arg(request.kube_version.to_string());
        if !request.api_versions.is_empty() {
            command.arg("--api-versions").arg(request.api_versions.join(","));
        }
        for file in &request.values {
            command.arg("--values").arg(one_file(file));
        }
        for set in &request.sets {
            command.arg(set.flag).arg(&set.argument);
        }
        command
    }

    /// Its version where it is too old, so that a refusal is put down to that.
    fn too_old(&self) -> Option<String> {
        let mut command = Command::new(&self.program);
        command.args(["version", "--short"]);
        let done = programs::run(&self.program, command).ok()?;
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let version = text.split_whitespace().find(|word| word.trim_start_matches("Client:").starts_with('v'))?;
        let mut numbers = version.trim_start_matches("Client:").trim_start_matches('v').split('.');
        let pair = (numbers.next()?.parse::<u64>().ok()?, numbers.next()?.parse::<u64>().ok()?);
        (pair < OLDEST).then(|| version.to_owned())
    }
}

/// A file's name as helm takes it: it reads a line of CSV, where a comma would be two files.
fn one_file(file: &Path) -> OsString {
    let name = file.to_string_lossy();
    if name.contains([',', '"']) { format!("\"{}\"", name.replace('"', "\"\"")).into() } else { file.into() }
}

/// Helm's error without its prefix and its advice on flags of its own.
fn message(stderr: &str) -> String {
    let error = stderr.find("Error: ").and_then(|start| stderr.get(start + 7..)).unwrap_or(stderr);
    let lines = error.lines().take_while(|line| !line.starts_with("Use --debug flag"));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn helms_message_comes_without_warnings_before_and_advice_after_it() {
        let stderr = "WARNING: Kubernetes configuration file is group-readable\nError: execution error at (demo/templates/a.yaml:2:3): \
                      replicas need maxUnavailable\n\nUse --debug flag to render out invalid YAML\n";
        assert_eq!(message(stderr), "execution error at (demo/templates/a.yaml:2:3): replicas need maxUnavailable");
        assert_eq!(message("panic: no\n"), "panic: no");
    }
}
