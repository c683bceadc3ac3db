//! What may become of a referral.

use referrals_model::engagements::{ReferralStatus, ReferralSubstatus};

use super::forms::REFERRAL;
use super::new::SHARE;
use super::rules::{
    CLOSED_IS_FINAL, CLOSING_FITS, EXPIRED_BY_SERVICE, FIXED_AFTER_CREATION, FIXED_AFTER_SHARING,
    MEMBER_TYPE, ONCE_SET, PUBLISHES, READ_ONLY, RECEIVER_ANSWERS, STATUS_PAIR, STATUS_TRANSITION,
};
use super::view::{View, depth, described, shown};
use super::walk::{Found, Writer, walk};
use super::{Findings, new};
use crate::json_text::{at, same};

/// The substatuses of each status, in the order in which a referral goes through them.
pub(super) const PAIRS: [(&str, &[&str]); 3] = [
    ("New", &["Pending", "Received"]),
    ("Active", &["Accepted"]),
    ("Closed", &["Won", "Lost", "Declined", "Expired"]),
];

/// What stays as it was created.
pub(super) const FIXED: [&[&str]; 4] = [
    &["customerProfile", "name"],
    &["customerProfile", "address"],
    &["consent", "consentToToShareInfoWithOthers"],
    &["mpnId"],
];

/// What stays as it is once the deal is shared.
const FIXED_BY_SHARING: [&[&str]; 2] = [&["customerProfile", "team"], &["inviteContext", "notes"]];

/// What only the service sets.
const READ: [&str; 17] = [
    "id",
    "engagementId",
    "organizationId",
    "organizationName",
    "createdDateTime",
    "updatedDateTime",
    "expirationDateTime",
    "acceptedDateTime",
    "closedDateTime",
    "referralSource",
    "callToAction",
    "eTag",
    "direction",
    "quality",
    "isSpam",
    "registrationStatus",
    "trackingInfo",
];

/// The type of an id that is a D-U-N-S number.
pub(super) const DUNS: &str = "Duns";

/// As deep as `serde_json` reads.
const DEEPEST: usize = 127;

pub(super) const IS_PUBLISHED: &str =
    "this shows the deal to Microsoft's sellers, and cannot be taken back";

pub(super) fn check(before: &str, after: &str) -> Findings {
    let mut found = Found::default();
    let (old, changed) = (View::of(before), View::of(after));
    for (name, view) in [("before", &old), ("after", &changed)] {
        if !view.is_object() {
            let message = format!(
                "{} stands where the referral {name} the change has to be: write an object",
                described(view)
            );
            found.add(MEMBER_TYPE, view, message);
            return found.finish();
        }
        // They are compared to their depths.
        let depth = depth(view.json());
        if depth > DEEPEST {
            let message = format!(
                "{depth} arrays and objects are inside each other in the referral {name} the \
                 change, and no referral has that many: take them out"
            );
            found.add(MEMBER_TYPE, view, message);
            return found.finish();
        }
    }
    walk(&mut found, &changed, &REFERRAL, Writer::Service);
    // What was so before is no fault of the change.
    found.retain(|path| !same(at(before, path), at(after, path)));

    if old.get("status").is("Closed") {
        closed(&mut found, &old, &changed);
        return found.finish();
    }
    let all_fixed = FIXED.iter().map(|names| (FIXED_AFTER_CREATION, *names));
    let is_shared = old.find(&["consent", SHARE]).flag() == Some(true);
    let shared = FIXED_BY_SHARING.iter().filter(|_| is_shared);
    let shared = shared.filter(|names| old.find(names).is_filled());
    let shared = shared.map(|names| (FIXED_AFTER_SHARING, *names));
    for (rule, names) in all_fixed.chain(shared) {
        differences(&old.find(names), &changed.find(names), &mut |place| {
            let since = match rule == FIXED_AFTER_CREATION {
                true => "it is fixed since the referral was created",
                false => "it is fixed since the deal was shared",
            };
            found.add(rule, place, format!("{since}: leave it as it was"));
        });
    }
    duns_number(&mut found, &old, &changed);
    for name in READ {
        let (was, is) = (old.get(name), changed.get(name));
        // People leave out what the service sets, and are right.
        if is.is_set() && !same(was.raw(), is.raw()) {
            let message = "only the service sets it: leave it as it was";
            found.add(READ_ONLY, &is, message);
        }
    }
    once_set(&mut found, &old, &changed);
    transition(&mut found, &old, &changed);
    found.finish()
}

