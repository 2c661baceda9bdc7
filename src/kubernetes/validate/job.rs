//! Jobs and CronJobs: what the API server rejects beyond the schema (pkg/apis/batch/validation, Kubernetes 1.34 to 1.37).

use super::cron;
use super::field::{Field, Found};
use super::pod::Owner;
use super::shown;
use super::workload::{selected, template};

pub(super) fn job<'t>(spec: &Field<'t>, owner: &Owner<'t>, found: &mut Found) {
    // Both numbers are 1 where neither is written (`SetDefaults_Job`), and only in a Job.
    let is_counted = spec.has("completions") || !spec.has("parallelism");
    job_spec(spec, is_counted, owner, found);
    if spec.bool("manualSelector") == Some(true) {
        selected_by_hand(spec, found);
        return;
    }
    // The server adds its own labels to the selector, and then takes nothing else.
    let Some(labels) = spec.at("selector.matchLabels") else { return };
    const OWN: &[&str] =
        &["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];
    if let Some((key, _)) = labels.entries().find(|(key, _)| !OWN.contains(&key.as_ref())) {
        found.push(
            spec.path_of("selector"),
            format!("`selector` of a Job asks for `{}`, and the server writes the selector itself", shown(&key)),
            "remove `selector`",
        );
    }
}

fn selected_by_hand(spec: &Field<'_>, found: &mut Found) {
    if spec.has("selector") {
        selected(spec, "Job", found);
        return;
    }
    found
        .push(
            spec.path_of("selector"),
            "`manualSelector: true` leaves the Job without a selector",
            "remove `manualSelector`, so that the server writes the selector",
        )
        .against(spec.path_of("manualSelector"), "the server writes none");
}

pub(super) fn cron_job<'t>(spec: &Field<'t>, owner: &Owner<'t>, found: &mut Found) {
    cron::schedule(spec, found);
    cron::time_zone(spec, found);
    found.one_of(spec, "concurrencyPolicy", &["Allow", "Forbid", "Replace"]);
    for count in ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        found.at_least(spec, count, 0);
    }
    let Some(job) = spec.at("jobTemplate.spec") else { return };
    job_spec(&job, job.has("completions"), owner, found);
    if let Some(selector) = job.get("selector") {
        let message = "a Job of a CronJob has a `selector`, and the server writes that itself";
        found.push(selector.path, message, "remove `selector`");
    }
    if job.bool("manualSelector") == Some(true) {
        let message = "a Job of a CronJob has a `manualSelector`, and each run needs a selector of its own";
        found.push(job.path_of("manualSelector"), message, "remove `manualSelector`");
    }
}

/// `validateJobSpec`.
fn job_spec<'t>(spec: &Field<'t>, is_counted: bool, owner: &Owner<'t>, found: &mut Found) {
    for count in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        found.at_least(spec, count, 0);
    }
    indexed(spec, is_counted, found);
    failure_policy(spec, found);
    ends(spec, found);
    template(spec, owner, found);
}

fn indexed(spec: &Field<'_>, is_counted: bool, found: &mut Found) {
    found.one_of(spec, "completionMode", &["NonIndexed", "Indexed"]);
    let mode = spec.text("completionMode");
    if mode.as_deref() == Some("Indexed") {
        if !is_counted {
            found
                .push(
                    spec.path_of("completions"),
                    "`completionMode: Indexed` has no `completions` to count its indexes",
                    "add `completions`, the number of indexes",
                )
                .against(spec.path_of("completionMode"), "needs a number of indexes");
        }
        return;
    }
    if spec.has("completionMode") && mode.as_deref() != Some("NonIndexed") {
        return;
    }
    for key in ["backoffLimitPerIndex", "maxFailedIndexes", "successPolicy"] {
        if spec.has(key) {
            let message = format!("`{key}` speaks of indexes, and the Job has none");
            found.push(spec.path_of(key), message, "set `completionMode: Indexed`, or remove it");
        }
    }
}

