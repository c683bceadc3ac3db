//! Objects are read from objects.
//!
//! A derived `Deserialize` also takes an array for a struct, its members by
//! position. In an answer that is no object that would put values into the
//! wrong members without a word.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Reads and writes a struct as its derived functions do, but reads it from an
/// object only. The struct has `#[serde(remote = "Self")]`, which leaves the
/// derived functions to be called from here. Generated code uses it.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    ($($name:ident),* $(,)?) => {$(
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                Self::deserialize($crate::FromObject(deserializer))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    )*};
}

/// A deserializer that hands a struct an object and nothing else.
#[doc(hidden)]
pub struct FromObject<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for FromObject<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}
