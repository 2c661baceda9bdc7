//! `aiplat-lint rules`: the catalogue.

use crate::engine::{self, LoadedRule};
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Output format
    #[arg(long, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Human,
    Json,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let rules = engine::load_rules();
    let text = match arguments.format {
        Format::Human => table(&rules),
        Format::Json => json(&rules),
    };
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn table(rules: &[LoadedRule]) -> String {
    let width = rules.iter().map(|rule| rule.rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let meta = &rule.meta;
        text.push_str(&format!(
            "{:width$}  {:7}  {:10}  {}\n",
            rule.rule.id,
            meta.severity,
            meta.profile.as_str(),
            meta.summary
        ));
    }
    text.push_str("\n`aiplat-lint explain RULE` shows a rule's page.\n");
    text
}

fn json(rules: &[LoadedRule]) -> String {
    let list: Vec<_> = rules
        .iter()
        .map(|rule| {
            let meta = &rule.meta;
            serde_json::json!({
                "id": rule.rule.id,
                "summary": meta.summary,
                "why": meta.why,
                "severity": meta.severity,
                "profile": meta.profile,
                "category": meta.category,
                "fix": meta.fix,
                "since": meta.since,
                "references": meta.references,
            })
        })
        .collect();
    serde_json::to_string_pretty(&list).map_or_else(|_| String::new(), |text| text + "\n")
}
