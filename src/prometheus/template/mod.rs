//! Go's `text/template` with the delimiters `<<` and `>>`, as far as adapter configurations use it: fields, `index`,
//! comparisons, `if`, `range`, `with`, variables and trim markers. Each rendered byte knows its place in the template.

mod eval;
mod lex;
mod parse;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Longest template that is read; longer ones are not judged.
const LONGEST_TEMPLATE: usize = 64 * 1024;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    source: String,
    nodes: Vec<Node>,
}

/// Why a template was not parsed or rendered. Ranges are byte offsets in the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// User error: Go does not parse the template.
    Syntax {
        /// What is wrong.
        message: String,
        /// Where.
        range: Range<usize>,
    },
    /// User error: the template parses, and rendering fails on a field that the data does not have.
    UnknownField {
        /// The field, without its dot.
        field: String,
        /// Where the field stands, with its dot.
        range: Range<usize>,
    },
    /// User error: the template parses, and rendering fails.
    Render {
        /// What is wrong.
        message: String,
        /// Where.
        range: Range<usize>,
    },
    /// Neither: the template uses what this reader does not know.
    Unsure {
        /// Where.
        range: Range<usize>,
    },
}

impl TemplateError {
    /// Where in the template.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        match self {
            Self::Syntax { range, .. }
            | Self::UnknownField { range, .. }
            | Self::Render { range, .. }
            | Self::Unsure { range } => range.clone(),
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { message, .. } | Self::Render { message, .. } => f.write_str(message),
            Self::UnknownField { field, .. } => write!(f, "field `.{field}` does not exist"),
            Self::Unsure { .. } => f.write_str("template is not understood"),
        }
    }
}

/// A value of the data or of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A Go string.
    Text(String),
    /// A Go `map[string]string`.
    Map(BTreeMap<String, String>),
    /// A Go `[]string`.
    List(Vec<String>),
    /// A Go bool.
    Bool(bool),
    /// A Go int.
    Int(i64),
    /// The data itself, which is `.` at the top level.
    Data,
    /// What a map gives for `.missing`; printed as `<no value>`.
    Missing,
}

/// The fields of a template's data, such as `Series`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    fields: Vec<(&'static str, Value)>,
}

impl Data {
    /// Data with the given fields.
    #[must_use]
    pub fn new(fields: Vec<(&'static str, Value)>) -> Self {
        Self { fields }
    }

    /// Names of the fields in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|(name, _)| *name)
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}

/// A rendered template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// Keys that the template read from a map that does not have them.
    pub missing_keys: Vec<String>,
    segments: Vec<Segment>,
}

/// A piece of rendered text and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    rendered: Range<usize>,
    template: Range<usize>,
    /// Copied byte by byte; otherwise the text of an action.
    copied: bool,
}

impl Rendered {
    /// The place in the template that a range of the rendered text comes from. Text that an action made maps to the
    /// whole action.
    #[must_use]
    pub fn template_range(&self, rendered: Range<usize>) -> Range<usize> {
        let start = self.template_offset(rendered.start, false);
        let end = match rendered.end.checked_sub(1) {
            Some(last) if rendered.end > rendered.start => self.template_offset(last, true),
            _ => start,
        };
        start..end.max(start)
    }

    /// The template offset of a rendered byte, or the one after it.
    fn template_offset(&self, rendered: usize, after: bool) -> usize {
        let index = self.segments.partition_point(|segment| segment.rendered.end <= rendered);
        let Some(segment) = self.segments.get(index) else {
            return self.segments.last().map_or(0, |segment| segment.template.end);
        };
        match (segment.copied, after) {
            (true, _) => segment.template.start + (rendered - segment.rendered.start) + usize::from(after),
            (false, false) => segment.template.start,
            (false, true) => segment.template.end,
        }
    }
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// [`TemplateError::Syntax`] where Go does not parse it, [`TemplateError::Unsure`] where this reader cannot tell.
    pub fn new(source: &str) -> Result<Self, TemplateError> {
        if source.len() > LONGEST_TEMPLATE {
            return Err(TemplateError::Unsure { range: 0..source.len() });
        }
        let pieces = lex::lex(source)?;
        let nodes = parse::parse(&pieces, source.len())?;
        Ok(Self { source: source.to_owned(), nodes })
    }

