//! Loads the configuration of a run, or a report on why it cannot be followed.

use crate::config::{self, Config};
use crate::engine;
use crate::report::{Diagnostic, Gravity, Report, Stats};
use crate::source::ConfigFile;
use crate::text::{Source, Sources};
use std::path::{Path, PathBuf};

/// The configuration of a run.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What it says.
    pub(super) config: Config,
    /// The folder of its file, if there is one.
    pub(super) folder: Option<PathBuf>,
}

/// The configuration with what is to be said about it.
pub(super) fn load(named: Option<&Path>, paths: &[PathBuf]) -> Result<(Found, Vec<Diagnostic>), Box<Report>> {
    let mut sources = Sources::default();
    let file = match ConfigFile::find(named, paths) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok((Found::default(), Vec::new())),
        Err(diagnostic) => return Err(Box::new(report(sources, vec![diagnostic]))),
    };
    let source = sources.add(Source::new(file.name.clone(), file.text.clone()));
    let rules: Vec<&str> = engine::load_rules().iter().map(|rule| rule.rule.id).collect();
    match config::read(source, &file.text, &rules) {
        Ok(config) => {
            let message = format!("the configuration is {}", file.name);
            let note = Diagnostic { gravity: Gravity::Detail, message, help: None, place: None };
            Ok((Found { config, folder: Some(file.folder) }, vec![note]))
        }
        Err(mistakes) => {
            let diagnostics = mistakes.into_iter().map(|mistake| Diagnostic {
                gravity: Gravity::Failure,
                message: mistake.message,
                help: mistake.help,
                place: Some((source, mistake.span)),
            });
            Err(Box::new(report(sources, diagnostics.collect())))
        }
    }
}

/// The report of a run that did not take place.
fn report(sources: Sources, diagnostics: Vec<Diagnostic>) -> Report {
    Report {
        sources,
        builds: Vec::new(),
        findings: Vec::new(),
        workloads: Vec::new(),
        diagnostics,
        rules: Vec::new(),
        stats: Stats::default(),
    }
}
