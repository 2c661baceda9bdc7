//! What a PodDisruptionBudget says.

use crate::kubernetes::int_or_percent::IntOrPercent;
use crate::kubernetes::object::Object;
use crate::kubernetes::selector::LabelSelector;
use crate::model::disruption::Threshold;
use crate::yaml;
use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

/// A budget's spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetSpec {
    /// What it asks for; `None` when the API server rejects it (both fields, or a string that is no percentage).
    pub threshold: Option<Threshold>,
    /// `None` when null or absent: selects no pods.
    pub selector: Option<LabelSelector>,
    /// policy/v1, where `{}` selects the whole namespace; in v1beta1 it selected nothing.
    pub empty_selects_all: bool,
    /// `unhealthyPodEvictionPolicy`.
    pub unhealthy_policy: Option<String>,
}

impl BudgetSpec {
    /// Reads a budget; `None` for objects that are none or do not decode.
    #[must_use]
    pub fn read(object: &Object) -> Option<Self> {
        if object.group != "policy" || object.kind != "PodDisruptionBudget" {
            return None;
        }
        let spec: policy::PodDisruptionBudgetSpec = match object.root().get("spec") {
            Some(node) => yaml::decode(node).ok()?.value,
            None => policy::PodDisruptionBudgetSpec::default(),
        };
        let selector = match &spec.selector {
            Some(selector) => Some(LabelSelector::from_api(selector).ok()?),
            None => None,
        };
        let threshold = match (&spec.min_available, &spec.max_unavailable) {
            (Some(_), Some(_)) => None,
            (Some(value), None) => read_value(value).map(Threshold::MinAvailable),
            (None, Some(value)) => read_value(value).map(Threshold::MaxUnavailable),
            (None, None) => Some(Threshold::Neither),
        };
        Some(Self {
            threshold,
            selector,
            empty_selects_all: object.version != "v1beta1",
            unhealthy_policy: spec.unhealthy_pod_eviction_policy,
        })
    }

    /// Path of the field that sets the threshold; `spec` when there is none.
    #[must_use]
    pub fn threshold_path(&self) -> &'static str {
        match self.threshold {
            Some(Threshold::MinAvailable(_)) => "spec.minAvailable",
            Some(Threshold::MaxUnavailable(_)) => "spec.maxUnavailable",
            _ => "spec",
        }
    }
}

fn read_value(value: &IntOrString) -> Option<IntOrPercent> {
    match value {
        IntOrString::Int(count) => (*count >= 0).then_some(IntOrPercent::Int(i64::from(*count))),
        IntOrString::String(text) => IntOrPercent::parse(text).ok().filter(|value| match value {
            IntOrPercent::Percent(percent) => *percent <= 100,
            IntOrPercent::Int(_) => false,
        }),
    }
}
