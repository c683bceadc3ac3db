// @generated from openapi/referrals-v1.yaml (fingerprint c69e12742b67440b) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0xc69e12742b67440b;

::referrals_model::open_enum! {
    /// Where a referral stands.
    pub enum ReferralStatus {
        /// New.
        Pending = "Pending" @ 0,
        /// Acknowledged.
        Validated = "Validated" @ 1,
        /// Accepted.
        Active = "Active" @ 2,
        /// Skipped or declined.
        Rejected = "Rejected" @ 3,
        /// Missed; nobody answered in time.
        Expired = "Expired" @ 4,
        /// Closed as won.
        Won = "Won" @ 5,
        /// Closed as lost.
        Lost = "Lost" @ 6,
    }
}

::referrals_model::open_enum! {
    /// How the parties work on a referral.
    pub enum ReferralType {
        /// All parties work together to close the deal.
        Collaborative = "Collaborative" @ 0,
        /// The parties compete for the customer.
        Competitive = "Competitive" @ 1,
    }
}

/// A postal address.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Address")]
pub struct Address {
    /// First line.
    #[serde(
        rename = "addressLine1",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line1: ::std::option::Option<::std::string::String>,
    /// Second line.
    #[serde(
        rename = "addressLine2",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub address_line2: ::std::option::Option<::std::string::String>,
    /// City.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub city: ::std::option::Option<::std::string::String>,
    /// Country as an ISO 3166-1 code of two letters.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    /// Postal code.
    #[serde(
        rename = "postalCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub postal_code: ::std::option::Option<::std::string::String>,
    /// State or province.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<::std::string::String>,
}
/// Links of a collection.
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
#[schemars(rename = "CollectionLinks")]
pub struct CollectionLinks {
    /// What follows this collection. The page of this version describes no paging.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub next: ::std::option::Option<Link>,
    /// This collection.
    #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
    pub self_: ::std::option::Option<Link>,
}
/// The customer a referral is about.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "CustomerProfile")]
pub struct CustomerProfile {
    /// Where the customer is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub address: ::std::option::Option<Address>,
    /// Id of the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// Name of the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// Number of employees as a range such as `51to250employees`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub size: ::std::option::Option<::std::string::String>,
    /// The customer's contacts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team: ::std::option::Option<::std::vec::Vec<Member>>,
}
/// The invitation that led to a referral.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "InviteContext")]
pub struct InviteContext {
    /// Id of the organization that sent the referral.
    #[serde(
        rename = "invitedByOrganizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invited_by_organization_id: ::std::option::Option<::std::string::String>,
    /// Notes to the invited organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub notes: ::std::option::Option<::std::string::String>,
}
/// A link to a resource.
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
#[schemars(rename = "Link")]
pub struct Link {
    /// The HTTP method to use.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub method: ::std::option::Option<::std::string::String>,
    /// Where it leads.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub uri: ::std::option::Option<::std::string::String>,
}
/// A person on the side of a partner or a customer.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Member")]
pub struct Member {
    /// E-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    /// First name.
    #[serde(
        rename = "firstName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub first_name: ::std::option::Option<::std::string::String>,
    /// Last name.
    #[serde(rename = "lastName", skip_serializing_if = "::std::option::Option::is_none")]
    pub last_name: ::std::option::Option<::std::string::String>,
    /// Phone number.
    #[serde(
        rename = "phoneNumber",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_number: ::std::option::Option<::std::string::String>,
}
/// Why a request failed.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "PartnerCenterError")]
pub struct PartnerCenterError {
    /// Code of the error.
    pub code: ::std::string::String,
    /// More about the error. Only some errors have it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub data: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    /// What went wrong. Not empty.
    pub description: ::std::string::String,
    /// The part of the service that failed.
    pub source: ::std::string::String,
}
/// A lead or an opportunity that one organization shares with another.
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
    /// When the referral was created (UTC).
    #[serde(
        rename = "createdDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// The customer.
    #[serde(
        rename = "customerProfile",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_profile: ::std::option::Option<CustomerProfile>,
    /// What the deal is about.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub details: ::std::option::Option<ReferralDetails>,
    /// Id of the engagement. Referrals that belong together share it.
    #[serde(
        rename = "engagementId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub engagement_id: ::std::option::Option<::std::string::String>,
    /// When the referral expires (UTC).
    #[serde(
        rename = "expirationDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub expiration_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// Id of the referral.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// The invitation that led to the referral.
    #[serde(
        rename = "inviteContext",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invite_context: ::std::option::Option<InviteContext>,
    /// Id of the organization that owns the referral, `MSFT` for Microsoft.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<::std::string::String>,
    /// Name of the organization that owns the referral.
    #[serde(
        rename = "organizationName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_name: ::std::option::Option<::std::string::String>,
    /// Quality of the referral. The page has no list of values.
    #[serde(
        rename = "referralSource",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub referral_source: ::std::option::Option<::std::string::String>,
    /// How the parties work on the referral.
    #[serde(
        rename = "referralType",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub referral_type: ::std::option::Option<::referrals_model::v1::ReferralType>,
    /// Where the referral stands.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::referrals_model::v1::ReferralStatus>,
    /// People who work on the referral.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team: ::std::option::Option<::std::vec::Vec<Member>>,
    /// How the parties work on the referral, under the name that later pages and the wire use.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::referrals_model::v1::ReferralType>,
    /// When the referral was last changed (UTC).
    #[serde(
        rename = "updatedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub updated_date_time: ::std::option::Option<::referrals_model::DateTime>,
}
/// A set of referrals in Partner Center's collection envelope.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "ReferralCollection")]
pub struct ReferralCollection {
    /// What kind of object this is.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub attributes: ::std::option::Option<ResourceAttributes>,
    /// The referrals.
    pub items: ::std::vec::Vec<::referrals_model::Raw<Referral>>,
    /// Links to this collection and to what follows it.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub links: ::std::option::Option<CollectionLinks>,
    /// Number of referrals in the collection.
    #[serde(
        rename = "totalCount",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub total_count: ::std::option::Option<i64>,
}
/// What a deal is about.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "ReferralDetails")]
pub struct ReferralDetails {
    /// Estimated date of closing (UTC).
    #[serde(
        rename = "closingDate",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub closing_date: ::std::option::Option<::referrals_model::DateTime>,
    /// Estimated value of the deal. No currency is stated.
    #[serde(
        rename = "dealValue",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deal_value: ::std::option::Option<::referrals_model::Decimal>,
    /// Notes on the deal.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub notes: ::std::option::Option<::std::string::String>,
    /// What the customer needs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub requirements: ::std::option::Option<ReferralRequirements>,
}
/// What a customer needs.
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
#[schemars(rename = "ReferralRequirements")]
pub struct ReferralRequirements {
    /// Industries of the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub industries: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Products of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub products: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Services of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub services: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Solutions of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub solutions: ::std::option::Option<::std::vec::Vec<Tag>>,
}
/// What kind of object a resource is.
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
#[schemars(rename = "ResourceAttributes")]
pub struct ResourceAttributes {
    /// Name of the kind.
    #[serde(
        rename = "objectType",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub object_type: ::std::option::Option<::std::string::String>,
}
/// The only value the `self` parameter has.
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
pub enum SelfFilter {
    #[serde(rename = "true")]
    True,
}
impl ::std::fmt::Display for SelfFilter {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::True => f.write_str("true"),
        }
    }
}
impl ::std::str::FromStr for SelfFilter {
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
impl ::std::convert::TryFrom<&str> for SelfFilter {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for SelfFilter {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A value of one of the taxonomies.
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
#[schemars(rename = "Tag")]
pub struct Tag {
    /// The value.
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
impl ::referrals_model::KnownMembers for ::referrals_model::v1::Address {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "addressLine1",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "addressLine2",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "city",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "country",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "postalCode",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "state",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::CollectionLinks {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "next",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::Link as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "self",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::Link as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::CustomerProfile {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "address",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::Address as ::referrals_model::KnownMembers>::known_members,
                ),
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
                name: "size",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "team",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Member as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::InviteContext {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "invitedByOrganizationId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "notes",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::Link {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "method",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "uri",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::Member {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "email",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "firstName",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "lastName",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "phoneNumber",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::PartnerCenterError {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "code",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "data",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "description",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "source",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::Referral {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "createdDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "customerProfile",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::CustomerProfile as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "details",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::ReferralDetails as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "engagementId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "expirationDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "inviteContext",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::InviteContext as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "organizationId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "organizationName",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "referralSource",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "referralType",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::v1::ReferralType::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "status",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::v1::ReferralStatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "team",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Member as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::v1::ReferralType::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "updatedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::ReferralCollection {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "attributes",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::ResourceAttributes as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "items",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Referral as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "links",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::CollectionLinks as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "totalCount",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::ReferralDetails {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "closingDate",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "dealValue",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "notes",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "requirements",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::v1::ReferralRequirements as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::ReferralRequirements {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "industries",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "products",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "services",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "solutions",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::v1::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::ResourceAttributes {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "objectType",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::v1::Tag {
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
/// Personal data is left out.
impl ::std::fmt::Debug for Address {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Address")
            .field(
                "address_line1",
                &self.address_line1.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field(
                "address_line2",
                &self.address_line2.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field("city", &self.city.as_ref().map(|_| ::referrals_model::Redacted))
            .field("country", &self.country)
            .field(
                "postal_code",
                &self.postal_code.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field("state", &self.state)
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for CustomerProfile {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("CustomerProfile")
            .field("address", &self.address)
            .field("id", &self.id)
            .field("name", &self.name.as_ref().map(|_| ::referrals_model::Redacted))
            .field("size", &self.size)
            .field("team", &self.team)
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for InviteContext {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("InviteContext")
            .field("invited_by_organization_id", &self.invited_by_organization_id)
            .field("notes", &self.notes.as_ref().map(|_| ::referrals_model::Redacted))
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for Member {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Member")
            .field("email", &self.email.as_ref().map(|_| ::referrals_model::Redacted))
            .field(
                "first_name",
                &self.first_name.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field(
                "last_name",
                &self.last_name.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field(
                "phone_number",
                &self.phone_number.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for ReferralDetails {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("ReferralDetails")
            .field("closing_date", &self.closing_date)
            .field("deal_value", &self.deal_value)
            .field("notes", &self.notes.as_ref().map(|_| ::referrals_model::Redacted))
            .field("requirements", &self.requirements)
            .finish()
    }
}
::referrals_model::object! {
    Address, CollectionLinks, CustomerProfile, InviteContext, Link, Member,
    PartnerCenterError, Referral, ReferralCollection, ReferralDetails,
    ReferralRequirements, ResourceAttributes, Tag
}
