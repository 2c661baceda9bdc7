//! Merge keys as go-yaml v2 applies them: in the order of the text, so that a key before `<<` is overwritten by the
//! merged map and a key after it wins; of a list of maps the first wins; every `<<` applies.

use super::scalar::Scalar;
use super::tree::{Kind, Tree, WrittenEntries};
use std::borrow::Cow;
use std::collections::HashMap;

/// The entries of one mapping as they reach the cluster.
pub(super) struct Effective {
    /// Key and value, in the order in which the keys first appear.
    pub(super) entries: Vec<(u32, u32)>,
    /// Keys of the mapping itself that a later `<<` overwrites.
    pub(super) overwritten: Vec<Overwritten>,
}

/// A key that a merge overwrites.
pub(super) struct Overwritten {
    pub(super) key: u32,
    pub(super) value: u32,
    pub(super) merge_key: u32,
    pub(super) merged_value: u32,
}

enum Frame<'t> {
    Mapping(WrittenEntries<'t>),
    /// The maps of a merge list that are still to come; the last one is applied first, so that the first wins.
    Merges(Vec<u32>),
}

struct Set {
    index: usize,
    /// The mapping itself has the key, and has it last.
    is_own: bool,
}

/// Replays a mapping. Bounded by the alias budget of the document.
pub(super) fn effective(tree: &Tree, text: &str, mapping: u32) -> Effective {
    let mut outcome = Effective { entries: Vec::new(), overwritten: Vec::new() };
    let mut known: HashMap<Cow<'_, str>, Set> = HashMap::new();
    let mut stack = vec![Frame::Mapping(tree.written_entries(mapping))];
    let mut merge_key = None;
    while let Some(frame) = stack.pop() {
        match frame {
            Frame::Merges(mut maps) => {
                if let Some(map) = maps.pop() {
                    stack.push(Frame::Merges(maps));
                    stack.push(Frame::Mapping(tree.written_entries(tree.follow(map))));
                }
            }
            Frame::Mapping(mut entries) => {
                let Some((key, value)) = entries.next() else {
                    continue;
                };
                stack.push(Frame::Mapping(entries));
                let is_own = stack.len() == 1;
                if tree.is_merge_key(text, key) {
                    if is_own {
                        merge_key = Some(key);
                    }
                    stack.push(Frame::Merges(merged_maps(tree, value)));
                    continue;
                }
                let Some(name) = tree.scalar(text, tree.follow(key)).ok().and_then(Scalar::into_key) else {
                    continue;
                };
                let next = outcome.entries.len();
                let set = known.entry(name).or_insert(Set { index: next, is_own });
                match outcome.entries.get_mut(set.index) {
                    None => outcome.entries.push((key, value)),
                    Some(entry) => {
                        if let (true, false, Some(merge_key)) = (set.is_own, is_own, merge_key) {
                            outcome.overwritten.push(Overwritten {
                                key: entry.0,
                                value: entry.1,
                                merge_key,
                                merged_value: value,
                            });
                        }
                        *entry = (key, value);
                        set.is_own = is_own;
                    }
                }
            }
        }
    }
    outcome
}

/// The maps that a `<<` names; empty where it names something else.
fn merged_maps(tree: &Tree, value: u32) -> Vec<u32> {
    let is_map = |id: &u32| tree.node(tree.follow(*id)).kind == Kind::Mapping;
    if tree.node(value).kind == Kind::Sequence {
        return tree.items(value).filter(is_map).collect();
    }
    Some(value).filter(is_map).into_iter().collect()
}

/// True where every value of a `<<` is a map or a list of maps; go-yaml takes no alias of a list.
pub(super) fn is_mergeable(tree: &Tree, value: u32) -> bool {
    let is_map = |id: u32| tree.node(tree.follow(id)).kind == Kind::Mapping;
    if tree.node(value).kind == Kind::Sequence {
        return tree.items(value).all(is_map);
    }
    is_map(value)
}
