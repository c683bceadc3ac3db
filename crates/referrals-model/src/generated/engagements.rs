// @generated from openapi/engagements-v1.0.yaml (fingerprint e5b69a21d3a686ea) by referrals-codegen; do not edit.

/// Fingerprint of the contract that this module was generated from.
pub const CONTRACT_FINGERPRINT: u64 = 0xe5b69a21d3a686ea;

::referrals_model::open_enum! {
    /// What kind of help is asked of Microsoft.
    pub enum AssistanceRequestCode {
        /// `Unknown`.
        Unknown = "Unknown",
        /// `GeneralOrOther`.
        GeneralOrOther = "GeneralOrOther",
        /// `CustomerTechnicalArchitecture`.
        CustomerTechnicalArchitecture = "CustomerTechnicalArchitecture",
        /// `ProofOfConceptOrDemo`.
        ProofOfConceptOrDemo = "ProofOfConceptOrDemo",
        /// `QuotesOrLicensing`.
        QuotesOrLicensing = "QuotesOrLicensing",
        /// `PostSalesCustomerSuccess`.
        PostSalesCustomerSuccess = "PostSalesCustomerSuccess",
        /// `WorkloadSpecificValueProposition`.
        WorkloadSpecificValueProposition = "WorkloadSpecificValueProposition",
    }
}

::referrals_model::open_enum! {
    /// Whether a customer means to buy in the marketplace. Only one value is documented.
    pub enum CustomerMarketplaceIntent {
        /// `HaveNotDecided`.
        HaveNotDecided = "HaveNotDecided",
    }
}

::referrals_model::open_enum! {
    /// Whether a referral was received or sent.
    pub enum ReferralDirection {
        /// `Incoming`.
        Incoming = "Incoming",
        /// `Outgoing`.
        Outgoing = "Outgoing",
    }
}

::referrals_model::open_enum! {
    /// Who qualified a lead.
    pub enum ReferralQualification {
        /// Nobody.
        None = "None" @ 0,
        /// The customer came directly.
        Direct = "Direct" @ 1,
        /// Microsoft's marketing systems.
        MarketingQualified = "MarketingQualified" @ 2,
        /// A seller.
        SalesQualified = "SalesQualified" @ 3,
    }
}

::referrals_model::open_enum! {
    /// Where a referral stands.
    pub enum ReferralStatus {
        /// No status.
        None = "None" @ 0,
        /// Not answered yet.
        New = "New" @ 1,
        /// Being worked on.
        Active = "Active" @ 2,
        /// Won or lost or declined or expired.
        Closed = "Closed" @ 3,
    }
}

::referrals_model::open_enum! {
    /// Where a referral stands within its status.
    pub enum ReferralSubstatus {
        /// No substatus.
        None = "None" @ 0,
        /// New and waiting for an answer.
        Pending = "Pending" @ 1,
        /// New and received.
        Received = "Received" @ 2,
        /// Active and accepted.
        Accepted = "Accepted" @ 3,
        /// Closed as won.
        Won = "Won" @ 4,
        /// Closed as lost.
        Lost = "Lost" @ 5,
        /// Closed as declined.
        Declined = "Declined" @ 6,
        /// Closed because nobody answered in 14 days.
        Expired = "Expired" @ 7,
        /// Closed as an error. In the user interface only.
        Error = "Error",
    }
}

::referrals_model::open_enum! {
    /// Whether a referral is shared between organizations.
    pub enum ReferralType {
        /// The parties work on one deal.
        Shared = "Shared" @ 0,
        /// The deal is one party's own.
        Independent = "Independent" @ 1,
    }
}

::referrals_model::open_enum! {
    /// Where a deal registration stands.
    pub enum RegistrationStatus {
        /// `ReviewPending`.
        ReviewPending = "ReviewPending",
        /// `ActionRequired`.
        ActionRequired = "ActionRequired",
        /// `Approved`.
        Approved = "Approved",
        /// `Passed`.
        Passed = "Passed",
        /// `Failed`.
        Failed = "Failed",
        /// `Closed`.
        Closed = "Closed",
    }
}

::referrals_model::open_enum! {
    /// What the id of a solution stands for.
    pub enum SolutionType {
        /// Nothing.
        None = "None" @ 0,
        /// A name of the taxonomy.
        Category = "Category" @ 1,
        /// A solution of Microsoft's catalogue.
        Name = "Name" @ 2,
    }
}

::referrals_model::open_enum! {
    /// What the id of a target stands for.
    pub enum TargetType {
        /// `None`.
        None = "None",
        /// `BusinessProfileLocation`.
        BusinessProfileLocation = "BusinessProfileLocation",
        /// `SolutionProfile`.
        SolutionProfile = "SolutionProfile",
    }
}

