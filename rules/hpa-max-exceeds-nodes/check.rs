//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Scaler(check);

fn check<'b>(scaler: Scaler<'b>, cx: &mut Cx<'b>) {
    let Some(target) = scaler.target().filter(|target| target.spec().usable && scaler.spec().usable) else {
        return;
    };
    let Some(ceiling) = scaler.spec().ceiling() else { return };
    let cluster = &cx.build.options.cluster;
    let namespace = target.namespace();
    let apart = target.spec().pod.own_anti_affinity().filter(|term| {
        term.required && term.covers(namespace, namespace) == Some(true)
    });
    let places = apart.filter_map(|term| {
        let (count, one) = match term.topology_key.as_str() {
            "kubernetes.io/hostname" => (cluster.nodes?, "node"),
            "topology.kubernetes.io/zone" | "failure-domain.beta.kubernetes.io/zone" => (cluster.zones?, "zone"),
            _ => return None,
        };
        Some((count, one, term))
    });
    let Some((count, one, term)) = places.min_by_key(|(count, ..)| *count) else { return };
    if ceiling <= count {
        return;
    }
    let max = scaler.spec().max_path().trim_start_matches("spec.");
    let pending = ceiling.saturating_sub(count);
    let (s, each) = if count == 1 { ("", "takes one pod") } else { ("s", "take one pod each") };
    cx.report(
        scaler.at_or_parent(scaler.spec().max_path()),
        format!("`{max}: {ceiling}` of {target} is above the {count} {one}{s}, which {each}"),
    )
    .here(format!("leaves {pending} of {ceiling} pods Pending"))
    .label(target.at_or_parent(&target.pod_path(&format!("{}.topologyKey", term.path))), format!("one pod a {one}"))
    .help(format!("lower `{max}` to {count}"))
    .help("let the term prefer other nodes: `preferredDuringSchedulingIgnoredDuringExecution`")
    .counterpart(target.resource());
}
