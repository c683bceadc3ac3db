//! The client and how it is set up.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use referrals_client::{ExtraRoots, http_client_trusting, require_secure};
use tokio::sync::Semaphore;
use url::Url;
use uuid::Uuid;

use crate::credential::Tokens;
use crate::doctor::Diagnosis;
use crate::drift::Drift;
use crate::engagements::Engagements;
use crate::retry::SystemClock;
use crate::v1::V1;
use crate::{Audience, Clock, Credential, Error, ErrorKind, RetryPolicy, Token};

/// Where the service is: the host of the documentation's request URIs.
pub const DEFAULT_BASE_URL: &str = "https://api.partner.microsoft.com";

/// A client of the referrals API. Cheap to clone; clones share connections.
///
/// ```
/// use referrals::Referrals;
///
/// let referrals = Referrals::builder().token("a token").build()?;
/// let list = referrals.v1().list().engagement_id("5d1b0c5e-2a7f-4f0a-9a55-2f3e6c1d9b10");
/// # drop(list);
/// # Ok::<(), referrals::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Referrals {
    pub(crate) shared: Arc<Shared>,
}

impl Referrals {
    /// Sets up a client.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The live API.
    pub fn engagements(&self) -> Engagements {
        Engagements::new(self.clone())
    }

    /// What there is to say about the token that calls are made with. One is got for it
    /// if there is none yet; the service is not asked.
    ///
    /// # Errors
    ///
    /// When there is no token.
    pub async fn diagnose(&self) -> Result<Diagnosis, Error> {
        let now = self.shared.clock.now();
        let token = self
            .shared
            .tokens
            .get(Audience::Referrals, now, None, false);
        Ok(Diagnosis::of_token(&token.await?, now))
    }

    /// What the answers so far had beyond the contract, those of clones included: places
    /// and new values with their counts. Nothing unless
    /// [`Builder::observe_drift`] was called.
    pub fn drift(&self) -> Drift {
        match &self.shared.drift {
            Some(drift) => drift.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            None => Drift::default(),
        }
    }

    /// The API as documented in September 2018.
    pub fn v1(&self) -> V1 {
        V1::new(self.clone())
    }
}

/// What all calls of a client share.
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    pub(crate) tokens: Tokens,
    pub(crate) application: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) contract_version: Option<String>,
    pub(crate) new_id: NewId,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
    /// One permit for each request that may be under way.
    pub(crate) permits: Semaphore,
    /// What answers had beyond the contract, where somebody wants to know.
    drift: Option<Mutex<Drift>>,
}

