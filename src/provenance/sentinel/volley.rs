//! Renders with many changed values at once; what helm refuses is taken apart until the budget is gone.

use crate::provenance::candidates::{KeyPath, overlay};
use crate::provenance::rendered::Rendered;
use serde_json::Value;
use std::collections::VecDeque;

/// Renders the chart with these values on top; the error is helm's message.
pub type Probe<'p> = dyn FnMut(&Value) -> Result<Rendered, String> + 'p;

/// How many renders are left. Counted and not timed, so that the output does not depend on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    left: u32,
    used: u32,
}

impl Budget {
    /// A budget of so many renders.
    #[must_use]
    pub fn new(renders: u32) -> Self {
        Self { left: renders, used: 0 }
    }

    /// Takes one render; false when there is none left.
    pub fn take(&mut self) -> bool {
        let is_left = self.left > 0;
        if is_left {
            self.left -= 1;
            self.used += 1;
        }
        is_left
    }

    /// How many renders are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left
    }

    /// How many renders were taken.
    #[must_use]
    pub fn used(&self) -> u32 {
        self.used
    }
}

/// A key to set to a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) path: KeyPath,
    pub(crate) value: Value,
}

/// A render with the changes that it was made with, by index.
#[derive(Debug)]
pub(crate) struct Shot {
    pub(crate) changes: Vec<usize>,
    pub(crate) rendered: Rendered,
}

/// What came of changes.
#[derive(Debug, Default)]
pub(crate) struct Volley {
    pub(crate) shots: Vec<Shot>,
    /// Changes that helm refuses alone, with its message.
    pub(crate) refused: Vec<(usize, String)>,
    /// Changes that were not rendered, or only beside others that may have been what helm refused.
    pub(crate) untried: Vec<usize>,
}

/// Renders all changes together, and parts of them when helm refuses: first without those that its message names,
/// then in halves. At most `most` renders.
pub(crate) fn fire(
    changes: &[Change],
    values: &Value,
    probe: &mut Probe<'_>,
    budget: &mut Budget,
    most: u32,
) -> Volley {
    let mut volley = Volley::default();
    let mut groups: VecDeque<Vec<usize>> = VecDeque::new();
    if !changes.is_empty() {
        groups.push_back((0..changes.len()).collect());
    }
    let mut renders = 0;
    while let Some(group) = groups.pop_front() {
        if renders >= most || !budget.take() {
            volley.untried.extend(group);
            continue;
        }
        renders += 1;
        let chosen = group.iter().filter_map(|index| changes.get(*index)).map(|change| (&change.path, &change.value));
        let message = match probe(&overlay(values, chosen)) {
            Ok(rendered) => {
                volley.shots.push(Shot { changes: group, rendered });
                continue;
            }
            Err(message) => message,
        };
        if group.len() < 2 {
            volley.refused.extend(group.into_iter().map(|change| (change, message.clone())));
            continue;
        }
        let (named, others): (Vec<usize>, Vec<usize>) = group
            .iter()
            .copied()
            .partition(|index| changes.get(*index).is_some_and(|change| is_named(&message, &change.path)));
        if !named.is_empty() && !others.is_empty() {
            groups.push_front(others);
            groups.push_back(named);
            continue;
        }
        let (left, right) = group.split_at(group.len() / 2);
        groups.push_back(left.to_vec());
        groups.push_back(right.to_vec());
    }
    volley
}

/// Whether a message names a key by its path, or by the end of its path as a subchart sees it.
fn is_named(message: &str, path: &KeyPath) -> bool {
    let keys: Vec<&str> = path.keys().collect();
    let ends = (0..keys.len().saturating_sub(1)).filter_map(|from| keys.get(from..)).map(|keys| keys.join("."));
    let whole = (keys.len() == 1).then(|| format!("Values.{}", path.last_key()));
    ends.chain(whole).any(|end| occurs(message, &end))
}

/// Whether a path occurs and does not go on.
fn occurs(message: &str, path: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    message.match_indices(path).any(|(at, _)| {
        let before = message.get(..at).and_then(|text| text.chars().next_back());
        let after = message.get(at + path.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_inner) && !after.is_some_and(is_inner)
    })
}
