//! The price of aliases, counted as go-yaml v2 counts it while decoding (`decode.go`), so that a document is refused
//! here exactly when kubectl refuses it, and everything after can expand aliases without a bound of its own.

use super::build::DEEPEST;
use super::document::{Problem, ProblemKind};
use super::tree::{Kind, Tree, TreeItems, WrittenEntries};

enum Frame<'t> {
    Mapping(WrittenEntries<'t>),
    Sequence(TreeItems<'t>),
    /// The maps of a merge list that are still to come; the last one is first.
    Merges(Vec<u32>),
    Value(u32),
    AliasEnd(u32),
}

struct Spender<'t> {
    tree: &'t Tree,
    text: &'t str,
    stack: Vec<Frame<'t>>,
    /// By node: aliases that are being expanded.
    active: Vec<bool>,
    decoded: u64,
    decoded_by_alias: u64,
    alias_depth: u32,
    depth: usize,
    /// The outermost alias of the current expansion.
    outermost: u32,
}

/// Walks the document as decoding would.
///
/// # Errors
/// An alias inside its own target, too much aliasing, or too deep a result.
pub(super) fn spend(tree: &Tree, text: &str) -> Result<(), Box<Problem>> {
    let mut spender = Spender {
        tree,
        text,
        stack: vec![Frame::Value(0)],
        active: vec![false; tree.nodes.len()],
        decoded: 0,
        decoded_by_alias: 0,
        alias_depth: 0,
        depth: 0,
        outermost: 0,
    };
    while let Some(frame) = spender.stack.pop() {
        spender.step(frame)?;
    }
    Ok(())
}

impl<'t> Spender<'t> {
    fn step(&mut self, frame: Frame<'t>) -> Result<(), Box<Problem>> {
        match frame {
            Frame::Value(id) => self.decode(id)?,
            Frame::Mapping(mut entries) => match entries.next() {
                None => self.depth -= 1,
                Some((key, value)) => {
                    self.stack.push(Frame::Mapping(entries));
                    if self.tree.is_merge_key(self.text, key) {
                        self.merge(value)?;
                    } else {
                        self.stack.push(Frame::Value(value));
                        self.decode(key)?;
                    }
                }
            },
            Frame::Sequence(mut items) => match items.next() {
                None => self.depth -= 1,
                Some(item) => {
                    self.stack.push(Frame::Sequence(items));
                    self.decode(item)?;
                }
            },
            Frame::Merges(mut maps) => {
                if let Some(map) = maps.pop() {
                    self.stack.push(Frame::Merges(maps));
                    self.decode(map)?;
                }
            }
            Frame::AliasEnd(id) => {
                self.alias_depth -= 1;
                if let Some(active) = self.active.get_mut(id as usize) {
                    *active = false;
                }
            }
        }
        Ok(())
    }

    /// Only maps are merged; what else stands there is another problem.
    fn merge(&mut self, value: u32) -> Result<(), Box<Problem>> {
        let is_map = |id: &u32| self.tree.node(self.tree.follow(*id)).kind == Kind::Mapping;
        if self.tree.node(value).kind == Kind::Sequence {
            let maps = self.tree.items(value).filter(is_map).collect();
            self.stack.push(Frame::Merges(maps));
        } else if is_map(&value) {
            self.decode(value)?;
        }
        Ok(())
    }

    fn decode(&mut self, id: u32) -> Result<(), Box<Problem>> {
        let mut id = id;
        loop {
            self.count(id)?;
            let node = self.tree.node(id);
            match node.kind {
                Kind::Scalar => return Ok(()),
                Kind::Mapping => self.stack.push(Frame::Mapping(self.tree.written_entries(id))),
                Kind::Sequence => self.stack.push(Frame::Sequence(self.tree.items(id))),
                Kind::Alias => {
                    if self.active.get(id as usize) == Some(&true) {
                        return Err(self.problem(id, ProblemKind::Syntax, SELF, "write the value out at this place"));
                    }
                    if let Some(active) = self.active.get_mut(id as usize) {
                        *active = true;
                    }
                    if self.alias_depth == 0 {
                        self.outermost = id;
                    }
                    self.alias_depth += 1;
                    self.stack.push(Frame::AliasEnd(id));
                    id = node.data;
                    continue;
                }
            }
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(self.problem(self.outermost, ProblemKind::Limit, DEEP, "flatten the document"));
            }
            return Ok(());
        }
    }

    fn count(&mut self, id: u32) -> Result<(), Box<Problem>> {
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.decoded_by_alias += 1;
        }
        let exceeds = self.decoded_by_alias > 100
            && self.decoded > 1000
            && as_float(self.decoded_by_alias) / as_float(self.decoded) > allowed_ratio(self.decoded);
        if exceeds {
            let alias = if self.alias_depth > 0 { self.outermost } else { id };
            return Err(self.problem(alias, ProblemKind::Limit, MUCH, "write the repeated content in fewer places"));
        }
        Ok(())
    }

    fn problem(&self, id: u32, kind: ProblemKind, message: &str, help: &str) -> Box<Problem> {
        let span = self.tree.node(id).span();
        let name = self.text.get(span.range()).unwrap_or("");
        Box::new(Problem {
            kind,
            span,
            message: format!("`{name}` {message}"),
            other: None,
            path: super::path::path_of(self.tree, self.text, id),
            help: Some(help.to_owned()),
        })
    }
}

const SELF: &str = "stands inside the value that it stands for";
const DEEP: &str = "nests deeper than the 10,000 levels that kubectl reads";
const MUCH: &str = "repeats so much content through aliases that kubectl refuses the document";

#[expect(clippy::cast_precision_loss, reason = "the counts are far below 2^52")]
fn as_float(count: u64) -> f64 {
    count as f64
}

/// Ninety-nine parts of a hundred may come from aliases in small documents, ten in large ones.
fn allowed_ratio(decoded: u64) -> f64 {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;
    match decoded {
        0..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * (as_float(decoded - LOW) / as_float(HIGH - LOW)),
    }
}
