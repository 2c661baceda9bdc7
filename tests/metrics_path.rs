//! The way of a custom metric through the platform, from the pod's port to the autoscaler, broken at each of its links in
//! turn: each break is one finding, at the line to edit. The intact way is silent.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on stderr what it skips"
)]

mod support;

use aiplat_lint::engine::{self, Selection};
use aiplat_lint::report::Report;
use aiplat_lint::rule::meta::Profile;
use aiplat_lint::source::{Environment, Input, Options};
use std::fs;
use std::path::PathBuf;

/// The platform's production render, and beside it what the adapter's chart renders.
fn intact() -> String {
    let read = |path: &str| fs::read_to_string(support::root().join(path)).expect(path);
    read("fixtures/charts/ai-platform/rendered/prod.yaml") + &read("fixtures/projects/metrics-path/adapter.yaml")
}

fn lint(text: String, selection: &Selection, environment: Environment) -> Report {
    let input = Input::of_texts(
        vec![("platform.yaml".to_owned(), text)],
        &Options { environment, complete: true, ..Options::default() },
    );
    engine::run(input, selection)
}

/// One link, and how it breaks.
struct Break {
    link: &'static str,
    /// `Kind/name` of the object that is edited.
    object: &'static str,
    /// A text that the object holds once.
    from: &'static str,
    to: &'static str,
    rule: &'static str,
    /// Where the finding stands, as `Kind/name` and a text that the object holds once when it is broken.
    at: (&'static str, &'static str),
}

const CONFIG: &str = "ConfigMap/prometheus-adapter-config";
const ADAPTER: &str = "Deployment/prometheus-adapter";
const LLAMA: &str = "Deployment/max-serve-llama";
const LLAMA_HPA: &str = "HorizontalPodAutoscaler/max-serve-llama-hpa";
const LLAMA_MONITOR: &str = "ServiceMonitor/max-serve-llama";
const LLAMA_SERVICE: &str = "Service/max-serve-llama";

