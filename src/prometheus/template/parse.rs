//! From pieces to a tree, with the errors that Go's parser gives: unknown functions and variables, open blocks.

use std::iter::Peekable;
use std::ops::Range;
use std::slice::Iter;

use super::lex::{Piece, Token, TokenKind, syntax};
use super::{Base, Command, ControlKind, Node, Operand, Pipeline, TemplateError};

/// Blocks and parentheses that may stand inside one another; deeper templates are not judged.
const DEEPEST: usize = 32;

/// Functions that `text/template` knows without being told.
const FUNCTIONS: [&str; 19] = [
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or", "print", "printf",
    "println", "slice", "urlquery",
];

pub(super) fn parse(pieces: &[Piece], length: usize) -> Result<Vec<Node>, TemplateError> {
    let mut parser = Parser { pieces: pieces.iter().peekable(), variables: vec!["$".to_owned()], length };
    let (nodes, end) = parser.block(0)?;
    match end {
        BlockEnd::Source => Ok(nodes),
        BlockEnd::End(range) => Err(syntax("unexpected `end`", range)),
        BlockEnd::Else { range, .. } => Err(syntax("unexpected `else`", range)),
    }
}

struct Parser<'p> {
    pieces: Peekable<Iter<'p, Piece>>,
    variables: Vec<String>,
    length: usize,
}

enum BlockEnd<'p> {
    Source,
    End(Range<usize>),
    /// The tokens after `else`, for `else if`.
    Else {
        tokens: &'p [Token],
        range: Range<usize>,
    },
}

type Tokens<'t> = Peekable<Iter<'t, Token>>;

