//! Finding referrals by the id that another system knows them by.

use futures_util::{Stream, TryStreamExt as _, future, stream};
use referrals_model::engagements::Referral;
use referrals_model::{DateTime, Raw};

use super::{Engagements, List, Seen};
use crate::Error;
use crate::json_text::member_as;

impl Engagements {
    /// Looks for referrals with this `externalReferenceId`, such as the id of a deal in a
    /// CRM.
    ///
    /// No filter for it is documented, so all referrals are read, the newest first, and
    /// held against it here. The case of letters does not count: the service was seen to
    /// change it.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals) -> Result<(), referrals::Error> {
    /// let find = referrals.engagements().find("CRM-4711");
    /// for referral in find.created_since("2026-11-01T00:00:00Z".parse().expect("a time")).send().await? {
    ///     println!("{}", referral.json());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Documentation: "Get a list of referrals", which has no such field among those to
    /// filter by.
    pub fn find(&self, external_reference_id: impl Into<String>) -> Find {
        Find {
            list: self.list().order_by("createdDateTime desc"),
            id: external_reference_id.into(),
            created_since: None,
        }
    }
}

/// A search for referrals by their `externalReferenceId`.
#[derive(Clone, Debug)]
#[must_use = "a search is made by `send` or `records`"]
pub struct Find {
    list: List,
    id: String,
    created_since: Option<DateTime>,
}

impl Find {
    /// Leaves out what was created before this time, and stops after a page of nothing
    /// else.
    pub fn created_since(mut self, time: DateTime) -> Self {
        self.created_since = Some(time);
        self
    }

    /// What is found, as it is found, the newest first.
    pub fn records(self) -> impl Stream<Item = Result<Raw<Referral>, Error>> + Send {
        let Self {
            list,
            id,
            created_since,
        } = self;
        let is_new = move |record: &Raw<Referral>| {
            let created: Option<DateTime> = member_as(record.json(), "createdDateTime");
            match (&created_since, created) {
                (Some(since), Some(created)) => created.to_utc() >= since.to_utc(),
                _ => true,
            }
        };
        let is_it = move |record: &Raw<Referral>| {
            let found: Option<String> = member_as(record.json(), "externalReferenceId");
            found.is_some_and(|found| found.to_lowercase() == id.to_lowercase())
        };
        let mut seen = Seen::default();
        // Whether the order was heeded is for the service to know: a single old record
        // is no end.
        let goes_on = is_new.clone();
        list.pages()
            .try_take_while(move |page| {
                let records = page.records();
                future::ok(records.is_empty() || records.iter().any(&goes_on))
            })
            .map_ok(move |page| {
                let mut records = page.into_records();
                records.retain(|record| is_new(record) && is_it(record) && seen.is_new(record));
                stream::iter(records.into_iter().map(Ok))
            })
            .try_flatten()
    }

    /// All that is found, the newest first.
    ///
    /// # Errors
    ///
    /// As every call.
    pub async fn send(self) -> Result<Vec<Raw<Referral>>, Error> {
        self.records().try_collect().await
    }
}
