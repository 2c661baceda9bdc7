//! Numbers as Go's `strconv` reads and prints them: bases by prefix, no digits lost, `%g` for keys.

use super::scalar::Scalar;
use std::borrow::Cow;

/// A number as go-yaml v2 resolves a plain scalar that begins with a digit or a sign.
pub(super) fn parse(text: &str) -> Option<Scalar<'static>> {
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if let Some(int) = integer(&plain) {
        return Some(int);
    }
    if is_decimal_float(&plain) {
        // Go reports a range error where Rust gives infinity; the scalar then stays a string.
        let value: f64 = plain.parse().ok()?;
        return value.is_finite().then_some(Scalar::Float(value));
    }
    // go-yaml tries binary digits once more by hand, and so accepts a sign after the prefix.
    if let Some(digits) = plain.strip_prefix("0b") {
        return i64::from_str_radix(digits, 2).ok().map(Scalar::Int);
    }
    None
}

/// A float that begins with a point, which go-yaml hands to `strconv.ParseFloat` as it is.
pub(super) fn parse_from_point(text: &str) -> Option<Scalar<'static>> {
    let plain: Cow<'_, str> = if text.contains('_') {
        if !underscores_separate_digits(text) {
            return None;
        }
        text.replace('_', "").into()
    } else {
        text.into()
    };
    if !is_decimal_float(&plain) {
        return None;
    }
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then_some(Scalar::Float(value))
}

fn underscores_separate_digits(text: &str) -> bool {
    let mut previous = b'^';
    for byte in text.bytes() {
        let class = match byte {
            b'0'..=b'9' => b'0',
            b'_' => b'_',
            _ => b'!',
        };
        if class == b'_' && previous != b'0' || previous == b'_' && class != b'0' {
            return false;
        }
        previous = class;
    }
    previous != b'_'
}

/// `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Scalar<'static>> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (Some(b'-'), text.get(1..)?),
        b'+' => (Some(b'+'), text.get(1..)?),
        _ => (None, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0'] => (10, digits),
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if sign == Some(b'-') {
        return 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match (i64::try_from(magnitude), sign) {
        (Ok(value), _) => Some(Scalar::Int(value)),
        (Err(_), None) => Some(Scalar::UInt(magnitude)),
        (Err(_), Some(_)) => None,
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_decimal_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = split_digits(unsigned);
    let rest = match rest.strip_prefix('.') {
        Some(rest) => {
            let (fraction, rest) = split_digits(rest);
            if whole.is_empty() && fraction.is_empty() {
                return false;
            }
            rest
        }
        None if whole.is_empty() => return false,
        None => rest,
    };
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// A float as a map key: `strconv.FormatFloat(value, 'g', -1, 32)`, as sigs.k8s.io/yaml writes it.
#[expect(clippy::cast_possible_truncation, reason = "sigs.k8s.io/yaml formats float keys with 32 bits")]
pub(super) fn format_key(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    // Rust's `{:e}` prints the shortest digits that read back as the same float, as Go's precision -1 does.
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    format!("{value}")
}
