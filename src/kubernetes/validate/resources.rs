//! Requests and limits (`validateResourceRequirements` and `validatePodResources` in pkg/apis/core/validation,
//! Kubernetes 1.34 to 1.37).

use super::field::{Field, Found};
use super::shown;
use crate::kubernetes::names::is_qualified_name;
use crate::kubernetes::placeholder::is_placeholder;
use crate::kubernetes::quantity::Quantity;
use crate::yaml::Scalar;

/// An amount of a resource with its field.
struct Amount<'t> {
    name: String,
    quantity: Option<Quantity>,
    field: Field<'t>,
}

/// Validates the resources of a container.
pub(super) fn container(container: &Field<'_>, who: &str, found: &mut Found) {
    let Some(resources) = container.get("resources").filter(Field::is_map) else { return };
    requirements(&resources, who, container_resource, found);
}

/// Validates that the claims of devices that containers make are those of the pod (`validateResourceClaimNames`).
pub(super) fn claims(spec: &Field<'_>, found: &mut Found) {
    let known: Vec<_> = spec.list("resourceClaims").map(|claim| claim.text("name")).collect();
    if known.contains(&None) {
        return;
    }
    let containers = ["containers", "initContainers"].iter().flat_map(|list| spec.list(list));
    for claim in containers.filter_map(|container| container.get("resources")).flat_map(|own| own.list("claims")) {
        let Some(name) = claim.get("name") else { continue };
        if known.contains(&name.str()) || name.str().is_none() {
            continue;
        }
        let text = name.str().unwrap_or_default();
        let message = format!("`{}` is no claim in the `resourceClaims` of the pod", shown(&text));
        found.push(name.path, message, format!("add `{text}` to `resourceClaims`, or name another claim"));
    }
    for claim in spec.list("resourceClaims").filter(Field::is_map) {
        let sources = ["resourceClaimName", "resourceClaimTemplateName"];
        match sources.iter().filter(|source| claim.has(source)).count() {
            1 => {}
            0 => {
                let message = "an entry in `resourceClaims` refers to no claim and to no template";
                found.push(claim.path, message, "add `resourceClaimTemplateName`");
            }
            _ => {
                let message = "an entry in `resourceClaims` refers to both a claim and a template";
                found.push(claim.path_of("resourceClaimName"), message, "keep one of the two");
            }
        }
    }
}

/// Validates the resources of a whole pod, which are read from Kubernetes 1.34 on.
pub(super) fn pod(spec: &Field<'_>, found: &mut Found) {
    let Some(resources) = spec.get("resources").filter(Field::is_map) else { return };
    if let Some(claims) = resources.get("claims") {
        let message = "`claims` belong to a container, and here are the resources of the pod";
        found.push(claims.path, message, "move them to the `resources` of a container");
    }
    requirements(&resources, "the pod", pod_resource, found);
    cover(spec, &resources, found);
}

fn requirements(resources: &Field<'_>, who: &str, fault: fn(&str) -> Option<String>, found: &mut Found) {
    let (requests, limits) = (amounts(resources, "requests"), amounts(resources, "limits"));
    for amount in requests.iter().chain(&limits) {
        if let Some(help) = fault(&amount.name) {
            let message = format!("`{}` is no resource that {who} can have", shown(&amount.name));
            found.push(&amount.field.path, message, help);
            continue;
        }
        whole(amount, found);
    }
    for request in requests.iter().filter(|request| fault(&request.name).is_none()) {
        match limits.iter().find(|limit| limit.name == request.name) {
            Some(limit) => compare(request, limit, found),
            None if may_overcommit(&request.name) => {}
            None => unlimited(resources, request, found),
        }
    }
    let named = |name: &str| requests.iter().chain(&limits).find(|amount| amount.name == name);
    let huge = requests.iter().chain(&limits).find(|amount| is_huge(&amount.name));
    if let Some(huge) = huge.filter(|_| named("cpu").is_none() && named("memory").is_none()) {
        found
            .push(
                &resources.path,
                format!("`{}` of {who} stands without cpu or memory", shown(&huge.name)),
                "add a request for memory or cpu",
            )
            .against(&huge.field.path, "huge pages alone");
    }
}

fn amounts<'t>(resources: &Field<'t>, list: &str) -> Vec<Amount<'t>> {
    let Some(list) = resources.get(list) else { return Vec::new() };
    list.entries()
        .filter(|(name, _)| !is_placeholder(name))
        .map(|(name, field)| Amount { name: name.into_owned(), quantity: quantity(&field), field })
        .collect()
}

/// `None` where it is no quantity, which the schema reports, or is filled in later. What is finer than a thousandth is
/// rounded up before validation (`SetDefaults_ResourceList`), and left to the server here.
fn quantity(field: &Field<'_>) -> Option<Quantity> {
    exact(field).filter(|quantity| quantity.nano() % 1_000_000 == 0)
}

fn exact(field: &Field<'_>) -> Option<Quantity> {
    match field.node.scalar()? {
        Scalar::Str(text) => Quantity::parse(text.trim()).ok(),
        Scalar::Int(value) => Some(Quantity::from_int(value)),
        Scalar::Float(value) => Quantity::parse(&value.to_string()).ok(),
        _ => None,
    }
}

