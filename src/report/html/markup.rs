//! Text as HTML shows it: whatever it holds, it is text.

use crate::report::sanitize;
use crate::report::words::parts;

/// Appends text that has been made visible already.
pub(super) fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        push_char(out, c);
    }
}

/// Appends one character, as text or inside a quoted attribute.
pub(super) fn push_char(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        // No character of a document (<https://html.spec.whatwg.org/#noncharacter-in-input-stream>).
        '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
        c => out.push(c),
    }
}

/// One line of text from a manifest, a file's name or a message.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    push(&mut out, &sanitize::line(text));
    out
}

/// The same, with what stands in backticks as code.
pub(super) fn sentence(text: &str) -> String {
    let mut out = String::new();
    for (code, part) in parts(text) {
        let (open, close) = if code { ("<code>", "</code>") } else { ("", "") };
        out.push_str(open);
        push(&mut out, &part);
        out.push_str(close);
    }
    out
}
