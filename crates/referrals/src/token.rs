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
