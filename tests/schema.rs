//! What the schema says of documents: the wording, the places, and that it is silent over real charts.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail where its input is not as written")]

use aiplat_lint::kubernetes::schema::{SchemaProblem, SchemaProblemKind, field_exists, is_known, validate};
use aiplat_lint::text::SourceId;
use aiplat_lint::yaml::{self, Document};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn parse(text: &str) -> Vec<Document> {
    yaml::parse(SourceId(0), &Arc::from(text))
}

/// Group, version and kind.
fn identity(document: &Document) -> Option<(String, String, String)> {
    let root = document.root()?;
    let api_version = root.get("apiVersion")?.str()?.into_owned();
    let kind = root.get("kind")?.str()?.into_owned();
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    Some((group.to_owned(), version.to_owned(), kind))
}

fn problems(document: &Document) -> Vec<SchemaProblem> {
    let (group, version, kind) = identity(document).expect("the document has an identity");
    validate(&group, &version, &kind, document.root().expect("it has an identity, so it has a root"))
}

/// Each problem as `message | help`.
fn told(text: &str) -> Vec<String> {
    let documents = parse(text);
    assert_eq!(documents.len(), 1, "{text}");
    let told = problems(&documents[0]).into_iter().map(|problem| {
        assert!(problem.message.chars().count() <= 100, "{}", problem.message);
        assert!((2..=8).contains(&problem.label.split(' ').count()), "{}", problem.label);
        format!("{} | {}", problem.message, problem.help.unwrap_or_default())
    });
    told.collect()
}

fn deployment(spec: &str) -> String {
    let spec = spec.replace('\n', "\n  ");
    format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  {spec}\n")
}

/// A Deployment whose one container has these further lines.
fn container(lines: &str) -> String {
    let lines = lines.replace('\n', "\n      ");
    deployment(&format!("selector: {{}}\ntemplate:\n  spec:\n    containers:\n    - name: api\n      {lines}"))
}

const NONE: [&str; 0] = [];

#[test]
fn a_string_field_takes_no_bare_word_that_yaml_reads_otherwise() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: api
  labels:
    enabled: yes
    version: 1.10
    build: 0123
    quoted: \"1.10\"
    word: v1
data:
  port: 8080
  empty:
";
    assert_eq!(
        told(text),
        [
            "`yes` is a boolean, `metadata.labels.enabled` takes a string | quote it: `\"yes\"`",
            "`1.10` is the number 1.1, `metadata.labels.version` takes a string | quote it: `\"1.10\"`",
            "`0123` is the number 83, `metadata.labels.build` takes a string | quote it: `\"0123\"`",
            "`8080` is a number, `data.port` takes a string | quote it: `\"8080\"`",
        ]
    );
}

#[test]
fn an_environment_variable_of_a_number_is_told_with_its_place() {
    let text = container("env:\n- name: PORT\n  value: 8080\n- name: DEBUG\n  value: \"true\"");
    assert_eq!(
        told(&text),
        ["`8080` is a number, `spec.template.spec.containers[0].env[0].value` takes a string | quote it: `\"8080\"`"]
    );
    let document = &parse(&text)[0];
    let problem = &problems(document)[0];
    assert_eq!(problem.path, "spec.template.spec.containers[0].env[0].value");
    assert_eq!(&text[document.node(problem.node).span().range()], "8080");
    assert_eq!(problem.key_span, None);
}

#[test]
fn an_integer_field_takes_what_json_makes_an_integer() {
    let replicas = |value: &str| {
        told(&deployment(&format!("replicas: {value}\nselector: {{}}\ntemplate: {{spec: {{containers: []}}}}")))
    };
    for value in ["3", "0x10", "3.0", "1e1", "", "null", "${REPLICAS}", "\"{{ .Values.replicas }}\""] {
        assert_eq!(replicas(value), NONE, "{value}");
    }
    for (value, message) in [
        ("\"3\"", "`\"3\"` is a string, `spec.replicas` takes a whole number | remove the quotes: `3`"),
        ("\"\"", "`\"\"` is a string, `spec.replicas` takes a whole number | write a number, or remove the field"),
        ("2.5", "`2.5` is a fraction, `spec.replicas` takes a whole number | write a whole number"),
        (
            "3000000000",
            "`3000000000` is beyond 32 bits, `spec.replicas` takes fewer | write a number from -2147483648 to 2147483647",
        ),
        (
            "[3]",
            "a list stands here, `spec.replicas` takes a whole number | write a whole number without `- ` or brackets",
        ),
    ] {
        assert_eq!(replicas(value), [message]);
    }
}

