//! Manifests that look wrong and are not, and broken input that looks fine and is not.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::source::{Input, Options};

/// A Deployment with a pod spec in flow style.
fn deployment(name: &str, labels: &str, pod: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{{labels}}}}}\n  \
         template:\n    metadata: {{labels: {{{labels}}}}}\n    spec: {pod}\n---\n"
    )
}

fn hpa(kind: &str, group: &str, name: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\nspec:\n  \
         scaleTargetRef: {{apiVersion: {group}, kind: {kind}, name: {name}}}\n  minReplicas: 4\n  maxReplicas: 8\n  metrics:\n    \
         - {{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 70}}}}}}\n---\n"
    )
}

fn budget(name: &str, namespace: &str, app: &str) -> String {
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}{namespace}}}\n\
         spec: {{minAvailable: 1, selector: {{matchLabels: {{app: {app}}}}}}}\n---\n"
    )
}

/// Ids of the findings of the default rules.
fn rules(manifests: &[String], complete: bool) -> Vec<&'static str> {
    let options = Options { complete, ..Options::default() };
    let input = Input::of_texts(vec![("manifests.yaml".to_owned(), manifests.concat())], &options);
    engine::run(input, &Selection::default()).findings.iter().map(|finding| finding.rule).collect()
}

fn anti_affinity(term: &str) -> String {
    format!(
        "{{affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: kubernetes.io/hostname, {term}}}]}}}}, \
         containers: [{{name: a, image: a}}]}}"
    )
}

const PLAIN: &str = "{containers: [{name: a, image: a}]}";

#[test]
fn a_limit_range_with_a_maximum_gives_a_request() {
    let range = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: all}\nspec: {limits: [{type: Container, max: {cpu: \"2\"}}]}\n---\n";
    let without = [deployment("api", "app: api", PLAIN), hpa("Deployment", "apps/v1", "api")];
    assert_eq!(rules(&without, true), ["hpa-missing-resource-request"]);
    assert!(rules(&[&without[..], &[range.to_owned()]].concat(), true).is_empty());
}

#[test]
fn pod_level_resources_aggregate_what_the_containers_request() {
    let pod = "{resources: {requests: {memory: 1Gi}}, containers: [{name: a, image: a, resources: {requests: {cpu: 1}}}, {name: b, image: b}]}";
    assert!(rules(&[deployment("api", "app: api", pod), hpa("Deployment", "apps/v1", "api")], true).is_empty());
}

#[test]
fn shutting_the_own_track_out_is_deliberate() {
    let term = "labelSelector: {matchExpressions: [{key: app, operator: In, values: [shop]}, {key: track, operator: NotIn, values: [canary]}]}";
    assert!(rules(&[deployment("shop", "app: shop, track: canary", &anti_affinity(term))], true).is_empty());
}

#[test]
fn a_partner_deployed_elsewhere_is_no_typo_and_a_letter_is() {
    let partner = anti_affinity("labelSelector: {matchLabels: {app: db-west}}");
    assert!(rules(&[deployment("db", "app: db-east", &partner)], true).is_empty());
    let typo = anti_affinity("labelSelector: {matchLabels: {app: chekout}}");
    assert_eq!(rules(&[deployment("checkout", "app: checkout", &typo)], true), ["anti-affinity-selector-mismatch"]);
}

#[test]
fn budgets_of_two_namespaces_never_share_a_pod() {
    let manifests = [
        deployment("api", "app: api", PLAIN),
        budget("a", ", namespace: one", "api"),
        budget("a", ", namespace: two", "api"),
    ];
    assert!(!rules(&manifests, true).contains(&"pdb-overlap"));
}

#[test]
fn a_role_binding_elsewhere_does_not_name_the_namespace_of_the_rest() {
    let binding = |namespace: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: adapter{namespace}}}\n\
             roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}\n---\n"
        )
    };
    assert!(rules(&[binding(""), binding(", namespace: kube-system")], true).is_empty());
}

#[test]
fn a_deployment_behind_a_rollout_has_no_floor_of_its_own() {
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: api}\n\
                   spec: {replicas: 4, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: api}}\n---\n";
    let manifests = [deployment("api", "app: api", PLAIN), budget("api", "", "api")];
    assert_eq!(rules(&manifests, true), ["pdb-blocks-eviction-single-replica"]);
    assert!(rules(&[&manifests[..], &[rollout.to_owned()]].concat(), true).is_empty());
}

#[test]
fn two_objects_of_one_name_in_an_incomplete_build_decide_nothing() {
    let three = deployment("api", "app: api", PLAIN).replace("spec:\n  selector", "spec:\n  replicas: 3\n  selector");
    let manifests = [three, deployment("api", "app: api", PLAIN), budget("api", "", "api")];
    assert!(rules(&manifests, false).is_empty());
}

#[test]
fn a_document_that_is_no_object_is_told() {
    let good = deployment("api", "app: api", PLAIN);
    for other in
        ["apiVersion: policy/v1\nmetadata: {name: api}\n", "WARNING: group-readable\n", "- a\n", "kind: Service\n"]
    {
        assert_eq!(rules(&[good.clone(), other.to_owned()], true), ["yaml-dropped-document"], "{other}");
    }
    assert!(rules(&[good, "# only a comment\n---\n".to_owned()], true).is_empty());
}

#[test]
fn a_broken_values_file_is_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: api\nversion: 1.0.0\n").expect("a file");
    std::fs::write(folder.path().join("values.yaml"), "api: [\n").expect("a file");
    let overlay = folder.path().join("values-prod.yaml");
    std::fs::write(&overlay, "autoscaling:\n  enabled: true\n  enabled: false\n").expect("a file");
    let input = Input::read(&Options { paths: vec![overlay], ..Options::default() }, &support::NoPrograms);
    let report = engine::run(input, &Selection::default());
    let found: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert!(found.contains(&"yaml-syntax") && found.contains(&"yaml-duplicate-key"), "{found:?}");
}

