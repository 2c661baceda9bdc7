//! Workloads that the API server rejects: what the schema says is not said again, what is filled in later is not judged,
//! and the release decides.

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

/// `line:rule` of the findings.
fn told_of(release: &str, text: &str) -> Vec<String> {
    let kube_version = release.parse().expect("a release");
    let input = Input::of_texts(
        vec![("manifest.yaml".to_owned(), text.to_owned())],
        &Options { complete: true, kube_version, ..Options::default() },
    );
    let report = engine::run(input, &Selection::default());
    let place = |finding| support::place(&report, finding).1;
    report.findings.iter().map(|finding| format!("{}:{}", place(finding), finding.rule)).collect()
}

fn told(text: &str) -> Vec<String> {
    told_of("1.37", text)
}

/// A Deployment with more in its spec, and with more in its container.
fn deployment(spec: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  selector: {{matchLabels: {{app: api}}}}\n{spec}  \
         template:\n    metadata: {{labels: {{app: api}}}}\n    spec:\n      containers:\n      - name: api\n        image: api\n{container}"
    )
}

const NOTHING: [&str; 0] = [];

#[test]
fn what_the_schema_says_is_not_said_again() {
    let probe = deployment("", "        livenessProbe:\n          httpget: {port: 80}\n");
    assert_eq!(told(&probe), ["13:schema-unknown-field"]);
    let threshold =
        deployment("", "        livenessProbe:\n          exec: {command: [a]}\n          successThreshold: \"3\"\n");
    assert_eq!(told(&threshold), ["14:schema-type"]);
    let strategy = deployment("  strategy:\n    typ: Recreate\n    rollingUpdate: {maxSurge: 101%}\n", "");
    assert_eq!(told(&strategy), ["7:schema-unknown-field"]);
    let weight = deployment(
        "",
        "      affinity:\n        podAntiAffinity:\n          preferredDuringSchedulingIgnoredDuringExecution:\n          - weigth: 50\n            podAffinityTerm: {topologyKey: topology.kubernetes.io/zone}\n",
    );
    assert_eq!(told(&weight), ["15:schema-unknown-field"]);
    let secret = deployment("", "      volumes:\n      - name: keys\n        secret: {name: keys}\n");
    assert_eq!(told(&secret), ["14:schema-unknown-field"]);
}

#[test]
fn a_part_of_a_workload_is_not_judged_beyond_its_form() {
    let patch = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: api
        volumeMounts: [{name: extra, mountPath: /extra}]
";
    assert_eq!(told(patch), ["4:schema-required-field"]);
}

#[test]
fn what_is_filled_in_later_is_not_judged() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: ${REPLICAS}
  strategy: {type: \"${STRATEGY}\", rollingUpdate: {maxSurge: \"${SURGE}\"}}
  selector: {matchLabels: {app: \"${APP}\"}}
  template:
    metadata: {labels: {app: api, tier: \"${TIER}\"}}
    spec:
      priorityClassName: \"{{ .Values.priority }}\"
      tolerations: [{key: \"${KEY}\", operator: \"${OPERATOR}\", value: x}]
      containers:
      - name: ${NAME}
        image: ${IMAGE}
        imagePullPolicy: ${PULL}
        ports: [{name: \"${PORT_NAME}\", containerPort: 80}]
        resources: {requests: {cpu: \"${CPU}\"}, limits: {cpu: 1}}
        livenessProbe: {httpGet: {port: \"${PORT}\", scheme: \"${SCHEME}\"}}
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: \"${VOLUME}\", emptyDir: {}}]
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: \"${ACTION}\", minDomains: 2}
";
    assert_eq!(told(text), NOTHING);
}

#[test]
fn objects_of_a_cluster_and_old_versions_are_left_alone() {
    let rejected = deployment("  replicas: -1\n", "");
    assert_eq!(told(&rejected), ["6:workload-spec-invalid"]);
    assert_eq!(told(&rejected.replace("name: api}", "name: api, uid: 1-2}")), NOTHING);
    // apps/v1beta2 took the labels of the template for an absent selector, and is served no more.
    assert!(
        !told(&rejected.replace("apps/v1", "apps/v1beta2")).iter().any(|told| told.ends_with("workload-spec-invalid"))
    );
}

#[test]
fn an_item_of_a_list_is_told_at_its_own_place() {
    let item = deployment("  replicas: -1\n", "").replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}");
    assert_eq!(told(&list), ["9:workload-spec-invalid"]);
}

#[test]
fn the_release_decides_what_changed() {
    let variable = deployment("", "        env: [{name: \"A B\", value: x}]\n");
    assert_eq!(told_of("1.31", &variable), ["12:workload-spec-invalid"]);
    assert_eq!(told_of("1.32", &variable), NOTHING);
    let nap = deployment("", "        lifecycle: {preStop: {sleep: {seconds: 0}}}\n");
    assert_eq!(told_of("1.32", &nap), ["12:workload-spec-invalid"]);
    assert_eq!(told_of("1.33", &nap), NOTHING);
    let keys = deployment(
        "",
        "      topologySpreadConstraints:\n      - maxSkew: 1\n        topologyKey: topology.kubernetes.io/zone\n        whenUnsatisfiable: ScheduleAnyway\n        matchLabelKeys: [rev]\n        labelSelector: {matchLabels: {app: api, rev: a}}\n",
    )
    .replace("labels: {app: api}}\n    spec:", "labels: {app: api, rev: a}}\n    spec:");
    assert_eq!(told_of("1.33", &keys), ["16:topology-spread-spec-invalid"]);
    let set =
        deployment("  updateStrategy: {rollingUpdate: {maxUnavailable: 0}}\n", "").replace("Deployment", "StatefulSet");
    assert_eq!(told_of("1.36", &set), NOTHING);
    assert_eq!(told_of("1.37", &set), ["6:workload-spec-invalid"]);
}
