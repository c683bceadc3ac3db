//! Answers as they come over the wire, read to the letter, and what every answer of the
//! sandbox has in common, whatever was asked.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The documentation's limit for the text of an error.
const LONGEST: usize = 1024;

/// An answer that arrived whole.
#[derive(Clone, PartialEq, Eq)]
pub struct WireAnswer {
    /// The status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, without its chunks.
    pub body: Vec<u8>,
}

impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        let body: String = body.chars().take(2_000).collect();
        write!(f, "{} {:?}\n{body}", self.status, self.headers)
    }
}

impl WireAnswer {
    /// The first answer in these bytes and how long it is, interim answers included. None
    /// when it is not whole yet.
    ///
    /// # Errors
    ///
    /// When this is no HTTP/1.1, or nothing tells where its body ends.
    pub fn read(bytes: &[u8], to_head: bool) -> Result<Option<(Self, usize)>, String> {
        let mut begin = 0;
        loop {
            let rest = &bytes[begin..];
            let Some(end) = find(rest, b"\r\n\r\n") else {
                return Ok(None);
            };
            let head = str::from_utf8(&rest[..end]).map_err(|_| "a head that is not UTF-8")?;
            let (status, headers) = read_head(head)?;
            begin += end + 4;
            if status == 101 {
                return Err("a switch of protocols".to_owned());
            }
            if status < 200 {
                continue;
            }
            let mut answer = Self {
                status,
                headers,
                body: Vec::new(),
            };
            let rest = &bytes[begin..];
            let length =
                match (
                    answer.all("content-length"),
                    answer.all("transfer-encoding"),
                ) {
                    _ if to_head || status == 204 || status == 304 => 0,
                    (length, chunked) if length.is_empty() && chunked == ["chunked"] => {
                        let Some((body, length)) = chunks(rest)? else {
                            return Ok(None);
                        };
                        answer.body = body;
                        return Ok(Some((answer, begin + length)));
                    }
                    (length, chunked) if length.len() == 1 && chunked.is_empty() => length[0]
                        .parse()
                        .map_err(|_| format!("a length of {:?}", length[0]))?,
                    other => return Err(format!("a body of no length: {other:?}")),
                };
            let Some(body) = rest.get(..length) else {
                return Ok(None);
            };
            answer.body = body.to_vec();
            return Ok(Some((answer, begin + length)));
        }
    }

    /// The value of a header that is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        match self.all(name)[..] {
            [value] => Some(value),
            _ => None,
        }
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let headers = self.headers.iter();
        let headers = headers.filter(|(known, _)| known == name);
        headers.map(|(_, value)| value.as_str()).collect()
    }

    /// Holds the sandbox's answer to a request that is HTTP against what all of them have in
    /// common: no fault of the sandbox, and a body of the documented shape.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn judge(&self, method: &str, target: &str) -> Result<(), String> {
        let path = target.split('?').next().unwrap_or_default();
        let wrong = |what: &str| Err(format!("{what}: {method} {target}\n{self:?}"));
        if !(200..500).contains(&self.status) {
            return wrong("a fault of the sandbox");
        }
        let is_api = path.starts_with("/v1/") || path.starts_with("/v1.0/");
        // The server below the sandbox has refused it unseen.
        let unseen = self.header("content-type").is_none() && self.body.is_empty();
        if unseen && [414, 431].contains(&self.status) {
            return Ok(());
        }
        if is_api {
            for name in ["ms-requestid", "ms-correlationid"] {
                if self.header(name).is_none_or(|id| id.len() != 36) {
                    return wrong("an answer without ids");
                }
            }
        }
        for (status, name) in [(405, "allow"), (401, "www-authenticate")] {
            let is_page = path.contains("/oauth2/");
            if self.status == status && self.header(name).is_none() && !is_page && is_api {
                return wrong("a refusal without its header");
            }
        }
        if method == "HEAD" || self.status == 204 {
            return Ok(());
        }
        let kind = self.header("content-type").unwrap_or_default();
        if !kind.starts_with("application/json") {
            // The pages of the sandbox and its authority, what a browser is sent away with,
            // and `$count`.
            let is_other = !is_api && (self.status < 400 || path.contains("/oauth2/"));
            return match is_other || (self.status == 200 && kind.starts_with("text/plain")) {
                true => Ok(()),
                false => wrong("an answer that is no JSON"),
            };
        }
        if self.status >= 400 {
            let Ok(body) = serde_json::from_slice::<Value>(&self.body) else {
                return wrong("a refusal that cannot be read");
            };
            let fits = match path.starts_with("/v1.0/") {
                true => is_nested(&body),
                // The metadata of the authority has the shape of its other answers.
                false => is_flat(&body) || is_oauth(&body),
            };
            return match fits {
                true => Ok(()),
                false => wrong("a refusal of another shape than the documented one"),
            };
        }
        // Only as far as needed: lists are long.
        let Ok(body) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(&self.body) else {
            return wrong("an answer that cannot be read");
        };
        let items = |name: &str| {
            let items = serde_json::from_str::<Vec<&RawValue>>(body.get(name)?.get());
            items.ok().map(|items| items.len())
        };
        let fits = match path {
            "/v1/referrals" | "/v1/referrals/" => {
                let total = body
                    .get("totalCount")
                    .and_then(|total| total.get().parse().ok());
                total.is_some() && total == items("items")
            }
            "/v1.0/engagements/referrals" | "/v1.0/engagements/referrals/" if method == "GET" => {
                items("value").is_some_and(|items| items <= 100)
            }
            _ => true,
        };
        match fits {
            true => Ok(()),
            false => wrong("a body of another shape than the documented one"),
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

type Head = (u16, Vec<(String, String)>);

fn read_head(head: &str) -> Result<Head, String> {
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap_or_default();
    let status = line
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = status.and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("a first line {line:?}"))?;
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').ok_or(format!("a header {line:?}"))?;
        Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Ok((status, headers.collect::<Result<_, String>>()?))
}

