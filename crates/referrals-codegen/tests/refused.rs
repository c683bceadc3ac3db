//! What a contract must not contain, and how its author is told.

use referrals_codegen::{Contract, Names};

const HEAD: &str = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\n";

/// The message for a contract with this text after its head.
fn refusal(text: &str) -> String {
    let names = Names {
        contract: "test.yaml",
        types: "crate::model",
    };
    let contract = match Contract::parse(&format!("{HEAD}{text}")) {
        Ok(contract) => contract,
        Err(error) => return error.to_string(),
    };
    match contract.model(&names).and_then(|_| contract.client(&names)) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn operation(rest: &str) -> String {
    format!("paths:\n  /x:\n    get:\n      operationId: x\n{rest}")
}

#[test]
fn a_contract_that_no_rule_covers_is_refused_with_its_place() {
    let no_success = operation("      responses: { '404': { description: d } }\n");
    let not_json = operation(
        "      responses: { '200': { description: d, content: { text/csv: { schema: {} } } } }\n",
    );
    let lost = operation("      responses: { '200': { $ref: '#/components/responses/Gone' } }\n");
    let no_responses = operation("      summary: s\n");
    let collision = "paths: {}\ncomponents: { schemas: { E: { type: string, enum: [a-b, a b], \
                     x-ms-enum: { modelAsString: true } } } }\n";
    let stray = "paths: {}\ncomponents: { schemas: { E: { type: string, enum: [A], \
                 x-ms-enum: { modelAsString: true, values: [{ value: B }] } } } }\n";
    let nameless = "paths: {}\ncomponents: { schemas: { E: { type: string, enum: ['?'], \
                    x-ms-enum: { modelAsString: true } } } }\n";
    for (text, parts) in [
        (
            no_success.as_str(),
            ["paths./x.get.responses", "no success answer"],
        ),
        (
            &not_json,
            ["paths./x.get.responses.200", "`application/json`"],
        ),
        (&lost, ["paths./x.get.responses.200", "leads nowhere"]),
        (&no_responses, ["paths./x.get", "no `responses`"]),
        (collision, ["components.schemas.E", "both be called `AB`"]),
        (
            stray,
            ["components.schemas.E", "`B`, which `enum` does not list"],
        ),
        (nameless, ["components.schemas.E", "makes no Rust name"]),
        (
            "paths: { /x: 7 }\n",
            ["at `paths`", "not valid OpenAPI 3.0"],
        ),
        ("paths: {}\npaths: {}\n", ["not valid YAML", "duplicate"]),
        ("paths: {\n", ["not valid YAML", "line"]),
    ] {
        let message = refusal(text);
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in {message:?}");
        }
    }
}

#[test]
fn a_later_openapi_is_refused() {
    let text = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\n";
    let names = Names {
        contract: "test.yaml",
        types: "crate::model",
    };
    let contract = Contract::parse(text).expect("the document itself is readable");
    let error = contract.client(&names).expect_err("3.1");
    assert!(error.to_string().contains("3.1.0"), "{error}");
}

#[test]
fn only_content_changes_the_fingerprint() {
    let fingerprint = |text: &str| {
        let contract = Contract::parse(&format!("{HEAD}{text}"));
        contract.expect("a contract").fingerprint()
    };
    let plain = fingerprint(
        "paths: {}\ncomponents: { schemas: { A: { type: string, description: d } } }\n",
    );
    let moved = fingerprint(
        "# a comment\ncomponents:\n  schemas:\n    A:\n      description: d # why\n      type: string\npaths: {}\n",
    );
    assert_eq!(plain, moved);
    let described = fingerprint(
        "paths: {}\ncomponents: { schemas: { A: { type: string, description: e } } }\n",
    );
    assert_ne!(plain, described);
}
