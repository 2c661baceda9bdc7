//! The tree against an independent YAML reader, over every rendered chart of the corpus, document by document.
//! Each difference belongs to a named category, in which Kubernetes' reader and YAML 1.2 are known to differ.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stderr, reason = "counts are printed, and a skipped test says so")]

use aiplat_lint::text::{SourceId, Span};
use aiplat_lint::yaml::{self, Document, NodeKind, NodeRef, ProblemKind, Scalar};
use rayon::prelude::*;
use serde::Deserialize as _;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

fn corpus() -> Vec<(String, Arc<str>)> {
    let shared = std::env::var_os("AIPLAT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let root = shared.join("corpus");
    if !root.is_dir() {
        eprintln!("SKIPPED: no corpus in {}", shared.display());
        return Vec::new();
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("the corpus can be listed");
        if entry.path().extension().is_some_and(|extension| extension == "yaml") {
            let bytes = std::fs::read(entry.path()).expect("the corpus can be read");
            let text = yaml::decode_bytes(bytes).expect("the corpus is UTF-8");
            files.push((entry.path().display().to_string(), Arc::from(text)));
        }
    }
    assert!(!files.is_empty(), "no files in {}", root.display());
    files
}

/// Why the two readers may differ at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Category {
    /// `yes`, `on`, `y` and their opposites are booleans to go-yaml v2 only.
    Yaml11Boolean,
    /// `0644` and `0o644` are octal to go-yaml v2; the other reader takes the first for text.
    Octal,
    /// `1_000` is a number to go-yaml v2 only.
    Underscore,
    /// `3.0` and `1e3` reach the cluster as `3` and `1000`, because Go prints them so.
    WholeFloat,
    /// Of a key that is written twice the last one wins; the other reader refuses the map.
    DuplicateKey,
}

#[derive(Default)]
struct Tally {
    documents: usize,
    scalars: usize,
    bytes: usize,
    explained: BTreeMap<Category, usize>,
    unexplained: Vec<String>,
}

impl Tally {
    fn merge(mut self, other: Self) -> Self {
        self.documents += other.documents;
        self.scalars += other.scalars;
        self.bytes += other.bytes;
        for (category, count) in other.explained {
            *self.explained.entry(category).or_default() += count;
        }
        self.unexplained.extend(other.unexplained);
        self
    }
}

#[test]
fn the_tree_agrees_with_an_independent_reader() {
    let files = corpus();
    if files.is_empty() {
        return;
    }
    let tally = files.par_iter().map(|(name, text)| compare_file(name, text)).reduce(Tally::default, Tally::merge);
    eprintln!(
        "{} files, {} documents, {} scalars, {:.1} MB; explained differences: {:?}",
        files.len(),
        tally.documents,
        tally.scalars,
        f64::from(u32::try_from(tally.bytes).expect("the corpus is small")) / 1e6,
        tally.explained
    );
    assert!(tally.unexplained.is_empty(), "{}", tally.unexplained.join("\n"));
}

fn compare_file(name: &str, text: &Arc<str>) -> Tally {
    let mut tally = Tally { bytes: text.len(), ..Tally::default() };
    let ours = yaml::parse(SourceId(0), text);
    let mut others = Vec::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_yaml::Value::deserialize(document);
        if !matches!(value, Ok(serde_yaml::Value::Null)) {
            others.push(value);
        }
    }
    if ours.len() != others.len() {
        tally.unexplained.push(format!("{name}: {} documents here, {} there", ours.len(), others.len()));
        return tally;
    }
    for (document, other) in ours.iter().zip(others) {
        tally.documents += 1;
        let Some(root) = document.root() else {
            tally.unexplained.push(format!("{name}: no root: {:?}", document.problems()));
            continue;
        };
        match other {
            Ok(other) => compare(name, root, &other, &mut tally),
            Err(error) if is_written_twice(root, &error.to_string()) => {
                *tally.explained.entry(Category::DuplicateKey).or_default() += 1;
            }
            Err(error) => tally.unexplained.push(format!("{name}: the other reader says {error}")),
        }
    }
    tally
}

/// True where the error of the other reader is about a key that the document does write twice.
fn is_written_twice(root: NodeRef<'_>, error: &str) -> bool {
    let Some((_, rest)) = error.split_once("duplicate entry with key \"") else {
        return false;
    };
    let key = rest.split('"').next().unwrap_or(rest);
    eprintln!("a key is written twice with the same value: {error}");
    root.raw().matches(&format!("{key}:")).count() >= 2
}

