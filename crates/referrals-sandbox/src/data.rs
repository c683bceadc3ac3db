//! Made-up referrals, the same for the same seed on every machine.
//!
//! A referral is made from the seed and its number alone, when it is asked for. What it
//! can be found by, its [`Facts`], is made first and without the rest: an index of a
//! million needs no documents. People and companies are invented.

mod document;
mod ids;
mod names;

use std::ops::Range;

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use uuid::Uuid;

use crate::json::Json;
use ids::Ids;
pub(crate) use ids::{Named, scramble};
pub(crate) use names::{COLLEAGUES, COUNTRIES, country};

/// The organization on whose behalf a caller of the sandbox acts.
pub const OWN_ORGANIZATION: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Microsoft, as an organization id.
pub(crate) const MICROSOFT: &str = "msft";

/// Rises whenever the same seed makes other data than before: changes that were written
/// down fit only the data they were made to.
pub(crate) const EDITION: u32 = 2;

/// The most referrals that are made: their index has to fit into memory.
pub(crate) const MOST: u32 = 20_000_000;

/// The moment at which the data was made, in seconds since 1970: midnight of
/// 2026-01-15. A fixed one, so that the data never changes.
pub(crate) const NOW: i64 = 1_768_435_200;

/// Ticks of 100 nanoseconds, the finest that the service tells times by.
pub(crate) const SECOND: i64 = 10_000_000;
pub(crate) const DAY: i64 = 24 * 60 * 60 * SECOND;

/// How long somebody has to answer.
pub(crate) const TIME_TO_ANSWER: i64 = 14 * DAY;

/// How far the data goes back, in days.
const HISTORY: u64 = 6 * 365;

/// Status and substatus, each pair that occurs. The last one is in no documented table:
/// it is what the user interface closes duplicates and tests as.
pub(crate) const PAIRS: [(&str, &str); 8] = [
    ("New", "Pending"),
    ("New", "Received"),
    ("Active", "Accepted"),
    ("Closed", "Declined"),
    ("Closed", "Expired"),
    ("Closed", "Won"),
    ("Closed", "Lost"),
    ("Closed", "Error"),
];

const PENDING: usize = 0;
const RECEIVED: usize = 1;
const ACCEPTED: usize = 2;
const DECLINED: usize = 3;
pub(crate) const EXPIRED: usize = 4;
const WON: usize = 5;
const LOST: usize = 6;
const ERROR: usize = 7;

/// Who qualified a lead.
pub(crate) const QUALIFICATIONS: [&str; 4] =
    ["None", "Direct", "MarketingQualified", "SalesQualified"];

/// Ids and names of the organizations: the own one, Microsoft, and partners.
pub(crate) const ORGANIZATIONS: [(&str, &str); 5] = [
    (OWN_ORGANIZATION, "Fabrikam Consulting"),
    (MICROSOFT, "Microsoft"),
    (
        "9b2f4a1e-6f1c-4a56-8a3e-1f0f6d0c7a11",
        "Northwind Integrators &amp; Partners",
    ),
    ("c0a8e2d4-7b61-4f0e-9d35-5a7f3b2e8c22", "Proseware Cloud"),
    (
        "e4d7c6b5-1a2b-4c3d-8e4f-6a5b4c3d2e33",
        "Trey Research Partners",
    ),
];

/// Places in [`ORGANIZATIONS`].
const OURS: usize = 0;
const MICROSOFTS: usize = 1;
const FIRST_PARTNER: usize = 2;

/// The name of an organization that occurs in the data.
pub(crate) fn organization_name(id: &str) -> Option<&'static str> {
    let mut known = ORGANIZATIONS.iter();
    known.find(|(other, _)| *other == id).map(|(_, name)| *name)
}

/// All referrals of a sandbox.
#[derive(Debug)]
pub(crate) struct Data {
    count: u32,
    seed: u64,
    ids: Ids,
    /// Each stream of numbers begins as this one.
    generator: ChaCha8Rng,
    /// Where the turns begin that statuses and kinds are dealt in.
    turn: u64,
}

/// How many referrals the engagements of a block have, one after the other. So which
/// referrals are related is computed both ways.
const SIZES: [u32; 12] = [1, 2, 1, 3, 1, 1, 2, 1, 4, 1, 2, 1];

/// How many referrals, and how many engagements, are in a block.
const BLOCK: u32 = 20;
const ENGAGEMENTS: u32 = SIZES.len() as u32;

/// What an engagement is about, seen from the own organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A customer came by the marketplace.
    Lead,
    /// A customer came by Microsoft.
    Qualified,
    /// A deal that nobody else is told of.
    Private,
    /// A deal that Microsoft's sellers see.
    PartnerLed,
    /// A deal that Microsoft is asked to help with.
    CoSell,
    /// A deal that a seller of Microsoft's asks for help with. It is in no row of the
    /// documented table of kinds.
    SellerSent,
    /// A deal that another partner asks for help with.
    PartnerSent,
    /// A deal that other partners and Microsoft are asked to help with.
    Network,
}

