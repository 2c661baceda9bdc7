//! The keys that templates read, and those of them that no values have.

use crate::provenance::candidates::KeyPath;
use crate::source::ChartFiles;
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[expect(clippy::expect_used, reason = "the pattern is a literal, and a test runs it")]
static READ: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)").expect("it is a pattern"));

/// The keys that a text of a template reads, as the whole chart's values have them, in order.
pub(super) fn read_in<'t>(file: &'t str, text: &'t str) -> Vec<Vec<&'t str>> {
    let reads = READ.captures_iter(text).filter_map(|found| found.get(1));
    let path = |read: &'t str| subchart_of(file).into_iter().chain(read.split('.').skip(1)).collect();
    let mut keys: Vec<Vec<&str>> = reads.map(|read| path(read.as_str())).collect();
    keys.sort_unstable();
    keys
}

/// Keys that templates read and no values have, such as one that a values file shows in a comment.
pub(super) fn keys(files: &ChartFiles, templates: &BTreeSet<String>, values: &Value) -> Vec<KeyPath> {
    let mut found = BTreeSet::new();
    for file in templates {
        let text = files.files.get(file).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default();
        found.extend(read_in(file, text).iter().map(|keys| KeyPath::of_keys(keys)));
    }
    found.into_iter().filter(|path| path.is_free_in(values)).collect()
}

/// `charts/redis/templates/x.yaml` reads the values of `redis`; under an alias the value found there differs, so that a
/// wrong guess comes to nothing.
fn subchart_of(file: &str) -> Vec<&str> {
    let mut parts = file.split('/');
    let mut keys = Vec::new();
    while parts.next() == Some("charts") {
        keys.extend(parts.next());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_template_reads_keys_and_those_without_a_value_are_unset() {
        let text = b"{{ with .Values.core.resources }}{{ . }}{{ end }}{{ .Values.core.replicas }}{{ $.Values.name.x }}";
        let file = "charts/shop/templates/core.yaml".to_owned();
        let mut files = ChartFiles::default();
        files.files.insert(file.clone(), text.to_vec());
        let values = json!({"shop": {"core": {"replicas": 1}, "name": "a text is no map"}});
        let unset: Vec<String> = keys(&files, &[file].into(), &values).iter().map(ToString::to_string).collect();
        assert_eq!(unset, ["shop.core.resources"]);
    }
}
