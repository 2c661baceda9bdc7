//! The platform's chart with one thing broken at a time, and the same mistakes as plain manifests: each gives exactly
//! the finding it was made for, at the line to edit.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::kubernetes::object::expand;
use aiplat_lint::report::{Gravity, Report};
use aiplat_lint::rule::meta::Profile;
use aiplat_lint::source::{Input, Options};
use aiplat_lint::text::{LineIndex, SourceId};
use aiplat_lint::yaml::{self, NodeRef};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One line of `# breaks:` or `expect.txt`.
#[derive(Debug, Clone)]
struct Expectation {
    file: PathBuf,
    rule: String,
    object: String,
    path: String,
}

impl Expectation {
    fn is_known(&self) -> bool {
        engine::load_rules().iter().any(|rule| rule.rule.id == self.rule)
    }

    /// The lines at which a person would look for the fault: that of the field's key and that of its value.
    fn lines(&self) -> BTreeSet<u32> {
        let source: Arc<str> = Arc::from(fs::read_to_string(&self.file).expect("a fixture"));
        let index = LineIndex::new(&source);
        let mut lines = BTreeSet::new();
        for document in yaml::parse(SourceId(0), &source) {
            let document = Arc::new(document);
            let objects = expand(&document).objects;
            // Items of a typed list have a kind that they do not say.
            let named = objects.iter().map(|object| (object.subject().to_string(), object.root()));
            // An object that `items` swallows is no object any more, but still where the mistake is.
            let swallowed = document.root().map(|root| {
                let text = |path: &str| root.at(path).and_then(|node| node.text()).unwrap_or_default();
                (format!("{}/{}", text("kind"), text("metadata.name")), root)
            });
            for (_, root) in named.chain(swallowed).filter(|(name, _)| *name == self.object) {
                if let Some(node) = root.at(&self.path) {
                    lines.insert(index.line(node.span().start));
                    lines.extend(node.entries().next().map(|entry| index.line(entry.key_span().start)));
                    lines.extend(node.get("name").map(|name| index.line(name.span().start)));
                }
                if let Some(entry) = root.entry_at(&self.path) {
                    lines.insert(index.line(entry.key_span().start));
                }
                lines.extend(self.overwritten_lines(root, &source, &index));
                lines.extend(self.embedded_lines(root, &index));
            }
        }
        lines
    }

    /// A path that goes on inside a document in a string, as `data["config.yaml"].rules[1].name` does.
    fn embedded_lines(&self, root: NodeRef<'_>, index: &LineIndex) -> Vec<u32> {
        let split = self.path.match_indices("\"].").map(|(at, found)| (at + 2, at + found.len())).next();
        let Some((outer, inner)) = split.map(|(end, start)| (&self.path[..end], &self.path[start..])) else {
            return Vec::new();
        };
        let Some(scalar) = root.at(outer) else { return Vec::new() };
        let text: Arc<str> = Arc::from(scalar.str().expect("a string").as_ref());
        let mut lines = Vec::new();
        for document in yaml::parse(SourceId(0), &text) {
            let Some(root) = document.root() else { continue };
            let value = root.at(inner).map(|node| node.span().range());
            let key = root.entry_at(inner).map(|entry| entry.key_span().range());
            let places = value.into_iter().chain(key);
            lines.extend(places.map(|range| index.line(scalar.inner_span(range.start..range.start).start)));
        }
        lines
    }

    /// A key that a merge overwrites is no entry any more, and still stands in its map.
    fn overwritten_lines(&self, root: NodeRef<'_>, source: &str, index: &LineIndex) -> Vec<u32> {
        let parent = self.path.rsplit_once('.').and_then(|(parent, key)| Some((root.at(parent)?.span(), key)));
        let (Some((map, key)), Some(entry)) = (parent, root.entry_at(&self.path)) else { return Vec::new() };
        if map.range().contains(&entry.key_span().range().start) {
            return Vec::new();
        }
        let (first, last) = (index.line(map.start), index.line(map.end));
        let is_key = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        let inside = (1..).zip(source.lines()).filter(|(number, _)| (first..=last).contains(number));
        inside.filter(|(_, line)| is_key(line)).map(|(number, _)| number).collect()
    }
}

/// Compares findings with expectations; the ones whose rule does not exist yet wait.
fn compare(name: &str, report: &Report, expected: &[Expectation], failures: &mut Vec<String>) -> usize {
    let (known, waiting): (Vec<_>, Vec<_>) = expected.iter().partition(|expectation| expectation.is_known());
    let mut left: Vec<&Expectation> = known;
    for finding in &report.findings {
        let (file, line) = support::place(report, finding);
        let subject = finding.subject.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let found = left.iter().position(|expectation| {
            expectation.rule == finding.rule
                && expectation.file.ends_with(&file) | Path::new(&file).ends_with(&expectation.file)
                && (expectation.object == "-"
                    || (expectation.object == subject || subject == "-") && expectation.lines().contains(&line))
        });
        match found {
            Some(position) => drop(left.remove(position)),
            None => {
                failures.push(format!("{name}: not expected: {file}:{line}: {}: {}", finding.rule, finding.message))
            }
        }
    }
    for expectation in left {
        failures.push(format!(
            "{name}: missed: {} at {} {} (lines {:?})",
            expectation.rule,
            expectation.object,
            expectation.path,
            expectation.lines()
        ));
    }
    for diagnostic in report.diagnostics.iter().filter(|diagnostic| diagnostic.gravity == Gravity::Failure) {
        failures.push(format!("{name}: {}", diagnostic.message));
    }
    waiting.len()
}

