//! The leaves of a chart's values, new values for them that can be told apart in a render, and the overlays that set
//! them.

use crate::provenance::rendered::Rendered;
pub use crate::values::chart::Step;
use crate::yaml::{push_index, push_key};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// Values nest as deep as people write them; what is deeper is left alone.
const DEEPEST: usize = 64;

/// Where the numbers begin that nothing counts up to; the small ones end here, so that the two never meet.
const LARGE: u32 = 10_007;

/// A path from the root of a chart's values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct KeyPath(pub Vec<Step>);

impl KeyPath {
    /// A path of keys alone.
    #[must_use]
    pub fn of_keys(keys: &[&str]) -> Self {
        Self(keys.iter().map(|key| Step::Key((*key).to_owned())).collect())
    }

    /// The path with one more step.
    #[must_use]
    pub fn child(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The value at the path.
    #[must_use]
    pub fn find<'v>(&self, values: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(values, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        })
    }

    /// Whether values have nothing at the path, and nothing that keeps it from being set.
    #[must_use]
    pub fn is_free_in(&self, values: &Value) -> bool {
        let mut here = values;
        for step in &self.0 {
            let next = match (step, here) {
                (Step::Key(key), Value::Object(map)) => map.get(key),
                _ => return false,
            };
            match next {
                Some(next) if !next.is_null() => here = next,
                _ => return true,
            }
        }
        false
    }

    /// The keys of the path, without indices.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The last key; empty without one.
    #[must_use]
    pub fn last_key(&self) -> &str {
        self.keys().next_back().unwrap_or_default()
    }
}

impl fmt::Display for KeyPath {
    /// As after `.Values`: `gateway.spread[0].key`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Key(key) => push_key(&mut text, key),
                Step::Index(index) => push_index(&mut text, *index),
            }
        }
        f.write_str(&text)
    }
}

/// A value without values inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// Its path.
    pub path: KeyPath,
    /// Its value.
    pub value: Value,
}

impl Leaf {
    /// True for an empty text, where a template's default applies.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(&self.value, Value::String(text) if text.is_empty())
    }
}

/// All leaves in the order of their paths: scalars, and maps and lists without content.
#[must_use]
pub fn leaves(values: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    let mut pending = vec![(KeyPath::default(), values)];
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::Object(map) if !map.is_empty() && path.0.len() < DEEPEST => {
                pending.extend(map.iter().rev().map(|(key, value)| (path.child(Step::Key(key.clone())), value)));
            }
            Value::Array(list) if !list.is_empty() && path.0.len() < DEEPEST => {
                let items = list.iter().enumerate().rev();
                pending.extend(items.map(|(index, value)| (path.child(Step::Index(index)), value)));
            }
            _ => found.push(Leaf { path, value: value.clone() }),
        }
    }
    found
}

/// Whether a leaf can be given a value that is seen in a field: a number or a text.
#[must_use]
pub fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::String(_))
}

/// The form in which a scalar of the values and one of a render are compared: `8080` and `"8080"` are equal.
#[must_use]
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // `2.0` of a float and `2` are printed alike by Go.
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        }),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value that was set, and how it is recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentinel {
    /// The value.
    pub value: Value,
    /// Part of a text that stands for it wherever the text is used; `None` for numbers, which prove nothing inside
    /// other text.
    pub token: Option<String>,
}

impl Sentinel {
    /// Whether a field is the value, as it is.
    #[must_use]
    pub fn is_value_of(&self, field: &Value) -> bool {
        text_of(field) == text_of(&self.value)
    }

    /// Whether the token occurs in a field in any case: nothing but the value brought it there.
    #[must_use]
    pub fn is_seen_in(&self, field: &Value) -> bool {
        let text = text_of(field).map(|text| text.to_ascii_lowercase());
        self.token.as_deref().zip(text).is_some_and(|(token, text)| text.contains(token))
    }

    /// The field as it would be without the token; `None` where the token does not occur.
    #[must_use]
    pub fn taken_out_of(&self, field: &Value) -> Option<String> {
        let (token, text) = (self.token.as_deref()?, text_of(field)?);
        text.contains(token).then(|| text.replace(&format!("-{token}"), ""))
    }
}

