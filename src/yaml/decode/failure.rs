//! The error inside the decoder: a message that gets its place on the way out, and the words for each mismatch.

use super::super::node::{NodeKind, NodeRef};
use super::super::scalar::Scalar;
use super::{DecodeError, Wanted};
use crate::text::Span;
use serde::de::{Expected, Unexpected};
use std::fmt;

#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    place: Option<(String, Span)>,
}

impl Failure {
    /// Sets the place unless a deeper one is known.
    pub(super) fn at(mut self, place: impl FnOnce() -> (String, Span)) -> Self {
        if self.place.is_none() {
            self.place = Some(place());
        }
        self
    }

    /// Shows a boolean as the author wrote it.
    pub(super) fn quoting(mut self, value: bool, raw: &str) -> Self {
        if self.place.is_none() {
            self.message = self.message.replace(&format!("`{value}`"), &format!("`{raw}`"));
        }
        self
    }

    pub(super) fn into_error(self, root: NodeRef<'_>) -> DecodeError {
        let (path, span) = self.place.unwrap_or_else(|| (String::new(), root.span()));
        DecodeError { path, span, message: self.message }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl serde::de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("{} stands where {expected} is expected", shown(&unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("{} does not fit {expected}", shown(&unexpected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let list: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
        Self::custom(format_args!("`{variant}` is none of {}", list.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("`{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format_args!("`{field}` is set twice"))
    }
}

fn shown(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(value) => format!("the boolean `{value}`"),
        Unexpected::Unsigned(value) => format!("the number `{value}`"),
        Unexpected::Signed(value) => format!("the number `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Str(value) => format!("the text `{}`", shorten(value)),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        other => other.to_string(),
    }
}

/// The message for a node that is not what its field takes.
pub(super) fn mismatch(node: NodeRef<'_>, wanted: Wanted) -> Failure {
    let message = match (wanted, node.kind(), node.scalar()) {
        (Wanted::Text, _, Some(scalar @ (Scalar::Bool(_) | Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)))) => {
            format!("`{}` is {} here; quote it to get the text", shorten(node.raw()), scalar.type_name())
        }
        (Wanted::WholeNumber, _, Some(Scalar::Float(_))) => {
            format!("`{}` is no whole number of 64 bits", shorten(node.raw()))
        }
        (Wanted::WholeNumber | Wanted::Number | Wanted::Boolean, _, Some(Scalar::Str(text)))
            if node.is_quoted() && fits_without_quotes(&text, wanted) =>
        {
            format!("`{}` is text here; remove the quotes to get {}", shorten(node.raw()), name(wanted))
        }
        (_, NodeKind::Mapping, _) => format!("a map stands where {} is expected", name(wanted)),
        (_, NodeKind::Sequence, _) => format!("a list stands where {} is expected", name(wanted)),
        (_, NodeKind::Scalar, scalar) => {
            let kind = scalar.as_ref().map_or("null", Scalar::type_name);
            let written = first_line(node.raw());
            format!("`{}` is {kind} where {} is expected", shorten(written), name(wanted))
        }
    };
    Failure { message, place: None }
}

fn fits_without_quotes(text: &str, wanted: Wanted) -> bool {
    match super::super::scalar::resolve_plain(text) {
        scalar @ (Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => {
            wanted == Wanted::Number || wanted == Wanted::WholeNumber && scalar.as_int().is_some()
        }
        Scalar::Bool(_) => wanted == Wanted::Boolean,
        _ => false,
    }
}

fn name(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Text => "text",
        Wanted::WholeNumber => "a whole number",
        Wanted::Number => "a number",
        Wanted::Boolean => "`true` or `false`",
        Wanted::Map => "a map",
        Wanted::List => "a list",
        Wanted::Null => "null",
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or("")
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
