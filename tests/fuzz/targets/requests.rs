//! Calls of the sandbox: any method, path, query, headers and body, one after another, most
//! with a token. Some are no HTTP.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use referrals_fuzz::{Bench, LIST, Request, Which, encoded, with};
use referrals_sandbox::Dialect;
use referrals_sandbox::identity::{CONFIDENTIAL_CLIENT, PUBLIC_CLIENT, Role};
use serde_json::{Map, Value, json};

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    dialect: u8,
    is_user: bool,
    calls: [Option<Call<'a>>; 4],
}

#[derive(Debug, Arbitrary)]
struct Call<'a> {
    method: u8,
    place: Place<'a>,
    options: Vec<(OptionName<'a>, Text<'a>)>,
    headers: Vec<Header<'a>>,
    token: Token,
    body: Body<'a>,
    /// Bytes in place of others, now and then: where, and which.
    broken: Option<(u16, &'a [u8], bool)>,
}

const METHODS: [&str; 12] = [
    "GET", "GET", "GET", "POST", "PUT", "PATCH", "PATCH", "HEAD", "DELETE", "OPTIONS", "TRACE",
    "BREW",
];

#[derive(Debug, Arbitrary)]
enum Place<'a> {
    List,
    V1(bool),
    One(u8),
    Last,
    Count,
    Next,
    Keyed(u8, Text<'a>),
    Id(Text<'a>),
    SignIn(u8, Text<'a>),
    Own(u8),
    Other(Text<'a>),
}

#[derive(Debug, Arbitrary)]
enum OptionName<'a> {
    Known(u8),
    Other(Text<'a>),
}

const OPTIONS: [&str; 24] = [
    "$filter",
    "$orderby",
    "$select",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$format",
    "$expand",
    "$search",
    "$apply",
    "filter",
    "$TOP",
    "engagementId",
    "self",
    "status",
    "invitedByOrganization",
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Text that somebody may have meant, or any.
#[derive(Debug, Arbitrary)]
enum Text<'a> {
    Number(i64),
    Word(u8),
    Words(Vec<u8>),
    Any(&'a [u8]),
}

const WORDS: [&str; 72] = [
    "status",
    "substatus",
    "name",
    "id",
    "eTag",
    "createdDateTime",
    "updatedDateTime",
    "customerProfile/address/country",
    "details/dealValue",
    "team",
    "team/any(t:t/email eq '')",
    "registrations",
    "details/currency",
    "'New'",
    "'Active'",
    "'Closed'",
    "'x''y'",
    "null",
    "true",
    "false",
    "eq",
    "ne",
    "gt",
    "ge",
    "lt",
    "le",
    "and",
    "or",
    "not",
    "in",
    "(",
    ")",
    ",",
    "/",
    "1",
    "1e400",
    "-0.0",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
    "2025-11-01",
    "00000000-0000-0000-0000-000000000000",
    "contains(name,'a')",
    "substring(name,99999999999)",
    "indexof(name,'')",
    "length(name)",
    "concat(name,name)",
    "any(t:",
    "all(t:",
    "t/email",
    "$count",
    "$it",
    "asc",
    "desc",
    "*",
    " ",
    "%",
    "+",
    "'",
    "now()",
    "date(createdDateTime)",
    "round(details/dealValue)",
    "floor(",
    "year(",
    "tolower(",
    "Won",
    "Pending",
    "json",
    "http://localhost:1/",
    "code",
    "S256",
    "openid offline_access",
    "\u{1f600}\u{202e}",
];

impl Text<'_> {
    fn bytes(&self) -> Vec<u8> {
        let word = |place: &u8| WORDS[usize::from(*place) % WORDS.len()];
        match self {
            Self::Number(number) => number.to_string().into_bytes(),
            Self::Word(place) => word(place).as_bytes().to_vec(),
            Self::Words(places) => {
                let words: Vec<_> = places.iter().map(word).collect();
                words.join(" ").into_bytes()
            }
            Self::Any(bytes) => bytes.to_vec(),
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

#[derive(Debug, Arbitrary)]
enum Header<'a> {
    Json(u8),
    IfMatch(Option<u8>),
    Known(u8, Text<'a>),
    Other(u8, &'a [u8]),
}

const MEDIA_TYPES: [&str; 6] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;odata.metadata=none",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "text/plain",
];

/// Neither those that say where a request ends, nor those that ask for a fault.
const HEADERS: [&str; 18] = [
    "Accept",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Prefer",
    "MS-RequestId",
    "MS-CorrelationId",
    "client-request-id",
    "ValidateMfa",
    "X-Sandbox-Key",
    "Sec-Fetch-Site",
    "Origin",
    "Cookie",
    "Range",
    "Accept-Encoding",
    "Authorization",
    "OData-Version",
    "X-Other",
];

#[derive(Debug, Arbitrary)]
enum Token {
    Ours,
    AlsoOurs,
    OursAsWell,
    None,
    Other,
}

#[derive(Debug, Arbitrary)]
enum Body<'a> {
    None,
    Json(Tree),
    New(u8, Vec<(u8, Tree)>),
    Patch(Vec<(u8, u8, Tree)>),
    Form(Vec<(u8, Text<'a>)>),
    Any(&'a [u8]),
}

/// JSON that is not deep.
#[derive(Debug)]
struct Tree(Value);

impl<'a> Arbitrary<'a> for Tree {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        tree(u, 3).map(Tree)
    }
}

fn tree(u: &mut Unstructured<'_>, depth: u8) -> arbitrary::Result<Value> {
    let most = if depth == 0 { 7 } else { 9 };
    Ok(match u.int_in_range(0..=most)? {
        0 => Value::Null,
        1 => u.arbitrary::<bool>()?.into(),
        2 => u.arbitrary::<i64>()?.into(),
        3 => serde_json::Number::from_f64(u.arbitrary()?).map_or(Value::Null, Value::Number),
        4 => String::arbitrary(u)?.into(),
        5 | 6 => (*u.choose(&VALUES)?).into(),
        7 => Text::arbitrary(u)?.text().into(),
        8 => {
            let count = u.int_in_range(0..=3)?;
            (0..count)
                .map(|_| tree(u, depth - 1))
                .collect::<Result<_, _>>()?
        }
        _ => {
            let mut members = Map::new();
            for _ in 0..u.int_in_range(0..=4)? {
                let name = u.choose(&MEMBERS)?.to_string();
                members.insert(name, tree(u, depth - 1)?);
            }
            Value::Object(members)
        }
    })
}

const MEMBERS: [&str; 36] = [
    "id",
    "engagementId",
    "name",
    "externalReferenceId",
    "status",
    "substatus",
    "type",
    "qualification",
    "direction",
    "organizationId",
    "eTag",
    "createdDateTime",
    "customerProfile",
    "address",
    "country",
    "addressLine1",
    "size",
    "team",
    "firstName",
    "lastName",
    "email",
    "phoneNumber",
    "details",
    "notes",
    "dealValue",
    "currency",
    "closingDateTime",
    "requirements",
    "industries",
    "offers",
    "consent",
    "consentToToShareReferralWithMicrosoftSellers",
    "target",
    "inviteContext",
    "registrations",
    "Name",
];

const VALUES: [&str; 20] = [
    "New",
    "Active",
    "Closed",
    "Pending",
    "Received",
    "Accepted",
    "Engaged",
    "Won",
    "Lost",
    "Expired",
    "Shared",
    "Independent",
    "msft",
    "USD",
    "US",
    "2026-02-01T00:00:00Z",
    "AzureIPCoSell",
    "10to50employees",
    "true",
    "1e3",
];

const PATHS: [&str; 16] = [
    "/status",
    "/substatus",
    "/details/dealValue",
    "/details/notes",
    "/team/-",
    "/team/0",
    "/team",
    "/externalReferenceId",
    "/registrations/-",
    "/registrations/0/contract/value",
    "/closeReason",
    "/customerProfile/team/-",
    "/details/closingDateTime",
    "/name",
    "/~1",
    "",
];

const OPERATIONS: [&str; 6] = ["replace", "add", "remove", "test", "Add", ""];

const FORM: [&str; 16] = [
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "resource",
    "code",
    "device_code",
    "refresh_token",
    "redirect_uri",
    "code_verifier",
    "client_assertion",
    "client_assertion_type",
    "username",
    "password",
    "user_code",
    "verdict",
];

const NEW: [&str; 3] = [
    include_str!("../../fixtures/new-referrals/private.json"),
    include_str!("../../fixtures/new-referrals/co-sell.json"),
    include_str!("../../fixtures/new-referrals/shared.json"),
];

const SIGN_IN: [&str; 8] = [
    "oauth2/v2.0/token",
    "oauth2/token",
    "oauth2/v2.0/devicecode",
    "oauth2/devicecode",
    "oauth2/v2.0/authorize",
    "oauth2/authorize",
    "oauth2/deviceauth",
    "v2.0/.well-known/openid-configuration",
];

const OWN: [&str; 6] = [
    "/",
    "/openapi/referrals-v1.yaml",
    "/sandbox/page/state",
    "/sandbox/page/referrals",
    "/sandbox/faults",
    "/sandbox/clock",
];

fn pick<'a>(from: &[&'a str], place: u8) -> &'a str {
    from[usize::from(place) % from.len()]
}

impl Call<'_> {
    fn target(&self, bench: &Bench) -> String {
        let path = match &self.place {
            Place::List => LIST.to_owned(),
            Place::V1(slash) => format!("/v1/referrals{}", if *slash { "/" } else { "" }),
            Place::One(number) => format!("{LIST}/{}", bench.referral(*number).0),
            Place::Last => match &bench.last {
                Some((id, _)) => format!("{LIST}/{id}"),
                None => format!("{LIST}/"),
            },
            Place::Count => format!("{LIST}/$count"),
            Place::Next => {
                let query = bench.next.as_ref().and_then(|link| link.split_once('?'));
                format!("{LIST}?{}", query.map_or("", |(_, query)| query))
            }
            Place::Keyed(number, text) => match number % 4 {
                0 => format!("{LIST}('{}')", bench.referral(*number).0),
                1 => format!("{LIST}({})", encoded(text.bytes())),
                2 => format!("{LIST}(id='{}')", encoded(text.bytes())),
                _ => format!("/v1.0/engagements/{}", encoded(text.bytes())),
            },
            Place::Id(text) => format!("{LIST}/{}", encoded(text.bytes())),
            Place::SignIn(place, text) => match place {
                0..=199 => format!("/common/{}", pick(&SIGN_IN, *place)),
                _ => format!("/{}/{}", encoded(text.bytes()), pick(&SIGN_IN, *place)),
            },
            Place::Own(place) => pick(&OWN, *place).to_owned(),
            Place::Other(text) => format!("/{}", encoded(text.bytes())),
        };
        let options = self.options.iter().take(8).map(|(name, value)| {
            let name = match name {
                OptionName::Known(place) => encoded(pick(&OPTIONS, *place)),
                OptionName::Other(name) => encoded(name.bytes()),
            };
            format!("{name}={}", encoded(value.bytes()))
        });
        let options = options.collect::<Vec<_>>().join("&");
        match (options.is_empty(), path.contains('?')) {
            (true, _) => path,
            (false, true) => format!("{path}&{options}"),
            (false, false) => format!("{path}?{options}"),
        }
    }

    fn body(&self, bench: &Bench) -> Option<Vec<u8>> {
        let body = match &self.body {
            Body::None => return None,
            Body::Json(tree) => tree.0.to_string(),
            Body::New(place, changes) => {
                let mut new: Value = serde_json::from_str(pick(&NEW, *place)).unwrap_or_default();
                for (place, tree) in changes {
                    new[pick(&MEMBERS, *place)] = tree.0.clone();
                }
                new.to_string()
            }
            Body::Patch(operations) => {
                let operations = operations.iter().map(|(operation, path, value)| {
                    json!({
                        "op": pick(&OPERATIONS, *operation),
                        "path": pick(&PATHS, *path),
                        "value": value.0,
                    })
                });
                Value::Array(operations.collect()).to_string()
            }
            Body::Form(fields) => {
                let fields = fields.iter().map(|(place, value)| {
                    let known = |text: &str| encoded(text);
                    let value = match (pick(&FORM, *place), value) {
                        ("client_id", Text::Number(_)) => known(PUBLIC_CLIENT),
                        ("client_id", Text::Word(_)) => known(CONFIDENTIAL_CLIENT),
                        ("client_secret", Text::Number(_)) => known(bench.client_secret()),
                        ("grant_type", Text::Number(_)) => known("client_credentials"),
                        ("grant_type", Text::Word(_)) => known("authorization_code"),
                        ("grant_type", Text::Words(_)) => known("refresh_token"),
                        ("scope", Text::Number(_)) => {
                            known("https://api.partner.microsoft.com/.default")
                        }
                        (_, value) => encoded(value.bytes()),
                    };
                    format!("{}={value}", pick(&FORM, *place))
                });
                fields.collect::<Vec<_>>().join("&")
            }
            Body::Any(bytes) => return Some(bytes.to_vec()),
        };
        Some(body.into_bytes())
    }

    fn request(&self, bench: &Bench) -> Request {
        let target = self.target(bench);
        let mut request = Request::new(pick(&METHODS, self.method), target);
        request = match self.token {
            Token::Ours | Token::AlsoOurs | Token::OursAsWell => bench.with_token(request),
            Token::None => request,
            Token::Other => request.header("Authorization", "Bearer e30.e30.e30"),
        };
        for header in self.headers.iter().take(8) {
            request = match header {
                Header::Json(place) => request.header("Content-Type", pick(&MEDIA_TYPES, *place)),
                Header::IfMatch(number) => {
                    let known = number.map(|number| bench.referral(number));
                    let known = known.or_else(|| bench.last.clone());
                    request.header("If-Match", known.unwrap_or_default().1)
                }
                Header::Known(place, text) => request.header(pick(&HEADERS, *place), text.bytes()),
                Header::Other(place, bytes) => request.header(pick(&HEADERS, *place), bytes),
            };
        }
        // Only the clock: faults are asked for, and would be answered.
        if matches!(self.place, Place::Own(_)) && request.target.starts_with("/sandbox/clock") {
            request = request.header("X-Sandbox-Key", bench.control_key());
        }
        request.body = self.body(bench);
        request
    }
}

fuzz_target!(|input: Input<'_>| {
    let which = Which {
        dialect: Dialect::ALL[usize::from(input.dialect) % 3],
        role: if input.is_user {
            Role::User
        } else {
            Role::Admin
        },
    };
    with(which, |bench| {
        for call in input.calls.iter().flatten() {
            let request = call.request(bench);
            let Some((place, bytes, insert)) = &call.broken else {
                bench.ask(&request);
                continue;
            };
            let mut broken = request.header("Host", "localhost").bytes();
            let place = usize::from(*place) % (broken.len() + 1);
            let end = if *insert {
                place
            } else {
                (place + bytes.len()).min(broken.len())
            };
            broken.splice(place..end, bytes.iter().copied());
            bench.throw(&broken);
        }
    });
});
