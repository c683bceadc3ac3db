// @generated from crates/referrals-codegen/tests/golden/success_answers.yaml (fingerprint e8bb3b6e9f7a770d) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0xe8bb3b6e9f7a770d;

/// A failure.
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
#[schemars(rename = "Error")]
pub struct Error {
    /// Its code.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<::std::string::String>,
}
/// One change.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Operation")]
pub struct Operation {
    /// What to do.
    pub op: ::std::string::String,
    /// Where.
    pub path: ::std::string::String,
    /// The new value.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<::serde_json::Value>,
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
impl ::referrals_model::KnownMembers for crate::golden::success_answers::model::Error {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "code",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for crate::golden::success_answers::model::Operation {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "op",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "path",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "value",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for crate::golden::success_answers::model::Referral {
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
    Error, Operation, Referral
}
