//! The actions of a Go template, as words.

/// A word of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(String),
    Open,
    Close,
    Pipe,
    /// `:=` or `=`.
    Assign,
    /// `$`, `$name` or `.` with the keys after it.
    Chain(Option<String>, Vec<String>),
    /// Keys right after a closing parenthesis.
    Fields(Vec<String>),
    Word(String),
}

/// The actions of a text in their order, each as its words. Comments are none.
pub(super) fn actions(text: &str) -> Vec<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let trimmed = after.strip_prefix('-').unwrap_or(after).trim_start();
        if let Some(comment) = trimmed.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tokens, next) = action(after);
        found.push(tokens);
        rest = next;
    }
    found
}

/// The words up to `}}`, and what follows.
fn action(text: &str) -> (Vec<Token>, &str) {
    let mut tokens = Vec::new();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let mut adjacent = false;
    while let Some(first) = rest.chars().next() {
        if let Some(next) = rest.strip_prefix("}}") {
            return (tokens, next);
        }
        let was_close = adjacent && tokens.last() == Some(&Token::Close);
        let (token, next) = match first {
            '"' | '`' | '\'' => quoted(rest, first),
            '(' => (Some(Token::Open), rest.get(1..).unwrap_or("")),
            ')' => (Some(Token::Close), rest.get(1..).unwrap_or("")),
            '|' => (Some(Token::Pipe), rest.get(1..).unwrap_or("")),
            '=' => (Some(Token::Assign), rest.get(1..).unwrap_or("")),
            ':' => (None, rest.get(1..).unwrap_or("")),
            '.' | '$' => chain(rest, was_close),
            _ if is_word(first) => {
                let (word, next) = word(rest);
                (Some(Token::Word(word.to_owned())), next)
            }
            _ => (None, rest.get(first.len_utf8()..).unwrap_or("")),
        };
        adjacent = !first.is_whitespace();
        tokens.extend(token);
        rest = next;
    }
    (tokens, "")
}

fn quoted(text: &str, quote: char) -> (Option<Token>, &str) {
    let mut content = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote != '`' => content.extend(characters.next().map(|(_, next)| next)),
            _ if character == quote => {
                return (Some(Token::Text(content)), text.get(at + 1..).unwrap_or(""));
            }
            _ => content.push(character),
        }
    }
    (None, "")
}

fn chain(text: &str, after_close: bool) -> (Option<Token>, &str) {
    let (base, mut rest) = match text.strip_prefix('$') {
        Some(after) => {
            let (name, rest) = word(after);
            (Some(name.to_owned()), rest)
        }
        None => (None, text),
    };
    let mut fields = Vec::new();
    while let Some(after) = rest.strip_prefix('.') {
        let (name, next) = word(after);
        rest = next;
        if name.is_empty() {
            break;
        }
        fields.push(name.to_owned());
    }
    let token = if after_close && base.is_none() { Token::Fields(fields) } else { Token::Chain(base, fields) };
    (Some(token), rest)
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !is_word(character)).unwrap_or(text.len());
    text.split_at(end)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
