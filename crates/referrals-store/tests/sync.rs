//! A database against the service that it follows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::time::Duration;

use contract_tests::{RawServer, answer, fixture, ok};
use futures_util::TryStreamExt as _;
use referrals::engagements::{Filter, NewReferral, ReferralStatus};
use referrals::{Raw, Referrals, RetryPolicy};
use referrals_sandbox::Sandbox;
use referrals_store::{ChangeKind, Database, Error, Report};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions as _, Row as _};
use tempfile::TempDir;

fn client(base_url: &str, token: &str) -> Referrals {
    contract_tests::trace();
    let builder = Referrals::builder().base_url(base_url).token(token);
    builder
        .retry(RetryPolicy::never())
        .build()
        .expect("a client")
}

async fn service(referrals: u32) -> (Sandbox, Referrals) {
    let sandbox = Sandbox::builder().referrals(referrals).start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = client(&sandbox.url(), sandbox.token());
    (sandbox, client)
}

/// What others see in the file: another connection, by SQL.
async fn rows(file: &Path, query: &'static str) -> Vec<SqliteRow> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection: SqliteConnection = options.connect().await.expect("the file");
    sqlx::query(query)
        .fetch_all(&mut connection)
        .await
        .expect(query)
}

/// All texts of one column.
async fn column(file: &Path, query: &'static str) -> Vec<Option<String>> {
    let rows = rows(file, query).await;
    rows.iter().map(|row| row.get(0)).collect()
}

async fn number(file: &Path, query: &'static str) -> i64 {
    rows(file, query).await[0].get(0)
}

/// What the service has, by id, without what says where it was read.
async fn there(client: &Referrals) -> BTreeMap<String, Value> {
    let records = client.engagements().list().records();
    let records: Vec<_> = records.try_collect().await.expect("all of them");
    let records = records.iter().map(|record| without_links(record.json()));
    records.collect()
}

fn without_links(json: &str) -> (String, Value) {
    let mut referral: Value = serde_json::from_str(json).expect("JSON");
    referral.as_object_mut().expect("an object").remove("links");
    (referral["id"].as_str().expect("an id").to_owned(), referral)
}

async fn here(file: &Path) -> BTreeMap<String, Value> {
    let query = "SELECT json FROM referrals WHERE missing_since IS NULL";
    let all = column(file, query).await.into_iter().flatten();
    all.map(|json| without_links(&json)).collect()
}

async fn sync(database: &mut Database, client: &Referrals) -> Report {
    database.sync(client, "test").run().await.expect("a sync")
}

fn counts(report: &Report) -> (u64, u64, u64, u64) {
    (report.new, report.changed, report.missing, report.total)
}