/// Gives out sentinels, none of them twice and none that the values or the render have.
#[derive(Debug)]
pub struct Sentinels {
    taken: BTreeSet<String>,
    text: String,
    small: u32,
    large: u32,
    id: u32,
    /// Alternates between the two distances.
    is_wide: bool,
}

impl Sentinels {
    /// Knows what is taken.
    #[must_use]
    pub fn new(values: &Value, base: &Rendered) -> Self {
        let mut taken: BTreeSet<String> = leaves(values).iter().filter_map(|leaf| text_of(&leaf.value)).collect();
        let fields = (0..base.len()).flat_map(|document| base.fields(document));
        taken.extend(fields.filter_map(|field| text_of(&field.value)));
        let text = taken.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        Self { taken, text, small: 23, large: LARGE, id: 0, is_wide: false }
    }

    /// A new value of the type of `old`, for a key of this path. Charts count up to replicas, so those stay small.
    pub fn like(&mut self, old: &Value, path: &KeyPath) -> Option<Sentinel> {
        let is_small = is_counted(path);
        match old {
            Value::Number(number) if number.is_f64() => {
                let value = self.number(is_small, |number| format!("{number}.5"))?;
                Some(Sentinel { value: serde_json::from_str(&value).ok()?, token: None })
            }
            Value::Number(_) => {
                let value = self.number(is_small, |number| number.to_string())?;
                Some(Sentinel { value: serde_json::from_str(&value).ok()?, token: None })
            }
            Value::String(text) => self.like_text(text, path, is_small),
            _ => None,
        }
    }

    /// A part of text that occurs nowhere yet.
    pub fn token(&mut self) -> String {
        loop {
            self.id += 1;
            let token = format!("q{}q", self.id);
            if !self.text.contains(&token) {
                return token;
            }
        }
    }

    /// A whole number that occurs nowhere yet.
    pub fn count(&mut self) -> Option<u32> {
        self.number(true, |number| number.to_string())?.parse().ok()
    }

    fn like_text(&mut self, old: &str, path: &KeyPath, is_small: bool) -> Option<Sentinel> {
        if let Some((is_fraction, unit)) = measure(old) {
            let fraction = if is_fraction { ".5" } else { "" };
            let value = self.number(is_small, |number| format!("{number}{fraction}{unit}"))?;
            return Some(Sentinel { value: Value::String(value), token: None });
        }
        let token = self.token();
        let value = match old {
            // Charts compare versions, and that of Kubernetes is empty in most.
            "" if normalised(path.last_key()).ends_with("version") => format!("1.99.0-{token}"),
            "" => token.clone(),
            old => format!("{old}-{token}"),
        };
        Some(Sentinel { value: Value::String(value), token: Some(token) })
    }

    /// The next number whose form is free. Distances of 7 and 11 keep `add1` from mapping one sentinel onto another.
    fn number(&mut self, is_small: bool, form: impl Fn(u32) -> String) -> Option<String> {
        loop {
            self.is_wide = !self.is_wide;
            let distance = if self.is_wide { 11 } else { 7 };
            let counter = if is_small { &mut self.small } else { &mut self.large };
            // Ports end at 65535, and everything else is content with that.
            let end = if is_small { LARGE } else { 65_536 };
            let number = counter.checked_add(distance).filter(|number| *number < end)?;
            *counter = number;
            let form = form(number);
            if !self.taken.contains(&form) {
                return Some(form);
            }
        }
    }
}

/// Whether charts loop up to such a value or compare it with a number of pods.
fn is_counted(path: &KeyPath) -> bool {
    let key = normalised(path.last_key());
    ["replica", "count", "available", "surge", "shard", "parallelism", "min", "max"]
        .iter()
        .any(|word| key.contains(word))
}

/// The unit of a quantity, a percentage or a duration, and whether it has a fraction; plain digits have an empty unit.
fn measure(text: &str) -> Option<(bool, &str)> {
    const UNITS: &[&str] =
        &["", "m", "%", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "s", "h", "ms", "d", "w", "MB", "GB"];
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == text.len() {
        return None;
    }
    let fraction = rest.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
    let unit = fraction.unwrap_or(rest);
    UNITS.contains(&unit).then_some((fraction.is_some(), unit))
}

