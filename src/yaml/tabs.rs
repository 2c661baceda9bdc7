//! Tabs at the beginning of lines: where go-yaml v2 refuses them and the parser is more lenient, and where go-yaml
//! takes them, between the brackets of a flow collection, and the parser does not.

use super::document::{Problem, ProblemKind};
use super::tree::{Kind, Style, Tree};
use crate::text::Span;
use std::ops::Range;

/// The first tab in the indentation of a line that go-yaml refuses.
pub(super) fn refused(tree: &Tree, text: &str, body: Range<usize>) -> Option<Problem> {
    let inside = text.get(body.clone())?;
    if !inside.contains('\t') {
        return None;
    }
    let mut walk = Walk {
        tree,
        text,
        next: 0,
        open: Vec::new(),
        leaf: None,
        flow_end: 0,
        blank_until: 0,
        column: None,
        first_content_end: 0,
    };
    let mut line = body.start;
    for content in inside.split_inclusive(['\n', '\r']) {
        let spaces = content.bytes().take_while(|byte| *byte == b' ').count();
        if content.as_bytes().get(spaces) == Some(&b'\t') {
            walk.advance(line + spaces);
            if walk.refuses(line + spaces, spaces) {
                let tabs = content.bytes().skip(spaces).take_while(|byte| *byte == b'\t').count();
                return Some(problem(tree, text, line + spaces..line + spaces + tabs, walk.leaf));
            }
        }
        line += content.len();
    }
    None
}

fn problem(tree: &Tree, text: &str, tabs: Range<usize>, leaf: Option<u32>) -> Problem {
    Problem {
        kind: ProblemKind::Syntax,
        span: Span::from_range(tabs),
        message: "a tab stands where YAML takes spaces only".to_owned(),
        other: None,
        path: leaf.map(|leaf| super::path::path_of(tree, text, leaf)).unwrap_or_default(),
        help: Some("indent with spaces, and leave empty lines empty".to_owned()),
    }
}

/// One pass over the nodes in step with the lines; each byte is looked at a fixed number of times.
struct Walk<'t> {
    tree: &'t Tree,
    text: &'t str,
    next: u32,
    /// Block collections around the last leaf.
    open: Vec<u32>,
    leaf: Option<u32>,
    /// Where the flow collections that have begun end.
    flow_end: usize,
    /// After the last leaf, the text up to here is blank.
    blank_until: usize,
    /// Tabs from this column on are blanks or content of the last leaf, once it is known.
    column: Option<usize>,
    /// Tabs before this offset stand above or on the line that sets the indentation of a block scalar.
    first_content_end: usize,
}

impl Walk<'_> {
    /// Takes all nodes that begin before `offset`.
    fn advance(&mut self, offset: usize) {
        while self.next < self.tree.len() {
            let id = self.next;
            let node = self.tree.node(id);
            if node.start as usize > offset {
                return;
            }
            while self.open.last().is_some_and(|open| self.tree.node(*open).next <= id) {
                self.open.pop();
            }
            match (node.kind, node.style) {
                (Kind::Mapping | Kind::Sequence, Style::Flow) => self.flow_end = self.flow_end.max(node.end as usize),
                (Kind::Mapping | Kind::Sequence, _) => self.open.push(id),
                _ => {
                    self.leaf = Some(id);
                    self.blank_until = node.end as usize;
                    self.column = None;
                }
            }
            self.next += 1;
        }
    }

    /// go-yaml: a tab is a blank inside brackets and behind the indentation of plain text that may go on, and content
    /// behind the indentation of a block scalar; everywhere else at the beginning of a line it begins no token.
    fn refuses(&mut self, offset: usize, column: usize) -> bool {
        let in_flow = offset < self.flow_end;
        let Some(leaf) = self.leaf.map(|leaf| *self.tree.node(leaf)) else {
            return !in_flow;
        };
        let is_inside = offset < leaf.end as usize;
        if !is_inside && !self.is_blank_until(offset) {
            return !in_flow;
        }
        let is_block = matches!(leaf.style, Style::Literal | Style::Folded);
        let is_plain = leaf.style == Style::Plain && leaf.kind == Kind::Scalar && leaf.start < leaf.end;
        if !is_block && !is_plain {
            return !is_inside && !in_flow;
        }
        let least = match self.column {
            Some(least) => least,
            None if is_plain => self.plain_column(),
            None => self.content_column(leaf.start as usize, leaf.end as usize),
        };
        self.column = Some(least);
        column < least || is_block && offset < self.first_content_end
    }

    /// True where nothing but blanks stands between the last leaf and `offset`.
    fn is_blank_until(&mut self, offset: usize) -> bool {
        let is_blank = self.text.get(self.blank_until..offset).is_none_or(|between| between.trim().is_empty());
        if is_blank {
            self.blank_until = self.blank_until.max(offset);
        }
        is_blank
    }

    /// Plain text goes on behind the column of the innermost block collection.
    fn plain_column(&self) -> usize {
        self.open.last().map_or(0, |open| column(self.text, self.tree.node(*open).start as usize) + 1)
    }

    /// The indentation of the content of a block scalar: that of its first line which is not blank.
    fn content_column(&mut self, start: usize, end: usize) -> usize {
        let source = self.text.get(start..end).unwrap_or("");
        let mut lines = source.split_inclusive(['\n', '\r']);
        let header = lines.next().unwrap_or("");
        let mut at = start + header.len();
        let is_explicit = header.split('#').next().is_some_and(|header| header.contains(|c: char| c.is_ascii_digit()));
        for line in lines {
            at += line.len();
            let spaces = line.len() - line.trim_start_matches(' ').len();
            if !line.trim_end_matches(['\n', '\r']).trim_matches(' ').is_empty() {
                self.first_content_end = if is_explicit { 0 } else { at };
                return spaces;
            }
        }
        usize::MAX
    }
}

fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or("");
    offset - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// The body with the tabs that begin lines inside one flow collection replaced by spaces, so that all offsets stay.
/// `from` is the absolute offset of its opening bracket. `None` when there is nothing to replace.
pub(super) fn without_tabs_in_flow(body: &str, from: usize) -> Option<String> {
    let mut bytes = body.as_bytes().to_vec();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut at_line_start = false;
    let mut previous = b' ';
    let mut in_comment = false;
    let mut replaced = false;
    let mut skip = false;
    for byte in bytes.iter_mut().skip(from) {
        let current = *byte;
        let is_break = matches!(current, b'\n' | b'\r');
        if at_line_start && current == b'\t' {
            *byte = b' ';
            replaced = true;
        }
        at_line_start = is_break || at_line_start && matches!(current, b' ' | b'\t');
        in_comment &= !is_break;
        if skip {
            skip = false;
        } else if in_comment {
            // Brackets in comments do not count.
        } else if let Some(open) = quote {
            skip = open == b'"' && current == b'\\';
            if current == open {
                quote = None;
            }
        } else {
            match current {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b'#' => in_comment = previous.is_ascii_whitespace(),
                b'"' | b'\'' if !previous.is_ascii_alphanumeric() => quote = Some(current),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        previous = current;
    }
    if replaced { String::from_utf8(bytes).ok() } else { None }
}
