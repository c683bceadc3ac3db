//! `cargo xtask leaks`: nothing that the tests print has a secret or anybody's data in it.
//!
//! The tests run once more, with everything printed that they otherwise keep to
//! themselves: what is traced, errors, `Debug` of every type, standard error of the
//! command. It is searched for the personal data of the fixtures, as the contracts mark it
//! (`x-personal-data`), for the tokens and secrets that tests use, and for anything that
//! looks like a token.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use contract_tests::{TRACE, personal_data};

use crate::ci::Failure;

/// The packages that have to do with people's data.
const PACKAGES: [&str; 7] = [
    "referrals-model",
    "referrals-client",
    "referrals",
    "referrals-sandbox",
    "referrals-store",
    "referrals-cli",
    "contract-tests",
];

/// Parts of every token and secret that a test uses.
const SECRETS: [&str; 8] = [
    "t0ken",
    "s3cret",
    "r3fresh",
    "acc3ss",
    "v3rifier",
    // The beginning of a JSON Web Token.
    "eyJ0eXAi",
    "eyJhbGci",
    "PRIVATE KEY-----",
];

/// Runs the tests and looks through what they print.
///
/// # Errors
///
/// When a test fails, or something is found.
pub fn run(root: &Path) -> Result<(), Failure> {
    let failed = |message: String| Failure { code: 1, message };
    let personal = personal_data();
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg("test").current_dir(root);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    command.args(["--", "--nocapture"]).env(TRACE, "1");
    let output = command
        .output()
        .map_err(|error| failed(format!("cannot start cargo: {error}")))?;
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let text = text.join("\n");
    if !output.status.success() {
        let told = text
            .lines()
            .rev()
            .filter(|line| !printed(line).starts_with("trace "));
        let end: Vec<_> = told.take(60).collect();
        let end: Vec<_> = end.into_iter().rev().collect();
        return Err(failed(format!(
            "the tests failed; the end of what they printed:\n{}",
            end.join("\n")
        )));
    }
    let count = |what: &str| {
        let lines = text.lines().map(printed);
        lines.filter(|line| line.starts_with(what)).count()
    };
    let (traced, debug) = (count("trace "), count("debug "));
    if traced < 1_000 || debug < 50 {
        return Err(failed(format!(
            "the tests traced {traced} times and showed {debug} values, which is too little to \
             tell anything: is {TRACE} still heeded?"
        )));
    }
    let leaks = search(&text, &personal);
    match leaks.is_empty() {
        true => {
            println!(
                "{} lines ({traced} traced, {debug} values shown) have none of {} secrets and {} \
                 personal data",
                text.lines().count(),
                SECRETS.len(),
                personal.len()
            );
            Ok(())
        }
        false => Err(failed(format!(
            "what the tests print has\n{}",
            leaks.join("\n")
        ))),
    }
}

/// Each line that has what it must not have, with that.
fn search(text: &str, personal: &BTreeSet<String>) -> Vec<String> {
    let mut leaks = Vec::new();
    for line in text.lines() {
        let printed = printed(line);
        let secret = SECRETS.into_iter().find(|secret| printed.contains(secret));
        let somebody = || personal.iter().find(|text| has_word(printed, text));
        if let Some(found) = secret.or_else(|| somebody().map(String::as_str)) {
            leaks.push(format!("  {found:?} in: {line}"));
        }
    }
    leaks
}

/// What a test printed on a line, without the name of the test and how it ended: names are
/// made of words. With one thread, the first that a test prints stands behind its name.
fn printed(line: &str) -> &str {
    let test = line.strip_prefix("test ").and_then(|test| {
        let (name, rest) = test.split_once(" ... ")?;
        let is_a_name = |letter: char| letter.is_ascii_alphanumeric() || "_:".contains(letter);
        name.chars().all(is_a_name).then_some(rest)
    });
    match test {
        Some("ok" | "ignored") => "",
        Some(rest) => rest,
        None => line,
    }
}

/// Whether a line has this text, and not as a part of a longer word or number.
fn has_word(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + text.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_show_is_found() {
        let personal = personal_data();
        let somebody = personal.first().expect("somebody");
        for (line, leaks) in [
            (format!("trace DEBUG x name={somebody:?}"), 1),
            ("Error { message: \"s3cret\" }".to_owned(), 1),
            ("test the_s3cret ... ok".to_owned(), 0),
            ("trace DEBUG x status=200".to_owned(), 0),
            (format!("trace DEBUG x id=1{somebody}2"), 0),
            // With one thread.
            (format!("test a::name ... trace {somebody:?}"), 1),
            ("test a_name ... s3cret".to_owned(), 1),
            ("test the_s3cret ... trace x".to_owned(), 0),
            ("test the_s3cret ... ignored".to_owned(), 0),
            // No names of tests.
            ("test s3cret".to_owned(), 1),
            ("test of s3cret ... ok".to_owned(), 1),
            (format!("test {somebody:?} ... ok"), 1),
            (format!("test a_name ... ok {somebody}"), 1),
        ] {
            assert_eq!(search(&line, &personal).len(), leaks, "{line}");
        }
        assert!(printed("test a::name ... trace DEBUG x").starts_with("trace "));
    }
}
