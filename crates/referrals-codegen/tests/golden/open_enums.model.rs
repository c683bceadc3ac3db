// @generated from crates/referrals-codegen/tests/golden/open_enums.yaml (fingerprint 379afb9244968881) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0x379afb9244968881;

::referrals_model::open_enum! {
    /// A size.
    pub enum Size {
        /// `1to9employees`.
        _1to9employees = "1to9employees",
        /// `CustomSolution(ISV)`.
        CustomSolutionISV = "CustomSolution(ISV)",
        /// `DynamicsAX,GP,NAV,SL`.
        DynamicsAXGPNAVSL = "DynamicsAX,GP,NAV,SL",
        /// `self`.
        Self_ = "self",
    }
}

::referrals_model::open_enum! {
    /// A status.
    pub enum Status {
        /// New.
        New = "New" @ 1,
        /// A value of that name.
        Unknown = "Unknown" @ 0,
    }
}

/// A closed enum.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Copy,
    Debug,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd
)]
pub enum Closed {
    #[serde(rename = "true")]
    True,
}
impl ::std::fmt::Display for Closed {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::True => f.write_str("true"),
        }
    }
}
impl ::std::str::FromStr for Closed {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "true" => Ok(Self::True),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for Closed {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for Closed {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
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
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub closed: ::std::option::Option<Closed>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub size: ::std::option::Option<crate::golden::open_enums::model::Size>,
    /// Sizes.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub sizes: ::std::option::Option<
        ::std::vec::Vec<crate::golden::open_enums::model::Size>,
    >,
    /// Its status.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<crate::golden::open_enums::model::Status>,
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
impl ::referrals_model::KnownMembers for crate::golden::open_enums::model::Referral {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "closed",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "size",
                shape: ::referrals_model::Shape::OpenEnum(
                    crate::golden::open_enums::model::Size::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "sizes",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::OpenEnum(
                        crate::golden::open_enums::model::Size::is_known_value,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "status",
                shape: ::referrals_model::Shape::OpenEnum(
                    crate::golden::open_enums::model::Status::is_known_value,
                ),
            },
        ];
        MEMBERS
    }
}
::referrals_model::object! {
    Referral
}
