//! The programs that render: the user's own helm, and kustomize or the one in kubectl.

use crate::source::helm::Helm;
use crate::source::process::{self, Failure, Finished, Limits};
use crate::source::render::{RenderError, RenderRequest, Renderer};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A render takes seconds; one that takes minutes hangs.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), output: 512 << 20 };

/// What is installed here.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    helm: Helm,
}

impl Renderer for Programs {
    fn render(&self, request: &RenderRequest) -> Result<String, RenderError> {
        self.helm.render(request)
    }

    fn build(&self, folder: &Path) -> Result<String, RenderError> {
        let attempts = [("kustomize", "build"), ("kubectl", "kustomize")].map(|(program, subcommand)| {
            let mut command = Command::new(program);
            command.arg(subcommand).arg(folder);
            (program, command)
        });
        for (program, command) in attempts {
            match run(OsStr::new(program), command) {
                Err(RenderError::Absent { .. }) => {}
                Ok(finished) if finished.status.success() => return text(finished.stdout),
                Ok(finished) => {
                    let stderr = String::from_utf8_lossy(&finished.stderr);
                    let message = stderr.trim().trim_start_matches("Error: ").trim_start_matches("error: ");
                    return Err(RenderError::Refused(message.to_owned()));
                }
                Err(error) => return Err(error),
            }
        }
        Err(RenderError::Absent { program: "`kustomize` and no `kubectl`".to_owned() })
    }
}

/// Runs a program within the limits of a render.
pub(super) fn run(program: &OsStr, command: Command) -> Result<Finished, RenderError> {
    process::run(command, LIMITS).map_err(|failure| match failure {
        Failure::Absent => RenderError::Absent { program: program.to_string_lossy().into_owned() },
        Failure::Io(error) => RenderError::Stopped(format!("it cannot be run: {error}")),
        Failure::TimedOut => {
            RenderError::Stopped(format!("it gave no end within {} s and was stopped", LIMITS.time.as_secs()))
        }
        Failure::Flooded => {
            RenderError::Stopped(format!("it wrote more than {} MiB and was stopped", LIMITS.output >> 20))
        }
    })
}

/// What a program wrote.
pub(super) fn text(stdout: Vec<u8>) -> Result<String, RenderError> {
    String::from_utf8(stdout).map_err(|error| RenderError::Refused(format!("its output is no UTF-8: {error}")))
}
