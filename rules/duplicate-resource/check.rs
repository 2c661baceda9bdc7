//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    if !build.options.complete {
        return;
    }
    for (earlier, later) in &build.duplicates {
        let (Some(earlier), Some(later)) = (build.resources.get(*earlier), build.resources.get(*later)) else {
            continue;
        };
        if later.object.live {
            continue;
        }
        let place = match build.namespace_of(later) {
            Some(namespace) => format!(" in namespace `{namespace}`"),
            None => String::new(),
        };
        cx.report(later.identity(), format!("{later} is defined twice{place}"))
            .here("the last one wins")
            .label(earlier.identity(), "first defined here")
            .help("remove one of the two, or rename it");
    }
}