impl Shared {
    /// Adds what an answer had, if somebody wants to know.
    pub(crate) fn observe(&self, drift: impl FnOnce() -> Drift) {
        if let Some(all) = &self.drift {
            let drift = drift();
            all.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .merge(drift);
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("base_url", &self.base_url)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

type NewId = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// Sets up a [`Referrals`] client.
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    base_url: String,
    credential: Option<Box<dyn Credential>>,
    application: Option<String>,
    locale: Option<String>,
    contract_version: Option<String>,
    idle_timeout: Duration,
    new_id: NewId,
    retry: RetryPolicy,
    clock: Arc<dyn Clock>,
    concurrency: usize,
    roots: ExtraRoots,
    observe_drift: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            credential: None,
            application: None,
            locale: None,
            contract_version: None,
            idle_timeout: Duration::from_secs(60),
            new_id: Arc::new(Uuid::new_v4),
            retry: RetryPolicy::default(),
            clock: Arc::new(SystemClock),
            concurrency: 8,
            roots: ExtraRoots::default(),
            observe_drift: false,
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may still have a password in it.
        f.debug_struct("Builder")
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// The URL that paths such as `/v1/referrals` are appended to,
    /// [`DEFAULT_BASE_URL`] when not called. Plain http is accepted for this
    /// machine only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The bearer token to send: App or App+User credentials for the audience
    /// `https://api.partner.microsoft.com`.
    pub fn token(mut self, token: impl Into<Token>) -> Self {
        let token = token.into();
        // An empty one is none, and `build` says so.
        let credential: Box<dyn Credential> = Box::new(token.clone());
        self.credential = (!token.secret().is_empty()).then_some(credential);
        self
    }

    /// Where tokens come from, in place of [`token`](Self::token).
    ///
    /// ```
    /// use referrals::{AzureCli, Referrals};
    ///
    /// let credential = AzureCli::new();
    /// let referrals = Referrals::builder().credential(credential).build()?;
    /// # drop(referrals);
    /// # Ok::<(), referrals::Error>(())
    /// ```
    pub fn credential(mut self, credential: impl Credential) -> Self {
        self.credential = Some(Box::new(credential));
        self
    }

    /// The name of the calling application, sent as
    /// `MS-PartnerCenter-Application`.
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// The language of the service's texts, sent as `X-Locale`, such as `de-DE`.
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// The version to send as `MS-Contract-Version`. The header page calls the
    /// header required, no example sends it; nothing is sent unless this is
    /// called.
    pub fn contract_version(mut self, version: impl Into<String>) -> Self {
        self.contract_version = Some(version.into());
        self
    }

    /// How long the service may send nothing before an attempt is given up: 60
    /// seconds when not called. How long a call may take in all says
    /// [`RetryPolicy::deadline`].
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// Where the ids of requests come from: random ones when not called.
    pub fn request_ids(mut self, new_id: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        self.new_id = Arc::new(new_id);
        self
    }

    /// When calls are attempted again: [`RetryPolicy::default`] when not called.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many requests may be under way at once, those of clones included: 8
    /// when not called, since the service counts all requests of a partner. Others
    /// wait. 0 is taken for 1.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Certificates to trust besides those of the operating system, such as that of a
    /// proxy that looks into TLS.
    pub fn trust(mut self, roots: ExtraRoots) -> Self {
        self.roots = roots;
        self
    }

    /// Counts what answers have beyond the contract, for [`Referrals::drift`]. Every
    /// record is looked through for that.
    pub fn observe_drift(mut self) -> Self {
        self.observe_drift = true;
        self
    }

    /// The clock to wait by, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the base URL or a header value cannot
    /// be used, [`ErrorKind::Credential`] when there is no usable token.
    pub fn build(self) -> Result<Referrals, Error> {
        let base_url = checked_base_url(&self.base_url)?;
        for (what, value) in [
            ("application name", &self.application),
            ("locale", &self.locale),
            ("contract version", &self.contract_version),
        ] {
            if let Some(value) = value
                && (value.is_empty() || HeaderValue::from_str(value).is_err())
            {
                return Err(Error::configuration(format!(
                    "the {what} {value:?} cannot be sent as a header: \
                     use printable characters on one line"
                )));
            }
        }
        let Some(credential) = self.credential else {
            return Err(Error::new(
                ErrorKind::Credential,
                "there is no token: give one to the builder",
            ));
        };
        let http = http_client_trusting(&base_url, &self.roots)
            .map_err(|error| Error::configuration(error.to_string()).with_source(error))?
            .user_agent(concat!("referrals/", env!("CARGO_PKG_VERSION")))
            .read_timeout(self.idle_timeout)
            .build()
            .map_err(|error| {
                Error::configuration("cannot set up the HTTP client").with_source(error)
            })?;
        Ok(Referrals {
            shared: Arc::new(Shared {
                // Paths start with a slash.
                base_url: base_url.as_str().trim_end_matches('/').to_owned(),
                http,
                tokens: Tokens::new(credential),
                application: self.application,
                locale: self.locale,
                contract_version: self.contract_version,
                new_id: self.new_id,
                retry: self.retry,
                clock: self.clock,
                permits: Semaphore::new(self.concurrency),
                drift: self.observe_drift.then(Mutex::default),
            }),
        })
    }
}

fn checked_base_url(text: &str) -> Result<Url, Error> {
    // It may hold a password or a key, which is not repeated.
    let shown = match text.split(['?', '#']).next().unwrap_or_default() {
        plain if plain.contains('@') => "the base URL".to_owned(),
        plain => format!("the base URL {plain:?}"),
    };
    let refuse = |reason: &str| {
        Error::configuration(format!(
            "{reason}: give a base URL such as {DEFAULT_BASE_URL}"
        ))
    };
    let url: Url = text
        .parse()
        .map_err(|error| refuse(&format!("{shown} is not a URL ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("the base URL has a user name or password in it"));
    }
    if !url.has_host() {
        return Err(refuse(&format!("{shown} has no host")));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse(&format!("{shown} has a query or a fragment")));
    }
    require_secure(&url).map_err(|error| Error::configuration(error.to_string()))?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(builder: Builder) -> (ErrorKind, String) {
        let error = builder.build().expect_err("refused");
        (error.kind(), error.to_string())
    }

    #[test]
    fn a_base_url_is_checked_before_anything_is_sent() {
        for (base_url, part) in [
            ("", "is not a URL"),
            ("api.partner.microsoft.com", "is not a URL"),
            (
                "http://api.partner.microsoft.com",
                "no token is sent to http://api.partner.microsoft.com",
            ),
            ("https://example.com/?x=1", "has a query"),
            ("https://u:hunter2@example.com/", "user name or password"),
            ("https://u:hunter2@[bad", "is not a URL"),
            ("https://example.com/?key=hunter2", "has a query"),
            ("mailto:a@example.com", "has no host"),
            ("ftp://example.com", "no token is sent"),
        ] {
            let (kind, message) = refusal(Referrals::builder().token("t").base_url(base_url));
            assert_eq!(kind, ErrorKind::Configuration, "{base_url}");
            assert!(message.contains(part), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn a_base_url_may_have_a_path() {
        let base_url = "https://proxy.example.com/partner/";
        let client = Referrals::builder().token("t").base_url(base_url).build();
        let shared = client.expect("a client").shared;
        assert_eq!(shared.base_url, "https://proxy.example.com/partner");
    }

    #[test]
    fn a_client_needs_a_token_and_never_shows_it() {
        assert_eq!(refusal(Referrals::builder()).0, ErrorKind::Credential);
        assert_eq!(
            refusal(Referrals::builder().token("")).0,
            ErrorKind::Credential
        );
        let builder = Referrals::builder().token("s3cret");
        assert!(!format!("{builder:?}").contains("s3cret"));
        let client = builder.build().expect("a client");
        assert!(!format!("{client:?}").contains("s3cret"));
    }

    #[test]
    fn a_header_value_that_cannot_be_sent_is_refused() {
        let (kind, message) = refusal(Referrals::builder().token("t").locale("de\r\nX: y"));
        assert_eq!(kind, ErrorKind::Configuration);
        assert!(message.contains("the locale \"de\\r\\nX: y\""), "{message}");
    }
}
