//! Typed values from a tree, as the API server decodes the JSON that kubectl sends: null is absent, strings take no
//! numbers, whole numbers may be written `3.0`. Errors and unknown fields carry their place.

mod access;
mod failure;

use super::node::{NodeKind, NodeRef};
use super::path;
use super::scalar::Scalar;
use crate::text::Span;
use access::{Entries, Items};
use failure::Failure;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use std::cell::RefCell;
use std::fmt;

/// Types nest this deep at most; serde decodes recursively, as `serde_json` does with the same limit.
const DEEPEST: usize = 128;

/// A decoded value.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The value.
    pub value: T,
    /// Paths of the fields that the type does not know, relative to the decoded node, in source order.
    pub ignored: Vec<String>,
}

/// The node does not have the type. User error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// Path of the value, relative to the decoded node.
    pub path: String,
    /// Place of the value.
    pub span: Span,
    /// One line in house style.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// Decodes a node and all below it.
///
/// # Errors
/// At the first value that does not have the type of its field.
pub fn decode<'t, T: Deserialize<'t>>(node: NodeRef<'t>) -> Result<Decoded<T>, DecodeError> {
    let ignored = RefCell::new(Vec::new());
    let decoder = Decoder { node, place: &Place::Root, ignored: &ignored, depth: 0, is_quantity: false };
    match T::deserialize(decoder) {
        Ok(value) => Ok(Decoded { value, ignored: ignored.into_inner() }),
        Err(failure) => Err(failure.into_error(node)),
    }
}

/// Where decoding is, as a list through the stack frames; a path is only written when something is to be said.
enum Place<'p> {
    Root,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn path(&self) -> String {
        let mut steps = Vec::new();
        let mut here = self;
        loop {
            here = match here {
                Place::Root => break,
                Place::Key(parent, _) | Place::Index(parent, _) => {
                    steps.push(here);
                    parent
                }
            };
        }
        let mut text = String::new();
        for step in steps.into_iter().rev() {
            match step {
                Place::Root => {}
                Place::Key(_, key) => path::push_key(&mut text, key),
                Place::Index(_, index) => path::push_index(&mut text, *index),
            }
        }
        text
    }
}

#[derive(Clone, Copy)]
struct Decoder<'t, 'p> {
    node: NodeRef<'t>,
    place: &'p Place<'p>,
    ignored: &'p RefCell<Vec<String>>,
    depth: usize,
    /// Inside the newtype `Quantity`, for which null is zero.
    is_quantity: bool,
}

impl<'t, 'p> Decoder<'t, 'p> {
    /// Gives a failure without a place the place of this node.
    fn located<V>(self, result: Result<V, Failure>) -> Result<V, Failure> {
        result.map_err(|failure| failure.at(|| (self.place.path(), self.node.span())))
    }

    fn refuse<V>(self, wanted: Wanted) -> Result<V, Failure> {
        self.located(Err(failure::mismatch(self.node, wanted)))
    }

    fn check_depth(self) -> Result<(), Failure> {
        if self.depth < DEEPEST {
            return Ok(());
        }
        self.located(Err(Failure::custom(format_args!("this is nested deeper than {DEEPEST} levels"))))
    }

