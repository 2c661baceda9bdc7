//! The picture of who points at a workload, and of what keeps its pods apart.

use super::markup;
use crate::finding::Subject;
use crate::model::summary::{Apart, WorkloadSummary};
use crate::report::sanitize;
use crate::report::words::plural;
use unicode_width::UnicodeWidthChar;

/// Width of the drawing, and of a character of its text.
const WIDTH: usize = 360;
/// Objects of one kind that are drawn.
const EACH: usize = 4;
/// Height of an object with the gap below it.
const STEP: usize = 44;
/// Width of a box on the left, and of the workload's.
const WIDE: usize = 163;
const HOME: usize = 145;

/// A box on the left.
struct Pointer<'a> {
    kind: String,
    name: String,
    /// Grave enough to be seen: a budget that allows nothing.
    stops: bool,
    /// What it points at instead of the workload.
    through: Option<&'a Subject>,
    subject: Option<&'a Subject>,
}

/// Appends the drawing.
pub(super) fn push(out: &mut String, summary: &WorkloadSummary, environment: Option<&str>) {
    let pointers = pointers(summary);
    let right = 1 + summary.apart.len().min(EACH);
    let height = pointers.len().max(right) * STEP;
    let environment = environment.map(|name| format!(" ({})", markup::line(name))).unwrap_or_default();
    out.push_str(&format!("<div><h3>Who points at it, and its spread{environment}</h3>"));
    let label = format!("{} at {}", plural(pointers.len(), "object"), markup::line(&summary.subject.to_string()));
    out.push_str(&format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{label}\">"));
    for (number, pointer) in pointers.iter().enumerate() {
        let y = number * STEP;
        let service = pointer.through.and_then(|through| pointers.iter().position(|one| one.subject == Some(through)));
        match service {
            Some(service) => push_side_wire(out, y + 18, service * STEP + 18),
            None => push_wire(out, y + 18),
        }
        let class = if pointer.stops { "stop" } else { "box" };
        push_box(out, (14, y, class, WIDE), &pointer.kind, &pointer.name);
    }
    push_box(out, (214, 0, "home", HOME), &summary.subject.kind, &summary.subject.name);
    for (number, apart) in summary.apart.iter().take(EACH).enumerate() {
        push_apart(out, (number + 1) * STEP, apart);
    }
    out.push_str("</svg>");
    if pointers.is_empty() {
        out.push_str("<p class=\"note\">nothing points at it</p>");
    }
    if summary.apart.is_empty() {
        out.push_str("<p class=\"note\">nothing keeps its pods apart</p>");
    }
    out.push_str("</div>\n");
}

fn pointers(summary: &WorkloadSummary) -> Vec<Pointer<'_>> {
    let mut pointers = Vec::new();
    let plain = |subject| Pointer {
        kind: String::new(),
        name: String::new(),
        stops: false,
        through: None,
        subject: Some(subject),
    };
    let scalers = summary.scalers.iter().map(|scaler| {
        let metrics =
            if scaler.metrics.is_empty() { String::new() } else { format!(": {}", scaler.metrics.join(", ")) };
        Pointer { kind: format!("{}{metrics}", short(&scaler.subject.kind)), ..plain(&scaler.subject) }
    });
    add(&mut pointers, scalers.collect());
    let budgets = summary.budgets.iter().map(|budget| {
        let kind = format!("{}: {}", short(&budget.subject.kind), budget.threshold);
        Pointer { kind, stops: summary.is_stuck(), ..plain(&budget.subject) }
    });
    add(&mut pointers, budgets.collect());
    add(&mut pointers, summary.services.iter().map(plain).collect());
    let monitors = summary.monitors.iter();
    let monitors = monitors.map(|monitor| Pointer { through: monitor.through.first(), ..plain(&monitor.subject) });
    add(&mut pointers, monitors.collect());
    pointers
}

