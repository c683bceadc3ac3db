//! How strictly the live API is spoken.

use std::fmt;
use std::str::FromStr;

/// What a sandbox takes and how it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What the documentation states, and nothing else. A refusal names the page.
    #[default]
    Documented,
    /// What users of plain OData v4 try, and the spellings that clients get wrong.
    Lenient,
    /// The documented requests, and answers as they were seen on the wire.
    Observed,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Documented, Self::Lenient, Self::Observed];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Lenient => "lenient",
            Self::Observed => "observed",
        }
    }

    pub(crate) fn is_lenient(self) -> bool {
        self == Self::Lenient
    }

    pub(crate) fn is_observed(self) -> bool {
        self == Self::Observed
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|known| known.name() == text);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("there is no dialect {text}; there are {names}")
        })
    }
}
