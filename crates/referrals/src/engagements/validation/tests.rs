use std::collections::BTreeSet;

use contract_tests::{fixture, fixture_names};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A document that breaks a rule or does not.
enum Case {
    New(String),
    Deal(String),
    Patch(String),
    Change(String, String),
}

impl Case {
    /// The same of a new referral, held to what a deal has to have.
    fn of_deal(&self) -> Option<Self> {
        match self {
            Self::New(text) => Some(Self::Deal(text.clone())),
            _ => None,
        }
    }

    fn findings(&self) -> Findings {
        match self {
            Self::New(text) => check_new(&serde_json::from_str(text).expect("JSON")),
            Self::Deal(text) => check_deal(&serde_json::from_str(text).expect("JSON")),
            Self::Patch(text) => {
                let operations: Vec<_> = serde_json::from_str(text).expect("an array");
                check_patch(&operations)
            }
            Self::Change(before, after) => {
                let [before, after] =
                    [before, after].map(|text| serde_json::from_str(text).expect("JSON"));
                check_change(&before, &after)
            }
        }
    }
}

fn base(name: &str) -> Value {
    serde_json::from_str(&fixture(&format!("new-referrals/{name}.json"))).expect("JSON")
}

/// Sets a member, or takes it out when there is no value.
fn set(document: &mut Value, path: &str, value: Option<Value>) {
    let (parent, name) = path.rsplit_once('/').expect("a pointer");
    let parent = document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("no {parent}"));
    match (parent, value) {
        (Value::Array(items), Some(value)) if name == "-" => items.push(value),
        (Value::Array(items), Some(value)) => {
            items[name.parse::<usize>().expect("a number")] = value;
        }
        (Value::Object(members), Some(value)) => {
            members.insert(name.to_owned(), value);
        }
        (Value::Object(members), None) => {
            members
                .remove(name)
                .unwrap_or_else(|| panic!("no {path} to take out"));
        }
        _ => panic!("nothing to set at {path}"),
    }
}

