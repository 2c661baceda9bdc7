//! What a chart says of itself and its dependencies, as far as it decides which values apply. Nothing is read from disk
//! here: `source` fills the tree.

use crate::values::templates::TemplateKeys;
use crate::yaml::{Document, NodeRef, push_index, push_key};
use std::sync::Arc;

/// One step of a path through values. A key may hold dots and brackets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a map.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// A file of values with the name that people are shown.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub document: Arc<Document>,
}

/// What `Chart.yaml` says, and `requirements.yaml` where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartMetadata {
    /// The chart's name.
    pub name: String,
    /// A library chart: nothing is rendered of it but what other charts include.
    pub library: bool,
    /// The charts it depends on, in the order of the file.
    pub dependencies: Vec<Dependency>,
}

/// One chart that another depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// Name of the chart.
    pub name: String,
    /// The key of its values in the parent's, if it is not the name.
    pub alias: Option<String>,
    /// Paths to booleans of the parent's values, of which the first that exists switches it on or off.
    pub conditions: Vec<String>,
    /// Names below `tags` of the values. Conditions go before them.
    pub tags: Vec<String>,
    /// Values that the parent takes from it.
    pub imports: Vec<Import>,
}

/// A map of a dependency's values that becomes one of the parent's (`import-values`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its path in the dependency.
    pub child: Vec<String>,
    /// Its path in the parent; empty for the root.
    pub parent: Vec<String>,
}

/// A chart with the charts inside it.
#[derive(Debug, Clone, Default)]
pub struct ChartTree {
    /// What it says of itself.
    pub metadata: ChartMetadata,
    /// Its `values.yaml`.
    pub values: Option<Layer>,
    /// What its templates read; `None` where they were not looked at.
    pub templates: Option<Arc<TemplateKeys>>,
    /// The charts inside, by the key under which it addresses them: alias or name. One that is not unpacked is absent.
    pub subcharts: Vec<(String, ChartTree)>,
}

impl ChartMetadata {
    /// Reads the root of a `Chart.yaml`, and of the `requirements.yaml` that holds the dependencies of apiVersion v1.
    #[must_use]
    pub fn read(chart: NodeRef<'_>, requirements: Option<NodeRef<'_>>) -> Self {
        let listed = [Some(chart), requirements].into_iter().flatten().filter_map(|root| root.get("dependencies"));
        Self {
            name: text(chart, "name").unwrap_or_default(),
            library: text(chart, "type").is_some_and(|kind| kind == "library"),
            dependencies: listed.flat_map(|list| list.items()).filter_map(Dependency::read).collect(),
        }
    }
}

impl Dependency {
    fn read(node: NodeRef<'_>) -> Option<Self> {
        // As Helm: the whole line is trimmed, the paths in it are not.
        let condition = text(node, "condition").unwrap_or_default();
        Some(Self {
            name: text(node, "name")?,
            alias: text(node, "alias").filter(|alias| !alias.is_empty()),
            conditions: condition.trim().split(',').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
            tags: node.get("tags").into_iter().flat_map(NodeRef::items).filter_map(string).collect(),
            imports: node.get("import-values").into_iter().flat_map(NodeRef::items).filter_map(Import::read).collect(),
        })
    }

    /// The key of its values in the parent's.
    #[must_use]
    pub fn key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

impl Import {
    /// `data` stands for `exports.data` of the dependency and the root of the parent.
    fn read(node: NodeRef<'_>) -> Option<Self> {
        let path = |text: &str| text.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect();
        if let Some(name) = string(node) {
            return Some(Self { child: path(&format!("exports.{name}")), parent: Vec::new() });
        }
        Some(Self { child: path(&text(node, "child")?), parent: path(&text(node, "parent")?) })
    }
}

impl ChartTree {
    /// The chart under a key.
    #[must_use]
    pub fn subchart(&self, key: &str) -> Option<&ChartTree> {
        self.subcharts.iter().find(|(name, _)| name == key).map(|(_, chart)| chart)
    }

    /// The dependency whose values are under a key; `None` for a chart that just lies in `charts/`.
    #[must_use]
    pub fn dependency(&self, key: &str) -> Option<&Dependency> {
        self.metadata.dependencies.iter().find(|dependency| dependency.key() == key)
    }

    /// The keys under which charts have their values, whether they are unpacked or not.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let lying = self.subcharts.iter().map(|(key, _)| key.as_str());
        let mut keys: Vec<&str> = self.metadata.dependencies.iter().map(Dependency::key).chain(lying).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Paths of the dependencies that conditions and tags switch off, given the booleans of the coalesced values. What
    /// is inside one that is off is not looked at.
    ///
    /// Helm 4, `pkg/chart/v2/util/dependencies.go`: conditions are paths from the chart that lists them, tags are read
    /// at the root of all values, and a condition that says something wins.
    #[must_use]
    pub fn switched_off(&self, boolean: &dyn Fn(&[&str]) -> Option<bool>) -> Vec<Vec<String>> {
        let mut off = Vec::new();
        let mut pending: Vec<(Vec<String>, &ChartTree)> = vec![(Vec::new(), self)];
        while let Some((prefix, chart)) = pending.pop() {
            for key in chart.keys() {
                let path: Vec<String> = prefix.iter().cloned().chain([key.to_owned()]).collect();
                if chart.dependency(key).is_some_and(|dependency| !dependency.is_on(&prefix, boolean)) {
                    off.push(path);
                } else if let Some(inner) = chart.subchart(key) {
                    pending.push((path, inner));
                }
            }
        }
        off.sort();
        off
    }
}

impl Dependency {
    fn is_on(&self, prefix: &[String], boolean: &dyn Fn(&[&str]) -> Option<bool>) -> bool {
        let condition = self.conditions.iter().find_map(|condition| {
            let path: Vec<&str> = prefix.iter().map(String::as_str).chain(condition.split('.')).collect();
            boolean(&path)
        });
        let tags: Vec<bool> = self.tags.iter().filter_map(|tag| boolean(&["tags", tag])).collect();
        condition.unwrap_or_else(|| tags.is_empty() || tags.contains(&true))
    }
}

/// A path as after `.Values`: `spread[0].key`, `labels["app.kubernetes.io/name"]`.
#[must_use]
pub fn written(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => push_key(&mut text, key),
            Step::Index(index) => push_index(&mut text, *index),
        }
    }
    text
}

