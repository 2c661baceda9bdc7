//! Follows `.Values` through the actions of a text: blocks, variables, and the functions that hand a value on.

use super::abstracts::Abstract;
use super::action::{Token, actions};
use super::{ANY, Reads, TemplateKeys};
use std::collections::BTreeMap;

/// A block that is open, with what holds again after its `end`.
struct Block {
    /// `define` or another word.
    is_define: bool,
    dot: Abstract,
    define: Option<String>,
}

struct Follower<'k> {
    keys: &'k mut TemplateKeys,
    define: Option<String>,
    dot: Abstract,
    blocks: Vec<Block>,
    /// By `define` and name. What a variable may be anywhere in it; loops make the order of no use.
    variables: BTreeMap<(Option<String>, String), Abstract>,
}

/// Adds what a text reads.
pub(super) fn follow(text: &str, keys: &mut TemplateKeys) {
    let actions = actions(text);
    let mut variables = BTreeMap::new();
    // The second time, what is set at the end of a loop is known at its beginning.
    for _ in 0..2 {
        let mut follower = Follower { keys, define: None, dot: Abstract::default(), blocks: Vec::new(), variables };
        actions.iter().for_each(|action| follower.statement(action));
        variables = follower.variables;
    }
}

impl Follower<'_> {
    fn reads(&mut self) -> &mut Reads {
        self.keys.of(self.define.as_deref())
    }

    fn statement(&mut self, tokens: &[Token]) {
        let (keyword, rest) = match tokens.split_first() {
            Some((Token::Word(word), rest)) => (word.as_str(), rest),
            Some(_) => ("", tokens),
            None => return,
        };
        match keyword {
            "end" => self.close(),
            "else" => self.otherwise(rest),
            "if" | "with" | "range" => {
                self.open(false);
                self.head(keyword, rest);
            }
            "define" | "block" => {
                self.open(true);
                if keyword == "block" {
                    self.call(rest);
                }
                self.dot = Abstract::default();
                self.define = rest.first().and_then(|token| match token {
                    Token::Text(name) => Some(name.clone()),
                    _ => None,
                });
                self.reads();
            }
            "template" => self.call(rest),
            _ => {
                let value = self.assignment(tokens);
                if let Some(value) = value {
                    value.consume(self.reads());
                }
            }
        }
    }

    fn open(&mut self, is_define: bool) {
        self.blocks.push(Block { is_define, dot: self.dot.clone(), define: self.define.clone() });
    }

    fn close(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        self.dot = block.dot;
        if block.is_define {
            self.define = block.define;
        }
    }

    fn otherwise(&mut self, rest: &[Token]) {
        if let Some(block) = self.blocks.last() {
            self.dot = block.dot.clone();
        }
        if let Some((Token::Word(keyword), rest)) = rest.split_first() {
            self.head(keyword, rest);
        }
    }

    /// The pipeline of `if`, `with` and `range`.
    fn head(&mut self, keyword: &str, tokens: &[Token]) {
        let assigned = tokens.iter().position(|token| *token == Token::Assign);
        let names = tokens.get(..assigned.unwrap_or(0)).unwrap_or(&[]);
        let value = self.pipeline(tokens.get(assigned.map_or(0, |at| at + 1)..).unwrap_or(&[]));
        value.test(self.reads());
        let inner = if keyword == "range" { value.field(ANY) } else { value.clone() };
        if keyword == "range" {
            inner.test(self.reads());
            self.descend(&value, &[ANY]);
        }
        if let Some(Token::Chain(Some(name), _)) = names.last() {
            self.set(name, &inner);
        }
        if keyword != "if" {
            self.dot = inner;
        }
    }

    /// An action that assigns has no value.
    fn assignment(&mut self, tokens: &[Token]) -> Option<Abstract> {
        let Some(at) = tokens.iter().position(|token| *token == Token::Assign) else {
            return Some(self.pipeline(tokens));
        };
        let value = self.pipeline(tokens.get(at + 1..).unwrap_or(&[]));
        match tokens.first() {
            Some(Token::Chain(Some(name), _)) => self.set(name, &value),
            _ => value.consume(self.reads()),
        }
        None
    }

    fn set(&mut self, name: &str, value: &Abstract) {
        self.variables.entry((self.define.clone(), name.to_owned())).or_default().or(value);
    }

    fn pipeline(&mut self, tokens: &[Token]) -> Abstract {
        let mut piped = None;
        for command in split(tokens) {
            piped = Some(self.command(command, piped));
        }
        piped.unwrap_or_default()
    }

    fn command(&mut self, tokens: &[Token], piped: Option<Abstract>) -> Abstract {
        let (function, rest) = match tokens.split_first() {
            Some((Token::Word(word), rest)) => (word.as_str(), rest),
            _ => ("", tokens),
        };
        let mut arguments = self.arguments(rest);
        if let ("include", Some((_, name)), true) = (function, arguments.first_mut(), names_own_file(rest)) {
            // The file is one of the chart's templates, which are all read.
            *name = Some(String::new());
        }
        arguments.extend(piped.map(|value| (value, None)));
        if function.is_empty() {
            let mut all = arguments.into_iter();
            let Some((first, _)) = all.next() else { return Abstract::default() };
            // A method or a piped value without a function: not followed.
            all.for_each(|(value, _)| value.consume(self.reads()));
            return first;
        }
        self.function(function, arguments)
    }

    /// Values with their text, where they are literal.
    fn arguments(&mut self, tokens: &[Token]) -> Vec<(Abstract, Option<String>)> {
        let mut found: Vec<(Abstract, Option<String>)> = Vec::new();
        let mut rest = tokens;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            match token {
                Token::Open => {
                    let end = closing(after);
                    let value = self.pipeline(after.get(..end).unwrap_or(&[]));
                    rest = after.get(end + 1..).unwrap_or(&[]);
                    found.push((value, None));
                }
                Token::Fields(fields) => {
                    if let Some((value, _)) = found.last_mut() {
                        *value = fields.iter().fold(value.clone(), |value, field| value.field(field));
                        value.or(&values(fields));
                    }
                }
                Token::Chain(base, fields) => found.push((self.chain(base.as_deref(), fields), None)),
                Token::Text(text) => {
                    if text.contains("{{") {
                        // For `tpl`.
                        let mut inner = TemplateKeys::default();
                        follow(text, &mut inner);
                        self.reads().add(&inner.own);
                    }
                    found.push((Abstract::default(), Some(text.clone())));
                }
                _ => found.push((Abstract::default(), None)),
            }
        }
        found
    }

    fn chain(&mut self, base: Option<&str>, fields: &[String]) -> Abstract {
        let start = match base {
            None => self.dot.clone(),
            Some(name) => self.variables.get(&(self.define.clone(), name.to_owned())).cloned().unwrap_or_default(),
        };
        let mut value = fields.iter().fold(start, |value, field| value.field(field));
        value.or(&values(fields));
        value
    }

    fn function(&mut self, name: &str, arguments: Vec<(Abstract, Option<String>)>) -> Abstract {
        let all = |arguments: &[(Abstract, Option<String>)]| {
            let mut value = Abstract::default();
            arguments.iter().for_each(|(argument, _)| value.or(argument));
            value
        };
        match (name, arguments.as_slice()) {
            ("index" | "get", [(value, _), steps @ ..]) => {
                let steps = steps.iter().map(|(step, text)| {
                    step.consume(self.reads());
                    text.as_deref().unwrap_or(ANY)
                });
                let steps: Vec<&str> = steps.collect();
                self.descend(value, &steps)
            }
            ("hasKey", [(value, _), (step, text)]) => {
                step.consume(self.reads());
                let found = self.descend(value, &[text.as_deref().unwrap_or(ANY)]);
                found.test(self.reads());
                Abstract::default()
            }
            ("dig", [steps @ .., (fallback, _), (value, _)]) => {
                let steps: Vec<&str> = steps.iter().map(|(_, text)| text.as_deref().unwrap_or(ANY)).collect();
                let mut found = self.descend(value, &steps);
                found.or(fallback);
                found
            }
            ("ternary", [yes, no, (test, _)]) => {
                test.test(self.reads());
                all(&[yes.clone(), no.clone()])
            }
            ("default" | "coalesce" | "required" | "and" | "or" | "deepCopy" | "first" | "last", _) => {
                let value = all(&arguments);
                value.test(self.reads());
                if matches!(name, "first" | "last") { value.field(ANY) } else { value }
            }
            ("dict", pairs) => {
                let mut value = Abstract::default();
                for pair in pairs.chunks(2) {
                    let [(_, key), (entry, _)] = pair else { break };
                    value = value.with(key.as_deref().unwrap_or(ANY), entry.clone(), self.reads());
                }
                value
            }
            ("list" | "tuple", items) => {
                let list = Abstract::default();
                items.iter().fold(list, |list, (item, _)| list.with(ANY, item.clone(), self.reads()))
            }
            ("append" | "prepend" | "push", [(list, _), (item, _)]) => {
                list.clone().with(ANY, item.clone(), self.reads())
            }
            ("concat", lists) => all(lists),
            (
                "not" | "empty" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "kindIs" | "kindOf" | "typeIs" | "typeOf",
                _,
            ) => {
                all(&arguments).test(self.reads());
                Abstract::default()
            }
            ("include", [(_, name), handed @ ..]) => {
                self.include(name.as_deref());
                all(handed).consume(self.reads());
                Abstract::default()
            }
            _ => {
                all(&arguments).consume(self.reads());
                Abstract::default()
            }
        }
    }

    /// A key of `.Values` itself that is computed can be any.
    fn descend(&mut self, value: &Abstract, steps: &[&str]) -> Abstract {
        if steps.first() == Some(&ANY) && value.paths.iter().any(Vec::is_empty) {
            self.reads().mark(&[], true);
        }
        steps.iter().fold(value.clone(), |value, step| value.field(step))
    }

    /// `template "name" value`.
    fn call(&mut self, tokens: &[Token]) {
        let handed = self.arguments(tokens);
        self.include(handed.first().and_then(|(_, name)| name.as_deref()));
        handed.iter().for_each(|(value, _)| value.consume(self.reads()));
    }

    fn include(&mut self, name: Option<&str>) {
        match name {
            Some("") => {}
            Some(name) => drop(self.reads().includes.insert(name.to_owned())),
            None => self.reads().includes_any = true,
        }
    }
}