#[tokio::test]
async fn columns_are_what_the_referrals_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_sandbox, client) = service(400).await;
    let mut database = Database::open(&file).await.expect("a database");
    let report = sync(&mut database, &client).await;
    assert_eq!(counts(&report), (400, 0, 0, 400));
    assert_eq!((report.pages, report.read, &report.since), (4, 400, &None));
    let there = there(&client).await;
    assert_eq!(here(&file).await, there);

    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    // To the millisecond, by another reader of times.
    let time = |value: &Value| {
        let time = chrono::DateTime::parse_from_rfc3339(value.as_str()?).expect("a time");
        let time = time.with_timezone(&chrono::Utc);
        Some(time.timestamp_millis())
    };
    let mut compared = 0;
    for row in rows(&file, "SELECT * FROM referrals").await {
        let id: String = row.get("id");
        let referral = &there[&id];
        for (column, pointer) in [
            ("engagement_id", "/engagementId"),
            ("external_reference_id", "/externalReferenceId"),
            ("name", "/name"),
            ("organization_id", "/organizationId"),
            ("organization_name", "/organizationName"),
            ("status", "/status"),
            ("substatus", "/substatus"),
            ("status_reason", "/statusReason"),
            ("type", "/type"),
            ("qualification", "/qualification"),
            ("direction", "/direction"),
            ("customer_name", "/customerProfile/name"),
            ("customer_city", "/customerProfile/address/city"),
            ("customer_country", "/customerProfile/address/country"),
            ("currency", "/details/currency"),
            ("notes", "/details/notes"),
            ("sales_stage", "/salesStage"),
            ("campaign_id", "/campaignId"),
            ("registration_status", "/registrationStatus"),
            ("msx_id", "/trackingInfo/microsoftMsxId"),
            ("etag", "/eTag"),
        ] {
            let expected = referral.pointer(pointer).and_then(text);
            let found: Option<String> = row.get(column);
            assert_eq!(found, expected, "{column} of {id}");
            compared += usize::from(expected.is_some());
        }
        for (column, pointer) in [
            ("created_at", "/createdDateTime"),
            ("updated_at", "/updatedDateTime"),
            ("expires_at", "/expirationDateTime"),
            ("accepted_at", "/acceptedDateTime"),
            ("closed_at", "/closedDateTime"),
        ] {
            let expected = referral.pointer(pointer).and_then(time);
            let found: Option<String> = row.get(column);
            assert!(
                found
                    .iter()
                    .all(|time| time.len() == 24 && time.ends_with('Z'))
            );
            let found = found.map(Value::from).as_ref().and_then(time);
            // The last digit may be cut or rounded.
            match (found, expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() <= 1),
                _ => assert_eq!(found, expected, "{column} of {id}"),
            }
            compared += usize::from(expected.is_some());
        }
    }
    assert!(compared > 400 * 15, "{compared}");

    let inside = |pointer: &'static str| {
        let items = there.iter().filter_map(move |(id, referral)| {
            let items = referral.pointer(pointer)?.as_array()?;
            Some((id, items))
        });
        items.flat_map(|(id, items)| items.iter().map(move |item| (id.clone(), item)))
    };
    for (view, pointer, column, member) in [
        (
            "SELECT referral_id, email FROM team",
            "/team",
            "email",
            "email",
        ),
        (
            "SELECT referral_id, email FROM customer_contacts",
            "/customerProfile/team",
            "email",
            "email",
        ),
        (
            "SELECT referral_id, solution_id FROM solutions",
            "/details/requirements/solutions",
            "solution_id",
            "id",
        ),
    ] {
        let mut expected: Vec<_> = inside(pointer)
            .map(|(id, item)| (id, item[member].as_str().map(str::to_owned)))
            .collect();
        let rows = rows(&file, view).await;
        let found = rows
            .iter()
            .map(|row| (row.get("referral_id"), row.get(column)));
        let mut found: Vec<(String, Option<String>)> = found.collect();
        expected.sort();
        found.sort();
        assert!(expected.len() > 300, "{view}");
        assert_eq!(found, expected, "{view}");
    }
}

#[tokio::test]
async fn what_arrives_is_kept_to_the_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["exact-money", "unknown-members", "times", "html-entities"] {
        let page = fixture(&format!("engagements/{name}.json"));
        let server = RawServer::answering(ok(&page));
        let file = folder.path().join(name);
        let mut database = Database::open(&file).await.expect("a database");
        let report = sync(&mut database, &client(&server.url(), "t0ken")).await;
        let kept = column(&file, "SELECT json FROM referrals").await;
        assert_eq!(kept.len() as u64, report.read, "{name}");
        for json in kept.into_iter().flatten() {
            assert!(page.contains(&json), "{name}: {json}");
        }
        if name == "exact-money" {
            let query = "SELECT deal_value FROM referrals ORDER BY id";
            let values: Vec<_> = column(&file, query).await.into_iter().flatten().collect();
            let exact = [
                "9007199254740993.55",
                "10000.0",
                "1E4",
                "10000",
                "-0.10",
                "a lot",
            ];
            assert_eq!(values, exact);
        }
    }
}

