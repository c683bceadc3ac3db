//! Keeping personal data out of what a server says.
//!
//! An error text may repeat what it was sent, and errors end up in logs.

use std::fmt;
use std::ops::Range;

use referrals_model::{engagements, v1};
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

/// The values that the contracts know. In a query they say nothing about anybody.
const VALUES: [&[&str]; 12] = [
    engagements::AssistanceRequestCode::KNOWN_VALUES,
    engagements::CustomerMarketplaceIntent::KNOWN_VALUES,
    engagements::ReferralDirection::KNOWN_VALUES,
    engagements::ReferralQualification::KNOWN_VALUES,
    engagements::ReferralStatus::KNOWN_VALUES,
    engagements::ReferralSubstatus::KNOWN_VALUES,
    engagements::ReferralType::KNOWN_VALUES,
    engagements::RegistrationStatus::KNOWN_VALUES,
    engagements::SolutionType::KNOWN_VALUES,
    engagements::TargetType::KNOWN_VALUES,
    v1::ReferralStatus::KNOWN_VALUES,
    v1::ReferralType::KNOWN_VALUES,
];

/// What Microsoft is called as an organization.
const MICROSOFT: &str = "msft";

/// Every value of every enum of the contracts.
pub(crate) fn known_values() -> impl Iterator<Item = &'static str> {
    VALUES.into_iter().flatten().copied()
}

/// Shorter ones are no secret, and would spoil every sentence.
const SHORTEST: usize = 3;

/// What stands in place of it.
pub(crate) const REDACTED: &str = "<redacted>";

/// What stands in place of a text when it cannot be told what it must not have.
const WITHHELD: &str = "<withheld>";

/// What one call must not have repeated.
#[derive(Default)]
pub(crate) struct Personal {
    token: Option<Token>,
    /// As [`letters`] makes them.
    texts: Vec<Vec<char>>,
    /// Whether there may be others, in a body that cannot be read.
    is_unknown: bool,
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
        let mut is_unknown = false;
        if let Some(body) = body.filter(|body| !body.is_empty()) {
            match serde_json::from_slice(body) {
                Ok(body) => collect(&body, false, &mut texts),
                // No JSON, or deeper than is read.
                Err(_) => is_unknown = true,
            }
        }
        for (_, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            for literal in literals(&value) {
                if says_nothing(&literal) {
                    continue;
                }
                // It may come back as it was written, or cut at its quotes.
                if literal.contains('\'') {
                    texts.push(literal.replace('\'', "''"));
                    texts.extend(literal.split('\'').map(str::to_owned));
                }
                texts.push(literal);
            }
        }
        let folded = texts.iter().map(|text| folded(text));
        let mut texts: Vec<_> = folded.filter(|text| text.len() >= SHORTEST).collect();
        texts.sort_unstable();
        texts.dedup();
        Self {
            token,
            texts,
            is_unknown,
        }
    }

    /// A text of a server without them, and without what looks like an address or a
    /// phone number. Only whole words are left out: a name may be a part of another word.
    pub(crate) fn scrub(&self, text: &str) -> String {
        if self.is_unknown {
            return WITHHELD.to_owned();
        }
        let text = match &self.token {
            Some(token) => token.scrub(text),
            None => text.to_owned(),
        };
        let mut found = addresses(&text);
        found.extend(phone_numbers(&text));
        if !self.texts.is_empty() {
            let letters = letters(&text);
            found.extend(self.texts.iter().flat_map(|text| places(&letters, text)));
        }
        without(&text, found)
    }

    /// Whether a code or an id is a personal text or has the token in it. A part of one
    /// is no name.
    pub(crate) fn is_in(&self, code: &str) -> bool {
        let has_token = |token: &Token| token.scrub(code) != code;
        self.token.as_ref().is_some_and(has_token)
            || self.texts.binary_search(&folded(code)).is_ok()
    }
}

/// A text without these places of it, which may be parts of each other.
fn without(text: &str, mut places: Vec<Range<usize>>) -> String {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut clean = String::with_capacity(text.len());
    let mut end = 0;
    for place in places {
        if place.start >= end {
            clean.push_str(&text[end..place.start]);
            clean.push_str(REDACTED);
        }
        end = end.max(place.end);
    }
    clean.push_str(&text[end..]);
    clean
}

