//! Who calls, and which referrals that is about.
//!
//! Documentation: "Partner Center account settings, permissions and roles" and the
//! authentication part of the pages of the live API, 2020 to 2024. They do not state the
//! status of what another team's referral is answered with; "Status codes" has 403 for a user
//! without enough permission.

use crate::identity::Role;
use crate::json::Json;
use crate::problem::Problem;

/// A caller who has shown a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) role: Role,
    /// The address by which teams know the user.
    pub(crate) email: String,
}

impl Caller {
    /// Refuses a referral that the caller may neither see nor change.
    pub(crate) fn check(&self, document: &Json) -> Result<(), Problem> {
        if self.role == Role::Admin {
            return Ok(());
        }
        if is_marketplace_lead(document) {
            return Err(Problem::no_permission(
                "Leads from the marketplace need the role Referrals Admin, says the leads FAQ (2022); \
                 the token is a Referrals User's.",
            ));
        }
        let mut team = document.get("team").items().iter();
        let is_in = team.any(|person| {
            let email = person.get("email").text().unwrap_or_default();
            email.to_lowercase() == self.email.to_lowercase()
        });
        match is_in {
            true => Ok(()),
            false => Err(Problem::no_permission(
                "The token is a Referrals User's, who sees and changes only referrals in whose \
                 team the user is, says the page \"referral-api-authentication\" (2024). Have a \
                 Referrals Admin add the user to /team, or use a Referrals Admin's token.",
            )
            .about("team")),
        }
    }

    /// The filter, in OData's words, that leaves what [`Self::check`] lets through of what
    /// another one leaves. None where the other one does.
    pub(crate) fn filter(&self, other: Option<&str>) -> Option<String> {
        if self.role == Role::Admin {
            return None;
        }
        let email = self.email.to_lowercase().replace('\'', "''");
        let other = other.map(|other| format!("({other}) and "));
        Some(format!(
            "{}team/any(t:tolower(t/email) eq '{email}') and \
             not (type eq 'Independent' and qualification eq 'Direct')",
            other.unwrap_or_default()
        ))
    }
}

/// A customer who came through a marketplace or a profile.
fn is_marketplace_lead(document: &Json) -> bool {
    let is = |name, value| document.get(name).text() == Some(value);
    is("type", "Independent") && is("qualification", "Direct")
}
