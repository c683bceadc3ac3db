//! The document of a made-up referral.

use super::names::{COLLEAGUES, COUNTRIES, Country};
use super::{
    ACCEPTED, DECLINED, Data, Dice, ERROR, EXPIRED, Engagement, Facts, Kind, LOST, MICROSOFT,
    ORGANIZATIONS, OURS, PAIRS, PENDING, QUALIFICATIONS, RECEIVED, SECOND, TIME_TO_ANSWER, WON,
    written,
};
use crate::data::Named;
use crate::json::Json;

/// Members without a value are null in the documents of newer tools, and left out in
/// older ones. Those that are there in the first place are the same for all.
pub(super) fn make(data: &Data, facts: Facts, engagement: Engagement) -> Json {
    let kind = engagement.kind;
    let mut story = engagement.dice;
    let country = &COUNTRIES[facts.country];
    let customer = Customer::make(&mut story, country);
    let deal = Deal::make(&mut story, country);
    let Facts {
        number,
        role,
        owner,
        pair,
        created,
        updated,
        accepted,
        closed,
        digits,
        mut dice,
        ..
    } = facts;
    let own = owner == OURS;
    let outgoing = facts.outgoing;
    let (status, substatus) = PAIRS[pair];
    let first = |ticks: i64| Json::from(written(ticks, digits[0]));
    let later = |ticks: i64| match ticks == created {
        true => first(ticks),
        false => written(ticks, digits[1]).into(),
    };
    let updated = match pair {
        // To the digit two weeks later.
        EXPIRED => first(updated),
        _ => later(updated),
    };
    let closed_ticks = closed;
    let closed = match (pair, closed) {
        (EXPIRED, Some(closed)) => first(closed),
        (_, closed) => closed.map(later).into(),
    };
    let expires = [PENDING, RECEIVED, EXPIRED].contains(&pair);
    let expires = expires.then(|| first(created + TIME_TO_ANSWER));
    let wants_help = match kind {
        Kind::CoSell | Kind::Network => true,
        Kind::SellerSent => story.one_in(2),
        _ => false,
    };
    // In turn, so that a small sandbox has all of them.
    let assistance = ASSISTANCE[(engagement.number % 7) as usize];
    let assistance = Json::from(wants_help.then_some(assistance));
    let invited_by = match (kind, owner) {
        (Kind::Lead, _) if dice.one_in(3) => None,
        (Kind::Lead | Kind::Qualified | Kind::SellerSent, _) => Some(1),
        (Kind::PartnerSent, _) => Some(engagement.partner),
        _ => Some(OURS),
    };
    let invite_context = invited_by.map(|place| {
        let (id, name) = ORGANIZATIONS[place];
        let invited_by = Json::object([
            ("organizationId", id.into()),
            ("organizationName", name.into()),
        ]);
        Json::object([
            ("notes", dice.pick(&INVITATIONS).into()),
            ("assistanceRequestCode", assistance),
            ("invitedMpnId", Json::Null),
            ("invitedBy", invited_by),
        ])
    });
    let target = match (kind, role) {
        (Kind::CoSell | Kind::Network, 0) => vec![target("SolutionProfile", deal.solution)],
        (Kind::CoSell | Kind::Network, _) if ORGANIZATIONS[owner].0 == MICROSOFT => {
            vec![target("BusinessProfileLocation", MICROSOFT)]
        }
        (Kind::Lead, 0) if dice.one_in(16) => vec![target("None", "")],
        _ => Vec::new(),
    };
    let lead = kind == Kind::Lead;
    let reason = match pair {
        LOST | DECLINED => Json::from(dice.pick(&REASONS)),
        ERROR => dice.pick(&ERRORS).into(),
        _ => Json::Null,
    };
    let stage = match pair {
        WON => Some("100"),
        ACCEPTED => dice.pick(&STAGES),
        _ => None,
    };
    let reference = (own && outgoing && !dice.one_in(4)).then(|| format!("CRM-{number:06}"));
    // Statuses in turn, so that a small sandbox has all of them.
    let turn = (engagement.number / 12 + engagement.number) as usize;
    let registers = own && outgoing && pair == WON && facts.shared;
    let registration = (registers && deal.cents.is_some_and(|cents| cents >= 2_500_000))
        .then(|| Registration::of(&mut dice, &deal, turn, number, closed_ticks, created))
        .flatten();
    let registration_status = registration.as_ref().map_or("None", |one| one.status);
    let registrations = registration.map(|one| one.document);
    let qualification = QUALIFICATIONS[facts.qualification];
    let id = |named| Json::from(data.id(named).to_string());
    let consent = [
        ("consentToToShareInfoWithOthers", Json::from(true)),
        ("consentToContact", Json::from(!dice.one_in(6))),
        (
            "consentToShareReferralWithMicrosoftSellers",
            match (facts.shared, lead) {
                (false, true) => Json::Null,
                (shared, _) => shared.into(),
            },
        ),
        (
            "consentToMicrosoftToContactSpecificPartners",
            dice.pick(&[None, None, Some(false), Some(true)]).into(),
        ),
    ];
    let mut members = vec![
        ("id", id(Named::Made(number.into()))),
        (
            "engagementId",
            id(Named::Engagement(engagement.number.into())),
        ),
        ("name", customer.deal_name(&deal).into()),
        ("organizationId", ORGANIZATIONS[owner].0.into()),
        ("organizationName", ORGANIZATIONS[owner].1.into()),
        ("externalReferenceId", reference.into()),
        ("createdDateTime", first(created)),
        ("updatedDateTime", updated),
        ("expirationDateTime", expires.into()),
        ("acceptedDateTime", accepted.map(later).into()),
        ("closedDateTime", closed),
        ("status", status.into()),
        ("substatus", substatus.into()),
        ("statusReason", reason),
        ("qualification", qualification.into()),
        (
            "type",
            if facts.shared {
                "Shared"
            } else {
                "Independent"
            }
            .into(),
        ),
        (
            "direction",
            if outgoing { "Outgoing" } else { "Incoming" }.into(),
        ),
        ("favorite", dice.one_in(12).into()),
        (
            "campaignId",
            dice.one_in(9).then_some("CAMPAIGN-2025-&amp;-more").into(),
        ),
        ("salesStage", stage.into()),
        (
            "quality",
            if lead {
                dice.pick(&QUALITIES)
            } else {
                "Unknown"
            }
            .into(),
        ),
        ("isSpam", (lead && dice.one_in(20)).into()),
        ("registrationStatus", registration_status.into()),
        ("target", Json::Array(target)),
        ("customerProfile", customer.profile(&mut story)),
        ("consent", Json::object(consent)),
        ("details", deal.details(&mut dice, lead, created)),
        ("team", team(&mut dice, facts.team)),
        ("inviteContext", invite_context.into()),
        (
            "registrations",
            Json::Array(registrations.into_iter().collect()),
        ),
    ];
    let source = lead.then(|| dice.pick(&SOURCES));
    members.push(("referralSource", source.map(|(from, _)| from).into()));
    members.push(("callToAction", source.map(|(_, action)| action).into()));
    // What newer tools send.
    if !dice.one_in(3) {
        members.extend(extras(&mut dice, kind, outgoing, number));
    }
    Json::object(members)
}

