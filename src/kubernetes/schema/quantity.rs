//! Quantities as a person misspells them. The grammar itself is `kubernetes::quantity`'s.

/// Right spellings of a text that is no quantity, the likelier first; none if it says too little.
pub(super) fn spellings(text: &str) -> Vec<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '+' | '-')).unwrap_or(text.len());
    let Some((number, suffix)) = text.split_at_checked(end) else { return Vec::new() };
    // A comma before exactly three digits may part thousands.
    let thousands = number.split(',').skip(1).all(|part| part.len() == 3);
    let number = if number.contains(',') && !thousands { number.replace(',', ".") } else { number.to_owned() };
    let Some(suffixes) = suffixes(suffix) else { return Vec::new() };
    suffixes.iter().map(|suffix| format!("{number}{suffix}")).filter(|spelling| is_quantity(spelling)).collect()
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

/// `[+-] digits[.digits] [suffix]`, where the suffix is a unit or a decimal exponent.
pub(super) fn is_quantity(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = whole.strip_prefix('.').map_or(whole, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let has_digit = text.len() > whole.len() || whole.len() > rest.len() + 1;
    let exponent = |digits: &str| {
        let digits = digits.strip_prefix(['+', '-']).unwrap_or(digits);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let unit = matches!(
        rest,
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"
    );
    has_digit && (unit || rest.strip_prefix(['e', 'E']).is_some_and(exponent))
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

    #[test]
    fn the_grammar() {
        for text in ["0", "1.", ".5", "+1", "-1Gi", "1E", "1E3", "1e+3", "0.5m", "100n"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", ".", "+", "1K", "1ki", "1MB", "1 Gi", "1i", "0.1mi", "1e3m", "0x10", "1e", "1e1.5", "--1", "--1"] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
