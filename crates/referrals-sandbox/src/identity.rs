//! An authority such as Microsoft Entra ID, for one tenant with one user and two
//! applications.
//!
//! It knows the v2 endpoints and those of v1, which name a `resource` in place of a
//! `scope` and write numbers as text. Signing in is simulated: whoever asks is the user.
//!
//! Documentation: "OAuth 2.0 and OpenID Connect protocols on the Microsoft identity
//! platform" and "Microsoft Entra authentication and authorization error codes".

mod access;
mod assertion;
mod endpoints;
mod refusal;
mod role;
mod sign_in;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ring::hmac;
use uuid::Uuid;

use crate::clock::Now;
pub(crate) use assertion::certificate;
pub(crate) use endpoints::routes;
pub use role::Role;

/// The tenant.
pub const TENANT: &str = "3b1c7a52-8f0e-4d6b-9c2a-5e7f10d4b8a6";

/// Another name of the tenant.
pub const TENANT_DOMAIN: &str = "fabrikam.example.com";

/// What stands for any tenant, for whoever signs in.
const ANY_TENANT: [&str; 2] = ["common", "organizations"];

/// The application that keeps no secret, for people at a screen.
pub const PUBLIC_CLIENT: &str = "7d2f4e18-6a3b-4c95-b0d7-1e8a9f5c2b34";

/// The application with a client secret and, if it was given one, a certificate.
pub const CONFIDENTIAL_CLIENT: &str = "c9e01f6d-2b74-4a8e-93d5-6f0b7c1a2e58";

/// Whoever signs in, unless the sandbox was given another user: one of the partner whose data
/// it is, and in the team of some of its referrals.
pub const USER: &str = "ada.example@fabrikam.example.com";

/// The permission that the API wants.
pub(crate) const PERMISSION: &str = "user_impersonation";

/// The user's id in the tenant.
const USER_ID: &str = "e4a6b2d0-5c1f-4f39-8a7e-0d9c3b6f1e72";

/// How long a device code is good for.
const DEVICE_LIFE: Duration = Duration::from_secs(15 * 60);

/// How long a code is good for that a browser comes back with.
const CODE_LIFE: Duration = Duration::from_secs(10 * 60);

/// A refresh token dies when nobody uses it for so long.
const REFRESH_LIFE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How much is kept of each kind.
const KEPT: usize = 10_000;

/// How an authority is set up.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) now: Now,
    pub(crate) token_lifetime: Duration,
    pub(crate) mfa: bool,
    pub(crate) role: Role,
    /// Whoever signs in.
    pub(crate) user: String,
    /// What tokens of users have in `scp`.
    pub(crate) scope: String,
    pub(crate) approve_devices: bool,
    pub(crate) certificate: Option<Vec<u8>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            now: Arc::new(SystemTime::now),
            token_lifetime: Duration::from_secs(3599),
            mfa: true,
            role: Role::default(),
            user: USER.to_owned(),
            scope: PERMISSION.to_owned(),
            approve_devices: false,
            certificate: None,
        }
    }
}

/// The authority of a sandbox.
pub struct Identity {
    /// Where the sandbox is, without a slash at the end.
    url: String,
    setup: Setup,
    mfa: AtomicBool,
    role: AtomicU8,
    client_secret: String,
    /// Signs tokens. Gone with the sandbox.
    key: hmac::Key,
    kept: Mutex<Kept>,
}

/// Sign-ins under way, and what they brought.
#[derive(Default)]
struct Kept {
    devices: HashMap<String, Device>,
    codes: HashMap<String, Code>,
    refresh_tokens: HashMap<String, Refresh>,
    /// Requests for tokens by their grant.
    asked: BTreeMap<String, u64>,
}

/// Somebody who is to sign in on another device.
struct Device {
    user_code: String,
    client: &'static str,
    wanted: Wanted,
    until: SystemTime,
    polled: Option<SystemTime>,
    verdict: Option<bool>,
}

