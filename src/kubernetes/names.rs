//! The grammars of names, labels and keys, after apimachinery `pkg/util/validation/validation.go`.

/// At most 63 lower-case letters, digits and `-`, with a letter or digit at both ends.
#[must_use]
pub fn is_dns1123_label(name: &str) -> bool {
    name.len() <= 63 && is_lower_case_label(name)
}

/// Labels joined by dots, at most 253 bytes; a label alone has no limit of its own here.
#[must_use]
pub fn is_dns1123_subdomain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_lower_case_label)
}

/// As [`is_dns1123_label`], but begins with a letter.
#[must_use]
pub fn is_dns1035_label(name: &str) -> bool {
    is_dns1123_label(name) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A label or annotation key: a name, or a subdomain, `/` and a name.
#[must_use]
pub fn is_qualified_name(name: &str) -> bool {
    match name.split_once('/') {
        Some((prefix, name)) => is_dns1123_subdomain(prefix) && is_name_part(name),
        None => is_name_part(name),
    }
}

/// The value of a label: empty, or as the name part of a key.
#[must_use]
pub fn is_valid_label_value(value: &str) -> bool {
    value.is_empty() || is_name_part(value)
}

/// A name that can stand in a path of the API: the rule for kinds without a stricter one.
#[must_use]
pub fn is_valid_path_segment_name(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '%'])
}

/// The name of a port (`IsValidPortName`): at most 15 lower-case letters, digits and `-`, of which one is a letter, none
/// of the `-` at an end or beside another one.
#[must_use]
pub fn is_port_name(name: &str) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= 15
        && is_framed(name, is_end, |byte| is_end(byte) || *byte == b'-')
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && !name.contains("--")
}

/// The name of an environment variable before Kubernetes 1.32 (`IsEnvVarName`).
#[must_use]
pub fn is_env_var_name(name: &str) -> bool {
    is_key(name) && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// The name of an environment variable from Kubernetes 1.32 on (`IsRelaxedEnvVarName`): printable ASCII without `=`.
#[must_use]
pub fn is_relaxed_env_var_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'=')
}

/// A key of the data of a ConfigMap or Secret (`IsConfigMapKey`).
#[must_use]
pub fn is_config_map_key(key: &str) -> bool {
    key.len() <= 253 && is_key(key)
}

/// Letters, digits, `-`, `_` and `.` that are no step up in a path.
fn is_key(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(is_inner) && text != "." && !text.starts_with("..")
}

fn is_lower_case_label(name: &str) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    is_framed(name, is_end, |byte| is_end(byte) || *byte == b'-')
}

fn is_name_part(name: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    name.len() <= 63 && is_framed(name, u8::is_ascii_alphanumeric, is_inner)
}

/// Not empty, `is_end` at both ends, `is_inner` between them.
fn is_framed(name: &str, is_end: impl Fn(&u8) -> bool, is_inner: impl Fn(&u8) -> bool) -> bool {
    let bytes = name.as_bytes();
    bytes.first().is_some_and(&is_end) && bytes.last().is_some_and(is_end) && bytes.iter().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_segments_may_hold_nearly_anything() {
        assert!(is_valid_path_segment_name("system:node A"));
        assert!(!is_valid_path_segment_name(".."));
        assert!(!is_valid_path_segment_name("a/b"));
        assert!(!is_valid_path_segment_name("50%"));
    }

    #[test]
    fn port_names_are_short_and_hold_a_letter() {
        for name in ["http", "8080-http", "a", "metrics-1234567"] {
            assert!(is_port_name(name), "{name}");
        }
        for name in ["", "8080", "HTTP", "http_metrics", "-http", "http-", "a--b", "metrics-12345678"] {
            assert!(!is_port_name(name), "{name}");
        }
    }

    #[test]
    fn names_of_variables_were_strict_once() {
        assert!(is_env_var_name("my.env-name_1") && is_relaxed_env_var_name("1 & 2"));
        assert!(!is_env_var_name("1ST") && !is_env_var_name("a b") && !is_env_var_name("..a"));
        assert!(!is_relaxed_env_var_name("a=b") && !is_relaxed_env_var_name("") && !is_relaxed_env_var_name("é"));
    }

    #[test]
    fn a_key_has_at_most_one_slash() {
        assert!(is_qualified_name("app.kubernetes.io/name"));
        assert!(!is_qualified_name("a/b/c"));
        assert!(!is_qualified_name("/name"));
    }
}