fn target(kind: &'static str, id: &'static str) -> Json {
    Json::object([("type", kind.into()), ("id", id.into())])
}

fn extras(
    dice: &mut Dice,
    kind: Kind,
    outgoing: bool,
    number: u32,
) -> impl Iterator<Item = (&'static str, Json)> + use<> {
    let shared = matches!(kind, Kind::CoSell | Kind::Network);
    let msx = (shared && dice.one_in(2)).then(|| format!("7-{number:08X}"));
    let migrated = dice.one_in(30).then(|| format!("PSC-{number:06}"));
    let tracking = Json::object([
        ("microsoftMsxId", msx.into()),
        ("microsoftUSFedOpportunityId", Json::Null),
        ("microsoftUSFedLeadId", Json::Null),
        ("migratedPSCDealId", migrated.into()),
        ("migratedPSCPartnerDealId", Json::Null),
    ]);
    let via = dice.pick(&TOOLS);
    let tags = dice.pick(&TAGS).iter().map(|tag| Json::from(*tag));
    let location = outgoing.then(|| dice.pick(&LOCATIONS));
    let members = [
        ("trackingInfo", tracking),
        ("mpnId", location.into()),
        (
            "referralProgram",
            (shared && dice.one_in(5))
                .then_some("Services co-sell")
                .into(),
        ),
        ("dealSensitivity", "None".into()),
        ("createdVia", via.into()),
        ("lastModifiedVia", via.into()),
        ("lastRunId", Json::Null),
        ("tags", Json::Array(tags.collect())),
        (
            "customerMarketplaceIntent",
            dice.one_in(6).then_some("HaveNotDecided").into(),
        ),
    ];
    members.into_iter()
}

