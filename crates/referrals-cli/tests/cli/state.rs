//! What is changed in a sandbox is there when it starts again.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use serde_json::{Value, json};

use super::{Run, SandboxProcess, referrals, run, written};

/// How often the sandbox is killed. More with, say, `REFERRALS_KILLS=500 cargo test -p
/// referrals-cli --test cli -- killed`.
const KILLS: u64 = 50;

const REFERRALS: &str = "/v1.0/engagements/referrals";

/// A connection that is kept.
struct Connection {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Connection {
    fn to(sandbox: &SandboxProcess) -> Self {
        let address = sandbox.url.strip_prefix("http://").expect("http");
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("set");
        Self {
            stream: BufReader::new(stream),
            token: sandbox.token.clone(),
        }
    }

    /// Status and body; nothing when the other side went away before the end.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> Option<(u16, Value)> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let (mut line, mut status, mut length) = (String::new(), None, 0);
        loop {
            line.clear();
            if self.stream.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let text = line.trim_end();
            if text.is_empty() {
                break;
            }
            if let Some(value) = text.strip_prefix("content-length: ") {
                length = value.parse().expect("a length");
            }
            let first = text.strip_prefix("HTTP/1.1 ");
            status = status.or(first.map(|text| text[..3].parse().expect("a status")));
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Some((status.expect("a status"), body))
    }

