//! Ids that are computed both ways: from a number to its id, and back.
//!
//! An id looks like any random GUID. It is the number behind a keyed permutation of
//! the 122 bits that a GUID of version 4 leaves free, so no two are the same, a
//! million of them need no memory, and an id of somebody else's is known at once.

use uuid::Uuid;

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Named {
    /// The made-up referral with this number.
    Made(u64),
    /// The referral that was created as this one, counted from 0.
    Created(u64),
    /// The engagement of made-up referrals with this number.
    Engagement(u64),
    /// The engagement that the referral created as this one began.
    Begun(u64),
}

impl Named {
    fn halves(self) -> [u64; 2] {
        match self {
            Self::Made(number) => [number, 0],
            Self::Created(number) => [number, 1],
            Self::Engagement(number) => [number, 2],
            Self::Begun(number) => [number, 3],
        }
    }

    fn of([number, kind]: [u64; 2]) -> Option<Self> {
        Some(match kind {
            0 => Self::Made(number),
            1 => Self::Created(number),
            2 => Self::Engagement(number),
            3 => Self::Begun(number),
            _ => return None,
        })
    }
}

/// Half of the free bits.
const HALF: u32 = 61;
const MASK: u64 = (1 << HALF) - 1;

/// How often the halves are mixed. Four would do for the looks.
const ROUNDS: usize = 6;

/// The ids of one seed.
#[derive(Debug, Clone)]
pub(crate) struct Ids([u64; ROUNDS]);

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        let mut key = seed;
        Self(std::array::from_fn(|_| {
            key = scramble(key);
            key
        }))
    }

    pub(crate) fn id(&self, named: Named) -> Uuid {
        let [mut left, mut right] = named.halves();
        for key in self.0 {
            (left, right) = (right, left ^ (scramble(right ^ key) & MASK));
        }
        let free = (u128::from(left) << HALF) | u128::from(right);
        let (high, middle, low) = (free >> 74, (free >> 62) & 0xfff, free & ((1 << 62) - 1));
        Uuid::from_u128((high << 80) | (4 << 76) | (middle << 64) | (2 << 62) | low)
    }

    pub(crate) fn named(&self, id: Uuid) -> Option<Named> {
        let bits = id.as_u128();
        let (version, variant) = ((bits >> 76) & 0xf, (bits >> 62) & 0x3);
        if (version, variant) != (4, 2) {
            return None;
        }
        let (high, middle, low) = (bits >> 80, (bits >> 64) & 0xfff, bits & ((1 << 62) - 1));
        let free = (high << 74) | (middle << 62) | low;
        let (mut left, mut right) = ((free >> HALF) as u64, free as u64 & MASK);
        for key in self.0.iter().rev() {
            (left, right) = (right ^ (scramble(left ^ key) & MASK), left);
        }
        Named::of([left, right])
    }
}

/// The finalizer of SplitMix64: numbers in a row come out unlike each other.
pub(crate) fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_number(
            seed in any::<u64>(),
            number in 0..(1u64 << 40),
            kind in 0..4u64,
        ) {
            let ids = Ids::new(seed);
            let named = Named::of([number, kind]).expect("a kind");
            let id = ids.id(named);
            prop_assert_eq!((id.get_version_num(), id.get_variant()), (4, uuid::Variant::RFC4122));
            prop_assert_eq!(ids.named(id), Some(named));
            // Of another seed it is nobody's.
            prop_assert_eq!(Ids::new(seed ^ 1).named(id), None);
        }

        #[test]
        fn the_id_of_somebody_else_is_nobodys(bits in any::<u128>()) {
            prop_assert_eq!(Ids::new(1).named(Uuid::from_u128(bits)), None);
        }
    }

    #[test]
    fn ids_of_numbers_in_a_row_look_random() {
        let ids = Ids::new(1);
        let all: Vec<_> = (0..1_000)
            .map(|number| ids.id(Named::Made(number)))
            .collect();
        let starts: HashSet<_> = all.iter().map(|id| id.as_u128() >> 112).collect();
        assert!(starts.len() > 980, "{}", starts.len());
        let ends: HashSet<_> = all.iter().map(|id| id.as_u128() & 0xffff).collect();
        assert!(ends.len() > 980, "{}", ends.len());
    }
}
