//! How workloads replace their pods.

use super::field::{Field, Found};
use super::shown;
use crate::kubernetes::version::KubeVersion;
use crate::yaml::Scalar;

/// `ValidateDeploymentStrategy`, and the deadline of a rollout.
pub(super) fn deployment(spec: &Field<'_>, found: &mut Found) {
    deadline(spec, found);
    let Some(strategy) = spec.get("strategy").filter(Field::is_map) else { return };
    let rolling = strategy.get("rollingUpdate");
    match (strategy.text("type").as_deref(), rolling) {
        (Some("Recreate"), Some(rolling)) => {
            found
                .push(
                    rolling.path,
                    "`rollingUpdate` stands with `type: Recreate`, which has no such settings",
                    "remove it; a values file unsets a chart's default with `rollingUpdate: null`",
                )
                .against(strategy.path_of("type"), "stops all pods first");
        }
        (Some("RollingUpdate" | ""), Some(rolling)) => surge_and_unavailable(&rolling, found),
        (None, Some(rolling)) if !strategy.has("type") => surge_and_unavailable(&rolling, found),
        (Some("Recreate" | "RollingUpdate" | ""), _) => {}
        _ => found.one_of(&strategy, "type", &["RollingUpdate", "Recreate"]),
    }
}

/// The default deadline is 600 seconds.
fn deadline(spec: &Field<'_>, found: &mut Found) {
    found.at_least(spec, "progressDeadlineSeconds", 0);
    let (ready, deadline) = (spec.int("minReadySeconds").unwrap_or(0), spec.int("progressDeadlineSeconds"));
    let is_readable = deadline.is_some() || !spec.has("progressDeadlineSeconds");
    let deadline = deadline.unwrap_or(600);
    if !is_readable || deadline < 0 || deadline > ready {
        return;
    }
    found.push(
        spec.path_of("progressDeadlineSeconds"),
        format!("`progressDeadlineSeconds` of {deadline} is not above `minReadySeconds` of {ready}"),
        format!("set `progressDeadlineSeconds` to more than {ready}"),
    );
    if spec.has("minReadySeconds") {
        found.against(spec.path_of("minReadySeconds"), format!("a pod is ready after {ready} seconds"));
    }
}

fn surge_and_unavailable(rolling: &Field<'_>, found: &mut Found) {
    let before = found.list.len();
    let unavailable = share(rolling, "maxUnavailable", Some(100), found);
    let surge = share(rolling, "maxSurge", None, found);
    // Absent ones are 25%.
    if found.list.len() > before || unavailable != Some(0) || surge != Some(0) {
        return;
    }
    found
        .push(
            rolling.path_of("maxUnavailable"),
            "`maxUnavailable` and `maxSurge` are both 0, so that no pod could be replaced",
            "set `maxSurge: 1`, or `maxUnavailable: 1` where no spare pod fits",
        )
        .against(rolling.path_of("maxSurge"), "no pod may be added either");
}

