//! Which key of the values feeds a rendered field: many keys are changed at once to values that can be told apart, and
//! what shows in a field is confirmed by changing the chosen keys alone.

mod field;
pub(crate) mod names;
mod ranking;
mod volley;

pub use volley::{Budget, Probe};
pub(crate) use volley::{Change, Shot, Volley, fire};

use crate::provenance::candidates::{KeyPath, Leaf, Sentinel, Sentinels, is_scalar, leaves, text_of};
use crate::provenance::rendered::{Identity, Rendered};
use field::{Field, accept, field_text, follows, open, shown};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A field whose key is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The document.
    pub document: Identity,
    /// Path of the field, a scalar.
    pub path: String,
    /// Its value in the render that was linted. A base that differs here is random, and is not answered.
    pub value: Value,
}

impl Target {
    /// The field of a document of a render.
    #[must_use]
    pub fn of(rendered: &Rendered, document: usize, path: &str) -> Option<Self> {
        let value = rendered.value_at(document, path)?;
        let document = rendered.identities().get(document)?.clone();
        Some(Self { document, path: path.to_owned(), value })
    }
}

/// How a key feeds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The field is the value.
    Direct,
    /// The field is a text with the value in it.
    Part,
    /// The key is empty, so that the template's own default applies.
    Default,
    /// The template computes the field from the value.
    Computed,
    /// The key switches on what is missing.
    Switch,
}

/// What is known of a field's key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The key.
    pub key: Option<KeyPath>,
    /// How it feeds the field; `None` without a key.
    pub how: Option<How>,
    /// Whether the field followed the key when nothing unrelated was changed. Without this the key is a guess.
    pub confirmed: bool,
    /// Helm's message where the chart refuses another value of a key that may be the one.
    pub refused: Option<String>,
    /// Whether every key that exists was given another value, and the field stayed: the template writes it.
    /// Switches and keys that the values do not have are not among them.
    pub exhausted: bool,
}

/// Texts beyond this are files and scripts, not fields.
const LONGEST: usize = 200;

/// Renders that the first look may take when helm refuses, those of the second, and of the look at all keys.
const FIRST: u32 = 5;
const SECOND: u32 = 4;
const ALL: u32 = 2;

/// Finds the keys of fields. `values` are the coalesced values, `nulls` the keys that a values file sets to null, which
/// those do not have; `base` is the render of the same chart without changes,
/// `probe` renders it with values on top. Answers are in the order of the targets.
pub fn search(
    targets: &[Target],
    values: &Value,
    nulls: &[KeyPath],
    base: &Rendered,
    probe: &mut Probe<'_>,
    budget: &mut Budget,
) -> Vec<Answer> {
    let mut search = Search::new(targets, values, nulls, base, probe, budget);
    search.look_at_equal_values();
    search.confirm();
    search.refute();
    search.look_at_names();
    search.confirm();
    search.look_at_all();
    search.look_one_by_one();
    let leaves = search.leaves;
    search.fields.into_iter().map(|field| field.into_answer(&leaves)).collect()
}

struct Search<'s, 'p> {
    values: &'s Value,
    probe: &'s mut Probe<'p>,
    budget: &'s mut Budget,
    sentinels: Sentinels,
    leaves: Vec<Leaf>,
    fields: Vec<Field<'s>>,
    refused: BTreeSet<usize>,
}

/// A render with what was set in it.
struct Look {
    set: BTreeMap<usize, Sentinel>,
    rendered: Rendered,
}

impl<'s, 'p> Search<'s, 'p> {
    fn new(
        targets: &'s [Target],
        values: &'s Value,
        nulls: &[KeyPath],
        base: &'s Rendered,
        probe: &'s mut Probe<'p>,
        budget: &'s mut Budget,
    ) -> Self {
        let mut leaves = leaves(values);
        leaves.retain(|leaf| is_scalar(&leaf.value));
        // A template's default applies to what is null as to what is empty. Others of them may be whole maps.
        let names_a_field = |path: &KeyPath| targets.iter().any(|target| names::may_feed(&target.path, path));
        let unset = nulls.iter().filter(|path| names_a_field(path) && path.is_free_in(values));
        leaves.extend(unset.map(|path| Leaf { path: path.clone(), value: Value::String(String::new()) }));
        let fields = targets.iter().map(|target| open(target, base, &leaves)).collect();
        let sentinels = Sentinels::new(values, base);
        Self { values, probe, budget, sentinels, leaves, fields, refused: BTreeSet::new() }
    }

