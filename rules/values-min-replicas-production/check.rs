//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for block in values.autoscaling_blocks() {
        if block.enabled != Some(true) || block.component.is_singleton() {
            continue;
        }
        let (key, value) = block.minimum;
        let Some(minimum) = values.node(value).and_then(|node| node.int()) else { continue };
        if minimum >= 2 || (block.keda && minimum == 0) {
            continue;
        }
        let mut path = block.path.clone();
        path.push(key);
        let name = dotted(&path);
        let pods = if minimum == 1 { "one pod".to_owned() } else { format!("{minimum} pods") };
        let message = format!("`{name}: {minimum}` leaves {pods} in production");
        report_low(cx, values, (&path, value), "floor of the autoscaler", message);
    }
}