/// A count or a share; its number, of whichever of the two.
fn share(parent: &Field<'_>, key: &str, most: Option<u64>, found: &mut Found) -> Option<i64> {
    let field = parent.get(key)?;
    let path = field.path.clone();
    match field.node.scalar()? {
        Scalar::Int(count) => {
            found.at_least(parent, key, 0);
            Some(count)
        }
        Scalar::Str(_) => {
            let text = field.str()?;
            let digits = text.strip_suffix('%').filter(|digits| is_number(digits));
            let Some(percent) = digits.map(|digits| digits.parse::<u64>().unwrap_or(u64::MAX)) else {
                let (what, help) = if is_number(&text) {
                    (
                        "is a quoted number, neither a count nor a percentage",
                        format!("remove the quotes: `{key}: {text}`"),
                    )
                } else {
                    (
                        "is neither a count nor a whole percentage",
                        "set it to a number or to a percentage such as `25%`".to_owned(),
                    )
                };
                found.push(path, format!("`{key}: \"{}\"` {what}", shown(&text)), help);
                return None;
            };
            if most.is_some_and(|most| percent > most) {
                found.push(path, format!("`{key}: {text}` is above 100%"), "set it to 100% or less");
            }
            Some(i64::try_from(percent).unwrap_or(i64::MAX))
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `ValidateDaemonSetUpdateStrategy`: the one or the other.
pub(super) fn daemon_set(spec: &Field<'_>, found: &mut Found) {
    let Some(strategy) = spec.get("updateStrategy").filter(Field::is_map) else { return };
    found.one_of(&strategy, "type", &["RollingUpdate", "OnDelete"]);
    let rolls = strategy.lacks("type") || strategy.text("type").as_deref() == Some("RollingUpdate");
    let Some(rolling) = strategy.get("rollingUpdate").filter(|_| rolls) else { return };
    let before = found.list.len();
    let unavailable = share(&rolling, "maxUnavailable", Some(100), found);
    let surge = share(&rolling, "maxSurge", Some(100), found);
    let is_read = |key: &str, value: Option<i64>, default: i64| if rolling.has(key) { value } else { Some(default) };
    let (Some(unavailable), Some(surge)) = (is_read("maxUnavailable", unavailable, 1), is_read("maxSurge", surge, 0))
    else {
        return;
    };
    if found.list.len() > before {
        return;
    }
    let (path_of_surge, path_of_unavailable) = (rolling.path_of("maxSurge"), rolling.path_of("maxUnavailable"));
    if surge != 0 && unavailable != 0 {
        found
            .push(
                path_of_surge,
                "`maxSurge` of a DaemonSet needs `maxUnavailable: 0`, and that is 1 by default",
                "set `maxUnavailable: 0` beside it",
            )
            .against(path_of_unavailable, "more than 0, or the default of 1");
    } else if surge == 0 && unavailable == 0 {
        found.push(
            path_of_unavailable,
            "`maxUnavailable` and `maxSurge` are both 0, so that no pod could be replaced",
            "set `maxUnavailable: 1`, or `maxSurge: 1` to start the new pod first",
        );
    }
}

/// `validateRollingUpdateStatefulSet`; servers before 1.37 drop `maxUnavailable` unread.
pub(super) fn stateful_set(spec: &Field<'_>, version: KubeVersion, found: &mut Found) {
    let Some(strategy) = spec.get("updateStrategy").filter(Field::is_map) else { return };
    found.one_of(&strategy, "type", &["RollingUpdate", "OnDelete"]);
    let Some(rolling) = strategy.get("rollingUpdate") else { return };
    let kind = strategy.text("type");
    if kind.as_deref() == Some("OnDelete") {
        found
            .push(
                rolling.path,
                "`rollingUpdate` stands with `type: OnDelete`, which has no such settings",
                "remove it; a values file unsets a chart's default with `rollingUpdate: null`",
            )
            .against(strategy.path_of("type"), "replaces no pod by itself");
        return;
    }
    if !strategy.lacks("type") && kind.as_deref() != Some("RollingUpdate") {
        return;
    }
    found.at_least(&rolling, "partition", 0);
    if version.is_at_least(37) && share(&rolling, "maxUnavailable", Some(100), found) == Some(0) {
        found.push(
            rolling.path_of("maxUnavailable"),
            "`maxUnavailable` of a StatefulSet is 0, and it replaces a pod by stopping it",
            "set it to 1 or more",
        );
    }
}

/// `ValidateRolloutStrategy` of Argo Rollouts: the one or the other.
pub(super) fn rollout(spec: &Field<'_>, found: &mut Found) {
    deadline(spec, found);
    let Some(strategy) = spec.get("strategy").filter(Field::is_map) else { return };
    match (strategy.get("blueGreen"), strategy.get("canary")) {
        (None, None) => {
            let message = "the strategy of a Rollout is neither `canary` nor `blueGreen`";
            found.push(strategy.path, message, "add `canary`, with its `steps`, or `blueGreen`");
        }
        (Some(one), Some(other)) => {
            let message = "the strategy of a Rollout is both `canary` and `blueGreen`";
            let help = "keep one of the two; a values file unsets the other with `null`";
            found.push(other.path, message, help).against(one.path, "the other strategy");
        }
        (Some(services), None) => {
            let (active, preview) = (services.text("activeService"), services.text("previewService"));
            let Some(active) = active.filter(|active| Some(active) == preview.as_ref()) else { return };
            let message = format!("`{}` is both `activeService` and `previewService`", shown(&active));
            let help = "name a Service of its own for the preview";
            found
                .push(services.path_of("previewService"), message, help)
                .against(services.path_of("activeService"), "the same Service");
        }
        (None, Some(canary)) => {
            let zero = |key: &str| canary.int(key) == Some(0) || canary.text(key).as_deref() == Some("0%");
            if zero("maxSurge") && zero("maxUnavailable") {
                let message = "`maxUnavailable` and `maxSurge` are both 0, so that no pod could be replaced";
                found
                    .push(canary.path_of("maxSurge"), message, "set `maxSurge: 1`, or `maxUnavailable: 1`")
                    .against(canary.path_of("maxUnavailable"), "no pod may stop either");
            }
        }
    }
}
