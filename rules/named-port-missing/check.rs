//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    for container in workload.spec().pod.counted_containers() {
        for (field, probe) in container.probes() {
            if let Some((port, PortRef::Name(name))) = probe.handler.as_ref().and_then(Handler::port) {
                check_port(workload, container, (field, port, name), cx);
            }
        }
        let hooks = [("lifecycle.preStop", &container.pre_stop), ("lifecycle.postStart", &container.post_start)];
        for (field, hook) in hooks {
            // A hook's `tcpSocket` does nothing, whatever its port.
            if let Some(Handler::Http { port: PortRef::Name(name), .. }) = hook {
                check_port(workload, container, (field, "httpGet.port", name), cx);
            }
        }
    }
}

fn check_port<'b>(
    workload: Workload<'b>,
    container: &Container,
    (field, port, name): (&str, &str, &str),
    cx: &mut Cx<'b>,
) {
    // Any other name, such as a number in quotes, is rejected with the object.
    if container.named_port(name).is_some() || !names::is_port_name(name) {
        return;
    }
    let (path, who) = (&container.path, &container.name);
    let field_name = field.trim_start_matches("lifecycle.");
    let mut report = cx
        .report(
            workload.at_or_parent(&workload.pod_path(&format!("{path}.{field}.{port}"))),
            format!("`{field_name}` of container `{who}` of {workload} asks undeclared port `{name}`"),
        )
        .here("no port of this name");
    let declared: Vec<&str> = container.ports.iter().filter_map(|port| port.name.as_deref()).collect();
    if !container.ports.is_empty() {
        let listed = if declared.is_empty() { "none has a name".to_owned() } else { format!("declares {}", declared.join(", ")) };
        report = report.label(workload.at_or_parent(&workload.pod_path(&format!("{path}.ports"))), listed);
    }
    let mut others = workload.spec().pod.containers.iter();
    let number = others.find_map(|other| Some((other, other.named_port(name)?)));
    match (number, near_miss::of_name(name, declared.iter().copied())) {
        (Some((other, port)), _) => report
            .label(
                workload.at_or_parent(&workload.pod_path(&format!("{}.ports", other.path))),
                format!("container `{}` declares it", other.name),
            )
            .help(format!("write the number, `port: {}`: names are looked up in the container's own ports", port.number)),
        (None, Some(near)) => report.help(format!("write `port: {near}`")),
        (None, None) => {
            report.help(format!("add `name: {name}` to the container's `ports`, or write the number of the port"))
        }
    };
}