    fn get(&mut self, id: &str) -> Option<Value> {
        let answer = self.ask("GET", &format!("{REFERRALS}/{id}"), "");
        let (status, referral) = answer.expect("an answer");
        (status == 200).then_some(referral)
    }
}

fn new(name: &str) -> String {
    let new = json!({
        "type": "Independent",
        "name": name,
        "customerProfile": { "name": "Contoso Ltd." },
        "consent": { "consentToToShareInfoWithOthers": true },
        "details": { "notes": name },
    });
    new.to_string()
}

/// What a writer was told, in this order.
#[derive(Debug)]
enum Told {
    Created { id: String, name: String },
    Changed { id: String, count: u64 },
}

/// Creates and changes until the sandbox is gone, and passes on what it was told.
fn write(mut connection: Connection, mine: &str, count: &AtomicU64, told: &Sender<Told>) {
    loop {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let news = if number.is_multiple_of(4) {
            let name = format!("deal {number}");
            let Some((status, referral)) = connection.ask("POST", REFERRALS, &new(&name)) else {
                return;
            };
            assert_eq!(status, 201, "{referral}");
            let id = referral["id"].as_str().expect("an id").to_owned();
            Told::Created { id, name }
        } else {
            // In two places: half a change would show.
            let places = ["/name", "/details/notes"];
            let patch = places
                .map(|path| json!({ "op": "replace", "path": path, "value": number.to_string() }));
            let path = format!("{REFERRALS}/{mine}");
            let Some((status, answer)) = connection.ask("PATCH", &path, &json!(patch).to_string())
            else {
                return;
            };
            assert_eq!(status, 204, "{answer}");
            Told::Changed {
                id: mine.to_owned(),
                count: number,
            }
        };
        if told.send(news).is_err() {
            return;
        }
    }
}

#[test]
fn a_sandbox_that_is_killed_has_all_that_it_answered() {
    let kills = env::var("REFERRALS_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.state");
    let state = ["--state", file.to_str().expect("UTF-8")];
    let mut sandbox = SandboxProcess::with(&state);
    let mut mine = Vec::new();
    {
        let mut connection = Connection::to(&sandbox);
        for writer in 0..3 {
            let created = connection.ask("POST", REFERRALS, &new(&format!("writer {writer}")));
            let (status, referral) = created.expect("an answer");
            assert_eq!(status, 201);
            mine.push(referral["id"].as_str().expect("an id").to_owned());
        }
    }
    let count = AtomicU64::new(1);
    let mut created = Vec::new();
    let mut latest = vec![0; mine.len()];
    for round in 0..kills {
        // Somewhere in the middle, but the same each time.
        let moment = round.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59;
        thread::scope(|scope| {
            let (told, news) = channel();
            for id in &mine {
                let (connection, told) = (Connection::to(&sandbox), told.clone());
                let count = &count;
                scope.spawn(move || write(connection, id, count, &told));
            }
            drop(told);
            for (number, told) in news.iter().enumerate() {
                if number as u64 == moment {
                    sandbox.child.kill().expect("killed");
                    sandbox.child.wait().expect("gone");
                }
                match told {
                    Told::Created { id, name } => created.push((id, name)),
                    Told::Changed { id, count } => {
                        let place = mine.iter().position(|other| *other == id);
                        latest[place.expect("mine")] = count;
                    }
                }
            }
        });
        sandbox = SandboxProcess::with(&state);
        let mut connection = Connection::to(&sandbox);
        for (id, latest) in mine.iter().zip(&latest) {
            let referral = connection.get(id).expect("there");
            let notes = &referral["details"]["notes"];
            assert_eq!(&referral["name"], notes, "half a change, round {round}");
            let found = referral["name"]
                .as_str()
                .expect("a name")
                .parse()
                .unwrap_or(0);
            assert!(
                found >= *latest,
                "round {round}: {found} after {latest} was answered"
            );
        }
        let last = created.len().saturating_sub(12);
        let looked_at = if round + 1 == kills { 0 } else { last };
        for (id, name) in &created[looked_at..] {
            let referral = connection.get(id);
            let referral = referral.unwrap_or_else(|| panic!("round {round}: {name} is lost"));
            assert_eq!(referral["name"], **name);
        }
    }
    assert!(
        created.len() as u64 > kills,
        "only {} were created",
        created.len()
    );
}

#[test]
fn a_state_file_is_of_one_sandbox_and_of_its_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("my.state");
    let path = file.to_str().expect("UTF-8");
    let mut sandbox = SandboxProcess::with(&["--state", path]);
    let told = |run: &Run| run.stderr.replace(path, "[file]");
    let second = run(referrals(&[
        "sandbox",
        "--referrals",
        "40",
        "--seed",
        "5",
        "--state",
        path,
    ]));
    assert_eq!(
        (second.code, told(&second).as_str()),
        (
            1,
            "error: cannot use the state file [file]: another sandbox uses it; end that one, or use another file\n"
        )
    );
    sandbox.child.kill().expect("killed");
    sandbox.child.wait().expect("gone");
    let other = run(referrals(&["sandbox", "--seed", "6", "--state", path]));
    assert_eq!(other.code, 2);
    assert!(
        told(&other).contains("it was made for other data"),
        "{}",
        other.stderr
    );
    // What was being written when it was killed is cut off, and told of.
    let mut bytes = std::fs::read(&file).expect("the file");
    bytes.extend(b"00000030 0123");
    std::fs::write(&file, bytes).expect("written");
    let mut child = referrals(&[
        "sandbox",
        "--referrals",
        "40",
        "--seed",
        "5",
        "--state",
        path,
    ])
    .stdout(std::process::Stdio::piped())
    .stderr(std::process::Stdio::piped())
    .spawn()
    .expect("the sandbox starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("a line");
    child.kill().expect("killed");
    child.wait().expect("gone");
    assert_eq!(
        line.replace(path, "[file]"),
        "note: the state file [file] ends with 13 bytes that were not written to their end; they were cut off\n"
    );
}

/// A command with the sandbox inside, and a cache folder of this test's own.
fn inside(cache: &Path, arguments: &[&str]) -> Run {
    let mut command = referrals(&[arguments, &["--sandbox"]].concat());
    command.env("XDG_CACHE_HOME", cache);
    run(command)
}

#[test]
fn the_sandbox_inside_remembers_until_it_is_told_to_forget() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let count = |more: &[&str]| {
        let run = inside(&cache, &[&["list", "-o", "jsonl"], more].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout.lines().count()
    };
    assert_eq!(count(&[]), 200);
    let file = cache.join("referrals/sandbox.state");
    assert!(!file.exists(), "reading leaves nothing behind");
    let deal = written(&new("kept"));
    let deal = deal.path().to_str().expect("UTF-8");
    let created = inside(&cache, &["create", "-f", deal, "-o", "json"]);
    assert_eq!(created.code, 0, "{}", created.stderr);
    let created: Value = serde_json::from_str(&created.stdout).expect("JSON");
    let id = created["id"].as_str().expect("an id");
    let updated = inside(&cache, &["update", id, "--set", "/details/notes=more"]);
    assert_eq!(updated.code, 0, "{}", updated.stderr);
    let read = inside(&cache, &["get", id, "-o", "json"]);
    assert!(read.stdout.contains(r#""notes":"more""#), "{}", read.stdout);
    assert_eq!(count(&[]), 201);

    // While one still prints its list, others write.
    let mut list = referrals(&["list", "--sandbox", "-o", "jsonl"]);
    list.env("XDG_CACHE_HOME", &cache)
        .stdout(std::process::Stdio::piped());
    let mut list = list.spawn().expect("the command starts");
    let stdout = list.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(stdout).lines();
    lines.next().expect("a line").expect("text");
    let won = inside(&cache, &["win", id]);
    assert_eq!(won.code, 0, "{}", won.stderr);
    assert_eq!(lines.count(), 200);
    assert!(list.wait().expect("an end").success());

    // A file of other data is not touched.
    let text = std::fs::read(&file).expect("the file");
    std::fs::write(&file, "of something else\n").expect("written");
    let refused = inside(&cache, &["list"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.ends_with(". --fresh starts anew\n"),
        "{}",
        refused.stderr
    );
    std::fs::write(&file, text).expect("written");
    assert_eq!(count(&[]), 201);
    assert_eq!(count(&["--fresh"]), 200);
    assert_eq!(inside(&cache, &["get", id]).code, 5);
}

#[test]
fn a_cache_that_cannot_be_written_is_no_hindrance() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("a file");
    std::fs::write(&cache, "").expect("written");
    let deal = written(&new("lost"));
    let created = inside(
        &cache,
        &["create", "-f", deal.path().to_str().expect("UTF-8")],
    );
    assert_eq!(created.code, 0, "{}", created.stderr);
    let note = created.stderr.lines().next().expect("a note");
    assert!(note.starts_with("cannot write to "), "{note}");
    assert!(note.ends_with("is gone when the command ends"), "{note}");
}