/// More about a deal.
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
#[schemars(rename = "AdditionalRequirements")]
pub struct AdditionalRequirements {
    /// Attributes of several kinds.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub attributes: ::std::option::Option<::std::vec::Vec<RequirementAttribute>>,
    /// About devices.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub iot: ::std::option::Option<IotRequirements>,
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
    /// Country as two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub country: ::std::option::Option<::std::string::String>,
    /// Postal code.
    #[serde(
        rename = "postalCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub postal_code: ::std::option::Option<::std::string::String>,
    /// Region.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub region: ::std::option::Option<::std::string::String>,
    /// State or province.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub state: ::std::option::Option<::std::string::String>,
}
/// What the customer and the partner agreed to.
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
#[schemars(rename = "Consent")]
pub struct Consent {
    /// Contact the customer.
    #[serde(
        rename = "consentToContact",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub consent_to_contact: ::std::option::Option<bool>,
    /// Let Microsoft contact certain partners.
    #[serde(
        rename = "consentToMicrosoftToContactSpecificPartners",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub consent_to_microsoft_to_contact_specific_partners: ::std::option::Option<bool>,
    /// Show the deal to Microsoft's sellers.
    #[serde(
        rename = "consentToShareReferralWithMicrosoftSellers",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub consent_to_share_referral_with_microsoft_sellers: ::std::option::Option<bool>,
    /// Share the contacts with others. The doubled To is the name on the wire.
    #[serde(
        rename = "consentToToShareInfoWithOthers",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub consent_to_to_share_info_with_others: ::std::option::Option<bool>,
}
/// How a person wants to be contacted.
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
#[schemars(rename = "ContactPreference")]
pub struct ContactPreference {
    /// Whether no notifications are wanted.
    #[serde(
        rename = "disableNotifications",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub disable_notifications: ::std::option::Option<bool>,
    /// Language as a .NET culture name.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub locale: ::std::option::Option<::std::string::String>,
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
    /// Ids of the customer. An array since 2019 and an object in samples before.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub ids: ::std::option::Option<::serde_json::Value>,
    /// Whether the customer was matched to an account.
    #[serde(
        rename = "isMatchingComplete",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub is_matching_complete: ::std::option::Option<bool>,
    /// Name of the customer's organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// Number of employees as a range such as `51to250employees`.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub size: ::std::option::Option<::std::string::String>,
    /// The customer's contacts.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team: ::std::option::Option<::std::vec::Vec<Member>>,
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
#[schemars(rename = "ErrorResponse")]
pub struct ErrorResponse {
    pub error: ServiceError,
}
/// A more specific error inside an error.
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
#[schemars(rename = "InnerError")]
pub struct InnerError {
    /// Code of the error.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub code: ::std::option::Option<::std::string::String>,
    /// A more specific error.
    #[serde(rename = "innerError", default)]
    pub inner_error: ::std::boxed::Box<::std::option::Option<InnerError>>,
    /// Code of the error in the page's own sample.
    #[serde(
        rename = "innerErrorCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub inner_error_code: ::std::option::Option<::std::string::String>,
    /// What went wrong.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub message: ::std::option::Option<::std::string::String>,
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
    /// What kind of help is asked for.
    #[serde(
        rename = "assistanceRequestCode",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub assistance_request_code: ::std::option::Option<
        ::referrals_model::engagements::AssistanceRequestCode,
    >,
    /// The organization that sent the referral.
    #[serde(
        rename = "invitedBy",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invited_by: ::std::option::Option<InvitedBy>,
    /// PartnerID of the invited organization.
    #[serde(
        rename = "invitedMpnId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invited_mpn_id: ::std::option::Option<::std::string::String>,
    /// Notes to the invited organization.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub notes: ::std::option::Option<::std::string::String>,
}
/// The organization that sent a referral.
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
#[schemars(rename = "InvitedBy")]
pub struct InvitedBy {
    /// Its id, `msft` for Microsoft.
    #[serde(
        rename = "organizationId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_id: ::std::option::Option<::std::string::String>,
    /// Its name.
    #[serde(
        rename = "organizationName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub organization_name: ::std::option::Option<::std::string::String>,
}
/// About devices of a deal.
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
#[schemars(rename = "IotRequirements")]
pub struct IotRequirements {
    /// Whether services are attached.
    #[serde(
        rename = "attachServices",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub attach_services: ::std::option::Option<bool>,
    /// Whether the device is certified for Azure.
    #[serde(
        rename = "azureCertifiedDevice",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub azure_certified_device: ::std::option::Option<bool>,
    /// Number of the licence agreement.
    #[serde(
        rename = "customerLicenseAgreementNumber",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_license_agreement_number: ::std::option::Option<::std::string::String>,
    /// Category of the device.
    #[serde(
        rename = "deviceCategory",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub device_category: ::std::option::Option<::std::string::String>,
    /// Type of silicon.
    #[serde(
        rename = "siliconType",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub silicon_type: ::std::option::Option<::std::string::String>,
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
/// Whether a solution was sold in the marketplace.
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
#[schemars(rename = "MarketplaceTransactionDetails")]
pub struct MarketplaceTransactionDetails {
    /// Whether it was.
    #[serde(
        rename = "isMarketplaceTransacted",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub is_marketplace_transacted: ::std::option::Option<bool>,
    /// When (UTC).
    #[serde(
        rename = "marketplaceTransactionDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub marketplace_transaction_date_time: ::std::option::Option<
        ::referrals_model::DateTime,
    >,
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
    /// How the person wants to be contacted.
    #[serde(
        rename = "contactPreference",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub contact_preference: ::std::option::Option<ContactPreference>,
    /// E-mail address.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub email: ::std::option::Option<::std::string::String>,
    /// Whether the e-mail address was found valid.
    #[serde(
        rename = "emailValidationStatus",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub email_validation_status: ::std::option::Option<::std::string::String>,
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
    /// Whether the phone number was found valid.
    #[serde(
        rename = "phoneValidationStatus",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub phone_validation_status: ::std::option::Option<::std::string::String>,
    /// Title.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub title: ::std::option::Option<::std::string::String>,
}
/// A referral to be created. What the service sets itself is left out.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "NewReferral")]
pub struct NewReferral {
    /// Id of a marketing campaign.
    #[serde(
        rename = "campaignId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub campaign_id: ::std::option::Option<::std::string::String>,
    pub consent: Consent,
    #[serde(rename = "customerProfile")]
    pub customer_profile: CustomerProfile,
    pub details: ReferralDetails,
    /// Id of the engagement to join. The page has it in its prose only.
    #[serde(
        rename = "engagementId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub engagement_id: ::std::option::Option<::std::string::String>,
    /// The caller's own id of the deal.
    #[serde(
        rename = "externalReferenceId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub external_reference_id: ::std::option::Option<::std::string::String>,
    #[serde(
        rename = "inviteContext",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invite_context: ::std::option::Option<InviteContext>,
    /// PartnerID of the location.
    #[serde(rename = "mpnId", skip_serializing_if = "::std::option::Option::is_none")]
    pub mpn_id: ::std::option::Option<::std::string::String>,
    /// Name of the deal.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub qualification: ::std::option::Option<
        ::referrals_model::engagements::ReferralQualification,
    >,
    /// How far the deal is, as a percentage in a string.
    #[serde(
        rename = "salesStage",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub sales_stage: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::referrals_model::engagements::ReferralStatus>,
    /// Why the referral stands there.
    #[serde(
        rename = "statusReason",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub status_reason: ::std::option::Option<::std::string::String>,
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub substatus: ::std::option::Option<
        ::referrals_model::engagements::ReferralSubstatus,
    >,
    /// Who or what the referral is meant for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub target: ::std::option::Option<::std::vec::Vec<Target>>,
    /// People of the own organization who work on the referral.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team: ::std::option::Option<::std::vec::Vec<Member>>,
    #[serde(rename = "type")]
    pub type_: ::referrals_model::engagements::ReferralType,
}
/// One operation of a JSON Patch (RFC 6902).
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "PatchOperation")]
pub struct PatchOperation {
    pub op: PatchOperator,
    /// The member to change, as a JSON Pointer such as `/details/dealValue`.
    pub path: ::std::string::String,
    /// The new value.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<::serde_json::Value>,
}
/// What an operation does. No other is documented.
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
pub enum PatchOperator {
    #[serde(rename = "add")]
    Add,
    #[serde(rename = "replace")]
    Replace,
}
impl ::std::fmt::Display for PatchOperator {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        match *self {
            Self::Add => f.write_str("add"),
            Self::Replace => f.write_str("replace"),
        }
    }
}
impl ::std::str::FromStr for PatchOperator {
    type Err = self::error::ConversionError;
    fn from_str(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        match value {
            "add" => Ok(Self::Add),
            "replace" => Ok(Self::Replace),
            _ => Err("invalid value".into()),
        }
    }
}
impl ::std::convert::TryFrom<&str> for PatchOperator {
    type Error = self::error::ConversionError;
    fn try_from(
        value: &str,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
impl ::std::convert::TryFrom<::std::string::String> for PatchOperator {
    type Error = self::error::ConversionError;
    fn try_from(
        value: ::std::string::String,
    ) -> ::std::result::Result<Self, self::error::ConversionError> {
        value.parse()
    }
}
/// A lead or an opportunity that one organization shares with another.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Default,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "Referral")]
pub struct Referral {
    /// When the partner accepted the referral (UTC).
    #[serde(
        rename = "acceptedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub accepted_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// Id of a business profile. Gone since 2019.
    #[serde(
        rename = "businessProfileId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub business_profile_id: ::std::option::Option<::std::string::String>,
    /// What the customer did in the marketplace.
    #[serde(
        rename = "callToAction",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub call_to_action: ::std::option::Option<::std::string::String>,
    /// Id of a marketing campaign.
    #[serde(
        rename = "campaignId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub campaign_id: ::std::option::Option<::std::string::String>,
    /// When the referral was closed (UTC).
    #[serde(
        rename = "closedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub closed_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// What the customer and the partner agreed to.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub consent: ::std::option::Option<Consent>,
    /// When the referral was created (UTC).
    #[serde(
        rename = "createdDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// The tool that created the referral.
    #[serde(
        rename = "createdVia",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub created_via: ::std::option::Option<::std::string::String>,
    /// Whether the customer means to buy in the marketplace.
    #[serde(
        rename = "customerMarketplaceIntent",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_marketplace_intent: ::std::option::Option<
        ::referrals_model::engagements::CustomerMarketplaceIntent,
    >,
    /// The customer.
    #[serde(
        rename = "customerProfile",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_profile: ::std::option::Option<CustomerProfile>,
    /// How sensitive the deal is.
    #[serde(
        rename = "dealSensitivity",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deal_sensitivity: ::std::option::Option<::std::string::String>,
    /// What the deal is about.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub details: ::std::option::Option<ReferralDetails>,
    /// Whether the referral was received or sent.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub direction: ::std::option::Option<
        ::referrals_model::engagements::ReferralDirection,
    >,
    /// Version of the referral, quotes included. Send it back as it is.
    #[serde(rename = "eTag", skip_serializing_if = "::std::option::Option::is_none")]
    pub e_tag: ::std::option::Option<::std::string::String>,
    /// Id of the engagement. Referrals that belong together share it.
    #[serde(
        rename = "engagementId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub engagement_id: ::std::option::Option<::std::string::String>,
    /// When the referral expires (UTC). Always null since 2019.
    #[serde(
        rename = "expirationDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub expiration_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// The caller's own id of the deal.
    #[serde(
        rename = "externalReferenceId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub external_reference_id: ::std::option::Option<::std::string::String>,
    /// Marked by the user.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub favorite: ::std::option::Option<bool>,
    /// Id of the referral.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// The invitation that led to the referral.
    #[serde(
        rename = "inviteContext",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub invite_context: ::std::option::Option<InviteContext>,
    /// Whether the lead was found to be spam.
    #[serde(rename = "isSpam", skip_serializing_if = "::std::option::Option::is_none")]
    pub is_spam: ::std::option::Option<bool>,
    /// The tool that changed the referral last.
    #[serde(
        rename = "lastModifiedVia",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub last_modified_via: ::std::option::Option<::std::string::String>,
    /// The connector run that changed the referral last. Seen as text and as an object.
    #[serde(
        rename = "lastRunId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub last_run_id: ::std::option::Option<::serde_json::Value>,
    /// Links to the referral and to those of the same engagement.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub links: ::std::option::Option<ReferralLinks>,
    /// PartnerID of the location.
    #[serde(rename = "mpnId", skip_serializing_if = "::std::option::Option::is_none")]
    pub mpn_id: ::std::option::Option<::std::string::String>,
    /// Name of the deal.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// Where OData would have its metadata.
    #[serde(
        rename = "@odata.context",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub odata_context: ::std::option::Option<::std::string::String>,
    /// Id of the organization that owns the referral, `msft` for Microsoft.
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
    /// Who qualified the lead.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub qualification: ::std::option::Option<
        ::referrals_model::engagements::ReferralQualification,
    >,
    /// Quality of the lead.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub quality: ::std::option::Option<::std::string::String>,
    /// Partner program.
    #[serde(
        rename = "referralProgram",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub referral_program: ::std::option::Option<::std::string::String>,
    /// Where a marketplace lead comes from.
    #[serde(
        rename = "referralSource",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub referral_source: ::std::option::Option<::std::string::String>,
    /// Where the deal registration stands.
    #[serde(
        rename = "registrationStatus",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub registration_status: ::std::option::Option<::std::string::String>,
    /// Deal registrations.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub registrations: ::std::option::Option<::std::vec::Vec<Registration>>,
    /// How far the deal is, as a percentage in a string.
    #[serde(
        rename = "salesStage",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub sales_stage: ::std::option::Option<::std::string::String>,
    /// Where the referral stands.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<::referrals_model::engagements::ReferralStatus>,
    /// Why the referral stands there, such as why it was lost.
    #[serde(
        rename = "statusReason",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub status_reason: ::std::option::Option<::std::string::String>,
    /// Where the referral stands within its status.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub substatus: ::std::option::Option<
        ::referrals_model::engagements::ReferralSubstatus,
    >,
    /// Tags.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub tags: ::std::option::Option<::std::vec::Vec<::std::string::String>>,
    /// Who or what the referral is meant for.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub target: ::std::option::Option<::std::vec::Vec<Target>>,
    /// People of the own organization who work on the referral.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub team: ::std::option::Option<::std::vec::Vec<Member>>,
    /// Ids under which other systems know the deal.
    #[serde(
        rename = "trackingInfo",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub tracking_info: ::std::option::Option<TrackingInfo>,
    /// Whether the referral is shared. The tables of 2019 call it ReferralType.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::referrals_model::engagements::ReferralType>,
    /// When the referral was last changed (UTC).
    #[serde(
        rename = "updatedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub updated_date_time: ::std::option::Option<::referrals_model::DateTime>,
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
        rename = "closingDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub closing_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// Currency of the value (ISO 4217).
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub currency: ::std::option::Option<::std::string::String>,
    /// What the customer did.
    #[serde(
        rename = "customerAction",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_action: ::std::option::Option<::std::string::String>,
    /// Whether the customer asked to be contacted.
    #[serde(
        rename = "customerRequestedContact",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub customer_requested_contact: ::std::option::Option<bool>,
    /// Estimated value of the deal.
    #[serde(
        rename = "dealValue",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub deal_value: ::std::option::Option<::referrals_model::Decimal>,
    /// Level of an incentive.
    #[serde(
        rename = "incentiveLevel",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub incentive_level: ::std::option::Option<::std::string::String>,
    /// Notes on the deal.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub notes: ::std::option::Option<::std::string::String>,
    /// What the customer needs.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub requirements: ::std::option::Option<ReferralRequirements>,
}
/// Links of a referral. They are misspelt at times; build URLs from ids.
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
#[schemars(rename = "ReferralLinks")]
pub struct ReferralLinks {
    /// The referrals of the same engagement.
    #[serde(
        rename = "relatedReferrals",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub related_referrals: ::std::option::Option<Link>,
    /// The referral itself.
    #[serde(rename = "self", skip_serializing_if = "::std::option::Option::is_none")]
    pub self_: ::std::option::Option<Link>,
}
/// A page of referrals.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "ReferralPage")]
pub struct ReferralPage {
    /// Where OData would have its metadata.
    #[serde(
        rename = "@odata.context",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub odata_context: ::std::option::Option<::std::string::String>,
    /// A number of referrals; whether of all or of this page is not said.
    #[serde(
        rename = "@odata.count",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub odata_count: ::std::option::Option<i64>,
    /// Where the next page is. Absent on the last.
    #[serde(
        rename = "@odata.nextLink",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub odata_next_link: ::std::option::Option<::std::string::String>,
    /// The referrals.
    pub value: ::std::vec::Vec<::referrals_model::Raw<Referral>>,
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
    /// More about the deal.
    #[serde(
        rename = "additionalRequirements",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub additional_requirements: ::std::option::Option<AdditionalRequirements>,
    /// Industries of the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub industries: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Offers of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub offers: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    /// Products of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub products: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Sales plays.
    #[serde(
        rename = "salesPlays",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub sales_plays: ::std::option::Option<::std::vec::Vec<::serde_json::Value>>,
    /// Services of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub services: ::std::option::Option<::std::vec::Vec<Tag>>,
    /// Solutions of interest.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub solutions: ::std::option::Option<::std::vec::Vec<SolutionTag>>,
}
/// A deal registration.
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
#[schemars(rename = "Registration")]
pub struct Registration {
    /// The contract with the customer.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub contract: ::std::option::Option<RegistrationContract>,
    /// Id of the registration.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// When the deal was registered (UTC).
    #[serde(
        rename = "registrationDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub registration_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// The solutions that were sold.
    #[serde(
        rename = "solutionDetails",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub solution_details: ::std::option::Option<::std::vec::Vec<RegistrationSolution>>,
    /// Where the registration stands.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub status: ::std::option::Option<
        ::referrals_model::engagements::RegistrationStatus,
    >,
    /// When the registration changed.
    #[serde(
        rename = "statusHistory",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub status_history: ::std::option::Option<RegistrationHistory>,
    /// Why it stands there.
    #[serde(
        rename = "statusReason",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub status_reason: ::std::option::Option<::std::string::String>,
    /// Kind of registration, `AzureIPCoSell`.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
}
/// The contract of a deal registration.
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
#[schemars(rename = "RegistrationContract")]
pub struct RegistrationContract {
    /// Currency of the value (ISO 4217).
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub currency: ::std::option::Option<::std::string::String>,
    /// When it ends (UTC). Not needed when perpetual.
    #[serde(
        rename = "endDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub end_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When it was signed (UTC).
    #[serde(
        rename = "signDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub sign_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When it starts (UTC).
    #[serde(
        rename = "startDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub start_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// Perpetual or Finite.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub term: ::std::option::Option<::std::string::String>,
    /// Value of the contract.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<::referrals_model::Decimal>,
}
/// When a deal registration changed.
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
#[schemars(rename = "RegistrationHistory")]
pub struct RegistrationHistory {
    /// When the partner was asked to act (UTC).
    #[serde(
        rename = "actionRequiredDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub action_required_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When it was approved (UTC).
    #[serde(
        rename = "approvedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub approved_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When it failed (UTC).
    #[serde(
        rename = "failedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub failed_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When it passed (UTC).
    #[serde(
        rename = "passedDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub passed_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// When the review began (UTC).
    #[serde(
        rename = "reviewPendingDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub review_pending_date_time: ::std::option::Option<::referrals_model::DateTime>,
}
/// A solution that was sold.
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
#[schemars(rename = "RegistrationSolution")]
pub struct RegistrationSolution {
    /// Currency of the value (ISO 4217).
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub currency: ::std::option::Option<::std::string::String>,
    /// Id of the solution.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// Whether it runs on Azure.
    #[serde(
        rename = "isDeployedOnAzure",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub is_deployed_on_azure: ::std::option::Option<bool>,
    /// Whether it was sold in the marketplace.
    #[serde(
        rename = "marketplaceTransactionDetails",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub marketplace_transaction_details: ::std::option::Option<
        MarketplaceTransactionDetails,
    >,
    /// Name of the solution.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// PayAsYouGo or Other.
    #[serde(
        rename = "pricingModel",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub pricing_model: ::std::option::Option<::std::string::String>,
    /// Customer or Partner.
    #[serde(
        rename = "primaryDeploymentOn",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub primary_deployment_on: ::std::option::Option<::std::string::String>,
    /// Value of the solution.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub value: ::std::option::Option<::referrals_model::Decimal>,
}
/// An attribute of a deal, such as the customer's marketplace intent.
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
#[schemars(rename = "RequirementAttribute")]
pub struct RequirementAttribute {
    /// The value.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// Kind of attribute, such as `CustomerMarketplaceIntent`.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::std::string::String>,
}
/// An error.
#[derive(
    ::schemars::JsonSchema,
    ::serde::Deserialize,
    ::serde::Serialize,
    Clone,
    Debug,
    PartialEq
)]
#[serde(remote = "Self")]
#[schemars(rename = "ServiceError")]
pub struct ServiceError {
    /// Code of the error. The set is open.
    pub code: ::std::string::String,
    /// More about the error. Seen as null.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub details: ::std::option::Option<::serde_json::Value>,
    /// A more specific error.
    #[serde(
        rename = "innerError",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub inner_error: ::std::option::Option<InnerError>,
    /// What went wrong. For developers; at most 1024 characters.
    pub message: ::std::string::String,
    /// What the error is about.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub target: ::std::option::Option<::std::string::String>,
}
/// A solution of interest.
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
#[schemars(rename = "SolutionTag")]
pub struct SolutionTag {
    /// Estimated date of closing (UTC).
    #[serde(
        rename = "closingDateTime",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub closing_date_time: ::std::option::Option<::referrals_model::DateTime>,
    /// Currency of the price (ISO 4217).
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub currency: ::std::option::Option<::std::string::String>,
    /// Id of the solution, such as `SOL-...`, or a name of the taxonomy.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// Name of the solution.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub name: ::std::option::Option<::std::string::String>,
    /// Price.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub price: ::std::option::Option<::referrals_model::Decimal>,
    /// Publisher of the solution.
    #[serde(
        rename = "publisherName",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub publisher_name: ::std::option::Option<::std::string::String>,
    /// Quantity.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub quantity: ::std::option::Option<::referrals_model::Decimal>,
    /// Kind of solution, such as `3P`.
    #[serde(
        rename = "solutionType",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub solution_type: ::std::option::Option<::std::string::String>,
    /// What the id stands for.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::referrals_model::engagements::SolutionType>,
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
/// Who or what a referral is meant for.
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
#[schemars(rename = "Target")]
pub struct Target {
    /// The id, `msft` for Microsoft.
    #[serde(skip_serializing_if = "::std::option::Option::is_none")]
    pub id: ::std::option::Option<::std::string::String>,
    /// What the id stands for.
    #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
    pub type_: ::std::option::Option<::referrals_model::engagements::TargetType>,
}
/// Ids under which other systems know a deal.
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
#[schemars(rename = "TrackingInfo")]
pub struct TrackingInfo {
    /// Id in Microsoft's sales system.
    #[serde(
        rename = "microsoftMsxId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub microsoft_msx_id: ::std::option::Option<::std::string::String>,
    /// Id of a lead of the US federal team.
    #[serde(
        rename = "microsoftUSFedLeadId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub microsoft_us_fed_lead_id: ::std::option::Option<::std::string::String>,
    /// Id of an opportunity of the US federal team.
    #[serde(
        rename = "microsoftUSFedOpportunityId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub microsoft_us_fed_opportunity_id: ::std::option::Option<::std::string::String>,
    /// Id in the former sales system.
    #[serde(
        rename = "migratedPSCDealId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub migrated_psc_deal_id: ::std::option::Option<::std::string::String>,
    /// The partner's id in the former sales system.
    #[serde(
        rename = "migratedPSCPartnerDealId",
        skip_serializing_if = "::std::option::Option::is_none"
    )]
    pub migrated_psc_partner_deal_id: ::std::option::Option<::std::string::String>,
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
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::AdditionalRequirements {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "attributes",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::RequirementAttribute as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "iot",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::IotRequirements as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Address {
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
                name: "region",
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
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Consent {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "consentToContact",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "consentToMicrosoftToContactSpecificPartners",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "consentToShareReferralWithMicrosoftSellers",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "consentToToShareInfoWithOthers",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::ContactPreference {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "disableNotifications",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "locale",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::CustomerProfile {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "address",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::Address as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "ids",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "isMatchingComplete",
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
                        <::referrals_model::engagements::Member as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::ErrorResponse {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "error",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ServiceError as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::InnerError {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "code",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "innerError",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::InnerError as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "innerErrorCode",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "message",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::InviteContext {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "assistanceRequestCode",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::AssistanceRequestCode::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "invitedBy",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::InvitedBy as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "invitedMpnId",
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
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::InvitedBy {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "organizationId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "organizationName",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::IotRequirements {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "attachServices",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "azureCertifiedDevice",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "customerLicenseAgreementNumber",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "deviceCategory",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "siliconType",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Link {
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
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::MarketplaceTransactionDetails {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "isMarketplaceTransacted",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "marketplaceTransactionDateTime",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Member {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "contactPreference",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ContactPreference as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "email",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "emailValidationStatus",
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
            ::referrals_model::Member {
                name: "phoneValidationStatus",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "title",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::NewReferral {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "campaignId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "consent",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::Consent as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "customerProfile",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::CustomerProfile as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "details",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ReferralDetails as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "engagementId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "externalReferenceId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "inviteContext",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::InviteContext as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "mpnId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "name",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "qualification",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralQualification::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "salesStage",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "status",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralStatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "statusReason",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "substatus",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralSubstatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "target",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Target as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "team",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Member as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralType::is_known_value,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::PatchOperation {
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
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Referral {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "@odata.context",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "acceptedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "businessProfileId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "callToAction",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "campaignId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "closedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "consent",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::Consent as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "createdDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "createdVia",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "customerMarketplaceIntent",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::CustomerMarketplaceIntent::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "customerProfile",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::CustomerProfile as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "dealSensitivity",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "details",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ReferralDetails as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "direction",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralDirection::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "eTag",
                shape: ::referrals_model::Shape::Any,
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
                name: "externalReferenceId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "favorite",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "inviteContext",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::InviteContext as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "isSpam",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "lastModifiedVia",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "lastRunId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "links",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ReferralLinks as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "mpnId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "name",
                shape: ::referrals_model::Shape::Any,
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
                name: "qualification",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralQualification::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "quality",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "referralProgram",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "referralSource",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "registrationStatus",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "registrations",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Registration as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "salesStage",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "status",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralStatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "statusReason",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "substatus",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralSubstatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "tags",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "target",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Target as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "team",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Member as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "trackingInfo",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::TrackingInfo as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::ReferralType::is_known_value,
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
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::ReferralDetails {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "closingDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "currency",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "customerAction",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "customerRequestedContact",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "dealValue",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "incentiveLevel",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "notes",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "requirements",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::ReferralRequirements as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::ReferralLinks {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "relatedReferrals",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::Link as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "self",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::Link as ::referrals_model::KnownMembers>::known_members,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::ReferralPage {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "@odata.context",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "@odata.count",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "@odata.nextLink",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "value",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Referral as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::ReferralRequirements {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "additionalRequirements",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::AdditionalRequirements as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "industries",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "offers",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "products",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "salesPlays",
                shape: ::referrals_model::Shape::Array(&::referrals_model::Shape::Any),
            },
            ::referrals_model::Member {
                name: "services",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::Tag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "solutions",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::SolutionTag as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Registration {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "contract",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::RegistrationContract as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "registrationDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "solutionDetails",
                shape: ::referrals_model::Shape::Array(
                    &::referrals_model::Shape::Object(
                        <::referrals_model::engagements::RegistrationSolution as ::referrals_model::KnownMembers>::known_members,
                    ),
                ),
            },
            ::referrals_model::Member {
                name: "status",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::RegistrationStatus::is_known_value,
                ),
            },
            ::referrals_model::Member {
                name: "statusHistory",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::RegistrationHistory as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "statusReason",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::RegistrationContract {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "currency",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "endDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "signDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "startDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "term",
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
for ::referrals_model::engagements::RegistrationHistory {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "actionRequiredDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "approvedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "failedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "passedDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "reviewPendingDateTime",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers
for ::referrals_model::engagements::RegistrationSolution {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "currency",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "isDeployedOnAzure",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "marketplaceTransactionDetails",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::MarketplaceTransactionDetails as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "name",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "pricingModel",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "primaryDeploymentOn",
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
for ::referrals_model::engagements::RequirementAttribute {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::ServiceError {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "code",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "details",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "innerError",
                shape: ::referrals_model::Shape::Object(
                    <::referrals_model::engagements::InnerError as ::referrals_model::KnownMembers>::known_members,
                ),
            },
            ::referrals_model::Member {
                name: "message",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "target",
                shape: ::referrals_model::Shape::Any,
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::SolutionTag {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "closingDateTime",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "currency",
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
                name: "price",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "publisherName",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "quantity",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "solutionType",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::SolutionType::is_known_value,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Tag {
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
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::Target {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "id",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "type",
                shape: ::referrals_model::Shape::OpenEnum(
                    ::referrals_model::engagements::TargetType::is_known_value,
                ),
            },
        ];
        MEMBERS
    }
}
impl ::referrals_model::KnownMembers for ::referrals_model::engagements::TrackingInfo {
    fn known_members() -> &'static [::referrals_model::Member] {
        static MEMBERS: &[::referrals_model::Member] = &[
            ::referrals_model::Member {
                name: "microsoftMsxId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "microsoftUSFedLeadId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "microsoftUSFedOpportunityId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "migratedPSCDealId",
                shape: ::referrals_model::Shape::Any,
            },
            ::referrals_model::Member {
                name: "migratedPSCPartnerDealId",
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
            .field("region", &self.region)
            .field("state", &self.state)
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for CustomerProfile {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("CustomerProfile")
            .field("address", &self.address)
            .field("ids", &self.ids)
            .field("is_matching_complete", &self.is_matching_complete)
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
            .field("assistance_request_code", &self.assistance_request_code)
            .field("invited_by", &self.invited_by)
            .field("invited_mpn_id", &self.invited_mpn_id)
            .field("notes", &self.notes.as_ref().map(|_| ::referrals_model::Redacted))
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for Member {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Member")
            .field("contact_preference", &self.contact_preference)
            .field("email", &self.email.as_ref().map(|_| ::referrals_model::Redacted))
            .field("email_validation_status", &self.email_validation_status)
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
            .field("phone_validation_status", &self.phone_validation_status)
            .field("title", &self.title.as_ref().map(|_| ::referrals_model::Redacted))
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for NewReferral {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("NewReferral")
            .field("campaign_id", &self.campaign_id)
            .field("consent", &self.consent)
            .field("customer_profile", &self.customer_profile)
            .field("details", &self.details)
            .field("engagement_id", &self.engagement_id)
            .field("external_reference_id", &self.external_reference_id)
            .field("invite_context", &self.invite_context)
            .field("mpn_id", &self.mpn_id)
            .field("name", &self.name.as_ref().map(|_| ::referrals_model::Redacted))
            .field("qualification", &self.qualification)
            .field("sales_stage", &self.sales_stage)
            .field("status", &self.status)
            .field(
                "status_reason",
                &self.status_reason.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field("substatus", &self.substatus)
            .field("target", &self.target)
            .field("team", &self.team)
            .field("type_", &self.type_)
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for PatchOperation {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("PatchOperation")
            .field("op", &self.op)
            .field("path", &self.path)
            .field("value", &self.value.as_ref().map(|_| ::referrals_model::Redacted))
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for Referral {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Referral")
            .field("accepted_date_time", &self.accepted_date_time)
            .field("business_profile_id", &self.business_profile_id)
            .field("call_to_action", &self.call_to_action)
            .field("campaign_id", &self.campaign_id)
            .field("closed_date_time", &self.closed_date_time)
            .field("consent", &self.consent)
            .field("created_date_time", &self.created_date_time)
            .field("created_via", &self.created_via)
            .field("customer_marketplace_intent", &self.customer_marketplace_intent)
            .field("customer_profile", &self.customer_profile)
            .field("deal_sensitivity", &self.deal_sensitivity)
            .field("details", &self.details)
            .field("direction", &self.direction)
            .field("e_tag", &self.e_tag)
            .field("engagement_id", &self.engagement_id)
            .field("expiration_date_time", &self.expiration_date_time)
            .field("external_reference_id", &self.external_reference_id)
            .field("favorite", &self.favorite)
            .field("id", &self.id)
            .field("invite_context", &self.invite_context)
            .field("is_spam", &self.is_spam)
            .field("last_modified_via", &self.last_modified_via)
            .field("last_run_id", &self.last_run_id)
            .field("links", &self.links)
            .field("mpn_id", &self.mpn_id)
            .field("name", &self.name.as_ref().map(|_| ::referrals_model::Redacted))
            .field("odata_context", &self.odata_context)
            .field("organization_id", &self.organization_id)
            .field("organization_name", &self.organization_name)
            .field("qualification", &self.qualification)
            .field("quality", &self.quality)
            .field("referral_program", &self.referral_program)
            .field("referral_source", &self.referral_source)
            .field("registration_status", &self.registration_status)
            .field("registrations", &self.registrations)
            .field("sales_stage", &self.sales_stage)
            .field("status", &self.status)
            .field(
                "status_reason",
                &self.status_reason.as_ref().map(|_| ::referrals_model::Redacted),
            )
            .field("substatus", &self.substatus)
            .field("tags", &self.tags)
            .field("target", &self.target)
            .field("team", &self.team)
            .field("tracking_info", &self.tracking_info)
            .field("type_", &self.type_)
            .field("updated_date_time", &self.updated_date_time)
            .finish()
    }
}
/// Personal data is left out.
impl ::std::fmt::Debug for ReferralDetails {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("ReferralDetails")
            .field("closing_date_time", &self.closing_date_time)
            .field("currency", &self.currency)
            .field("customer_action", &self.customer_action)
            .field("customer_requested_contact", &self.customer_requested_contact)
            .field("deal_value", &self.deal_value)
            .field("incentive_level", &self.incentive_level)
            .field("notes", &self.notes.as_ref().map(|_| ::referrals_model::Redacted))
            .field("requirements", &self.requirements)
            .finish()
    }
}
::referrals_model::object! {
    AdditionalRequirements, Address, Consent, ContactPreference, CustomerProfile,
    ErrorResponse, InnerError, InviteContext, InvitedBy, IotRequirements, Link,
    MarketplaceTransactionDetails, Member, NewReferral, PatchOperation, Referral,
    ReferralDetails, ReferralLinks, ReferralPage, ReferralRequirements, Registration,
    RegistrationContract, RegistrationHistory, RegistrationSolution,
    RequirementAttribute, ServiceError, SolutionTag, Tag, Target, TrackingInfo
}
