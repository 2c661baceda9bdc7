//! When a CronJob runs (`validateScheduleFormat` and `validateTimeZone` in pkg/apis/batch/validation; the schedule is
//! read by `cron.ParseStandard` of github.com/robfig/cron v3.0.1).

use super::field::{Field, Found};
use super::shown;

/// A field of a schedule: its name, its bounds, and names for its numbers.
type Unit = (&'static str, u32, u32, &'static [&'static str]);

const UNITS: [Unit; 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

const NAMED: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

pub(super) fn schedule(spec: &Field<'_>, found: &mut Found) {
    let Some(field) = spec.get("schedule") else { return };
    let Some(text) = field.str() else { return };
    if text.contains("TZ") {
        let message = format!("`schedule: {}` names a time zone", shown(&text));
        found.push(field.path, message, "move the zone to `timeZone`");
    } else if let Err((fault, help)) = parse(&text) {
        found.push(field.path, format!("`schedule: {}` {fault}", shown(&text)), help);
    }
}

/// What is wrong, and what to do.
type Fault = (String, String);

fn parse(text: &str) -> Result<(), Fault> {
    if text.starts_with('@') {
        // The length of `@every` is left to the server.
        let is_known = NAMED.contains(&text) || text.starts_with("@every ");
        let help = format!("use one of {}", super::field::quoted(NAMED));
        return if is_known { Ok(()) } else { Err(("is no named schedule".to_owned(), help)) };
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != UNITS.len() {
        let count = fields.len();
        let help = "write minute, hour, day of the month, month and day of the week, such as `30 2 * * 1`";
        return Err((format!("has {count} fields, and a schedule has 5"), help.to_owned()));
    }
    let ranges = fields
        .iter()
        .zip(&UNITS)
        .flat_map(|(field, unit)| field.split(',').filter(|range| !range.is_empty()).map(move |range| (range, unit)));
    for (range, unit) in ranges {
        parse_range(range, unit).map_err(|fault| explain(range, unit, &fault))?;
    }
    Ok(())
}

fn explain(range: &str, (name, least, most, names): &Unit, fault: &str) -> Fault {
    let help = if *name == "day of the week" && range == "7" {
        "write 0 for Sunday".to_owned()
    } else if names.is_empty() {
        format!("write {least} to {most}, `*`, or a step such as `*/15`")
    } else {
        let (first, last) = (names.first().unwrap_or(&""), names.last().unwrap_or(&""));
        format!("write {least} to {most}, `{first}` to `{last}`, or `*`")
    };
    (format!("has the {name} `{}`, {fault}", shown(range)), help)
}

fn parse_range(range: &str, (_, least, most, names): &Unit) -> Result<(), String> {
    let (range, step) = match range.split('/').collect::<Vec<_>>().as_slice() {
        [range] => (*range, None),
        [range, step] => (*range, Some(number(step, &[])?)),
        _ => return Err("with two steps".to_owned()),
    };
    if step == Some(0) {
        return Err("with a step of 0".to_owned());
    }
    let ends: Vec<&str> = range.split('-').collect();
    if matches!(ends.first(), Some(&("*" | "?"))) {
        return Ok(());
    }
    let (start, end) = match ends.as_slice() {
        [only] => {
            let start = number(only, names)?;
            (start, if step.is_some() { *most } else { start })
        }
        [start, end] => (number(start, names)?, number(end, names)?),
        _ => return Err("which is no range".to_owned()),
    };
    if start < *least || end > *most {
        return Err(format!("outside {least} to {most}"));
    }
    if start > end {
        return Err("which ends before it begins".to_owned());
    }
    Ok(())
}

fn number(text: &str, names: &[&str]) -> Result<u32, String> {
    if let Some(index) = names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        // Months count from 1, days of the week from 0.
        let first = usize::from(names.len() == 12);
        return u32::try_from(index + first).map_err(|_| "which is no number".to_owned());
    }
    // Go reads a sign, and refuses a negative number afterwards.
    text.strip_prefix('+').unwrap_or(text).parse().map_err(|_| "which is no number".to_owned())
}

/// Whether a zone exists depends on the server's files; what no zone looks like does not.
pub(super) fn time_zone(spec: &Field<'_>, found: &mut Found) {
    let Some(field) = spec.get("timeZone") else { return };
    let Some(text) = field.node.str() else { return };
    if text.is_empty() {
        found.push(field.path, "`timeZone` is empty", "remove it, or set it to a zone such as `Etc/UTC`");
        return;
    }
    let Some(text) = field.str() else { return };
    let is_part = |part: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
        (1..=14).contains(&part.len())
            && part.bytes().all(is_inner)
            && !matches!(part, "." | "..")
            && !part.starts_with('-')
    };
    let upper = text.to_ascii_uppercase();
    let is_offset = upper.strip_prefix("UTC").is_some_and(|rest| rest.starts_with(['+', '-']));
    if text.split('/').all(is_part) && upper != "LOCAL" && !is_offset {
        return;
    }
    let message = format!("`timeZone: {}` is no name of a time zone", shown(&text));
    found.push(field.path, message, "set it to a name of the IANA database, such as `Europe/Berlin`");
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn schedules_are_those_of_cron() {
        for text in [
            "0 2 * * *",
            "*/15 * * * *",
            "0 0 1,15 * mon-fri",
            "5/10 * * * ?",
            "0 22 * JAN-mar SUN",
            "@every 1h30m",
            "@daily",
            "  0 2 * * *  ",
            "*-5 * * * *",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
        for text in [
            "",
            "0 2 * *",
            "0 0 2 * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "10-5 * * * *",
            "H 2 * * *",
            "1/2/3 * * * *",
            "-1 * * * *",
            "@noon",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
