//! A recording of the calls to both APIs (HTTP Archive 1.2) that can be handed on: people
//! have pseudonyms in it, and there are no tokens.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use referrals_contract::Redaction;
use serde_json::{Value, json};
use url::Url;

use crate::log;

/// Longer bodies of requests are not recorded; the APIs take none.
const LONGEST_REQUEST: usize = 1024 * 1024;

/// Longer bodies of answers are not recorded.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// What stands behind the last entry.
const END: &str = "\n]}}\n";

/// The recording.
#[derive(Debug)]
pub(crate) struct Har(Mutex<Recording>);

#[derive(Debug)]
struct Recording {
    file: File,
    /// Where the next entry goes.
    place: u64,
    is_empty: bool,
    redaction: Redaction,
}

/// The first half of an exchange.
#[derive(Debug)]
pub(crate) struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Option<Bytes>,
}

/// The second half.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    /// When the request came, by the sandbox's clock.
    pub(crate) time: String,
    pub(crate) milliseconds: f64,
    pub(crate) fault: Option<String>,
}

/// Whether a path is one of the APIs'. Signing in is all secrets.
pub(crate) fn records(path: &str) -> bool {
    path.starts_with("/v1/") || path.starts_with("/v1.0/")
}

impl Har {
    /// A recording in this file, in place of what is in it.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let mut file = log::open(path, false)?;
        let begin = format!(
            "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"referrals-sandbox\",\
             \"version\":\"{}\"}},\"entries\":[\n",
            env!("CARGO_PKG_VERSION")
        );
        file.write_all(format!("{begin}{END}").as_bytes())?;
        Ok(Self(Mutex::new(Recording {
            file,
            place: begin.len() as u64,
            is_empty: true,
            redaction: Redaction::new().map_err(io::Error::other)?,
        })))
    }

    /// Adds an exchange. The file is whole afterwards.
    pub(crate) fn add(&self, url: &str, sent: &Sent, answered: &Answered) {
        let mut recording = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = entry(url, sent, answered, &mut recording.redaction) else {
            return;
        };
        // A disk that is full is no reason not to answer.
        let _ = recording.write(&entry.to_string());
    }
}

impl Recording {
    fn write(&mut self, entry: &str) -> io::Result<()> {
        let comma = if self.is_empty { "" } else { ",\n" };
        self.file.seek(SeekFrom::Start(self.place))?;
        self.file
            .write_all(format!("{comma}{entry}{END}").as_bytes())?;
        self.place += (comma.len() + entry.len()) as u64;
        self.is_empty = false;
        Ok(())
    }
}

fn entry(url: &str, sent: &Sent, answered: &Answered, redaction: &mut Redaction) -> Option<Value> {
    let path = log::path(sent.uri.path());
    let query = sent.uri.query().map(|query| format!("?{query}"));
    let url = format!("{url}{path}{}", query.unwrap_or_default());
    let url = redaction.url(&Url::parse(&url).ok()?);
    let method = sent.method.as_str();
    let query: Vec<_> = url
        .query_pairs()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let mut request = json!({
        "method": method,
        "url": url.as_str(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&sent.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": sent.body.as_ref().map_or(-1, |body| body.len() as i64),
    });
    let kind = |headers: &HeaderMap| {
        let kind = headers.get("content-type");
        let kind = kind.and_then(|kind| kind.to_str().ok());
        kind.unwrap_or_default().to_owned()
    };
    if let Some(body) = sent.body.as_ref().filter(|body| !body.is_empty()) {
        let text = redacted(body, |body| redaction.request(method, &path, body));
        request["postData"] = json!({ "mimeType": kind(&sent.headers), "text": text });
    }
    let status = answered.status.as_u16();
    let mut content = json!({ "size": -1, "mimeType": kind(&answered.headers) });
    if let Some(body) = &answered.body {
        content["size"] = body.len().into();
        if !body.is_empty() {
            let text = redacted(body, |body| redaction.answer(method, &path, status, body));
            content["text"] = text.into();
        }
    }
    let mut entry = json!({
        "startedDateTime": answered.time,
        "time": answered.milliseconds,
        "request": request,
        "response": {
            "status": status,
            "statusText": answered.status.canonical_reason().unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers(&answered.headers),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": answered.milliseconds, "receive": 0 },
    });
    if let Some(fault) = &answered.fault {
        entry["comment"] = format!("fault: {fault}").into();
    }
    Some(entry)
}

fn headers(headers: &HeaderMap) -> Vec<Value> {
    let kept = headers
        .iter()
        .filter(|(name, _)| Redaction::keeps_header(name.as_str()));
    kept.map(|(name, value)| {
        json!({ "name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes()) })
    })
    .collect()
}

/// A body of JSON without personal data. Of another one nobody knows what it says.
fn redacted(body: &[u8], redact: impl FnOnce(&mut Value)) -> String {
    match serde_json::from_slice(body) {
        Ok(mut value) => {
            redact(&mut value);
            value.to_string()
        }
        Err(_) => "[redacted]".to_owned(),
    }
}

/// Takes down a request, and hands it on.
pub(crate) async fn take_request(request: Request<Body>) -> (Sent, Request<Body>) {
    let (parts, body) = request.into_parts();
    let length = parts.headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let (kept, body) = match length {
        Some(length) if length <= LONGEST_REQUEST => match to_bytes(body, length).await {
            Ok(bytes) => (Some(bytes.clone()), Body::from(bytes)),
            // It broke off, and so does what is handed on.
            Err(error) => (
                None,
                Body::from_stream(stream::once(async { Err::<Bytes, _>(error) })),
            ),
        },
        None if !parts.headers.contains_key("transfer-encoding") => (Some(Bytes::new()), body),
        _ => (None, body),
    };
    let sent = Sent {
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        headers: parts.headers.clone(),
        body: kept,
    };
    (sent, Request::from_parts(parts, body))
}

/// Takes down the body of an answer, and hands it on.
pub(crate) async fn take_answer(response: Response) -> (Option<Bytes>, Response) {
    let (parts, body) = response.into_parts();
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    loop {
        match chunks.next().await {
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
            Some(Err(error)) => {
                let rest = [Ok(Bytes::from(bytes)), Err(error)];
                let body = Body::from_stream(stream::iter(rest));
                return (None, Response::from_parts(parts, body));
            }
            None => break,
        }
        if bytes.len() > LONGEST_ANSWER {
            let begin = stream::once(async move { Ok(Bytes::from(bytes)) });
            let body = Body::from_stream(begin.chain(chunks));
            return (None, Response::from_parts(parts, body));
        }
    }
    let bytes = Bytes::from(bytes);
    let response = Response::from_parts(parts, Body::from(bytes.clone()));
    (Some(bytes), response)
}