fn lint(path: &Path) -> Report {
    lint_with(path, Selection::default())
}

fn lint_with(path: &Path, selection: Selection) -> Report {
    let input = Input::read(&Options { paths: vec![path.to_owned()], ..Options::default() }, &support::NoPrograms);
    engine::run(input, &selection)
}

/// The profile that the rules of some expectations need.
fn selection(expected: &[Expectation]) -> Selection {
    let rules = engine::load_rules();
    let strict = rules.iter().any(|rule| {
        rule.meta.profile == Profile::Strict && expected.iter().any(|expectation| expectation.rule == rule.rule.id)
    });
    Selection { profile: strict.then_some(Profile::Strict), ..Selection::default() }
}

fn chart() -> PathBuf {
    support::root().join("fixtures/charts/ai-platform")
}

fn parse_breaks(overlay: &Path, rendered: &Path) -> Vec<Expectation> {
    let text = fs::read_to_string(overlay).expect("an overlay");
    text.lines()
        .filter_map(|line| line.strip_prefix("# breaks: "))
        .map(|line| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().expect("rule, object and path").to_owned();
            Expectation { file: rendered.to_owned(), rule: word(), object: word(), path: word() }
        })
        .collect()
}

#[test]
fn each_broken_render_gives_the_finding_it_was_made_for() {
    let mut failures = Vec::new();
    let (mut judged, mut waiting) = (0, 0);
    for entry in fs::read_dir(chart().join("chart")).expect("the chart") {
        let overlay = entry.expect("an entry").path();
        let name = overlay.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(fault) = name.strip_prefix("values-broken-") else { continue };
        let rendered = chart().join("rendered").join(format!("broken-{fault}"));
        let expected = parse_breaks(&overlay, &rendered);
        assert!(!expected.is_empty(), "{name} says what it breaks");
        let waits = compare(&name, &lint_with(&rendered, selection(&expected)), &expected, &mut failures);
        waiting += usize::from(waits > 0);
        judged += usize::from(waits == 0);
    }
    eprintln!("{judged} broken renders judged, {waiting} wait for their rule");
    assert!(judged > 0, "at least one broken render has a rule");
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// What the bare values say without Helm: the same faults as the renders, and nothing where those are clean.
#[test]
fn the_bare_values_of_the_chart_give_what_their_renders_give() {
    let expected = [
        ("adapter-metric-renamed", "values-metric-not-served", "prometheusAdapter"),
        ("metric-name-typo", "values-metric-not-served", "maxServeLlama.autoscaling.customMetrics.metricName"),
        ("anti-affinity-pasted", "values-anti-affinity-selector-mismatch", "maxServeQwen.affinity"),
        ("budget-all-available", "values-pdb-blocks-eviction", "agentRouter.podDisruptionBudget.minAvailable"),
        ("budget-percentage-rounds-up", "values-pdb-blocks-eviction", "gateway.podDisruptionBudget.minAvailable"),
        ("floor-above-ceiling", "values-replica-bounds", "maxServeLlama.autoscaling.minReplicas"),
        ("llama-without-cpu-request", "values-cpu-target-without-request", "maxServeLlama.resources"),
        ("max-replicas-empty", "values-replica-bounds", "maxServeLlama.autoscaling.maxReplicas"),
        ("min-replicas-two", "values-pdb-blocks-eviction", "maxServeLlama.autoscaling.minReplicas"),
        ("prod-min-replicas", "values-min-replicas-production", "maxServeLlama.autoscaling.minReplicas"),
        ("prod-single-router", "values-single-replica-production", "agentRouter.replicaCount"),
    ];
    let expected: BTreeSet<_> = expected
        .into_iter()
        .map(|(file, rule, path)| (format!("values-broken-{file}.yaml"), rule, path.to_owned()))
        .collect();
    let mut found = BTreeSet::new();
    // Without its Chart.yaml nothing is rendered.
    let bare = tempfile::tempdir().expect("a folder");
    let files: Vec<_> =
        fs::read_dir(chart().join("chart")).expect("the chart").map(|entry| entry.expect("an entry")).collect();
    let name = |file: &fs::DirEntry| file.file_name().to_string_lossy().into_owned();
    for file in files.iter().filter(|file| name(file).starts_with("values")) {
        fs::copy(file.path(), bare.path().join(name(file))).expect("a copy");
    }
    for file in files.iter().filter(|file| name(file).starts_with("values")) {
        let (name, path) = (name(file), bare.path().join(name(file)));
        let findings = lint(&path).findings;
        let said = findings.into_iter().filter(|finding| finding.rule.starts_with("values-"));
        found.extend(said.map(|finding| (name.clone(), finding.rule, finding.path)));
    }
    assert_eq!(found, expected);
}

/// Every key of the overlays is read by a template, but for those that are misspelt here.
#[test]
fn keys_of_overlays_that_no_template_reads_are_told_with_the_nearest() {
    let copy = tempfile::tempdir().expect("a folder");
    let from = chart().join("chart");
    for entry in walkdir::WalkDir::new(&from).into_iter().map(|entry| entry.expect("an entry")) {
        let to = copy.path().join(entry.path().strip_prefix(&from).expect("below the chart"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to).expect("a folder");
        } else {
            fs::copy(entry.path(), &to).expect("a copy");
        }
    }
    let text = "maxServeLlama:\n  autoscaling:\n    minReplica: 3\ngateway:\n  replicaCount: 2\n  podDisruptionBudgets: {enabled: true}\n";
    fs::write(copy.path().join("values-typo.yaml"), text).expect("a file");
    let input =
        Input::read(&Options { paths: vec![copy.path().to_owned()], ..Options::default() }, &support::NoPrograms);
    let unread: Vec<String> = input
        .values
        .iter()
        .flat_map(|values| values.unread())
        .map(|unread| format!("{} {}", unread.path.join("."), unread.nearest.unwrap_or_default()))
        .collect();
    assert_eq!(
        unread,
        ["gateway.podDisruptionBudgets podDisruptionBudget", "maxServeLlama.autoscaling.minReplica minReplicas"]
    );
}

/// A mistake in the chart's defaults is told once, however many environments stand on them.
#[test]
fn a_mistake_in_a_shared_layer_is_one_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("values.yaml", "api:\n  autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 3}\n");
    write("values-dev.yaml", "api: {image: {tag: dev}}\n");
    write("values-stage.yaml", "api: {image: {tag: stage}}\n");
    let report = lint(folder.path());
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["values-replica-bounds"]);
}

