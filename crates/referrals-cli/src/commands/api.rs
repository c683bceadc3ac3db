//! `referrals api`

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::arguments::ApiCall;
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::input;
use crate::runtime;

pub(crate) fn run(arguments: ApiCall) -> Result<ExitCode, Failure> {
    let body = match &arguments.file {
        Some(file) => Some(input::bytes(file)?),
        None => None,
    };
    runtime()?.block_on(call(arguments, body))
}

async fn call(arguments: ApiCall, body: Option<Vec<u8>>) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let target = with_query(&arguments.path, &arguments.query);
    let is_safe = arguments.method.is_safe();
    let mut request = connected.referrals.request(arguments.method, target);
    for (name, value) in &arguments.header {
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    let answer = request.send().await.map_err(|error| match is_safe {
        true => Failure::from(error),
        false => Failure::unrepeatable(&error, "referrals list"),
    })?;
    let mut stdout = io::stdout().lock();
    if arguments.include {
        writeln!(stdout, "HTTP {}", answer.status)?;
        for (name, value) in &answer.headers {
            write!(stdout, "{name}: ")?;
            stdout.write_all(value.as_bytes())?;
            writeln!(stdout)?;
        }
        writeln!(stdout)?;
    }
    stdout.write_all(&answer.body)?;
    stdout.flush()?;
    drop(stdout);
    if answer.status.is_success() {
        return Ok(ExitCode::SUCCESS);
    }
    if answer.body.is_empty() {
        note("the answer has no body");
    }
    Err(Failure::of_status(answer.status, &answer.ids))
}

/// A path with more query parameters.
fn with_query(path: &str, pairs: &[(String, String)]) -> String {
    let mut target = path.to_owned();
    for (name, value) in pairs {
        target.push(if target.contains('?') { '&' } else { '?' });
        encode(&mut target, name);
        target.push('=');
        encode(&mut target, value);
    }
    target
}

/// Percent-encodes all that could mean something else in a query.
fn encode(target: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => target.push(byte.into()),
            b'-' | b'.' | b'_' | b'~' | b'$' | b'(' | b')' | b',' | b'/' | b':' | b'@' => {
                target.push(byte.into());
            }
            byte => target.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameters_are_encoded_and_appended() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (path, pairs, target) in [
            ("/a", vec![], "/a"),
            ("/a?x=%2b", vec![pair("$top", "1")], "/a?x=%2b&$top=1"),
            (
                "/a",
                vec![pair("$filter", "name eq 'Ä & B'"), pair("b+", "=")],
                "/a?$filter=name%20eq%20%27%C3%84%20%26%20B%27&b%2B=%3D",
            ),
        ] {
            assert_eq!(with_query(path, &pairs), target);
        }
    }
}
