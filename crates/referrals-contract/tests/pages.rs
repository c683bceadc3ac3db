//! Documentation pages against the contract: what is compared, what a change of
//! one fact is reported as, and what must make no difference.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use referrals_contract::{Comparison, Contract, Difference, Error, Page};

fn documented() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/documented")
}

fn page(name: &str) -> String {
    std::fs::read_to_string(documented().join(name)).expect(name)
}

const LIST: &str = "get-a-list-of-referrals.md";

fn v1() -> Contract {
    Contract::named("v1").expect("v1")
}

fn compare(text: &str, operation: Option<&str>) -> Result<Comparison, Error> {
    v1().compare(&Page::parse(text), operation)
}

/// The one difference that this edit of the list page makes.
fn changed(from: &str, to: &str, operation: Option<&str>) -> Difference {
    let text = page(LIST);
    assert!(text.contains(from), "{from:?} is not on the page");
    let comparison = compare(&text.replace(from, to), operation).expect(to);
    let [difference] = comparison
        .differences
        .try_into()
        .unwrap_or_else(|all| panic!("{from:?} to {to:?} is not one difference: {all:#?}"));
    difference
}

#[test]
fn the_list_page_agrees_and_every_fact_of_it_is_compared() {
    let comparison = compare(&page(LIST), None).expect("the list page");
    assert_eq!(comparison.differences, []);
    assert_eq!(comparison.operation.as_deref(), Some("listReferrals"));
    let facts: Vec<_> = comparison
        .agreements
        .iter()
        .map(|agreement| format!("{} = {}", agreement.fact, agreement.value))
        .collect();
    let expected = [
        "credentials = App and App+User",
        "method = GET",
        "path = /referrals",
        "version = v1",
        "host = https://api.partner.microsoft.com",
        "parameter engagementId: place = query",
        "parameter engagementId: type = string",
        "parameter engagementId: required = No",
        "parameter self: place = query",
        "parameter self: type = string",
        "parameter self: required = No",
        "parameter status: place = query",
        "parameter status: type = string",
        "parameter status: required = No",
        "parameter status: values = ReferralStatus",
        "parameter invitedByOrganization: place = query",
        "parameter invitedByOrganization: type = string",
        "parameter invitedByOrganization: required = No",
        "headers page = headers.md",
        "request body = none",
        "response resource = collection of Referral",
    ];
    assert_eq!(facts, expected);
}

#[test]
fn every_shared_page_agrees() {
    for (name, at_least) in [
        ("referral.md", 45),
        ("headers.md", 11),
        ("error-codes.md", 18),
        ("partner-center-authentication.md", 1),
    ] {
        let comparison = v1().compare_shared(&Page::parse(&page(name)));
        assert_eq!(comparison.differences, [], "{name}");
        let count = comparison.agreements.len();
        assert!(
            count >= at_least,
            "{name}: only {count} facts were compared"
        );
    }
}

#[test]
fn one_changed_fact_is_one_difference_that_names_it() {
    let row = "| engagementId          | string | No       |";
    let uri = "| https://api.partner.microsoft.com/v1";
    let kinds = "App and App+User credentials both work";
    for (from, to, fact, contract, on_page) in [
        (
            "| engagementId ",
            "| engagementsId ",
            "parameter name",
            "engagementId",
            "engagementsId",
        ),
        (
            "| status  ",
            "| Status  ",
            "parameter name",
            "status",
            "Status",
        ),
        (
            row,
            &format!("| top | string | No | x |\n{row}"),
            "parameter name",
            "no such parameter",
            "top",
        ),
        (
            "| self  ",
            "|   ",
            "parameter name",
            "self",
            "no such parameter",
        ),
        (
            row,
            "| engagementId | string | Yes |",
            "parameter engagementId: required",
            "No",
            "Yes",
        ),
        (
            row,
            "| engagementId | integer | No |",
            "parameter engagementId: type",
            "string",
            "integer",
        ),
        (
            "md#ReferralStatus",
            "md#ReferralType",
            "parameter status: values",
            "ReferralStatus",
            "ReferralType",
        ),
        (
            uri,
            "| https://api.contoso.com/v1",
            "host",
            "https://api.partner.microsoft.com",
            "https://api.contoso.com",
        ),
        (
            uri,
            "| https://api.partner.microsoft.com/v2",
            "version",
            "v1",
            "v2",
        ),
        (
            kinds,
            "App+User credentials only",
            "credentials",
            "App and App+User",
            "App+User",
        ),
        (
            kinds,
            "App credentials only",
            "credentials",
            "App and App+User",
            "App",
        ),
        (
            "collection of [Referral](referral.md)",
            "collection of [Lead](lead.md)",
            "response resource",
            "collection of Referral",
            "collection of Lead",
        ),
        (
            "Listed in [Partner Center REST headers](headers.md).",
            "Not needed.",
            "headers page",
            "headers.md",
            "none",
        ),
        (
            "None.\n",
            "A [Referral](referral.md) resource.\n",
            "request body",
            "none",
            "Referral",
        ),
    ] {
        let difference = changed(from, to, None);
        assert_eq!(
            (
                difference.fact.as_str(),
                difference.contract.as_str(),
                difference.page.as_str()
            ),
            (fact, contract, on_page)
        );
        // The line it names is one that the edit touched, or the head of the
        // table or section that lost something.
        let edited = page(LIST).replace(from, to);
        let line = edited.lines().nth(difference.line - 1).unwrap_or_default();
        let touched = !page(LIST).lines().any(|before| before == line);
        let head = line.starts_with("| Name") || line == "**Request headers**";
        assert!(touched || head, "line {} is {line:?}", difference.line);
    }
}