fn compare(name: &str, root: NodeRef<'_>, other: &serde_yaml::Value, tally: &mut Tally) {
    let mut pairs = vec![(root, other)];
    while let Some((node, other)) = pairs.pop() {
        match (node.kind(), other) {
            (NodeKind::Mapping, serde_yaml::Value::Mapping(map)) => {
                let entries: Vec<_> = node.entries().collect();
                if entries.len() != map.len() {
                    tally.unexplained.push(format!("{name}: {} keys at {}", entries.len(), place(node)));
                    continue;
                }
                for (entry, (key, value)) in entries.iter().zip(map) {
                    compare_scalar(name, entry.key_node(), key, tally);
                    pairs.push((entry.value(), value));
                }
            }
            (NodeKind::Sequence, serde_yaml::Value::Sequence(list)) => {
                let items: Vec<_> = node.items().collect();
                if items.len() != list.len() {
                    tally.unexplained.push(format!("{name}: {} items at {}", items.len(), place(node)));
                    continue;
                }
                pairs.extend(items.into_iter().zip(list));
            }
            (NodeKind::Scalar, other) => compare_scalar(name, node, other, tally),
            _ => tally.unexplained.push(format!("{name}: another shape at {}", place(node))),
        }
    }
}

fn compare_scalar(name: &str, node: NodeRef<'_>, other: &serde_yaml::Value, tally: &mut Tally) {
    tally.scalars += 1;
    let ours = node.scalar().expect("the node is a scalar");
    let is_same = match (&ours, other) {
        (Scalar::Null, serde_yaml::Value::Null) => true,
        (Scalar::Bool(ours), serde_yaml::Value::Bool(other)) => ours == other,
        (Scalar::Int(ours), serde_yaml::Value::Number(other)) => other.as_i64() == Some(*ours),
        (Scalar::UInt(ours), serde_yaml::Value::Number(other)) => other.as_u64() == Some(*ours),
        (Scalar::Float(ours), serde_yaml::Value::Number(other)) => other.is_f64() && other.as_f64() == Some(*ours),
        (Scalar::Str(ours), serde_yaml::Value::String(other)) => ours == other,
        _ => false,
    };
    if is_same {
        if matches!(ours, Scalar::Float(_)) && ours.as_int().is_some() {
            assert!(node.to_json().is_i64(), "Go prints {} without a fraction", node.raw());
            *tally.explained.entry(Category::WholeFloat).or_default() += 1;
        }
        return;
    }
    match explain(node, &ours, other) {
        Some(category) => *tally.explained.entry(category).or_default() += 1,
        None => tally.unexplained.push(format!("{name}: {ours:?} here, {other:?} there, at {}", place(node))),
    }
}

fn explain(node: NodeRef<'_>, ours: &Scalar<'_>, other: &serde_yaml::Value) -> Option<Category> {
    let raw = node.raw();
    if node.is_quoted() || node.is_block_scalar() {
        return None;
    }
    match (ours, other) {
        (Scalar::Bool(value), serde_yaml::Value::String(text)) if text == raw => {
            let is_true = matches!(raw.to_lowercase().as_str(), "y" | "yes" | "on" | "true");
            (is_true == *value).then_some(Category::Yaml11Boolean)
        }
        (Scalar::Int(value), serde_yaml::Value::String(text)) if text == raw => {
            let digits = raw.strip_prefix("0o").or(raw.strip_prefix('0'));
            let octal = digits.and_then(|digits| i64::from_str_radix(digits, 8).ok());
            let plain = raw.contains('_').then(|| raw.replace('_', "").parse::<i64>().ok()).flatten();
            match (octal, plain) {
                (Some(octal), _) if octal == *value => Some(Category::Octal),
                (_, Some(plain)) if plain == *value => Some(Category::Underscore),
                _ => None,
            }
        }
        _ => None,
    }
}

fn place(node: NodeRef<'_>) -> String {
    format!("{} ({:?}): {:.80}", node.document().path(node.id()), node.span(), node.raw())
}

/// Spans lie in their parents and in order, and the text of a span alone means what the node means.
#[test]
fn spans_lose_nothing() {
    let files = corpus();
    let checked: usize = files.par_iter().map(|(name, text)| check_spans(name, text)).sum();
    eprintln!("{checked} spans checked");
    assert!(files.is_empty() || checked > 1_000_000, "only {checked} spans");
}

