//! Finds the pod templates that a selector matches without looking at all of them: label pair → workloads, the rarest
//! pair first. Cost grows with the matches, not with the build.

use crate::kubernetes::selector::{LabelSelector, Labels, Operator};
use std::collections::HashMap;

/// Number of an interned string.
type Symbol = u32;

/// The namespace of an entry; `None` is unknown and equal to any.
type Scope = Option<Symbol>;

/// Label sets with their namespaces, indexed by label pair.
#[derive(Debug, Default)]
pub struct LabelIndex {
    symbols: HashMap<Box<str>, Symbol>,
    entries: Vec<(Scope, Labels)>,
    pairs: HashMap<(Scope, Symbol, Symbol), Vec<usize>>,
    everywhere: HashMap<(Symbol, Symbol), Vec<usize>>,
    scopes: HashMap<Scope, Vec<usize>>,
}

impl LabelIndex {
    /// Adds a label set; sets are numbered from 0 in the order of their addition.
    pub fn push(&mut self, namespace: Option<&str>, labels: &Labels) {
        let id = self.entries.len();
        let scope = namespace.map(|namespace| self.intern(namespace));
        for (key, value) in labels {
            let pair = (self.intern(key), self.intern(value));
            self.pairs.entry((scope, pair.0, pair.1)).or_default().push(id);
            self.everywhere.entry(pair).or_default().push(id);
        }
        self.scopes.entry(scope).or_default().push(id);
        self.entries.push((scope, labels.clone()));
    }

    /// Numbers of the sets in `namespace` that `selector` matches, ascending. Unknown namespaces equal any.
    #[must_use]
    pub fn select(&self, selector: &LabelSelector, namespace: Option<&str>) -> Vec<usize> {
        let scope = namespace.map(|namespace| self.symbols.get(namespace).copied());
        let scopes: Vec<Scope> = match scope {
            // A namespace nobody named: only the sets of unknown namespace can match.
            Some(None) => vec![None],
            Some(known) => vec![known, None],
            None => Vec::new(),
        };
        let mut candidates = self.rarest(selector, namespace.is_none(), &scopes);
        candidates.retain(|id| self.entries.get(*id).is_some_and(|(_, labels)| selector.matches(labels)));
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    /// The shortest list of candidates that some `In` requirement gives, or all sets in scope when there is none.
    fn rarest(&self, selector: &LabelSelector, anywhere: bool, scopes: &[Scope]) -> Vec<usize> {
        let lists = selector
            .requirements
            .iter()
            .filter(|requirement| requirement.operator == Operator::In)
            .map(|requirement| self.lists(&requirement.key, &requirement.values, anywhere, scopes));
        match lists.min_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>()) {
            Some(lists) => lists.into_iter().flatten().copied().collect(),
            None if anywhere => (0..self.entries.len()).collect(),
            None => scopes.iter().filter_map(|scope| self.scopes.get(scope)).flatten().copied().collect(),
        }
    }

    fn lists(&self, key: &str, values: &[String], anywhere: bool, scopes: &[Scope]) -> Vec<&Vec<usize>> {
        let Some(key) = self.symbols.get(key) else { return Vec::new() };
        let values = values.iter().filter_map(|value| self.symbols.get(value.as_str()));
        if anywhere {
            return values.filter_map(|value| self.everywhere.get(&(*key, *value))).collect();
        }
        values
            .flat_map(|value| scopes.iter().filter_map(move |scope| self.pairs.get(&(*scope, *key, *value))))
            .collect()
    }

    fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        let symbol = Symbol::try_from(self.symbols.len()).unwrap_or(Symbol::MAX);
        self.symbols.insert(text.into(), symbol);
        symbol
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_selector_finds_the_sets_of_its_namespace_and_of_unknown_ones() {
        let mut index = LabelIndex::default();
        index.push(Some("a"), &labels(&[("app", "api"), ("tier", "web")]));
        index.push(Some("b"), &labels(&[("app", "api")]));
        index.push(None, &labels(&[("app", "api")]));
        let api = LabelSelector::from_labels(&labels(&[("app", "api")]));
        assert_eq!(index.select(&api, Some("a")), [0, 2]);
        assert_eq!(index.select(&api, Some("elsewhere")), [2]);
        assert_eq!(index.select(&api, None), [0, 1, 2]);
        assert_eq!(index.select(&LabelSelector::default(), Some("b")), [1, 2]);
        let not_web = LabelSelector::parse("app=api,tier!=web").expect("a valid selector");
        assert_eq!(index.select(&not_web, Some("a")), [2]);
    }
}
