//! `referrals list`

use std::pin::pin;
use std::process::ExitCode;

use futures_util::StreamExt as _;
use referrals::drift::Drift;
use referrals::engagements::{Continuation, Filter, ReferralStatus, ReferralSubstatus, Seen};
use referrals::{Error, Referrals, engagements, v1};

use super::drift;
use crate::arguments::{Api, Extent, List, Wanted};
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::output::{End, Printer};
use crate::runtime;

/// What an empty list often means. Marketplace leads and the teams are said by the
/// list page, the roles by the page on authentication.
const EMPTY: &str = "\
hint: a user with the role Referrals user sees the referrals of the own team only, one with \
Referrals admin all;\n      leads of the commercial marketplaces are never listed, and the token \
has to stand for a user (App+User)";

pub(crate) fn run(arguments: List) -> Result<ExitCode, Failure> {
    match arguments.api {
        Api::V1 => {
            only_on_engagements(&arguments.wanted, &arguments.extent)?;
            runtime()?.block_on(list_v1(arguments))
        }
        Api::Engagements => {
            let (filter, notes) = filter(&arguments.wanted)?;
            for line in notes {
                note(&line);
            }
            runtime()?.block_on(list_engagements(arguments, filter))
        }
    }
}

/// Refuses what v1 does not have.
fn only_on_engagements(wanted: &Wanted, extent: &Extent) -> Result<(), Failure> {
    for (option, is_given) in [
        ("--substatus", wanted.substatus.is_some()),
        ("--qualification", wanted.qualification.is_some()),
        ("--type", wanted.kind.is_some()),
        ("--direction", wanted.direction.is_some()),
        ("--country", wanted.country.is_some()),
        ("--team-email", wanted.team_email.is_some()),
        ("--updated-since", wanted.updated_since.is_some()),
        ("--filter", wanted.filter.is_some()),
        ("--order-by", extent.order_by.is_some()),
        ("--select", extent.select.is_some()),
        ("--top", extent.top.is_some()),
        ("--continue", extent.continue_from.is_some()),
    ] {
        if is_given {
            return Err(Failure::usage(format!(
                "{option} has no counterpart in the API of 2018: leave it out, or leave --api v1 \
                 out to use the live one"
            )));
        }
    }
    Ok(())
}

/// The conditions as OData, with what there is to say about them.
fn filter(wanted: &Wanted) -> Result<(Option<Filter>, Vec<String>), Failure> {
    if wanted.self_only {
        return Err(Failure::usage(
            "--self is a parameter of the API of 2018 without an exact counterpart in the live \
             one: use --direction outgoing for the referrals that your organization sent, or \
             --api v1",
        ));
    }
    if wanted.invited_by_organization.is_some() {
        return Err(Failure::usage(
            "--invited-by-organization is a parameter of the API of 2018, and the live one \
             documents no filter for it: print all with -o jsonl and look at \
             inviteContext.invitedBy.organizationId, or use --api v1",
        ));
    }
    let mut notes = Vec::new();
    let status = wanted.status.as_deref().map(|name| {
        let (filter, said) = status(name);
        notes.extend(said);
        filter
    });
    let conditions = [
        wanted.engagement_id.as_deref().map(Filter::engagement_id),
        status,
        wanted.substatus.as_deref().map(Filter::substatus),
        wanted.qualification.as_deref().map(Filter::qualification),
        wanted.kind.as_deref().map(Filter::referral_type),
        wanted.direction.map(Filter::direction),
        wanted.country.as_deref().map(Filter::country),
        wanted.team_email.as_deref().map(Filter::team_email),
        wanted.updated_since.as_ref().map(Filter::updated_since),
        wanted.filter.as_deref().map(Filter::raw),
    ];
    let filter = conditions.into_iter().flatten().reduce(Filter::and);
    Ok((filter, notes))
}

/// Statuses of v1 whose substatus has another name.
const RENAMED: [(&str, &str); 2] = [("Rejected", "Declined"), ("Validated", "Received")];

/// A status by any of its names. What was a status in v1 is a substatus now.
fn status(name: &str) -> (Filter, Option<String>) {
    let known = |values: &[&str]| values.iter().any(|value| value.eq_ignore_ascii_case(name));
    if known(ReferralStatus::KNOWN_VALUES) {
        return (Filter::status(name), None);
    }
    let renamed = RENAMED.iter().find(|(v1, _)| v1.eq_ignore_ascii_case(name));
    let substatus = match renamed {
        Some((_, substatus)) => *substatus,
        None if known(ReferralSubstatus::KNOWN_VALUES) => name,
        None => return (Filter::status(name), None),
    };
    let filter = Filter::substatus(substatus);
    let said = format!("note: {name} is a substatus of the live API: looking for {filter}");
    (filter, Some(said))
}

