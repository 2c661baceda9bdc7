//! See README.md for what this flags and why.
use crate::prelude::*;

pub(crate) const CHECK: Check = Check::Build(check);

fn check<'b>(build: &'b Build, cx: &mut Cx<'b>) {
    let mut scalers: Vec<Scaler<'b>> = build.scalers().filter(|scaler| scaler.spec().usable).collect();
    // Helm sorts what it renders, so the order of the source does not say which one came second.
    scalers.sort_by(|one, other| one.object.name.cmp(&other.object.name));
    for (index, later) in scalers.iter().enumerate() {
        // One finding for each scaler too many, with the first one of its target.
        let earlier = scalers.iter().take(index).find(|earlier| compete(**earlier, *later));
        if let Some(earlier) = earlier {
            report(*earlier, *later, cx);
        }
    }
}

fn compete(one: Scaler<'_>, other: Scaler<'_>) -> bool {
    let same_target = one.spec().target.is_same_as(&other.spec().target);
    // One name in an unknown namespace and in a known one: a base and its overlay, or two places, but no pair.
    let same_name = one.object.kind == other.object.kind && one.object.name == other.object.name;
    same_target
        && !same_name
        && one.build().same_namespace(one.resource(), other.resource())
        && !is_handed_over(one, other)
        && !is_handed_over(other, one)
}

/// Whether the ScaledObject makes the HPA its own, so that there is only one. An HPA that KEDA's webhook is told to leave
/// alone is a second one all the same, unless it has the name of the one that KEDA makes.
fn is_handed_over(scaled_object: Scaler<'_>, hpa: Scaler<'_>) -> bool {
    if (scaled_object.spec().kind, hpa.spec().kind) != (ScalerKind::ScaledObject, ScalerKind::Hpa) {
        return false;
    }
    match validate::ownership(hpa.object.root(), scaled_object.object.root()) {
        Ownership::Owned | Ownership::Transferred => true,
        Ownership::Unchecked => scaled_object.spec().hpa_name == hpa.object.name,
        Ownership::TransferWithoutName | Ownership::Rejected => false,
    }
}

fn report<'b>(earlier: Scaler<'b>, later: Scaler<'b>, cx: &mut Cx<'b>) {
    // Of an HPA and a ScaledObject, the latter is the one too many: it makes a second HPA.
    let kinds = (earlier.spec().kind, later.spec().kind);
    let (first, second) = match kinds {
        (ScalerKind::ScaledObject, ScalerKind::Hpa) => (later, earlier),
        _ => (earlier, later),
    };
    let target = &second.spec().target;
    let help = match (first.spec().kind, second.spec().kind) {
        (ScalerKind::Hpa, ScalerKind::Hpa) => {
            "move the metrics into one HPA and remove the other: an HPA follows the metric that asks for most".to_owned()
        }
        (ScalerKind::ScaledObject, ScalerKind::ScaledObject) => {
            "move the triggers into one ScaledObject and remove the other".to_owned()
        }
        _ => format!("remove {first} and add its metrics as triggers: KEDA makes an HPA of its own"),
    };
    cx.report(
        second.key_or_parent("spec.scaleTargetRef"),
        format!("{target} is scaled by {first} and by {second}"),
    )
    .here("the second scaler of this target")
    .label(first.key_or_parent("spec.scaleTargetRef"), "scales the same target")
    .help(help)
    .counterpart(first.resource());
}
