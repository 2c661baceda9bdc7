//! The picture of a workload's range: pods that have to stay, pods that may be evicted, and room to grow.

use super::groups::{Group, Row};
use super::markup;
use crate::model::summary::WorkloadSummary;

/// Width of the drawing.
const WIDTH: i64 = 360;
/// Up to so many pods each is drawn.
const CELLS: i64 = 24;
/// Environments drawn of one workload.
const ROWS: usize = 8;

/// Appends a bar for each environment, all on one scale, and the legend.
pub(super) fn push(out: &mut String, group: &Group<'_>) {
    out.push_str("<div><h3>Pods</h3>");
    let most = group.rows.iter().map(|row| highest(row.summary)).max().unwrap_or(0);
    for row in group.rows.iter().take(ROWS) {
        push_row(out, row, most.max(1));
    }
    if group.rows.len() > ROWS {
        out.push_str(&format!("<p class=\"note\">and {} more environments</p>", group.rows.len() - ROWS));
    }
    if most > 0 {
        out.push_str(
            "<p class=\"legend\"><span><i class=\"keep\"></i>has to stay</span>\
             <span><i class=\"spare\"></i>may be evicted</span><span><i class=\"room\"></i>room to scale</span></p>",
        );
    }
    out.push_str("</div>\n");
}

fn highest(summary: &WorkloadSummary) -> i64 {
    summary.ceiling.unwrap_or(0).max(summary.floor.unwrap_or(0))
}

fn push_row(out: &mut String, row: &Row<'_>, most: i64) {
    out.push_str("<div class=\"scale\">");
    if !row.environments.is_empty() {
        out.push_str(&format!("<p class=\"env\">{}</p>", markup::line(&row.environments.join(", "))));
    }
    let caption = caption(row.summary);
    if let Some(floor) = row.summary.floor {
        // What nobody knows is not shown as free.
        let spare = row.summary.evictable().unwrap_or(0).clamp(0, floor.max(0));
        let parts = [("keep", floor - spare), ("spare", spare), ("room", highest(row.summary) - floor)];
        out.push_str(&format!("<svg viewBox=\"0 0 {WIDTH} 20\" aria-hidden=\"true\">"));
        match most <= CELLS {
            true => push_cells(out, parts, most),
            false => push_bar(out, parts, most),
        }
        out.push_str("</svg>");
    }
    let class = if row.summary.is_stuck() { " class=\"stuck\"" } else { "" };
    out.push_str(&format!("<p{class}>{}</p></div>", markup::sentence(&caption)));
}

fn push_cells(out: &mut String, parts: [(&str, i64); 3], most: i64) {
    // In tenths, so that the same pods are the same bytes everywhere.
    let step = (WIDTH * 10 / most).min(200);
    let kinds = parts.into_iter().flat_map(|(kind, count)| (0..count).map(move |_| kind));
    for (number, kind) in (0..).zip(kinds) {
        let (x, width) = (number * step + 10, step - 40);
        out.push_str(&format!(
            "<rect class=\"{kind}\" x=\"{}\" y=\"2\" width=\"{}\" height=\"16\" rx=\"3.5\"/>",
            tenths(x),
            tenths(width)
        ));
    }
}

fn push_bar(out: &mut String, parts: [(&str, i64); 3], most: i64) {
    let scaled = |count: i64| i64::try_from(i128::from(count) * 3580 / i128::from(most)).unwrap_or(0);
    let mut x = 10;
    for (kind, count) in parts.into_iter().filter(|(_, count)| *count > 0) {
        let width = scaled(count).max(30);
        out.push_str(&format!(
            "<rect class=\"{kind}\" x=\"{}\" y=\"2\" width=\"{}\" height=\"16\" rx=\"3.5\"/>",
            tenths(x),
            tenths((width - 10).min(3590 - x).max(10))
        ));
        x += width;
    }
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn caption(summary: &WorkloadSummary) -> String {
    let range = match (summary.floor, summary.ceiling) {
        (Some(floor), Some(ceiling)) if floor == ceiling => format!("always {floor}"),
        (Some(floor), Some(ceiling)) => format!("{floor} to {ceiling}"),
        (Some(floor), None) => format!("{floor} or more"),
        (None, _) => "the manifests do not decide how many".to_owned(),
    };
    let evictions = match (summary.budgets.as_slice(), summary.evictable()) {
        (_, None) if summary.floor.is_none() => return range,
        ([], _) => "no budget holds evictions back".to_owned(),
        ([budget], Some(0)) => format!("`{}`: none may be evicted", budget.threshold),
        ([budget], Some(allowed)) => format!("`{}`: {allowed} may be evicted at the floor", budget.threshold),
        ([budget], None) => format!("`{}`: the manifests do not decide how many may be evicted", budget.threshold),
        (several, _) => format!("{} budgets select them: none may be evicted", several.len()),
    };
    format!("{range} · {evictions}")
}
