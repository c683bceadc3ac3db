//! The page of the sandbox and the log of requests: what they show, what they never have in
//! them, and who gets it.

use std::fs;
use std::io::{Read as _, Write as _};

use referrals_sandbox::Sandbox;
use serde_json::Value;

use crate::sandbox_live::{Live, REFERRALS};

#[tokio::test]
async fn the_page_is_for_this_machine_and_has_no_secrets() {
    let live = Live::new().await;
    let (url, sandbox) = (live.sandbox.url(), &live.sandbox);
    for (path, part) in [
        ("/", "<h1>Referrals sandbox</h1>"),
        ("/", "<td class=\"code\">PATCH</td>"),
        ("/openapi/referrals-v1.yaml", "operationId: listReferrals"),
        ("/openapi/engagements-v1.0.yaml", "operationId: "),
        ("/sandbox/page/state", "\"faults\":[]"),
        ("/sandbox/page/referrals", "\"total\":60"),
    ] {
        // Without a token.
        let answer = live.http.get(format!("{url}{path}")).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let header = |name| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().expect("ASCII"))
        };
        assert_eq!(header("access-control-allow-origin"), None);
        assert_eq!(header("cross-origin-resource-policy"), Some("same-origin"));
        if path == "/" {
            let policy = header("content-security-policy").expect("a policy");
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
        }
        let text = answer.text().await.expect("a text");
        assert!(text.contains(part), "{path}: {text}");
        let secrets = [
            sandbox.token(),
            sandbox.control_key(),
            sandbox.identity().client_secret(),
        ];
        assert!(
            !secrets.iter().any(|secret| text.contains(secret)),
            "{path}"
        );

        for (name, value, status) in [
            ("Host", "sandbox.example.com", 421),
            ("Sec-Fetch-Site", "cross-site", 403),
        ] {
            let request = live.http.get(format!("{url}{path}")).header(name, value);
            let refused = request.send().await.expect("an answer");
            assert_eq!(refused.status(), status, "{path} {name}");
        }
    }
}

