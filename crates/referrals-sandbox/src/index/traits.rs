//! What a filter may ask of a referral by name, a bit for each.

use crate::data::{
    COLLEAGUES, COUNTRIES, EXPIRED, Facts, OWN_ORGANIZATION, PAIRS, QUALIFICATIONS, country,
};
use crate::json::Json;

/// All that is so of a referral.
pub(crate) type Traits = u128;

/// What has values with bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Status,
    Substatus,
    Qualification,
    Type,
    Direction,
    Country,
    /// The mail addresses of the team.
    Team,
    Organization,
}

const STATUSES: [&str; 3] = ["New", "Active", "Closed"];
const SUBSTATUSES: [&str; 8] = [
    "Pending", "Received", "Accepted", "Declined", "Expired", "Won", "Lost", "Error",
];
const TYPES: [&str; 2] = ["Independent", "Shared"];
const DIRECTIONS: [&str; 2] = ["Incoming", "Outgoing"];
const ORGANIZATIONS: [&str; 1] = [OWN_ORGANIZATION];

/// The fields, and how many values each knows. One more bit stands for all others.
const FIELDS: [(Field, usize); 8] = [
    (Field::Status, STATUSES.len()),
    (Field::Substatus, SUBSTATUSES.len()),
    (Field::Qualification, QUALIFICATIONS.len()),
    (Field::Type, TYPES.len()),
    (Field::Direction, DIRECTIONS.len()),
    (Field::Country, COUNTRIES.len()),
    (Field::Team, COLLEAGUES.len()),
    (Field::Organization, ORGANIZATIONS.len()),
];

/// Where the bits of each field begin, and how many bits there are.
const STARTS: [usize; FIELDS.len() + 1] = {
    let mut starts = [0; FIELDS.len() + 1];
    let mut place = 0;
    while place < FIELDS.len() {
        starts[place + 1] = starts[place] + FIELDS[place].1 + 1;
        place += 1;
    }
    starts
};

/// How many bits there are.
pub(super) const COUNT: usize = STARTS[FIELDS.len()];
const _: () = assert!(COUNT <= Traits::BITS as usize);

/// A value as a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bit {
    /// Stands for this value alone.
    Own(usize),
    /// Stands for all values that nobody foresaw.
    Other(usize),
}

impl Field {
    fn known(self, place: usize) -> usize {
        STARTS[self as usize] + place
    }

    fn other(self) -> usize {
        STARTS[self as usize + 1] - 1
    }

    pub(super) fn bit(self, value: &str) -> Bit {
        let position = |values: &[&str]| values.iter().position(|known| *known == value);
        let place = match self {
            Self::Status => position(&STATUSES),
            Self::Substatus => position(&SUBSTATUSES),
            Self::Qualification => position(&QUALIFICATIONS),
            Self::Type => position(&TYPES),
            Self::Direction => position(&DIRECTIONS),
            Self::Country => country(value),
            Self::Team => COLLEAGUES.iter().position(|(_, _, email)| *email == value),
            Self::Organization => position(&ORGANIZATIONS),
        };
        match place {
            Some(place) => Bit::Own(self.known(place)),
            None => Bit::Other(self.other()),
        }
    }

    /// The bits of all its values.
    pub(super) fn all(self) -> Traits {
        let end = self.other() + 1;
        (STARTS[self as usize]..end).fold(0, |traits, bit| traits | 1 << bit)
    }

    fn traits(self, value: Option<&str>) -> Traits {
        match value.map(|value| self.bit(value)) {
            Some(Bit::Own(bit) | Bit::Other(bit)) => 1 << bit,
            None => 0,
        }
    }
}

/// The bit of those that wait for an answer.
pub(super) fn waiting() -> usize {
    Field::Status.known(0)
}

/// The traits of a referral once it has expired.
pub(super) fn expired(traits: Traits) -> Traits {
    let (status, substatus) = PAIRS[EXPIRED];
    let bits = STARTS[Field::Status as usize]..STARTS[Field::Substatus as usize + 1];
    let kept = bits.fold(traits, |traits, bit| traits & !(1 << bit));
    kept | Field::Status.traits(Some(status)) | Field::Substatus.traits(Some(substatus))
}

/// The traits of a made-up referral.
pub(super) fn of_facts(facts: &Facts) -> Traits {
    let (status, substatus) = PAIRS[facts.pair];
    let own = match facts.owner {
        0 => Field::Organization.known(0),
        _ => Field::Organization.other(),
    };
    Field::Status.traits(Some(status))
        | Field::Substatus.traits(Some(substatus))
        | (1 << Field::Qualification.known(facts.qualification))
        | (1 << Field::Type.known(facts.shared.into()))
        | (1 << Field::Direction.known(facts.outgoing.into()))
        | (1 << Field::Country.known(facts.country))
        | (Traits::from(facts.team) << Field::Team.known(0))
        | (1 << own)
}

/// The traits of a document.
pub(crate) fn of_document(document: &Json) -> Traits {
    let one = |field: Field, path: &[&str]| {
        let value = document.at(path.iter().copied());
        field.traits(value.text())
    };
    let team = document.get("team").items().iter();
    let team = team.map(|member| Field::Team.traits(member.get("email").text()));
    one(Field::Status, &["status"])
        | one(Field::Substatus, &["substatus"])
        | one(Field::Qualification, &["qualification"])
        | one(Field::Type, &["type"])
        | one(Field::Direction, &["direction"])
        | one(Field::Country, &["customerProfile", "address", "country"])
        | one(Field::Organization, &["organizationId"])
        | team.fold(0, |all, one| all | one)
}
