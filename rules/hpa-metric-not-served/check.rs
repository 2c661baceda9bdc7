//! See README.md for what this flags and why.
use crate::prelude::*;
pub(crate) const CHECK: Check = Check::Scaler(check);
fn check<'b>(_scaler: Scaler<'b>, _cx: &mut Cx<'b>) {}
