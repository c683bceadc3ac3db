//! Made-up referrals, the same for the same seed on every machine.
//!
//! A referral is made from the seed and its number alone, when it is asked for:
//! a million of them need no memory. People and companies are invented.

use chrono::{DateTime, TimeDelta, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::{Builder as UuidBuilder, Uuid};

/// The organization on whose behalf a caller of the sandbox acts.
pub const OWN_ORGANIZATION: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Microsoft, as an organization id.
pub(crate) const MICROSOFT: &str = "MSFT";

/// The documented values of ReferralStatus, in order of their positions.
pub(crate) const STATUSES: [&str; 7] = [
    "Pending",
    "Validated",
    "Active",
    "Rejected",
    "Expired",
    "Won",
    "Lost",
];

/// The moment at which the data was made, in seconds since 1970: midnight of
/// 2026-01-15. A fixed one, so that the data never changes.
pub(crate) const NOW: i64 = 1_768_435_200;

/// How long a partner has to answer, in days.
const DAYS_TO_ANSWER: i64 = 14;

/// All referrals of a sandbox.
#[derive(Debug)]
pub(crate) struct Data {
    count: u32,
    seed: u64,
}

impl Data {
    pub(crate) fn new(count: u32, seed: u64) -> Self {
        Self { count, seed }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The referral with this number, counted from 0.
    pub(crate) fn referral(&self, number: u32) -> Option<Referral> {
        (number < self.count).then(|| Referral::make(self.seed, number))
    }

    /// The id of the referral with this number, without the rest of it.
    pub(crate) fn id(&self, number: u32) -> Uuid {
        Dice::new(self.seed, u64::from(number)).uuid()
    }

    /// The id of the engagement of the referral with this number.
    pub(crate) fn engagement_id(&self, number: u32) -> Uuid {
        engagement_id(self.seed, number)
    }

    /// Ids for the referral that is created as the `place`th, and for its
    /// engagement.
    pub(crate) fn new_ids(&self, place: u64) -> (Uuid, Uuid) {
        let id = |stream: u64| Dice::new(self.seed, stream + place).uuid();
        (id(CREATED), id(CREATED_ENGAGEMENTS))
    }
}

/// Of three referrals in a row the second joins the engagement of the first, as
/// a partner's answer to an invitation does.
fn engagement_id(seed: u64, number: u32) -> Uuid {
    let first_of_engagement = number - u32::from(number % 3 == 1);
    Dice::new(seed, ENGAGEMENTS + u64::from(first_of_engagement)).uuid()
}

/// A referral as v1 shows it. Members in the order of the documentation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Referral {
    pub(crate) id: String,
    pub(crate) engagement_id: String,
    pub(crate) organization_id: &'static str,
    pub(crate) organization_name: &'static str,
    pub(crate) created_date_time: String,
    pub(crate) updated_date_time: String,
    pub(crate) expiration_date_time: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) referral_source: &'static str,
    pub(crate) referral_type: &'static str,
    pub(crate) customer_profile: CustomerProfile,
    pub(crate) details: Details,
    pub(crate) team: Vec<Person>,
    pub(crate) invite_context: Option<InviteContext>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerProfile {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) size: &'static str,
    pub(crate) team: Vec<Person>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Address {
    pub(crate) address_line1: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address_line2: Option<&'static str>,
    pub(crate) city: &'static str,
    pub(crate) state: Option<&'static str>,
    pub(crate) postal_code: &'static str,
    pub(crate) country: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) phone_number: String,
    pub(crate) email: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Details {
    pub(crate) notes: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deal_value: Option<Box<RawValue>>,
    pub(crate) closing_date: Option<String>,
    pub(crate) requirements: Requirements,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requirements {
    pub(crate) industries: Vec<Tag>,
    pub(crate) products: Vec<Tag>,
    pub(crate) services: Vec<Tag>,
    pub(crate) solutions: Vec<Tag>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Tag {
    pub(crate) id: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InviteContext {
    pub(crate) notes: Option<&'static str>,
    pub(crate) invited_by_organization_id: &'static str,
}

impl Referral {
    /// The name of an organization that occurs in the data.
    pub(crate) fn organization_name(id: &str) -> Option<&'static str> {
        let mut known = ORGANIZATIONS.iter();
        known.find(|(other, _)| *other == id).map(|(_, name)| *name)
    }

    pub(crate) fn invited_by(&self) -> Option<&str> {
        self.invite_context
            .as_ref()
            .map(|context| context.invited_by_organization_id)
    }

    fn make(seed: u64, number: u32) -> Self {
        let mut dice = Dice::new(seed, u64::from(number));
        let id = dice.uuid().to_string();
        let engagement_id = engagement_id(seed, number).to_string();
        let (organization_id, organization_name) = dice.pick(&ORGANIZATIONS);
        let times = Times::make(&mut dice);
        let customer = dice.pick(&CUSTOMERS);
        let has_value = !dice.one_in(8);
        let cents = dice.below(100_000_000);
        let cents = if dice.one_in(50) {
            cents + 900_719_925_474_099_300
        } else {
            cents
        };
        let invited_by = match organization_id {
            OWN_ORGANIZATION if dice.one_in(3) => Some(MICROSOFT),
            OWN_ORGANIZATION => None,
            _ => Some(dice.pick(&[OWN_ORGANIZATION, MICROSOFT, ORGANIZATIONS[2].0])),
        };
        Self {
            id,
            engagement_id,
            organization_id,
            organization_name,
            created_date_time: times.created,
            updated_date_time: times.updated,
            expiration_date_time: times.expires,
            status: times.status,
            referral_source: dice.pick(&["Direct", "MarketingQualified", "SalesQualified"]),
            referral_type: dice.pick(&["Collaborative", "Competitive"]),
            customer_profile: CustomerProfile {
                id: format!("c-{:05}", dice.below(100_000)),
                name: customer.name.to_owned(),
                address: Address {
                    address_line1: format!("{} {}", 1 + dice.below(300), customer.street),
                    address_line2: dice.one_in(5).then_some(""),
                    city: customer.city,
                    state: customer.state,
                    postal_code: customer.postal_code,
                    country: customer.country,
                },
                size: dice.pick(&SIZES),
                team: vec![person(&mut dice, "customer.example.com")],
            },
            details: Details {
                notes: dice.pick(&NOTES),
                deal_value: has_value.then(|| money(cents)).flatten(),
                closing_date: times.closing,
                requirements: Requirements {
                    industries: tags(&mut dice, &INDUSTRIES),
                    products: tags(&mut dice, &PRODUCTS),
                    services: tags(&mut dice, &SERVICES),
                    solutions: tags(&mut dice, &SOLUTIONS),
                },
            },
            team: (0..dice.below(3))
                .map(|_| person(&mut dice, "partner.example.com"))
                .collect(),
            invite_context: invited_by.map(|invited_by_organization_id| InviteContext {
                notes: dice.one_in(2).then_some("Please have a look."),
                invited_by_organization_id,
            }),
        }
    }
}

/// Where the streams for engagement ids begin, beyond those of referrals.
const ENGAGEMENTS: u64 = 1 << 32;

/// Where the streams for the ids of created referrals begin.
const CREATED: u64 = 2 << 32;
const CREATED_ENGAGEMENTS: u64 = 3 << 32;

/// Status and times that fit together.
struct Times {
    status: &'static str,
    created: String,
    updated: String,
    expires: Option<String>,
    closing: Option<String>,
}

impl Times {
    fn make(dice: &mut Dice) -> Self {
        let status = dice.pick(&STATUSES);
        let open = matches!(status, "Pending" | "Validated");
        let day = 24 * 60 * 60;
        let age = if open {
            dice.below(DAYS_TO_ANSWER as u64 * day)
        } else {
            DAYS_TO_ANSWER as u64 * day + dice.below(3 * 365 * day)
        };
        let created =
            instant(NOW - age as i64) + TimeDelta::nanoseconds(dice.below(10_000_000) as i64 * 100);
        let updated = match status {
            "Pending" => created,
            _ => {
                created
                    + TimeDelta::seconds(dice.below(age.min(DAYS_TO_ANSWER as u64 * day) + 1) as i64)
            }
        };
        let expires = created + TimeDelta::days(DAYS_TO_ANSWER);
        let closing = created + TimeDelta::days(30 + dice.below(300) as i64);
        Self {
            status,
            created: seven_digits(created),
            updated: match dice.one_in(4) {
                true => whole_seconds(updated + TimeDelta::seconds(1)),
                false => seven_digits(updated),
            },
            expires: (open || status == "Expired").then(|| seven_digits(expires)),
            closing: (!dice.one_in(6)).then(|| closing.format("%Y-%m-%dT00:00:00Z").to_string()),
        }
    }
}

pub(crate) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

pub(crate) fn seven_digits(time: DateTime<Utc>) -> String {
    let ticks = time.timestamp_subsec_nanos() / 100;
    format!("{}.{ticks:07}Z", time.format("%Y-%m-%dT%H:%M:%S"))
}

fn whole_seconds(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn money(cents: u64) -> Option<Box<RawValue>> {
    RawValue::from_string(format!("{}.{:02}", cents / 100, cents % 100)).ok()
}

fn person(dice: &mut Dice, domain: &str) -> Person {
    let first_name = dice.pick(&FIRST_NAMES);
    Person {
        first_name,
        last_name: dice.pick(&LAST_NAMES),
        phone_number: format!("+1 425 555 01{:02}", dice.below(100)),
        email: format!("person{}@{domain}", dice.below(1_000)),
    }
}

fn tags(dice: &mut Dice, from: &[&'static str]) -> Vec<Tag> {
    (0..dice.below(3))
        .map(|_| Tag {
            id: dice.pick(from),
        })
        .collect()
}

/// Random numbers that depend on a seed and a stream alone.
struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number below `end`. Slightly uneven for huge `end`, which nobody sees.
    fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        UuidBuilder::from_random_bytes(bytes).into_uuid()
    }
}

const ORGANIZATIONS: [(&str, &str); 5] = [
    (OWN_ORGANIZATION, "Fabrikam Consulting"),
    (MICROSOFT, "Microsoft"),
    (
        "9b2f4a1e-6f1c-4a56-8a3e-1f0f6d0c7a11",
        "Northwind Integrators",
    ),
    ("c0a8e2d4-7b61-4f0e-9d35-5a7f3b2e8c22", "Proseware Cloud"),
    (
        "e4d7c6b5-1a2b-4c3d-8e4f-6a5b4c3d2e33",
        "Trey Research Partners",
    ),
];

#[derive(Clone, Copy)]
struct Customer {
    name: &'static str,
    street: &'static str,
    city: &'static str,
    state: Option<&'static str>,
    postal_code: &'static str,
    country: &'static str,
}

const fn customer(
    name: &'static str,
    street: &'static str,
    city: &'static str,
    state: Option<&'static str>,
    postal_code: &'static str,
    country: &'static str,
) -> Customer {
    Customer {
        name,
        street,
        city,
        state,
        postal_code,
        country,
    }
}

/// Names with the traps of real ones: entities, quotes, several scripts.
const CUSTOMERS: [Customer; 14] = [
    customer(
        "Contoso Ltd.",
        "Example Way",
        "Redmond",
        Some("WA"),
        "98052",
        "US",
    ),
    customer(
        "Adventure Works &amp; Sons",
        "Sample Street",
        "Portland",
        Some("OR"),
        "97201",
        "US",
    ),
    customer(
        "Alpine Ski House",
        "Musterweg",
        "Innsbruck",
        None,
        "6020",
        "AT",
    ),
    customer(
        "Bäckerei Fünfkirchen GmbH",
        "Beispielstraße",
        "Köln",
        Some("NW"),
        "50667",
        "DE",
    ),
    customer(
        "Coho Vineyard, \"Le Domaine\"",
        "rue de l'Exemple",
        "Lyon",
        None,
        "69001",
        "FR",
    ),
    customer(
        "Fourth Coffee",
        "King Street",
        "Toronto",
        Some("ON"),
        "M5H 1A1",
        "CA",
    ),
    customer(
        "Łódź Lamna Healthcare sp. z o.o.",
        "ulica Przykładowa",
        "Łódź",
        None,
        "90-001",
        "PL",
    ),
    customer(
        "コントソ株式会社",
        "例町",
        "東京",
        Some("東京都"),
        "100-0001",
        "JP",
    ),
    customer("톨스핀 토이즈", "예시로", "서울", None, "04524", "KR"),
    customer("شركة ريليكلاود", "شارع المثال", "دبي", None, "00000", "AE"),
    customer(
        "Wide World Importers",
        "Example Road",
        "London",
        None,
        "EC1A 1BB",
        "GB",
    ),
    customer(
        "Wingtip Toys Norge AS",
        "Eksempelveien",
        "Oslo",
        None,
        "0150",
        "NO",
    ),
    customer(
        "Woodgrove Banco S.A.",
        "Rua do Exemplo",
        "São Paulo",
        Some("SP"),
        "01001-000",
        "BR",
    ),
    customer(
        "VanArsdel <Pty> Ltd",
        "Sample Parade",
        "Sydney",
        Some("NSW"),
        "2000",
        "AU",
    ),
];

const FIRST_NAMES: [&str; 8] = [
    "Ada", "Bilal", "Chiara", "Daisuke", "Éloïse", "Femi", "Günther", "Hana",
];
const LAST_NAMES: [&str; 8] = [
    "Example",
    "Muster",
    "O'Sample",
    "Exemplo",
    "Próba",
    "Vorbild",
    "Placeholder",
    "Illustratie",
];

const NOTES: [Option<&str>; 4] = [
    None,
    Some("Wants to move two data centres."),
    Some("Asked for a demo;\nbudget is approved."),
    Some("Follow up after the fair."),
];

/// Of the documentation's taxonomies, a few each.
const SIZES: [&str; 4] = [
    "1to50employees",
    "51to250employees",
    "251to1000employees",
    "Morethan20000employees",
];
const INDUSTRIES: [&str; 4] = [
    "Education",
    "Financial Services",
    "Retail & Consumer Goods",
    "Agriculture, Forestry, & Fishing",
];
const PRODUCTS: [&str; 4] = ["Azure", "Microsoft365", "DynamicsAX,GP,NAV,SL", "PowerBI"];
const SERVICES: [&str; 3] = [
    "DeploymentOrMigration",
    "IPServices(ISV)",
    "ManagedServices",
];
const SOLUTIONS: [&str; 4] = [
    "CloudMigration",
    "SAPonAzure",
    "MachineLearning",
    "IdentityandAccessManagement",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u64, number: u32) -> String {
        serde_json::to_string(&Referral::make(seed, number)).expect("json")
    }

    #[test]
    fn the_data_is_the_same_on_every_machine() {
        let referral = Referral::make(1, 0);
        // Written down once; a change here changes what people's tests see.
        assert_eq!(referral.id, "b10da48c-ea4c-4967-ab8e-0efcd8069414");
        assert_eq!(text(1, 0), text(1, 0));
        assert_ne!(text(1, 0), text(2, 0));
    }

    #[test]
    fn every_status_and_every_trap_occurs_among_the_default_200() {
        let data = Data::new(200, 1);
        let all: Vec<_> = (0..200)
            .filter_map(|number| data.referral(number))
            .collect();
        for status in STATUSES {
            assert!(
                all.iter().any(|referral| referral.status == status),
                "{status}"
            );
        }
        let text = serde_json::to_string(&all).expect("json");
        for trap in [
            "&amp;",
            "コントソ",
            "\\n",
            "null",
            "\"dealValue\":9007199254",
            "addressLine2\":\"\"",
        ] {
            assert!(text.contains(trap), "{trap}");
        }
        assert!(
            all.iter()
                .any(|referral| referral.organization_id == OWN_ORGANIZATION)
        );
        assert!(
            all.iter()
                .any(|referral| referral.invited_by() == Some(OWN_ORGANIZATION))
        );
    }

    #[test]
    fn two_of_three_referrals_share_an_engagement() {
        let ids: Vec<_> = (0..4)
            .map(|number| Referral::make(1, number).engagement_id)
            .collect();
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[1], ids[2]);
        assert_ne!(ids[2], ids[3]);
    }

    #[test]
    fn there_is_nothing_behind_the_last_referral() {
        assert!(Data::new(3, 1).referral(2).is_some());
        assert!(Data::new(3, 1).referral(3).is_none());
    }
}
