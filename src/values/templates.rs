//! Which values the templates of a chart read.

/// What the templates of one chart read of `.Values`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateKeys {}
