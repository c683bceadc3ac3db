//! What a patch may have.

use referrals_model::Raw;
use referrals_model::engagements::PatchOperation;

use super::Findings;
use super::change::{DUNS, EXPIRED, FIXED, IS_PUBLISHED, is_duns, pair};
use super::forms::{By, Form, OPERATION, REFERRAL, meant_by};
use super::new::SHARE;
use super::rules::{
    EXPIRED_BY_SERVICE, FIXED_AFTER_CREATION, NUMBER_NOT_TEXT, PATCH_APPEND, PATCH_NUMBER_AS_TEXT,
    PATCH_OPERATION, PATCH_OPERATOR, PATCH_PATH, PATCH_PATH_DOCUMENTED, PUBLISHES, READ_ONLY,
    REGISTRATION_COMPLETE, REGISTRATION_ON_AZURE, REGISTRATION_PATH, REGISTRATION_TYPE,
    STATUS_PAIR, STATUS_TOGETHER,
};
use super::view::{View, described};
use super::walk::{Found, Writer, walk};

/// The paths that the page has, and those of what it says can change as well.
const DOCUMENTED: [&str; 7] = [
    "/details/dealValue",
    "/details/notes",
    "/details/closingDateTime",
    "/status",
    "/substatus",
    "/salesStage",
    "/team/-",
];

const CONTRACT: &str = "/registrations/0/contract/";
const SOLUTION: &str = "/registrations/0/solutionDetails/0/";
const MARKETPLACE: &str = "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/";

/// What can be corrected of a registration.
const CORRECTED: [(&str, &[&str]); 3] = [
    (
        CONTRACT,
        &[
            "startDateTime",
            "endDateTime",
            "signDateTime",
            "term",
            "value",
        ],
    ),
    (
        SOLUTION,
        &[
            "value",
            "currency",
            "isDeployedOnAzure",
            "primaryDeploymentOn",
            "pricingModel",
        ],
    ),
    (
        MARKETPLACE,
        &["isMarketplaceTransacted", "marketplaceTransactionDateTime"],
    ),
];

/// The last operation on a path, with what it sets.
struct Set<'a> {
    index: usize,
    operation: View<'a>,
    value: View<'a>,
}

pub(super) fn check(operations: &[Raw<PatchOperation>]) -> Findings {
    let mut all: Vec<Found> = Vec::new();
    if operations.is_empty() {
        let mut found = Found::default();
        let message = "the patch has no operation: write what to change, such as \
                       {\"op\":\"replace\",\"path\":\"/details/dealValue\",\"value\":10000}";
        found.add(PATCH_OPERATION, &View::of("[]"), message);
        return found.finish();
    }
    let (mut status, mut substatus) = (None, None);
    for (index, operation) in operations.iter().enumerate() {
        let mut found = Found::default();
        let view = View::of(operation.json()).within(&format!("/{index}"));
        if let Some(path) = check_operation(&mut found, &view) {
            let value = view.get("value");
            let set = Some(Set {
                index,
                operation: view,
                value,
            });
            match path.as_str() {
                "/status" => status = set,
                "/substatus" => substatus = set,
                _ => {}
            }
        }
        all.push(found);
    }
    match (&status, &substatus) {
        (Some(status), Some(substatus)) => {
            let found = &mut all[substatus.index];
            match pair(&status.value, &substatus.value) {
                Some(message) => found.add(STATUS_PAIR, &substatus.value, message),
                None if substatus.value.is("Expired") => {
                    found.add(EXPIRED_BY_SERVICE, &substatus.value, EXPIRED);
                }
                None => {}
            }
        }
        (Some(set), None) | (None, Some(set)) => {
            let (one, other) = match status.is_some() {
                true => ("status", "substatus"),
                false => ("substatus", "status"),
            };
            let message = format!(
                "the {one} changes without the {other}, and the page wants both in one patch: set \
                 the {other}, too"
            );
            all[set.index].add(STATUS_TOGETHER, &set.operation, message);
        }
        (None, None) => {}
    }
    all.into_iter().flat_map(Found::in_order).collect()
}

