//! The adapter's behaviour as its own tests and source state it: every `adapter-*` row of the shared oracles.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a broken oracle file must stop the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aiplat_lint::prometheus::config::{AdapterConfig, DiscoveryRule};
use aiplat_lint::prometheus::naming::{FilterSource, Namer, NamerError, SeriesFilter};
use aiplat_lint::prometheus::query::{
    CustomQuery, ExternalQuery, LabelValues, Requirement, SelectorOp, render_custom, render_external,
};
use aiplat_lint::prometheus::resolve::{MetricRequest, MetricSource, Resolution, resolve};
use aiplat_lint::prometheus::resources::{Association, GroupResource};
use aiplat_lint::prometheus::template::Template;
use aiplat_lint::text::SourceId;
use serde_json::Value;

/// What the adapter's `config-gen` writes, with a rate of 1m and the label prefix `kube_`.
const DEFAULT_RULES: &str = r#"
rules:
  - seriesQuery: '{__name__=~"^container_.*",container!="POD",namespace!="",pod!=""}'
    resources: &pods {overrides: {namespace: {resource: namespace}, pod: {resource: pod}}}
    name: {matches: "^container_(.*)_seconds_total$"}
    metricsQuery: &rate sum(rate(<<.Series>>{<<.LabelMatchers>>,container!="POD"}[1m])) by (<<.GroupBy>>)
  - seriesQuery: '{__name__=~"^container_.*",container!="POD",namespace!="",pod!=""}'
    seriesFilters: [{isNot: "^container_.*_seconds_total$"}]
    resources: *pods
    name: {matches: "^container_(.*)_total$"}
    metricsQuery: *rate
  - seriesQuery: '{__name__=~"^container_.*",container!="POD",namespace!="",pod!=""}'
    seriesFilters: [{isNot: "^container_.*_total$"}]
    resources: *pods
    name: {matches: "^container_(.*)$"}
    metricsQuery: sum(<<.Series>>{<<.LabelMatchers>>,container!="POD"}) by (<<.GroupBy>>)
  - seriesQuery: '{kube_namespace!="",__name__!~"^container_.*"}'
    seriesFilters: [{isNot: ".*_total$"}]
    resources: &any {template: "kube_<<.Resource>>"}
    metricsQuery: sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)
  - seriesQuery: '{kube_namespace!="",__name__!~"^container_.*"}'
    seriesFilters: [{isNot: ".*_seconds_total"}]
    resources: *any
    name: {matches: "^(.*)_total$"}
    metricsQuery: &total sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)
  - seriesQuery: '{kube_namespace!="",__name__!~"^container_.*"}'
    resources: *any
    name: {matches: "^(.*)_seconds_total$"}
    metricsQuery: *total
"#;

/// The series that the adapter's test feeds to the default rules.
const SERIES: [&str; 9] = [
    "container_some_time_seconds_total",
    "container_some_count_total",
    "container_some_usage",
    "node_gigawatts",
    "service_proxy_packets",
    "ingress_hits_total",
    "volume_claims_total",
    "work_queue_wait_seconds_total",
    "node_fan_seconds_total",
];

#[test]
fn the_adapter_does_what_its_oracles_say() {
    let Some(path) = oracles() else {
        eprintln!("SKIPPED: no oracles/kubernetes.jsonl in $AIPLAT_SHARED or ../shared");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the oracles are readable");
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line).expect("an oracle is a line of JSON");
        let topic = row["topic"].as_str().unwrap_or_default();
        let verdict = match topic {
            "adapter-config" => config(&row),
            "adapter-filter" => filter(&row),
            "adapter-naming" => naming(&row),
            "adapter-query" if row["input"]["rules"].is_string() => default_rules(&row),
            "adapter-query" => query(&row),
            _ => continue,
        };
        *rows.entry(topic.to_owned()).or_default() += 1;
        if let Err(got) = verdict {
            failures.push(format!("{}\n  expected {}\n  got      {got}", row["source"], row["expect"]));
        }
    }
    for topic in ["adapter-config", "adapter-filter", "adapter-naming", "adapter-query"] {
        assert!(rows.get(topic).is_some_and(|count| *count > 0), "no rows of {topic}");
    }
    eprintln!("rows: {rows:?}");
    assert!(failures.is_empty(), "{} rows fail:\n{}", failures.len(), failures.join("\n"));
}

