//! JSON Patch as far as it is documented: `add` and `replace`, on listed paths.

use serde_json::Value;

use crate::json::Json;
use crate::problem::Problem;
use crate::request::shown;
use crate::schemas::{Body, Schemas};

use super::body::Read;
use super::rules;

/// What may be changed, in the order in which a refusal lists it: the paths that
/// are documented first, then those of members that nothing calls read-only or
/// fixed. `-` appends to an array.
const PATHS: [&str; 53] = [
    "/status",
    "/substatus",
    "/statusReason",
    "/details/dealValue",
    "/details/notes",
    "/details/closingDateTime",
    "/salesStage",
    "/team/-",
    "/name",
    "/externalReferenceId",
    "/campaignId",
    "/favorite",
    "/tags",
    "/qualification",
    "/mpnId",
    "/dealSensitivity",
    "/referralProgram",
    "/createdVia",
    "/lastModifiedVia",
    "/lastRunId",
    "/customerMarketplaceIntent",
    "/team",
    "/target",
    "/target/-",
    "/customerProfile/size",
    "/customerProfile/team",
    "/customerProfile/team/-",
    "/consent/consentToContact",
    "/consent/consentToShareReferralWithMicrosoftSellers",
    "/consent/consentToMicrosoftToContactSpecificPartners",
    "/details/currency",
    "/details/customerRequestedContact",
    "/details/customerAction",
    "/details/incentiveLevel",
    "/details/requirements",
    "/details/requirements/solutions",
    "/details/requirements/solutions/-",
    "/inviteContext",
    "/inviteContext/notes",
    "/inviteContext/assistanceRequestCode",
    // Deal registration. There is one, so all its paths have the index 0.
    "/registrations/-",
    "/registrations/0/contract/startDateTime",
    "/registrations/0/contract/endDateTime",
    "/registrations/0/contract/signDateTime",
    "/registrations/0/contract/term",
    "/registrations/0/contract/value",
    "/registrations/0/solutionDetails/0/value",
    "/registrations/0/solutionDetails/0/currency",
    "/registrations/0/solutionDetails/0/isDeployedOnAzure",
    "/registrations/0/solutionDetails/0/primaryDeploymentOn",
    "/registrations/0/solutionDetails/0/pricingModel",
    "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/isMarketplaceTransacted",
    "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/\
     marketplaceTransactionDateTime",
];

/// How many of them a refusal lists: those that people ask for most.
const LISTED: usize = 8;

/// The operations of a patch, known to be documented and of the right type.
#[derive(Debug)]
pub(super) struct Patch(Vec<Operation>);

#[derive(Debug)]
struct Operation {
    add: bool,
    path: String,
    value: Json,
}

impl Patch {
    pub(super) fn read(body: &Read, schemas: &Schemas) -> Result<Self, Problem> {
        for (index, operation) in body.json.items().iter().enumerate() {
            check_operator(index, operation)?;
        }
        schemas.check(Body::Patch, &body.value)?;
        let operations = body.json.items().iter().enumerate();
        let operations =
            operations.map(|(index, operation)| Operation::read(index, operation, schemas));
        Ok(Self(operations.collect::<Result<_, _>>()?))
    }

    /// The document with everything changed, or nothing when there is nothing to
    /// change.
    pub(super) fn apply(&self, before: &Json, time: &str) -> Result<Option<Json>, Problem> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let registers = |operation: &Operation| operation.path.starts_with("/registrations/");
        // A deal is registered after it was won.
        if !self.0.iter().all(registers) {
            rules::check_open(before)?;
        }
        let mut after = before.clone();
        for (index, operation) in self.0.iter().enumerate() {
            if registers(operation) {
                check_registration(index, operation, &after)?;
            }
            operation.apply(index, &mut after)?;
            if operation.path == "/registrations/-" {
                register(&mut after, time);
            }
        }
        rules::check_size(before, &after)?;
        rules::derive_type(&mut after);
        rules::check_change(before, &after)?;
        rules::set_times(before, &mut after, time);
        Ok(Some(after))
    }
}

impl Operation {
    fn read(index: usize, operation: &Json, schemas: &Schemas) -> Result<Self, Problem> {
        let path = operation.get("path").text().unwrap_or_default().to_owned();
        if !PATHS.contains(&path.as_str()) {
            let known = PATHS[..LISTED].join(", ");
            let what = format!("is not a member that can be changed. There are {known} and others");
            return Err(refusal(index, &path, &what));
        }
        if !operation.has("value") {
            return Err(refusal(index, &path, "has no value"));
        }
        let add = operation.get("op").text() == Some("add");
        if !add && path.ends_with("/-") {
            return Err(refusal(
                index,
                &path,
                "names what is not there yet; use add",
            ));
        }
        let value = number_in_text(&path, operation.get("value"));
        check_type(index, &path, &value, schemas)?;
        Ok(Self { add, path, value })
    }