/// What a chain of keys is below `.Values`, whatever it begins with: `.context.Values.a` has the root in a map.
fn values(fields: &[String]) -> Abstract {
    let Some(at) = fields.iter().position(|field| field == "Values") else { return Abstract::default() };
    let of = |part: Option<&[String]>| part.unwrap_or(&[]).to_vec();
    let subcharts = fields.iter().take(at).position(|field| field == "Subcharts");
    let prefix: Vec<String> = match subcharts {
        Some(start) => of(fields.get(start + 1..at)).into_iter().filter(|field| field != "Subcharts").collect(),
        None => Vec::new(),
    };
    Abstract::path(prefix.into_iter().chain(of(fields.get(at + 1..))).collect())
}

/// `include (print $.Template.BasePath "/configmap.yaml") .`
fn names_own_file(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| matches!(token, Token::Chain(_, fields) if fields.iter().any(|field| field == "BasePath")))
}

/// The commands between the pipes that are in no parentheses.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_i32;
    let commands = tokens.split(|token| {
        depth += match token {
            Token::Open => 1,
            Token::Close => -1,
            _ => 0,
        };
        depth == 0 && *token == Token::Pipe
    });
    commands.collect()
}

/// Where the parenthesis closes whose inside begins here.
fn closing(tokens: &[Token]) -> usize {
    let mut depth = 1;
    let end = tokens.iter().position(|token| {
        depth += match token {
            Token::Open => 1,
            Token::Close => -1,
            _ => 0,
        };
        depth == 0
    });
    end.unwrap_or(tokens.len())
}