const BREAKS: &[Break] = &[
    Break {
        link: "name: one autoscaler asks for another",
        object: LLAMA_HPA,
        from: "name: inference_queue_depth",
        to: "name: inference_queue_dept",
        rule: "hpa-metric-not-served",
        at: (LLAMA_HPA, "name: inference_queue_dept\n"),
    },
    Break {
        link: "name: the adapter serves another",
        object: CONFIG,
        from: "as: inference_queue_depth",
        to: "as: queue_depth",
        rule: "hpa-metric-not-served",
        at: (CONFIG, "as: queue_depth"),
    },
    Break {
        link: "name: `as` loses its group",
        object: CONFIG,
        from: "as: inference_queue_depth",
        to: "as: $1_avg",
        rule: "adapter-metric-name-empty",
        at: (CONFIG, "as: $1_avg"),
    },
    Break {
        link: "rule: it matches no series",
        object: CONFIG,
        from: "matches: ^(.*)$",
        to: "matches: ^(.*)_total$",
        rule: "adapter-series-unmatched",
        at: (CONFIG, "matches: ^(.*)_total$"),
    },
    Break {
        link: "rule: a key is misspelt",
        object: CONFIG,
        from: "metricsQuery:",
        to: "metricQuery:",
        rule: "adapter-config-invalid",
        at: (CONFIG, "metricQuery:"),
    },
    Break {
        link: "rule: a key stands twice",
        object: CONFIG,
        from: "        name:\n",
        to: "        seriesQuery: inference_queue_depth\n        name:\n",
        rule: "adapter-config-invalid",
        at: (CONFIG, "        seriesQuery: inference_queue_depth\n"),
    },
    Break {
        link: "rule: the list is no YAML",
        object: CONFIG,
        from: "matches: ^(.*)$",
        to: "matches: [^(.*)$",
        rule: "adapter-config-invalid",
        at: (CONFIG, "resources:"),
    },
    Break {
        link: "resource mapping: the pod is not mapped",
        object: CONFIG,
        from: "            pod:\n              resource: pod\n",
        to: "",
        rule: "hpa-metric-not-served",
        at: (CONFIG, "        resources:"),
    },
    Break {
        link: "resource mapping: the namespace is not mapped",
        object: CONFIG,
        from: "            namespace:\n              resource: namespace\n",
        to: "",
        rule: "hpa-metric-not-served",
        at: (CONFIG, "        resources:"),
    },
    Break {
        link: "resource mapping: a resource that is none",
        object: CONFIG,
        from: "resource: pod\n",
        to: "resource: pdo\n",
        rule: "adapter-config-invalid",
        at: (CONFIG, "resource: pdo"),
    },
    Break {
        link: "query: no PromQL",
        object: CONFIG,
        from: "[2m])",
        to: "[2m]",
        rule: "adapter-query-invalid",
        at: (CONFIG, "metricsQuery:"),
    },
    Break {
        link: "query: the series query is no PromQL",
        object: CONFIG,
        from: "{namespace=\"ai-platform\"}",
        to: "{namespace=ai-platform}",
        rule: "adapter-query-invalid",
        at: (CONFIG, "seriesQuery:"),
    },
    Break {
        link: "query: it leaves the labels of the request out",
        object: CONFIG,
        from: "{<<.LabelMatchers>>}",
        to: "",
        rule: "adapter-query-ignores-labels",
        at: (CONFIG, "metricsQuery:"),
    },
    Break {
        link: "query: it asks for another namespace",
        object: CONFIG,
        from: "<<.LabelMatchers>>",
        to: "namespace=\"staging\",<<.LabelMatchers>>",
        rule: "hpa-metric-not-served",
        at: (CONFIG, "metricsQuery:"),
    },
    Break {
        link: "grouping: the pods are summed away",
        object: CONFIG,
        from: "avg_over_time(inference_queue_depth{<<.LabelMatchers>>}[2m])",
        to: "sum(avg_over_time(inference_queue_depth{<<.LabelMatchers>>}[2m]))",
        rule: "adapter-query-drops-resource",
        at: (CONFIG, "metricsQuery:"),
    },
    Break {
        link: "label: the monitor misses the Service",
        object: LLAMA_MONITOR,
        from: "    matchLabels:\n      app.kubernetes.io/name: max-serve-llama",
        to: "    matchLabels:\n      app.kubernetes.io/name: max-serve-lama",
        rule: "service-monitor-selects-nothing",
        at: (LLAMA_MONITOR, "  selector:"),
    },
    Break {
        link: "label: the Service lacks what the monitor selects",
        object: LLAMA_SERVICE,
        from: "  labels:\n    app.kubernetes.io/name: max-serve-llama",
        to: "  labels:\n    app.kubernetes.io/name: llama",
        rule: "service-monitor-selects-nothing",
        at: (LLAMA_MONITOR, "  selector:"),
    },
    Break {
        link: "label: the Service misses the pods",
        object: LLAMA_SERVICE,
        from: "  selector:\n    app.kubernetes.io/name: max-serve-llama",
        to: "  selector:\n    app.kubernetes.io/name: max-serve-lama",
        rule: "service-selects-nothing",
        at: (LLAMA_SERVICE, "  selector:"),
    },
    Break {
        link: "port: the annotation holds a name",
        object: LLAMA,
        from: "prometheus.io/port: \"8080\"",
        to: "prometheus.io/port: http",
        rule: "scrape-port-not-a-number",
        at: (LLAMA, "prometheus.io/port:"),
    },
    Break {
        link: "port: the annotation holds a quoted quote",
        object: LLAMA,
        from: "prometheus.io/port: \"8080\"",
        to: "prometheus.io/port: '\"8080\"'",
        rule: "scrape-port-not-a-number",
        at: (LLAMA, "prometheus.io/port:"),
    },
    Break {
        link: "port: the annotation holds a map",
        object: LLAMA,
        from: "prometheus.io/port: \"8080\"",
        to: "prometheus.io/port: \"map[http:8080]\"",
        rule: "scrape-port-not-a-number",
        at: (LLAMA, "prometheus.io/port:"),
    },
    Break {
        link: "port: the annotation holds nothing",
        object: LLAMA,
        from: "prometheus.io/port: \"8080\"",
        to: "prometheus.io/port: \"\"",
        rule: "scrape-port-not-a-number",
        at: (LLAMA, "prometheus.io/port:"),
    },
    Break {
        link: "port: no container listens there",
        object: LLAMA,
        from: "prometheus.io/port: \"8080\"",
        to: "prometheus.io/port: \"9090\"",
        rule: "scrape-port-not-exposed",
        at: (LLAMA, "prometheus.io/port:"),
    },
    Break {
        link: "port: the Service calls it otherwise",
        object: LLAMA_SERVICE,
        from: "- name: http\n",
        to: "- name: web\n",
        rule: "monitor-port-missing",
        at: (LLAMA_MONITOR, "port: http"),
    },
    Break {
        link: "monitor: it names a port that is not there",
        object: LLAMA_MONITOR,
        from: "port: http",
        to: "port: metrics",
        rule: "monitor-port-missing",
        at: (LLAMA_MONITOR, "port: metrics"),
    },
    Break {
        link: "monitor: it looks into another namespace",
        object: LLAMA_MONITOR,
        from: "  endpoints:",
        to: "  namespaceSelector:\n    matchNames:\n      - staging\n  endpoints:",
        rule: "service-monitor-selects-nothing",
        at: (LLAMA_MONITOR, "  selector:"),
    },
    Break {
        link: "monitor: it selects another Service",
        object: LLAMA_MONITOR,
        from: "    matchLabels:\n      app.kubernetes.io/name: max-serve-llama",
        to: "    matchLabels:\n      app.kubernetes.io/name: max-serve-qwen",
        rule: "metric-target-not-scraped",
        at: (LLAMA_HPA, "name: inference_queue_depth"),
    },
    Break {
        link: "adapter URL: two ports",
        object: ADAPTER,
        from: "http://prometheus:9090",
        to: "http://prometheus:9090:9090",
        rule: "adapter-prometheus-url-invalid",
        at: (ADAPTER, "--prometheus-url="),
    },
    Break {
        link: "adapter URL: the port behind the path",
        object: ADAPTER,
        from: "http://prometheus:9090",
        to: "http://prometheus/:9090",
        rule: "adapter-prometheus-url-invalid",
        at: (ADAPTER, "--prometheus-url="),
    },
    Break {
        link: "mount: the adapter reads its chart's own rules",
        object: ADAPTER,
        from: "name: prometheus-adapter-config",
        to: "name: prometheus-adapter",
        rule: "adapter-config-not-mounted",
        at: (CONFIG, "  name: prometheus-adapter-config"),
    },
];

