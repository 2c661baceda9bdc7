//! What a Service's form says of its use.

use crate::model::view::Service;
use crate::yaml::NodeRef;

impl Service<'_> {
    /// Without an address of its own: DNS answers with those of the pods, as a StatefulSet needs it.
    #[must_use]
    pub fn is_headless(self) -> bool {
        says(self, "spec.clusterIP", "None")
    }

    /// An alias for a name outside the cluster, whose selector nobody reads.
    #[must_use]
    pub fn is_alias(self) -> bool {
        says(self, "spec.type", "ExternalName")
    }

    /// The names of its ports, in order; an only port may have none.
    #[must_use]
    pub fn port_names(self) -> Vec<String> {
        let ports = self.object.root().at("spec.ports").into_iter().flat_map(NodeRef::items);
        ports.map(|port| port.get("name").and_then(NodeRef::text).unwrap_or_default().into_owned()).collect()
    }
}

fn says(service: Service<'_>, path: &str, text: &str) -> bool {
    service.object.root().at(path).and_then(NodeRef::str).as_deref() == Some(text)
}
