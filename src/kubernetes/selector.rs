//! Label selectors: all operators of `metav1.LabelSelector`, and the string form of `kubectl -l` and `status.selector`.
//! Semantics of `labels.Requirement.Matches` in k8s.io/apimachinery (v0.33).

use crate::kubernetes::names::{is_qualified_name, is_valid_label_value};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use std::collections::BTreeMap;
use std::fmt;

/// Labels of an object, sorted by key.
pub type Labels = BTreeMap<String, String>;

/// How a requirement compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The key is present with one of the values.
    In,
    /// The key is absent, or present with none of the values.
    NotIn,
    /// The key is present, whatever its value.
    Exists,
    /// The key is absent.
    DoesNotExist,
}

/// One condition of a selector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// Label key.
    pub key: String,
    /// Comparison.
    pub operator: Operator,
    /// Values for `In` and `NotIn`, empty otherwise.
    pub values: Vec<String>,
    /// Position in `matchExpressions`; `None` for an entry of `matchLabels`.
    pub expression: Option<usize>,
}

impl Requirement {
    /// Whether a label set satisfies the condition.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    /// The only value of an `In` with one value.
    #[must_use]
    pub fn single_value(&self) -> Option<&str> {
        match (self.operator, self.values.as_slice()) {
            (Operator::In, [value]) => Some(value),
            _ => None,
        }
    }

    /// Path of the place a person would edit, relative to the selector.
    #[must_use]
    pub fn path(&self) -> String {
        match self.expression {
            Some(index) if self.values.len() == 1 => format!("matchExpressions[{index}].values[0]"),
            Some(index) if !self.values.is_empty() => format!("matchExpressions[{index}].values"),
            Some(index) => format!("matchExpressions[{index}].operator"),
            None => {
                let mut path = String::from("matchLabels");
                crate::yaml::push_key(&mut path, &self.key);
                path
            }
        }
    }
}

impl Requirement {
    /// Path of the key, relative to the selector.
    #[must_use]
    pub fn key_path(&self) -> String {
        match self.expression {
            Some(index) => format!("matchExpressions[{index}].key"),
            None => self.path(),
        }
    }
}

impl fmt::Display for Requirement {
    /// The form of `kubectl -l`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, operator, values, .. } = self;
        match (operator, values.as_slice()) {
            (Operator::In, [value]) => write!(f, "{key}={value}"),
            (Operator::In, values) => write!(f, "{key} in ({})", values.join(",")),
            (Operator::NotIn, [value]) => write!(f, "{key}!={value}"),
            (Operator::NotIn, values) => write!(f, "{key} notin ({})", values.join(",")),
            (Operator::Exists, _) => f.write_str(key),
            (Operator::DoesNotExist, _) => write!(f, "!{key}"),
        }
    }
}

/// Why a selector is rejected by the API server (user error).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectorError {
    /// An operator other than In, NotIn, Exists, DoesNotExist.
    Operator(String),
    /// `In` or `NotIn` without values, or `Exists`/`DoesNotExist` with values.
    Values(String),
    /// Key or value breaks the label grammar.
    Syntax(String),
}

/// A conjunction of requirements. An empty one matches everything; a null selector of the API matches nothing and is
/// an `Option::None` in this crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LabelSelector {
    /// All must hold. Entries of `matchLabels` come first, by key.
    pub requirements: Vec<Requirement>,
}

impl LabelSelector {
    /// From a plain map, as in `Service.spec.selector`.
    #[must_use]
    pub fn from_labels(labels: &Labels) -> Self {
        let requirements = labels
            .iter()
            .map(|(key, value)| Requirement {
                key: key.clone(),
                operator: Operator::In,
                values: vec![value.clone()],
                expression: None,
            })
            .collect();
        Self { requirements }
    }

    /// From the API type. Label grammar is not checked here: see [`Requirement`] validation in [`Self::validate`].
    ///
    /// # Errors
    /// An unknown operator, or values where there must be none or none where there must be some.
    pub fn from_api(selector: &meta::LabelSelector) -> Result<Self, SelectorError> {
        let mut result = selector.match_labels.as_ref().map(Self::from_labels).unwrap_or_default();
        for (index, expression) in selector.match_expressions.iter().flatten().enumerate() {
            let values = expression.values.clone().unwrap_or_default();
            let operator = match expression.operator.as_str() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => return Err(SelectorError::Operator(other.to_owned())),
            };
            let takes_values = matches!(operator, Operator::In | Operator::NotIn);
            if takes_values == values.is_empty() {
                return Err(SelectorError::Values(expression.key.clone()));
            }
            result.requirements.push(Requirement {
                key: expression.key.clone(),
                operator,
                values,
                expression: Some(index),
            });
        }
        Ok(result)
    }

    /// Checks keys and values against the label grammar.
    ///
    /// # Errors
    /// The first key or value that breaks it.
    pub fn validate(&self) -> Result<(), SelectorError> {
        for requirement in &self.requirements {
            if !is_qualified_name(&requirement.key) {
                return Err(SelectorError::Syntax(requirement.key.clone()));
            }
            if let Some(value) = requirement.values.iter().find(|value| !is_valid_label_value(value)) {
                return Err(SelectorError::Syntax(value.clone()));
            }
        }
        Ok(())
    }

    /// Whether a label set satisfies every requirement.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// True for `{}`, which matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Parses the string form: `x=y,z!=w,a in (b,c),d notin (e),f,!g`.
    ///
    /// # Errors
    /// Text that `labels.Parse` of apimachinery rejects.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let fail = || SelectorError::Syntax(text.to_owned());
        let mut requirements = Vec::new();
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        for part in split_requirements(text).ok_or_else(fail)? {
            requirements.push(parse_requirement(part.trim()).ok_or_else(fail)?);
        }
        let selector = Self { requirements };
        selector.validate()?;
        Ok(selector)
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{requirement}")?;
        }
        Ok(())
    }
}

/// Splits at commas outside parentheses; `None` for unbalanced ones.
fn split_requirements(text: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_u32);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(text.get(start..offset)?);
                start = offset + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (depth == 0).then_some(parts)
}

fn parse_requirement(part: &str) -> Option<Requirement> {
    let requirement = |key: &str, operator, values: Vec<String>| {
        Some(Requirement { key: key.trim().to_owned(), operator, values, expression: None })
    };
    if let Some(key) = part.strip_prefix('!') {
        return requirement(key, Operator::DoesNotExist, Vec::new());
    }
    if let Some(head) = part.strip_suffix(')') {
        let (head, values) = head.split_once('(')?;
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        let (key, word) = head.trim().rsplit_once(char::is_whitespace)?;
        return match word {
            "in" => requirement(key, Operator::In, values),
            "notin" => requirement(key, Operator::NotIn, values),
            _ => None,
        };
    }
    for (mark, operator) in [("!=", Operator::NotIn), ("==", Operator::In), ("=", Operator::In)] {
        if let Some((key, value)) = part.split_once(mark) {
            return requirement(key, operator, vec![value.trim().to_owned()]);
        }
    }
    requirement(part, Operator::Exists, Vec::new())
}
