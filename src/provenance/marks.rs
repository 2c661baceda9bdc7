//! Takes the marks of an instrumented render off again.

/// The line of a template that a mark names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The template, a key of `instrument::Marks`.
    pub file: u32,
    /// Its line, from 1.
    pub line: u32,
}

/// A render without its marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stripped {
    /// The text.
    pub text: String,
    /// The marks of each of its lines, the innermost first: who wrote the line, then who included that.
    pub lines: Vec<Vec<Mark>>,
}

/// What a mark begins with.
pub(crate) const SIGN: &str = "#@@";

/// The mark of a line, as it is written into templates.
pub(crate) fn written(mark: Mark) -> String {
    format!(" {SIGN}{}.{}@", mark.file, mark.line)
}

/// Takes the marks out of a render.
#[must_use]
pub fn strip(rendered: &str) -> Stripped {
    let mut stripped = Stripped { text: String::with_capacity(rendered.len()), lines: Vec::new() };
    for (index, line) in rendered.split('\n').enumerate() {
        if index > 0 {
            stripped.text.push('\n');
        }
        let marks = strip_line(line, &mut stripped.text);
        stripped.lines.push(marks);
    }
    stripped
}

fn strip_line(line: &str, text: &mut String) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(SIGN) {
        let Some((mark, next)) = read(after) else {
            text.push_str(before);
            text.push_str(SIGN);
            rest = after;
            continue;
        };
        text.push_str(before.strip_suffix(' ').unwrap_or(before));
        if marks.last() != Some(&mark) {
            marks.push(mark);
        }
        rest = next;
    }
    text.push_str(rest);
    marks
}

/// The mark whose sign has just been read, and what follows it.
fn read(text: &str) -> Option<(Mark, &str)> {
    let (file, rest) = number(text)?;
    let (line, rest) = number(rest.strip_prefix('.')?)?;
    Some((Mark { file, line }, rest.strip_prefix('@')?))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).take(11).count();
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

/// A template's path below the chart's folder, from helm's `# Source: <chart name>/templates/x.yaml`.
#[must_use]
pub fn template_path(source_comment: &str) -> &str {
    let name = source_comment.trim();
    let name = name.strip_prefix("# Source:").unwrap_or(name).trim_start();
    name.split_once('/').map_or(name, |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_inner_to_outer() {
        let stripped = strip("a: 1 #@@0.2@ #@@1.30@\n\nb: |-  #@@1.31@  \nc #@@1.5@: d #@@1.5@\n");
        assert_eq!(stripped.text, "a: 1\n\nb: |-   \nc: d\n");
        let mark = |file, line| Mark { file, line };
        assert_eq!(
            stripped.lines,
            [vec![mark(0, 2), mark(1, 30)], vec![], vec![mark(1, 31)], vec![mark(1, 5)], vec![]]
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for text in ["#@@", "a #@@1.@ #@@.1@ #@@1.2 @", "#@@99999999999.1@", "#@#@@x #@@@", "é #@@1"] {
            assert_eq!(strip(text).text, text);
            assert_eq!(strip(text).lines, [vec![]]);
        }
        assert_eq!(strip("#@@#@@1.2@").text, "#@@");
    }

    #[test]
    fn the_first_segment_of_a_source_is_the_name_of_the_chart() {
        assert_eq!(template_path("# Source: shop/templates/hpa.yaml"), "templates/hpa.yaml");
        assert_eq!(template_path("shop/charts/redis/templates/pdb.yaml"), "charts/redis/templates/pdb.yaml");
        assert_eq!(template_path("shop"), "shop");
    }
}
