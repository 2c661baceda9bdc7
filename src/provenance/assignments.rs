//! Values of the command line: the arguments of `--set` and its kin, taken apart as Helm does (`pkg/strvals`).

use crate::source::render::SetArgument;
use crate::values::chart::Step;
use serde_json::Value;
use std::iter::Peekable;
use std::str::Chars;

/// One value that an argument sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment {
    /// The flag that it came with.
    pub(crate) flag: &'static str,
    /// Where it goes.
    pub(crate) path: Vec<Step>,
    /// What is set. The content of a file is not read: its name stands here.
    pub(crate) value: Value,
}

/// From the flag that is applied first to the one that wins (Helm 4, `pkg/cli/values/options.go`).
const FLAGS: &[&str] = &["--set-json", "--set", "--set-string", "--set-file", "--set-literal"];

/// All assignments, the one that wins first. Helm refuses what cannot be read, so it ends there.
pub(crate) fn assignments(arguments: &[SetArgument]) -> Vec<Assignment> {
    let in_order = FLAGS.iter().flat_map(|flag| arguments.iter().filter(move |argument| argument.flag == *flag));
    let mut all: Vec<Assignment> = in_order.flat_map(of_argument).collect();
    all.reverse();
    all
}

fn of_argument(argument: &SetArgument) -> Vec<Assignment> {
    let flag = argument.flag;
    let text = argument.argument.as_str();
    if flag == "--set-json" && text.trim().starts_with('{') {
        let object = serde_json::from_str(text).unwrap_or(Value::Null);
        return leaves(flag, object);
    }
    let mut reader = Reader { flag, rest: text.chars().peekable() };
    let mut found = Vec::new();
    while reader.rest.peek().is_some() {
        let Some(path) = reader.path() else { break };
        let Some(value) = reader.value() else { break };
        if !path.is_empty() {
            found.push(Assignment { flag, path, value });
        }
    }
    found
}

/// A whole object is merged into what is there, so that each of its leaves is set on its own.
fn leaves(flag: &'static str, object: Value) -> Vec<Assignment> {
    let mut found = Vec::new();
    let mut pending = vec![(Vec::new(), object)];
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::Object(entries) => pending.extend(entries.into_iter().map(|(key, value)| {
                let path: Vec<Step> = path.iter().cloned().chain([Step::Key(key)]).collect();
                (path, value)
            })),
            value => found.push(Assignment { flag, path, value }),
        }
    }
    found
}

struct Reader<'a> {
    flag: &'static str,
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    /// Up to one of the stops, which is taken as well; `\` takes the meaning from what follows.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(character) = self.rest.next() {
            if stops.contains(&character) {
                return (text, Some(character));
            }
            if character == '\\' && self.flag != "--set-literal" {
                text.extend(self.rest.next());
            } else {
                text.push(character);
            }
        }
        (text, None)
    }

    fn path(&mut self) -> Option<Vec<Step>> {
        let mut path = Vec::new();
        loop {
            let (key, stop) = self.until(&['=', '[', ',', '.']);
            if !key.is_empty() {
                path.push(Step::Key(key));
            }
            match stop? {
                '[' => {
                    let (index, _) = self.until(&[']']);
                    path.push(Step::Index(index.trim().parse().ok()?));
                }
                '.' => {}
                '=' => return Some(path),
                _ => return None,
            }
        }
    }

    fn value(&mut self) -> Option<Value> {
        match self.flag {
            "--set-json" => self.json(),
            "--set-literal" => Some(Value::String(self.rest.by_ref().collect())),
            _ if self.rest.peek() == Some(&'{') => self.list(),
            _ => {
                let (text, _) = self.until(&[',']);
                Some(self.typed(text))
            }
        }
    }

    fn json(&mut self) -> Option<Value> {
        let rest: String = self.rest.clone().collect();
        let mut values = serde_json::Deserializer::from_str(&rest).into_iter::<Value>();
        let (value, end) = match values.next() {
            None => (Value::Null, 0),
            Some(Ok(value)) => (value, values.byte_offset()),
            Some(Err(_)) if rest.trim_start().starts_with(',') => (Value::Null, 0),
            Some(Err(_)) => return None,
        };
        let taken = rest.get(..end).map_or(0, |text| text.chars().count());
        self.rest.by_ref().take(taken).for_each(drop);
        while self.rest.next_if(|character| character.is_whitespace()).is_some() {}
        self.rest.next_if_eq(&',');
        Some(value)
    }

    fn list(&mut self) -> Option<Value> {
        self.rest.next();
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            items.push(self.typed(text));
            if stop? == '}' {
                self.rest.next_if_eq(&',');
                return Some(Value::Array(items));
            }
        }
    }

    /// `--set` gives booleans, null and whole numbers their type; a number with a leading zero stays text.
    fn typed(&self, text: String) -> Value {
        if self.flag != "--set" {
            return Value::String(text);
        }
        match text.to_ascii_lowercase().as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "0" => Value::from(0),
            _ if text.starts_with('0') => Value::String(text),
            _ => text.parse::<i64>().map_or(Value::String(text), Value::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::chart::written;

    fn read(arguments: &[(&'static str, &str)]) -> Vec<String> {
        let arguments: Vec<SetArgument> =
            arguments.iter().map(|(flag, text)| SetArgument { flag, argument: (*text).to_owned() }).collect();
        let all = assignments(&arguments);
        all.iter().map(|one| format!("{} {} {}", one.flag, written(&one.path), one.value)).collect()
    }

    #[test]
    fn an_argument_sets_several_values_of_their_types() {
        assert_eq!(
            read(&[("--set", r"a.b=1,c[0].d=true,e\.f=x\,y,g={1,z},h=012,i=null,j=")]),
            [
                "--set j \"\"",
                "--set i null",
                "--set h \"012\"",
                "--set g [1,\"z\"]",
                "--set [\"e.f\"] \"x,y\"",
                "--set c[0].d true",
                "--set a.b 1",
            ]
        );
    }

    #[test]
    fn the_flags_win_in_helms_order_whatever_the_order_on_the_line() {
        let order =
            [("--set-file", "a=f"), ("--set-string", "a=1"), ("--set", "a=2"), ("--set", "a=3"), ("--set-json", "a=4")];
        assert_eq!(
            read(&order),
            ["--set-file a \"f\"", "--set-string a \"1\"", "--set a 3", "--set a 2", "--set-json a 4"]
        );
    }

    #[test]
    fn json_is_read_per_key_or_as_one_object() {
        assert_eq!(
            read(&[("--set-json", r#"a={"b":[1,2]} ,c="x""#)]),
            ["--set-json c \"x\"", r#"--set-json a {"b":[1,2]}"#]
        );
        assert_eq!(read(&[("--set-json", r#"{"a":{"b":1,"c":null}}"#)]).len(), 2);
    }

    #[test]
    fn what_helm_refuses_ends_the_reading() {
        assert_eq!(read(&[("--set", "a=1,b,c=2")]), ["--set a 1"]);
        assert_eq!(read(&[("--set", "a[x]=1")]), [""; 0]);
    }
}
