//! The way from a text to its documents: split, parse the pieces side by side, check each tree.

use super::build::{self, Built};
use super::comment;
use super::document::{Document, Problem, ProblemKind};
use super::message;
use super::split::{self, Piece, PieceKind};
use super::tree::{Tag, Tree};
use super::{check, scalar};
use crate::text::{SourceId, Span};
use rayon::prelude::*;
use std::sync::Arc;

/// Smaller work is not worth handing to another thread.
const GROUP: usize = 64 * 1024;

/// Parses a text as kubectl does. Never panics; broken documents come without a root and do not hide the others.
/// Empty and comment-only documents are left out.
#[must_use]
pub fn parse(source: SourceId, text: &Arc<str>) -> Vec<Document> {
    if u32::try_from(text.len()).is_err() {
        return vec![too_long(source)];
    }
    let pieces = split::split(text);
    let groups = group(&pieces);
    let parse_group =
        |group: &&[Piece]| -> Vec<Parsed> { group.iter().map(|piece| parse_piece(source, text, piece)).collect() };
    let parsed: Vec<Vec<Parsed>> = if groups.len() > 1 {
        groups.par_iter().map(parse_group).collect()
    } else {
        groups.iter().map(parse_group).collect()
    };
    gather(parsed.into_iter().flatten())
}

struct Parsed {
    document: Option<Document>,
    /// Kept comments of a piece without content.
    comments: Vec<Span>,
}

/// Neighbouring pieces of at least [`GROUP`] bytes together.
fn group(pieces: &[Piece]) -> Vec<&[Piece]> {
    let mut groups = Vec::new();
    let mut rest = pieces;
    while !rest.is_empty() {
        let mut bytes = 0;
        let count = rest
            .iter()
            .take_while(|piece| {
                let is_open = bytes < GROUP;
                bytes += piece.body.len();
                is_open
            })
            .count();
        let (group, after) = rest.split_at(count);
        groups.push(group);
        rest = after;
    }
    groups
}

/// Comments that stand alone between separators go to the next document, those at the end to the last.
fn gather(parsed: impl Iterator<Item = Parsed>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    let mut waiting: Vec<Span> = Vec::new();
    for piece in parsed {
        waiting.extend(piece.comments);
        if let Some(mut document) = piece.document {
            waiting.append(&mut document.comments);
            document.comments = std::mem::take(&mut waiting);
            documents.push(document);
        }
    }
    if let Some(last) = documents.last_mut() {
        last.comments.append(&mut waiting);
    }
    documents
}

fn parse_piece(source: SourceId, text: &Arc<str>, piece: &Piece) -> Parsed {
    let body = text.get(piece.body.clone()).unwrap_or("");
    let header = comment::header(text, piece.body.clone());
    let rest = text.get(header.end..piece.body.end).unwrap_or("");
    let mut built = match broken_before_parsing(text, body, piece) {
        Some(problem) => broken(problem),
        None => build::build(&build::Input {
            text,
            body: piece.body.clone(),
            is_json: piece.kind == PieceKind::Json,
            comments_from: rest.contains(comment::MARK).then_some(header.end),
        }),
    };
    let mut problems = std::mem::take(&mut built.problems);
    let mut tree = std::mem::take(&mut built.tree);
    let mut is_broken = built.is_broken;
    if !is_broken {
        is_broken = check::check(&mut tree, text, built.has_aliases, &mut problems);
    }
    if let Some(content) = &piece.on_separator {
        // One cause, one report: that the content does not parse after `---` either is no news.
        problems.retain(|problem| !is_broken || problem.kind != ProblemKind::Syntax);
        problems.insert(0, on_separator(Span::from_range(content.clone())));
    }
    if let Some(content) = &piece.dropped {
        problems.push(message::dropped(Span::from_range(content.clone())));
    }
    let mut comments = header.comments;
    let source_comment =
        comments.iter().rev().find(|span| text.get(span.range()).is_some_and(comment::is_source)).copied();
    comments.append(&mut built.comments);
    let has_content = !is_null(&tree, text);
    if !has_content && problems.is_empty() {
        return Parsed { document: None, comments };
    }
    let end = piece.body.start + body.trim_end().len();
    let document = Document {
        source,
        text: Arc::clone(text),
        span: Span::from_range(header.first_visible.min(end)..end),
        has_root: has_content && !is_broken,
        tree: if is_broken { Tree::default() } else { tree },
        problems,
        comments,
        source_comment,
    };
    Parsed { document: Some(document), comments: Vec::new() }
}

