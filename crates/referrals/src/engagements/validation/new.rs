//! What a new referral has to have.

use super::Findings;
use super::forms::REFERRAL;
use super::rules::{
    AT_MOST_50_PEOPLE, AT_MOST_50_SOLUTIONS, CLOSING_DATE, CUSTOMER_ADDRESS, CUSTOMER_CONSENT,
    CUSTOMER_CONTACT, CUSTOMER_NAME, DEAL_CURRENCY, DEAL_NAME, DEAL_QUALIFICATION, DEAL_VALUE,
    ENGAGEMENT_ID, ENGAGEMENT_TARGET, FIRST_PAIR, FIRST_STATUS, HELP_IS_SHARED, MARKETPLACE_INTENT,
    MARKETPLACE_INTENT_PLACE, MARKETPLACE_INTENT_VALUE, NOTES, OWN_TEAM, REQUIRED_MEMBER,
    SHARED_TARGET, SHARING_DECIDED, SOLUTION, SOLUTION_ID, TARGET_COMPLETE, TARGET_IS_SHARED,
    TARGET_JOINS,
};
use super::view::{Kind, View, shown};
use super::walk::{Found, Writer, walk};
use super::{Rule, change};

/// The largest number of solutions, and of people.
const MOST: usize = 50;

pub(super) const SHARE: &str = "consentToShareReferralWithMicrosoftSellers";

pub(super) fn check(text: &str, mut found: Found) -> Findings {
    let document = View::of(text);
    // There may be null where a referral should be, which is nothing elsewhere.
    if !document.is_object() {
        let message = format!(
            "{} stands where a referral has to be: write an object",
            super::view::described(&document)
        );
        found.add(super::rules::MEMBER_TYPE, &document, message);
        return found.finish();
    }
    walk(&mut found, &document, &REFERRAL, Writer::Caller);
    required(&mut found, &document);
    solutions(&mut found, &document);
    at_most(
        &mut found,
        AT_MOST_50_PEOPLE,
        &document.get("team"),
        "people",
    );
    // What a deal has to say, the referral says that begins the engagement.
    if !joins_for_microsoft(&document) {
        deal(&mut found, &document);
    }
    visibility(&mut found, &document);
    targets(&mut found, &document);
    status(&mut found, &document);
    found.finish()
}

fn need(found: &mut Found, rule: &Rule, view: &View<'_>, message: &str) {
    if !view.is_filled() {
        found.add(rule, view, message);
    }
}

fn required(found: &mut Found, document: &View<'_>) {
    for (name, message) in [
        (
            "type",
            "there is none, and every new referral needs one: write Independent or Shared",
        ),
        (
            "customerProfile",
            "there is none, and every new referral needs one: write who the customer is",
        ),
        (
            "consent",
            "there is none, and every new referral needs one: write what the customer has agreed to",
        ),
        (
            "details",
            "there are none, and every new referral needs some: write what the deal is about",
        ),
    ] {
        let view = document.get(name);
        if !view.is_set() {
            found.add(REQUIRED_MEMBER, &view, message);
        }
    }
    let customer = document.get("customerProfile");
    if customer.is_object() {
        need(
            found,
            CUSTOMER_NAME,
            &customer.get("name"),
            "the customer has no name: write that of the organization",
        );
    }
}

/// What a deal has to say, by the pages on deals.
fn deal(found: &mut Found, document: &View<'_>) {
    need(
        found,
        DEAL_NAME,
        &document.get("name"),
        "the deal has no name: write one",
    );
    address(found, document);
    details(found, document);
    own_team(found, document);
}

fn address(found: &mut Found, document: &View<'_>) {
    let customer = document.get("customerProfile");
    if !customer.is_object() {
        return;
    }
    let address = customer.get("address");
    if address.is_set() && !address.is_object() {
        return;
    }
    for (name, message) in [
        (
            "addressLine1",
            "the address has no first line: write street and number",
        ),
        ("city", "the address has no city: write one"),
        (
            "country",
            "the address has no country: write its two letters, such as US",
        ),
    ] {
        need(found, CUSTOMER_ADDRESS, &address.get(name), message);
    }
}

fn details(found: &mut Found, document: &View<'_>) {
    let details = document.get("details");
    if !details.is_object() {
        return;
    }
    for (rule, name, message) in [
        (
            DEAL_VALUE,
            "dealValue",
            "there is none: write the estimated value as a number",
        ),
        (
            DEAL_CURRENCY,
            "currency",
            "there is none: write the three letters of the value's currency, such as USD",
        ),
        (
            CLOSING_DATE,
            "closingDateTime",
            "there is none: write when the deal is expected to close",
        ),
        (
            NOTES,
            "notes",
            "there are none, and Partner Center itself demands some: write what the deal is about",
        ),
    ] {
        need(found, rule, &details.get(name), message);
    }
    let requirements = details.get("requirements");
    if requirements.is_set() && !requirements.is_object() {
        return;
    }
    need(
        found,
        SOLUTION,
        &requirements.get("solutions"),
        "the deal has no solution: write at least one with its id, such as SOL-...",
    );
    marketplace_intent(found, document, &requirements);
}