/// The texts between single quotes. A doubled quote is one of the text.
fn literals(query: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut letters = query.chars().peekable();
    while letters.any(|letter| letter == '\'') {
        let mut literal = String::new();
        while let Some(letter) = letters.next() {
            if letter == '\'' && letters.next_if_eq(&'\'').is_none() {
                break;
            }
            literal.push(letter);
        }
        literals.push(literal);
    }
    literals
}

/// A value that a contract knows or an id, rather than something about somebody.
fn says_nothing(literal: &str) -> bool {
    literal.eq_ignore_ascii_case(MICROSOFT)
        || known_values().any(|known| known.eq_ignore_ascii_case(literal))
        || uuid::Uuid::try_parse(literal).is_ok()
}

/// A letter of a text, decoded and in lower case, and where it stands.
#[derive(Debug, Clone)]
struct Letter {
    letter: char,
    place: Range<usize>,
}

/// The letters of a text. A server may write one in another case, as an entity of HTML or
/// as an escape of JSON, or one in the other; blanks are as good as one.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters = folded_letters(text.char_indices().map(|(at, letter)| Letter {
        letter,
        place: at..at + letter.len_utf8(),
    }));
    // Each round takes one layer off, and none of what it finds is longer.
    for _ in 0..LAYERS {
        let before = letters.len();
        letters = folded_letters(decoded(&letters).into_iter());
        if letters.len() == before {
            break;
        }
    }
    letters
}

/// How often a text may be encoded.
const LAYERS: usize = 8;

/// The letters alone, of a text that is looked for.
fn folded(text: &str) -> Vec<char> {
    let letters = letters(text).into_iter().map(|letter| letter.letter);
    let mut letters: Vec<_> = letters.skip_while(|letter| *letter == ' ').collect();
    while letters.last() == Some(&' ') {
        letters.pop();
    }
    letters
}

fn folded_letters(letters: impl Iterator<Item = Letter>) -> Vec<Letter> {
    let mut folded: Vec<Letter> = Vec::new();
    for Letter { letter, place } in letters {
        if letter.is_whitespace() {
            match folded.last_mut() {
                Some(last) if last.letter == ' ' => last.place.end = place.end,
                _ => folded.push(Letter { letter: ' ', place }),
            }
            continue;
        }
        // By upper case, since some letters have two in lower case.
        for letter in letter.to_uppercase().flat_map(char::to_lowercase) {
            let place = place.clone();
            folded.push(Letter { letter, place });
        }
    }
    folded
}

fn decoded(letters: &[Letter]) -> Vec<Letter> {
    let mut found = Vec::with_capacity(letters.len());
    let mut rest = letters;
    while let [first, others @ ..] = rest {
        let Some((letter, length)) = entity(rest).or_else(|| escape(rest)) else {
            found.push(first.clone());
            rest = others;
            continue;
        };
        let (code, others) = rest.split_at(length);
        let end = code.last().map_or(first.place.end, |last| last.place.end);
        let place = first.place.start..end;
        found.push(Letter { letter, place });
        rest = others;
    }
    found
}

/// The letter that an entity of HTML stands for, and how long that is.
fn entity(letters: &[Letter]) -> Option<(char, usize)> {
    const LONGEST: usize = 10;
    if letters.first()?.letter != '&' {
        return None;
    }
    let code: String = letters
        .iter()
        .take(LONGEST)
        .map(|letter| letter.letter)
        .take_while(|letter| *letter != ';')
        .collect();
    let length = code.chars().count() + 1;
    if letters.get(length - 1)?.letter != ';' {
        return None;
    }
    let letter = match code.strip_prefix('&')? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        name => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(number) => u32::from_str_radix(number, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    };
    Some((letter, length))
}

