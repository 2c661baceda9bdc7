//! The port that `prometheus.io/port` names, and what else speaks of it.

use crate::kubernetes::object::labels_of;
use crate::model::build::{Content, Resource};
use crate::model::view::{Service, Workload};
use crate::yaml::{NodeKind, NodeRef};

/// The annotation `prometheus.io/port` of something that is scraped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScrapePort {
    /// Path in the object.
    pub path: String,
    /// Its value; the API server reads null as nothing.
    pub value: String,
}

impl ScrapePort {
    fn read(resource: &Resource, annotations: &str) -> Option<Self> {
        let annotations_node = resource.object.root().at(annotations)?;
        let said = labels_of(annotations_node);
        let scraped = said.get("prometheus.io/scrape").is_some_and(|value| value != "false");
        let node = annotations_node.get("prometheus.io/port").filter(|_| scraped)?;
        let path = format!("{annotations}[\"prometheus.io/port\"]");
        let readable = node.kind() == NodeKind::Scalar && !resource.schema_tells_of(&path);
        readable.then(|| Self { path, value: node.text().unwrap_or_default().into_owned() })
    }

    /// Of a workload's pods, where annotations ask for them to be scraped.
    #[must_use]
    pub fn of_pods(workload: Workload<'_>) -> Option<Self> {
        Self::read(workload.resource(), &workload.template_path("metadata.annotations"))
    }

    /// Of a Service, likewise.
    #[must_use]
    pub fn of_service(service: Service<'_>) -> Option<Self> {
        Self::read(service.resource(), "metadata.annotations")
    }

    /// The number, as the relabelling of Prometheus' example configuration takes it: digits and nothing else.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        let digits = (1..=5).contains(&self.value.len()) && self.value.bytes().all(|byte| byte.is_ascii_digit());
        if digits { self.value.parse().ok() } else { None }
    }
}

impl Workload<'_> {
    /// Whether the pod spec, or a ConfigMap or Secret that it names, holds a number: an argument, a variable or a line of
    /// configuration may set a port that `ports` does not list.
    #[must_use]
    pub fn mentions_number(self, number: i64) -> bool {
        let Some(spec) = self.object.root().at(&self.template_path("spec")) else { return false };
        let number = number.to_string();
        let holds = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|word| word == number);
        let is_configuration = |resource: &&Resource| {
            matches!(resource.content, Content::Other)
                && matches!(resource.object.kind.as_str(), "ConfigMap" | "Secret")
                && self.build().same_namespace(self.resource(), resource)
        };
        let configurations = self.build().resources.iter().filter(is_configuration);
        any_text(spec, &holds)
            || configurations
                .filter(|resource| any_text(spec, &|text| text == resource.object.name))
                .any(|resource| any_text(resource.object.root(), &holds))
    }
}

/// Whether a scalar below a node passes a test.
fn any_text(node: NodeRef<'_>, test: &dyn Fn(&str) -> bool) -> bool {
    match node.kind() {
        NodeKind::Scalar => node.text().is_some_and(|text| test(&text)),
        NodeKind::Mapping => node.entries().any(|entry| any_text(entry.value(), test)),
        NodeKind::Sequence => node.items().any(|item| any_text(item, test)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_one_to_five_digits_and_nothing_else() {
        let number = |value: &str| ScrapePort { path: String::new(), value: value.to_owned() }.number();
        assert_eq!(number("8080"), Some(8080));
        for value in ["", "metrics", "\"9965\"", "map[http:80]", "8080,9090", " 80", "123456", "+80"] {
            assert_eq!(number(value), None, "{value}");
        }
    }
}
