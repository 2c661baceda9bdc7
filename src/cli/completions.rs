//! `aiplat-lint completions`: what a shell completes.

use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The shell to write for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "aiplat-lint", &mut script);
    // clap_complete 4.6 gives the states of a subcommand two names in bash where the tool's has a hyphen, so that nothing
    // is completed behind it: https://github.com/clap-rs/clap/issues/6421
    let script = String::from_utf8_lossy(&script).replace("aiplat__subcmd__lint", "aiplat__lint");
    // A closed pipe (`| head`) is nothing to complain about.
    let _ = std::io::stdout().lock().write_all(script.as_bytes());
    ExitCode::SUCCESS
}
