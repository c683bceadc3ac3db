//! What was asked and what became of it: kept for the page, and written to a file when one
//! is given. There are no tokens in it, no bodies and no values of options: those may name
//! people.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use axum::extract::{Request, State as Extract};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::HeaderValue;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::faults::{self, Struck, is_own};
use crate::har::{self, Answered};
use crate::identity::TENANT_DOMAIN;
use crate::request::decode;
use crate::server::State;
use crate::state::private;
use crate::{engagements, v1};

/// How many requests the page can show.
const RECENT: usize = 50;

/// Ids that answers carry.
const IDS: [&str; 4] = [
    "client-request-id",
    "ms-correlationid",
    "ms-requestid",
    "request-id",
];

/// Stands for a name that somebody made up: it may be anybody's.
pub(crate) const MADE_UP: &str = "another";

/// Options that are written down by name beside those that there are. Another one is
/// whatever somebody typed.
const OPTIONS: [&str; 2] = ["$expand", "$search"];

/// Methods that are written down, likewise.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
];

/// Parts of paths that say what they are.
const SEGMENTS: [&str; 19] = [
    "",
    "v1",
    "v1.0",
    "referrals",
    "engagements",
    "$count",
    "common",
    "organizations",
    TENANT_DOMAIN,
    "oauth2",
    "v2.0",
    "token",
    "devicecode",
    "deviceauth",
    "authorize",
    "discovery",
    "keys",
    ".well-known",
    "openid-configuration",
];

/// A request and its answer.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    /// By the sandbox's clock.
    #[serde(serialize_with = "as_time")]
    time: SystemTime,
    method: &'static str,
    path: String,
    /// The names of the query's options.
    options: Vec<&'static str>,
    /// None when there was no answer.
    status: Option<u16>,
    /// Until the answer began.
    milliseconds: f64,
    #[serde(serialize_with = "as_members")]
    ids: Vec<(&'static str, HeaderValue)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refused>,
}

/// Why a request was refused, for whoever looks at its answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    /// The member, the parameter or the header.
    pub(crate) target: Option<String>,
    #[serde(rename = "innerCode")]
    pub(crate) inner: Option<&'static str>,
}

/// What was asked lately, and the file that all of it goes to.
#[derive(Debug, Default)]
pub(crate) struct Log {
    recent: Mutex<VecDeque<Arc<Entry>>>,
    file: Option<Mutex<File>>,
}

impl Log {
    /// A log that goes to the end of this file, too, if one is named.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn new(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| open(path, true)).transpose()?;
        Ok(Self {
            recent: Mutex::default(),
            file: file.map(Mutex::new),
        })
    }

    /// The last requests, the latest first.
    pub(crate) fn recent(&self) -> Vec<Arc<Entry>> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().rev().cloned().collect()
    }

    fn add(&self, entry: Entry) {
        if let Some(file) = &self.file {
            // One line in one piece, so that the file is whole after each. That a disk is
            // full is no reason not to answer.
            let mut line = serde_json::to_vec(&entry).unwrap_or_default();
            line.push(b'\n');
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = file.write_all(&line);
        }
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= RECENT {
            recent.pop_front();
        }
        recent.push_back(Arc::new(entry));
    }
}

/// Opens a file for its owner alone, at its end or without what is in it.
pub(crate) fn open(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true);
    match append {
        true => options.append(true),
        false => options.write(true).truncate(true),
    };
    private(&mut options);
    let file = options.open(path)?;
    // It may have been there before.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Writes down each request, those to the sandbox itself aside.
pub(crate) async fn record(
    Extract(state): Extract<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    if is_own(request.uri().path()) {
        return next.run(request).await;
    }
    let begin = Instant::now();
    let time = state.now();
    let query = request.uri().query().unwrap_or_default();
    let options = query.split('&').filter(|pair| !pair.is_empty());
    let options = options.map(|pair| name(pair.split('=').next().unwrap_or_default()));
    let options = options.collect();
    let method = METHODS.into_iter().find(|known| request.method() == known);
    let recorder = state.har.as_ref();
    let recorder = recorder.filter(|_| har::records(request.uri().path()));
    let path = path(request.uri().path());
    let (sent, request) = match recorder {
        Some(_) => {
            let (sent, request) = har::take_request(request).await;
            (Some(sent), request)
        }
        None => (None, request),
    };
    let response = faults::inflict(&state, request, next).await;
    let header = |name: &&'static str| {
        let value = response.headers().get(*name)?;
        Some((*name, value.clone()))
    };
    let fault = response.extensions().get::<Struck>();
    let fault = fault.map(|struck| struck.0.clone());
    let reset = fault.as_ref().is_some_and(|names| names.ends_with("reset"));
    let half = fault
        .as_ref()
        .is_some_and(|names| names.contains("half-body"));
    let milliseconds = (begin.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    state.log.add(Entry {
        time,
        method: method.unwrap_or(MADE_UP),
        path,
        options,
        status: (!reset).then(|| response.status().as_u16()),
        milliseconds,
        ids: IDS.iter().filter_map(header).collect(),
        fault: fault.clone(),
        refusal: response.extensions().get::<Refused>().cloned(),
    });
    // Of what never arrived there is nothing to record.
    let (Some(recorder), Some(sent), false) = (recorder, sent, reset) else {
        return response;
    };
    let (status, headers) = (response.status(), response.headers().clone());
    // The end of half a body waits for its begin to be sent.
    let (body, response) = match half {
        true => (None, response),
        false => har::take_answer(response).await,
    };
    let answered = Answered {
        status,
        headers,
        body,
        time: written(time),
        milliseconds,
        fault,
    };
    recorder.add(&state.url, &sent, &answered);
    response
}

/// A path, without what somebody typed in place of an id.
pub(crate) fn path(sent: &str) -> String {
    let segments = sent.split('/').map(|segment| match segment {
        id if id.len() == 36 && Uuid::try_parse(id).is_ok() => id,
        _ if SEGMENTS.contains(&segment) => segment,
        _ => "{another}",
    });
    segments.collect::<Vec<_>>().join("/")
}

fn name(sent: &str) -> &'static str {
    let known = |sent: &str| {
        let all = engagements::NAMES.into_iter().chain(v1::NAMES);
        all.chain(OPTIONS)
            .find(|known| known.eq_ignore_ascii_case(sent))
    };
    // Most are sent as they are.
    let name = known(sent).or_else(|| known(&decode(sent).ok()?));
    name.unwrap_or(MADE_UP)
}

fn written(time: SystemTime) -> String {
    let time = DateTime::<Utc>::from(time);
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn as_time<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&written(*time))
}

fn as_members<S: Serializer>(
    ids: &[(&'static str, HeaderValue)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let ids = ids.iter();
    serializer.collect_map(ids.filter_map(|(name, id)| Some((name, id.to_str().ok()?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_not_written_down() {
        let id = "b10da48c-ea4c-4967-ab8e-0efcd8069414";
        let referral = format!("/v1.0/engagements/referrals/{id}");
        for (sent, expected) in [
            (referral.as_str(), referral.as_str()),
            (
                "/v1.0/engagements/referrals/ada@contoso.example.com",
                "/v1.0/engagements/referrals/{another}",
            ),
            ("/v1/referrals/", "/v1/referrals/"),
        ] {
            assert_eq!(path(sent), expected);
        }
        assert_eq!(name("%24filter"), "$filter");
        assert_eq!(name("ada@contoso.example.com"), "another");
    }
}