#[tokio::test]
async fn later_syncs_read_what_was_changed_since() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (sandbox, client) = service(300).await;
    let mut database = Database::open(&file).await.expect("a database");
    sync(&mut database, &client).await;
    let quiet = sync(&mut database, &client).await;
    assert_eq!(counts(&quiet), (0, 0, 0, 300));
    assert!(quiet.read < 30 && quiet.since.is_some(), "{quiet:?}");

    let engagements = client.engagements();
    let open = engagements
        .list()
        .filter(Filter::status(ReferralStatus::New));
    let open: Vec<_> = open.records().try_collect().await.expect("some");
    let mut open = open
        .iter()
        .filter(|record| record.json().contains(r#""direction":"Incoming""#));
    let ids = [(); 2].map(|()| without_links(open.next().expect("a referral").json()).0);
    engagements.accept(&ids[0]).send().await.expect("accepted");
    engagements.decline(&ids[1]).send().await.expect("declined");
    let new: Raw<NewReferral> =
        serde_json::from_str(&fixture("new-referrals/private.json")).expect("JSON");
    let created = engagements.create(new).send().await.expect("created");
    let created = without_links(created.referral.json()).0;

    let mut told = BTreeSet::new();
    let run = database.sync(&client, "test").on_change(|change| {
        let json = change.referral.get().to_owned();
        assert_eq!(without_links(&json).0, change.id);
        told.insert((change.id.to_owned(), format!("{:?}", change.kind)));
        Continue(())
    });
    let report = run.run().await.expect("a sync");
    assert_eq!(counts(&report), (1, 2, 0, 301));
    let changed = |id: &String| (id.clone(), "Changed".to_owned());
    let expected = [
        changed(&ids[0]),
        changed(&ids[1]),
        (created, "New".to_owned()),
    ];
    assert_eq!(told, BTreeSet::from(expected));
    assert_eq!(here(&file).await, there(&client).await);
    // What was before is there, too.
    let before = column(&file, "SELECT status FROM history ORDER BY status").await;
    assert_eq!(before, [Some("New".to_owned()), Some("New".to_owned())]);

    // Time passes, and nobody asks for it: what expires is a change as any other.
    sandbox
        .advance(Duration::from_secs(15 * 24 * 3_600))
        .await
        .expect("advanced");
    let expired = sync(&mut database, &client).await;
    assert!(expired.changed > 0, "{expired:?}");
    assert_eq!(here(&file).await, there(&client).await);
    let runs = "SELECT count(*) FROM runs WHERE ended_at IS NOT NULL";
    assert_eq!(number(&file, runs).await, 4);
}

#[tokio::test]
async fn broken_off_it_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (sandbox, client) = service(1_000).await;
    let mut database = Database::open(&file).await.expect("a database");
    let mut told = 0;
    let run = database.sync(&client, "test").on_change(|change| {
        assert_eq!(change.kind, ChangeKind::New);
        told += 1;
        if told == 350 {
            sandbox.set_faults(["error=500".parse().expect("a fault")]);
        }
        Continue(())
    });
    let error = run.run().await.expect_err("a fault");
    assert!(
        matches!(&error, Error::Service(error) if error.status().is_some()),
        "{error}"
    );
    assert_eq!(number(&file, "SELECT count(*) FROM referrals").await, 400);
    assert_eq!(
        number(&file, "SELECT count(*) FROM runs WHERE ended_at IS NULL").await,
        1
    );

    sandbox.set_faults([]);
    drop(database);
    let mut database = Database::open(&file).await.expect("the database");
    let rest = sync(&mut database, &client).await;
    assert_eq!(rest.total, 1_000);
    assert!(rest.new == 600 && rest.read < 800, "{rest:?}");
    assert_eq!(here(&file).await, there(&client).await);
}