/// Checks an operation by itself, and says which path it has if it has one.
fn check_operation(found: &mut Found, view: &View<'_>) -> Option<String> {
    if !view.is_object() {
        let message = format!(
            "{} stands where an operation has to be: write an object with op, path and value",
            described(view)
        );
        found.add(PATCH_OPERATION, view, message);
        return None;
    }
    if !["op", "path", "value"]
        .iter()
        .any(|name| view.get(name).raw().is_some())
    {
        let message = "there is no operation, and a referral with the changes in it is not taken: \
                       write op, path and value for each member that changes";
        found.add(PATCH_OPERATION, view, message);
        return None;
    }
    walk(found, view, &OPERATION, Writer::Caller);
    let [operator, path, value] = ["op", "path", "value"].map(|name| view.get(name));
    match operator.text() {
        Some(text) if ["add", "replace"].contains(&text.as_str()) => {}
        Some(_) => {
            let message = format!(
                "{} is no operator that is documented: write replace, or add under /team/- and \
                 /registrations/-; a value is taken away by replacing it with null",
                super::view::shown(&operator)
            );
            found.add(PATCH_OPERATOR, &operator, message);
        }
        None => {
            let message = "there is no operator: write replace or add";
            found.add(PATCH_OPERATION, &operator, message);
        }
    }
    // A removal needs none.
    if value.raw().is_none() && !operator.is("remove") {
        let message = "there is no value: write it, or null to take one away";
        found.add(PATCH_OPERATION, &value, message);
    }
    let Some(text) = path.text() else {
        let message = "there is no path: write a JSON Pointer such as /details/dealValue";
        found.add(PATCH_OPERATION, &path, message);
        return None;
    };
    let form = resolve(found, &path, &text)?;
    if operator.is("replace") && text.ends_with("/-") {
        let message = format!(
            "{text} is where the next one goes, and there is nothing to replace: write add"
        );
        found.add(PATCH_APPEND, &operator, message);
    }
    check_value(found, &text, form, &value);
    Some(text)
}

