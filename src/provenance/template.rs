//! Takes a Go template apart into text, actions and comments, as text/template's lexer does. What an action does when
//! it runs is not known here.
//!
//! <https://pkg.go.dev/text/template>, Go 1.25; newlines inside actions are allowed since Go 1.16.

use std::ops::Range;

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its bytes, delimiters included.
    pub range: Range<usize>,
    /// The line it begins on, from 1.
    pub line: u32,
    /// Whether it is inside a `define` or `block`; their own first and last action count as outside.
    pub in_define: bool,
    /// Whether it begins with `{{- ` and so takes the white space before it.
    pub trim_left: bool,
    /// Whether it ends with ` -}}` and so takes the white space after it.
    pub trim_right: bool,
}

/// What a stretch of a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Text that is printed.
    Text(&'a str),
    /// `{{/* … */}}`.
    Comment,
    /// `{{ … }}`.
    Action(Action<'a>),
}

/// What stands between the braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'a> {
    /// The text without braces, trim markers and outer white space.
    pub pipeline: &'a str,
    /// The command word of the last stage: `nindent` of `include "x" . | nindent 4`; empty for a parenthesis or a string.
    pub last: &'a str,
    /// What it is for.
    pub role: Role,
}

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Prints a value.
    Output,
    /// Sets a variable.
    Assign,
    /// `if`, `range` or `with`.
    Open,
    /// `define` or `block`.
    Define,
    /// `end` of a `define` or `block`.
    EndDefine,
    /// `else`, `break`, `continue` and every other `end`.
    Control,
}

/// Takes a template apart; `None` for one that ends inside an action, a comment or a literal, which helm refuses.
#[must_use]
pub fn lex(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    let (mut at, mut line, mut defines) = (0, 1, 0_usize);
    while at < text.len() {
        let rest = text.get(at..)?;
        let mut piece = match rest.find("{{") {
            Some(0) => action_or_comment(text, at)?,
            found => {
                let kind = Kind::Text(rest.get(..found.unwrap_or(rest.len()))?);
                let range = at..at + found.unwrap_or(rest.len());
                Piece { kind, range, line: 0, in_define: false, trim_left: false, trim_right: false }
            }
        };
        if let Kind::Action(action) = &mut piece.kind {
            match action.role {
                Role::Open | Role::Define => blocks.push(action.role == Role::Define),
                Role::Control if action.pipeline == "end" && blocks.pop() == Some(true) => {
                    action.role = Role::EndDefine;
                    defines = defines.saturating_sub(1);
                }
                _ => {}
            }
        }
        piece.line = line;
        piece.in_define = defines > 0;
        if matches!(piece.kind, Kind::Action(Action { role: Role::Define, .. })) {
            defines += 1;
        }
        line = line.saturating_add(newlines(text.get(piece.range.clone())?));
        at = piece.range.end;
        pieces.push(piece);
    }
    Some(pieces)
}

/// How many lines end in a text.
pub(crate) fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Whether a template holds a `define` or `block`, so that others may use it.
#[must_use]
pub fn defines(pieces: &[Piece<'_>]) -> bool {
    pieces.iter().any(|piece| matches!(piece.kind, Kind::Action(Action { role: Role::Define, .. })))
}

/// The piece that begins with the braces at `start`.
fn action_or_comment(text: &str, start: usize) -> Option<Piece<'_>> {
    let mut body = start + 2;
    let after = text.get(body..)?;
    let trim_left = after.starts_with('-') && after.get(1..)?.starts_with(is_space);
    if trim_left {
        body += 1;
    }
    let inside = text.get(body..)?;
    let blank = inside.len() - inside.trim_start_matches(is_space).len();
    if inside.get(blank..)?.starts_with("/*") {
        let close = body + blank + 2 + inside.get(blank + 2..)?.find("*/")? + 2;
        let end = close + text.get(close..)?.find("}}")?;
        let trim_right = ends_in_trim(text.get(close..end)?);
        let range = start..end + 2;
        return Some(Piece { kind: Kind::Comment, range, line: 0, in_define: false, trim_left, trim_right });
    }
    let end = body + end_of_action(inside)?;
    let pipeline = text.get(body..end)?;
    let trim_right = ends_in_trim(pipeline);
    let pipeline = if trim_right { pipeline.strip_suffix('-')? } else { pipeline }.trim_matches(is_space);
    let kind = Kind::Action(Action { pipeline, last: last_word(pipeline), role: role(pipeline) });
    Some(Piece { kind, range: start..end + 2, line: 0, in_define: false, trim_left, trim_right })
}

