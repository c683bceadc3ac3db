//! One referral in both views: as the live API has it, which is what the sandbox
//! keeps, and as v1 had it in 2018.

use crate::data::{Address, MICROSOFT, OWN_ORGANIZATION, Person, Referral, STATUSES, Tag};
use crate::json::Json;

/// Status and substatus for each status of v1, in the order of [`STATUSES`].
const PAIRS: [(&str, &str); 7] = [
    ("New", "Pending"),
    ("New", "Received"),
    ("Active", "Accepted"),
    ("Closed", "Declined"),
    ("Closed", "Expired"),
    ("Closed", "Won"),
    ("Closed", "Lost"),
];

/// Both names of each type, v1's first. "Shared" is the type of those who work on
/// one deal, as was "Collaborative".
const TYPES: [(&str, &str); 2] = [("Collaborative", "Shared"), ("Competitive", "Independent")];

/// Microsoft's id as the live API writes it.
const MICROSOFT_NOW: &str = "msft";

/// A made-up referral as the live API shows it. What is not set is null, as on
/// the wire. Its version and its links are not part of it.
pub(crate) fn document(referral: Referral, number: u32) -> Json {
    let (status, substatus) = STATUSES
        .iter()
        .position(|status| *status == referral.status)
        .map_or(PAIRS[0], |place| PAIRS[place]);
    let shared = referral.referral_type == TYPES[0].0;
    let outgoing = referral
        .invited_by()
        .is_none_or(|organization| organization == OWN_ORGANIZATION);
    let accepted = match (status, substatus) {
        _ if outgoing && status != "New" => Some(referral.created_date_time.clone()),
        ("Active", _) => Some(referral.updated_date_time.clone()),
        (_, "Won" | "Lost") => Some(referral.created_date_time.clone()),
        _ => None,
    };
    let closed = (status == "Closed").then(|| referral.updated_date_time.clone());
    let name = deal_name(&referral);
    let sales_stage = match substatus {
        "Won" => Some("100"),
        "Accepted" => Some("40"),
        _ => None,
    };
    let country = referral.customer_profile.address.country;
    let currency = (referral.details.deal_value.is_some()).then(|| currency(country));
    let solutions = referral.details.requirements.solutions.iter().map(|tag| {
        Json::object([
            ("id", tag.id.into()),
            ("name", Json::Null),
            ("type", "Category".into()),
        ])
    });
    let requirements = Json::object([
        (
            "industries",
            tags(&referral.details.requirements.industries),
        ),
        ("products", tags(&referral.details.requirements.products)),
        ("services", tags(&referral.details.requirements.services)),
        ("solutions", Json::Array(solutions.collect())),
    ]);
    let deal_value = referral.details.deal_value.as_ref();
    let deal_value = deal_value.map(|value| Json::Number(value.get().to_owned().into()));
    let details = Json::object([
        ("notes", referral.details.notes.into()),
        ("dealValue", deal_value.into()),
        ("currency", currency.into()),
        ("closingDateTime", referral.details.closing_date.into()),
        ("requirements", requirements),
    ]);
    let customer = referral.customer_profile;
    let customer_profile = Json::object([
        ("name", customer.name.into()),
        ("size", customer.size.into()),
        ("isMatchingComplete", true.into()),
        ("address", address(customer.address)),
        ("team", people(customer.team)),
        ("ids", Json::Array(Vec::new())),
    ]);
    let invite_context = referral.invite_context.map(|context| {
        let by = context.invited_by_organization_id;
        let invited_by = Json::object([
            ("organizationId", organization(by).into()),
            ("organizationName", Referral::organization_name(by).into()),
        ]);
        Json::object([
            ("notes", context.notes.into()),
            ("assistanceRequestCode", Json::Null),
            ("invitedMpnId", Json::Null),
            ("invitedBy", invited_by),
        ])
    });
    let reference = outgoing.then(|| format!("CRM-{number:06}"));
    Json::object([
        ("id", referral.id.into()),
        ("engagementId", referral.engagement_id.into()),
        ("name", name.into()),
        (
            "organizationId",
            organization(referral.organization_id).into(),
        ),
        ("organizationName", referral.organization_name.into()),
        ("externalReferenceId", reference.into()),
        ("createdDateTime", referral.created_date_time.into()),
        ("updatedDateTime", referral.updated_date_time.into()),
        ("expirationDateTime", referral.expiration_date_time.into()),
        ("acceptedDateTime", accepted.into()),
        ("closedDateTime", closed.into()),
        ("status", status.into()),
        ("substatus", substatus.into()),
        ("statusReason", Json::Null),
        ("qualification", referral.referral_source.into()),
        ("type", if shared { TYPES[0].1 } else { TYPES[1].1 }.into()),
        (
            "direction",
            if outgoing { "Outgoing" } else { "Incoming" }.into(),
        ),
        ("favorite", false.into()),
        ("campaignId", Json::Null),
        ("salesStage", sales_stage.into()),
        ("quality", "Unknown".into()),
        ("isSpam", false.into()),
        ("registrationStatus", "None".into()),
        ("target", Json::Array(Vec::new())),
        ("customerProfile", customer_profile),
        (
            "consent",
            Json::object(
                [
                    ("consentToToShareInfoWithOthers", true),
                    ("consentToContact", true),
                    ("consentToShareReferralWithMicrosoftSellers", shared),
                ]
                .map(|(name, given)| (name, given.into())),
            ),
        ),
        ("details", details),
        ("team", people(referral.team)),
        ("inviteContext", invite_context.into()),
        ("registrations", Json::Array(Vec::new())),
    ])
}

