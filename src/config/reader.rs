//! Takes values out of the configuration's tree and notes what is wrong with them.

use super::{Config, KEYS, Mistake, nearest};
use crate::text::Span;
use crate::yaml::{self, Document, NodeKind, NodeRef, push_key};
use serde::de::DeserializeOwned;

/// Keys that are planned, with what to do until they are there.
const NOT_YET: &[(&str, &str)] = &[(
    "ignore",
    "remove it; `rules: {RULE: off}` turns a rule off, and `singletons` exempts a workload that runs once",
)];

/// Collects mistakes while a configuration is read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    /// Notes a mistake.
    pub(super) fn wrong(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake { span, message: message.into(), help: Some(help.into()) });
    }

    /// The outcome: the configuration if nothing is wrong with it.
    pub(super) fn finish(mut self, config: Config) -> Result<Config, Vec<Mistake>> {
        if self.mistakes.is_empty() {
            return Ok(config);
        }
        self.mistakes.sort_by_key(|mistake| mistake.span);
        Err(self.mistakes)
    }

    /// What is wrong with the text as YAML, and that it is one document.
    pub(super) fn check_documents(&mut self, documents: &[Document]) {
        for problem in documents.iter().flat_map(Document::problems) {
            let (message, help) = (problem.message.clone(), problem.help.clone());
            self.mistakes.push(Mistake { span: problem.span, message, help });
        }
        if let Some(second) = documents.get(1) {
            let span = second.root().map_or(second.span(), first_place);
            self.wrong(span, "nothing after the first `---` is read", "move these keys above the `---`, and remove it");
        }
    }

    /// The entries of a map whose keys are those of a part of [`KEYS`].
    pub(super) fn fields<'t>(&mut self, node: NodeRef<'t>, part: &str) -> Vec<(&'static str, NodeRef<'t>)> {
        let keys = KEYS.iter().find(|(name, _)| *name == part).map_or(&[][..], |(_, keys)| keys);
        let mut fields = Vec::new();
        for (key, span, value) in self.entries(node, part) {
            match keys.iter().find(|known| **known == key) {
                Some(known) => fields.push((*known, value)),
                None => self.unknown_key(&key, span, part, keys),
            }
        }
        fields
    }

    fn unknown_key(&mut self, key: &str, span: Span, part: &str, keys: &[&str]) {
        let not_yet = NOT_YET.iter().find(|(name, _)| part.is_empty() && *name == key);
        if let Some((_, help)) = not_yet {
            return self.wrong(span, format!("`{key}` is not supported by this version"), *help);
        }
        let help = match nearest(key, keys.iter().copied()) {
            Some(nearest) => format!("rename it to `{nearest}`"),
            None => format!("known here are {}", list_of(keys)),
        };
        self.wrong(span, format!("`{key}` is no key of {}", part_name(part)), help);
    }

    /// The entries of a map with keys of the user's choice: key, its place and its value. A key without a value stands
    /// for an empty map, as where all below it is commented out.
    pub(super) fn entries<'t>(&mut self, node: NodeRef<'t>, part: &str) -> Vec<(String, Span, NodeRef<'t>)> {
        if node.kind() != NodeKind::Mapping && !node.is_null() {
            let message = format!("{} stands where {} is a map of keys", shown(node), part_name(part));
            self.wrong(first_place(node), message, "write `key: value` lines below it");
            return Vec::new();
        }
        node.entries().map(|entry| (entry.key().into_owned(), entry.key_span(), entry.value())).collect()
    }

    /// The items of a list.
    pub(super) fn items<'t>(&mut self, node: NodeRef<'t>, path: &str) -> Vec<NodeRef<'t>> {
        match node.kind() {
            NodeKind::Scalar if !node.is_null() => {
                let item = if node.is_quoted() { node.raw().to_owned() } else { format!("\"{}\"", node.raw()) };
                let help = format!("put it in brackets: `[{item}]`");
                self.wrong(node.span(), format!("{} stands where `{path}` takes a list", shown(node)), help);
            }
            NodeKind::Mapping => {
                let message = format!("a map stands where `{path}` takes a list");
                self.wrong(first_place(node), message, "begin each item with `- `");
            }
            _ => {}
        }
        node.items().collect()
    }

    /// A value of a type.
    pub(super) fn value<T: DeserializeOwned>(&mut self, node: NodeRef<'_>, path: &str) -> Option<T> {
        self.present(node, path)?;
        match yaml::decode(node) {
            Ok(decoded) => Some(decoded.value),
            Err(error) => {
                let message = format!("`{path}`: {}", error.message);
                self.mistakes.push(Mistake { span: first_place(node), message, help: None });
                None
            }
        }
    }

    /// A text; numbers and booleans count as they are written, so that `1.30` and `off` need no quotes.
    pub(super) fn text(&mut self, node: NodeRef<'_>, path: &str) -> Option<String> {
        self.present(node, path)?;
        let text = node.text().map(|text| text.trim().to_owned());
        match text {
            None => {
                self.wrong(
                    first_place(node),
                    format!("{} stands where `{path}` takes a text", shown(node)),
                    "write a single value",
                );
            }
            Some(ref text) if text.is_empty() => {
                self.wrong(node.span(), format!("`{path}` is empty"), "fill it in, or remove the key");
            }
            _ => {}
        }
        text.filter(|text| !text.is_empty())
    }

    fn present(&mut self, node: NodeRef<'_>, path: &str) -> Option<()> {
        if node.is_null() {
            self.wrong(node.span(), format!("`{path}` has no value"), "fill it in, or remove the key");
            return None;
        }
        Some(())
    }

    /// One of several words.
    pub(super) fn word<T>(
        &mut self,
        node: NodeRef<'_>,
        path: &str,
        words: &[&str],
        meaning: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(node, path)?;
        let found = meaning(&text);
        if found.is_none() {
            let help = match nearest(&text, words.iter().copied()) {
                Some(nearest) => format!("write `{nearest}`"),
                None => format!("write one of {}", list_of(words)),
            };
            self.wrong(node.span(), format!("`{path}` takes {}, not `{text}`", list_of(words)), help);
        }
        found
    }
}

/// A path with one more key.
pub(super) fn below(path: &str, key: &str) -> String {
    let mut path = path.to_owned();
    push_key(&mut path, key);
    path
}

/// The place that stands for a node: a scalar itself, of a collection its first key or item.
pub(super) fn first_place(node: NodeRef<'_>) -> Span {
    let entry = node.entries().next().map(|entry| entry.key_span());
    entry.or_else(|| node.items().next().map(|item| item.span())).unwrap_or_else(|| node.span())
}

fn shown(node: NodeRef<'_>) -> String {
    match node.kind() {
        NodeKind::Mapping => "a map".to_owned(),
        NodeKind::Sequence => "a list".to_owned(),
        NodeKind::Scalar => format!("`{}`", node.raw().lines().next().unwrap_or_default()),
    }
}

fn part_name(part: &str) -> String {
    match part {
        "" => "the configuration".to_owned(),
        "environments.*" | "charts.*.environments.*" => "an environment".to_owned(),
        "charts.*" => "a chart".to_owned(),
        "singletons[]" => "a singleton".to_owned(),
        part => format!("`{part}`"),
    }
}

fn list_of(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