/// The bytes of an object in a stream of documents.
fn object(text: &str, object: &str) -> std::ops::Range<usize> {
    let (kind, name) = object.split_once('/').expect("Kind/name");
    let mut at = 0;
    for document in text.split("---\n") {
        let range = at..at + document.len();
        at = range.end + "---\n".len();
        if document.contains(&format!("\nkind: {kind}\nmetadata:\n  name: {name}\n")) {
            return range;
        }
    }
    panic!("there is no {object}");
}

/// Where an object holds a text, which must be one place.
fn only(text: &str, of: &str, part: &str) -> usize {
    let range = object(text, of);
    let mut found = text[range.clone()].match_indices(part);
    let (at, _) = found.next().unwrap_or_else(|| panic!("{of} holds no {part}"));
    assert!(found.next().is_none(), "{of} holds {part} twice");
    range.start + at
}

fn line_at(text: &str, offset: usize) -> u32 {
    let skipped = text[offset..].len() - text[offset..].trim_start().len();
    u32::try_from(text[..offset + skipped].lines().count()).expect("a line")
}

#[test]
fn each_broken_link_is_one_finding_at_the_line_to_edit() {
    let text = intact();
    let mut failures = Vec::new();
    for one in BREAKS {
        let at = only(&text, one.object, one.from);
        let broken = format!("{}{}{}", &text[..at], one.to, &text[at + one.from.len()..]);
        let line = line_at(&broken, only(&broken, one.at.0, one.at.1));
        let report = lint(broken, &Selection::default(), Environment::Detect);
        let place = |finding| support::place(&report, finding).1;
        let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule, place(finding))).collect();
        if found != [(one.rule, line)] {
            let said: Vec<_> = report.findings.iter().map(|finding| &finding.message).collect();
            failures.push(format!("{}: expected {} at {line}, found {found:?}: {said:?}", one.link, one.rule));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_intact_way_is_silent_also_in_production() {
    let production = Selection { profile: Some(Profile::Production), ..Selection::default() };
    for (selection, environment) in [
        (Selection::default(), Environment::Detect),
        (Selection::default(), Environment::Production("production".to_owned())),
        (production, Environment::Production("production".to_owned())),
    ] {
        let report = lint(intact(), &selection, environment);
        let found: Vec<_> = report.findings.iter().map(|finding| (finding.rule, &finding.message)).collect();
        assert_eq!(found, []);
        assert!(report.stats.objects > 40, "the platform, not {} objects", report.stats.objects);
    }
    let strict = Selection { profile: Some(Profile::Strict), ..Selection::default() };
    let report = lint(intact(), &strict, Environment::Production("production".to_owned()));
    let of_metrics = |rule: &str| ["adapter", "metric", "scrape", "monitor"].iter().any(|part| rule.contains(part));
    let found: Vec<_> = report.findings.iter().map(|finding| finding.rule).filter(|rule| of_metrics(rule)).collect();
    assert_eq!(found, Vec::<&str>::new());
}

/// A folder of adapter files and nothing else is judged, each file by itself, and once.
#[test]
fn adapter_files_need_no_build_beside_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let rule = "seriesQuery: queue_depth\n    resources: {template: <<.Resource>>}\n    metricsQuery: sum(<<.Series>>{<<.LabelMatchers>>}";
    write("bare.yaml", &format!("rules:\n  - {rule} by (<<.GroupBy>>)\n"));
    write("adapter.yaml", "prometheus: {url: \"http://prometheus:9090\", port: 9090}\nrules: {existing: own-rules}\n");
    write("fine.yaml", &format!("rules:\n  - {rule}) by (<<.GroupBy>>)\n"));
    let found = |options: Options| {
        let report = support::lint_paths(&[folder.path().to_owned()], options, &Selection::default());
        assert!(report.diagnostics.iter().all(|diagnostic| !diagnostic.message.contains("no Kubernetes object")));
        let place = |finding| support::place(&report, finding).1;
        report.findings.iter().map(|finding| (finding.rule, place(finding))).collect::<Vec<_>>()
    };
    let expected = [("adapter-prometheus-url-invalid", 1), ("adapter-query-invalid", 4)];
    assert_eq!(found(Options::default()), expected);
    let given = Options { adapter_configs: vec![folder.path().join("bare.yaml")], ..Options::default() };
    let mut again = found(given);
    again.sort_unstable();
    assert_eq!(again, expected);
}

