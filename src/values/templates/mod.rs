//! Which values the templates of a chart read. What cannot be followed counts as read.

mod abstracts;
mod action;
mod follow;

use std::collections::{BTreeMap, BTreeSet};

/// Stands in a path for any key or index.
const ANY: &str = "*";

/// What the templates of one chart read of `.Values`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateKeys {
    /// Outside of `define`.
    own: Reads,
    /// In each `define`, by name. Names are global: a chart may include those of its parent and of its subcharts.
    defines: BTreeMap<String, Reads>,
    /// Words in quotes of `values.schema.json`: a key that the schema declares is meant.
    declared: BTreeSet<String>,
}

/// Paths that are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Whether everything below is read as well.
    paths: BTreeMap<Vec<String>, bool>,
    /// All values are handed on, so that any may be read.
    everything: bool,
    /// Names that are included.
    includes: BTreeSet<String>,
    /// Includes a name that is computed.
    includes_any: bool,
}

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is read with all that is below.
    Read,
    /// Something below it is read.
    ReadInPart,
    /// Nothing reads it.
    Unread,
}

impl TemplateKeys {
    /// What templates read; files that templates may print count, and so do values with `{{` in them.
    pub fn read<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut keys = Self::default();
        for text in texts {
            follow::follow(text, &mut keys);
        }
        keys
    }

    /// The same with the words of a `values.schema.json`.
    #[must_use]
    pub fn with_schema(mut self, schema: &str) -> Self {
        self.declared.extend(schema.split('"').skip(1).step_by(2).map(str::to_owned));
        self
    }

    /// Whether the chart's schema has the word.
    #[must_use]
    pub fn declares(&self, key: &str) -> bool {
        self.declared.contains(key)
    }

    /// What a chart reads of its values: its own templates, and the `define`s of `all` charts around it that they
    /// include. `None` where that cannot be said: all values are handed on, or what is included is nowhere.
    #[must_use]
    pub fn reached(&self, all: &[&TemplateKeys], complete: bool) -> Option<Reads> {
        let mut reads = self.own.clone();
        // Any chart may include them, and those of values with `{{` are no chart's.
        self.defines.values().for_each(|define| reads.add(define));
        let mut done: BTreeSet<String> = self.defines.keys().cloned().collect();
        if reads.includes_any {
            if !complete {
                return None;
            }
            all.iter().flat_map(|keys| keys.defines.values()).for_each(|define| reads.add(define));
        }
        while let Some(name) = reads.includes.iter().find(|name| !done.contains(*name)).cloned() {
            let mut found = all.iter().filter_map(|keys| keys.defines.get(&name)).peekable();
            found.peek()?;
            found.for_each(|define| reads.add(define));
            if reads.includes_any && !complete {
                return None;
            }
            done.insert(name);
        }
        (!reads.everything).then_some(reads)
    }

    /// Takes in what another reads.
    pub fn add(&mut self, other: &Self) {
        self.own.add(&other.own);
        for (name, reads) in &other.defines {
            self.defines.entry(name.clone()).or_default().add(reads);
        }
    }

    fn of(&mut self, define: Option<&str>) -> &mut Reads {
        match define {
            Some(name) => self.defines.entry(name.to_owned()).or_default(),
            None => &mut self.own,
        }
    }
}

impl Reads {
    /// Marks a path as read, with everything below it or for its being there.
    pub fn mark(&mut self, path: &[String], whole: bool) {
        if path.is_empty() {
            // Nothing is learnt from a test of `.Values` itself.
            self.everything |= whole;
            return;
        }
        *self.paths.entry(path.to_vec()).or_default() |= whole;
    }

    fn add(&mut self, other: &Self) {
        for (path, whole) in &other.paths {
            self.mark(path, *whole);
        }
        self.everything |= other.everything;
        self.includes_any |= other.includes_any;
        self.includes.extend(other.includes.iter().cloned());
    }

    /// What is known of a key.
    #[must_use]
    pub fn verdict(&self, path: &[&str]) -> Verdict {
        let same = |read: &[String], path: &[&str]| {
            read.iter().zip(path).all(|(one, other)| one == other || one == ANY || *other == ANY)
        };
        let below = self.paths.keys().any(|read| read.len() > path.len() && same(read, path));
        let covers = |read: &[String], whole: bool| {
            // What is looked at, and no key of it anywhere, may be used as it is.
            let bare = || !self.paths.keys().any(|other| other.len() > read.len() && same(other, &borrowed(read)));
            read.len() <= path.len() && same(read, path) && (whole || bare())
        };
        if self.paths.iter().any(|(read, whole)| covers(read, *whole)) {
            return Verdict::Read;
        }
        let exact = self.paths.keys().any(|read| read.len() == path.len() && same(read, path));
        if below || exact { Verdict::ReadInPart } else { Verdict::Unread }
    }

    /// Keys that are read below a path.
    #[must_use]
    pub fn keys_below(&self, path: &[&str]) -> BTreeSet<&str> {
        let below = self.paths.keys().filter(|read| {
            read.len() > path.len() && read.iter().zip(path).all(|(one, other)| one == other || one == ANY)
        });
        below.filter_map(|read| read.get(path.len())).map(String::as_str).filter(|key| *key != ANY).collect()
    }
}

fn borrowed(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests;
