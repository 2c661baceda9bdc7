//! From the parser's events to the arena. Spans become what a person would select: block collections end after their
//! last content, block scalars begin at their header, implicit nulls stand after their `:` or `-`.

mod place;
mod strict;

use super::comment;
use super::document::{Problem, ProblemKind};
use super::message;
use super::tree::{Kind, NONE, Node, Style, Tag, Tree};
use crate::text::Span;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};
use std::ops::Range;

/// go-yaml v2 refuses deeper nesting (`max_flow_level`, `max_indents` in `scannerc.go`).
pub(super) const DEEPEST: usize = 10_000;

/// The outcome of one piece: a tree, empty when there is no content, or a problem.
pub(super) struct Built {
    pub(super) tree: Tree,
    pub(super) has_aliases: bool,
    pub(super) problems: Vec<Problem>,
    pub(super) is_broken: bool,
    /// Where a flow collection begins that the parser refuses because of tabs at the beginning of its lines.
    pub(super) tabs_in_flow: Option<usize>,
    pub(super) comments: Vec<Span>,
}

/// What the builder needs to know of a piece.
pub(super) struct Input<'t> {
    pub(super) text: &'t str,
    pub(super) body: Range<usize>,
    pub(super) is_json: bool,
    /// Kept comments are wanted from here on.
    pub(super) comments_from: Option<usize>,
}

/// Parses one piece.
pub(super) fn build(input: &Input<'_>) -> Built {
    let body = input.text.get(input.body.clone()).unwrap_or("");
    let mut built = parse(input, body);
    // Each retry mends one flow collection; the bound keeps hostile texts from costing more than seconds.
    let mut replaced: Option<String> = None;
    let mut cost = body.len();
    while let Some(from) = built.tabs_in_flow {
        let current = replaced.as_deref().unwrap_or(body);
        let Some(next) = super::tabs::without_tabs_in_flow(current, from - input.body.start) else {
            break;
        };
        cost = cost.saturating_add(body.len().max(1024));
        if cost > MOST_RETRIED.max(4 * body.len()) {
            break;
        }
        built = parse(input, &next);
        replaced = Some(next);
    }
    if !built.is_broken
        && let Some(problem) =
            super::tabs::refused(&built.tree, input.text, input.body.start..read_until(input, &built))
    {
        built.problems = vec![problem];
        built.is_broken = true;
    }
    built
}

/// Where go-yaml stops reading: before content that is dropped, or at the end.
fn read_until(input: &Input<'_>, built: &Built) -> usize {
    let dropped = built.problems.iter().find(|problem| problem.kind == ProblemKind::DroppedContent);
    dropped.map_or(input.body.end, |problem| problem.span.start as usize)
}

/// Bytes that are parsed again at most on account of tabs.
const MOST_RETRIED: usize = 16 << 20;

/// Parses `body`, which stands at the place of the piece.
fn parse(input: &Input<'_>, body: &str) -> Built {
    let mut builder = Builder {
        text: input.text,
        body,
        is_json: input.is_json,
        base: input.body.start,
        tree: Tree::default(),
        open: Vec::new(),
        anchors: Vec::new(),
        last_end: offset(input.body.start),
        is_too_deep: false,
        built: Built {
            tree: Tree::default(),
            has_aliases: false,
            problems: Vec::new(),
            is_broken: false,
            tabs_in_flow: None,
            comments: Vec::new(),
        },
        comments_from: input.comments_from,
    };
    // About one node a dozen bytes in manifests; growing a large vector costs more than the guess.
    builder.tree.nodes.reserve(builder.body.len() / 12);
    builder.run(options(input));
    let mut built = builder.built;
    built.tree = builder.tree;
    built
}

fn options(input: &Input<'_>) -> granit_parser::Options {
    granit_parser::options! {
        disallow_directives: true,
        bom_inside_document_as_content: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: input.comments_from.is_some(),
        max_buffered_comment_events: usize::MAX,
        // JSON has no limit on keys; go-yaml has YAML's.
        simple_key_max_lookahead: if input.is_json { usize::MAX } else { 1024 },
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    }
}

struct Open {
    id: u32,
    is_mapping: bool,
    key_is_next: bool,
}

struct Builder<'t> {
    text: &'t str,
    body: &'t str,
    is_json: bool,
    base: usize,
    tree: Tree,
    open: Vec<Open>,
    /// Node of each anchor; the parser counts anchors from 1.
    anchors: Vec<u32>,
    /// Where the text of the last node ended.
    last_end: u32,
    is_too_deep: bool,
    built: Built,
    comments_from: Option<usize>,
}

