// @generated from crates/referrals-codegen/tests/golden/nullable.yaml (fingerprint 3d79dff972110bd9) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0x3d79dff972110bd9;

/// Every way to be null.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Everything")]
pub struct Everything {
    /// A required list.
    pub list: ::std::vec::Vec<::std::string::String>,
    /// A map.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub map: ::std::option::Option<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    /// Items that may be null.
    #[serde(
        rename = "nullableItems",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub nullable_items: ::std::option::Option<
        ::std::vec::Vec<::std::option::Option<Part>>,
    >,
    /// A nullable reference.
    #[serde(
        rename = "nullableReference",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub nullable_reference: ::std::option::Option<Part>,
    /// A number.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub number: ::std::option::Option<i64>,
    /// Not said to be nullable.
    #[serde(
        rename = "optionalList",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub optional_list: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub reference: ::std::option::Option<Part>,
    /// Required and nullable.
    #[serde(
        rename = "requiredNullable",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub required_nullable: ::std::option::Option<::std::string::String>,
    /// Required and nullable.
    #[serde(
        rename = "requiredReference",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub required_reference: ::std::option::Option<Part>,
    /// Never null.
    pub text: ::std::string::String,
    /// A time.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub time: ::std::option::Option<::referrals_model::DateTime>,
}
/// A part.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Part")]
pub struct Part {
    /// Its id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
}
/// Error types.
pub mod error {
    /// Error from a `TryFrom` or `FromStr` implementation.
    pub struct ConversionError(::std::borrow::Cow<'static, str>);
    impl ::std::error::Error for ConversionError {}
    impl ::std::fmt::Display for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Display::fmt(&self.0, f)
        }
    }
    impl ::std::fmt::Debug for ConversionError {
        fn fmt(
            &self,
            f: &mut ::std::fmt::Formatter<'_>,
        ) -> Result<(), ::std::fmt::Error> {
            ::std::fmt::Debug::fmt(&self.0, f)
        }
    }
    impl From<&'static str> for ConversionError {
        fn from(value: &'static str) -> Self {
            Self(value.into())
        }
    }
    impl From<String> for ConversionError {
        fn from(value: String) -> Self {
            Self(value.into())
        }
    }
}
impl ::referrals_model::KnownMembers for crate::golden::nullable::model::Everything {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "list",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "map",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "nullableItems",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <crate::golden::nullable::model::Part as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "nullableReference",
                shape: ::referrals_model::Shape::Object(
                    <crate::golden::nullable::model::Part as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "number",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "optionalList",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "reference",
                shape: ::referrals_model::Shape::Object(
                    <crate::golden::nullable::model::Part as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "requiredNullable",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "requiredReference",
                shape: ::referrals_model::Shape::Object(
                    <crate::golden::nullable::model::Part as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "text",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "time",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for crate::golden::nullable::model::Part {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
::referrals_model::object! {
    Everything, Part
}
