//! Each way in which Helm lays values over each other, once.

use super::*;
use crate::text::SourceId;
use crate::values::chart::ChartMetadata;
use crate::yaml;

/// Files by name with their text, so that a place can be told as `name:line`.
#[derive(Default)]
struct Files {
    texts: Vec<(String, String)>,
}

impl Files {
    fn layer(&mut self, name: &str, text: &str) -> Layer {
        let source = SourceId(u32::try_from(self.texts.len()).expect("few files"));
        self.texts.push((name.to_owned(), text.to_owned()));
        let document = yaml::parse(source, &Arc::from(text)).into_iter().next().expect("a document");
        Layer { name: name.to_owned(), document: Arc::new(document) }
    }

    fn chart(&mut self, name: &str, metadata: &str, values: &str) -> ChartTree {
        let document = self.layer("Chart.yaml", &format!("name: {name}\n{metadata}"));
        let metadata = ChartMetadata::read(document.document.root().expect("a map"), None);
        let values = Some(self.layer(&format!("{name}/values.yaml"), values));
        ChartTree { metadata, values, ..ChartTree::default() }
    }

    fn place(&self, place: (SourceId, Span)) -> String {
        let (name, text) = &self.texts[place.0.0 as usize];
        let line = text[..place.1.start as usize].matches('\n').count() + 1;
        format!("{name}:{line} `{}`", &text[place.1.range()])
    }

    fn places(&self, places: &[(SourceId, Span)]) -> Vec<String> {
        places.iter().map(|place| self.place(*place)).collect()
    }
}

fn path(text: &str) -> Vec<Step> {
    text.split('.').map(|step| step.parse().map_or_else(|_| Step::Key(step.to_owned()), Step::Index)).collect()
}

fn set(flag: &'static str, argument: &str) -> SetArgument {
    SetArgument { flag, argument: argument.to_owned() }
}

/// Where the value at a path is set, over one chart with one subchart `redis`.
struct Shop {
    files: Files,
    chart: ChartTree,
    layers: Vec<Layer>,
    sets: Vec<SetArgument>,
}

impl Shop {
    fn new(values: &str) -> Self {
        let mut files = Files::default();
        let chart = files.chart("shop", "", values);
        Self { files, chart, layers: Vec::new(), sets: Vec::new() }
    }

    fn file(mut self, name: &str, text: &str) -> Self {
        self.layers.push(self.files.layer(name, text));
        self
    }

    fn set(mut self, flag: &'static str, argument: &str) -> Self {
        self.sets.push(set(flag, argument));
        self
    }

    fn dependency(mut self, metadata: &str, key: &str, values: &str) -> Self {
        let text = self.files.layer("Chart.yaml", &format!("name: shop\n{metadata}"));
        self.chart.metadata = ChartMetadata::read(text.document.root().expect("a map"), None);
        let chart = self.files.chart(key, "", values);
        self.chart.subcharts.push((key.to_owned(), chart));
        self
    }

    fn key(&self, at: &str) -> Option<ValuesKey> {
        Layers::new(Arc::new(self.chart.clone()), self.layers.clone(), &self.sets).find(&path(at))
    }

    /// The layer, or the place where there is one.
    fn winner(&self, at: &str) -> String {
        self.key(at).map_or("nothing".to_owned(), |key| key.place.map_or(key.layer, |place| self.files.place(place)))
    }
}

#[test]
fn the_last_file_wins_and_names_what_it_overrides() {
    let shop = Shop::new("api:\n  replicas: 1\n")
        .file("a.yaml", "api: {replicas: 2}\n")
        .file("b.yaml", "api:\n  replicas: 3\n");
    let key = shop.key("api.replicas").expect("a key");
    assert_eq!(shop.files.places(&key.place.into_iter().collect::<Vec<_>>()), ["b.yaml:2 `3`"]);
    assert_eq!((key.path.as_str(), key.layer.as_str()), ("api.replicas", "b.yaml"));
    assert_eq!(shop.files.places(&key.overrides), ["a.yaml:1 `2`", "shop/values.yaml:2 `1`"]);
    assert_eq!(key.add_at, None);
}

#[test]
fn what_is_set_below_the_last_file_can_be_added_to_it() {
    let shop = Shop::new("api:\n  hpa:\n    min: 1\n").file("prod.yaml", "web: {}\napi:\n  replicas: 2\n");
    let key = shop.key("api.hpa.min").expect("a key");
    assert_eq!(key.layer, "shop/values.yaml");
    assert_eq!(shop.files.places(&key.add_at.into_iter().collect::<Vec<_>>()), ["prod.yaml:2 `api`"]);
    let shop = Shop::new("x: 1\n").file("prod.yaml", "x: 2\n").set("--set", "x=3");
    assert_eq!(shop.key("x").expect("a key").add_at, None, "a file under --set changes nothing");
}

