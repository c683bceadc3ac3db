//! The rules.

use super::{Page, Rule, Severity};

const fn page(title: &'static str, year: u16) -> Page {
    Page { title, year }
}

const JSON: Page = page("JSON (RFC 8259)", 2017);
const CREATE: Page = page("Create a referral", 2019);
const CREATE_2024: Page = page("Create a referral", 2024);
const INTRODUCTION: Page = page("Referrals API introduction", 2024);
const RESOURCES: Page = page("Referral resources", 2019);
const PATCH: Page = page("Patch a referral", 2020);
const COSELL: Page = page("Manage co-sell opportunities", 2023);
const BULK: Page = page("Bulk operations for Co-sell opportunities", 2023);
const DEALS: Page = page(
    "Bulk operations for Azure IP co-sell deal registrations",
    2023,
);
const CONNECTOR: Page = page("Partner Center Referrals (connector)", 2022);

/// What it means to break a rule with any referral, and with a deal.
type Weight = (Severity, Severity);

const ERROR: Weight = (Severity::Error, Severity::Error);
const WARNING: Weight = (Severity::Warning, Severity::Warning);
/// The pages on co-sell and on files demand it of a deal, those of the API do not.
const OF_DEALS: Weight = (Severity::Warning, Severity::Error);

/// Each rule by its name, and all of them in a table.
macro_rules! rules {
    ($($name:ident = $id:literal, $weight:ident, $page:ident, $statement:literal;)+) => {
        $(
            pub(super) const $name: &Rule = &Rule {
                id: $id,
                severity: $weight.0,
                of_deals: $weight.1,
                statement: $statement,
                page: $page,
            };
        )+

        /// Every rule there is.
        pub const RULES: &[Rule] = &[$(*$name),+];
    };
}

