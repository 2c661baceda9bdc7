//! Renders a template. What this evaluator does not know ends in [`TemplateError::Unsure`], never in a wrong text.

use std::ops::Range;

use super::{
    Base, Command, ControlKind, Data, Node, Operand, Pipeline, Rendered, Segment, Template, TemplateError, Value,
};

/// Longest text that is rendered.
const LONGEST_TEXT: usize = 256 * 1024;
/// Nodes that may be rendered, loops counted out.
const MOST_STEPS: usize = 10_000;

pub(super) fn render(template: &Template, data: &Data) -> Result<Rendered, TemplateError> {
    let mut evaluator = Evaluator {
        template,
        data,
        out: Rendered::default(),
        variables: vec![("$".to_owned(), Value::Data)],
        steps: 0,
    };
    evaluator.nodes(&template.nodes, &Value::Data)?;
    Ok(evaluator.out)
}

struct Evaluator<'t> {
    template: &'t Template,
    data: &'t Data,
    out: Rendered,
    variables: Vec<(String, Value)>,
    steps: usize,
}

impl Evaluator<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), TemplateError> {
        for node in nodes {
            self.steps += 1;
            match node {
                Node::Text(range) => {
                    let text = self.template.source.get(range.clone()).unwrap_or_default();
                    self.push(text, range, true)?;
                }
                Node::Action { pipeline, range } => {
                    let value = self.pipeline(pipeline, dot)?;
                    if pipeline.variables.is_empty() {
                        let text = printed(&value).ok_or_else(|| unsure(range))?;
                        self.push(&text, range, false)?;
                    }
                }
                Node::Control { kind, pipeline, body, otherwise, range } => {
                    let scope = self.variables.len();
                    self.control(*kind, pipeline, (body, otherwise), range, dot)?;
                    self.variables.truncate(scope);
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, text: &str, template: &Range<usize>, copied: bool) -> Result<(), TemplateError> {
        if self.out.text.len() + text.len() > LONGEST_TEXT || self.steps > MOST_STEPS {
            return Err(unsure(template));
        }
        let start = self.out.text.len();
        self.out.text.push_str(text);
        if !text.is_empty() {
            let rendered = start..self.out.text.len();
            self.out.segments.push(Segment { rendered, template: template.clone(), copied });
        }
        Ok(())
    }

    fn control(
        &mut self,
        kind: ControlKind,
        pipeline: &Pipeline,
        (body, otherwise): (&[Node], &[Node]),
        range: &Range<usize>,
        dot: &Value,
    ) -> Result<(), TemplateError> {
        if self.steps > MOST_STEPS {
            return Err(unsure(range));
        }
        let value = self.pipeline(pipeline, dot)?;
        let holds = is_true(&value).ok_or_else(|| unsure(range))?;
        if !holds {
            return self.nodes(otherwise, dot);
        }
        match kind {
            ControlKind::If => self.nodes(body, dot),
            ControlKind::With => self.nodes(body, &value),
            ControlKind::Range => {
                let items: Vec<(Value, String)> = match value {
                    Value::Map(map) => map.into_iter().map(|(key, item)| (Value::Text(key), item)).collect(),
                    Value::List(list) => (0..).map(Value::Int).zip(list).collect(),
                    _ => return Err(unsure(range)),
                };
                for (key, item) in items {
                    let scope = self.variables.len();
                    let item = Value::Text(item);
                    match pipeline.variables.as_slice() {
                        [] => {}
                        [one] => self.bind(one, item.clone(), pipeline)?,
                        [first, second, ..] => {
                            self.bind(first, key, pipeline)?;
                            self.bind(second, item.clone(), pipeline)?;
                        }
                    }
                    self.nodes(body, &item)?;
                    self.variables.truncate(scope);
                }
                Ok(())
            }
        }
    }

    fn bind(&mut self, name: &str, value: Value, pipeline: &Pipeline) -> Result<(), TemplateError> {
        if pipeline.declares {
            self.variables.push((name.to_owned(), value));
            return Ok(());
        }
        match self.variables.iter_mut().rev().find(|(variable, _)| variable == name) {
            Some((_, slot)) => *slot = value,
            None => return Err(unsure(&pipeline.range)),
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, TemplateError> {
        let mut last = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, last, dot, &pipeline.range)?);
        }
        let value = last.ok_or_else(|| unsure(&pipeline.range))?;
        // A `range` binds its variables to the items.
        if let [name] = pipeline.variables.as_slice() {
            self.bind(name, value.clone(), pipeline)?;
        }
        Ok(value)
    }

    fn command(
        &mut self,
        command: &Command,
        piped: Option<Value>,
        dot: &Value,
        range: &Range<usize>,
    ) -> Result<Value, TemplateError> {
        let Some((first, arguments)) = command.operands.split_first() else {
            return Err(unsure(range));
        };
        if let (Base::Function(name), []) = (&first.base, first.fields.as_slice()) {
            let mut values = Vec::with_capacity(arguments.len() + 1);
            for argument in arguments {
                let value = self.operand(argument, dot)?;
                let decides = match name.as_str() {
                    "and" => is_true(&value) == Some(false),
                    "or" => is_true(&value) == Some(true),
                    _ => false,
                };
                if decides {
                    return Ok(value);
                }
                values.push(value);
            }
            values.extend(piped);
            return self.call(name, values, range);
        }
        if !arguments.is_empty() || piped.is_some() {
            // Go looks at the arguments last, and a value that is missing takes any.
            if first.fields.len() != 1 {
                return Err(unsure(range));
            }
            let message = "can't give argument to non-function";
            return Err(TemplateError::Render { message: message.to_owned(), range: first.range.clone() });
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, TemplateError> {
        let mut value = match &operand.base {
            Base::Dot => dot.clone(),
            Base::Variable(name) => {
                let found = self.variables.iter().rev().find(|(variable, _)| variable == name);
                found.map(|(_, value)| value.clone()).ok_or_else(|| unsure(&operand.range))?
            }
            Base::Text(text) => Value::Text(text.clone()),
            Base::Int(number) => Value::Int(*number),
            Base::Bool(flag) => Value::Bool(*flag),
            Base::Parenthesised(inner) => self.pipeline(inner, dot)?,
            Base::Function(name) => self.call(name, Vec::new(), &operand.range)?,
            Base::Nil => return Err(unsure(&operand.range)),
        };
        for (name, range) in &operand.fields {
            value = match value {
                Value::Data => match self.data.get(name) {
                    Some(field) => field.clone(),
                    None => return Err(TemplateError::UnknownField { field: name.clone(), range: range.clone() }),
                },
                Value::Map(map) => match map.get(name) {
                    Some(text) => Value::Text(text.clone()),
                    None => {
                        self.out.missing_keys.push(name.clone());
                        Value::Missing
                    }
                },
                Value::Missing => return Err(unsure(range)),
                _ => {
                    let message = format!("can't evaluate field `{name}` of a plain value");
                    return Err(TemplateError::Render { message, range: range.clone() });
                }
            };
        }
        Ok(value)
    }

    fn call(&mut self, name: &str, arguments: Vec<Value>, range: &Range<usize>) -> Result<Value, TemplateError> {
        if arguments.contains(&Value::Missing) {
            return Err(unsure(range));
        }
        let value = match (name, arguments.as_slice()) {
            ("index", [value]) => Some(value.clone()),
            ("index", [Value::Map(map), Value::Text(key)]) => Some(Value::Text(match map.get(key) {
                Some(text) => text.clone(),
                None => {
                    self.out.missing_keys.push(key.clone());
                    String::new()
                }
            })),
            ("index", [Value::List(list), Value::Int(at)]) => {
                let item = usize::try_from(*at).ok().and_then(|at| list.get(at));
                let message = format!("index {at} is out of range");
                let error = TemplateError::Render { message, range: range.clone() };
                Some(Value::Text(item.ok_or(error)?.clone()))
            }
            ("not", [value]) => is_true(value).map(|holds| Value::Bool(!holds)),
            ("and" | "or", [first, rest @ ..]) => choose(name == "and", first, rest),
            ("eq", [first, rest @ ..]) if !rest.is_empty() => {
                let comparable = rest.iter().all(|other| same_kind(first, other));
                comparable.then(|| Value::Bool(rest.contains(first)))
            }
            ("ne", [left, right]) => same_kind(left, right).then(|| Value::Bool(left != right)),
            ("len", [Value::Text(text)]) => Some(count(text.len())),
            ("len", [Value::List(list)]) => Some(count(list.len())),
            ("len", [Value::Map(map)]) => Some(count(map.len())),
            ("print", [value]) => printed(value).map(Value::Text),
            ("printf", [Value::Text(format), rest @ ..]) => formatted(format, rest).map(Value::Text),
            _ => None,
        };
        value.ok_or_else(|| unsure(range))
    }
}

fn unsure(range: &Range<usize>) -> TemplateError {
    TemplateError::Unsure { range: range.clone() }
}

fn count(length: usize) -> Value {
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}

fn is_true(value: &Value) -> Option<bool> {
    match value {
        Value::Text(text) => Some(!text.is_empty()),
        Value::Map(map) => Some(!map.is_empty()),
        Value::List(list) => Some(!list.is_empty()),
        Value::Bool(flag) => Some(*flag),
        Value::Int(number) => Some(*number != 0),
        Value::Data => Some(true),
        Value::Missing => Some(false),
    }
}

/// `and` gives the first empty argument, `or` the first that is not, else the last.
fn choose(is_and: bool, first: &Value, rest: &[Value]) -> Option<Value> {
    let mut chosen = first;
    for next in rest {
        if is_true(chosen)? != is_and {
            break;
        }
        chosen = next;
    }
    Some(chosen.clone())
}

fn same_kind(left: &Value, right: &Value) -> bool {
    matches!(
        (left, right),
        (Value::Text(_), Value::Text(_)) | (Value::Int(_), Value::Int(_)) | (Value::Bool(_), Value::Bool(_))
    )
}

/// As Go's `%v`.
fn printed(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Map(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            Some(format!("map[{}]", entries.join(" ")))
        }
        Value::List(list) => Some(format!("[{}]", list.join(" "))),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Missing => Some("<no value>".to_owned()),
        Value::Data => None,
    }
}

/// `%s`, `%v`, `%d`, `%q` and `%%`; anything else is not known.
fn formatted(format: &str, arguments: &[Value]) -> Option<String> {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match (chars.next()?, arguments.as_slice().first()) {
            ('%', _) => {
                out.push('%');
                continue;
            }
            ('s', Some(Value::Text(text))) => out.push_str(text),
            ('v', Some(value)) => out.push_str(&printed(value)?),
            ('d', Some(Value::Int(number))) => out.push_str(&number.to_string()),
            ('q', Some(Value::Text(text)))
                if text.bytes().all(|byte| matches!(byte, b' '..=b'~' if byte != b'"' && byte != b'\\')) =>
            {
                out.push_str(&format!("\"{text}\""));
            }
            _ => return None,
        }
        arguments.next();
    }
    arguments.as_slice().is_empty().then_some(out)
}
