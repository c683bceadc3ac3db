//! `referrals create`

use std::process::ExitCode;

use referrals::Raw;
use referrals::engagements::{NewReferral, Versioned};

use super::drift;
use crate::arguments::Create;
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::input::{Document, Shape};
use crate::output::{Record, printable};
use crate::runtime;

pub(crate) fn run(arguments: Create) -> Result<ExitCode, Failure> {
    let document = Document::read(&arguments.file)?;
    match document.shape() {
        Shape::Object => {}
        Shape::Array => {
            return Err(Failure::usage(format!(
                "{} holds an array, and one call creates one referral: take the array apart, \
                 for instance with `jq -c '.[]'`, and create each referral by itself",
                document.source
            )));
        }
        Shape::Other => {
            return Err(Failure::usage(format!(
                "{} holds no JSON object: a referral is one, such as {{\"name\": ...}}",
                document.source
            )));
        }
    }
    runtime()?.block_on(create(arguments, document.json.into()))
}

async fn create(arguments: Create, new: Raw<NewReferral>) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let look = match Record::new(new.raw_value()).text(&["externalReferenceId"]) {
        Some(id) => format!("referrals find '{}'", printable(&id)),
        None => "referrals list".to_owned(),
    };
    let created = connected.referrals.engagements().create(new).send().await;
    let created = created.map_err(|error| Failure::unrepeatable(&error, &look))?;
    // First of all: without its id nobody finds it.
    tell("created", &created);
    drift::show(&created.referral, &arguments.printing)
}

/// What was done, to which referral, and which version it has now.
pub(crate) fn tell(done: &str, referral: &Versioned) {
    let id = Record::new(referral.referral.raw_value()).text(&["id"]);
    let id = id.map_or("a referral without an id".to_owned(), |id| printable(&id));
    match &referral.etag {
        Some(etag) => note(&format!("{done} {id}, eTag {}", printable(etag.as_str()))),
        None => note(&format!("{done} {id}, without an eTag")),
    }
}
