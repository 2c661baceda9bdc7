//! Maps and lists for serde's visitors; they tell each child its place.

use super::super::node;
use super::failure::Failure;
use super::{Decoder, Key, Place};
use serde::de::value::CowStrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::borrow::Cow;

pub(super) struct Entries<'t, 'p> {
    decoder: Decoder<'t, 'p>,
    entries: node::Entries<'t>,
    current: Option<node::Entry<'t>>,
}

impl<'t, 'p> Entries<'t, 'p> {
    pub(super) fn new(decoder: Decoder<'t, 'p>) -> Self {
        Self { decoder, entries: decoder.node.entries(), current: None }
    }
}

impl<'t> MapAccess<'t> for Entries<'t, '_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some(entry) = self.entries.next() else {
            return Ok(None);
        };
        let key = match entry.key() {
            Cow::Borrowed(key) => seed.deserialize(Key::new(key)),
            Cow::Owned(key) => seed.deserialize(CowStrDeserializer::new(Cow::Owned(key))),
        };
        let key = key
            .map(Some)
            .map_err(|failure| failure.at(|| (Place::Key(self.decoder.place, &entry.key()).path(), entry.key_span())));
        self.current = Some(entry);
        key
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        let Some(entry) = self.current.take() else {
            return Err(serde::de::Error::custom("a value was asked for before its key; this is a bug of aiplat-lint"));
        };
        let key = entry.key();
        let place = Place::Key(self.decoder.place, &key);
        let decoder = Decoder {
            node: entry.value(),
            place: &place,
            ignored: self.decoder.ignored,
            depth: self.decoder.depth + 1,
            is_quantity: false,
        };
        decoder.located(seed.deserialize(decoder))
    }
}

pub(super) struct Items<'t, 'p> {
    decoder: Decoder<'t, 'p>,
    items: node::Items<'t>,
    index: usize,
}

impl<'t, 'p> Items<'t, 'p> {
    pub(super) fn new(decoder: Decoder<'t, 'p>) -> Self {
        Self { decoder, items: decoder.node.items(), index: 0 }
    }
}

impl<'t> SeqAccess<'t> for Items<'t, '_> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let place = Place::Index(self.decoder.place, self.index);
        self.index += 1;
        let decoder = Decoder {
            node: item,
            place: &place,
            ignored: self.decoder.ignored,
            depth: self.decoder.depth + 1,
            is_quantity: false,
        };
        decoder.located(seed.deserialize(decoder)).map(Some)
    }
}
