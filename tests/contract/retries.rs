//! A service that misbehaves on purpose: calls are attempted again where that helps
//! and harms nobody, lists have exactly their items or fail, and no token goes
//! anywhere else.

use std::collections::BTreeSet;
use std::future::{Future, ready};
use std::net::TcpListener;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contract_tests::{RawServer, answer, ok};
use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use referrals::engagements::{ETag, Member, Updated};
use referrals::{Clock, Error, ErrorKind, Method, Referrals, RetryPolicy, WriteOutcome};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Barrier;

const SECOND: Duration = Duration::from_secs(1);

/// A clock that does not wait, but remembers for how long it should have.
#[derive(Debug, Clone, Default)]
struct TestClock(Arc<Mutex<Vec<Duration>>>);

impl TestClock {
    fn waits(&self) -> Vec<Duration> {
        self.0.lock().expect("no panic").clone()
    }
}

impl Clock for TestClock {
    /// Eight minutes before the date in RFC 9110.
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777) - 480 * SECOND
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().expect("no panic").push(wait);
        Box::pin(ready(()))
    }
}

fn client(url: &str, policy: RetryPolicy) -> (Referrals, TestClock) {
    let clock = TestClock::default();
    let builder = Referrals::builder().base_url(url).token("t0ken-of-contoso");
    let builder = builder.retry(policy.seed(1)).clock(clock.clone());
    (builder.build().expect("a client"), clock)
}

fn page(ids: &[&str], next: Option<&str>) -> Vec<u8> {
    let records: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let mut page = json!({ "value": records });
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(format!("http://x/v1.0/referrals?$skiptoken={next}"));
    }
    ok(page.to_string())
}

async fn ids(referrals: &Referrals) -> Result<Vec<String>, Error> {
    let records: Vec<_> = referrals
        .engagements()
        .list()
        .records()
        .try_collect()
        .await?;
    let ids = records
        .iter()
        .map(|record| record.get().expect("a referral").id.clone());
    Ok(ids.map(Option::unwrap_or_default).collect())
}

/// The values of a header in the requests so far.
fn values(server: &RawServer, header: &str) -> Vec<String> {
    let prefix = format!("{header}: ");
    let requests = server.requests();
    let lines = requests.iter().flat_map(|request| request.lines());
    lines
        .filter_map(|line| line.strip_prefix(&prefix))
        .map(str::to_owned)
        .collect()
}

/// What may go wrong on the way: nothing at all, headers alone, half a body.
fn broken_off() -> [Vec<u8>; 3] {
    let whole = page(&["lost"], None);
    let head = whole.len() - r#"{"value":[{"id":"lost"}]}"#.len();
    [
        Vec::new(),
        whole[..head].to_vec(),
        whole[..head + 9].to_vec(),
    ]
}

#[tokio::test]
async fn a_list_survives_what_passes() {
    let busy = || answer("503 Busy", &[], "");
    let [nothing, headers, half] = broken_off();
    let server = RawServer::answering_in_turn(vec![
        busy(),
        busy(),
        page(&["1", "2"], Some("a")),
        nothing,
        headers,
        half,
        page(&["3"], Some("b")),
        answer("500 Oops", &[], "<html>"),
        answer(
            "429 Slow down",
            &[("Retry-After", "57")],
            r#"{"statusCode":429}"#,
        ),
        page(&["4"], None),
    ]);
    let (referrals, clock) = client(&server.url(), RetryPolicy::default());
    assert_eq!(ids(&referrals).await.expect("all"), ["1", "2", "3", "4"]);
    assert_eq!(server.requests().len(), 10);

    // One call after the other: its id is kept, that of an attempt is not.
    let calls = values(&server, "ms-requestid");
    let attempts_of = |call: &String| calls.iter().filter(|id| *id == call).count();
    let mut distinct = calls.clone();
    distinct.dedup();
    assert_eq!(
        distinct.iter().map(attempts_of).collect::<Vec<_>>(),
        [3, 4, 3]
    );
    let attempts: BTreeSet<_> = values(&server, "client-request-id").into_iter().collect();
    assert_eq!(attempts.len(), 10);

    let waits = clock.waits();
    assert_eq!(waits.len(), 7);
    assert_eq!(waits[6], 57 * SECOND, "as long as the service asks for");
    for (wait, least) in waits.iter().zip([500, 1000, 500, 1000, 2000, 500]) {
        let least = Duration::from_millis(least);
        assert!((least..2 * least).contains(wait), "{waits:?}");
    }
}

