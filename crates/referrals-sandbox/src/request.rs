//! Reading what both APIs read in the same way.

use http::HeaderMap;
use http::header::ACCEPT;
use percent_encoding::percent_decode;

use crate::problem::Problem;

pub(crate) fn accepts_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut accept = headers.get_all(ACCEPT).iter().peekable();
    if accept.peek().is_none() {
        return Ok(());
    }
    // As most say it.
    if accept
        .peek()
        .is_some_and(|value| *value == "application/json")
    {
        return Ok(());
    }
    let acceptable = accept
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.to_ascii_lowercase().replace(' ', ""))
        .filter(|range| !(range.ends_with(";q=0") || range.contains(";q=0.0")))
        .filter_map(|range| range.split(';').next().map(str::to_owned))
        .any(|range| ["application/json", "application/*", "*/*"].contains(&range.as_str()));
    if acceptable {
        Ok(())
    } else {
        Err(Problem::not_acceptable())
    }
}

/// Decodes a part of a query. HTML forms write a blank as a plus.
pub(crate) fn decode(text: &str) -> Result<String, Problem> {
    if !text.contains(['+', '%']) {
        return Ok(text.to_owned());
    }
    let text = text.replace('+', " ");
    let escapes = text.split('%').skip(1);
    if !escapes.into_iter().all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    }) {
        return Err(Problem::bad_request(
            "The query has a % that begins no escape.",
        ));
    }
    percent_decode(text.as_bytes())
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| Problem::bad_request("The query is not percent-encoded UTF-8."))
}

/// What a caller sent, short enough to repeat and without control characters.
pub(crate) fn shown(text: &str) -> String {
    let text: String = text.chars().take(64).collect();
    text.escape_debug().to_string()
}
