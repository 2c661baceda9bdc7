//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Resource(check);

fn check<'b>(resource: &'b Resource, cx: &mut Cx<'b>) {
    let Content::Quota(quota) = &resource.content else { return };
    if quota.scoped {
        return;
    }
    for (key, hard) in &quota.hard {
        check_key(resource, key, *hard, cx);
    }
}

fn check_key<'b>(resource: &'b Resource, key: &str, hard: Quantity, cx: &mut Cx<'b>) {
    let Some(counted) = Counted::of_key(key) else { return };
    let shares = cx.build.shares(resource, counted);
    let sum = shares.iter().map(Share::total).fold(Quantity::ZERO, |sum, total| sum + total);
    if sum <= hard {
        return;
    }
    let mut path = String::from("spec.hard");
    push_key(&mut path, key);
    let who = match shares.as_slice() {
        [only] => format!("{} asks", only.workload),
        all => format!("{} workloads ask", all.len()),
    };
    let what = match counted {
        Counted::Pods => format!("{sum} pods"),
        Counted::Requests(name) | Counted::Limits(name) => format!("{sum} of `{name}`"),
    };
    let mut report = cx
        .report(
            resource.at_or_parent(&path),
            format!("{who} for {what} at the ceiling, but `{key}` grants {hard}"),
        )
        .here(format!("{hard} for the whole namespace"));
    for share in &shares {
        let (workload, pods, each) = (share.workload, share.pods, share.each);
        let text = match counted {
            Counted::Pods => format!("{workload}: {pods} pods"),
            _ => format!("{workload}: {pods} pods of {each}"),
        };
        report = report.label(workload.ceiling_place(), text);
    }
    report
        .help(format!("raise `{key}` to {sum} or more"))
        .help("lower the ceilings: pods above the quota are never created");
}
