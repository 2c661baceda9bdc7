//! Keys for what a render misses: empty keys that put a field into a workload, and switches that create an object for
//! one.

mod samples;

use crate::kubernetes::object::labels_of;
use crate::kubernetes::selector::LabelSelector;
use crate::provenance::candidates::{KeyPath, Leaf, Sentinels, leaves, normalised};
use crate::provenance::rendered::{Identity, Rendered};
use crate::provenance::sentinel::{Answer, Budget, Change, How, Probe, Shot, fire, names};
use crate::yaml::{NodeRef, decode};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use samples::{Mark, Sample};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A field that a workload does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingField {
    /// The workload.
    pub document: Identity,
    /// Path of the field, such as `spec.template.spec.topologySpreadConstraints`.
    pub path: String,
}

/// An object that a workload does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingObject {
    /// The workload.
    pub document: Identity,
    /// Kind of the object: `PodDisruptionBudget` or `HorizontalPodAutoscaler`.
    pub kind: String,
}

/// Renders that all absent fields together may take when helm refuses.
const MOST: u32 = 4;

/// Switches that are tried at most.
const SWITCHES: usize = 12;

/// Keys that say where a field is and not what it is.
const STRUCTURE: &[&str] = &["spec", "template", "metadata", "containers", "initcontainers", "jobtemplate"];

/// Finds the empty keys that put fields into workloads. `nulls` are the keys that a values file sets to null: coalesced
/// values do not have them. Answers are in the order of `missing`; `exhausted` tells that every empty key with a
/// fitting name was tried.
pub fn fields(
    missing: &[MissingField],
    values: &Value,
    nulls: &[KeyPath],
    base: &Rendered,
    probe: &mut Probe<'_>,
    budget: &mut Budget,
) -> Vec<Answer> {
    let mut sentinels = Sentinels::new(values, base);
    let offers = offers(missing, &empty_leaves(values, nulls), &mut sentinels);
    let changes: Vec<Change> = offers.iter().map(|offer| offer.change.clone()).collect();
    let volley = fire(&changes, values, probe, budget, MOST);
    let chosen: Vec<Option<usize>> = missing.iter().map(|missing| best(missing, &offers, &volley.shots)).collect();
    let alone: Vec<usize> = chosen.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let confirmed = confirm(&alone, &changes, values, probe, budget);
    let answer = |(missing, chosen): (&MissingField, Option<usize>)| {
        let refused =
            volley.refused.iter().find(|(index, _)| offers.get(*index).is_some_and(|offer| offer.is_for(missing)));
        let is_all_tried = refused.is_none()
            && !volley.untried.iter().any(|index| offers.get(*index).is_some_and(|offer| offer.is_for(missing)));
        let Some((index, offer)) = chosen.and_then(|index| Some((index, offers.get(index)?))) else {
            return Answer {
                refused: refused.map(|(_, message)| message.clone()),
                exhausted: is_all_tried,
                ..Answer::default()
            };
        };
        Answer {
            key: Some(offer.change.path.clone()),
            how: Some(How::Default),
            confirmed: confirmed
                .iter()
                .any(|shot| shot.changes.contains(&index) && offer.lands(missing, &shot.rendered)),
            refused: None,
            exhausted: false,
        }
    };
    missing.iter().zip(chosen).map(answer).collect()
}

/// Finds the switches that create an object for a workload, one at a time.
pub fn objects(
    missing: &[MissingObject],
    values: &Value,
    nulls: &[KeyPath],
    base: &Rendered,
    probe: &mut Probe<'_>,
    budget: &mut Budget,
) -> Vec<Answer> {
    let mut answers = vec![Answer::default(); missing.len()];
    let switches = switches(missing, values, nulls);
    let mut is_complete = true;
    for (path, value) in &switches {
        let waits =
            |(missing, answer): (&MissingObject, &Answer)| answer.key.is_none() && may_create(path, &missing.kind);
        if !missing.iter().zip(&answers).any(waits) {
            continue;
        }
        let change = Change { path: path.clone(), value: value.clone() };
        let volley = fire(&[change], values, probe, budget, 1);
        is_complete &= volley.untried.is_empty() && volley.refused.is_empty();
        for (missing, answer) in missing.iter().zip(&mut answers) {
            if answer.key.is_some() || !may_create(path, &missing.kind) {
                continue;
            }
            if let Some((_, message)) = volley.refused.first() {
                answer.refused.get_or_insert_with(|| message.clone());
            }
            let creates = |shot: &Shot| serves(&shot.rendered, missing) && !serves(base, missing);
            if volley.shots.iter().any(creates) {
                let (key, how) = (Some(path.clone()), Some(How::Switch));
                *answer = Answer { key, how, confirmed: true, ..Answer::default() };
            }
        }
    }
    for answer in &mut answers {
        answer.exhausted = answer.key.is_none() && is_complete;
    }
    answers
}