/// The letter that an escape of JSON stands for, and how long that is.
fn escape(letters: &[Letter]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let unit = letters.get(at..at + 6)?;
        let unit: String = unit.iter().map(|letter| letter.letter).collect();
        u16::from_str_radix(unit.strip_prefix("\\u")?, 16).ok()
    };
    if letters.first()?.letter != '\\' {
        return None;
    }
    let letter = match letters.get(1)?.letter {
        'u' => {
            let first = unit(0)?;
            let units = [Some(first), unit(6)].into_iter().flatten();
            let letter = char::decode_utf16(units).next()?.ok()?;
            return Some((letter, 6 * letter.len_utf16()));
        }
        letter @ ('"' | '\'' | '\\' | '/') => letter,
        'b' | 'f' | 'n' | 'r' | 't' => ' ',
        _ => return None,
    };
    Some((letter, 2))
}

/// Where a text stands as whole words.
fn places(letters: &[Letter], text: &[char]) -> Vec<Range<usize>> {
    // Some scripts have no blanks between words.
    let is_of_word = |letter: char| letter.is_alphanumeric() && letter < '\u{2e80}';
    let joins = |one: Option<&Letter>, other: Option<&Letter>| {
        let both = one.zip(other);
        both.is_some_and(|(one, other)| is_of_word(one.letter) && is_of_word(other.letter))
    };
    let mut places = Vec::new();
    for (at, found) in letters.windows(text.len()).enumerate() {
        let is_it = found
            .iter()
            .zip(text)
            .all(|(found, letter)| found.letter == *letter);
        if !is_it {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + text.len());
        if let (Some(first), Some(last)) = (found.first(), found.last())
            && !joins(before, Some(first))
            && !joins(Some(last), after)
        {
            places.push(first.place.start..last.place.end);
        }
    }
    places
}

fn collect(value: &Value, is_personal: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if is_personal => texts.push(text.clone()),
        Value::Number(number) if is_personal => texts.push(number.to_string()),
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
                let is_personal = is_personal || is_member(name) || (of_path && name == "value");
                collect(value, is_personal, texts);
            }
        }
        _ => {}
    }
}