fn check_spans(name: &str, text: &Arc<str>) -> usize {
    let mut checked = 0;
    for document in yaml::parse(SourceId(0), text) {
        let root = document.root().expect("the corpus parses");
        let is_rearranged = is_rearranged(&document);
        let mut scalars = Vec::new();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            checked += 1;
            if node.is_alias() {
                continue;
            }
            let mut end = node.span().start;
            let mut nest = |child: NodeRef<'_>| {
                let span = child.span();
                assert!(
                    span.start >= end && span.end <= node.span().end,
                    "{name}: {} in {}",
                    place(child),
                    place(node)
                );
                end = span.end;
            };
            match node.kind() {
                NodeKind::Mapping => {
                    for entry in node.entries() {
                        // Merged entries stand elsewhere, and of equal keys the last may stand before another.
                        if !is_rearranged {
                            nest(entry.key_node());
                            nest(entry.value());
                        }
                        stack.push(entry.key_node());
                        stack.push(entry.value());
                    }
                }
                NodeKind::Sequence => {
                    for item in node.items() {
                        nest(item);
                        stack.push(item);
                    }
                }
                NodeKind::Scalar => scalars.push(node),
            }
            if node.kind() != NodeKind::Scalar && !node.raw().is_empty() {
                let raw = node.raw();
                assert!(raw.trim() == raw, "{name}: blanks at the ends of {}", place(node));
            }
        }
        check_alone(name, &scalars);
    }
    checked
}

fn is_rearranged(document: &Document) -> bool {
    let text = document.text().get(document.span().range()).expect("the span lies in the text");
    text.contains("<<") || !document.problems().is_empty()
}

/// Writes the source of each scalar as an item of one list and reads that.
fn check_alone(name: &str, scalars: &[NodeRef<'_>]) {
    let mut text = String::new();
    for scalar in scalars {
        assert!(
            scalar.span() == Span::default() || !scalar.is_block_scalar() || scalar.raw().starts_with(['|', '>']),
            "{name}: no header in {}",
            place(*scalar)
        );
        text.push_str("- ");
        text.push_str(scalar.raw());
        text.push('\n');
    }
    if scalars.is_empty() {
        return;
    }
    let text: Arc<str> = Arc::from(text);
    let parsed = yaml::parse(SourceId(0), &text);
    let [document] = parsed.as_slice() else {
        panic!("{name}: the scalars make {} documents", parsed.len());
    };
    let root = document.root().unwrap_or_else(|| panic!("{name}: {:?}", document.problems()));
    assert_eq!(root.items().count(), scalars.len(), "{name}");
    for (alone, scalar) in root.items().zip(scalars) {
        let (alone, whole) = (alone.scalar().expect("a scalar"), scalar.scalar().expect("a scalar"));
        match (&alone, &whole) {
            // The span ends at the last content, so that kept line breaks are not part of it.
            (Scalar::Str(alone), Scalar::Str(whole)) if scalar.raw().starts_with(['|', '>']) => {
                assert_eq!(alone.trim_end(), whole.trim_end(), "{name}: {}", place(*scalar));
            }
            _ => assert_eq!(alone, whole, "{name}: {}", place(*scalar)),
        }
    }
}

/// The corpus was rendered by helm, which parsed it: kubectl reads every document.
#[test]
fn kubectl_refuses_nothing_in_the_corpus() {
    let files = corpus();
    let mut counts: BTreeMap<ProblemKind, usize> = BTreeMap::new();
    for (name, text) in &files {
        for document in yaml::parse(SourceId(0), text) {
            for problem in document.problems() {
                *counts.entry(problem.kind).or_default() += 1;
                assert!(
                    matches!(problem.kind, ProblemKind::DuplicateKey | ProblemKind::MergeOrder),
                    "{name}: {problem:?}"
                );
            }
        }
    }
    eprintln!("problems by kind: {counts:?}");
}

/// Run with `cargo test --release --test yaml_corpus parse_speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check; it means something in a release build only"]
fn parse_speed() {
    let files = corpus();
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let megabytes = f64::from(u32::try_from(bytes).expect("the corpus is small")) / 1e6;
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let start = std::time::Instant::now();
            let documents: usize =
                pool.install(|| files.iter().map(|(_, text)| yaml::parse(SourceId(0), text).len()).sum());
            best = best.min(start.elapsed().as_secs_f64());
            assert!(documents > 0);
        }
        eprintln!("{threads} threads: {:.1} MB/s over {megabytes:.1} MB", megabytes / best);
    }
}
