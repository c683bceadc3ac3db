//! Measures a sandbox of a thousand referrals and one of a million, over HTTP:
//!
//! ```text
//! cargo run --release -p referrals-sandbox --example measure
//! ```
//!
//! Both are asked in turn, so what else the machine does falls on both alike. Prints the
//! time to start, the memory, and of each request the middle and the 99th of a thousand
//! durations with their ratio.

use std::time::{Duration, Instant};

use referrals_sandbox::{Dialect, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SMALL: u32 = 1_000;
const LARGE: u32 = 1_000_000;
const ROUNDS: usize = 1_000;

/// What a sandbox is asked for.
type Query = fn(&Asked) -> String;

type Failure = Box<dyn std::error::Error>;

/// A sandbox and a connection to it.
struct Asked {
    sandbox: Sandbox,
    stream: TcpStream,
    answer: Vec<u8>,
    /// A referral, and a token deep in a list.
    id: String,
    engagement: String,
    token: String,
}

impl Asked {
    async fn start(referrals: u32) -> Result<Self, Failure> {
        let before = Instant::now();
        let sandbox = Sandbox::builder()
            .referrals(referrals)
            .dialect(Dialect::Lenient)
            .start()
            .await?;
        let started = before.elapsed();
        println!(
            "{referrals} referrals: started in {started:.1?}, {} MiB",
            memory()?
        );
        let address = sandbox.url();
        let address = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut asked = Self {
            sandbox,
            stream,
            answer: Vec::new(),
            id: String::new(),
            engagement: String::new(),
            token: String::new(),
        };
        let middle = referrals / 2;
        // The list does not end with the page.
        let page = format!("?$skip={middle}&$orderby=updatedDateTime%20desc");
        asked.get(&page).await?;
        let page: serde_json::Value = serde_json::from_slice(asked.body())?;
        // The same referral in both.
        asked.get("?$skip=1&$top=1").await?;
        let second: serde_json::Value = serde_json::from_slice(asked.body())?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let second = &second["value"][0];
        let link = text(&page["@odata.nextLink"]);
        (asked.id, asked.engagement) = (text(&second["id"]), text(&second["engagementId"]));
        asked.token = link
            .split("$skiptoken=")
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        Ok(asked)
    }

    /// Asks, and reads the answer to its end.
    async fn get(&mut self, query: &str) -> Result<Duration, Failure> {
        let request = format!(
            "GET /v1.0/engagements/referrals{query} HTTP/1.1\r\nHost: localhost\r\n\
             Authorization: Bearer {}\r\n\r\n",
            self.sandbox.token()
        );
        let before = Instant::now();
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the connection ended".into());
            }
            if let Some(length) = self.length()
                && self.answer.len() >= length
            {
                break;
            }
        }
        let duration = before.elapsed();
        match self.answer.starts_with(b"HTTP/1.1 200") {
            true => Ok(duration),
            false => Err(String::from_utf8_lossy(&self.answer).into()),
        }
    }

    /// How long the answer will be, when its head is there.
    fn length(&self) -> Option<usize> {
        let head = self
            .answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")?;
        let text = std::str::from_utf8(&self.answer[..head]).ok()?;
        let mut lines = text.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "))?;
        Some(head + 4 + length.parse::<usize>().ok()?)
    }

    fn body(&self) -> &[u8] {
        let head = self
            .answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n");
        &self.answer[head.map_or(0, |head| head + 4)..]
    }
}

