//! The command line: one file per subcommand.

mod check;
mod completions;
mod configuration;
mod explain;
mod man;
mod rules;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The run could not be done, or something in scope could not be read.
const EXIT_FAILURE: u8 = 2;
/// Findings at or above `--fail-on`.
const EXIT_FINDINGS: u8 = 1;

#[derive(Debug, Parser)]
#[command(
    name = "aiplat-lint",
    version,
    about = "Finds Kubernetes autoscalers, disruption budgets and placement rules that will not work, before they reach a cluster",
    after_help = "Exit codes: 0 clean or below --fail-on, 1 findings, 2 something could not be read or done."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lint files, directories or standard input
    Check(Box<check::Arguments>),
    /// Show a rule's page: what it flags, why, and how to fix it
    Explain(explain::Arguments),
    /// List all rules
    Rules(rules::Arguments),
    /// Write completions for a shell to standard output
    Completions(completions::Arguments),
    /// Write the manual page to standard output
    Man(man::Arguments),
}

/// Runs the tool on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap chooses stdout for help and stderr for mistakes; a closed pipe is nothing to complain about.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { EXIT_FAILURE } else { 0 });
        }
    };
    match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// Writes one line to stderr; nothing can be done where that fails.
fn complain(line: &str) {
    use std::io::Write;
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// The known name nearest to a mistyped one, as "; did you mean `x`?", or nothing.
fn did_you_mean<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> String {
    use crate::spelling::distance;
    let nearest = known.filter_map(|name| Some((distance(typed, name, 4)?, name))).min();
    match nearest {
        Some((_, name)) => format!("; the nearest is `{name}`"),
        None => "; `aiplat-lint rules` lists them all".to_owned(),
    }
}
