//! Continuation tokens: where a list goes on, and what was asked for.
//!
//! They are opaque to callers and no secret. The digest finds damage, and tokens
//! of sandboxes with other data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;
use crate::store::Store;

/// Bytes of the digest that are kept.
const DIGEST: usize = 12;

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    /// The options of the first request.
    pub(super) options: Vec<(String, String)>,
    /// The last referral that was sent: what it is ordered by, and its number. A
    /// place counted from the start would shift when others come and go.
    pub(super) after: (Place, u64),
    /// How many referrals there were when the first page was made.
    pub(super) total: u64,
    /// How many more may be listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) left: Option<usize>,
    /// How often the sandbox had been reset.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) resets: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What a list is ordered by. One list has one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Place {
    Time(i64),
    Bytes(Vec<u8>),
}

impl Token {
    pub(super) fn seal(&self, store: &Store) -> String {
        // Texts and numbers always serialize.
        let payload = serde_json::to_vec(self).unwrap_or_default();
        let mut sealed = digest(&payload, store);
        sealed.extend(payload);
        STANDARD.encode(sealed)
    }

    pub(super) fn open(sealed: &str, store: &Store) -> Result<Self, Problem> {
        let opened: Option<Self> = STANDARD.decode(sealed).ok().and_then(|bytes| {
            let (seal, payload) = bytes.split_at_checked(DIGEST)?;
            let intact = seal == digest(payload, store);
            intact.then(|| serde_json::from_slice(payload).ok())?
        });
        let refuse = |message: &'static str| Problem::bad_request(message).about("$skiptoken");
        match opened {
            Some(token) if token.resets == store.resets() => Ok(token),
            Some(_) => Err(refuse(
                "The $skiptoken is too old: the sandbox was reset since. Begin the list anew.",
            )),
            None => Err(refuse(
                "The $skiptoken is none of this sandbox's, or was changed on its way. Send it \
                 byte for byte as the next link has it.",
            )),
        }
    }
}

fn digest(payload: &[u8], store: &Store) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(b"referrals-sandbox $skiptoken")
        .chain_update(store.data().seed().to_be_bytes())
        .chain_update(store.data().count().to_be_bytes())
        .chain_update(payload)
        .finalize();
    digest[..DIGEST].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;

    #[test]
    fn a_token_opens_where_it_was_made_and_intact_only() {
        let store = Store::new(Data::new(5, 1));
        let token = Token {
            options: vec![("$filter".to_owned(), "status eq 'New'".to_owned())],
            after: (Place::Time(-7), 3),
            total: 5,
            left: Some(2),
            resets: 0,
        };
        let sealed = token.seal(&store);
        assert_eq!(Token::open(&sealed, &store).expect("intact"), token);
        for other in [Data::new(6, 1), Data::new(5, 2)] {
            assert!(Token::open(&sealed, &Store::new(other)).is_err());
        }
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[place] = if damaged[place] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).expect("ASCII");
            assert!(Token::open(&damaged, &store).is_err(), "{damaged}");
        }
        for nonsense in ["", "x", "AAAA", "%2b"] {
            assert!(Token::open(nonsense, &store).is_err(), "{nonsense}");
        }
    }
}
