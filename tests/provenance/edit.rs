//! What a person would do with a reported line: write another value of the same kind there.

use serde_yaml::{Mapping, Value};
use std::path::{Path, PathBuf};

/// A line with another value, and that value.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) line: String,
    pub(crate) value: Value,
}

/// The line with other values at the key, the likeliest to be accepted first. Empty if the key has no value there.
/// Where a mapping follows on the next lines, something is added to it.
pub(crate) fn edits(line: &str, rest: &[&str], key: &str) -> Vec<Edit> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inside = rest.iter().take_while(|next| next.trim().is_empty() || indent(next) > indent(line));
    let inside: Vec<&str> = inside.copied().filter(|next| !next.trim().is_empty()).collect();
    if let (Some(first), true) = (inside.first(), line.trim_end().ends_with(&format!("{key}:"))) {
        return added(key, &inside).map(|value| grown(line, indent(first), value)).into_iter().collect();
    }
    let Some((start, end)) = span(line, key) else { return Vec::new() };
    let (before, rest) = line.split_at(start);
    let (old, after) = rest.split_at(end - start);
    let space = if before.ends_with(' ') { "" } else { " " };
    let new = |text: &String| Edit {
        line: format!("{before}{space}{text}{after}"),
        value: serde_yaml::from_str(text).expect("an edited value is YAML"),
    };
    others(old, key).iter().map(new).collect()
}

/// What is missing in the lines of a mapping.
fn added(key: &str, inside: &[&str]) -> Option<Value> {
    let mut whole: Mapping = serde_yaml::from_str(whole(key)).ok()?;
    let is_there = |name: &Value| {
        let written = format!("{}:", name.as_str().unwrap_or_default());
        inside.iter().any(|line| line.trim_start().starts_with(&written))
    };
    whole.retain(|name, _| !is_there(name));
    (!whole.is_empty()).then_some(Value::Mapping(whole))
}

fn grown(line: &str, indent: usize, value: Value) -> Edit {
    let text = serde_yaml::to_string(&value).expect("YAML is written");
    let lines = text.lines().map(|added| format!("\n{}{added}", " ".repeat(indent)));
    Edit { line: format!("{line}{}", lines.collect::<String>()), value }
}

/// Where the value of the key stands in its line, without an anchor before it and a comment behind it.
fn span(line: &str, key: &str) -> Option<(usize, usize)> {
    let content = line.len() - line.trim_start().len();
    let is_item = key.chars().all(|letter| letter.is_ascii_digit());
    let mut start = if is_item {
        line.get(content..)?.starts_with("- ").then_some(content + 2)?
    } else {
        let keys = [format!("{key}:"), format!("\"{key}\":"), format!("'{key}':")];
        let ends = |written: &String| {
            let begins = |at: &usize| *at == 0 || line.get(..*at).is_some_and(|head| head.ends_with([' ', '{', ',']));
            line.match_indices(written.as_str()).map(|(at, _)| at).find(begins).map(|at| at + written.len())
        };
        keys.iter().find_map(ends)?
    };
    let bare = start;
    start += line.get(start..)?.len() - line.get(start..)?.trim_start().len();
    if line.get(start..)?.starts_with('#') {
        return Some((bare, bare));
    }
    if line.get(start..)?.starts_with('&') {
        start += line.get(start..)?.find(' ')? + 1;
    }
    let rest = line.get(start..)?;
    let in_flow = line.get(..start)?.contains('{');
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest.get(1..)?.find(quote)? + 2,
        Some('{' | '[') if !in_flow => rest.trim_end().len(),
        _ => {
            let comment = rest.find(" #").unwrap_or(rest.len());
            let flow = if in_flow { rest.find([',', '}']).unwrap_or(rest.len()) } else { rest.len() };
            rest.get(..comment.min(flow))?.trim_end().len()
        }
    };
    Some((start, start + length))
}