rules! {
    // Any referral, new or changed, and the values of a patch.
    MEMBER_TYPE = "member-type", ERROR, RESOURCES,
        "Every member has the type that is documented.";
    MEMBER_CASE = "member-case", WARNING, RESOURCES,
        "Members are written in camelCase, as in every answer of the service; a sample mixes the case.";
    MEMBER_ONCE = "member-once", ERROR, JSON,
        "No member is there twice in one object.";
    UNKNOWN_MEMBER = "unknown-member", WARNING, RESOURCES,
        "Members are those that are documented or were seen on the wire.";
    SET_BY_SERVICE = "set-by-service", WARNING, CREATE,
        "What the service sets itself is left out: ids, times, owner, eTag, direction, links.";
    KNOWN_VALUE = "known-value", ERROR, RESOURCES,
        "Type, status, substatus, qualification and the like have documented values.";
    KNOWN_HELP = "known-help", ERROR, CONNECTOR,
        "The kind of help asked of Microsoft is one of the connector's codes.";
    TAXONOMY = "taxonomy", WARNING, RESOURCES,
        "Industries, products, services, solutions of the type Category and sizes are those listed.";
    SALES_STAGE = "sales-stage", WARNING, COSELL,
        "The sales stage is a percentage of the list, as text.";
    COUNTRY = "country-two-letters", ERROR, BULK,
        "A country is two upper-case letters (ISO 3166-1).";
    CURRENCY = "currency-three-letters", ERROR, RESOURCES,
        "A currency is three upper-case letters (ISO 4217).";
    DATE_READABLE = "date-readable", ERROR, RESOURCES,
        "A date is written as 2027-06-30T00:00:00Z.";
    DATE_UTC = "date-utc", ERROR, RESOURCES,
        "Dates are in UTC and say so with a Z.";
    NUMBER_NOT_TEXT = "number-not-text", ERROR, RESOURCES,
        "A number is written without quotes.";
    NUMBER_NOT_NEGATIVE = "number-not-negative", ERROR, COSELL,
        "Values, prices and quantities are not negative.";
    EMAIL_SHAPE = "email-shape", ERROR, COSELL,
        "An e-mail address has an @ with something before it and a domain after it.";
    AT_MOST_50_SOLUTIONS = "at-most-50-solutions", OF_DEALS, BULK,
        "A deal has at most 50 solutions.";
    AT_MOST_50_PEOPLE = "at-most-50-people", OF_DEALS, BULK,
        "A deal has at most 50 people in its own team.";

    // A new referral.
    REQUIRED_MEMBER = "required-member", ERROR, CREATE,
        "Type, customerProfile, consent and details are required.";
    CUSTOMER_NAME = "customer-name", ERROR, CREATE,
        "The customer has a name.";
    DEAL_NAME = "deal-name", OF_DEALS, BULK,
        "A deal has a name.";
    DEAL_VALUE = "deal-value", OF_DEALS, BULK,
        "A deal has an estimated value.";
    DEAL_CURRENCY = "deal-currency", OF_DEALS, BULK,
        "A deal has a currency.";
    CLOSING_DATE = "closing-date", OF_DEALS, BULK,
        "A deal has an estimated closing date.";
    NOTES = "notes", WARNING, COSELL,
        "A deal has notes. Partner Center itself demands them, files and API do not.";
    CUSTOMER_ADDRESS = "customer-address", OF_DEALS, BULK,
        "The customer's address has a first line, a city and a country.";
    OWN_TEAM = "own-team", OF_DEALS, BULK,
        "Somebody of the own team is named with first and last name, phone number and e-mail.";
    SOLUTION = "solution", OF_DEALS, BULK,
        "A deal has at least one solution.";
    SOLUTION_ID = "solution-id", OF_DEALS, BULK,
        "A solution has an id.";
    MARKETPLACE_INTENT = "marketplace-intent", OF_DEALS, BULK,
        "It is said whether the customer means to buy in the marketplace.";
    MARKETPLACE_INTENT_PLACE = "marketplace-intent-place", WARNING, CREATE_2024,
        "The marketplace intent is an attribute under additionalRequirements.";
    MARKETPLACE_INTENT_VALUE = "marketplace-intent-value", WARNING, CREATE_2024,
        "The marketplace intent is HaveNotDecided, Yes or No; only the first is documented.";
    CUSTOMER_CONSENT = "customer-consent", OF_DEALS, BULK,
        "The customer has consented to sharing the contacts.";
    SHARING_DECIDED = "sharing-decided", OF_DEALS, CREATE_2024,
        "It is said whether Microsoft's sellers see the deal: false keeps it private, true shares it.";
    HELP_IS_SHARED = "help-is-shared", ERROR, CREATE_2024,
        "Who asks Microsoft for help shows its sellers the deal.";
    TARGET_IS_SHARED = "target-is-shared", ERROR, CREATE_2024,
        "A private deal is not meant for Microsoft.";
    CUSTOMER_CONTACT = "customer-contact", OF_DEALS, BULK,
        "When help is asked, a contact of the customer has first and last name, phone number and e-mail.";
    DEAL_QUALIFICATION = "deal-qualification", WARNING, INTRODUCTION,
        "A deal of one's own is qualified as SalesQualified or None.";
    SHARED_TARGET = "shared-target", WARNING, CREATE,
        "A Shared referral has a target.";
    TARGET_COMPLETE = "target-complete", ERROR, CREATE,
        "A target has a type and an id.";
    TARGET_JOINS = "target-joins", ERROR, CREATE,
        "The referral for Microsoft joins the engagement of the deal that was created first.";
    ENGAGEMENT_ID = "engagement-id", ERROR, CREATE,
        "An engagementId is the GUID of an answer.";
    ENGAGEMENT_TARGET = "engagement-target", WARNING, CREATE,
        "A referral that joins an engagement has a target.";
    FIRST_STATUS = "first-status", ERROR, CREATE,
        "A referral is created as New or Active, with Pending, Received or Accepted, or without both.";
    FIRST_PAIR = "first-pair", WARNING, CREATE,
        "A new referral that is New is Pending or Received, one that is Active is Accepted; the pages \
         and their samples contradict each other.";

    // Status and substatus.
    STATUS_PAIR = "status-pair", ERROR, RESOURCES,
        "New goes with Pending or Received, Active with Accepted, Closed with Won, Lost, Declined or \
         Expired.";
    STATUS_TOGETHER = "status-together", ERROR, PATCH,
        "Status and substatus change together.";
    STATUS_TRANSITION = "status-transition", ERROR, RESOURCES,
        "A referral goes from New to Active to Closed and never back.";
    CLOSED_IS_FINAL = "closed-is-final", ERROR, BULK,
        "Nothing of a closed referral changes, but for the registration of a won deal.";
    RECEIVER_ANSWERS = "receiver-answers", ERROR, COSELL,
        "A referral is accepted or declined by who received it.";
    EXPIRED_BY_SERVICE = "expired-by-service", ERROR, COSELL,
        "Expired is what the service makes of a referral that nobody answers.";
    CLOSING_FITS = "closing-fits", WARNING, COSELL,
        "What is New is declined; what is Active is won or lost.";

    // A change.
    READ_ONLY = "read-only", ERROR, BULK,
        "What the service sets is not changed.";
    FIXED_AFTER_CREATION = "fixed-after-creation", ERROR, BULK,
        "Customer name, address and D-U-N-S number, consent to share contacts and PartnerID stay as \
         created.";
    FIXED_AFTER_SHARING = "fixed-after-sharing", ERROR, BULK,
        "Customer contacts and notes to Microsoft stay as they are once the deal is shared.";
    ONCE_SET = "once-set", ERROR, BULK,
        "Sharing with Microsoft, help and its kind are not taken back or changed.";
    PUBLISHES = "publishes", WARNING, COSELL,
        "Sharing a deal with Microsoft's sellers cannot be taken back.";

    // A patch.
    PATCH_OPERATION = "patch-operation", ERROR, PATCH,
        "A patch is an array of operations, each with op, path and value.";
    PATCH_OPERATOR = "patch-operator", ERROR, PATCH,
        "An operation is an add or a replace.";
    PATCH_PATH = "patch-path", ERROR, PATCH,
        "A path is a JSON Pointer to a member of a referral.";
    PATCH_PATH_DOCUMENTED = "patch-path-documented", WARNING, PATCH,
        "Paths are those that are documented.";
    PATCH_APPEND = "patch-append", ERROR, PATCH,
        "What is appended (a path that ends in /-) is added, not replaced.";
    PATCH_NUMBER_AS_TEXT = "patch-number-as-text", WARNING, PATCH,
        "The deal value is a number; the samples of the page have it as text.";
    REGISTRATION_PATH = "registration-path", ERROR, CONNECTOR,
        "A registration is added under /registrations/- and corrected under listed paths.";
    REGISTRATION_TYPE = "registration-type", ERROR, CONNECTOR,
        "A registration is one of the type AzureIPCoSell.";
    REGISTRATION_VALUE = "registration-value", ERROR, DEALS,
        "Term, place of deployment and pricing of a registration have documented values.";
    REGISTRATION_COMPLETE = "registration-complete", ERROR, DEALS,
        "A registration has solutions and a contract, a contract an end unless it is Perpetual, a \
         transaction in the marketplace a time.";
    REGISTRATION_ON_AZURE = "registration-on-azure", WARNING, DEALS,
        "A registration of what does not run on Azure is closed unregistered.";
}
