//! What the SDK finds wrong offline, held against the sandbox, which has its rules from
//! the same pages and none of the code.

use contract_tests::{fixture, fixture_names};
use referrals::engagements::validation::{check_change, check_new, check_patch};
use referrals_client::http_client;
use referrals_sandbox::Sandbox;
use serde_json::{Value, json};

const REFERRALS: &str = "/v1.0/engagements/referrals";

struct Service {
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Service {
    async fn start() -> Self {
        let sandbox = Sandbox::builder().referrals(80).start().await;
        let sandbox = sandbox.expect("a sandbox");
        let url = sandbox.url().parse().expect("a URL");
        let http = http_client(&url).expect("TLS").build().expect("a client");
        Self { sandbox, http }
    }

    async fn send(&self, method: &str, path: &str, body: String) -> (u16, Value) {
        let url = format!("{}{REFERRALS}{path}", self.sandbox.url());
        let request = self.http.request(method.parse().expect("a method"), url);
        let request = request.bearer_auth(self.sandbox.token());
        let answer = match body.as_str() {
            "" => request,
            _ => request
                .header("content-type", "application/json")
                .body(body),
        };
        let answer = answer.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("text");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn create(&self, body: &Value) -> (u16, Value) {
        self.send("POST", "", body.to_string()).await
    }

    /// A referral that is in this status.
    async fn some(&self, status: &str) -> Value {
        let query = format!("?$filter=status eq '{status}'&$top=1");
        let (code, page) = self.send("GET", &query, String::new()).await;
        assert_eq!(code, 200, "{page}");
        page["value"][0].clone()
    }
}

fn new(name: &str) -> Value {
    serde_json::from_str(&fixture(&format!("new-referrals/{name}.json"))).expect("JSON")
}

fn is_refused(body: &Value) -> bool {
    check_new(&serde_json::from_str(&body.to_string()).expect("JSON")).is_refused()
}

#[tokio::test]
async fn the_sandbox_takes_what_nothing_is_wrong_with() {
    let service = Service::start().await;
    let (_, shared) = service.create(&new("shared")).await;
    for name in fixture_names("new-referrals") {
        let mut body = new(name.trim_end_matches(".json"));
        if body.get("engagementId").is_some() {
            body["engagementId"] = shared["engagementId"].clone();
        }
        assert!(!is_refused(&body), "{name}");
        let (code, answer) = service.create(&body).await;
        assert_eq!(code, 201, "{name}: {answer}");
    }
}

/// What the page on creating a referral requires is all that it takes.
#[tokio::test]
async fn the_required_members_are_enough() {
    let service = Service::start().await;
    let body = json!({
        "type": "Independent", "customerProfile": {"name": "Contoso"},
        "consent": {"consentToToShareInfoWithOthers": true}, "details": {},
    });
    let (code, answer) = service.create(&body).await;
    assert_eq!(code, 201, "{answer}");
    assert!(!is_refused(&body));
}

#[tokio::test]
async fn what_the_sandbox_does_not_create_is_refused_before() {
    let service = Service::start().await;
    for (path, value) in [
        ("/type", None),
        ("/customerProfile", None),
        ("/consent", None),
        ("/details", Some(json!("a deal"))),
        ("/type", Some(json!("Joint"))),
        ("/type", Some(json!("independent"))),
        ("/status", Some(json!("Closed"))),
        ("/substatus", Some(json!("Won"))),
        ("/details/dealValue", Some(json!("10000"))),
        ("/details/closingDateTime", Some(json!("2027-06-30"))),
        (
            "/details/closingDateTime",
            Some(json!("2027-06-30T00:00:00")),
        ),
        (
            "/consent/consentToToShareInfoWithOthers",
            Some(json!("true")),
        ),
        ("/team", Some(json!({"firstName": "Ada"}))),
        ("/engagementId", Some(json!("mine"))),
    ] {
        let mut body = new("private");
        let (parent, name) = path.rsplit_once('/').expect("a pointer");
        let parent = body.pointer_mut(parent).and_then(Value::as_object_mut);
        let parent = parent.expect(path);
        match value {
            Some(value) => parent.insert(name.to_owned(), value),
            None => parent.remove(name),
        };
        let (code, answer) = service.create(&body).await;
        assert!((400..500).contains(&code), "{path}: {code} {answer}");
        assert!(is_refused(&body), "{path}");
    }
}

#[tokio::test]
async fn what_the_sandbox_does_not_change_is_refused_before() {
    let service = Service::start().await;
    let replace = |path: &str, value: Value| json!({"op": "replace", "path": path, "value": value});
    let status = |status: &str, substatus: &str| {
        json!([
            replace("/status", status.into()),
            replace("/substatus", substatus.into())
        ])
    };
    for (from, patch) in [
        ("Active", json!([replace("/status", "Closed".into())])),
        ("Active", status("Closed", "Accepted")),
        ("Active", status("Closed", "Error")),
        ("Active", status("New", "Pending")),
        ("Active", status("None", "None")),
        ("Closed", status("Active", "Accepted")),
        ("Closed", json!([replace("/details/notes", "x".into())])),
        (
            "Active",
            json!([replace("/customerProfile/address/country", "XX".into())]),
        ),
        (
            "Active",
            json!([replace("/closeDate", "2027-06-30".into())]),
        ),
        (
            "Active",
            json!([{"op": "remove", "path": "/details/notes"}]),
        ),
        (
            "Active",
            json!([replace("/team/-", json!({"firstName": "Ada"}))]),
        ),
    ] {
        let before = service.some(from).await;
        let id = before["id"].as_str().expect("an id");
        let (code, answer) = service
            .send("PATCH", &format!("/{id}"), patch.to_string())
            .await;
        assert!((400..500).contains(&code), "{patch}: {code} {answer}");

        let operations: Vec<_> = serde_json::from_str(&patch.to_string()).expect("JSON");
        let mut after = before.clone();
        for operation in patch.as_array().expect("an array") {
            let path = operation["path"].as_str().expect("a path");
            if let Some(place) = after.pointer_mut(path) {
                *place = operation["value"].clone();
            }
        }
        let [before, after] =
            [before, after].map(|text| serde_json::from_str(&text.to_string()).expect("JSON"));
        assert!(
            check_patch(&operations).is_refused() || check_change(&before, &after).is_refused(),
            "{patch}"
        );
    }
}

/// What the sandbox hands out is nothing to find fault with when nothing changes, and
/// each documented step is one that it takes.
#[tokio::test]
async fn a_step_that_is_allowed_is_taken() {
    let service = Service::start().await;
    let patch = json!([
        {"op": "replace", "path": "/status", "value": "Closed"},
        {"op": "replace", "path": "/substatus", "value": "Won"},
    ]);
    let before = service.some("Active").await;
    let path = format!("/{}", before["id"].as_str().expect("an id"));
    let operations: Vec<_> = serde_json::from_str(&patch.to_string()).expect("JSON");
    assert!(check_patch(&operations).is_empty());
    let (code, answer) = service.send("PATCH", &path, patch.to_string()).await;
    assert_eq!(code, 204, "{answer}");
    let mut after = before.clone();
    after["status"] = "Closed".into();
    after["substatus"] = "Won".into();
    let [before, after] =
        [before, after].map(|text| serde_json::from_str(&text.to_string()).expect("JSON"));
    let findings = check_change(&before, &after);
    assert!(findings.is_empty(), "{findings}");
}
