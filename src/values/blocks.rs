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
        // What is inside a block configures the workload around it.
        let is_block = |component: &&Component<'_>| component.path.last().is_some_and(|key| BLOCK_KEYS.contains(key));
        let blocks = components.iter().filter(|component| !is_block(component)).flat_map(|component| {
            let named = component.entries().filter(|(key, _)| BLOCK_KEYS.contains(key));
            named.filter_map(|(key, value)| component.autoscaling_block(key, value))
        });
        blocks.collect()
    }
}

impl<'v> Component<'v> {
    /// The autoscaling block under a key, if the map there has a lower bound, or a map `hpa` in it has one
    /// (`autoscaling: {hpa: {minReplicas: 2}, vpa: {}}`).
    pub(super) fn autoscaling_block(&self, key: &'v str, outer: &'v Value) -> Option<AutoscalingBlock<'v>> {
        let inner = outer.get("hpa").filter(|_| bounds(outer).is_none());
        let value = inner.unwrap_or(outer);
        let ((low, minimum), high) = bounds(value)?;
        let path = self.path_of(&[key]).into_iter().chain(inner.map(|_| "hpa")).collect();
        let around = inner.and_then(|_| self.values.switch(outer));
        Some(AutoscalingBlock {
            path,
            value,
            minimum: (low, minimum),
            maximum: value.get(high).map(|maximum| (high, maximum)),
            enabled: around.filter(|on| !on).or_else(|| self.values.switch(value)),
            keda: key == "keda" || low == "minReplicaCount",
            component: self.clone(),
        })
    }
}

/// The lower bound, and the name of the upper one that goes with it.
fn bounds(value: &Value) -> Option<((&'static str, &Value), &'static str)> {
    BOUNDS.iter().find_map(|(low, high)| Some(((*low, value.get(low)?), *high)))
}