#[test]
fn thousands_of_unknown_fields_are_all_told() {
    let fields: String = (0..20_000).map(|number| format!("  key{number}: 1\n")).collect();
    let manifest = format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n{fields}");
    assert!(rules(&[manifest], true).len() >= 20_000);
}

#[test]
fn an_old_version_is_one_finding_and_its_numbers_still_count() {
    let api = deployment("api", "app: api", PLAIN);
    let old = hpa("Deployment", "apps/v1", "api").replace("autoscaling/v2", "autoscaling/v2beta2");
    let budget = budget("api", "", "api").replace("policy/v1", "policy/v1beta1");
    let found = rules(&[api.clone(), old, budget.clone()], true);
    assert_eq!(found, ["hpa-missing-resource-request", "api-version-removed", "api-version-removed"]);
    // One of four may go: without the old autoscaler the floor is 1, and none may.
    assert!(rules(&[api, budget], true).contains(&"pdb-blocks-eviction-single-replica"));
}

#[test]
fn what_the_schema_tells_is_not_told_again() {
    let good = hpa("Deployment", "apps/v1", "api");
    for (right, wrong, rule) in [
        ("averageUtilization", "averageUtilisation", "schema-unknown-field"),
        ("averageUtilization: 70", "averageUtilization: 70%", "schema-type"),
        ("  maxReplicas: 8\n", "", "schema-required-field"),
        ("kind: Deployment, ", "", "schema-required-field"),
        ("minReplicas: 4", "minReplicas: 9", "hpa-spec-invalid"),
        ("minReplicas: 4", "minReplicas: -1", "hpa-spec-invalid"),
    ] {
        assert_eq!(rules(&[good.replace(right, wrong)], true), [rule], "{wrong}");
    }
}

#[test]
fn a_floor_above_its_ceiling_decides_nothing_else() {
    let api = deployment("api", "app: api", "{containers: [{name: a, image: a, resources: {requests: {cpu: 1}}}]}");
    let scaler = hpa("Deployment", "apps/v1", "api").replace("minReplicas: 4", "minReplicas: 9");
    let budget = budget("api", "", "api").replace("minAvailable: 1", "minAvailable: 9");
    assert_eq!(rules(&[api, scaler, budget], true), ["hpa-spec-invalid"]);
}

#[test]
fn a_label_on_the_object_and_on_its_pods_is_one_mistake() {
    let twice = deployment("api", "app: api", PLAIN)
        .replace("metadata: {name: api}", "metadata: {name: api, labels: {owner: a/b}}")
        .replace("metadata: {labels: {app: api}}", "metadata: {labels: {app: api, owner: a/b}}");
    assert_eq!(rules(std::slice::from_ref(&twice), true), ["metadata-syntax"]);
    for placeholder in ["${OWNER}", "<owner>", "__OWNER__"] {
        assert!(rules(&[twice.replace("a/b", &format!("'{placeholder}'"))], true).is_empty(), "{placeholder}");
    }
}

#[test]
fn a_missing_name_is_told_beside_a_missing_number() {
    let nameless =
        hpa("Deployment", "apps/v1", "api").replace("metadata: {name: api}", "metadata: {labels: {app: api}}");
    assert_eq!(
        rules(&[nameless.replace("  maxReplicas: 8\n", "  maxReplicas:\n")], true),
        ["metadata-syntax", "schema-required-field"]
    );
}

#[test]
fn a_selector_that_misses_its_own_template_is_told_once() {
    let spread = "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, \
                  labelSelector: {matchLabels: {app: checkout}}}], containers: [{name: a, image: a}]}";
    let workload =
        deployment("checkout", "app: checkout", spread).replace("labels: {app: checkout}", "labels: {app: chekout}");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: checkout}\nspec: {selector: {app: checkout}, ports: [{port: 80}]}\n---\n";
    let manifests = [workload, service.to_owned(), budget("checkout", "", "checkout")];
    assert_eq!(rules(&manifests, true), ["workload-spec-invalid"]);
}

#[test]
fn another_word_and_another_part_are_no_slips_and_a_typo_beside_a_correct_term_is() {
    for (own, other) in [
        ("app: reader", "app: loader"),
        ("app: postgrest", "app: postgres"),
        ("app: web, track: canary", "app: web, track: stable"),
        ("app: web, version: v2", "app: web, version: v1"),
    ] {
        let term = anti_affinity(&format!("labelSelector: {{matchLabels: {{{other}}}}}"));
        assert!(rules(&[deployment("api", own, &term)], true).is_empty(), "{own} keeps away from {other}");
    }
    let typo = anti_affinity("labelSelector: {matchLabels: {app: chekout}}").replace(
        "podAntiAffinity: {",
        "podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: \
         {topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: checkout}}}}], ",
    );
    assert_eq!(rules(&[deployment("checkout", "app: checkout", &typo)], false), ["anti-affinity-selector-mismatch"]);
}

#[test]
fn a_gateway_may_make_the_target_of_an_autoscaler() {
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\nspec: {gatewayClassName: istio}\n---\n";
    let without = [deployment("api", "app: api", PLAIN), hpa("Deployment", "apps/v1", "gw-istio")];
    assert_eq!(rules(&without, true), ["hpa-target-missing"]);
    assert!(rules(&[&without[..], &[gateway.to_owned()]].concat(), true).is_empty());
}
