//! Values on top of everything, also of what the command line sets: helm puts `--set` above every file.

use crate::provenance::candidates::leaves;
use crate::provenance::candidates::{KeyPath, Step};
use crate::source::render::SetArgument;
use serde_json::Value;

/// The values again as arguments, where an argument sets the same: a later one of the same kind wins.
pub(super) fn above_sets(values: &Value, sets: &[SetArgument]) -> Vec<SetArgument> {
    if sets.is_empty() {
        return Vec::new();
    }
    let keys: Vec<String> = sets.iter().flat_map(|set| keys_of(&set.argument)).collect();
    let covered = leaves(values).into_iter().filter_map(|leaf| {
        let key = argument_key(&leaf.path);
        let is_set = keys.iter().any(|set| {
            key.strip_prefix(set.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        });
        is_set.then_some((key, leaf.value))
    });
    covered
        .map(|(key, value)| match value {
            Value::String(text) => SetArgument { flag: "--set-string", argument: format!("{key}={}", escaped(&text)) },
            other => SetArgument { flag: "--set", argument: format!("{key}={other}") },
        })
        .collect()
}

/// The keys of `a=1,b.c=2`.
fn keys_of(argument: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for part in argument.split(',') {
        keys.extend(part.split_once('=').map(|(key, _)| key.trim().to_owned()));
    }
    keys
}

/// A path as `--set` writes it.
fn argument_key(path: &KeyPath) -> String {
    let mut key = String::new();
    for step in &path.0 {
        match step {
            Step::Key(name) => {
                if !key.is_empty() {
                    key.push('.');
                }
                key.push_str(&name.replace('\\', "\\\\").replace('.', "\\.").replace(',', "\\,"));
            }
            Step::Index(index) => key.push_str(&format!("[{index}]")),
        }
    }
    key
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,").replace('{', "\\{").replace('}', "\\}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_argument_sets_is_set_again_above_it_and_nothing_else() {
        let set = |argument: &str| SetArgument { flag: "--set", argument: argument.to_owned() };
        let values = json!({"gateway": {"replicas": 7, "zone": "a-q1q"}, "other": 3, "list": [{"app.kubernetes.io/name": "x,y"}]});
        let above = above_sets(&values, &[set("gateway.replicas=2,list[0]=null"), set("oth=1")]);
        let shown: Vec<String> = above.iter().map(|set| format!("{} {}", set.flag, set.argument)).collect();
        assert_eq!(shown, ["--set gateway.replicas=7", "--set-string list[0].app\\.kubernetes\\.io/name=x\\,y"]);
        assert!(above_sets(&values, &[]).is_empty());
    }
}
