//! Secrets.

use std::fmt;

/// A bearer token. It shows itself to nobody.
///
/// ```
/// let token = referrals::Token::from("s3cret");
/// assert_eq!(format!("{token:?}"), "Token(<redacted>)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token out of a text that was typed, stored or printed: blanks and line
    /// breaks around it do not matter.
    ///
    /// # Errors
    ///
    /// When there is nothing, or more than a token.
    pub fn from_text(text: &str) -> Result<Self, NotAToken> {
        let apart = |letter: char| letter.is_whitespace() || letter.is_control();
        match text.trim() {
            "" => Err(NotAToken::Empty),
            text if text.chars().any(apart) => Err(NotAToken::More),
            text => Ok(Self(text.to_owned())),
        }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.0
    }

    /// `text` without this token: a server may repeat what it was sent. A token
    /// of a few letters, as in trials, is no secret and would spoil every word.
    pub(crate) fn scrub(&self, text: &str) -> String {
        if self.0.len() < 8 {
            return text.to_owned();
        }
        let scrubbed = text.replace(&self.0, "<redacted>");
        // Taken apart by blanks or control characters it is still the token.
        let apart = |letter: &char| letter.is_whitespace() || letter.is_control();
        let squeezed: String = scrubbed.chars().filter(|letter| !apart(letter)).collect();
        match squeezed.contains(&self.0) {
            true => "<redacted>".to_owned(),
            false => scrubbed,
        }
    }
}

/// A secret that is no bearer token: a client secret, a refresh token. It shows itself to
/// nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(secret: T) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(<redacted>)")
    }
}

/// Why a text is no token, as the end of a sentence about where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAToken {
    /// There is nothing.
    Empty,
    /// There are blanks or line breaks inside.
    More,
}

impl fmt::Display for NotAToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::More => "holds more than a token: it has blanks or line breaks inside",
        })
    }
}

impl std::error::Error for NotAToken {}

impl From<String> for Token {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for Token {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(<redacted>)")
    }
}