/// Without the order that was asked for, the end alone tells how far was read.
#[tokio::test]
async fn nothing_is_passed_over_where_the_order_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = |id: u32, minute: u32| {
        format!(r#"{{"id":"{id}","updatedDateTime":"2026-01-01T00:{minute:02}:00Z"}}"#)
    };
    let page = |records: &[String], next: &str| {
        ok(format!(r#"{{"value":[{}]{next}}}"#, records.join(",")))
    };
    let next = r#","@odata.nextLink":"https://x.example.com/v1.0/referrals?$skiptoken=a""#;
    let first = page(&[record(1, 50), record(2, 10)], next);
    let broken = answer("500 Internal Server Error", &[], "");
    let last = page(&[record(3, 5)], "");
    let further = next.replace("=a", "=b");
    let (ahead, behind) = (
        page(&[record(1, 50)], next),
        page(&[record(2, 10)], &further),
    );
    for pages in [vec![first, broken.clone()], vec![ahead, behind, broken]] {
        let pages = pages
            .into_iter()
            .chain([page(&[record(1, 50), record(2, 10)], next), last.clone()]);
        nothing_is_passed_over(&folder, pages.collect()).await;
    }
}

async fn nothing_is_passed_over(folder: &TempDir, pages: Vec<Vec<u8>>) {
    let server = RawServer::answering_in_turn(pages);
    let client = client(&server.url(), "t0ken");
    let file = folder.path().join(server.url().replace(['/', ':'], ""));
    let mut database = Database::open(&file).await.expect("a database");
    let error = database.sync(&client, "test").run().await;
    error.expect_err("a broken page");
    let watermark = "SELECT watermark FROM source";
    assert_eq!(column(&file, watermark).await, [None]);
    let report = sync(&mut database, &client).await;
    assert_eq!((report.since.as_deref(), report.total), (None, 3));
    let known = column(&file, watermark).await;
    assert_eq!(known, [Some("2026-01-01T00:50:00.000000000Z".to_owned())]);
}

#[tokio::test]
async fn a_whole_list_tells_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_large, all) = service(250).await;
    // Fewer are the first of more.
    let (_small, fewer) = service(200).await;
    let mut database = Database::open(&file).await.expect("a database");
    sync(&mut database, &all).await;
    // Elsewhere, with other links, they are the same.
    let changes = sync(&mut database, &fewer).await;
    assert_eq!(counts(&changes), (0, 0, 0, 250));
    let mut missing = BTreeSet::new();
    let run = database.sync(&fewer, "test").full().on_change(|change| {
        assert_eq!(change.kind, ChangeKind::Missing);
        missing.insert(change.id.to_owned());
        Continue(())
    });
    let report = run.run().await.expect("a sync");
    assert_eq!(counts(&report), (0, 0, 50, 200));
    let (now, before) = (there(&fewer).await, there(&all).await);
    let expected: BTreeSet<_> = before
        .into_keys()
        .filter(|id| !now.contains_key(id))
        .collect();
    assert_eq!(missing, expected);
    assert_eq!(here(&file).await, now);
    // They are missing once, and come back.
    let again = database
        .sync(&fewer, "test")
        .full()
        .run()
        .await
        .expect("a sync");
    assert_eq!(counts(&again), (0, 0, 0, 200));
    let mut back = BTreeSet::new();
    let run = database.sync(&all, "test").full().on_change(|change| {
        assert_eq!(change.kind, ChangeKind::Returned);
        back.insert(change.id.to_owned());
        Continue(())
    });
    let report = run.run().await.expect("a sync");
    assert_eq!((counts(&report), report.returned), ((0, 0, 0, 250), 50));
    assert_eq!(back, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_others_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_sandbox, client) = service(600).await;
    let writer = client.clone();
    let writes = tokio::spawn(async move {
        let engagements = writer.engagements();
        let open = engagements
            .list()
            .filter(Filter::status(ReferralStatus::New));
        let open: Vec<_> = open.records().try_collect().await.expect("some");
        let mut done = 0;
        for record in &open {
            let id = without_links(record.json()).0;
            // Microsoft's and those that one sent cannot be answered.
            done += usize::from(engagements.accept(&id).send().await.is_ok());
            let new: Raw<NewReferral> =
                serde_json::from_str(&fixture("new-referrals/private.json")).expect("JSON");
            engagements.create(new).send().await.expect("created");
        }
        done
    });
    let mut database = Database::open(&file).await.expect("a database");
    let mut rounds = 0;
    while !writes.is_finished() {
        // From the beginning each time.
        database
            .sync(&client, "test")
            .full()
            .run()
            .await
            .expect("a sync");
        rounds += 1;
    }
    let done = writes.await.expect("the writer");
    assert!(done > 5 && rounds > 0, "{done} {rounds}");
    sync(&mut database, &client).await;
    assert_eq!(here(&file).await, there(&client).await);
}

