//! A tree as the JSON that kubectl would send.

use super::node::{Entries, Items, NodeKind, NodeRef};
use super::scalar::Scalar;
use serde_json::{Map, Number, Value};

/// `serde_json::Value` drops recursively, so its depth is bounded; no API type is nested as deep.
const DEEPEST: usize = 1000;

enum Frame<'t> {
    Mapping(Entries<'t>, Map<String, Value>, Option<String>),
    Sequence(Items<'t>, Vec<Value>),
}

/// Builds the value without recursion. The alias budget of the document bounds the work.
pub(super) fn to_json(root: NodeRef<'_>) -> Value {
    let mut stack: Vec<Frame<'_>> = Vec::new();
    let mut step = open(root, &mut stack);
    loop {
        // `step` is a finished value, or none where a collection was opened and has its children to come.
        if let Some(value) = step.take() {
            match stack.last_mut() {
                None => return value,
                Some(Frame::Sequence(_, list)) => list.push(value),
                Some(Frame::Mapping(_, map, key)) => {
                    map.insert(key.take().unwrap_or_default(), value);
                }
            }
        }
        let child = match stack.last_mut() {
            None => return Value::Null,
            Some(Frame::Sequence(items, _)) => items.next(),
            Some(Frame::Mapping(entries, _, key)) => entries.next().map(|entry| {
                *key = Some(entry.key().into_owned());
                entry.value()
            }),
        };
        step = match child {
            Some(node) => open(node, &mut stack),
            None => stack.pop().map(|frame| match frame {
                Frame::Mapping(_, map, _) => Value::Object(map),
                Frame::Sequence(_, list) => Value::Array(list),
            }),
        };
    }
}

/// The value of a scalar; a collection is pushed instead.
fn open<'t>(node: NodeRef<'t>, stack: &mut Vec<Frame<'t>>) -> Option<Value> {
    match node.kind() {
        NodeKind::Scalar => return Some(scalar_to_json(node)),
        _ if stack.len() >= DEEPEST => return Some(Value::Null),
        NodeKind::Mapping => stack.push(Frame::Mapping(node.entries(), Map::new(), None)),
        NodeKind::Sequence => stack.push(Frame::Sequence(node.items(), Vec::new())),
    }
    None
}

fn scalar_to_json(node: NodeRef<'_>) -> Value {
    match node.scalar() {
        None | Some(Scalar::Null) => Value::Null,
        Some(Scalar::Bool(value)) => Value::Bool(value),
        Some(Scalar::Int(value)) => Value::from(value),
        Some(Scalar::UInt(value)) => Value::from(value),
        // Go prints a float without fraction as an integer.
        Some(scalar @ Scalar::Float(value)) => scalar
            .as_int()
            .map(Value::from)
            .or_else(|| Number::from_f64(value).map(Value::Number))
            .unwrap_or(Value::Null),
        Some(Scalar::Str(text)) => Value::String(text.into_owned()),
    }
}
