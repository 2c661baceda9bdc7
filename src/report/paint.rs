//! Colours, or none.

use crate::finding::Severity;
use anstyle::{AnsiColor, Style};
use std::fmt::Display;

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const PLACE: Style = AnsiColor::Cyan.on_default();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();

/// The colour of a severity.
pub(super) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Info => AnsiColor::Blue.on_default().bold(),
    }
}

/// Styles text if colour is on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    /// Whether it does anything.
    pub(super) on: bool,
}

impl Paint {
    /// `text` in `style`.
    pub(super) fn put(self, style: Style, text: impl Display) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}
