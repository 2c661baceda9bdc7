//! The user's own helm as a renderer.

use crate::source::process::{self, Failure, Finished, Limits};
use crate::source::render::{RenderError, RenderRequest, Renderer};
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

/// A chart takes seconds; one that takes minutes hangs.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), output: 512 << 20 };
/// The first version whose `template` knows every flag used here.
const OLDEST: (u64, u64) = (3, 6);

/// `helm template`.
#[derive(Debug, Clone)]
pub struct Helm {
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
    /// A helm of one's own choice.
    #[must_use]
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into() }
    }

    fn name(&self) -> String {
        self.program.to_string_lossy().into_owned()
    }

    fn command(&self, request: &RenderRequest) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("template").arg(&request.release).arg(&request.chart);
        command.arg("--namespace").arg(&request.namespace);
        command.arg("--kube-version").arg(request.kube_version.to_string());
        for version in &request.api_versions {
            command.arg("--api-versions").arg(version);
        }
        for file in &request.values {
            // A comma would be two files.
            command.arg("--values").arg(file);
        }
        for set in &request.sets {
            command.arg(set.flag).arg(&set.argument);
        }
        if request.skip_schema {
            command.arg("--skip-schema-validation");
        }
        command
    }

    /// Its version where it is too old, so that a refusal is put down to that.
    fn too_old(&self) -> Option<String> {
        let mut command = Command::new(&self.program);
        command.args(["version", "--short"]);
        let done = process::run(command, LIMITS).ok()?;
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        let version = text.split_whitespace().find(|word| word.trim_start_matches("Client:").starts_with('v'))?;
        let mut numbers = version.trim_start_matches("Client:").trim_start_matches('v').split('.');
        let pair = (numbers.next()?.parse::<u64>().ok()?, numbers.next()?.parse::<u64>().ok()?);
        (pair < OLDEST).then(|| version.to_owned())
    }

    fn outcome(&self, finished: &Finished) -> Result<String, RenderError> {
        if !finished.status.success() {
            if let Some(version) = self.too_old() {
                return Err(RenderError::TooOld { version });
            }
            return Err(RenderError::Refused(message(&String::from_utf8_lossy(&finished.stderr))));
        }
        match String::from_utf8(finished.stdout.clone()) {
            Ok(text) => Ok(text),
            Err(error) => Err(RenderError::Refused(format!("its output is no UTF-8: {error}"))),
        }
    }
}

impl Renderer for Helm {
    fn render(&self, request: &RenderRequest) -> Result<String, RenderError> {
        match process::run(self.command(request), LIMITS) {
            Ok(finished) => self.outcome(&finished),
            Err(Failure::Absent) => Err(RenderError::Absent { program: self.name() }),
            Err(Failure::Io(error)) => Err(RenderError::Stopped(format!("{} cannot be run: {error}", self.name()))),
            Err(Failure::TimedOut) => {
                let seconds = LIMITS.time.as_secs();
                Err(RenderError::Stopped(format!("it gave no end within {seconds} s and was stopped")))
            }
            Err(Failure::Flooded) => {
                let megabytes = LIMITS.output >> 20;
                Err(RenderError::Stopped(format!("it wrote more than {megabytes} MiB and was stopped")))
            }
        }
    }
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