fn ends_in_trim(inside: &str) -> bool {
    inside.strip_suffix('-').is_some_and(|before| before.ends_with(is_space))
}

/// White space to Go's lexer, which also decides what a trim marker takes.
pub(crate) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

/// Where the closing braces are.
fn end_of_action(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            b'"' | b'\'' | b'`' => at = end_of_literal(bytes, at)?,
            _ => at += 1,
        }
    }
}

/// Where the literal that begins at `start` is over; `None` if it is not.
fn end_of_literal(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return Some(at + 1),
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            _ => at += 1,
        }
    }
}

/// A word or a sign of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// What is written.
    pub text: &'a str,
    /// Where in the pipeline.
    pub range: Range<usize>,
}

/// The words, literals and signs of a pipeline, without white space.
#[must_use]
pub fn tokens(pipeline: &str) -> Vec<Token<'_>> {
    let bytes = pipeline.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' | b'\'' | b'`' => end_of_literal(bytes, at).unwrap_or(bytes.len()),
            byte if is_word(*byte) => {
                at + bytes.iter().skip(at).position(|byte| !is_word(*byte)).unwrap_or(bytes.len() - at)
            }
            _ => at + 1,
        };
        if let Some(text) = pipeline.get(at..end).filter(|text| !text.starts_with(is_space)) {
            tokens.push(Token { text, range: at..end });
        }
        at = end;
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'-' | b'+') || !byte.is_ascii()
}

/// The word that begins the last stage of a pipeline.
fn last_word(pipeline: &str) -> &str {
    let (mut depth, mut begins, mut word) = (0_i64, true, "");
    for token in tokens(pipeline) {
        if begins {
            word = if token.text.bytes().next().is_some_and(is_word) { token.text } else { "" };
        }
        begins = false;
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            "|" if depth == 0 => begins = true,
            _ => {}
        }
    }
    word
}

