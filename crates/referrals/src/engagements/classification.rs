//! What kind of referral one is.
//!
//! Three properties decide together: type, qualification and the organization that
//! sent the invitation. Where a lead comes from (`referralSource`) and what the
//! customer did (`callToAction`) decide nothing by themselves.
//!
//! ```
//! use referrals::Raw;
//! use referrals::engagements::Referral;
//! use referrals::engagements::classification::{Kind, classify};
//!
//! let referral: Raw<Referral> = serde_json::from_str(
//!     r#"{"type":"Independent","qualification":"Direct","callToAction":"Contact me"}"#,
//! )?;
//! let classification = classify(referral.get()?, None);
//! assert_eq!(classification.kind, Kind::MarketplaceLead);
//! println!("{classification}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Documentation: "Referrals API introduction" and "Create a referral" (2024).

use std::fmt;

use referrals_model::engagements::{
    AssistanceRequestCode, Consent, InviteContext, Referral, ReferralDirection,
    ReferralQualification, ReferralType,
};
use serde::Serialize;

/// How Microsoft is written where an organization is named.
const MICROSOFT: &str = "msft";

/// What kind of referral one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Kind {
    /// A customer came through a marketplace or a profile.
    MarketplaceLead,
    /// Microsoft's sellers or marketing systems found the customer.
    QualifiedLead,
    /// A deal that is sold together.
    CoSellOpportunity,
    /// The table of the documentation has no row for it.
    Unclassified,
}

impl Kind {
    /// The kind in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MarketplaceLead => "marketplace lead",
            Self::QualifiedLead => "qualified lead",
            Self::CoSellOpportunity => "co-sell opportunity",
            Self::Unclassified => "unclassified",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A kind, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Classification {
    /// The kind.
    pub kind: Kind,
    /// Which properties decided.
    pub reason: String,
}

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.reason)
    }
}

/// Who sent the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inviter {
    Nobody,
    Microsoft,
    Own,
    Other,
}

/// Tells what kind of referral one is. The id of the own organization is only for the
/// words of the reason.
pub fn classify(referral: &Referral, own_organization: Option<&str>) -> Classification {
    use ReferralQualification as Q;
    use ReferralType as T;

    let inviter = inviter(referral, own_organization);
    let kind_and_why = match (&referral.type_, &referral.qualification, inviter) {
        (Some(T::Independent), Some(Q::Direct), Inviter::Microsoft | Inviter::Nobody) => {
            (Kind::MarketplaceLead, "")
        }
        (
            Some(T::Independent),
            Some(Q::SalesQualified | Q::MarketingQualified),
            Inviter::Microsoft,
        ) => (Kind::QualifiedLead, ""),
        (
            Some(T::Independent | T::Shared),
            Some(Q::SalesQualified | Q::None),
            Inviter::Own | Inviter::Other,
        ) => (Kind::CoSellOpportunity, ""),
        (Some(T::Shared), Some(Q::SalesQualified), Inviter::Microsoft) => (
            Kind::Unclassified,
            match referral.direction {
                Some(ReferralDirection::Outgoing) => {
                    ". The table has no row for a shared deal with Microsoft as who invited"
                }
                _ => {
                    ". A co-sell that a Microsoft seller sends looks like this, and the table has \
                     no row for it"
                }
            },
        ),
        (None, ..) | (_, None, _) => (
            Kind::Unclassified,
            ". Type and qualification are needed: read the whole referral, not selected members",
        ),
        (Some(T::Independent | T::Shared), Some(Q::SalesQualified | Q::None), Inviter::Nobody) => (
            Kind::Unclassified,
            ". A co-sell opportunity names the own organization or the inviting partner",
        ),
        _ => (Kind::Unclassified, ". The table has no row for these three"),
    };
    let (kind, why) = kind_and_why;
    let shown = |value: Option<&str>| value.unwrap_or("not there").to_owned();
    let invited_by = match inviter {
        Inviter::Nobody => "not there",
        Inviter::Microsoft => MICROSOFT,
        Inviter::Own => "the own organization's",
        Inviter::Other if own_organization.is_some() => "another partner's",
        Inviter::Other => "a partner's",
    };
    Classification {
        kind,
        reason: format!(
            "type is {}, qualification is {}, inviteContext.invitedBy.organizationId is {invited_by}{why}",
            shown(referral.type_.as_ref().map(ReferralType::as_str)),
            shown(
                referral
                    .qualification
                    .as_ref()
                    .map(ReferralQualification::as_str)
            ),
        ),
    }
}

fn inviter(referral: &Referral, own_organization: Option<&str>) -> Inviter {
    let invited_by = referral
        .invite_context
        .as_ref()
        .and_then(|context| context.invited_by.as_ref());
    let id = invited_by.and_then(|invited_by| invited_by.organization_id.as_deref());
    match id.map(str::trim) {
        None | Some("") => Inviter::Nobody,
        Some(id) if id.eq_ignore_ascii_case(MICROSOFT) => Inviter::Microsoft,
        Some(id) if own_organization.is_some_and(|own| own.eq_ignore_ascii_case(id)) => {
            Inviter::Own
        }
        Some(_) => Inviter::Other,
    }
}

