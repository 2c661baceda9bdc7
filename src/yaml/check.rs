//! What a well-formed tree can still have wrong: duplicate keys, merges against the author's order, and what has no
//! JSON form. Fills in the effective entries of the mappings that need them.

use super::document::{Problem, ProblemKind};
use super::scalar::Scalar;
use super::tree::{Kind, Style, Tag, Tree};
use super::{alias, compare, merge, path};
use std::borrow::Cow;

/// More of them in one document tell nobody anything new.
const MOST_PROBLEMS: usize = 1000;

/// Pairwise comparison beats sorting up to here.
const FEW: usize = 12;

/// Checks the tree; true when kubectl refuses the document in a way that leaves no meaning to its nodes.
pub(super) fn check(tree: &mut Tree, text: &str, has_aliases: bool, problems: &mut Vec<Problem>) -> bool {
    if has_aliases && let Err(problem) = alias::spend(tree, text) {
        problems.push(*problem);
        return true;
    }
    let found = find(tree, text, problems);
    for mapping in found {
        let effective = merge::effective(tree, text, mapping);
        for overwritten in &effective.overwritten {
            report_overwritten(tree, text, mapping, overwritten, problems);
        }
        let start = u32::try_from(tree.effective.len()).unwrap_or(u32::MAX);
        tree.effective.extend(effective.entries);
        let end = u32::try_from(tree.effective.len()).unwrap_or(u32::MAX);
        let index = u32::try_from(tree.effective_ranges.len()).unwrap_or(u32::MAX);
        tree.effective_ranges.push((start, end));
        if let Some(node) = tree.nodes.get_mut(mapping as usize) {
            node.data = index;
        }
    }
    problems.sort_by_key(|problem| problem.span);
    false
}

struct Key<'t> {
    name: Cow<'t, str>,
    id: u32,
    value: u32,
}

/// One pass over all nodes. Returns the mappings with duplicate or merge keys.
fn find(tree: &Tree, text: &str, problems: &mut Vec<Problem>) -> Vec<u32> {
    let mut found = Vec::new();
    let mut keys: Vec<Key<'_>> = Vec::new();
    for id in 0..tree.len() {
        let node = tree.node(id);
        match node.kind {
            Kind::Sequence | Kind::Alias => {}
            Kind::Scalar => check_scalar(tree, text, id, problems),
            Kind::Mapping => {
                keys.clear();
                let has_merge = collect_keys(tree, text, id, &mut keys, problems);
                let duplicates = duplicates(&keys);
                if has_merge || !duplicates.is_empty() {
                    found.push(id);
                }
                report_duplicates(tree, text, id, &keys, &duplicates, problems);
            }
        }
    }
    found
}

/// Gathers the ordinary keys of a mapping; true when it has merge keys as well.
fn collect_keys<'t>(
    tree: &'t Tree,
    text: &'t str,
    mapping: u32,
    keys: &mut Vec<Key<'t>>,
    problems: &mut Vec<Problem>,
) -> bool {
    let mut has_merge = false;
    for (id, value) in tree.written_entries(mapping) {
        if tree.is_merge_key(text, id) {
            has_merge = true;
            if !merge::is_mergeable(tree, value) {
                let message = "`<<` merges maps, and this is none".to_owned();
                not_json(tree, text, value, message, "name a map, or a list of maps such as `[*a, *b]`", problems);
            }
            continue;
        }
        let target = tree.follow(id);
        let node = tree.node(target);
        if node.kind != Kind::Scalar {
            let shape = if node.kind == Kind::Mapping { "a map" } else { "a list" };
            let message = format!("{shape} stands where a key is expected");
            not_json(tree, text, id, message, "put a value in braces or brackets in quotes", problems);
            continue;
        }
        match tree.scalar(text, target).map(Scalar::into_key) {
            Ok(Some(name)) => keys.push(Key { name, id, value }),
            Ok(None) => {
                let message = format!("`{}` cannot be a key in JSON", tree.content(text, target));
                not_json(tree, text, id, message, "put the key in quotes", problems);
            }
            // The scalar itself is reported.
            Err(_) => {}
        }
    }
    has_merge
}

fn check_scalar(tree: &Tree, text: &str, id: u32, problems: &mut Vec<Problem>) {
    let node = tree.node(id);
    let may_be_infinite = node.style == Style::Plain
        && !node.is_key
        && text.as_bytes().get(node.start as usize).is_some_and(|byte| matches!(byte, b'.' | b'+' | b'-'));
    if node.tag == Tag::None && !may_be_infinite {
        return;
    }
    match tree.scalar(text, id) {
        Ok(Scalar::Float(value)) if !value.is_finite() && !node.is_key => {
            let message = format!("`{}` has no form in JSON", tree.content(text, id));
            not_json(tree, text, id, message, "put it in quotes if it is text", problems);
        }
        Ok(_) => {}
        Err(_) => {
            let message = format!("`{}` does not fit its tag", shorten(tree.content(text, id)));
            not_json(tree, text, id, message, "remove the tag", problems);
        }
    }
}

