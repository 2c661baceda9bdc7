//! `aiplat-lint explain`: a rule's page in the terminal.

use crate::cli::{EXIT_FAILURE, complain, did_you_mean};
use crate::engine;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Id of the rule, as findings show it in brackets
    rule: String,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let rules = engine::load_rules();
    let Some(rule) = rules.iter().find(|rule| rule.rule.id == arguments.rule) else {
        let known = rules.iter().map(|rule| rule.rule.id);
        let hint = did_you_mean(&arguments.rule, known);
        complain(&format!("error: there is no rule `{}`{hint}", arguments.rule));
        return ExitCode::from(EXIT_FAILURE);
    };
    let meta = &rule.meta;
    let mut page = format!(
        "{}\n{}\n\nseverity: {}   profile: {}   fix: {}   since: {}\nwhy: {}\n\n{}",
        rule.rule.id,
        meta.summary,
        meta.severity,
        meta.profile.as_str(),
        meta.fix.as_str(),
        meta.since,
        meta.why,
        without_title(rule.body),
    );
    if !meta.references.is_empty() {
        page.push_str("\nReferences:\n");
        for reference in &meta.references {
            page.push_str(&format!("  {reference}\n"));
        }
    }
    // A closed pipe (`| head`) is nothing to complain about.
    let _ = std::io::stdout().lock().write_all(page.as_bytes());
    ExitCode::SUCCESS
}

/// The page without its first heading, which repeats the id.
fn without_title(body: &str) -> &str {
    match body.split_once('\n') {
        Some((first, rest)) if first.starts_with("# ") => rest.trim_start_matches('\n'),
        _ => body,
    }
}
