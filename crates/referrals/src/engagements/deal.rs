//! Deals: private, partner-led and co-sell.

use std::fmt;

use referrals_model::engagements::{
    AdditionalRequirements, AssistanceRequestCode, Consent, CustomerMarketplaceIntent,
    CustomerProfile, InviteContext, Member, NewReferral, ReferralDetails, ReferralQualification,
    ReferralRequirements, ReferralStatus, ReferralType, RequirementAttribute, SolutionTag,
    SolutionType, Target, TargetType,
};
use referrals_model::{DateTime, Decimal, Raw};

use super::validation::{self, Severity};
use super::{Edit, Engagements, Updated, Versioned};
use crate::{Error, ErrorKind};

/// The type of the attribute that says where the customer buys.
const MARKETPLACE_INTENT: &str = "CustomerMarketplaceIntent";

/// A deal of one's own, with the members set that make it private, partner-led or
/// co-sell.
///
/// | deal | Microsoft's sellers | help of Microsoft |
/// |---|---|---|
/// | [`private`](Self::private) | do not see it | none |
/// | [`partner_led`](Self::partner_led) | see it | none |
/// | [`co_sell`](Self::co_sell) | see it | asked for: somebody has 14 days to accept |
///
/// What was shown to Microsoft cannot be taken back, so nothing but these three decides
/// it. A deal can be raised later: [`Engagements::raise_to_partner_led`] and
/// [`Engagements::raise_to_co_sell`].
///
/// ```
/// use referrals::engagements::{Address, CustomerProfile, Deal, Member};
///
/// let customer = CustomerProfile {
///     name: Some("Fabrikam Residences".to_owned()),
///     address: Some(Address {
///         address_line1: Some("1 Example Street".to_owned()),
///         city: Some("Seattle".to_owned()),
///         country: Some("US".to_owned()),
///         ..Address::default()
///     }),
///     ..CustomerProfile::default()
/// };
/// let ada = Member {
///     first_name: Some("Ada".to_owned()),
///     last_name: Some("Example".to_owned()),
///     phone_number: Some("+12065550100".to_owned()),
///     email: Some("ada@contoso.example.com".to_owned()),
///     ..Member::default()
/// };
/// let new = Deal::private("Move to the cloud", customer)
///     .customer_consents()
///     .value("25000.00".parse()?, "USD")
///     .closing_date_time("2027-03-31T00:00:00Z".parse()?)
///     .solution("SOL-00001-CON")
///     .team_member(ada)
///     .external_reference_id("CRM-4711")
///     .build()?;
/// assert!(new.json().contains(r#""consentToShareReferralWithMicrosoftSellers":false"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Documentation: "Create a referral" and "Manage co-sell opportunities", Partner Center.
#[derive(Debug, Clone)]
#[must_use = "a deal is nothing until it is built and created"]
pub struct Deal(NewReferral);

impl Deal {
    /// A deal that Microsoft does not see.
    pub fn private(name: impl Into<String>, customer: CustomerProfile) -> Self {
        Self::new(name.into(), customer, ReferralType::Independent, false)
    }

    /// A deal that Microsoft's sellers see and do nothing for.
    pub fn partner_led(name: impl Into<String>, customer: CustomerProfile) -> Self {
        Self::new(name.into(), customer, ReferralType::Shared, true)
    }

    /// A deal that Microsoft is asked to help with. It is created in two steps:
    /// [`Engagements::create_shared`].
    pub fn co_sell(
        name: impl Into<String>,
        customer: CustomerProfile,
        help: impl Into<AssistanceRequestCode>,
    ) -> Self {
        let mut deal = Self::new(name.into(), customer, ReferralType::Shared, true);
        deal.invite().assistance_request_code = Some(help.into());
        deal
    }

    fn new(name: String, customer: CustomerProfile, kind: ReferralType, shared: bool) -> Self {
        Self(NewReferral {
            campaign_id: None,
            consent: Consent {
                consent_to_contact: Some(false),
                consent_to_microsoft_to_contact_specific_partners: Some(false),
                consent_to_share_referral_with_microsoft_sellers: Some(shared),
                consent_to_to_share_info_with_others: Some(false),
            },
            customer_profile: customer,
            details: ReferralDetails {
                requirements: Some(ReferralRequirements {
                    additional_requirements: Some(AdditionalRequirements {
                        attributes: Some(vec![intent(CustomerMarketplaceIntent::HaveNotDecided)]),
                        ..AdditionalRequirements::default()
                    }),
                    ..ReferralRequirements::default()
                }),
                ..ReferralDetails::default()
            },
            engagement_id: None,
            external_reference_id: None,
            invite_context: None,
            mpn_id: None,
            name: Some(name),
            qualification: Some(ReferralQualification::SalesQualified),
            sales_stage: None,
            status: None,
            status_reason: None,
            substatus: None,
            target: Some(Vec::new()),
            team: None,
            type_: kind,
        })
    }

