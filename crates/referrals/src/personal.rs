//! Keeping personal data out of what a server says.
//!
//! An error text may repeat what it was sent, and errors end up in logs.

use std::fmt;

use serde_json::Value;

use crate::Token;

/// Members that hold personal data, in either contract (`x-personal-data`).
const MEMBERS: [&str; 12] = [
    "addressLine1",
    "addressLine2",
    "city",
    "email",
    "firstName",
    "lastName",
    "name",
    "notes",
    "phoneNumber",
    "postalCode",
    "statusReason",
    "title",
];

/// Shorter ones are no secret, and would spoil every word.
const SHORTEST: usize = 3;

/// What stands in place of it.
pub(crate) const REDACTED: &str = "<redacted>";

/// What one call must not have repeated.
#[derive(Default)]
pub(crate) struct Personal {
    token: Option<Token>,
    /// Longest first, so that no part of one is left.
    texts: Vec<String>,
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal({} texts)", self.texts.len())
    }
}

impl Personal {
    /// What a request carries: the token, personal data of its body, literals of its
    /// query.
    pub(crate) fn of(token: Option<Token>, query: Option<&str>, body: Option<&[u8]>) -> Self {
        let mut texts = Vec::new();
        if let Some(body) = body
            && let Ok(body) = serde_json::from_slice(body)
        {
            collect(&body, false, &mut texts);
        }
        for (_, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            // Texts between quotes; a doubled quote ends one and begins another, and
            // each half is left out.
            let literals = value.split('\'').skip(1).step_by(2);
            texts.extend(literals.filter(|text| !is_a_word(text)).map(str::to_owned));
        }
        texts.retain(|text| text.chars().count() >= SHORTEST);
        texts.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        texts.dedup();
        Self { token, texts }
    }

    /// A text of a server without them, and without what looks like an address or a
    /// phone number.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut text = match &self.token {
            Some(token) => token.scrub(text),
            None => text.to_owned(),
        };
        for personal in &self.texts {
            if text.contains(personal.as_str()) {
                text = text.replace(personal.as_str(), REDACTED);
            }
        }
        without_phone_numbers(&without_addresses(&text))
    }
}

/// A name of an enum or an id rather than something about somebody.
fn is_a_word(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
        || (text.len() <= 32 && text.chars().all(|letter| letter.is_ascii_alphabetic()))
}

fn collect(value: &Value, is_personal: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if is_personal => texts.push(text.clone()),
        Value::Array(items) => {
            for item in items {
                collect(item, is_personal, texts);
            }
        }
        Value::Object(members) => {
            // An operation of a patch says by its path what its value is.
            let path = members.get("path").and_then(Value::as_str);
            let of_path = path
                .and_then(|path| path.rsplit('/').next())
                .is_some_and(is_member);
            for (name, value) in members {
                collect(
                    value,
                    is_member(name) || (of_path && name == "value"),
                    texts,
                );
            }
        }
        _ => {}
    }
}

fn is_member(name: &str) -> bool {
    MEMBERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Words with an `@` between letters.
fn without_addresses(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let is_address = |word: &str| {
        let parts = word.split_once('@');
        parts.is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
    };
    let ends = |letter: char| letter.is_whitespace() || "'\"<>(),;:".contains(letter);
    let mut clean = String::with_capacity(text.len());
    for part in text.split_inclusive(ends) {
        let word = part.trim_end_matches(ends);
        match is_address(word) {
            true => {
                clean.push_str(REDACTED);
                clean.push_str(&part[word.len()..]);
            }
            false => clean.push_str(part),
        }
    }
    clean
}

/// A plus and seven digits or more, however they are grouped.
fn without_phone_numbers(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        let (before, number) = rest.split_at(at);
        let is_part = |letter: char| letter.is_ascii_digit() || " -().+/".contains(letter);
        let end = number
            .find(|letter| !is_part(letter))
            .unwrap_or(number.len());
        let found = number[..end].trim_end_matches([' ', '.', '-', '(', ')']);
        clean.push_str(before);
        match found.chars().filter(char::is_ascii_digit).count() >= 7 {
            true => {
                clean.push_str(REDACTED);
                rest = &number[found.len()..];
            }
            false => {
                clean.push('+');
                rest = &number[1..];
            }
        }
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_does_not_come_back() {
        let body =
            br#"{"name":"Fabrikam Residences","status":"New","customerProfile":{"name":"Fabrikam",
            "team":[{"firstName":"Grace","email":"grace@fabrikam.example.com"}]},
            "details":{"notes":"They asked for Friday"}}"#;
        let query = "%24filter=team/any(t:t/email+eq+'o''neil@example.com')+and+status+eq+'New'";
        let token = Token::from("s3cret-token");
        let personal = Personal::of(Some(token), Some(query), Some(body));
        for (said, shown) in [
            (
                "Grace of Fabrikam Residences is no New member: s3cret-token",
                "<redacted> of <redacted> is no New member: <redacted>",
            ),
            (
                "'They asked for Friday' is too long",
                "'<redacted>' is too long",
            ),
            ("neil@example.com is unknown", "<redacted> is unknown"),
        ] {
            assert_eq!(personal.scrub(said), shown);
        }
    }

    #[test]
    fn the_value_of_a_patch_is_what_its_path_says() {
        let body = br#"[{"op":"replace","path":"/details/notes","value":"Call Grace"},
            {"op":"replace","path":"/status","value":"Closed"},
            {"op":"add","path":"/team/-","value":{"lastName":"Hopper"}}]"#;
        let personal = Personal::of(None, None, Some(body));
        assert_eq!(
            personal.scrub("Call Grace, Closed, Hopper"),
            "<redacted>, Closed, <redacted>"
        );
    }

    #[test]
    fn addresses_and_phone_numbers_are_left_out_wherever_they_come_from() {
        let personal = Personal::default();
        for (said, shown) in [
            ("ada@example.com.", "<redacted>"),
            (
                "user 'ada@example.com' is unknown",
                "user '<redacted>' is unknown",
            ),
            ("call +1 (206) 555-0100, then", "call <redacted>, then"),
            ("1 + 1 is 2", "1 + 1 is 2"),
            ("code 900308, @odata.count", "code 900308, @odata.count"),
            ("++12345678", "<redacted>"),
        ] {
            let clean = personal.scrub(said);
            assert_eq!(clean.trim_end_matches('.'), shown, "{said}");
        }
    }

    /// Held against the contracts, so that none is forgotten.
    #[test]
    fn every_member_that_a_contract_marks_is_known() {
        for contract in ["engagements-v1.0.yaml", "referrals-v1.yaml"] {
            let path = format!("{}/../../openapi/{contract}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("a contract");
            let marked = text
                .lines()
                .filter(|line| line.contains("x-personal-data: true"));
            let mut count = 0;
            for line in marked {
                let name = line.trim().split(':').next().expect("a name");
                // The value of a patch is told by its path.
                assert!(is_member(name) || name == "value", "{contract}: {name}");
                count += 1;
            }
            assert!(count > 10, "{contract}");
        }
    }
}