#[tokio::test]
async fn files_that_do_not_fit_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_sandbox, client) = service(5).await;
    let ours = folder.path().join("ours.db");
    let mut database = Database::open(&ours).await.expect("a database");
    sync(&mut database, &client).await;
    let other = database
        .sync(&client, "https://elsewhere.example.com")
        .run()
        .await;
    let message = other.expect_err("another source").to_string();
    assert!(
        message.contains("the referrals of test") && message.contains("elsewhere"),
        "{message}"
    );
    drop(database);

    let text = folder.path().join("notes.txt");
    fs::write(
        &text,
        "Not a database at all, but a text of some length. ".repeat(40),
    )
    .expect("written");
    let foreign = folder.path().join("foreign.db");
    let options = SqliteConnectOptions::new()
        .filename(&foreign)
        .create_if_missing(true);
    let mut connection = options.connect().await.expect("a database");
    let table = sqlx::raw_sql("CREATE TABLE x (y); INSERT INTO x VALUES (1)");
    table.execute(&mut connection).await.expect("a table");
    drop(connection);
    let newer = folder.path().join("newer.db");
    fs::copy(&ours, &newer).expect("copied");
    let mut connection = SqliteConnectOptions::new()
        .filename(&newer)
        .connect()
        .await
        .expect("it");
    let version = sqlx::raw_sql("PRAGMA user_version = 7");
    version.execute(&mut connection).await.expect("changed");
    drop(connection);
    for (file, part) in [
        (&text, "is not a database of referrals"),
        (&foreign, "is not a database of referrals"),
        (&newer, "its layout is 7, and this one knows 1"),
        (
            &folder.path().join("no/such/folder.db"),
            "cannot use the database",
        ),
    ] {
        let before = fs::read(file).ok();
        let error = Database::open(file).await.expect_err("refused").to_string();
        assert!(
            error.contains(part) && error.contains(&file.display().to_string()),
            "{error}"
        );
        assert_eq!(fs::read(file).ok(), before);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    Database::open(&file).await.expect("a database");
    let mode = fs::metadata(&file).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// What people copy.
#[tokio::test]
async fn the_queries_of_the_readme_find_something() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_sandbox, client) = service(500).await;
    let mut database = Database::open(&file).await.expect("a database");
    sync(&mut database, &client).await;
    let readme = include_str!("../README.md");
    let queries = readme
        .split("```sql")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let queries = queries.expect("queries").split(";\n").map(str::trim);
    let queries: Vec<_> = queries.filter(|query| !query.is_empty()).collect();
    assert_eq!(queries.len(), 3);
    for query in queries {
        // The data ends in January 2026, whatever the day is.
        let query = query.replace("'now'", "'2026-01-15'");
        let found = rows(&file, query.leak()).await;
        assert!(
            !found.is_empty(),
            "nothing is found by a query of the README"
        );
    }
}

