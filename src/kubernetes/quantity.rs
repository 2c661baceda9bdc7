//! Amounts of resources such as `500m` and `1.5Gi`, after apimachinery `pkg/api/resource/quantity.go`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Add;

/// Kubernetes keeps nine decimal places.
const PLACES: i64 = 9;
const NANO: i128 = 1_000_000_000;
/// More digits than the value can hold anyway.
const DIGITS: usize = 36;

/// An exact amount in billionths. Equality and order are by value; the form is kept for [`fmt::Display`] only.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    nano: i128,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `12M`
    Decimal,
    /// `12Mi`
    Binary,
    /// `12e6`
    Exponent,
}

/// The text is no quantity. User error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityError {
    /// Empty, or with characters that no quantity has.
    Format,
    /// A suffix that Kubernetes does not know; case matters.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => "a quantity is a number with an optional suffix, such as `500m` or `1.5Gi`",
            Self::Suffix => "the suffix is none of n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei",
        })
    }
}

impl std::error::Error for QuantityError {}

impl Quantity {
    /// Zero.
    pub const ZERO: Self = Self { nano: 0, form: Form::Decimal };

    /// Reads a quantity as the API server does: what is finer than a billionth is rounded away from zero, binary
    /// amounts end at 2^63-1, and, as in Go, a suffix or a sign alone is zero.
    ///
    /// # Errors
    /// Where Kubernetes refuses the text.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        let is_negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, rest) = split_digits(unsigned);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("", rest),
        };
        let (multiplier, form) = suffix_of(suffix)?;
        let number = Number::new(whole, fraction);
        let mut nano = match multiplier {
            Multiplier::Ten(exponent) => number.times_ten(exponent),
            Multiplier::Two(exponent) => number.times_two(exponent).min(i128::from(i64::MAX) * NANO),
        };
        if is_negative {
            nano = -nano;
        }
        Ok(Self { nano, form })
    }

    /// A whole amount.
    #[must_use]
    pub fn from_int(value: i64) -> Self {
        Self { nano: i128::from(value) * NANO, form: Form::Decimal }
    }

    /// The amount in billionths.
    #[must_use]
    pub fn nano(&self) -> i128 {
        self.nano
    }

    /// The amount in thousandths, rounded away from zero.
    #[must_use]
    pub fn milli_ceil(&self) -> i128 {
        divide_away(self.nano, NANO / 1000)
    }

    /// The whole amount, rounded away from zero.
    #[must_use]
    pub fn value_ceil(&self) -> i128 {
        divide_away(self.nano, NANO)
    }

    /// The amount, `count` times.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self { nano: self.nano.saturating_mul(i128::from(count)), form: self.form }
    }

    /// True for zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.nano == 0
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl Add for Quantity {
    type Output = Self;

    /// The sum in the form of the left side, or of the right side where the left is zero.
    fn add(self, other: Self) -> Self {
        let form = if self.is_zero() { other.form } else { self.form };
        Self { nano: self.nano.saturating_add(other.nano), form }
    }
}

impl fmt::Display for Quantity {
    /// The canonical form: no fraction, the largest suffix without loss.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nano == 0 {
            return f.write_str("0");
        }
        let whole = self.nano / NANO;
        let is_whole = self.nano % NANO == 0;
        if self.form == Form::Binary && is_whole && whole.abs() >= 1024 {
            return self.fmt_binary(f, whole);
        }
        // Fractions of a binary amount are written decimally, so that nothing is lost.
        let mut mantissa = self.nano;
        let mut exponent = -9;
        while mantissa % 1000 == 0 && (self.form == Form::Exponent || exponent < 18) {
            mantissa /= 1000;
            exponent += 3;
        }
        if self.form == Form::Exponent {
            return if exponent == 0 { write!(f, "{mantissa}") } else { write!(f, "{mantissa}e{exponent}") };
        }
        const SUFFIXES: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
        let suffix = usize::try_from((exponent + 9) / 3).ok().and_then(|index| SUFFIXES.get(index)).unwrap_or(&"");
        write!(f, "{mantissa}{suffix}")
    }
}

impl Quantity {
    fn fmt_binary(&self, f: &mut fmt::Formatter<'_>, whole: i128) -> fmt::Result {
        let mut mantissa = whole;
        let mut suffix = "";
        for next in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
            if mantissa % 1024 != 0 {
                break;
            }
            mantissa /= 1024;
            suffix = next;
        }
        write!(f, "{mantissa}{suffix}")
    }
}

enum Multiplier {
    Ten(i64),
    Two(u32),
}

fn suffix_of(suffix: &str) -> Result<(Multiplier, Form), QuantityError> {
    let decimal = |exponent| Ok((Multiplier::Ten(exponent), Form::Decimal));
    let binary = |exponent| Ok((Multiplier::Two(exponent), Form::Binary));
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => exponent_of(suffix),
    }
}

fn exponent_of(suffix: &str) -> Result<(Multiplier, Form), QuantityError> {
    let error = if suffix.bytes().all(is_suffix_byte) { QuantityError::Suffix } else { QuantityError::Format };
    let digits = suffix.strip_prefix(['e', 'E']).ok_or(error)?;
    let exponent = digits.parse().map_err(|_| error)?;
    Ok((Multiplier::Ten(exponent), Form::Exponent))
}

fn is_suffix_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-')
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

/// `digits * 10^exponent`, and a little more where `is_more`.
struct Number {
    digits: i128,
    exponent: i64,
    is_more: bool,
}

