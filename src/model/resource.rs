//! One object of a build: what it says and what is wrong with its form.

use crate::kubernetes::object::{Object, labels_of};
use crate::kubernetes::quantity::Quantity;
use crate::kubernetes::schema::{self, SchemaProblem, SchemaProblemKind};
use crate::kubernetes::selector::LabelSelector;
use crate::model::adapter::AdapterSource;
use crate::model::budget::BudgetSpec;
use crate::model::limits::{self, Quota};
use crate::model::scaler::ScalerSpec;
use crate::model::vertical::VerticalSpec;
use crate::model::workload::{WorkloadKind, WorkloadSpec};
use std::collections::{BTreeMap, BTreeSet};

/// What an object says, as far as rules ask.
#[derive(Debug)]
pub enum Content {
    /// It runs pods.
    Workload(Box<WorkloadSpec>),
    /// It decides a replica count.
    Scaler(Box<ScalerSpec>),
    /// It limits evictions; `None` when it does not decode.
    Budget(Option<Box<BudgetSpec>>),
    /// A Service with its selector; `None` when it selects nothing by itself.
    Service(Option<LabelSelector>),
    /// A VerticalPodAutoscaler.
    Vertical(Box<VerticalSpec>),
    /// A PersistentVolumeClaim with its access modes.
    Claim(Vec<String>),
    /// A LimitRange: requests that containers get by default.
    LimitRange(BTreeMap<String, Quantity>),
    /// A ResourceQuota.
    Quota(Quota),
    /// Anything else.
    Other,
}

/// One object with what it says and what is wrong with its form.
#[derive(Debug)]
pub struct Resource {
    /// Identity and place.
    pub object: Object,
    /// What it says.
    pub content: Content,
    /// What the schema of its kind does not allow.
    pub schema: Vec<SchemaProblem>,
    /// Adapter configurations in its data.
    pub adapters: Vec<AdapterSource>,
}

impl Resource {
    /// Decodes an object.
    #[must_use]
    pub fn read(object: Object) -> Self {
        let (group, version, kind) = (object.group.as_str(), object.version.as_str(), object.kind.as_str());
        let mut schema = schema::validate(group, version, kind, object.root());
        drop_consequences(&mut schema);
        let rejected = schema.iter().any(|problem| problem.kind != SchemaProblemKind::UnknownField);
        // kubectl refuses an object with an unknown field; what a scaler or budget meant to say is anybody's guess then.
        let misspelt = !schema.is_empty() && matches!(group, "autoscaling" | "policy" | "keda.sh");
        let content = read_content(&object, rejected || misspelt);
        let adapters =
            if (group, kind) == ("", "ConfigMap") { AdapterSource::in_config_map(&object) } else { Vec::new() };
        Self { object, content, schema, adapters }
    }
}

/// A required field is missing because its name is misspelt: one cause, one finding.
fn drop_consequences(problems: &mut Vec<SchemaProblem>) {
    let renames: BTreeSet<String> = problems
        .iter()
        .filter(|problem| problem.kind == SchemaProblemKind::UnknownField)
        .filter_map(|problem| {
            let right = problem.help.as_deref()?.strip_prefix("rename it to `")?.strip_suffix('`')?;
            let parent = problem.path.rsplit_once('.').map_or("", |(parent, _)| parent);
            Some(if parent.is_empty() { right.to_owned() } else { format!("{parent}.{right}") })
        })
        .collect();
    problems.retain(|problem| problem.kind != SchemaProblemKind::RequiredField || !renames.contains(&problem.path));
}

fn read_content(object: &Object, rejected: bool) -> Content {
    let root = object.root();
    if let Some(kind) = WorkloadKind::of(&object.group, &object.kind) {
        let mut spec = WorkloadSpec::read(kind, object);
        spec.usable &= !rejected;
        return Content::Workload(Box::new(spec));
    }
    if let Some(mut spec) = ScalerSpec::read(object) {
        spec.usable &= !rejected;
        return Content::Scaler(Box::new(spec));
    }
    match (object.group.as_str(), object.kind.as_str()) {
        ("policy", "PodDisruptionBudget") if rejected => Content::Budget(None),
        ("policy", "PodDisruptionBudget") => Content::Budget(BudgetSpec::read(object).map(Box::new)),
        ("", "Service") => {
            let labels = root.at("spec.selector").map(labels_of).unwrap_or_default();
            Content::Service((!labels.is_empty()).then(|| LabelSelector::from_labels(&labels)))
        }
        ("", "LimitRange") => Content::LimitRange(limits::default_requests(root)),
        ("", "ResourceQuota") if !rejected => Content::Quota(Quota::read(root)),
        ("", "PersistentVolumeClaim") if !rejected => Content::Claim(limits::access_modes(root)),
        ("autoscaling.k8s.io", "VerticalPodAutoscaler") if !rejected => {
            VerticalSpec::read(object).map_or(Content::Other, |spec| Content::Vertical(Box::new(spec)))
        }
        _ => Content::Other,
    }
}