#[test]
fn the_clean_overlays_are_clean_and_the_default_shows_what_the_document_says() {
    for clean in ["dev.yaml", "prod.yaml", "multi-az.yaml"] {
        let report = lint(&chart().join("rendered").join(clean));
        let said: Vec<_> = report.findings.iter().map(|finding| &finding.message).collect();
        assert!(said.is_empty(), "{clean}: {said:?}");
        assert!(report.stats.objects > 10, "{clean} holds the platform, not {} objects", report.stats.objects);
    }
    let report = lint(&chart().join("rendered/default.yaml"));
    let found: BTreeSet<_> = report
        .findings
        .iter()
        .map(|finding| {
            (finding.rule, finding.subject.as_ref().map(|subject| subject.name.as_str()).unwrap_or_default())
        })
        .collect();
    let budgets = [
        "max-serve-llama-pdb",
        "max-serve-qwen-pdb",
        "max-serve-deepseek-pdb",
        "postgres-pdb",
        "redis-pdb",
        "qdrant-pdb",
    ];
    assert_eq!(found, budgets.map(|name| ("pdb-blocks-eviction-single-replica", name)).into());
}

#[test]
fn each_project_of_plain_manifests_gives_what_it_expects() {
    let mut failures = Vec::new();
    let mut waiting = Vec::new();
    let mut projects: Vec<PathBuf> = fs::read_dir(support::root().join("fixtures/projects"))
        .expect("the projects")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    assert!(!projects.is_empty(), "there are projects");
    for project in projects {
        let name = project.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(project.join("expect.txt")).expect("expect.txt");
        let expected: Vec<Expectation> = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let mut words = line.splitn(4, ' ');
                let mut word = || words.next().expect("file, rule, object and path").to_owned();
                Expectation { file: project.join(word()), rule: word(), object: word(), path: word() }
            })
            .collect();
        if compare(&name, &lint(&project), &expected, &mut failures) > 0 {
            waiting.push(name);
        }
    }
    eprintln!("projects that wait for a rule: {}", waiting.join(", "));
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Kept apart from the comparison above: the whole folder of renders is one run, as the README shows it.
#[test]
fn the_folder_of_renders_is_one_build_a_file() {
    let report = lint(&chart().join("rendered"));
    let files = fs::read_dir(chart().join("rendered")).expect("the renders").count();
    assert_eq!(report.builds.len(), files);
    let production: Vec<_> = report.builds.iter().filter(|build| build.production).map(|build| &build.name).collect();
    assert!(production.iter().any(|name| name.ends_with("/prod.yaml")), "{production:?}");
    assert!(!production.iter().any(|name| name.ends_with("/default.yaml")), "{production:?}");
}
