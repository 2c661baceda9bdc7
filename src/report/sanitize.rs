//! Text from manifests is data: makes what a terminal would obey, or hide, visible instead.

use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// Longest text of a message, label or name that is shown in full, in characters.
const LONGEST: usize = 2000;

/// How a character is shown.
pub(super) enum Shown {
    /// As it is.
    Same,
    /// By another character, such as `␛` for ESC.
    Picture(char),
    /// As `\u{…}`: what reorders, hides or joins text, and the control characters without a picture.
    Escape,
}

/// How `c` is shown. Tabs are control characters here; lines of code expand them before they ask.
pub(super) fn shown(c: char) -> Shown {
    match c {
        ' '..='~' => Shown::Same,
        '\0'..='\u{1f}' => picture(u32::from(c) + 0x2400),
        '\u{7f}' => picture(0x2421),
        // C1 controls; U+009B alone starts an escape sequence on some terminals.
        '\u{80}'..='\u{9f}'
        // Soft hyphen, bidirectional marks, embeddings and isolates ("Trojan source").
        | '\u{ad}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        // Zero-width space, line and paragraph separators, word joiner and other invisible operators, the BOM.
        | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{feff}'
        // Interlinear annotation and tag characters.
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => Shown::Escape,
        _ => Shown::Same,
    }
}

fn picture(code: u32) -> Shown {
    char::from_u32(code).map_or(Shown::Escape, Shown::Picture)
}

/// Appends `c` as it is shown.
pub(super) fn push(out: &mut String, c: char) {
    match shown(c) {
        Shown::Same => out.push(c),
        Shown::Picture(picture) => out.push(picture),
        // Writing to a String cannot fail.
        Shown::Escape => write!(out, "\\u{{{:x}}}", u32::from(c)).unwrap_or_default(),
    }
}

/// Columns that `c` takes as it is shown.
pub(super) fn width(c: char) -> usize {
    match shown(c) {
        Shown::Same => c.width().unwrap_or(0),
        Shown::Picture(_) => 1,
        // `\u{}` and the digits.
        Shown::Escape => 4 + format!("{:x}", u32::from(c)).len(),
    }
}

/// `text` as one line that a terminal shows and does not obey; very long text ends in `…`.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    let plain = text.len() <= LONGEST && text.chars().all(|c| matches!(shown(c), Shown::Same));
    if plain {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        push(&mut out, c);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(line("`größe` of 日本 is 🦀"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_obeys_is_made_visible() {
        assert_eq!(line("a\x1b[31mb\r\n\tc\x07\x7f"), "a␛[31mb␍␊␉c␇␡");
        assert_eq!(line("\u{9b}31m \u{202e}gpj \u{2066}x\u{2069}"), "\\u{9b}31m \\u{202e}gpj \\u{2066}x\\u{2069}");
    }

    #[test]
    fn the_width_is_that_of_what_is_shown() {
        for c in ['a', '日', '\x1b', '\u{202e}', '\u{9b}', '\u{301}'] {
            let mut text = String::new();
            push(&mut text, c);
            let shown: usize = text.chars().map(|c| c.width().unwrap_or(0)).sum();
            assert_eq!(width(c), shown, "{c:?}");
        }
    }

    #[test]
    fn very_long_text_is_cut() {
        let text = line(&"é".repeat(1_000_000)).into_owned();
        assert_eq!(text.chars().count(), LONGEST + 1);
        assert!(text.ends_with('…'));
    }
}