fn is_member(name: &str) -> bool {
    MEMBERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Words with an `@` between letters.
fn addresses(text: &str) -> Vec<Range<usize>> {
    if !text.contains('@') {
        return Vec::new();
    }
    let is_address = |word: &str| {
        let parts = word.split_once('@');
        parts.is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
    };
    let ends = |letter: char| letter.is_whitespace() || "'\"<>(),;:".contains(letter);
    let mut places = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(ends) {
        let word = part.trim_end_matches(ends);
        if is_address(word) {
            places.push(at..at + word.len());
        }
        at += part.len();
    }
    places
}

/// A plus and seven digits or more, however they are grouped.
fn phone_numbers(text: &str) -> Vec<Range<usize>> {
    let is_part = |letter: char| letter.is_ascii_digit() || " -().+/".contains(letter);
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(plus) = text[at..].find('+') {
        at += plus;
        let number = &text[at..];
        let end = number.find(|letter| !is_part(letter));
        let found =
            number[..end.unwrap_or(number.len())].trim_end_matches([' ', '.', '-', '(', ')']);
        if found.chars().filter(char::is_ascii_digit).count() >= 7 {
            places.push(at..at + found.len());
            at += found.len();
        } else {
            at += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    #[test]
    fn a_name_is_no_part_of_a_word() {
        let body = br#"{"team":[{"firstName":"ali","lastName":"Won","title":"a&b"}]}"#;
        let personal = Personal::of(None, None, Some(body));
        for (said, shown) in [
            ("the quality is invalid", "the quality is invalid"),
            (
                "ali is invalid, 'ALI' too",
                "<redacted> is invalid, '<redacted>' too",
            ),
            ("Wonders, won, 2won", "Wonders, <redacted>, 2won"),
            ("a&b, aa&b, a&amp;b", "<redacted>, aa&b, <redacted>"),
            ("_ali_, ali", "_<redacted>_, <redacted>"),
            ("write to bo@ali.example.com", "write to <redacted>"),
        ] {
            assert_eq!(personal.scrub(said), shown);
        }
        assert!(personal.is_in("Ali") && !personal.is_in("invalidRequest"));
        assert!(!personal.is_in("ali-1"));
        let token = Personal::of(Some(Token::from("s3cret-token")), None, None);
        assert!(token.is_in("x-s3cret-token-x") && !token.is_in("x"));
    }

    #[test]
    fn a_name_is_known_however_it_is_encoded() {
        let body = br#"{"customerProfile":{"name":"Smith & Sons LLC"},
            "details":{"notes":"  Jos\u00e9's\nplan  "},"team":[{"firstName":"\u5c71\u7530\u592a"}],
            "name":"Caf&eacute; &amp; Bar","phoneNumber":12065550100}"#;
        let personal = Personal::of(None, None, Some(body));
        for said in [
            "Smith & Sons LLC",
            "Smith &amp; Sons LLC",
            "SMITH &AMP; SONS LLC",
            "smith  &#38;\tsons llc",
            "Smith &#x26; Sons LLC",
            "Smith &amp;amp; Sons LLC",
            r"Smith \u0026 Sons LLC",
            r"Smith \u0026amp; Sons LLC",
            r"Smith \\u0026 Sons LLC",
            "José's plan",
            "JOSÉ&apos;S PLAN",
            r"Jos\u00e9\u0027s\nplan",
            r"JOS\u00C9\'S\r\nPLAN",
            "Caf&eacute; & Bar",
            "Caf&eacute; &amp; Bar",
            "12065550100",
            "山田太",
        ] {
            assert_eq!(personal.scrub(said), REDACTED, "{said}");
            let said = format!("the name \"{said}\" is taken");
            assert_eq!(personal.scrub(&said), "the name \"<redacted>\" is taken");
        }
        assert_eq!(personal.scrub("顧客山田太は"), "顧客<redacted>は");
        let others = r"Smith &bogus; \q Sons & &; &#xd800; \ud800 \u12 &amp";
        assert_eq!(personal.scrub(others), others);
    }

    #[test]
    fn of_a_query_only_known_values_come_back() {
        let query = "%24filter=customerProfile/name+eq+'Fabrikam'+and+status+eq+'active'+and+\
                     x+eq+'msft'+and+name+eq+'O''Brien'+and+y+eq+'unclosed";
        let personal = Personal::of(None, Some(query), None);
        assert_eq!(
            personal.scrub("'Fabrikam' Active msft 'O''Brien' O'Brien Brien unclosed"),
            "'<redacted>' Active msft '<redacted>' <redacted> <redacted> <redacted>"
        );
    }

    #[test]
    fn what_cannot_be_read_is_held_back() {
        let deep = format!(
            "{{\"x\":{}{},\"name\":\"Fabrikam\"}}",
            "[".repeat(200),
            "]".repeat(200)
        );
        for body in [deep.as_str(), "Fabrikam", "{\"name\":\"Fabrikam\""] {
            let personal = Personal::of(None, None, Some(body.as_bytes()));
            assert_eq!(personal.scrub("Fabrikam is unknown"), WITHHELD);
        }
        let personal = Personal::of(None, None, Some(b""));
        assert_eq!(personal.scrub("Fabrikam is unknown"), "Fabrikam is unknown");
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(
            sent in "[a&;#x2\\\\u006 'ßİé]{3,12}",
            before in "[a&;#x\\\\u0 .]{0,6}",
            after in "[ .,]{0,3}",
        ) {
            let body = serde_json::json!({ "name": sent }).to_string();
            let personal = Personal::of(None, None, Some(body.as_bytes()));
            let said = format!("{before}{sent}{after}");
            let shown = personal.scrub(&said);
            prop_assert!(shown.len() <= said.len() + 20 * REDACTED.len());
            // By itself it is always known.
            if folded(&sent).len() >= SHORTEST {
                prop_assert!(personal.scrub(&sent).contains(REDACTED));
                prop_assert!(personal.is_in(&sent));
            }
        }
    }

    /// Held against the generated code, so that none is forgotten.
    #[test]
    fn the_values_of_every_enum_are_known() {
        let mut count = 0;
        for contract in ["engagements", "v1"] {
            let path = format!(
                "{}/../referrals-model/src/generated/{contract}.rs",
                env!("CARGO_MANIFEST_DIR")
            );
            let text = std::fs::read_to_string(path).expect("generated code");
            count += text.matches("open_enum! {").count();
        }
        assert_eq!(count, VALUES.len());
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
