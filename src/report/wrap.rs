//! Breaks sentences into lines of a width.

use unicode_width::UnicodeWidthStr;

/// `text` in lines of at most `width` columns. Text in backticks stays on one line where it fits on one, so that it
/// can be copied; a word longer than a line is broken.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        if piece.width() <= width {
            place(&mut lines, piece, width);
            continue;
        }
        for word in piece.split(' ') {
            place(&mut lines, word, width);
        }
    }
    lines
}

fn place(lines: &mut Vec<String>, word: &str, width: usize) {
    let Some(line) = lines.last_mut() else { return };
    if line.is_empty() && word.width() <= width {
        line.push_str(word);
    } else if line.width() + 1 + word.width() <= width {
        line.push(' ');
        line.push_str(word);
    } else if word.width() <= width {
        lines.push(word.to_owned());
    } else {
        if line.is_empty() {
            lines.pop();
        }
        break_word(lines, word, width);
    }
}

/// Adds lines with the parts of `word`.
fn break_word(lines: &mut Vec<String>, word: &str, width: usize) {
    let mut line = String::new();
    let mut used = 0;
    for c in word.chars() {
        let columns = super::sanitize::width(c);
        if used + columns > width && used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push(c);
        used += columns;
    }
    lines.push(line);
}

/// Words, with the spaces inside backticks not counting as ends of a word.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    // An odd backtick does not glue the rest together.
    let closed = text.matches('`').count().is_multiple_of(2);
    let mut quoted = false;
    text.split(move |c: char| {
        if c == '`' {
            quoted = !quoted && closed;
        }
        c == ' ' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_up_to_the_width() {
        assert_eq!(wrap("a node drain hangs", 12), ["a node drain", "hangs"]);
        assert_eq!(wrap("a node drain hangs", 11), ["a node", "drain hangs"]);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn code_stays_together_where_it_fits() {
        assert_eq!(wrap("set `minReplicas: 2` or more", 16), ["set", "`minReplicas: 2`", "or more"]);
        assert_eq!(wrap("set `minReplicas: 2` or more", 12), ["set", "`minReplicas", ": 2` or more"]);
        assert_eq!(wrap("an odd ` and more", 8), ["an odd `", "and more"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken() {
        assert_eq!(wrap("at https://kubernetes.io/docs", 10), ["at", "https://ku", "bernetes.i", "o/docs"]);
        assert_eq!(wrap("日本語日本語", 5), ["日本", "語日", "本語"]);
    }
}
