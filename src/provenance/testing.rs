//! A chart for tests: a closure from values to manifests.

use crate::provenance::rendered::Rendered;
use serde_json::{Map, Value};

type Template<'t> = Box<dyn FnMut(&Value) -> Result<String, String> + 't>;

/// Values with what is made of them.
pub(crate) struct Chart<'t> {
    pub(crate) values: Value,
    template: Template<'t>,
}

impl<'t> Chart<'t> {
    pub(crate) fn new(values: Value, template: impl FnMut(&Value) -> Result<String, String> + 't) -> Self {
        Self { values, template: Box::new(template) }
    }

    pub(crate) fn base(&mut self) -> Rendered {
        self.render(&Value::Object(Map::new())).expect("the chart renders")
    }

    /// As helm does: maps merge, lists and scalars replace.
    pub(crate) fn render(&mut self, overlay: &Value) -> Result<Rendered, String> {
        let mut values = self.values.clone();
        merge(&mut values, overlay);
        (self.template)(&values).map(|text| Rendered::parse(&text))
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// A document as helm prints it.
pub(crate) fn document(template: &str, name: &str, rest: &str) -> String {
    format!("---\n# Source: shop/templates/{template}\nkind: Deployment\nmetadata:\n  name: {name}\n{rest}\n")
}
