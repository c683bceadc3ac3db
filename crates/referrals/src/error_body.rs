//! What the body of a failure says, whichever layer wrote it.
//!
//! Documentation: "Errors" of the referrals API (`error` with `code`, `message`,
//! `target`, `innerError`), "Error codes" of Partner Center (flat, `code` and
//! `description`), "API throttling guidance" (`statusCode` and `message`), and the error
//! bodies of Microsoft Entra ID (`error`, `error_description`, `error_codes`).

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Map, Value};

use crate::personal::{Personal, REDACTED};
use crate::printable::is_harmless;

/// The documentation's limit for a description.
const DESCRIPTION_LIMIT: usize = 1024;

/// No code of anybody is longer.
const CODE_LIMIT: usize = 64;

/// How deep errors are looked for in errors.
const DEPTH: usize = 16;

/// What a failure says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// From the most general to the most specific.
    pub(crate) codes: Vec<String>,
    pub(crate) description: Option<String>,
    /// The member, parameter or header it is about.
    pub(crate) target: Option<String>,
    /// Ids that stand in the body alone.
    pub(crate) ids: Vec<(&'static str, String)>,
}

/// Members that hold ids, as the layers spell them, in lower case and without hyphens
/// and underscores.
const IDS: [(&str, &str); 6] = [
    ("requestid", "request-id"),
    ("clientrequestid", "client-request-id"),
    ("correlationid", "correlation-id"),
    ("traceid", "trace-id"),
    ("activityid", "activity-id"),
    ("mscorrelationid", "MS-CorrelationId"),
];

impl Told {
    /// Reads body and headers of a failure. What is personal or secret is left out of the
    /// description; nothing else is taken that is not short and plain.
    pub(crate) fn read(body: &[u8], headers: &HeaderMap, personal: &Personal) -> Self {
        let mut told = Self::default();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if let Ok(Value::Object(body)) = serde_json::from_slice(body) {
            told.object(&body, 0, personal);
        }
        told.challenge(headers);
        told
    }

    fn object(&mut self, body: &Map<String, Value>, depth: usize, personal: &Personal) {
        if depth >= DEPTH {
            return;
        }
        if let Some(Value::Object(inner)) = get(body, &["error"]) {
            return self.object(inner, depth + 1, personal);
        }
        let code = get(
            body,
            &["code", "innerErrorCode", "errorCode", "statusCode", "error"],
        );
        self.code(code, personal);
        if let Some(Value::Array(numbers)) = get(body, &["error_codes"]) {
            for number in numbers.iter().filter_map(Value::as_u64) {
                self.push(format!("AADSTS{number}"));
            }
        }
        let texts = [
            "description",
            "message",
            "error_description",
            "detail",
            "title",
        ];
        if self.description.is_none()
            && let Some(Value::String(text)) = get(body, &texts)
        {
            let text: String = one_line(&personal.scrub(text));
            let text: String = text.chars().take(DESCRIPTION_LIMIT).collect();
            self.description = (!text.is_empty()).then_some(text);
        }
        if self.target.is_none()
            && let Some(Value::String(target)) = get(body, &["target"])
        {
            let target = personal.scrub(target);
            self.target = plain(&target, "_-./[]@$#", 128).map(str::to_owned);
        }
        for (name, value) in body {
            let folded: String = name
                .chars()
                .filter(|letter| !"-_".contains(*letter))
                .map(|letter| letter.to_ascii_lowercase())
                .collect();
            if let Some((_, shown)) = IDS.iter().find(|(known, _)| *known == folded)
                && let Some(id) = value.as_str().and_then(|id| plain(id, "-_.:{}", 64))
                && !personal.is_in(id)
                && !self.ids.iter().any(|(_, other)| other == id)
            {
                self.ids.push((shown, id.to_owned()));
            }
        }
        if let Some(Value::Object(inner)) = get(body, &["innerError"]) {
            self.object(inner, depth + 1, personal);
        }
        // More than one thing was wrong: the first is told.
        if let Some(Value::Array(details)) = get(body, &["details"])
            && let Some(Value::Object(first)) = details.first()
        {
            self.object(first, depth + 1, personal);
        }
    }