/// A value for an empty key, and how it is recognised at each path that it may reach.
struct Offer {
    change: Change,
    marks: BTreeMap<String, Mark>,
}

impl Offer {
    fn is_for(&self, missing: &MissingField) -> bool {
        self.marks.contains_key(&missing.path)
    }

    fn lands(&self, missing: &MissingField, rendered: &Rendered) -> bool {
        let Some(mark) = self.marks.get(&missing.path) else { return false };
        rendered.value(&missing.document, &missing.path).is_some_and(|value| mark.is_in(&value))
    }
}

fn offers(missing: &[MissingField], empty: &[Leaf], sentinels: &mut Sentinels) -> Vec<Offer> {
    let paths: BTreeSet<&str> = missing.iter().map(|missing| missing.path.as_str()).collect();
    let mut offers = Vec::new();
    for leaf in empty {
        let mut value = Value::Null;
        let mut marks = BTreeMap::new();
        for path in &paths {
            let Some(inner) = rest_of(path, &leaf.path) else { continue };
            let Some(sample) = Sample::of(&inner, sentinels) else { continue };
            marks.insert((*path).to_owned(), sample.mark);
            merge(&mut value, sample.value);
        }
        if !marks.is_empty() {
            offers.push(Offer { change: Change { path: leaf.path.clone(), value }, marks });
        }
    }
    offers
}

/// The keys of a field from the one on that a leaf has the name of: `resources` of `…containers[0].resources.requests`
/// gives `resources`, `requests`.
fn rest_of(field: &str, leaf: &KeyPath) -> Option<Vec<String>> {
    let keys = names::keys_of_field(field);
    if names::may_feed(field, leaf) {
        return keys.last().map(|key| vec![key.clone()]);
    }
    let name = normalised(leaf.last_key());
    let at = keys.iter().rposition(|key| {
        let key = normalised(key);
        !STRUCTURE.contains(&key.as_str()) && key.len() > 3 && name.ends_with(&key)
    })?;
    Some(keys.get(at..)?.to_vec())
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into @ Value::Null, from) => *into = from,
        // Two samples of one field: the first stays whole.
        _ => {}
    }
}

/// Of the keys that reach a workload the one that names it best; a key for the whole chart comes last.
fn best(missing: &MissingField, offers: &[Offer], shots: &[Shot]) -> Option<usize> {
    let landed = |index: &usize| {
        let offer = offers.get(*index);
        let shot = shots.iter().find(|shot| shot.changes.contains(index));
        offer.zip(shot).is_some_and(|(offer, shot)| offer.lands(missing, &shot.rendered))
    };
    (0..offers.len()).filter(landed).max_by_key(|index| {
        let path = offers.get(*index).map(|offer| &offer.change.path);
        let words = path.map_or(0, |path| names::words_in_name(&missing.document.name, path));
        let is_global = path.is_some_and(|path| path.keys().next() == Some("global"));
        (!is_global, words, path.map_or(0, |path| path.0.len()), std::cmp::Reverse(*index))
    })
}

/// The chosen keys again, without the others.
fn confirm(
    alone: &[usize],
    changes: &[Change],
    values: &Value,
    probe: &mut Probe<'_>,
    budget: &mut Budget,
) -> Vec<Shot> {
    let chosen: Vec<Change> = alone.iter().filter_map(|index| changes.get(*index).cloned()).collect();
    let volley = fire(&chosen, values, probe, budget, MOST);
    let renamed = |mut shot: Shot| {
        shot.changes = shot.changes.iter().filter_map(|index| alone.get(*index).copied()).collect();
        shot
    };
    volley.shots.into_iter().map(renamed).collect()
}

