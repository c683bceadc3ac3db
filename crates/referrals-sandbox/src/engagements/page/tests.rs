//! Pages against a list that is filtered and sorted as it stands.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::data::{Data, ticks};
use crate::dialect::Dialect;
use crate::json::Json;
use crate::problem::Problem;
use crate::store::Birth;

/// A condition in both forms.
#[derive(Debug, Clone)]
enum Clause {
    /// A member is a text.
    Is(&'static str, String),
    /// Some member of the team has this address.
    Email(String),
    Updated(&'static str, String),
}

impl Clause {
    fn text(&self) -> String {
        let quoted = |value: &str| value.replace('\'', "''");
        match self {
            Self::Is(path, value) => format!("{path} eq '{}'", quoted(value)),
            Self::Email(value) => format!("team/any(t:t/email eq '{}')", quoted(value)),
            Self::Updated(operator, time) => format!("updatedDateTime {operator} {time}"),
        }
    }

    fn accepts(&self, document: &Value) -> bool {
        match self {
            Self::Is(path, value) => {
                document.pointer(&format!("/{path}")) == Some(&value[..].into())
            }
            Self::Email(value) => {
                let team = document["team"].as_array().expect("a team");
                team.iter().any(|member| member["email"] == value[..])
            }
            Self::Updated(operator, time) => {
                let (is, time) = (updated(document), ticks(time).expect("a time"));
                match *operator {
                    "eq" => is == time,
                    "ge" => is >= time,
                    "gt" => is > time,
                    "le" => is <= time,
                    _ => is < time,
                }
            }
        }
    }
}

fn time(document: &Value, name: &str) -> i64 {
    document[name].as_str().and_then(ticks).expect("a time")
}

fn updated(document: &Value) -> i64 {
    time(document, "updatedDateTime")
}

const PATHS: [&str; 7] = [
    "engagementId",
    "status",
    "substatus",
    "qualification",
    "type",
    "direction",
    "customerProfile/address/country",
];

/// Conditions with values of this document, among them some that nobody foresaw.
fn clause(kind: usize, document: &Value) -> Clause {
    match kind {
        0..7 => {
            let value = document.pointer(&format!("/{}", PATHS[kind]));
            Clause::Is(
                PATHS[kind],
                value.and_then(Value::as_str).unwrap_or("XX").to_owned(),
            )
        }
        7 => {
            let email = document["team"][0]["email"].as_str();
            Clause::Email(email.unwrap_or("nobody@example.com").to_owned())
        }
        8 => Clause::Is("customerProfile/address/country", "ZZ".to_owned()),
        9 => Clause::Email("new@contoso.example.com".to_owned()),
        _ => {
            let operator = ["eq", "ge", "gt", "le", "lt"][kind % 5];
            let time = document["updatedDateTime"].as_str().expect("a time");
            Clause::Updated(operator, time.to_owned())
        }
    }
}

const ORDERS: [(&str, Option<&str>, bool); 6] = [
    ("", None, false),
    ("&$orderby=createdDateTime", Some("createdDateTime"), false),
    (
        "&$orderby=createdDateTime desc",
        Some("createdDateTime"),
        true,
    ),
    ("&$orderby=updatedDateTime", Some("updatedDateTime"), false),
    (
        "&$orderby=updatedDateTime asc",
        Some("updatedDateTime"),
        false,
    ),
    (
        "&$orderby=updatedDateTime desc",
        Some("updatedDateTime"),
        true,
    ),
];

fn documents(store: &Store) -> Vec<Value> {
    let records = (0..).map_while(|number| store.record(number));
    let texts = records.map(|record| record.document.to_string());
    texts
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .collect()
}

/// What there is to do to a store.
#[derive(Debug, Clone)]
struct Write {
    number: prop::sample::Index,
    kind: u8,
}

fn write(store: &Store, count: usize, write: &Write) {
    let number = write.number.index(count) as u64;
    let edit = |document: &mut Json| match write.kind {
        0 => {
            document.set("status", "Closed");
            document.set("substatus", "Lost");
        }
        1 => {
            let member = Json::object([("email", "new@contoso.example.com".into())]);
            document.set("team", Json::Array(vec![member]));
        }
        2 => {
            let address = Json::object([("country", "ZZ".into())]);
            document.set("customerProfile", Json::object([("address", address)]));
        }
        _ => document.set("name", "changed"),
    };
    if write.kind < 4 {
        let changed = store.change::<Problem>(number, |record, time| {
            let mut document = record.document.clone();
            edit(&mut document);
            document.set("updatedDateTime", time.to_owned());
            Ok(Some(document))
        });
        let _ = changed.expect("a referral").expect("changed");
        return;
    }
    let model = store.record(number).expect("a record");
    let created = store.create(|birth: Birth| {
        let mut document = model.document.clone();
        document.set("id", birth.id);
        if write.kind == 4 {
            document.set("engagementId", birth.engagement_id);
        }
        document.set("createdDateTime", birth.time.clone());
        document.set("updatedDateTime", birth.time);
        document
    });
    let _ = created.expect("created");
}

fn writes() -> impl Strategy<Value = Vec<Write>> {
    let write = (any::<prop::sample::Index>(), 0..6_u8);
    prop::collection::vec(
        write.prop_map(|(number, kind)| Write { number, kind }),
        0..12,
    )
}

/// All pages of a list, and what they say to have in all.
fn walk(state: &State, query: &str, mut between: impl FnMut(&Store)) -> (Vec<Arc<Record>>, u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let mut options = Options::read(query, state).expect(query);
    let (mut records, mut count) = (Vec::new(), None);
    loop {
        let page = runtime.block_on(Page::choose(&state.store, &options));
        assert!(page.records.len() <= options.size);
        let total = *count.get_or_insert(page.total);
        assert_eq!(page.total, total, "the count of the first page stays");
        records.extend(page.records);
        let Some(after) = page.last else {
            return (records, total);
        };
        options.token = Some(Token {
            options: Vec::new(),
            after,
            total,
            left: None,
            resets: 0,
        });
        between(&state.store);
    }
}

#[test]
fn the_index_finds_what_a_filter_of_lenient_accepts() {
    let mut state = State::for_tests(Data::new(150, 3));
    state.dialect = Dialect::Lenient;
    let record = state.store.record(7).expect("a record");
    let text = |name| record.document.get(name).text().expect(name).to_owned();
    let (updated, engagement) = (text("updatedDateTime"), text("engagementId"));
    let (id, created) = (text("id"), text("createdDateTime"));
    let email = record.document.get("team").items()[0].get("email");
    let email = email.text().expect("an address");
    for filter in [
        "status eq 'new'".to_owned(),
        "status eq null or status eq 'New'".to_owned(),
        "'New' eq status and direction eq 'incoming'".to_owned(),
        "not (status eq 'New') and type eq 'Shared'".to_owned(),
        "status in ('New','Active') and customerProfile/address/country eq 'US'".to_owned(),
        "customerProfile/address/country eq 'us'".to_owned(),
        "(status eq 'New') eq true".to_owned(),
        format!("updatedDateTime le {updated}"),
        format!("{updated} lt updatedDateTime and status eq 'Closed'"),
        format!("updatedDateTime eq {}1Z", updated.trim_end_matches('Z')),
        format!("updatedDateTime ge {}", &updated[..10]),
        format!("engagementId eq {}", engagement.to_uppercase()),
        format!("engagementId ne '{engagement}'"),
        format!("team/any(t:t/email eq '{email}')"),
        format!("team/any(t:t/email eq '{email}' and t/firstName ne null)"),
        format!("team/all(t:t/email eq '{email}')"),
        format!("customerProfile/team/any(t:team/any(u:u/email eq '{email}'))"),
        format!("team/any(t:name eq '{email}' or status eq 'New')"),
        "status eq 'New' or status eq 'Active' or customerProfile/address/country eq 'DE'"
            .to_owned(),
        "not (status in ('New','Closed') or not (direction ne 'Incoming'))".to_owned(),
        "not (status eq 'New' and isSpam)".to_owned(),
        "status eq 'None' or not (customerProfile/address/country eq 'ZZ')".to_owned(),
        "customerProfile/address/country in ('ZZ', 'US', null)".to_owned(),
        "null or status eq 'New'".to_owned(),
        "not (null or status eq 'New')".to_owned(),
        "false or (true and not (substatus eq 'Won'))".to_owned(),
        format!("id eq '{id}'"),
        format!("id eq {} and status ne 'None'", id.to_uppercase()),
        format!("id eq '{}'", id.replace('-', "")),
        format!("id in ('{id}','{id}',{engagement},'x') or engagementId eq '{engagement}'"),
        format!(
            "id ne '{id}' and not (engagementId eq '{}')",
            engagement.replace('-', "")
        ),
        format!("status eq 'Active' or id eq '{id}'"),
        format!("not (createdDateTime gt {created}) or updatedDateTime ne {updated}"),
        format!("createdDateTime lt {}", &created[..10]),
        format!(
            "updatedDateTime ge {updated} or status eq 'Active' or createdDateTime eq {created}"
        ),
        format!("not team/any(t:t/email eq '{email}')"),
        format!("not team/all(t:t/email ne '{email}' and not (t/email in ('x')))"),
        format!("team/all(t:t/email ne '{email}' or t/firstName eq null) and type eq 'Shared'"),
        vec![format!("(status eq 'New' and createdDateTime ge {created})"); 40].join(" or "),
    ] {
        let options = Options::read(&format!("$filter={filter}"), &state).expect(&filter);
        let accepts = options.filter.as_ref().expect("a filter");
        let all = (0..150).filter_map(|number| state.store.record(number));
        let expected: Vec<_> = all
            .filter(|record| accepts.accepts(&record.document))
            .map(|record| record.number)
            .collect();
        for order in [
            "",
            "&$orderby=createdDateTime desc",
            "&$orderby=updatedDateTime",
            "&$orderby=customerProfile/name desc,id",
        ] {
            let query = format!("$filter={filter}{order}");
            let (found, said) = walk(&state, &query, |_| ());
            let mut found: Vec<_> = found.iter().map(|record| record.number).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{query}");
            assert_eq!(said, expected.len() as u64, "{query}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_index_finds_what_a_loop_finds(
        seed in 0..50_u64,
        count in 1..160_u32,
        writes in writes(),
        of in any::<prop::sample::Index>(),
        kinds in prop::collection::vec(0..20_usize, 0..4),
        order in prop::sample::select(ORDERS.to_vec()),
        top in 1..40_usize,
        skip in 0..90_usize,
    ) {
        let state = State::for_tests(Data::new(count, seed));
        for one in &writes {
            write(&state.store, count as usize, one);
        }
        let all = documents(&state.store);
        let clauses: Vec<_> = kinds.iter().map(|kind| clause(*kind, &all[of.index(all.len())])).collect();
        let mut expected: Vec<(i64, usize)> = all
            .iter()
            .enumerate()
            .filter(|(_, document)| clauses.iter().all(|clause| clause.accepts(document)))
            .map(|(number, document)| (order.1.map_or(0, |name| time(document, name)), number))
            .collect();
        expected.sort_unstable();
        if order.2 {
            expected.reverse();
        }
        let total = expected.len() as u64;
        let texts: Vec<_> = clauses.iter().map(Clause::text).collect();
        let filter = match texts.is_empty() {
            true => String::new(),
            false => format!("&$filter={}", texts.join(" and ")),
        };
        let query = format!("$top={top}&$skip={skip}{}{filter}", order.0);
        let (found, said) = walk(&state, &query, |_| ());
        let found: Vec<_> = found.iter().map(|record| record.number as usize).collect();
        let expected: Vec<_> = expected.into_iter().skip(skip).map(|(_, number)| number).collect();
        prop_assert_eq!(found, expected, "{}", &query);
        prop_assert_eq!(said, total, "{}", &query);
    }

    #[test]
    fn what_nobody_touches_is_listed_once_whatever_is_written_between_pages(
        seed in 0..50_u64,
        writes in prop::collection::vec(writes(), 1..20),
        kinds in prop::collection::vec(1..20_usize, 0..2),
        order in prop::sample::select(ORDERS.to_vec()),
        top in 1..20_usize,
    ) {
        let state = State::for_tests(Data::new(90, seed));
        let before = documents(&state.store);
        let clauses: Vec<_> = kinds.iter().map(|kind| clause(*kind, &before[7])).collect();
        let texts: Vec<_> = clauses.iter().map(Clause::text).collect();
        let filter = match texts.is_empty() {
            true => String::new(),
            false => format!("&$filter={}", texts.join(" and ")),
        };
        let mut rounds = writes.iter().cycle();
        let mut pages = 0;
        let (found, _) = walk(&state, &format!("$top={top}{}{filter}", order.0), |store| {
            pages += 1;
            if pages < 60 {
                for one in rounds.next().expect("endless") {
                    write(store, 90, one);
                }
            }
        });
        let after = documents(&state.store);
        for (number, document) in before.iter().enumerate() {
            if *document == after[number] && clauses.iter().all(|clause| clause.accepts(document)) {
                let times = found.iter().filter(|record| record.number == number as u64).count();
                prop_assert_eq!(times, 1, "{}", number);
            }
        }
    }
}