/// A customer: the same in all referrals of an engagement.
struct Customer<'a> {
    country: &'a Country,
    name: String,
    domain: &'static str,
}

impl<'a> Customer<'a> {
    fn make(story: &mut Dice, country: &'a Country) -> Self {
        let language = country.language();
        let (brand, domain) = story.pick(language.brands);
        let trade = story.pick(language.trades);
        let name = language.company.replace("{b}", brand).replace("{t}", trade);
        Self {
            country,
            name,
            domain,
        }
    }

    fn deal_name(&self, deal: &Deal) -> String {
        let about = deal.products.first().copied().unwrap_or("first talks");
        format!("{}: {about}", self.name)
    }

    fn profile(self, story: &mut Dice) -> Json {
        let language = self.country.language();
        let (city, state, postal_code) = story.pick(self.country.cities);
        let house = (1 + story.below(300)).to_string();
        let street = story.pick(language.streets);
        let line = language
            .address
            .replace("{s}", street)
            .replace("{n}", &house);
        let address = Json::object([
            ("addressLine1", line.into()),
            ("addressLine2", story.pick(&LINES).into()),
            ("city", city.into()),
            ("state", state.into()),
            ("postalCode", postal_code.into()),
            ("country", self.country.code.into()),
            ("region", Json::Null),
        ]);
        let people = 1 + story.below(2);
        let people: Vec<_> = (0..people).map(|_| self.contact(story)).collect();
        let ids = match story.below(5) {
            0 => vec![("Duns", format!("00000{:04}", story.below(10_000)))],
            1 => vec![
                ("Duns", format!("00000{:04}", story.below(10_000))),
                ("External", format!("ACC-{:05}", story.below(100_000))),
            ],
            _ => Vec::new(),
        };
        let ids = ids
            .into_iter()
            .map(|(kind, id)| Json::object([("profileType", kind.into()), ("id", id.into())]));
        let size = match story.below(10) {
            0 => None,
            1 => Some(""),
            _ => Some(story.pick(&SIZES)),
        };
        Json::object([
            ("name", self.name.into()),
            ("size", size.into()),
            ("isMatchingComplete", (!story.one_in(5)).into()),
            ("address", address),
            ("team", Json::Array(people)),
            ("ids", Json::Array(ids.collect())),
        ])
    }

    fn contact(&self, story: &mut Dice) -> Json {
        let language = self.country.language();
        let (first_name, first) = story.pick(language.first_names);
        let (last_name, last) = story.pick(language.last_names);
        let phone = self.country.phone().chars().map(|letter| match letter {
            '#' => char::from(b'0' + story.below(10) as u8),
            letter => letter,
        });
        let phone: String = phone.collect();
        let mut person = vec![
            ("firstName", first_name.into()),
            ("lastName", last_name.into()),
            ("phoneNumber", phone.into()),
            (
                "email",
                format!("{first}.{last}@{}.example.com", self.domain).into(),
            ),
        ];
        if !story.one_in(3) {
            let verdict = story.pick(&VERDICTS);
            person.extend([
                ("title", story.pick(&TITLES).into()),
                ("emailValidationStatus", verdict.into()),
                ("phoneValidationStatus", "Unknown".into()),
                ("contactPreference", preference(Some(self.country.locale))),
            ]);
        }
        Json::object(person)
    }
}