fn empty_leaves(values: &Value, nulls: &[KeyPath]) -> Vec<Leaf> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    let mut found = leaves(values);
    found.retain(|leaf| is_empty(&leaf.value));
    for path in nulls {
        if found.iter().all(|leaf| leaf.path != *path) {
            found.push(Leaf { path: path.clone(), value: Value::Null });
        }
    }
    found
}

/// Switches that are off, and empty maps with the name of the object, in the order in which they are tried.
fn switches(missing: &[MissingObject], values: &Value, nulls: &[KeyPath]) -> Vec<(KeyPath, Value)> {
    let kinds: BTreeSet<&str> = missing.iter().map(|missing| missing.kind.as_str()).collect();
    let is_wanted = |path: &KeyPath| kinds.iter().any(|kind| may_create(path, kind));
    let is_switch = |path: &KeyPath| {
        let key = normalised(path.last_key());
        matches!(key.as_str(), "enabled" | "enable" | "create") || kinds.iter().any(|kind| is_word_of(&key, kind))
    };
    let off = leaves(values).into_iter().filter(|leaf| leaf.value == Value::Bool(false) && is_switch(&leaf.path));
    let mut found: Vec<(KeyPath, Value)> = off.map(|leaf| (leaf.path, Value::Bool(true))).collect();
    for leaf in empty_leaves(values, nulls) {
        let is_map = matches!(leaf.value, Value::Null | Value::Object(_));
        let key = normalised(leaf.path.last_key());
        if is_map && is_word_of(&key, "PodDisruptionBudget") {
            found.push((leaf.path, json!({"enabled": true, "minAvailable": 1})));
        }
    }
    found.retain(|(path, _)| is_wanted(path));
    let words = |path: &KeyPath| {
        missing.iter().map(|missing| names::words_in_name(&missing.document.name, path)).max().unwrap_or_default()
    };
    found.sort_by_key(|(path, value)| (std::cmp::Reverse(words(path)), value.is_object()));
    found.truncate(SWITCHES);
    found
}

/// Whether a key could create an object of a kind, by its path.
fn may_create(path: &KeyPath, kind: &str) -> bool {
    path.keys().any(|key| is_word_of(&normalised(key), kind))
}

fn is_word_of(key: &str, kind: &str) -> bool {
    let words: &[&str] = match kind {
        "PodDisruptionBudget" => &["pdb", "disruption"],
        "HorizontalPodAutoscaler" => &["hpa", "autoscal", "horizontalpod"],
        _ => return key.contains(&normalised(kind)),
    };
    words.iter().any(|word| key.contains(word))
}

/// Whether a render has an object of the kind whose selector or target is the workload.
fn serves(rendered: &Rendered, missing: &MissingObject) -> bool {
    let Some(workload) = rendered.find(&missing.document).and_then(|document| rendered.root(document)) else {
        return false;
    };
    let of_kind = rendered.identities().iter().enumerate().filter(|(_, identity)| identity.kind == missing.kind);
    of_kind.filter_map(|(document, _)| rendered.root(document)).any(|object| is_about(object, workload))
}

fn is_about(object: NodeRef<'_>, workload: NodeRef<'_>) -> bool {
    let text = |node: NodeRef<'_>, path: &str| Some(node.at(path)?.text()?.into_owned());
    let namespaces = (text(object, "metadata.namespace"), text(workload, "metadata.namespace"));
    if let (Some(one), Some(other)) = &namespaces
        && one != other
    {
        return false;
    }
    let target = object.at("spec.scaleTargetRef").or_else(|| object.at("spec.targetRef"));
    if let Some(target) = target {
        return text(target, "name") == text(workload, "metadata.name")
            && text(target, "kind") == text(workload, "kind");
    }
    let labels = workload.at("spec.template.metadata.labels").map(labels_of).unwrap_or_default();
    let selector = object.at("spec.selector").and_then(|node| decode::<meta::LabelSelector>(node).ok());
    selector.and_then(|selector| LabelSelector::from_api(&selector.value).ok()).is_some_and(|one| one.matches(&labels))
}

/// A map with one entry.
fn entry(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}

#[cfg(test)]
mod tests;