    /// The template as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Renders the template with `data`.
    ///
    /// # Errors
    /// Where Go's `Execute` fails, or where this reader cannot tell.
    pub fn render(&self, data: &Data) -> Result<Rendered, TemplateError> {
        eval::render(self, data)
    }

    /// Fields read directly from the data (`.Series`, also inside `if` and `range`), with their places.
    #[must_use]
    pub fn fields(&self) -> Vec<(String, Range<usize>)> {
        let mut fields = Vec::new();
        let mut pending: Vec<(&Node, bool)> = self.nodes.iter().rev().map(|node| (node, true)).collect();
        while let Some((node, at_root)) = pending.pop() {
            let Node::Control { pipeline, body, otherwise, kind, .. } = node else {
                if let Node::Action { pipeline, .. } = node {
                    pipeline.collect_fields(at_root, &mut fields);
                }
                continue;
            };
            pipeline.collect_fields(at_root, &mut fields);
            // `range` and `with` move the dot in their body.
            let body_at_root = at_root && *kind == ControlKind::If;
            pending.extend(otherwise.iter().rev().map(|node| (node, at_root)));
            pending.extend(body.iter().rev().map(|node| (node, body_at_root)));
        }
        fields
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Text(Range<usize>),
    Action { pipeline: Pipeline, range: Range<usize> },
    Control { kind: ControlKind, pipeline: Pipeline, body: Vec<Node>, otherwise: Vec<Node>, range: Range<usize> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ControlKind {
    If,
    Range,
    With,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pipeline {
    variables: Vec<String>,
    declares: bool,
    commands: Vec<Command>,
    range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Command {
    operands: Vec<Operand>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Operand {
    base: Base,
    fields: Vec<(String, Range<usize>)>,
    range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Base {
    Dot,
    Variable(String),
    Function(String),
    Text(String),
    Int(i64),
    Bool(bool),
    Nil,
    Parenthesised(Box<Pipeline>),
}

impl Operand {
    /// A text, number, `true`, `nil` or the bare dot: it has no fields, and nothing can be piped into it.
    fn is_constant(&self) -> bool {
        match self.base {
            Base::Text(_) | Base::Int(_) | Base::Bool(_) | Base::Nil => true,
            Base::Dot => self.fields.is_empty(),
            Base::Variable(_) | Base::Function(_) | Base::Parenthesised(_) => false,
        }
    }
}

impl Pipeline {
    fn collect_fields(&self, at_root: bool, fields: &mut Vec<(String, Range<usize>)>) {
        for operand in self.commands.iter().flat_map(|command| &command.operands) {
            match &operand.base {
                // Nesting is limited by the parser.
                Base::Parenthesised(inner) => inner.collect_fields(at_root, fields),
                Base::Dot if at_root => fields.extend(operand.fields.first().cloned()),
                Base::Variable(name) if name == "$" => fields.extend(operand.fields.first().cloned()),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> Data {
        let labels = [("namespace", "shop"), ("pod", "a|b")];
        let labels = labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Data::new(vec![
            ("Series", Value::Text("http_requests_total".to_owned())),
            ("LabelMatchers", Value::Text("namespace=\"shop\",pod=~\"a|b\"".to_owned())),
            ("LabelValuesByName", Value::Map(labels)),
            ("GroupBy", Value::Text("pod".to_owned())),
            ("GroupBySlice", Value::List(vec!["pod".to_owned()])),
        ])
    }

    fn render(source: &str) -> Result<String, TemplateError> {
        Template::new(source)?.render(&data()).map(|rendered| rendered.text)
    }

    #[test]
    fn fields_are_replaced() {
        let source = "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<< .GroupBy >>)";
        let expected = "sum(rate(http_requests_total{namespace=\"shop\",pod=~\"a|b\"}[2m])) by (pod)";
        assert_eq!(render(source).as_deref(), Ok(expected));
    }

    #[test]
    fn every_construct_in_use_renders_as_in_go() {
        let cases = [
            ("<<index .LabelValuesByName \"pod\">>", "a|b"),
            ("<<index .LabelValuesByName `none`>>!", "!"),
            ("<<.LabelValuesByName.namespace>>", "shop"),
            ("<<.LabelValuesByName.none>>", "<no value>"),
            ("<<.LabelValuesByName>> <<.GroupBySlice>>", "map[namespace:shop pod:a|b] [pod]"),
            ("a <<- .GroupBy ->> b", "apodb"),
            ("a<</* a comment */>>b", "ab"),
            ("<<if .GroupBy>>x<<else>>y<<end>>", "x"),
            ("<<if eq .GroupBy \"node\" \"pod\">>x<<else if true>>y<<end>>", "x"),
            (
                "<<range $k, $v := .LabelValuesByName>><<if ne $k \"pod\">><<$k>>=<<$v>>;<<end>><<end>>",
                "namespace=shop;",
            ),
            ("<<range .GroupBySlice>><<.>>,<<$.Series>><<end>>", "pod,http_requests_total"),
            ("<<with .GroupBy>><<.>><<end>>", "pod"),
            ("<<$x := .GroupBy>><<$x | printf \"%s-%q\" \"a\">>", "a-\"pod\""),
            ("<<len .GroupBySlice>><<not .Series>><<and .Series .GroupBy>>", "1falsepod"),
            ("<<(index .GroupBySlice 0)>>", "pod"),
            ("no action", "no action"),
        ];
        for (source, expected) in cases {
            assert_eq!(render(source).as_deref(), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_go_does_not_parse_is_a_syntax_error() {
        let cases = [
            "<<.Series",
            "<<end>>",
            "<<if .Series>>",
            "<<sum .Series>>",
            "<<$x>>",
            "<<>>",
            "<<\"a>>",
            "<<(.Series>>",
            "<<.Series)>>",
            "<<else>>",
            "<<LabelMatchers>>",
            "<<if>>a<<end>>",
        ];
        for source in cases {
            assert!(matches!(render(source), Err(TemplateError::Syntax { .. })), "{source}: {:?}", render(source));
        }
    }

    #[test]
    fn an_unknown_field_fails_when_rendered() {
        let source = "a{<<.LabelMatchersByName>>}";
        let expected = TemplateError::UnknownField { field: "LabelMatchersByName".to_owned(), range: 4..24 };
        assert_eq!(render(source), Err(expected));
        let fields = Template::new(source).expect("it parses").fields();
        assert_eq!(fields, [("LabelMatchersByName".to_owned(), 4..24)]);
    }

    #[test]
    fn rendered_bytes_know_their_place() {
        let source = "rate(<<.Series>>{job=\"x\"}[1m])";
        let rendered = Template::new(source).and_then(|template| template.render(&data())).expect("it renders");
        let at = rendered.text.find("job").expect("the matcher is there");
        let range = rendered.template_range(at..at + 3);
        assert_eq!(source.get(range), Some("job"));
        assert_eq!(source.get(rendered.template_range(7..9)), Some("<<.Series>>"));
        assert_eq!(source.get(rendered.template_range(0..rendered.text.len())), Some(source));
        assert_eq!(rendered.template_range(rendered.text.len()..rendered.text.len()), source.len()..source.len());
    }

    #[test]
    fn deep_nesting_is_not_judged() {
        let source = "<<if true>>".repeat(500) + &"<<end>>".repeat(500);
        assert!(matches!(render(&source), Err(TemplateError::Unsure { .. })));
        let source = format!("<<{}.{}>>", "(".repeat(500), ")".repeat(500));
        assert!(matches!(render(&source), Err(TemplateError::Unsure { .. })));
    }
}
