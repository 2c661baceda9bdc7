//! GENERATED from the folders of /rules by `BLESS=1 cargo test --test meta`; do not edit.

use crate::rule::Rule;

#[path = "../../rules/adapter-config-invalid/check.rs"]
mod adapter_config_invalid;
#[path = "../../rules/adapter-config-not-mounted/check.rs"]
mod adapter_config_not_mounted;
#[path = "../../rules/adapter-duplicate-metric/check.rs"]
mod adapter_duplicate_metric;
#[path = "../../rules/adapter-external-namespace/check.rs"]
mod adapter_external_namespace;
#[path = "../../rules/adapter-metric-name-empty/check.rs"]
mod adapter_metric_name_empty;
#[path = "../../rules/adapter-prometheus-url-invalid/check.rs"]
mod adapter_prometheus_url_invalid;
#[path = "../../rules/adapter-query-drops-resource/check.rs"]
mod adapter_query_drops_resource;
#[path = "../../rules/adapter-query-ignores-labels/check.rs"]
mod adapter_query_ignores_labels;
#[path = "../../rules/adapter-query-invalid/check.rs"]
mod adapter_query_invalid;
#[path = "../../rules/adapter-rate-window/check.rs"]
mod adapter_rate_window;
#[path = "../../rules/adapter-series-unmatched/check.rs"]
mod adapter_series_unmatched;
#[path = "../../rules/affinity-spec-invalid/check.rs"]
mod affinity_spec_invalid;
#[path = "../../rules/anti-affinity-namespace-mismatch/check.rs"]
mod anti_affinity_namespace_mismatch;
#[path = "../../rules/anti-affinity-selector-mismatch/check.rs"]
mod anti_affinity_selector_mismatch;
#[path = "../../rules/anti-affinity-selector-too-wide/check.rs"]
mod anti_affinity_selector_too_wide;
#[path = "../../rules/api-version-deprecated/check.rs"]
mod api_version_deprecated;
#[path = "../../rules/api-version-removed/check.rs"]
mod api_version_removed;
#[path = "../../rules/competing-scalers/check.rs"]
mod competing_scalers;
#[path = "../../rules/duplicate-resource/check.rs"]
mod duplicate_resource;
#[path = "../../rules/gpu-rollout-needs-spare/check.rs"]
mod gpu_rollout_needs_spare;
#[path = "../../rules/gpu-scaled-on-cpu/check.rs"]
mod gpu_scaled_on_cpu;
#[path = "../../rules/grace-period-too-short/check.rs"]
mod grace_period_too_short;
#[path = "../../rules/hpa-alerts-missing/check.rs"]
mod hpa_alerts_missing;
#[path = "../../rules/hpa-at-maximum/check.rs"]
mod hpa_at_maximum;
#[path = "../../rules/hpa-condition-failing/check.rs"]
mod hpa_condition_failing;
#[path = "../../rules/hpa-container-metric-unknown-container/check.rs"]
mod hpa_container_metric_unknown_container;
#[path = "../../rules/hpa-counts-foreign-pods/check.rs"]
mod hpa_counts_foreign_pods;
#[path = "../../rules/hpa-disabled-by-zero-replicas/check.rs"]
mod hpa_disabled_by_zero_replicas;
#[path = "../../rules/hpa-max-exceeds-nodes/check.rs"]
mod hpa_max_exceeds_nodes;
#[path = "../../rules/hpa-max-exceeds-quota/check.rs"]
mod hpa_max_exceeds_quota;
#[path = "../../rules/hpa-metric-not-served/check.rs"]
mod hpa_metric_not_served;
#[path = "../../rules/hpa-metric-source-missing/check.rs"]
mod hpa_metric_source_missing;
#[path = "../../rules/hpa-min-replicas-production/check.rs"]
mod hpa_min_replicas_production;
#[path = "../../rules/hpa-missing-resource-request/check.rs"]
mod hpa_missing_resource_request;
#[path = "../../rules/hpa-no-headroom/check.rs"]
mod hpa_no_headroom;
#[path = "../../rules/hpa-scale-down-unstabilized/check.rs"]
mod hpa_scale_down_unstabilized;
#[path = "../../rules/hpa-scale-up-disabled/check.rs"]
mod hpa_scale_up_disabled;
#[path = "../../rules/hpa-selector-overlap/check.rs"]
mod hpa_selector_overlap;
#[path = "../../rules/hpa-spec-invalid/check.rs"]
mod hpa_spec_invalid;
#[path = "../../rules/hpa-target-api-group/check.rs"]
mod hpa_target_api_group;
#[path = "../../rules/hpa-target-missing/check.rs"]
mod hpa_target_missing;
#[path = "../../rules/hpa-target-not-scalable/check.rs"]
mod hpa_target_not_scalable;
#[path = "../../rules/hpa-target-type-mismatch/check.rs"]
mod hpa_target_type_mismatch;
#[path = "../../rules/hpa-utilization-unreachable/check.rs"]
mod hpa_utilization_unreachable;
#[path = "../../rules/hpa-vpa-conflict/check.rs"]
mod hpa_vpa_conflict;
#[path = "../../rules/liveness-equals-readiness/check.rs"]
mod liveness_equals_readiness;
#[path = "../../rules/metadata-syntax/check.rs"]
mod metadata_syntax;
#[path = "../../rules/metric-target-not-scraped/check.rs"]
mod metric_target_not_scraped;
#[path = "../../rules/missing-pdb/check.rs"]
mod missing_pdb;
#[path = "../../rules/missing-readiness-probe/check.rs"]
mod missing_readiness_probe;
#[path = "../../rules/missing-resource-requests-production/check.rs"]
mod missing_resource_requests_production;
#[path = "../../rules/missing-spread/check.rs"]
mod missing_spread;
#[path = "../../rules/missing-zone-spread/check.rs"]
mod missing_zone_spread;
#[path = "../../rules/model-server-without-startup-probe/check.rs"]
mod model_server_without_startup_probe;
#[path = "../../rules/monitor-port-missing/check.rs"]
mod monitor_port_missing;
#[path = "../../rules/named-port-missing/check.rs"]
mod named_port_missing;
#[path = "../../rules/pdb-allows-everything/check.rs"]
mod pdb_allows_everything;
#[path = "../../rules/pdb-blocks-eviction/check.rs"]
mod pdb_blocks_eviction;
#[path = "../../rules/pdb-blocks-eviction-single-replica/check.rs"]
mod pdb_blocks_eviction_single_replica;
#[path = "../../rules/pdb-ignores-unhealthy/check.rs"]
mod pdb_ignores_unhealthy;
#[path = "../../rules/pdb-no-disruptions-allowed/check.rs"]
mod pdb_no_disruptions_allowed;
#[path = "../../rules/pdb-overlap/check.rs"]
mod pdb_overlap;
#[path = "../../rules/pdb-protects-little/check.rs"]
mod pdb_protects_little;
#[path = "../../rules/pdb-selector-absent/check.rs"]
mod pdb_selector_absent;
#[path = "../../rules/pdb-selects-nothing/check.rs"]
mod pdb_selects_nothing;
#[path = "../../rules/pdb-selects-whole-namespace/check.rs"]
mod pdb_selects_whole_namespace;
#[path = "../../rules/pdb-spec-invalid/check.rs"]
mod pdb_spec_invalid;
#[path = "../../rules/pdb-unsupported-controller/check.rs"]
mod pdb_unsupported_controller;
#[path = "../../rules/preferred-anti-affinity-in-large-cluster/check.rs"]
mod preferred_anti_affinity_in_large_cluster;
#[path = "../../rules/recreate-with-replicas/check.rs"]
mod recreate_with_replicas;
#[path = "../../rules/replicas-outside-hpa-range/check.rs"]
mod replicas_outside_hpa_range;
#[path = "../../rules/replicas-set-with-hpa/check.rs"]
mod replicas_set_with_hpa;
#[path = "../../rules/required-affinity-unsatisfiable/check.rs"]
mod required_affinity_unsatisfiable;
#[path = "../../rules/required-anti-affinity-deadlock/check.rs"]
mod required_anti_affinity_deadlock;
#[path = "../../rules/rollout-deadline-too-short/check.rs"]
mod rollout_deadline_too_short;
#[path = "../../rules/rollout-drops-all-pods/check.rs"]
mod rollout_drops_all_pods;
#[path = "../../rules/scale-target-kind-case/check.rs"]
mod scale_target_kind_case;
#[path = "../../rules/scaledobject-empty-server-address/check.rs"]
mod scaledobject_empty_server_address;
#[path = "../../rules/scaledobject-null-is-zero/check.rs"]
mod scaledobject_null_is_zero;
#[path = "../../rules/scaledobject-spec-invalid/check.rs"]
mod scaledobject_spec_invalid;
#[path = "../../rules/schema-required-field/check.rs"]
mod schema_required_field;
#[path = "../../rules/schema-type/check.rs"]
mod schema_type;
#[path = "../../rules/schema-unknown-field/check.rs"]
mod schema_unknown_field;
#[path = "../../rules/scrape-port-not-a-number/check.rs"]
mod scrape_port_not_a_number;
#[path = "../../rules/scrape-port-not-exposed/check.rs"]
mod scrape_port_not_exposed;
#[path = "../../rules/service-monitor-selects-nothing/check.rs"]
mod service_monitor_selects_nothing;
#[path = "../../rules/service-selects-nothing/check.rs"]
mod service_selects_nothing;
#[path = "../../rules/shared-rwo-volume/check.rs"]
mod shared_rwo_volume;
#[path = "../../rules/single-replica-production/check.rs"]
mod single_replica_production;
#[path = "../../rules/statefulset-service-missing/check.rs"]
mod statefulset_service_missing;
#[path = "../../rules/suspicious-quantity/check.rs"]
mod suspicious_quantity;
#[path = "../../rules/topology-key-deprecated/check.rs"]
mod topology_key_deprecated;
#[path = "../../rules/topology-key-unknown/check.rs"]
mod topology_key_unknown;
#[path = "../../rules/topology-spread-selector-mismatch/check.rs"]
mod topology_spread_selector_mismatch;
#[path = "../../rules/topology-spread-spec-invalid/check.rs"]
mod topology_spread_spec_invalid;
#[path = "../../rules/values-anti-affinity-selector-mismatch/check.rs"]
mod values_anti_affinity_selector_mismatch;
#[path = "../../rules/values-cpu-target-without-request/check.rs"]
mod values_cpu_target_without_request;
#[path = "../../rules/values-metric-not-served/check.rs"]
mod values_metric_not_served;
#[path = "../../rules/values-min-replicas-production/check.rs"]
mod values_min_replicas_production;
#[path = "../../rules/values-pdb-blocks-eviction/check.rs"]
mod values_pdb_blocks_eviction;
#[path = "../../rules/values-replica-bounds/check.rs"]
mod values_replica_bounds;
#[path = "../../rules/values-single-replica-production/check.rs"]
mod values_single_replica_production;
#[path = "../../rules/values-unused-override/check.rs"]
mod values_unused_override;
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
        id: "adapter-config-invalid",
        check: adapter_config_invalid::CHECK,
        page: include_str!("../../rules/adapter-config-invalid/README.md"),
    },
    Rule {
        id: "adapter-config-not-mounted",
        check: adapter_config_not_mounted::CHECK,
        page: include_str!("../../rules/adapter-config-not-mounted/README.md"),
    },
    Rule {
        id: "adapter-duplicate-metric",
        check: adapter_duplicate_metric::CHECK,
        page: include_str!("../../rules/adapter-duplicate-metric/README.md"),
    },
    Rule {
        id: "adapter-external-namespace",
        check: adapter_external_namespace::CHECK,
        page: include_str!("../../rules/adapter-external-namespace/README.md"),
    },
    Rule {
        id: "adapter-metric-name-empty",
        check: adapter_metric_name_empty::CHECK,
        page: include_str!("../../rules/adapter-metric-name-empty/README.md"),
    },
    Rule {
        id: "adapter-prometheus-url-invalid",
        check: adapter_prometheus_url_invalid::CHECK,
        page: include_str!("../../rules/adapter-prometheus-url-invalid/README.md"),
    },
    Rule {
        id: "adapter-query-drops-resource",
        check: adapter_query_drops_resource::CHECK,
        page: include_str!("../../rules/adapter-query-drops-resource/README.md"),
    },
    Rule {
        id: "adapter-query-ignores-labels",
        check: adapter_query_ignores_labels::CHECK,
        page: include_str!("../../rules/adapter-query-ignores-labels/README.md"),
    },
    Rule {
        id: "adapter-query-invalid",
        check: adapter_query_invalid::CHECK,
        page: include_str!("../../rules/adapter-query-invalid/README.md"),
    },
    Rule {
        id: "adapter-rate-window",
        check: adapter_rate_window::CHECK,
        page: include_str!("../../rules/adapter-rate-window/README.md"),
    },
    Rule {
        id: "adapter-series-unmatched",
        check: adapter_series_unmatched::CHECK,
        page: include_str!("../../rules/adapter-series-unmatched/README.md"),
    },
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
        id: "anti-affinity-selector-too-wide",
        check: anti_affinity_selector_too_wide::CHECK,
        page: include_str!("../../rules/anti-affinity-selector-too-wide/README.md"),
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
        id: "competing-scalers",
        check: competing_scalers::CHECK,
        page: include_str!("../../rules/competing-scalers/README.md"),
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
        id: "gpu-scaled-on-cpu",
        check: gpu_scaled_on_cpu::CHECK,
        page: include_str!("../../rules/gpu-scaled-on-cpu/README.md"),
    },
    Rule {
        id: "grace-period-too-short",
        check: grace_period_too_short::CHECK,
        page: include_str!("../../rules/grace-period-too-short/README.md"),
    },
    Rule {
        id: "hpa-alerts-missing",
        check: hpa_alerts_missing::CHECK,
        page: include_str!("../../rules/hpa-alerts-missing/README.md"),
    },
    Rule {
        id: "hpa-at-maximum",
        check: hpa_at_maximum::CHECK,
        page: include_str!("../../rules/hpa-at-maximum/README.md"),
    },
    Rule {
        id: "hpa-condition-failing",
        check: hpa_condition_failing::CHECK,
        page: include_str!("../../rules/hpa-condition-failing/README.md"),
    },
    Rule {
        id: "hpa-container-metric-unknown-container",
        check: hpa_container_metric_unknown_container::CHECK,
        page: include_str!("../../rules/hpa-container-metric-unknown-container/README.md"),
    },
    Rule {
        id: "hpa-counts-foreign-pods",
        check: hpa_counts_foreign_pods::CHECK,
        page: include_str!("../../rules/hpa-counts-foreign-pods/README.md"),
    },
    Rule {
        id: "hpa-disabled-by-zero-replicas",
        check: hpa_disabled_by_zero_replicas::CHECK,
        page: include_str!("../../rules/hpa-disabled-by-zero-replicas/README.md"),
    },
    Rule {
        id: "hpa-max-exceeds-nodes",
        check: hpa_max_exceeds_nodes::CHECK,
        page: include_str!("../../rules/hpa-max-exceeds-nodes/README.md"),
    },
    Rule {
        id: "hpa-max-exceeds-quota",
        check: hpa_max_exceeds_quota::CHECK,
        page: include_str!("../../rules/hpa-max-exceeds-quota/README.md"),
    },
    Rule {
        id: "hpa-metric-not-served",
        check: hpa_metric_not_served::CHECK,
        page: include_str!("../../rules/hpa-metric-not-served/README.md"),
    },
    Rule {
        id: "hpa-metric-source-missing",
        check: hpa_metric_source_missing::CHECK,
        page: include_str!("../../rules/hpa-metric-source-missing/README.md"),
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
        id: "hpa-no-headroom",
        check: hpa_no_headroom::CHECK,
        page: include_str!("../../rules/hpa-no-headroom/README.md"),
    },
    Rule {
        id: "hpa-scale-down-unstabilized",
        check: hpa_scale_down_unstabilized::CHECK,
        page: include_str!("../../rules/hpa-scale-down-unstabilized/README.md"),
    },
    Rule {
        id: "hpa-scale-up-disabled",
        check: hpa_scale_up_disabled::CHECK,
        page: include_str!("../../rules/hpa-scale-up-disabled/README.md"),
    },
    Rule {
        id: "hpa-selector-overlap",
        check: hpa_selector_overlap::CHECK,
        page: include_str!("../../rules/hpa-selector-overlap/README.md"),
    },
    Rule {
        id: "hpa-spec-invalid",
        check: hpa_spec_invalid::CHECK,
        page: include_str!("../../rules/hpa-spec-invalid/README.md"),
    },
    Rule {
        id: "hpa-target-api-group",
        check: hpa_target_api_group::CHECK,
        page: include_str!("../../rules/hpa-target-api-group/README.md"),
    },
    Rule {
        id: "hpa-target-missing",
        check: hpa_target_missing::CHECK,
        page: include_str!("../../rules/hpa-target-missing/README.md"),
    },
    Rule {
        id: "hpa-target-not-scalable",
        check: hpa_target_not_scalable::CHECK,
        page: include_str!("../../rules/hpa-target-not-scalable/README.md"),
    },
    Rule {
        id: "hpa-target-type-mismatch",
        check: hpa_target_type_mismatch::CHECK,
        page: include_str!("../../rules/hpa-target-type-mismatch/README.md"),
    },
    Rule {
        id: "hpa-utilization-unreachable",
        check: hpa_utilization_unreachable::CHECK,
        page: include_str!("../../rules/hpa-utilization-unreachable/README.md"),
    },
    Rule {
        id: "hpa-vpa-conflict",
        check: hpa_vpa_conflict::CHECK,
        page: include_str!("../../rules/hpa-vpa-conflict/README.md"),
    },
    Rule {
        id: "liveness-equals-readiness",
        check: liveness_equals_readiness::CHECK,
        page: include_str!("../../rules/liveness-equals-readiness/README.md"),
    },
    Rule {
        id: "metadata-syntax",
        check: metadata_syntax::CHECK,
        page: include_str!("../../rules/metadata-syntax/README.md"),
    },
    Rule {
        id: "metric-target-not-scraped",
        check: metric_target_not_scraped::CHECK,
        page: include_str!("../../rules/metric-target-not-scraped/README.md"),
    },
    Rule {
        id: "missing-pdb",
        check: missing_pdb::CHECK,
        page: include_str!("../../rules/missing-pdb/README.md"),
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
        id: "missing-spread",
        check: missing_spread::CHECK,
        page: include_str!("../../rules/missing-spread/README.md"),
    },
    Rule {
        id: "missing-zone-spread",
        check: missing_zone_spread::CHECK,
        page: include_str!("../../rules/missing-zone-spread/README.md"),
    },
    Rule {
        id: "model-server-without-startup-probe",
        check: model_server_without_startup_probe::CHECK,
        page: include_str!("../../rules/model-server-without-startup-probe/README.md"),
    },
    Rule {
        id: "monitor-port-missing",
        check: monitor_port_missing::CHECK,
        page: include_str!("../../rules/monitor-port-missing/README.md"),
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
        id: "pdb-ignores-unhealthy",
        check: pdb_ignores_unhealthy::CHECK,
        page: include_str!("../../rules/pdb-ignores-unhealthy/README.md"),
    },
    Rule {
        id: "pdb-no-disruptions-allowed",
        check: pdb_no_disruptions_allowed::CHECK,
        page: include_str!("../../rules/pdb-no-disruptions-allowed/README.md"),
    },
    Rule {
        id: "pdb-overlap",
        check: pdb_overlap::CHECK,
        page: include_str!("../../rules/pdb-overlap/README.md"),
    },
    Rule {
        id: "pdb-protects-little",
        check: pdb_protects_little::CHECK,
        page: include_str!("../../rules/pdb-protects-little/README.md"),
    },
    Rule {
        id: "pdb-selector-absent",
        check: pdb_selector_absent::CHECK,
        page: include_str!("../../rules/pdb-selector-absent/README.md"),
    },
    Rule {
        id: "pdb-selects-nothing",
        check: pdb_selects_nothing::CHECK,
        page: include_str!("../../rules/pdb-selects-nothing/README.md"),
    },
    Rule {
        id: "pdb-selects-whole-namespace",
        check: pdb_selects_whole_namespace::CHECK,
        page: include_str!("../../rules/pdb-selects-whole-namespace/README.md"),
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
        id: "preferred-anti-affinity-in-large-cluster",
        check: preferred_anti_affinity_in_large_cluster::CHECK,
        page: include_str!("../../rules/preferred-anti-affinity-in-large-cluster/README.md"),
    },
    Rule {
        id: "recreate-with-replicas",
        check: recreate_with_replicas::CHECK,
        page: include_str!("../../rules/recreate-with-replicas/README.md"),
    },
    Rule {
        id: "replicas-outside-hpa-range",
        check: replicas_outside_hpa_range::CHECK,
        page: include_str!("../../rules/replicas-outside-hpa-range/README.md"),
    },
    Rule {
        id: "replicas-set-with-hpa",
        check: replicas_set_with_hpa::CHECK,
        page: include_str!("../../rules/replicas-set-with-hpa/README.md"),
    },
    Rule {
        id: "required-affinity-unsatisfiable",
        check: required_affinity_unsatisfiable::CHECK,
        page: include_str!("../../rules/required-affinity-unsatisfiable/README.md"),
    },
    Rule {
        id: "required-anti-affinity-deadlock",
        check: required_anti_affinity_deadlock::CHECK,
        page: include_str!("../../rules/required-anti-affinity-deadlock/README.md"),
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
        id: "scale-target-kind-case",
        check: scale_target_kind_case::CHECK,
        page: include_str!("../../rules/scale-target-kind-case/README.md"),
    },
    Rule {
        id: "scaledobject-empty-server-address",
        check: scaledobject_empty_server_address::CHECK,
        page: include_str!("../../rules/scaledobject-empty-server-address/README.md"),
    },
    Rule {
        id: "scaledobject-null-is-zero",
        check: scaledobject_null_is_zero::CHECK,
        page: include_str!("../../rules/scaledobject-null-is-zero/README.md"),
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
        id: "scrape-port-not-a-number",
        check: scrape_port_not_a_number::CHECK,
        page: include_str!("../../rules/scrape-port-not-a-number/README.md"),
    },
    Rule {
        id: "scrape-port-not-exposed",
        check: scrape_port_not_exposed::CHECK,
        page: include_str!("../../rules/scrape-port-not-exposed/README.md"),
    },
    Rule {
        id: "service-monitor-selects-nothing",
        check: service_monitor_selects_nothing::CHECK,
        page: include_str!("../../rules/service-monitor-selects-nothing/README.md"),
    },
    Rule {
        id: "service-selects-nothing",
        check: service_selects_nothing::CHECK,
        page: include_str!("../../rules/service-selects-nothing/README.md"),
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
        id: "statefulset-service-missing",
        check: statefulset_service_missing::CHECK,
        page: include_str!("../../rules/statefulset-service-missing/README.md"),
    },
    Rule {
        id: "suspicious-quantity",
        check: suspicious_quantity::CHECK,
        page: include_str!("../../rules/suspicious-quantity/README.md"),
    },
    Rule {
        id: "topology-key-deprecated",
        check: topology_key_deprecated::CHECK,
        page: include_str!("../../rules/topology-key-deprecated/README.md"),
    },
    Rule {
        id: "topology-key-unknown",
        check: topology_key_unknown::CHECK,
        page: include_str!("../../rules/topology-key-unknown/README.md"),
    },
    Rule {
        id: "topology-spread-selector-mismatch",
        check: topology_spread_selector_mismatch::CHECK,
        page: include_str!("../../rules/topology-spread-selector-mismatch/README.md"),
    },
    Rule {
        id: "topology-spread-spec-invalid",
        check: topology_spread_spec_invalid::CHECK,
        page: include_str!("../../rules/topology-spread-spec-invalid/README.md"),
    },
    Rule {
        id: "values-anti-affinity-selector-mismatch",
        check: values_anti_affinity_selector_mismatch::CHECK,
        page: include_str!("../../rules/values-anti-affinity-selector-mismatch/README.md"),
    },
    Rule {
        id: "values-cpu-target-without-request",
        check: values_cpu_target_without_request::CHECK,
        page: include_str!("../../rules/values-cpu-target-without-request/README.md"),
    },
    Rule {
        id: "values-metric-not-served",
        check: values_metric_not_served::CHECK,
        page: include_str!("../../rules/values-metric-not-served/README.md"),
    },
    Rule {
        id: "values-min-replicas-production",
        check: values_min_replicas_production::CHECK,
        page: include_str!("../../rules/values-min-replicas-production/README.md"),
    },
    Rule {
        id: "values-pdb-blocks-eviction",
        check: values_pdb_blocks_eviction::CHECK,
        page: include_str!("../../rules/values-pdb-blocks-eviction/README.md"),
    },
    Rule {
        id: "values-replica-bounds",
        check: values_replica_bounds::CHECK,
        page: include_str!("../../rules/values-replica-bounds/README.md"),
    },
    Rule {
        id: "values-single-replica-production",
        check: values_single_replica_production::CHECK,
        page: include_str!("../../rules/values-single-replica-production/README.md"),
    },
    Rule {
        id: "values-unused-override",
        check: values_unused_override::CHECK,
        page: include_str!("../../rules/values-unused-override/README.md"),
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