fn range_of(node: &Node) -> Range<usize> {
    node.span().range()
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

impl<'t> Builder<'t> {
    fn run(&mut self, options: granit_parser::Options) {
        let mut parser = Parser::new_from_str_with_options(self.body, options);
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => return self.fail(&error),
            };
            let range = span.byte_range().unwrap_or(0..0);
            let range = self.base + range.start..self.base + range.end;
            match event {
                Event::Scalar(content, style, anchor, tag) => {
                    let tag = tag.map_or(Tag::None, |tag| tag_of(&tag));
                    self.scalar(&content, style, tag, range, anchor);
                }
                Event::MappingStart(style, anchor, _) => self.start(Kind::Mapping, style, range, anchor),
                Event::SequenceStart(style, anchor, _) => self.start(Kind::Sequence, style, range, anchor),
                Event::MappingEnd | Event::SequenceEnd => self.end(range),
                Event::Alias(anchor) => self.alias(anchor, range),
                Event::UnresolvedAlias(name) => return self.unknown_anchor(&name, range),
                Event::Anchor(_, name) if !strict::is_anchor_name(&name) => {
                    let message = format!("`&{name}` is no anchor that kubectl reads");
                    return self.refuse(range, message, "name it with letters, digits, `-` and `_` only");
                }
                Event::Comment(..) => self.comment(range),
                Event::DocumentEnd => return self.after_document(&mut parser),
                _ => {}
            }
            if self.built.is_broken {
                return;
            }
            if self.is_too_deep {
                return self.refuse_depth();
            }
        }
    }

    fn push(&mut self, kind: Kind, style: Style, tag: Tag, range: Range<usize>, anchor: usize) -> u32 {
        let id = self.tree.len();
        let is_key = match self.open.last_mut() {
            Some(open) if open.is_mapping => {
                let is_key = open.key_is_next;
                open.key_is_next = !is_key;
                is_key
            }
            _ => false,
        };
        if anchor > 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, NONE);
            }
            if let Some(slot) = self.anchors.get_mut(anchor) {
                *slot = id;
            }
        }
        self.tree.nodes.push(Node {
            start: offset(range.start),
            end: offset(range.end),
            next: id + 1,
            data: NONE,
            kind,
            style,
            tag,
            is_key,
        });
        id
    }

    fn scalar(&mut self, content: &str, style: ScalarStyle, tag: Tag, range: Range<usize>, anchor: usize) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let is_absent = style == Style::Plain && range.is_empty();
        let range = match style {
            Style::Literal | Style::Folded => place::block_scalar(self.text, self.last_end as usize, range),
            _ if is_absent => {
                let is_value = self.open.last().is_some_and(|open| open.is_mapping && !open.key_is_next);
                place::absent(self.text, self.last_end as usize, range.start, is_value)
            }
            _ => range,
        };
        self.last_end = offset(range.end);
        let id = self.push(Kind::Scalar, style, tag, range, anchor);
        let node = *self.tree.node(id);
        let in_flow = self.open.last().is_some_and(|open| self.tree.node(open.id).style == Style::Flow);
        if in_flow && node.is_key && !self.is_json && strict::is_broken_key(self.text, self.base, range_of(&node)) {
            let help = "add the missing `,` or `:`, or write the key on one line";
            let message = "this key in braces goes over the end of the line".to_owned();
            return self.refuse(range_of(&node), message, help);
        }
        // The parser writes `~` for a node that is not there.
        let is_slice = is_absent || self.text.get(super::tree::slice_of_source(&node)) == Some(content);
        if style == Style::DoubleQuoted && !is_slice && !self.is_json {
            let source = self.text.get(range_of(&node)).unwrap_or("");
            if let Some(escape) = strict::unknown_escape(source) {
                let range = node.start as usize + escape.start..node.start as usize + escape.end;
                let help = "write the character itself; only JSON has this escape";
                return self.refuse(range, "kubectl refuses this escape in YAML".to_owned(), help);
            }
        }
        let is_block = matches!(style, Style::Literal | Style::Folded);
        if is_block || !is_slice {
            let start = offset(self.tree.owned.len());
            self.tree.owned.push_str(content);
            let index = offset(self.tree.owned_ranges.len());
            self.tree.owned_ranges.push((start, offset(self.tree.owned.len())));
            if let Some(node) = self.tree.nodes.get_mut(id as usize) {
                node.data = index;
            }
        }
    }

    fn start(&mut self, kind: Kind, style: StructureStyle, range: Range<usize>, anchor: usize) {
        let style = match style {
            StructureStyle::Flow => Style::Flow,
            StructureStyle::Block => Style::Block,
        };
        let in_mapping = self.open.last().is_some_and(|open| open.is_mapping);
        let range = if in_mapping && kind == Kind::Sequence && style == Style::Block {
            place::sequence(self.text, self.last_end as usize, range)
        } else {
            range
        };
        self.last_end = self.last_end.max(offset(range.end));
        let id = self.push(kind, style, Tag::None, range, anchor);
        self.is_too_deep |= self.open.len() >= DEEPEST;
        self.open.push(Open { id, is_mapping: kind == Kind::Mapping, key_is_next: true });
    }

    fn end(&mut self, range: Range<usize>) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let next = self.tree.len();
        if let Some(node) = self.tree.nodes.get_mut(open.id as usize) {
            node.next = next;
            if node.style == Style::Flow {
                self.last_end = self.last_end.max(offset(range.end));
            }
            node.end = self.last_end.max(node.start);
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) {
        self.built.has_aliases = true;
        self.last_end = offset(range.end);
        let target = self.anchors.get(anchor).copied().unwrap_or(NONE);
        let id = self.push(Kind::Alias, Style::Plain, Tag::None, range, 0);
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.data = target;
        }
    }

    fn comment(&mut self, range: Range<usize>) {
        let comment = self.text.get(range.clone()).unwrap_or("");
        if self.comments_from.is_some_and(|from| range.start >= from) && comment::is_kept(comment) {
            self.built.comments.push(Span::from_range(range));
        }
    }

    /// go-yaml reads one document of each piece and never looks at what follows.
    fn after_document(&mut self, parser: &mut Parser<'t, StrInput<'t>>) {
        let rest_from = loop {
            match parser.next_event() {
                None | Some(Ok((Event::StreamEnd, _))) => return,
                Some(Ok((Event::Comment(..), span))) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    self.comment(self.base + range.start..self.base + range.end);
                }
                Some(Ok((_, span))) => break span.byte_range().map_or(0, |range| range.start),
                Some(Err(error)) => break error.marker().byte_offset().unwrap_or(0),
            }
        };
        let from = (self.base + rest_from).max(self.last_end as usize);
        let end = self.base + self.body.trim_end().len();
        if from < end {
            self.built.problems.push(message::dropped(Span::from_range(from..end)));
        }
    }

    fn fail(&mut self, error: &ScanError) {
        let at = self.base + error.marker().byte_offset().unwrap_or(0);
        let flow = self.open.iter().find(|open| self.tree.node(open.id).style == Style::Flow);
        let flow = flow.map(|open| self.tree.node(open.id).start as usize);
        if message::is_about_tabs(error) {
            // The parser reads ahead: the bracket may be no event yet.
            let from = self.last_end as usize;
            let ahead = self.text.get(from..at).and_then(|ahead| ahead.find(['[', '{']));
            self.built.tabs_in_flow = flow.or(ahead.map(|offset| from + offset));
        }
        // At the end of a block a directive ends the document, and go-yaml reads no further.
        let is_directive =
            *error.kind() == ErrorKind::DirectiveDisallowed && self.text.get(at..).is_some_and(strict::is_directive);
        if is_directive && flow.is_none() && self.tree.len() > 0 {
            return self.end_at(at);
        }
        let path = self.path();
        self.built.problems.push(message::syntax(error, self.text, at, self.base + self.body.len(), path));
        self.built.is_broken = true;
    }

    /// Brackets and indentation have their limits each; JSON, which comes next, has one for both.
    fn refuse_depth(&mut self) {
        let at = self.last_end as usize;
        let path = self.path();
        self.built.problems.push(message::too_deep(self.text, at, self.base + self.body.len(), path));
        self.built.is_broken = true;
    }

    fn end_at(&mut self, at: usize) {
        while let Some(open) = self.open.last() {
            if open.is_mapping && !open.key_is_next {
                self.scalar("~", ScalarStyle::Plain, Tag::None, at..at, 0);
            }
            self.end(at..at);
        }
        let end = self.base + self.body.trim_end().len();
        self.built.problems.push(message::dropped(Span::from_range(at..end.max(at))));
    }

    fn refuse(&mut self, range: Range<usize>, message: String, help: &str) {
        let path = self.path();
        self.built.problems.push(Problem {
            kind: ProblemKind::Syntax,
            span: Span::from_range(range),
            message,
            other: None,
            path,
            help: Some(help.to_owned()),
        });
        self.built.is_broken = true;
    }

    fn unknown_anchor(&mut self, name: &str, range: Range<usize>) {
        let message = format!("`*{name}` names an anchor that this document does not define before it");
        let help = format!("define `&{name}` above in the same document; anchors end at `---`");
        self.refuse(range, message, &help);
    }

    /// The path of the node that the parser was at.
    fn path(&mut self) -> String {
        let last = self.tree.len();
        // Open collections reach to the last node, as if they were closed here.
        for open in &self.open {
            if let Some(node) = self.tree.nodes.get_mut(open.id as usize) {
                node.next = last;
            }
        }
        if last == 0 { String::new() } else { super::path::path_of(&self.tree, self.text, last - 1) }
    }
}

/// The tags that go-yaml knows; it compares them with their full name.
fn tag_of(tag: &granit_parser::Tag) -> Tag {
    match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
        Some("str") => Tag::Str,
        Some("bool") => Tag::Bool,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("null") => Tag::Null,
        Some("timestamp") => Tag::Timestamp,
        Some("binary") => Tag::Binary,
        Some("merge") => Tag::Merge,
        _ => Tag::Other,
    }
}