fn solutions(found: &mut Found, document: &View<'_>) {
    let solutions = document.find(&["details", "requirements", "solutions"]);
    at_most(found, AT_MOST_50_SOLUTIONS, &solutions, "solutions");
    for solution in solutions.items() {
        if solution.is_object() {
            need(
                found,
                SOLUTION_ID,
                &solution.get("id"),
                "the solution has no id: write the one that Partner Center shows, such as SOL-...",
            );
        }
    }
}

fn at_most(found: &mut Found, rule: &Rule, view: &View<'_>, what: &str) {
    let count = view.items().len();
    if count > MOST {
        let message =
            format!("there are {count} {what}, and at most {MOST} are taken: leave some out");
        found.add(rule, view, message);
    }
}

fn marketplace_intent(found: &mut Found, document: &View<'_>, requirements: &View<'_>) {
    let attributes = requirements.find(&["additionalRequirements", "attributes"]);
    let items = attributes.items().into_iter();
    let mut intents = items.filter(|item| item.get("type").is("CustomerMarketplaceIntent"));
    let attribute = intents.find(|item| item.get("id").is_filled());
    let elsewhere = document.get("customerMarketplaceIntent");
    let advice = "write {\"id\":\"HaveNotDecided\",\"type\":\"CustomerMarketplaceIntent\"} into \
                  /details/requirements/additionalRequirements/attributes";
    let intent = match attribute {
        Some(item) => item.get("id"),
        None if elsewhere.is_filled() => {
            let message =
                format!("a table has it here, the page's own sample as an attribute: {advice}");
            found.add(MARKETPLACE_INTENT_PLACE, &elsewhere, message);
            elsewhere
        }
        None => {
            let message = format!(
                "it is not said whether the customer means to buy in the marketplace: {advice}"
            );
            return found.add(MARKETPLACE_INTENT, &attributes, message);
        }
    };
    let known = ["HaveNotDecided", "Yes", "No"];
    if intent.kind() == Kind::Text && !known.iter().any(|known| intent.is(known)) {
        let message = format!(
            "{} is no answer that is known: write {}",
            shown(&intent),
            known.join(" or ")
        );
        found.add(MARKETPLACE_INTENT_VALUE, &intent, message);
    }
}

/// What is known of somebody who can be reached.
const REACHED: [(&str, &str); 4] = [
    ("firstName", "first name"),
    ("lastName", "last name"),
    ("phoneNumber", "phone number"),
    ("email", "e-mail address"),
];

/// Somebody has to be reachable; whoever comes closest is told what is missing.
fn somebody(found: &mut Found, rule: &Rule, team: &View<'_>, nobody: &str) {
    if team.is_set() && team.kind() != Kind::Array {
        return;
    }
    let missing = |person: &View<'_>| {
        let missing = REACHED.iter();
        missing
            .filter(|(name, _)| !person.get(name).is_filled())
            .count()
    };
    let people: Vec<_> = team.items().into_iter().filter(View::is_object).collect();
    let Some(closest) = people.iter().min_by_key(|person| missing(person)) else {
        return found.add(rule, team, nobody);
    };
    for (name, what) in REACHED {
        let place = closest.get(name);
        if !place.is_filled() {
            let message =
                format!("no {what} is there, and nobody else of this team has all: write it");
            found.add(rule, &place, message);
        }
    }
}

fn own_team(found: &mut Found, document: &View<'_>) {
    let team = document.get("team");
    let nobody = "nobody of the own team is named: write first and last name, phone number and \
                  e-mail of somebody";
    somebody(found, OWN_TEAM, &team, nobody);
}

/// Whether Microsoft is asked for help.
pub(super) fn asks_for_help(document: &View<'_>) -> bool {
    let help = document.find(&["inviteContext", "assistanceRequestCode"]);
    help.is_filled() && !help.is("Unknown")
}

/// Whether a target is Microsoft.
fn is_microsoft(target: &View<'_>) -> bool {
    let id = target.get("id").text();
    id.is_some_and(|id| id.eq_ignore_ascii_case("msft"))
}

/// Whether it is the second referral of a shared deal: Microsoft's, in the engagement that
/// the own one began.
fn joins_for_microsoft(document: &View<'_>) -> bool {
    document.get("engagementId").is_filled()
        && document.get("target").items().iter().any(is_microsoft)
}

