//! Which key is tried next, alone, for a field that moved and was not explained.

use super::field::{Field, follows};
use super::{Search, names};
use crate::provenance::candidates::KeyPath;

impl Search<'_, '_> {
    /// The best key that is left for the first field that has one.
    pub(super) fn next_alone(&self) -> Option<usize> {
        if self.budget.left() == 0 {
            return None;
        }
        self.fields
            .iter()
            .filter(|field| field.is_open() && field.moved.is_some())
            .find_map(|field| self.ranked(field).into_iter().find(|leaf| !field.rejected.contains(leaf)))
    }

    fn ranked(&self, field: &Field<'_>) -> Vec<usize> {
        let proven: Vec<&KeyPath> = self
            .fields
            .iter()
            .filter(|other| other.target.document == field.target.document)
            .filter_map(|other| other.answer.key.as_ref())
            .collect();
        let mut ranked: Vec<(bool, bool, usize, usize, usize, usize)> = Vec::new();
        for index in &field.candidates {
            let Some(leaf) = self.leaves.get(*index) else { continue };
            let prefix = proven.iter().map(|key| names::common_prefix(key, &leaf.path)).max().unwrap_or_default();
            ranked.push((
                self.fits(field, *index),
                self.has_value_of(field, *index),
                names::common_suffix(&field.target.path, &leaf.path),
                prefix,
                names::words_in_name(&field.target.document.name, &leaf.path),
                usize::MAX - index,
            ));
        }
        ranked.sort_unstable();
        ranked.into_iter().rev().map(|rank| usize::MAX - rank.5).collect()
    }

    /// Whether what the field became goes with what the leaf was set to.
    fn fits(&self, field: &Field<'_>, leaf: usize) -> bool {
        let Some((Some(value), set)) = &field.moved else { return false };
        let (Some(sentinel), Some(old)) = (set.get(&leaf), self.leaves.get(leaf)) else { return false };
        sentinel.is_value_of(value)
            || sentinel.is_seen_in(value)
            || follows(&field.target.value, value, &old.value, &sentinel.value)
    }
}
