//! The live API of the sandbox, over HTTP and without our client: answers are
//! read as JSON values and as text, never through the model.

use std::collections::{BTreeMap, BTreeSet};

use referrals_client::http_client;
use referrals_contract::{Contract, Unknown};
use referrals_sandbox::{Builder, NextLinks, OWN_ORGANIZATION, Sandbox};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

pub(crate) const REFERRALS: &str = "/v1.0/engagements/referrals";

/// A sandbox and a way to ask it.
pub(crate) struct Live {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no {name}: {self:?}"));
        value.to_str().expect("ASCII")
    }

    pub(crate) fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The message of a refusal, and what it is about.
    pub(crate) fn refusal(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        let (code, target, message) = (text("code"), text("target"), text("message"));
        format!("{} {code} [{target}] {message}", self.status)
    }
}

/// What tokens of the live API are for.
pub(crate) const API: &str = "https://api.partner.microsoft.com";

impl Live {
    /// A token that the sandbox's authority gives its user for this resource, once the
    /// device was approved.
    pub(crate) async fn users_token(&self, resource: &str) -> String {
        let client = self.sandbox.identity().public_client();
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let body = format!("client_id={client}&scope={resource}/.default");
        let begun = self.send("POST", "/common/oauth2/v2.0/devicecode", &form, &body);
        let begun = begun.await.expect(200).json();
        let code = begun["device_code"].as_str().expect("a code");
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let body = format!("client_id={client}&grant_type={grant}&device_code={code}");
        let done = self.send("POST", "/common/oauth2/v2.0/token", &form, &body);
        let done = done.await.expect(200).json();
        done["access_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        let sandbox = builder.start().await.expect("a sandbox");
        let url = sandbox.url().parse().expect("a URL");
        let http = http_client(&url).expect("TLS").build().expect("a client");
        Self { sandbox, http }
    }

    pub(crate) async fn new() -> Self {
        Self::of(Sandbox::builder().referrals(60)).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let url = format!("{}{path}", self.sandbox.url());
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, url);
        request = request.bearer_auth(self.sandbox.token());
        let given: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name: HeaderName = name.parse().expect("a name");
                (name, HeaderValue::from_str(value).expect("a value"))
            })
            .collect();
        if !body.is_empty() {
            if !given.contains_key("content-type") {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body.to_owned());
        }
        let answer = request.headers(given).send().await.expect("an answer");
        Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.expect("text"),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    pub(crate) async fn one(&self, id: &str) -> Answer {
        self.get(&format!("{REFERRALS}/{id}")).await.expect(200)
    }

    pub(crate) async fn patch(&self, id: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let path = format!("{REFERRALS}/{id}");
        self.send("PATCH", &path, headers, &body.to_string()).await
    }

    /// All referrals of a list, and how many pages they came in. The token is
    /// taken out of the link, as one has to.
    pub(crate) async fn walk(&self, query: &str) -> (Vec<Value>, usize) {
        let (mut items, mut pages) = (Vec::new(), 0);
        let mut next = format!("{REFERRALS}?{query}");
        loop {
            let page = self.get(&next).await.expect(200).json();
            pages += 1;
            assert!(pages < 100, "no end");
            items.extend(page["value"].as_array().expect("a value").clone());
            let Some(link) = page["@odata.nextLink"].as_str() else {
                return (items, pages);
            };
            let token = link.split("$skiptoken=").nth(1).expect("a token");
            next = format!("{REFERRALS}?$skiptoken={token}");
        }
    }

    /// The id of a referral with this status and substatus.
    pub(crate) async fn some(&self, status: &str, substatus: &str) -> String {
        // Of those that wait for an answer one that is ours to give.
        let ours = if status == "New" {
            " and direction eq 'Incoming'"
        } else {
            ""
        };
        let filter =
            format!("$filter=status eq '{status}' and substatus eq '{substatus}'{ours}&$top=1");
        let page = self.get(&format!("{REFERRALS}?{filter}")).await.expect(200);
        let id = page.json()["value"][0]["id"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("no referral is {status}/{substatus}"))
    }
}

pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

pub(crate) fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text(item, "/id")).collect()
}

