//! Which layer sets a field, and the cases in which none is named.

use super::*;
use crate::yaml;

const BASE: &str = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: search}\nspec:\n  minReplicas: 2\n  metrics:\n    - resource: {name: cpu, target: {averageUtilization: 70}}\n";

fn documents(source: u32, text: &str) -> Vec<Arc<Document>> {
    yaml::parse(SourceId(source), &Arc::from(text)).into_iter().map(Arc::new).collect()
}

fn levels(ids: &[usize]) -> Vec<Level> {
    ids.iter().map(|id| Level { id: *id, ..Level::default() }).collect()
}

fn resource(source: u32, chain: Vec<Level>, text: &str) -> Layer {
    Layer { role: Role::Resource, chain, documents: documents(source, text), scalar: None }
}

fn patch(source: u32, chain: Vec<Level>, target: Option<Target>, text: &str) -> Layer {
    Layer { role: Role::Patch(target), chain, documents: documents(source, text), scalar: None }
}

fn target(kind: &str, name: Option<&str>) -> Option<Target> {
    Some(Target { kind: Some(kind.to_owned()), name: name.map(str::to_owned), has_more: false })
}

/// The number of the text that sets a field of the only object that was built.
fn setter(layers: &[Layer], built: &str, path: &str) -> Option<u32> {
    let built = documents(0, built);
    let node = built.first().and_then(|document| document.root()?.at(path)).expect("the field is there");
    origin(layers, &built, node.span()).map(|(source, _)| source.0)
}

fn hpa(name: &str, floor: u32) -> String {
    BASE.replace("name: search", &format!("name: {name}")).replace("minReplicas: 2", &format!("minReplicas: {floor}"))
}

const FLOOR: &str = "spec.minReplicas";

#[test]
fn the_last_file_that_sets_exactly_the_value_is_named() {
    let base = || resource(1, levels(&[1, 2]), BASE);
    assert_eq!(setter(&[base()], &hpa("search", 2), FLOOR), Some(1));
    let fragment = "kind: HorizontalPodAutoscaler\nmetadata: {name: search}\nspec: {minReplicas: 4}\n";
    let merged = [base(), patch(2, levels(&[1]), None, fragment)];
    assert_eq!(setter(&merged, &hpa("search", 4), FLOOR), Some(2));
    assert_eq!(setter(&merged, &hpa("search", 2), FLOOR), None, "the patch sets another value than was built");
    let other = fragment.replace("search", "orders");
    assert_eq!(setter(&[base(), patch(2, levels(&[1]), None, &other)], &hpa("search", 2), FLOOR), Some(1));
    let beside = [base(), patch(2, levels(&[1, 3]), None, fragment)];
    assert_eq!(setter(&beside, &hpa("search", 2), FLOOR), Some(1), "a sibling's patch is for its own objects");
    assert_eq!(setter(&[base(), base()], &hpa("search", 2), FLOOR), None, "two objects could be meant");
}

#[test]
fn operations_are_followed_where_they_are_certain() {
    let built = hpa("search", 4);
    let with = |target: Option<Target>, operations: &str| {
        setter(&[resource(1, levels(&[1]), &built), patch(2, levels(&[1]), target, operations)], &built, FLOOR)
    };
    let replace = "- {op: replace, path: /spec/minReplicas, value: 4}\n";
    assert_eq!(with(target("HorizontalPodAutoscaler", Some("search")), replace), Some(2));
    assert_eq!(with(target("HorizontalPodAutoscaler", None), replace), Some(2));
    assert_eq!(with(target("Deployment", None), replace), Some(1));
    assert_eq!(with(target("HorizontalPodAutoscaler", Some("sea.*")), replace), None, "a pattern may mean it or not");
    let more = Target { has_more: true, ..Target::default() };
    assert_eq!(with(Some(more), replace), None);
    let all = || target("HorizontalPodAutoscaler", None);
    assert_eq!(with(all(), "- {op: add, path: /spec, value: {minReplicas: 4}}\n"), Some(2));
    assert_eq!(with(all(), "- {op: remove, path: /spec/minReplicas}\n"), None);
    assert_eq!(with(all(), "- {op: add, path: /metadata/labels, value: {a: b}}\n"), Some(1));
}

#[test]
fn names_are_those_before_the_prefixes() {
    let level = |id: usize, prefix: &str, suffix: &str| Level {
        id,
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
        ..Level::default()
    };
    let (eu, prod, base) = (level(1, "", "-eu"), level(2, "live-", ""), level(3, "", ""));
    let own = resource(1, vec![eu.clone(), prod.clone(), base], BASE);
    let built = hpa("live-search-eu", 2);
    assert_eq!(setter(std::slice::from_ref(&own), &built, FLOOR), Some(1));
    for name in ["search", "live-search"] {
        let fragment = format!("kind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\nspec: {{minReplicas: 2}}\n");
        let layers = [own.clone(), patch(2, vec![eu.clone()], None, &fragment)];
        assert_eq!(setter(&layers, &built, FLOOR), Some(2), "{name}");
    }
    assert_eq!(setter(&[own], &hpa("search", 2), FLOOR), None, "it is another object");
}

#[test]
fn transformers_and_directives_are_not_followed() {
    let deployment = "kind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: 3\n  template: {spec: {containers: [{name: proxy, image: p}, {name: api, image: a}]}}\n";
    let with = |level: Level| setter(&[resource(1, vec![level], deployment)], deployment, "spec.replicas");
    assert_eq!(with(Level::default()), Some(1));
    assert_eq!(with(Level { sets_images: true, ..Level::default() }), Some(1));
    assert_eq!(with(Level { sets_replicas: true, ..Level::default() }), None);
    assert_eq!(with(Level { is_opaque: true, ..Level::default() }), None);
    let image = |fragment: &str| {
        let layers = [resource(1, levels(&[1]), deployment), patch(2, levels(&[1]), None, fragment)];
        setter(&layers, deployment, "spec.template.spec.containers[1].image")
    };
    let fragment = |containers: &str| {
        format!(
            "kind: Deployment\nmetadata: {{name: api}}\nspec: {{template: {{spec: {{containers: {containers}}}}}}}\n"
        )
    };
    assert_eq!(image(&fragment("[{name: api, image: a}]")), Some(2), "elements are told apart by their names");
    assert_eq!(image(&fragment("[{name: proxy, image: a}]")), Some(1));
    assert_eq!(image(&fragment("[{$patch: replace}, {name: api, image: a}]")), None);
    assert_eq!(image(&fragment("null")), None);
}

#[test]
fn elements_without_a_name_are_followed_where_there_is_one() {
    let target = "spec.metrics[0].resource.target.averageUtilization";
    assert_eq!(setter(&[resource(1, levels(&[1]), BASE)], BASE, target), Some(1));
    let two = format!("{BASE}    - resource: {{name: memory, target: {{averageUtilization: 70}}}}\n");
    assert_eq!(setter(&[resource(1, levels(&[1]), &two)], &two, target), None);
}
