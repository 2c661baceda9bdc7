//! The keys that are found in real charts are tried out: each one alone is edited with the user's helm, and the field
//! must follow. Without helm on the path the tests say so and pass.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::provenance::absence::{self, MissingField, MissingObject};
use aiplat_lint::provenance::candidates::{KeyPath, Leaf, leaves, overlay, text_of};
use aiplat_lint::provenance::rendered::{Identity, Rendered};
use aiplat_lint::provenance::sentinel::{Answer, Budget, How, Target, search};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A copy of a chart whose values are printed with its manifests.
struct Chart {
    helm: String,
    folder: tempfile::TempDir,
    layers: Vec<PathBuf>,
    renders: AtomicUsize,
}

const DUMP: &str = "aiplat-values.yaml";

impl Chart {
    fn copy(helm: &str, chart: &Path, layers: &[PathBuf]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for entry in walkdir::WalkDir::new(chart) {
            let entry = entry.expect("an entry");
            let to = folder.path().join("chart").join(entry.path().strip_prefix(chart).expect("inside"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(to).expect("a folder");
            } else if entry.file_name() != "values.schema.json" {
                fs::copy(entry.path(), to).expect("a copy");
            }
        }
        let templates = folder.path().join("chart/templates");
        fs::create_dir_all(&templates).expect("a folder");
        fs::write(templates.join(DUMP), "kind: Dump\nvalues: {{ .Values | toJson }}\n").expect("a template");
        Self { helm: helm.to_owned(), folder, layers: layers.to_vec(), renders: AtomicUsize::new(0) }
    }

    fn render(&self, overlay: &Value) -> Result<Rendered, String> {
        let number = self.renders.fetch_add(1, Ordering::Relaxed);
        let file = self.folder.path().join(format!("overlay-{number}.json"));
        fs::write(&file, overlay.to_string()).expect("an overlay");
        let mut command = Command::new(&self.helm);
        command.args(["template", "shop"]).arg(self.folder.path().join("chart")).args(["--namespace", "shop"]);
        for layer in self.layers.iter().chain([&file]) {
            command.arg("-f").arg(layer);
        }
        let output = command.output().expect("helm runs");
        if output.status.success() {
            return Ok(Rendered::parse(&String::from_utf8_lossy(&output.stdout)));
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn values_of(base: &Rendered) -> Value {
    let dump = base.identities().iter().position(|identity| identity.source.ends_with(DUMP)).expect("the values");
    base.at(dump, "values").expect("the values").to_json()
}

/// The scalars that rules on scaling and resilience speak of.
fn targets(base: &Rendered) -> Vec<Target> {
    const PLACES: &[&str] = &[
        "replicas",
        "minReplicas",
        "maxReplicas",
        "averageUtilization",
        "averageValue",
        "minAvailable",
        "resources",
        "maxUnavailable",
        "Probe",
        "topologyKey",
        "terminationGracePeriodSeconds",
        "maxSurge",
        "periodSeconds",
        "weight",
    ];
    let mut targets = Vec::new();
    for (document, identity) in base.identities().iter().enumerate() {
        let is_scaled = matches!(
            identity.kind.as_str(),
            "HorizontalPodAutoscaler" | "PodDisruptionBudget" | "Deployment" | "StatefulSet" | "DaemonSet"
        );
        if !is_scaled {
            continue;
        }
        for field in base.fields(document) {
            if PLACES.iter().any(|place| field.path.contains(place)) {
                targets.extend(Target::of(base, document, &field.path));
            }
        }
    }
    targets
}

/// Another value of the same type, made without the code under test.
fn edited(value: &Value, field: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => json!(number.as_f64().expect("a float") + 3.0),
        Value::Number(number) => json!(number.as_i64().expect("whole") + 13),
        Value::String(text) if text.is_empty() && (field.is_number() || field.is_null()) => json!(17),
        Value::String(text) => {
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            match digits.parse::<u64>() {
                Ok(number) if text.len() < 8 => json!(format!("{}{}", number + 13, &text[digits.len()..])),
                _ => json!(format!("{text}edited")),
            }
        }
        other => panic!("no leaf: {other}"),
    }
}

#[derive(Default, Debug)]
struct Figures {
    fields: usize,
    answered: usize,
    by_how: BTreeMap<String, usize>,
    exhausted: usize,
    refused: usize,
    renders: u32,
    keys: usize,
    wrong: Vec<String>,
}

fn examine(chart: &Chart) -> (Vec<Target>, Vec<Answer>, Figures) {
    let base = chart.render(&json!({})).expect("the chart renders");
    let values = values_of(&base);
    let targets = targets(&base);
    let mut budget = Budget::new(12);
    let answers = search(&targets, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    let mut figures = Figures { fields: targets.len(), renders: budget.used(), ..Figures::default() };
    let mut by_key: BTreeMap<KeyPath, Vec<(&Target, &Answer)>> = BTreeMap::new();
    for (target, answer) in targets.iter().zip(&answers) {
        figures.exhausted += usize::from(answer.exhausted);
        figures.refused += usize::from(answer.refused.is_some());
        let (Some(key), Some(how), true) = (&answer.key, answer.how, answer.confirmed) else { continue };
        figures.answered += 1;
        *figures.by_how.entry(format!("{how:?}")).or_default() += 1;
        by_key.entry(key.clone()).or_default().push((target, answer));
    }
    figures.keys = by_key.len();
    let all = leaves(&values);
    let check = |(key, fed): (&KeyPath, &Vec<(&Target, &Answer)>)| -> Vec<String> {
        let leaf = all.iter().find(|leaf| leaf.path == *key).expect("a leaf");
        let new = edited(&leaf.value, &fed[0].0.value);
        let rendered = match chart.render(&overlay(&values, [(key, &new)])) {
            Ok(rendered) => rendered,
            Err(message) => return vec![format!("{key} = {new}: {message}")],
        };
        fed.iter().filter_map(|(target, answer)| fault(target, answer, &new, &rendered)).collect()
    };
    figures.wrong = by_key.par_iter().flat_map(check).collect();
    (targets, answers, figures)
}

/// What is wrong with an answer after its key was given a new value.
fn fault(target: &Target, answer: &Answer, new: &Value, rendered: &Rendered) -> Option<String> {
    let after = rendered.value(&target.document, &target.path).unwrap_or_default();
    let follows = match answer.how {
        Some(How::Direct | How::Default) => text_of(&after) == text_of(new),
        _ => text_of(&after) != text_of(&target.value),
    };
    let place = format!("{} {} {}", target.document.kind, target.document.name, target.path);
    (!follows).then(|| format!("{place}: {new} gives {after}, {answer:?}"))
}

/// Fields that were said to be written by the template, and that a key moves.
fn moved_all_the_same(chart: &Chart, targets: &[Target], answers: &[Answer]) -> Vec<String> {
    let literal: Vec<&Target> =
        targets.iter().zip(answers).filter(|(_, answer)| answer.exhausted).map(|(target, _)| target).collect();
    let values = values_of(&chart.render(&json!({})).expect("the chart renders"));
    let scalars: Vec<_> = leaves(&values).into_iter().filter(|leaf| text_of(&leaf.value).is_some()).collect();
    let moves = |leaf: &Leaf| {
        let new = if leaf.value.is_boolean() { json!(leaf.value != true) } else { edited(&leaf.value, &Value::Null) };
        let Ok(rendered) = chart.render(&overlay(&values, [(&leaf.path, &new)])) else { return Vec::new() };
        let is_moved = |target: &&&Target| {
            let after = rendered.value(&target.document, &target.path);
            after.is_some_and(|after| after != target.value)
        };
        let moved = literal.iter().filter(is_moved);
        moved.map(|target| format!("{} moves {} {}", leaf.path, target.document.name, target.path)).collect()
    };
    if literal.is_empty() { Vec::new() } else { scalars.par_iter().flat_map(moves).collect() }
}

fn key_of(targets: &[Target], answers: &[Answer], kind: &str, name: &str, path: &str) -> String {
    let is_it = |target: &&Target| {
        (target.document.kind.as_str(), target.document.name.as_str(), target.path.as_str()) == (kind, name, path)
    };
    let index = targets.iter().position(|target| is_it(&target)).expect("the field");
    answers[index].key.as_ref().map(KeyPath::to_string).unwrap_or_default()
}

#[test]
fn each_key_of_the_chart_moves_its_field() {
    let Some(helm) = support::helm("no key is looked for") else { return };
    let folder = support::root().join("fixtures/charts/ai-platform/chart");
    for layers in [Vec::new(), vec![folder.join("values-prod.yaml")]] {
        let chart = Chart::copy(&helm, &folder, &layers);
        let (targets, answers, figures) = examine(&chart);
        eprintln!("{layers:?}: {figures:#?}");
        assert_eq!(figures.wrong, Vec::<String>::new());
        assert!(figures.renders <= 12, "{} renders", figures.renders);
        assert!(figures.fields > 150, "{} fields", figures.fields);
        for (target, answer) in targets.iter().zip(&answers) {
            // The template writes the periods of the scaling policies, and nothing else that is looked for.
            assert_eq!(answer.exhausted, target.path.contains("policies"), "{target:?}: {answer:?}");
            assert_eq!(answer.confirmed, !answer.exhausted, "{target:?}: {answer:?}");
        }
        let key = |kind: &str, name: &str, path: &str| key_of(&targets, &answers, kind, name, path);
        let hpa = "HorizontalPodAutoscaler";
        let min = key(hpa, "max-serve-qwen-hpa", "spec.minReplicas");
        assert_eq!(min, "maxServeQwen.autoscaling.minReplicas", "three services share the value");
        let cpu = key("Deployment", "gateway", "spec.template.spec.containers[0].resources.requests.cpu");
        assert_eq!(cpu, "gateway.resources.requests.cpu");
    }
}

#[test]
fn what_the_chart_lacks_is_found_by_its_empty_keys_and_switches() {
    let Some(helm) = support::helm("no key is looked for") else { return };
    let folder = support::root().join("fixtures/charts/ai-platform/chart");
    let layer = tempfile::NamedTempFile::new().expect("a file");
    fs::write(layer.path(), "gateway: {podDisruptionBudget: {enabled: false}}\n").expect("a layer");
    let chart = Chart::copy(&helm, &folder, &[layer.path().to_owned()]);
    let base = chart.render(&json!({})).expect("the chart renders");
    let values = values_of(&base);
    let workload = |name: &str| {
        let is_it = |identity: &&Identity| identity.name == name && identity.kind.ends_with("t");
        base.identities().iter().find(is_it).expect("a workload").clone()
    };
    let spread = "spec.template.spec.topologySpreadConstraints";
    let field = |name: &str, path: &str| MissingField { document: workload(name), path: path.to_owned() };
    let wanted = [
        field("gateway", spread),
        field("max-serve-qwen", spread),
        field("postgres", "spec.template.spec.affinity"),
        field("postgres", spread),
    ];
    let mut budget = Budget::new(12);
    let answers = absence::fields(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    let keys: Vec<_> = answers.iter().map(|answer| answer.key.as_ref().map(KeyPath::to_string)).collect();
    let expected = ["gateway.topologySpreadConstraints", "maxServeQwen.topologySpreadConstraints", "postgres.affinity"];
    assert_eq!(keys[..3], expected.map(|key| Some(key.to_owned())), "{answers:?}");
    assert!(answers[..3].iter().all(|answer| answer.confirmed), "{answers:?}");
    assert_eq!((&answers[3].key, answers[3].exhausted), (&None, true));
    let wanted = [MissingObject { document: workload("gateway"), kind: "PodDisruptionBudget".to_owned() }];
    let answers = absence::objects(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    let key = answers[0].key.as_ref().map(KeyPath::to_string);
    assert_eq!(key.as_deref(), Some("gateway.podDisruptionBudget.enabled"));
    assert!(budget.left() > 0, "{} renders", budget.used());
}

/// `SENTINEL_CHARTS` lists charts of one's own, apart by `:`, each with its values files after `,`.
#[test]
fn each_key_of_charts_of_your_own_moves_its_field() {
    let (Some(helm), Ok(charts)) = (support::helm("no key is looked for"), std::env::var("SENTINEL_CHARTS")) else {
        eprintln!("SKIPPED: SENTINEL_CHARTS names no charts");
        return;
    };
    let mut wrong = Vec::new();
    for entry in charts.split(':') {
        let mut paths = entry.split(',').map(PathBuf::from);
        let folder = paths.next().expect("a chart");
        let layers: Vec<PathBuf> = paths.collect();
        let chart = Chart::copy(&helm, &folder, &layers);
        if let Err(message) = chart.render(&json!({})) {
            eprintln!("{}: not rendered: {}", folder.display(), message.lines().next().unwrap_or_default());
            continue;
        }
        let (targets, answers, figures) = examine(&chart);
        eprintln!("{}: {figures:?}", folder.display());
        if std::env::var_os("SENTINEL_VERBOSE").is_some() {
            for (target, answer) in targets.iter().zip(&answers) {
                let (document, value) = (&target.document, &target.value);
                eprintln!("  {} {} {} = {value} <- {answer:?}", document.kind, document.name, target.path);
            }
        }
        if std::env::var_os("SENTINEL_TRUTH").is_some() {
            wrong.extend(moved_all_the_same(&chart, &targets, &answers));
        }
        wrong.extend(figures.wrong.into_iter().map(|wrong| format!("{}: {wrong}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