#[tokio::test]
async fn the_table_is_searched_and_paged() {
    let live = Live::new().await;
    let ask = async |query: &str| {
        let path = format!("/sandbox/page/referrals?{query}");
        live.send("GET", &path, &[], "").await.expect(200).json()
    };
    let mut ids = Vec::new();
    for page in 1..=4 {
        let found = ask(&format!("page={page}")).await;
        assert_eq!(found["more"], page < 4);
        let rows = found["referrals"].as_array().expect("rows").clone();
        assert_eq!(rows.len(), 15);
        ids.extend(rows.iter().map(|row| row["id"].to_string()));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 60);
    let won = ask("search=wOn&page=1").await;
    let rows = won["referrals"].as_array().expect("rows");
    assert!(
        !rows.is_empty() && rows.iter().all(|row| row["substatus"] == "Won"),
        "{won}"
    );
    let nothing = ask("search=no+such+thing&page=99").await;
    assert_eq!(nothing["referrals"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn the_log_has_a_line_for_each_request_and_nothing_about_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.jsonl");
    let builder = Sandbox::builder().referrals(60).log(&file);
    let live = Live::of(builder).await;
    let filter = format!("{REFERRALS}?$filter=customerProfile/name%20eq%20'Fabrikam'");
    let fault = [("X-Sandbox-Fault", "error=500")];
    let page = live.send("GET", REFERRALS, &[], "").await.expect(200);
    let id = page.json()["value"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let one = format!("{REFERRALS}/{id}");
    live.send("GET", &filter, &[], "").await.expect(400);
    live.send("GET", &one, &fault, "").await.expect(500);
    let json = [("Content-Type", "application/json")];
    let patch = r#"[{"op":"replace","path":"/customerProfile/name","value":"Fabrikam"}]"#;
    let refused = live.send("PATCH", &one, &json, patch).await.expect(400);
    live.send("GET", "/", &[], "").await.expect(200);

    // Whole after every request.
    let text = fs::read_to_string(&file).expect("a log");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[1]["options"][0], "$filter");
    assert_eq!(lines[1]["refusal"]["target"], "$filter");
    assert_eq!(
        (&lines[2]["fault"], &lines[2]["status"]),
        (&"error".into(), &500.into())
    );
    assert_eq!(lines[3]["ids"]["request-id"], refused.header("request-id"));
    assert_eq!(lines[3]["path"], one);
    for secret in ["Fabrikam", live.sandbox.token(), live.sandbox.control_key()] {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_recording_agrees_with_the_contracts_and_names_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("calls.har");
    let live = Live::of(Sandbox::builder().referrals(60).har(&file)).await;
    let read = || fs::read_to_string(&file).expect("a recording");
    let entries = || {
        let har: Value = serde_json::from_str(&read()).expect("JSON");
        har["log"]["entries"].as_array().expect("entries").clone()
    };
    assert!(entries().is_empty(), "valid from the beginning");

    let first = live
        .send(
            "GET",
            &format!("{REFERRALS}?$filter=status%20eq%20'Active'&$top=5"),
            &[],
            "",
        )
        .await;
    let first = first.expect(200).json();
    let id = first["value"][0]["id"].as_str().expect("an id");
    let filter = "?$filter=team/any(t:t/email%20eq%20'ada@contoso.example.com')";
    live.send("GET", &format!("{REFERRALS}{filter}"), &[], "")
        .await
        .expect(200);
    let json = [("Content-Type", "application/json")];
    let new = contract_tests::fixture("new-referrals/private.json");
    live.send("POST", REFERRALS, &json, &new).await.expect(201);
    let patch = r#"[{"op":"replace","path":"/details/notes","value":"Ada calls Fabrikam."}]"#;
    let one = format!("{REFERRALS}/{id}");
    live.send("PATCH", &one, &json, patch).await.expect(204);
    live.send("GET", "/v1/referrals", &[], "").await.expect(200);
    for fault in ["reset", "half-body"] {
        let url = format!("{}{REFERRALS}", live.sandbox.url());
        let request = live.http.get(url).bearer_auth(live.sandbox.token());
        let broken = request.header("X-Sandbox-Fault", fault).send().await;
        if let Ok(answer) = broken {
            answer.bytes().await.expect_err(fault);
        }
    }
    // Neither the page nor what is not the API's.
    live.send("GET", "/", &[], "").await.expect(200);

    let entries = entries();
    // All but the one that was never answered.
    assert_eq!(entries.len(), 6);
    assert_eq!(entries[3]["response"]["status"], 204);
    let text = read();
    for contract in ["v1", "engagements"] {
        let contract = referrals_contract::Contract::named(contract).expect("a contract");
        let traffic = contract.traffic(&text).expect("a recording");
        assert!(traffic.exchanges > 0);
        // Each contract meets the other's calls as ones that it does not know.
        let departures: Vec<_> = traffic
            .departures
            .keys()
            .filter(|departure| !departure.to_string().starts_with("no operation: "))
            .collect();
        assert!(departures.is_empty(), "{departures:?}");
    }
    let mut people = Vec::new();
    let names = ["firstName", "lastName", "email", "phoneNumber"];
    for referral in first["value"].as_array().expect("referrals") {
        people.push(referral["customerProfile"]["name"].clone());
        for team in [&referral["team"], &referral["customerProfile"]["team"]] {
            let members = team.as_array().expect("a team").iter();
            people.extend(members.flat_map(|member| names.map(|name| member[name].clone())));
        }
    }
    let people = people
        .iter()
        .filter_map(Value::as_str)
        .filter(|text| text.len() > 4);
    let people: Vec<_> = people.collect();
    assert!(people.len() > 5);
    let secrets = [
        live.sandbox.token(),
        "Ada calls",
        "ada@contoso",
        "Authorization",
    ];
    for personal in people.iter().chain(&secrets) {
        assert!(!text.contains(personal), "{personal}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Containers and other machines reach it by a name, which links have, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_with_a_name_goes_by_it() {
    let sandbox = Sandbox::builder().referrals(5).host("sandbox.example.com");
    let sandbox = sandbox.start().await.expect("a sandbox");
    let url = sandbox.url();
    let port = url.strip_prefix("http://sandbox.example.com:");
    let port: u16 = port.expect("its name").parse().expect("a port");
    let token = sandbox.token().to_owned();
    let get = move |host: &str, path: &str| {
        let address = (std::net::Ipv4Addr::LOCALHOST, port);
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let asked = tokio::task::spawn_blocking(move || {
        let list = get("sandbox.example.com", "/v1.0/engagements/referrals?$top=1");
        assert!(
            list.contains(&format!("\"{url}/v1.0/referrals?$skiptoken=")),
            "{list}"
        );
        for (host, status) in [
            ("sandbox.example.com", "200"),
            ("localhost", "200"),
            ("other.example.com", "421"),
        ] {
            let answer = get(host, "/");
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status}")),
                "{host}: {answer}"
            );
        }
    });
    asked.await.expect("no panic");
    for name in ["", "a b", "http://x", "x/y", "x:1"] {
        let refused = Sandbox::builder().host(name).start().await;
        let refused = refused.expect_err(name).to_string();
        assert!(refused.contains("is no name of a host"), "{refused}");
    }
}
