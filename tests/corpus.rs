//! Counts what every rule finds over the shared corpus of public charts, against the counts in `corpus.counts`, whose
//! verdicts a person gave after opening the manifests.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::report::Gravity;
use aiplat_lint::rule::meta::Profile;
use aiplat_lint::source::{Environment, Input, Options};
use std::collections::BTreeMap;
use std::fs;

/// Findings per rule, with `--environment none` and with `--profile production`.
fn counts() -> Option<BTreeMap<&'static str, [usize; 2]>> {
    let corpus = support::shared("corpus")?;
    let mut counts: BTreeMap<&'static str, [usize; 2]> = BTreeMap::new();
    let runs = [
        (Environment::Other("none".to_owned()), None),
        (Environment::Production("production".to_owned()), Some(Profile::Production)),
    ];
    for (column, (environment, profile)) in runs.into_iter().enumerate() {
        let input = Input::read(
            &Options { paths: vec![corpus.clone()], environment, ..Options::default() },
            &support::NoPrograms,
        );
        let report = engine::run(input, &Selection { profile, ..Selection::default() });
        assert!(report.builds.len() > 300, "the corpus is whole: {} builds", report.builds.len());
        let failures: Vec<_> = report.diagnostics.iter().filter(|one| one.gravity == Gravity::Failure).collect();
        assert!(failures.is_empty(), "{failures:?}");
        for finding in &report.findings {
            counts.entry(finding.rule).or_default()[column] += 1;
        }
    }
    Some(counts)
}

#[test]
fn the_corpus_gives_the_judged_findings() {
    let Some(counts) = counts() else { return };
    let mut text = String::from("# rule, findings with --environment none, findings with --profile production\n");
    for (rule, [none, production]) in &counts {
        text.push_str(&format!("{rule} {none} {production}\n"));
    }
    let path = support::root().join("tests/corpus.counts");
    let judged: String = fs::read_to_string(&path).unwrap_or_default();
    if judged == text {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "the corpus gives other findings than were judged; open them, then BLESS=1 cargo test --test corpus\nwas:\n{judged}\nis:\n{text}"
    );
    fs::write(&path, text).expect("the counts are writable");
}