/// `validatePodFailurePolicy` and `validatePodReplacementPolicy`.
fn failure_policy(spec: &Field<'_>, found: &mut Found) {
    let policy = spec.get("podFailurePolicy");
    let replacements: &[&str] = if policy.is_some() { &["Failed"] } else { &["TerminatingOrFailed", "Failed"] };
    found.one_of(spec, "podReplacementPolicy", replacements);
    let Some(policy) = policy else { return };
    for rule in policy.list("rules").filter(Field::is_map) {
        found.one_of(&rule, "action", &["FailJob", "FailIndex", "Ignore", "Count"]);
        if rule.text("action").as_deref() == Some("FailIndex") && !spec.has("backoffLimitPerIndex") {
            let message = "`action: FailIndex` needs `backoffLimitPerIndex`, and the Job has none";
            found.push(rule.path_of("action"), message, "use `FailJob`, or add `backoffLimitPerIndex`");
        }
        let codes = rule.get("onExitCodes");
        let has_conditions = rule.list("onPodConditions").next().is_some();
        if codes.is_some() == has_conditions {
            let (message, help) = if has_conditions {
                ("a rule has both `onExitCodes` and `onPodConditions`", "make it two rules")
            } else {
                ("a rule has neither `onExitCodes` nor `onPodConditions`", "add `onExitCodes`")
            };
            found.push(&rule.path, message, help);
        }
        if let Some(codes) = codes {
            exit_codes(spec, &codes, found);
        }
        for condition in rule.list("onPodConditions") {
            found.one_of(&condition, "status", &["True", "False", "Unknown"]);
        }
    }
}

fn exit_codes(spec: &Field<'_>, codes: &Field<'_>, found: &mut Found) {
    found.one_of(codes, "operator", &["In", "NotIn"]);
    let values: Vec<_> = codes.list("values").collect();
    if values.is_empty() && codes.get("values").is_some_and(|values| values.node.scalar().is_none()) {
        found.push(codes.path_of("values"), "`onExitCodes` lists no exit code", "list at least one, such as `[42]`");
    }
    let is_in = codes.text("operator").as_deref() == Some("In");
    if let Some(zero) = values.iter().find(|value| is_in && value.node.int() == Some(0)) {
        found.push(&zero.path, "`onExitCodes` lists 0, which is success", "remove the 0");
    }
    let numbers: Vec<i64> = values.iter().filter_map(|value| value.node.int()).collect();
    if numbers.len() == values.len() && !numbers.is_sorted_by(|one, other| one < other) {
        let message = "the exit codes are not in order, or one is there twice";
        found.push(codes.path_of("values"), message, "sort them, each once");
    }
    let Some(name) = codes.text("containerName") else { return };
    let names = ["containers", "initContainers"].iter().filter_map(|list| spec.at("template.spec")?.get(list));
    let mut containers = names.flat_map(|list| list.items()).map(|container| container.text("name"));
    if containers.all(|other| other.is_some_and(|other| other != name)) {
        let message = format!("`containerName: {}` is no container of the Job", shown(&name));
        found.push(codes.path_of("containerName"), message, "name a container or an init container");
    }
}

/// A Job ends, so its pods are not restarted forever.
fn ends(spec: &Field<'_>, found: &mut Found) {
    let Some(pod) = spec.at("template.spec") else { return };
    let path = pod.path_of("restartPolicy");
    let policy = pod.text("restartPolicy");
    match policy.as_deref() {
        None | Some("") if pod.lacks("restartPolicy") => {
            let message = "the pods of a Job have no `restartPolicy`, and the default is `Always`";
            found.push(path, message, "add `restartPolicy: Never`, or `OnFailure` to restart in place");
        }
        None | Some("Never") => {}
        Some("OnFailure") => {
            let Some(failure) = spec.get("podFailurePolicy") else { return };
            let message = "`restartPolicy: OnFailure` leaves a `podFailurePolicy` nothing to judge";
            found.push(path, message, "set `restartPolicy: Never`").against(failure.path, "judges pods that failed");
        }
        Some(other) => {
            let message = format!("`restartPolicy: {}` in a Job, which takes `Never` or `OnFailure`", shown(other));
            found.push(path, message, "set `restartPolicy: Never`, or `OnFailure` to restart in place");
        }
    }
}