#[tokio::test]
async fn a_date_to_come_back_at_is_heeded_unless_it_is_too_far() {
    let later = answer(
        "429 Slow down",
        &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")],
        "",
    );
    let server = RawServer::answering_in_turn(vec![later.clone(), page(&["1"], None)]);
    let patient = RetryPolicy::default()
        .longest_retry_after(600 * SECOND)
        .deadline(3600 * SECOND);
    let (referrals, clock) = client(&server.url(), patient);
    assert_eq!(ids(&referrals).await.expect("all"), ["1"]);
    assert_eq!(clock.waits(), [480 * SECOND]);

    let server = RawServer::answering(later.clone());
    let (referrals, clock) = client(&server.url(), RetryPolicy::default());
    let error = ids(&referrals).await.expect_err("too long");
    assert_eq!(error.retry_after(), Some(480 * SECOND));
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
    assert!(clock.waits().is_empty());

    // Nor is a wait begun that the deadline would cut off.
    let hurried = RetryPolicy::default().longest_retry_after(600 * SECOND);
    let server = RawServer::answering(later);
    let (referrals, _) = client(&server.url(), hurried.deadline(480 * SECOND));
    let error = ids(&referrals).await.expect_err("too late");
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));
}

#[tokio::test]
async fn what_does_not_pass_is_given_up() {
    let server = RawServer::answering(answer("503 Busy", &[], ""));
    let (referrals, clock) = client(&server.url(), RetryPolicy::default());
    let error = ids(&referrals).await.expect_err("busy");
    assert_eq!((error.attempts(), server.requests().len()), (4, 4));
    assert_eq!(clock.waits().len(), 3);
    assert_eq!(
        error.to_string(),
        "the service answered 503 Service Unavailable after 4 attempts"
    );

    for status in ["400", "401", "403", "404", "409", "412", "422", "501"] {
        let server = RawServer::answering(answer(status, &[], ""));
        let (referrals, clock) = client(&server.url(), RetryPolicy::default());
        let error = ids(&referrals).await.expect_err(status);
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            status.parse().ok()
        );
        assert_eq!((error.attempts(), server.requests().len()), (1, 1));
        assert!(clock.waits().is_empty());
    }

    for nothing in broken_off() {
        let server = RawServer::answering(nothing);
        let (referrals, _) = client(&server.url(), RetryPolicy::default().attempts(2));
        let error = ids(&referrals).await.expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!((error.attempts(), server.requests().len()), (2, 2));
    }
}

#[tokio::test]
async fn a_call_ends_with_its_deadline() {
    // Accepts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let policy = RetryPolicy::default().deadline(Duration::from_millis(50));
    let (referrals, _) = client(&url, policy);
    let error = ids(&referrals).await.expect_err("silence");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(
        error.to_string(),
        "the call took longer than its deadline of 0.05 s"
    );
    assert!(error.ids().is_some());
}

