//! The words of a filter.

use super::Refusal;

/// What a word is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword, or a value without quotes.
    Word(String),
    /// A text, without its quotes.
    Text(String),
    Slash,
    Colon,
    Comma,
    Open,
    Close,
    End,
}

impl Kind {
    /// The word as a refusal shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => crate::request::shown(word),
            Self::Text(_) => "a text".to_owned(),
            Self::Slash => "/".to_owned(),
            Self::Colon => ":".to_owned(),
            Self::Comma => ",".to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// A word and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Its first character, counted from 1.
    pub(super) at: usize,
    /// Whether there is a blank before it.
    pub(super) spaced: bool,
}

/// Takes a filter apart. The last word is always the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut next = 0;
    let mut spaced = false;
    while let Some(&character) = characters.get(next) {
        let start = next;
        next += 1;
        let kind = match character {
            ' ' | '\t' => {
                spaced = true;
                continue;
            }
            '/' => Kind::Slash,
            ':' => Kind::Colon,
            ',' => Kind::Comma,
            '(' => Kind::Open,
            ')' => Kind::Close,
            '\'' => {
                let (text, end) = quoted(&characters, next)
                    .ok_or_else(|| Refusal::new(start + 1, "the text has no end"))?;
                next = end;
                Kind::Text(text)
            }
            first if first.is_ascii_alphanumeric() || "_-@$".contains(first) => {
                // A time has colons in it; a name ends at one.
                let value = !(first.is_ascii_alphabetic() || first == '_');
                let part = |letter: &char| {
                    letter.is_ascii_alphanumeric()
                        || "_-.@$".contains(*letter)
                        || (value && ":+".contains(*letter))
                };
                let length = characters[start..].iter().take_while(|c| part(c)).count();
                next = start + length;
                Kind::Word(characters[start..next].iter().collect())
            }
            other => {
                let what = format!("{} is not expected", other.escape_debug());
                return Err(Refusal::new(start + 1, what));
            }
        };
        tokens.push(Token {
            kind,
            at: start + 1,
            spaced,
        });
        spaced = false;
    }
    tokens.push(Token {
        kind: Kind::End,
        at: characters.len() + 1,
        spaced,
    });
    Ok(tokens)
}

/// A text up to its closing quote, and what comes behind it. Two quotes stand
/// for one.
fn quoted(characters: &[char], mut next: usize) -> Option<(String, usize)> {
    let mut text = String::new();
    loop {
        let character = *characters.get(next)?;
        next += 1;
        if character != '\'' {
            text.push(character);
        } else if characters.get(next) == Some(&'\'') {
            text.push('\'');
            next += 1;
        } else {
            return Some((text, next));
        }
    }
}
