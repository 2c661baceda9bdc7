//! `aiplat-lint man`: the manual, as `man` reads it.

use crate::cli::{EXIT_FAILURE, complain};
use clap::CommandFactory;
use clap_mangen::Man;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Subcommand whose page is wanted; by default the page of the tool
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut tool = super::Arguments::command();
    // Built, its subcommands know their full names.
    tool.build();
    let page = match &arguments.command {
        None => tool,
        Some(name) => match tool.find_subcommand(name) {
            Some(command) => command.clone().version(env!("CARGO_PKG_VERSION")),
            None => {
                let known: Vec<&str> = tool.get_subcommands().map(clap::Command::get_name).collect();
                complain(&format!("error: there is no subcommand `{name}`; known are {}", known.join(", ")));
                return ExitCode::from(EXIT_FAILURE);
            }
        },
    };
    let mut text = Vec::new();
    if let Err(error) = Man::new(page).render(&mut text) {
        complain(&format!("error: cannot write the page: {error}"));
        return ExitCode::from(EXIT_FAILURE);
    }
    // A closed pipe (`| head`) is nothing to complain about.
    let _ = std::io::stdout().lock().write_all(&text);
    ExitCode::SUCCESS
}
