//! Writes the schema table of the built-in kinds to standard output: the JSON schemas of k8s-openapi, cut down to
//! field names, types and flags. From the root of the repository:
//! `cargo run --manifest-path tools/schema/Cargo.toml > src/kubernetes/schema/table.txt`

use k8s_openapi::api::{apps, autoscaling, batch, core, policy, scheduling};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

const HEAD: &str = "\
# The built-in kinds of Kubernetes 1.37. Written by tools/schema, which says how; edit that, not this.
# `!` is required, `~` is deprecated, `[]` is a list of, `{}` is a map of strings to.

";

/// Fields that k8s-openapi requires and that are not reported as absent: API validation is not known to refuse their
/// zero value, or the field is too new for its validation to be settled. When in doubt a field belongs here.
const ABSENT_IS_ACCEPTED: &[(&str, &str)] = &[
    ("batch.v1.PodFailurePolicy", "rules"),
    ("core.v1.EvictionResponder", "priority"),
    ("core.v1.HTTPHeader", "value"),
    ("core.v1.ISCSIVolumeSource", "lun"),
    ("core.v1.LimitRangeSpec", "limits"),
    ("core.v1.LocalObjectReference", "name"),
    ("core.v1.PreferredSchedulingTerm", "preference"),
    ("core.v1.ScaleIOVolumeSource", "secretRef"),
    ("core.v1.SleepAction", "seconds"),
    ("core.v1.Sysctl", "value"),
    ("scheduling.v1alpha3.TopologyConstraint", "key"),
    ("scheduling.v1alpha3.WorkloadPodGroupResourceClaim", "name"),
];

/// Fields that OpenAPI leaves optional and that hold a required one: without `spec` there are no containers, and the
/// API server says `spec.template.spec.containers: Required value`.
const ABSENT_IS_REJECTED: &[(&str, &str)] =
    &[("batch.v1.JobTemplateSpec", "spec"), ("core.v1.PodTemplateSpec", "spec")];

/// Removed versions that have the shape of a newer one.
const SAME_SHAPE: &[(&str, &str)] = &[
    ("autoscaling/v2beta2/HorizontalPodAutoscaler", "autoscaling.v2.HorizontalPodAutoscaler"),
    ("policy/v1beta1/PodDisruptionBudget", "policy.v1.PodDisruptionBudget"),
];

fn main() -> ExitCode {
    match table() {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("schema-table: {message}");
            ExitCode::FAILURE
        }
    }
}

fn table() -> Result<String, String> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut text = HEAD.to_owned();
    for (kind, name) in kinds(&mut generator)
        .iter()
        .chain(&SAME_SHAPE.iter().map(|(kind, name)| ((*kind).to_owned(), (*name).to_owned())).collect::<Vec<_>>())
    {
        let _ = writeln!(text, "{kind} = {name}");
    }

    let mut types: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    for (name, schema) in generator.take_definitions(true) {
        let name = short(&name);
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let fields = fields(&name, properties, &schema)?;
            types.insert(name, fields);
        }
    }
    // An object without properties takes what comes.
    let known: Vec<String> = types.keys().cloned().collect();
    for field in types.values_mut().flatten() {
        let inner = field.of.trim_start_matches(['[', ']', '{', '}']);
        if inner.contains('.') && !known.iter().any(|name| name == inner) {
            field.of = field.of.replace(inner, "any");
        }
    }
    // What only `status` reaches is of no use.
    let mut reached: Vec<String> = text.lines().filter_map(|line| Some(line.split_once(" = ")?.1.to_owned())).collect();
    let mut at = 0;
    while let Some(name) = reached.get(at).cloned() {
        at += 1;
        for field in types.get(&name).into_iter().flatten() {
            let inner = field.of.trim_start_matches(['[', ']', '{', '}']).to_owned();
            if types.contains_key(&inner) && !reached.contains(&inner) {
                reached.push(inner);
            }
        }
    }
    for (name, fields) in types.iter().filter(|(name, _)| reached.contains(name)) {
        let _ = writeln!(text, "\n{name}");
        for Field { name, of, required, deprecated } in fields {
            let required = if *required { "!" } else { "" };
            let deprecated = if *deprecated { "~" } else { "" };
            let _ = writeln!(text, "  {name}{required}{deprecated} {of}");
        }
    }
    Ok(text)
}

