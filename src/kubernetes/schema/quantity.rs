//! Quantities as a person misspells them. The grammar itself is `kubernetes::quantity`'s.

use crate::kubernetes::quantity::Quantity;

/// Right spellings of a text that is no quantity, the likelier first; none if it says too little.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '+' | '-')).unwrap_or(text.len());
    let Some((number, suffix)) = text.split_at_checked(end) else { return Vec::new() };
    // A comma before exactly three digits may part thousands.
    let thousands = number.split(',').skip(1).all(|part| part.len() == 3);
    let number = if number.contains(',') && !thousands { number.replace(',', ".") } else { number.to_owned() };
    let Some(suffixes) = suffixes(suffix) else { return Vec::new() };
    suffixes
        .iter()
        .map(|suffix| format!("{number}{suffix}"))
        .filter(|spelling| Quantity::parse(spelling).is_ok())
        .collect()
}

fn suffixes(suffix: &str) -> Option<&'static [&'static str]> {
    Some(match suffix.to_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" | "core" | "cores" | "cpu" | "cpus" => &[""],
        "mcpu" | "millicore" | "millicores" | "milli" => &["m"],
        "k" | "kb" => &["k", "Ki"],
        "ki" | "kib" => &["Ki"],
        "m" | "mb" => &["M", "Mi"],
        "mi" | "mib" => &["Mi"],
        "g" | "gb" => &["G", "Gi"],
        "gi" | "gib" => &["Gi"],
        "t" | "tb" => &["T", "Ti"],
        "ti" | "tib" => &["Ti"],
        "p" | "pb" => &["P", "Pi"],
        "pi" | "pib" => &["Pi"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_as_people_write_them() {
        for (text, right) in [
            ("1g", &["1G", "1Gi"][..]),
            ("512MB", &["512M", "512Mi"]),
            ("1 Gi", &["1Gi"]),
            ("1GiB", &["1Gi"]),
            ("1,5Gi", &["1.5Gi"]),
            ("100mCPU", &["100m"]),
            ("2 cores", &["2"]),
            ("10,000", &[]),
            ("10%", &[]),
            ("", &[]),
            ("lots", &[]),
        ] {
            assert_eq!(spellings(text), right, "{text}");
        }
    }
}
