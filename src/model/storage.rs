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
}