fn visibility(found: &mut Found, document: &View<'_>) {
    let consent = document.get("consent");
    let targets = document.get("target").items();
    if consent.is_object() {
        let contacts = consent.get("consentToToShareInfoWithOthers");
        if !contacts.is_set() || contacts.flag() == Some(false) {
            let message = "the customer has not consented to sharing the contacts, and a deal is \
                           not created without: ask the customer, then write true";
            found.add(CUSTOMER_CONSENT, &contacts, message);
        }
        let share = consent.get(SHARE);
        if !share.is_set() {
            let message = "it is not said whether Microsoft's sellers see the deal, and what they \
                           have seen is not hidden again: write false for a private deal, true for \
                           one that is partner-led or co-sold";
            found.add(SHARING_DECIDED, &share, message);
        }
        if share.flag() == Some(false) {
            for target in targets.iter().filter(|target| is_microsoft(target)) {
                let message = "the referral is meant for Microsoft, and consent keeps it private: \
                               take the target out, or share the deal";
                found.add(TARGET_IS_SHARED, target, message);
            }
        }
    }
    if asks_for_help(document) {
        help(found, document);
    }
}

/// What it takes to ask Microsoft for help.
pub(super) fn help(found: &mut Found, document: &View<'_>) {
    let share = document.find(&["consent", SHARE]);
    if share.flag() == Some(false) {
        let message = "Microsoft is asked for help with a deal that its sellers cannot see: write \
                       true for a co-sell, or take assistanceRequestCode out of inviteContext for a \
                       private deal";
        found.add(HELP_IS_SHARED, &share, message);
    }
    let customer = document.get("customerProfile");
    if customer.is_object() {
        let nobody = "help is asked for, and nobody at the customer is named: write first and last \
                      name, phone number and e-mail of a contact";
        somebody(found, CUSTOMER_CONTACT, &customer.get("team"), nobody);
    }
}

fn targets(found: &mut Found, document: &View<'_>) {
    let target = document.get("target");
    let targets = target.items();
    let engagement = document.get("engagementId");
    if !target.is_filled() && document.get("type").is("Shared") {
        let message = "the referral is Shared, and it is not said with whom: write a target of the \
                       type SolutionProfile, or of the type BusinessProfileLocation and the id \
                       msft for the one that joins";
        found.add(SHARED_TARGET, &target, message);
    }
    for target in targets.iter().filter(|target| target.is_object()) {
        for (name, message) in [
            (
                "type",
                "the target has no type: write SolutionProfile or BusinessProfileLocation",
            ),
            (
                "id",
                "the target has no id: write that of a solution (SOL-...), or msft for Microsoft",
            ),
        ] {
            need(found, TARGET_COMPLETE, &target.get(name), message);
        }
        if is_microsoft(target) && !engagement.is_filled() {
            let message = "this referral for Microsoft begins an engagement of its own: create the \
                           own deal first, and write the engagementId of the answer into this one";
            found.add(TARGET_JOINS, target, message);
        }
    }
    let is_guid = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    if engagement.kind() != Kind::Text {
        return;
    }
    if !engagement.text().is_some_and(|text| is_guid(&text)) {
        let message = format!(
            "{} is no GUID: copy the engagementId of the answer, or leave it out to begin an \
             engagement",
            super::view::described(&engagement)
        );
        found.add(ENGAGEMENT_ID, &engagement, message);
    }
    if !target.is_filled() {
        let message = "the referral joins an engagement, and it is not said whom it is for: write a \
                       target, such as the type BusinessProfileLocation and the id msft";
        found.add(ENGAGEMENT_TARGET, &target, message);
    }
}

fn status(found: &mut Found, document: &View<'_>) {
    let [status, substatus] = ["status", "substatus"].map(|name| document.get(name));
    let mut fits = true;
    for (view, known, first) in [
        (&status, change::STATUSES, ["New", "Active"].as_slice()),
        (
            &substatus,
            change::SUBSTATUSES,
            &["Pending", "Received", "Accepted"],
        ),
    ] {
        if change::is_one(view, known) && !first.iter().any(|first| view.is(first)) {
            let message = format!(
                "no referral begins with {}: write {}, or leave status and substatus out",
                shown(view),
                first.join(" or ")
            );
            found.add(FIRST_STATUS, view, message);
            fits = false;
        }
    }
    if fits && let Some(message) = change::pair(&status, &substatus) {
        found.add(FIRST_PAIR, &substatus, message);
    }
    let qualification = document.get("qualification");
    if ["Direct", "MarketingQualified"]
        .iter()
        .any(|value| qualification.is(value))
    {
        let message = format!(
            "{} is for leads that come from customers and Microsoft: write SalesQualified for a \
             deal of your own",
            shown(&qualification)
        );
        found.add(DEAL_QUALIFICATION, &qualification, message);
    }
}
