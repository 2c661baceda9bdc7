//! Runs the examples in every rule's page.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::model::cluster::{Cluster, Singleton};
use aiplat_lint::rule::meta::Profile;
use aiplat_lint::rule::page::{self, Block};
use aiplat_lint::source::{Environment, Input, Options};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A `yaml config` block: how the following examples are linted.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    environment: Option<String>,
    namespace: Option<String>,
    profile: Option<Profile>,
    kube_version: Option<String>,
    #[serde(default)]
    cluster: ClusterConfig,
    #[serde(default)]
    singletons: Vec<SingletonConfig>,
}

/// `cluster:` as in the configuration file.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct ClusterConfig {
    nodes: Option<i64>,
    zones: Option<i64>,
    gpus: Option<i64>,
    /// A ratio, as the controller manager's flag takes it.
    hpa_tolerance: Option<f64>,
    topology_keys: Vec<String>,
}

/// One of `singletons:` as in the configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SingletonConfig {
    workload: String,
    reason: String,
}

impl Config {
    fn options(&self, complete: bool) -> Options {
        Options {
            namespace: self.namespace.clone(),
            environment: match self.environment.as_deref() {
                None => Environment::Detect,
                Some("production") => Environment::Production("production".to_owned()),
                Some(other) => Environment::Other(other.to_owned()),
            },
            complete,
            kube_version: self
                .kube_version
                .as_deref()
                .map_or_else(Default::default, |text| text.parse().expect("a version")),
            cluster: Cluster {
                nodes: self.cluster.nodes,
                zones: self.cluster.zones,
                gpus: self.cluster.gpus,
                hpa_tolerance: self.cluster.hpa_tolerance.map(|ratio| (ratio * 1000.0).round() as i64),
                topology_keys: self.cluster.topology_keys.clone(),
            },
            singletons: self
                .singletons
                .iter()
                .map(|entry| Singleton { workload: entry.workload.clone(), reason: entry.reason.clone() })
                .collect(),
            ..Options::default()
        }
    }
}

/// Lines that carry `# <-- text`, with the text.
fn marks(text: &str) -> BTreeSet<(u32, String)> {
    (1..)
        .zip(text.lines())
        .filter_map(|(line, text)| Some((line, text.split_once("# <-- ")?.1.trim().to_owned())))
        .collect()
}

/// All default findings of an example: its own rule's, and those of others.
fn lint(block: &Block, base: &[Block], config: &Config) -> (aiplat_lint::report::Report, String) {
    let name = |block: &Block| {
        let path = block.attributes.iter().find_map(|word| word.strip_prefix("path="));
        path.unwrap_or("manifest.yaml").to_owned()
    };
    let complete = !block.attributes.iter().any(|word| word == "partial");
    let texts = base.iter().chain([block]).map(|block| (name(block), block.text.clone())).collect();
    let input = Input::of_texts(texts, &config.options(complete));
    (engine::run(input, &Selection { profile: config.profile, ..Selection::default() }), name(block))
}

#[test]
fn the_examples_of_every_page_are_what_they_say() {
    let mut failures = Vec::new();
    for rule in engine::load_rules() {
        let id = rule.rule.id;
        let mut config = Config::default();
        let mut base: Vec<Block> = Vec::new();
        let (mut bad, mut good) = (0, 0);
        for block in page::blocks(rule.body) {
            match block.role.as_str() {
                "config" => config = serde_yaml::from_str(&block.text).expect("a config block is valid"),
                "base" => base.push(block),
                role @ ("bad" | "good") => {
                    let (report, name) = lint(&block, &std::mem::take(&mut base), &config);
                    let own: Vec<_> = report.findings.iter().filter(|finding| finding.rule == id).collect();
                    let others: Vec<_> = report
                        .findings
                        .iter()
                        .filter(|finding| finding.rule != id)
                        .map(|finding| format!("{}: {}", finding.rule, finding.message))
                        .collect();
                    let expected = if role == "bad" { marks(&block.text) } else { BTreeSet::new() };
                    let lines: BTreeSet<u32> = own
                        .iter()
                        .map(|finding| support::place(&report, finding))
                        .map(|(file, line)| {
                            assert_eq!(file, name, "{id}: a finding in another file");
                            line
                        })
                        .collect();
                    let wanted: BTreeSet<u32> = expected.iter().map(|(line, _)| *line).collect();
                    let at = format!("rules/{id}/README.md, {role} block at body line {}", block.line);
                    if lines != wanted {
                        let said: Vec<_> =
                            own.iter().map(|f| format!("{}: {}", support::place(&report, f).1, f.message)).collect();
                        failures.push(format!("{at}: marked {wanted:?}, found {lines:?} {said:?}"));
                    }
                    for (line, text) in &expected {
                        let said = own.iter().any(|finding| {
                            support::place(&report, finding).1 == *line
                                && (finding.message.contains(text) || finding.primary.text.contains(text))
                        });
                        if !said && lines.contains(line) {
                            let said: Vec<_> = own.iter().map(|f| (&f.message, &f.primary.text)).collect();
                            failures.push(format!("{at}: nobody says {text:?} at line {line}; said {said:?}"));
                        }
                    }
                    if !others.is_empty() && !block.attributes.iter().any(|word| word == "also") {
                        failures.push(format!("{at}: other rules report too: {others:?}"));
                    }
                    if role == "bad" {
                        bad += 1
                    } else {
                        good += 1
                    }
                    if role == "bad" && expected.is_empty() {
                        failures.push(format!("{at}: a bad block marks no line"));
                    }
                }
                other => failures.push(format!("rules/{id}: a block of role {other}")),
            }
        }
        if bad == 0 || good == 0 {
            failures.push(format!("rules/{id}: {bad} bad and {good} good examples; at least one of each is needed"));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
