//! One line per finding, in the form that editors and terminals make clickable.

use super::paint::{self, Paint};
use super::place::Places;
use super::{RenderOptions, Report, sanitize};
use std::io::{self, Write};

/// Writes `path:line:col: error[rule] message` for each finding, and nothing else.
///
/// # Errors
/// Those of `out`.
pub fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { on: options.colour };
    let places = Places::new(&report.sources);
    for finding in &report.findings {
        let style = paint::severity(finding.severity);
        let head = paint.put(style, format_args!("{}[{}]", finding.severity, finding.rule));
        let message = sanitize::line(&finding.message);
        match places.find(finding.primary.source, finding.primary.span) {
            Some(place) => {
                let at = format!("{}:{}:{}:", sanitize::line(place.file), place.start.line, place.start.column);
                writeln!(out, "{} {head} {message}", paint.put(paint::STRONG, at))?;
            }
            None => writeln!(out, "{head} {message}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn a_finding_is_a_line() {
        let text = testing::text(render, &testing::report(), &RenderOptions::default());
        assert_eq!(
            text,
            "helm/ai-platform/values-prod.yaml:5:5: error[pdb-blocks-eviction] `minAvailable: 2` with 2 replicas leaves 0 pods that may be evicted\n\
             helm/ai-platform/values-prod.yaml:9:5: warning[missing-spread] Deployment/max-serve-llama has no spread over zones\n\
             deploy/gateway hpa.yaml:11:5: warning[hpa-no-headroom] HorizontalPodAutoscaler/gateway has `minReplicas: 3` and `maxReplicas: 3`\n\
             deploy/gateway hpa.yaml:13:5: info[hpa-single-metric] HorizontalPodAutoscaler/gateway scales on `cpu` alone\n"
        );
    }

    #[test]
    fn escape_sequences_in_names_and_messages_are_shown() {
        let text = testing::text(render, &testing::hostile(), &RenderOptions::default());
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text:?}");
        assert!(text.contains("␛]0;title␇") && text.contains("evil␛[2J.yaml:3:"), "{text}");
    }

    #[test]
    fn colour_only_on_request() {
        let options = RenderOptions { colour: true, ..RenderOptions::default() };
        assert!(testing::text(render, &testing::report(), &options).contains("\x1b[1m\x1b[31merror[pdb"));
    }
}
