//! The grammars of names, keys and values in words, and what of a text breaks them.

use crate::kubernetes::names::{
    is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_label_value,
    is_valid_path_segment_name,
};

/// How a name, a key or a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// Most names.
    Subdomain,
    /// Names that become one part of a host name.
    Label,
    /// Names of Services before Kubernetes 1.36.
    LetterFirstLabel,
    /// Names of roles, bindings and budgets.
    PathSegment,
    /// Keys of labels and annotations.
    Key,
    /// Values of labels.
    LabelValue,
}

impl Grammar {
    /// Whether a text is of the grammar.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Subdomain => is_dns1123_subdomain(text),
            Self::Label => is_dns1123_label(text),
            Self::LetterFirstLabel => is_dns1035_label(text),
            Self::PathSegment => is_valid_path_segment_name(text),
            Self::Key => is_qualified_name(text),
            Self::LabelValue => is_valid_label_value(text),
        }
    }

    /// The grammar as what to write.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Subdomain => {
                "lower-case letters, digits, `-` and `.`, at most 253 characters, a letter or digit at both ends"
            }
            Self::Label => "lower-case letters, digits and `-`, at most 63 characters, a letter or digit at both ends",
            Self::LetterFirstLabel => {
                "lower-case letters, digits and `-`, at most 63 characters, a letter first, a letter or digit last"
            }
            Self::PathSegment => "any characters but `/` and `%`",
            Self::Key => {
                "letters, digits, `-`, `_` and `.`, at most 63 characters, after a domain and `/` where it has a prefix"
            }
            Self::LabelValue => {
                "letters, digits, `-`, `_` and `.`, at most 63 characters, a letter or digit at both ends"
            }
        }
    }

    /// What of a text breaks the grammar, to follow "which"; `None` where nothing does.
    #[must_use]
    pub fn fault(self, text: &str) -> Option<String> {
        if self.accepts(text) {
            return None;
        }
        if text.is_empty() {
            return Some("is empty".to_owned());
        }
        if self != Self::Key {
            return Some(self.part_fault(text));
        }
        Some(match text.split_once('/') {
            Some((_, name)) if name.contains('/') => "holds more than one `/`".to_owned(),
            Some(("", _)) => "has nothing before its `/`".to_owned(),
            Some((_, "")) => "has nothing after its `/`".to_owned(),
            Some((prefix, _)) if !is_dns1123_subdomain(prefix) => {
                format!("{} before its `/`", Self::Subdomain.part_fault(prefix))
            }
            Some((_, name)) => self.part_fault(name),
            None => self.part_fault(text),
        })
    }

    /// A text that the grammar accepts and that is near to one that it does not; `None` where little would be left.
    #[must_use]
    pub fn nearest(self, text: &str) -> Option<String> {
        let is_lower = matches!(self, Self::Subdomain | Self::Label | Self::LetterFirstLabel);
        let text = if is_lower { text.to_lowercase() } else { text.to_owned() };
        let gap = |c: char| if c == '+' && self.allows('_') { '_' } else { '-' };
        let mended: String = text.chars().map(|c| if self.allows(c) { c } else { gap(c) }).collect();
        let most = self.most();
        let cut: String = mended.chars().take(most).collect();
        let mended = cut.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        (mended.len() > 1 && self.accepts(mended)).then(|| mended.to_owned())
    }

    fn most(self) -> usize {
        if self == Self::Subdomain { 253 } else { 63 }
    }

    fn allows(self, c: char) -> bool {
        match self {
            Self::PathSegment => !matches!(c, '/' | '%'),
            Self::Subdomain => c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'),
            Self::Label | Self::LetterFirstLabel => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
            Self::Key | Self::LabelValue => c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'),
        }
    }

    fn part_fault(self, text: &str) -> String {
        if self == Self::PathSegment && matches!(text, "." | "..") {
            return format!("is `{text}`");
        }
        if let Some(other) = text.chars().find(|c| !self.allows(*c)) {
            return if other.is_ascii_uppercase() {
                "holds capital letters".to_owned()
            } else {
                format!("holds {}", named(other))
            };
        }
        let length = text.chars().count();
        if length > self.most() {
            return format!("is {length} characters long");
        }
        let is_end = |c: &char| c.is_ascii_alphanumeric();
        match (text.chars().next(), text.chars().next_back()) {
            (Some(first), _) if !is_end(&first) => format!("begins with `{first}`"),
            (_, Some(last)) if !is_end(&last) => format!("ends in `{last}`"),
            (Some(first), _) if first.is_ascii_digit() && self == Self::LetterFirstLabel => {
                format!("begins with the digit {first}")
            }
            _ if text.contains("..") => "has two dots in a row".to_owned(),
            _ => "has `-` beside a dot".to_owned(),
        }
    }
}

/// A character as a message can show it.
fn named(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '`' => "a backtick".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        c if c.is_control() || c.is_whitespace() => format!("the character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::Grammar::*;

    #[test]
    fn the_fault_is_the_thing_to_change() {
        for (grammar, text, fault) in [
            (Subdomain, "Checkout_API", "holds capital letters"),
            (Subdomain, "checkout_api", "holds `_`"),
            (Subdomain, "a..b", "has two dots in a row"),
            (Subdomain, "a-.b", "has `-` beside a dot"),
            (Label, "checkout-", "ends in `-`"),
            (LetterFirstLabel, "3scale", "begins with the digit 3"),
            (PathSegment, "..", "is `..`"),
            (PathSegment, "a/b", "holds `/`"),
            (Key, "a/b/c", "holds more than one `/`"),
            (Key, "/name", "has nothing before its `/`"),
            (Key, "Example.com/name", "holds capital letters before its `/`"),
            (Key, "my app", "holds a space"),
            (LabelValue, "platform/api", "holds `/`"),
            (LabelValue, "-x", "begins with `-`"),
        ] {
            assert_eq!(grammar.fault(text).as_deref(), Some(fault), "{text}");
        }
        assert_eq!(LabelValue.fault(&"a".repeat(64)).as_deref(), Some("is 64 characters long"));
        assert_eq!(LabelValue.fault(""), None);
    }

    #[test]
    fn a_suggestion_is_of_the_grammar() {
        assert_eq!(LabelValue.nearest("platform/api").as_deref(), Some("platform-api"));
        assert_eq!(LabelValue.nearest("1.4.0+build.7").as_deref(), Some("1.4.0_build.7"));
        assert_eq!(Subdomain.nearest("Checkout_API").as_deref(), Some("checkout-api"));
        assert_eq!(Subdomain.nearest("___"), None);
        assert_eq!(LetterFirstLabel.nearest("3scale"), None);
    }
}
