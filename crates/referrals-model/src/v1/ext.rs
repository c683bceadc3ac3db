//! What a reader of v1 wants and the contract cannot say.

use super::{Referral, ReferralType};

impl Referral {
    /// How the parties work on the referral, under either of its names.
    ///
    /// The documentation of September 2018 calls the member `referralType`,
    /// the wire and all later pages call it `type`.
    ///
    /// ```
    /// use referrals_model::v1::{Referral, ReferralType};
    ///
    /// let referral: Referral = serde_json::from_str(r#"{"type":"Competitive"}"#)?;
    /// assert_eq!(referral.kind(), Some(&ReferralType::Competitive));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn kind(&self) -> Option<&ReferralType> {
        self.referral_type.as_ref().or(self.type_.as_ref())
    }
}