/// Amounts of devices are whole, those of huge pages whole pages, and none is negative.
fn whole(amount: &Amount<'_>, found: &mut Found) {
    let Some(quantity) = amount.quantity else { return };
    let (name, path) = (&amount.name, &amount.field.path);
    if quantity < Quantity::ZERO {
        found.push(path, format!("`{name}: {quantity}` is below 0"), "set it to 0 or more");
    } else if is_extended(name) && quantity.milli_ceil() % 1000 != 0 {
        let message = format!("`{name}: {quantity}` is no whole number, and a device cannot be shared out");
        found.push(path, message, format!("write `{name}: {}`", quantity.value_ceil().max(1)));
    } else if let Some(page) = name.strip_prefix("hugepages-") {
        let size = Quantity::parse(page).ok().map(|size| size.value_ceil()).filter(|size| *size > 0);
        if size.is_none_or(|size| quantity.value_ceil() % size != 0) {
            let message = format!("`{name}: {quantity}` is no multiple of the size of a page");
            found.push(path, message, "write a multiple of the size in the name");
        }
    }
}

fn compare(request: &Amount<'_>, limit: &Amount<'_>, found: &mut Found) {
    let (Some(requested), Some(most)) = (request.quantity, limit.quantity) else { return };
    let name = &request.name;
    let (message, help) = if requested != most && !may_overcommit(name) {
        (
            format!("the request `{name}: {requested}` differs from the limit of {most}, and both have to be equal"),
            format!("remove the request, which follows the limit, or set both to {most}"),
        )
    } else if requested > most {
        (
            format!("the request `{name}: {requested}` is above the limit of {most}"),
            format!("raise the limit of `{name}` to {requested} or more, or lower the request"),
        )
    } else {
        return;
    };
    found.push(&request.field.path, message, help).against(&limit.field.path, format!("the limit is {most}"));
}

fn unlimited(resources: &Field<'_>, request: &Amount<'_>, found: &mut Found) {
    let name = &request.name;
    let amount = request.quantity.map_or_else(|| "1".to_owned(), |quantity| quantity.to_string());
    found
        .push(
            resources.path_of("limits"),
            format!("`{name}` is requested without a limit, and the two have to be equal"),
            format!("add `{name}: {amount}` to `limits`"),
        )
        .against(&request.field.path, "the request without a limit");
}

/// The resources of the pod have room for those of its containers.
fn cover(spec: &Field<'_>, resources: &Field<'_>, found: &mut Found) {
    let containers: Vec<_> = spec.list("containers").collect();
    let is_sidecar = |container: &Field<'_>| container.text("restartPolicy").as_deref() == Some("Always");
    let sidecars: Vec<_> = spec.list("initContainers").filter(is_sidecar).collect();
    for total in amounts(resources, "requests") {
        let beside = containers.iter().chain(&sidecars);
        let parts = beside.filter_map(|container| amount_of(container, "requests", &total.name));
        // Init containers can need more, so that this is the least that is requested.
        let sum = parts.fold(Quantity::ZERO, |sum, part| sum + part);
        if let Some(quantity) = total.quantity.filter(|quantity| sum > *quantity) {
            let message = format!("the containers request {sum} of `{}`, above the pod's {quantity}", total.name);
            found.push(total.field.path, message, format!("raise it to {sum} or more"));
        }
    }
    for total in amounts(resources, "limits") {
        let Some(most) = total.quantity else { continue };
        for container in &containers {
            let Some(limit) = amount_of(container, "limits", &total.name).filter(|limit| *limit > most) else {
                continue;
            };
            let message = format!("a container is limited to {limit} of `{}`, above the pod's {most}", total.name);
            let place = container.at("resources.limits").map(|limits| limits.path_of(&total.name)).unwrap_or_default();
            let help = format!("lower it to {most} or less, or raise that of the pod");
            found.push(place, message, help).against(&total.field.path, format!("the pod is limited to {most}"));
        }
    }
}

fn amount_of(container: &Field<'_>, list: &str, name: &str) -> Option<Quantity> {
    quantity(&container.get("resources")?.get(list)?.get(name)?)
}

/// What to write instead of a resource that a container cannot have.
fn container_resource(name: &str) -> Option<String> {
    let is_known = match name.split_once('/') {
        None => matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge(name),
        Some(_) => is_qualified_name(name) && (is_native(name) || is_extended(name)),
    };
    if is_known && is_qualified_name(name) {
        return None;
    }
    Some(match name.to_lowercase().as_str() {
        "gpu" | "gpus" | "nvidia/gpu" => "write `nvidia.com/gpu`, or the name of the device's plugin".to_owned(),
        "storage" => "write `ephemeral-storage`; a volume claim has `storage`".to_owned(),
        lower @ ("cpu" | "memory") => format!("write `{lower}`"),
        "mem" => "write `memory`".to_owned(),
        _ => "use cpu, memory, ephemeral-storage, or a device such as `nvidia.com/gpu`".to_owned(),
    })
}

fn pod_resource(name: &str) -> Option<String> {
    let is_known = matches!(name, "cpu" | "memory") || is_huge(name);
    (!is_known).then(|| "move it to the `resources` of a container".to_owned())
}

fn is_huge(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// In the namespace of Kubernetes itself, where a bare name is.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && is_qualified_name(&format!("requests.{name}"))
}

fn may_overcommit(name: &str) -> bool {
    is_native(name) && !is_huge(name)
}