fn preference(locale: Option<&'static str>) -> Json {
    let disabled = locale.map(|_| false);
    Json::object([
        ("locale", locale.into()),
        ("disableNotifications", disabled.into()),
    ])
}

fn team(dice: &mut Dice, team: u64) -> Json {
    let people = (0..COLLEAGUES.len()).filter(|place| team & (1 << place) != 0);
    let people = people.map(|place| {
        let (first_name, last_name, email) = COLLEAGUES[place];
        let mut person = vec![
            ("firstName", first_name.into()),
            ("lastName", last_name.into()),
            ("phoneNumber", format!("+1 425 555 01{place:02}").into()),
            ("email", email.into()),
        ];
        if !dice.one_in(3) {
            person.push(("contactPreference", preference(None)));
        }
        Json::object(person)
    });
    Json::Array(people.collect())
}

/// What a deal is about: the same in all referrals of an engagement.
struct Deal {
    industries: Vec<&'static str>,
    products: Vec<&'static str>,
    services: Vec<&'static str>,
    solutions: Vec<&'static str>,
    /// A solution of the catalogue.
    solution: &'static str,
    currency: &'static str,
    /// Its value. A currency without cents has its hundreds here, too.
    cents: Option<u64>,
}

impl Deal {
    fn make(story: &mut Dice, country: &Country) -> Self {
        let cents = match story.below(50) {
            // More than a float holds to the cent.
            0 => Some(900_719_925_474_099_300 + story.below(100_000_000)),
            1..8 => None,
            8..14 => Some(100 * story.below(1_000_000)),
            _ => Some(story.below(100_000_000)),
        };
        Self {
            industries: story.some(&INDUSTRIES),
            products: story.some(&PRODUCTS),
            services: story.some(&SERVICES),
            solutions: story.some(&SOLUTIONS),
            solution: story.pick(&CATALOGUE),
            currency: country.currency,
            cents,
        }
    }

    fn value(&self) -> Json {
        let Some(cents) = self.cents else {
            return Json::Null;
        };
        let whole = ["JPY", "KRW", "VND", "ISK"].contains(&self.currency) || cents % 100 == 0;
        let text = match whole {
            true => (cents / 100).to_string(),
            false => format!("{}.{:02}", cents / 100, cents % 100),
        };
        Json::Number(text.into())
    }

    fn details(&self, dice: &mut Dice, lead: bool, created: i64) -> Json {
        let tags = |ids: &[&'static str]| {
            let tags = ids.iter().map(|id| Json::object([("id", (*id).into())]));
            Json::Array(tags.collect())
        };
        let solutions = self.solutions.iter().map(|id| {
            Json::object([
                ("id", (*id).into()),
                ("name", Json::Null),
                ("type", "Category".into()),
            ])
        });
        let mut solutions: Vec<_> = solutions.collect();
        if !lead {
            let priced = dice.one_in(3);
            solutions.push(Json::object([
                ("id", self.solution.into()),
                ("name", "Proseware &amp; Friends".into()),
                ("type", "Name".into()),
                ("price", priced.then(|| Json::Number("99.90".into())).into()),
                ("quantity", priced.then(|| Json::Number("10".into())).into()),
                ("currency", priced.then_some(self.currency).into()),
                ("publisherName", Json::Null),
                ("solutionType", dice.pick(&[None, Some("3P")]).into()),
                ("closingDateTime", Json::Null),
            ]));
        } else if dice.one_in(12) {
            solutions.push(Json::object([
                ("id", "SOL-Microsoft365".into()),
                ("type", "None".into()),
            ]));
        }
        let intent = dice.pick(&[None, None, Some("HaveNotDecided")]);
        let attributes = intent.map(|intent| {
            Json::object([
                ("id", intent.into()),
                ("type", "CustomerMarketplaceIntent".into()),
            ])
        });
        let device = dice.one_in(12).then(|| {
            Json::object([
                ("customerLicenseAgreementNumber", Json::Null),
                ("deviceCategory", "Edge Gateway".into()),
                ("siliconType", Json::Null),
                ("azureCertifiedDevice", true.into()),
                ("attachServices", false.into()),
            ])
        });
        let additional = Json::object([
            ("iot", device.unwrap_or(Json::Object(Vec::new()))),
            ("attributes", Json::Array(attributes.into_iter().collect())),
        ]);
        let requirements = Json::object([
            ("industries", tags(&self.industries)),
            ("products", tags(&self.products)),
            ("services", tags(&self.services)),
            ("solutions", Json::Array(solutions)),
            ("offers", Json::Array(Vec::new())),
            ("salesPlays", Json::Array(Vec::new())),
            ("additionalRequirements", additional),
        ]);
        let days = created / super::DAY + 20 + dice.below(300) as i64;
        let closing = days * super::DAY;
        let closing = match dice.below(6) {
            0 => None,
            1 => Some(written(closing, 7)),
            2 => Some(written(closing + 8 * 60 * 60 * SECOND, 3)),
            _ => Some(written(closing, 0)),
        };
        let currency = self.cents.is_some().then_some(self.currency);
        Json::object([
            ("notes", dice.pick(&NOTES).into()),
            ("dealValue", self.value()),
            ("currency", currency.into()),
            ("closingDateTime", closing.into()),
            (
                "customerRequestedContact",
                lead.then(|| dice.one_in(2)).into(),
            ),
            ("customerAction", Json::Null),
            ("incentiveLevel", Json::Null),
            ("requirements", requirements),
        ])
    }
}