type Edits<'a> = &'a [(&'a str, Option<Value>)];

fn edited(mut document: Value, edits: Edits<'_>) -> String {
    for (path, value) in edits {
        set(&mut document, path, value.clone());
    }
    document.to_string()
}

fn new(name: &str, edits: Edits<'_>) -> Case {
    Case::New(edited(base(name), edits))
}

fn patch(operations: Value) -> Case {
    Case::Patch(operations.to_string())
}

fn replace(path: &str, value: Value) -> Value {
    json!({ "op": "replace", "path": path, "value": value })
}

fn add(path: &str, value: Value) -> Value {
    json!({ "op": "add", "path": path, "value": value })
}

/// A deal as the service has it.
fn existing(name: &str, status: &str, substatus: &str) -> Value {
    let mut referral = base(name);
    for (member, value) in [
        ("id", "b10da48c-ea4c-4967-ab8e-0efcd8069414"),
        ("engagementId", "0a1b2c3d-1111-4222-8333-444455556666"),
        ("status", status),
        ("substatus", substatus),
        ("direction", "Outgoing"),
        ("createdDateTime", "2026-01-01T00:00:00.0000000Z"),
        ("quality", "Unknown"),
        // The service keeps what nobody would write today.
        ("somethingNew", "yes"),
    ] {
        referral[member] = value.into();
    }
    referral
}

/// A deal whose customer has ids.
fn with_ids(ids: Value) -> Value {
    let mut referral = existing("private", "Active", "Accepted");
    referral["customerProfile"]["ids"] = ids;
    referral
}

fn change(before: Value, edits: Edits<'_>) -> Case {
    Case::Change(before.to_string(), edited(before, edits))
}

fn step(direction: &str, from: (&str, &str), to: (&str, &str)) -> Case {
    let mut before = existing("private", from.0, from.1);
    before["direction"] = direction.into();
    change(
        before,
        &[
            ("/status", Some(to.0.into())),
            ("/substatus", Some(to.1.into())),
        ],
    )
}

fn registration() -> Value {
    json!({
        "type": "AzureIPCoSell",
        "contract": {
            "value": 30000, "currency": "USD", "term": "Finite",
            "startDateTime": "2027-01-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z"
        },
        "solutionDetails": [{
            "id": "SOL-ABCDE-12", "value": 30000, "currency": "USD", "isDeployedOnAzure": true,
            "primaryDeploymentOn": "Customer", "pricingModel": "Other",
            "marketplaceTransactionDetails": {
                "isMarketplaceTransacted": true,
                "marketplaceTransactionDateTime": "2027-01-01T00:00:00Z"
            }
        }]
    })
}

fn register(edits: Edits<'_>) -> Case {
    let registration: Value = serde_json::from_str(&edited(registration(), edits)).expect("JSON");
    patch(json!([add("/registrations/-", registration)]))
}

const SHARE: &str = "/consent/consentToShareReferralWithMicrosoftSellers";
const HELP: &str = "/inviteContext/assistanceRequestCode";
const CLOSING: &str = "/details/closingDateTime";
const SOLUTIONS: &str = "/details/requirements/solutions";
const ATTRIBUTES: &str = "/details/requirements/additionalRequirements/attributes";

/// Each rule with what it refuses and with what comes close and is allowed.
#[rustfmt::skip]
fn cases() -> Vec<(&'static str, Vec<Case>, Vec<Case>)> {
    let s = |value: Value| Some(value);
    let person = json!({"firstName": "Cy", "lastName": "Muster", "phoneNumber": "1", "email": "cy@example.com"});
    let people = |count: usize| s(Value::Array(vec![person.clone(); count]));
    let solutions = |count: usize| s(Value::Array(vec![json!({"id": "SOL-1"}); count]));
    let text = |name: &str, from: &str, to: &str| {
        let text = fixture(&format!("new-referrals/{name}.json"));
        assert!(text.contains(from), "{from}");
        Case::New(text.replace(from, to))
    };
    let again = "\"currency\": \"USD\", \"currency\": \"EUR\"";
    vec![
        ("member-type",
            vec![
                new("private", &[(SHARE, s("false".into()))]),
                new("private", &[("/team", s(json!({"firstName": "Cy"}))), ("/salesStage", s(json!(20)))]),
                new("private", &[("/customerProfile", s("Contoso Ltd.".into())), ("/details/dealValue", s("a lot".into()))]),
                Case::New("null".into()),
                patch(json!([replace("/details/notes", json!(7))])),
                change(existing("private", "Active", "Accepted"), &[("/details/notes", s(json!([])))]),
                Case::Change("7".into(), "{}".into()),
            ],
            vec![
                new("private", &[("/campaignId", s(Value::Null)), ("/customerProfile/address/region", s(Value::Null))]),
                patch(json!([replace("/details/notes", Value::Null)])),
            ]),
        ("member-case",
            vec![
                text("private", "\"customerProfile\"", "\"CustomerProfile\""),
                text("private", "\"consentToContact\"", "\"ConsentToContact\""),
                text("private", "\"firstName\"", "\"FirstName\""),
            ],
            vec![new("private", &[])]),
        ("member-once",
            vec![text("private", "\"currency\": \"USD\"", again)],
            vec![text("private", "\"currency\": \"USD\"", "\"currency\": \"EUR\"")]),
        ("unknown-member",
            vec![
                new("private", &[("/closeDate", s("2027-06-30".into())), ("/industry", s("Retail".into())), ("/mood", s("good".into()))]),
                new("private", &[("/team/0/emailAddress", s("x@example.com".into())), ("/dealValue", s(json!(1)))]),
                new("private", &[("/consent/consentToShareInfoWithOthers", s(json!(true)))]),
                patch(json!([add("/team/-", json!({"firstName": "Cy", "emailAddress": "x@example.com"}))])),
                change(existing("private", "Active", "Accepted"), &[("/mood", s("good".into()))]),
            ],
            vec![
                new("private", &[("/team/0/title", s("CTO".into()))]),
                change(existing("private", "Active", "Accepted"), &[("/details/notes", s("x".into()))]),
            ]),
        ("set-by-service",
            vec![
                new("private", &[("/id", s("mine".into())), ("/eTag", s("\"1\"".into())), ("/links", s(json!({}))), ("/@odata.context", s("x".into()))]),
                new("private", &[("/organizationName", s("Fabrikam".into())), ("/direction", s("Outgoing".into())), ("/createdDateTime", s("2026-01-01T00:00:00Z".into()))]),
                new("private", &[("/registrations", s(json!([]))), ("/@odata.etag", s("x".into()))]),
            ],
            vec![new("private", &[("/id", s(Value::Null)), ("/favorite", s(json!(true)))])]),
        ("known-value",
            vec![
                new("private", &[("/type", s("independent".into())), ("/qualification", s("Hot".into()))]),
                new("shared", &[("/target/0/type", s("Solution".into()))]),
                patch(json!([replace("/status", "Closed".into()), replace("/substatus", "Engaged".into())])),
                change(existing("private", "Active", "Accepted"), &[("/status", s("Done".into()))]),
            ],
            vec![new("private", &[("/type", s("Independent".into())), ("/qualification", s("None".into()))])]),
        ("known-help",
            vec![new("co-sell", &[(HELP, s("Architecture".into()))]), new("co-sell", &[(HELP, s("proofOfConceptOrDemo".into()))])],
            vec![new("co-sell", &[(HELP, s("ProofOfConceptOrDemo".into()))]), new("partner-led", &[("/inviteContext", s(json!({"assistanceRequestCode": "Unknown"})))])]),
        ("taxonomy",
            vec![
                new("private", &[("/customerProfile/size", s("10001+employees".into())), ("/details/requirements/industries/0/id", s("Retail".into()))]),
                new("private", &[("/details/requirements/products/0/id", s("azure".into())), ("/details/requirements/services/0/id", s("Baking".into()))]),
                new("private", &[("/details/requirements/solutions/0/type", s("Category".into()))]),
            ],
            vec![
                new("private", &[("/customerProfile/size", s("10001to20000employees".into()))]),
                new("private", &[("/details/requirements/solutions/0", s(json!({"type": "Category", "id": "BigData"})))]),
            ]),
        ("sales-stage",
            vec![new("private", &[("/salesStage", s("25%".into()))]), patch(json!([replace("/salesStage", "Negotiated".into())]))],
            vec![new("private", &[("/salesStage", s("Propose".into()))]), patch(json!([replace("/salesStage", "80".into())]))]),
        ("country-two-letters",
            vec![
                new("private", &[("/customerProfile/address/country", s("USA".into()))]),
                new("private", &[("/customerProfile/address/country", s("us".into()))]),
                new("private", &[("/customerProfile/address/country", s("United States of America, the whole of it".into()))]),
            ],
            vec![new("private", &[("/customerProfile/address/country", s("DE".into()))])]),
        ("currency-three-letters",
            vec![new("private", &[("/details/currency", s("US$".into()))]), new("private", &[("/details/requirements/solutions/0/currency", s("eur".into()))])],
            vec![new("private", &[("/details/currency", s("EUR".into()))])]),
        ("date-readable",
            vec![
                new("private", &[(CLOSING, s("2027-06-30".into()))]),
                new("private", &[(CLOSING, s("06/30/2027".into()))]),
                patch(json!([replace(CLOSING, "in June".into())])),
            ],
            vec![new("private", &[(CLOSING, s("2027-06-30T12:30:00.1234567Z".into()))])]),
        ("date-utc",
            vec![
                new("private", &[(CLOSING, s("2027-06-30T00:00:00+02:00".into()))]),
                new("private", &[(CLOSING, s("2027-06-30T00:00:00".into()))]),
            ],
            vec![new("private", &[(CLOSING, s("2027-06-30T00:00:00+00:00".into()))])]),
        ("number-not-text",
            vec![
                new("private", &[("/details/dealValue", s("10000".into()))]),
                register(&[("/contract/value", s("30000".into()))]),
            ],
            vec![new("private", &[("/details/dealValue", s(json!(10000)))])]),
        ("number-not-negative",
            vec![new("private", &[("/details/dealValue", s(json!(-0.5)))]), patch(json!([replace("/details/dealValue", json!(-1e5))]))],
            vec![new("private", &[("/details/dealValue", s(json!(0)))]), new("private", &[("/details/dealValue", s(json!(1e-5)))])]),
        ("email-shape",
            vec![
                new("private", &[("/team/0/email", s("ada.fabrikam.example.com".into()))]),
                new("co-sell", &[("/customerProfile/team/0/email", s("Bo <bo@contoso.example.com>".into()))]),
                patch(json!([add("/team/-", json!({"email": "cy@example..com"}))])),
            ],
            vec![new("private", &[("/team/0/email", s("ada+deals@fabrikam.example.com".into()))])]),
        ("at-most-50-solutions", vec![new("private", &[(SOLUTIONS, solutions(51))])], vec![new("private", &[(SOLUTIONS, solutions(50))])]),
        ("at-most-50-people", vec![new("private", &[("/team", people(51))])], vec![new("private", &[("/team", people(50))])]),
        ("required-member",
            vec![
                new("private", &[("/type", None)]),
                new("private", &[("/customerProfile", None), ("/consent", s(Value::Null)), ("/details", None)]),
                Case::New("{}".into()),
            ],
            vec![new("private", &[("/name", s("Another deal".into()))])]),
        ("customer-name",
            vec![new("private", &[("/customerProfile/name", None)]), new("private", &[("/customerProfile/name", s(" ".into()))])],
            vec![new("private", &[("/customerProfile/name", s("A &amp; B".into()))])]),
        ("deal-name", vec![new("private", &[("/name", None)])], vec![new("private", &[("/name", s("x".into()))])]),
        ("deal-value", vec![new("private", &[("/details/dealValue", None)])], vec![new("private", &[("/details/dealValue", s(json!(1)))])]),
        ("deal-currency", vec![new("private", &[("/details/currency", s("".into()))])], vec![new("private", &[("/details/currency", s("JPY".into()))])]),
        ("closing-date", vec![new("private", &[(CLOSING, s(Value::Null))])], vec![new("private", &[(CLOSING, s("2030-01-01T00:00:00Z".into()))])]),
        ("notes", vec![new("private", &[("/details/notes", None)])], vec![new("private", &[("/details/notes", s("x".into()))])]),
        ("customer-address",
            vec![
                new("private", &[("/customerProfile/address", None)]),
                new("private", &[("/customerProfile/address/city", None), ("/customerProfile/address/addressLine1", s("".into()))]),
            ],
            vec![new("private", &[("/customerProfile/address/state", None), ("/customerProfile/address/postalCode", None)])]),
        ("own-team",
            vec![
                new("private", &[("/team", None)]),
                new("private", &[("/team", s(json!([])))]),
                new("private", &[("/team", s(json!([{"firstName": "Cy"}, {"firstName": "Di", "lastName": "Muster", "email": "di@example.com"}])))]),
            ],
            vec![new("private", &[("/team/-", s(json!({"firstName": "Cy"})))])]),
        ("solution",
            vec![new("private", &[(SOLUTIONS, s(json!([])))]), new("private", &[(SOLUTIONS, None)])],
            vec![new("private", &[(SOLUTIONS, s(json!([{"id": "SOL-1"}])))])]),
        ("solution-id",
            vec![new("private", &[("/details/requirements/solutions/0/id", None)])],
            vec![new("private", &[("/details/requirements/solutions/0/name", None)])]),
        ("marketplace-intent",
            vec![
                new("private", &[(ATTRIBUTES, None)]),
                new("private", &[(ATTRIBUTES, s(json!([{"id": "x", "type": "Other"}, {"type": "CustomerMarketplaceIntent"}])))]),
            ],
            vec![new("private", &[(ATTRIBUTES, s(json!([{"id": "x", "type": "Other"}, {"id": "Yes", "type": "CustomerMarketplaceIntent"}])))])]),
        ("marketplace-intent-place",
            vec![new("private", &[(ATTRIBUTES, None), ("/customerMarketplaceIntent", s("HaveNotDecided".into()))])],
            vec![new("private", &[("/customerMarketplaceIntent", s("HaveNotDecided".into()))])]),
        ("marketplace-intent-value",
            vec![new("private", &[(&format!("{ATTRIBUTES}/0/id"), s("Have not decided".into()))])],
            vec![new("private", &[(&format!("{ATTRIBUTES}/0/id"), s("No".into()))])]),
        ("customer-consent",
            vec![
                new("private", &[("/consent/consentToToShareInfoWithOthers", s(json!(false)))]),
                new("private", &[("/consent/consentToToShareInfoWithOthers", None)]),
            ],
            vec![new("private", &[("/consent/consentToContact", s(json!(false)))])]),
        ("sharing-decided",
            vec![new("private", &[(SHARE, None)]), new("partner-led", &[(SHARE, s(Value::Null))])],
            vec![new("private", &[(SHARE, s(json!(true)))])]),
        ("help-is-shared",
            vec![
                new("co-sell", &[(SHARE, s(json!(false)))]),
                change(existing("private", "Active", "Accepted"), &[("/inviteContext", s(json!({"assistanceRequestCode": "GeneralOrOther"})))]),
            ],
            vec![new("co-sell", &[(SHARE, s(json!(false))), ("/inviteContext", None)]), new("co-sell", &[])]),
        ("target-is-shared",
            vec![new("joining", &[(SHARE, s(json!(false))), ("/inviteContext", None)])],
            vec![new("shared", &[(SHARE, s(json!(false)))])]),
        ("customer-contact",
            vec![
                new("co-sell", &[("/customerProfile/team", None)]),
                new("co-sell", &[("/customerProfile/team/0/phoneNumber", None), ("/customerProfile/team/0/lastName", s("".into()))]),
            ],
            vec![new("partner-led", &[("/customerProfile/team", s(json!([])))])]),
        ("deal-qualification",
            vec![new("private", &[("/qualification", s("Direct".into()))]), new("private", &[("/qualification", s("MarketingQualified".into()))])],
            vec![new("private", &[("/qualification", None)])]),
        ("shared-target",
            vec![new("shared", &[("/target", s(json!([])))]), new("shared", &[("/target", None)])],
            vec![new("shared", &[("/target/0/id", s("SOL-2".into()))])]),
        ("target-complete",
            vec![new("shared", &[("/target/0/id", None)]), new("shared", &[("/target/0/type", None)])],
            vec![new("joining", &[("/target/0/id", s("MSFT".into()))])]),
        ("target-joins",
            vec![new("joining", &[("/engagementId", None)])],
            vec![new("joining", &[("/engagementId", s("11111111-2222-4333-8444-555555555555".into()))])]),
        ("engagement-id",
            vec![new("joining", &[("/engagementId", s("my engagement".into()))]), new("joining", &[("/engagementId", s("{11111111-2222-4333-8444-555555555555}".into()))])],
            vec![new("shared", &[("/engagementId", s("11111111-2222-4333-8444-555555555555".into()))])]),
        ("engagement-target",
            vec![new("private", &[("/engagementId", s("11111111-2222-4333-8444-555555555555".into()))])],
            vec![new("joining", &[])]),
        ("first-status",
            vec![
                new("private", &[("/status", s("Closed".into())), ("/substatus", s("Won".into()))]),
                new("private", &[("/status", s("None".into())), ("/substatus", None)]),
                new("private", &[("/substatus", s("Error".into()))]),
            ],
            vec![
                new("private", &[("/status", s("Active".into())), ("/substatus", s("Accepted".into()))]),
                new("private", &[("/status", s("New".into())), ("/substatus", s("Received".into()))]),
                new("private", &[("/status", None), ("/substatus", None)]),
                new("private", &[("/substatus", None)]),
            ]),
        ("first-pair",
            vec![
                // A sample of 2018 has it so.
                new("private", &[("/status", s("Active".into()))]),
                // The page on files has it so.
                new("private", &[("/substatus", s("Accepted".into()))]),
            ],
            vec![new("private", &[("/status", s("New".into())), ("/substatus", s("Received".into()))])]),
        ("status-pair",
            vec![
                patch(json!([replace("/status", "Closed".into()), replace("/substatus", "Accepted".into())])),
                patch(json!([replace("/substatus", "Error".into()), replace("/status", "Closed".into())])),
                patch(json!([replace("/status", "None".into()), replace("/substatus", "None".into())])),
                step("Incoming", ("New", "Pending"), ("Active", "Pending")),
                change(existing("private", "Active", "Accepted"), &[("/status", None)]),
            ],
            vec![
                patch(json!([replace("/status", "Closed".into()), replace("/substatus", "Declined".into())])),
                patch(json!([replace("/status", "Active".into()), replace("/substatus", "Accepted".into())])),
            ]),
        ("status-together",
            vec![patch(json!([replace("/status", "Closed".into())])), patch(json!([replace("/details/notes", "x".into()), replace("/substatus", "Won".into())]))],
            vec![patch(json!([replace("/substatus", "Won".into()), replace("/status", "Closed".into())]))]),
        ("status-transition",
            vec![
                step("Incoming", ("Active", "Accepted"), ("New", "Pending")),
                step("Outgoing", ("Active", "Accepted"), ("New", "Received")),
            ],
            vec![
                step("Incoming", ("New", "Pending"), ("New", "Received")),
                step("Incoming", ("New", "Received"), ("Active", "Accepted")),
                step("Outgoing", ("Active", "Accepted"), ("Closed", "Won")),
                step("Incoming", ("Active", "Accepted"), ("Closed", "Lost")),
            ]),
        ("closed-is-final",
            vec![
                step("Incoming", ("Closed", "Won"), ("Active", "Accepted")),
                step("Incoming", ("Closed", "Declined"), ("Closed", "Won")),
                change(existing("private", "Closed", "Lost"), &[("/details/notes", s("again".into())), ("/registrations", s(json!([{}])))]),
            ],
            vec![
                change(existing("private", "Closed", "Won"), &[("/registrations", s(json!([registration()])))]),
                change(existing("private", "Closed", "Expired"), &[("/id", None), ("/links", s(json!({})))]),
            ]),
        ("receiver-answers",
            vec![
                step("Outgoing", ("New", "Pending"), ("Active", "Accepted")),
                step("Outgoing", ("New", "Received"), ("Closed", "Declined")),
            ],
            vec![
                step("Incoming", ("New", "Pending"), ("Active", "Accepted")),
                step("Incoming", ("New", "Received"), ("Closed", "Declined")),
            ]),
        ("expired-by-service",
            vec![
                step("Incoming", ("New", "Pending"), ("Closed", "Expired")),
                patch(json!([replace("/status", "Closed".into()), replace("/substatus", "Expired".into())])),
            ],
            vec![step("Incoming", ("New", "Pending"), ("Closed", "Declined"))]),
        ("closing-fits",
            vec![
                step("Incoming", ("New", "Pending"), ("Closed", "Won")),
                step("Incoming", ("Active", "Accepted"), ("Closed", "Declined")),
            ],
            vec![step("Incoming", ("Active", "Accepted"), ("Closed", "Won"))]),
        ("read-only",
            vec![
                change(existing("private", "Active", "Accepted"), &[("/id", s("mine".into())), ("/createdDateTime", s("2025-01-01T00:00:00Z".into()))]),
                patch(json!([replace("/engagementId", "x".into()), replace("/trackingInfo/microsoftMsxId", "x".into()), replace("/registrations/0/status", "Passed".into())])),
            ],
            vec![change(existing("private", "Active", "Accepted"), &[("/id", None), ("/createdDateTime", s("2026-01-01T00:00:00Z".into()))])]),
        ("fixed-after-creation",
            vec![
                change(existing("private", "Active", "Accepted"), &[("/customerProfile/name", s("Fabrikam".into())), ("/customerProfile/address/country", s("DE".into())), ("/mpnId", s("1".into()))]),
                change(existing("private", "Active", "Accepted"), &[("/customerProfile/address", None), ("/customerProfile/ids", s(json!([{"profileType": "Duns", "id": "1"}])))]),
                patch(json!([replace("/customerProfile/address/city", "x".into()), replace("/consent/consentToToShareInfoWithOthers", json!(true))])),
                change(with_ids(json!([{"profileType": "Duns", "id": "1"}])), &[("/customerProfile/ids", s(json!([{"profileType": "External", "id": "7"}])))]),
                change(with_ids(json!({"duns": "1"})), &[("/customerProfile/ids", s(json!([{"id": "2", "profileType": "Duns"}])))]),
                patch(json!([add("/customerProfile/ids/-", json!({"profileType": "Duns", "id": "1"})), replace("/customerProfile/ids/duns", "2".into())])),
            ],
            vec![
                change(existing("private", "Active", "Accepted"), &[("/customerProfile/size", s("1to9employees".into())), ("/customerProfile/ids", s(json!([])))]),
                change(existing("private", "Active", "Accepted"), &[("/customerProfile/ids", s(json!([{"profileType": "External", "id": "7"}])))]),
                change(with_ids(json!({"duns": "1"})), &[("/customerProfile/ids", s(json!([{"profileType": "External", "id": "7"}, {"profileType": "Duns", "id": "1"}])))]),
            ]),
        ("fixed-after-sharing",
            vec![change(existing("co-sell", "Active", "Accepted"), &[("/customerProfile/team/0/email", s("di@contoso.example.com".into())), ("/inviteContext/notes", s("More.".into()))])],
            vec![
                change(existing("private", "Active", "Accepted"), &[("/customerProfile/team", s(json!([])))]),
                change(existing("partner-led", "Active", "Accepted"), &[("/customerProfile/team", s(json!([person])))]),
            ]),
        ("once-set",
            vec![
                change(existing("partner-led", "Active", "Accepted"), &[(SHARE, s(json!(false)))]),
                change(existing("partner-led", "Active", "Accepted"), &[(SHARE, None)]),
                change(existing("co-sell", "Active", "Accepted"), &[(HELP, s("GeneralOrOther".into()))]),
                change(existing("co-sell", "Active", "Accepted"), &[(HELP, None)]),
            ],
            vec![change(existing("partner-led", "Active", "Accepted"), &[("/customerProfile/team", s(json!([person]))), ("/inviteContext", s(json!({"assistanceRequestCode": "GeneralOrOther"})))])]),
        ("publishes",
            vec![
                change(existing("private", "Active", "Accepted"), &[(SHARE, s(json!(true)))]),
                patch(json!([replace(SHARE, json!(true))])),
                patch(json!([replace("/consent", json!({"consentToShareReferralWithMicrosoftSellers": true}))])),
            ],
            vec![change(existing("partner-led", "Active", "Accepted"), &[("/consent/consentToContact", s(json!(false)))])]),
        ("patch-operation",
            vec![
                patch(json!([])),
                patch(json!([7, {"op": "replace", "path": "/details/notes"}, {"value": 1}])),
                patch(json!([{"status": "Closed", "substatus": "Won"}])),
            ],
            vec![patch(json!([replace("/details/notes", "x".into())]))]),
        ("patch-operator",
            vec![patch(json!([{"op": "remove", "path": "/details/notes", "value": null}]))],
            vec![patch(json!([add("/details/notes", "x".into())]))]),
        ("patch-path",
            vec![patch(json!([
                replace("status", "x".into()), replace("/Details/notes", "x".into()), replace("/closeDate", "x".into()),
                replace("/team/first", "x".into()), replace("/details/notes/x", "x".into()), replace("/", "x".into()),
            ]))],
            vec![patch(json!([add("/team/-", person.clone())]))]),
        ("patch-path-documented",
            vec![patch(json!([replace("/name", "x".into()), replace("/team", json!([])), replace("/team/0/email", "a@example.com".into())]))],
            vec![patch(json!([replace("/details/dealValue", json!(1)), replace(CLOSING, "2027-01-01T00:00:00Z".into()), replace("/salesStage", "40".into())]))]),
        ("patch-append",
            vec![patch(json!([replace("/team/-", person.clone())]))],
            vec![patch(json!([add("/team/-", person.clone())]))]),
        ("patch-number-as-text",
            vec![patch(json!([replace("/details/dealValue", "10000".into())]))],
            vec![patch(json!([replace("/details/dealValue", json!(10000))]))]),
        ("registration-path",
            vec![patch(json!([replace("/registrations/0/contract/currency", "USD".into()), replace("/registrations/1/contract/value", json!(1)), replace("/registrations", json!([]))]))],
            vec![patch(json!([
                replace("/registrations/0/contract/value", json!(1)),
                replace("/registrations/0/solutionDetails/0/marketplaceTransactionDetails/isMarketplaceTransacted", json!(true)),
            ]))]),
        ("registration-type",
            vec![register(&[("/type", s("AzureIP".into()))]), register(&[("/type", None)])],
            vec![register(&[])]),
        ("registration-value",
            vec![register(&[("/contract/term", s("Forever".into())), ("/solutionDetails/0/pricingModel", s("Flat".into()))]), patch(json!([replace("/registrations/0/solutionDetails/0/primaryDeploymentOn", "Us".into())]))],
            vec![register(&[("/solutionDetails/0/pricingModel", s("PayAsYouGo".into()))])]),
        ("registration-complete",
            vec![
                register(&[("/contract", None), ("/solutionDetails", s(json!([])))]),
                register(&[("/contract/endDateTime", None), ("/solutionDetails/0/marketplaceTransactionDetails/marketplaceTransactionDateTime", None)]),
            ],
            vec![
                register(&[("/contract/term", s("Perpetual".into())), ("/contract/endDateTime", None)]),
                register(&[("/solutionDetails/0/marketplaceTransactionDetails", s(json!({"isMarketplaceTransacted": false})))]),
            ]),
        ("registration-on-azure",
            vec![
                register(&[("/solutionDetails/0/isDeployedOnAzure", s(json!(false)))]),
                patch(json!([replace("/registrations/0/solutionDetails/0/isDeployedOnAzure", json!(false))])),
            ],
            vec![patch(json!([replace("/registrations/0/solutionDetails/0/isDeployedOnAzure", json!(true))]))]),
    ]
}

/// Whether it is a rule that only a deal has to keep.
fn is_of_deals(rule: &str) -> bool {
    let mut rules = RULES.iter();
    rules.any(|known| known.id == rule && known.severity != known.of_deals)
}

#[test]
fn every_rule_refuses_something_and_lets_something_near_it_pass() {
    let cases = cases();
    let names: Vec<_> = cases.iter().map(|(rule, ..)| *rule).collect();
    let rules: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(names, rules);
    assert_eq!(rules.iter().collect::<BTreeSet<_>>().len(), rules.len());

    let mut table = String::new();
    for (rule, refused, allowed) in &cases {
        assert!(!refused.is_empty() && !allowed.is_empty(), "{rule}");
        table.push_str(&format!("## {rule}\n"));
        let of_deals = |case: &Case| case.of_deal().filter(|_| is_of_deals(rule));
        for case in refused {
            let deal = of_deals(case);
            if deal.is_some() {
                let findings = case.findings();
                let found = findings.iter().find(|finding| finding.rule == *rule);
                let severity = found.map(|finding| finding.severity);
                assert_eq!(severity, Some(Severity::Warning), "{rule}: {findings}");
            }
            let case = deal.as_ref().unwrap_or(case);
            let findings = case.findings();
            assert!(
                findings.iter().any(|finding| finding.rule == *rule),
                "{rule}: {findings}"
            );
            for finding in &findings {
                let known = RULES.iter().find(|known| known.id == finding.rule);
                let known = known.unwrap_or_else(|| panic!("{finding}"));
                let severity = match case {
                    Case::Deal(_) => known.of_deals,
                    _ => known.severity,
                };
                assert_eq!((finding.severity, finding.page), (severity, known.page));
                // The page is the rule's, and told once for all of its findings.
                let line = finding.to_string();
                let (line, page) = line.rsplit_once("; ").expect("a page");
                assert_eq!(page, format!("{}]", known.page));
                table.push_str(&format!("{line}]\n"));
            }
            table.push_str("--\n");
        }
        for (index, case) in allowed.iter().enumerate() {
            let findings = of_deals(case).as_ref().unwrap_or(case).findings();
            // Nor does it break another rule.
            assert!(findings.is_empty(), "{rule}, {index}: {findings}");
        }
    }
    insta::assert_snapshot!("every_rule", table);
}

#[test]
fn the_rules_are_what_reviewers_saw() {
    let lines = RULES.iter().map(|rule| {
        let deal = match is_of_deals(rule.id) {
            true => format!(", of deals {}", rule.of_deals),
            false => String::new(),
        };
        format!(
            "{}{deal} {}: {} ({})\n",
            rule.severity, rule.id, rule.statement, rule.page
        )
    });
    insta::assert_snapshot!("rules", lines.collect::<String>());
}

#[test]
fn nothing_is_wrong_with_a_deal_of_any_kind() {
    let names = fixture_names("new-referrals");
    assert_eq!(names.len(), 5);
    for name in names {
        let findings = Case::New(fixture(&format!("new-referrals/{name}"))).findings();
        assert!(findings.is_empty(), "{name}:\n{findings}");
    }
}

/// A referral that the page on creating one shows is none to refuse.
#[test]
fn what_the_pages_of_the_api_show_is_not_refused() {
    // The smallest sample of 2024: three flags in PascalCase, no value, no date.
    let mut private = base("private");
    for name in [
        "status",
        "substatus",
        "salesStage",
        "externalReferenceId",
        "inviteContext",
    ] {
        private.as_object_mut().expect("an object").remove(name);
    }
    private["target"] = json!([]);
    private["consent"] = json!({
        "ConsentToToShareInfoWithOthers": true,
        "ConsentToContact": true,
        "ConsentToMicrosoftToContactSpecificPartners": false,
        "consentToShareReferralWithMicrosoftSellers": false,
    });
    for name in ["dealValue", "currency", "closingDateTime", "notes"] {
        set(&mut private, &format!("/details/{name}"), None);
    }
    // The four members that it requires.
    let required = json!({
        "type": "Independent", "customerProfile": {"name": "Contoso"}, "consent": {}, "details": {},
    });
    // A sample of 2018, which is answered with Active and Accepted.
    let mut pair = base("private");
    pair["status"] = "Active".into();
    pair["substatus"] = "Pending".into();
    let rules = |findings: &Findings, severity| {
        let mut rules: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .map(|finding| finding.rule)
            .collect();
        rules.dedup();
        rules.join(" ")
    };
    let mut table = String::new();
    for document in [private, required, pair] {
        let (new, deal) = (
            Case::New(document.to_string()).findings(),
            Case::Deal(document.to_string()).findings(),
        );
        assert!(!new.is_refused(), "{new}");
        let refused = rules(&deal, Severity::Error);
        let warned = rules(&new, Severity::Warning);
        table.push_str(&format!("{warned}\n    of a deal: {refused}\n"));
    }
    insta::assert_snapshot!("shown_by_the_pages", table);
}

/// The referral for Microsoft has what its engagement does not say already.
#[test]
fn the_second_of_a_shared_deal_needs_nothing_that_the_first_says() {
    let second = json!({
        "type": "Shared", "engagementId": "0a1b2c3d-1111-4222-8333-444455556666",
        "customerProfile": base("co-sell")["customerProfile"],
        "consent": base("co-sell")["consent"],
        "details": {"requirements": {}},
        "target": [{"type": "BusinessProfileLocation", "id": "msft"}],
        "inviteContext": {"assistanceRequestCode": "GeneralOrOther"},
    });
    for case in [
        Case::New(second.to_string()),
        Case::Deal(second.to_string()),
    ] {
        let findings = case.findings();
        assert!(findings.is_empty(), "{findings}");
    }
}

/// The table of statuses, each pair to each pair.
#[test]
fn every_step_is_allowed_or_refused_as_the_table_says() {
    let pairs = [
        ("New", "Pending"),
        ("New", "Received"),
        ("Active", "Accepted"),
        ("Closed", "Won"),
        ("Closed", "Lost"),
        ("Closed", "Declined"),
        ("Closed", "Expired"),
    ];
    let order = |status| {
        ["New", "Active", "Closed"]
            .iter()
            .position(|s| *s == status)
    };
    for from in pairs {
        for to in pairs {
            let findings = step("Incoming", from, to).findings();
            let allowed = from == to
                || from.0 != "Closed" && order(from.0) <= order(to.0) && to.1 != "Expired";
            assert_eq!(
                !findings.is_refused(),
                allowed,
                "{from:?} to {to:?}: {findings}"
            );
        }
    }
}

#[test]
fn everything_is_told_at_once_and_in_the_order_of_the_text() {
    let text = r#"{"details":{"currency":"usd","dealValue":"1","closingDateTime":"soon"},
        "type":"Joint","customerProfile":{"address":{"country":"USA"}},"consent":{}}"#;
    let findings = Case::New(text.to_owned()).findings();
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| format!("{} {}", finding.path, finding.rule))
        .collect();
    insta::assert_snapshot!("in_order", lines.join("\n"));
    assert_eq!(findings, Case::New(text.to_owned()).findings());
    assert_eq!(findings.to_string().lines().count(), findings.len());
    let json = serde_json::to_value(&findings).expect("JSON");
    assert_eq!(
        json[0],
        json!({
            "rule": "currency-three-letters",
            "severity": "error",
            "path": "/details/currency",
            "message": "\"usd\" is no currency: write its three upper-case letters (ISO 4217), such as USD",
            "page": {"title": "Referral resources", "year": 2019},
        })
    );
}

