//! A rule's page: front matter, prose and the fenced examples that run as tests.

use crate::rule::meta::Meta;

/// Why a page cannot be read (our bug; a test reads every page).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// The page does not begin with `---` and a closing `---`.
    NoFrontMatter,
    /// The front matter is not what [`Meta`] asks for.
    FrontMatter(String),
}

/// Splits a page and reads its front matter.
///
/// # Errors
/// See [`PageError`].
pub fn read(page: &str) -> Result<(Meta, &str), PageError> {
    let rest = page.strip_prefix("---\n").ok_or(PageError::NoFrontMatter)?;
    let (front, body) = rest.split_once("\n---\n").ok_or(PageError::NoFrontMatter)?;
    let meta = serde_yaml::from_str(front).map_err(|error| PageError::FrontMatter(error.to_string()))?;
    Ok((meta, body.trim_start_matches('\n')))
}

/// A fenced block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// `bad`, `good`, `fixed` or `config`.
    pub role: String,
    /// Further words of the info string, such as `path=values-prod.yaml` or `partial`.
    pub attributes: Vec<String>,
    /// The text between the fences.
    pub text: String,
    /// Line of the opening fence in the page body, from 1.
    pub line: usize,
}

/// The fenced `yaml` blocks with a role, in order.
#[must_use]
pub fn blocks(body: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = body.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let mut words = info.split_whitespace().map(str::to_owned);
        if words.next().as_deref() != Some("yaml") {
            continue;
        }
        let Some(role) = words.next() else { continue };
        found.push(Block { role, attributes: words.collect(), text: text.join("\n") + "\n", line: number + 1 });
    }
    found
}
