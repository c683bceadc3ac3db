//! What the tests of this and other packages share: a server that knows nothing
//! of HTTP libraries, and the fixtures.

mod personal;
mod trace;
mod wire;

pub use personal::personal_data;
pub use trace::{TRACE, trace};
pub use wire::WireAnswer;

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A server that answers every request with the same bytes and keeps what it
/// was sent. It reads and writes sockets itself, so that a snapshot shows the
/// wire and not what a library makes of it.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Listens on this machine and answers with these bytes.
    ///
    /// # Panics
    ///
    /// When this machine has no free port.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::answering_in_turn(vec![answer.into()])
    }

    /// Answers each request with the next of these, and with the last from then
    /// on.
    ///
    /// # Panics
    ///
    /// When this machine has no free port, or there is no answer.
    pub fn answering_in_turn(answers: Vec<Vec<u8>>) -> Self {
        trace();
        assert!(!answers.is_empty(), "a server needs an answer");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        // Ends with the test process.
        thread::spawn(move || {
            for (turn, stream) in listener.incoming().flatten().enumerate() {
                let answer = &answers[turn.min(answers.len() - 1)];
                // A client that goes away early is that test's own business.
                let _ = serve(stream, answer, &kept);
            }
        });
        Self { address, requests }
    }

    /// The base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far: request line, headers and body as they came.
    pub fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn serve(mut stream: TcpStream, answer: &[u8], kept: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
    }
    let mut request = String::from_utf8_lossy(&head).into_owned();
    let length = request.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    request.push_str(&String::from_utf8_lossy(&body));
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(request);
    stream.write_all(answer)?;
    stream.shutdown(std::net::Shutdown::Write)
}

/// The names of query parameters and headers that these requests carried, in
/// lower case.
pub fn names_on_the_wire(requests: &[String]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for request in requests {
        let (line, headers) = request.split_once("\r\n").unwrap_or((request, ""));
        let target = line.split(' ').nth(1).unwrap_or_default();
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split('=').next());
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        names.extend(pairs.map(str::to_ascii_lowercase));
        names.extend(headers.map(|(name, _)| name.to_ascii_lowercase()));
    }
    names
}

/// Fails for each parameter of an operation that was not seen on the wire,
/// accepted gaps aside, and for each gap that is none.
///
/// # Panics
///
/// When a parameter is not covered, or a gap is.
pub fn assert_covered(
    layer: &str,
    parameters: &[&str],
    requests: &[String],
    gaps: &[(&str, &str)],
) {
    let seen = names_on_the_wire(requests);
    for parameter in parameters {
        let reason = gaps
            .iter()
            .find(|(name, _)| name == parameter)
            .map(|(_, reason)| reason);
        let covered = seen.contains(&parameter.to_ascii_lowercase());
        assert!(
            covered != reason.is_some(),
            "{layer}: the parameter {parameter} is {} on the wire, accepted gap: {reason:?}",
            if covered { "seen" } else { "never seen" },
        );
    }
}

/// The bytes of an answer: status line, these headers, the body's length.
pub fn answer(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    bytes.push_str("Connection: close\r\n\r\n");
    [bytes.as_bytes(), body].concat()
}

/// The bytes of a success with this JSON.
pub fn ok(json: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK", &[("Content-Type", "application/json")], json)
}

/// The folder of fixtures: raw answers, and referrals to be created, written by
/// hand from the documented shapes.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The file names of the fixtures in a folder such as `v1`, sorted.
///
/// # Panics
///
/// When there is no such folder.
pub fn fixture_names(folder: &str) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(fixtures().join(folder))
        .expect("fixtures")
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("a name")
        })
        .collect();
    names.sort();
    names
}

/// A recording (HTTP Archive) of one GET that was answered with this body.
pub fn har(url: &str, body: &str) -> String {
    serde_json::json!({ "log": { "version": "1.2", "entries": [{
        "request": { "method": "GET", "url": url },
        "response": { "status": 200, "content": { "text": body } },
    }] } })
    .to_string()
}

/// The text of a fixture such as `v1/typical.json`.
///
/// # Panics
///
/// When there is no such fixture.
pub fn fixture(name: &str) -> String {
    let path = fixtures().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
