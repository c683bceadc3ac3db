//! Enums whose set of values the service may extend.

use std::fmt;

/// The text of an enum value that the contract does not know.
///
/// It cannot be made by hand: parse the text into the enum instead, so that a
/// value which a later contract knows becomes its variant.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unrecognized(Box<str>);

impl Unrecognized {
    /// The text as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Unrecognized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Defines an enum that keeps values it does not know.
///
/// Generated code uses it. A value is read by name in any letter case or by its
/// position, since the documentation lists both, and written by name.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $wire:literal $(@ $position:literal)?,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_attribute])* $variant,)+
            /// A value that the contract does not know, kept as it was read.
            Unrecognized($crate::Unrecognized),
        }

        impl $name {
            /// The values that the contract knows, as they stand on the wire.
            pub const KNOWN_VALUES: &'static [&'static str] = &[$($wire),+];

            /// The value as it stands on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unrecognized(text) => text.as_str(),
                }
            }

            /// Whether the contract knows this text as a value.
            pub fn is_known_value(text: &str) -> bool {
                !::core::matches!(Self::from(text), Self::Unrecognized(_))
            }

            fn at_position(position: u64) -> ::core::option::Option<Self> {
                $($(if position == $position {
                    return ::core::option::Option::Some(Self::$variant);
                })?)+
                let _ = position;
                ::core::option::Option::None
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($wire) {
                    return Self::$variant;
                })+
                text.parse()
                    .ok()
                    .filter(|position: &u64| position.to_string() == text)
                    .and_then(Self::at_position)
                    .unwrap_or_else(|| Self::Unrecognized($crate::Unrecognized::new(text)))
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct Visitor;

                impl ::serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(
                        &self,
                        f: &mut ::core::fmt::Formatter<'_>,
                    ) -> ::core::fmt::Result {
                        f.write_str("the name or the position of a value")
                    }

                    fn visit_str<E>(self, text: &str) -> ::core::result::Result<$name, E> {
                        ::core::result::Result::Ok($name::from(text))
                    }

                    fn visit_u64<E>(self, position: u64) -> ::core::result::Result<$name, E> {
                        ::core::result::Result::Ok($name::from(position.to_string()))
                    }

                    fn visit_i64<E>(self, position: i64) -> ::core::result::Result<$name, E> {
                        ::core::result::Result::Ok($name::from(position.to_string()))
                    }
                }

                deserializer.deserialize_any(Visitor)
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::core::stringify!($name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                // The set is open, so the known values are examples only.
                ::schemars::json_schema!({
                    "type": "string",
                    "examples": Self::KNOWN_VALUES,
                })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::v1::ReferralStatus;

    fn read(json: &str) -> ReferralStatus {
        serde_json::from_str(json).expect("a status")
    }

    #[test]
    fn a_value_is_read_by_name_in_any_case_and_by_position() {
        assert_eq!(read(r#""Won""#), ReferralStatus::Won);
        assert_eq!(read(r#""pENDING""#), ReferralStatus::Pending);
        assert_eq!(read("5"), ReferralStatus::Won);
        assert_eq!(read(r#""5""#), ReferralStatus::Won);
    }

    #[test]
    fn an_unknown_value_is_kept_and_written_back() {
        for (json, text) in [
            (r#""Snoozed""#, "Snoozed"),
            ("7", "7"),
            ("-1", "-1"),
            (r#""""#, ""),
            (r#""+5""#, "+5"),
        ] {
            let status = read(json);
            assert!(matches!(&status, ReferralStatus::Unrecognized(kept) if kept.as_str() == text));
            assert_eq!(serde_json::to_value(&status).expect("json"), text);
        }
    }

    #[test]
    fn another_type_is_an_error() {
        for json in ["{}", "[]", "true", "1.5", "null"] {
            assert!(
                serde_json::from_str::<ReferralStatus>(json).is_err(),
                "{json}"
            );
        }
    }
}
