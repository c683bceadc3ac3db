//! What may become of a referral.
//!
//! Documentation: the tables of status and substatus on "Get a list of referrals"
//! and its siblings, and what becomes fixed on the pages on co-sell opportunities.

use crate::data::MICROSOFT;
use crate::json::Json;
use crate::problem::Problem;

/// The substatuses of each status.
const PAIRS: [(&str, &[&str]); 3] = [
    ("New", &["Pending", "Received"]),
    ("Active", &["Accepted"]),
    ("Closed", &["Won", "Lost", "Declined", "Expired"]),
];

/// What nobody changes once the referral exists.
const FIXED: [&[&str]; 4] = [
    &["customerProfile", "name"],
    &["customerProfile", "address"],
    &["customerProfile", "ids"],
    &["consent", "consentToToShareInfoWithOthers"],
];

/// What cannot be taken back once it is set.
const LASTING: [&[&str]; 2] = [
    &["consent", "consentToShareReferralWithMicrosoftSellers"],
    &["inviteContext", "assistanceRequestCode"],
];

/// How many items a collection has at most, here. Documented are 50 solutions and 50 people
/// ("Bulk operations for Co-sell opportunities", 2023); filters look at each of them, and at
/// each of them for each of them.
const ITEMS: usize = 500;

const COLLECTIONS: [&str; 13] = [
    "team",
    "target",
    "tags",
    "registrations",
    "customerProfile/team",
    "customerProfile/ids",
    "details/requirements/solutions",
    "details/requirements/products",
    "details/requirements/services",
    "details/requirements/industries",
    "details/requirements/offers",
    "details/requirements/salesPlays",
    "details/requirements/additionalRequirements/attributes",
];

/// Refuses to let collections grow to a size that no referral has.
pub(super) fn check_size(before: &Json, after: &Json) -> Result<(), Problem> {
    for path in COLLECTIONS {
        let [before, after] = [before, after].map(|all| all.at(path.split('/')).items().len());
        if after > ITEMS && after > before {
            return Err(Problem::too_many(after, ITEMS).about(format!("/{path}")));
        }
    }
    Ok(())
}

/// Refuses to touch a referral that is closed.
pub(super) fn check_open(document: &Json) -> Result<(), Problem> {
    if document.get("status").text() != Some("Closed") {
        return Ok(());
    }
    let substatus = document.get("substatus").text().unwrap_or_default();
    Err(Problem::conflict(format!(
        "The referral is Closed/{substatus}: a closed referral is not changed any more (\"Manage \
         co-sell opportunities\", 2023)."
    ))
    .about("/status"))
}

/// Refuses a pair of status and substatus that does not exist.
pub(super) fn check_pair(document: &Json) -> Result<(), Problem> {
    let shown = |name| document.get(name).text().unwrap_or("null");
    let (status, substatus) = (shown("status"), shown("substatus"));
    let pair = PAIRS.iter().find(|(name, _)| *name == status);
    match pair {
        Some((_, allowed)) if allowed.contains(&substatus) => Ok(()),
        Some((_, allowed)) => Err(Problem::unprocessable(format!(
            "The status {status} does not go with the substatus {substatus} but with {}. \
             Change both together.",
            allowed.join(", ")
        ))
        .about("/substatus")),
        None => Err(Problem::unprocessable(format!(
            "The status {status} is none that a referral can have: there are New, Active and \
             Closed."
        ))
        .about("/status")),
    }
}

/// Refuses what the change from one document to another may not do.
pub(super) fn check_change(before: &Json, after: &Json) -> Result<(), Problem> {
    check_pair(after)?;
    check_owner(before, after)?;
    check_transition(before, after)?;
    for path in FIXED {
        let [before, after] = [before, after].map(|document| document.at(path.iter().copied()));
        if !before.same_as(after) {
            return Err(fixed(path, "is fixed since the referral was created"));
        }
    }
    for path in LASTING {
        let [before, after] = [before, after].map(|document| document.at(path.iter().copied()));
        let set = !before.is_empty() && *before != Json::Bool(false);
        if set && !before.same_as(after) {
            return Err(fixed(
                path,
                "cannot be taken back or changed once it is set",
            ));
        }
    }
    Ok(())
}

fn fixed(path: &[&str], why: &str) -> Problem {
    let place = path.join("/");
    Problem::unprocessable(format!("The member /{place} {why}.")).about(format!("/{place}"))
}

/// Refuses to answer for Microsoft.
fn check_owner(before: &Json, after: &Json) -> Result<(), Problem> {
    let moves = ["status", "substatus"]
        .into_iter()
        .find(|name| before.get(name) != after.get(name));
    match moves {
        Some(name) if before.get("organizationId").text() == Some(MICROSOFT) => {
            Err(Problem::forbidden(
                "The referral is Microsoft's: Microsoft alone accepts, declines and closes it. See \"Manage \
                 co-sell opportunities\" (2023).",
            )
            .about(format!("/{name}")))
        }
        _ => Ok(()),
    }
}

