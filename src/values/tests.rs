use super::*;
use crate::text::SourceId;
use crate::values::chart::ChartMetadata;
use crate::values::templates::TemplateKeys;
use crate::yaml;

fn layer(number: u32, text: &str) -> Layer {
    let document = yaml::parse(SourceId(number), &Arc::from(text)).into_iter().next().expect("a document");
    Layer { name: format!("{number}.yaml"), document: Arc::new(document) }
}

fn chart(number: u32, metadata: &str, values: &str, template: &str) -> ChartTree {
    let metadata = layer(number + 50, metadata);
    ChartTree {
        metadata: ChartMetadata::read(metadata.document.root().expect("a map"), None),
        values: Some(layer(number, values)),
        templates: Some(Arc::new(TemplateKeys::read([template]))),
        subcharts: Vec::new(),
    }
}

/// A shop with a cache, which has a store inside.
fn shop(template: &str, values: &str, overlay: &str) -> ValuesFile {
    let mut cache = chart(
        1,
        "name: redis\n",
        "replicas: 1\nautoscaling: {enabled: true, minReplicas: 1}\n",
        "{{ .Values.replicas }}",
    );
    cache.subcharts.push((
        "store".to_owned(),
        chart(2, "name: store\n", "size: 1\n", "{{ .Values.size }}{{ .Values.global.zone }}"),
    ));
    let mut shop = chart(
        3,
        "name: shop\ndependencies: [{name: redis, alias: cache, condition: cache.enabled}, {name: mail, condition: mail.on.now}]\n",
        values,
        template,
    );
    shop.subcharts.push(("cache".to_owned(), cache));
    let layers = [shop.values.clone().expect("values"), layer(4, overlay)];
    let (names, documents) = layers.into_iter().map(|layer| (layer.name, layer.document)).unzip();
    ValuesFile::new(documents, false, names).of_chart(Arc::new(shop), true, true)
}

fn unread(values: &ValuesFile) -> Vec<String> {
    values.unread().iter().map(|unread| dotted(&unread.path)).collect()
}

#[test]
fn defaults_of_subcharts_lie_below_under_their_keys() {
    let values = shop("", "cache: {replicas: 2}\n", "cache: {store: {size: 3}}\n");
    let number = |path: &[&str]| values.at(path).and_then(|value| values.node(value)?.int());
    assert_eq!(number(&["cache", "replicas"]), Some(2));
    assert_eq!(number(&["cache", "store", "size"]), Some(3));
    assert_eq!(number(&["cache", "autoscaling", "minReplicas"]), Some(1));
    assert!(values.is_own(values.at(&["cache", "store", "size"]).expect("a value")));
}

#[test]
fn a_component_of_a_subchart_that_is_off_is_silent() {
    let named = |values: &ValuesFile| values.components().iter().any(|component| component.path == ["cache"]);
    assert!(named(&shop("", "a: 1\n", "cache: {replicas: 3}\n")));
    assert!(!named(&shop("", "a: 1\n", "cache: {replicas: 3, enabled: false}\n")));
    let blocks = |overlay: &str| shop("", "a: 1\n", overlay).autoscaling_blocks().len();
    assert_eq!(blocks("cache: {autoscaling: {maxReplicas: 3}}\n"), 1);
    assert_eq!(blocks("b: 1\n"), 0, "what only the subchart itself sets is its author's matter");
}

#[test]
fn keys_of_a_subchart_are_read_by_its_own_templates() {
    let values = shop(
        "{{ .Values.api }}",
        "api: 1\n",
        "api: 2\ncache:\n  replicas: 3\n  replica: 3\n  enabled: true\n  store: {size: 2, sise: 2}\nmail: {anything: 1}\ntags: {a: true}\nglobal: {zone: b}\n",
    );
    assert_eq!(unread(&values), ["cache.replica", "cache.store.sise"]);
    assert_eq!(values.unread().first().and_then(|one| one.nearest.clone()).as_deref(), Some("replicas"));
}

#[test]
fn what_cannot_be_followed_is_silent() {
    assert_eq!(unread(&shop("{{ toYaml .Values }}", "api: 1\n", "api: 2\nodd: 1\n")), [""; 0]);
    assert_eq!(unread(&shop("{{ include \"gone\" . }}", "api: 1\n", "api: 2\nodd: 1\n")), [""; 0]);
    assert_eq!(unread(&shop("{{ .Values.api }}", "api: 1\n", "api: 2\nodd: 1\n")), ["odd"]);
    assert_eq!(unread(&shop("{{ .Values.api }}", "api: '{{ .Values.odd }}'\n", "api: 2\nodd: 1\n")), [""; 0]);
}

#[test]
fn anchors_empty_keys_and_files_of_other_charts_are_silent() {
    let read = "{{ .Values.api.a }}";
    assert_eq!(
        unread(&shop(read, "api: {a: 1}\n", "base: &b {c: 1}\nx-more: 1\napi: {a: 2, empty: {}, no: '', d: null}\n")),
        [""; 0]
    );
    assert_eq!(unread(&shop(read, "api: {a: 1}\n", "server: 1\nclient: 2\n")), [""; 0]);
    assert_eq!(unread(&shop(read, "api: {a: 1}\n", "api: {a: 1}\nserver: 1\nclient: 2\n")), [""; 0]);
}