/// What a sign-in is for, as it was said when it began.
#[derive(Clone)]
struct Wanted {
    resource: String,
    /// Whether there is to be a refresh token.
    offline: bool,
}

/// A code that a browser came back with.
struct Code {
    client: &'static str,
    wanted: Wanted,
    redirect: String,
    /// The digest that the verifier has to have.
    challenge: Option<String>,
    nonce: Option<String>,
    until: SystemTime,
    redeemed: bool,
}

struct Refresh {
    client: &'static str,
    resource: String,
    used: SystemTime,
    revoked: bool,
}

impl Identity {
    pub(crate) fn new(url: String, setup: Setup) -> Self {
        let random = || Uuid::new_v4().into_bytes();
        let key = [random(), random()].concat();
        Self {
            url,
            mfa: AtomicBool::new(setup.mfa),
            role: AtomicU8::new(setup.role as u8),
            setup,
            client_secret: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            kept: Mutex::default(),
        }
    }

    /// The base URL of the authority, which the tenant comes behind.
    pub fn authority(&self) -> &str {
        &self.url
    }

    /// The tenant: [`TENANT`].
    pub fn tenant(&self) -> &'static str {
        TENANT
    }

    /// The id of the application that keeps no secret: [`PUBLIC_CLIENT`].
    pub fn public_client(&self) -> &'static str {
        PUBLIC_CLIENT
    }

    /// The id of the application with a secret: [`CONFIDENTIAL_CLIENT`].
    pub fn confidential_client(&self) -> &'static str {
        CONFIDENTIAL_CLIENT
    }

    /// The secret of that application, another one each time.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// Signs the user in on the device that shows this code. Says whether there is one.
    pub fn approve(&self, user_code: &str) -> bool {
        self.judge(user_code, true)
    }

    /// Declines to sign in on the device that shows this code. Says whether there is one.
    pub fn decline(&self, user_code: &str) -> bool {
        self.judge(user_code, false)
    }

    /// Takes all refresh tokens back, as a change of the password does. Access tokens
    /// live on to their end.
    pub fn revoke_refresh_tokens(&self) {
        for refresh in self.kept().refresh_tokens.values_mut() {
            refresh.revoked = true;
        }
    }

    /// Whether whoever signs in from now on has a second factor.
    pub fn set_mfa(&self, mfa: bool) {
        self.mfa.store(mfa, Ordering::Relaxed);
    }

    /// Which role whoever signs in from now on has, and whoever uses the token that the
    /// sandbox printed.
    pub fn set_role(&self, role: Role) {
        self.role.store(role as u8, Ordering::Relaxed);
    }

    /// That role.
    pub fn role(&self) -> Role {
        Role::from_place(self.role.load(Ordering::Relaxed))
    }

    /// Whoever signs in: [`USER`], unless the sandbox was given another user.
    pub fn user(&self) -> &str {
        &self.setup.user
    }

    /// How often tokens were asked for with this grant, such as `refresh_token`, whatever
    /// came of it.
    pub fn token_requests(&self, grant: &str) -> u64 {
        self.kept().asked.get(grant).copied().unwrap_or_default()
    }

    fn judge(&self, user_code: &str, verdict: bool) -> bool {
        let user_code = user_code.trim().to_ascii_uppercase();
        let now = self.now();
        let mut kept = self.kept();
        let device = kept
            .devices
            .values_mut()
            .find(|device| device.user_code == user_code && device.until > now);
        match device {
            Some(device) => {
                device.verdict = Some(verdict);
                true
            }
            None => false,
        }
    }

    fn now(&self) -> SystemTime {
        (self.setup.now)()
    }

    fn seconds(&self) -> u64 {
        let since = self.now().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything in it is secret or dull.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// A secret that nobody guesses.
fn secret(kind: &str) -> String {
    let [first, second] = [Uuid::new_v4(), Uuid::new_v4()].map(|id| id.simple().to_string());
    format!("{kind}.{first}{second}")
}