/// The steps of a path of keys.
#[must_use]
pub fn keys<T: AsRef<str>>(path: &[T]) -> Vec<Step> {
    path.iter().map(|key| Step::Key(key.as_ref().to_owned())).collect()
}

fn text(node: NodeRef<'_>, key: &str) -> Option<String> {
    node.get(key).and_then(string)
}

fn string(node: NodeRef<'_>) -> Option<String> {
    node.text().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SourceId;
    use crate::yaml;

    fn read(chart: &str, requirements: Option<&str>) -> ChartMetadata {
        let parse = |text: &str| yaml::parse(SourceId(0), &Arc::from(text)).into_iter().next();
        let (chart, requirements) = (parse(chart), requirements.and_then(parse));
        let root = chart.as_ref().and_then(|document| document.root());
        let requirements = requirements.as_ref().and_then(|document| document.root());
        root.map(|root| ChartMetadata::read(root, requirements)).unwrap_or_default()
    }

    #[test]
    fn a_dependency_says_what_switches_it_and_what_it_gives() {
        let chart = read(
            "name: shop\ndependencies:\n  - name: redis\n    alias: cache\n    condition: cache.enabled,global.redis\n    \
             tags: [data]\n    import-values: [data, {child: auth, parent: store.auth}]\n",
            None,
        );
        let [redis] = chart.dependencies.as_slice() else { panic!("{chart:?}") };
        assert_eq!((redis.name.as_str(), redis.key()), ("redis", "cache"));
        assert_eq!(redis.conditions, ["cache.enabled", "global.redis"]);
        assert_eq!(redis.tags, ["data"]);
        assert_eq!(redis.imports[0], Import { child: vec!["exports".into(), "data".into()], parent: Vec::new() });
        assert_eq!(redis.imports[1].parent, ["store", "auth"]);
    }

    #[test]
    fn charts_of_the_first_version_list_dependencies_in_a_file_of_their_own() {
        let chart = read("name: shop\napiVersion: v1\n", Some("dependencies:\n  - name: redis\n"));
        assert_eq!(chart.dependencies.iter().map(Dependency::key).collect::<Vec<_>>(), ["redis"]);
    }

    fn tree(chart: &str) -> ChartTree {
        ChartTree { metadata: read(chart, None), ..ChartTree::default() }
    }

    #[test]
    fn the_first_condition_that_exists_wins_over_tags() {
        let chart = tree(
            "name: shop\ndependencies:\n  - {name: a, condition: 'a.on,b.on', tags: [t]}\n  - {name: c, tags: [t]}\n  - {name: d}\n  - {name: e, tags: [t, u]}\n",
        );
        let off = |set: &[(&str, bool)]| {
            let set: Vec<(String, bool)> = set.iter().map(|(path, on)| ((*path).to_owned(), *on)).collect();
            let found =
                chart.switched_off(&|path| set.iter().find(|(key, _)| *key == path.join(".")).map(|(_, on)| *on));
            found.into_iter().map(|path| path.join(".")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(off(&[]), "");
        assert_eq!(off(&[("b.on", false)]), "a");
        assert_eq!(off(&[("a.on", true), ("b.on", false)]), "");
        assert_eq!(off(&[("tags.t", false)]), "a c e");
        assert_eq!(off(&[("tags.t", false), ("tags.u", true)]), "a c");
        assert_eq!(off(&[("tags.t", false), ("a.on", true)]), "c e");
    }

    #[test]
    fn conditions_of_inner_charts_are_paths_from_their_parent_and_tags_are_the_roots() {
        let mut shop = tree("name: shop\n");
        shop.subcharts.push((
            "store".into(),
            tree("name: store\ndependencies:\n  - {name: db, condition: db.enabled}\n  - {name: ui, tags: [ui]}\n"),
        ));
        let off =
            shop.switched_off(&|path| (path == ["store", "db", "enabled"] || path == ["tags", "ui"]).then_some(false));
        assert_eq!(off, [["store", "db"], ["store", "ui"]]);
    }

    #[test]
    fn paths_are_written_as_people_write_them() {
        let path = [Step::Key("a".into()), Step::Index(2), Step::Key("app.kubernetes.io/name".into())];
        assert_eq!(written(&path), "a[2][\"app.kubernetes.io/name\"]");
    }
}