#[test]
fn a_boolean_field_takes_no_string() {
    assert_eq!(told(&container("tty: on\nstdin: False")), NONE);
    assert_eq!(
        told(&container("tty: \"yes\"\nstdin: 1")),
        [
            "`\"yes\"` is a string, `spec.template.spec.containers[0].tty` takes true or false | write `true`, without quotes",
            "`1` is a number, `spec.template.spec.containers[0].stdin` takes true or false | write `true`",
        ]
    );
}

#[test]
fn lists_and_maps_are_told_apart() {
    assert_eq!(
        told(&container(
            "args: --verbose\nports: {containerPort: 80}\nresources: [cpu]\nenv: \"\"\nlivenessProbe: \"\""
        )),
        [
            "`--verbose` is a string, `spec.template.spec.containers[0].args` takes a list | make it a list: `[--verbose]`",
            "a map stands here, `spec.template.spec.containers[0].ports` takes a list | begin each item with `- `",
            "a list stands here, `spec.template.spec.containers[0].resources` takes a map | remove the `- `: the field is one map, not a list",
            "`\"\"` is a string, `spec.template.spec.containers[0].env` takes a list | write `[]`, or remove the field",
            "`\"\"` is a string, `spec.template.spec.containers[0].livenessProbe` takes a map | write `{}`, or remove the field",
        ]
    );
}

#[test]
fn quantities_must_parse() {
    let text = "resources:\n  requests:\n    cpu: 0.5\n    memory: 1g\n    a: 100\n    b: 512MB\n    c: 1Gi\n    d: .5\n    e: lots\n    f: true\n    g:";
    assert_eq!(
        told(&container(text)),
        [
            "`1g` is not a quantity, `spec.template.spec.containers[0].resources.requests.memory` takes one | write `1G` or `1Gi`",
            "`512MB` is not a quantity, `spec.template.spec.containers[0].resources.requests.b` takes one | write `512M` or `512Mi`",
            "`lots` is not a quantity, `spec.template.spec.containers[0].resources.requests.e` takes one | write a number, then one of m, k, M, G, T, P, Ki, Mi, Gi, Ti, Pi or nothing",
            "`true` is a boolean, `spec.template.spec.containers[0].resources.requests.f` takes a quantity | write a number or a quantity such as `500m` or `1Gi`",
        ]
    );
}

#[test]
fn int_or_string_takes_neither_fraction_nor_boolean() {
    let budget = |value: &str| {
        told(&format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: api}}\nspec: {{minAvailable: {value}}}\n"
        ))
    };
    for value in ["1", "50%", "\"1\"", "1.0"] {
        assert_eq!(budget(value), NONE);
    }
    assert_eq!(
        budget("0.5"),
        [
            "`0.5` is a fraction, `spec.minAvailable` takes a whole number or a string | write `50%` for a share, or a whole number"
        ]
    );
    assert_eq!(budget("true"), ["`true` is a boolean, `spec.minAvailable` takes a whole number or a string | "]);
}

#[test]
fn times_and_bytes_have_a_form() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, creationTimestamp: null, deletionTimestamp: 2026-01-31}
binaryData: {a: YQ==, b: \"a b\"}
";
    assert_eq!(
        told(text),
        [
            "`2026-01-31` is not a time, `metadata.deletionTimestamp` takes one | write date, time and zone as in `2026-01-31T12:00:00Z`",
            "`\"a b\"` is not base64, `binaryData.b` takes base64 | encode it as base64, or move it to `data`",
        ]
    );
}