/// What the referrals of an engagement have in common.
#[derive(Debug)]
pub(crate) struct Engagement {
    number: u32,
    first: u32,
    size: u32,
    kind: Kind,
    country: usize,
    /// The partner that is part of it, if one is.
    partner: usize,
    /// When the first referral was created.
    began: i64,
    pairs: [usize; 4],
    /// What the rest is made from.
    dice: Dice,
}

/// What a referral can be found by, and what else is decided with it.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) number: u32,
    /// Its place in the engagement: the own referral is the first.
    role: u32,
    /// Places in [`ORGANIZATIONS`], [`COUNTRIES`], [`PAIRS`] and [`QUALIFICATIONS`].
    pub(crate) owner: usize,
    pub(crate) country: usize,
    pub(crate) pair: usize,
    pub(crate) qualification: usize,
    pub(crate) shared: bool,
    pub(crate) outgoing: bool,
    /// Its team, a bit for each of [`COLLEAGUES`].
    pub(crate) team: u64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    accepted: Option<i64>,
    closed: Option<i64>,
    /// How many fractional digits its times have, at creation and later.
    digits: [u32; 2],
    dice: Dice,
}

impl Data {
    pub(crate) fn new(count: u32, seed: u64) -> Self {
        Self {
            count,
            seed,
            ids: Ids::new(seed),
            generator: ChaCha8Rng::seed_from_u64(seed),
            turn: scramble(seed) % 48,
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn id(&self, named: Named) -> Uuid {
        self.ids.id(named)
    }

    /// What an id names, as far as it is one of this data.
    pub(crate) fn named(&self, id: Uuid) -> Option<Named> {
        self.ids.named(id)
    }

    /// The engagement of the referral with this number.
    pub(crate) fn engagement_of(&self, number: u32) -> u32 {
        let (block, mut rest) = (number / BLOCK, number % BLOCK);
        let mut place = 0;
        for size in SIZES {
            if rest < size {
                break;
            }
            rest -= size;
            place += 1;
        }
        block * ENGAGEMENTS + place
    }

    /// The referrals of an engagement.
    pub(crate) fn referrals_of(&self, engagement: u64) -> Range<u32> {
        let block = engagement / u64::from(ENGAGEMENTS);
        let place = (engagement % u64::from(ENGAGEMENTS)) as usize;
        let first = block * u64::from(BLOCK) + u64::from(SIZES[..place].iter().sum::<u32>());
        let end = first + u64::from(SIZES[place]);
        // There may be fewer of the last one.
        let within = |number: u64| number.min(self.count.into()) as u32;
        within(first)..within(end)
    }

    /// The document of the referral with this number, as the live API shows it. What is
    /// not set is null, as on the wire. Its version and its links are not part of it.
    pub(crate) fn document(&self, number: u32) -> Json {
        let engagement = self.engagement(self.engagement_of(number));
        document::make(self, self.facts(&engagement, number), engagement)
    }

    /// The id that v1 has for the customer of a made-up referral.
    pub(crate) fn customer_id(&self, number: u32) -> String {
        let engagement = u64::from(self.engagement_of(number));
        format!("c-{:05}", scramble(self.seed ^ engagement) % 100_000)
    }

    pub(crate) fn engagement(&self, number: u32) -> Engagement {
        let (block, place) = (number / ENGAGEMENTS, number % ENGAGEMENTS);
        let size = SIZES[place as usize];
        let alike = |sizes: &[u32]| sizes.iter().filter(|other| **other == size).count() as u32;
        // Counted among those of the same size, so that kinds and statuses are dealt
        // evenly: a small sandbox has all of them, too.
        let (turn, round) = (alike(&SIZES[..place as usize]), alike(&SIZES));
        let count = u64::from(block * round + turn) + self.turn;
        let mut dice = self.dice(ENGAGEMENT_STREAMS + u64::from(number));
        let kind = match size {
            1 => SINGLE[(count % 8) as usize],
            2 => [Kind::CoSell, Kind::SellerSent, Kind::PartnerSent][(count % 3) as usize],
            _ => Kind::Network,
        };
        let mixed = count / 8 * 11 + count % 8 * 5;
        let received = RECEIVED_PAIRS[(mixed % 16) as usize];
        let sent = SENT_PAIRS[(mixed % 32) as usize];
        let other = |role: u64| ANSWERS[((count / 3 + role) * 3 % 8) as usize];
        let mut pairs = match kind {
            Kind::Lead | Kind::Qualified => [received; 4],
            Kind::Private | Kind::PartnerLed => [sent; 4],
            // Whoever sends it works on it, until it is decided.
            Kind::SellerSent | Kind::PartnerSent => match received {
                WON | LOST => [received; 4],
                _ => [received, ACCEPTED, ACCEPTED, ACCEPTED],
            },
            Kind::CoSell | Kind::Network => [sent, other(1), other(2), other(3)],
        };
        // In a large sandbox most are history.
        let past = number >= PAST && !dice.one_in(8);
        for pair in &mut pairs {
            *pair = match *pair {
                PENDING if past => ACCEPTED,
                RECEIVED if past => WON,
                pair => pair,
            };
        }
        let recent = pairs[..size as usize]
            .iter()
            .any(|pair| [PENDING, RECEIVED].contains(pair));
        let country = match dice.one_in(2) {
            true => dice.below(names::LARGE),
            false => dice.below(COUNTRIES.len() as u64),
        };
        let day = DAY as u64;
        let age = match recent {
            true => day / 8 + dice.below(12 * day),
            false => 20 * day + dice.below((HISTORY - 20) * day),
        };
        if recent {
            for pair in &mut pairs {
                // Too early for that.
                if *pair == EXPIRED {
                    *pair = DECLINED;
                }
            }
        }
        Engagement {
            number,
            first: block * BLOCK + SIZES[..place as usize].iter().sum::<u32>(),
            size,
            kind,
            country: country as usize,
            partner: FIRST_PARTNER + dice.below(3) as usize,
            began: NOW * SECOND - age as i64,
            pairs,
            dice,
        }
    }

    pub(crate) fn facts(&self, engagement: &Engagement, number: u32) -> Facts {
        let mut dice = self.dice(u64::from(number));
        let role = number - engagement.first;
        let kind = engagement.kind;
        let owner = match (kind, role) {
            (_, 0) => OURS,
            (Kind::CoSell | Kind::SellerSent, _) => MICROSOFTS,
            (Kind::Network, role) if role + 1 == engagement.size => MICROSOFTS,
            (_, 1) => engagement.partner,
            _ => FIRST_PARTNER + (engagement.partner - FIRST_PARTNER + 1) % 3,
        };
        let qualification = match kind {
            Kind::Lead => 1,
            Kind::Qualified => 2 + dice.below(2) as usize,
            Kind::SellerSent => 3,
            _ => dice.pick(&[0, 3, 3]),
        };
        let pair = engagement.pairs[role as usize];
        let outgoing = matches!(
            kind,
            Kind::Private | Kind::PartnerLed | Kind::CoSell | Kind::Network
        );
        let digits = [dice.pick(&DIGITS), dice.pick(&DIGITS)];
        let now = NOW * SECOND;
        let until = |from: i64, most: i64| most.min(now - SECOND - from).max(0) as u64 + 1;
        let delay = match role {
            0 => 0,
            _ => dice.below(until(engagement.began, 2 * DAY) / 2 + 1) as i64,
        };
        let created = rounded(engagement.began + delay, digits[0]);
        // Whoever sends a deal has accepted it already.
        let born = outgoing == (owner == OURS);
        let accepted = match pair {
            ACCEPTED | WON | LOST | ERROR if born => Some(created),
            ACCEPTED | WON | LOST | ERROR => {
                let taken = created + dice.below(until(created, TIME_TO_ANSWER)) as i64;
                Some(rounded(taken, digits[1]).max(created))
            }
            _ => None,
        };
        let later = |dice: &mut Dice, from: i64, most: i64| {
            rounded(from + dice.below(until(from, most)) as i64, digits[1]).max(from)
        };
        let (updated, closed) = match (pair, accepted) {
            (PENDING, _) => (created, None),
            (RECEIVED, _) => (later(&mut dice, created, DAY), None),
            (DECLINED, _) => {
                let closed = later(&mut dice, created, TIME_TO_ANSWER);
                (closed, Some(closed))
            }
            (EXPIRED, _) => (created + TIME_TO_ANSWER, Some(created + TIME_TO_ANSWER)),
            (ACCEPTED, accepted) => {
                let from = accepted.unwrap_or(created);
                (later(&mut dice, from, 200 * DAY), None)
            }
            (_, accepted) => {
                let from = accepted.unwrap_or(created);
                // Three days are what a registration wants, where there is time for them.
                let wait = (3 * DAY).min((now - SECOND - from).max(0) / 2);
                let closed = later(&mut dice, from + wait, 300 * DAY);
                (closed, Some(closed))
            }
        };
        Facts {
            number,
            role,
            owner,
            country: engagement.country,
            pair,
            qualification,
            shared: !matches!(kind, Kind::Lead | Kind::Qualified | Kind::Private),
            outgoing,
            team: team(&mut dice, owner),
            created,
            updated,
            accepted,
            closed,
            digits,
            dice,
        }
    }

    fn dice(&self, stream: u64) -> Dice {
        let mut generator = self.generator.clone();
        generator.set_stream(stream);
        Dice(generator)
    }
}

/// Kinds of engagements with one referral.
const SINGLE: [Kind; 8] = [
    Kind::Lead,
    Kind::Private,
    Kind::Qualified,
    Kind::PartnerLed,
    Kind::Lead,
    Kind::Qualified,
    Kind::Private,
    Kind::Lead,
];

/// What becomes of referrals that the own organization receives.
const RECEIVED_PAIRS: [usize; 16] = [
    PENDING, ACCEPTED, WON, DECLINED, RECEIVED, LOST, EXPIRED, ACCEPTED, PENDING, WON, DECLINED,
    ACCEPTED, RECEIVED, EXPIRED, LOST, ACCEPTED,
];

/// What becomes of its own deals.
const SENT_PAIRS: [usize; 32] = [
    ACCEPTED, WON, ACCEPTED, LOST, ACCEPTED, WON, ACCEPTED, ERROR, ACCEPTED, WON, LOST, ACCEPTED,
    WON, ACCEPTED, LOST, WON, ACCEPTED, LOST, ACCEPTED, WON, ACCEPTED, WON, LOST, ACCEPTED,
    ACCEPTED, WON, ACCEPTED, LOST, WON, ACCEPTED, LOST, ACCEPTED,
];

/// What becomes of referrals that others are sent.
const ANSWERS: [usize; 8] = [
    PENDING, ACCEPTED, DECLINED, WON, EXPIRED, ACCEPTED, RECEIVED, LOST,
];

/// Engagements behind these are history, mostly.
const PAST: u32 = 2_000;

/// Where the streams of engagements begin, beyond those of referrals.
const ENGAGEMENT_STREAMS: u64 = 1 << 32;

/// How many fractional digits times have. Seven are usual.
const DIGITS: [u32; 16] = [7, 7, 7, 7, 7, 7, 7, 6, 6, 5, 4, 3, 3, 2, 1, 0];

/// A team of colleagues of this organization, a bit for each.
fn team(dice: &mut Dice, owner: usize) -> u64 {
    let (first, people) = match owner {
        OURS => (0, names::OWN),
        MICROSOFTS => (names::OWN, names::MICROSOFTS),
        partner => (
            names::OWN + names::MICROSOFTS + (partner - FIRST_PARTNER) * names::PARTNERS,
            names::PARTNERS,
        ),
    };
    (0..dice.below(4)).fold(0, |team, _| {
        team | (1 << (first + dice.below(people as u64) as usize))
    })
}

/// A time with no more than so many fractional digits.
fn rounded(ticks: i64, digits: u32) -> i64 {
    ticks - ticks % 10_i64.pow(7 - digits)
}

/// A time as the service writes it, with so many fractional digits.
fn written(ticks: i64, digits: u32) -> String {
    let whole = moment(ticks).format("%Y-%m-%dT%H:%M:%S");
    match digits {
        0 => format!("{whole}Z"),
        _ => {
            let fraction = ticks.rem_euclid(SECOND) / 10_i64.pow(7 - digits);
            format!("{whole}.{fraction:0width$}Z", width = digits as usize)
        }
    }
}

/// A time as the sandbox writes those that it sets.
pub(crate) fn seven_digits(ticks: i64) -> String {
    written(ticks, 7)
}

/// The ticks of a time.
pub(crate) fn ticks(time: &str) -> Option<i64> {
    let time = DateTime::parse_from_rfc3339(time).ok()?;
    Some(time.timestamp() * SECOND + i64::from(time.timestamp_subsec_nanos() / 100))
}

fn moment(ticks: i64) -> DateTime<Utc> {
    let nanos = ticks.rem_euclid(SECOND) as u32 * 100;
    DateTime::from_timestamp(ticks.div_euclid(SECOND), nanos).unwrap_or_default()
}

/// Makes a referral that nobody answered in time an expired one.
pub(crate) fn expire(document: &mut Json) {
    let time = document.get("expirationDateTime").clone();
    let (status, substatus) = PAIRS[EXPIRED];
    document.set("status", status);
    document.set("substatus", substatus);
    document.set("updatedDateTime", time.clone());
    document.set("closedDateTime", time);
}

/// Random numbers that depend on a seed and a stream alone.
#[derive(Debug)]
struct Dice(ChaCha8Rng);

impl Dice {
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

    /// Up to two of them, none twice.
    fn some<T: Copy>(&mut self, from: &[T]) -> Vec<T> {
        let first = self.below(from.len() as u64) as usize;
        let second = (first + 1 + self.below(from.len() as u64 - 1) as usize) % from.len();
        let both = [from[first], from[second]];
        both[..self.below(3) as usize].to_vec()
    }
}

#[cfg(test)]
mod tests;