/// The customer's D-U-N-S number is fixed, ids of the caller's own are not.
fn duns_number(found: &mut Found, old: &View<'_>, changed: &View<'_>) {
    let ids = ["customerProfile", "ids"];
    let (was, is) = (old.find(&ids), changed.find(&ids));
    let [before, after] = [&was, &is].map(duns_numbers);
    let texts = |views: &[View<'_>]| views.iter().map(View::text).collect::<Vec<_>>();
    let before = texts(&before);
    if before == texts(&after) {
        return;
    }
    let mut new = after.iter().filter(|view| !before.contains(&view.text()));
    let message = "the customer's D-U-N-S number is fixed since the referral was created: leave it \
                   as it was";
    found.add(FIXED_AFTER_CREATION, new.next().unwrap_or(&is), message);
}

/// The D-U-N-S numbers among the ids of a customer. Early samples have an object there.
fn duns_numbers<'a>(ids: &View<'a>) -> Vec<View<'a>> {
    let numbers = match ids.is_object() {
        true => vec![ids.get(DUNS)],
        false => {
            let items = ids.items().into_iter().filter(is_duns);
            items.map(|item| item.get("id")).collect()
        }
    };
    numbers.into_iter().filter(View::is_filled).collect()
}

/// Whether an id of a customer is a D-U-N-S number.
pub(super) fn is_duns(id: &View<'_>) -> bool {
    let kind = id.get("profileType").text();
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(DUNS))
}

