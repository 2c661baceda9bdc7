//! What the API server fills into a HorizontalPodAutoscaler when it is created (`pkg/apis/autoscaling/v2/defaults.go`,
//! Kubernetes 1.34).

use k8s_openapi::api::autoscaling::{v1, v2};

/// `minReplicas`.
pub const MIN_REPLICAS: i32 = 1;

/// Percent of the cpu request that is the only target of an HPA without metrics.
pub const CPU_UTILIZATION: i32 = 80;

/// Seconds of `scaleDown.stabilizationWindowSeconds`. The API server leaves the field empty, and the controller takes
/// its flag `--horizontal-pod-autoscaler-downscale-stabilization` then.
pub const DOWNSCALE_STABILIZATION: i64 = 300;

/// Fills in what a spec leaves out. A `behavior` that is absent stays so: the controller goes by other rules then.
pub fn apply(spec: &mut v2::HorizontalPodAutoscalerSpec) {
    spec.min_replicas.get_or_insert(MIN_REPLICAS);
    let metrics = spec.metrics.get_or_insert_default();
    if metrics.is_empty() {
        metrics.push(cpu_metric());
    }
    if let Some(behavior) = &mut spec.behavior {
        behavior.scale_up = Some(scale_up(behavior.scale_up.take().unwrap_or_default()));
        behavior.scale_down = Some(scale_down(behavior.scale_down.take().unwrap_or_default()));
    }
}

/// Fills in what a spec of autoscaling/v1 leaves out. Metrics of its annotations stand in place of the cpu target.
pub fn apply_v1(spec: &mut v1::HorizontalPodAutoscalerSpec, has_metrics_annotation: bool) {
    spec.min_replicas.get_or_insert(MIN_REPLICAS);
    if !has_metrics_annotation {
        spec.target_cpu_utilization_percentage.get_or_insert(CPU_UTILIZATION);
    }
}

/// `scaleUp` with its defaults: without a window, the faster of doubling and four pods, every 15 seconds. Each field is
/// filled in on its own; a list of policies, also an empty one, replaces the default list.
#[must_use]
pub fn scale_up(mut rules: v2::HPAScalingRules) -> v2::HPAScalingRules {
    rules.stabilization_window_seconds.get_or_insert(0);
    rules.select_policy.get_or_insert_with(|| "Max".to_owned());
    rules.policies.get_or_insert_with(|| vec![policy("Pods", 4), policy("Percent", 100)]);
    rules
}

/// `scaleDown` with its defaults: all that is too much, every 15 seconds. The window stays empty, see
/// [`DOWNSCALE_STABILIZATION`].
#[must_use]
pub fn scale_down(mut rules: v2::HPAScalingRules) -> v2::HPAScalingRules {
    rules.select_policy.get_or_insert_with(|| "Max".to_owned());
    rules.policies.get_or_insert_with(|| vec![policy("Percent", 100)]);
    rules
}

fn policy(kind: &str, value: i32) -> v2::HPAScalingPolicy {
    v2::HPAScalingPolicy { type_: kind.to_owned(), value, period_seconds: 15 }
}

fn cpu_metric() -> v2::MetricSpec {
    let target = v2::MetricTarget {
        type_: "Utilization".to_owned(),
        average_utilization: Some(CPU_UTILIZATION),
        ..v2::MetricTarget::default()
    };
    v2::MetricSpec {
        type_: "Resource".to_owned(),
        resource: Some(v2::ResourceMetricSource { name: "cpu".to_owned(), target }),
        ..v2::MetricSpec::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn defaulted(spec: Value) -> Value {
        let mut spec: v2::HorizontalPodAutoscalerSpec = serde_json::from_value(spec).expect("a spec");
        apply(&mut spec);
        serde_json::to_value(spec).expect("a spec is JSON")
    }

    fn with(fields: Value) -> Value {
        let mut spec = json!({"scaleTargetRef": {"kind": "Deployment", "name": "api"}, "maxReplicas": 8});
        let fields = fields.as_object().expect("fields").clone();
        spec.as_object_mut().expect("a map").extend(fields);
        spec
    }

    #[test]
    fn an_hpa_that_says_nothing_scales_on_cpu_from_one_pod() {
        let cpu = json!([{
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}
        }]);
        for spec in [with(json!({})), with(json!({"metrics": []}))] {
            let spec = defaulted(spec);
            assert_eq!(spec["minReplicas"], 1);
            assert_eq!(spec["metrics"], cpu);
            assert_eq!(spec["behavior"], Value::Null, "an absent behavior stays absent");
        }
    }

    #[test]
    fn what_is_written_stays() {
        let metrics = json!([{
            "type": "Pods",
            "pods": {"metric": {"name": "queue_depth"}, "target": {"type": "AverageValue", "averageValue": "10"}}
        }]);
        let spec = defaulted(with(json!({"minReplicas": 3, "metrics": metrics})));
        assert_eq!((&spec["minReplicas"], &spec["metrics"]), (&json!(3), &metrics));
    }

    #[test]
    fn a_behavior_gets_both_directions() {
        let expected = json!({
            "scaleUp": {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ],
            },
            "scaleDown": {
                "selectPolicy": "Max",
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
            },
        });
        assert_eq!(defaulted(with(json!({"behavior": {}})))["behavior"], expected);
    }

    #[test]
    fn each_field_of_a_direction_is_filled_in_on_its_own() {
        let down = json!({"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}], "tolerance": "50m"});
        let behavior = json!({"scaleDown": down, "scaleUp": {"stabilizationWindowSeconds": 60}});
        let spec = defaulted(with(json!({ "behavior": behavior })));
        let (up, down) = (&spec["behavior"]["scaleUp"], &spec["behavior"]["scaleDown"]);
        assert_eq!((&up["stabilizationWindowSeconds"], &up["selectPolicy"]), (&json!(60), &json!("Max")));
        assert_eq!(up["policies"].as_array().map(Vec::len), Some(2));
        assert_eq!(down["policies"], json!([{"type": "Pods", "value": 1, "periodSeconds": 60}]));
        assert_eq!(down["selectPolicy"], "Max");
        assert_eq!(down["stabilizationWindowSeconds"], Value::Null, "the controller's flag decides");
        assert_eq!((&down["tolerance"], &up["tolerance"]), (&json!("50m"), &Value::Null));
    }

    #[test]
    fn an_empty_list_of_policies_is_not_filled_in() {
        let spec = defaulted(with(json!({"behavior": {"scaleUp": {"policies": []}}})));
        assert_eq!(spec["behavior"]["scaleUp"]["policies"], json!([]));
    }

    #[test]
    fn version_one_takes_its_metrics_from_annotations_where_it_has_them() {
        let spec = || v1::HorizontalPodAutoscalerSpec { max_replicas: 8, ..Default::default() };
        let (mut plain, mut annotated) = (spec(), spec());
        apply_v1(&mut plain, false);
        apply_v1(&mut annotated, true);
        assert_eq!((plain.min_replicas, plain.target_cpu_utilization_percentage), (Some(1), Some(80)));
        assert_eq!((annotated.min_replicas, annotated.target_cpu_utilization_percentage), (Some(1), None));
    }
}