/// A chunked body without its chunks, and how long it was with them.
fn chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, String> {
    let (mut body, mut begin) = (Vec::new(), 0);
    loop {
        let Some(end) = find(&bytes[begin..], b"\r\n") else {
            return Ok(None);
        };
        let size = str::from_utf8(&bytes[begin..begin + end]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.ok_or("a chunk without a size")?;
        begin += end + 2;
        let Some(chunk) = bytes.get(begin..begin + size + 2) else {
            return Ok(None);
        };
        if !chunk.ends_with(b"\r\n") {
            return Err("a chunk of another size than it says".to_owned());
        }
        body.extend_from_slice(&chunk[..size]);
        begin += size + 2;
        if size == 0 {
            return Ok(Some((body, begin)));
        }
    }
}

fn only(object: &Map<String, Value>, names: &[&str]) -> bool {
    object.keys().all(|name| names.contains(&name.as_str()))
}

fn is_text(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    !text.is_empty() && text.chars().count() <= LONGEST
}

/// The error body of the live API.
fn is_nested(body: &Value) -> bool {
    let (Some(outer), Some(error)) = (body.as_object(), body["error"].as_object()) else {
        return false;
    };
    let is_known = only(outer, &["error"])
        && only(
            error,
            &["code", "message", "target", "details", "innerError"],
        );
    let target = error.get("target").is_none_or(Value::is_string);
    let details = error.get("details").is_none_or(Value::is_null);
    let inner = error
        .get("innerError")
        .is_none_or(|inner| is_text(&inner["code"]));
    is_known && is_text(&error["code"]) && is_text(&error["message"]) && target && details && inner
}

/// The error body of v1.
fn is_flat(body: &Value) -> bool {
    let names = ["code", "description", "source"];
    let is_known = body.as_object().is_some_and(|body| only(body, &names));
    is_known && names.iter().all(|name| is_text(&body[*name]))
}

/// The error body of the authority.
fn is_oauth(body: &Value) -> bool {
    body["error"].is_string() && body["error_description"].is_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &str) -> Result<Option<(WireAnswer, usize)>, String> {
        WireAnswer::read(bytes.as_bytes(), false)
    }

    #[test]
    fn an_answer_is_read_when_it_is_whole() {
        for whole in [
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcde",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\nabcde",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
        ] {
            let (answer, length) = read(&format!("{whole}HTTP")).expect(whole).expect(whole);
            assert_eq!((answer.status, length), (200, whole.len()));
            assert_eq!(answer.body, b"abcde");
            for part in 0..whole.len() {
                assert_eq!(read(&whole[..part]), Ok(None), "{}", &whole[..part]);
            }
        }
        for broken in [
            "HTTP/1.1 200 OK\r\n\r\nabcde",
            "HTTP/1.1 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na",
        ] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_found() {
        let list = "/v1.0/engagements/referrals?$top=1";
        let answer = |status: u16, body: &str| WireAnswer {
            status,
            headers: [
                ("content-type", "application/json"),
                ("ms-requestid", "b10da48c-ea4c-4967-ab8e-0efcd8069414"),
                ("ms-correlationid", "b10da48c-ea4c-4967-ab8e-0efcd8069414"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body: body.as_bytes().to_vec(),
        };
        let refusal = r#"{"error":{"code":"invalidRequest","message":"No."}}"#;
        let flat = r#"{"code":"invalidRequest","description":"No.","source":"referrals-sandbox"}"#;
        for (status, target, body) in [
            (200, list, r#"{"value":[]}"#),
            (400, list, refusal),
            (400, "/v1/referrals", flat),
            (200, "/v1/referrals", r#"{"items":[],"totalCount":0}"#),
        ] {
            let judged = answer(status, body).judge("GET", target);
            assert_eq!(judged, Ok(()));
        }
        for (status, target, body) in [
            (500, list, refusal),
            (400, list, flat),
            (400, list, r#"{"error":{"code":"","message":"No."}}"#),
            (
                400,
                list,
                r#"{"error":{"code":"a","message":"No.","more":1}}"#,
            ),
            (200, list, r#"{"value":{}}"#),
            (200, list, r#"{"value":["#),
            (405, list, refusal),
            (400, "/v1/referrals", refusal),
            (200, "/v1/referrals", r#"{"items":[],"totalCount":1}"#),
        ] {
            let judged = answer(status, body).judge("GET", target);
            assert!(judged.is_err(), "{status} {target} {body}");
        }
        let mut bare = answer(200, r#"{"value":[]}"#);
        bare.headers.pop();
        assert!(bare.judge("GET", list).is_err());
    }
}
