//! An answer that holds records in an envelope.

use referrals_model::{KnownMembers, Raw};
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::drift::Drift;
use crate::json_text::member;
use crate::service_error::unexpected;
use crate::{CallIds, Error};

/// What a collection of records looks like in one of the APIs.
pub(crate) trait Envelope: KnownMembers + DeserializeOwned {
    /// What it is a collection of.
    type Record: DeserializeOwned;

    /// The member that holds the records.
    const RECORDS: &'static str;

    fn records(&self) -> &[Raw<Self::Record>];

    fn into_records(self) -> Vec<Raw<Self::Record>>;
}

/// An envelope with its records.
#[derive(Debug, Clone)]
pub(crate) struct Records<E: Envelope> {
    envelope: Raw<E>,
    /// The records, where the rest of the envelope cannot be read.
    rescued: Option<Vec<Raw<E::Record>>>,
    ids: CallIds,
}

impl<E: Envelope> Records<E> {
    pub(crate) fn read(call: &Call, envelope: Raw<E>) -> Result<Self, Error> {
        let rescued = match envelope.get() {
            Ok(_) => None,
            // A count that does not fit is no reason to lose records.
            Err(error) => {
                let records = member(envelope.json(), E::RECORDS);
                match records.and_then(|records| serde_json::from_str(records.get()).ok()) {
                    Some(records) => Some(records),
                    None => {
                        let reason =
                            format!("the answer is not a collection of referrals ({error})");
                        return Err(unexpected(call, reason));
                    }
                }
            }
        };
        let records = Self {
            envelope,
            rescued,
            ids: call.ids(),
        };
        call.shared().observe(|| records.drift());
        Ok(records)
    }

    pub(crate) fn records(&self) -> &[Raw<E::Record>] {
        match (&self.rescued, self.envelope.get()) {
            (Some(records), _) => records,
            (None, Ok(envelope)) => envelope.records(),
            (None, Err(_)) => &[],
        }
    }

    pub(crate) fn into_records(self) -> Vec<Raw<E::Record>> {
        match (self.rescued, self.envelope.into_typed()) {
            (Some(records), _) => records,
            (None, Ok(envelope)) => envelope.into_records(),
            (None, Err(_)) => Vec::new(),
        }
    }

    /// The envelope, when it can be read as a whole.
    pub(crate) fn envelope(&self) -> Option<&E> {
        self.envelope.get().ok()
    }

    pub(crate) fn json(&self) -> &str {
        self.envelope.json()
    }

    pub(crate) fn ids(&self) -> &CallIds {
        &self.ids
    }

    pub(crate) fn drift(&self) -> Drift {
        let place = format!("{}[]", E::RECORDS);
        Drift::of_page(&self.envelope, &place, self.records())
    }
}