    fn apply(&self, index: usize, document: &mut Json) -> Result<(), Problem> {
        let missing = || {
            refusal(
                index,
                &self.path,
                "is inside something that the referral has not",
            )
        };
        let mut names = self.path.split('/').skip(1).peekable();
        let mut place = document;
        while let Some(name) = names.next() {
            if names.peek().is_some() {
                // `-` comes last, so this is the array it appends to.
                let appends = names.peek() == Some(&"-");
                place = inner(place, name).ok_or_else(missing)?;
                if appends && place.is_null() {
                    *place = Json::Array(Vec::new());
                }
                continue;
            }
            match place {
                Json::Array(items) if name == "-" => {
                    items.push(self.value.clone());
                    return Ok(());
                }
                // A member of the contract without a value is null, there or not.
                Json::Object(_) => place.set(name, self.value.clone()),
                _ => return Err(missing()),
            }
        }
        debug_assert!(self.add || !self.path.ends_with("/-"));
        Ok(())
    }
}

/// The member or item of this name.
fn inner<'a>(value: &'a mut Json, name: &str) -> Option<&'a mut Json> {
    match value {
        Json::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
        value => value.slot(name),
    }
}

/// A refusal that says which operation it is about.
fn refusal(index: usize, path: &str, what: &str) -> Problem {
    let path = if path.is_empty() { "(empty)" } else { path };
    let shown = shown(path);
    let problem = Problem::bad_request(format!("Operation {index}: the path {shown} {what}."));
    match PATHS.contains(&path) {
        true => problem.about(path),
        false => problem.about_what_is_not_there(path),
    }
}

fn check_operator(index: usize, operation: &Json) -> Result<(), Problem> {
    let known = match operation.get("op").text() {
        None | Some("add" | "replace") => return Ok(()),
        Some(other) => shown(other),
    };
    let path = shown(operation.get("path").text().unwrap_or_default());
    let reason = format!(
        "Operation {index}: the operator {known} on {path} is not documented, add and replace are."
    );
    Err(Problem::bad_request(reason).about(format!("/{index}/op")))
}

/// The documented samples send the deal value as a text (X25).
fn number_in_text(path: &str, value: &Json) -> Json {
    let number = match value {
        Json::Text(text) if path == "/details/dealValue" => Json::number(text),
        _ => None,
    };
    number.unwrap_or_else(|| value.clone())
}

/// Holds a value against the contract, inside a referral that has nothing else.
fn check_type(index: usize, path: &str, value: &Json, schemas: &Schemas) -> Result<(), Problem> {
    let value = match serde_json::from_str(&value.to_string()) {
        Ok(value) => value,
        Err(error) => return Err(refusal(index, path, &error.to_string())),
    };
    let names = path.split('/').skip(1).collect::<Vec<_>>();
    let referral = names.iter().rev().fold(value, |inner, name| {
        if *name == "-" || name.parse::<usize>().is_ok() {
            Value::Array(vec![inner])
        } else {
            Value::Object([((*name).to_owned(), inner)].into_iter().collect())
        }
    });
    schemas
        .check(Body::Referral, &referral)
        .map_err(|problem| problem.within(&format!("Operation {index}, {path}: ")))
}

/// The kind of registration that is documented, and the only one.
const REGISTRATION: &str = "AzureIPCoSell";

/// Where a registration is at its end.
const SETTLED: [&str; 4] = ["Approved", "Passed", "Failed", "Closed"];

fn check_registration(index: usize, operation: &Operation, document: &Json) -> Result<(), Problem> {
    let registration = document.get("registrations").items().first();
    let conflict = |what: &str| {
        let reason = format!("Operation {index}: {what}.");
        Err(Problem::conflict(reason).about(operation.path.clone()))
    };
    if document.get("substatus").text() != Some("Won") {
        return conflict("a deal is registered after it was won");
    }
    match registration {
        None if operation.path != "/registrations/-" => conflict("the deal is not registered"),
        Some(_) if operation.path == "/registrations/-" => {
            conflict("the deal is registered already")
        }
        Some(registration)
            if SETTLED
                .map(Some)
                .contains(&registration.get("status").text()) =>
        {
            conflict("the registration is settled")
        }
        Some(_) => Ok(()),
        None if operation.value.get("type").text() != Some(REGISTRATION) => Err(refusal(
            index,
            &operation.path,
            &format!("wants a registration of the type {REGISTRATION}"),
        )),
        None => Ok(()),
    }
}

/// Sets what the service sets when a deal is registered.
fn register(document: &mut Json, time: &str) {
    let id = document.get("id").clone();
    document.set("registrationStatus", "ReviewPending");
    let Some(Json::Array(registrations)) = document.slot("registrations") else {
        return;
    };
    let Some(registration) = registrations.last_mut() else {
        return;
    };
    // There is one for a referral, so its id will do.
    registration.set("id", id);
    registration.set("registrationDateTime", time.to_owned());
    registration.set("status", "ReviewPending");
    registration.set("statusReason", Json::Null);
    let history = Json::object([("reviewPendingDateTime", time.to_owned().into())]);
    registration.set("statusHistory", history);
}