/// What kind of deal of one's own one is: the service derives it from consent and from
/// whether Microsoft is asked for help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DealType {
    /// Microsoft's sellers do not see it.
    Private,
    /// Microsoft's sellers see it, and have nothing to do.
    PartnerLed,
    /// A Microsoft seller has 14 days to accept or decline.
    CoSell,
}

impl DealType {
    /// The kind of deal; none when consent does not say whether the deal is shared,
    /// or when help is asked for with a deal that is not.
    ///
    /// ```
    /// use referrals::engagements::Consent;
    /// use referrals::engagements::classification::DealType;
    ///
    /// let consent = Consent {
    ///     consent_to_share_referral_with_microsoft_sellers: Some(false),
    ///     ..Consent::default()
    /// };
    /// assert_eq!(DealType::of(Some(&consent), None), Some(DealType::Private));
    /// ```
    pub fn of(consent: Option<&Consent>, invite: Option<&InviteContext>) -> Option<Self> {
        let shared = consent?.consent_to_share_referral_with_microsoft_sellers?;
        let help = invite.and_then(|invite| invite.assistance_request_code.as_ref());
        let asked = help.is_some_and(|help| *help != AssistanceRequestCode::Unknown);
        match (shared, asked) {
            (false, false) => Some(Self::Private),
            (true, false) => Some(Self::PartnerLed),
            (true, true) => Some(Self::CoSell),
            (false, true) => None,
        }
    }

    /// The kind of deal in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PartnerLed => "partner-led",
            Self::CoSell => "co-sell",
        }
    }
}

impl fmt::Display for DealType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "11111111-aaaa-4bbb-8ccc-222222222222";
    const PARTNER: &str = "33333333-aaaa-4bbb-8ccc-444444444444";

    fn referral(kind: &str, qualification: &str, inviter: Option<&str>) -> Referral {
        let inviter = inviter.map_or("null".to_owned(), |id| {
            format!(r#"{{"organizationId":"{id}"}}"#)
        });
        let text = format!(
            r#"{{"type":"{kind}","qualification":"{qualification}","direction":"Incoming",
                "referralSource":"AppSource","callToAction":"Contact me",
                "inviteContext":{{"invitedBy":{inviter}}}}}"#
        );
        serde_json::from_str(&text).expect("a referral")
    }

    /// Every combination, so that nobody finds one that was not thought of.
    #[test]
    fn the_table_and_what_it_leaves_out() {
        let mut table = String::new();
        for kind in ["Independent", "Shared", "Joint"] {
            for qualification in [
                "Direct",
                "MarketingQualified",
                "SalesQualified",
                "None",
                "Ours",
            ] {
                for (name, inviter) in [
                    ("nobody", None),
                    ("msft", Some("MSFT")),
                    ("own", Some(OWN)),
                    ("partner", Some(PARTNER)),
                ] {
                    let referral = referral(kind, qualification, inviter);
                    let classification = classify(&referral, Some(&OWN.to_ascii_uppercase()));
                    let expected = match (kind, qualification, name) {
                        ("Independent", "Direct", "msft" | "nobody") => Kind::MarketplaceLead,
                        ("Independent", "SalesQualified" | "MarketingQualified", "msft") => {
                            Kind::QualifiedLead
                        }
                        (
                            "Independent" | "Shared",
                            "SalesQualified" | "None",
                            "own" | "partner",
                        ) => Kind::CoSellOpportunity,
                        _ => Kind::Unclassified,
                    };
                    assert_eq!(
                        classification.kind, expected,
                        "{kind} {qualification} {name}"
                    );
                    table.push_str(&format!("{classification}\n"));
                }
            }
        }
        let empty = classify(&Referral::default(), None);
        assert_eq!(empty.kind, Kind::Unclassified);
        table.push_str(&format!("{empty}\n"));
        // Without the own id a partner is a partner.
        let unknown = classify(&referral("Shared", "None", Some(OWN)), None);
        table.push_str(&format!("{unknown}\n"));
        insta::assert_snapshot!(table);
    }

    #[test]
    fn consent_and_help_make_a_deal() {
        let deal = |share: Option<bool>, help: Option<&str>| {
            let consent = Consent {
                consent_to_share_referral_with_microsoft_sellers: share,
                ..Consent::default()
            };
            let invite = InviteContext {
                assistance_request_code: help.map(Into::into),
                ..InviteContext::default()
            };
            DealType::of(Some(&consent), Some(&invite))
        };
        assert_eq!(deal(Some(false), None), Some(DealType::Private));
        assert_eq!(
            deal(Some(true), Some("Unknown")),
            Some(DealType::PartnerLed)
        );
        assert_eq!(
            deal(Some(true), Some("GeneralOrOther")),
            Some(DealType::CoSell)
        );
        assert_eq!(deal(Some(false), Some("GeneralOrOther")), None);
        assert_eq!(deal(None, None), None);
        assert_eq!(DealType::of(None, None), None);
    }
}