async fn list_v1(arguments: List) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let Wanted {
        engagement_id,
        self_only,
        status,
        invited_by_organization,
        ..
    } = arguments.wanted;
    let mut list = connected.referrals.v1().list();
    if let Some(id) = engagement_id {
        list = list.engagement_id(id);
    }
    if self_only {
        list = list.self_only();
    }
    if let Some(status) = status {
        list = list.status(status);
    }
    if let Some(id) = invited_by_organization {
        list = list.invited_by_organization(id);
    }
    let page = list.send().await?;
    let mut printer =
        Printer::<v1::Referral>::new(arguments.printing.output, arguments.extent.limit, true);
    printer.print(page.records())?;
    printer.finish()?;
    printer.tell(End::Complete);
    Ok(drift::end(
        &page.drift(),
        Api::V1,
        arguments.printing.strict,
    ))
}

async fn list_engagements(arguments: List, filter: Option<Filter>) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let Extent {
        limit,
        all,
        continue_from,
        ..
    } = &arguments.extent;
    let mut printer =
        Printer::<engagements::Referral>::new(arguments.printing.output, *limit, *all);
    let mut drift = Drift::default();
    let mut seen = Seen::default();
    let mut next = continue_from.clone();
    let mut end = End::Complete;
    let list = call(&connected.referrals, &arguments.extent, filter);
    let mut pages = pin!(list.pages());
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                // Of nothing there is nothing to end.
                if printer.arrived() > 0 {
                    printer.finish()?;
                }
                return Err(interrupted(error, printer.arrived(), next.as_ref()));
            }
        };
        drift.merge(page.drift());
        next = page.continuation().cloned();
        let mut records = page.into_records();
        records.retain(|record| seen.is_new(record));
        printer.print(&records)?;
        if printer.is_full() && next.is_some() {
            end = End::More;
            break;
        }
    }
    printer.finish()?;
    printer.tell(end);
    if printer.arrived() == 0 {
        note(EMPTY);
    }
    Ok(drift::end(
        &drift,
        Api::Engagements,
        arguments.printing.strict,
    ))
}

fn call(referrals: &Referrals, extent: &Extent, filter: Option<Filter>) -> engagements::List {
    let mut list = referrals.engagements().list();
    if let Some(filter) = filter {
        list = list.filter(filter);
    }
    // People look for what is new.
    let order = extent.order_by.as_deref();
    list = list.order_by(order.unwrap_or("createdDateTime desc"));
    if let Some(members) = &extent.select {
        list = list.select(members);
    }
    if let Some(top) = extent.top {
        list = list.top(top);
    }
    if let Some(continuation) = &extent.continue_from {
        list = list.continue_from(continuation.clone());
    }
    list
}

/// A page failed after others had arrived.
fn interrupted(error: Error, arrived: usize, next: Option<&Continuation>) -> Failure {
    let failure = Failure::from(error);
    if arrived == 0 {
        return failure;
    }
    let token = next.and_then(|next| serde_json::to_value(next).ok());
    let token = token.as_ref().and_then(|token| token.as_str());
    let step = match token {
        Some(token) => format!(
            " Go on with --continue {} in place of the conditions.",
            quoted(token)
        ),
        None => String::new(),
    };
    failure.and(&format!("{arrived} referrals arrived before.{step}"))
}

/// Text for a shell, as one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use referrals_contract::Contract;

    #[test]
    fn statuses_of_v1_are_looked_for_as_the_contract_says() {
        let contract = |name| Contract::named(name).expect("a contract");
        let migration = contract("v1").migration(&contract("engagements"));
        let statuses = migration
            .types
            .iter()
            .find(|change| change.was == "ReferralStatus");
        let statuses = statuses.expect("the type").members.iter();
        let mut compared = 0;
        for change in statuses.filter(|change| change.was.is_some()) {
            let now = change.now.as_ref().expect("a counterpart").name.as_str();
            let expected = match now.strip_prefix("ReferralSubstatus.") {
                Some(substatus) => format!("substatus eq '{substatus}'"),
                None => format!("status eq '{now}'"),
            };
            let (filter, said) = status(change.name());
            assert_eq!(filter.to_string(), expected);
            assert_eq!(said.is_some(), expected.starts_with("substatus"));
            compared += 1;
        }
        assert_eq!(compared, v1::ReferralStatus::KNOWN_VALUES.len());
    }

    #[test]
    fn other_statuses_are_sent_as_they_are() {
        for (name, filter) in [
            ("new", "status eq 'New'"),
            ("Closed", "status eq 'Closed'"),
            ("accepted", "substatus eq 'Accepted'"),
            ("Paused", "status eq 'Paused'"),
        ] {
            assert_eq!(status(name).0.to_string(), filter);
        }
    }

    #[test]
    fn a_token_is_one_word_of_a_shell() {
        assert_eq!(quoted("$skiptoken=%2b"), "'$skiptoken=%2b'");
        assert_eq!(quoted("$filter=a'b"), r"'$filter=a'\''b'");
    }
}
