//! Values that Kubernetes takes for a field, each with a mark by which it is known in a render.

use super::entry;
use crate::provenance::candidates::{Sentinels, normalised, text_of};
use serde_json::{Value, json};

/// By what a value is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A scalar that has this text.
    Whole(String),
    /// A text or a key that contains it.
    Inside(String),
}

impl Mark {
    /// Whether a value has the mark.
    pub(super) fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|item| self.is_in(item)),
            Value::Object(map) => map.iter().any(|(key, value)| self.is_part_of(key) || self.is_in(value)),
            scalar => text_of(scalar).is_some_and(|text| match self {
                Self::Whole(mark) => text == *mark,
                Self::Inside(_) => self.is_part_of(&text),
            }),
        }
    }

    fn is_part_of(&self, text: &str) -> bool {
        matches!(self, Self::Inside(mark) if text.contains(mark.as_str()))
    }
}

/// A value with its mark.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) value: Value,
    pub(super) mark: Mark,
}

impl Sample {
    /// A value for the first of these keys that reaches the last one.
    pub(super) fn of(keys: &[String], sentinels: &mut Sentinels) -> Option<Self> {
        let last = keys.last()?;
        let mut sample = Self::of_key(last, sentinels)?;
        for key in keys.get(1..)?.iter().rev() {
            sample.value = entry(key, sample.value);
        }
        Some(sample)
    }

    fn of_key(key: &str, sentinels: &mut Sentinels) -> Option<Self> {
        let name = normalised(key);
        if let Some(sample) = Self::number(&name, sentinels) {
            return Some(sample);
        }
        let token = sentinels.token();
        let labels = json!({"matchLabels": {"app": "none"}});
        let value = match name.as_str() {
            "topologyspreadconstraints" => json!([{
                "maxSkew": 1, "topologyKey": token, "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": labels,
            }]),
            "affinity" => entry("podAntiAffinity", anti_affinity(&token, &labels)),
            "podantiaffinity" | "podaffinity" => anti_affinity(&token, &labels),
            "nodeselector" => entry(&token, json!("true")),
            "tolerations" => json!([{"key": token, "operator": "Exists"}]),
            "livenessprobe" | "readinessprobe" | "startupprobe" => {
                json!({"httpGet": {"path": format!("/{token}"), "port": 1}})
            }
            "prestop" => command(&token),
            "lifecycle" => entry("preStop", command(&token)),
            _ => Value::String(token.clone()),
        };
        Some(Self { value, mark: Mark::Inside(token) })
    }

    fn number(name: &str, sentinels: &mut Sentinels) -> Option<Self> {
        let unit = match name {
            "cpu" => "m",
            "memory" | "ephemeralstorage" | "storage" => "Mi",
            _ => "",
        };
        let is_number = ["seconds", "replicas", "available", "threshold", "surge", "percentage", "utilization"]
            .iter()
            .any(|word| name.contains(word));
        match name {
            "resources" => {
                let cpu = format!("{}m", sentinels.count()?);
                let value = json!({"requests": {"cpu": cpu, "memory": "64Mi"}});
                Some(Self { value, mark: Mark::Whole(cpu) })
            }
            "requests" | "limits" => {
                let cpu = format!("{}m", sentinels.count()?);
                Some(Self { value: json!({"cpu": cpu, "memory": "64Mi"}), mark: Mark::Whole(cpu) })
            }
            "strategy" | "updatestrategy" => {
                let surge = sentinels.count()?;
                let value = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge}});
                Some(Self { value, mark: Mark::Whole(surge.to_string()) })
            }
            _ if !unit.is_empty() => {
                let text = format!("{}{unit}", sentinels.count()?);
                Some(Self { value: Value::String(text.clone()), mark: Mark::Whole(text) })
            }
            _ if is_number => {
                let number = sentinels.count()?;
                Some(Self { value: Value::from(number), mark: Mark::Whole(number.to_string()) })
            }
            _ => None,
        }
    }
}

fn anti_affinity(topology_key: &str, labels: &Value) -> Value {
    let term = json!({"topologyKey": topology_key, "labelSelector": labels});
    json!({"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]})
}

fn command(token: &str) -> Value {
    json!({"exec": {"command": ["sleep", token]}})
}