    fn any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.scalar() {
            None if self.node.kind() == NodeKind::Mapping => self.mapping(visitor),
            None => self.sequence(visitor),
            Some(scalar) => self.located(match (scalar.as_int(), scalar) {
                (Some(value), _) => visitor.visit_i64(value),
                (_, Scalar::Null) if self.is_quantity => visitor.visit_borrowed_str("0"),
                (_, Scalar::Null) => visitor.visit_unit(),
                (_, Scalar::Bool(value)) => {
                    visitor.visit_bool(value).map_err(|failure: Failure| failure.quoting(value, self.node.raw()))
                }
                (_, Scalar::Int(value)) => visitor.visit_i64(value),
                (_, Scalar::UInt(value)) => visitor.visit_u64(value),
                (_, Scalar::Float(value)) => visitor.visit_f64(value),
                (_, Scalar::Str(text)) => visit_text(text, visitor),
            }),
        }
    }

    fn mapping<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.check_depth()?;
        self.located(visitor.visit_map(Entries::new(self)))
    }

    fn sequence<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.check_depth()?;
        self.located(visitor.visit_seq(Items::new(self)))
    }

    fn whole_number<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        let Some(scalar) = self.node.scalar() else {
            return self.refuse(Wanted::WholeNumber);
        };
        self.located(match (scalar.as_int(), scalar) {
            (Some(value), _) => visitor.visit_i64(value),
            (_, Scalar::UInt(value)) => visitor.visit_u64(value),
            (_, Scalar::Null) => visitor.visit_i64(0),
            _ => return self.refuse(Wanted::WholeNumber),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a float field takes the nearest float, as in Go")]
    fn number<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.located(match self.node.scalar() {
            Some(Scalar::Int(value)) => visitor.visit_f64(value as f64),
            Some(Scalar::UInt(value)) => visitor.visit_f64(value as f64),
            Some(Scalar::Float(value)) => visitor.visit_f64(value),
            Some(Scalar::Null) => visitor.visit_f64(0.0),
            _ => return self.refuse(Wanted::Number),
        })
    }

    fn text<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.located(match self.node.scalar() {
            Some(Scalar::Str(text)) => visit_text(text, visitor),
            Some(Scalar::Null) => visitor.visit_borrowed_str(""),
            _ => return self.refuse(Wanted::Text),
        })
    }
}

fn visit_text<'t, V: Visitor<'t>>(text: std::borrow::Cow<'t, str>, visitor: V) -> Result<V::Value, Failure> {
    match text {
        std::borrow::Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        std::borrow::Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Text,
    WholeNumber,
    Number,
    Boolean,
    Map,
    List,
    Null,
}

macro_rules! forward {
    ($($method:ident => $target:ident,)*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
            self.$target(visitor)
        })*
    };
}

impl<'t> Deserializer<'t> for Decoder<'t, '_> {
    type Error = Failure;

    forward! {
        deserialize_any => any,
        deserialize_i8 => whole_number,
        deserialize_i16 => whole_number,
        deserialize_i32 => whole_number,
        deserialize_i64 => whole_number,
        deserialize_u8 => whole_number,
        deserialize_u16 => whole_number,
        deserialize_u32 => whole_number,
        deserialize_u64 => whole_number,
        deserialize_f32 => number,
        deserialize_f64 => number,
        deserialize_char => text,
        deserialize_str => text,
        deserialize_string => text,
        deserialize_bytes => text,
        deserialize_byte_buf => text,
        deserialize_identifier => text,
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.located(match self.node.scalar() {
            Some(Scalar::Bool(value)) => visitor.visit_bool(value),
            Some(Scalar::Null) => visitor.visit_bool(false),
            _ => return self.refuse(Wanted::Boolean),
        })
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.is_null() { self.located(visitor.visit_none()) } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.is_null() { self.located(visitor.visit_unit()) } else { self.refuse(Wanted::Null) }
    }

    fn deserialize_unit_struct<V: Visitor<'t>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        let inner = Self { is_quantity: name == "Quantity", ..self };
        self.located(visitor.visit_newtype_struct(inner))
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.kind() {
            NodeKind::Sequence => self.sequence(visitor),
            NodeKind::Scalar if self.node.is_null() => self.sequence(visitor),
            _ => self.refuse(Wanted::List),
        }
    }

    fn deserialize_tuple<V: Visitor<'t>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node.kind() {
            NodeKind::Mapping => self.mapping(visitor),
            NodeKind::Scalar if self.node.is_null() => self.mapping(visitor),
            _ => self.refuse(Wanted::Map),
        }
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'t>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if self.node.kind() == NodeKind::Mapping {
            self.check_depth()?;
            let access = MapAccessDeserializer::new(Entries::new(self));
            return self.located(access.deserialize_enum(name, variants, visitor));
        }
        match self.node.scalar() {
            Some(Scalar::Str(text)) => {
                let content = text.into_owned();
                let deserializer = serde::de::value::StringDeserializer::new(content);
                self.located(deserializer.deserialize_enum(name, variants, visitor))
            }
            _ => self.refuse(Wanted::Text),
        }
    }

    /// A type calls this for a field that it does not know.
    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.ignored.borrow_mut().push(self.place.path());
        visitor.visit_unit()
    }
}

/// Deserializes the text of a key.
type Key<'t> = BorrowedStrDeserializer<'t, Failure>;
