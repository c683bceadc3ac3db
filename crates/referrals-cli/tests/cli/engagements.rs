//! The commands for the live API.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use contract_tests::{RawServer, answer, assert_covered, fixture, ok};
use serde_json::Value;

use super::{Run, SandboxProcess, TOKEN, at, list, redacted, referrals, run, written};

const ID: &str = "7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42";

/// A page of so many records, and another behind it if there is a token.
fn page(from: usize, records: usize, token: Option<&str>) -> Vec<u8> {
    let records: Vec<_> = (from..from + records)
        .map(|id| format!(r#"{{"id":"{id}","status":"New"}}"#))
        .collect();
    let next = token.map_or(String::new(), |token| {
        format!(
            r#","@odata.nextLink":"http://elsewhere.example.com/v1.0/referrals?$skiptoken={token}""#
        )
    });
    ok(format!(r#"{{"value":[{}]{next}}}"#, records.join(",")))
}

/// Method and target of each request.
fn lines(server: &RawServer) -> Vec<String> {
    let line = |request: &String| request.lines().next().unwrap_or_default().to_owned();
    server.requests().iter().map(line).collect()
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").expect("a body").1
}

/// The referral of the fixture, as it stands there.
fn referral() -> String {
    let page = fixture("engagements/page.json");
    let start = page.find("{\n      \"id\"").expect("a record");
    let end = page.find(",\n    { \"id\": \"2\"").expect("its end");
    page[start..end].to_owned()
}

#[test]
fn records_of_all_pages_come_as_they_are() {
    let first = fixture("engagements/page.json");
    let server = RawServer::answering_in_turn(vec![ok(&first), page(7, 1, None)]);
    let json = list(&server.url(), &["-o", "json"]);
    assert_eq!(json.code, 0, "{}", json.stderr);
    assert!(json.stdout.starts_with(&format!("[\n{},\n", referral())));
    assert!(
        json.stdout
            .ends_with(",\n{},\n{\"id\":\"7\",\"status\":\"New\"}\n]\n"),
        "{}",
        json.stdout
    );
    insta::assert_snapshot!("engagements_drift", json.stderr);
    let requests = lines(&server);
    assert!(
        requests[1]
            .starts_with("GET /v1.0/engagements/referrals?%24skiptoken=%2bRID%3a~abc%3d%3d "),
        "{requests:?}"
    );

    for format in ["jsonl", "csv", "table"] {
        let server = RawServer::answering_in_turn(vec![ok(&first), page(7, 1, None)]);
        let other = list(&server.url(), &["-o", format, "--strict"]);
        assert_eq!(other.code, 7, "{format}");
        let rows = other.stdout.lines().count();
        assert_eq!(rows, if format == "jsonl" { 4 } else { 5 }, "{format}");
    }
}

#[test]
fn a_table_shows_a_screenful_and_says_what_it_does_not() {
    let pages = || {
        vec![
            page(0, 40, Some("a")),
            page(40, 40, Some("b")),
            page(80, 5, None),
        ]
    };
    for (options, rows, requests, told) in [
        (
            &[][..],
            50,
            2,
            "there are more; --all counts them, -o json, jsonl or csv prints all\n",
        ),
        (
            &["--all"],
            50,
            3,
            "35 more; -o json, jsonl or csv prints all 85\n",
        ),
        (&["--limit", "7"], 7, 1, ""),
        (&["--limit", "70"], 70, 2, ""),
    ] {
        let server = RawServer::answering_in_turn(pages());
        let run = list(&server.url(), options);
        assert_eq!((run.code, run.stderr.as_str()), (0, told), "{options:?}");
        assert_eq!(run.stdout.lines().count(), rows + 1, "{options:?}");
        assert_eq!(server.requests().len(), requests, "{options:?}");
    }
    for (format, extra) in [("jsonl", 0), ("csv", 1), ("json", 2)] {
        let server = RawServer::answering_in_turn(pages());
        let all = list(&server.url(), &["-o", format]);
        assert_eq!((all.code, all.stderr.as_str()), (0, ""), "{format}");
        assert_eq!(all.stdout.lines().count(), 85 + extra, "{format}");
        let server = RawServer::answering_in_turn(pages());
        let some = list(&server.url(), &["-o", format, "--limit", "41"]);
        assert_eq!(some.stdout.lines().count(), 41 + extra, "{format}");
        assert_eq!(server.requests().len(), 2, "{format}");
    }
}

#[test]
fn each_option_narrows_the_filter() {
    let server = RawServer::answering(page(0, 1, None));
    let mut report = String::new();
    for options in [
        &[][..],
        &["--engagement-id", "5d1b"],
        &["--status", "new"],
        &["--status", "Won"],
        &["--status", "Rejected"],
        &["--status", "Paused"],
        &[
            "--substatus",
            "Accepted",
            "--qualification",
            "SalesQualified",
        ],
        &["--type", "shared", "--direction", "outgoing"],
        &[
            "--country",
            "us",
            "--team-email",
            "o'sample@contoso.example.com",
        ],
        &["--updated-since", "2026-11-01"],
        &[
            "--country",
            "AT",
            "--filter",
            "status eq 'New' or status eq 'Active'",
        ],
        &[
            "--order-by",
            "updatedDateTime desc",
            "--select",
            "id,status",
            "--top",
            "10",
        ],
        &["--continue", "$skiptoken=%2bRID%3a~abc&$top=10"],
    ] {
        let before = server.requests().len();
        let run = list(&server.url(), &[options, &["-o", "jsonl"]].concat());
        assert_eq!(run.code, 0, "{options:?}: {}", run.stderr);
        let sent = lines(&server)[before..].join("\n");
        report.push_str(&format!("{}\n{sent}\n{}\n", options.join(" "), run.stderr));
    }
    insta::assert_snapshot!("engagements_filters", report);
}

#[test]
fn the_older_name_of_the_api_is_known() {
    let server = RawServer::answering(page(0, 1, None));
    assert_eq!(list(&server.url(), &["--api", "v1.0"]).code, 0);
    assert!(lines(&server)[0].starts_with("GET /v1.0/engagements/referrals"));
    let show = |name| run(referrals(&["contract", "show", name])).stdout;
    assert_eq!(show("v1.0"), show("engagements"));
}

#[test]
fn every_parameter_of_the_list_has_an_option() {
    let server = RawServer::answering_in_turn(vec![page(0, 1, Some("a")), page(1, 1, None)]);
    let options = [
        "--status",
        "New",
        "--order-by",
        "createdDateTime",
        "--select",
        "id",
        "--top",
        "1",
    ];
    assert_eq!(
        list(&server.url(), &[&options[..], &["-o", "json"]].concat()).code,
        0
    );
    let requests: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.replace("%24", "$"))
        .collect();
    let contract = referrals_contract::Contract::named("engagements").expect("the contract");
    let operation = contract.operation("listReferrals").expect("the operation");
    let parameters: Vec<_> = operation
        .parameter_names()
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_covered(
        "command",
        &parameters,
        &requests,
        &[
            ("$skip", "undocumented; pages are followed by their links"),
            ("$count", "undocumented; the count comes without asking"),
            ("$expand", "undocumented, and nothing is known to expand"),
            (
                "X-Caller-Id",
                "set for all calls of a profile, which comes with credentials",
            ),
        ],
    );
}

/// Reads a line of output before the second page is there to be sent.
#[test]
fn a_page_is_printed_before_the_next_one_arrives() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        for (turn, answer) in [page(0, 1, Some("a")), page(1, 1, None)].iter().enumerate() {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("read") == 1 {
                head.push(byte[0]);
            }
            if turn == 1 {
                may_go_on.recv().expect("the first page was printed");
            }
            stream.write_all(answer).expect("written");
        }
    });
    let mut child = referrals(&["list", "--base-url", &url, "-o", "jsonl"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    assert_eq!(line, "{\"id\":\"0\",\"status\":\"New\"}\n");
    go_on.send(()).expect("the server waits");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(rest, "{\"id\":\"1\",\"status\":\"New\"}\n");
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    server.join().expect("the server");
}

#[test]
fn what_arrived_stays_when_a_later_page_fails() {
    let broken = || {
        RawServer::answering_in_turn(vec![
            page(0, 2, Some("%2b'x")),
            answer("503 Service Unavailable", &[("Retry-After", "3")], ""),
        ])
    };
    for (format, stdout) in [
        (
            "jsonl",
            "{\"id\":\"0\",\"status\":\"New\"}\n{\"id\":\"1\",\"status\":\"New\"}\n",
        ),
        (
            "json",
            "[\n{\"id\":\"0\",\"status\":\"New\"},\n{\"id\":\"1\",\"status\":\"New\"}\n]\n",
        ),
        ("table", "STATUS  ID\nNew     0\nNew     1\n"),
    ] {
        let server = broken();
        let run = list(&server.url(), &["-o", format]);
        assert_eq!((run.code, run.stdout.as_str()), (6, stdout), "{format}");
        if format == "jsonl" {
            insta::assert_snapshot!(
                "engagements_interrupted",
                redacted(&run.stderr, &server.url())
            );
        }
    }
    let server = RawServer::answering(answer("401 Unauthorized", &[], ""));
    let run = list(&server.url(), &["-o", "json"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    assert!(!run.stderr.contains("arrived before"), "{}", run.stderr);
}

#[test]
fn an_empty_list_gets_a_hint() {
    let server = RawServer::answering(page(0, 0, None));
    let table = list(&server.url(), &["--country", "AT"]);
    assert_eq!((table.code, table.stdout.as_str()), (0, ""));
    insta::assert_snapshot!("engagements_empty", table.stderr);
    let json = list(&server.url(), &["-o", "json"]);
    assert_eq!((json.code, json.stdout.as_str()), (0, "[]\n"));
    assert!(json.stderr.starts_with("hint: "), "{}", json.stderr);
    let wrong = RawServer::answering(ok(r#"{"items":[]}"#));
    assert_eq!(list(&wrong.url(), &[]).code, 1);
}

#[test]
fn one_referral_is_shown_to_people_and_handed_to_programs() {
    let server = RawServer::answering(ok(referral()));
    let get = |more: &[&str]| at(&server.url(), &["get", ID], more);
    let sheet = get(&[]);
    assert_eq!((sheet.code, sheet.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("engagements_get", sheet.stdout);
    assert_eq!(get(&["-o", "json"]).stdout, format!("{}\n", referral()));
    assert_eq!(get(&["-o", "jsonl"]).stdout.lines().count(), 1);
    assert_eq!(get(&["-o", "csv"]).stdout.lines().count(), 2);
    assert!(lines(&server)[0].starts_with(&format!("GET /v1.0/engagements/referrals/{ID} ")));

    let odd = RawServer::answering(ok(r#"{"id":"1","mood":1}"#));
    let strict = at(&odd.url(), &["get", "1"], &["--strict"]);
    assert_eq!(
        (strict.code, strict.stdout.as_str()),
        (7, "id    1\nmood  1\n")
    );

    let missing = RawServer::answering(answer("404 Not Found", &[], ""));
    let none = at(&missing.url(), &["get", "a/b"], &[]);
    assert_eq!((none.code, none.stdout.as_str()), (5, ""));
    assert!(
        none.stderr.contains("Check the id \"a/b\""),
        "{}",
        none.stderr
    );
    assert!(lines(&missing)[0].starts_with("GET /v1.0/engagements/referrals/a%2Fb "));
}

fn create(url: &str, text: &str, more: &[&str]) -> Run {
    let file = written(text);
    let path = file.path().to_str().expect("UTF-8");
    let mut run = at(url, &["create", "-f", path], more);
    run.stderr = run.stderr.replace(path, "[file]");
    run
}

const NEW: &str = "{\n \"type\" : \"Shared\",\"details\":{\"dealValue\":10.50},\n \
                   \"customerProfile\":{\"name\":\"Contoso\u{a0}Ltd.\"},\"consent\":{},\"x\":1e2 }";

#[test]
fn a_referral_is_created_token_for_token() {
    let created = answer(
        "201 Created",
        &[("Content-Type", "application/json"), ("ETag", "\"header\"")],
        referral(),
    );
    let server = RawServer::answering(created);
    let run = create(&server.url(), NEW, &["-o", "json"]);
    assert_eq!((run.code, run.stdout), (0, format!("{}\n", referral())));
    assert_eq!(
        run.stderr,
        format!("created {ID}, eTag \"2500ec5a-0000-0000-0000-000000000000\"\n")
    );
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /v1.0/engagements/referrals HTTP/1.1\r\n"));
    assert_eq!(body(&requests[0]), NEW);

    let mut child = referrals(&["create", "-f", "-", "--base-url", &server.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(b"\xef\xbb\xbf{\"a\": 1}\n")
        .expect("written");
    drop(stdin);
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    assert_eq!(body(&server.requests()[1]), "{\"a\": 1}");
}

#[test]
fn what_is_no_referral_is_not_sent() {
    let server = RawServer::answering(ok(referral()));
    let mut report = String::new();
    for text in [
        "",
        "[{\"name\":\"a\"}]",
        "\"a\"",
        "{\n  \"name\":\u{a0}\"a\"\n}",
        "{\n  “name”: \"a\"\n}",
        "{\n  \"name\": \"a\",\n}",
    ] {
        let run = create(&server.url(), text, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        report.push_str(&run.stderr);
    }
    insta::assert_snapshot!("engagements_create_refused", report);
    let absent = at(&server.url(), &["create", "-f", "no-such-file"], &[]);
    assert_eq!(absent.code, 1, "{}", absent.stderr);
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn a_change_is_made_to_the_version_that_was_read() {
    let done = answer("204 No Content", &[], "");
    let server = RawServer::answering_in_turn(vec![ok(referral()), done]);
    let run = at(
        &server.url(),
        &[
            "update",
            ID,
            "--set",
            "/details/dealValue=9007199254740993.55",
        ],
        &[
            "--add",
            r#"/team/-={"email":"a@b"}"#,
            "--set",
            "/salesStage=40",
        ],
    );
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert_eq!(run.stderr, format!("updated {ID}\n"));
    let requests = server.requests();
    assert!(requests[0].starts_with(&format!("GET /v1.0/engagements/referrals/{ID} ")));
    assert!(requests[1].starts_with(&format!("PATCH /v1.0/engagements/referrals/{ID} ")));
    assert!(
        requests[1].contains("if-match: \"2500ec5a-0000-0000-0000-000000000000\"\r\n"),
        "{}",
        requests[1]
    );
    assert_eq!(
        body(&requests[1]),
        concat!(
            r#"[{"op":"replace","path":"/details/dealValue","value":9007199254740993.55},"#,
            r#"{"op":"replace","path":"/salesStage","value":"40"},"#,
            r#"{"op":"add","path":"/team/-","value":{"email":"a@b"}}]"#,
        )
    );

    let stale = answer("412 Precondition Failed", &[], "");
    let server = RawServer::answering_in_turn(vec![ok(referral()), stale]);
    let run = at(
        &server.url(),
        &["update", ID, "--set", "/details/notes=x"],
        &[],
    );
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("has changed since"), "{}", run.stderr);

    let server = RawServer::answering(ok(r#"{"id":"1"}"#));
    let run = at(
        &server.url(),
        &["update", "1", "--set", "/details/notes=x"],
        &[],
    );
    assert_eq!(
        (run.code, server.requests().len()),
        (1, 1),
        "{}",
        run.stderr
    );
}

#[test]
fn the_version_can_be_given_or_ignored() {
    let server = RawServer::answering(ok(referral()));
    let update = |more: &[&str]| {
        let run = at(
            &server.url(),
            &["update", ID, "--set", "/details/notes=x"],
            more,
        );
        let request = server.requests().pop().expect("a request");
        let header = request.lines().find(|line| line.starts_with("if-match: "));
        (run, header.map(str::to_owned))
    };
    let (run, header) = update(&["--force", "-o", "jsonl"]);
    assert_eq!((run.code, header), (0, None), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stderr.starts_with("updated 7c0c6d0e"), "{}", run.stderr);
    let (run, header) = update(&["--if-match", "\"v1\""]);
    assert_eq!((run.code, header.as_deref()), (0, Some("if-match: \"v1\"")));
    assert!(!run.stderr.contains("quotes"), "{}", run.stderr);
    let (run, header) = update(&["--if-match", "v1"]);
    assert_eq!((run.code, header.as_deref()), (0, Some("if-match: v1")));
    assert!(
        run.stderr.contains("an eTag has quotes of its own"),
        "{}",
        run.stderr
    );
    let all_patches = lines(&server).iter().all(|line| line.starts_with("PATCH "));
    assert!(all_patches, "nothing is read before");
    let (run, _) = update(&["--if-match", "v1", "--force"]);
    assert_eq!(run.code, 2);
}

#[test]
fn a_patch_is_looked_at_before_it_is_sent() {
    let file = written("[ {\"op\":\"replace\", \"path\":\"/status\",\"value\":\"Closed\"} ]");
    let path = file.path().to_str().expect("UTF-8");
    let mut command = referrals(&["update", ID, "-f", path, "--dry-run"]);
    command.env_remove("REFERRALS_TOKEN");
    let dry = run(command);
    assert_eq!(
        (dry.code, dry.stdout.as_str()),
        (
            0,
            "[{\"op\":\"replace\", \"path\":\"/status\",\"value\":\"Closed\"}]\n"
        )
    );
    let mut report = dry.stderr;
    for text in [
        "{\"status\":\"Closed\"}",
        "[]",
        "[{\"op\":\"add\",\"path\":\"/x\",\"value\":1},{\"op\":\"remove\",\"path\":\"/team/0\"}]",
        "[{\"op\":\"replace\",\"path\":\"details\",\"value\":1}]",
    ] {
        let file = written(text);
        let path = file.path().to_str().expect("UTF-8");
        let refused = run(referrals(&["update", ID, "-f", path, "--dry-run"]));
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{text}");
        report.push_str(&refused.stderr.replace(path, "[file]"));
    }
    for arguments in [
        &["update", ID][..],
        &["update", ID, "--set", "details=1"],
        &["update", ID, "--set", "/details"],
    ] {
        let refused = run(referrals(arguments));
        assert_eq!(refused.code, 2, "{arguments:?}");
        report.push_str(&refused.stderr);
    }
    insta::assert_snapshot!("engagements_update_refused", report);
}

#[test]
fn any_request_can_be_sent() {
    let headers = [("Content-Type", "application/json"), ("X-Seen", "yes")];
    let server = RawServer::answering(answer("200 OK", &headers, b"{\"a\" : 1}"));
    let api =
        |command: &[&str], more: &[&str]| at(&server.url(), &[&["api"], command].concat(), more);
    let plain = api(
        &["get", "/v1.0/engagements/referrals?$top=1"],
        &[
            "--query",
            "$filter=status eq 'New'",
            "--header",
            "X-Caller-Id: me",
        ],
    );
    assert_eq!(
        (plain.code, plain.stdout.as_str(), plain.stderr.as_str()),
        (0, "{\"a\" : 1}", "")
    );
    let request = server.requests().remove(0);
    assert!(
        request.starts_with(
            "GET /v1.0/engagements/referrals?$top=1&$filter=status%20eq%20%27New%27 HTTP/1.1\r\n"
        ),
        "{request}"
    );
    assert!(request.contains("x-caller-id: me\r\n"), "{request}");
    assert!(request.contains(&format!("Bearer {TOKEN}")), "{request}");

    let included = api(&["GET", "/x", "--include"], &[]);
    assert!(
        included.stdout.starts_with("HTTP 200 OK\n"),
        "{}",
        included.stdout
    );
    assert!(
        included.stdout.contains("x-seen: yes\n"),
        "{}",
        included.stdout
    );
    assert!(
        included.stdout.ends_with("\n\n{\"a\" : 1}"),
        "{}",
        included.stdout
    );

    let file = written("not JSON at all");
    let path = file.path().to_str().expect("UTF-8");
    let posted = api(
        &["POST", "/x", "-f", path],
        &["--header", "Content-Type: text/plain"],
    );
    assert_eq!(posted.code, 0, "{}", posted.stderr);
    let request = server.requests().pop().expect("a request");
    assert!(
        request.contains("content-type: text/plain\r\n"),
        "{request}"
    );
    assert_eq!(body(&request), "not JSON at all");

    let sent = server.requests().len();
    for refused in [
        &["GET", "v1.0/engagements/referrals"][..],
        &["GET", "https://elsewhere.example.com/"],
        &["GET", "/x", "--header", "Authorization: Bearer x"],
        &["GET", "/x", "--header", "nonsense"],
        &["GET", "/x", "--query", "=1"],
        &["NO METHOD", "/x"],
    ] {
        assert_eq!(api(refused, &[]).code, 2, "{refused:?}");
    }
    assert_eq!(server.requests().len(), sent);
}

#[test]
fn the_exit_code_of_any_request_follows_its_status() {
    for (status, code) in [
        ("200 OK", 0),
        ("204 No Content", 0),
        ("302 Found", 1),
        ("400 Bad Request", 1),
        ("401 Unauthorized", 3),
        ("404 Not Found", 5),
        ("409 Conflict", 4),
        ("412 Precondition Failed", 4),
        ("429 Too Many Requests", 6),
        ("503 Service Unavailable", 6),
    ] {
        let text = if status.starts_with("204") { "" } else { "{}" };
        let server = RawServer::answering(answer(status, &[], text));
        let run = at(&server.url(), &["api", "GET", "/x"], &[]);
        assert_eq!((run.code, run.stdout.as_str()), (code, text), "{status}");
        if code != 0 {
            assert!(run.stderr.contains(status) && run.stderr.contains("MS-RequestId"));
        }
    }
}

#[test]
fn the_token_of_a_file_goes_to_the_service_alone() {
    let server = RawServer::answering(page(0, 1, None));
    let file = written("another-token\n");
    let path = file.path().to_str().expect("UTF-8");
    let run = list(&server.url(), &["--token-file", path, "-o", "json"]);
    let parsed: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(parsed[0]["id"], "0");
    assert!(server.requests()[0].contains("Bearer another-token\r\n"));
}

#[test]
fn the_sandbox_inside_speaks_the_live_api() {
    let all = run(referrals(&["list", "--sandbox", "-o", "jsonl"]));
    assert_eq!((all.code, all.stderr.as_str()), (0, ""));
    assert_eq!(all.stdout.lines().count(), 200);
    let created = |line: &str| {
        let referral: Value = serde_json::from_str(line).expect("JSON");
        referral["createdDateTime"]
            .as_str()
            .expect("a time")
            .to_owned()
    };
    let times: Vec<_> = all.stdout.lines().map(created).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "newest first");

    let some = run(referrals(&[
        "list",
        "--sandbox",
        "-o",
        "jsonl",
        "--status",
        "Won",
    ]));
    let won = |line: &&str| line.contains(r#""substatus":"Won""#);
    let expected: Vec<_> = all.stdout.lines().filter(won).collect();
    // Each sandbox has an address of its own, which the links repeat.
    assert_eq!(some.stdout.lines().count(), expected.len());
    assert!(some.stdout.lines().all(|line| won(&line)));

    let none = run(referrals(&["list", "--sandbox", "--country", "ZZ"]));
    assert!(
        none.stderr.starts_with("no referrals\nhint: "),
        "{}",
        none.stderr
    );
}

#[test]
fn a_referral_lives_in_a_sandbox_process() {
    let sandbox = SandboxProcess::start();
    let new = r#"{"type":"Independent","name":"Data centre","customerProfile":{"name":"Contoso Ltd."},
        "consent":{"consentToToShareInfoWithOthers":true},"details":{"dealValue":9007199254740993.55}}"#;
    let file = written(new);
    let path = file.path().to_str().expect("UTF-8");
    let created = sandbox.run("create", &["-f", path, "-o", "json"]);
    assert_eq!(created.code, 0, "{}", created.stderr);
    let referral: Value = serde_json::from_str(&created.stdout).expect("JSON");
    let id = referral["id"].as_str().expect("an id");
    let etag = referral["eTag"].as_str().expect("a version");

    let change = [
        "--set",
        "/details/notes=Call back.",
        "--set",
        "/details/currency=EUR",
    ];
    let updated = sandbox.run("update", &[&[id], &change[..]].concat());
    assert_eq!(updated.code, 0, "{}", updated.stderr);
    let stale = sandbox.run("update", &[&[id, "--if-match", etag], &change[..]].concat());
    assert_eq!(stale.code, 4, "{}", stale.stderr);
    assert!(
        stale.stderr.contains("preconditionFailed"),
        "{}",
        stale.stderr
    );

    let read = sandbox.run("get", &[id, "-o", "json"]);
    assert!(
        read.stdout.contains(r#""dealValue":9007199254740993.55"#),
        "{}",
        read.stdout
    );
    assert!(
        read.stdout.contains(r#""notes":"Call back.""#),
        "{}",
        read.stdout
    );
    let found = sandbox.run(
        "list",
        &["--status", "Accepted", "--limit", "1", "-o", "jsonl"],
    );
    assert!(found.stdout.contains(id), "the newest: {}", found.stdout);
    let v1 = sandbox.list(&["--self", "--status", "Active", "-o", "jsonl"]);
    assert!(v1.stdout.contains(id), "{}", v1.stdout);
    assert_eq!(sandbox.run("get", &["nobody"]).code, 5);
}

#[test]
fn a_referral_goes_through_its_life_by_verbs() {
    let sandbox = SandboxProcess::start();
    let some = |options: &[&str]| {
        let list = [&["--limit", "1", "-o", "jsonl"], options].concat();
        let found = sandbox.run("list", &list);
        let referral: Value = serde_json::from_str(&found.stdout).expect("one record");
        referral["id"].as_str().expect("an id").to_owned()
    };
    let received = some(&["--status", "New", "--direction", "incoming"]);
    let states = |run: &Run| {
        let referral: Value = serde_json::from_str(&run.stdout).expect("JSON");
        ["status", "substatus", "statusReason"].map(|name| referral[name].clone())
    };
    let accepted = sandbox.run("accept", &[&received, "-o", "json"]);
    assert_eq!(accepted.code, 0, "{}", accepted.stderr);
    assert_eq!(states(&accepted)[..2], ["Active", "Accepted"]);
    assert!(
        accepted
            .stderr
            .starts_with(&format!("accepted {received}, eTag"))
    );

    let again = sandbox.run("accept", &[&received]);
    assert_eq!(again.code, 2);
    assert_eq!(
        again.stderr,
        "error: the referral is Active (substatus Accepted), and only one that is New can be \
         accepted. With --force it is left to the service.\n"
    );
    let lost = sandbox.run("lose", &[&received, "--reason", "No budget", "-o", "json"]);
    assert_eq!(lost.code, 0, "{}", lost.stderr);
    assert_eq!(states(&lost), ["Closed", "Lost", "No budget"]);
    // The service has the last word.
    let forced = sandbox.run("win", &[&received, "--force"]);
    assert_eq!(forced.code, 4, "{}", forced.stderr);
    assert_eq!(sandbox.run("decline", &["nobody"]).code, 5);
}

#[cfg(unix)]
#[test]
fn a_command_brings_a_token_and_another_when_it_is_refused() {
    let refused = answer("401 No", &[], "");
    let server = RawServer::answering_in_turn(vec![refused.clone(), page(1, 1, None)]);
    let count = written("");
    let count = count.path().display();
    let command = format!("echo x >> {count}; echo t0ken-$(wc -l < {count} | tr -d ' ')");
    let url = server.url();
    let mut arguments = vec!["list", "--base-url", &url, "-o", "jsonl", "--token-command"];
    arguments.push(&command);
    let listed = run(referrals(&arguments));
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    let tokens: Vec<_> = server
        .requests()
        .iter()
        .filter_map(|request| {
            request
                .lines()
                .find_map(|line| line.strip_prefix("authorization: "))
        })
        .map(str::to_owned)
        .collect();
    assert_eq!(tokens, ["Bearer t0ken-1", "Bearer t0ken-2"]);

    // Twice is enough, and a static token is not asked for again.
    let server = RawServer::answering(refused);
    let url = server.url();
    arguments[2] = &url;
    assert_eq!(run(referrals(&arguments)).code, 3);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(list(&url, &[]).code, 3);
    assert_eq!(server.requests().len(), 3);

    arguments[6] = "echo s3cret-of-contoso >&2; exit 1";
    let failed = run(referrals(&arguments));
    assert_eq!(failed.code, 2);
    assert!(
        failed
            .stderr
            .contains("error: the token command sh failed (exit status: 1)")
    );
}

#[test]
fn records_that_look_alike_are_all_printed() {
    let some = ["list", "--sandbox", "--select", "status", "-o", "jsonl"];
    assert_eq!(run(referrals(&some)).stdout.lines().count(), 200);
}

#[test]
fn nobody_is_told_to_create_twice() {
    let half = ok(r#"{"id":"1"}"#);
    let half = &half[..half.len() - 4];
    for (answer, code, part) in [
        (answer("503 Busy", &[], ""), 6, "before you send it again."),
        (Vec::new(), 6, "before you send it again."),
        (half.to_vec(), 6, "and do not send it again."),
        (ok("<html>"), 1, "before you send it again."),
        (
            answer("429 Slow", &[("Retry-After", "3")], ""),
            6,
            "Try again in 3 s.",
        ),
        (
            answer(
                "302 Found",
                &[("Location", "/v1.0/engagements/referrals/")],
                "",
            ),
            1,
            "before you send it again.",
        ),
    ] {
        for command in ["create", "api"] {
            let server = RawServer::answering(answer.clone());
            let run = match command {
                "create" => create(&server.url(), NEW, &[]),
                _ => {
                    let file = written(NEW);
                    let path = file.path().to_str().expect("UTF-8");
                    let command = ["api", "POST", "/v1.0/engagements/referrals", "-f", path];
                    at(&server.url(), &command, &[])
                }
            };
            assert_eq!(server.requests().len(), 1);
            // Of the answer to a request of its own the status is told and no more.
            if command == "create" || answer.is_empty() || answer == half {
                assert_eq!(run.code, code, "{}", run.stderr);
                assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
            }
        }
    }
}
