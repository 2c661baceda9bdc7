//! The parts of the configuration: cluster, rules, environments, singletons.

use super::reader::{Reader, below, first_place};
use super::{nearest, severity};
use crate::finding::Severity;
use crate::kubernetes::names::{is_dns1123_subdomain, is_qualified_name, is_valid_label_value};
use crate::kubernetes::selector::Labels;
use crate::kubernetes::version::KubeVersion;
use crate::model::cluster::{Cluster, Singleton};
use crate::model::environment::DeclaredEnvironment;
use crate::text::Span;
use crate::yaml::{NodeKind, NodeRef};
use std::collections::BTreeMap;

/// Kinds whose replica count a person decides.
const SINGLETON_KINDS: [&str; 5] = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout"];

impl Reader {
    pub(super) fn kube_version(&mut self, node: NodeRef<'_>) -> Option<KubeVersion> {
        let text = self.text(node, "kube-version")?;
        match text.parse() {
            Ok(version) => Some(version),
            Err(_) => {
                let message = format!("`{text}` is no Kubernetes version");
                self.wrong(node.span(), message, format!("write it as \"{}\"", KubeVersion::NEWEST));
                None
            }
        }
    }

    pub(super) fn cluster(&mut self, node: NodeRef<'_>) -> Cluster {
        let mut cluster = Cluster::default();
        for (key, value) in self.fields(node, "cluster") {
            match key {
                "nodes" => cluster.nodes = self.count(value, "cluster.nodes", 1),
                "zones" => cluster.zones = self.count(value, "cluster.zones", 1),
                "gpus" => cluster.gpus = self.count(value, "cluster.gpus", 0),
                "hpa-tolerance" => cluster.hpa_tolerance = self.thousandths(value),
                "topology-keys" => cluster.topology_keys = self.topology_keys(value),
                _ => {}
            }
        }
        if let (Some(nodes), Some(zones)) = (cluster.nodes, cluster.zones)
            && zones > nodes
        {
            let span = node.get("zones").map_or_else(|| node.span(), NodeRef::span);
            let message = format!("{zones} zones are more than the {nodes} nodes that stand in them");
            self.wrong(span, message, "count the zones that have a node");
        }
        cluster
    }

    fn count(&mut self, node: NodeRef<'_>, path: &str, least: i64) -> Option<i64> {
        let count: i64 = self.value(node, path)?;
        if count < least {
            self.wrong(
                node.span(),
                format!("`{path}` is {count}; it counts from {least} on"),
                "write how many there are",
            );
            return None;
        }
        Some(count)
    }

