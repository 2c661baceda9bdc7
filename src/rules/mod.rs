//! GENERATED from the folders of /rules by `BLESS=1 cargo test --test meta`; do not edit.

use crate::rule::Rule;

#[path = "../../rules/anti-affinity-namespace-mismatch/check.rs"]
mod anti_affinity_namespace_mismatch;
#[path = "../../rules/anti-affinity-selector-mismatch/check.rs"]
mod anti_affinity_selector_mismatch;
#[path = "../../rules/duplicate-resource/check.rs"]
mod duplicate_resource;
#[path = "../../rules/gpu-rollout-needs-spare/check.rs"]
mod gpu_rollout_needs_spare;
#[path = "../../rules/grace-period-too-short/check.rs"]
mod grace_period_too_short;
#[path = "../../rules/hpa-metric-not-served/check.rs"]
mod hpa_metric_not_served;
#[path = "../../rules/hpa-min-replicas-production/check.rs"]
mod hpa_min_replicas_production;
#[path = "../../rules/hpa-missing-resource-request/check.rs"]
mod hpa_missing_resource_request;
#[path = "../../rules/liveness-equals-readiness/check.rs"]
mod liveness_equals_readiness;
#[path = "../../rules/missing-readiness-probe/check.rs"]
mod missing_readiness_probe;
#[path = "../../rules/missing-resource-requests-production/check.rs"]
mod missing_resource_requests_production;
#[path = "../../rules/model-server-without-startup-probe/check.rs"]
mod model_server_without_startup_probe;
#[path = "../../rules/named-port-missing/check.rs"]
mod named_port_missing;
#[path = "../../rules/pdb-allows-everything/check.rs"]
mod pdb_allows_everything;
#[path = "../../rules/pdb-blocks-eviction/check.rs"]
mod pdb_blocks_eviction;
#[path = "../../rules/pdb-blocks-eviction-single-replica/check.rs"]
mod pdb_blocks_eviction_single_replica;
#[path = "../../rules/pdb-overlap/check.rs"]
mod pdb_overlap;
#[path = "../../rules/pdb-selector-absent/check.rs"]
mod pdb_selector_absent;
#[path = "../../rules/pdb-spec-invalid/check.rs"]
mod pdb_spec_invalid;
#[path = "../../rules/pdb-unsupported-controller/check.rs"]
mod pdb_unsupported_controller;
#[path = "../../rules/recreate-with-replicas/check.rs"]
mod recreate_with_replicas;
#[path = "../../rules/rollout-deadline-too-short/check.rs"]
mod rollout_deadline_too_short;
#[path = "../../rules/rollout-drops-all-pods/check.rs"]
mod rollout_drops_all_pods;
#[path = "../../rules/schema-required-field/check.rs"]
mod schema_required_field;
#[path = "../../rules/schema-type/check.rs"]
mod schema_type;
#[path = "../../rules/schema-unknown-field/check.rs"]
mod schema_unknown_field;
#[path = "../../rules/shared-rwo-volume/check.rs"]
mod shared_rwo_volume;
#[path = "../../rules/single-replica-production/check.rs"]
mod single_replica_production;
#[path = "../../rules/suspicious-quantity/check.rs"]
mod suspicious_quantity;
#[path = "../../rules/values-min-replicas-production/check.rs"]
mod values_min_replicas_production;
#[path = "../../rules/yaml-dropped-document/check.rs"]
mod yaml_dropped_document;
#[path = "../../rules/yaml-duplicate-key/check.rs"]
mod yaml_duplicate_key;
#[path = "../../rules/yaml-syntax/check.rs"]
mod yaml_syntax;