    /// Says that the customer consented to being contacted and to sharing the contact
    /// data, which has to be asked first: no deal is created without.
    pub fn customer_consents(mut self) -> Self {
        let consent = &mut self.0.consent;
        consent.consent_to_to_share_info_with_others = Some(true);
        consent.consent_to_contact = Some(true);
        self
    }

    /// The estimated value and its currency, by three letters.
    pub fn value(mut self, value: Decimal, currency: impl Into<String>) -> Self {
        self.0.details.deal_value = Some(value);
        self.0.details.currency = Some(currency.into());
        self
    }

    /// When it is expected to close.
    pub fn closing_date_time(mut self, time: DateTime) -> Self {
        self.0.details.closing_date_time = Some(time);
        self
    }

    /// What there is to say about it.
    pub fn notes(mut self, notes: impl Into<String>) -> Self {
        self.0.details.notes = Some(notes.into());
        self
    }

    /// Adds a solution of the catalogue, by its id such as `SOL-00001-CON`.
    pub fn solution(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        // The first is what a shared deal is aimed at.
        let target = self.0.target.get_or_insert_default();
        if self.0.type_ == ReferralType::Shared && target.is_empty() {
            target.push(Target {
                id: Some(id.clone()),
                type_: Some(TargetType::SolutionProfile),
            });
        }
        let solutions = self.requirements().solutions.get_or_insert_default();
        solutions.push(SolutionTag {
            id: Some(id),
            type_: Some(SolutionType::Name),
            ..SolutionTag::default()
        });
        self
    }

    /// Adds somebody of the own team. A Referrals user sees no deal without them.
    pub fn team_member(mut self, member: Member) -> Self {
        self.0.team.get_or_insert_default().push(member);
        self
    }

    /// Adds somebody at the customer's. Needed where Microsoft is to help.
    pub fn customer_contact(mut self, contact: Member) -> Self {
        let team = &mut self.0.customer_profile.team;
        team.get_or_insert_default().push(contact);
        self
    }

    /// Whether the customer will buy in the marketplace; not decided when not called.
    pub fn marketplace_intent(mut self, answer: impl Into<CustomerMarketplaceIntent>) -> Self {
        let more = self
            .requirements()
            .additional_requirements
            .get_or_insert_default();
        let attributes = more.attributes.get_or_insert_default();
        attributes.retain(|attribute| attribute.type_.as_deref() != Some(MARKETPLACE_INTENT));
        attributes.push(intent(answer.into()));
        self
    }

    /// What the own system knows the deal by. It makes the deal findable:
    /// [`Engagements::find`].
    pub fn external_reference_id(mut self, id: impl Into<String>) -> Self {
        self.0.external_reference_id = Some(id.into());
        self
    }

    /// The marketing campaign it comes from.
    pub fn campaign_id(mut self, id: impl Into<String>) -> Self {
        self.0.campaign_id = Some(id.into());
        self
    }

    /// The PartnerID of the location it belongs to.
    pub fn mpn_id(mut self, id: impl Into<String>) -> Self {
        self.0.mpn_id = Some(id.into());
        self
    }

    /// How far it is: a percentage such as `40`.
    pub fn sales_stage(mut self, stage: impl Into<String>) -> Self {
        self.0.sales_stage = Some(stage.into());
        self
    }

    /// What Microsoft is to know. Fixed once the deal was shown to Microsoft.
    pub fn notes_to_microsoft(mut self, notes: impl Into<String>) -> Self {
        self.invite().notes = Some(notes.into());
        self
    }

    /// The new referral.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotAllowed`] with everything that the documentation demands and that
    /// is not there, or not as it has to be: see [`validation`](super::validation).
    pub fn build(self) -> Result<Raw<NewReferral>, Error> {
        let new = self.unchecked()?;
        let findings = validation::check_deal(&new);
        if !findings.is_refused() {
            return Ok(new);
        }
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("\n  {finding}"));
        let reason = format!(
            "the deal is not as the documentation demands:{}",
            errors.collect::<String>()
        );
        Err(Error::new(ErrorKind::NotAllowed, reason))
    }

    /// The new referral, whether or not it is as the documentation demands.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when it cannot be written as JSON.
    pub fn unchecked(self) -> Result<Raw<NewReferral>, Error> {
        let json = serde_json::value::to_raw_value(&self.0).map_err(|error| {
            Error::configuration(format!("the deal cannot be written as JSON: {error}"))
        })?;
        Ok(Raw::from(json))
    }

    fn requirements(&mut self) -> &mut ReferralRequirements {
        self.0.details.requirements.get_or_insert_default()
    }

    fn invite(&mut self) -> &mut InviteContext {
        self.0.invite_context.get_or_insert_default()
    }
}

fn intent(answer: CustomerMarketplaceIntent) -> RequirementAttribute {
    RequirementAttribute {
        id: Some(answer.as_str().to_owned()),
        type_: Some(MARKETPLACE_INTENT.to_owned()),
    }
}

