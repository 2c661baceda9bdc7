//! From a Prometheus series name to the name in the metrics API: `seriesFilters`, `name.matches` and `name.as`.
//! See `pkg/naming/metric_namer.go` of prometheus-adapter v0.12.

use std::ops::Range;

use super::go_regex::{GoRegex, GoRegexError};

/// What `name.as` expands, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePart {
    /// Text that is copied.
    Literal(String),
    /// A reference to a capture group: `$1`, `${1}`, `$base`, `${base}`.
    Group {
        /// The name between the marks, which may be a number.
        name: String,
        /// Where the reference stands in `as`, marks included.
        range: Range<usize>,
        /// Written with braces.
        braced: bool,
    },
}

/// A template as Go's `Regexp.Expand` reads it. A group's name is as long as letters, digits and `_` go, so
/// `$1_per_second` refers to a group called `1_per_second`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    parts: Vec<NamePart>,
}

impl NameTemplate {
    /// Splits `text`; anything malformed is literal, as in Go.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(dollar) = rest.find('$') else {
                literal.push_str(rest);
                break;
            };
            literal.push_str(rest.get(..dollar).unwrap_or_default());
            at += dollar;
            let marked = text.get(at + 1..).unwrap_or_default();
            if marked.starts_with('$') {
                literal.push('$');
                at += 2;
            } else if let Some((name, length, braced)) = reference(marked) {
                if !literal.is_empty() {
                    parts.push(NamePart::Literal(std::mem::take(&mut literal)));
                }
                parts.push(NamePart::Group { name: name.to_owned(), range: at..at + 1 + length, braced });
                at += 1 + length;
            } else {
                literal.push('$');
                at += 1;
            }
        }
        if !literal.is_empty() {
            parts.push(NamePart::Literal(literal));
        }
        Self { parts }
    }

    /// The parts in order.
    #[must_use]
    pub fn parts(&self) -> &[NamePart] {
        &self.parts
    }
}

/// Reads the group name after a `$`: the name, the bytes it takes, whether it is braced.
fn reference(text: &str) -> Option<(&str, usize, bool)> {
    let (body, braced) = match text.strip_prefix('{') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let end = body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len());
    let name = body.get(..end).filter(|name| !name.is_empty())?;
    if !braced {
        return Some((name, end, false));
    }
    body.get(end..)?.starts_with('}').then_some((name, end + 2, true))
}

/// A group reference in `as` that no group of `matches` answers; it expands to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndefinedGroup {
    /// The name that Go looks for.
    pub name: String,
    /// Where the reference stands in `as`.
    pub range: Range<usize>,
    /// What was likely meant: `${1}_per_second` for `$1_per_second`.
    pub suggestion: Option<String>,
}

/// Why a rule's naming was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamerError {
    /// User error: a filter has both or neither of `is` and `isNot`; the index of the filter.
    Filter(usize),
    /// User error or unsure: a filter's pattern does not compile; the index of the filter.
    FilterPattern(usize, GoRegexError),
    /// User error or unsure: `matches` does not compile.
    Matches(GoRegexError),
    /// User error: `matches` has two groups or more, and there is no `as`; the number of groups.
    MissingAs(usize),
}

/// One entry of `seriesFilters` as written; an empty pattern is an absent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FilterSource<'a> {
    /// `is`: the series name must match.
    pub is: &'a str,
    /// `isNot`: the series name must not match.
    pub is_not: &'a str,
}

/// One compiled entry of `seriesFilters`. Patterns are not anchored.
#[derive(Debug, Clone)]
pub struct SeriesFilter {
    regex: GoRegex,
    positive: bool,
}

impl SeriesFilter {
    /// Compiles an entry; exactly one of the two patterns must be there.
    ///
    /// # Errors
    /// `None` for both or neither, else what is wrong with the pattern.
    pub fn new(source: FilterSource<'_>) -> Result<Self, Option<GoRegexError>> {
        let (pattern, positive) = match (source.is, source.is_not) {
            ("", "") => return Err(None),
            (is, "") => (is, true),
            ("", is_not) => (is_not, false),
            _ => return Err(None),
        };
        GoRegex::new(pattern).map(|regex| Self { regex, positive }).map_err(Some)
    }

    /// True when a series of that name passes.
    #[must_use]
    pub fn accepts(&self, series: &str) -> bool {
        self.regex.is_match(series) == self.positive
    }
}

/// What a name of an open rule may look like; see [`Namer::inverse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inverse {
    /// Only a series of this name is given the API name.
    Series(String),
    /// Some series may be given the API name; which one cannot be told.
    Possible,
    /// No series can be given the API name.
    Impossible,
}

