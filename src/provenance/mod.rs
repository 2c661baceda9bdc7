//! From a finding in a rendered manifest to the template line that wrote the field and the values line that feeds it.
//!
//! Measured, not guessed: an instrumented render tells the line, renders with changed values tell the key. Findings and
//! exit codes stay what they are.

pub mod instrument;
pub mod marks;
pub mod scratch;
mod shape;
pub mod subcharts;
pub mod template;