#[test]
fn the_command_line_wins_in_helms_order() {
    let shop = Shop::new("a: 1\n").file("f.yaml", "a: 2\n");
    assert_eq!(shop.winner("a"), "f.yaml:1 `2`");
    let shop = shop.set("--set-file", "a=x").set("--set", "a=3").set("--set-json", "a=4");
    assert_eq!(shop.winner("a"), "--set-file");
    let key = shop.set("--set-string", "b.c=1").key("b.c").expect("a key");
    assert_eq!((key.layer.as_str(), key.place), ("--set-string", None));
}

#[test]
fn json_replaces_a_map_of_the_files_but_not_of_the_chart() {
    let shop = Shop::new("a: {b: 1, c: 1}\n").file("f.yaml", "a: {b: 2, d: 2}\n").set("--set-json", r#"a={"b":3}"#);
    assert_eq!(shop.winner("a.b"), "--set-json");
    assert_eq!(shop.winner("a.c"), "shop/values.yaml:1 `1`");
    assert_eq!(shop.winner("a.d"), "nothing");
    let merged = Shop::new("{}").file("f.yaml", "a: {d: 2}\n").set("--set-json", r#"{"a":{"b":3}}"#);
    assert_eq!(merged.winner("a.d"), "f.yaml:1 `2`");
}

#[test]
fn null_takes_away_what_is_below() {
    let shop = Shop::new("a: {b: 1}\n").file("f.yaml", "a:\n");
    assert_eq!(shop.winner("a.b"), "nothing");
    assert_eq!(shop.winner("a"), "f.yaml:1 `a`");
    let shop = Shop::new("a: {b: 1}\n").file("f.yaml", "a: {b: null}\n");
    assert_eq!(shop.winner("a.b"), "f.yaml:1 `null`");
    let shop = Shop::new("a: {b: 1}\n").set("--set", "a=null");
    assert_eq!(shop.winner("a.b"), "nothing");
}

#[test]
fn a_map_above_a_null_of_another_file_brings_the_charts_values_back() {
    let shop = Shop::new("a: {b: 1}\n")
        .file("1.yaml", "a: {c: 2}\n")
        .file("2.yaml", "a: null\n")
        .file("3.yaml", "a: {d: 3}\n");
    assert_eq!(shop.winner("a.b"), "shop/values.yaml:1 `1`");
    assert_eq!(shop.winner("a.c"), "nothing");
}

#[test]
fn a_path_into_a_list_belongs_to_the_layer_that_sets_the_list() {
    let shop = Shop::new("zones:\n  - {name: a}\n  - {name: b}\n").file("f.yaml", "zones:\n  - name: c\n");
    assert_eq!(shop.winner("zones.0.name"), "f.yaml:2 `c`");
    assert_eq!(shop.winner("zones.1.name"), "nothing");
    assert_eq!(shop.winner("zones"), "f.yaml:1 `zones`");
    let below = shop.set("--set", "zones[1].name=d");
    assert_eq!(below.winner("zones.1.name"), "--set");
    assert_eq!(below.winner("zones.0.name"), "f.yaml:2 `c`");
    let fresh = Shop::new("zones: [{name: a}, {name: b}]\n").set("--set", "zones[1].name=d");
    assert_eq!(fresh.winner("zones.0.name"), "nothing", "the chart's list is replaced");
}

#[test]
fn keys_with_dots_and_brackets_are_single_steps() {
    let shop = Shop::new("labels:\n  app.kubernetes.io/name: api\n  'a[0]': x\n");
    let layers = Layers::new(Arc::new(shop.chart.clone()), Vec::new(), &[]);
    let key = layers.find(&keys(&["labels", "app.kubernetes.io/name"])).expect("a key");
    assert_eq!(key.path, "labels[\"app.kubernetes.io/name\"]");
    assert!(layers.find(&keys(&["labels", "a[0]"])).is_some());
    assert!(layers.find(&path("labels.app.kubernetes.io/name")).is_none());
}

#[test]
fn a_value_of_an_anchor_names_the_other_keys_on_its_line() {
    let shop = Shop::new(
        "llama: &llama\n  budget: {min: 2}\n  port: &port 80\nqwen:\n  <<: *llama\n  port: *port\ngemma: *llama\nphi:\n  <<: *llama\n  budget: {min: 1}\n",
    );
    let key = shop.key("qwen.budget.min").expect("a key");
    assert_eq!(shop.files.places(&key.place.into_iter().collect::<Vec<_>>()), ["shop/values.yaml:2 `2`"]);
    assert_eq!(key.shared_with, ["gemma.budget.min", "llama.budget.min"]);
    assert_eq!(shop.key("llama.port").expect("a key").shared_with, ["gemma.port", "phi.port", "qwen.port"]);
    let own = shop.key("qwen.port").expect("a key");
    assert_eq!(shop.files.places(&own.place.into_iter().collect::<Vec<_>>()), ["shop/values.yaml:6 `*port`"]);
    assert_eq!(own.shared_with, [""; 0], "the alias is its own place to edit");
    let shop = shop.file("f.yaml", "gemma: {budget: {min: 5}}\n");
    assert_eq!(
        shop.key("qwen.budget.min").expect("a key").shared_with,
        ["llama.budget.min"],
        "the file takes precedence"
    );
}

#[test]
fn the_nearest_key_is_one_of_the_file_itself() {
    let shop =
        Shop::new("api: {hpa: {min: 1, max: 2}}\n").file("prod.yaml", "web: &web\n  hpa: {max: 3}\napi:\n  <<: *web\n");
    let key = shop.key("api.hpa.min").expect("a key");
    assert_eq!(shop.files.places(&key.add_at.into_iter().collect::<Vec<_>>()), ["prod.yaml:3 `api`"]);
}

#[test]
fn a_subchart_has_its_values_under_its_name_or_alias() {
    let shop = Shop::new("cache:\n  replicas: 2\n").dependency(
        "dependencies: [{name: redis, alias: cache}]\n",
        "cache",
        "replicas: 1\nauth:\n  enabled: true\n",
    );
    let key = shop.key("cache.replicas").expect("a key");
    assert_eq!(key.layer, "shop/values.yaml");
    assert_eq!(shop.files.places(&key.overrides), ["cache/values.yaml:1 `1`"]);
    assert_eq!(shop.winner("cache.auth.enabled"), "cache/values.yaml:3 `true`");
    assert_eq!(shop.winner("redis.replicas"), "nothing");
    assert_eq!(shop.file("f.yaml", "cache: {auth: null}\n").winner("cache.auth.enabled"), "nothing");
}

#[test]
fn a_chart_under_two_aliases_shares_its_lines() {
    let mut shop =
        Shop::new("{}").dependency("dependencies: [{name: redis, alias: a}, {name: redis, alias: b}]\n", "a", "x: 1\n");
    let again = shop.chart.subcharts[0].1.clone();
    shop.chart.subcharts.push(("b".to_owned(), again));
    assert_eq!(shop.key("a.x").expect("a key").shared_with, ["b.x"]);
}

#[test]
fn global_of_the_parent_goes_before_the_subcharts_own() {
    let shop = Shop::new("global: {zone: a}\nredis: {global: {zone: b, disk: ssd}}\n").dependency(
        "dependencies: [{name: redis}]\n",
        "redis",
        "global: {zone: c, disk: hdd, size: 1}\n",
    );
    let key = shop.key("redis.global.zone").expect("a key");
    assert_eq!(key.path, "global.zone");
    assert_eq!(shop.files.places(&key.overrides), ["shop/values.yaml:2 `b`", "redis/values.yaml:1 `c`"]);
    assert_eq!(shop.winner("redis.global.disk"), "shop/values.yaml:2 `ssd`");
    assert_eq!(shop.winner("redis.global.size"), "redis/values.yaml:1 `1`");
    assert_eq!(shop.winner("global.size"), "nothing");
}

#[test]
fn imported_values_come_from_the_child_after_the_parents_own() {
    let imports = "dependencies:\n  - name: redis\n    condition: redis.enabled\n    import-values: [data, {child: auth, parent: store.login}]\n";
    let values = "exports: {data: {port: 1}}\nauth: {user: u, pass: p}\n";
    let shop =
        Shop::new("store: {login: {user: own}}\nredis: {auth: {pass: q}}\n").dependency(imports, "redis", values);
    assert_eq!(shop.winner("port"), "redis/values.yaml:1 `1`");
    assert_eq!(shop.winner("store.login.user"), "shop/values.yaml:1 `own`");
    assert_eq!(shop.winner("store.login.pass"), "shop/values.yaml:2 `q`");
    assert_eq!(shop.key("port").expect("a key").shared_with, [""; 0]);
    let off = shop.file("f.yaml", "redis: {enabled: false}\n");
    assert_eq!(off.winner("port"), "nothing", "nothing is imported of a chart that is off");
}

#[test]
fn a_scalar_hides_the_maps_below_it() {
    let shop = Shop::new("a: {b: 1}\n").file("f.yaml", "a: 5\n");
    assert_eq!(shop.winner("a.b"), "nothing");
    let map_above = shop.file("g.yaml", "a: {c: 1}\n");
    assert_eq!(map_above.winner("a.b"), "shop/values.yaml:1 `1`");
    let odd = Shop::new("a: 5\n").file("f.yaml", "a: {c: 1}\n");
    assert_eq!(odd.winner("a.b"), "nothing");
}