/// Tells of each place that differs, objects opened.
fn differences(was: &View<'_>, is: &View<'_>, tell: &mut impl FnMut(&View<'_>)) {
    if same(was.raw(), is.raw()) || !was.is_filled() && !is.is_filled() {
        return;
    }
    if !was.is_object() || !is.is_object() {
        return tell(is);
    }
    let gone = was.members().into_iter().map(|(name, _)| name);
    let names = is.members().into_iter().map(|(name, _)| name).chain(gone);
    let mut told = Vec::new();
    for name in names {
        if !told.contains(&name) {
            differences(&was.get(&name), &is.get(&name), tell);
            told.push(name);
        }
    }
}

fn closed(found: &mut Found, old: &View<'_>, new: &View<'_>) {
    let won = old.get("substatus").is("Won");
    let mut about = vec!["links", "registrationStatus"];
    if won {
        about.push("registrations");
    }
    differences(old, new, &mut |place| {
        let name = place.path.split('/').nth(1).unwrap_or_default();
        let left_out = !place.is_set() && READ.contains(&name);
        if left_out || about.contains(&name) || name.starts_with("@odata.") {
            return;
        }
        let but = match won {
            true => "but for the registration of the deal",
            false => "and it is not opened again",
        };
        let message = format!(
            "the referral is Closed, so nothing of it changes any more, {but}: leave it as it was"
        );
        found.add(CLOSED_IS_FINAL, place, message);
    });
}

fn once_set(found: &mut Found, old: &View<'_>, after: &View<'_>) {
    let names = ["consent", SHARE];
    let (was, is) = (old.find(&names), after.find(&names));
    match (was.flag(), is.flag()) {
        (Some(true), Some(true)) => {}
        (Some(true), _) => {
            let message = "the deal is shared with Microsoft's sellers, which cannot be taken back: \
                           leave it true";
            found.add(ONCE_SET, &is, message);
        }
        (_, Some(true)) => {
            let message =
                format!("{IS_PUBLISHED}: leave it as it was if the deal is to stay private");
            found.add(PUBLISHES, &is, message);
        }
        _ => {}
    }
    let names = ["inviteContext", "assistanceRequestCode"];
    let (was, is) = (old.find(&names), after.find(&names));
    if new::asks_for_help(after) && !new::asks_for_help(old) {
        new::help(found, after);
    }
    if new::asks_for_help(old) && !same(was.raw(), is.raw()) {
        let message = format!(
            "{} was asked for, which is neither taken back nor changed: leave it as it was",
            shown(&was)
        );
        found.add(ONCE_SET, &is, message);
    }
}

pub(super) const STATUSES: &[&str] = ReferralStatus::KNOWN_VALUES;
pub(super) const SUBSTATUSES: &[&str] = ReferralSubstatus::KNOWN_VALUES;

pub(super) fn is_one(view: &View<'_>, values: &[&str]) -> bool {
    values.iter().any(|value| view.is(value))
}

/// What is wrong with a status and a substatus that are both there. A value that the
/// contract does not list is told as that.
pub(super) fn pair(status: &View<'_>, substatus: &View<'_>) -> Option<String> {
    if !is_one(status, STATUSES) || !is_one(substatus, SUBSTATUSES) {
        return None;
    }
    let text = status.text().unwrap_or_default();
    let Some((_, allowed)) = PAIRS.iter().find(|(name, _)| *name == text) else {
        return Some(format!(
            "the status {} is none that a referral can have: write New, Active or Closed, and a \
             substatus that goes with it",
            shown(status)
        ));
    };
    if allowed.iter().any(|allowed| substatus.is(allowed)) {
        return None;
    }
    let only = match substatus.is("Error") {
        true => ", and Error exists in the user interface only",
        false => "",
    };
    Some(format!(
        "{} does not go with the status {}{only}: write {}, or another status as well",
        shown(substatus),
        shown(status),
        allowed.join(" or ")
    ))
}

fn transition(found: &mut Found, old: &View<'_>, new: &View<'_>) {
    let [status, substatus] = ["status", "substatus"].map(|name| new.get(name));
    let was = ["status", "substatus"].map(|name| old.get(name));
    if same(was[0].raw(), status.raw()) && same(was[1].raw(), substatus.raw()) {
        return;
    }
    for (view, was) in [(&status, &was[0]), (&substatus, &was[1])] {
        if !view.is_filled() && was.is_filled() {
            let message = format!(
                "it was {} and is gone: leave it as it was, or write another",
                shown(was)
            );
            found.add(STATUS_PAIR, view, message);
        }
    }
    if let Some(message) = pair(&status, &substatus) {
        found.add(STATUS_PAIR, &substatus, message);
        return;
    }
    let place = |view: &View<'_>| PAIRS.iter().position(|(name, _)| view.is(name));
    if let (Some(from), Some(to)) = (place(&was[0]), place(&status))
        && from > to
    {
        let message = format!(
            "the referral is {}, which does not go back to {}: leave it, or close the referral",
            PAIRS[from].0, PAIRS[to].0
        );
        found.add(STATUS_TRANSITION, &status, message);
        return;
    }
    let (is_new, is_active) = (was[0].is("New"), was[0].is("Active"));
    let closes = status.is("Closed");
    let declined = closes && substatus.is("Declined");
    let answered = is_new && (status.is("Active") || declined);
    if answered && old.get("direction").is("Outgoing") {
        let message = "the referral is Outgoing, and is answered by who received it: wait for that";
        found.add(RECEIVER_ANSWERS, &status, message);
    }
    if closes && substatus.is("Expired") {
        found.add(EXPIRED_BY_SERVICE, &substatus, EXPIRED);
    }
    let ended = substatus.is("Won") || substatus.is("Lost");
    if closes && (is_new && ended || is_active && declined) {
        let message = match is_new {
            true => {
                "the table lets a referral that is New be won or lost, the pages on deals do \
                     not: accept it first, or decline it"
            }
            false => {
                "the table lets a referral that is Active be declined, the pages on deals do \
                      not: write Lost, with the reason in statusReason"
            }
        };
        found.add(CLOSING_FITS, &substatus, message);
    }
}

pub(super) const EXPIRED: &str = "only the service lets a referral expire, when nobody answers for 14 days: write Declined, or \
     Lost when it was accepted";