#[tokio::test]
async fn a_write_is_not_repeated_blindly() {
    let new = || serde_json::from_str(r#"{"name":"x"}"#).expect("JSON");
    let created = ok(r#"{"id":"1"}"#);
    let slow_down = answer("429 Slow down", &[("Retry-After", "1")], "");
    let [nothing, headers, half] = broken_off();
    for failure in [answer("503 Busy", &[], ""), nothing, headers, half] {
        let server = RawServer::answering_in_turn(vec![failure.clone(), created.clone()]);
        let (referrals, _) = client(&server.url(), RetryPolicy::default());
        let error = referrals.engagements().create(new()).send().await;
        let outcome = error.expect_err("unknown outcome").write_outcome();
        assert_ne!(outcome, WriteOutcome::NotDone);
        let patch = referrals
            .engagements()
            .patch("1")
            .replace("/status", "Active");
        assert_eq!(server.requests().len(), 1);
        patch.send().await.expect("the next answer");

        let server = RawServer::answering_in_turn(vec![failure, created.clone()]);
        let (referrals, _) = client(&server.url(), RetryPolicy::default());
        let patch = referrals.engagements().patch("1").add("/team/-", json!({}));
        patch
            .send()
            .await
            .expect_err("no version, no second attempt");
        assert_eq!(server.requests().len(), 1);
    }

    // The service says that it did nothing.
    let server = RawServer::answering_in_turn(vec![slow_down, created]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let created = referrals.engagements().create(new()).send().await;
    assert_eq!(created.expect("created").referral.json(), r#"{"id":"1"}"#);
    assert_eq!(server.requests().len(), 2);

    // Nothing was sent, so it is tried again.
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let (referrals, clock) = client(&url, RetryPolicy::default());
    let error = referrals.engagements().create(new()).send().await;
    assert_eq!(error.expect_err("nobody there").attempts(), 4);
    assert_eq!(clock.waits().len(), 3);
}

#[tokio::test]
async fn a_write_that_names_its_version_is_repeated() {
    let etag = || ETag::from("\"1\"".to_owned());
    let record = serde_json::from_str(r#"{"id":"1"}"#).expect("JSON");
    let server = RawServer::answering_in_turn(vec![
        answer("502 Bad Gateway", &[], ""),
        answer("204 No Content", &[], ""),
        Vec::new(),
        ok(r#"{"id":"1","eTag":"\"2\""}"#),
        answer("503 Busy", &[], ""),
        answer("412 No", &[], ""),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let engagements = referrals.engagements();
    let patch = engagements.patch("1").replace("/status", "Active");
    let patch = patch.if_match(etag());
    patch.clone().send().await.expect("done");
    let replaced = engagements.replace("1", &record, etag()).send().await;
    assert_eq!(
        replaced.expect("done").etag.map(|etag| etag.to_string()),
        Some("\"2\"".to_owned())
    );
    let error = patch.send().await.expect_err("412");
    assert_eq!(
        error.to_string(),
        "the service answered 412 Precondition Failed (an earlier attempt of this call may have \
         changed the referral: read it again) after 2 attempts"
    );
    assert_eq!(server.requests().len(), 6);
    let bodies: BTreeSet<_> = server.requests()[..2]
        .iter()
        .filter_map(|request| Some(request.split_once("\r\n\r\n")?.1.to_owned()))
        .collect();
    assert_eq!(bodies.len(), 1, "the same body again");
}

#[tokio::test]
async fn the_token_stays_with_its_host() {
    let elsewhere = RawServer::answering(page(&["stolen"], None));
    let away = format!(
        "{}/v1.0/engagements/referrals?$skiptoken=b",
        elsewhere.url()
    );
    let body = json!({ "value": [{ "id": "1" }], "@odata.nextLink": away });
    let server = RawServer::answering_in_turn(vec![
        ok(body.to_string()),
        page(&["2"], None),
        answer("302 Found", &[("Location", &away)], ""),
        answer("307 Moved", &[("Location", &away)], ""),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    assert_eq!(ids(&referrals).await.expect("all"), ["1", "2"]);
    for _ in 0..2 {
        let error = ids(&referrals).await.expect_err("elsewhere");
        assert!(
            error.to_string().contains("leads to another origin"),
            "{error}"
        );
    }
    assert_eq!(server.requests().len(), 4);
    assert!(
        elsewhere.requests().is_empty(),
        "{:?}",
        elsewhere.requests()
    );

    for path in [
        "@evil.example.com/",
        "evil",
        "",
        "https://evil.example.com/",
    ] {
        let error = referrals.request(Method::GET, path).send().await;
        let error = error.expect_err(path);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.to_string().contains("does not begin with a slash"),
            "{error}"
        );
    }
    let header = referrals
        .request(Method::GET, "/")
        .header("Authorization", "x");
    let error = header.send().await.expect_err("a token of its own");
    assert!(error.to_string().contains("set from the token"), "{error}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn pages_that_move_bring_each_record_once_and_changes_again() {
    let newer = json!({ "value": [{ "id": "1", "status": "Active" }, { "id": "4" }] });
    let server = RawServer::answering_in_turn(vec![
        page(&["1", "2"], Some("a")),
        // A referral came in front: the last of the first page is here again.
        page(&["2", "3"], Some("b")),
        ok(newer.to_string()),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    assert_eq!(
        ids(&referrals).await.expect("all"),
        ["1", "2", "3", "1", "4"]
    );

    let server =
        RawServer::answering_in_turn(vec![page(&["1"], Some("a")), page(&["2"], Some("a"))]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let error = ids(&referrals).await.expect_err("in a circle");
    assert!(
        error.to_string().contains("leads to the page itself"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_envelope_that_does_not_fit_loses_no_record_and_no_page() {
    let odd = json!({
        "@odata.count": "many",
        "@odata.nextLink": "http://x/?$skiptoken=a",
        "value": [{ "id": "1" }],
    });
    let server = RawServer::answering_in_turn(vec![ok(odd.to_string()), page(&["2"], None)]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    assert_eq!(ids(&referrals).await.expect("all"), ["1", "2"]);

    for (link, part) in [(json!(7), "is not text"), (json!({}), "is not text")] {
        let odd = json!({ "@odata.nextLink": link, "value": [] });
        let server = RawServer::answering(ok(odd.to_string()));
        let (referrals, _) = client(&server.url(), RetryPolicy::default());
        let error = ids(&referrals).await.expect_err("no way on");
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// Answers only when as many requests are under way as the client may have, and
/// counts how many there were at most.
#[tokio::test]
async fn no_more_requests_are_under_way_than_allowed() {
    const ALLOWED: usize = 3;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counters = (now, most.clone());
    tokio::spawn(async move {
        let together = Arc::new(Barrier::new(ALLOWED));
        while let Ok((mut stream, _)) = listener.accept().await {
            let (together, (now, most)) = (together.clone(), counters.clone());
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.expect("a request"));
                }
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                together.wait().await;
                now.fetch_sub(1, Ordering::SeqCst);
                stream
                    .write_all(&page(&["1"], None))
                    .await
                    .expect("written");
            });
        }
    });
    let builder = Referrals::builder()
        .base_url(url)
        .token("t")
        .concurrency(ALLOWED);
    let referrals = builder.build().expect("a client");
    let calls = (0..4 * ALLOWED).map(|_| ids(&referrals));
    for outcome in join_all(calls).await {
        assert_eq!(outcome.expect("a page"), ["1"]);
    }
    assert_eq!(most.load(Ordering::SeqCst), ALLOWED);
}

#[tokio::test]
async fn a_request_of_its_own_gets_whatever_the_answer_is() {
    let server = RawServer::answering_in_turn(vec![
        answer("503 Busy", &[], ""),
        answer("418 Teapot", &[("X-Y", "z")], "short"),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let request = referrals.request(Method::GET, "/v9/a%20b?$top=1&x=%2b");
    let answer = request.header("X-Caller-Id", "contoso").send().await;
    let answer = answer.expect("an answer");
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_slice()),
        (418, b"short".as_slice())
    );
    assert_eq!(answer.headers["x-y"], "z");
    let request = &server.requests()[1];
    assert!(
        request.starts_with("GET /v9/a%20b?$top=1&x=%2b HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("x-caller-id: contoso\r\n"), "{request}");
    assert!(
        request.contains("authorization: Bearer t0ken-of-contoso\r\n"),
        "{request}"
    );
    let shown = format!("{answer:?}");
    assert!(!shown.contains("short"), "{shown}");
}

fn version(number: u32, notes: &str, stage: &str) -> Vec<u8> {
    let etag = format!("\"{number}\"");
    let details = json!({ "notes": notes, "dealValue": 1 });
    ok(json!({ "id": "1", "eTag": etag, "salesStage": stage, "details": details }).to_string())
}

async fn take_notes(server: &RawServer, notes: &'static str) -> Result<Updated, Error> {
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let update = referrals.engagements().update("1", move |referral| {
        referral.details.get_or_insert_default().notes = Some(notes.to_owned());
    });
    update.rounds(3).send().await
}

#[tokio::test]
async fn an_update_that_arrived_without_an_answer_is_not_made_twice() {
    let stale = answer("412 No", &[], "");
    let server = RawServer::answering_in_turn(vec![
        version(1, "a", "10"),
        // It took effect, but nobody heard of it.
        Vec::new(),
        stale.clone(),
        version(2, "mine", "10"),
    ]);
    let updated = take_notes(&server, "mine").await.expect("done");
    assert!(updated.changed);
    assert_eq!(updated.versioned.etag, Some(ETag::from("\"2\"".to_owned())));
    assert_eq!(server.requests().len(), 4);

    // Here it did not, and somebody else was there.
    let server = RawServer::answering_in_turn(vec![
        version(1, "a", "10"),
        answer("503 Busy", &[], ""),
        stale,
        version(2, "theirs", "10"),
    ]);
    let error = take_notes(&server, "mine").await.expect_err("a conflict");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let [conflict] = error.conflicts() else {
        panic!("{:?}", error.conflicts());
    };
    let values = (conflict.before(), conflict.theirs(), conflict.ours());
    assert_eq!(values, (Some("\"a\""), Some("\"theirs\""), "\"mine\""));
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("/details/notes"), "{shown}");
    assert!(
        !shown.contains("theirs") && !shown.contains("mine"),
        "{shown}"
    );
}

#[tokio::test]
async fn an_update_begins_anew_when_others_change_something_else() {
    let stale = || answer("412 No", &[], "");
    let server = RawServer::answering_in_turn(vec![
        version(1, "a", "10"),
        stale(),
        version(2, "a", "20"),
        answer("204 Done", &[], ""),
        version(3, "mine", "20"),
    ]);
    let updated = take_notes(&server, "mine").await.expect("done");
    assert_eq!(updated.versioned.etag, Some(ETag::from("\"3\"".to_owned())));
    let etags = values(&server, "if-match");
    assert_eq!(etags, ["\"1\"", "\"2\""]);

    // Not for ever.
    let mut answers = vec![version(0, "a", "0")];
    for number in 1..10 {
        answers.extend([stale(), version(number, "a", &number.to_string())]);
    }
    let server = RawServer::answering_in_turn(answers);
    let error = take_notes(&server, "mine")
        .await
        .expect_err("others are faster");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(412));
    assert_eq!(values(&server, "if-match").len(), 3);
}

#[tokio::test]
async fn an_update_of_nothing_sends_nothing() {
    let server = RawServer::answering(version(1, "mine", "10"));
    let updated = take_notes(&server, "mine").await.expect("nothing to do");
    assert!(!updated.changed);
    assert_eq!(server.requests().len(), 1);

    let server = RawServer::answering(ok(r#"{"id":"1"}"#));
    let error = take_notes(&server, "mine").await.expect_err("no version");
    assert!(error.to_string().contains("has no eTag"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_list_in_circles_ends_behind_its_records() {
    // Not to itself: to the one before.
    let server = RawServer::answering_in_turn(vec![
        page(&["1"], Some("a")),
        page(&["2"], Some("b")),
        page(&["3"], Some("a")),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let mut records = pin!(referrals.engagements().list().records());
    for id in ["1", "2", "3"] {
        let record = records.try_next().await.expect(id).expect(id);
        assert_eq!(record.get().expect("a referral").id.as_deref(), Some(id));
    }
    let error = records.try_next().await.expect_err("in a circle");
    assert!(
        error.to_string().contains("leads to a page before it"),
        "{error}"
    );
    assert!(records.try_next().await.expect("the end").is_none());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn records_without_ids_are_never_taken_for_the_same() {
    let selected = ok(r#"{"value":[{"status":"New"},{"status":"New"},{"id":null},{"id":null}]}"#);
    let server = RawServer::answering(selected);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    assert_eq!(ids(&referrals).await.expect("all").len(), 4);
}

#[tokio::test]
async fn a_write_is_never_redirected_into_a_read() {
    let new = || serde_json::from_str(r#"{"name":"x"}"#).expect("JSON");
    for status in ["301 Moved", "302 Found", "303 See Other"] {
        let here = ("Location", "/v1.0/engagements/referrals/");
        let server =
            RawServer::answering_in_turn(vec![answer(status, &[here], ""), page(&["1"], None)]);
        let (referrals, _) = client(&server.url(), RetryPolicy::default());
        let error = referrals.engagements().create(new()).send().await;
        let error = error.expect_err(status);
        assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
        assert!(error.to_string().contains("is not followed"), "{error}");
        assert_eq!(server.requests().len(), 1);
    }
    let server = RawServer::answering_in_turn(vec![
        answer("308 Moved", &[("Location", "/v2/referrals")], ""),
        ok(r#"{"id":"1"}"#),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let created = referrals.engagements().create(new()).send().await;
    assert_eq!(created.expect("created").referral.json(), r#"{"id":"1"}"#);
    let again = &server.requests()[1];
    assert!(
        again.starts_with("POST /v2/referrals ") && again.ends_with(r#"{"name":"x"}"#),
        "{again}"
    );
}

#[tokio::test]
async fn a_write_that_was_done_is_not_made_again() {
    let half = version(2, "b", "10");
    let half = half[..half.len() - 5].to_vec();
    let server = RawServer::answering(half);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let live = referrals.engagements();
    let patch = live.patch("1").replace("/status", "Active");
    let patch = patch.if_match(ETag::from("\"1\"".to_owned())).send().await;
    let error = patch.expect_err("half an answer");
    assert!(
        error
            .to_string()
            .contains("its status says that it was done"),
        "{error}"
    );
    assert_eq!((error.attempts(), server.requests().len()), (1, 1));

    // A step that arrived without an answer is found by reading again.
    let state = |number: u32, status: &str, substatus: &str| {
        let etag = format!("\"{number}\"");
        let direction = "Incoming";
        ok(
            json!({ "id": "1", "eTag": etag, "status": status, "substatus": substatus,
            "direction": direction })
            .to_string(),
        )
    };
    let server = RawServer::answering_in_turn(vec![
        state(1, "New", "Pending"),
        Vec::new(),
        answer("412 No", &[], ""),
        state(2, "Active", "Accepted"),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let taken = referrals
        .engagements()
        .accept("1")
        .send()
        .await
        .expect("accepted");
    assert_eq!(taken.versioned.etag, Some(ETag::from("\"2\"".to_owned())));

    // Done, and not to be read: told as that.
    let server = RawServer::answering_in_turn(vec![
        state(1, "Active", "Accepted"),
        answer("204 Done", &[], ""),
        answer("404 Gone", &[], ""),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let error = referrals
        .engagements()
        .win("1")
        .send()
        .await
        .expect_err("404");
    assert!(
        error
            .to_string()
            .starts_with("the referral was changed, and could not"),
        "{error}"
    );

    // What only appends is not begun anew when an attempt may have arrived.
    let with_team = |number: u32| {
        let etag = format!("\"{number}\"");
        let team = [json!({ "firstName": format!("Ada{number}") })];
        ok(json!({ "id": "1", "eTag": etag, "team": team }).to_string())
    };
    let server = RawServer::answering_in_turn(vec![
        with_team(1),
        Vec::new(),
        answer("412 No", &[], ""),
        with_team(2),
    ]);
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let update = referrals.engagements().update("1", |referral| {
        let bo = Member {
            first_name: Some("Bo".to_owned()),
            ..Member::default()
        };
        referral.team.get_or_insert_default().push(bo);
    });
    let error = update.send().await.expect_err("unknown");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(412));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn the_body_of_a_failure_is_bounded_in_size_and_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.expect("a request"));
        }
        let head = b"HTTP/1.1 400 No\r\nContent-Length: 900\r\n\r\n{";
        stream.write_all(head).await.expect("written");
        // Holds the connection until the other side is gone.
        while stream.read_u8().await.is_ok() {}
    });
    let policy = RetryPolicy::default().deadline(Duration::from_millis(100));
    let (referrals, _) = client(&url, policy);
    let error = referrals.engagements().get("1").await.expect_err("no end");
    assert!(error.to_string().contains("deadline of 0.1 s"), "{error}");

    let server = RawServer::answering(answer("400 No", &[], vec![b'x'; 3 << 20]));
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let answer = referrals
        .request(Method::GET, "/")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.body.len(), 1 << 20);
}

#[tokio::test]
async fn an_id_that_leads_elsewhere_is_none() {
    let server = RawServer::answering(page(&["1"], None));
    let (referrals, _) = client(&server.url(), RetryPolicy::default());
    let live = referrals.engagements();
    for id in ["", ".", ".."] {
        let get = live.get(id).await.expect_err(id);
        let patch = live
            .patch(id)
            .replace("/name", "x")
            .send()
            .await
            .expect_err(id);
        for error in [get, patch] {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.ids().is_none(), "nothing was sent");
        }
    }
    assert!(server.requests().is_empty());
}
