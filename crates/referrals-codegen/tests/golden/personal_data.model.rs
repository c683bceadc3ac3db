// @generated from crates/referrals-codegen/tests/golden/personal_data.yaml (fingerprint 29e85f21395bdbe8) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0x29e85f21395bdbe8;

/// A person.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Person")]
pub struct Person {
    /// The address.
    #[serde(rename = "e-mail", skip_serializing_if = "::std::option::Option::is_none")]
    pub e_mail: ::std::option::Option<::std::string::String>,
    /// An id.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// The name.
    pub name: ::std::string::String,
    /// Numbers.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub phones: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
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
impl ::referrals_model::KnownMembers for crate::golden::personal_data::model::Person {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "e-mail",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "name",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "phones",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
        ];
        MEMBERS
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for Person {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Person")
            .field("e_mail", &self.e_mail.as_ref().map(|_| ::referrals_model::Redacted))
            .field("id", &self.id)
            .field("name", &::referrals_model::Redacted)
            .field("phones", &self.phones.as_ref().map(|_| ::referrals_model::Redacted))
            .finish()
    }
}
::referrals_model::object! {
    Person
}
