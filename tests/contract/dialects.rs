//! The sandbox's dialects: what each takes, and how it answers.

use futures_util::TryStreamExt as _;
use referrals::Referrals;
use referrals_contract::{Contract, Unknown};
use referrals_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

use crate::sandbox_live::{Live, NEW, REFERRALS, ids, text};

async fn live(dialect: Dialect, referrals: u32) -> Live {
    Live::of(Sandbox::builder().referrals(referrals).dialect(dialect)).await
}

/// Queries of the list that are documented, and everywhere taken.
const DOCUMENTED: [&str; 8] = [
    "$filter=(status eq 'New') and substatus eq 'Pending'",
    "$filter=engagementId eq '11111111-2222-4333-8444-555555555555'",
    "$filter=team/any(t:t/email eq 'ada@contoso.example.com')",
    "$filter=customerProfile/address/country eq 'US'",
    "$filter=updatedDateTime ge 2026-01-01T00:00:00Z",
    "$orderby=createdDateTime desc&$top=5&$skip=2&$count=false",
    "$orderby=updatedDateTime",
    "$select=id,status,customerProfile",
];

/// Queries of the list that are not.
const UNDOCUMENTED: [&str; 50] = [
    "$filter=status eq 'New' or status eq 'Active'",
    "$filter=not (status eq 'New')",
    "$filter=status ne 'New'",
    "$filter=status in ('New','Active')",
    "$filter=status eq 'new'",
    "$filter=Status eq 'New'",
    "$filter=status EQ 'New'",
    "$filter=status eq 'Nwe'",
    "$filter='New' eq status",
    "$filter=createdDateTime ge 2026-01-01T00:00:00Z",
    "$filter=updatedDateTime ge 2026-01-01",
    "$filter=updatedDateTime ge 2026-01-01T00:00:00%2B01:00",
    "$filter=updatedDateTime ne 2026-01-01T00:00:00Z",
    "$filter=engagementId eq 11111111-2222-4333-8444-555555555555",
    "$filter=id eq '11111111-2222-4333-8444-555555555555'",
    "$filter=externalReferenceId eq 'CRM-000001'",
    "$filter=customerProfile/name eq 'Contoso'",
    "$filter=details/dealValue gt 1e4",
    "$filter=expirationDateTime eq null",
    "$filter=favorite",
    "$filter=contains(name,'Contoso')",
    "$filter=startswith(tolower(name),'contoso')",
    "$filter=year(createdDateTime) eq 2025",
    "$filter=team/any()",
    "$filter=team/all(t:t/email ne null)",
    "$filter=team/any(t:t/email eq 'a' or t/firstName eq 'b')",
    "$filter=team/any(t:t/firstName eq 'Ada')",
    "$filter=team/$count gt 1",
    "$filter=details/requirements/solutions/any(s:s/id eq 'Azure')",
    "$filter=details/dealValue add 1 gt 2",
    "$orderby=name",
    "$orderby=createdDateTime,id",
    "$orderby=details/dealValue desc,customerProfile/name",
    "$orderby=createdDateTime DESC",
    "$select=Status",
    "$select=customerProfile/name",
    "$select=*",
    "$select=nobody",
    "$top=0",
    "$count=True",
    "$format=json",
    "$format=xml",
    "$Top=1",
    "top=1",
    "filter=status eq 'New'",
    "$expand=team",
    "$search=contoso",
    "$apply=aggregate($count as n)",
    "$compute=1 as n",
    "nonsense=1",
];