/// kubectl skips documents that are null, written or not.
fn is_null(tree: &Tree, text: &str) -> bool {
    match tree.nodes.first() {
        None => true,
        Some(node) => {
            node.kind == super::tree::Kind::Scalar
                && node.tag == Tag::None
                && tree.scalar(text, 0) == Ok(scalar::Scalar::Null)
        }
    }
}

fn broken(problem: Problem) -> Built {
    Built {
        tree: Tree::default(),
        has_aliases: false,
        problems: vec![problem],
        is_broken: true,
        tabs_in_flow: None,
        comments: Vec::new(),
    }
}

fn broken_before_parsing(text: &str, body: &str, piece: &Piece) -> Option<Problem> {
    let base = piece.body.start;
    let problem = |kind, span, message: String, help: &str| Problem {
        kind,
        span,
        message,
        other: None,
        path: String::new(),
        help: Some(help.to_owned()),
    };
    if piece.kind == PieceKind::AfterJson {
        let line = body.lines().next().unwrap_or("").trim_end();
        let message = "this follows JSON values and is no JSON value itself".to_owned();
        let span = Span::from_range(base..base + line.len());
        return Some(problem(ProblemKind::Syntax, span, message, "write all documents as JSON, or all as YAML"));
    }
    if let Some(line) = leading_end(body) {
        let message = "kubectl refuses `...` before the first content".to_owned();
        let span = Span::from_range(base + line..base + line + 3);
        return Some(problem(ProblemKind::Syntax, span, message, "remove the line, or write `---` in its place"));
    }
    let (offset, character) = control_character(body)?;
    let span = Span::from_range(base + offset..base + offset + character.len_utf8());
    let line = text.get(..span.start as usize).map_or(1, |before| before.matches('\n').count() + 1);
    let message = format!("line {line} contains the control character U+{:04X}", u32::from(character));
    Some(problem(ProblemKind::Encoding, span, message, "remove the character, or write it as an escape in quotes"))
}

/// A `...` line with nothing but comments before it.
fn leading_end(body: &str) -> Option<usize> {
    let offset = split::content_start(body)?;
    let line = body.get(offset..)?.strip_prefix("...")?;
    let at_start = offset == 0 || body.get(..offset)?.ends_with(['\n', '\r']);
    (at_start && (line.is_empty() || line.starts_with([' ', '\t', '\n', '\r']))).then_some(offset)
}

/// The first character that go-yaml refuses (`readerc.go`).
fn control_character(body: &str) -> Option<(usize, char)> {
    let bytes = body.as_bytes();
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        // 0xC2 begins U+0080 to U+00BF, 0xEF begins U+F000 to U+FFFF; nearly no text gets here.
        let is_suspect =
            |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7F | 0xC2 | 0xEF);
        let offset = from + rest.iter().position(is_suspect)?;
        let character = body.get(offset..)?.chars().next()?;
        let is_refused = match character {
            '\u{85}' => false,
            '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' | '\u{7f}' => true,
            other => other < ' ',
        };
        if is_refused {
            return Some((offset, character));
        }
        from = offset + character.len_utf8();
    }
}

fn on_separator(span: Span) -> Problem {
    Problem {
        kind: ProblemKind::ContentOnSeparator,
        span,
        message: "text follows `---` on its line; kubectl refuses the file from here on".to_owned(),
        other: None,
        path: String::new(),
        help: Some("begin the document on the line after `---`".to_owned()),
    }
}

fn too_long(source: SourceId) -> Document {
    Document {
        source,
        text: Arc::from(""),
        span: Span::default(),
        tree: Tree::default(),
        has_root: false,
        problems: vec![Problem {
            kind: ProblemKind::Limit,
            span: Span::default(),
            message: "the text is longer than 4 GiB".to_owned(),
            other: None,
            path: String::new(),
            help: Some("split the file".to_owned()),
        }],
        comments: Vec::new(),
        source_comment: None,
    }
}
