//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for block in values.autoscaling_blocks() {
        if block.enabled != Some(true) || block.singleton {
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
        let (Some(set), Some(own)) = (values.place(value), values.own_ancestor(&path)) else { continue };
        if values.is_own(value) {
            cx.report(Place::in_text(set, &name), message)
                .here("floor of the autoscaler")
                .help(format!("set `{name}` to 2 or more"));
        } else {
            cx.report(Place::in_text(own, &name), message)
                .here("does not override the floor")
                .label(Place::in_text(set, &name), format!("the floor comes from {}", values.set_by(value)))
                .help(format!("set `{name}` to 2 or more in {}", values.name));
        }
    }
}