/// The naming of one rule.
#[derive(Debug, Clone)]
pub struct Namer {
    filters: Vec<SeriesFilter>,
    matches: Option<GoRegex>,
    source: String,
    template: NameTemplate,
}

impl Namer {
    /// Compiles a rule's filters, `matches` and `as`; empty strings are absent ones.
    ///
    /// # Errors
    /// What makes the adapter refuse the rule at start.
    pub fn new(filters: &[FilterSource<'_>], matches: &str, name_as: &str) -> Result<Self, NamerError> {
        let mut compiled = Vec::with_capacity(filters.len());
        for (index, filter) in filters.iter().enumerate() {
            compiled.push(SeriesFilter::new(*filter).map_err(|error| match error {
                None => NamerError::Filter(index),
                Some(error) => NamerError::FilterPattern(index, error),
            })?);
        }
        let regex = match matches {
            "" => None,
            _ => Some(GoRegex::new(matches).map_err(NamerError::Matches)?),
        };
        let groups = regex.as_ref().map_or(0, |regex| regex.groups().len());
        let source = match (name_as, groups) {
            ("", 0) => "$0",
            ("", 1) => "$1",
            ("", _) => return Err(NamerError::MissingAs(groups)),
            _ => name_as,
        };
        let template = NameTemplate::new(source);
        Ok(Self { filters: compiled, matches: regex, source: source.to_owned(), template })
    }

    /// True when the rule keeps a series of that name; `matches` is a filter too.
    #[must_use]
    pub fn accepts(&self, series: &str) -> bool {
        self.filters.iter().all(|filter| filter.accepts(series))
            && self.matches.as_ref().is_none_or(|regex| regex.is_match(series))
    }

    /// What keeps a series of that name out: the index of the first filter that does, `None` for `matches`.
    /// Nothing for a series that is kept.
    #[must_use]
    pub fn refusal(&self, series: &str) -> Option<Option<usize>> {
        if self.matches.as_ref().is_some_and(|regex| !regex.is_match(series)) {
            return Some(None);
        }
        self.filters.iter().position(|filter| !filter.accepts(series)).map(Some)
    }

    /// The name in the metrics API: `as` expanded over the first match, and nothing else of the series name.
    /// `None` when `matches` does not match.
    #[must_use]
    pub fn api_name(&self, series: &str) -> Option<String> {
        let captures = match &self.matches {
            Some(regex) => regex.captures(series)?,
            // `.*` stops at a line break, which no series name has.
            None => vec![Some(series)],
        };
        let mut name = String::new();
        for part in self.template.parts() {
            match part {
                NamePart::Literal(text) => name.push_str(text),
                NamePart::Group { name: group, .. } => {
                    let value = self.group_number(group).and_then(|number| captures.get(number).copied().flatten());
                    name.push_str(value.unwrap_or_default());
                }
            }
        }
        Some(name)
    }

    /// `as` as it is used: the written one, or the default.
    #[must_use]
    pub fn name_as(&self) -> &str {
        &self.source
    }

    /// The parts of `as`.
    #[must_use]
    pub fn template(&self) -> &NameTemplate {
        &self.template
    }

    /// References of `as` to groups that `matches` does not have.
    #[must_use]
    pub fn undefined_groups(&self) -> Vec<UndefinedGroup> {
        let mut undefined = Vec::new();
        for part in self.template.parts() {
            let NamePart::Group { name, range, .. } = part else { continue };
            if self.group_number(name).is_some() {
                continue;
            }
            undefined.push(UndefinedGroup {
                name: name.clone(),
                range: range.clone(),
                suggestion: self.split_reference(name).map(|(group, rest)| format!("${{{group}}}{rest}")),
            });
        }
        undefined
    }

    /// `as` with the braces that were likely forgotten; `None` when nothing was.
    #[must_use]
    pub fn repaired_as(&self) -> Option<String> {
        let mut repaired = String::new();
        let mut at = 0;
        for group in self.undefined_groups() {
            let suggestion = group.suggestion?;
            repaired.push_str(self.source.get(at..group.range.start)?);
            repaired.push_str(&suggestion);
            at = group.range.end;
        }
        repaired.push_str(self.source.get(at..)?);
        (at > 0).then_some(repaired)
    }

    /// The same naming with the braces that were likely forgotten.
    #[must_use]
    pub fn repaired(&self) -> Option<Self> {
        let source = self.repaired_as()?;
        let template = NameTemplate::new(&source);
        Some(Self { source, template, ..self.clone() })
    }

    /// Which series could be given `name`, judged by `as` and, where `matches` is a plain prefix and suffix around
    /// one group, by `matches` and the filters. Permissive where that cannot be told.
    #[must_use]
    pub fn inverse(&self, name: &str) -> Inverse {
        if !self.shape_allows(name) {
            return Inverse::Impossible;
        }
        let Some(series) = self.only_series(name) else {
            return Inverse::Possible;
        };
        if self.accepts(&series) && self.api_name(&series).as_deref() == Some(name) {
            Inverse::Series(series)
        } else {
            Inverse::Impossible
        }
    }

    /// The literal parts of `as` occur in `name` in order, with anything for the groups between them.
    fn shape_allows(&self, name: &str) -> bool {
        let mut rest = name;
        let mut after_group = false;
        for part in self.template.parts() {
            match part {
                NamePart::Group { name, .. } => after_group |= self.group_number(name).is_some(),
                NamePart::Literal(text) if after_group => {
                    let Some(at) = rest.find(text.as_str()) else { return false };
                    // The last literal must close the name, so the search is repeated from the end below.
                    rest = rest.get(at + text.len()..).unwrap_or_default();
                    after_group = false;
                }
                NamePart::Literal(text) => {
                    let Some(stripped) = rest.strip_prefix(text.as_str()) else { return false };
                    rest = stripped;
                }
            }
        }
        after_group || rest.is_empty() || self.closes(name)
    }

    /// `name` ends with the last literal of `as`, which follows a group.
    fn closes(&self, name: &str) -> bool {
        let mut literal = "";
        let mut group = false;
        for part in self.template.parts() {
            match part {
                NamePart::Group { name, .. } => group |= self.group_number(name).is_some(),
                NamePart::Literal(text) => literal = text,
            }
        }
        group && name.ends_with(literal)
    }

    /// The one series name that `name` can come from, where `as` has one group reference and `matches` is a literal
    /// prefix, one `(.*)` or `(.+)`, and a literal suffix, anchored on both sides.
    fn only_series(&self, name: &str) -> Option<String> {
        let mut before = String::new();
        let mut after = String::new();
        let mut number = None;
        for part in self.template.parts() {
            match part {
                NamePart::Group { name, .. } => {
                    let Some(found) = self.group_number(name) else { continue };
                    if number.replace(found).is_some() {
                        return None;
                    }
                }
                NamePart::Literal(text) if number.is_none() => before.push_str(text),
                NamePart::Literal(text) => after.push_str(text),
            }
        }
        let number = number?;
        let value = name.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
        let Some(regex) = &self.matches else {
            return (number == 0).then(|| value.to_owned());
        };
        let (prefix, suffix) = plain_pattern(regex.as_str())?;
        match number {
            0 => Some(value.to_owned()),
            1 if regex.groups().len() == 1 => Some(format!("{prefix}{value}{suffix}")),
            _ => None,
        }
    }

    /// Number of the group that a reference means; `None` when it expands to nothing for every series.
    fn group_number(&self, name: &str) -> Option<usize> {
        let groups = self.matches.as_ref().map_or(&[][..], |regex| regex.groups());
        // Go takes a name of digits only as a number, unless it has a leading zero.
        let numeric = name.bytes().all(|byte| byte.is_ascii_digit()) && (name.len() == 1 || !name.starts_with('0'));
        if numeric {
            return name.parse().ok().filter(|number| *number <= groups.len());
        }
        self.matches.as_ref().and_then(|regex| regex.group_named(name))
    }

    /// Splits an undefined reference into the longest group that exists and the text after it.
    fn split_reference<'n>(&self, name: &'n str) -> Option<(&'n str, &'n str)> {
        let ends = name.char_indices().map(|(at, _)| at).skip(1).collect::<Vec<_>>();
        ends.into_iter().rev().find_map(|end| {
            let (group, rest) = name.split_at_checked(end)?;
            let number = self.group_number(group)?;
            // A split inside a number (`$12` as group 1 and `2`) is no likely intention.
            let digits_cut =
                group.ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(|c: char| c.is_ascii_digit());
            (number > 0 && !digits_cut).then_some((group, rest))
        })
    }
}

