//! Autoscaling blocks in values: maps that by their name and keys configure an autoscaler.

use crate::values::component::Component;
use crate::values::{Value, ValuesFile};

/// An autoscaling block and the component it belongs to.
#[derive(Debug)]
pub struct AutoscalingBlock<'v> {
    /// Keys from the root to the block.
    pub path: Vec<&'v str>,
    /// The map.
    pub value: &'v Value,
    /// The lower bound: key and value.
    pub minimum: (&'v str, &'v Value),
    /// The upper bound of the same naming, null included.
    pub maximum: Option<(&'v str, &'v Value)>,
    /// Whether a switch turns the block on: `None` without a switch.
    pub enabled: Option<bool>,
    /// KEDA, where a minimum of 0 is a choice.
    pub keda: bool,
    /// What it scales.
    pub component: Component<'v>,
}

pub(super) const BLOCK_KEYS: &[&str] = &["autoscaling", "hpa", "keda", "autoscaler", "horizontalPodAutoscaler"];

/// Names of the two bounds.
const BOUNDS: &[(&str, &str)] = &[
    ("minReplicas", "maxReplicas"),
    ("minReplicaCount", "maxReplicaCount"),
    ("min", "max"),
    ("minReplica", "maxReplica"),
    ("minimumReplicas", "maximumReplicas"),
];

impl ValuesFile {
    /// The autoscaling blocks of components that are not switched off, in path order.
    #[must_use]
    pub fn autoscaling_blocks(&self) -> Vec<AutoscalingBlock<'_>> {
        let components = self.components();
        let blocks = components.iter().flat_map(|component| {
            let named = component.entries().filter(|(key, _)| BLOCK_KEYS.contains(key));
            named.filter_map(|(key, value)| component.autoscaling_block(key, value))
        });
        blocks.collect()
    }
}

impl<'v> Component<'v> {
    /// The autoscaling block under a key, if the map there has a lower bound.
    pub(super) fn autoscaling_block(&self, key: &'v str, value: &'v Value) -> Option<AutoscalingBlock<'v>> {
        let ((low, minimum), high) = BOUNDS.iter().find_map(|(low, high)| Some(((*low, value.get(low)?), *high)))?;
        Some(AutoscalingBlock {
            path: self.path_of(&[key]),
            value,
            minimum: (low, minimum),
            maximum: value.get(high).map(|maximum| (high, maximum)),
            enabled: self.values.switch(value),
            keda: key == "keda" || low == "minReplicaCount",
            component: self.clone(),
        })
    }
}
