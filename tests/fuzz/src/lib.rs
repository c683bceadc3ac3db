//! A sandbox in this process, and a connection to it.
//!
//! Both ends run on one thread, so that an input takes the same way each time and what it
//! reaches is counted. Whatever changes the sandbox makes the next input begin with another
//! one, so that what is found can be found again from its input alone.

use std::cell::RefCell;
use std::time::Duration;

use contract_tests::WireAnswer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use referrals_sandbox::identity::Role;
use referrals_sandbox::{Dialect, Sandbox};
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// The list of the live API.
pub const LIST: &str = "/v1.0/engagements/referrals";

/// How many referrals a sandbox has.
pub const REFERRALS: u32 = 12;

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many inputs a sandbox answers: its log and its recording grow with each.
const INPUTS: u32 = 400;

/// What is not written as it is in a path or a query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which sandbox is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Which {
    pub dialect: Dialect,
    pub role: Role,
}

impl Which {
    pub fn dialect(dialect: Dialect) -> Self {
        Self {
            dialect,
            role: Role::default(),
        }
    }
}

/// A request that is HTTP, whatever its parts are.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: &'static str,
    /// Encoded.
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Option<Vec<u8>>,
}

impl Request {
    pub fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            ..Self::default()
        }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn json(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", "application/json")
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            // What no header carries would make it another request.
            let carried = |byte: &&u8| **byte == b'\t' || (**byte >= b' ' && **byte != 0x7f);
            bytes.extend(value.iter().filter(carried));
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some(body) = &self.body {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// A part of a path or a query.
pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), RESERVED).to_string()
}

/// What an answer says that the next request may need.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    id: Option<String>,
    #[serde(rename = "eTag")]
    version: Option<String>,
}

/// A running sandbox and what is known of it.
pub struct Bench {
    which: Which,
    sandbox: Sandbox,
    address: String,
    stream: Option<TcpStream>,
    // Behind what runs on it.
    runtime: Runtime,
    recording: tempfile::TempDir,
    referrals: Vec<(String, String)>,
    /// The id and the eTag that were answered last.
    pub last: Option<(String, String)>,
    /// The next link that was answered last.
    pub next: Option<String>,
    changed: bool,
    inputs: u32,
}

