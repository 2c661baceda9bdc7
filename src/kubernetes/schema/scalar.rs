//! Whether a value is of a scalar type as Kubernetes decodes it, and what to say when it is not.

use super::quantity::spellings;
use super::table::Shape;
use crate::kubernetes::placeholder::is_placeholder;
use crate::kubernetes::quantity::Quantity;
use crate::yaml::{NodeKind, NodeRef, Scalar};

/// What is told of a value that is not of its field's type.
pub(super) struct Mismatch {
    /// What stands there, to be followed by the field and what it takes.
    pub(super) found: String,
    /// What the field takes.
    pub(super) takes: String,
    pub(super) help: Option<String>,
    pub(super) label: String,
}

/// `None` if `node`, which is not null, is of the type. Lists, maps and objects are compared by form alone.
pub(super) fn mismatch(shape: &Shape, node: NodeRef<'_>) -> Option<Mismatch> {
    let Some(scalar) = node.scalar() else { return collection(shape, node) };
    if matches!(&scalar, Scalar::Str(text) if is_placeholder(text)) {
        return None;
    }
    match (shape, &scalar) {
        (Shape::Any, _)
        | (Shape::String | Shape::IntOrString, Scalar::Str(_))
        | (Shape::Bool, Scalar::Bool(_))
        | (Shape::Quantity, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => None,
        (Shape::Int32 | Shape::IntOrString, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => {
            number(shape, node, &scalar, i64::from(i32::MIN), i64::from(i32::MAX))
        }
        (Shape::Int64, Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => {
            number(shape, node, &scalar, i64::MIN, i64::MAX)
        }
        // Quantity.UnmarshalJSON trims what it parses.
        (Shape::Quantity, Scalar::Str(text)) => Quantity::parse(text.trim()).is_err().then(|| {
            let right: Vec<String> = spellings(text).iter().map(|spelling| format!("`{spelling}`")).collect();
            Mismatch {
                found: format!("`{}` is not a quantity", shown(node)),
                takes: "takes one".to_owned(),
                help: Some(if right.is_empty() {
                    "write a number, then one of m, k, M, G, T, P, Ki, Mi, Gi, Ti, Pi or nothing".to_owned()
                } else {
                    format!("write {}", right.join(" or "))
                }),
                label: "not a quantity".to_owned(),
            }
        }),
        (Shape::Time, Scalar::Str(text)) => (!is_time(text)).then(|| Mismatch {
            found: format!("`{}` is not a time", shown(node)),
            takes: "takes one".to_owned(),
            help: Some("write date, time and zone as in `2026-01-31T12:00:00Z`".to_owned()),
            label: "not a time with date and zone".to_owned(),
        }),
        (Shape::Bytes, Scalar::Str(text)) => (!is_base64(text)).then(|| Mismatch {
            found: format!("`{}` is not base64", shown(node)),
            takes: "takes base64".to_owned(),
            help: Some("encode it as base64, or move it to `data`".to_owned()),
            label: "not base64".to_owned(),
        }),
        _ => Some(other_type(shape, node, &scalar)),
    }
}

/// What a field of this shape takes, as in "takes a string".
pub(super) fn noun(shape: &Shape) -> &'static str {
    match shape {
        Shape::String => "a string",
        Shape::Bool => "true or false",
        Shape::Int32 | Shape::Int64 => "a whole number",
        Shape::Quantity => "a quantity",
        Shape::IntOrString => "a whole number or a string",
        Shape::Time => "a time",
        Shape::Bytes => "base64 text",
        Shape::Any => "anything",
        Shape::List(_) => "a list",
        Shape::Map(_) | Shape::Object(_) => "a map",
    }
}

/// The source text of a scalar, cut to what fits a message.
pub(super) fn shown(node: NodeRef<'_>) -> String {
    const MOST: usize = 24;
    let raw = node.raw().trim();
    let line = raw.lines().next().unwrap_or_default();
    if line.chars().count() <= MOST && line.len() == raw.len() {
        return raw.replace('`', "'");
    }
    let cut: String = line.chars().take(MOST - 1).map(|c| if c == '`' { '\'' } else { c }).collect();
    format!("{}…", cut.trim_end())
}

fn collection(shape: &Shape, node: NodeRef<'_>) -> Option<Mismatch> {
    let (is, help) = match (shape, node.kind()) {
        (Shape::Any, _)
        | (Shape::List(_), NodeKind::Sequence)
        | (Shape::Map(_) | Shape::Object(_), NodeKind::Mapping) => return None,
        (Shape::List(_), _) => ("a map", "begin each item with `- `".to_owned()),
        (Shape::Map(_) | Shape::Object(_), _) => {
            ("a list", "remove the `- `: the field is one map, not a list".to_owned())
        }
        (_, NodeKind::Sequence) => ("a list", format!("write {} without `- ` or brackets", noun(shape))),
        // `{{ .Values.x }}` without quotes is a map in a map.
        (_, _) if node.raw().starts_with("{{") => return None,
        (_, _) if node.raw().starts_with('{') => ("a map", "quote the whole value".to_owned()),
        (_, _) => ("a map", format!("write {} in place of the map", noun(shape))),
    };
    Some(Mismatch {
        found: format!("{is} stands here"),
        takes: format!("takes {}", noun(shape)),
        help: Some(help),
        label: label(is, shape),
    })
}

fn number(shape: &Shape, node: NodeRef<'_>, scalar: &Scalar<'_>, least: i64, most: i64) -> Option<Mismatch> {
    // encoding/json writes 3.0 and 1e1 as `3` and `10`, so kubectl sends whole numbers.
    let whole = match scalar {
        Scalar::Int(value) => i128::from(*value),
        Scalar::UInt(value) => i128::from(*value),
        Scalar::Float(value) if value.fract() != 0.0 => {
            let share = shape == &Shape::IntOrString && *value > 0.0 && *value < 1.0;
            return Some(Mismatch {
                found: format!("`{}` is a fraction", shown(node)),
                takes: format!("takes {}", noun(shape)),
                help: Some(if share {
                    format!("write `{}%` for a share, or a whole number", value * 100.0)
                } else {
                    "write a whole number".to_owned()
                }),
                label: "a fraction, not a whole number".to_owned(),
            });
        }
        #[expect(clippy::cast_possible_truncation, reason = "saturates, and what saturates is out of range")]
        Scalar::Float(value) => *value as i128,
        _ => return None,
    };
    if (i128::from(least)..=i128::from(most)).contains(&whole) {
        return None;
    }
    Some(Mismatch {
        found: format!("`{}` is beyond {} bits", shown(node), if most == i64::MAX { 64 } else { 32 }),
        takes: "takes fewer".to_owned(),
        help: Some(format!("write a number from {least} to {most}")),
        label: "too large for the field".to_owned(),
    })
}

fn other_type(shape: &Shape, node: NodeRef<'_>, scalar: &Scalar<'_>) -> Mismatch {
    let raw = shown(node);
    let is = match scalar {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(_) => "a boolean".to_owned(),
        Scalar::Int(value) => numeral(&raw, &value.to_string()),
        Scalar::UInt(value) => numeral(&raw, &value.to_string()),
        Scalar::Float(value) => numeral(&raw, &value.to_string()),
        Scalar::Str(_) => "a string".to_owned(),
    };
    Mismatch {
        found: format!("`{raw}` is {is}"),
        takes: format!("takes {}", noun(shape)),
        help: help(shape, node, scalar),
        label: label(kind_of(scalar), shape),
    }
}

fn label(is: &str, shape: &Shape) -> String {
    let noun = if shape == &Shape::IntOrString { "a number or string" } else { noun(shape) };
    format!("{is}, not {noun}")
}

/// `1.10` is the number 1.1: the value is told where it is not what is written.
fn numeral(raw: &str, value: &str) -> String {
    if raw == value { "a number".to_owned() } else { format!("the number {value}") }
}

fn kind_of(scalar: &Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::Null => "null",
        Scalar::Bool(_) => "a boolean",
        Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => "a number",
        Scalar::Str(_) => "a string",
    }
}

fn help(shape: &Shape, node: NodeRef<'_>, scalar: &Scalar<'_>) -> Option<String> {
    let raw = node.raw().trim();
    let is_short = raw.len() <= 60 && !raw.contains('\n');
    Some(match (shape, scalar) {
        (Shape::String | Shape::Time, Scalar::Bool(_) | Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_)) => {
            format!("quote it: `\"{raw}\"`")
        }
        (Shape::Int32 | Shape::Int64, Scalar::Str(text)) if node.is_quoted() && text.parse::<i64>().is_ok() => {
            format!("remove the quotes: `{text}`")
        }
        (Shape::Int32 | Shape::Int64, Scalar::Str(text)) if text.is_empty() => {
            "write a number, or remove the field".to_owned()
        }
        (Shape::Int32 | Shape::Int64, _) => "write a whole number".to_owned(),
        (Shape::Bool, Scalar::Str(text)) => match text.to_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => "write `true`, without quotes".to_owned(),
            "false" | "no" | "n" | "off" => "write `false`, without quotes".to_owned(),
            _ => "write `true` or `false`".to_owned(),
        },
        (Shape::Bool, Scalar::Int(value @ (0 | 1))) => format!("write `{}`", *value == 1),
        (Shape::Bool, _) => "write `true` or `false`".to_owned(),
        (Shape::List(_), Scalar::Str(text)) if text.is_empty() => "write `[]`, or remove the field".to_owned(),
        (Shape::List(item), _) if is_short && !matches!(**item, Shape::Object(_)) => {
            format!("make it a list: `[{raw}]`")
        }
        (Shape::Map(_) | Shape::Object(_), Scalar::Str(text)) if text.is_empty() => {
            "write `{}`, or remove the field".to_owned()
        }
        (Shape::Quantity, _) => "write a number or a quantity such as `500m` or `1Gi`".to_owned(),
        _ => return None,
    })
}

