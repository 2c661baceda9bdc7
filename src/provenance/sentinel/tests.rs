//! Charts of a few lines, as closures from values to manifests.

use super::*;
use crate::provenance::testing::{Chart, document};
use serde_json::json;

/// Value of a key, as a template prints it.
fn print(values: &Value, pointer: &str) -> String {
    values.pointer(pointer).and_then(text_of).unwrap_or_default()
}

fn int(values: &Value, pointer: &str) -> i64 {
    print(values, pointer).parse().unwrap_or_default()
}

/// The answers for fields of the first document, and the renders they took.
fn answers(chart: &mut Chart<'_>, paths: &[&str]) -> (Vec<Answer>, u32) {
    answers_with(chart, &[], paths)
}

/// The same where values files set keys to null.
fn answers_with(chart: &mut Chart<'_>, nulls: &[KeyPath], paths: &[&str]) -> (Vec<Answer>, u32) {
    let base = chart.base();
    let targets: Vec<Target> = paths.iter().map(|path| Target::of(&base, 0, path).expect("the field")).collect();
    let values = chart.values.clone();
    let mut budget = Budget::new(12);
    let answers = search(&targets, &values, nulls, &base, &mut |overlay| chart.render(overlay), &mut budget);
    (answers, budget.used())
}

fn answer(chart: &mut Chart<'_>, path: &str) -> Answer {
    answers(chart, &[path]).0.remove(0)
}

fn key(answer: &Answer) -> Option<String> {
    assert!(answer.confirmed || answer.key.is_none(), "an unconfirmed key: {answer:?}");
    Some(answer.key.as_ref()?.to_string())
}

fn found(answer: &Answer) -> Option<(String, How)> {
    key(answer).zip(answer.how)
}

fn named(key: &str, how: How) -> Option<(String, How)> {
    Some((key.to_owned(), how))
}

#[test]
fn equal_values_of_several_services_are_told_apart() {
    let values = json!({
        "api": {"autoscaling": {"minReplicas": 2, "maxReplicas": 5}, "resources": {"requests": {"cpu": "500m"}}},
        "web": {"autoscaling": {"minReplicas": 2, "maxReplicas": 5}, "resources": {"requests": {"cpu": "500m"}}},
    });
    let mut chart = Chart::new(values, |values| {
        let document_of = |name: &str| {
            let get = |path: &str| print(values, &format!("/{name}/{path}"));
            let (min, max) = (get("autoscaling/minReplicas"), get("autoscaling/maxReplicas"));
            let cpu = get("resources/requests/cpu");
            document("hpa.yaml", name, &format!("spec: {{minReplicas: {min}, maxReplicas: {max}, cpu: {cpu}}}"))
        };
        Ok(document_of("web") + &document_of("api"))
    });
    let (answers, renders) = answers(&mut chart, &["spec.minReplicas", "spec.maxReplicas", "spec.cpu"]);
    let keys: Vec<_> = answers.iter().map(found).collect();
    assert_eq!(
        keys,
        [
            named("web.autoscaling.minReplicas", How::Direct),
            named("web.autoscaling.maxReplicas", How::Direct),
            named("web.resources.requests.cpu", How::Direct),
        ]
    );
    assert_eq!(renders, 3, "one with all candidates, one to confirm, one with those that were not chosen");
}

#[test]
fn a_list_keeps_its_other_items() {
    let values = json!({"spread": [{"key": "zone", "skew": 1}, {"key": "host", "skew": 1}]});
    let mut chart = Chart::new(values, |values| {
        if print(values, "/spread/0/key").is_empty() || print(values, "/spread/1/skew").is_empty() {
            return Err("spread[0].key is required".to_owned());
        }
        Ok(document("a.yaml", "api", &format!("spec: {{key: {}}}", print(values, "/spread/1/key"))))
    });
    assert_eq!(found(&answer(&mut chart, "spec.key")), named("spread[1].key", How::Direct));
}

#[test]
fn a_default_is_credited_to_its_empty_key() {
    let values = json!({"pdb": {"maxUnavailable": ""}, "web": {"count": 1}});
    let mut chart = Chart::new(values, |values| {
        let written = print(values, "/pdb/maxUnavailable");
        let written = if written.is_empty() { "1" } else { &written };
        Ok(document("a.yaml", "api", &format!("spec: {{maxUnavailable: {written}}}")))
    });
    assert_eq!(found(&answer(&mut chart, "spec.maxUnavailable")), named("pdb.maxUnavailable", How::Default));
}