/// All rules, sorted by id.
pub static RULES: &[Rule] = &[
    Rule {
        id: "anti-affinity-namespace-mismatch",
        check: anti_affinity_namespace_mismatch::CHECK,
        page: include_str!("../../rules/anti-affinity-namespace-mismatch/README.md"),
    },
    Rule {
        id: "anti-affinity-selector-mismatch",
        check: anti_affinity_selector_mismatch::CHECK,
        page: include_str!("../../rules/anti-affinity-selector-mismatch/README.md"),
    },
    Rule {
        id: "duplicate-resource",
        check: duplicate_resource::CHECK,
        page: include_str!("../../rules/duplicate-resource/README.md"),
    },
    Rule {
        id: "gpu-rollout-needs-spare",
        check: gpu_rollout_needs_spare::CHECK,
        page: include_str!("../../rules/gpu-rollout-needs-spare/README.md"),
    },
    Rule {
        id: "grace-period-too-short",
        check: grace_period_too_short::CHECK,
        page: include_str!("../../rules/grace-period-too-short/README.md"),
    },
    Rule {
        id: "hpa-metric-not-served",
        check: hpa_metric_not_served::CHECK,
        page: include_str!("../../rules/hpa-metric-not-served/README.md"),
    },
    Rule {
        id: "hpa-min-replicas-production",
        check: hpa_min_replicas_production::CHECK,
        page: include_str!("../../rules/hpa-min-replicas-production/README.md"),
    },
    Rule {
        id: "hpa-missing-resource-request",
        check: hpa_missing_resource_request::CHECK,
        page: include_str!("../../rules/hpa-missing-resource-request/README.md"),
    },
    Rule {
        id: "liveness-equals-readiness",
        check: liveness_equals_readiness::CHECK,
        page: include_str!("../../rules/liveness-equals-readiness/README.md"),
    },
    Rule {
        id: "missing-readiness-probe",
        check: missing_readiness_probe::CHECK,
        page: include_str!("../../rules/missing-readiness-probe/README.md"),
    },
    Rule {
        id: "missing-resource-requests-production",
        check: missing_resource_requests_production::CHECK,
        page: include_str!("../../rules/missing-resource-requests-production/README.md"),
    },
    Rule {
        id: "model-server-without-startup-probe",
        check: model_server_without_startup_probe::CHECK,
        page: include_str!("../../rules/model-server-without-startup-probe/README.md"),
    },
    Rule {
        id: "named-port-missing",
        check: named_port_missing::CHECK,
        page: include_str!("../../rules/named-port-missing/README.md"),
    },
    Rule {
        id: "pdb-allows-everything",
        check: pdb_allows_everything::CHECK,
        page: include_str!("../../rules/pdb-allows-everything/README.md"),
    },
    Rule {
        id: "pdb-blocks-eviction",
        check: pdb_blocks_eviction::CHECK,
        page: include_str!("../../rules/pdb-blocks-eviction/README.md"),
    },
    Rule {
        id: "pdb-blocks-eviction-single-replica",
        check: pdb_blocks_eviction_single_replica::CHECK,
        page: include_str!("../../rules/pdb-blocks-eviction-single-replica/README.md"),
    },
    Rule {
        id: "pdb-overlap",
        check: pdb_overlap::CHECK,
        page: include_str!("../../rules/pdb-overlap/README.md"),
    },
    Rule {
        id: "pdb-selector-absent",
        check: pdb_selector_absent::CHECK,
        page: include_str!("../../rules/pdb-selector-absent/README.md"),
    },
    Rule {
        id: "pdb-spec-invalid",
        check: pdb_spec_invalid::CHECK,
        page: include_str!("../../rules/pdb-spec-invalid/README.md"),
    },
    Rule {
        id: "pdb-unsupported-controller",
        check: pdb_unsupported_controller::CHECK,
        page: include_str!("../../rules/pdb-unsupported-controller/README.md"),
    },
    Rule {
        id: "recreate-with-replicas",
        check: recreate_with_replicas::CHECK,
        page: include_str!("../../rules/recreate-with-replicas/README.md"),
    },
    Rule {
        id: "rollout-deadline-too-short",
        check: rollout_deadline_too_short::CHECK,
        page: include_str!("../../rules/rollout-deadline-too-short/README.md"),
    },
    Rule {
        id: "rollout-drops-all-pods",
        check: rollout_drops_all_pods::CHECK,
        page: include_str!("../../rules/rollout-drops-all-pods/README.md"),
    },
    Rule {
        id: "schema-required-field",
        check: schema_required_field::CHECK,
        page: include_str!("../../rules/schema-required-field/README.md"),
    },
    Rule {
        id: "schema-type",
        check: schema_type::CHECK,
        page: include_str!("../../rules/schema-type/README.md"),
    },
    Rule {
        id: "schema-unknown-field",
        check: schema_unknown_field::CHECK,
        page: include_str!("../../rules/schema-unknown-field/README.md"),
    },
    Rule {
        id: "shared-rwo-volume",
        check: shared_rwo_volume::CHECK,
        page: include_str!("../../rules/shared-rwo-volume/README.md"),
    },
    Rule {
        id: "single-replica-production",
        check: single_replica_production::CHECK,
        page: include_str!("../../rules/single-replica-production/README.md"),
    },
    Rule {
        id: "suspicious-quantity",
        check: suspicious_quantity::CHECK,
        page: include_str!("../../rules/suspicious-quantity/README.md"),
    },
    Rule {
        id: "values-min-replicas-production",
        check: values_min_replicas_production::CHECK,
        page: include_str!("../../rules/values-min-replicas-production/README.md"),
    },
    Rule {
        id: "yaml-dropped-document",
        check: yaml_dropped_document::CHECK,
        page: include_str!("../../rules/yaml-dropped-document/README.md"),
    },
    Rule {
        id: "yaml-duplicate-key",
        check: yaml_duplicate_key::CHECK,
        page: include_str!("../../rules/yaml-duplicate-key/README.md"),
    },
    Rule {
        id: "yaml-syntax",
        check: yaml_syntax::CHECK,
        page: include_str!("../../rules/yaml-syntax/README.md"),
    },
];
