//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Values(check);

fn check<'b>(values: &'b ValuesFile, cx: &mut Cx<'b>) {
    for unread in values.unread() {
        let Some(place) = values.key_place(unread.value) else { continue };
        let name = dotted(&unread.path);
        let place = Place::in_text(place, &name);
        let message = format!("`{name}` is read by no template");
        match &unread.nearest {
            Some(nearest) => {
                cx.report(place, format!("{message}; the nearest key is `{nearest}`"))
                    .here("changes nothing")
                    .help(format!("rename the key to `{nearest}`"));
            }
            None => {
                cx.report(place, message)
                    .here("changes nothing")
                    .help(format!("remove `{name}`, or move it to where the templates read it"));
            }
        }
    }
}