#[test]
fn an_unknown_field_is_told_with_what_was_meant() {
    assert_eq!(
        told(&container("imagePullpolicy: Always\nnodeSelector: {}\nrequests: {cpu: 1}\nnonsense: 1\nreplicas: 2")),
        [
            "`spec.template.spec.containers[0].imagePullpolicy` is not a field of Deployment | rename it to `imagePullPolicy`",
            "`spec.template.spec.containers[0].nodeSelector` is not a field of Deployment | move it up to `spec.template.spec.nodeSelector`",
            "`spec.template.spec.containers[0].requests` is not a field of Deployment | move it to `spec.template.spec.containers[0].resources.requests`",
            "`spec.template.spec.containers[0].nonsense` is not a field of Deployment | ",
            "`spec.template.spec.containers[0].replicas` is not a field of Deployment | move it up to `spec.replicas`",
        ]
    );
    let text = "Replicas: 2\npaused: true\npausd: false\nlabels: {}\nselector: {}\ninitContainers: []\ntemplate:\n  spec:\n    containers: []\n    serviceAcount: api";
    assert_eq!(
        told(&deployment(text)),
        [
            "`spec.Replicas` is not a field of Deployment | rename it to `replicas`",
            "`spec.pausd` is not a field of Deployment | remove it, or merge it into `paused`",
            "`spec.labels` is not a field of Deployment | move it to `spec.template.metadata.labels`",
            "`spec.initContainers` is not a field of Deployment | move it to `spec.template.spec.initContainers`",
            "`spec.template.spec.serviceAcount` is not a field of Deployment | rename it to `serviceAccount`",
        ]
    );
}