/// Sets the type that follows from the consent: a deal that Microsoft's sellers may see is
/// shared. Without a word on that the type is the one that was sent.
pub(super) fn derive_type(document: &mut Json) {
    let consent = document.at(["consent", "consentToShareReferralWithMicrosoftSellers"]);
    let derived = match consent {
        Json::Bool(true) => "Shared",
        Json::Bool(false) => "Independent",
        _ => return,
    };
    document.set("type", derived);
}

fn check_transition(before: &Json, after: &Json) -> Result<(), Problem> {
    let status = |document: &Json| {
        let status = document.get("status").text();
        PAIRS.iter().position(|(name, _)| Some(*name) == status)
    };
    let (from, to) = (status(before), status(after));
    // They are in the order in which a referral goes through them.
    if from <= to {
        return Ok(());
    }
    let name = |place: Option<usize>| place.map_or("nothing", |place| PAIRS[place].0);
    Err(Problem::conflict(format!(
        "The referral is {}, which does not go back to {}.",
        name(from),
        name(to)
    ))
    .about("/status"))
}

/// Sets the times that follow from a change at `time`.
pub(super) fn set_times(before: &Json, after: &mut Json, time: &str) {
    let reached = |status: &str| {
        after.get("status").text() == Some(status) && before.get("status").text() != Some(status)
    };
    let (accepted, closed) = (reached("Active"), reached("Closed"));
    // Answered in time.
    if (accepted || closed) && before.get("status").text() == Some("New") {
        after.set("expirationDateTime", Json::Null);
    }
    after.set("updatedDateTime", time.to_owned());
    if accepted {
        after.set("acceptedDateTime", time.to_owned());
    }
    if closed {
        after.set("closedDateTime", time.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(status: &'static str, substatus: &'static str) -> Json {
        Json::object([("status", status.into()), ("substatus", substatus.into())])
    }

    /// The documented tables, written down once more.
    const ALL: [(&str, &str); 7] = [
        ("New", "Pending"),
        ("New", "Received"),
        ("Active", "Accepted"),
        ("Closed", "Won"),
        ("Closed", "Lost"),
        ("Closed", "Declined"),
        ("Closed", "Expired"),
    ];

    #[test]
    fn seven_pairs_exist() {
        let statuses = ["None", "New", "Active", "Closed", "Paused"];
        let substatuses = [
            "None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired",
            "Error",
        ];
        for status in statuses {
            for substatus in substatuses {
                assert_eq!(
                    check_pair(&document(status, substatus)).is_ok(),
                    ALL.contains(&(status, substatus)),
                    "{status}/{substatus}"
                );
            }
        }
    }

    #[test]
    fn a_referral_only_goes_forward() {
        let order = |status| {
            ["New", "Active", "Closed"]
                .iter()
                .position(|s| *s == status)
        };
        for before in ALL {
            for after in ALL {
                let verdict =
                    check_change(&document(before.0, before.1), &document(after.0, after.1));
                assert_eq!(
                    verdict.is_ok(),
                    order(before.0) <= order(after.0),
                    "{before:?} {after:?}"
                );
            }
            let open = check_open(&document(before.0, before.1));
            assert_eq!(open.is_ok(), before.0 != "Closed", "{before:?}");
        }
    }

    #[test]
    fn what_is_fixed_is_named() {
        let with = |text: &str| {
            Json::read(&format!(
                r#"{{"status":"New","substatus":"Pending",{text}}}"#
            ))
            .expect("JSON")
        };
        let before = with(
            r#""customerProfile":{"name":"a","size":"1","address":{"country":"US","state":null}},
               "consent":{"consentToShareReferralWithMicrosoftSellers":true}"#,
        );
        for (after, member) in [
            (
                r#""customerProfile":{"name":"b","address":{"country":"US"}}"#,
                "/customerProfile/name",
            ),
            (
                r#""customerProfile":{"name":"a","address":{"country":"DE"}}"#,
                "/customerProfile/address",
            ),
            (
                r#""customerProfile":{"name":"a","address":{"country":"US"}}"#,
                "/consent/consentToShare",
            ),
            (
                r#""customerProfile":{"name":"a","address":{"country":"US"}},
                   "consent":{"consentToShareReferralWithMicrosoftSellers":false}"#,
                "/consent/consentToShare",
            ),
        ] {
            let problem = check_change(&before, &with(after)).expect_err(after);
            assert!(format!("{problem:?}").contains(member), "{problem:?}");
        }
        let fine = with(
            r#""customerProfile":{"address":{"country":"US"},"name":"a","ids":[]},
               "consent":{"consentToShareReferralWithMicrosoftSellers":true}"#,
        );
        assert!(check_change(&before, &fine).is_ok());
    }
}
