//! The command `referrals` as people and scripts meet it.

mod deals;
mod engagements;
mod login;
mod state;
mod sync;
mod validate;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

use contract_tests::{RawServer, answer, assert_covered, fixture, har, ok};
use serde_json::Value;

const TOKEN: &str = "t0ken-that-nobody-must-see";

fn referrals(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_referrals"));
    command.args(arguments).env("REFERRALS_TOKEN", TOKEN);
    // Whoever runs the tests may be signed in.
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nowhere");
    for folder in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env(folder, nowhere);
    }
    command.env_remove("REFERRALS_PROFILE");
    command
}

/// What a run printed and how it ended.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(mut command: Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the command starts");
    let run = Run {
        code: status.code().expect("an exit code"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    if std::env::var_os(contract_tests::TRACE).is_some() {
        // Standard output is where data belongs.
        let _ = std::io::stderr().write_all(run.stderr.as_bytes());
    }
    assert!(
        !run.stderr.contains(TOKEN) && !run.stdout.contains(TOKEN),
        "the token shows"
    );
    run
}

/// A command that talks to this server, without trying again.
fn at(url: &str, command: &[&str], more: &[&str]) -> Run {
    let connection = ["--base-url", url, "--retries", "0"];
    run(referrals(&[command, &connection, more].concat()))
}

fn list(url: &str, more: &[&str]) -> Run {
    at(url, &["list"], more)
}

fn list_v1(url: &str, more: &[&str]) -> Run {
    at(url, &["list", "--api", "v1"], more)
}

/// Ids and addresses differ from run to run.
fn redacted(text: &str, url: &str) -> String {
    let mut text = text.replace(url, "[url]");
    for name in ["MS-RequestId ", "MS-CorrelationId "] {
        let mut from = 0;
        while let Some(at) = text[from..].find(name) {
            let start = from + at + name.len();
            if text.as_bytes().get(start + 8) == Some(&b'-') {
                text.replace_range(start..start + 36, "[id]");
            }
            from = start;
        }
    }
    text
}

/// A `referrals sandbox` of its own process.
struct SandboxProcess {
    child: Child,
    url: String,
    token: String,
    /// What it said when it started.
    ready: Value,
}

impl SandboxProcess {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(more: &[&str]) -> Self {
        let mut sandbox = vec!["sandbox", "--seed", "5"];
        if !more.contains(&"--referrals") {
            sandbox.extend(["--referrals", "40"]);
        }
        let mut child = referrals(&[&sandbox, more].concat())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let stdout = child.stdout.as_mut().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| ready[name].as_str().expect(name).to_owned();
        Self {
            url: text("url"),
            token: text("token"),
            child,
            ready,
        }
    }

    fn list(&self, more: &[&str]) -> Run {
        self.run("list", &[&["--api", "v1"], more].concat())
    }

    fn run(&self, command: &str, more: &[&str]) -> Run {
        let command = [command, "--base-url", &self.url];
        let mut command = referrals(&[&command, more].concat());
        command.env("REFERRALS_TOKEN", &self.token);
        run(command)
    }

    /// What a client that shares no code with ours gets.
    fn get(&self, path: &str) -> String {
        let address = self.url.strip_prefix("http://").expect("http");
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        let request = format!(
            "GET {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        stream.write_all(request.as_bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_table_from_the_sandbox_inside() {
    let run = run(referrals(&["list", "--api", "v1", "--sandbox"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 51);
    assert!(run.stdout.starts_with("STATUS"), "{}", run.stdout);
    assert_eq!(
        run.stderr,
        "150 more; -o json, jsonl or csv prints all 200\n"
    );
}

#[test]
fn a_proxy_of_the_environment_never_sees_the_sandbox() {
    let proxy = RawServer::answering(ok(r#"{"items":[]}"#));
    let mut command = referrals(&["list", "--api", "v1", "--sandbox", "-o", "jsonl"]);
    command
        .env("HTTP_PROXY", proxy.url())
        .env("http_proxy", proxy.url());
    command
        .env("ALL_PROXY", proxy.url())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    let run = run(command);
    assert_eq!(
        (run.code, run.stdout.lines().count()),
        (0, 200),
        "{}",
        run.stderr
    );
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[test]
fn every_format_has_the_same_records() {
    let all = ["json", "jsonl", "csv"].map(|format| {
        run(referrals(&[
            "list",
            "--api",
            "v1",
            "--sandbox",
            "-o",
            format,
        ]))
    });
    let [json, jsonl, csv] = all.map(|run| {
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    });
    let json: Vec<Value> = serde_json::from_str(&json).expect("JSON");
    let lines: Vec<Value> = jsonl
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record a line"))
        .collect();
    assert_eq!(json.len(), 200);
    assert_eq!(json, lines);

    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let titles = reader.headers().expect("a header").clone();
    assert_eq!(&titles[0], "id");
    let column = |name: &str| titles.iter().position(|title| title == name).expect(name);
    let (customer, value, team) = (
        column("customerProfile.name"),
        column("details.dealValue"),
        column("team"),
    );
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
    assert_eq!(rows.len(), 200);
    for (row, record) in rows.iter().zip(&json) {
        assert_eq!(&row[0], record["id"]);
        assert_eq!(&row[customer], record["customerProfile"]["name"]);
        assert_eq!(
            row[value].is_empty(),
            record["details"]["dealValue"].is_null()
        );
        let team: Value = serde_json::from_str(&row[team]).expect("JSON in a cell");
        assert_eq!(team, record["team"]);
    }
}

#[test]
fn unknown_data_is_kept_token_for_token_and_told_on_one_line() {
    let text = r#"{"items":[{"id":"1","status":"Snoozed","mood":{"b":1.50,"a":null}},{"id":"2","details":{"dealValue":"soon"}},{"id":"3","z":12345678901234567890.10}]}"#;
    let server = RawServer::answering(ok(text));
    let run = list_v1(&server.url(), &["-o", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        "[\n{\"id\":\"1\",\"status\":\"Snoozed\",\"mood\":{\"b\":1.50,\"a\":null}},\n\
         {\"id\":\"2\",\"details\":{\"dealValue\":\"soon\"}},\n\
         {\"id\":\"3\",\"z\":12345678901234567890.10}\n]\n"
    );
    assert_eq!(run.stderr.lines().count(), 1);
    insta::assert_snapshot!("unknown_data", run.stderr);

    for format in ["table", "json", "jsonl", "csv"] {
        let strict = list_v1(&server.url(), &["-o", format, "--strict"]);
        assert_eq!(strict.code, 7, "{format}");
        assert!(strict.stdout.contains('3'), "{format}: {}", strict.stdout);
    }
    let clean = RawServer::answering(ok(fixture("v1/typical.json")));
    assert_eq!(list_v1(&clean.url(), &["--strict"]).code, 0);
}

#[test]
fn a_record_of_several_lines_is_one_line_of_jsonl() {
    let server = RawServer::answering(ok(fixture("v1/typical.json")));
    let run = list_v1(&server.url(), &["-o", "jsonl"]);
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record a line"))
        .collect();
    let fixture: Value = serde_json::from_str(&fixture("v1/typical.json")).expect("JSON");
    assert_eq!(fixture["items"], Value::from(lines));
}

#[test]
fn every_failure_has_its_exit_code_and_one_paragraph() {
    let json = r#"{"code":"2000","description":"That did not work","source":"x"}"#;
    let mut report = String::new();
    for (status, headers, body, code) in [
        ("400 Bad Request", "", json, 1),
        ("401 Unauthorized", "", json, 3),
        ("403 Forbidden", "", json, 3),
        ("404 Not Found", "", json, 5),
        ("409 Conflict", "", json, 4),
        ("410 Gone", "", json, 5),
        ("412 Precondition Failed", "", json, 4),
        ("422 Unprocessable", "", json, 1),
        ("429 Too Many Requests", "Retry-After: 57", json, 6),
        ("500 Oops", "", "", 6),
        ("503 Service Unavailable", "Retry-After: 3", "<html>", 6),
        (
            "200 OK",
            "Content-Type: text/html",
            "<html>Sign in</html>",
            1,
        ),
        ("200 OK", "Content-Type: application/json", "", 1),
        (
            "200 OK",
            "Content-Type: application/json",
            r#"{"value":[]}"#,
            1,
        ),
        ("301 Moved", "Location: https://login.example.com/?x", "", 1),
    ] {
        let header: Vec<_> = headers.split_once(": ").into_iter().collect();
        let server = RawServer::answering(answer(status, &header, body));
        let run = list_v1(&server.url(), &[]);
        assert_eq!(run.code, code, "{status}: {}", run.stderr);
        assert_eq!(run.stdout, "");
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        report.push_str(&redacted(&run.stderr, &server.url()));
    }
    insta::assert_snapshot!("failures", report);
}

#[test]
fn a_host_that_nobody_answers_at() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let url = format!("http://{address}");
    let run = list_v1(&url, &[]);
    assert_eq!(run.code, 6);
    insta::assert_snapshot!("unreachable", redacted(&run.stderr, &url));
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let (empty, two) = (path("empty", " \n"), path("two", "one\ntwo\n"));
    let base = ["list", "--base-url", "http://127.0.0.1:9"];
    let with = |more: &[&'static str]| [&base, more].concat();
    let mut report = String::new();
    for (arguments, code) in [
        (vec!["list"], 2),
        (
            vec!["list", "--sandbox", "--base-url", "http://127.0.0.1:9"],
            2,
        ),
        (
            vec!["list", "--base-url", "http://api.partner.microsoft.com"],
            2,
        ),
        (vec!["list", "--base-url", "api.partner.microsoft.com"], 2),
        (with(&["--status", ""]), 2),
        (with(&["--engagement-id", ""]), 2),
        (with(&["--self"]), 2),
        (with(&["--invited-by-organization", "MSFT"]), 2),
        (with(&["--api", "v1", "--country", "US"]), 2),
        (with(&["--country", "USA"]), 2),
        (with(&["--updated-since", "yesterday"]), 2),
        (with(&["--top", "0"]), 2),
        (with(&["--continue", "abc"]), 2),
        (with(&["-o", "xml"]), 2),
        (with(&["--token-file", "no-such-file"]), 1),
        ([&base[..], &["--token-file", &empty]].concat(), 2),
        ([&base[..], &["--token-file", &two]].concat(), 2),
    ] {
        let run = run(referrals(&arguments));
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        let folder = folder.path().to_str().expect("UTF-8");
        report.push_str(&run.stderr.replace(folder, "[folder]"));
    }
    let mut without_token = referrals(&base);
    without_token.env_remove("REFERRALS_TOKEN");
    let without_token = run(without_token);
    assert_eq!(without_token.code, 2);
    report.push_str(&without_token.stderr);
    insta::assert_snapshot!("refused", report);
}

/// Scripts read this line.
#[test]
fn the_sandbox_says_in_one_line_how_it_is_reached() {
    let more = ["--referrals", "3", "--tls", "--host", "sandbox.example.com"];
    let sandbox = SandboxProcess::with(&more);
    let text = |name: &str| sandbox.ready[name].as_str().expect(name);
    let begin = "https://sandbox.example.com:";
    assert!(text("url").starts_with(begin) && text("authority").starts_with(begin));
    assert!(text("ca").starts_with("-----BEGIN CERTIFICATE-----"));
    for name in [
        "token",
        "controlKey",
        "tenant",
        "clientId",
        "confidentialClientId",
        "clientSecret",
    ] {
        assert!(text(name).len() >= 16, "{name}");
    }
    assert_ne!(text("token"), text("controlKey"));
    let refused = run(referrals(&["sandbox", "--host", "no name"]));
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}

#[test]
fn the_sandbox_command_answers_everyone_alike() {
    let sandbox = SandboxProcess::start();
    let all: Value = serde_json::from_str(&sandbox.get("/v1/referrals")).expect("JSON");
    let first = &all["items"][0];
    let engagement = first["engagementId"].as_str().expect("an id");
    for (arguments, query) in [
        (vec![], String::new()),
        (vec!["--self"], "?self=true".to_owned()),
        (vec!["--status", "Won"], "?status=Won".to_owned()),
        (vec!["--status", "won"], "?status=Won".to_owned()),
        (
            vec!["--engagement-id", engagement],
            format!("?engagementId={engagement}"),
        ),
        (
            vec!["--invited-by-organization", "MSFT"],
            "?invitedByOrganization=MSFT".to_owned(),
        ),
    ] {
        let run = sandbox.list(&[&arguments[..], &["-o", "json"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        let ours: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let theirs: Value =
            serde_json::from_str(&sandbox.get(&format!("/v1/referrals{query}"))).expect("JSON");
        assert_eq!(ours, theirs["items"], "{arguments:?}");
        assert_ne!(
            ours,
            Value::Array(Vec::new()),
            "{arguments:?} proves nothing"
        );
    }
    let refused = sandbox.list(&["--status", "Snoozed"]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("status is one of Pending"),
        "{}",
        refused.stderr
    );
    let none = sandbox.list(&["--engagement-id", "nobody's"]);
    assert_eq!(
        (none.code, none.stdout.as_str(), none.stderr.as_str()),
        (0, "", "no referrals\n")
    );
    let wrong = list_v1(&sandbox.url, &[]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(!wrong.stderr.contains(&sandbox.token));
}

#[test]
fn a_fault_that_there_is_not_is_named() {
    let run = run(referrals(&["sandbox", "--fault", "error=500,chanse=0.1"]));
    assert_eq!(run.code, 2);
    let named = "\"chanse\" is none of the options of error: when, chance, times, method, path";
    assert!(run.stderr.contains(named), "{}", run.stderr);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let run = run(referrals(&["sandbox", "--port", &port]));
    assert_eq!(run.code, 1);
    assert!(
        run.stderr
            .contains(&format!("cannot listen on port {port}")),
        "{}",
        run.stderr
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = referrals(&["list", "--api", "v1", "--sandbox", "-o", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // 200 records do not fit into a pipe, so the command meets the closed end.
    drop(child.stdout.take());
    let mut stderr = String::new();
    let pipe = child.stderr.as_mut().expect("a pipe");
    pipe.read_to_string(&mut stderr).expect("UTF-8");
    assert_eq!(
        (child.wait().expect("an end").code(), stderr.as_str()),
        (Some(0), "")
    );
}

#[test]
fn every_parameter_of_the_operation_has_an_option() {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let options = [
        "--engagement-id",
        "1",
        "--self",
        "--status",
        "Won",
        "--invited-by-organization",
        "MSFT",
    ];
    assert_eq!(list_v1(&server.url(), &options).code, 0);
    let contract = referrals_contract::Contract::named("v1").expect("v1");
    let operation = contract.operation("listReferrals").expect("the operation");
    let parameters: Vec<_> = operation
        .parameter_names()
        .iter()
        .map(|(name, _)| *name)
        .collect();
    let later = "set for all calls of a profile, which comes with credentials";
    assert_covered(
        "command",
        &parameters,
        &server.requests(),
        &[
            ("MS-Contract-Version", later),
            ("MS-PartnerCenter-Application", later),
            ("X-Locale", later),
        ],
    );
}

/// A file of this test's own.
fn written(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    file
}

fn contract(arguments: &[&str], file: &str) -> Run {
    run(referrals(&[&["contract"], arguments, &[file]].concat()))
}

#[test]
fn a_documentation_page_is_held_against_the_contract() {
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/documented/get-a-list-of-referrals.md"
    );
    let same = contract(&["page"], page);
    assert_eq!(same.code, 0, "{}", same.stderr);
    insta::assert_snapshot!("page_same", same.stdout.replace(page, "[page]"));

    let text = std::fs::read_to_string(page).expect("the page");
    let changed = written(&text.replace("| status ", "| state "));
    let changed_path = changed.path().to_str().expect("UTF-8");
    let differs = contract(&["page"], changed_path);
    assert_eq!(differs.code, 7, "{}", differs.stderr);
    let differences: Vec<_> = differs
        .stdout
        .lines()
        .filter(|line| line.starts_with("differs"))
        .collect();
    assert_eq!(differences.len(), 1, "{}", differs.stdout);
    assert!(
        differences[0].contains("parameter name: page state, contract status"),
        "{differences:?}"
    );

    let given = contract(&["page", "--operation", "listReferrals"], changed_path);
    assert_eq!((given.code, given.stdout), (7, differs.stdout));
    assert_eq!(contract(&["page", "--operation", "nope"], page).code, 1);
    let other = contract(
        &["page"],
        written("# Groceries").path().to_str().expect("UTF-8"),
    );
    assert_eq!(other.code, 1);
    assert!(
        other
            .stderr
            .contains("nearest operation of the contract is listReferrals"),
        "{}",
        other.stderr
    );
    assert_eq!(contract(&["page"], "no-such-page.md").code, 1);
}

#[test]
fn recorded_traffic_is_held_against_the_contract() {
    let sandbox = SandboxProcess::start();
    let url = format!("{}/v1/referrals?self=true", sandbox.url);
    let recorded = sandbox.get("/v1/referrals?self=true");
    let clean = written(&har(&url, &recorded));
    let clean = contract(&["traffic"], clean.path().to_str().expect("UTF-8"));
    assert_eq!(
        (clean.code, clean.stderr.as_str()),
        (0, ""),
        "{}",
        clean.stdout
    );

    let changed = recorded.replacen("\"status\":\"", "\"mood\":1,\"status\":\"Not", 1);
    let changed = written(&har(&url, &changed));
    let path = changed.path().to_str().expect("UTF-8");
    let found = contract(&["traffic"], path);
    assert_eq!(found.code, 7);
    assert!(
        found
            .stdout
            .contains("unknown member: ReferralCollection.items[].mood\n"),
        "{}",
        found.stdout
    );
    assert!(
        found
            .stdout
            .contains("new value of ReferralCollection.items[].status: Not"),
        "{}",
        found.stdout
    );
    let suggested = contract(&["traffic", "--suggest"], path);
    assert_eq!(suggested.code, 7);
    assert!(
        suggested
            .stdout
            .contains("\ncomponents:\n  schemas:\n    Referral:\n      properties:\n"),
        "{}",
        suggested.stdout
    );

    let broken = contract(&["traffic"], written("{").path().to_str().expect("UTF-8"));
    assert_eq!(broken.code, 1);
    assert!(
        broken.stderr.contains("not a HAR file"),
        "{}",
        broken.stderr
    );
}

#[test]
fn the_way_from_one_contract_to_the_other_is_printed() {
    let text = run(referrals(&["contract", "diff"]));
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("contract_diff", text.stdout);
    let named = run(referrals(&["contract", "diff", "v1", "engagements"]));
    assert_eq!(named.stdout, text.stdout);

    let json = run(referrals(&["contract", "diff", "-o", "json"]));
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let list = &json["operations"][0];
    assert_eq!(list["now"]["path"], "/v1.0/engagements/referrals");
    let parameters = list["parameters"].as_array().expect("an array");
    let engagement = parameters
        .iter()
        .find(|change| change["was"]["name"] == "engagementId")
        .expect("the parameter");
    assert_eq!(engagement["as"], "engagementId eq '{value}'");
    assert_eq!(run(referrals(&["contract", "diff", "v1", "v2"])).code, 2);
}

#[test]
fn the_contract_is_printed_as_it_is_written() {
    let shown = run(referrals(&["contract", "show"]));
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../openapi/referrals-v1.yaml"
    ));
    assert_eq!((shown.code, shown.stdout), (0, text.expect("the contract")));
    let live = run(referrals(&["contract", "show", "engagements"]));
    assert_eq!(live.code, 0);
    assert!(live.stdout.contains("operationId: patchReferral"));
    assert_eq!(run(referrals(&["contract", "show", "v2"])).code, 2);
}

#[test]
fn a_token_is_looked_into_without_being_shown() {
    // {"alg":"none"} and a token for the other Partner Center that ended in 2020.
    let header = "eyJhbGciOiJub25lIn0";
    let payload = "eyJhdWQiOiJodHRwczovL2FwaS5wYXJ0bmVyY2VudGVyLm1pY3Jvc29mdC5jb20iLCJleHAiOjE1\
                   Nzc4MzY4MDAsInNjcCI6InVzZXJfaW1wZXJzb25hdGlvbiIsInVwbiI6ImFkYUBjb250b3NvLmV4\
                   YW1wbGUuY29tIn0";
    let token = format!("{header}.{payload}.c2lnbmF0dXJl");
    let mut command = referrals(&["auth", "doctor"]);
    command.env("REFERRALS_TOKEN", &token);
    let text = run(command);
    assert_eq!((text.code, text.stderr.as_str()), (3, ""));
    assert!(
        text.stdout
            .starts_with("FAULT  expiry       expired at 2020-01-01T00:00:00Z")
    );
    assert!(
        text.stdout
            .contains("FAULT  audience     https://api.partnercenter.microsoft.com is")
    );
    assert!(
        text.stdout.contains("\nFirst of all: get a new token"),
        "{}",
        text.stdout
    );

    let file = written(&format!("{token}\n"));
    let file = file.path().to_str().expect("UTF-8");
    let json = run(referrals(&[
        "auth",
        "doctor",
        "-o",
        "json",
        "--token-file",
        file,
    ]));
    assert_eq!(json.code, 3);
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(report["findings"][1]["topic"], "audience");
    assert_eq!(report["findings"][1]["verdict"], "fault");
    for shown in [&text.stdout, &json.stdout] {
        assert!(
            !shown.contains(payload) && !shown.contains("ada@"),
            "{shown}"
        );
    }

    let opaque = run(referrals(&["auth", "doctor"]));
    assert_eq!(opaque.code, 0, "it may be good: {}", opaque.stdout);
    assert!(
        opaque.stdout.contains("not a JSON Web Token"),
        "{}",
        opaque.stdout
    );
}

#[test]
fn the_help_is_what_reviewers_saw() {
    for (name, arguments) in [
        ("help", &["--help"][..]),
        ("help_list", &["list", "--help"]),
        ("help_get", &["get", "--help"]),
        ("help_create", &["create", "--help"]),
        ("help_update", &["update", "--help"]),
        ("help_lose", &["lose", "--help"]),
        ("help_validate", &["validate", "--help"]),
        ("help_api", &["api", "--help"]),
        ("help_auth_doctor", &["auth", "doctor", "--help"]),
        ("help_find", &["find", "--help"]),
        ("help_share", &["share", "--help"]),
        ("help_sync", &["sync", "--help"]),
        ("help_sandbox", &["sandbox", "--help"]),
        ("help_contract", &["contract", "--help"]),
        ("help_contract_diff", &["contract", "diff", "--help"]),
        ("help_contract_page", &["contract", "page", "--help"]),
        ("help_contract_traffic", &["contract", "traffic", "--help"]),
    ] {
        let run = run(referrals(arguments));
        assert_eq!(run.code, 0);
        insta::assert_snapshot!(name, run.stdout);
    }
}