impl Number {
    fn new(whole: &str, fraction: &str) -> Self {
        let as_exponent = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let mut number = Self { digits: 0, exponent: -as_exponent(fraction.len()), is_more: false };
        let significant = whole.bytes().chain(fraction.bytes()).skip_while(|byte| *byte == b'0');
        for (index, byte) in significant.enumerate() {
            let digit = i128::from(byte - b'0');
            if index < DIGITS {
                number.digits = number.digits * 10 + digit;
            } else {
                number.exponent = number.exponent.saturating_add(1);
                number.is_more |= digit != 0;
            }
        }
        number
    }

    /// Billionths of this number times a power of ten, rounded up.
    fn times_ten(&self, exponent: i64) -> i128 {
        let shift = self.exponent.saturating_add(exponent).saturating_add(PLACES);
        if self.digits == 0 {
            return 0;
        }
        let power = |exponent: u64| u32::try_from(exponent).ok().and_then(|exponent| 10_i128.checked_pow(exponent));
        if shift >= 0 {
            return power(shift.unsigned_abs()).and_then(|power| self.digits.checked_mul(power)).unwrap_or(i128::MAX);
        }
        match power(shift.unsigned_abs()) {
            Some(power) => self.divide_up(self.digits, power),
            None => 1,
        }
    }

    /// Billionths of this number times a power of two, rounded up.
    fn times_two(&self, exponent: u32) -> i128 {
        let factor = 1_i128 << exponent;
        let places = u32::try_from(-self.exponent.min(0)).unwrap_or(u32::MAX);
        let Some(divisor) = 10_i128.checked_pow(places) else {
            // Thirty-nine places below the point; with any suffix still less than a billionth.
            return i128::from(self.digits != 0);
        };
        if self.exponent > 0 {
            return i128::MAX;
        }
        let whole = (self.digits / divisor).checked_mul(factor);
        // The fraction is multiplied in two steps, so that eighteen places are exact within 128 bits.
        let excess = places.saturating_sub(18);
        let cut = 10_i128.checked_pow(excess).unwrap_or(1);
        let fraction = self.digits % divisor;
        let divisor = divisor / cut;
        let product = (fraction / cut + i128::from(fraction % cut != 0)) * factor;
        let nano = self.divide_up((product % divisor) * NANO, divisor);
        whole
            .and_then(|whole| whole.checked_add(product / divisor))
            .and_then(|whole| whole.checked_mul(NANO))
            .and_then(|whole| whole.checked_add(nano))
            .unwrap_or(i128::MAX)
    }

    fn divide_up(&self, value: i128, divisor: i128) -> i128 {
        value / divisor + i128::from(value % divisor != 0 || self.is_more)
    }
}

fn divide_away(value: i128, divisor: i128) -> i128 {
    value / divisor + (value % divisor).signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).expect("the text is a quantity")
    }

    #[test]
    fn canonical_forms_are_those_of_kubernetes() {
        let pairs = [
            ("1.5", "1500m"),
            ("1.5Gi", "1536Mi"),
            ("0.5Gi", "512Mi"),
            ("1000", "1k"),
            ("1024", "1024"),
            ("1024Ki", "1Mi"),
            ("0.1Ki", "102400m"),
            ("1023Ki", "1023Ki"),
            ("12e6", "12e6"),
            ("1E3", "1e3"),
            ("100m", "100m"),
            ("-1.5", "-1500m"),
            ("0Gi", "0"),
            ("1000E", "1000E"),
            ("0.5Ki", "512"),
            ("1200m", "1200m"),
        ];
        for (text, canonical) in pairs {
            assert_eq!(quantity(text).to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn rounding_is_away_from_zero() {
        assert_eq!(quantity("0.1m").milli_ceil(), 1);
        assert_eq!(quantity("1001m").value_ceil(), 2);
        assert_eq!(quantity("-0.1m").milli_ceil(), -1);
        assert_eq!(quantity("100m").milli_ceil(), 100);
        assert_eq!(quantity("512m").value_ceil(), 1);
    }

    #[test]
    fn hostile_lengths_neither_panic_nor_hang() {
        let long = "9".repeat(100_000);
        assert_eq!(quantity(&format!("{long}Ei")).value_ceil(), i128::from(i64::MAX));
        assert_eq!(quantity(&format!("0.{}1", "0".repeat(100_000))).nano(), 1);
        assert_eq!(quantity(&format!("0.{}1Ki", "0".repeat(100_000))).nano(), 1);
        assert!(quantity(&long) > quantity("1E"));
        assert_eq!(Quantity::parse("1e99999999999999999999"), Err(QuantityError::Suffix));
        assert_eq!(quantity("1e-99").nano(), 1);
    }

    #[test]
    fn the_units_people_mistype() {
        for text in ["1g", "1 Gi", "512MB", "1gb", "1mi", "0x10", "1_000", "", "1Kib", "1.1.1"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sums_keep_the_form_of_the_left_side() {
        assert_eq!((quantity("512Mi") + quantity("512Mi")).to_string(), "1Gi");
        assert_eq!((Quantity::ZERO + quantity("512Mi")).to_string(), "512Mi");
        assert!(quantity("1Gi") > quantity("1G"));
        assert_eq!(quantity("1000m"), quantity("1"));
        assert_eq!(quantity("512Mi").times(6).to_string(), "3Gi");
    }
}