/// RFC 3339, without asking whether the month has that day.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |pattern: &[u8], text: &[u8]| {
        pattern.len() == text.len()
            && pattern.iter().zip(text).all(|(pattern, byte)| match pattern {
                b'0' => byte.is_ascii_digit(),
                _ => pattern == &byte.to_ascii_uppercase(),
            })
    };
    let Some((start, rest)) = bytes.split_at_checked(19) else { return false };
    let fraction = rest.iter().take_while(|byte| matches!(byte, b'.' | b',' | b'0'..=b'9')).count();
    let zone = rest.get(fraction..).unwrap_or_default();
    fits(b"0000-00-00T00:00:00", start) && (fits(b"Z", zone) || fits(b"+00:00", zone) || fits(b"-00:00", zone))
}

/// As Go's `base64.StdEncoding`: line breaks are skipped, padding is required.
fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let body = bytes.strip_suffix(b"==").or(bytes.strip_suffix(b"=")).unwrap_or(&bytes);
    bytes.len().is_multiple_of(4) && body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        for text in ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123456+02:00", "2026-01-31t12:00:00z"] {
            assert!(is_time(text), "{text}");
        }
        for text in ["", "2026-01-31", "2026-01-31 12:00:00", "2026-01-31T12:00:00", "yesterday, at noon, Z"] {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn base64_is_padded() {
        for text in ["", "YQ==", "YWI=", "YWJj", "YWJj\nYWJj\n"] {
            assert!(is_base64(text), "{text}");
        }
        for text in ["YQ", "YQ=", "a b=", "{}==", "Y==="] {
            assert!(!is_base64(text), "{text}");
        }
    }
}