/// The form of what a path leads to, if it may be changed.
fn resolve(found: &mut Found, path: &View<'_>, text: &str) -> Option<&'static Form> {
    if !text.starts_with('/') {
        let message = format!(
            "{} is no JSON Pointer: it begins with a slash, such as /details/dealValue",
            described(path)
        );
        found.add(PATCH_PATH, path, message);
        return None;
    }
    let names: Vec<_> = text.split('/').skip(1).collect();
    let (mut form, mut by) = (&REFERRAL, By::Caller);
    for (index, name) in names.iter().enumerate() {
        form = match form {
            Form::List(items) => {
                let is_last = index + 1 == names.len();
                if *name == "-" && is_last || name.parse::<usize>().is_ok() {
                    items
                } else {
                    let message = "what follows the name of an array is - for a new item, at the end \
                                   of the path: write it like /team/-";
                    found.add(PATCH_PATH, path, message);
                    return None;
                }
            }
            Form::Any => form,
            form => {
                let fields = form.fields();
                let Some(field) = fields.iter().find(|field| field.name == *name) else {
                    let similar = fields
                        .iter()
                        .find(|field| field.name.eq_ignore_ascii_case(name));
                    let meant = match similar {
                        Some(field) => Some(format!("write {}", field.name)),
                        None => meant_by(name, fields),
                    };
                    let meant = meant.unwrap_or_else(|| {
                        "write one such as /details/dealValue, /status or /team/-".to_owned()
                    });
                    let message =
                        format!("the path leads to no member that a referral has: {meant}");
                    found.add(PATCH_PATH, path, message);
                    return None;
                };
                if field.by != By::Caller {
                    by = field.by;
                }
                &field.form
            }
        };
    }
    let begins = |fixed: &&[&str]| names.starts_with(fixed);
    if by == By::Service || names[0] == "engagementId" {
        let message = "only the service sets what this path leads to: take the operation out";
        found.add(READ_ONLY, path, message);
    } else if by == By::LaterCaller {
        let corrects = CORRECTED.iter().any(|(prefix, names)| {
            let rest = text.strip_prefix(prefix);
            rest.is_some_and(|rest| names.contains(&rest))
        });
        if !corrects && text != "/registrations/-" {
            let message = format!(
                "a registration is added under /registrations/-, and what can be corrected is \
                 under {CONTRACT} and {SOLUTION}: write one of these paths"
            );
            found.add(REGISTRATION_PATH, path, message);
        }
    } else if FIXED.iter().any(begins) || is_duns_number(&names) {
        found.add(FIXED_AFTER_CREATION, path, IS_FIXED);
    } else if !DOCUMENTED.contains(&text) {
        let message = format!(
            "no page says that this can be changed: be ready for a 400. Documented are {}",
            DOCUMENTED.join(", ")
        );
        found.add(PATCH_PATH_DOCUMENTED, path, message);
    }
    Some(form)
}

const IS_FIXED: &str =
    "what this path leads to is fixed since the referral was created: take the operation out";

/// Of the ids of a customer, their D-U-N-S number alone is fixed. Only in the object of
/// early samples does a path tell it.
fn is_duns_number(names: &[&str]) -> bool {
    matches!(names, ["customerProfile", "ids", name, ..] if name.eq_ignore_ascii_case(DUNS))
}

fn check_value(found: &mut Found, path: &str, form: &'static Form, value: &View<'_>) {
    let writer = match path.starts_with("/registrations/") {
        true => Writer::Registrant,
        false => Writer::Caller,
    };
    walk(found, value, form, writer);
    if path == "/details/dealValue" {
        found.rename(value, NUMBER_NOT_TEXT, PATCH_NUMBER_AS_TEXT);
    }
    if path == "/customerProfile/ids/-" && is_duns(value) {
        found.add(FIXED_AFTER_CREATION, value, DUNS_IS_FIXED);
    }
    let share = format!("/consent/{SHARE}");
    let shares = match path {
        "/consent" => value.get(SHARE).flag(),
        path if path == share => value.flag(),
        _ => None,
    };
    if shares == Some(true) {
        let message = format!("{IS_PUBLISHED}: take the operation out if it is to stay private");
        found.add(PUBLISHES, value, message);
    }
    if path == "/registrations/-" && value.is_object() {
        register(found, value);
    }
    if value.flag() == Some(false) && path.ends_with("/isDeployedOnAzure") {
        found.add(REGISTRATION_ON_AZURE, value, NOT_ON_AZURE);
    }
}

const DUNS_IS_FIXED: &str =
    "the customer's D-U-N-S number is fixed since the referral was created: take the operation out";

const NOT_ON_AZURE: &str = "what does not run on Azure is not registered, and the registration is closed: make sure that \
     this is so";

fn register(found: &mut Found, value: &View<'_>) {
    let kind = value.get("type");
    if !kind.is("AzureIPCoSell") {
        let message = format!(
            "{} stands where the type of the registration has to be: write AzureIPCoSell",
            super::view::shown(&kind)
        );
        found.add(REGISTRATION_TYPE, &kind, message);
    }
    let mut need = |view: View<'_>, message: &str| {
        if !view.is_filled() {
            found.add(REGISTRATION_COMPLETE, &view, message);
        }
    };
    let contract = value.get("contract");
    match contract.is_object() {
        true if !contract.get("term").is("Perpetual") => need(
            contract.get("endDateTime"),
            "the contract has no end: write when it ends, or Perpetual as its term",
        ),
        true => {}
        false => need(
            contract,
            "there is no contract: write its value, currency, dates and term",
        ),
    }
    let solutions = value.get("solutionDetails");
    let items = solutions.items();
    need(solutions, "no solution is registered: write at least one");
    for solution in &items {
        let marketplace = solution.get("marketplaceTransactionDetails");
        if marketplace.get("isMarketplaceTransacted").flag() == Some(true) {
            need(
                marketplace.get("marketplaceTransactionDateTime"),
                "the solution was sold in the marketplace, and it is not said when: write the time",
            );
        }
    }
    for solution in &items {
        let azure = solution.get("isDeployedOnAzure");
        if azure.flag() == Some(false) {
            found.add(REGISTRATION_ON_AZURE, &azure, NOT_ON_AZURE);
        }
    }
}