/// Adds objects of one sort, the last of them a count where they are many.
fn add<'a>(pointers: &mut Vec<Pointer<'a>>, mut found: Vec<Pointer<'a>>) {
    let more = found.len().saturating_sub(EACH);
    found.truncate(EACH);
    for pointer in &mut found {
        let Some(subject) = pointer.subject else { continue };
        pointer.name.clone_from(&subject.name);
        if pointer.kind.is_empty() {
            pointer.kind = short(&subject.kind).to_owned();
        }
    }
    if more > 0
        && let Some(last) = found.last_mut()
    {
        last.name = format!("{} and {more} more", last.name);
    }
    pointers.append(&mut found);
}

/// The domain's own abbreviations, which fit.
fn short(kind: &str) -> &str {
    match kind {
        "HorizontalPodAutoscaler" => "HPA",
        "PodDisruptionBudget" => "PDB",
        other => other,
    }
}

fn push_box(out: &mut String, (x, y, class, width): (usize, usize, &str, usize), kind: &str, name: &str) {
    out.push_str(&format!(
        "<g><title>{} {}</title><rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"36\" rx=\"6\"/>\
         <text class=\"faint\" x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\">{}</text></g>",
        markup::line(kind),
        markup::line(name),
        y + 1,
        x + 8,
        y + 15,
        fit(kind, (width - 14) * 10 / 67),
        x + 8,
        y + 30,
        fit(name, (width - 14) * 10 / 73)
    ));
}

/// From the right edge of a box to the workload, with a tip.
fn push_wire(out: &mut String, y: usize) {
    out.push_str(&format!("<path class=\"wire\" d=\"M177 {y} C202 {y} 188 18 207 18\"/>"));
    out.push_str("<path class=\"tip\" d=\"M207 14.5 L213.5 18 L207 21.5 Z\"/>");
}

/// Along the left margin, from a monitor to the service through which it finds the pods.
fn push_side_wire(out: &mut String, from: usize, to: usize) {
    out.push_str(&format!("<path class=\"wire\" d=\"M14 {from} C0 {from} 0 {to} 8 {to}\"/>"));
    out.push_str(&format!("<path class=\"tip\" d=\"M8 {} L14 {to} L8 {} Z\"/>", to.saturating_sub(3), to + 3));
}

/// Three domains with a pod each; dashed where the scheduler may give in.
fn push_apart(out: &mut String, y: usize, apart: &Apart) {
    let soft = if apart.hard { "" } else { " soft" };
    for domain in 0..3 {
        let x = 215 + domain * 19;
        out.push_str(&format!(
            "<rect class=\"domain{soft}\" x=\"{x}\" y=\"{}\" width=\"15\" height=\"18\" rx=\"3\"/>\
             <circle class=\"pod\" cx=\"{}\" cy=\"{}\" r=\"3.5\"/>",
            y + 10,
            x + 7,
            y + 19
        ));
    }
    let key = match apart.key.as_str() {
        "kubernetes.io/hostname" => "node",
        "topology.kubernetes.io/zone" | "failure-domain.beta.kubernetes.io/zone" => "zone",
        "topology.kubernetes.io/region" => "region",
        other => other,
    };
    let how = match (apart.spread, apart.hard) {
        (true, true) => "spread",
        (true, false) => "spread, soft",
        (false, true) => "one each",
        (false, false) => "preferred",
    };
    out.push_str(&format!(
        "<g><title>{}</title><text x=\"277\" y=\"{}\">{}</text><text class=\"faint\" x=\"277\" y=\"{}\">{how}</text></g>",
        markup::line(&apart.key),
        y + 17,
        fit(key, 11),
        y + 31
    ));
}

/// As much of a text as fits into some columns of a font whose characters are equally wide.
fn fit(text: &str, columns: usize) -> String {
    let text = sanitize::line(text);
    let width = |c: char| c.width().unwrap_or(0);
    let whole = text.chars().map(width).sum::<usize>() <= columns;
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += width(c);
        if !whole && used + 1 > columns {
            out.push('…');
            break;
        }
        markup::push_char(&mut out, c);
    }
    out
}