/// A key as it is compared: `targetCPUUtilizationPercentage` and `target_cpu_utilization_percentage` are equal.
#[must_use]
pub fn normalised(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Values that set each path and nothing else. Helm replaces a list as a whole, so it is sent whole.
#[must_use]
pub fn overlay<'c>(values: &Value, changes: impl IntoIterator<Item = (&'c KeyPath, &'c Value)>) -> Value {
    let mut root = Value::Object(Map::new());
    for (path, value) in changes {
        set(&mut root, Some(values), &path.0, value);
    }
    root
}

fn set(into: &mut Value, below: Option<&Value>, steps: &[Step], value: &Value) {
    let mut here = into;
    let mut below = below;
    for step in steps {
        match step {
            Step::Key(key) => {
                if !here.is_object() {
                    *here = Value::Object(Map::new());
                }
                let Value::Object(map) = here else { return };
                below = below.and_then(|below| below.get(key));
                here = map.entry(key.clone()).or_insert_with(|| match below {
                    Some(Value::Array(list)) => Value::Array(list.clone()),
                    _ => Value::Null,
                });
            }
            // Below a list everything was copied with it.
            Step::Index(index) => {
                let Some(item) = here.get_mut(*index) else { return };
                below = below.and_then(|below| below.get(*index));
                here = item;
            }
        }
    }
    *here = value.clone();
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sentinels(values: &Value, base: &str) -> Sentinels {
        Sentinels::new(values, &Rendered::parse(base))
    }

    #[test]
    fn a_sentinel_keeps_the_type() {
        let mut sentinels = sentinels(&json!({}), "");
        let mut like = |old: Value| sentinels.like(&old, &KeyPath::of_keys(&["size"])).expect("a sentinel").value;
        assert!(like(json!(5)).is_u64());
        assert!(like(json!(0.25)).to_string().ends_with(".5"));
        let mut text = |old: &str| like(json!(old)).as_str().expect("text").to_owned();
        let is_number_with = |text: &str, unit: &str| text.strip_suffix(unit).is_some_and(|n| n.parse::<f64>().is_ok());
        for (old, unit) in [("500m", "m"), ("50%", "%"), ("512Mi", "Mi"), ("8", ""), ("1.5Gi", ".5Gi"), ("30s", "s")] {
            assert!(is_number_with(&text(old), unit), "{old}");
        }
        assert_eq!(text("nginx"), "nginx-q1q");
        assert_eq!(text(""), "q2q");
        assert_eq!(text("1.4.0"), "1.4.0-q3q");
    }

    #[test]
    fn a_sentinel_is_new_to_values_and_render() {
        let taken: Vec<u32> = (20..500).collect();
        let mut sentinels = sentinels(&json!({"taken": taken, "name": "q1q"}), "note: a q2q b\n");
        let path = KeyPath::of_keys(&["replicas"]);
        let next = sentinels.like(&json!(1), &path).expect("a number").value.as_u64().expect("whole");
        assert!(next >= 500, "{next}");
        assert_eq!(sentinels.like(&json!("x"), &path).expect("text").value, json!("x-q3q"));
    }

    #[test]
    fn numbers_are_apart_and_counted_ones_small() {
        let mut sentinels = sentinels(&json!({}), "");
        let mut series = |key: &str| -> Vec<u64> {
            let path = KeyPath::of_keys(&[key]);
            (0..60).map(|_| sentinels.like(&json!(1), &path).and_then(|one| one.value.as_u64()).expect("one")).collect()
        };
        for (key, end) in [("replicaCount", 1000), ("containerPort", 65_536)] {
            let numbers = series(key);
            let distances: BTreeSet<u64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert_eq!(distances, BTreeSet::from([7, 11]), "{key}");
            assert!(numbers.iter().all(|number| *number < end), "{key}");
        }
    }

    #[test]
    fn an_overlay_sets_its_paths_and_nothing_else() {
        let values = json!({"a": {"b": 1, "c": 2}, "list": [{"k": 1, "v": [1, 2]}, {"k": 2}]});
        let all = leaves(&values);
        let path = |text: &str| &all.iter().find(|leaf| leaf.path.to_string() == text).expect("a leaf").path;
        let changes = [(path("a.b"), &json!(9)), (path("list[0].v[1]"), &json!(8)), (path("list[1].k"), &json!(7))];
        let expected = json!({"a": {"b": 9}, "list": [{"k": 1, "v": [1, 8]}, {"k": 7}]});
        assert_eq!(overlay(&values, changes), expected);
    }
}
