//! Reads HorizontalPodAutoscalers, v1 and v2.

use super::defaults::{self, CPU_UTILIZATION};
use super::{Direction, Metric, MetricSource, Policy, ScalerSpec, Target, TargetRef};
use crate::kubernetes::object::Object;
use crate::kubernetes::quantity::Quantity;
use crate::yaml;
use k8s_openapi::api::autoscaling::{v1, v2};
use k8s_openapi::apimachinery::pkg::api::resource as api;

pub(super) fn read_v1(object: &Object) -> Option<ScalerSpec> {
    let spec: v1::HorizontalPodAutoscalerSpec = yaml::decode(object.root().get("spec")?).ok()?.value;
    // Both an absent percentage and absent v2 annotations mean cpu 80 %; metrics in annotations are another matter.
    let in_annotations = object.annotations.contains_key("autoscaling.alpha.kubernetes.io/metrics");
    let metrics = match spec.target_cpu_utilization_percentage {
        Some(percent) => vec![cpu("spec.targetCPUUtilizationPercentage", percent)],
        None if in_annotations => Vec::new(),
        None => vec![cpu("spec", CPU_UTILIZATION)],
    };
    let reference = spec.scale_target_ref;
    Some(ScalerSpec {
        target: TargetRef { api_version: reference.api_version, kind: reference.kind, name: reference.name },
        metrics,
        ..bounds(object, spec.min_replicas, spec.max_replicas)
    })
}

pub(super) fn read_v2(object: &Object) -> Option<ScalerSpec> {
    let spec: v2::HorizontalPodAutoscalerSpec = yaml::decode(object.root().get("spec")?).ok()?.value;
    let written = spec.metrics.unwrap_or_default();
    let metrics = if written.is_empty() {
        vec![cpu("spec", CPU_UTILIZATION)]
    } else {
        written.into_iter().enumerate().filter_map(|(index, metric)| read_metric(index, metric)).collect()
    };
    let reference = spec.scale_target_ref;
    let (up, down) = directions("spec.behavior", spec.behavior.as_ref());
    Some(ScalerSpec {
        target: TargetRef { api_version: reference.api_version, kind: reference.kind, name: reference.name },
        metrics,
        up,
        down,
        ..bounds(object, spec.min_replicas, spec.max_replicas)
    })
}

fn bounds(object: &Object, min: Option<i32>, max: i32) -> ScalerSpec {
    ScalerSpec {
        min: min.map(i64::from),
        max: (max > 0).then_some(i64::from(max)),
        hpa_name: object.name.clone(),
        usable: max > 0,
        ..ScalerSpec::default()
    }
}

/// `scaleUp` and `scaleDown` of a behavior.
pub(super) fn directions(
    path: &str,
    behavior: Option<&v2::HorizontalPodAutoscalerBehavior>,
) -> (Option<Direction>, Option<Direction>) {
    let up = behavior.and_then(|behavior| behavior.scale_up.clone());
    let down = behavior.and_then(|behavior| behavior.scale_down.clone());
    (
        up.map(|rules| direction(format!("{path}.scaleUp"), rules, defaults::scale_up)),
        down.map(|rules| direction(format!("{path}.scaleDown"), rules, defaults::scale_down)),
    )
}

fn direction(
    path: String,
    written: v2::HPAScalingRules,
    with_defaults: fn(v2::HPAScalingRules) -> v2::HPAScalingRules,
) -> Direction {
    let window = written.stabilization_window_seconds.map(i64::from);
    let tolerance = quantity(written.tolerance.as_ref());
    let rules = with_defaults(written);
    let policies = rules.policies.into_iter().flatten().map(|policy| Policy {
        kind: policy.type_,
        value: i64::from(policy.value),
        period: i64::from(policy.period_seconds),
    });
    Direction {
        path,
        window,
        select_policy: rules.select_policy.unwrap_or_default(),
        policies: policies.collect(),
        tolerance,
    }
}

fn quantity(quantity: Option<&api::Quantity>) -> Option<Quantity> {
    Quantity::parse(&quantity?.0).ok()
}

/// A cpu utilisation.
fn cpu(path: &str, percent: i32) -> Metric {
    Metric {
        path: path.to_owned(),
        source: MetricSource::Resource { name: "cpu".to_owned() },
        target: Target { average_utilization: Some(i64::from(percent)), ..Target::default() },
    }
}

fn read_metric(index: usize, metric: v2::MetricSpec) -> Option<Metric> {
    let path = |body: &str| format!("spec.metrics[{index}].{body}");
    Some(match metric.type_.as_str() {
        "Resource" => {
            let body = metric.resource?;
            Metric {
                path: path("resource"),
                source: MetricSource::Resource { name: body.name },
                target: read_target(&body.target),
            }
        }
        "ContainerResource" => {
            let body = metric.container_resource?;
            Metric {
                path: path("containerResource"),
                source: MetricSource::ContainerResource { name: body.name, container: body.container },
                target: read_target(&body.target),
            }
        }
        "Pods" => {
            let body = metric.pods?;
            Metric {
                path: path("pods"),
                source: MetricSource::Pods { name: body.metric.name },
                target: read_target(&body.target),
            }
        }
        "Object" => {
            let body = metric.object?;
            let described = body.described_object;
            Metric {
                path: path("object"),
                source: MetricSource::Object {
                    name: body.metric.name,
                    described: TargetRef {
                        api_version: described.api_version,
                        kind: described.kind,
                        name: described.name,
                    },
                },
                target: read_target(&body.target),
            }
        }
        "External" => {
            let body = metric.external?;
            Metric {
                path: path("external"),
                source: MetricSource::External { name: body.metric.name },
                target: read_target(&body.target),
            }
        }
        _ => return None,
    })
}

fn read_target(target: &v2::MetricTarget) -> Target {
    Target {
        kind: Some(target.type_.clone()).filter(|kind| !kind.is_empty()),
        average_utilization: target.average_utilization.map(i64::from),
        average_value: quantity(target.average_value.as_ref()),
        value: quantity(target.value.as_ref()),
    }
}