#[test]
fn what_an_operations_page_must_state_is_missed() {
    let parameters = "| Name                  | Type   | Required |";
    let difference = changed(parameters, "| Parameter | Type | Needed |", None);
    assert_eq!(
        (difference.fact.as_str(), difference.page.as_str()),
        ("parameters", "not found on the page")
    );
    let empty = compare("", Some("listReferrals")).expect("an operation");
    let facts: Vec<_> = empty
        .differences
        .iter()
        .map(|difference| difference.fact.as_str())
        .collect();
    assert_eq!(facts, ["request", "parameters"]);
    let uri = "| https://api.partner.microsoft.com/v1/referrals/ |";
    let second = format!("{uri}\n| **GET** | https://api.contoso.com/v1/referrals/ |");
    let difference = changed(uri, &second, None);
    assert_eq!(
        (difference.fact.as_str(), difference.page.as_str()),
        ("host", "https://api.contoso.com")
    );
}

#[test]
fn with_the_operation_given_method_and_path_are_facts_too() {
    let id = Some("listReferrals");
    let difference = changed("| **GET** |", "| **POST** |", id);
    assert_eq!(
        (difference.fact.as_str(), difference.page.as_str()),
        ("method", "POST")
    );
    let difference = changed("/v1/referrals/ |", "/v1/leads/ |", id);
    assert_eq!(
        (difference.fact.as_str(), difference.page.as_str()),
        ("path", "/leads")
    );
    let error = compare(&page(LIST), Some("nope")).expect_err("no such operation");
    assert_eq!(
        error.to_string(),
        "the contract has no operation `nope`; there are: listReferrals"
    );
}

#[test]
fn a_page_of_something_else_names_the_nearest_operation() {
    for text in [
        page(LIST).replace("| **GET** |", "| **DELETE** |"),
        page(LIST).replace("/v1/referrals/ |", "/v1/invoices/{id} |"),
        "# Groceries\n\n- milk\n- [bread](bread.md)\n".to_owned(),
        String::new(),
        "| Method | Request URI |\n|---|---|\n".to_owned(),
    ] {
        let error = compare(&text, None).expect_err("another page").to_string();
        let nearest = "the nearest operation of the contract is listReferrals (GET /v1/referrals)";
        assert!(error.ends_with(nearest), "{error}");
    }
}

