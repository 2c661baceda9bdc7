//! Why a chart was not rendered, as people need it: helm's own message, the line of the template, what to do.

use crate::report::{Diagnostic, Gravity};
use crate::source::environments::DEFAULT;
use crate::source::render::RenderError;
use crate::source::{Input, display_name, read_text};
use crate::text::{Source, SourceId, Span};
use regex::Regex;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A template in helm's messages, mostly with a line: `demo/templates/a.yaml:2:3`.
#[expect(clippy::expect_used, reason = "the pattern is a literal, and a test runs it")]
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?P<file>[\w.-]+(?:/charts/[\w.-]+)*/templates/[^\s:()"<>]+)(?::(?P<line>\d+))?"#)
        .expect("it is a pattern")
});

/// No program to render with. Where only values files were named, the rules on values have done what they can.
pub(super) fn absent(program: &str, chart: &str, values_only: bool) -> Diagnostic {
    let message = format!("the chart {chart} is not rendered: there is no `{program}` here");
    let gravity = if values_only { Gravity::Note } else { Gravity::Failure };
    let help = "install helm 3 or 4, name it in $HELM, or pipe rendered manifests in: helm template CHART | aiplat-lint check -";
    Diagnostic { gravity, message, help: Some(help.to_owned()), place: None }
}

/// Environments that are named of one refusal.
const ENVIRONMENTS: usize = 6;

/// Why a chart was not rendered in some of its environments.
pub(super) struct Refusal {
    pub(super) folder: PathBuf,
    pub(super) environments: Vec<String>,
    pub(super) error: RenderError,
}

impl Refusal {
    /// What a person needs to know of it; `is_alone` where the chart was rendered in no environment.
    pub(super) fn explain(&self, is_alone: bool, input: &mut Input) -> Diagnostic {
        let shown = display_name(&self.folder);
        let (why, help, place) = match &self.error {
            RenderError::Absent { program } => return absent(program, &shown, false),
            RenderError::TooOld { version } => {
                let help = "install helm 3.6 or newer, or name it in $HELM";
                (format!("helm {version} is too old"), Some(help.to_owned()), None)
            }
            RenderError::Stopped(why) => (format!("helm was of no use: {why}"), None, None),
            RenderError::Refused(message) => {
                (said(message), advice(message, &shown), place(message, &self.folder, input))
            }
        };
        let build = self.build(&shown);
        if !is_alone && self.is_for_want_of_values() {
            let message = format!("{build} is not rendered: {why}");
            let help = "it is rendered with its overlays; `charts:` in the configuration lists environments";
            return Diagnostic { gravity: Gravity::Note, message, help: Some(help.to_owned()), place };
        }
        Diagnostic { gravity: Gravity::Failure, message: format!("{build} is not rendered: {why}"), help, place }
    }

    fn build(&self, chart: &str) -> String {
        let shown = self.environments.iter().take(ENVIRONMENTS).cloned().collect::<Vec<_>>().join(", ");
        match self.environments.len().saturating_sub(ENVIRONMENTS) {
            0 => format!("{chart} ({shown})"),
            more => format!("{chart} ({shown} and {more} more)"),
        }
    }

    /// A chart may ask for values that only its overlays have. Nobody runs it without one, so that nothing is left
    /// unjudged.
    fn is_for_want_of_values(&self) -> bool {
        let RenderError::Refused(message) = &self.error else { return false };
        let asks = message.contains("execution error at") || message.contains("specifications of the schema");
        asks && self.environments == [DEFAULT]
    }
}

/// Helm's message, without its advice where ours is shorter.
fn said(message: &str) -> String {
    match message.split_once("missing in charts/ directory: ") {
        Some((_, missing)) => format!("its dependencies {} are not in charts/", one_line(missing)),
        None => format!("helm says: {}", one_line(message)),
    }
}

/// Helm's message as one line; what it indents belongs to the line before.
fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn advice(message: &str, chart: &str) -> Option<String> {
    if message.contains("missing in charts/ directory") {
        return Some(format!("fetch them: helm dependency build {chart}"));
    }
    if message.contains("requires kubeVersion") {
        return Some("name the version that the chart is meant for with --kube-version".to_owned());
    }
    message.contains("YAML parse error").then(|| format!("see what it renders: helm template {chart} --debug"))
}

/// The innermost line of a template that a message names, else the template that it names last.
fn innermost(message: &str) -> Option<(&str, Option<u32>)> {
    let found = PLACE.captures_iter(message).filter_map(|found| {
        let line = found.name("line").and_then(|line| line.as_str().parse().ok());
        Some((found.name("file")?.as_str(), line))
    });
    let found: Vec<_> = found.collect();
    found.iter().rev().find(|(_, line)| line.is_some()).or(found.last()).copied()
}

fn place(message: &str, chart: &Path, input: &mut Input) -> Option<(SourceId, Span)> {
    let (file, line) = innermost(message)?;
    let (_, inside) = file.split_once('/')?;
    let path = chart.join(inside);
    let text = read_text(&path).ok()?;
    let id = input.sources.add(Source::new(display_name(&path), text));
    let source = input.sources.get(id)?;
    let span = source.lines().line_span(line.unwrap_or(1), &source.text)?;
    let blank = source.text.get(span.range())?.bytes().take_while(u8::is_ascii_whitespace).count();
    Some((id, Span::new(span.start + u32::try_from(blank).unwrap_or(0), span.end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_the_messages_of_helm_3_and_4() {
        assert_eq!(
            innermost("execution error at (demo/templates/a.yaml:2:3): replicas"),
            Some(("demo/templates/a.yaml", Some(2)))
        );
        let four =
            "demo/templates/a.yaml:1:13\n  executing \"demo/templates/a.yaml\" at <.Values.nope.x.y>:\n    nil pointer";
        assert_eq!(innermost(four), Some(("demo/templates/a.yaml", Some(1))));
        let nested = "template: demo/templates/a.yaml:3:4: executing \"demo/templates/a.yaml\" at <include \"x\" .>: error calling \
                      include: template: demo/charts/sub/templates/_helpers.tpl:12:8: executing \"x\" at <.Values.y>: nil";
        assert_eq!(innermost(nested), Some(("demo/charts/sub/templates/_helpers.tpl", Some(12))));
        assert_eq!(
            innermost("parse error at (demo/templates/a.yaml:7): unclosed"),
            Some(("demo/templates/a.yaml", Some(7)))
        );
        let yaml =
            "YAML parse error on demo/templates/a.yaml: error converting YAML to JSON: yaml: line 2: mapping values";
        assert_eq!(innermost(yaml), Some(("demo/templates/a.yaml", None)));
        assert_eq!(innermost("found in Chart.yaml, but missing in charts/ directory: redis"), None);
    }
}