/// `with.Values.x` is a `with`: a keyword ends where letters do.
fn role(pipeline: &str) -> Role {
    let name = pipeline.strip_prefix('$').unwrap_or(pipeline);
    let rest = name.trim_start_matches(|character: char| character.is_alphanumeric() || character == '_');
    if name.len() < pipeline.len() {
        let rest = rest.trim_start_matches(is_space);
        return if rest.starts_with('=') || rest.starts_with(":=") { Role::Assign } else { Role::Output };
    }
    match name.strip_suffix(rest).unwrap_or(name) {
        "if" | "range" | "with" => Role::Open,
        "define" | "block" => Role::Define,
        "else" | "end" | "break" | "continue" => Role::Control,
        _ => Role::Output,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(text: &str) -> Vec<(&str, &str, Role)> {
        let pieces = lex(text).expect("a template");
        pieces
            .iter()
            .filter_map(|piece| match piece.kind {
                Kind::Action(action) => Some((action.pipeline, action.last, action.role)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn braces_in_literals_end_no_action() {
        assert_eq!(
            actions("{{ print \"}}\" }}{{ print `}} \"` }}{{ print '\\'' \"\\\"}}\" }}"),
            [
                ("print \"}}\"", "print", Role::Output),
                ("print `}} \"`", "print", Role::Output),
                ("print '\\'' \"\\\"}}\"", "print", Role::Output)
            ]
        );
    }

    #[test]
    fn a_comment_ends_at_its_own_sign() {
        let pieces = lex("a {{- /* {{ \"x }} */ -}} b{{/**/}}").expect("a template");
        let kinds: Vec<_> = pieces.iter().map(|piece| (piece.kind, piece.trim_left, piece.trim_right)).collect();
        assert_eq!(
            kinds,
            [
                (Kind::Text("a "), false, false),
                (Kind::Comment, true, true),
                (Kind::Text(" b"), false, false),
                (Kind::Comment, false, false)
            ]
        );
    }

    #[test]
    fn a_minus_sign_is_a_trim_marker_only_with_a_space() {
        let pieces = lex("{{-3}}{{- 3}}{{3 -}}{{- 3 -}}").expect("a template");
        let trims: Vec<_> = pieces.iter().map(|piece| (piece.trim_left, piece.trim_right)).collect();
        assert_eq!(trims, [(false, false), (true, false), (false, true), (true, true)]);
        assert_eq!(actions("{{-3}}{{3 -}}").first().map(|action| action.0), Some("-3"));
    }

    #[test]
    fn the_last_stage_is_outside_parentheses_and_literals() {
        assert_eq!(actions("{{ include \"a|b\" (dict \"x\" (1 | add1)) | nindent 4 }}")[0].1, "nindent");
        assert_eq!(actions("{{ (fail \"x\") | quote }}")[0].1, "quote");
        assert_eq!(actions("{{ (fail \"x\") }}")[0].1, "");
        assert_eq!(actions("{{ .Values.a\n | toYaml\n }}")[0].1, "toYaml");
        assert_eq!(actions("{{ $.Files.Get \"x\" }}")[0].1, "$.Files.Get");
    }

    #[test]
    fn blocks_tell_what_is_defined() {
        let text =
            "a{{ define \"x\" }}b{{ if .c }}d{{ else if .e }}f{{ end }}g{{ end }}h{{ $i := 1 }}{{ $i }}{{$j:=1}}";
        let pieces = lex(text).expect("a template");
        let inside: String = pieces
            .iter()
            .filter(|piece| piece.in_define)
            .filter_map(|piece| match piece.kind {
                Kind::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(inside, "bdfg");
        assert_eq!(actions("{{ with.Values.a }}{{ end }}")[0].2, Role::Open);
        let roles: Vec<Role> = actions(text).iter().map(|action| action.2).collect();
        use Role::{Assign, Control, Define, EndDefine, Open, Output};
        assert_eq!(roles, [Define, Open, Control, Control, EndDefine, Assign, Output, Assign]);
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let pieces = lex("a\n{{ b\n c }}\r\nd{{ e }}").expect("a template");
        let lines: Vec<u32> = pieces.iter().map(|piece| piece.line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn what_is_not_closed_is_no_template() {
        for text in ["{{", "a {{ b", "{{ \"a }}", "{{ `a }}", "{{/* a }}", "{{ \"a\nb\" }}"] {
            assert_eq!(lex(text), None, "{text}");
        }
    }

    /// Any bytes: pieces follow one another without a gap, and nothing panics.
    #[test]
    fn mutilated_templates_are_read_or_refused() {
        let seed = "{{- define \"x\" -}}\na: {{ .b | quote -}}\n{{/* c */}}{{ `}}` }}'\\é\"{{ end }}{{ $x := 1 }}\n";
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = |bound: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % u64::try_from(bound).expect("a small number")).expect("a small number")
        };
        let mut read = 0;
        for _ in 0..20_000 {
            let mut characters: Vec<char> = seed.chars().collect();
            for _ in 0..=random(4) {
                let (at, other) = (random(characters.len()), random(characters.len()));
                match random(3) {
                    0 => drop(characters.remove(at)),
                    1 => characters.swap(at, other),
                    _ => characters.insert(at, characters[other]),
                }
            }
            let text: String = characters.into_iter().collect();
            let Some(pieces) = lex(&text) else { continue };
            read += 1;
            let mut end = 0;
            for piece in &pieces {
                assert_eq!(piece.range.start, end, "{text}");
                end = piece.range.end;
            }
            assert_eq!(end, text.len(), "{text}");
        }
        assert!(read > 1000, "only {read} were templates");
    }
}
