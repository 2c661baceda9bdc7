//! One cause, one finding: what the schema tells of an object is not told again by what is validated beyond it.

use crate::kubernetes::schema::{SchemaProblem, SchemaProblemKind};
use crate::model::resource::Resource;
use crate::yaml::parent_path;

impl Resource {
    /// Whether the schema reports the field at `path`, a field around it or one below it; or a misspelt field of the
    /// object that lacks it.
    #[must_use]
    pub fn schema_tells_of(&self, path: &str) -> bool {
        self.schema.iter().any(|problem| match problem.kind {
            SchemaProblemKind::UnknownField => {
                parent_path(&problem.path).unwrap_or_default() == self.nearest_that_exists(path)
                    && self.object.root().at(path).is_none()
            }
            SchemaProblemKind::Type | SchemaProblemKind::RequiredField => {
                holds(&problem.path, path) || holds(path, &problem.path)
            }
        })
    }

    /// Whether a field that the schema does not know stands somewhere below `path`, where it may be what is missed.
    #[must_use]
    pub fn has_unknown_field_below(&self, path: &str) -> bool {
        let unknown = |problem: &&SchemaProblem| problem.kind == SchemaProblemKind::UnknownField;
        self.schema.iter().filter(unknown).any(|problem| holds(path, &problem.path))
    }

    fn nearest_that_exists<'p>(&self, path: &'p str) -> &'p str {
        let root = self.object.root();
        let mut nearest = path;
        while root.at(nearest).is_none() {
            let Some(parent) = parent_path(nearest) else { return "" };
            nearest = parent;
        }
        nearest
    }
}

/// Whether `inner` is `outer` or a field below it.
fn holds(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::object::expand;
    use crate::text::SourceId;
    use crate::yaml;
    use std::sync::Arc;

    #[test]
    fn a_misspelt_field_explains_what_is_missing_beside_it() {
        let text = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n\
                    spec: {maxReplica: 4, minReplicas: 0, scaleTargetRef: deployment}\n";
        let document = Arc::new(yaml::parse(SourceId(0), &Arc::from(text)).remove(0));
        let resource = Resource::read(expand(&document).objects.remove(0));
        for told in ["spec.maxReplicas", "spec.scaleTargetRef", "spec.scaleTargetRef.name"] {
            assert!(resource.schema_tells_of(told), "{told}");
        }
        assert!(!resource.schema_tells_of("spec.minReplicas"));
        assert!(!resource.schema_tells_of("metadata.name"));
    }
}
