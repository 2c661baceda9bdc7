//! The last line of a run for people: what was found, in how much, in which time.

use super::paint::{self, Paint};
use super::words::plural;
use super::{RenderOptions, Report};
use crate::finding::Severity;
use std::time::Duration;

/// The summary as one line without a line break, such as `3 errors, 1 warning in 2 files · 35 objects · 12 ms`.
#[must_use]
pub fn line(report: &Report, options: &RenderOptions) -> String {
    let paint = Paint { on: options.colour };
    let mut counts = Vec::new();
    for (severity, word) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "info")] {
        let count = report.count(severity);
        if count > 0 {
            counts.push(paint.put(paint::severity(severity), plural(count, word)));
        }
    }
    let found = if counts.is_empty() { paint.put(paint::GOOD, "no findings") } else { counts.join(", ") };
    let mut seen = vec![format!("in {}", plural(report.stats.files, "file"))];
    if report.stats.builds > 1 {
        seen.push(plural(report.stats.builds, "build"));
    }
    seen.push(plural(report.stats.objects, "object"));
    seen.push(time(report.stats.elapsed));
    format!("{found} {}", paint.put(paint::FAINT, seen.join(" · ")))
}

fn time(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1000 => format!("{} ms", millis.max(1)),
        millis @ 1000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        millis => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn counts_are_in_words_and_singulars_are_singular() {
        let mut report = testing::report();
        let plain = RenderOptions::default();
        assert_eq!(line(&report, &plain), "1 error, 2 warnings, 1 info in 5 files · 2 builds · 35 objects · 12 ms");
        report.findings.clear();
        report.stats.builds = 1;
        report.stats.files = 1;
        report.stats.elapsed = Duration::from_millis(1250);
        assert_eq!(line(&report, &plain), "no findings in 1 file · 35 objects · 1.2 s");
    }

    #[test]
    fn times_have_the_unit_that_suits_them() {
        assert_eq!(time(Duration::from_micros(80)), "1 ms");
        assert_eq!(time(Duration::from_millis(999)), "999 ms");
        assert_eq!(time(Duration::from_secs(83)), "1 min 23 s");
    }
}
