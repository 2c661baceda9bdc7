//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Workload(check);

/// A model of a few gigabytes is fetched and loaded within this, seldom in less.
const ENOUGH: i64 = 300;

fn check<'b>(workload: Workload<'b>, cx: &mut Cx<'b>) {
    for container in workload.spec().pod.counted_containers() {
        let Some(liveness) = &container.liveness else { continue };
        let server = model_server(&container.image);
        // Who gave an unknown GPU container a startup probe has thought about its start.
        if server.is_none() && (container.gpus() == 0 || container.startup.is_some()) {
            continue;
        }
        let budget = container.startup.as_ref().unwrap_or(liveness).budget();
        if budget >= ENOUGH {
            continue;
        }
        let (what, act) = server.map_or(("requests a GPU", "it starts"), |_| ("is a model server", "its model loads"));
        let probe = if container.startup.is_some() { "startupProbe" } else { "livenessProbe" };
        let name = &container.name;
        let path = workload.pod_path(&format!("{}.startupProbe", container.path));
        cx.report(
            workload.at_or_parent(&path),
            format!("container `{name}` of {workload} is killed unless {act} in {budget} s"),
        )
        .here(what)
        .absent_field(path)
        .label(
            workload.key_or_parent(&workload.pod_path(&format!("{}.{probe}", container.path))),
            format!("restarts it after {budget} s"),
        )
        .help("add a `startupProbe` with the handler of the `livenessProbe`, `periodSeconds: 10` and `failureThreshold: 90`");
    }
}

/// The known model server that an image is, by the last part of its name.
fn model_server(image: &str) -> Option<&'static str> {
    const SERVERS: &[&str] =
        &["vllm", "vllm-openai", "tritonserver", "text-generation-inference", "sglang", "llama-server", "max-serve"];
    let untagged = image.split('@').next().unwrap_or_default();
    let (path, tag) = match untagged.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (untagged, ""),
    };
    let mut parts = path.rsplit('/');
    let (name, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (owner, name) {
        ("modular", name) if name.starts_with("max-") => Some("max-serve"),
        (_, "llama.cpp") if tag.starts_with("server") => Some("llama-server"),
        _ => SERVERS.iter().copied().find(|server| *server == name),
    }
}