    fn code(&mut self, code: Option<&Value>, personal: &Personal) {
        match code {
            Some(Value::String(code)) => {
                if personal.is_in(code) {
                    self.push(REDACTED.to_owned());
                } else if let Some(code) = plain(code, "_-.", CODE_LIMIT) {
                    self.push(code.to_owned());
                }
            }
            Some(Value::Number(code)) => self.push(code.to_string()),
            _ => {}
        }
    }

    /// `WWW-Authenticate: Bearer error="insufficient_claims"`, with which conditional
    /// access refuses.
    fn challenge(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(WWW_AUTHENTICATE) {
            let Ok(value) = value.to_str() else { continue };
            let mut parts = value.split([' ', ',']);
            let error = parts.find_map(|part| part.trim().strip_prefix("error="));
            if let Some(error) = error.and_then(|error| plain(error.trim_matches('"'), "_", 64)) {
                self.push(error.to_owned());
            }
        }
    }

    fn push(&mut self, code: String) {
        if !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}

/// The first of these members, whatever the case of its name.
fn get<'a>(body: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| {
        let mut members = body.iter();
        let found = members.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value)
            .filter(|value| !value.is_null())
    })
}

/// A text of letters, digits and `others`, as names and ids are.
fn plain<'a>(text: &'a str, others: &str, longest: usize) -> Option<&'a str> {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
    let text = text.trim();
    (!text.is_empty() && text.len() <= longest && text.chars().all(harmless)).then_some(text)
}