/// The registration of a deal that was won.
struct Registration {
    status: &'static str,
    document: Json,
}

impl Registration {
    fn of(
        dice: &mut Dice,
        deal: &Deal,
        turn: usize,
        number: u32,
        closed: Option<i64>,
        created: i64,
    ) -> Option<Self> {
        let closed = closed?;
        // A deal that was won in less than 72 hours is not registered.
        if closed - created < 3 * super::DAY || dice.one_in(8) {
            return None;
        }
        let status = STANDINGS[turn % STANDINGS.len()];
        let day = |days: i64| Json::from(written(closed + days * super::DAY, 0));
        let mut history = vec![("reviewPendingDateTime", day(1))];
        match status {
            "ActionRequired" => history.push(("actionRequiredDateTime", day(3))),
            "Passed" => history.push(("passedDateTime", day(5))),
            "Failed" => history.push(("failedDateTime", day(5))),
            "Approved" => {
                history.push(("passedDateTime", day(5)));
                history.push(("approvedDateTime", day(9)));
            }
            _ => {}
        }
        let perpetual = dice.one_in(2);
        let contract = Json::object([
            ("value", deal.value()),
            ("currency", deal.currency.into()),
            ("startDateTime", day(2)),
            ("endDateTime", if perpetual { Json::Null } else { day(732) }),
            ("signDateTime", day(0)),
            (
                "term",
                if perpetual { "Perpetual" } else { "Finite" }.into(),
            ),
        ]);
        let transacted = dice.one_in(3);
        let solution = Json::object([
            ("id", deal.solution.into()),
            ("name", "Proseware &amp; Friends".into()),
            ("value", deal.value()),
            ("currency", deal.currency.into()),
            ("isDeployedOnAzure", (status != "Closed").into()),
            (
                "primaryDeploymentOn",
                dice.pick(&["Customer", "Partner"]).into(),
            ),
            ("pricingModel", dice.pick(&["PayAsYouGo", "Other"]).into()),
            (
                "marketplaceTransactionDetails",
                Json::object([
                    ("isMarketplaceTransacted", transacted.into()),
                    (
                        "marketplaceTransactionDateTime",
                        transacted.then(|| day(0)).into(),
                    ),
                ]),
            ),
        ]);
        let reason = (status == "ActionRequired").then_some("The end of the contract is missing.");
        let document = Json::object([
            ("id", format!("DR-{number:07}").into()),
            ("type", "AzureIPCoSell".into()),
            ("registrationDateTime", day(1)),
            ("status", status.into()),
            ("statusReason", reason.into()),
            ("contract", contract),
            ("solutionDetails", Json::Array(vec![solution])),
            ("statusHistory", Json::object(history)),
        ]);
        Some(Self { status, document })
    }
}

