//! What a user may do with referrals.

use std::fmt;
use std::str::FromStr;

/// A role in Partner Center, as far as it has to do with referrals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Referrals Admin: sees and changes every referral.
    #[default]
    Admin,
    /// Referrals User: sees and changes the referrals in whose team the user is, leads from
    /// the marketplace aside.
    User,
    /// Neither: no call is allowed.
    None,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Admin, Self::User, Self::None];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
            Self::None => "none",
        }
    }

    /// What tokens have in `roles`.
    pub(super) fn claim(self) -> Option<&'static str> {
        match self {
            Self::Admin => Some("ReferralsAdmin"),
            Self::User => Some("ReferralsUser"),
            Self::None => None,
        }
    }

    pub(super) fn from_place(place: u8) -> Self {
        let found = Self::ALL.into_iter().find(|role| *role as u8 == place);
        found.unwrap_or_default()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|known| known.name() == text);
        known.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("there is no role {text}; there are {names}")
        })
    }
}