#[test]
fn a_line_is_a_line_whatever_members_are_called() {
    let name = "/a\nb\u{1b}[2J\u{202e}\u{2066}\u{200f}\u{61c}";
    let findings = new("private", &[(name, Some(json!(1)))]).findings();
    assert_eq!(findings.to_string().lines().count(), 1);
    let shown = findings.to_string();
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}']));
}

#[test]
fn no_text_is_too_deep() {
    let deep = |inside: &str| {
        let (open, close) = ("[{\"a\":".repeat(50_000), "}]".repeat(50_000));
        format!(
            "{{\"status\":\"Closed\",\"type\":{open}{inside}{close},\"x\":{open}{inside}{close}}}"
        )
    };
    let quoted = deep("\"\\\"[[[\"");
    assert!(Case::New(quoted.clone()).findings().is_refused());
    assert!(Case::Patch(format!("[{quoted}]")).findings().is_refused());
    let findings = Case::Change(deep("1"), deep("2")).findings();
    assert_eq!(
        findings
            .iter()
            .map(|finding| finding.rule)
            .collect::<Vec<_>>(),
        ["member-type"]
    );
    assert_eq!(view::depth(&quoted), 100_001);
}

/// Each checks dozens of documents.
const CASES: u32 = 32;

/// Any JSON, with names that referrals have among others.
fn json_like_a_referral() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "type",
            "status",
            "substatus",
            "customerProfile",
            "consent",
            "details",
            "team",
            "target",
            "requirements",
            "solutions",
            "id",
            "dealValue",
            "currency",
            "country",
            "address",
            "closingDateTime",
            "inviteContext",
            "assistanceRequestCode",
            "op",
            "path",
            "value",
            "registrations",
            "contract",
            "attributes",
            "ENGAGEMENTID",
            "direction",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![
            "",
            "New",
            "Closed",
            "Won",
            "Active",
            "Accepted",
            "msft",
            "/team/-",
            "/status",
            "/registrations/-",
            "/registrations/0/contract/value",
            "replace",
            "add",
            "true",
            "2027-06-30",
            "CustomerMarketplaceIntent",
            "/",
            "-",
            "/details/dealValue/-",
        ])
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn no_json_is_too_odd(
        one in json_like_a_referral(),
        other in json_like_a_referral(),
        operations in prop::collection::vec(json_like_a_referral(), 0..4),
    ) {
        let (one, other) = (one.to_string(), other.to_string());
        Case::New(one.clone()).findings();
        let same = Case::Change(one.clone(), one.clone()).findings();
        prop_assert!(same.is_empty() || !one.starts_with('{'), "{}", same);
        let findings = Case::Change(one, other).findings();
        prop_assert_eq!(findings.to_string().lines().count(), findings.len());
        Case::Patch(Value::from(operations).to_string()).findings();
    }

    #[test]
    fn nobody_is_named(secret in "zq[A-Za-z0-9@ .+]{4,40}qz") {
        let places = [
            "/name", "/statusReason", "/customerProfile/name", "/details/notes",
            "/customerProfile/address/addressLine1", "/customerProfile/address/city",
            "/inviteContext/notes", "/team/0/firstName", "/team/0/lastName", "/team/0/phoneNumber",
            "/team/0/email", "/team/0/title", "/customerProfile/team/0/firstName",
            "/customerProfile/team/0/lastName", "/customerProfile/team/0/phoneNumber",
            "/customerProfile/team/0/email",
        ];
        let secrets = [
            json!(secret), json!([secret]), json!({"x": secret}), json!(format!("{secret}@")),
            json!(format!("{secret}\n")),
        ];
        for value in secrets {
            let edits: Vec<_> = places.iter().map(|place| (*place, Some(value.clone()))).collect();
            let mut shown = String::new();
            let mut tell = |case: &Case| {
                let findings = case.findings();
                shown.push_str(&findings.to_string());
                shown.push_str(&serde_json::to_string(&findings).expect("JSON"));
            };
            tell(&new("co-sell", &edits));
            tell(&change(existing("co-sell", "Active", "Accepted"), &edits));
            tell(&change(existing("co-sell", "Closed", "Won"), &edits));
            let whole = base("co-sell");
            for place in places {
                // Once in place of the member, once inside of what it is in.
                tell(&patch(json!([replace(place, value.clone())])));
                let (parent, _) = place.rsplit_once('/').expect("a pointer");
                if !parent.is_empty() {
                    let mut inner = whole.pointer(parent).expect(parent).clone();
                    let name = place.rsplit('/').next().expect("a name");
                    inner[name] = value.clone();
                    tell(&patch(json!([add(parent, inner)])));
                }
            }
            tell(&patch(json!([add("/team/-", json!({"email": value, "phoneNumber": value}))])));
            prop_assert!(!shown.contains(&secret), "{}", shown);
        }
    }
}