#[test]
fn noise_makes_no_difference() {
    let text = page(LIST);
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.contains("| No       |"))
        .collect();
    assert_eq!(rows.len(), 4);
    let reordered = text
        .replace(rows[0], "ROW")
        .replace(rows[3], rows[0])
        .replace("ROW", rows[3]);
    let response = text.find("## REST Response").expect("a response");
    let variants = [
        ("CRLF", text.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{text}")),
        (
            "non-breaking blanks",
            text.replace(" | ", "\u{a0}|\u{a0}")
                .replace("App and", "App\u{a0}and"),
        ),
        (
            "ragged columns",
            text.replace("          | string | No       |", "| string|No|"),
        ),
        (
            "a short delimiter",
            text.replace("|--------|----------|", "|-|-|"),
        ),
        (
            "one cell more",
            text.replace("| No       |", "| No | more |"),
        ),
        ("reordered rows", reordered),
        (
            "no blank lines",
            text.replace("\n\n|", "\n|")
                .replace("\n\n**", "\n**")
                .replace("**\n\n", "**\n"),
        ),
        (
            "anchors in headings",
            text.replace("## ", "## <span id=\"A\"></span><span id=\"a\"></span>"),
        ),
        (
            "plain words for links",
            text.replace(
                "[ReferralStatus](referral.md#ReferralStatus)",
                "ReferralStatus",
            ),
        ),
        (
            "plain words for the resource",
            text.replace("[Referral](referral.md)", "Referral"),
        ),
        ("no response section", text[..response].to_owned()),
        (
            "no title block",
            text.split_once("---\n\n")
                .expect("a title block")
                .1
                .to_owned(),
        ),
        (
            "no slash",
            text.replace("/v1/referrals/ |", "/v1/referrals |"),
        ),
        (
            "a placeholder host",
            text.replace("| https://api.partner.microsoft.com/v1", "| {baseURL}/v1"),
        ),
    ];
    for (name, variant) in variants {
        assert_ne!(variant, text, "{name} changes nothing");
        let comparison = compare(&variant, None).expect(name);
        assert_eq!(comparison.differences, [], "{name}");
        let count = comparison.agreements.len();
        assert!(count >= 20, "{name}: only {count} facts were compared");
    }
}

#[test]
fn a_response_example_is_held_against_the_schema() {
    let with = |body: &str| {
        let example =
            format!("\n**Response example**\n\n```http\nHTTP/1.1 200 OK\n\n{body}\n```\n");
        compare(&(page(LIST) + &example), None).expect("the list page")
    };
    let lines = page(LIST).lines().count();
    let same = with("{\"items\":[{\"id\":\"1\"}]}");
    assert_eq!(same.differences, []);
    let agreement = same.agreements.last().expect("an agreement");
    assert_eq!(
        (agreement.fact.as_str(), agreement.line),
        ("response example", lines + 7)
    );

    for (body, found, line) in [
        (
            "{\"items\":[{\"Id\":\"1\"}]}",
            "unknown member: ReferralCollection.items[].Id",
            lines + 7,
        ),
        ("{\n\"items\":[],}", "not JSON at column 12", lines + 8),
    ] {
        let [difference] = with(body).differences.try_into().expect("one difference");
        assert_eq!((difference.page.as_str(), difference.line), (found, line));
    }
    assert_eq!(with("<to do>").differences, []);
}

#[test]
fn a_change_of_a_shared_page_is_named() {
    for (name, from, to, fact) in [
        (
            "referral.md",
            "| Rejected  | 3 ",
            "| Rejected  | 7 ",
            "ReferralStatus: position of Rejected",
        ),
        (
            "referral.md",
            "| Won       |",
            "| Gained    |",
            "ReferralStatus: value",
        ),
        (
            "referral.md",
            "| DealValue    | decimal",
            "| DealValue    | string",
            "ReferralDetails.dealValue: type",
        ),
        (
            "referral.md",
            "| PostalCode ",
            "| ZipCode ",
            "Address: property name",
        ),
        ("referral.md", "## Contact", "## Stranger", "type Stranger"),
        (
            "headers.md",
            "| X-Locale                     | Not stated. | No ",
            "| X-Locale | Not stated. | Yes ",
            "header X-Locale: required",
        ),
        (
            "headers.md",
            "| X-Locale ",
            "| X-Language ",
            "header X-Language",
        ),
        (
            "error-codes.md",
            "| 504 ",
            "| 507 ",
            "listReferrals: status 50",
        ),
        (
            "error-codes.md",
            "| source      |",
            "| origin      |",
            "Error body: property name",
        ),
        (
            "partner-center-authentication.md",
            "| App+User ",
            "| User ",
            "credentials",
        ),
    ] {
        let text = page(name);
        assert!(text.contains(from), "{from:?} is not on {name}");
        let comparison = v1().compare_shared(&Page::parse(&text.replace(from, to)));
        assert!(!comparison.differences.is_empty(), "{to}");
        for difference in comparison.differences {
            assert!(difference.fact.starts_with(fact), "{difference}");
        }
    }
}