    /// Step 1: every key whose value is that of a field.
    fn look_at_equal_values(&mut self) {
        let group = self.candidates_of_open(|search, field, leaf| search.has_value_of(field, leaf));
        let looks = self.look(&group, FIRST);
        for look in &looks {
            self.read(look);
        }
    }

    /// Step 2: the chosen keys again, without the others: changing keys together can switch branches.
    fn confirm(&mut self) {
        let chosen: BTreeSet<usize> =
            self.fields.iter().filter(|field| field.is_open()).filter_map(|field| Some(field.proposal?.0)).collect();
        let looks = self.look(&chosen, SECOND);
        for look in &looks {
            self.check(look);
        }
        let is_alone = looks.iter().any(|look| look.set.len() == chosen.len()) && chosen.len() == 1;
        let failed: BTreeSet<usize> =
            self.fields.iter().filter(|field| field.is_open()).filter_map(|field| Some(field.proposal?.0)).collect();
        for leaf in failed {
            let looks = if is_alone { Vec::new() } else { self.look(&BTreeSet::from([leaf]), 1) };
            for look in &looks {
                self.check(look);
            }
            if is_alone || !looks.is_empty() {
                self.reject(leaf);
            }
        }
    }

    /// The other way round: the keys of the same values that were not chosen. A field that follows one of them was
    /// confirmed with the help of a switch that another field chose; then its key must show alone.
    fn refute(&mut self) {
        let proven = self.proven();
        let answered = self.fields.iter().filter(|field| field.answer.confirmed);
        let equal: BTreeSet<usize> = answered
            .flat_map(|field| field.candidates.iter().copied().filter(|leaf| self.has_value_of(field, *leaf)))
            .filter(|leaf| !proven.contains(leaf) && !self.refused.contains(leaf))
            .collect();
        let looks = self.look(&equal, 1);
        let Some(look) = looks.first() else { return };
        let mut doubted = BTreeSet::new();
        for field in self.fields.iter_mut().filter(|field| field.answer.confirmed) {
            let value = look.rendered.value(&field.target.document, &field.target.path);
            if value.as_ref().is_some_and(|value| field_text(value) == field.text) {
                continue;
            }
            let leaf = self.leaves.iter().position(|leaf| Some(&leaf.path) == field.answer.key.as_ref());
            field.proposal = leaf.zip(field.answer.how);
            field.answer = Answer::default();
            field.is_doubted = true;
            doubted.extend(leaf);
        }
        for leaf in doubted {
            let looks = self.look(&BTreeSet::from([leaf]), 1);
            for look in &looks {
                self.check(look);
                self.reject(leaf);
            }
        }
    }

    /// Step 3: for what is left, the keys with the name of the field, whatever they hold.
    fn look_at_names(&mut self) {
        // What has only the value was changed before, and may have taken the field away.
        let group = self.candidates_of_open(|search, field, leaf| {
            search.has_name_of(field, leaf) || !search.has_value_of(field, leaf)
        });
        let proven = self.proven();
        let group = group.into_iter().filter(|leaf| !proven.contains(leaf) && !self.refused.contains(leaf)).collect();
        let looks = self.look(&group, SECOND);
        for look in &looks {
            self.read(look);
        }
    }

    /// Step 4: whether any key at all moves what has not moved yet. It answers nothing, but tells "no key" from "no
    /// idea".
    fn look_at_all(&mut self) {
        let waits = |field: &Field<'_>| field.is_open() && field.proposal.is_none() && field.moved.is_none();
        if !self.fields.iter().any(waits) {
            return;
        }
        let proven = self.proven();
        let is_short = |leaf: &Leaf| text_of(&leaf.value).is_some_and(|text| text.len() <= LONGEST);
        let group: BTreeSet<usize> = self
            .leaves
            .iter()
            .enumerate()
            .filter(|(index, leaf)| is_short(leaf) && !proven.contains(index) && !self.refused.contains(index))
            .map(|(index, _)| index)
            .collect();
        let looks = self.look(&group, ALL);
        let covered: usize = looks.iter().map(|look| look.set.len()).sum();
        let is_complete = covered == group.len();
        for field in self.fields.iter_mut().filter(|field| waits(field)) {
            let stays = |look: &Look| {
                let value = look.rendered.value(&field.target.document, &field.target.path);
                value.is_some_and(|value| field_text(&value) == field.text)
            };
            field.stayed_for_all = is_complete && looks.iter().all(stays);
        }
    }

