//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    let pod = &workload.spec().pod;
    for container in &pod.containers {
        let who = format!("container `{}` of {workload}", container.name);
        check_resources(workload, &container.resources, (&format!("{}.", container.path), &who), cx);
    }
    if let Some(resources) = &pod.resources {
        check_resources(workload, resources, ("", &workload.to_string()), cx);
    }
}

fn check_resources<'b>(
    workload: Workload<'b>,
    resources: &container::Resources,
    (path, who): (&str, &str),
    cx: &mut Cx<'b>,
) {
    for (list, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        for (resource, amount) in amounts {
            let Some(fault) = fault(resource, amount) else { continue };
            let path = workload.pod_path(&format!("{path}resources.{list}.{resource}"));
            let written = workload.object.root().at(&path).and_then(|node| node.text()).unwrap_or_default();
            // Who writes kibibytes in a request means them: a helper that sleeps needs no more. No limit works with them.
            if list == "requests" && written.ends_with(['i', 'k']) {
                continue;
            }
            let verb = if list == "limits" { "is limited to" } else { "requests" };
            cx.report(workload.at_or_parent(&path), format!("{who} {verb} `{resource}: {written}`, which is {fault}"))
                .here(format!("means {fault}"))
                .help(format!("write `{resource}: {}`", meant(resource, &written)));
        }
    }
}

/// What makes an amount one that nobody means.
fn fault(resource: &str, amount: &Quantity) -> Option<String> {
    let mebibyte = Quantity::from_int(1 << 20);
    match resource {
        "memory" if *amount > Quantity::ZERO && *amount < Quantity::from_int(1) => Some("less than a byte".to_owned()),
        "memory" if *amount > Quantity::ZERO && *amount < mebibyte => Some(format!("{} bytes", amount.value_ceil())),
        "cpu" if *amount >= Quantity::from_int(1000) => Some(format!("{} cores", amount.value_ceil())),
        _ => None,
    }
}

/// The same number with the unit that was likely left out or mistaken.
fn meant(resource: &str, written: &str) -> String {
    let number: String = written.chars().take_while(|character| character.is_ascii_digit() || *character == '.').collect();
    let unit = match resource {
        "cpu" => "m",
        _ if number.starts_with("0.") || number.starts_with('.') => "Gi",
        _ => "Mi",
    };
    format!("{number}{unit}")
}