/// Whatever the service puts into a record, the others arrive.
#[tokio::test]
async fn odd_records_stop_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep = format!("{}1{}", "[".repeat(3_000), "]".repeat(3_000));
    let records = [
        r#"{"id":"1","createdDateTime":"now","closedDateTime":"5","updatedDateTime":"12:00"}"#.to_owned(),
        format!(r#"{{"id":"2","details":{deep}}}"#),
        r#"{"id":"3","team":null,"customerProfile":{"team":["x",1,null,{"email":"a@contoso.example.com"}]}}"#.to_owned(),
        r#"{"id":"4","team":"x","details":{"requirements":{"solutions":{"id":"SOL"}},"dealValue":"a \"lot\""}}"#.to_owned(),
        r#"{"id":"5","name":"\ud800"}"#.to_owned(),
        r#"{"id":6}"#.to_owned(),
        r#"{"name":"nobody"}"#.to_owned(),
        r#"{"id":"7","id":"8","updatedDateTime":"x","updatedDateTime":"2026-01-01T00:00:00Z"}"#.to_owned(),
        r#"{"id":"9","team":[{"email":"b@contoso.example.com"}],"status":{"x":1},"favorite":"true",
            "details":{"closingDateTime":"2026-06-01T00:00:00+02:00","dealValue":[1]}}"#.to_owned(),
        "7".to_owned(),
    ];
    let body = format!(r#"{{"value":[{}]}}"#, records.join(","));
    let server = RawServer::answering(ok(body));
    let file = folder.path().join("referrals.db");
    let mut database = Database::open(&file).await.expect("a database");
    let report = sync(&mut database, &client(&server.url(), "t0ken")).await;
    assert_eq!((report.read, report.new, report.unreadable), (10, 5, 5));
    let ids = column(&file, "SELECT id FROM referrals ORDER BY id").await;
    let ids: Vec<_> = ids.into_iter().flatten().collect();
    assert_eq!(ids, ["1", "3", "4", "8", "9"]);
    let one = |query| column(&file, query);
    assert_eq!(
        one("SELECT created_at FROM referrals WHERE id = '1'").await,
        [None]
    );
    assert_eq!(
        one("SELECT closed_at FROM referrals WHERE id = '1'").await,
        [None]
    );
    let text = |text: &str| [Some(text.to_owned())];
    assert_eq!(
        one("SELECT deal_value FROM referrals WHERE id = '4'").await,
        text("a \"lot\"")
    );
    assert_eq!(
        one("SELECT closing_date FROM referrals WHERE id = '9'").await,
        text("2026-06-01")
    );
    assert_eq!(
        one("SELECT email FROM team").await,
        text("b@contoso.example.com")
    );
    assert_eq!(
        one("SELECT email FROM customer_contacts").await,
        text("a@contoso.example.com")
    );
    assert_eq!(one("SELECT solution_id FROM solutions").await, []);
}

#[tokio::test]
async fn a_time_in_the_future_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let page = ok(
        r#"{"value":[{"id":"1","updatedDateTime":"2026-01-01T00:00:00Z"},
        {"id":"2","updatedDateTime":"9999-12-31T23:59:59Z"}]}"#,
    );
    let server = RawServer::answering(page);
    let client = client(&server.url(), "t0ken");
    let mut database = Database::open(&file).await.expect("a database");
    sync(&mut database, &client).await;
    let next = sync(&mut database, &client).await;
    assert_eq!(
        next.since.as_deref(),
        Some("2025-12-31T23:55:00.000000000Z")
    );
}

#[tokio::test]
async fn whoever_wants_no_more_is_told_the_rest_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_sandbox, client) = service(350).await;
    let mut database = Database::open(&file).await.expect("a database");
    let run = database.sync(&client, "test").on_change(|_| Break(()));
    let report = run.run().await.expect("a sync");
    assert!(report.stopped);
    assert_eq!(number(&file, "SELECT count(*) FROM referrals").await, 100);
    let mut told = 0;
    let run = database.sync(&client, "test").on_change(|change| {
        assert_eq!(change.kind, ChangeKind::New);
        told += 1;
        Continue(())
    });
    let report = run.run().await.expect("a sync");
    assert!(!report.stopped);
    assert_eq!((report.total, told), (350, 250));
}

#[tokio::test]
async fn one_sync_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let (_sandbox, client) = service(5).await;
    let mut database = Database::open(&file).await.expect("a database");
    let lock = fs::File::create(folder.path().join("referrals.db-lock")).expect("a lock");
    lock.lock().expect("locked");
    let busy = database.sync(&client, "test").run().await;
    let busy = busy.expect_err("a lock");
    assert!(matches!(busy, Error::Busy { .. }), "{busy}");
    drop(lock);
    assert_eq!(sync(&mut database, &client).await.total, 5);
}
