//! Volumes that one node, or one pod, holds for itself.

use crate::model::pod::Volume;
use crate::model::resource::Resource;
use crate::model::view::Workload;

/// A claim of the build that only one node or one pod may mount, and the volume that mounts it.
#[derive(Clone, Copy)]
pub struct ExclusiveClaim<'b> {
    /// The volume of the pod.
    pub volume: &'b Volume,
    /// The PersistentVolumeClaim.
    pub claim: &'b Resource,
    /// Every access mode is `ReadWriteOncePod`: not even two pods of one node share it.
    pub one_pod: bool,
}

impl<'b> Workload<'b> {
    /// The claims of the build that its pods mount and that only one node may hold at a time.
    pub fn exclusive_claims(self) -> impl Iterator<Item = ExclusiveClaim<'b>> {
        self.spec().pod.volumes.iter().filter_map(move |volume| {
            let (claim, modes) = self.build().claim(volume.claim.as_deref()?, self.resource())?;
            let exclusive = |mode: &String| matches!(mode.as_str(), "ReadWriteOnce" | "ReadWriteOncePod");
            if modes.is_empty() || !modes.iter().all(exclusive) {
                return None;
            }
            Some(ExclusiveClaim { volume, claim, one_pod: modes.iter().all(|mode| mode == "ReadWriteOncePod") })
        })
    }

    /// Whether all its pods land on one node: it names the node, or requires its own pods' company there.
    #[must_use]
    pub fn stays_on_one_node(self) -> bool {
        let root = self.object.root();
        let names_node = root.at(&self.pod_path("nodeName")).is_some_and(|name| !name.is_null());
        let selects_node = root
            .at(&self.pod_path("nodeSelector"))
            .is_some_and(|labels| labels.get("kubernetes.io/hostname").is_some());
        let pod = &self.spec().pod;
        let keeps_company = pod.affinity.iter().any(|term| {
            term.required && term.topology_key == "kubernetes.io/hostname" && term.selects_own(&pod.labels)
        });
        names_node || selects_node || keeps_company
    }
}