    /// Step 5: what moved and was not explained, key by key. Only a key that was changed alone counts here: of several
    /// keys that change together, a sibling would be credited.
    fn look_one_by_one(&mut self) {
        while let Some(leaf) = self.next_alone() {
            let looks = self.look(&BTreeSet::from([leaf]), 1);
            let Some(look) = looks.first() else {
                self.reject(leaf);
                continue;
            };
            self.check_alone(look, leaf);
            self.reject(leaf);
        }
    }

    fn has_value_of(&self, field: &Field<'_>, leaf: usize) -> bool {
        field.text.is_some() && self.leaves.get(leaf).is_some_and(|leaf| text_of(&leaf.value) == field.text)
    }

    fn has_name_of(&self, field: &Field<'_>, leaf: usize) -> bool {
        self.leaves.get(leaf).is_some_and(|leaf| names::may_feed(&field.target.path, &leaf.path))
    }

    fn candidates_of_open(&self, wanted: impl Fn(&Self, &Field<'_>, usize) -> bool) -> BTreeSet<usize> {
        let open = self.fields.iter().filter(|field| field.is_open() && field.proposal.is_none());
        open.flat_map(|field| {
            field
                .candidates
                .iter()
                .copied()
                .filter(|leaf| !field.rejected.contains(leaf) && wanted(self, field, *leaf))
                .collect::<Vec<_>>()
        })
        .collect()
    }

    fn proven(&self) -> BTreeSet<usize> {
        let keys: BTreeSet<&KeyPath> = self.fields.iter().filter_map(|field| field.answer.key.as_ref()).collect();
        let leaves = self.leaves.iter().enumerate();
        leaves.filter(|(_, leaf)| keys.contains(&leaf.path)).map(|(index, _)| index).collect()
    }

    /// Renders with new values for a group of leaves.
    fn look(&mut self, group: &BTreeSet<usize>, most: u32) -> Vec<Look> {
        let mut set: Vec<(usize, Sentinel)> = Vec::new();
        let mut changes = Vec::new();
        for index in self.in_order(group) {
            let Some(leaf) = self.leaves.get(index) else { continue };
            let model = if leaf.is_blank() { self.model(index) } else { leaf.value.clone() };
            let Some(sentinel) = self.sentinels.like(&model, &leaf.path) else { continue };
            changes.push(Change { path: leaf.path.clone(), value: sentinel.value.clone() });
            set.push((index, sentinel));
        }
        let volley = fire(&changes, self.values, self.probe, self.budget, most);
        self.note_refusals(&volley, &set);
        let look = |shot: Shot| Look {
            set: shot.changes.iter().filter_map(|change| set.get(*change).cloned()).collect(),
            rendered: shot.rendered,
        };
        volley.shots.into_iter().map(look).collect()
    }

    /// Floors before ceilings, so that the values of a pair keep their order for a chart that compares them.
    fn in_order(&self, group: &BTreeSet<usize>) -> Vec<usize> {
        let rank = |index: &usize| {
            let path = self.leaves.get(*index).map(|leaf| leaf.path.to_string().to_lowercase()).unwrap_or_default();
            match path {
                path if path.contains("max") || path.contains("limits") => 2,
                path if path.contains("min") || path.contains("requests") => 0,
                _ => 1,
            }
        };
        let mut ordered: Vec<usize> = group.iter().copied().collect();
        ordered.sort_by_key(rank);
        ordered
    }

    /// An empty leaf takes a value like that of the field that it may feed.
    fn model(&self, leaf: usize) -> Value {
        let field = self.fields.iter().find(|field| field.is_open() && field.candidates.contains(&leaf));
        match field.map(|field| &field.target.value) {
            // What has no value takes a number in most fields on scaling.
            Some(Value::Null) => Value::from(1),
            Some(value) => value.clone(),
            None => Value::String(String::new()),
        }
    }

    fn note_refusals(&mut self, volley: &Volley, set: &[(usize, Sentinel)]) {
        for (change, message) in &volley.refused {
            let Some((leaf, _)) = set.get(*change) else { continue };
            self.refused.insert(*leaf);
            for field in self.fields.iter_mut().filter(|field| field.is_open() && field.candidates.contains(leaf)) {
                field.answer.refused.get_or_insert_with(|| message.clone());
            }
        }
    }

    /// Proposes what shows in the fields of a render.
    fn read(&mut self, look: &Look) {
        for field in self.fields.iter_mut().filter(|field| field.is_open() && field.proposal.is_none()) {
            let value = look.rendered.value(&field.target.document, &field.target.path);
            let tried = field.candidates.iter().filter(|leaf| look.set.contains_key(leaf));
            if value.is_some() {
                field.tried.extend(tried);
            }
            if value.as_ref().is_some_and(|value| field_text(value) == field.text) {
                continue;
            }
            let shown = value.as_ref().and_then(|value| shown(value, field, &self.leaves, &look.set));
            field.proposal = shown.filter(|(leaf, _)| !field.rejected.contains(leaf));
            field.moved = Some((value, look.set.clone()));
        }
    }

    /// Confirms the proposals that show again.
    fn check(&mut self, look: &Look) {
        for field in self.fields.iter_mut().filter(|field| field.is_open()) {
            let Some((leaf, how)) = field.proposal else { continue };
            let Some(value) = look.rendered.value(&field.target.document, &field.target.path) else { continue };
            if !look.set.contains_key(&leaf) {
                continue;
            }
            if shown(&value, field, &self.leaves, &look.set) == Some((leaf, how)) {
                accept(field, &self.leaves, leaf, how);
            } else {
                field.is_doubted = true;
            }
        }
    }

    /// Reads a render in which one leaf alone was changed.
    fn check_alone(&mut self, look: &Look, leaf: usize) {
        let Some((old, sentinel)) = self.leaves.get(leaf).zip(look.set.get(&leaf)) else { return };
        let mut unclear = Vec::new();
        for (index, field) in self.fields.iter_mut().enumerate() {
            if !field.is_open() || field.moved.is_none() || !field.candidates.contains(&leaf) {
                continue;
            }
            let Some(value) = look.rendered.value(&field.target.document, &field.target.path) else { continue };
            if field_text(&value) == field.text {
                continue;
            }
            if let Some((_, how)) = shown(&value, field, &self.leaves, &look.set) {
                accept(field, &self.leaves, leaf, how);
            } else if sentinel.is_seen_in(&value) || follows(&field.target.value, &value, &old.value, &sentinel.value) {
                accept(field, &self.leaves, leaf, How::Computed);
            } else {
                unclear.push((index, value));
            }
        }
        self.check_unclear(unclear, leaf);
    }

    /// A field that moved with one leaf, but not in proportion: it is computed if it moves again with another value,
    /// and stands still without any. Else the leaf only chose a branch, or the field is random.
    fn check_unclear(&mut self, unclear: Vec<(usize, Value)>, leaf: usize) {
        if unclear.is_empty() || self.budget.left() < 2 {
            return;
        }
        let again = self.look(&BTreeSet::from([leaf]), 1);
        let Some(again) = again.first() else { return };
        if !self.budget.take() {
            return;
        }
        let Ok(unchanged) = (self.probe)(&Value::Object(serde_json::Map::new())) else { return };
        for (index, first) in unclear {
            let Some(field) = self.fields.get_mut(index) else { continue };
            let value_in = |rendered: &Rendered| rendered.value(&field.target.document, &field.target.path);
            let is_steady = value_in(&unchanged).is_some_and(|value| field_text(&value) == field.text);
            let second = value_in(&again.rendered);
            let depends = second.is_some_and(|second| field_text(&second) != field.text && second != first);
            if is_steady && depends {
                accept(field, &self.leaves, leaf, How::Computed);
            } else if !is_steady {
                // Random: no answer, and no further renders for it.
                field.text = None;
            }
        }
    }

    /// The leaf does not feed those fields that it was tried for.
    fn reject(&mut self, leaf: usize) {
        for field in self.fields.iter_mut().filter(|field| field.is_open()) {
            field.rejected.insert(leaf);
            if field.proposal.is_some_and(|(proposed, _)| proposed == leaf) {
                field.proposal = None;
                field.is_doubted = false;
            }
        }
    }
}

#[cfg(test)]
mod tests;