/// A ConfigMap that is linted and given by `--adapter-config` as well is one configuration, in whichever build it is.
#[test]
fn a_configuration_that_is_given_and_linted_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    };
    let rules = "rules:\n- seriesQuery: queue_depth\n  resources: {template: <<.Resource>>}\n  metricsQuery: sum(<<.Series>>{<<.LabelMatchers>>})\n";
    let data = rules.trim_end().replace('\n', "\n    ");
    let hpa = |name: &str| {
        format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}\n  minReplicas: 2\n  maxReplicas: 4\n  metrics:\n    - type: Pods\n      pods: {{metric: {{name: queue_length}}, target: {{type: AverageValue, averageValue: 1}}}}\n"
        )
    };
    write("apps/checkout.yaml", &format!("# Source: shop/templates/hpa.yaml\n{}", hpa("checkout")));
    let config_map = write(
        "platform/adapter.yaml",
        &format!(
            "# Source: platform/templates/rules.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: adapter-rules, namespace: monitoring}}\ndata:\n  config.yaml: |\n    {data}\n---\n{}",
            hpa("orders")
        ),
    );
    let lint = |adapter_configs: Vec<PathBuf>| {
        let options = Options { adapter_configs, ..Options::default() };
        let report = support::lint_paths(&[folder.path().to_owned()], options, &Selection::default());
        let mut rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules
    };
    let own = ["adapter-query-drops-resource", "hpa-metric-not-served"];
    assert_eq!(lint(Vec::new()), own);
    assert_eq!(lint(vec![config_map.clone()]), own);
    assert_eq!(lint(vec![config_map.clone(), config_map]), own);
}

/// Values of the adapter's chart are known by their content: a key that stands twice loses its first value, as in any.
#[test]
fn a_key_twice_in_values_of_the_adapter_is_told_whatever_the_file_is_called() {
    let folder = tempfile::tempdir().expect("a folder");
    let values = "prometheus:\n  url: http://prometheus\n  port: 9090\n  port: 9091\nrules:\n  default: false\n  custom:\n    - seriesQuery: queue_depth\n      resources: {template: <<.Resource>>}\n      metricsQuery: sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)\n";
    for name in ["prometheus-adapter.yaml", "values.yaml"] {
        let path = folder.path().join(name);
        fs::write(&path, values).expect("a file");
        for adapter_configs in [Vec::new(), vec![path.clone()]] {
            let options = Options { adapter_configs, ..Options::default() };
            let report = support::lint_paths(std::slice::from_ref(&path), options, &Selection::default());
            let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, ["yaml-duplicate-key"], "{name}");
        }
    }
}
