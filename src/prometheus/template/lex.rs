//! Splits a template into texts and actions, and an action into tokens.

use std::ops::Range;

use super::TemplateError;

const OPEN: &str = "<<";
const CLOSE: &str = ">>";
/// What Go's trim markers remove.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Range<usize>),
    Action { tokens: Vec<Token>, range: Range<usize> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
    /// White space stands before it.
    pub(super) spaced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `.Name`
    Field(String),
    Dot,
    /// `$` or `$name`
    Variable(String),
    Word(String),
    Text(String),
    Int(i64),
    Open,
    Close,
    Pipe,
    Assign,
    Declare,
    Comma,
}

pub(super) fn lex(source: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut trim_left = false;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        let Some(offset) = rest.find(OPEN) else {
            push_text(&mut pieces, source, at..source.len(), trim_left, false);
            return Ok(pieces);
        };
        let action = at + offset;
        let mut inside = action + OPEN.len();
        let trims = trim_marker(source, inside);
        push_text(&mut pieces, source, at..action, trim_left, trims);
        if trims {
            inside += 2;
        }
        let is_comment = source.get(inside..).is_some_and(|body| body.starts_with("/*"));
        let (end, trims_after, tokens) =
            if is_comment { comment(source, action, inside)? } else { tokens(source, action, inside)? };
        if !is_comment {
            pieces.push(Piece::Action { tokens, range: action..end });
        }
        trim_left = trims_after;
        at = end;
    }
}

/// True for `- ` at `at`, the marker after an opening delimiter.
fn trim_marker(source: &str, at: usize) -> bool {
    let rest = source.get(at..).unwrap_or_default();
    rest.strip_prefix('-').is_some_and(|after| after.starts_with(SPACE))
}

fn push_text(pieces: &mut Vec<Piece>, source: &str, range: Range<usize>, trim_left: bool, trim_right: bool) {
    let Some(text) = source.get(range.clone()) else { return };
    let start = if trim_left { range.end - text.trim_start_matches(SPACE).len() } else { range.start };
    let end = if trim_right { range.start + text.trim_end_matches(SPACE).len() } else { range.end };
    if start < end {
        pieces.push(Piece::Text(start..end));
    }
}

type ActionEnd = (usize, bool, Vec<Token>);

fn comment(source: &str, action: usize, at: usize) -> Result<ActionEnd, TemplateError> {
    let body = source.get(at..).unwrap_or_default();
    let Some(length) = body.find("*/") else {
        return Err(syntax("unclosed comment", action..source.len()));
    };
    let after = at + length + 2;
    match closing(source, after) {
        Some((end, trims)) => Ok((end, trims, Vec::new())),
        None => Err(syntax("comment ends before the closing `>>`", action..after)),
    }
}

/// The offset after a closing delimiter at `at`, with whether it trims the text after it.
fn closing(source: &str, at: usize) -> Option<(usize, bool)> {
    let rest = source.get(at..)?;
    if rest.starts_with(CLOSE) {
        return Some((at + CLOSE.len(), false));
    }
    let space = rest.chars().next().filter(|c| SPACE.contains(c))?;
    let marked = rest.get(space.len_utf8()..)?;
    marked.strip_prefix('-')?.starts_with(CLOSE).then_some((at + space.len_utf8() + 1 + CLOSE.len(), true))
}

fn tokens(source: &str, action: usize, start: usize) -> Result<ActionEnd, TemplateError> {
    let mut tokens = Vec::new();
    let mut at = start;
    let mut spaced = true;
    loop {
        if let Some((end, trims)) = closing(source, at) {
            return Ok((end, trims, tokens));
        }
        let rest = source.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return Err(syntax("unclosed action", action..source.len()));
        };
        if SPACE.contains(&c) {
            at += c.len_utf8();
            spaced = true;
            continue;
        }
        let (kind, length) = token(rest, c).map_err(|message| match message {
            Some(message) => syntax(message, at..at + c.len_utf8()),
            None => TemplateError::Unsure { range: at..at + c.len_utf8() },
        })?;
        tokens.push(Token { kind, range: at..at + length, spaced });
        at += length;
        spaced = false;
    }
}

/// One token at the start of `rest`; an error without a message is something this reader does not know.
fn token(rest: &str, c: char) -> Result<(TokenKind, usize), Option<&'static str>> {
    let name = |from: usize| {
        let body = rest.get(from..).unwrap_or_default();
        body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len())
    };
    let text = |range: Range<usize>| rest.get(range).unwrap_or_default().to_owned();
    match c {
        '.' => {
            let length = name(1);
            let body = text(1..1 + length);
            match body.chars().next() {
                None => Ok((TokenKind::Dot, 1)),
                Some(first) if first.is_numeric() => Err(None),
                Some(_) => Ok((TokenKind::Field(body), 1 + length)),
            }
        }
        '$' => Ok((TokenKind::Variable(text(0..1 + name(1))), 1 + name(1))),
        '(' => Ok((TokenKind::Open, 1)),
        ')' => Ok((TokenKind::Close, 1)),
        '|' => Ok((TokenKind::Pipe, 1)),
        ',' => Ok((TokenKind::Comma, 1)),
        '=' => Ok((TokenKind::Assign, 1)),
        ':' if rest.starts_with(":=") => Ok((TokenKind::Declare, 2)),
        '"' => quoted(rest),
        '`' => {
            let end = rest.get(1..).and_then(|body| body.find('`')).ok_or(Some("unterminated raw quoted string"))?;
            Ok((TokenKind::Text(text(1..1 + end)), end + 2))
        }
        '\'' | '+' | '-' => Err(None),
        _ if c.is_ascii_digit() => {
            let length = name(0);
            let number = text(0..length);
            let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && (length == 1 || c != '0');
            let value =
                number.parse().ok().filter(|_| plain && !rest.get(length..).unwrap_or_default().starts_with('.'));
            value.map(|value| (TokenKind::Int(value), length)).ok_or(None)
        }
        _ if c.is_alphabetic() || c == '_' => Ok((TokenKind::Word(text(0..name(0))), name(0))),
        _ => Err(Some("unexpected character in action")),
    }
}

/// A Go string literal; rare escapes are left alone.
fn quoted(rest: &str) -> Result<(TokenKind, usize), Option<&'static str>> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((TokenKind::Text(text), at + 1)),
            '\n' => break,
            '\\' => text.push(match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, 't')) => '\t',
                Some((_, 'r')) => '\r',
                Some((_, c @ ('"' | '\\'))) => c,
                Some(_) => return Err(None),
                None => break,
            }),
            _ => text.push(c),
        }
    }
    Err(Some("unterminated quoted string"))
}

pub(super) fn syntax(message: impl Into<String>, range: Range<usize>) -> TemplateError {
    TemplateError::Syntax { message: message.into(), range }
}
