//! Reading the body of a request.

use axum::body::Body;
use futures_util::StreamExt as _;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::json::Json;
use crate::problem::Problem;
use crate::request::shown;
use crate::server::State;

use super::filter::LENIENT;
use super::{rules, spelling};

/// The longest body that is taken. The documentation states none.
const LIMIT: usize = 1024 * 1024;

/// How much of a body that is too long is read to its end, so that the caller is
/// still there when it is told.
const PATIENCE: usize = 16 * LIMIT;

/// A body, twice: in the form that schemas are held against, and in the one that
/// keeps its numbers.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) value: Value,
    pub(super) json: Json,
}

/// What a body has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Referral,
    Patch,
}

/// Reads a body of JSON, in the contract's spelling if the dialect is lenient.
pub(super) async fn read(
    state: &State,
    headers: &HeaderMap,
    body: Body,
    content: Content,
) -> Result<Read, Problem> {
    let lenient = state.dialect.is_lenient();
    check_media_type(headers, lenient && content == Content::Patch)?;
    let read = parse(&bytes(body).await?)?;
    let read = match content {
        _ if !lenient => read,
        Content::Referral => spelling::referral(read, state.schemas.shape())?,
        Content::Patch => spelling::patch(read, state.schemas.shape())?,
    };
    if content == Content::Referral {
        rules::check_size(&Json::Null, &read.json)?;
    }
    Ok(read)
}

/// A patch has a media type of its own, which the documentation does not use (X26).
fn check_media_type(headers: &HeaderMap, own: bool) -> Result<(), Problem> {
    let sent = headers.get(CONTENT_TYPE);
    let Some(sent) = sent.map(|sent| String::from_utf8_lossy(sent.as_bytes()).to_lowercase())
    else {
        return Err(Problem::unsupported_media_type(
            "There is no Content-Type header; the body has to be application/json.",
        ));
    };
    let mut parts = sent.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let utf8 = |part: &str| match part.split_once('=') {
        Some(("charset", charset)) => ["utf-8", "utf8"].contains(&charset.trim_matches('"')),
        _ => true,
    };
    match media_type {
        "application/json" if parts.all(utf8) => Ok(()),
        "application/json-patch+json" if own && parts.all(utf8) => Ok(()),
        "application/json" => Err(Problem::unsupported_media_type("The body has to be UTF-8.")),
        "application/json-patch+json" if !own => Err(Problem::unsupported_media_type(format!(
            "The page \"Patch a referral\" (2020) sends a patch as application/json.{LENIENT}"
        ))),
        "application/json-patch+json" => {
            Err(Problem::unsupported_media_type("The body has to be UTF-8."))
        }
        other => Err(Problem::unsupported_media_type(format!(
            "The Content-Type is {}; the body has to be application/json.",
            shown(other)
        ))),
    }
}

async fn bytes(body: Body) -> Result<Vec<u8>, Problem> {
    let mut chunks = body.into_data_stream();
    let (mut bytes, mut length) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Problem::bad_request("The body ends too early."))?;
        length += chunk.len();
        if length <= LIMIT {
            bytes.extend_from_slice(&chunk);
        } else if length > PATIENCE {
            break;
        }
    }
    if length > LIMIT {
        return Err(Problem::too_large(LIMIT));
    }
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<Read, Problem> {
    let refuse = |error: &dyn ToString| {
        let reason = format!("The body is not JSON: {}.", error.to_string());
        Problem::bad_request(reason).about("body")
    };
    // The first reading limits the depth, which the second relies on.
    let value = serde_json::from_slice(bytes).map_err(|error| refuse(&error))?;
    let text = str::from_utf8(bytes).map_err(|error| refuse(&error))?;
    let json = Json::read(text).map_err(|error| refuse(&error))?;
    Ok(Read { value, json })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_with_its_place() {
        for (body, part) in [
            ("", "EOF while parsing"),
            ("{\"a\":1,}", "trailing comma at line 1 column 8"),
            ("{\n\"a\": nul}", "line 2 column"),
            ("{\"a\":1,\"a\":2}", "the member `a` is there twice"),
            ("{\"a\":1e999}", "number out of range"),
        ] {
            let problem = parse(body.as_bytes()).expect_err(body);
            assert!(format!("{problem:?}").contains(part), "{problem:?}");
        }
        assert!(parse(&[0xff, b'"']).is_err());
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
    }

    #[tokio::test]
    async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
        assert_eq!(
            bytes(Body::from(vec![b' '; LIMIT]))
                .await
                .expect("read")
                .len(),
            LIMIT
        );
        assert!(bytes(Body::from(vec![b' '; LIMIT + 1])).await.is_err());
    }

    #[test]
    fn only_json_is_taken() {
        let check = |sent: &'static str| {
            let headers = [(CONTENT_TYPE, http::HeaderValue::from_static(sent))];
            check_media_type(&HeaderMap::from_iter(headers), false)
        };
        for sent in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;odata.metadata=minimal",
        ] {
            assert!(check(sent).is_ok(), "{sent}");
        }
        for sent in [
            "",
            "text/json",
            "application/json; charset=latin1",
            "application/json-patch+json",
        ] {
            assert!(check(sent).is_err(), "{sent}");
        }
        assert!(check_media_type(&HeaderMap::new(), true).is_err());
    }
}