pub(crate) const NEW: &str = r#"{"type":"Independent","name":"Contoso &amp; Sons","customerProfile":{"name":"Contoso Ltd.",
"address":{"city":"Redmond","country":"US"},"team":[]},"consent":{"consentToToShareInfoWithOthers":true},
"details":{"dealValue":9007199254740993.55,"currency":"USD","closingDateTime":"2026-06-30T00:00:00Z"},
"status":"New","substatus":"Pending","id":"mine","organizationId":"theirs","eTag":"\"x\"",
"newMember":{"rate":1.50}}"#;

pub(crate) fn replace(path: &str, value: Value) -> Value {
    json!({ "op": "replace", "path": path, "value": value })
}

pub(crate) fn accept() -> Value {
    json!([
        replace("/status", json!("Active")),
        replace("/substatus", json!("Accepted"))
    ])
}

#[tokio::test]
async fn the_life_of_a_referral() {
    let live = Live::new().await;
    let created = live.send("POST", REFERRALS, &[], NEW).await.expect(201);
    let referral = created.json();
    let id = text(&referral, "/id").to_owned();
    for (pointer, expected) in [
        ("/status", "Active"),
        ("/substatus", "Accepted"),
        ("/organizationId", OWN_ORGANIZATION),
        ("/direction", "Outgoing"),
        ("/name", "Contoso &amp; Sons"),
        ("/createdDateTime", text(&referral, "/updatedDateTime")),
        ("/acceptedDateTime", text(&referral, "/createdDateTime")),
    ] {
        assert_eq!(text(&referral, pointer), expected, "{pointer}");
    }
    assert_ne!(id, "mine");
    assert_eq!(text(&referral, "/eTag"), created.etag());

    let read = live.one(&id).await;
    assert_eq!(read.json(), referral);
    assert!(
        read.text.contains(r#""dealValue":9007199254740993.55"#),
        "{}",
        read.text
    );
    assert!(
        read.text.contains(r#""newMember":{"rate":1.50}"#),
        "{}",
        read.text
    );

    // Money in a text, as the documented samples have it.
    let patch = json!([
        replace("/details/dealValue", json!("10000.10")),
        { "op": "add", "path": "/team/-", "value": { "email": "ada@contoso.example.com" } },
    ]);
    let done = live
        .patch(&id, &[("if-match", &created.etag())], patch)
        .await
        .expect(204);
    assert_eq!(done.text, "");
    let read = live.one(&id).await;
    assert_eq!(read.etag(), done.etag());
    assert_ne!(read.etag(), created.etag());
    assert!(
        read.text.contains(r#""dealValue":10000.10"#),
        "{}",
        read.text
    );
    assert_eq!(
        text(&read.json(), "/team/0/email"),
        "ada@contoso.example.com"
    );
    assert!(text(&read.json(), "/updatedDateTime") > text(&referral, "/updatedDateTime"));

    let mut whole = read.json();
    whole.as_object_mut().expect("an object").remove("links");
    whole["name"] = json!("Renamed");
    let path = format!("{REFERRALS}/{id}");
    let etag = read.etag();
    let replaced = live
        .send("PUT", &path, &[("if-match", &etag)], &whole.to_string())
        .await
        .expect(200);
    assert_eq!(text(&replaced.json(), "/name"), "Renamed");
    assert_eq!(text(&replaced.json(), "/eTag"), replaced.etag());

    let won = json!([
        replace("/status", json!("Closed")),
        replace("/substatus", json!("Won")),
        replace("/statusReason", json!("Best offer")),
    ]);
    let prefer = [("prefer", "respond-async, Return=representation")];
    let won = live.patch(&id, &prefer, won).await.expect(200);
    assert_eq!(
        text(&won.json(), "/closedDateTime"),
        text(&won.json(), "/updatedDateTime")
    );
    assert_eq!(text(&won.json(), "/eTag"), won.etag());
    let late = live
        .patch(&id, &[], json!([replace("/name", json!("x"))]))
        .await;
    assert_eq!(
        late.refusal(),
        "409 invalidRequest [/status] The referral is Closed/Won: a closed referral is not \
         changed any more (\"Manage co-sell opportunities\", 2023)."
    );
    assert_eq!(live.one(&id).await.etag(), won.etag());
}

#[tokio::test]
async fn a_creation_can_answer_200_and_join_an_engagement() {
    let live = Live::of(Sandbox::builder().referrals(4).create_answers_200()).await;
    let first = live
        .send("POST", REFERRALS, &[], NEW)
        .await
        .expect(200)
        .json();
    let join = |id: &str| {
        let mut body: Value = serde_json::from_str(NEW).expect("JSON");
        body["engagementId"] = json!(id);
        body.to_string()
    };
    let second = join(&text(&first, "/engagementId").to_uppercase());
    let second = live
        .send("POST", REFERRALS, &[], &second)
        .await
        .expect(200)
        .json();
    assert_eq!(second["engagementId"], first["engagementId"]);
    let related = text(&first, "/links/relatedReferrals/uri").to_owned();
    let related = related
        .strip_prefix(&live.sandbox.url())
        .expect("its own address");
    let related = live
        .get(&related.replace(' ', "%20"))
        .await
        .expect(200)
        .json();
    let items = related["value"].as_array().expect("a value");
    assert_eq!(ids(items), [text(&first, "/id"), text(&second, "/id")]);
    for nobody in ["11111111-2222-4333-8444-555555555555", "mine"] {
        let refused = live
            .send("POST", REFERRALS, &[], &join(nobody))
            .await
            .expect(404);
        assert_eq!(text(&refused.json(), "/error/target"), "/engagementId");
    }
}

#[tokio::test]
async fn a_version_that_is_not_the_latest_changes_nothing() {
    let live = Live::new().await;
    let id = live.some("New", "Pending").await;
    let read = live.one(&id).await;
    let etag = read.etag();
    let note = |text: &str| json!([replace("/details/notes", json!(text))]);
    for (sent, status) in [
        (etag.as_str(), 204),
        (etag.as_str(), 412),
        ("\"2500ec5a-0000-0000-0000-000000000000\"", 412),
        ("*", 412),
    ] {
        let answer = live.patch(&id, &[("if-match", sent)], note("x")).await;
        assert_eq!(answer.status, status, "{sent}: {}", answer.text);
    }
    let path = format!("{REFERRALS}/{id}");
    let stale = live
        .send("PUT", &path, &[("if-match", &etag)], &read.text)
        .await;
    let error = stale.expect(412).json();
    assert_eq!(
        (text(&error, "/error/code"), text(&error, "/error/target")),
        ("preconditionFailed", "ETag")
    );
    assert_eq!(text(&error, "/error/innerError/code"), "99918");
    let without = live.send("PUT", &path, &[], &read.text).await.expect(400);
    assert_eq!(text(&without.json(), "/error/target"), "If-Match");
    // Without its quotes it is none, which is said; without a version nothing is held against it.
    let now = live.one(&id).await.etag();
    assert!(now.starts_with('"') && now.ends_with('"') && now.len() == 38);
    let bare = now.trim_matches('"');
    let answer = live.patch(&id, &[("if-match", bare)], note("y")).await;
    let refused = answer.expect(412).refusal();
    assert!(
        refused.contains("lacks the quotes that are part of the eTag"),
        "{refused}"
    );
    live.patch(&id, &[], note("z")).await.expect(204);
    // Nothing to do is no change.
    let before = live.one(&id).await;
    let nothing = live.patch(&id, &[], json!([])).await.expect(204);
    assert_eq!(nothing.etag(), before.etag());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_writers_with_the_same_version_one_wins() {
    let live = Live::new().await;
    let id = live.some("New", "Received").await;
    for round in 0..5 {
        let etag = live.one(&id).await.etag();
        let writers = (0..8).map(|writer| {
            let patch = json!([replace("/name", json!(format!("{round}-{writer}")))]);
            let (live, id, etag) = (&live, &id, etag.as_str());
            async move { live.patch(id, &[("if-match", etag)], patch).await.status }
        });
        let outcomes = futures_util::future::join_all(writers).await;
        let count = |status| {
            outcomes
                .iter()
                .filter(|outcome| **outcome == status)
                .count()
        };
        assert_eq!((count(204), count(412)), (1, 7), "{outcomes:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_as_a_whole() {
    let live = Live::new().await;
    let id = live.some("New", "Pending").await;
    let active = live.some("Active", "Accepted").await;
    let before = live.one(&id).await.text;
    let mut refusals = BTreeMap::new();
    let notes = replace("/details/notes", json!("kept out"));
    for (name, operations) in [
        (
            "a move",
            json!([{ "op": "move", "from": "/name", "path": "/details/notes" }]),
        ),
        (
            "a removal",
            json!([notes, { "op": "remove", "path": "/name" }]),
        ),
        (
            "a test",
            json!([{ "op": "test", "path": "/name", "value": "x" }]),
        ),
        ("no operator", json!([{ "path": "/name", "value": "x" }])),
        ("no path", json!([{ "op": "add", "value": "x" }])),
        (
            "no value",
            json!([notes, { "op": "replace", "path": "/name" }]),
        ),
        (
            "a number for a text",
            json!([notes, replace("/name", json!(7))]),
        ),
        (
            "a text for money",
            json!([replace("/details/dealValue", json!("1,000"))]),
        ),
        (
            "a text for a truth",
            json!([replace("/favorite", json!("true"))]),
        ),
        (
            "no time",
            json!([replace("/details/closingDateTime", json!("30.06.2026"))]),
        ),
        (
            "no person",
            json!([{ "op": "add", "path": "/team/-", "value": "Ada" }]),
        ),
        ("an index", json!([replace("/team/0/email", json!("x"))])),
        (
            "replaced at the end",
            json!([replace("/team/-", json!({}))]),
        ),
        ("read-only", json!([replace("/organizationId", json!("x"))])),
        (
            "fixed",
            json!([replace("/customerProfile/name", json!("x"))]),
        ),
        ("unknown", json!([replace("/emailAddress", json!("x"))])),
        ("no slash", json!([replace("name", json!("x"))])),
        ("all of it", json!([replace("", json!({}))])),
        (
            "no such status",
            json!([replace("/status", json!("Paused"))]),
        ),
        (
            "half a pair",
            json!([notes, replace("/status", json!("Active"))]),
        ),
        (
            "no pair",
            json!([
                replace("/status", json!("Closed")),
                replace("/substatus", json!("Error"))
            ]),
        ),
        (
            "not won",
            json!([{ "op": "add", "path": "/registrations/-", "value": { "type": "AzureIPCoSell" } }]),
        ),
        ("an object", json!({ "details": { "notes": "x" } })),
        ("a text", json!("x")),
    ] {
        let refused = live.patch(&id, &[], operations).await;
        refusals.insert(format!("patch: {name}"), refused.refusal());
    }
    let back = json!([
        replace("/status", json!("New")),
        replace("/substatus", json!("Received"))
    ]);
    refusals.insert(
        "patch: back".to_owned(),
        live.patch(&active, &[], back).await.refusal(),
    );

    let new: Value = serde_json::from_str(NEW).expect("JSON");
    let changed = |pointer: &str, value: Value| {
        let mut new = new.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = new.pointer_mut(parent).expect("a parent").as_object_mut();
        let parent = parent.expect("an object");
        if value.is_null() {
            parent.remove(name)
        } else {
            parent.insert(name.to_owned(), value)
        };
        new.to_string()
    };
    for (name, body) in [
        ("nothing", "{}".to_owned()),
        ("no consent", changed("/consent", Value::Null)),
        ("another type", changed("/type", json!("Collaborative"))),
        (
            "a text for money",
            changed("/details/dealValue", json!("10")),
        ),
        (
            "a text for an address",
            changed("/customerProfile/address", json!("Redmond")),
        ),
        (
            "no time",
            changed("/details/closingDateTime", json!("soon")),
        ),
        (
            "observed, of another type",
            changed("/favorite", json!("yes")),
        ),
        ("closed", changed("/status", json!("Closed"))),
        ("lost", changed("/substatus", json!("Lost"))),
        ("no JSON", "{\"type\":\"Shared\",}".to_owned()),
        (
            "twice",
            "{\"type\":\"Shared\",\"type\":\"Shared\"}".to_owned(),
        ),
        ("an array", "[]".to_owned()),
    ] {
        let refused = live.send("POST", REFERRALS, &[], &body).await;
        refusals.insert(format!("post: {name}"), refused.refusal());
    }

    let path = format!("{REFERRALS}/{id}");
    let read = live.one(&id).await;
    let whole = read.json();
    for (name, pointer, value) in [
        ("a customer's name", "/customerProfile/name", json!("x")),
        ("a country", "/customerProfile/address/country", json!("XX")),
        ("another id", "/id", json!("x")),
        ("another engagement", "/engagementId", json!("x")),
        ("no details", "/details", Value::Null),
        (
            "consent taken back",
            "/consent/consentToToShareInfoWithOthers",
            json!(false),
        ),
        ("a wrong pair", "/status", json!("Closed")),
        ("a wrong type", "/team", json!({})),
    ] {
        let mut whole = whole.clone();
        *whole.pointer_mut(pointer).expect(name) = value;
        let etag = read.etag();
        let refused = live
            .send("PUT", &path, &[("if-match", &etag)], &whole.to_string())
            .await;
        refusals.insert(format!("put: {name}"), refused.refusal());
    }
    assert_eq!(live.one(&id).await.text, before, "something was changed");
    let all: Vec<_> = refusals
        .iter()
        .map(|(name, refusal)| format!("{name}\n    {refusal}"))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let live = Live::new().await;
    let mut refusals = BTreeMap::new();
    let id = live.some("New", "Pending").await;
    let one = format!("{REFERRALS}/{id}");
    let guid = "11111111-2222-4333-8444-555555555555";
    let list = |query: &str| format!("{REFERRALS}?{query}");
    let long = " ".repeat(1024 * 1024 + 1);
    for (name, method, path, headers, body) in [
        (
            "no such referral",
            "GET",
            format!("{REFERRALS}/{guid}"),
            vec![],
            "",
        ),
        ("no GUID", "GET", format!("{REFERRALS}/x"), vec![], ""),
        (
            "a path in no encoding",
            "GET",
            format!("{REFERRALS}/%ff"),
            vec![],
            "",
        ),
        (
            "a next link as it stands",
            "GET",
            "/v1.0/referrals?$skiptoken=x".to_owned(),
            vec![],
            "",
        ),
        ("metadata", "GET", "/v1.0/$metadata".to_owned(), vec![], ""),
        (
            "an option of a referral",
            "GET",
            format!("{one}?$select=id"),
            vec![],
            "",
        ),
        (
            "XML",
            "GET",
            one.clone(),
            vec![("accept", "application/xml")],
            "",
        ),
        (
            "an id that is none",
            "GET",
            one.clone(),
            vec![("client-request-id", "7")],
            "",
        ),
        ("a delete", "DELETE", one.clone(), vec![], ""),
        (
            "a delete of all",
            "DELETE",
            REFERRALS.to_owned(),
            vec![],
            "",
        ),
        (
            "no body",
            "POST",
            REFERRALS.to_owned(),
            vec![("content-type", "application/json")],
            "",
        ),
        ("no media type", "POST", REFERRALS.to_owned(), vec![], ""),
        (
            "a long body",
            "POST",
            REFERRALS.to_owned(),
            vec![],
            long.as_str(),
        ),
        (
            "another filter",
            "GET",
            list("$filter=status eq 'New' or status eq 'Active'"),
            vec![],
            "",
        ),
        ("an unknown option", "GET", list("filter=x"), vec![], ""),
        (
            "a foreign token",
            "GET",
            list("$skiptoken=%2bRID%3a~a"),
            vec![],
            "",
        ),
        ("an expansion", "GET", list("$expand=team"), vec![], ""),
        ("no page", "GET", list("$top=0"), vec![], ""),
        ("another order", "GET", list("$orderby=name"), vec![], ""),
        (
            "an unknown member",
            "GET",
            list("$select=id,state"),
            vec![],
            "",
        ),
    ] {
        let answer = live
            .send(method, &path.replace(' ', "%20"), &headers, body)
            .await;
        assert!(!answer.header("request-id").is_empty());
        assert_eq!(
            answer.headers.contains_key("allow"),
            answer.status == 405,
            "{answer:?}"
        );
        refusals.insert(name, answer.refusal());
    }
    let json_patch = reqwest::header::HeaderValue::from_static("application/json-patch+json");
    let url = format!("{}{one}", live.sandbox.url());
    let request = live
        .http
        .patch(url)
        .bearer_auth(live.sandbox.token())
        .body("[]");
    let answer = request
        .header("content-type", json_patch)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 415);
    let url = format!("{}{one}", live.sandbox.url());
    let answer = live
        .http
        .get(url)
        .bearer_auth("wrong")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().contains_key("www-authenticate"));
    let error: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
    assert_eq!(text(&error, "/error/code"), "unauthenticated");
    let all: Vec<_> = refusals
        .iter()
        .map(|(name, refusal)| format!("{name}\n    {refusal}"))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn ids_of_a_call_come_back() {
    let live = Live::new().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let names = ["client-request-id", "ms-correlationid", "ms-requestid"];
    let headers = names.map(|name| (name, id));
    let answer = live.send("GET", REFERRALS, &headers, "").await.expect(200);
    for name in names {
        assert_eq!(answer.header(name), id);
    }
    let first = answer.header("request-id").to_owned();
    let answer = live.get(&format!("{REFERRALS}/")).await.expect(200);
    assert_ne!(answer.header("request-id"), first);
    assert!(!answer.headers.contains_key("client-request-id"));
    for name in [
        "if-match",
        "authorization",
        "content-type",
        "client-request-id",
    ] {
        let url = format!("{}{REFERRALS}/{id}", live.sandbox.url());
        let bearer = format!("Bearer {}", live.sandbox.token());
        let value = if name == "authorization" {
            bearer.as_str()
        } else {
            id
        };
        let request = live.http.get(url).header(name, value).header(name, value);
        let request = match name {
            "authorization" => request,
            _ => request.header("authorization", bearer.as_str()),
        };
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{name}");
    }
}

#[tokio::test]
async fn pages_are_walked_in_every_order() {
    for links in [NextLinks::Documented, NextLinks::Followable] {
        let live = Live::of(Sandbox::builder().referrals(230).next_links(links)).await;
        let (all, pages) = live.walk("").await;
        assert_eq!((all.len(), pages), (230, 3));
        assert_eq!(
            all.len(),
            ids(&all).into_iter().collect::<BTreeSet<_>>().len()
        );
        for (order, name, descending) in [
            ("createdDateTime", "createdDateTime", false),
            ("createdDateTime%20desc", "createdDateTime", true),
            ("updatedDateTime+asc", "updatedDateTime", false),
            ("updatedDateTime%20desc", "updatedDateTime", true),
        ] {
            let (items, pages) = live.walk(&format!("%24orderby={order}&$top=30")).await;
            assert_eq!((items.len(), pages), (230, 8), "{order}");
            let key = |item: &Value| {
                let time = text(item, &format!("/{name}"))
                    .trim_end_matches('Z')
                    .to_owned();
                let (seconds, digits) = time.split_once('.').unwrap_or((&time, ""));
                format!("{seconds}.{digits:0<7}")
            };
            let mut expected = all.clone();
            expected.sort_by_key(key);
            let mut found: Vec<_> = items.iter().map(key).collect();
            if descending {
                found.reverse();
            }
            assert_eq!(
                found,
                expected.iter().map(key).collect::<Vec<_>>(),
                "{order}"
            );
            let unique: BTreeSet<_> = ids(&items).into_iter().collect();
            assert_eq!(unique.len(), 230, "{order}");
        }
        let (skipped, _) = live.walk("$skip=200&$top=7").await;
        assert_eq!(skipped, all[200..]);
        let link = live.get(&format!("{REFERRALS}?$top=1")).await.json();
        let link = text(&link, "/@odata.nextLink").to_owned();
        let (place, token) = link.split_once("?$skiptoken=").expect("a token");
        let path = match links {
            NextLinks::Documented => "/v1.0/referrals",
            NextLinks::Followable => REFERRALS,
        };
        assert_eq!(place, format!("{}{path}", live.sandbox.url()));
        assert!(
            token
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'%')
        );
        let followed = live
            .get(link.strip_prefix(&live.sandbox.url()).expect("own"))
            .await;
        let followable = links == NextLinks::Followable;
        assert_eq!(followed.status, if followable { 200 } else { 404 });
    }
}

#[tokio::test]
async fn what_nobody_touches_is_listed_once_however_much_is_written_between_pages() {
    for order in [
        "",
        "&$orderby=createdDateTime%20desc",
        "&$orderby=updatedDateTime",
        "&$filter=status%20eq%20'New'",
    ] {
        let live = Live::new().await;
        let (before, _) = live.walk(&format!("$top=5{order}")).await;
        let mut next = format!("{REFERRALS}?$top=5{order}");
        let mut seen = BTreeMap::<String, usize>::new();
        let mut touched = BTreeSet::new();
        loop {
            let page = live.get(&next).await.expect(200).json();
            for item in page["value"].as_array().expect("a value") {
                *seen.entry(text(item, "/id").to_owned()).or_default() += 1;
            }
            let Some(link) = page["@odata.nextLink"].as_str() else {
                break;
            };
            let token = link.split("$skiptoken=").nth(1).expect("a token");
            next = format!("{REFERRALS}?$skiptoken={token}");
            live.send("POST", REFERRALS, &[], NEW).await.expect(201);
            let open = before.iter().find(|item| {
                text(item, "/status") == "New"
                    && text(item, "/direction") == "Incoming"
                    && !touched.contains(text(item, "/id"))
            });
            if let Some(open) = open {
                let id = text(open, "/id");
                live.patch(id, &[], accept()).await.expect(204);
                touched.insert(id.to_owned());
            }
        }
        assert!(!touched.is_empty(), "{order}");
        for id in ids(&before) {
            if !touched.contains(id) {
                assert_eq!(seen.get(id), Some(&1), "{order}: {id}");
            }
        }
    }
}

#[tokio::test]
async fn options_choose_what_they_say() {
    let live = Live::new().await;
    let page = live
        .get(&format!("{REFERRALS}?$top=7&$count=true"))
        .await
        .json();
    assert_eq!(page["@odata.count"], 60);
    assert_eq!(page["value"].as_array().map(Vec::len), Some(7));
    let page = live
        .get(&format!("{REFERRALS}?$count=false&$top=1"))
        .await
        .json();
    assert!(page.get("@odata.count").is_none());
    let query = "%24filter=status%20eq%20%27New%27&%24select=id,eTag,%20status&%24top=2";
    let page = live.get(&format!("{REFERRALS}?{query}")).await.json();
    let first = page["value"][0].as_object().expect("an item");
    let names: Vec<_> = first.keys().map(String::as_str).collect();
    assert_eq!(names, ["eTag", "id", "status"]);
    let (all, _) = live.walk("").await;
    let new = all.iter().filter(|item| item["status"] == "New").count();
    assert_eq!(page["@odata.count"], new);
    // The version in a list is the one that a write wants.
    let (id, etag) = (text(&page, "/value/0/id"), text(&page, "/value/0/eTag"));
    live.patch(id, &[("if-match", etag)], accept())
        .await
        .expect(204);
    // Options may come again beside the token, as they were.
    let link = text(&page, "/@odata.nextLink").to_owned();
    let token = link
        .split("$skiptoken=")
        .nth(1)
        .expect("a token")
        .to_owned();
    live.get(&format!("{REFERRALS}?{query}&$skiptoken={token}"))
        .await
        .expect(200);
    live.get(&format!("{REFERRALS}?$skiptoken={}", token.to_uppercase()))
        .await
        .expect(400);
    let other = live
        .get(&format!("{REFERRALS}?$top=3&$skiptoken={token}"))
        .await;
    assert!(
        other.refusal().contains("$top is not as it was"),
        "{other:?}"
    );
}

#[tokio::test]
async fn both_views_show_the_same_referrals() {
    let live = Live::new().await;
    let created = live
        .send("POST", REFERRALS, &[], NEW)
        .await
        .expect(201)
        .json();
    let id = live.some("New", "Pending").await;
    live.patch(&id, &[], accept()).await.expect(204);
    let now = live.walk("").await.0;
    let then = live.get("/v1/referrals").await.expect(200);
    assert!(then.text.contains(r#""dealValue":9007199254740993.55"#));
    let then = then.json();
    let then = then["items"].as_array().expect("items");
    assert_eq!(ids(&now), ids(then));
    assert_eq!(now.len(), 61);
    let statuses = BTreeMap::from([
        ("Pending", "New/Pending"),
        ("Validated", "New/Received"),
        ("Active", "Active/Accepted"),
        ("Rejected", "Closed/Declined"),
        ("Expired", "Closed/Expired"),
        ("Won", "Closed/Won"),
        ("Lost", "Closed/Lost"),
    ]);
    // v1 has fewer members of a person.
    let people = |people: &Value| -> Vec<Value> {
        let people = people.as_array().expect("people").iter();
        let names = ["firstName", "lastName", "phoneNumber", "email"];
        people
            .map(|person| names.map(|name| person[name].clone()).to_vec().into())
            .collect()
    };
    for (now, then) in now.iter().zip(then) {
        for (now_at, then_at) in [
            ("/engagementId", "/engagementId"),
            ("/createdDateTime", "/createdDateTime"),
            ("/updatedDateTime", "/updatedDateTime"),
            ("/expirationDateTime", "/expirationDateTime"),
            ("/details/dealValue", "/details/dealValue"),
            ("/details/closingDateTime", "/details/closingDate"),
            ("/details/notes", "/details/notes"),
            ("/customerProfile/name", "/customerProfile/name"),
            (
                "/customerProfile/address/country",
                "/customerProfile/address/country",
            ),
        ] {
            let one = now.pointer(now_at).unwrap_or(&Value::Null);
            let other = then.pointer(then_at).unwrap_or(&Value::Null);
            assert_eq!(one, other, "{now_at}");
        }
        for pointer in ["/customerProfile/team", "/team"] {
            let [one, other] =
                [now, then].map(|item| people(item.pointer(pointer).expect(pointer)));
            assert_eq!(one, other, "{pointer}");
        }
        let pair = format!("{}/{}", text(now, "/status"), text(now, "/substatus"));
        // v1 has no name for it.
        let pair = pair.replace("Error", "Lost");
        assert_eq!(statuses[text(then, "/status")], pair);
    }
    let status = |id: &str| {
        let item = then.iter().find(|item| item["id"] == *id);
        text(item.expect("an item"), "/status").to_owned()
    };
    assert_eq!(status(&id), "Active");
    assert_eq!(status(text(&created, "/id")), "Active");
    // v1's own filters see the change, too.
    let pending = live.get("/v1/referrals?status=Pending").await.json();
    let pending = pending["items"].as_array().expect("items").clone();
    assert!(!ids(&pending).contains(&id.as_str()));
}

#[tokio::test]
async fn a_deal_is_registered_after_it_was_won() {
    let live = Live::new().await;
    let id = live.some("Closed", "Won").await;
    let add = json!([{ "op": "add", "path": "/registrations/-", "value": {
        "type": "AzureIPCoSell",
        "contract": { "value": 30000, "currency": "USD", "term": "Perpetual" },
        "solutionDetails": [{ "id": "SOL-1", "value": 30000 }],
    } }]);
    live.patch(&id, &[], add.clone()).await.expect(204);
    live.patch(&id, &[], add).await.expect(409);
    let value = replace("/registrations/0/contract/value", json!(41000.50));
    live.patch(&id, &[], json!([value])).await.expect(204);
    let read = live.one(&id).await;
    assert!(read.text.contains(r#""value":41000.5"#), "{}", read.text);
    assert_eq!(
        text(&read.json(), "/registrations/0/status"),
        "ReviewPending"
    );
    assert_eq!(text(&read.json(), "/registrationStatus"), "ReviewPending");
    live.patch(&id, &[], json!([replace("/name", json!("x"))]))
        .await
        .expect(409);
}

#[tokio::test]
async fn answers_are_what_the_contract_says() {
    let live = Live::new().await;
    let contract = Contract::named("engagements").expect("engagements");
    let check = |name: &str, value: &Value| {
        let pointer = format!("/components/schemas/{name}");
        let schema = contract
            .json_schema(&pointer, Unknown::Refused)
            .expect(name);
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema);
        let validator = validator.expect("a schema");
        let faults: Vec<_> = validator
            .iter_errors(value)
            .map(|error| error.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:?}");
    };
    let page = live.get(REFERRALS).await.expect(200).json();
    check("ReferralPage", &page);
    let items = page["value"].as_array().expect("a value");
    assert!(items.iter().all(|item| item.get("eTag").is_some()));
    let one = live.one(ids(items)[0]).await.json();
    check("Referral", &one);
    assert!(text(&one, "/@odata.context").ends_with("#Referrals/$entity"));
    let mut new: Value = serde_json::from_str(NEW).expect("JSON");
    new.as_object_mut().expect("an object").remove("newMember");
    let created = live.send("POST", REFERRALS, &[], &new.to_string()).await;
    check("Referral", &created.expect(201).json());
    let refused = live.send("POST", REFERRALS, &[], "{}").await.expect(400);
    check("ErrorResponse", &refused.json());

    // After changes, v1's answer is what its own contract says.
    let v1 = Contract::named("v1").expect("v1");
    let name = v1.operation("listReferrals").expect("the list");
    assert_eq!(name.path(), "/v1/referrals");
    let har = contract_tests::har(
        "https://api.partner.microsoft.com/v1/referrals",
        &live.get("/v1/referrals").await.text,
    );
    let traffic = v1.traffic(&har).expect("a HAR file");
    assert!(
        traffic.departures.is_empty(),
        "{:?}",
        traffic.departures.keys()
    );
}
