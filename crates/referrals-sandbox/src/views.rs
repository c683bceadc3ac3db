//! One referral in both views: as the live API has it, which is what the sandbox makes
//! and keeps, and as v1 had it in 2018.

use crate::data::{MICROSOFT, PAIRS};
use crate::json::Json;

/// The documented values of v1's ReferralStatus, in order of their positions, which is
/// that of [`PAIRS`]. For the last pair v1 has no name.
pub(crate) const STATUSES: [&str; 7] = [
    "Pending",
    "Validated",
    "Active",
    "Rejected",
    "Expired",
    "Won",
    "Lost",
];

/// Both names of each type, v1's first. "Shared" is the type of those who work on
/// one deal, as was "Collaborative".
const TYPES: [(&str, &str); 2] = [("Collaborative", "Shared"), ("Competitive", "Independent")];

/// Microsoft's id as v1 writes it.
const MICROSOFT_THEN: &str = "MSFT";

/// A referral as v1 shows it: members in the order of its
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

/// The status in v1's words. What was closed as an error comes nearest to one that was
/// lost.
pub(crate) fn v1_status(document: &Json) -> Option<&'static str> {
    let is = |pair: &(&str, &str)| {
        Some(pair.0) == document.get("status").text()
            && Some(pair.1) == document.get("substatus").text()
    };
    let place = PAIRS.iter().position(is)?;
    STATUSES.get(place).or(STATUSES.last()).copied()
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
        Some(MICROSOFT) => MICROSOFT_THEN.into(),
        other => other.map(str::to_owned).into(),
    }
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

fn people_then(people: &Json) -> Json {
    let people = people.items().iter().map(|person| {
        let names = ["firstName", "lastName", "phoneNumber", "email"];
        Json::object(names.map(|name| (name, person.get(name).clone())))
    });
    Json::Array(people.collect())
}
