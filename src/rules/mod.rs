//! GENERATED from the folders of /rules by `BLESS=1 cargo test --test meta`; do not edit.

use crate::rule::Rule;

#[path = "../../rules/affinity-spec-invalid/check.rs"]
mod affinity_spec_invalid;
#[path = "../../rules/anti-affinity-namespace-mismatch/check.rs"]
mod anti_affinity_namespace_mismatch;
#[path = "../../rules/anti-affinity-selector-mismatch/check.rs"]
mod anti_affinity_selector_mismatch;
#[path = "../../rules/api-version-deprecated/check.rs"]
mod api_version_deprecated;
#[path = "../../rules/api-version-removed/check.rs"]
mod api_version_removed;
#[path = "../../rules/duplicate-resource/check.rs"]
mod duplicate_resource;
#[path = "../../rules/hpa-metric-not-served/check.rs"]
mod hpa_metric_not_served;
#[path = "../../rules/hpa-min-replicas-production/check.rs"]
mod hpa_min_replicas_production;
#[path = "../../rules/hpa-missing-resource-request/check.rs"]
mod hpa_missing_resource_request;
#[path = "../../rules/hpa-spec-invalid/check.rs"]
mod hpa_spec_invalid;
#[path = "../../rules/metadata-syntax/check.rs"]
mod metadata_syntax;
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
#[path = "../../rules/scaledobject-spec-invalid/check.rs"]
mod scaledobject_spec_invalid;
#[path = "../../rules/schema-required-field/check.rs"]
mod schema_required_field;
#[path = "../../rules/schema-type/check.rs"]
mod schema_type;
#[path = "../../rules/schema-unknown-field/check.rs"]
mod schema_unknown_field;
#[path = "../../rules/topology-spread-spec-invalid/check.rs"]
mod topology_spread_spec_invalid;
#[path = "../../rules/values-min-replicas-production/check.rs"]
mod values_min_replicas_production;
#[path = "../../rules/workload-spec-invalid/check.rs"]
mod workload_spec_invalid;
#[path = "../../rules/yaml-dropped-document/check.rs"]
mod yaml_dropped_document;
#[path = "../../rules/yaml-duplicate-key/check.rs"]
mod yaml_duplicate_key;
#[path = "../../rules/yaml-merge-order/check.rs"]
mod yaml_merge_order;
#[path = "../../rules/yaml-syntax/check.rs"]
mod yaml_syntax;

/// All rules, sorted by id.
pub static RULES: &[Rule] = &[
    Rule {
        id: "affinity-spec-invalid",
        check: affinity_spec_invalid::CHECK,
        page: include_str!("../../rules/affinity-spec-invalid/README.md"),
    },
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
        id: "api-version-deprecated",
        check: api_version_deprecated::CHECK,
        page: include_str!("../../rules/api-version-deprecated/README.md"),
    },
    Rule {
        id: "api-version-removed",
        check: api_version_removed::CHECK,
        page: include_str!("../../rules/api-version-removed/README.md"),
    },
    Rule {
        id: "duplicate-resource",
        check: duplicate_resource::CHECK,
        page: include_str!("../../rules/duplicate-resource/README.md"),
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
        id: "hpa-spec-invalid",
        check: hpa_spec_invalid::CHECK,
        page: include_str!("../../rules/hpa-spec-invalid/README.md"),
    },
    Rule {
        id: "metadata-syntax",
        check: metadata_syntax::CHECK,
        page: include_str!("../../rules/metadata-syntax/README.md"),
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
        id: "scaledobject-spec-invalid",
        check: scaledobject_spec_invalid::CHECK,
        page: include_str!("../../rules/scaledobject-spec-invalid/README.md"),
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
        id: "topology-spread-spec-invalid",
        check: topology_spread_spec_invalid::CHECK,
        page: include_str!("../../rules/topology-spread-spec-invalid/README.md"),
    },
    Rule {
        id: "values-min-replicas-production",
        check: values_min_replicas_production::CHECK,
        page: include_str!("../../rules/values-min-replicas-production/README.md"),
    },
    Rule {
        id: "workload-spec-invalid",
        check: workload_spec_invalid::CHECK,
        page: include_str!("../../rules/workload-spec-invalid/README.md"),
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
        id: "yaml-merge-order",
        check: yaml_merge_order::CHECK,
        page: include_str!("../../rules/yaml-merge-order/README.md"),
    },
    Rule {
        id: "yaml-syntax",
        check: yaml_syntax::CHECK,
        page: include_str!("../../rules/yaml-syntax/README.md"),
    },
];
