//! A replica count that the manifest writes although an autoscaler decides it.

use crate::model::scaler::ScalerKind;
use crate::model::view::{Scaler, Workload};

/// Where a written count stands to the bounds of the scaler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 0 under an HPA that never goes to 0: the HPA takes the workload for switched off.
    SwitchedOff,
    /// Below the lower bound, which is given.
    Below(i64),
    /// Above the upper bound, which is given.
    Above(i64),
    /// Inside the bounds, where the scaler may have chosen another count.
    Inside,
}

/// A written count with the scaler that decides the count.
#[derive(Clone, Copy)]
pub struct WrittenReplicas<'b> {
    /// `spec.replicas`.
    pub count: i64,
    /// The scaler.
    pub scaler: Scaler<'b>,
    /// Where the count stands.
    pub standing: Standing,
}

impl<'b> Workload<'b> {
    /// The count that the manifest writes beside a scaler. `None` for objects of a cluster, where the scaler itself wrote
    /// it, and where the bounds leave the scaler nothing to decide.
    #[must_use]
    pub fn written_replicas(self) -> Option<WrittenReplicas<'b>> {
        if self.object.live || !self.spec().usable {
            return None;
        }
        let count = self.spec().replicas?;
        let scaler = self.scaler()?;
        let (floor, ceiling) = (self.floor()?, self.ceiling()?);
        // KEDA's operator goes to the idle count, and from 0 upwards, by itself.
        let lowest = scaler.spec().idle.map_or(floor, |idle| idle.min(floor));
        let standing = match count {
            _ if floor > ceiling => return None,
            0 if scaler.spec().kind == ScalerKind::Hpa && floor > 0 => Standing::SwitchedOff,
            _ if count < lowest => Standing::Below(floor),
            _ if count > ceiling => Standing::Above(ceiling),
            _ if lowest == ceiling => return None,
            _ => Standing::Inside,
        };
        Some(WrittenReplicas { count, scaler, standing })
    }
}
