//! Writes into a chart's templates marks that say, in the rendered text, which template line wrote which line: comments
//! ` #@@file.line@`, and around actions that print several lines a helper that marks each of them.

use super::marks::{self, Mark};
use super::scratch::is_template;
use super::shape;
use super::template::{self, Action, Kind, Piece, Role, is_space};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The helper that the marks of several lines are made with.
const HELPER: &str = include_str!("aip_mark.tpl");
/// Where it stands in the chart.
const HELPER_PATH: &str = "templates/_aip_mark.tpl";

/// Which file a mark's number stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    files: Vec<String>,
}

impl Marks {
    /// The template's path below the chart's folder.
    #[must_use]
    pub fn path(&self, mark: Mark) -> Option<&str> {
        self.files.get(usize::try_from(mark.file).ok()?).map(String::as_str)
    }
}

/// Marks the lines of the needed templates and, with `defines_too`, of the helpers of all templates. Leaves out what is
/// excluded, is not UTF-8 or no template, and definitions of resources: their descriptions are plain scalars of many
/// lines, inside which a comment is not YAML. Adds no line.
pub fn instrument(
    files: &mut BTreeMap<String, Vec<u8>>,
    needed: &BTreeSet<String>,
    exclude: &BTreeSet<String>,
    defines_too: bool,
) -> Marks {
    let mut marks = Marks::default();
    for (path, bytes) in files.iter_mut() {
        let outside = needed.contains(path);
        if !is_template(path) || exclude.contains(path) || !(outside || defines_too) || path.ends_with("/NOTES.txt") {
            continue;
        }
        let Ok(text) = str::from_utf8(bytes) else { continue };
        if text.contains("CustomResourceDefinition") {
            continue;
        }
        let (Some(pieces), Ok(file)) = (template::lex(text), u32::try_from(marks.files.len())) else { continue };
        let edits = Writer::new(&pieces, file, outside, defines_too).edits();
        if edits.is_empty() {
            continue;
        }
        let marked = edited(text, edits);
        *bytes = marked.into_bytes();
        marks.files.push(path.clone());
    }
    files.insert(HELPER_PATH.to_owned(), HELPER.as_bytes().to_vec());
    marks
}

/// A replacement of some bytes, or of none: an insertion.
type Edit = (Range<usize>, String);

fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for (range, new) in edits {
        result.push_str(text.get(end..range.start).unwrap_or(""));
        result.push_str(&new);
        end = range.end;
    }
    result.push_str(text.get(end..).unwrap_or(""));
    result
}

/// How the line goes on after a piece of the template, white space that is trimmed left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Newline,
    Text,
    Output,
}

/// For each piece how the line goes on where it begins, whichever branches are taken; the entry after the last is the end.
fn continuations(pieces: &[Piece<'_>]) -> Vec<Next> {
    let mut next = Next::Newline;
    let mut all = vec![next];
    let mut right = false;
    let mut ends = Vec::new();
    for (index, piece) in pieces.iter().enumerate().rev() {
        let left = index.checked_sub(1).and_then(|before| pieces.get(before)).is_some_and(|before| before.trim_right);
        next = match piece.kind {
            Kind::Text(text) => {
                let text = if left { text.trim_start_matches(is_space) } else { text };
                let text = if right { text.trim_end_matches(is_space) } else { text };
                match text.split_once('\n') {
                    Some((head, _)) if head.trim().is_empty() => Next::Newline,
                    None if text.trim().is_empty() => next,
                    _ => Next::Text,
                }
            }
            Kind::Action(action) => match action.role {
                Role::Define | Role::EndDefine => Next::Newline,
                Role::Output if action.last == "nindent" => Next::Newline,
                Role::Output if action.pipeline != "\"\"" => Next::Output,
                Role::Control if action.pipeline == "end" => {
                    ends.push(next);
                    next
                }
                // What stands behind an `else` is no continuation of the branch before it.
                Role::Control => ends.last().copied().unwrap_or(next),
                Role::Open => {
                    ends.pop();
                    next
                }
                Role::Output | Role::Assign => next,
            },
            Kind::Comment => next,
        };
        right = piece.trim_left;
        all.push(next);
    }
    all.reverse();
    all
}

/// Walks through a template and collects the edits. A line here is one of the render: a line break that a trim marker
/// takes does not end it.
struct Writer<'a> {
    pieces: &'a [Piece<'a>],
    continuations: Vec<Next>,
    file: u32,
    /// Whether lines outside `define` are marked.
    outside: bool,
    /// Whether lines inside `define` are.
    inside: bool,
    edits: Vec<Edit>,
    /// The template line on which the text of the current line begins, if it has text yet.
    start: Option<u32>,
    /// The current line, with `x` for each value.
    line: String,
    /// Where its text ends so far.
    end: usize,
    /// The column of the plain scalar that the current line continues.
    plain: Option<usize>,
    /// The column of the key of the block scalar that the current line may belong to.
    block: Option<usize>,
    /// The line above, if whether it goes on is up to the value that is printed next.
    above: Option<u32>,
}