impl Engagements {
    /// Shows a private deal to Microsoft's sellers. That cannot be taken back.
    pub fn raise_to_partner_led(&self, id: impl Into<String>) -> Raise {
        Raise::new(self.clone(), id.into(), None)
    }

    /// Asks Microsoft for help with a deal, and shows it to Microsoft's sellers for that.
    /// Neither can be taken back. What follows is
    /// [`share_with_microsoft`](Self::share_with_microsoft).
    pub fn raise_to_co_sell(
        &self,
        id: impl Into<String>,
        help: impl Into<AssistanceRequestCode>,
    ) -> Raise {
        Raise::new(self.clone(), id.into(), Some(help.into()))
    }
}

/// Raises a deal to one that Microsoft sees.
///
/// ```no_run
/// # async fn example(referrals: referrals::Referrals) -> Result<(), referrals::Error> {
/// use referrals::engagements::AssistanceRequestCode;
///
/// let id = "b10da48c-ea4c-4967-ab8e-0efcd8069414";
/// let engagements = referrals.engagements();
/// let raise = engagements.raise_to_co_sell(id, AssistanceRequestCode::QuotesOrLicensing);
/// raise.notes_to_microsoft("They need a quote by May.").send().await?;
/// engagements.share_with_microsoft(id).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Documentation: "Manage co-sell opportunities", Partner Center. The page on PATCH names
/// no path for it.
#[derive(Clone)]
#[must_use = "a deal is raised by `send`"]
pub struct Raise {
    engagements: Engagements,
    id: String,
    help: Option<AssistanceRequestCode>,
    notes: Option<String>,
}

impl fmt::Debug for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raise")
            .field("id", &self.id)
            .field("help", &self.help)
            .finish_non_exhaustive()
    }
}

impl Raise {
    fn new(engagements: Engagements, id: String, help: Option<AssistanceRequestCode>) -> Self {
        Self {
            engagements,
            id,
            help,
            notes: None,
        }
    }

    /// What Microsoft is to know.
    pub fn notes_to_microsoft(mut self, notes: impl Into<String>) -> Self {
        self.notes = Some(notes.into());
        self
    }

    /// Raises the deal, if it is not there yet.
    ///
    /// # Errors
    ///
    /// As [`Update::send`](super::Update::send); [`ErrorKind::NotAllowed`] when the deal
    /// is closed, has no consent of the customer, other help was asked for before, or what
    /// Microsoft was told would change.
    pub async fn send(self) -> Result<Updated, Error> {
        let (help, notes) = (self.help.clone(), self.notes.clone());
        let update = self.engagements.update(self.id, move |referral| {
            let consent = referral.consent.get_or_insert_default();
            consent.consent_to_share_referral_with_microsoft_sellers = Some(true);
            if help.is_some() || notes.is_some() {
                let invite = referral.invite_context.get_or_insert_default();
                if let Some(help) = &help {
                    invite.assistance_request_code = Some(help.clone());
                }
                if let Some(notes) = &notes {
                    invite.notes = Some(notes.clone());
                }
            }
        });
        let help = self.help;
        let update = update.check(move |before, edit| check(help.as_ref(), before, edit));
        update.send().await
    }
}

/// Refuses to raise what is not to be raised, as it is by then.
fn check(
    help: Option<&AssistanceRequestCode>,
    before: &Versioned,
    edit: &Edit,
) -> Result<(), Error> {
    let refuse = |reason: String| Err(Error::new(ErrorKind::NotAllowed, reason));
    let referral = before.typed()?;
    if referral.status == Some(ReferralStatus::Closed) {
        return refuse("the referral is Closed, and a closed one is not raised".to_owned());
    }
    let consent = referral.consent.as_ref();
    if consent.and_then(|consent| consent.consent_to_to_share_info_with_others) != Some(true) {
        return refuse(
            "the customer has not consented to sharing the contact data \
             (consentToToShareInfoWithOthers), so Microsoft may not see the referral"
                .to_owned(),
        );
    }
    let invite = referral.invite_context.as_ref();
    let asked = invite.and_then(|invite| invite.assistance_request_code.as_ref());
    if let (Some(help), Some(asked)) = (help, asked)
        && help != asked
        && *asked != AssistanceRequestCode::Unknown
    {
        return refuse(format!(
            "Microsoft was asked for {} before, which cannot be changed to {}",
            asked.as_str(),
            help.as_str()
        ));
    }
    let customer = referral.customer_profile.as_ref();
    let contacts = customer.and_then(|customer| customer.team.as_ref());
    if help.is_some() && contacts.is_none_or(Vec::is_empty) {
        return refuse(
            "the referral has nobody at the customer's (customerProfile.team), whom Microsoft \
             needs for helping"
                .to_owned(),
        );
    }
    let findings = validation::check_change(&before.referral, edit.referral());
    match findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        Some(finding) => refuse(finding.to_string()),
        None => Ok(()),
    }
}
