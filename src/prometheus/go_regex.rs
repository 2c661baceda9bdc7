//! Go's regular expressions (RE2, Perl flags) as the adapter compiles them, run by the `regex` crate. A pattern is
//! translated, because both dialects accept patterns that the other rejects or reads differently.

use std::fmt;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use regex::{Regex, RegexBuilder};

/// Longest pattern that is compiled; longer ones are not judged.
const LONGEST_PATTERN: usize = 8 * 1024;
/// Bytes of compiled program that one pattern may take.
const LARGEST_PROGRAM: usize = 2 << 20;
/// Go's limit on the counts of `{n,m}`.
const LARGEST_REPEAT: u32 = 1000;

/// A compiled pattern with its capture groups.
#[derive(Debug, Clone)]
pub struct GoRegex {
    regex: Regex,
    source: String,
    groups: Vec<Option<String>>,
}

/// Why a pattern was not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoRegexError {
    /// User error: Go rejects the pattern as well.
    Syntax {
        /// What Go finds wrong, in its words.
        message: &'static str,
        /// Where in the pattern.
        range: Range<usize>,
    },
    /// Neither: this tool cannot tell what Go does with the pattern (too long, rare syntax).
    Unsure,
}

impl fmt::Display for GoRegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { message, .. } => f.write_str(message),
            Self::Unsure => f.write_str("pattern is not understood"),
        }
    }
}

impl GoRegex {
    /// Compiles `pattern` as Go's `regexp.Compile` does.
    ///
    /// # Errors
    /// [`GoRegexError::Syntax`] where Go rejects the pattern.
    pub fn new(pattern: &str) -> Result<Self, GoRegexError> {
        if pattern.len() > LONGEST_PATTERN {
            return Err(GoRegexError::Unsure);
        }
        let (translated, groups) = Translator::new(pattern).run()?;
        let regex = RegexBuilder::new(&translated)
            .size_limit(LARGEST_PROGRAM)
            .dfa_size_limit(LARGEST_PROGRAM)
            .build()
            .map_err(|_| GoRegexError::Unsure)?;
        Ok(Self { regex, source: pattern.to_owned(), groups })
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// True when the pattern matches anywhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The groups of the first match, the whole match first; `None` without a match.
    #[must_use]
    pub fn captures<'t>(&self, text: &'t str) -> Option<Vec<Option<&'t str>>> {
        let captures = self.regex.captures(text)?;
        Some(captures.iter().map(|group| group.map(|group| group.as_str())).collect())
    }

    /// Names of the capture groups in order, `None` for an unnamed one; the whole match is not among them.
    #[must_use]
    pub fn groups(&self) -> &[Option<String>] {
        &self.groups
    }

    /// Number of the first group of that name.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<usize> {
        self.groups.iter().position(|group| group.as_deref() == Some(name)).map(|index| index + 1)
    }
}

/// One pass over a Go pattern that writes the same pattern for the `regex` crate.
struct Translator<'p> {
    pattern: &'p str,
    chars: Peekable<CharIndices<'p>>,
    out: String,
    groups: Vec<Option<String>>,
    open: Vec<usize>,
    /// An atom stands before the next operator.
    atom: bool,
    /// The atom is itself a repetition.
    repeated: bool,
    /// Flags stand between the atom and here.
    flagged: bool,
}