impl Bench {
    fn start(which: Which) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let recording = tempfile::tempdir().expect("a folder");
        let mut builder = Sandbox::builder()
            .referrals(REFERRALS)
            .dialect(which.dialect)
            .log(recording.path().join("log"));
        // It writes all of what it has with each call, so that one of them is enough.
        if which.dialect == Dialect::Observed {
            builder = builder.har(recording.path().join("har"));
        }
        let sandbox = runtime.block_on(builder.start()).expect("a sandbox");
        let address = sandbox.url().trim_start_matches("http://").to_owned();
        let mut bench = Self {
            which,
            sandbox,
            address,
            stream: None,
            runtime,
            recording,
            referrals: Vec::new(),
            last: None,
            next: None,
            changed: false,
            inputs: 0,
        };
        let answer = bench.ask(&bench.with_token(Request::new("GET", LIST)));
        let answer: Value = serde_json::from_slice(&answer.body).expect("a list");
        let referrals = answer["value"].as_array().expect("a list").iter();
        let referrals = referrals.map(|referral| {
            let text = |name: &str| referral[name].as_str().unwrap_or_default().to_owned();
            (text("id"), text("eTag"))
        });
        bench.referrals = referrals.collect();
        assert!(!bench.referrals.is_empty());
        // Only now, so that there are some that the user may not see.
        bench.sandbox.identity().set_role(which.role);
        bench
    }

    pub fn token(&self) -> &str {
        self.sandbox.token()
    }

    pub fn control_key(&self) -> &str {
        self.sandbox.control_key()
    }

    pub fn client_secret(&self) -> &str {
        self.sandbox.identity().client_secret()
    }

    /// One of its referrals: id and eTag.
    pub fn referral(&self, number: u8) -> (String, String) {
        self.referrals[usize::from(number) % self.referrals.len()].clone()
    }

    pub fn with_token(&self, request: Request) -> Request {
        request.header("Authorization", format!("Bearer {}", self.token()))
    }

    /// Sends a request, and has its answer judged.
    ///
    /// # Panics
    ///
    /// When there is none, or it is wrong.
    pub fn ask(&mut self, request: &Request) -> WireAnswer {
        let request = &request.clone().header("Host", &self.address);
        let bytes = request.bytes();
        let answer = self.exchange(&bytes, request.method == "HEAD");
        let answer = answer.unwrap_or_else(|error| {
            panic!("{error}, after {}", String::from_utf8_lossy(&bytes));
        });
        if let Err(error) = answer.judge(request.method, &request.target) {
            panic!("{error}\nafter {}", String::from_utf8_lossy(&bytes));
        }
        if !["GET", "HEAD"].contains(&request.method) && answer.status < 400 {
            self.changed = true;
        }
        if answer.header("connection") == Some("close") {
            self.stream = None;
        }
        if let Ok(told) = serde_json::from_slice::<Told>(&answer.body) {
            self.next = told.next.or(self.next.take());
            self.last = told.id.zip(told.version).or(self.last.take());
        }
        answer
    }

    fn exchange(&mut self, bytes: &[u8], to_head: bool) -> Result<WireAnswer, String> {
        // A connection that was kept may have been closed at its other end meanwhile.
        for kept in [true, false] {
            if !kept || self.stream.is_none() {
                self.connect();
            }
            let Some(stream) = &mut self.stream else {
                return Err("no connection".to_owned());
            };
            let exchange = async {
                // It may be refused before its end has been sent.
                let sent = stream.write_all(bytes).await;
                let mut received = Vec::new();
                loop {
                    if let Some((answer, length)) = WireAnswer::read(&received, to_head)? {
                        return match length == received.len() {
                            true => Ok(Some(answer)),
                            false => Err(format!("{answer:?} and more than was asked for")),
                        };
                    }
                    match stream.read_buf(&mut received).await {
                        Ok(0) | Err(_) if received.is_empty() => return Ok(None),
                        Ok(0) => return Err("half an answer".to_owned()),
                        Ok(_) => {}
                        Err(error) => return Err(format!("{error}, {sent:?}")),
                    }
                }
            };
            // The clock of the timeout is the runtime's.
            let exchanged = self
                .runtime
                .block_on(async { timeout(PATIENCE, exchange).await });
            match exchanged {
                Err(_) => return Err("no answer in time".to_owned()),
                Ok(Err(error)) => return Err(error),
                Ok(Ok(Some(answer))) => return Ok(answer),
                Ok(Ok(None)) => self.stream = None,
            }
        }
        Err("hung up".to_owned())
    }

    fn connect(&mut self) {
        let address = &self.address;
        let stream = self.runtime.block_on(async {
            let stream = TcpStream::connect(address).await?;
            // Thousands of connections would wait for their end otherwise.
            stream.set_zero_linger()?;
            stream.set_nodelay(true)?;
            std::io::Result::Ok(stream)
        });
        self.stream = Some(stream.expect("a connection"));
    }

    /// Sends bytes that may be no HTTP. They may be hung up on; an answer is no fault of the
    /// sandbox, either.
    ///
    /// # Panics
    ///
    /// When there is an answer and it is wrong.
    pub fn throw(&mut self, bytes: &[u8]) {
        self.connect();
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        let exchange = async {
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            let mut received = Vec::new();
            let _ = stream.read_to_end(&mut received).await;
            received
        };
        let received = self
            .runtime
            .block_on(async { timeout(PATIENCE, exchange).await });
        let received = received.unwrap_or_else(|_| {
            panic!("not hung up: {}", String::from_utf8_lossy(bytes));
        });
        // What changed is in doubt.
        self.changed = true;
        let status = str::from_utf8(received.get(9..12).unwrap_or_default()).unwrap_or_default();
        let status = status.parse().unwrap_or(0_u16);
        assert!(
            received.is_empty()
                || (received.starts_with(b"HTTP/1.") && (100..500).contains(&status)),
            "{}\nafter {}",
            String::from_utf8_lossy(&received),
            String::from_utf8_lossy(bytes)
        );
    }
}

thread_local! {
    static BENCHES: RefCell<Vec<Bench>> = const { RefCell::new(Vec::new()) };
}

/// Does something with a sandbox that nobody has changed.
pub fn with(which: Which, work: impl FnOnce(&mut Bench)) {
    BENCHES.with_borrow_mut(|benches| {
        let place = benches.iter().position(|bench| bench.which == which);
        let mut bench = match place {
            Some(place) => benches.swap_remove(place),
            None => Bench::start(which),
        };
        (bench.last, bench.next) = (None, None);
        work(&mut bench);
        bench.inputs += 1;
        if bench.changed || bench.inputs >= INPUTS {
            if let Ok(recording) = std::fs::read(bench.recording.path().join("har")) {
                let recording = serde_json::from_slice::<Value>(&recording);
                assert!(recording.is_ok(), "a recording that cannot be read");
            }
        } else {
            benches.push(bench);
        }
    });
}
