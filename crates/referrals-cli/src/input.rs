//! Reading what is to be sent.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::value::RawValue;

use crate::failure::Failure;

/// A JSON document with every token as it was written.
#[derive(Debug)]
pub(crate) struct Document {
    /// Where it comes from, for messages.
    pub(crate) source: String,
    pub(crate) json: Box<RawValue>,
}

/// What kind of value a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Object,
    Array,
    Other,
}

impl Document {
    /// Reads a file, or standard input when it is called `-`.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let bytes = bytes(file)?;
        let source = source(file);
        let json = parse(bytes).map_err(|reason| Failure::usage(format!("{source} {reason}")))?;
        Ok(Self { source, json })
    }

    pub(crate) fn shape(&self) -> Shape {
        match self.json.get().as_bytes().first() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::Array,
            _ => Shape::Other,
        }
    }
}

fn source(file: &Path) -> String {
    match file.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => format!("the file {}", file.display()),
    }
}

/// The bytes of a file, or of standard input when it is called `-`.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes),
        false => fs::read(file),
    };
    read.map_err(|error| Failure::failed(format!("cannot read {}: {error}", source(file))))
}

/// JSON out of bytes, or why it is none, as the end of a sentence.
fn parse(bytes: Vec<u8>) -> Result<Box<RawValue>, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is written in UTF-16: save it as UTF-8".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        format!("is no UTF-8 text: line {line} has a byte that cannot be read; save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    serde_json::from_str(text).map_err(|error| {
        // Who reads it as a value, not only over it, says more of what is wrong.
        let told = serde_json::from_str::<serde_json::Value>(text).err();
        describe(text, &told.unwrap_or(error))
    })
}

/// Where the text stops being JSON, and the letter that is to blame if one is.
fn describe(text: &str, error: &serde_json::Error) -> String {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line() - 1)
        .map(str::len)
        .sum();
    let failed_at = before + error.column().saturating_sub(1);
    if let Some((offset, letter)) = odd_letter(text).filter(|(offset, _)| *offset <= failed_at + 1)
    {
        let (line, column) = place(text, offset);
        let (name, instead) = known(letter);
        return format!(
            "is not JSON: line {line}, column {column} has U+{:04X}{name} outside of a string, \
             as text copied from a web page often has; {instead}",
            u32::from(letter)
        );
    }
    let (line, column) = place(text, failed_at.min(text.len()));
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    format!("is not JSON: line {line}, column {column}: {reason}")
}

/// Line and column of an offset, both from 1, the column in letters.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before: String = String::from_utf8_lossy(&text.as_bytes()[..offset]).into_owned();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (1 + before.matches('\n').count(), 1 + line.chars().count())
}

/// The first letter outside of strings that no JSON has there.
fn odd_letter(text: &str) -> Option<(usize, char)> {
    let (mut inside, mut escaped) = (false, false);
    for (offset, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            '\t' | '\n' | '\r' => {}
            letter if !inside && (!letter.is_ascii() || letter.is_ascii_control()) => {
                return Some((offset, letter));
            }
            _ => {}
        }
    }
    None
}

/// A letter's name and what to write instead.
fn known(letter: char) -> (&'static str, &'static str) {
    let blank = "write a plain blank";
    match letter {
        '\u{a0}' => (" (no-break space)", blank),
        '\u{2002}' => (" (en space)", blank),
        '\u{2003}' => (" (em space)", blank),
        '\u{2009}' => (" (thin space)", blank),
        '\u{202f}' => (" (narrow no-break space)", blank),
        '\u{200b}' => (" (zero width space)", "take it out"),
        '\u{feff}' => (" (byte order mark)", "take it out"),
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{201e}' => {
            (" (typographic quote)", "write a plain double quote")
        }
        '\u{2013}' | '\u{2014}' | '\u{2212}' => (" (dash)", "write a plain minus"),
        letter if letter.is_whitespace() => (" (a blank of its own kind)", blank),
        _ => ("", "take it out or put it into a string"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_kept() {
        let text = "\u{feff} {\n \"a\" : 1.50, \"z\":\"\u{a0}\"}\n";
        let json = parse(text.into()).expect("JSON");
        assert_eq!(json.get(), "{\n \"a\" : 1.50, \"z\":\"\u{a0}\"}");
    }

    #[test]
    fn an_error_names_place_and_letter() {
        let text = |text: &str| parse(text.into()).expect_err(text);
        for (json, reason) in [
            ("", "is empty"),
            (" \n", "is empty"),
            (
                "{\n  \"é\": 1,\n}",
                "is not JSON: line 3, column 1: trailing comma",
            ),
            (
                "{\"ü\":tru}",
                "is not JSON: line 1, column 9: expected ident",
            ),
            (
                "{\"a\":1",
                "is not JSON: line 1, column 6: EOF while parsing an object",
            ),
            (
                "{\n  \"é\":\u{a0}1}",
                "is not JSON: line 2, column 7 has U+00A0 (no-break space) outside of a string, as \
                 text copied from a web page often has; write a plain blank",
            ),
            (
                "{\u{2002}\"a\": 1}",
                "is not JSON: line 1, column 2 has U+2002 (en space) outside of a string, as text \
                 copied from a web page often has; write a plain blank",
            ),
            (
                "{“a”: 1}",
                "is not JSON: line 1, column 2 has U+201C (typographic quote) outside of a string, \
                 as text copied from a web page often has; write a plain double quote",
            ),
        ] {
            assert_eq!(text(json), reason, "{json:?}");
        }
        // What is wrong first is told first.
        assert!(text("{\"a\" 1,\u{a0}\"b\":2}").contains("column 6: expected `:`"));
        assert!(
            parse(vec![b'{', b'\n', 0xe9])
                .expect_err("bytes")
                .contains("line 2")
        );
        assert!(
            parse(vec![0xff, 0xfe, b'{', 0])
                .expect_err("bytes")
                .contains("UTF-16")
        );
    }
}