/// A changed or created referral as v1 shows it: members in the order of its
/// documentation. `customer` is the id of the customer, which only v1 has.
pub(crate) fn v1(document: &Json, customer: String) -> Json {
    let copy = |name: &str| document.get(name).clone();
    let text = |value: &Json| value.text().map(str::to_owned);
    let profile = document.get("customerProfile");
    let details = document.get("details");
    let mut details_then = vec![("notes", details.get("notes").clone())];
    if !details.get("dealValue").is_null() {
        details_then.push(("dealValue", details.get("dealValue").clone()));
    }
    let requirements = details.get("requirements");
    let requirements = ["industries", "products", "services", "solutions"].map(|name| {
        let ids = requirements.get(name).items().iter();
        let ids = ids.map(|tag| Json::object([("id", tag.get("id").clone())]));
        (name, Json::Array(ids.collect()))
    });
    details_then.extend([
        ("closingDate", details.get("closingDateTime").clone()),
        ("requirements", Json::object(requirements)),
    ]);
    let invite_context = document.get("inviteContext");
    let invite_context = match invite_context {
        Json::Null => Json::Null,
        context => Json::object([
            ("notes", context.get("notes").clone()),
            (
                "invitedByOrganizationId",
                organization_then(invited_by(document)),
            ),
        ]),
    };
    let kind = TYPES
        .iter()
        .find(|(_, now)| Some(*now) == document.get("type").text())
        .map(|(then, _)| *then);
    Json::object([
        ("id", copy("id")),
        ("engagementId", copy("engagementId")),
        (
            "organizationId",
            organization_then(document.get("organizationId").text()),
        ),
        ("organizationName", copy("organizationName")),
        ("createdDateTime", copy("createdDateTime")),
        ("updatedDateTime", copy("updatedDateTime")),
        ("expirationDateTime", copy("expirationDateTime")),
        ("status", v1_status(document).into()),
        ("referralSource", text(document.get("qualification")).into()),
        ("referralType", kind.into()),
        (
            "customerProfile",
            Json::object([
                ("id", customer.into()),
                ("name", profile.get("name").clone()),
                ("address", address_then(profile.get("address"))),
                ("size", profile.get("size").clone()),
                ("team", people_then(profile.get("team"))),
            ]),
        ),
        ("details", Json::object(details_then)),
        ("team", people_then(document.get("team"))),
        ("inviteContext", invite_context),
    ])
}