#[tokio::test]
async fn what_each_dialect_takes_of_a_query() {
    let mut rows = Vec::new();
    let sandboxes = [
        live(Dialect::Documented, 20).await,
        live(Dialect::Observed, 20).await,
        live(Dialect::Lenient, 20).await,
    ];
    let path = |query: &str| format!("{REFERRALS}?{}", query.replace(' ', "%20"));
    for query in DOCUMENTED {
        for live in &sandboxes {
            live.get(&path(query)).await.expect(200);
        }
    }
    for query in UNDOCUMENTED {
        let [documented, observed, lenient] = &sandboxes;
        let refused = documented.get(&path(query)).await.expect(400).refusal();
        let taken = observed.get(&path(query)).await;
        let observed = match taken.status {
            200 => "\n    taken by observed",
            _ => "",
        };
        let taken = lenient.get(&path(query)).await;
        let hinted = refused.contains("dialect lenient takes it");
        let lenient = match taken.status {
            200 => String::new(),
            _ => format!("\n    lenient: {}", taken.refusal()),
        };
        assert_eq!(hinted, lenient.is_empty(), "{query}: {refused} {lenient}");
        // The list of what is documented is the same each time.
        let refused = match refused.find(" Documented (") {
            Some(end) => &refused[..end],
            None => &refused,
        };
        rows.push(format!("{query}\n    {refused}{observed}{lenient}"));
    }
    insta::assert_snapshot!(rows.join("\n"));
}

/// A referral with whatever clients spell otherwise.
const SPELT: &str = r#"{"Type":"independent","Name":"Contoso","CustomerProfile":{"Name":"Contoso Ltd.",
"Address":{"City":"Redmond","Country":"US"}},"Consent":{"ConsentToToShareInfoWithOthers":"true"},
"Details":{"DealValue":"9007199254740993.55","Currency":"USD"}}"#;

