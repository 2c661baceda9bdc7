//! From a range in the content of a scalar to its place in the source: for configuration inside a ConfigMap.

use super::node::NodeRef;
use super::tree::Style;
use crate::text::Span;
use std::ops::Range;

/// The source place of `inner`, a byte range of the content; the whole scalar where it cannot be mapped exactly.
pub(super) fn inner_span(node: NodeRef<'_>, inner: Range<usize>) -> Span {
    let whole = node.span();
    let content = node.content();
    if content.get(inner.clone()).is_none() {
        return whole;
    }
    let source = node.raw();
    let runs = match node.style() {
        Style::Plain => flow_runs(source, content, 0..source.len(), None),
        Style::SingleQuoted => flow_runs(source, content, 1..source.len().saturating_sub(1), Some('\'')),
        Style::DoubleQuoted => flow_runs(source, content, 1..source.len().saturating_sub(1), Some('"')),
        Style::Literal | Style::Folded => block_runs(source, content),
        Style::Block | Style::Flow => None,
    };
    let Some(runs) = runs else {
        return whole;
    };
    let (Some(start), Some(end)) = (start_of(&runs, inner.start), end_of(&runs, inner.end)) else {
        return whole;
    };
    // An empty range at the start of a run is not the end of the one before.
    let end = if inner.is_empty() { start } else { end };
    if end < start {
        return whole;
    }
    let base = whole.start as usize;
    Span::from_range(base + start..base + end)
}

/// A stretch of content that stands in the source byte for byte (`source.len() == content.len()`), or an escape.
struct Run {
    content: Range<usize>,
    source: Range<usize>,
}

impl Run {
    fn is_exact(&self) -> bool {
        self.content.len() == self.source.len()
    }
}

fn start_of(runs: &[Run], offset: usize) -> Option<usize> {
    let index = runs.partition_point(|run| run.content.end <= offset);
    match runs.get(index) {
        Some(run) if run.content.start == offset => Some(run.source.start),
        Some(run) if run.content.start < offset && run.is_exact() => {
            Some(run.source.start + (offset - run.content.start))
        }
        Some(_) => None,
        None => runs.last().filter(|run| run.content.end == offset).map(|run| run.source.end),
    }
}

fn end_of(runs: &[Run], offset: usize) -> Option<usize> {
    let index = runs.partition_point(|run| run.content.end < offset);
    let run = runs.get(index)?;
    if run.content.end == offset {
        return Some(run.source.end);
    }
    (run.content.start <= offset && run.is_exact()).then(|| run.source.start + (offset - run.content.start))
}

/// Runs of a block scalar: each non-empty content line is a dedented source line. Folding changes line breaks only.
fn block_runs(source: &str, content: &str) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let mut rest = 0;
    let mut at = line_end(source, 0)?.1;
    let indent = indent(source, at, content)?;
    while at < source.len() {
        let (end, next) = line_end(source, at).unwrap_or((source.len(), source.len()));
        let line = source.get((at + indent).min(end)..end)?;
        if !line.is_empty() {
            let found = skip_breaks(content, rest, line)?;
            runs.push(Run { content: found..found + line.len(), source: end - line.len()..end });
            rest = found + line.len();
        }
        // A line break of the content maps to the one of the source, so that ranges may end after it.
        if content.as_bytes().get(rest) == Some(&b'\n') && !line.is_empty() {
            runs.push(Run { content: rest..rest + 1, source: end..next });
            rest += 1;
        }
        at = next;
    }
    Some(runs)
}

/// Where `line` begins in the content from `from` on, past line breaks or one fold.
fn skip_breaks(content: &str, from: usize, line: &str) -> Option<usize> {
    let rest = content.get(from..)?;
    let without_breaks = rest.trim_start_matches('\n');
    let past_breaks = content.len() - without_breaks.len();
    if without_breaks.starts_with(line) {
        return Some(past_breaks);
    }
    let folded = without_breaks.strip_prefix(' ')?;
    folded.starts_with(line).then_some(past_breaks + 1)
}

/// The indentation that the block scalar strips, from its first line with content.
fn indent(source: &str, from: usize, content: &str) -> Option<usize> {
    let first = content.split('\n').find(|line| !line.is_empty())?;
    let mut at = from;
    while at < source.len() {
        let (end, next) = line_end(source, at).unwrap_or((source.len(), source.len()));
        let line = source.get(at..end)?;
        let dedented = line.trim_start_matches(' ');
        let spaces = line.len() - dedented.len();
        if !dedented.is_empty() {
            // Content may begin with more spaces than the indentation when the header gives the indentation.
            let extra = first.len() - first.trim_start_matches(' ').len();
            return spaces.checked_sub(extra);
        }
        at = next;
    }
    None
}

/// The end of the line at `from` and the start of the next one; `None` for the last line.
fn line_end(source: &str, from: usize) -> Option<(usize, usize)> {
    let end = from + source.get(from..)?.find(['\n', '\r'])?;
    let width = if source.get(end..)?.starts_with("\r\n") { 2 } else { 1 };
    Some((end, end + width))
}

/// Runs of a plain or quoted scalar: characters stand for themselves, escapes for what they mean, and line breaks with
/// the blanks around them are folded. Gives up where the outcome is not the content.
fn flow_runs(source: &str, content: &str, inner: Range<usize>, quote: Option<char>) -> Option<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    let mut done = 0;
    let mut at = inner.start;
    while at < inner.end {
        let rest = source.get(at..inner.end)?;
        let next = rest.chars().next()?;
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let after_blanks = rest.get(blanks..)?;
        let (width, produced) = if after_blanks.starts_with(['\n', '\r']) {
            let folded = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            let breaks = content.get(done..)?.bytes().take_while(|byte| *byte == b'\n').count();
            (rest.len() - folded.len(), if breaks > 0 { breaks } else { 1 })
        } else {
            match (next, quote) {
                ('\'', Some('\'')) => (2, 1),
                ('\\', Some('"')) => escape(rest, content.get(done..)?)?,
                _ => (next.len_utf8(), next.len_utf8()),
            }
        };
        let is_copy = width == produced && source.get(at..at + width)? == content.get(done..done + produced)?;
        match runs.last_mut() {
            Some(run) if is_copy && run.is_exact() && run.source.end == at => {
                run.source.end += width;
                run.content.end += produced;
            }
            _ => runs.push(Run { content: done..done + produced, source: at..at + width }),
        }
        at += width;
        done += produced;
    }
    (done == content.len()).then_some(runs)
}

/// Width in the source and in the content of the double-quoted escape at the start of `rest`.
fn escape(rest: &str, content: &str) -> Option<(usize, usize)> {
    let kind = rest.chars().nth(1)?;
    if matches!(kind, '\n' | '\r') {
        let folded = rest.get(1..)?.trim_start_matches([' ', '\t', '\n', '\r']);
        return Some((rest.len() - folded.len(), 0));
    }
    let hexadecimal = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return Some((1 + kind.len_utf8(), content.chars().next()?.len_utf8())),
    };
    let produced = content.chars().next()?;
    // Characters beyond the basic plane may be written as two `\u` escapes, as JSON does.
    let is_pair = kind == 'u' && u32::from(produced) > 0xFFFF;
    let width = if is_pair { 12 } else { 2 + hexadecimal };
    Some((width, produced.len_utf8()))
}