const STANDINGS: [&str; 6] = [
    "ReviewPending",
    "ActionRequired",
    "Approved",
    "Passed",
    "Failed",
    "Closed",
];

const ASSISTANCE: [&str; 7] = [
    "GeneralOrOther",
    "CustomerTechnicalArchitecture",
    "ProofOfConceptOrDemo",
    "QuotesOrLicensing",
    "PostSalesCustomerSuccess",
    "WorkloadSpecificValueProposition",
    "Unknown",
];

const INVITATIONS: [Option<&str>; 3] = [
    None,
    Some("Please have a look."),
    Some("We need help with the architecture &amp; the quote."),
];

const REASONS: [&str; 5] = [
    "No budget this year.",
    "The customer does not answer any more.",
    "Another vendor was chosen.",
    "A requirement cannot be met: on premises &lt; 10 ms.",
    "The timeline is too short.",
];

const ERRORS: [&str; 2] = ["Duplicate referral", "Test referral"];

const STAGES: [Option<&str>; 5] = [Some("20"), Some("40"), Some("60"), Some("80"), None];

const QUALITIES: [&str; 4] = ["Unknown", "High", "Low", "Unknown"];

/// Sources of leads and what customers did there, in the words of the user interface and
/// in those of older codes.
const SOURCES: [(&str, &str); 5] = [
    ("AppSource", "Contact me"),
    ("Azure Marketplace", "Get it now"),
    ("Azure portal", "Free trial"),
    ("SPZA", "INS"),
    ("AzureMarketplace", "StartTestDrive"),
];

const TOOLS: [Option<&str>; 4] = [None, Some("UI"), Some("API"), Some("Connector")];

const TAGS: [&[&str]; 4] = [&[], &["key account"], &["côte d&apos;or", "fair 2025"], &[]];

const LOCATIONS: [&str; 3] = ["0000001", "0000002", "0000017"];

const LINES: [Option<&str>; 5] = [None, Some(""), None, Some("2nd floor"), None];

const VERDICTS: [&str; 4] = ["Valid", "Unknown", "Invalid", "Valid"];

const TITLES: [Option<&str>; 4] = [None, Some("CIO"), None, Some("Head of R&amp;D")];

const NOTES: [Option<&str>; 6] = [
    None,
    Some("Wants to move two data centres."),
    Some("Asked for a demo;\nbudget is approved."),
    Some("Follow up after the fair."),
    Some("Möchte ein Angebot für 250 Plätze – \"dringend\" 🚀"),
    Some("شروط العقد قيد المراجعة"),
];

/// Ids of solutions as the catalogue has them.
const CATALOGUE: [&str; 4] = [
    "SOL-10001-EXM",
    "SOL-10002-EXM",
    "SOL-20417-EXM",
    "SOL-30099-EXM",
];

/// Of the documentation's taxonomies, some each.
const SIZES: [&str; 8] = [
    "1to50employees",
    "51to500employees",
    "Morethan500employees",
    "1to9employees",
    "51to250employees",
    "251to1000employees",
    "5001to10000employees",
    "Morethan20000employees",
];
const INDUSTRIES: [&str; 6] = [
    "Education",
    "Financial Services",
    "Retail & Consumer Goods",
    "Agriculture, Forestry, & Fishing",
    "Public Safety and National Security",
    "Healthcare",
];
const PRODUCTS: [&str; 6] = [
    "Azure",
    "Microsoft365",
    "DynamicsAX,GP,NAV,SL",
    "PowerBI",
    "SQL",
    "Teams",
];
const SERVICES: [&str; 5] = [
    "DeploymentOrMigration",
    "IPServices(ISV)",
    "ManagedServices",
    "CustomSolution(ISV)",
    "Licensing",
];
const SOLUTIONS: [&str; 6] = [
    "CloudMigration",
    "SAPonAzure",
    "MachineLearning",
    "IdentityandAccessManagement",
    "Dynamics365forFieldService",
    "ThreatProtection",
];