/// One member of a character class.
enum ClassItem {
    Char(char),
    /// Text for the translated class, such as `0-9`.
    Set(String),
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str) -> Self {
        Self {
            pattern,
            chars: pattern.char_indices().peekable(),
            out: String::with_capacity(pattern.len() + 16),
            groups: Vec::new(),
            open: Vec::new(),
            atom: false,
            repeated: false,
            flagged: false,
        }
    }

    fn run(mut self) -> Result<(String, Vec<Option<String>>), GoRegexError> {
        while let Some((at, c)) = self.chars.next() {
            match c {
                '(' => self.group(at)?,
                ')' => {
                    if self.open.pop().is_none() {
                        return Err(error("unexpected `)`", at..at + 1));
                    }
                    self.out.push(')');
                    self.after_atom();
                }
                '|' => {
                    self.out.push('|');
                    self.atom = false;
                    self.repeated = false;
                    self.flagged = false;
                }
                '*' | '+' | '?' => {
                    self.out.push(c);
                    self.repetition(at..at + 1)?;
                }
                '{' => self.brace(at)?,
                '[' => {
                    self.class(at)?;
                    self.after_atom();
                }
                '\\' => self.escape(at)?,
                '.' | '^' | '$' => {
                    self.out.push(c);
                    self.after_atom();
                }
                _ => {
                    push_literal(&mut self.out, c);
                    self.after_atom();
                }
            }
        }
        match self.open.pop() {
            Some(at) => Err(error("missing closing `)`", at..at + 1)),
            None => Ok((self.out, self.groups)),
        }
    }

    fn after_atom(&mut self) {
        self.atom = true;
        self.repeated = false;
        self.flagged = false;
    }

    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.pattern.len(), |(at, _)| *at)
    }

    fn rest(&mut self) -> &'p str {
        let at = self.position();
        self.pattern.get(at..).unwrap_or_default()
    }

    /// Consumes `bytes` bytes of the pattern.
    fn skip(&mut self, bytes: usize) {
        let until = self.position() + bytes;
        while self.chars.next_if(|(at, _)| *at < until).is_some() {}
    }

    /// After an operator was written: its argument, and an optional `?` that makes it lazy.
    fn repetition(&mut self, operator: Range<usize>) -> Result<(), GoRegexError> {
        if !self.atom {
            return Err(error("missing argument to repetition operator", operator));
        }
        // In Go an operator after flags applies to the atom before them.
        if self.flagged {
            return Err(GoRegexError::Unsure);
        }
        if self.repeated {
            return Err(error("invalid nested repetition operator", operator));
        }
        if self.chars.next_if(|(_, c)| *c == '?').is_some() {
            self.out.push('?');
        }
        self.repeated = true;
        Ok(())
    }

    /// `{n}`, `{n,}` and `{n,m}` repeat; any other brace is a literal in Go.
    fn brace(&mut self, at: usize) -> Result<(), GoRegexError> {
        let rest = self.rest();
        let Some((low, high, length)) = counted_repeat(rest) else {
            self.out.push_str("\\{");
            self.after_atom();
            return Ok(());
        };
        let range = at..at + 1 + length;
        let too_large = low.is_none_or(|low| low > LARGEST_REPEAT);
        let (high_bad, text) = match high {
            Upper::Same => (false, format!("{{{}}}", low.unwrap_or_default())),
            Upper::Open => (false, format!("{{{},}}", low.unwrap_or_default())),
            Upper::At(high) => (
                high.is_none_or(|high| high > LARGEST_REPEAT || low.is_some_and(|low| low > high)),
                format!("{{{},{}}}", low.unwrap_or_default(), high.unwrap_or_default()),
            ),
        };
        if too_large || high_bad {
            return Err(error("invalid repeat count", range));
        }
        self.skip(length);
        self.out.push_str(&text);
        self.repetition(range)
    }

    fn group(&mut self, at: usize) -> Result<(), GoRegexError> {
        let rest = self.rest();
        let Some(after) = rest.strip_prefix('?') else {
            self.groups.push(None);
            return self.open_group(at, "(");
        };
        if after.starts_with("<=") || after.starts_with("<!") {
            return Err(error("lookbehind is not in Go's regular expressions", at..at + 4));
        }
        for name_prefix in ["P<", "<"] {
            let Some(named) = after.strip_prefix(name_prefix) else { continue };
            let whole = at..self.pattern.len();
            let Some(end) = named.find('>') else {
                return Err(error("invalid named capture", whole));
            };
            let name = named.get(..end).unwrap_or_default();
            let length = 1 + name_prefix.len() + end + 1;
            let range = at..at + 1 + length;
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(error("invalid named capture", range));
            }
            if self.groups.iter().any(|group| group.as_deref() == Some(name)) {
                return Err(error("duplicate capture group name", range));
            }
            self.groups.push(Some(name.to_owned()));
            self.skip(length);
            return self.open_group(at, "(");
        }
        if after.starts_with('=') || after.starts_with('!') {
            return Err(error("lookahead is not in Go's regular expressions", at..at + 3));
        }
        self.flags(at, after)
    }

    /// `(?flags)` and `(?flags:…`.
    fn flags(&mut self, at: usize, after: &str) -> Result<(), GoRegexError> {
        let mut negated = false;
        let mut flag_seen = false;
        for (offset, c) in after.char_indices() {
            match c {
                'i' | 'm' | 's' | 'U' => flag_seen = true,
                '-' if !negated => {
                    negated = true;
                    flag_seen = false;
                }
                ':' | ')' if !negated || flag_seen => {
                    let flags = after.get(..offset).unwrap_or_default();
                    self.skip(1 + offset + 1);
                    if c == ':' {
                        return self.open_group(at, &format!("(?{flags}:"));
                    }
                    if !flags.is_empty() {
                        self.out.push_str(&format!("(?{flags})"));
                    }
                    self.repeated = false;
                    self.flagged = true;
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(error("invalid or unsupported Perl syntax", at..at + 2))
    }

    fn open_group(&mut self, at: usize, text: &str) -> Result<(), GoRegexError> {
        self.open.push(at);
        self.out.push_str(text);
        self.atom = false;
        self.repeated = false;
        self.flagged = false;
        Ok(())
    }

    fn escape(&mut self, at: usize) -> Result<(), GoRegexError> {
        let Some((_, c)) = self.chars.next() else {
            return Err(error("trailing backslash at end of expression", at..at + 1));
        };
        match c {
            'A' | 'z' | 'b' | 'B' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'Q' => {
                let rest = self.rest();
                let quoted = rest.split_once("\\E").map_or(rest, |(quoted, _)| quoted);
                let closed = quoted.len() < rest.len();
                self.out.push_str(&regex::escape(quoted));
                self.skip(quoted.len() + if closed { 2 } else { 0 });
                if quoted.is_empty() {
                    return Ok(());
                }
            }
            _ => {
                if let Some(set) = perl_class(c) {
                    self.out.push('[');
                    self.out.push_str(set);
                    self.out.push(']');
                } else if c == 'p' || c == 'P' {
                    let set = self.unicode_class(at, c)?;
                    self.out.push_str(&set);
                } else {
                    let literal = self.escaped_char(at, c)?;
                    push_literal(&mut self.out, literal);
                }
            }
        }
        self.after_atom();
        Ok(())
    }

    /// The character that `\c` stands for, inside and outside of classes; `c` is consumed already.
    fn escaped_char(&mut self, at: usize, c: char) -> Result<char, GoRegexError> {
        let plain = match c {
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            't' => Some('\t'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            'v' => Some('\x0b'),
            'x' => self.hexadecimal(),
            '0'..='7' => self.octal(c),
            _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        };
        plain.ok_or_else(|| {
            let message = match c {
                '1'..='9' => "backreferences are not in Go's regular expressions",
                _ => "invalid escape sequence",
            };
            error(message, at..at + 1 + c.len_utf8())
        })
    }

    /// `\0`, `\012` and `\12`; a single digit from 1 to 7 is a back reference.
    fn octal(&mut self, first: char) -> Option<char> {
        let more = self.rest().chars().take(2).take_while(|c| c.is_digit(8)).count();
        if first != '0' && more == 0 {
            return None;
        }
        let mut value = first.to_digit(8)?;
        for _ in 0..more {
            let (_, digit) = self.chars.next()?;
            value = value * 8 + digit.to_digit(8)?;
        }
        char::from_u32(value)
    }

    /// `\xFF` and `\x{10FFFF}`.
    fn hexadecimal(&mut self) -> Option<char> {
        let rest = self.rest();
        let (digits, length) = match rest.strip_prefix('{') {
            Some(braced) => {
                let end = braced.find('}')?;
                (braced.get(..end)?, end + 2)
            }
            None => (rest.get(..2)?, 2),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let value = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        self.skip(length);
        Some(value)
    }

    /// `\pL` and `\p{Greek}`; whether the name exists is left to the `regex` crate.
    fn unicode_class(&mut self, at: usize, c: char) -> Result<String, GoRegexError> {
        let rest = self.rest();
        let length = match rest.strip_prefix('{') {
            Some(braced) => braced.find('}').map(|end| end + 2),
            None => rest.chars().next().map(char::len_utf8),
        };
        let Some(length) = length else {
            return Err(error("invalid character class range", at..self.pattern.len()));
        };
        let name = rest.get(..length).unwrap_or_default();
        self.skip(length);
        Ok(format!("\\{c}{name}"))
    }

    fn class(&mut self, at: usize) -> Result<(), GoRegexError> {
        self.out.push('[');
        if self.chars.next_if(|(_, c)| *c == '^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some((item_at, c)) = self.chars.next() else {
                return Err(error("missing closing `]`", at..self.pattern.len()));
            };
            if c == ']' && !first {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            let low = match self.class_item(item_at, c)? {
                ClassItem::Set(set) => {
                    self.out.push_str(&set);
                    continue;
                }
                ClassItem::Char(low) => low,
            };
            push_class_char(&mut self.out, low);
            let rest = self.rest();
            let is_range = rest.strip_prefix('-').is_some_and(|after| !after.is_empty() && !after.starts_with(']'));
            if !is_range {
                continue;
            }
            self.skip(1);
            let Some((high_at, c)) = self.chars.next() else {
                return Err(error("missing closing `]`", at..self.pattern.len()));
            };
            let high = match c {
                '\\' => {
                    let Some((_, escaped)) = self.chars.next() else {
                        return Err(error("trailing backslash at end of expression", high_at..high_at + 1));
                    };
                    self.escaped_char(high_at, escaped)?
                }
                _ => c,
            };
            if high < low {
                return Err(error("invalid character class range", item_at..high_at + c.len_utf8()));
            }
            self.out.push('-');
            push_class_char(&mut self.out, high);
        }
    }

    fn class_item(&mut self, at: usize, c: char) -> Result<ClassItem, GoRegexError> {
        if c == '[' {
            let rest = self.rest();
            if let Some(named) = rest.strip_prefix(':')
                && let Some(end) = named.find(":]")
            {
                let name = named.get(..end).unwrap_or_default();
                let range = at..at + 1 + 1 + end + 2;
                if !POSIX_CLASSES.contains(&name.strip_prefix('^').unwrap_or(name)) {
                    return Err(error("invalid character class range", range));
                }
                self.skip(1 + end + 2);
                return Ok(ClassItem::Set(format!("[:{name}:]")));
            }
            return Ok(ClassItem::Char('['));
        }
        if c != '\\' {
            return Ok(ClassItem::Char(c));
        }
        let Some((_, escaped)) = self.chars.next() else {
            return Err(error("trailing backslash at end of expression", at..at + 1));
        };
        if let Some(set) = perl_class(escaped) {
            return Ok(ClassItem::Set(format!("[{set}]")));
        }
        if escaped == 'p' || escaped == 'P' {
            return self.unicode_class(at, escaped).map(ClassItem::Set);
        }
        self.escaped_char(at, escaped).map(ClassItem::Char)
    }
}

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The upper bound of a counted repetition; `None` inside is a number too large to hold.
enum Upper {
    Same,
    Open,
    At(Option<u32>),
}

/// Reads `n}`, `n,}` or `n,m}`; gives the bounds and the length with the brace.
fn counted_repeat(text: &str) -> Option<(Option<u32>, Upper, usize)> {
    let end = text.find('}')?;
    let body = text.get(..end)?;
    let number = |digits: &str| -> Option<Option<u32>> {
        let leading_zero = digits.len() > 1 && digits.starts_with('0');
        let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (all_digits && !leading_zero).then(|| digits.parse().ok())
    };
    let (low, high) = match body.split_once(',') {
        None => (number(body)?, Upper::Same),
        Some((low, "")) => (number(low)?, Upper::Open),
        Some((low, high)) => (number(low)?, Upper::At(number(high)?)),
    };
    Some((low, high, end + 1))
}

/// Go's Perl classes are ASCII.
fn perl_class(c: char) -> Option<&'static str> {
    match c {
        'd' => Some("0-9"),
        'D' => Some("^0-9"),
        's' => Some("\\t\\n\\x0c\\r "),
        'S' => Some("^\\t\\n\\x0c\\r "),
        'w' => Some("0-9A-Za-z_"),
        'W' => Some("^0-9A-Za-z_"),
        _ => None,
    }
}

fn push_literal(out: &mut String, c: char) {
    let mut buffer = [0; 4];
    out.push_str(&regex::escape(c.encode_utf8(&mut buffer)));
}

fn push_class_char(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || c == '_' {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{{{:X}}}", u32::from(c)));
    }
}

fn error(message: &'static str, range: Range<usize>) -> GoRegexError {
    GoRegexError::Syntax { message, range }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(pattern: &str) -> Option<&'static str> {
        match GoRegex::new(pattern) {
            Err(GoRegexError::Syntax { message, .. }) => Some(message),
            _ => None,
        }
    }

    fn matches(pattern: &str, text: &str) -> bool {
        GoRegex::new(pattern).is_ok_and(|regex| regex.is_match(text))
    }

    #[test]
    fn what_go_rejects_is_rejected() {
        assert_eq!(message("^(?!container_).*"), Some("lookahead is not in Go's regular expressions"));
        assert_eq!(message("(?<=a)b"), Some("lookbehind is not in Go's regular expressions"));
        assert_eq!(message("(.*)_\\1"), Some("backreferences are not in Go's regular expressions"));
        assert_eq!(message("*_total"), Some("missing argument to repetition operator"));
        assert_eq!(message("a**"), Some("invalid nested repetition operator"));
        assert_eq!(message("(a"), Some("missing closing `)`"));
        assert_eq!(message("a)"), Some("unexpected `)`"));
        assert_eq!(message("[a"), Some("missing closing `]`"));
        assert_eq!(message("[z-a]"), Some("invalid character class range"));
        assert_eq!(message("a{1001}"), Some("invalid repeat count"));
        assert_eq!(message("a\\"), Some("trailing backslash at end of expression"));
        assert_eq!(message("\\u0041"), Some("invalid escape sequence"));
        assert_eq!(message("(?x)a"), Some("invalid or unsupported Perl syntax"));
        assert_eq!(message("(?P<a>x)(?P<a>y)"), Some("duplicate capture group name"));
    }

    #[test]
    fn what_only_go_accepts_is_read_as_go_reads_it() {
        assert!(matches("^a{b}$", "a{b}"));
        assert!(matches("^\\Qa.b\\E$", "a.b"));
        assert!(!matches("^\\Qa.b\\E$", "axb"));
        assert!(matches("^[[a]$", "["));
        assert!(matches("^[a&&b]+$", "a&b"));
        assert!(matches("^[\\w-.]+$", "a-b.c"));
        assert!(matches("^\\101$", "A"));
        assert!(matches("^\\<$", "<"));
        assert!(matches("(?P<1st>a)", "a"));
    }

    #[test]
    fn an_error_points_at_its_place() {
        let Err(GoRegexError::Syntax { range, .. }) = GoRegex::new("ab(?!c)") else {
            unreachable!("lookahead is an error");
        };
        assert_eq!(range, 2..5);
    }
}
