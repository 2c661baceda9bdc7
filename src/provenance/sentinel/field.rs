//! One field on the way to its answer, and what a render says of it.

use super::{Answer, How, Target, names};
use crate::provenance::candidates::{Leaf, Sentinel, is_scalar, text_of};
use crate::provenance::rendered::Rendered;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one field so far.
pub(super) struct Field<'t> {
    pub(super) target: &'t Target,
    /// Text of its value; `None` for one that is not looked for.
    pub(super) text: Option<String>,
    /// Leaves that may feed it, with those of the same value first.
    pub(super) candidates: Vec<usize>,
    /// Those of them that were changed in a render that shows the field.
    pub(super) tried: BTreeSet<usize>,
    /// Those of them that were shown not to feed it.
    pub(super) rejected: BTreeSet<usize>,
    /// What it was in a render that explains nothing, with the values set there.
    pub(super) moved: Option<(Option<Value>, BTreeMap<usize, Sentinel>)>,
    pub(super) stayed_for_all: bool,
    pub(super) proposal: Option<(usize, How)>,
    /// The proposal did not show when it was to be confirmed.
    pub(super) is_doubted: bool,
    pub(super) answer: Answer,
}

impl Field<'_> {
    pub(super) fn is_open(&self) -> bool {
        self.text.is_some() && !self.answer.confirmed
    }

    pub(super) fn into_answer(self, leaves: &[Leaf]) -> Answer {
        let mut answer = self.answer;
        let guess = self.proposal.filter(|_| answer.key.is_none() && !self.is_doubted && self.text.is_some());
        if let Some((leaf, how)) = guess.and_then(|(leaf, how)| Some((leaves.get(leaf)?, how))) {
            answer.key = Some(leaf.path.clone());
            answer.how = Some(how);
        }
        answer.exhausted = self.text.is_some()
            && answer.key.is_none()
            && self.stayed_for_all
            && self.moved.is_none()
            && self.candidates.iter().all(|leaf| self.tried.contains(leaf));
        answer
    }
}

/// The text of a field; a key without value shows an empty one.
pub(super) fn field_text(value: &Value) -> Option<String> {
    if value.is_null() { Some(String::new()) } else { text_of(value) }
}

/// Takes a leaf as proven.
pub(super) fn accept(field: &mut Field<'_>, leaves: &[Leaf], leaf: usize, how: How) {
    let Some(leaf) = leaves.get(leaf) else { return };
    field.answer =
        Answer { key: Some(leaf.path.clone()), how: Some(how), confirmed: true, refused: None, exhausted: false };
}

/// The leaf whose sentinel a field shows. A leaf that had another value before came up with a branch.
pub(super) fn shown(
    value: &Value,
    field: &Field<'_>,
    leaves: &[Leaf],
    set: &BTreeMap<usize, Sentinel>,
) -> Option<(usize, How)> {
    for (index, sentinel) in set {
        let leaf = leaves.get(*index)?;
        if sentinel.is_value_of(value) {
            let is_direct = text_of(&leaf.value) == field.text;
            let how = if leaf.is_blank() { How::Default } else { How::Direct };
            return (is_direct || leaf.is_blank()).then_some((*index, how));
        }
    }
    let mut parts = set.iter().filter(|(_, sentinel)| sentinel.taken_out_of(value).is_some());
    let (index, sentinel) = parts.next()?;
    // Beside the value everything is as it was: neither another key nor chance has a part in it.
    let is_rest_same = parts.next().is_none() && sentinel.taken_out_of(value) == field.text;
    is_rest_same.then_some((*index, How::Part))
}

/// Whether a number moved by as much as the value that was set, or by the same factor.
pub(super) fn follows(before: &Value, after: &Value, old: &Value, new: &Value) -> bool {
    let number = |value: &Value| text_of(value).and_then(|text| text.parse::<f64>().ok());
    let (Some(before), Some(after), Some(old), Some(new)) = (number(before), number(after), number(old), number(new))
    else {
        return false;
    };
    let is_near = |one: f64, other: f64| (one - other).abs() < 1e-6 * one.abs().max(1.0);
    let by_sum = is_near(after - before, new - old);
    by_sum || (before != 0.0 && is_near(after * old, before * new))
}

/// Whether a field's text may be put together with a value: shorter ones occur everywhere.
fn is_part_of(value: &Value, text: &str) -> bool {
    const SHORTEST: usize = 5;
    value.as_str().is_some_and(|value| value.len() >= SHORTEST && value.len() < text.len() && text.contains(value))
}

/// What is looked for, with the leaves that may feed it.
pub(super) fn open<'t>(target: &'t Target, base: &Rendered, leaves: &[Leaf]) -> Field<'t> {
    let value = base.value(&target.document, &target.path);
    let is_sought = is_scalar(&target.value) || target.value.is_null();
    let text = field_text(&target.value).filter(|text| value.as_ref().and_then(field_text).as_ref() == Some(text));
    let text = text.filter(|_| is_sought);
    let mut candidates = Vec::new();
    for (index, leaf) in leaves.iter().enumerate() {
        // Of the many empty keys only those with the name may be what a field without value shows.
        let is_equal = text.is_some() && text_of(&leaf.value) == text && !target.value.is_null();
        let is_part = text.as_ref().is_some_and(|text| is_part_of(&leaf.value, text));
        if is_equal || is_part || (text.is_some() && names::may_feed(&target.path, &leaf.path)) {
            candidates.push(index);
        }
    }
    Field {
        target,
        text,
        candidates,
        tried: BTreeSet::new(),
        rejected: BTreeSet::new(),
        moved: None,
        stayed_for_all: false,
        proposal: None,
        is_doubted: false,
        answer: Answer::default(),
    }
}