#[test]
fn a_field_without_value_is_credited_to_its_empty_key() {
    let values = json!({"autoscaling": {"maxReplicas": ""}, "image": {"tag": ""}});
    let mut chart = Chart::new(values, |values| {
        Ok(document("a.yaml", "api", &format!("spec:\n  maxReplicas: {}", print(values, "/autoscaling/maxReplicas"))))
    });
    assert_eq!(found(&answer(&mut chart, "spec.maxReplicas")), named("autoscaling.maxReplicas", How::Default));
}

#[test]
fn a_text_in_other_case_is_computed() {
    let values = json!({"readinessProbe": {"scheme": "HTTP"}});
    let mut chart = Chart::new(values, |values| {
        let scheme = print(values, "/readinessProbe/scheme").to_uppercase();
        Ok(document("a.yaml", "api", &format!("spec: {{scheme: {scheme}}}")))
    });
    let (answers, renders) = answers(&mut chart, &["spec.scheme"]);
    assert_eq!(answers.first().and_then(found), named("readinessProbe.scheme", How::Computed));
    assert!(renders <= 3, "{renders} renders");
}

#[test]
fn a_text_with_the_value_in_it_is_fed_in_part() {
    let values = json!({"zone": {"topologyKey": "zone"}});
    let mut chart = Chart::new(values, |values| {
        let text = format!("topology.kubernetes.io/{}", print(values, "/zone/topologyKey"));
        Ok(document("a.yaml", "api", &format!("spec: {{topologyKey: {text}}}")))
    });
    assert_eq!(found(&answer(&mut chart, "spec.topologyKey")), named("zone.topologyKey", How::Part));
}

/// `add1` of one key maps its sentinel onto that of a key whose sentinel is the next number, again and again: both are
/// chosen for other fields, so that confirming does not part them. Only the distance between sentinels does.
#[test]
fn a_sum_does_not_look_like_the_neighbour() {
    let values = json!({"a": {"replicas": 5}, "b": {"replicas": 6}, "c": {"replicas": 7}});
    let mut chart = Chart::new(values, |values| {
        let get = |path: &str| int(values, path);
        let (a, b, c) = (get("/a/replicas"), get("/b/replicas"), get("/c/replicas"));
        Ok(document("a.yaml", "api", &format!("spec: {{a: {a}, b: {b}, c: {c}, next: {}}}", a + 1)))
    });
    let (answers, _) = answers(&mut chart, &["spec.a", "spec.b", "spec.c", "spec.next"]);
    let keys: Vec<_> = answers.iter().map(key).collect();
    assert_eq!(
        keys.get(..3).expect("three"),
        [Some("a.replicas"), Some("b.replicas"), Some("c.replicas")].map(|key| key.map(str::to_owned))
    );
    assert_eq!(keys.last().expect("four"), &None, "`b.replicas` has the value, and no key has the name");
}

#[test]
fn a_computed_field_is_credited_to_the_key_that_moves_it_alone() {
    let values = json!({"web": {"minReplicas": 2}, "api": {"minReplicas": 3}});
    let mut chart = Chart::new(values, |values| {
        Ok(document("a.yaml", "shop", &format!("spec: {{minReplicas: {}}}", int(values, "/web/minReplicas") + 1)))
    });
    assert_eq!(found(&answer(&mut chart, "spec.minReplicas")), named("web.minReplicas", How::Computed));
}

/// The sibling is closer to the field by its path and its name, and moves together with the true key.
#[test]
fn a_sibling_probe_is_not_credited() {
    let values = json!({"api": {"readinessProbe": {"periodSeconds": 7}}, "probes": {"periodSeconds": 10}});
    let mut chart = Chart::new(values, |values| {
        let period = int(values, "/probes/periodSeconds") / 3;
        Ok(document("a.yaml", "api", &format!("spec: {{readinessProbe: {{periodSeconds: {period}}}}}")))
    });
    let answer = answer(&mut chart, "spec.readinessProbe.periodSeconds");
    assert_eq!(found(&answer), named("probes.periodSeconds", How::Computed));
}

/// Changing all keys together switches the branch, so that another key of the same value shows.
#[test]
fn a_branch_that_switches_credits_the_key_of_the_branch_in_use() {
    let values = json!({"mode": "zone", "a": {"fallback": "zone"}, "b": {"key": "zone"}});
    let mut chart = Chart::new(values, |values| {
        let is_zone = print(values, "/mode") == "zone";
        let key = print(values, if is_zone { "/b/key" } else { "/a/fallback" });
        Ok(document("a.yaml", "api", &format!("spec: {{topologyKey: {key}}}")))
    });
    assert_eq!(found(&answer(&mut chart, "spec.topologyKey")), named("b.key", How::Direct));
}