#[tokio::test]
async fn bodies_and_headers_are_read_in_any_spelling_by_lenient_alone() {
    for dialect in Dialect::ALL {
        let live = live(dialect, 10).await;
        let lenient = dialect == Dialect::Lenient;
        let created = live.send("POST", REFERRALS, &[], SPELT).await;
        let referral = match lenient {
            true => created.expect(201).json(),
            false => {
                assert_eq!(created.status, 400, "{}", created.text);
                live.send("POST", REFERRALS, &[], NEW)
                    .await
                    .expect(201)
                    .json()
            }
        };
        let id = text(&referral, "/id");
        if lenient {
            assert_eq!(text(&referral, "/type"), "Independent");
            assert_eq!(
                referral["consent"]["consentToToShareInfoWithOthers"],
                json!(true)
            );
            let read = live.one(id).await.text;
            assert!(
                read.contains(r#""dealValue":9007199254740993.55"#),
                "{read}"
            );
        }
        let one = format!("{REFERRALS}/{id}");
        let quoted = format!("{REFERRALS}('{id}')");
        let bare = format!("{REFERRALS}({id})/");
        let named = format!("{REFERRALS}(id='{id}')");
        let patch = r#"[{"op":"replace","path":"/details/notes","value":"a"}]"#;
        let pascal = r#"[{"Op":"Replace","Path":"/Details/DealValue","Value":"7"}]"#;
        let json_patch = [("content-type", "application/json-patch+json")];
        let etag = |etag: &str| [("if-match", etag.trim_matches('"').to_owned())];
        let bare_etag = etag(text(&referral, "/eTag"));
        let bare_etag = bare_etag
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        for (what, answer, refused) in [
            (
                "bare eTag",
                live.send("PATCH", &one, &bare_etag, patch).await,
                412,
            ),
            (
                "any eTag",
                live.send("PATCH", &one, &[("if-match", "*")], patch).await,
                412,
            ),
            (
                "its own media type",
                live.send("PATCH", &one, &json_patch, patch).await,
                415,
            ),
            (
                "Pascal case",
                live.send("PATCH", &one, &[], pascal).await,
                400,
            ),
            ("a key in quotes", live.get(&quoted).await, 404),
            ("a key", live.get(&bare).await, 404),
            ("a named key", live.get(&named).await, 404),
            (
                "a patch by key",
                live.send("PATCH", &quoted, &[], patch).await,
                404,
            ),
            (
                "a part of one",
                live.get(&format!("{one}?$select=id")).await,
                400,
            ),
            (
                "how many",
                live.get(&format!("{REFERRALS}/$count")).await,
                404,
            ),
        ] {
            let expected = match (lenient, what.contains("eTag") || what.contains("ase")) {
                (false, _) => refused,
                (true, true) => 204,
                (true, false) if what.contains("media") || what.contains("patch") => 204,
                (true, false) => 200,
            };
            assert_eq!(answer.status, expected, "{dialect} {what}: {}", answer.text);
            if !lenient && what.contains("key") {
                assert!(
                    answer.refusal().contains("--dialect lenient"),
                    "{}",
                    answer.text
                );
            }
            match what {
                "a part of one" if lenient => {
                    let members = answer.json();
                    let members = members.as_object().expect("an object").keys();
                    assert_eq!(members.collect::<Vec<_>>(), ["@odata.context", "id"]);
                }
                "how many" if lenient => assert_eq!(answer.text, "11"),
                _ => {}
            }
        }
        if lenient {
            assert_eq!(live.one(id).await.json()["details"]["dealValue"], 7);
            let twice = r#"{"type":"Shared","Type":"Shared"}"#;
            let refused = live.send("POST", REFERRALS, &[], twice).await.expect(400);
            assert!(
                refused.text.contains("in two spellings"),
                "{}",
                refused.text
            );
            live.send("DELETE", &quoted, &[], "").await.expect(405);
        }
    }
}

#[tokio::test]
async fn v1_takes_any_letter_case_in_lenient() {
    for (query, strict) in [
        ("status=Pending", 200),
        ("Status=pending", 400),
        ("self=False", 400),
        ("engagementid=x", 400),
        ("status=Snoozed", 400),
    ] {
        for dialect in Dialect::ALL {
            let live = live(dialect, 20).await;
            let answer = live.get(&format!("/v1/referrals?{query}")).await;
            let taken = dialect == Dialect::Lenient && query != "status=Snoozed";
            let expected = if taken { 200 } else { strict };
            assert_eq!(
                answer.status, expected,
                "{dialect} {query}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn pages_of_lenient_are_those_of_odata() {
    let live = live(Dialect::Lenient, 230).await;
    let mut all = live.walk("").await.0;
    assert_eq!(all.len(), 230);
    // Links can be followed.
    let page = live.get(REFERRALS).await.expect(200).json();
    let next = text(&page, "/@odata.nextLink").to_owned();
    let next = next
        .strip_prefix(&live.sandbox.url())
        .expect("its own address");
    assert_eq!(
        live.get(next).await.expect(200).json()["value"][0],
        all[100]
    );
    // `$top` is how many there are in all.
    for (top, pages) in [(0, 1), (5, 1), (100, 1), (101, 2), (205, 3), (500, 3)] {
        let (items, walked) = live.walk(&format!("$top={top}&$skip=3")).await;
        assert_eq!((items.len(), walked), (top.min(227), pages), "{top}");
        assert_eq!(items[..], all[3..3 + items.len()], "{top}");
    }
    // Several keys, on several pages.
    let value = |item: &Value| item["details"]["dealValue"].as_f64().unwrap_or(-1.0);
    let country = |item: &Value| text(item, "/customerProfile/address/country").to_owned();
    let (sorted, pages) = live
        .walk("$orderby=customerProfile/address/country desc,details/dealValue&$top=210")
        .await;
    assert_eq!((sorted.len(), pages), (210, 3));
    all.sort_by(|one, two| {
        let by_country = country(two).cmp(&country(one));
        by_country.then_with(|| value(one).total_cmp(&value(two)))
    });
    assert_eq!(ids(&sorted), ids(&all[..210]));
    // A part of each.
    let part = format!("{REFERRALS}?$select=customerProfile/name,TEAM/email&$top=1");
    let page = live.get(&part).await.expect(200).json();
    let item = page["value"][0].as_object().expect("an object");
    assert_eq!(item.len(), 2);
    assert_eq!(
        item["customerProfile"]
            .as_object()
            .map(serde_json::Map::len),
        Some(1)
    );
    let member = item["team"][0].as_object().expect("a member");
    assert_eq!(member.keys().collect::<Vec<_>>(), ["email"]);
}

#[tokio::test]
async fn long_and_deep_filters_are_refused_or_answered() {
    for dialect in Dialect::ALL {
        let live = live(dialect, 20).await;
        let values: Vec<_> = (0..3_000).map(|number| format!("'n{number}'")).collect();
        let list = format!("name in ({})", values.join(","));
        let deep = |word: &str| format!("{}isSpam", word.repeat(8_000));
        // As long as a URL can be.
        let long = "(".repeat(65_000);
        for (filter, taken) in [
            (list, dialect == Dialect::Lenient),
            (deep("("), false),
            (deep("not%20"), false),
            (long, false),
        ] {
            let path = format!("{REFERRALS}?$filter={}", filter.replace(' ', "%20"));
            let answer = live.get(&path).await;
            let (start, status) = (&filter[..20], answer.status);
            match taken {
                true => assert_eq!(status, 200, "{start}: {}", answer.text),
                // The server has a limit for what a URL may be, too.
                false => assert!([400, 414, 431].contains(&status), "{start}: {status}"),
            }
        }
        live.get(REFERRALS).await.expect(200);
    }
}

#[tokio::test]
async fn the_client_reads_every_dialect_and_the_contract_has_it() {
    let contract = Contract::named("engagements").expect("engagements");
    let schema = contract.json_schema("/components/schemas/ReferralPage", Unknown::Refused);
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema.expect("a page")).expect("a schema");
    for dialect in Dialect::ALL {
        let live = live(dialect, 230).await;
        let page = live.get(REFERRALS).await.expect(200).json();
        let faults: Vec<_> = validator
            .iter_errors(&page)
            .map(|error| error.to_string())
            .collect();
        assert!(faults.is_empty(), "{dialect}: {faults:?}");
        let builder = Referrals::builder().base_url(live.sandbox.url());
        let client = builder
            .token(live.sandbox.token())
            .build()
            .expect("a client");
        let records = client.engagements().list().records();
        let records: Vec<_> = records.try_collect().await.expect("all");
        assert_eq!(records.len(), 230, "{dialect}");
        for record in &records {
            record.get().expect("as its type");
        }
    }
}

#[tokio::test]
async fn observed_answers_as_the_wire_does() {
    let live = live(Dialect::Observed, 150).await;
    let page = live
        .get(&format!("{REFERRALS}?$top=40"))
        .await
        .expect(200)
        .json();
    // That of the page.
    assert_eq!(page["@odata.count"], 40);
    assert!(text(&page, "/@odata.nextLink").contains("/v1.0/referrals?$skiptoken="));
    let first = &page["value"][0];
    for unset in [
        "/businessProfileId",
        "/tags",
        "/trackingInfo",
        "/team/0/contactPreference",
        "/lastRunId",
    ] {
        let mut found = page["value"].as_array().into_iter().flatten();
        let found = found.find_map(|item| item.pointer(unset).filter(|value| value.is_null()));
        assert_eq!(found, Some(&Value::Null), "{unset}");
    }
    assert!(first.get("businessProfileId").is_some());
    let items = page["value"].as_array().expect("a value");
    assert!(
        items
            .iter()
            .all(|item| item["eTag"].as_str().is_some_and(|etag| etag.len() == 38))
    );
    assert!(
        items
            .iter()
            .any(|item| text(item, "/customerProfile/name").contains("&amp;"))
    );
    let related = text(first, "/links/relatedReferrals/uri");
    let engagement = text(first, "/engagementId");
    assert!(
        related.ends_with(&format!(
            "/v1.0/engagments/referrals?$filter=engagementId eq {engagement}"
        )),
        "{related}"
    );
    // The spelling of the wire, with which nothing is found.
    let address = text(first, "/links/self/uri").replace(&live.sandbox.url(), "");
    live.get(&address).await.expect(404);
    let query = format!("{REFERRALS}?$filter=engagementId%20eq%20{engagement}");
    assert_eq!(
        live.get(&query).await.expect(200).json()["value"][0],
        *first
    );
    for (refused, status) in [(format!("{REFERRALS}?$top=x"), 400), (address, 404)] {
        let error = live.get(&refused).await.expect(status).json();
        let error = error["error"].as_object().expect("an error");
        assert_eq!(error.get("details"), Some(&Value::Null));
    }
    let id = text(first, "/id");
    let read = live.one(id).await.json();
    assert_eq!(read.get("businessProfileId"), Some(&Value::Null));
}
