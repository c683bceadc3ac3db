// @generated from crates/referrals-codegen/tests/golden/records.yaml (fingerprint e36b404a0dfeb4fe) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0xe36b404a0dfeb4fe;

/// A page.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Page")]
pub struct Page {
    /// What follows.
    #[serde(
        rename = "@odata.nextLink",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub odata_next_link: ::std::option::Option<::std::string::String>,
    /// No records.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parts: ::std::option::Option<::std::vec::Vec<Part>>,
    /// The records.
    pub value: ::std::vec::Vec<::referrals_model::Raw<Referral>>,
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
/// A referral.
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
#[schemars(rename = "Referral")]
pub struct Referral {
    /// Its id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// Its parts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub parts: ::std::option::Option<::std::vec::Vec<Part>>,
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
impl ::referrals_model::KnownMembers for crate::golden::records::model::Page {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "@odata.nextLink",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "parts",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <crate::golden::records::model::Part as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "value",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <crate::golden::records::model::Referral as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for crate::golden::records::model::Part {
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
impl ::referrals_model::KnownMembers for crate::golden::records::model::Referral {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "parts",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <crate::golden::records::model::Part as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
::referrals_model::object! {
    Page, Part, Referral
}