impl<'p> Parser<'p> {
    fn block(&mut self, depth: usize) -> Result<(Vec<Node>, BlockEnd<'p>), TemplateError> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (tokens, range) = match piece {
                Piece::Text(range) => {
                    nodes.push(Node::Text(range.clone()));
                    continue;
                }
                Piece::Action { tokens, range } => (tokens.as_slice(), range.clone()),
            };
            let Some((first, after)) = tokens.split_first() else {
                return Err(syntax("missing value for command", range));
            };
            let TokenKind::Word(word) = &first.kind else {
                nodes.push(Node::Action { pipeline: self.whole_pipeline(tokens, &range, false)?, range });
                continue;
            };
            match word.as_str() {
                "end" if after.is_empty() => return Ok((nodes, BlockEnd::End(range))),
                "else" => return Ok((nodes, BlockEnd::Else { tokens: after, range })),
                "if" => nodes.push(self.control(ControlKind::If, after, range, depth)?),
                "range" => nodes.push(self.control(ControlKind::Range, after, range, depth)?),
                "with" => nodes.push(self.control(ControlKind::With, after, range, depth)?),
                "end" => return Err(syntax("unexpected text after `end`", range)),
                "define" | "block" | "template" | "break" | "continue" => return Err(TemplateError::Unsure { range }),
                _ => nodes.push(Node::Action { pipeline: self.whole_pipeline(tokens, &range, false)?, range }),
            }
        }
        Ok((nodes, BlockEnd::Source))
    }

    fn control(
        &mut self,
        kind: ControlKind,
        tokens: &'p [Token],
        range: Range<usize>,
        depth: usize,
    ) -> Result<Node, TemplateError> {
        if depth >= DEEPEST {
            return Err(TemplateError::Unsure { range });
        }
        let scope = self.variables.len();
        let pipeline = self.whole_pipeline(tokens, &range, kind == ControlKind::Range)?;
        let (body, end) = self.block(depth + 1)?;
        let otherwise = match end {
            BlockEnd::End(_) => Vec::new(),
            BlockEnd::Source => return Err(syntax("unclosed block", range)),
            BlockEnd::Else { tokens: [], .. } => match self.block(depth + 1)? {
                (otherwise, BlockEnd::End(_)) => otherwise,
                (_, BlockEnd::Else { range, .. }) => return Err(syntax("unexpected `else`", range)),
                (_, BlockEnd::Source) => return Err(syntax("unclosed block", range)),
            },
            BlockEnd::Else { tokens, range: else_range } => {
                let Some((first, after)) = tokens.split_first() else {
                    return Err(TemplateError::Unsure { range: else_range });
                };
                // `else with` came with Go 1.23, after this adapter was built.
                let is_else_if = kind == ControlKind::If && first.kind == TokenKind::Word("if".to_owned());
                if !is_else_if {
                    return Err(TemplateError::Unsure { range: else_range });
                }
                vec![self.control(ControlKind::If, after, else_range, depth + 1)?]
            }
        };
        self.variables.truncate(scope);
        Ok(Node::Control { kind, pipeline, body, otherwise, range })
    }

    fn whole_pipeline(
        &mut self,
        tokens: &[Token],
        action: &Range<usize>,
        in_range: bool,
    ) -> Result<Pipeline, TemplateError> {
        let mut variables = Vec::new();
        let mut declares = false;
        let mut rest = tokens;
        let assigned = tokens.iter().position(|token| matches!(token.kind, TokenKind::Assign | TokenKind::Declare));
        if let Some(at) = assigned {
            let (targets, after) = tokens.split_at_checked(at).unwrap_or((tokens, &[]));
            declares = after.first().is_some_and(|token| token.kind == TokenKind::Declare);
            if let Some(assign) = after.first().filter(|token| !declares && !token.spaced) {
                return Err(syntax("missing space before `=`", assign.range.clone()));
            }
            rest = after.get(1..).unwrap_or_default();
            variables = targets_of(targets, in_range).ok_or(TemplateError::Unsure { range: action.clone() })?;
        }
        // Go knows the variable from here on, also where it is only assigned to.
        self.variables.extend(variables.iter().cloned());
        let mut tokens = rest.iter().peekable();
        let pipeline = self.pipeline(&mut tokens, action, 0)?;
        if let Some(token) = tokens.next() {
            return Err(syntax("unexpected token in action", token.range.clone()));
        }
        Ok(Pipeline { variables, declares, ..pipeline })
    }

    /// Commands up to the end of the tokens or a closing parenthesis.
    fn pipeline(
        &mut self,
        tokens: &mut Tokens<'_>,
        around: &Range<usize>,
        depth: usize,
    ) -> Result<Pipeline, TemplateError> {
        if depth >= DEEPEST {
            return Err(TemplateError::Unsure { range: around.clone() });
        }
        let start = tokens.peek().map_or(around.end.min(self.length), |token| token.range.start);
        let mut end = start;
        let mut commands = Vec::new();
        loop {
            let mut operands: Vec<Operand> = Vec::new();
            while let Some(token) = tokens.next_if(|token| !matches!(token.kind, TokenKind::Close | TokenKind::Pipe)) {
                end = token.range.end;
                let is_selector = matches!(token.kind, TokenKind::Field(_)) && !token.spaced;
                if is_selector && let Some(last) = operands.last_mut() {
                    let TokenKind::Field(name) = &token.kind else { continue };
                    if last.is_constant() {
                        return Err(syntax("unexpected field of a constant", token.range.clone()));
                    }
                    last.fields.push((name.clone(), token.range.clone()));
                    last.range.end = token.range.end;
                    continue;
                }
                if !operands.is_empty() && !token.spaced {
                    return Err(syntax("missing space between operands", token.range.clone()));
                }
                let operand = self.operand(token, tokens, depth)?;
                end = operand.range.end;
                operands.push(operand);
            }
            let is_stage = !commands.is_empty();
            let piped_on = tokens.next_if(|token| token.kind == TokenKind::Pipe).is_some();
            // Go lets a pipeline end with a pipe.
            if operands.is_empty() && (!is_stage || piped_on) {
                return Err(syntax("missing value for command", around.clone()));
            }
            if let Some(constant) = operands.first().filter(|first| is_stage && first.is_constant()) {
                return Err(syntax("non executable command in pipeline", constant.range.clone()));
            }
            if !operands.is_empty() {
                commands.push(Command { operands });
            }
            if !piped_on {
                return Ok(Pipeline { variables: Vec::new(), declares: false, commands, range: start..end });
            }
        }
    }

    fn operand(&mut self, token: &Token, tokens: &mut Tokens<'_>, depth: usize) -> Result<Operand, TemplateError> {
        let mut range = token.range.clone();
        let mut fields = Vec::new();
        let base = match &token.kind {
            TokenKind::Field(name) => {
                fields.push((name.clone(), range.clone()));
                Base::Dot
            }
            TokenKind::Dot => Base::Dot,
            TokenKind::Variable(name) => {
                if !self.variables.contains(name) {
                    return Err(syntax(format!("undefined variable `{name}`"), range));
                }
                Base::Variable(name.clone())
            }
            TokenKind::Text(text) => Base::Text(text.clone()),
            TokenKind::Int(value) => Base::Int(*value),
            TokenKind::Word(word) => match word.as_str() {
                "true" => Base::Bool(true),
                "false" => Base::Bool(false),
                "nil" => Base::Nil,
                name if FUNCTIONS.contains(&name) => Base::Function(name.to_owned()),
                name => return Err(syntax(format!("function `{name}` is not defined"), range)),
            },
            TokenKind::Open => {
                let inner = self.pipeline(tokens, &range, depth + 1)?;
                let Some(close) = tokens.next_if(|token| token.kind == TokenKind::Close) else {
                    return Err(syntax("unclosed left parenthesis", range));
                };
                range.end = close.range.end;
                Base::Parenthesised(Box::new(inner))
            }
            TokenKind::Close | TokenKind::Pipe | TokenKind::Assign | TokenKind::Declare | TokenKind::Comma => {
                return Err(syntax("unexpected token in action", range));
            }
        };
        Ok(Operand { base, fields, range })
    }
}

/// `$x` before `:=` or `=`; `$i, $x` in a `range`.
fn targets_of(tokens: &[Token], in_range: bool) -> Option<Vec<String>> {
    let variable = |token: &Token| match &token.kind {
        TokenKind::Variable(name) if name.len() > 1 => Some(name.clone()),
        _ => None,
    };
    match tokens {
        [one] => Some(vec![variable(one)?]),
        [first, comma, second] if in_range && comma.kind == TokenKind::Comma => {
            Some(vec![variable(first)?, variable(second)?])
        }
        _ => None,
    }
}
