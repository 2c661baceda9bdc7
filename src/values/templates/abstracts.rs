//! What is known of a template's value: which values it may be, and what a literal map or list holds.

use super::{ANY, Reads};
use std::collections::{BTreeMap, BTreeSet};

/// A value of a template. One that has nothing to do with `.Values` is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Abstract {
    /// The paths below `.Values` that it may be.
    pub(super) paths: BTreeSet<Vec<String>>,
    /// Entries of a literal map; those of a list are under [`ANY`].
    pub(super) entries: BTreeMap<String, Abstract>,
    /// How many there are, with those inside.
    size: usize,
}

/// Literals with more are not followed.
const LARGEST: usize = 500;

impl Abstract {
    pub(super) fn path(path: Vec<String>) -> Self {
        Self { paths: BTreeSet::from([path]), ..Self::default() }
    }

    /// Either of two values.
    pub(super) fn or(&mut self, other: &Self) {
        self.paths.extend(other.paths.iter().cloned());
        for (key, value) in &other.entries {
            self.entries.entry(key.clone()).or_default().or(value);
        }
        self.size = self.entries.values().map(|entry| entry.size + 1).sum();
    }

    /// With an entry; one that makes it too large counts as read, and is forgotten.
    pub(super) fn with(mut self, key: &str, value: Self, reads: &mut Reads) -> Self {
        if self.size + value.size >= LARGEST {
            value.consume(reads);
            return self;
        }
        self.entries.entry(key.to_owned()).or_default().or(&value);
        self.size = self.entries.values().map(|entry| entry.size + 1).sum();
        self
    }

    /// What is under a key.
    pub(super) fn field(&self, key: &str) -> Self {
        let mut found = Self::default();
        for path in self.paths.iter().filter(|path| path.len() < 64) {
            found.paths.insert(path.iter().cloned().chain([key.to_owned()]).collect());
        }
        let entries = self.entries.iter().filter(|(name, _)| *name == key || *name == ANY || key == ANY);
        entries.for_each(|(_, value)| found.or(value));
        found
    }

    /// Read with everything in it: printed, or handed to what is not followed.
    pub(super) fn consume(&self, reads: &mut Reads) {
        self.paths.iter().for_each(|path| reads.mark(path, true));
        self.entries.values().for_each(|entry| entry.consume(reads));
    }

    /// Tested for its being there.
    pub(super) fn test(&self, reads: &mut Reads) {
        self.paths.iter().for_each(|path| reads.mark(path, false));
    }
}