fn oracles() -> Option<PathBuf> {
    shared("oracles/kubernetes.jsonl")
}

fn shared(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("AIPLAT_SHARED").map_or(beside, PathBuf::from);
    let path = root.join(file);
    path.is_file().then_some(path)
}

/// The document that this project began with: its ConfigMap's configuration serves its autoscalers' metric.
#[test]
fn the_platform_document_serves_its_metric() {
    let Some(path) = shared("scaling-and-resilience.md") else {
        eprintln!("SKIPPED: no scaling-and-resilience.md in $AIPLAT_SHARED or ../shared");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("the document is readable");
    let block = text.split("```yaml\n").find(|block| block.contains("prometheus-adapter-config"));
    let manifest = block.and_then(|block| block.split("```").next()).expect("the document has the ConfigMap");
    let documents = aiplat_lint::yaml::parse(SourceId(0), &Arc::from(manifest));
    let root = documents.first().and_then(|document| document.root()).expect("the ConfigMap is YAML");
    let inner = root.get("data").and_then(|data| data.get("config.yaml")).and_then(|text| text.text());
    let config = read(&inner.expect("the ConfigMap has a configuration"));
    assert_eq!(config.problems, []);
    let request = |name| MetricRequest { name, source: MetricSource::Pods, namespace: Some("ai-platform") };
    assert_eq!(resolve(&[&config], &request("inference_queue_depth")), Resolution::Served);
    let Resolution::NotServed { nearest_name, .. } = resolve(&[&config], &request("inference-queue-depth")) else {
        unreachable!("the name is another");
    };
    assert_eq!(nearest_name.as_deref(), Some("inference_queue_depth"));
}

fn verdict(row: &Value, got: impl Into<Value>) -> Result<(), String> {
    let got = got.into();
    if row["expect"] == got { Ok(()) } else { Err(got.to_string()) }
}

fn read(text: &str) -> AdapterConfig {
    let documents = aiplat_lint::yaml::parse(SourceId(0), &Arc::from(text));
    let root = documents.first().and_then(|document| document.root()).expect("the configuration is YAML");
    AdapterConfig::from_root(root)
}

fn config(row: &Value) -> Result<(), String> {
    let starts = match row["input"].as_str() {
        Some(text) => read(text).starts(),
        // One row is a filter alone.
        None => SeriesFilter::new(filter_source(&row["input"]["filter"])).is_ok(),
    };
    verdict(row, if starts { "valid" } else { "invalid" })
}

fn filter_source(filter: &Value) -> FilterSource<'_> {
    FilterSource { is: text(&filter["is"]), is_not: text(&filter["isNot"]) }
}

fn filter(row: &Value) -> Result<(), String> {
    let filter = SeriesFilter::new(filter_source(&row["input"]["filter"])).map_err(|error| format!("{error:?}"))?;
    verdict(row, filter.accepts(text(&row["input"]["series"])))
}