/// Prefix and suffix of a pattern like `^container_(.*)_total$` or `^(.+)$`, if the pattern is nothing else.
fn plain_pattern(pattern: &str) -> Option<(&str, &str)> {
    let groups = ["(.*)", "(.+)"].iter().find_map(|group| pattern.split_once(group));
    let (before, after) = groups.or_else(|| [".*", ".+"].iter().find_map(|any| pattern.split_once(any)))?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':');
    // Greedy `.*` reaches the ends of a line, so an empty side needs no anchor.
    let prefix = match before.strip_prefix('^') {
        Some(prefix) => prefix,
        None if before.is_empty() => "",
        None => return None,
    };
    let suffix = match after.strip_suffix('$') {
        Some(suffix) => suffix,
        None if after.is_empty() => "",
        None => return None,
    };
    (plain(prefix) && plain(suffix)).then_some((prefix, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namer(matches: &str, name_as: &str) -> Namer {
        Namer::new(&[], matches, name_as).expect("the naming compiles")
    }

    fn name(matches: &str, name_as: &str, series: &str) -> Option<String> {
        namer(matches, name_as).api_name(series)
    }

    #[test]
    fn the_name_is_the_expanded_template_and_nothing_else() {
        let series = "http_requests_total";
        assert_eq!(name("^(.*)_total$", "${1}_per_second", series).as_deref(), Some("http_requests_per_second"));
        assert_eq!(name("^(.*)_total$", "", series).as_deref(), Some("http_requests"));
        assert_eq!(name("_total$", "", series).as_deref(), Some("_total"));
        assert_eq!(name("", "", series).as_deref(), Some(series));
        assert_eq!(name("^(?P<base>.*)_total$", "$base", series).as_deref(), Some("http_requests"));
        assert_eq!(name("^(.*)_total$", "a$$b$", series).as_deref(), Some("a$b$"));
        assert_eq!(name("^(.*)_total$", "${1", series).as_deref(), Some("${1"));
        assert_eq!(name("^(.*)_total$", "${01}", series).as_deref(), Some(""));
        assert_eq!(name("^(.*)_total$", "", "up"), None);
    }

    #[test]
    fn a_forgotten_brace_is_repaired() {
        let namer = namer("^(.*)_total$", "$1_per_second");
        assert_eq!(namer.api_name("x_total").as_deref(), Some(""));
        let undefined = namer.undefined_groups();
        assert_eq!(undefined.len(), 1);
        assert_eq!(undefined[0].range, 0..13);
        assert_eq!(undefined[0].suggestion.as_deref(), Some("${1}_per_second"));
        let repaired = namer.repaired().expect("the reference can be repaired");
        assert_eq!(repaired.api_name("x_total").as_deref(), Some("x_per_second"));
    }

    #[test]
    fn a_group_that_does_not_exist_has_no_repair() {
        let namer = namer("^(.*)_total$", "app_$2");
        assert_eq!(namer.undefined_groups()[0].suggestion, None);
        assert_eq!(namer.repaired_as(), None);
    }

    #[test]
    fn two_groups_need_a_name() {
        let error = Namer::new(&[], "^(.*)_(total|sum)$", "").expect_err("there is no `as`");
        assert_eq!(error, NamerError::MissingAs(2));
    }

    #[test]
    fn a_filter_has_one_pattern() {
        for (is, is_not) in [("", ""), ("a", "b")] {
            let error = Namer::new(&[FilterSource { is, is_not }], "", "").expect_err("one pattern");
            assert_eq!(error, NamerError::Filter(0));
        }
    }

    #[test]
    fn names_of_an_open_rule_are_read_back() {
        let rate = namer("^(.*)_total$", "${1}_per_second");
        assert_eq!(rate.inverse("http_requests_per_second"), Inverse::Series("http_requests_total".to_owned()));
        assert_eq!(rate.inverse("http_requests"), Inverse::Impossible);
        let filter = FilterSource { is: "", is_not: "_total$" };
        let plain = Namer::new(&[filter], "", "").expect("the naming compiles");
        assert_eq!(plain.inverse("queue_depth"), Inverse::Series("queue_depth".to_owned()));
        assert_eq!(plain.inverse("requests_total"), Inverse::Impossible);
        let unclear = namer("^(.*)_(total|sum)$", "${1}_rate");
        assert_eq!(unclear.inverse("requests_rate"), Inverse::Possible);
        assert_eq!(unclear.inverse("requests_rates"), Inverse::Impossible);
        assert_eq!(namer("^a(.*)$", "fixed").inverse("fixed"), Inverse::Possible);
        assert_eq!(namer("^a(.*)$", "fixed").inverse("fixed_2"), Inverse::Impossible);
        let repeated = namer("^(a+)(.*)$", "${1}_x_${2}_x");
        assert_eq!(repeated.inverse("a_x_b_x_x"), Inverse::Possible);
    }
}