/// The publisher's own page, where there is a copy of it.
#[test]
fn the_publishers_page_agrees() {
    let Some(path) = std::env::var_os("REFERRALS_DOC_PAGE") else {
        println!("skipped: REFERRALS_DOC_PAGE names no copy of the publisher's page");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the page that REFERRALS_DOC_PAGE names");
    let comparison = compare(&text, None).expect("the list page");
    assert_eq!(comparison.differences, []);
    assert_eq!(comparison.agreements.len(), 21);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_mutated_page_is_compared_or_refused(
        cuts in prop::collection::vec(
            (0_usize..4000, 0_usize..60, "[|#*`\\-\\[\\]():{}<>\\n a-z\u{a0}]{0,8}"),
            1..6,
        )
    ) {
        let mut text: Vec<char> = page(LIST).chars().collect();
        for (at, length, insert) in cuts {
            let at = at.min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        let lines = text.lines().count();
        if let Ok(comparison) = compare(&text, None) {
            for difference in comparison.differences {
                prop_assert!(difference.line >= 1 && difference.line <= lines + 1);
                prop_assert_ne!(difference.page, difference.contract);
            }
        }
    }
}

const ENGAGEMENTS: [(&str, &str, usize); 5] = [
    ("get-a-list-of-referrals.md", "listReferrals", 19),
    ("get-a-referral-by-id.md", "getReferral", 10),
    ("create-a-referral.md", "createReferral", 30),
    ("update-a-referral.md", "replaceReferral", 10),
    ("patch-a-referral.md", "patchReferral", 14),
];

#[test]
fn every_page_of_the_live_api_agrees() {
    let contract = Contract::named("engagements").expect("engagements");
    for (name, operation, at_least) in ENGAGEMENTS {
        let parsed = Page::parse(&page(&format!("engagements/{name}")));
        let comparison = contract.compare(&parsed, None).expect(name);
        assert_eq!(comparison.operation.as_deref(), Some(operation));
        assert_eq!(comparison.differences, [], "{name}");
        let count = comparison.agreements.len();
        assert!(count >= at_least, "{name}: only {count} facts");
    }
    for (name, at_least) in [
        ("referral-resources.md", 110),
        ("headers.md", 8),
        ("error-codes.md", 110),
        ("authentication.md", 5),
    ] {
        let parsed = Page::parse(&page(&format!("engagements/{name}")));
        let comparison = contract.compare_shared(&parsed);
        assert_eq!(comparison.differences, [], "{name}");
        let count = comparison.agreements.len();
        assert!(count >= at_least, "{name}: only {count} facts");
    }
}

#[test]
fn one_changed_fact_of_the_live_api_is_found() {
    let contract = Contract::named("engagements").expect("engagements");
    for (name, from, to, fact) in [
        (
            "create-a-referral.md",
            "| Consent             | Consent               | Yes ",
            "| Consent             | Consent               | No ",
            "NewReferral.consent: required",
        ),
        (
            "create-a-referral.md",
            "| ReferralType        | ReferralType ",
            "| Type                | ReferralType ",
            "NewReferral: property name",
        ),
        (
            "create-a-referral.md",
            "A [Referral](referral-resources.md#Referral) resource with",
            "A [Deal](referral-resources.md#Deal) resource with",
            "request body",
        ),
        (
            "patch-a-referral.md",
            "| value    | any ",
            "| content  | any ",
            "PatchOperation: property name",
        ),
        (
            "get-a-list-of-referrals.md",
            "| $select  | Not stated. | No ",
            "| $select  | Not stated. | Yes ",
            "parameter $select: required",
        ),
        (
            "get-a-list-of-referrals.md",
            "| @odata.count ",
            "| @odata.total ",
            "REST Response: property name",
        ),
        (
            "referral-resources.md",
            "| SolutionType  | SolutionType |",
            "| SolutionKind  | SolutionType |",
            "SolutionTag: property name",
        ),
        (
            "referral-resources.md",
            "| HaveNotDecided |",
            "| Undecided |",
            "CustomerMarketplaceIntent: value Undecided",
        ),
        (
            "authentication.md",
            "| App         | No ",
            "| App         | Yes ",
            "credentials",
        ),
        (
            "error-codes.md",
            "| 423 ",
            "| 424 ",
            "listReferrals: status 424",
        ),
        (
            "headers.md",
            "| client-request-id | GUID        | Yes ",
            "| client-request-id | GUID        | No ",
            "header client-request-id: required",
        ),
    ] {
        let text = page(&format!("engagements/{name}"));
        assert!(text.contains(from), "{name}: {from:?} is not on the page");
        let parsed = Page::parse(&text.replacen(from, to, 1));
        let comparison = match name.contains("referral") && name != "referral-resources.md" {
            true => contract.compare(&parsed, None).expect(name),
            false => contract.compare_shared(&parsed),
        };
        let facts: Vec<_> = comparison
            .differences
            .iter()
            .map(|found| found.fact.as_str())
            .collect();
        assert!(
            facts.contains(&fact),
            "{name}: {from:?} to {to:?}: {facts:?}"
        );
    }
}
