//! What a scalar means to Kubernetes: the resolver of go-yaml v2 (`resolve.go`), which sigs.k8s.io/yaml uses.
//! Close to YAML 1.1: `yes` is true, `010` is 8; but `1:30` and timestamps stay strings.

use super::number;
use super::tree::Tag;
use std::borrow::Cow;

/// A resolved scalar.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'t> {
    /// Empty, `~`, `null`, `Null` or `NULL`.
    Null,
    /// `true`, but also `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// An integer in any of Go's bases.
    Int(i64),
    /// An integer above [`i64::MAX`].
    UInt(u64),
    /// A float; finite except for `.inf` and `.nan`, which abort the document.
    Float(f64),
    /// Everything else.
    Str(Cow<'t, str>),
}

impl<'t> Scalar<'t> {
    /// The whole number that JSON carries: go prints the floats `3.0` and `1e1` as `3` and `10`.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Float(value) => whole(*value),
            _ => None,
        }
    }

    /// The word for the type in messages.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => "a number",
            Self::Str(_) => "text",
        }
    }

    /// The text of this scalar as a key of a JSON object; `None` for those that sigs.k8s.io/yaml refuses as keys.
    pub(super) fn into_key(self) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Str(text) => text,
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(number::format_key(value)),
            Self::Null | Self::UInt(_) => return None,
        })
    }
}

/// A float without fraction within the range of `i64`.
#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked first; 2^63 itself is excluded")]
fn whole(value: f64) -> Option<i64> {
    let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value);
    (in_range && value.fract() == 0.0).then_some(value as i64)
}

/// The tag of a scalar does not fit its text; go-yaml refuses the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mismatch;

/// Resolves a scalar from its tag, its style and its content.
pub(super) fn resolve(tag: Tag, is_plain: bool, content: &str) -> Result<Scalar<'_>, Mismatch> {
    match tag {
        Tag::None if !is_plain => Ok(Scalar::Str(Cow::Borrowed(content))),
        Tag::None => Ok(resolve_plain(content)),
        Tag::Str | Tag::Other | Tag::Merge => Ok(Scalar::Str(Cow::Borrowed(content))),
        Tag::Timestamp => match resolve_plain(content) {
            text @ Scalar::Str(_) => Ok(text),
            _ => Err(Mismatch),
        },
        Tag::Bool => expect(content, |scalar| matches!(scalar, Scalar::Bool(_))),
        Tag::Int => expect(content, |scalar| matches!(scalar, Scalar::Int(_) | Scalar::UInt(_))),
        Tag::Null => expect(content, |scalar| matches!(scalar, Scalar::Null)),
        Tag::Float => match resolve_plain(content) {
            Scalar::Int(value) => Ok(Scalar::Float(to_float(value))),
            float @ Scalar::Float(_) => Ok(float),
            _ => Err(Mismatch),
        },
        Tag::Binary => {
            decode_base64(content).map(|bytes| Scalar::Str(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "go-yaml converts the same way")]
fn to_float(value: i64) -> f64 {
    value as f64
}

fn expect<'t>(content: &'t str, fits: impl Fn(&Scalar<'_>) -> bool) -> Result<Scalar<'t>, Mismatch> {
    let scalar = resolve_plain(content);
    if fits(&scalar) { Ok(scalar) } else { Err(Mismatch) }
}

/// Resolves untagged plain text. The first byte decides for most texts that they are strings.
pub(super) fn resolve_plain(text: &str) -> Scalar<'_> {
    let Some(first) = text.as_bytes().first() else {
        return Scalar::Null;
    };
    let known = match first {
        b'0'..=b'9' => number::parse(text),
        b'+' | b'-' => infinite_or_nan(text).or_else(|| number::parse(text)),
        b'.' => infinite_or_nan(text).or_else(|| number::parse_from_point(text)),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        _ => None,
    };
    known.unwrap_or(Scalar::Str(Cow::Borrowed(text)))
}

fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => return None,
    })
}

fn infinite_or_nan(text: &str) -> Option<Scalar<'static>> {
    Some(Scalar::Float(match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        _ => return None,
    }))
}

/// Go's `base64.StdEncoding`: padded, line breaks ignored.
fn decode_base64(text: &str) -> Result<Vec<u8>, Mismatch> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return Err(Mismatch);
    }
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return Err(Mismatch);
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let mut bits: u32 = 0;
    let mut count = 0;
    for digit in digits.iter().take(digits.len() - padding) {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(Mismatch),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).unwrap_or(0));
        }
    }
    Ok(bytes)
}