fn not_json(tree: &Tree, text: &str, id: u32, message: String, help: &str, problems: &mut Vec<Problem>) {
    if problems.len() >= MOST_PROBLEMS {
        return;
    }
    problems.push(Problem {
        kind: ProblemKind::NotJson,
        span: tree.node(id).span(),
        message,
        other: None,
        path: path::path_of(tree, text, id),
        help: Some(help.to_owned()),
    });
}

/// Indices of equal neighbours, earlier first, in source order.
fn duplicates(keys: &[Key<'_>]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if keys.len() <= FEW {
        for (index, key) in keys.iter().enumerate() {
            let earlier = keys.iter().take(index).rposition(|other| other.name == key.name);
            pairs.extend(earlier.map(|earlier| (earlier, index)));
        }
        return pairs;
    }
    let name = |index: &usize| keys.get(*index).map(|key| key.name.as_ref());
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|left, right| name(left).cmp(&name(right)).then(left.cmp(right)));
    for pair in order.windows(2) {
        if let [earlier, later] = pair
            && name(earlier) == name(later)
        {
            pairs.push((*earlier, *later));
        }
    }
    pairs.sort_by_key(|pair| pair.1);
    pairs
}

fn report_duplicates(
    tree: &Tree,
    text: &str,
    mapping: u32,
    keys: &[Key<'_>],
    duplicates: &[(usize, usize)],
    problems: &mut Vec<Problem>,
) {
    if duplicates.is_empty() || problems.len() >= MOST_PROBLEMS {
        return;
    }
    let parent = path::path_of(tree, text, mapping);
    for (earlier, later) in duplicates {
        let (Some(earlier), Some(later)) = (keys.get(*earlier), keys.get(*later)) else {
            continue;
        };
        if problems.len() >= MOST_PROBLEMS || compare::same(tree, text, earlier.value, later.value) {
            continue;
        }
        let name = shorten(&later.name);
        let values = match (shown(tree, text, earlier.value), shown(tree, text, later.value)) {
            (Some(lost), Some(kept)) => format!("`{kept}` wins over `{lost}`"),
            _ => "the last value wins as a whole".to_owned(),
        };
        problems.push(Problem {
            kind: ProblemKind::DuplicateKey,
            span: tree.node(later.id).span(),
            message: format!("`{name}` is set twice in one map: {values}"),
            other: Some((tree.node(earlier.id).span(), "first set here, and lost".to_owned())),
            path: child(&parent, &later.name),
            help: Some(format!("keep one `{name}`")),
        });
    }
}

fn report_overwritten(
    tree: &Tree,
    text: &str,
    mapping: u32,
    overwritten: &merge::Overwritten,
    problems: &mut Vec<Problem>,
) {
    if problems.len() >= MOST_PROBLEMS || compare::same(tree, text, overwritten.value, overwritten.merged_value) {
        return;
    }
    let key = tree.scalar(text, tree.follow(overwritten.key)).ok().and_then(Scalar::into_key).unwrap_or_default();
    let name = shorten(&key);
    let values = match (shown(tree, text, overwritten.value), shown(tree, text, overwritten.merged_value)) {
        (Some(lost), Some(kept)) => format!("overwrites `{name}: {lost}` above it with `{kept}`"),
        _ => format!("overwrites `{name}` above it"),
    };
    problems.push(Problem {
        kind: ProblemKind::MergeOrder,
        span: tree.node(overwritten.key).span(),
        message: format!("`<<` {values}"),
        other: Some((tree.node(overwritten.merge_key).span(), "merged after the key".to_owned())),
        path: child(&path::path_of(tree, text, mapping), &key),
        help: Some(format!("move `<<` above `{name}`; Kubernetes applies keys in the order of the text")),
    });
}

fn child(parent: &str, key: &str) -> String {
    let mut path = parent.to_owned();
    path::push_key(&mut path, key);
    path
}

/// A short scalar as the reader wrote it.
fn shown<'t>(tree: &'t Tree, text: &'t str, id: u32) -> Option<&'t str> {
    let node = tree.node(tree.follow(id));
    let is_short = node.kind == Kind::Scalar && node.end - node.start <= 24 && node.end > node.start;
    let written = text.get(node.span().range())?;
    (is_short && !written.contains(['\n', '\r', '`'])).then_some(written)
}

/// At most forty characters of a text.
fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(""))),
        None => Cow::Borrowed(text),
    }
}
