//! Referrals out of the bodies of POST and PUT.

use serde_json::Value;
use uuid::Uuid;

use crate::data::{MICROSOFT, OWN_ORGANIZATION, organization_name};
use crate::json::{Json, Text};
use crate::problem::Problem;
use crate::request::shown;
use crate::schemas::Body;
use crate::server::State;
use crate::store::Birth;

use super::rules;

/// Members that every referral has, in the order in which they are sent.
const ORDER: [&str; 30] = [
    "id",
    "engagementId",
    "name",
    "organizationId",
    "organizationName",
    "externalReferenceId",
    "createdDateTime",
    "updatedDateTime",
    "expirationDateTime",
    "acceptedDateTime",
    "closedDateTime",
    "status",
    "substatus",
    "statusReason",
    "qualification",
    "type",
    "direction",
    "favorite",
    "campaignId",
    "salesStage",
    "quality",
    "isSpam",
    "registrationStatus",
    "target",
    "customerProfile",
    "consent",
    "details",
    "team",
    "inviteContext",
    "registrations",
];

/// Members that only the service sets. In a body they are passed over: people
/// send back what they read.
const READ_ONLY: [&str; 19] = [
    "id",
    "engagementId",
    "organizationId",
    "organizationName",
    "createdDateTime",
    "updatedDateTime",
    "expirationDateTime",
    "acceptedDateTime",
    "closedDateTime",
    "referralSource",
    "callToAction",
    "eTag",
    "direction",
    "quality",
    "isSpam",
    "registrationStatus",
    "links",
    "trackingInfo",
    // Changed by PATCH alone, path by path.
    "registrations",
];

/// What the body of a PUT cannot leave out.
const WHOLE: [&str; 6] = [
    "type",
    "customerProfile",
    "consent",
    "details",
    "status",
    "substatus",
];

fn is_read_only(name: &str) -> bool {
    READ_ONLY.contains(&name) || name.starts_with("@odata.")
}

/// A referral of what the service says and what the caller may say. Members
/// that nobody knows are kept.
fn compose(body: Json, service: impl Fn(&str) -> Option<Json>) -> Json {
    let Json::Object(members) = body else {
        return Json::Null;
    };
    let mut sent: Vec<(Text, Json)> = members
        .into_iter()
        .filter(|(name, _)| !is_read_only(name))
        .collect();
    let mut members: Vec<(Text, Json)> = Vec::with_capacity(ORDER.len() + sent.len());
    for name in ORDER {
        let place = sent.iter().position(|(other, _)| other == name);
        let value = match place {
            Some(place) => sent.remove(place).1,
            None => service(name).unwrap_or(Json::Null),
        };
        members.push((name.into(), value));
    }
    for name in READ_ONLY.into_iter().filter(|name| !ORDER.contains(name)) {
        members.extend(service(name).map(|value| (name.into(), value)));
    }
    members.extend(sent);
    Json::Object(members)
}

/// A referral that can be created.
#[derive(Debug)]
pub(super) struct New {
    body: Json,
    /// The engagement it joins.
    engagement: Option<String>,
    /// Whether it asks Microsoft to join, the second step of sharing a deal.
    invites_microsoft: bool,
}

impl New {
    pub(super) fn read(body: Json, state: &State) -> Result<Self, Problem> {
        // Members that only answers have in the contract: they come back in an
        // answer, so they have to be of its types.
        let kept = Json::Object(
            (body.members().iter())
                .filter(|(name, _)| !is_read_only(name))
                .cloned()
                .collect(),
        );
        let kept: Value = serde_json::from_str(&kept.to_string())
            .map_err(|error| Problem::bad_request(error.to_string()))?;
        state.schemas.check(Body::Referral, &kept)?;
        check_first_status(&body)?;
        let engagement = match body.get("engagementId").text() {
            None => None,
            Some(id) => Some(find_engagement(id, state)?),
        };
        let targets = body.get("target").items().iter();
        let mut targets = targets.filter_map(|target| target.get("id").text());
        let is_microsoft = |id: &str| id.eq_ignore_ascii_case(MICROSOFT);
        let invites_microsoft = engagement.is_some() && targets.any(is_microsoft);
        Ok(Self {
            body,
            engagement,
            invites_microsoft,
        })
    }