    /// A ratio as the controller manager's flag takes it.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    fn thousandths(&mut self, node: NodeRef<'_>) -> Option<i64> {
        let ratio: f64 = self.value(node, "cluster.hpa-tolerance")?;
        let thousandths = ratio * 1000.0;
        if !(0.0..=1.0).contains(&ratio) {
            let message = format!("`cluster.hpa-tolerance` is {ratio}; it is a ratio from 0 to 1");
            self.wrong(node.span(), message, "write 0.1 for the default of 10 %");
            return None;
        }
        if (thousandths - thousandths.round()).abs() > 1e-6 {
            let message = format!("`cluster.hpa-tolerance` is {ratio}; finer steps than 0.001 are not told apart");
            self.wrong(node.span(), message, "round it to three digits");
            return None;
        }
        Some(thousandths.round() as i64)
    }

    fn topology_keys(&mut self, node: NodeRef<'_>) -> Vec<String> {
        let mut keys = Vec::new();
        for item in self.items(node, "cluster.topology-keys") {
            let Some(key) = self.text(item, "cluster.topology-keys") else { continue };
            self.check_label_key(&key, item.span());
            keys.push(key);
        }
        keys
    }

    pub(super) fn severities(&mut self, node: NodeRef<'_>, rules: &[&str]) -> BTreeMap<String, Option<Severity>> {
        let mut severities = BTreeMap::new();
        for (id, span, value) in self.entries(node, "rules") {
            if !rules.contains(&id.as_str()) {
                let help = match nearest(&id, rules.iter().copied()) {
                    Some(nearest) => format!("rename it to `{nearest}`"),
                    None => "`aiplat-lint rules` lists all rules".to_owned(),
                };
                self.wrong(span, format!("there is no rule `{id}`"), help);
                continue;
            }
            if value.bool() == Some(false) && value.text().is_some_and(|text| text != "off") {
                self.wrong(value.span(), format!("`{}` is no severity", value.raw()), "write `off`");
                continue;
            }
            let words = ["off", "info", "warning", "error"];
            let meaning = |word: &str| if word == "off" { Some(None) } else { severity(word).map(Some) };
            if let Some(setting) = self.word(value, &below("rules", &id), &words, meaning) {
                severities.insert(id, setting);
            }
        }
        severities
    }

    pub(super) fn environments(&mut self, node: NodeRef<'_>) -> Vec<DeclaredEnvironment> {
        let entries = self.entries(node, "environments");
        entries.into_iter().filter_map(|(name, span, value)| self.environment(name, span, value)).collect()
    }

    fn environment(&mut self, name: String, span: Span, node: NodeRef<'_>) -> Option<DeclaredEnvironment> {
        let path = below("environments", &name);
        let mut environment = DeclaredEnvironment { name, ..DeclaredEnvironment::default() };
        let mut production = None;
        let mut says = false;
        for (key, value) in self.fields(node, "environments.*") {
            let path = below(&path, key);
            match key {
                "values" => environment.values = self.path_globs(value, &path),
                "paths" => environment.paths = self.path_globs(value, &path),
                "namespaces" => environment.namespaces = self.namespace_globs(value, &path),
                "labels" => environment.labels = self.labels(value, &path),
                "production" => (says, production) = (true, self.value(value, &path)),
                _ => {}
            }
        }
        let name = &environment.name;
        if !says {
            let message = format!("the environment `{name}` does not say whether it is production");
            self.wrong(span, message, "add `production: true` or `production: false`");
        }
        if name == "none" {
            let message = "`none` cannot name an environment: `--environment none` turns production rules off";
            self.wrong(span, message, "give it another name");
        }
        environment.production = production?;
        if name == "production" && !environment.production {
            let message =
                "the environment `production` is declared to be none, and `--environment production` says it is";
            self.wrong(span, message, "give it another name, or set `production: true`");
        }
        Some(environment)
    }

    fn labels(&mut self, node: NodeRef<'_>, path: &str) -> Labels {
        let mut labels = Labels::new();
        for (key, span, value) in self.entries(node, path) {
            self.check_label_key(&key, span);
            let Some(text) = self.text(value, &below(path, &key)) else { continue };
            if !is_valid_label_value(&text) {
                let help = "write at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
                self.wrong(value.span(), format!("no label can have the value `{text}`"), help);
            }
            labels.insert(key, text);
        }
        labels
    }

    fn check_label_key(&mut self, key: &str, span: Span) {
        if !is_qualified_name(key) {
            let help = "write it as in the manifests, such as `topology.kubernetes.io/zone`";
            self.wrong(span, format!("no label can have the key `{key}`"), help);
        }
    }

    pub(super) fn singletons(&mut self, node: NodeRef<'_>) -> Vec<Singleton> {
        let items = self.items(node, "singletons");
        items.into_iter().filter_map(|item| self.singleton(item)).collect()
    }

    fn singleton(&mut self, node: NodeRef<'_>) -> Option<Singleton> {
        let (mut workload, mut reason) = (None, None);
        let fields = self.fields(node, "singletons[]");
        if node.kind() != NodeKind::Mapping && !node.is_null() {
            return None;
        }
        for (key, value) in fields {
            match key {
                "workload" => workload = Some(self.workload(value)),
                "reason" => reason = Some(self.text(value, "reason")),
                _ => {}
            }
        }
        if workload.is_none() {
            let help = "add `workload: Deployment/scheduler`, with its own kind and name";
            self.wrong(first_place(node), "this singleton names no workload", help);
        }
        if reason.is_none() {
            self.wrong(first_place(node), "this singleton gives no reason", "add `reason:` with why it runs once");
        }
        Some(Singleton { workload: workload??, reason: reason?? })
    }

    /// `Kind/name`.
    fn workload(&mut self, node: NodeRef<'_>) -> Option<String> {
        let text = self.text(node, "workload")?;
        let Some((kind, name)) = text.split_once('/') else {
            let message = format!("`{text}` is no workload");
            self.wrong(node.span(), message, format!("write kind and name: `Deployment/{text}`"));
            return None;
        };
        if !SINGLETON_KINDS.contains(&kind) {
            let help = match nearest(kind, SINGLETON_KINDS) {
                Some(nearest) => format!("write `{nearest}/{name}`"),
                None => format!("name one of {}", SINGLETON_KINDS.join(", ")),
            };
            self.wrong(node.span(), format!("`{kind}` is no kind with a replica count"), help);
            return None;
        }
        if !is_dns1123_subdomain(name) {
            let message = format!("no {kind} can be called `{name}`");
            self.wrong(node.span(), message, "write its whole name as it is rendered; globs are not taken here");
            return None;
        }
        Some(text)
    }
}