/// The switch is chosen for a field of its own, so that it is changed again when the other field is confirmed.
#[test]
fn a_switch_that_is_a_field_too_does_not_confirm_its_branch() {
    let values = json!({"mode": "hard", "a": {"fallback": "zone"}, "b": {"key": "zone"}});
    let mut chart = Chart::new(values, |values| {
        let mode = print(values, "/mode");
        let key = print(values, if mode == "hard" { "/b/key" } else { "/a/fallback" });
        Ok(document("a.yaml", "api", &format!("spec: {{mode: {mode}, topologyKey: {key}}}")))
    });
    let (answers, _) = answers(&mut chart, &["spec.mode", "spec.topologyKey"]);
    let keys: Vec<_> = answers.iter().map(found).collect();
    assert_eq!(keys, [named("mode", How::Direct), named("b.key", How::Direct)]);
}

/// The key moves the field alone, but only by choosing a branch.
#[test]
fn a_key_that_chooses_a_branch_is_no_source() {
    let values = json!({"topologyKey": "zone"});
    let mut chart = Chart::new(values, |values| {
        let key = if print(values, "/topologyKey") == "zone" { "topology.kubernetes.io/zone" } else { "hostname" };
        Ok(document("a.yaml", "api", &format!("spec: {{topologyKey: {key}}}")))
    });
    let answer = answer(&mut chart, "spec.topologyKey");
    assert_eq!((&answer.key, answer.exhausted), (&None, false));
}

#[test]
fn a_random_field_has_no_key() {
    let mut dice = 0;
    let values = json!({"web": {"seedSeconds": 1}});
    let mut chart = Chart::new(values, move |_| {
        dice = (dice * 37 + 11) % 1009;
        Ok(document("a.yaml", "api", &format!("spec: {{seedSeconds: {dice}}}")))
    });
    let answer = answer(&mut chart, "spec.seedSeconds");
    assert_eq!((&answer.key, answer.exhausted), (&None, false), "moved, and not by a key");
}

#[test]
fn a_key_that_is_null_gets_the_default_of_the_template_and_a_key_of_the_same_value_may_hide_the_field() {
    let values = json!({"pdb": {"maxUnavailable": 0}, "web": {"nodePort": 0}});
    let mut chart = Chart::new(values, |values| {
        let (most, least) = (print(values, "/pdb/maxUnavailable"), print(values, "/pdb/minAvailable"));
        let least = if least.is_empty() { "0" } else { &least };
        let spec = if most == "0" { format!("minAvailable: {least}") } else { format!("maxUnavailable: {most}") };
        Ok(document("pdb.yaml", "web", &format!("spec: {{{spec}}}")))
    });
    let nulls = [KeyPath::of_keys(&["pdb", "minAvailable"]), KeyPath::of_keys(&["web", "labels"])];
    let (answers, renders) = answers_with(&mut chart, &nulls, &["spec.minAvailable"]);
    assert_eq!(found(&answers[0]), named("pdb.minAvailable", How::Default));
    assert_eq!(renders, 3, "one with the value, one with the name, one to confirm");
}

