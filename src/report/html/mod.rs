//! One page for people: findings by workload, with the code and a picture of what scales and guards it. It needs
//! nothing beside itself, neither scripts nor fonts, and nothing in it is more than text.

mod code;
mod groups;
mod markup;
mod relations;
mod scale;

use super::place::Places;
use super::words::plural;
use super::{Gravity, RenderOptions, Report, human, provenance};
use crate::finding::{Finding, Severity};
use groups::{Group, groups};
use std::io::{self, Write};

/// Workloads without findings that are drawn; of more the page says how many.
const CALM: usize = 500;
/// Severities with the word for one finding.
const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")];

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(&report.sources);
    let groups = groups(report);
    let (busy, calm): (Vec<&Group<'_>>, Vec<&Group<'_>>) = groups.iter().partition(|group| !group.findings.is_empty());
    let mut text = String::new();
    push_head(&mut text, report);
    push_diagnostics(&mut text, report, Gravity::Failure..=Gravity::Failure);
    push_index(&mut text, &busy);
    text.push_str("</header>\n<main>\n");
    for (number, group) in busy.iter().enumerate() {
        push_group(&mut text, (report, &places), group, number);
        // A page of many findings is not held twice.
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    push_calm(&mut text, &calm);
    let least = if options.verbose { Gravity::Detail } else { Gravity::Note };
    push_diagnostics(&mut text, report, least..=Gravity::Note);
    text.push_str("</main>\n<footer>");
    text.push_str(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")));
    text.push_str(" · <code>aiplat-lint explain RULE</code> prints what a rule flags, why, and how to fix it</footer>\n</div>\n</body>\n</html>\n");
    out.write_all(text.as_bytes())
}

/// What was found, in words.
fn found(report: &Report) -> String {
    let counts = SEVERITIES.iter().map(|(severity, word)| (report.count(*severity), *word));
    let found: Vec<String> = counts.filter(|(count, _)| *count > 0).map(|(count, word)| plural(count, word)).collect();
    if found.is_empty() { "no findings".to_owned() } else { found.join(", ") }
}

fn push_head(out: &mut String, report: &Report) {
    let found = found(report);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Whatever came through as markup would still load and run nothing.
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(&format!("<title>aiplat-lint: {found}</title>\n<style>\n"));
    out.push_str(include_str!("style.css"));
    out.push_str("</style>\n</head>\n<body>\n<div class=\"page\">\n<header>\n");
    out.push_str("<p class=\"brand\">aiplat-lint · scaling and resilience</p>\n");
    let title = match report.findings.len() {
        0 => "Nothing found".to_owned(),
        count => plural(count, "finding"),
    };
    out.push_str(&format!("<h1>{title}</h1>\n"));
    let stats = report.stats;
    let seen = [plural(stats.files, "file"), plural(stats.builds, "build"), plural(stats.objects, "object")];
    out.push_str(&format!("<p class=\"seen\">in {}</p>\n<ul class=\"counts\">", seen.join(" · ")));
    for (severity, word) in SEVERITIES {
        let count = report.count(severity);
        if count > 0 {
            let s = if count == 1 { "" } else { "s" };
            out.push_str(&format!("<li class=\"{severity} tone\"><b>{count}</b> {word}{s}</li>"));
        }
    }
    if report.findings.is_empty() {
        out.push_str("<li class=\"good tone\">clean</li>");
    }
    out.push_str("</ul>\n");
}

fn push_index(out: &mut String, busy: &[&Group<'_>]) {
    if busy.len() < 2 {
        return;
    }
    out.push_str("<ul class=\"index\">\n");
    for (number, group) in busy.iter().enumerate() {
        let severity = group.severity().map_or("", Severity::as_str);
        let count = plural(group.findings.len(), "finding");
        let mut name = heading(group);
        // One object of several builds is told by where it stands.
        if group.subject.is_some() && busy.iter().filter(|other| other.subject == group.subject).count() > 1 {
            name.push_str(&format!(" <span class=\"where\">{}</span>", markup::line(group.place)));
        }
        out.push_str(&format!(
            "<li><a href=\"#g{number}\"><i class=\"dot {severity}\"></i><span class=\"name\">{name}</span>\
             <span class=\"count\">{count}</span></a></li>\n"
        ));
    }
    out.push_str("</ul>\n");
}

/// The object's kind and name, or the file.
fn heading(group: &Group<'_>) -> String {
    match group.subject {
        Some(subject) => {
            format!("<span class=\"kind\">{}</span> {}", markup::line(&subject.kind), markup::line(&subject.name))
        }
        None => markup::line(group.place),
    }
}

fn push_group(out: &mut String, (report, places): (&Report, &Places<'_>), group: &Group<'_>, number: usize) {
    out.push_str(&format!("<section class=\"group\" id=\"g{number}\">\n<h2>{}</h2>\n", heading(group)));
    push_where(out, group);
    push_pictures(out, group);
    for finding in &group.findings {
        push_finding(out, report, places, finding);
    }
    out.push_str("</section>\n");
}

fn push_where(out: &mut String, group: &Group<'_>) {
    let Some(subject) = group.subject else { return };
    let namespace = subject.namespace.as_ref().map(|namespace| format!("namespace {}", markup::line(namespace)));
    let parts = [namespace, Some(markup::line(group.place)).filter(|place| !place.is_empty())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    out.push_str(&format!("<p class=\"where\">{}</p>\n", parts.join(" · ")));
}

fn push_pictures(out: &mut String, group: &Group<'_>) {
    let most = |row: &&groups::Row<'_>| {
        let summary = row.summary;
        let pointers = summary.scalers.len() + summary.budgets.len() + summary.services.len() + summary.monitors.len();
        (summary.is_stuck(), pointers)
    };
    // Of equals the first: its environment's places are those that are shown.
    let Some(row) = group.rows.iter().rev().max_by_key(most) else { return };
    out.push_str("<div class=\"pictures\">\n");
    scale::push(out, group);
    let environment = row.environments.first().copied().filter(|_| group.rows.len() > 1);
    relations::push(out, row.summary, environment);
    out.push_str("</div>\n");
}

fn push_finding(out: &mut String, report: &Report, places: &Places<'_>, finding: &Finding) {
    let severity = finding.severity;
    out.push_str(&format!(
        "<article class=\"finding {severity}\">\n<span class=\"pill tone\">{severity}</span><span class=\"rule mono\">{}</span>\n\
         <p class=\"message\">{}</p>\n",
        finding.rule,
        markup::sentence(&finding.message)
    ));
    code::push(out, report, places, finding);
    out.push_str("<dl>");
    if let Some(rule) = report.rule(finding.rule) {
        push_term(out, "Why", &rule.meta.why);
    }
    for (number, help) in finding.help.iter().enumerate() {
        push_term(out, if number == 0 { "Help" } else { "" }, help);
    }
    for (number, note) in provenance::notes(report, finding).iter().enumerate() {
        push_term(out, if number == 0 { "From" } else { "" }, note);
    }
    let name = report.builds.get(finding.build).map_or("", |build| build.name.as_str());
    // A build of one file has the name that stands above the code already.
    let file = report.sources.get(finding.primary.source).map(|source| source.name.as_str());
    if report.builds.len() > 1 && file != Some(name) {
        push_term(out, "In", &human::build_names(report, finding));
    }
    out.push_str("</dl>\n</article>\n");
}

fn push_term(out: &mut String, term: &str, text: &str) {
    out.push_str(&format!("<dt>{term}</dt><dd>{}</dd>\n", markup::sentence(text)));
}

/// What is in order is there for whoever wants to see it.
fn push_calm(out: &mut String, calm: &[&Group<'_>]) {
    if calm.is_empty() {
        return;
    }
    let count = plural(calm.len(), "workload");
    out.push_str(&format!("<details>\n<summary>{count} without findings</summary>\n"));
    for group in calm.iter().take(CALM) {
        out.push_str(&format!("<section class=\"calm\">\n<h2>{}</h2>\n", heading(group)));
        push_where(out, group);
        push_pictures(out, group);
        out.push_str("</section>\n");
    }
    if calm.len() > CALM {
        out.push_str(&format!("<p class=\"note\">and {} more</p>\n", calm.len() - CALM));
    }
    out.push_str("</details>\n");
}

fn push_diagnostics(out: &mut String, report: &Report, gravity: std::ops::RangeInclusive<Gravity>) {
    for diagnostic in report.diagnostics.iter().filter(|diagnostic| gravity.contains(&diagnostic.gravity)) {
        let help = diagnostic.help.as_ref().map(|help| format!(": {}", markup::sentence(help))).unwrap_or_default();
        let message = markup::sentence(&diagnostic.message);
        match diagnostic.gravity {
            Gravity::Failure => out.push_str(&format!(
                "<article class=\"finding error\"><span class=\"pill tone\">not done</span>\
                 <p class=\"message\">{message}</p><p>{}</p></article>\n",
                help.trim_start_matches(": ")
            )),
            _ => out.push_str(&format!("<p class=\"note\">{message}{help}</p>\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    fn page(report: &Report) -> String {
        testing::text(render, report, &RenderOptions::default())
    }

    #[test]
    fn a_page_has_counts_findings_by_workload_code_and_pictures() {
        let page = page(&testing::report());
        assert!(page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"));
        for part in [
            "<li class=\"error tone\"><b>1</b> error</li><li class=\"warning tone\"><b>2</b> warnings</li>",
            "<h2><span class=\"kind\">Deployment</span> max-serve-llama</h2>",
            "<p class=\"stuck\">2 to 6 · <code>minAvailable: 2</code>: none may be evicted</p>",
            "<span class=\"n\">5</span>    <mark class=\"main\">minAvailable: 2</mark></span>",
            "<span class=\"n\">3</span>    <mark>minReplicas: 2</mark></span><span class=\"said\">the floor</span>",
            "helm/ai-platform/templates/pdb.yaml:6:3",
            "<dt>Why</dt><dd>a node drain hangs until someone edits the budget</dd>",
            "<dt>Help</dt><dd>set <code>maxUnavailable: 1</code>, which stays",
            "<dt>From</dt><dd>overrides helm/ai-platform/values.yaml:5</dd>",
            "<summary>1 workload without findings</summary>",
            "cannot read <code>deploy/secret.yaml</code>",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        let opened = |tag: &str| page.matches(&format!("<{tag}")).count();
        let closed = |tag: &str| page.matches(&format!("</{tag}>")).count();
        for tag in ["svg", "section", "article", "figure", "mark", "div", "span", "dl", "dd", "g>"] {
            let name = tag.trim_end_matches('>');
            assert_eq!(opened(tag), closed(name), "{tag}");
        }
    }

    #[test]
    fn a_budget_belongs_to_the_workload_that_it_selects() {
        let mut report = testing::report();
        report.findings.truncate(1);
        report.findings[0].counterpart = None;
        let page = page(&report);
        let (before, _) = page.split_once("<article class=\"finding error\">\n").expect("the finding");
        assert!(before.contains("<h2><span class=\"kind\">Deployment</span> max-serve-llama</h2>"), "{before}");
    }

    #[test]
    fn a_clean_run_says_so() {
        let page = page(&testing::clean());
        assert!(page.contains("<h1>Nothing found</h1>") && !page.contains("<article"), "{page}");
    }

    #[test]
    fn nothing_from_a_manifest_is_markup() {
        for report in [testing::injection(), testing::hostile()] {
            let page = page(&report);
            assert!(page.len() < 400_000, "{}", page.len());
            let (_, body) = page.split_once("</style>").expect("the style");
            for text in [
                "<script",
                "<img",
                "<b>\"",
                "</failure>",
                "onerror=\"",
                "\x1b",
                "\u{202e}",
                "\u{fffe}",
                "\0",
                "javascript:b\"",
            ] {
                assert!(!body.contains(text), "{text:?}");
            }
            let scripts = page.matches("script").count();
            assert_eq!(
                scripts,
                page.matches("&lt;script").count()
                    + page.matches("/script").count()
                    + page.matches("javascript:").count()
            );
        }
    }
}