/// Puts the schemas of all kinds into the generator; `group/version/kind` and the type's name of each.
fn kinds(generator: &mut SchemaGenerator) -> Vec<(String, String)> {
    fn kind<T: JsonSchema + k8s_openapi::Resource>(generator: &mut SchemaGenerator) -> (String, String) {
        generator.subschema_for::<T>();
        (format!("{}/{}", T::API_VERSION, T::KIND), short(&T::schema_name()))
    }
    vec![
        kind::<core::v1::ConfigMap>(generator),
        kind::<core::v1::LimitRange>(generator),
        kind::<core::v1::Namespace>(generator),
        kind::<core::v1::PersistentVolumeClaim>(generator),
        kind::<core::v1::Pod>(generator),
        kind::<core::v1::ReplicationController>(generator),
        kind::<core::v1::ResourceQuota>(generator),
        kind::<core::v1::Service>(generator),
        kind::<core::v1::ServiceAccount>(generator),
        kind::<apps::v1::DaemonSet>(generator),
        kind::<apps::v1::Deployment>(generator),
        kind::<apps::v1::ReplicaSet>(generator),
        kind::<apps::v1::StatefulSet>(generator),
        kind::<autoscaling::v1::HorizontalPodAutoscaler>(generator),
        kind::<autoscaling::v2::HorizontalPodAutoscaler>(generator),
        kind::<batch::v1::CronJob>(generator),
        kind::<batch::v1::Job>(generator),
        kind::<policy::v1::PodDisruptionBudget>(generator),
        kind::<scheduling::v1::PriorityClass>(generator),
    ]
}

struct Field {
    name: String,
    of: String,
    required: bool,
    deprecated: bool,
}

fn fields(of: &str, properties: &Map<String, Value>, schema: &Value) -> Result<Vec<Field>, String> {
    let root = ["apiVersion", "kind", "metadata"].iter().all(|key| properties.contains_key(*key));
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut fields = Vec::new();
    for (name, schema) in properties {
        let listed = |list: &[(&str, &str)]| list.iter().any(|(t, field)| *t == of && field == name);
        let free = (root && name == "status") || (of == "meta.v1.ObjectMeta" && name == "managedFields");
        fields.push(Field {
            name: name.clone(),
            of: if free {
                "any".to_owned()
            } else {
                type_of(schema).map_err(|error| format!("{of}.{name}: {error}"))?
            },
            required: (required.contains(&name.as_str())
                && !(root && name == "metadata")
                && !listed(ABSENT_IS_ACCEPTED))
                || listed(ABSENT_IS_REJECTED),
            deprecated: deprecated(schema),
        });
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(fields)
}

fn type_of(schema: &Value) -> Result<String, String> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    if let Some(name) = text("$ref") {
        let name = short(name);
        return Ok(scalar(&name).map_or(name, str::to_owned));
    }
    Ok(match (text("type"), text("format")) {
        (Some("string"), None) => "string".to_owned(),
        (Some("string"), Some("byte")) => "bytes".to_owned(),
        (Some("boolean"), None) => "bool".to_owned(),
        (Some("integer"), Some(format @ ("int32" | "int64"))) => format.to_owned(),
        (Some("number"), _) => "number".to_owned(),
        (Some("array"), None) => format!("[]{}", type_of(schema.get("items").ok_or("a list of nothing")?)?),
        (Some("object"), None) => match schema.get("additionalProperties") {
            Some(value) => format!("{{}}{}", type_of(value)?),
            None => "any".to_owned(),
        },
        _ => return Err(format!("unknown type {schema}")),
    })
}

/// Our scalar of a type that Kubernetes decodes by its own code.
fn scalar(name: &str) -> Option<&'static str> {
    Some(match name {
        "resource.Quantity" => "quantity",
        "intstr.IntOrString" => "int-or-string",
        "meta.v1.Time" | "meta.v1.MicroTime" => "time",
        _ => return None,
    })
}

/// The description is the only place that tells.
fn deprecated(schema: &Value) -> bool {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    ["Deprecated: ", "Deprecated. ", "is a deprecated alias"].iter().any(|mark| text.contains(mark))
}

/// `#/$defs/io.k8s.api.core.v1.Pod` is `core.v1.Pod`.
fn short(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    [
        "io.k8s.api.",
        "io.k8s.apimachinery.pkg.apis.",
        "io.k8s.apimachinery.pkg.api.",
        "io.k8s.apimachinery.pkg.util.",
        "io.k8s.apimachinery.pkg.",
    ]
    .iter()
    .find_map(|prefix| name.strip_prefix(prefix))
    .unwrap_or(name)
    .to_owned()
}