impl<'a> Writer<'a> {
    fn new(pieces: &'a [Piece<'a>], file: u32, outside: bool, inside: bool) -> Self {
        Self {
            pieces,
            continuations: continuations(pieces),
            file,
            outside,
            inside,
            edits: Vec::new(),
            start: None,
            line: String::new(),
            end: 0,
            plain: None,
            block: None,
            above: None,
        }
    }

    fn edits(mut self) -> Vec<Edit> {
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece.kind {
                Kind::Text(text) => self.text(index, piece, text),
                Kind::Action(action) => match action.role {
                    Role::Define | Role::EndDefine => {
                        self.block = None;
                        self.new_line();
                    }
                    Role::Output => self.output(index, piece, action),
                    _ => {}
                },
                Kind::Comment => {}
            }
        }
        self.mark(false, None, self.end);
        self.edits
    }

    fn new_line(&mut self) {
        self.start = None;
        self.line.clear();
    }

    fn next(&self, index: usize) -> Next {
        self.continuations.get(index).copied().unwrap_or(Next::Newline)
    }

    fn is_wanted(&self, in_define: bool) -> bool {
        if in_define { self.inside } else { self.outside }
    }

    fn text(&mut self, index: usize, piece: &Piece<'_>, text: &str) {
        let before = index.checked_sub(1).and_then(|before| self.pieces.get(before));
        let eaten_left = before.is_some_and(|piece| piece.trim_right);
        let eaten_right = self.pieces.get(index + 1).is_some_and(|piece| piece.trim_left);
        let first = if eaten_left { text.len() - text.trim_start_matches(is_space).len() } else { 0 };
        let last = if eaten_right { text.trim_end_matches(is_space).len() } else { text.len() };

        let (mut at, mut number) = (0, piece.line);
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let begin = at;
            at += line.len();
            let content = line.strip_suffix('\n').unwrap_or(line);
            let newline = begin + content.len();
            let mut place = piece.range.start + begin.max(first);
            if let Some(shown) = text.get(begin.max(first)..newline) {
                self.add(shown, number, place);
                place += shown.trim_end().len();
            }
            number = number.saturating_add(1);
            if content.len() == line.len() || newline < first {
                continue;
            }
            if newline >= last {
                match self.next(index + 1) {
                    Next::Newline => {}
                    Next::Text => return,
                    Next::Output => {
                        self.above = self.start.filter(|_| self.is_markable(piece.in_define));
                        return self.new_line();
                    }
                }
            }
            let follower = lines.peek().filter(|_| newline < last).copied();
            self.mark(piece.in_define, follower, place);
            self.new_line();
        }
    }

    /// Whether the current line is one to be marked. Helpers give names and truth values as well: only entries there.
    fn is_markable(&self, in_define: bool) -> bool {
        !shape::is_bare(&self.line) && (!in_define || shape::is_entry(&self.line))
    }

    /// Adds text to the current line.
    fn add(&mut self, shown: &str, number: u32, place: usize) {
        self.line.push_str(shown);
        let text = shown.trim_end();
        if !text.is_empty() {
            self.start.get_or_insert(number);
            self.end = place + text.len();
            self.above = None;
        }
    }

    /// Marks the current line where its text ends, if it is one to be marked. `follower` is the text below.
    fn mark(&mut self, in_define: bool, follower: Option<&str>, place: usize) {
        if let Some(depth) = shape::indentation(&self.line) {
            self.block = self.block.filter(|block| depth > *block).or_else(|| shape::block_scalar(&self.line));
        }
        let depth = follower.and_then(shape::indentation);
        let owner = self.plain.or_else(|| shape::plain_scalar(&self.line)).filter(|_| self.block.is_none());
        self.plain = owner.filter(|owner| depth.is_some_and(|depth| depth > *owner));
        let Some(line) = self.start else { return };
        if self.plain.is_none() && self.is_wanted(in_define) && self.is_markable(in_define) {
            self.edits.push((place..place, marks::written(Mark { file: self.file, line })));
        }
    }

    fn output(&mut self, index: usize, piece: &Piece<'_>, action: Action<'_>) {
        let above = self.above.take();
        let alone = self.start.is_none();
        let of_lines = match action.last {
            "nindent" | "indent" | "toYaml" | "toYamlPretty" => true,
            "include" | "tpl" => alone && (!piece.in_define || above.is_some()),
            "trim" => alone && !piece.in_define,
            _ => false,
        };
        if !of_lines || self.next(index + 1) != Next::Newline || !self.is_wanted(piece.in_define) {
            self.start.get_or_insert(piece.line);
            self.line.push('x');
            self.end = piece.range.end;
            return;
        }
        if action.last == "nindent" {
            self.mark(piece.in_define, None, self.end);
        }
        let mut arguments = format!("\"{}.{}\"", self.file, piece.line);
        if let Some(above) = above {
            arguments.push_str(&format!(" \"{}.{above}\"", self.file));
        }
        let depth = template::tokens(action.pipeline).last().and_then(|token| token.text.parse::<usize>().ok());
        let in_block = matches!(action.last, "nindent" | "indent") && depth > self.block && self.block.is_some();
        let helper = match (piece.in_define, in_block) {
            (true, _) => "aip.mark.keys",
            (false, true) => "aip.mark.text",
            (false, false) => "aip.mark",
        };
        let call = format!("include \"{helper}\" (list ({}) {arguments})", action.pipeline);
        let (left, right) =
            (if piece.trim_left { "{{- " } else { "{{ " }, if piece.trim_right { " -}}" } else { " }}" });
        self.edits.push((piece.range.clone(), format!("{left}{call}{right}")));
        self.new_line();
    }
}
