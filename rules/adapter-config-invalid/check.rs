//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::AdapterConfig(check);

fn check<'b>(adapter: &'b AdapterSource, cx: &mut Cx<'b>) {
    for problem in &adapter.config.problems {
        let (lead, here) = match problem.effect {
            Effect::Start => ("prometheus-adapter does not start", "refused at the start"),
            Effect::Query => ("every query of this adapter rule fails", "fails at each request"),
        };
        let place = adapter.place(&problem.path, problem.span);
        let report = cx.report(place, format!("{lead}: {}", problem.message)).here(here);
        if let Some(help) = &problem.help {
            report.help(help.clone());
        }
    }
}