    /// The referral: a creator's own deal starts as accepted, Microsoft's waits for an
    /// answer.
    pub(super) fn born(self, birth: Birth) -> Json {
        let Birth {
            id,
            engagement_id,
            time,
            expires,
        } = birth;
        let engagement_id = self.engagement.unwrap_or(engagement_id);
        let microsoft = self.invites_microsoft;
        let owner = if microsoft {
            MICROSOFT
        } else {
            OWN_ORGANIZATION
        };
        let mut referral = compose(self.body, |name| {
            Some(match name {
                "id" => id.clone().into(),
                "engagementId" => engagement_id.clone().into(),
                "organizationId" => owner.into(),
                "organizationName" => organization_name(owner).into(),
                "acceptedDateTime" if microsoft => return None,
                "expirationDateTime" if microsoft => expires.clone().into(),
                "createdDateTime" | "updatedDateTime" | "acceptedDateTime" => time.clone().into(),
                "direction" => "Outgoing".into(),
                "quality" => "Unknown".into(),
                "isSpam" | "favorite" => false.into(),
                "registrationStatus" => "None".into(),
                "registrations" | "target" | "team" => Json::Array(Vec::new()),
                _ => return None,
            })
        });
        let (status, substatus) = match microsoft {
            true => ("New", "Pending"),
            false => ("Active", "Accepted"),
        };
        referral.set("status", status);
        referral.set("substatus", substatus);
        if microsoft {
            let inviter = Json::object([
                ("organizationId", OWN_ORGANIZATION.into()),
                (
                    "organizationName",
                    organization_name(OWN_ORGANIZATION).into(),
                ),
            ]);
            match referral.slot("inviteContext") {
                Some(context @ Json::Null) => {
                    *context = Json::object([("invitedBy", inviter)]);
                }
                Some(context) => context.set("invitedBy", inviter),
                None => {}
            }
        }
        rules::derive_type(&mut referral);
        referral
    }
}

/// Samples send New/Pending and Active/Pending, both become Active/Accepted. A
/// referral that is closed from the start is in none.
fn check_first_status(body: &Json) -> Result<(), Problem> {
    for (name, starts) in [
        ("status", ["New", "Active"].as_slice()),
        ("substatus", ["Pending", "Received", "Accepted"].as_slice()),
    ] {
        let sent = body.get(name).text();
        if let Some(sent) = sent.filter(|sent| !starts.contains(sent)) {
            return Err(Problem::unprocessable(format!(
                "A referral is not created with the {name} {}: leave {name} out, or send one of \
                 {}. It becomes Active/Accepted.",
                shown(sent),
                starts.join(", ")
            ))
            .about(format!("/{name}")));
        }
    }
    Ok(())
}

/// The engagement in its own spelling.
fn find_engagement(id: &str, state: &State) -> Result<String, Problem> {
    let known = match Uuid::try_parse(id) {
        Ok(id) => state.store.has_engagement(id).then_some(id),
        Err(_) => None,
    };
    known.map(|id| id.to_string()).ok_or_else(|| {
        Problem::not_found(
            "There is no engagement with the id in engagementId. Leave it out to begin one.",
        )
        .about("/engagementId")
    })
}

/// What a referral becomes when it is replaced.
pub(super) fn replacement(before: &Json, body: Json, time: &str) -> Result<Json, Problem> {
    rules::check_open(before)?;
    let missing: Vec<_> = WHOLE
        .into_iter()
        .filter(|name| body.get(name).is_null())
        .collect();
    if let Some(first) = missing.first() {
        let reason = format!(
            "PUT sends the whole referral as it was read; {} is missing. PATCH changes a part.",
            missing.join(", ")
        );
        return Err(Problem::unprocessable(reason).about(format!("/{first}")));
    }
    for name in ["id", "engagementId"] {
        let sent = body.get(name);
        if !sent.is_null() && sent != before.get(name) {
            let reason = format!("The member /{name} is another than that of the referral.");
            return Err(Problem::unprocessable(reason).about(format!("/{name}")));
        }
    }
    let mut after = compose(body, |name| {
        (is_read_only(name) && before.has(name)).then(|| before.get(name).clone())
    });
    rules::derive_type(&mut after);
    rules::check_change(before, &after)?;
    rules::set_times(before, &mut after, time);
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use crate::store::Store;

    #[test]
    fn a_referral_replaced_by_itself_only_gets_a_new_time() {
        let store = Store::new(Data::new(50, 1));
        let mut open = 0;
        for number in 0..50 {
            let record = store.record(number).expect("a record");
            let before = record.document.clone();
            let mut sent = before.clone();
            sent.set("eTag", record.etag());
            sent.set("@odata.context", "x");
            sent.set("links", Json::object([("self", Json::Null)]));
            match replacement(&before, sent, "2026-01-15T00:00:10.0000000Z") {
                Ok(mut after) => {
                    open += 1;
                    assert_ne!(after, before);
                    after.set("updatedDateTime", before.get("updatedDateTime").clone());
                    assert_eq!(after, before);
                }
                Err(_) => assert_eq!(before.get("status").text(), Some("Closed")),
            }
        }
        assert!(open > 5);
    }

    #[test]
    fn members_that_nobody_knows_are_kept_and_those_of_the_service_are_not_taken() {
        let body = r#"{"new":{"x":1.50},"id":"mine","links":5,"@odata.etag":"x","type":"Shared"}"#;
        let body = Json::read(body).expect("JSON");
        let referral = compose(body, |name| (name == "id").then(|| "its".into()));
        assert_eq!(referral.get("new").to_string(), r#"{"x":1.50}"#);
        assert_eq!(referral.get("id").text(), Some("its"));
        assert!(!referral.has("links") && !referral.has("@odata.etag"));
    }
}