/// The memory of this process, in MiB.
fn memory() -> Result<u64, Failure> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split(' ').nth(1).ok_or("no pages")?.parse::<u64>()?;
    Ok(pages * 4096 / 1024 / 1024)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut asked = [Asked::start(SMALL).await?, Asked::start(LARGE).await?];
    let requests: [(&str, Query); 19] = [
        ("get by id", |asked| format!("/{}", asked.id)),
        ("engagement", |asked| {
            format!("?$filter=engagementId%20eq%20'{}'", asked.engagement)
        }),
        ("status and country, $top=10", |_| {
            "?$filter=status%20eq%20'Active'%20and%20customerProfile/address/country%20eq%20'US'\
             &$top=10"
                .to_owned()
        }),
        ("one status or the other, $top=10", |_| {
            "?$filter=status%20eq%20'New'%20or%20status%20eq%20'Active'&$top=10".to_owned()
        }),
        ("one of two statuses, $top=10", |_| {
            "?$filter=status%20in%20('New','Active')&$top=10".to_owned()
        }),
        ("not a status, and country, $top=10", |_| {
            "?$filter=not%20(status%20eq%20'Closed')%20and%20customerProfile/address/country%20\
             eq%20'US'&$top=10"
                .to_owned()
        }),
        ("nested and, or and not, newest first, $top=10", |_| {
            "?$filter=(status%20eq%20'New'%20or%20not%20(type%20eq%20'Shared'))%20and%20not%20\
             (customerProfile/address/country%20in%20('US','DE')%20or%20substatus%20eq%20null)\
             &$orderby=createdDateTime%20desc&$top=10"
                .to_owned()
        }),
        ("created since a time or active, $top=10", |_| {
            "?$filter=createdDateTime%20ge%202025-06-01%20or%20status%20eq%20'Active'&$top=10"
                .to_owned()
        }),
        ("id in a filter", |asked| {
            format!("?$filter=id%20eq%20'{}'", asked.id)
        }),
        ("ids in a filter, or an engagement", |asked| {
            format!(
                "?$filter=id%20in%20('{}')%20or%20engagementId%20eq%20{}",
                asked.id, asked.engagement
            )
        }),
        ("substatus, newest first, $top=10", |_| {
            "?$filter=substatus%20eq%20'Won'&$orderby=createdDateTime%20desc&$top=10".to_owned()
        }),
        ("team, $top=10", |_| {
            "?$filter=team/any(t:t/email%20eq%20'ada.example@fabrikam.example.com')&$top=10"
                .to_owned()
        }),
        ("a window of changes, by change, $top=10", |_| {
            "?$filter=updatedDateTime%20ge%202025-06-01T00:00:00Z&$orderby=updatedDateTime&$top=10"
                .to_owned()
        }),
        ("a window of changes, newest first, $top=10", |_| {
            "?$filter=updatedDateTime%20ge%202025-06-01T00:00:00Z\
             &$orderby=createdDateTime%20desc&$top=10"
                .to_owned()
        }),
        ("a window of changes, oldest first, $top=10", |_| {
            "?$filter=updatedDateTime%20ge%202025-12-01T00:00:00Z&$orderby=createdDateTime&$top=10"
                .to_owned()
        }),
        ("a short window of changes, as kept, $top=10", |_| {
            "?$filter=updatedDateTime%20ge%202026-01-14T20:00:00Z&$top=10".to_owned()
        }),
        ("newest first, $top=10", |_| {
            "?$orderby=createdDateTime%20desc&$top=10".to_owned()
        }),
        ("newest first, a whole page", |_| {
            "?$orderby=createdDateTime%20desc".to_owned()
        }),
        ("a deep page by $skiptoken", |asked| {
            format!("?$skiptoken={}", asked.token)
        }),
    ];
    println!(
        "{:48} {:>9} {:>9} {:>9} {:>9} {:>6} {:>6}",
        "", "p50 1k", "p50 1M", "p99 1k", "p99 1M", "p50 x", "p99 x"
    );
    for (name, request) in requests {
        let queries = [request(&asked[0]), request(&asked[1])];
        let mut durations = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (which, asked) in asked.iter_mut().enumerate() {
                durations[which].push(asked.get(&queries[which]).await?);
            }
        }
        let at = |which: usize, share: usize| {
            let mut sorted = durations[which].clone();
            sorted.sort_unstable();
            sorted[ROUNDS * share / 100].as_secs_f64() * 1e6
        };
        let (small, large) = ([at(0, 50), at(0, 99)], [at(1, 50), at(1, 99)]);
        println!(
            "{name:48} {:>6.0} µs {:>6.0} µs {:>6.0} µs {:>6.0} µs {:>6.2} {:>6.2}",
            small[0],
            large[0],
            small[1],
            large[1],
            large[0] / small[0],
            large[1] / small[1]
        );
    }
    println!("at the end {} MiB", memory()?);
    Ok(())
}