/// The text on one line and without characters that could drive a terminal or turn the
/// text around.
fn one_line(text: &str) -> String {
    let words = text
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .map(|word| word.chars().filter(|letter| is_harmless(*letter)).collect())
        .filter(|word: &String| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What codes mean that say nothing by themselves.
///
/// Documentation: "Error codes", Partner Center; the rest was seen on the wire.
pub(crate) fn meaning(code: &str) -> Option<&'static str> {
    Some(match code {
        "900308" => "the user lacks the privileges: the role Referrals admin or Referrals user",
        "900309" | "insufficient_claims" | "insufficent_claims" => {
            "a rule of the tenant (conditional access) does not allow it: sign in again"
        }
        "900329" => "an application alone (App-only) may not do it: sign a user in",
        "900420" => "the token is for another service",
        "900421" => "the user signed in without multifactor authentication",
        "99918" => "the eTag is not the referral's, or lost its quotes on the way",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> Told {
        Told::read(body.as_bytes(), &HeaderMap::new(), &Personal::default())
    }

    /// Codes, description and target of every body that a layer is known to send.
    #[test]
    fn every_known_error_body_is_understood() {
        let rows = [
            // The live API, as its page has it.
            r#"{"error":{"code":"unAuthorized","message":"No.","target":"/status","innerError":{"innerErrorCode":"x"}}}"#,
            // The same in the spelling of the page's text, and deeper.
            r#"{"error":{"code":"a","message":"No.","innererror":{"code":"b","innererror":{"code":"c","innerError":null}}}}"#,
            // As a stale eTag was seen on the wire.
            r#"{"error":{"code":"preconditionFailed","message":"No.","target":"ETag","details":null,"innerError":{"code":"99918"}}}"#,
            // Partner Center, with its code as text and as a number.
            r#"{"code":"900308","description":"No.","data":[],"source":"x"}"#,
            r#"{"code":900308,"description":"No."}"#,
            // The gateway.
            r#"{"statusCode":429,"message":"Slow down."}"#,
            // Microsoft Entra ID.
            r#"{"error":"invalid_grant","error_description":"AADSTS50173: No.","error_codes":[50173],"trace_id":"t-1","correlation_id":"c-1"}"#,
            // Ids inside.
            r#"{"error":{"code":"a","message":"No.","innerError":{"request-id":"r-1","client-request-id":"q-1","date":"2026-01-01"}}}"#,
            // Several at once.
            r#"{"error":{"code":"a","message":"No.","details":[{"code":"b","message":"Why.","target":"name"}]}}"#,
            // A framework in front of it.
            r#"{"Message":"An error has occurred."}"#,
            r#"{"type":"about:blank","title":"Bad.","status":400,"traceId":"00-1-2-01"}"#,
            // Nothing.
            r#"{"code":null,"description":"  "}"#,
            "",
            "<html>",
            "[1]",
            "\"text\"",
        ];
        let mut table = String::new();
        for body in rows {
            let Told {
                codes,
                description,
                target,
                ids,
            } = read(body);
            table.push_str(&format!(
                "{body}\n    {} | {} | {} | {ids:?}\n",
                codes.join(" > "),
                description.unwrap_or_default(),
                target.unwrap_or_default()
            ));
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn conditional_access_is_told_by_a_header() {
        let mut headers = HeaderMap::new();
        let value = "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJ\"";
        headers.insert(WWW_AUTHENTICATE, value.parse().expect("a header"));
        let told = Told::read(b"", &headers, &Personal::default());
        assert_eq!(told.codes, ["insufficient_claims"]);
        assert!(meaning(&told.codes[0]).is_some());
    }

    #[test]
    fn a_description_is_one_line_of_limited_length() {
        let told = read(r#"{"description":"bad\u001b[31m \n token"}"#);
        assert_eq!(told.description.as_deref(), Some("bad [31m token"));
        let told = read("{\"description\":\"a\u{202e}b\u{2066} \u{200f} c\u{61c}\"}");
        assert_eq!(told.description.as_deref(), Some("ab c"));
        let told = read(&format!(r#"{{"description":"{}"}}"#, "é".repeat(5000)));
        assert_eq!(
            told.description.map(|text| text.chars().count()),
            Some(1024)
        );
    }

    #[test]
    fn what_is_no_code_is_none() {
        for code in ["a b", "(x)", "\u{1b}[31m", &"x".repeat(65), ""] {
            let body = serde_json::json!({ "error": { "code": code, "target": code } });
            assert_eq!(
                read(&body.to_string()).codes,
                Vec::<String>::new(),
                "{code}"
            );
        }
    }

    /// Codes and ids are kept though a name is a part of them, and names are not.
    #[test]
    fn a_name_spoils_no_code() {
        let sent = br#"{"team":[{"firstName":"ali"}],"name":"invalid"}"#;
        let personal = Personal::of(None, None, Some(sent));
        let body = br#"{"error":{"code":"invalidRequest","message":"quality, Ali",
            "innerError":{"code":"ALI","request-id":"ali-1","innerError":{"code":"a.ali"}}}}"#;
        let told = Told::read(body, &HeaderMap::new(), &personal);
        assert_eq!(told.codes, ["invalidRequest", REDACTED, "a.ali"]);
        assert_eq!(told.description.as_deref(), Some("quality, <redacted>"));
        assert_eq!(told.ids, [("request-id", "ali-1".to_owned())]);

        let deep = "[".repeat(200);
        let personal = Personal::of(None, None, Some(deep.as_bytes()));
        let told = Told::read(body, &HeaderMap::new(), &personal);
        assert_eq!(told.codes[0], "invalidRequest");
        assert_eq!(told.description.as_deref(), Some("<withheld>"));
    }

    #[test]
    fn errors_in_errors_are_read_to_some_depth() {
        let mut body = r#"{"code":"last"}"#.to_owned();
        for _ in 0..100 {
            body = format!(r#"{{"code":"x","innerError":{body}}}"#);
        }
        assert_eq!(read(&body).codes, ["x"]);
    }

    proptest! {
        #[test]
        fn any_body_is_survived(body in r#"[\[\]{}:,"a0 erocdsin]{0,80}"#) {
            let told = read(&body);
            prop_assert!(told.codes.len() < 100);
        }
    }
}
