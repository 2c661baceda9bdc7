//! Whether two nodes mean the same to Kubernetes.

use super::scalar::Scalar;
use super::tree::{Kind, Tree};
use std::borrow::Cow;

/// True where both nodes have the same JSON value; the order of keys does not matter. Without recursion.
pub(super) fn same(tree: &Tree, text: &str, left: u32, right: u32) -> bool {
    let mut pairs = vec![(left, right)];
    while let Some((left, right)) = pairs.pop() {
        let (left, right) = (tree.follow(left), tree.follow(right));
        if left == right {
            continue;
        }
        let kind = tree.node(left).kind;
        if kind != tree.node(right).kind {
            return false;
        }
        match kind {
            Kind::Alias => return false,
            Kind::Scalar => {
                if tree.scalar(text, left) != tree.scalar(text, right) {
                    return false;
                }
            }
            Kind::Sequence => {
                let before = pairs.len();
                pairs.extend(tree.items(left).zip(tree.items(right)));
                let count = pairs.len() - before;
                if tree.items(left).nth(count).is_some() || tree.items(right).nth(count).is_some() {
                    return false;
                }
            }
            Kind::Mapping => {
                let (left, right) = (sorted(tree, text, left), sorted(tree, text, right));
                if left.len() != right.len() {
                    return false;
                }
                for ((left_key, left_value), (right_key, right_value)) in left.into_iter().zip(right) {
                    if left_key != right_key {
                        return false;
                    }
                    pairs.push((left_value, right_value));
                }
            }
        }
    }
    true
}

fn sorted<'t>(tree: &'t Tree, text: &'t str, mapping: u32) -> Vec<(Option<Cow<'t, str>>, u32)> {
    let key = |id| tree.scalar(text, tree.follow(id)).ok().and_then(Scalar::into_key);
    let mut entries: Vec<_> = tree.written_entries(mapping).map(|(id, value)| (key(id), value)).collect();
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    entries
}