/// The status in v1's words.
pub(crate) fn v1_status(document: &Json) -> Option<&'static str> {
    let is = |pair: &(&str, &str)| {
        Some(pair.0) == document.get("status").text()
            && Some(pair.1) == document.get("substatus").text()
    };
    PAIRS.iter().position(is).map(|place| STATUSES[place])
}

/// The organization that sent the referral.
pub(crate) fn invited_by(document: &Json) -> Option<&str> {
    document
        .at(["inviteContext", "invitedBy", "organizationId"])
        .text()
}

/// An organization's id in v1's spelling.
pub(crate) fn organization_then(id: Option<&str>) -> Json {
    match id {
        Some(MICROSOFT_NOW) => MICROSOFT.into(),
        other => other.map(str::to_owned).into(),
    }
}

fn organization(id: &'static str) -> &'static str {
    if id == MICROSOFT { MICROSOFT_NOW } else { id }
}

fn deal_name(referral: &Referral) -> String {
    let mut products = referral.details.requirements.products.iter();
    let about = products.next().map_or("first talks", |tag| tag.id);
    format!("{}: {about}", referral.customer_profile.name)
}

fn currency(country: &str) -> &'static str {
    match country {
        "AT" | "DE" | "FR" => "EUR",
        "AE" => "AED",
        "AU" => "AUD",
        "BR" => "BRL",
        "CA" => "CAD",
        "GB" => "GBP",
        "JP" => "JPY",
        "KR" => "KRW",
        "NO" => "NOK",
        "PL" => "PLN",
        _ => "USD",
    }
}

fn tags(tags: &[Tag]) -> Json {
    let tags = tags.iter().map(|tag| Json::object([("id", tag.id.into())]));
    Json::Array(tags.collect())
}

fn address(address: Address) -> Json {
    Json::object([
        ("addressLine1", address.address_line1.into()),
        ("addressLine2", address.address_line2.into()),
        ("city", address.city.into()),
        ("state", address.state.into()),
        ("postalCode", address.postal_code.into()),
        ("country", address.country.into()),
    ])
}

fn address_then(address: &Json) -> Json {
    let names = [
        "addressLine1",
        "addressLine2",
        "city",
        "state",
        "postalCode",
        "country",
    ];
    let members = names.map(|name| (name, address.get(name).clone()));
    // v1 leaves the second line out where there is none.
    let members = members
        .into_iter()
        .filter(|(name, value)| *name != "addressLine2" || !value.is_null());
    if address.is_null() {
        Json::Null
    } else {
        Json::object(members)
    }
}

fn people(people: Vec<Person>) -> Json {
    let people = people.into_iter().map(|person| {
        Json::object([
            ("firstName", person.first_name.into()),
            ("lastName", person.last_name.into()),
            ("phoneNumber", person.phone_number.into()),
            ("email", person.email.into()),
        ])
    });
    Json::Array(people.collect())
}

fn people_then(people: &Json) -> Json {
    let people = people.items().iter().map(|person| {
        let names = ["firstName", "lastName", "phoneNumber", "email"];
        Json::object(names.map(|name| (name, person.get(name).clone())))
    });
    Json::Array(people.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;

    #[test]
    fn v1_can_be_told_from_the_live_view() {
        let data = Data::new(400, 1);
        for number in 0..400 {
            let referral = data.referral(number).expect("a referral");
            let before = serde_json::to_value(&referral).expect("JSON");
            let customer = referral.customer_profile.id.clone();
            let after = v1(&document(referral, number), customer).to_string();
            // The same text, so the same money, order and nulls.
            let referral = data.referral(number).expect("a referral");
            assert_eq!(after, serde_json::to_string(&referral).expect("JSON"));
            assert!(before["status"].is_string());
        }
    }
}
