//! What may be concluded from an object that is not there.

use crate::model::build::{Build, Resource};
use crate::model::scaler::TargetRef;
use crate::yaml::Document;
use std::sync::Arc;

impl Build {
    /// Whether everything that belongs together is here and could be read: an object that is missing is not merely in a
    /// document that kubectl refuses.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let readable = |document: &Arc<Document>| document.root().is_some() || document.problems().is_empty();
        self.options.complete && self.rejected.is_empty() && self.documents.iter().all(readable)
    }

    /// The object that a reference names from the namespace of `near`, also one that takes part in no relation.
    #[must_use]
    pub fn find(&self, target: &TargetRef, near: &Resource) -> Option<&Resource> {
        self.resources.iter().find(|resource| {
            let object = &resource.object;
            object.kind == target.kind
                && object.name == target.name
                && target.group() == Some(object.group.as_str())
                && self.same_namespace(near, resource)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::BuildOptions;
    use crate::text::SourceId;

    fn build(text: &str) -> Build {
        let text: Arc<str> = Arc::from(text);
        let documents = crate::yaml::parse(SourceId(0), &text).into_iter().map(Arc::new).collect();
        Build::new(BuildOptions { complete: true, ..BuildOptions::default() }, documents)
    }

    const SETTINGS: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";

    #[test]
    fn a_build_is_whole_when_every_document_is_an_object() {
        assert!(build(SETTINGS).is_whole());
        assert!(build(&format!("# only a comment\n---\n{SETTINGS}---\n")).is_whole());
        assert!(!build(&format!("{SETTINGS}---\nkind: [unclosed\n")).is_whole());
        assert!(!build(&format!("{SETTINGS}---\nkind: Deployment\nmetadata: {{name: api}}\n")).is_whole());
    }
}