#[test]
fn a_field_that_differs_from_the_linted_render_is_not_looked_for() {
    let mut chart = Chart::new(json!({"a": 1}), |values| {
        Ok(document("a.yaml", "api", &format!("spec: {{a: {}}}", print(values, "/a"))))
    });
    let base = chart.base();
    let mut target = Target::of(&base, 0, "spec.a").expect("the field");
    target.value = json!(2);
    let values = chart.values.clone();
    let mut budget = Budget::new(12);
    let answers = search(&[target], &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
    assert_eq!((answers, budget.used()), (vec![Answer::default()], 0));
}

#[test]
fn a_literal_is_told_from_what_was_not_tried() {
    let values = json!({"web": {"replicas": 2, "image": "nginx"}});
    let literal = |_: &Value| Ok(document("a.yaml", "api", "spec: {replicas: 2}"));
    let answer_of = |chart: &mut Chart<'_>| answer(chart, "spec.replicas");
    let answer = answer_of(&mut Chart::new(values.clone(), literal));
    assert_eq!((&answer.key, answer.exhausted), (&None, true));
    let mut guarded = Chart::new(values.clone(), |values| {
        if print(values, "/web/replicas") != "2" {
            return Err("execution error: two replicas it is".to_owned());
        }
        literal(values)
    });
    let answer = answer_of(&mut guarded);
    assert_eq!((&answer.key, answer.exhausted), (&None, false));
    assert_eq!(answer.refused.as_deref(), Some("execution error: two replicas it is"));
    // No key has the name or the value, but one feeds the field all the same.
    let mut hidden = Chart::new(values, |values| {
        let replicas = if print(values, "/web/image") == "nginx" { 3 } else { 4 };
        Ok(document("a.yaml", "api", &format!("spec: {{replicas: {replicas}}}")))
    });
    let answer = answer_of(&mut hidden);
    assert_eq!((&answer.key, answer.exhausted), (&None, false));
}

#[test]
fn a_guard_costs_one_key_and_not_the_others() {
    let values = json!({
        "a": {"periodSeconds": 10}, "b": {"periodSeconds": 10}, "c": {"periodSeconds": 10}, "guard": {"size": 10},
    });
    let template = |message: &'static str| {
        move |values: &Value| {
            if print(values, "/guard/size") != "10" {
                return Err(message.to_owned());
            }
            let get = |path: &str| print(values, path);
            let (b, c) = (get("/b/periodSeconds"), get("/c/periodSeconds"));
            Ok(document("a.yaml", "api", &format!("spec: {{b: {b}, c: {c}, guard: {}}}", get("/guard/size"))))
        }
    };
    let paths = ["spec.b", "spec.c", "spec.guard"];
    let mut chart = Chart::new(values.clone(), template("guard.size must be 10"));
    let (by_name, renders) = answers(&mut chart, &paths);
    assert_eq!(
        by_name.iter().map(key).collect::<Vec<_>>(),
        [Some("b.periodSeconds".to_owned()), Some("c.periodSeconds".to_owned()), None]
    );
    assert_eq!(by_name.last().and_then(|answer| answer.refused.as_deref()), Some("guard.size must be 10"));
    let mut chart = Chart::new(values, template("no"));
    let (by_halves, more) = answers(&mut chart, &paths);
    assert_eq!(by_halves.iter().map(key).collect::<Vec<_>>(), by_name.iter().map(key).collect::<Vec<_>>());
    assert!(renders < more && more <= 12, "{renders} and {more} renders");
}

#[test]
fn the_budget_is_kept_and_what_is_not_confirmed_says_so() {
    let values = json!({"a": {"replicas": 2}});
    let template = |values: &Value| {
        Ok(document("a.yaml", "api", &format!("spec: {{replicas: {}}}", print(values, "/a/replicas"))))
    };
    let mut chart = Chart::new(values.clone(), template);
    let base = chart.base();
    let target = Target::of(&base, 0, "spec.replicas").expect("the field");
    for (renders, is_named, is_confirmed) in [(0, false, false), (1, true, false), (2, true, true)] {
        let mut budget = Budget::new(renders);
        let targets = [target.clone()];
        let answers = search(&targets, &values, &[], &base, &mut |overlay| chart.render(overlay), &mut budget);
        let answer = answers.first().expect("one");
        assert_eq!((answer.key.is_some(), answer.confirmed, answer.exhausted), (is_named, is_confirmed, false));
        assert_eq!(budget.used(), renders);
    }
}

#[test]
fn a_key_that_renames_the_object_does_not_hide_it() {
    let values = json!({"name": "api", "label": "api", "other": "api"});
    let mut chart = Chart::new(values, |values| {
        let name = print(values, "/name");
        Ok(document("a.yaml", &name, &format!("spec: {{label: {}}}", print(values, "/label"))))
    });
    assert_eq!(found(&answer(&mut chart, "spec.label")), named("label", How::Direct));
}

#[test]
fn a_text_that_is_put_together_has_the_key_of_its_longest_part_whatever_that_is_called() {
    let values = json!({"prometheus": {"url": "http://prometheus:9090", "port": 9090}, "scheme": "http"});
    let mut chart = Chart::new(values, |values| {
        let (url, port) = (print(values, "/prometheus/url"), print(values, "/prometheus/port"));
        Ok(document("adapter.yaml", "adapter", &format!("spec:\n  args: [\"--prometheus-url={url}:{port}\"]")))
    });
    assert_eq!(found(&answer(&mut chart, "spec.args[0]")), named("prometheus.url", How::Part));
}