fn naming(row: &Value) -> Result<(), String> {
    let name = &row["input"]["name"];
    let got = match Namer::new(&[], text(&name["matches"]), text(&name["as"])) {
        Ok(namer) => {
            let series = text(&row["input"]["series"]);
            let api_name = namer.api_name(series);
            if namer.accepts(series) != api_name.is_some() {
                return Err("the filter and the naming disagree".to_owned());
            }
            api_name.unwrap_or_else(|| "error: did not match".to_owned())
        }
        Err(NamerError::MissingAs(_)) => "error: must specify an 'as' value".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    verdict(row, got)
}

/// The adapter's test has a converter whose label is the resource's name.
fn query(row: &Value) -> Result<(), String> {
    let input = &row["input"];
    let template = Template::new(text(&input["template"])).map_err(|error| error.to_string())?;
    let requirements = selector(text(&input["metricSelector"]));
    let namespaced = input["namespaced"].as_bool().unwrap_or(true);
    let namespace = input["namespace"].as_str().filter(|_| namespaced);
    let namespace = namespace.map(|name| ("namespaces".to_owned(), name.to_owned()));
    let rendered = if input["external"].as_bool().unwrap_or(false) {
        let group_by_slice = texts(&input["groupBySlice"]);
        let query = ExternalQuery { requirements, namespace, group_by_slice, ..ExternalQuery::default() };
        render_external(&template, &query)
    } else {
        let label = text(&input["resource"]["resource"]).to_owned();
        let resource = Some(LabelValues { label, values: texts(&input["names"]) });
        let extra_group_by = texts(&input["extraGroupBy"]);
        render_custom(
            &template,
            &CustomQuery { series: String::new(), requirements, namespace, resource, extra_group_by },
        )
    };
    verdict(row, rendered.map_err(|error| error.to_string())?.text)
}

/// From the name in the API to a rule and a series, then to the query.
fn default_rules(row: &Value) -> Result<(), String> {
    let input = &row["input"];
    let config = read(DEFAULT_RULES);
    assert_eq!(config.problems, [], "the default rules are right");
    let rules = config.rules.unwrap_or_default();
    let metric = text(&input["metric"]);
    let serves = |rule: &&DiscoveryRule, series: &str| {
        let (Some(namer), Some(query)) = (rule.namer(), rule.series()) else { return false };
        query.may_be_named(series) && namer.accepts(series) && namer.api_name(series).as_deref() == Some(metric)
    };
    let pairs = rules.iter().flat_map(|rule| SERIES.map(|series| (rule, series)));
    // Of several rules for one name the last wins.
    let (rule, series) = pairs.rev().find(|(rule, series)| serves(rule, series)).ok_or("no rule serves the metric")?;
    let (group, resource) =
        text(&input["groupResource"]).split_once('/').unwrap_or(("", text(&input["groupResource"])));
    let label_of = |resource: GroupResource| match rule.labels().association(&resource) {
        Association::Labels(labels) => labels.into_iter().next().ok_or_else(|| "no label".to_owned()),
        other => Err(format!("{other:?}")),
    };
    let namespace = match input["namespace"].as_str() {
        Some(name) => Some((label_of(GroupResource::namespaces())?, name.to_owned())),
        None => None,
    };
    let label = label_of(GroupResource::new(group, resource))?;
    let query = CustomQuery {
        series: series.to_owned(),
        requirements: selector(text(&input["metricSelector"])),
        namespace,
        resource: Some(LabelValues { label, values: texts(&input["names"]) }),
        extra_group_by: Vec::new(),
    };
    let rendered = render_custom(rule.query().ok_or("no query")?, &query).map_err(|error| error.to_string())?;
    verdict(row, rendered.text)
}

/// A selector as text: `a=b`, `a in (b,c)`, `a notin (b)`, `a`.
fn selector(text: &str) -> Vec<Requirement> {
    let mut parts: Vec<String> = Vec::new();
    for piece in text.split(',').filter(|piece| !piece.is_empty()) {
        match parts.last_mut() {
            Some(open) if open.contains('(') && !open.contains(')') => {
                open.push(',');
                open.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts.iter().map(|part| requirement(part)).collect()
}

fn requirement(text: &str) -> Requirement {
    for (word, op) in [(" in ", SelectorOp::In), (" notin ", SelectorOp::NotIn)] {
        if let Some((key, values)) = text.split_once(word) {
            let values = values.trim_matches(['(', ')']).split(',').map(str::to_owned).collect();
            return Requirement { key: key.to_owned(), op, values };
        }
    }
    match text.split_once('=') {
        Some((key, value)) => {
            Requirement { key: key.to_owned(), op: SelectorOp::Equals, values: vec![value.to_owned()] }
        }
        None => Requirement { key: text.to_owned(), op: SelectorOp::Exists, values: Vec::new() },
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| text(item).to_owned()).collect()
}
