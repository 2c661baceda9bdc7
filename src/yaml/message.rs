//! What the parser's errors mean to the author of a manifest, in the words of the house.

use super::document::{Problem, ProblemKind};
use crate::text::Span;
use granit_parser::{ErrorKind, ScanError};

/// The problem of a text that is no YAML. `at` is absolute; `end` is the end of the piece.
pub(super) fn syntax(error: &ScanError, text: &str, at: usize, end: usize, path: String) -> Problem {
    let kind = match error.kind() {
        ErrorKind::RecursionLimitExceeded => ProblemKind::Limit,
        _ => ProblemKind::Syntax,
    };
    let (message, help) = words(error.kind());
    Problem {
        kind,
        span: place(text, at, end),
        message: message.unwrap_or_else(|| lower_case(&error.info())),
        other: None,
        path,
        help: help.map(str::to_owned),
    }
}

/// True for the errors on tabs in the indentation.
pub(super) fn is_about_tabs(error: &ScanError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
    )
}

/// The problem of a text that is nested too deep.
pub(super) fn too_deep(text: &str, at: usize, end: usize, path: String) -> Problem {
    let (message, help) = words(&ErrorKind::RecursionLimitExceeded);
    Problem {
        kind: ProblemKind::Limit,
        span: place(text, at, end),
        message: message.unwrap_or_default(),
        other: None,
        path,
        help: help.map(str::to_owned),
    }
}

/// Content that nobody reads.
pub(super) fn dropped(span: Span) -> Problem {
    Problem {
        kind: ProblemKind::DroppedContent,
        span,
        message: "everything after the end of this document is dropped up to the next `---`".to_owned(),
        other: None,
        path: String::new(),
        help: Some("write `---` on a line of its own before the next document".to_owned()),
    }
}

/// The visible text at an error, up to the end of the word; the last visible character where the text has ended.
fn place(text: &str, at: usize, end: usize) -> Span {
    let end = end.min(text.len());
    let at = at.min(end);
    let rest = text.get(at..end).unwrap_or("");
    let word = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    if word > 0 {
        return Span::from_range(at..at + word);
    }
    // Tabs are the error themselves.
    if rest.starts_with('\t') {
        return Span::from_range(at..at + rest.len() - rest.trim_start_matches('\t').len());
    }
    let before = text.get(..at).unwrap_or("").trim_end();
    let width = before.chars().next_back().map_or(0, char::len_utf8);
    Span::from_range(before.len() - width..before.len())
}

fn lower_case(message: &str) -> String {
    let mut characters = message.trim_end_matches('.').chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => "this is not YAML".to_owned(),
    }
}

fn words(kind: &ErrorKind) -> (Option<String>, Option<&'static str>) {
    let (message, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => ("a tab stands where YAML takes spaces only", "indent with spaces"),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("this quote is never closed", "close the quote, or put the whole value in other quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quote of a value",
            "put the whole value in quotes, and double or escape the quotes inside it",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "a `:` makes a key where no key can stand",
            "put a value that contains `: ` in quotes, or indent the key like its siblings",
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this line has no `:` and is no key", "add the `:`, or indent the line under the value it continues")
        }
        ErrorKind::ExpectedBlockMappingKey => {
            ("a key is missing here, or this line is indented unlike its siblings", "indent it like its siblings")
        }
        ErrorKind::InvalidIndentation | ErrorKind::InvalidQuotedScalarIndent | ErrorKind::InvalidFlowScalarIndent => {
            ("this line is indented like none of the lines it belongs to", "indent it like its siblings")
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("this line stands in a list and does not begin with `- `", "begin it with `- `, or indent it further")
        }
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => {
            ("a list item begins where no list can stand", "put the `- ` on a line of its own under the key")
        }
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => {
            ("this list in brackets lacks a `,` or its `]`", "add the `,` or close the list with `]`")
        }
        ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator => (
            "this map in braces lacks a `,` or its `}`",
            "add the `,`, close the map with `}`, or quote a text with braces",
        ),
        ErrorKind::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing", "remove it, or put the whole value in quotes")
        }
        ErrorKind::DirectiveDisallowed => ("kubectl refuses lines that begin with `%`", "remove the line"),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => (
            "a `\\` in this quoted value begins no escape that YAML knows",
            "write `\\\\` for a backslash, or use single quotes, in which nothing is escaped",
        ),
        ErrorKind::RecursionLimitExceeded => {
            ("this is nested deeper than the 10,000 levels that kubectl reads", "flatten the document")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let shown = character.escape_default();
            return (Some(format!("`{shown}` cannot begin a value without quotes")), Some("put the value in quotes"));
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            return (Some(format!("this `{open}` is never closed")), Some("close it, or put the value in quotes"));
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{open}` is closed by `{close}`");
            return (Some(message), Some("close each bracket with its like, or put the value in quotes"));
        }
        _ => return (None, None),
    };
    (Some(message.to_owned()), Some(help))
}
