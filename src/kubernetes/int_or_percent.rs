//! A count or a share, as in `maxUnavailable: 1` and `maxUnavailable: 25%`; apimachinery `pkg/util/intstr`.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::fmt;

/// A count, or a percentage of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntOrPercent {
    /// A JSON number.
    Int(i64),
    /// A JSON string of digits with `%`.
    Percent(u64),
}

/// A string that is no percentage. User error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntOrPercentError {
    /// The string is a whole number: without its quotes it is a count.
    QuotedNumber,
    /// The string is no number with `%`.
    NotPercent,
}

impl fmt::Display for IntOrPercentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::QuotedNumber => "a number in quotes is neither a count nor a percentage",
            Self::NotPercent => "a string here is digits with `%`, such as `25%`",
        })
    }
}

impl std::error::Error for IntOrPercentError {}

impl IntOrPercent {
    /// Reads a JSON string: `^[0-9]+%$`. A count is a JSON number and needs no reading.
    ///
    /// # Errors
    /// Where the string is no percentage; Kubernetes' validation refuses `"5"` as well.
    pub fn parse(text: &str) -> Result<Self, IntOrPercentError> {
        let Some(digits) = text.strip_suffix('%') else {
            let is_number = text.parse::<i64>().is_ok();
            return Err(if is_number { IntOrPercentError::QuotedNumber } else { IntOrPercentError::NotPercent });
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IntOrPercentError::NotPercent);
        }
        digits.parse().map(Self::Percent).map_err(|_| IntOrPercentError::NotPercent)
    }

    /// The count, with a percentage taken of `total` and rounded up or down.
    #[must_use]
    pub fn scaled(self, total: i64, round_up: bool) -> i64 {
        match self {
            Self::Int(count) => count,
            Self::Percent(percent) => {
                let product = i128::from(percent) * i128::from(total);
                let floor = product.div_euclid(100);
                let is_exact = product.rem_euclid(100) == 0;
                let rounded = if round_up && !is_exact { floor + 1 } else { floor };
                i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
            }
        }
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl TryFrom<&IntOrString> for IntOrPercent {
    type Error = IntOrPercentError;

    fn try_from(value: &IntOrString) -> Result<Self, IntOrPercentError> {
        match value {
            IntOrString::Int(count) => Ok(Self::Int(i64::from(*count))),
            IntOrString::String(text) => Self::parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_number_is_told_from_nonsense() {
        assert_eq!(IntOrPercent::parse("5"), Err(IntOrPercentError::QuotedNumber));
        assert_eq!(IntOrPercent::parse("half"), Err(IntOrPercentError::NotPercent));
        assert_eq!(IntOrPercent::parse("99999999999999999999%"), Err(IntOrPercentError::NotPercent));
    }

    #[test]
    fn huge_percentages_do_not_overflow() {
        assert_eq!(IntOrPercent::Percent(u64::MAX).scaled(i64::MAX, true), i64::MAX);
        assert_eq!(IntOrPercent::Percent(50).scaled(3, true), 2);
        assert_eq!(IntOrPercent::Percent(50).scaled(3, false), 1);
    }
}
