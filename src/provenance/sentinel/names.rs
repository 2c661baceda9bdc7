//! Which keys could feed a field by their names, and which of them are tried first.

use crate::provenance::candidates::{KeyPath, normalised};

/// Whether a key may be the one of a field: the same name, a longer one that ends with it, or a usual other name.
pub(crate) fn may_feed(field: &str, path: &KeyPath) -> bool {
    let (field, key) = (last_of_field(field), normalised(path.last_key()));
    if field.is_empty() || key.is_empty() {
        return false;
    }
    field == key || (field.len() > 3 && key.ends_with(&field)) || is_alias(&field, &key)
}

fn is_alias(field: &str, key: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    match field {
        "replicas" => matches!(key, "replica" | "replicacount" | "count"),
        "minreplicas" => matches!(key, "min" | "minpods" | "minreplicacount"),
        "maxreplicas" => matches!(key, "max" | "maxpods" | "maxreplicacount"),
        "averageutilization" => {
            key == "cpu" || key == "memory" || has(&["utilization", "percent", "targetcpu", "targetmem"])
        }
        "averagevalue" | "value" => has(&["threshold", "target", "average"]),
        "topologykey" => has(&["topology", "zonekey"]),
        "terminationgraceperiodseconds" => key.ends_with("graceperiod"),
        "port" | "containerport" | "targetport" => key.ends_with("port"),
        _ => false,
    }
}

fn last_of_field(field: &str) -> String {
    keys_of_field(field).last().map(|key| normalised(key)).unwrap_or_default()
}

/// How many keys a path shares with a field, from the end.
pub(crate) fn common_suffix(field: &str, path: &KeyPath) -> usize {
    let field: Vec<String> = keys_of_field(field).iter().map(|key| normalised(key)).collect();
    // The last key is alike or it would be no candidate.
    let rest = field.iter().rev().zip(path.keys().rev()).skip(1);
    rest.take_while(|(field, key)| **field == normalised(key)).count()
}

/// How many steps two paths share, from the start.
pub(crate) fn common_prefix(one: &KeyPath, other: &KeyPath) -> usize {
    one.0.iter().zip(&other.0).take_while(|(one, other)| one == other).count()
}

/// How many keys of a path are in the name of an object, as `gateway` in `shop-gateway`.
pub(crate) fn words_in_name(name: &str, path: &KeyPath) -> usize {
    let name = normalised(name);
    path.keys().map(normalised).filter(|key| key.len() > 2 && name.contains(key.as_str())).count()
}

/// The keys of a field's path, without indices: `spec.metrics[0].name` has three.
pub(crate) fn keys_of_field(path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some((quoted, after)) = rest.strip_prefix("[\"").and_then(|rest| rest.split_once("\"]")) {
            keys.push(quoted.to_owned());
            rest = after;
            continue;
        }
        if let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            rest = after;
            continue;
        }
        let plain = rest.strip_prefix('.').unwrap_or(rest);
        let end = plain.find(['.', '[']).unwrap_or(plain.len());
        let (key, after) = plain.split_at(end);
        if key.is_empty() {
            break;
        }
        keys.push(key.to_owned());
        rest = after;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_field_leave_out_indices() {
        assert_eq!(keys_of_field("spec.a[0].b[1][2].c"), ["spec", "a", "b", "c"]);
        assert_eq!(
            keys_of_field("metadata.labels[\"app.kubernetes.io/name\"]"),
            ["metadata", "labels", "app.kubernetes.io/name"]
        );
        assert_eq!(keys_of_field("a..b"), ["a"]);
        assert_eq!(keys_of_field("a[0"), ["a"]);
    }
}
