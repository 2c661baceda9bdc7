//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

/// Something that a monitor selects, with the names of its ports.
struct Owner<'b> {
    resource: &'b Resource,
    path: String,
    names: Vec<String>,
    /// A port of it has no name.
    nameless: bool,
}

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    if !build.is_whole() {
        return;
    }
    for monitor in build.monitors() {
        check_container_ports(&monitor, cx);
        let Some(owners) = owners(&monitor, build).filter(|owners| !owners.is_empty()) else { continue };
        for (path, name) in monitor.ports() {
            check_port(&monitor, (&path, &name), &owners, cx);
        }
    }
}

/// What a monitor selects; `None` where more may be selected, or declared, than the build shows.
fn owners<'b>(monitor: &Monitor<'b>, build: &'b Build) -> Option<Vec<Owner<'b>>> {
    let selector = monitor.selector().filter(|selector| !selector.is_empty())?;
    let by_name = selector.requirements.iter().any(|requirement| near_miss::is_name(&requirement.key));
    if monitor.looks_everywhere() && !by_name || build.may_select_foreign_pods(selector, monitor.resource()) {
        return None;
    }
    if !monitor.is_of_pods() {
        return monitor.services().map(of_service).collect();
    }
    let selected = build.workloads().filter(|workload| monitor.selects(*workload));
    selected.map(of_pods).collect()
}

/// `None` for a Service whose endpoints somebody else writes.
fn of_service(service: Service<'_>) -> Option<Owner<'_>> {
    service.selector().filter(|_| !service.is_alias())?;
    let names = service.port_names();
    let nameless = names.iter().any(String::is_empty);
    Some(Owner { resource: service.resource(), path: "spec.ports".to_owned(), names, nameless })
}

/// `None` where a webhook adds containers, or the pod does not decode.
fn of_pods(workload: Workload<'_>) -> Option<Owner<'_>> {
    let pod = &workload.spec().pod;
    if !workload.spec().usable || pod.is_injected() {
        return None;
    }
    let ports = || pod.containers.iter().flat_map(|container| &container.ports);
    let container = pod.containers.iter().find(|container| !container.ports.is_empty()).or_else(|| pod.containers.first())?;
    Some(Owner {
        resource: workload.resource(),
        path: workload.pod_path(&format!("{}.ports", container.path)),
        names: ports().filter_map(|port| port.name.clone()).collect(),
        nameless: ports().any(|port| port.name.is_none()),
    })
}

fn check_port<'b>(monitor: &Monitor<'b>, (path, name): (&str, &str), owners: &[Owner<'b>], cx: &mut Cx<'b>) {
    let names = || owners.iter().flat_map(|owner| &owner.names).map(String::as_str).filter(|name| !name.is_empty());
    let near = near_miss::of_name(name, names());
    // An operator may make a Service that has the port.
    if names().any(|other| other == name) || near.is_none() && cx.build.has_foreign(monitor.resource()) {
        return;
    }
    let Some(owner) = owners.first() else { return };
    let (resource, first) = (monitor.resource(), owner.resource);
    let lacking = match owners.len() {
        1 => format!("{first} does not have"),
        count => format!("none of {count} has, such as {first}"),
    };
    let mut all: Vec<&str> = names().collect();
    all.sort_unstable();
    all.dedup();
    let label = if all.is_empty() { "no port has a name".to_owned() } else { format!("declares {}", all.join(", ")) };
    let help = match (near, all.as_slice()) {
        (Some(near), _) => format!("write `port: {near}`"),
        (None, [only]) => format!("write `port: {only}`"),
        (None, []) if owner.nameless => format!("add `name: {name}` to the port of {first}"),
        _ => format!("add a port called `{name}` to {first}, or write the name of one that it has"),
    };
    cx.report(resource.at_or_parent(path), format!("{resource} scrapes port `{name}`, which {lacking}"))
        .here("no port of this name")
        .label(first.at_or_parent(&owner.path), label)
        .help(help)
        .counterpart(first);
}

/// `targetPort` and `portNumber` are looked for among the ports that the containers behind the monitor declare.
fn check_container_ports<'b>(monitor: &Monitor<'b>, cx: &mut Cx<'b>) {
    let build = cx.build;
    if owners(monitor, build).is_none() {
        return;
    }
    let selected = build.workloads().filter(|workload| monitor.selects(*workload));
    let Some(pods) = selected.map(of_pods).collect::<Option<Vec<_>>>() else { return };
    let resource = monitor.resource();
    let declared = |workload: Workload<'b>| workload.spec().pod.containers.iter().flat_map(|one| &one.ports);
    let ports: Vec<_> = build.workloads().filter(|workload| monitor.selects(*workload)).flat_map(declared).collect();
    // Each selected Service must lead to pods of the build, or others may have the port.
    let leads_elsewhere = monitor.services().any(|service| service.workloads().next().is_none());
    let Some(first) = pods.first().filter(|_| !ports.is_empty() && !leads_elsewhere) else { return };
    for (path, wanted) in monitor.container_ports() {
        let fits = |name: Option<&str>, number: i64| name == Some(&wanted) || number.to_string() == wanted;
        if is_placeholder(&wanted) || ports.iter().any(|port| fits(port.name.as_deref(), port.number)) || build.has_foreign(resource) {
            continue;
        }
        let listed: Vec<String> = ports.iter().map(|port| port.name.clone().unwrap_or_else(|| port.number.to_string())).collect();
        cx.report(resource.at_or_parent(&path), format!("{resource} scrapes container port `{wanted}`, which {} does not declare", first.resource))
            .here("no port of a container")
            .label(first.resource.at_or_parent(&first.path), format!("declares {}", listed.join(", ")))
            .help(format!("write the name or number of a port that {} declares", first.resource))
            .counterpart(first.resource);
    }
}
