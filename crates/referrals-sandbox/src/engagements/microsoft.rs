//! Microsoft's side of a deal, which answers when it is told to.

use uuid::Uuid;

use crate::data::MICROSOFT;
use crate::state::Unwritten;
use crate::store::{Record, Store};

use super::rules;

/// What Microsoft says to a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepts,
    Declines,
}

/// Answers for Microsoft in this engagement, and says which referral that was; none when
/// none of Microsoft's waits for an answer.
pub(crate) async fn answer(
    store: &Store,
    engagement: &str,
    answer: Answer,
) -> Result<Option<String>, Unwritten> {
    let Ok(engagement) = Uuid::try_parse(engagement) else {
        return Ok(None);
    };
    let (status, substatus) = match answer {
        Answer::Accepts => ("Active", "Accepted"),
        Answer::Declines => ("Closed", "Declined"),
    };
    // The latest, if it was asked more than once.
    for number in store.engagement(engagement).into_iter().rev() {
        let mut answered = false;
        let changed = store.change(number, |record, time| {
            answered = waits(record);
            if !answered {
                return Ok::<_, Unwritten>(None);
            }
            let mut after = record.document.clone();
            after.set("status", status);
            after.set("substatus", substatus);
            rules::set_times(&record.document, &mut after, time);
            Ok(Some(after))
        });
        let Some(changed) = changed else {
            continue;
        };
        let record = changed?.settled().await?;
        if answered {
            return Ok(record.document.get("id").text().map(str::to_owned));
        }
    }
    Ok(None)
}

fn waits(record: &Record) -> bool {
    let is = |name, value| record.document.get(name).text() == Some(value);
    is("organizationId", MICROSOFT) && is("status", "New")
}
