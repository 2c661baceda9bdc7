//! The tables of kinds and their fields: what they hold and how they are read. It knows nothing of documents.
//!
//! `table.txt` (the built-in kinds) is written by `tools/schema` from k8s-openapi, `crds.txt` by hand. A line
//! `group/version/Kind = type` names the type of a kind, a line without indentation opens a type, and each line below
//! it is a field: its name, `!` if it is required, `~` if it is deprecated, and its shape.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

const TEXTS: [&str; 2] = [include_str!("table.txt"), include_str!("crds.txt")];

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    String,
    Bool,
    Int32,
    Int64,
    Quantity,
    IntOrString,
    Time,
    /// Base64 text.
    Bytes,
    /// Left alone.
    Any,
    List(Box<Shape>),
    Map(Box<Shape>),
    /// An index into [`Table::types`].
    Object(usize),
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) deprecated: bool,
    pub(super) shape: Shape,
}

#[derive(Debug)]
pub(super) struct Type {
    /// Sorted by name.
    pub(super) fields: Vec<Field>,
}

impl Type {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
        self.fields.get(at)
    }
}

#[derive(Debug, Default)]
pub(super) struct Table {
    kinds: BTreeMap<&'static str, usize>,
    types: Vec<Type>,
}

impl Table {
    /// The tables, read when first asked for.
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        // A table with a mistake in it knows nothing and so reports nothing; a test below reads the tables.
        TABLE.get_or_init(|| Self::parse(&TEXTS).unwrap_or_default())
    }

    pub(super) fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&Type> {
        let name = if group.is_empty() { format!("{version}/{kind}") } else { format!("{group}/{version}/{kind}") };
        self.kinds.get(name.as_str()).and_then(|id| self.types.get(*id))
    }

    /// `group/version/Kind` of the custom resources, sorted.
    pub(super) fn custom_kinds() -> impl Iterator<Item = &'static str> {
        let lines = TEXTS.iter().skip(1).flat_map(|text| text.lines());
        lines.filter(|line| !line.starts_with(['#', ' '])).filter_map(|line| Some(line.split_once(" = ")?.0))
    }

    pub(super) fn object(&self, shape: &Shape) -> Option<&Type> {
        match shape {
            Shape::Object(id) => self.types.get(*id),
            _ => None,
        }
    }

    fn parse(texts: &[&'static str]) -> Result<Self, String> {
        let lines =
            || texts.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let is_type = |line: &&str| !line.starts_with(' ') && !line.contains(" = ");
        let ids: HashMap<&str, usize> = lines().filter(is_type).enumerate().map(|(id, name)| (name, id)).collect();

        let mut table = Self { kinds: BTreeMap::new(), types: Vec::with_capacity(ids.len()) };
        for line in lines() {
            if let Some((kind, name)) = line.split_once(" = ") {
                table.kinds.insert(kind, *ids.get(name).ok_or(format!("no type `{name}`"))?);
            } else if let Some(field) = line.strip_prefix("  ") {
                let field = Field::parse(field, &ids).ok_or(format!("cannot read `{field}`"))?;
                table.types.last_mut().ok_or("a field before the first type")?.fields.push(field);
            } else {
                table.types.push(Type { fields: Vec::new() });
            }
        }
        Ok(table)
    }
}

impl Field {
    fn parse(line: &'static str, ids: &HashMap<&str, usize>) -> Option<Self> {
        let (name, shape) = line.split_once(' ')?;
        let (name, deprecated) = name.strip_suffix('~').map_or((name, false), |name| (name, true));
        let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        Some(Self { name, required, deprecated, shape: Shape::parse(shape, ids)? })
    }
}

impl Shape {
    fn parse(text: &str, ids: &HashMap<&str, usize>) -> Option<Self> {
        if let Some(item) = text.strip_prefix("[]") {
            return Self::parse(item, ids).map(|item| Self::List(Box::new(item)));
        }
        if let Some(value) = text.strip_prefix("{}") {
            return Self::parse(value, ids).map(|value| Self::Map(Box::new(value)));
        }
        Some(match text {
            "string" => Self::String,
            "bool" => Self::Bool,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            "quantity" => Self::Quantity,
            "int-or-string" => Self::IntOrString,
            "time" => Self::Time,
            "bytes" => Self::Bytes,
            "any" => Self::Any,
            name => Self::Object(*ids.get(name)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_read_and_their_fields_are_sorted() {
        let table = Table::parse(&TEXTS).expect("both tables are well-formed");
        assert!(table.kinds.len() > 25, "{}", table.kinds.len());
        for object in &table.types {
            assert!(object.fields.is_sorted_by(|a, b| a.name < b.name), "{object:?}");
        }
    }

    /// The walk over a document descends as deep as its schema, so this bounds its stack.
    #[test]
    fn no_type_contains_itself() {
        fn visit(table: &Table, shape: &Shape, above: &mut Vec<usize>) {
            match shape {
                Shape::List(inner) | Shape::Map(inner) => visit(table, inner, above),
                Shape::Object(id) => {
                    assert!(!above.contains(id), "{:?}", table.types[*id]);
                    above.push(*id);
                    for field in &table.types[*id].fields {
                        visit(table, &field.shape, above);
                    }
                    above.pop();
                }
                _ => {}
            }
        }
        let table = Table::get();
        for id in table.kinds.values() {
            visit(table, &Shape::Object(*id), &mut Vec::new());
        }
    }

    #[test]
    fn a_mistake_in_a_table_is_told() {
        assert!(Table::parse(&["A\n  b nothing"]).is_err());
        assert!(Table::parse(&["  b string"]).is_err());
        assert!(Table::parse(&["v1/A = B"]).is_err());
    }
}
