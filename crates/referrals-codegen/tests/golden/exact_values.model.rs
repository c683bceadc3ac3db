// @generated from crates/referrals-codegen/tests/golden/exact_values.yaml (fingerprint 84b6bb8b516c3b5a) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0x84b6bb8b516c3b5a;

/// A deal.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Deal")]
pub struct Deal {
    /// The day.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub closing: ::std::option::Option<::referrals_model::DateTime>,
    /// Values.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub offers: ::std::option::Option<::std::vec::Vec<::referrals_model::Decimal>>,
    /// A number whose text nobody needs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub share: ::std::option::Option<f64>,
    /// The value.
    pub value: ::referrals_model::Decimal,
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
impl ::referrals_model::KnownMembers for crate::golden::exact_values::model::Deal {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "closing",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "offers",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "share",
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
::referrals_model::object! {
    Deal
}