#[test]
fn metadata_is_checked_and_status_is_not() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  label: {app: api}
  creationTimestamp: null
  managedFields: [{fieldsV1: {\"f:spec\": {}}}]
spec:
  selector: {}
  template: {metadata: {creationTimestamp: null}, spec: {containers: []}}
status: {whatever: [1], replicas: x}
";
    assert_eq!(told(text), ["`metadata.label` is not a field of Deployment | rename it to `labels`"]);
}

#[test]
fn required_fields_are_told_where_they_are_missing() {
    let text = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  maxReplicas:
  metrics:
  - type: Resource
    resource: {name: cpu}
  - pods: {}
";
    let document = &parse(text)[0];
    let found = problems(document);
    let places: Vec<(&str, Option<&str>, &str)> = found
        .iter()
        .map(|problem| {
            assert_eq!(problem.kind, SchemaProblemKind::RequiredField);
            (problem.message.as_str(), problem.key_span.map(|span| &text[span.range()]), problem.path.as_str())
        })
        .collect();
    assert_eq!(
        places,
        [
            ("`spec.metrics[0].resource.target` is required", Some("resource"), "spec.metrics[0].resource.target"),
            ("`spec.metrics[1].pods.metric` is required", Some("pods"), "spec.metrics[1].pods.metric"),
            ("`spec.metrics[1].pods.target` is required", Some("pods"), "spec.metrics[1].pods.target"),
            ("`spec.metrics[1].type` is required", Some("pods"), "spec.metrics[1].type"),
            ("`spec.maxReplicas` is null and is required", Some("maxReplicas"), "spec.maxReplicas"),
            ("`spec.scaleTargetRef` is required", Some("spec"), "spec.scaleTargetRef"),
        ]
    );
}

#[test]
fn items_without_content_lack_their_required_fields() {
    assert_eq!(
        told(&container("env:\n-\n- value: a\nvolumeMounts: [{name: data}]")),
        [
            "`spec.template.spec.containers[0].env[0].name` is required | set `name` to a string",
            "`spec.template.spec.containers[0].env[1].name` is required | set `name` to a string",
            "`spec.template.spec.containers[0].volumeMounts[0].mountPath` is required | set `mountPath` to a string",
        ]
    );
    assert_eq!(told("apiVersion: v1\nkind: Pod\nspec: {imagePullSecrets: [{}, null], containers: []}\n"), NONE);
}

#[test]
fn what_the_api_server_fills_in_is_not_required() {
    for text in [
        "apiVersion: v1\nkind: Namespace\n",
        "apiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\nspec: {minAvailable: 1, selector: {}}\n",
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\n",
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {}\n",
    ] {
        assert_eq!(told(text), NONE, "{text}");
    }
    assert_eq!(
        told("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"),
        ["`spec` is required | set `spec` to a map"]
    );
}

#[test]
fn old_versions_are_read_by_the_shape_of_the_new_and_other_kinds_are_left_alone() {
    assert!(is_known("policy", "v1beta1", "PodDisruptionBudget"));
    assert!(is_known("autoscaling", "v2beta2", "HorizontalPodAutoscaler"));
    assert!(!is_known("autoscaling", "v2beta1", "HorizontalPodAutoscaler"));
    assert!(!is_known("apps", "v1", "deployment"));
    assert!(!is_known("", "v1", "Deployment"));
    assert_eq!(told("apiVersion: example.com/v1\nkind: Thing\nspec: [1]\n"), NONE);
}

#[test]
fn custom_resources_are_checked_as_far_as_they_are_known() {
    let text = "\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: api}
spec:
  scaleTargetRef: {name: api}
  minReplicas: 2
  triggers:
  - type: prometheus
    metadata: {threshold: 5, query: up}
  - type: cpu
";
    assert_eq!(
        told(text),
        [
            "`spec.minReplicas` is not a field of ScaledObject | rename it to `minReplicaCount`",
            "`5` is a number, `spec.triggers[0].metadata.threshold` takes a string | quote it: `\"5\"`",
            "`spec.triggers[1].metadata` is required | set `metadata` to a map",
        ]
    );
    let text = "\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  strategy:
    canary:
      steps: [{setWeight: 20}, {pause: {}}, {pause: {duration: 1h}}, {setWieght: 40}]
      trafficRouting: {plugins: {anything: {}}, nginx: {stableIngres: api}}
";
    assert_eq!(
        told(text),
        [
            "`spec.strategy.canary.steps[3].setWieght` is not a field of Rollout | rename it to `setWeight`",
            "`spec.strategy.canary.trafficRouting.nginx.stableIngres` is not a field of Rollout | rename it to \
             `stableIngress`",
        ]
    );
}

#[test]
fn what_stands_beside_scalers_and_rollouts_is_checked_as_well() {
    let text = "\
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata: {name: embed}
spec:
  maxReplicas: 20
  jobTargetRef:
    backoffLimit: \"3\"
    template:
      spec:
        containers: [{name: embed, imagePullPolicies: Always}]
";
    assert_eq!(
        told(text),
        [
            "`spec.maxReplicas` is not a field of ScaledJob | rename it to `maxReplicaCount`",
            "`\"3\"` is a string, `spec.jobTargetRef.backoffLimit` takes a whole number | remove the quotes: `3`",
            "`spec.jobTargetRef.template.spec.containers[0].imagePullPolicies` is not a field of ScaledJob | rename it to \
             `imagePullPolicy`",
            "`spec.triggers` is required | set `triggers` to a list",
        ]
    );
    let text = "\
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: {name: queue}
spec:
  secretTargetRefs: []
  podIdentity: {}
";
    assert_eq!(
        told(text),
        [
            "`spec.secretTargetRefs` is not a field of TriggerAuthentication | rename it to `secretTargetRef`",
            "`spec.podIdentity.provider` is required | set `provider` to a string",
        ]
    );
    let text = "\
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors}
spec:
  args: [{name: service, value: 5}]
  metrics:
  - name: errors
    interval: 60
    failureLimit: 3
    provider: {prometheus: {address: http://prometheus:9090, querry: up}}
  - provider: {web: {url: http://api, timeoutSeconds: 5s}}
";
    assert_eq!(
        told(text),
        [
            "`5` is a number, `spec.args[0].value` takes a string | quote it: `\"5\"`",
            "`60` is a number, `spec.metrics[0].interval` takes a string | quote it: `\"60\"`",
            "`spec.metrics[0].provider.prometheus.querry` is not a field of AnalysisTemplate | rename it to `query`",
            "`5s` is a string, `spec.metrics[1].provider.web.timeoutSeconds` takes a whole number | write a whole \
             number",
            "`spec.metrics[1].name` is required | set `name` to a string",
        ]
    );
    let text = "\
apiVersion: monitoring.coreos.com/v1alpha1
kind: ScrapeConfig
metadata: {name: nodes}
spec:
  staticConfigs: [{target: [\"node:9100\"]}]
  kubernetesSDConfigs: [{role: Node}]
  honorLabels: \"yes\"
";
    assert_eq!(
        told(text),
        [
            "`spec.staticConfigs[0].target` is not a field of ScrapeConfig | rename it to `targets`",
            "`spec.staticConfigs[0].targets` is required | set `targets` to a list",
            "`\"yes\"` is a string, `spec.honorLabels` takes true or false | write `true`, without quotes",
        ]
    );
    for (version, kind) in [("v1", "Probe"), ("v1", "ServiceMonitor"), ("v1", "PodMonitor"), ("v1", "PrometheusRule")] {
        assert!(is_known("monitoring.coreos.com", version, kind), "{kind}");
    }
    assert_eq!(field_exists("monitoring.coreos.com", "v1", "Probe", "spec.targets.staticConfig.static[0]"), Some(true));
}

#[test]
fn what_another_tool_fills_in_or_merges_is_left_alone() {
    let text = "replicas: ${replicas}\n$patch: merge\n\"{{ .Values.key }}\": 1\nselector: {}\ntemplate: {spec: {containers: []}}";
    assert_eq!(told(&deployment(text)), NONE);
}

#[test]
fn paths_of_fields() {
    let exists = |path: &str| field_exists("apps", "v1", "Deployment", path);
    for path in [
        "",
        "spec.template.spec.containers[0].resources.requests.cpu",
        "metadata.labels[\"a/b\"]",
        "metadata.labels[\"a.b/c\"]",
        "spec.template.spec.topologySpreadConstraints[3].maxSkew",
        "status.anything[0].at.all",
        "spec.strategy.rollingUpdate.maxSurge",
    ] {
        assert_eq!(exists(path), Some(true), "{path}");
    }
    for path in [
        "spec.replica",
        "spec.template.spec.containers.name",
        "spec.template.spec.containers[0].resources.requests.cpu.x",
        "metadata.name.first",
        "metadata[0]",
        "spec..replicas",
        "spec.replicas[",
    ] {
        assert_eq!(exists(path), Some(false), "{path}");
    }
    assert_eq!(field_exists("apps", "v1", "Nothing", "spec"), None);
}

/// Every problem in the corpus has been judged and stands in `schema-corpus.txt`.
#[test]
fn the_corpus_shows_no_problem_that_was_not_judged() {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let corpus = std::env::var_os("AIPLAT_SHARED").map_or_else(beside, PathBuf::from).join("corpus");
    if !corpus.is_dir() {
        println!("skipped: no corpus at {}; set AIPLAT_SHARED to the folder that holds it", corpus.display());
        return;
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut checked = 0;
    for file in files(&corpus) {
        let text = std::fs::read_to_string(&file).expect("a file of the corpus can be read");
        for document in parse(&text) {
            let Some((group, version, kind)) = identity(&document) else { continue };
            checked += usize::from(is_known(&group, &version, &kind));
            for problem in problems(&document) {
                if std::env::var_os("VERBOSE").is_some() {
                    let line = text[..problem.key_span.unwrap_or(document.node(problem.node).span()).start as usize]
                        .lines()
                        .count()
                        + 1;
                    let name = file.strip_prefix(&corpus).unwrap_or(&file).display();
                    println!(
                        "{name}:{line} {kind} {:?} {} | {}",
                        problem.kind,
                        problem.message,
                        problem.help.unwrap_or_default()
                    );
                }
                let what = match problem.kind {
                    SchemaProblemKind::Type => "type",
                    SchemaProblemKind::UnknownField => "unknown",
                    SchemaProblemKind::RequiredField => "required",
                };
                let path: String = problem.path.chars().filter(|c| !c.is_ascii_digit()).collect();
                *found.entry(format!("{kind} {what} {path}")).or_default() += 1;
            }
        }
    }
    assert!(checked > 4000, "only {checked} documents of known kinds");
    let found: Vec<String> = found.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let judged: Vec<&str> =
        include_str!("schema-corpus.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(found, judged, "found, then judged in tests/schema-corpus.txt:\n{}", found.join("\n"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
}