/// Other values of the same kind, written as YAML.
fn others(old: &str, key: &str) -> Vec<String> {
    let bare = old.trim_matches(['"', '\'']);
    let quoted = bare.len() < old.len();
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = bare.split_at(digits);
    let texts: Vec<String> = match (number.parse::<u64>(), bare) {
        (_, "true") => return vec!["false".to_owned()],
        (_, "false") => return vec!["true".to_owned()],
        (_, "{}" | "[]") => return vec![whole(key).to_owned()],
        (_, "" | "null" | "~") => return ["7", "kubernetes.io/os", "edited"].map(ToOwned::to_owned).to_vec(),
        // A reference stands elsewhere, and a block scalar on other lines: there is nothing to edit here.
        (_, text) if !quoted && text.starts_with(['*', '|', '>', '{', '[']) => return Vec::new(),
        (Ok(_), _) if unit == "%" => ["50%", "75%", "25%", "100%"].map(ToOwned::to_owned).to_vec(),
        (Ok(number), _) if !unit.contains(['/', '.', '-']) => {
            let numbers = [number + 1, number.saturating_sub(1), number + 10, number / 2];
            numbers.iter().map(|number| format!("{number}{unit}")).collect()
        }
        (_, text) => {
            let mut texts = vec![format!("{text}-edited")];
            texts.extend(["kubernetes.io/hostname", "topology.kubernetes.io/zone", "info", "7"].map(ToOwned::to_owned));
            texts
        }
    };
    let written = |text: String| if quoted { format!("\"{text}\"") } else { text };
    texts.into_iter().filter(|text| text != bare).map(written).collect()
}

/// Something for a mapping or list that is empty.
fn whole(key: &str) -> &'static str {
    match key {
        "resources" => "{requests: {cpu: 137m, memory: 64Mi}}",
        "requests" | "limits" => "{cpu: 137m, memory: 64Mi}",
        "topologySpreadConstraints" => {
            "[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]"
        }
        "affinity" => "{podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}",
        "livenessProbe" | "readinessProbe" => {
            "{initialDelaySeconds: 7, periodSeconds: 77, timeoutSeconds: 7, failureThreshold: 7}"
        }
        "podAnnotations" | "podLabels" => "{edited: \"yes\"}",
        _ => "{}",
    }
}

/// A folder, file by file.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for entry in std::fs::read_dir(from).expect("a folder is read") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file is copied");
        }
    }
}

/// The file of a place in a copy of the chart. A packaged subchart is unpacked there first, as its archive has no lines.
pub(crate) fn editable(copy: &Path, file: &str) -> PathBuf {
    let Some((archive, inside)) = file.split_once(".tgz/") else { return copy.join(file) };
    let archive = copy.join(format!("{archive}.tgz"));
    let folder = archive.parent().expect("an archive stands in a folder");
    let before = folders(folder);
    let done = std::process::Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder).status();
    assert!(done.expect("tar runs").success(), "{} is unpacked", archive.display());
    std::fs::remove_file(&archive).expect("an archive is removed");
    let new = folders(folder).into_iter().find(|path| !before.contains(path)).expect("the archive holds a folder");
    new.join(inside)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder is read");
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect()
}

#[test]
fn an_edit_writes_another_value_of_the_same_kind_at_the_key() {
    let first = |line: &str, key: &str| edits(line, &[], key).first().map(|edit| edit.line.clone());
    let cases = [
        ("  minReplicas: 3", "minReplicas", "  minReplicas: 4"),
        ("  minAvailable: 50% # half", "minAvailable", "  minAvailable: 75% # half"),
        ("  requests: { cpu: 300m, memory: 512Mi }", "memory", "  requests: { cpu: 300m, memory: 513Mi }"),
        ("  grace: &grace 30", "grace", "  grace: &grace 31"),
        ("  port: \"9102\"", "port", "  port: \"9103\""),
        ("  - kubernetes.io/hostnam", "0", "  - kubernetes.io/hostnam-edited"),
        ("topologyKey:", "topologyKey", "topologyKey: 7"),
        ("minAvailable: # or a share", "minAvailable", "minAvailable: 7 # or a share"),
        ("  enabled: false", "enabled", "  enabled: true"),
    ];
    for (line, key, expected) in cases {
        assert_eq!(first(line, key).as_deref(), Some(expected), "{line}");
    }
    let added = edits("resources:", &["  limits:", "    cpu: 1"], "resources");
    assert_eq!(added[0].line, "resources:\n  requests:\n    cpu: 137m\n    memory: 64Mi");
    let added = edits("  requests:", &["    cpu: 100m", "next:"], "requests");
    assert_eq!(added[0].line, "  requests:\n    memory: 64Mi");
    assert!(edits("  scaling: *scaling", &[], "scaling").is_empty(), "a reference is no value");
    assert!(edits("  minReplicas: 3", &[], "maxReplicas").is_empty(), "another key");
}
