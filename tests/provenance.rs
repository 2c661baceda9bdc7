//! For every finding in a rendered chart: edit the values line that it names, render with helm, and exactly the field
//! that it names changes, with those that the same key feeds. And each chart's `expected.jsonl`, written from a reading
//! of the chart, is what is reported.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

#[path = "provenance/charts.rs"]
mod charts;
#[path = "provenance/edit.rs"]
mod edit;
#[path = "provenance/rendered.rs"]
mod rendered;

use charts::{Chart, Found, Run};
use rendered::{Fields, Helm, Place, Request, changes, segments};
use serde_json::Value;
use serde_yaml::Value as Yaml;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Overlays of the platform's chart; a run over all of them would take minutes.
const PLATFORM: &[&str] = &[
    "values-broken-budget-all-available.yaml",
    "values-broken-no-headroom.yaml",
    "values-broken-min-replicas-two.yaml",
    "values-broken-llama-without-cpu-request.yaml",
    "values-broken-prod-min-replicas.yaml",
];

/// What misses something has no field of its own that could change: something new appears.
const ABSENT: &[&str] = &["missing-", "hpa-missing-resource-request", "statefulset-service-missing"];

#[test]
fn the_values_line_that_a_finding_names_feeds_its_field_and_nothing_else_does() {
    let Some(helm) = Helm::find() else { return };
    let mut tally = Tally::default();
    for chart in charts::all() {
        for run in chart.runs(PLATFORM) {
            judge(&helm, &chart, &run, &mut tally);
        }
    }
    eprintln!("{} findings, {} edits judged", tally.findings, tally.edits);
    assert!(tally.wrong.is_empty(), "{} wrong:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    assert!(tally.edits >= 60, "only {} edits were judged", tally.edits);
}

/// The same over charts of others: `AIPLAT_CHARTS` names a folder that has each as `NAME/chart`, with its overlays, and
/// flags that helm needs in `NAME/arguments`. Without the variable there is nothing to judge.
#[test]
fn the_same_holds_for_the_charts_of_a_folder_that_is_named() {
    let Some(folder) = std::env::var_os("AIPLAT_CHARTS") else {
        eprintln!("SKIPPED: AIPLAT_CHARTS names no folder, so no charts of others are judged");
        return;
    };
    let Some(helm) = Helm::find() else { return };
    let charts = charts::of(&PathBuf::from(folder), "");
    assert!(!charts.is_empty(), "AIPLAT_CHARTS has no NAME/chart/Chart.yaml");
    let mut all_wrong = Vec::new();
    for chart in charts {
        let mut tally = Tally::default();
        for run in chart.runs(&[]) {
            judge(&helm, &chart, &run, &mut tally);
        }
        let Tally { findings, edits, wrong } = &tally;
        eprintln!("{}: {findings} findings, {edits} edits, {} wrong\n{}", chart.name, wrong.len(), wrong.join("\n"));
        all_wrong.extend(tally.wrong);
    }
    assert!(all_wrong.is_empty(), "{} wrong:\n{}", all_wrong.len(), all_wrong.join("\n"));
}

#[test]
fn what_was_planned_into_the_charts_is_reported_and_traced() {
    if Helm::find().is_none() {
        return;
    }
    let mut wrong = Vec::new();
    for chart in charts::all() {
        let Some(expected) = chart.expected() else { continue };
        for run in chart.runs(PLATFORM) {
            compare(&chart, &run, &expected, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[derive(Default)]
struct Tally {
    findings: usize,
    edits: usize,
    wrong: Vec<String>,
}

/// Edits the line of every finding of a run, in each environment that has it.
fn judge(helm: &Helm, chart: &Chart, run: &Run, tally: &mut Tally) {
    let mut baselines = BTreeMap::new();
    for finding in run.findings() {
        tally.findings += 1;
        let Some(values) = finding.values() else { continue };
        for environment in &finding.environments {
            let layers = chart.layers(run, environment);
            let baseline = baselines.entry(environment.clone()).or_insert_with(|| Baseline::of(helm, chart, &layers));
            let mark = format!("{} ({environment}): {} {}", chart.name, finding.rule, finding.place());
            match edited(helm, chart, &layers, &finding, values, baseline) {
                Ok(true) => tally.edits += 1,
                Ok(false) => {}
                Err(why) => tally.wrong.push(format!("{mark}: {why}")),
            }
        }
    }
}

/// The render with nothing edited, and what differs between two of those: passwords and certificates.
struct Baseline {
    fields: Fields,
    random: BTreeSet<Place>,
}

impl Baseline {
    fn of(helm: &Helm, chart: &Chart, layers: &[String]) -> Self {
        let request = chart.request(&chart.path, layers);
        let render = || helm.fields(&request).unwrap_or_else(|why| panic!("{} is rendered: {why}", chart.name));
        let fields = render();
        let random = changes(&fields, &render());
        Self { fields, random }
    }

    fn changed(&self, after: &Fields) -> BTreeSet<Place> {
        changes(&self.fields, after).difference(&self.random).cloned().collect()
    }
}

/// Whether an edit of the named line was judged; `Err` says how it went wrong.
fn edited(
    helm: &Helm,
    chart: &Chart,
    layers: &[String],
    finding: &Found,
    values: &Value,
    baseline: &Baseline,
) -> Result<bool, String> {
    let key = values["key"].as_str().ok_or("the values have no key")?;
    // The command line has no line to edit.
    let place = &values["place"];
    let (Some(file), Some(line)) = (place["file"].as_str(), place["line"].as_u64()) else { return Ok(false) };
    let file = chart.relative(file);
    let last = segments(key).pop().ok_or("the key is empty")?;
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let copy = scratch.path().join("chart");
    edit::copy(&chart.path, &copy);
    let path = edit::editable(&copy, file);
    let text = fs::read_to_string(&path).map_err(|why| format!("{file}: {why}"))?;
    let lines: Vec<&str> = text.lines().collect();
    let index = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)).ok_or("line 0")?;
    let old = lines.get(index).ok_or_else(|| format!("{file} has no line {line}"))?;
    let candidates = edit::edits(old, lines.get(index + 1..).unwrap_or_default(), &last);
    if candidates.is_empty() {
        return Err(format!("{file}:{line} holds no value of `{key}`: {old}"));
    }
    let mut refusal = String::new();
    for candidate in candidates {
        let mut new = lines.clone();
        new[index] = &candidate.line;
        fs::write(&path, new.join("\n") + "\n").expect("an edited file is written");
        let after = match helm.fields(&chart.request(&copy, layers)) {
            Ok(after) => after,
            Err(why) => {
                refusal = why;
                continue;
            }
        };
        let changed = baseline.changed(&after);
        let what = format!("{file}:{line} `{}` became `{}`", old.trim(), candidate.line.trim());
        verdict(finding, &changed, baseline).map_err(|why| format!("{what}: {why}"))?;
        let keys = siblings(chart, values, file, key);
        let fed = fed(helm, chart, layers, &keys, &candidate.value, baseline)?;
        verdict(finding, &fed[key], baseline).map_err(|why| format!("`{key}` set on top: {why}"))?;
        let all: BTreeSet<Place> = fed.into_values().flatten().collect();
        let others: Vec<String> = changed.difference(&all).map(shown).collect();
        return if others.is_empty() { Ok(true) } else { Err(format!("{what}: also changed {}", others.join(", "))) };
    }
    Err(format!("the chart accepts no other value at {file}:{line}: {refusal}"))
}

/// The named field is among the changes, or what is missing has appeared.
fn verdict(finding: &Found, changed: &BTreeSet<Place>, baseline: &Baseline) -> Result<(), String> {
    let path = segments(&finding.field);
    let meets = |(object, changed): &&Place| {
        *object == finding.object && (changed.starts_with(&path) || (path.starts_with(changed) && !changed.is_empty()))
    };
    if changed.iter().any(|place| meets(&place)) {
        return Ok(());
    }
    let appeared = changed.iter().any(|place| !baseline.fields.contains_key(place));
    if appeared && ABSENT.iter().any(|rule| finding.rule.starts_with(rule)) {
        return Ok(());
    }
    let seen: Vec<String> = changed.iter().map(shown).collect();
    let seen = if seen.is_empty() { "nothing".to_owned() } else { seen.join(", ") };
    Err(format!("{} stayed, and what changed is: {seen}", finding.place()))
}

fn shown((object, path): &Place) -> String {
    format!("{object} {}", path.join("."))
}

/// The key, those that share its line by an anchor, and the same key of every alias of its subchart.
fn siblings(chart: &Chart, values: &Value, file: &str, key: &str) -> BTreeSet<String> {
    let shared = values["shared_with"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut keys: BTreeSet<String> = shared.map(ToOwned::to_owned).collect();
    keys.insert(key.to_owned());
    if let Some((alias, rest)) = key.split_once('.').filter(|_| file.starts_with("charts/")) {
        keys.extend(chart.aliases_beside(alias).into_iter().map(|other| format!("{other}.{rest}")));
    }
    keys
}

/// What changes when a key, and it alone, is set above all layers.
fn fed(
    helm: &Helm,
    chart: &Chart,
    layers: &[String],
    keys: &BTreeSet<String>,
    value: &Yaml,
    baseline: &Baseline,
) -> Result<BTreeMap<String, BTreeSet<Place>>, String> {
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let top = scratch.path().join("top.yaml");
    let mut found = BTreeMap::new();
    for key in keys {
        let values = chart.with(layers, &segments(key), value);
        fs::write(&top, serde_yaml::to_string(&values).expect("YAML is written")).expect("a values file is written");
        let mut request: Request<'_> = chart.request(&chart.path, layers);
        request.values.push(PathBuf::from(&top));
        let after = helm.fields(&request).map_err(|why| format!("`{key}` cannot be set: {why}"))?;
        found.insert(key.clone(), baseline.changed(&after));
    }
    Ok(found)
}

/// The findings of a run against the rows for its environments.
fn compare(chart: &Chart, run: &Run, expected: &[Value], wrong: &mut Vec<String>) {
    let findings: Vec<Found> = run.findings().collect();
    for row in expected {
        if let Some(refusal) = row["refusal"].as_str() {
            if run.exit != Some(2) || !run.report["diagnostics"].to_string().contains(refusal) {
                let told = &run.report["diagnostics"];
                wrong.push(format!("{}: exit {:?} and no word of `{refusal}`: {told}", chart.name, run.exit));
            }
            continue;
        }
        let Some(finding) = findings.iter().find(|finding| finding.is(row)) else {
            wrong.push(format!("{}: not reported: {row}", chart.name));
            continue;
        };
        if let Err(why) = traced(chart, finding, row) {
            wrong.push(format!("{}: {why}\n   expected {row}", chart.name));
        }
    }
    for finding in &findings {
        for environment in &finding.environments {
            let planned = expected.iter().any(|row| row["environment"] == *environment && finding.is(row));
            // Rules on values speak where the chart was refused; they have no rendered field.
            if !planned && !finding.rule.starts_with("values-") {
                wrong.push(format!(
                    "{} ({environment}): not planned: {} {}",
                    chart.name,
                    finding.rule,
                    finding.place()
                ));
            }
        }
    }
}

/// Whether a finding is traced to where its row says. What the row does not mention is not compared.
fn traced(chart: &Chart, finding: &Found, row: &Value) -> Result<(), String> {
    let provenance = &finding.provenance;
    if provenance.is_null() {
        return Err("no provenance".to_owned());
    }
    let level = &provenance["level"];
    let allowed = |planned: &Value| planned == level || planned.as_array().is_some_and(|some| some.contains(level));
    if !row.get("level").is_none_or(allowed) {
        return Err(format!("the level is {level}: {}", provenance["note"]));
    }
    if row.get("note").is_some_and(|note| *note != provenance["note"]) {
        return Err(format!("note: {}", provenance["note"]));
    }
    if level == "unknown" && row["level"] != "unknown" {
        return Ok(());
    }
    for side in ["values", "template"] {
        let Some(planned) = row.get(side) else { continue };
        let told = &provenance[side];
        if planned.is_null() != told.is_null() {
            return Err(format!("{side}: {told}"));
        }
        let place = if side == "values" { &told["place"] } else { told };
        let file = place["file"].as_str().map(|file| chart.relative(file));
        let same_key = planned.get("key").is_none_or(|key| *key == told["key"]);
        if planned["file"].as_str() != file || planned["line"] != place["line"] || !same_key {
            return Err(format!("{side}: {told}"));
        }
    }
    Ok(())
}
