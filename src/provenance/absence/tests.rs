//! What is missing, in charts of a few lines.

use super::*;
use crate::provenance::testing::{Chart, document};

fn json_of(values: &Value, pointer: &str) -> String {
    values.pointer(pointer).cloned().unwrap_or_default().to_string()
}

fn workload(values: &Value, name: &str) -> String {
    let get = |key: &str| json_of(values, &format!("/{name}/{key}"));
    let (spread, resources) = (get("topologySpreadConstraints"), get("resources"));
    let rest = format!(
        "spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{topologySpreadConstraints: {spread}, containers: [{{resources: {resources}}}]}}}}}}"
    );
    document("deployment.yaml", name, &rest)
}

fn missing(base: &Rendered, document: usize, path: &str) -> MissingField {
    let document = base.identities().get(document).expect("a document").clone();
    MissingField { document, path: path.to_owned() }
}

const SPREAD: &str = "spec.template.spec.topologySpreadConstraints";
const CPU: &str = "spec.template.spec.containers[0].resources.requests.cpu";

#[test]
fn an_empty_key_is_found_by_the_workload_that_it_reaches() {
    let empty = json!({"topologySpreadConstraints": [], "resources": {}});
    let values = json!({"api": empty, "web": empty, "unused": empty});
    let mut chart = Chart::new(values.clone(), |values| Ok(workload(values, "api") + &workload(values, "web")));
    let base = chart.base();
    let wanted = [missing(&base, 1, SPREAD), missing(&base, 1, CPU), missing(&base, 0, CPU)];
    let mut budget = Budget::new(12);
    let answers = fields(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    let keys: Vec<_> = answers.iter().map(|answer| answer.key.as_ref().map(KeyPath::to_string)).collect();
    let expected = ["web.topologySpreadConstraints", "web.resources", "api.resources"];
    assert_eq!(keys, expected.map(|key| Some(key.to_owned())));
    assert!(answers.iter().all(|answer| answer.confirmed && answer.how == Some(How::Default)));
    assert_eq!(budget.used(), 2);
}

#[test]
fn a_key_that_helm_dropped_for_its_null_is_found() {
    let values = json!({"api": {"resources": {"limits": {"cpu": "1"}}}});
    let mut chart = Chart::new(values.clone(), |values| Ok(workload(values, "api")));
    let base = chart.base();
    let nulls = [KeyPath::of_keys(&["api", "topologySpreadConstraints"])];
    let wanted = [missing(&base, 0, SPREAD)];
    let mut budget = Budget::new(12);
    let mut of = |nulls: &[KeyPath]| {
        fields(&wanted, &values, nulls, &base, &mut |overlay| chart.render(overlay), &mut budget).remove(0)
    };
    assert_eq!(of(&nulls).key.map(|key| key.to_string()).as_deref(), Some("api.topologySpreadConstraints"));
    assert_eq!((of(&[]).key, of(&[]).exhausted), (None, true));
}

#[test]
fn a_key_of_the_service_comes_before_one_of_the_chart() {
    let values = json!({"api": {"resources": {}}, "global": {"resources": {}}});
    let mut chart = Chart::new(values.clone(), |values| {
        let mut both = json!({"api": {"resources": values.pointer("/global/resources")}});
        let own = values.pointer("/api/resources").cloned().unwrap_or_default();
        if own != json!({}) {
            both = json!({"api": {"resources": [own, both]}});
        }
        Ok(workload(&both, "api"))
    });
    let base = chart.base();
    let wanted = [missing(&base, 0, "spec.template.spec.containers[0].resources")];
    let mut budget = Budget::new(12);
    let answers = fields(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    assert_eq!(
        answers.first().and_then(|answer| answer.key.as_ref()).map(KeyPath::to_string).as_deref(),
        Some("api.resources")
    );
}

fn budget_of(name: &str) -> String {
    format!(
        "---\n# Source: shop/templates/pdb.yaml\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec: {{selector: {{matchLabels: {{app: {name}}}}}}}\n"
    )
}

fn scaler_of(name: &str) -> String {
    format!(
        "---\n# Source: shop/templates/hpa.yaml\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\nspec: {{scaleTargetRef: {{kind: Deployment, name: {name}}}}}\n"
    )
}

fn is_on(values: &Value, pointer: &str) -> bool {
    values.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

#[test]
fn a_switch_is_found_by_the_object_that_it_creates_for_the_workload() {
    let off = json!({"pdb": {"enabled": false}, "autoscaling": {"enabled": false}, "enabled": false});
    let values = json!({"api": off, "web": off});
    let mut chart = Chart::new(values.clone(), |values| {
        let mut text = workload(values, "api") + &workload(values, "web");
        for name in ["api", "web"] {
            if is_on(values, &format!("/{name}/pdb/enabled")) {
                text += &budget_of(name);
            }
            if is_on(values, &format!("/{name}/autoscaling/enabled")) {
                text += &scaler_of(name);
            }
        }
        Ok(text)
    });
    let base = chart.base();
    let of = |document: usize, kind: &str| MissingObject {
        document: base.identities().get(document).expect("a document").clone(),
        kind: kind.to_owned(),
    };
    let wanted = [of(1, "PodDisruptionBudget"), of(1, "HorizontalPodAutoscaler"), of(0, "PodDisruptionBudget")];
    let mut budget = Budget::new(12);
    let answers = objects(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    let keys: Vec<_> = answers.iter().map(|answer| answer.key.as_ref().map(KeyPath::to_string)).collect();
    assert_eq!(keys, ["web.pdb.enabled", "web.autoscaling.enabled", "api.pdb.enabled"].map(|key| Some(key.to_owned())));
    assert!(budget.used() <= 4, "{} renders for four switches", budget.used());
}

#[test]
fn an_object_for_another_workload_proves_nothing() {
    let values = json!({"api": {"pdb": {"enabled": false}}});
    let mut chart = Chart::new(values.clone(), |values| {
        let pdb = if is_on(values, "/api/pdb/enabled") { budget_of("web") } else { String::new() };
        Ok(workload(values, "api") + &pdb)
    });
    let base = chart.base();
    let document = base.identities().first().expect("a document").clone();
    let wanted = [MissingObject { document, kind: "PodDisruptionBudget".to_owned() }];
    let mut budget = Budget::new(12);
    let answers = objects(&wanted, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    assert_eq!(answers, [Answer { exhausted: true, ..Answer::default() }]);
}
