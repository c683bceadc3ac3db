//! Who is asked for tokens, and on behalf of which application.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use referrals_client::{ExtraRoots, require_secure};
use url::Url;

use super::ClientCertificate;
use crate::retry::SystemClock;
use crate::token::Secret;
use crate::{Clock, Error};

/// One of Microsoft's clouds. The documentation of referrals speaks of the global one
/// only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Cloud {
    /// `login.microsoftonline.com`
    #[default]
    Global,
    /// Operated by 21Vianet: `login.partner.microsoftonline.cn`
    China,
    /// `login.microsoftonline.us`
    UsGovernment,
}

impl Cloud {
    const ALL: [Self; 3] = [Self::Global, Self::China, Self::UsGovernment];

    /// The name in settings: `global`, `china` or `us-government`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::China => "china",
            Self::UsGovernment => "us-government",
        }
    }

    fn login(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::China => "https://login.partner.microsoftonline.cn",
            Self::UsGovernment => "https://login.microsoftonline.us",
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Cloud {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let mut clouds = Self::ALL.into_iter();
        clouds.find(|cloud| cloud.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::configuration(format!("{name:?} is no cloud: the clouds are {names}"))
        })
    }
}

/// Where to sign in: a host and a tenant.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority {
    /// Ends with the tenant.
    url: Url,
    tenant: String,
}

impl Authority {
    /// A tenant of the global cloud.
    ///
    /// ```
    /// use referrals::identity::Authority;
    ///
    /// assert!(Authority::global("contoso.example.com").is_ok());
    /// assert!(Authority::global("contoso.example.com/oauth2").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when it is neither
    /// an id nor a domain nor one of `common` and `organizations`.
    pub fn global(tenant: &str) -> Result<Self, Error> {
        Self::of(Cloud::Global, tenant)
    }

    /// A tenant of this cloud.
    ///
    /// # Errors
    ///
    /// As [`global`](Self::global).
    pub fn of(cloud: Cloud, tenant: &str) -> Result<Self, Error> {
        Self::at(cloud.login(), tenant)
    }

    /// A tenant at a host of your own, such as a sandbox. Plain http is accepted for
    /// this machine only.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when URL or tenant
    /// cannot be used.
    pub fn at(url: &str, tenant: &str) -> Result<Self, Error> {
        let letter = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
        if tenant.is_empty()
            || tenant.len() > 255
            || !tenant.chars().all(letter)
            || tenant.starts_with('.')
        {
            return Err(Error::configuration(format!(
                "{tenant:?} is no tenant: give its id or its domain, such as contoso.onmicrosoft.com"
            )));
        }
        // It may hold a password.
        let refuse = |reason: String| {
            Error::configuration(format!(
                "{reason}: give the address of an authority such as {}",
                Cloud::Global.login()
            ))
        };
        let mut url: Url = url
            .parse()
            .map_err(|error| refuse(format!("the authority is not a URL ({error})")))?;
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || !url.has_host() || url.query().is_some() || url.fragment().is_some() {
            let reason = "the authority is not just a scheme, a host and perhaps a path";
            return Err(refuse(reason.to_owned()));
        }
        require_secure(&url).map_err(|error| refuse(error.to_string()))?;
        let path = format!("{}/{tenant}", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self {
            url,
            tenant: tenant.to_owned(),
        })
    }

    /// The tenant as it was given.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The URL, the tenant included.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it stands for any tenant, which an application cannot sign in to.
    pub(super) fn is_any_tenant(&self) -> bool {
        ["common", "organizations", "consumers"]
            .iter()
            .any(|name| self.tenant.eq_ignore_ascii_case(name))
    }

    /// An endpoint of it.
    pub(super) fn endpoint(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.url)
    }
}

/// An application as it is registered in Microsoft Entra ID.
///
/// For App+User it needs the delegated permission `user_impersonation` of "Microsoft
/// Partner" (Microsoft Dev Center) and an administrator's consent.
#[derive(Clone)]
pub struct Application {
    pub(super) authority: Authority,
    pub(super) client_id: String,
    pub(super) proof: Proof,
    pub(super) roots: ExtraRoots,
    pub(super) clock: Arc<dyn Clock>,
    /// Made when it is needed first: most commands have a token that is still good.
    pub(super) http: Arc<OnceLock<reqwest::Client>>,
}

/// How an application proves to be itself.
#[derive(Clone)]
pub(super) enum Proof {
    /// Not at all: anybody has its program.
    None,
    Secret(Secret),
    Certificate(Arc<ClientCertificate>),
}

impl Application {
    fn new(authority: Authority, client_id: String, proof: Proof) -> Self {
        Self {
            authority,
            client_id,
            proof,
            roots: ExtraRoots::default(),
            clock: Arc::new(SystemClock),
            http: Arc::default(),
        }
    }

    /// A public client: a program on people's own machines, which keeps no secret. Its
    /// registration has to allow public client flows.
    pub fn public(authority: Authority, client_id: impl Into<String>) -> Self {
        Self::new(authority, client_id.into(), Proof::None)
    }

    /// A confidential client with a client secret.
    pub fn with_secret(
        authority: Authority,
        client_id: impl Into<String>,
        secret: impl Into<Secret>,
    ) -> Self {
        Self::new(authority, client_id.into(), Proof::Secret(secret.into()))
    }

    /// A confidential client with a certificate.
    pub fn with_certificate(
        authority: Authority,
        client_id: impl Into<String>,
        certificate: ClientCertificate,
    ) -> Self {
        let proof = Proof::Certificate(Arc::new(certificate));
        Self::new(authority, client_id.into(), proof)
    }

    /// Certificates to trust besides those of the operating system.
    pub fn trust(mut self, roots: ExtraRoots) -> Self {
        self.roots = roots;
        self
    }

    /// The clock to go by, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where it signs in.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Its id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proof = match self.proof {
            Proof::None => "none",
            Proof::Secret(_) => "client secret",
            Proof::Certificate(_) => "client certificate",
        };
        f.debug_struct("Application")
            .field("authority", &self.authority)
            .field("client_id", &self.client_id)
            .field("proof", &proof)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_has_its_own_authority() {
        for (name, url) in [
            ("global", "https://login.microsoftonline.com/contoso"),
            ("china", "https://login.partner.microsoftonline.cn/contoso"),
            ("us-government", "https://login.microsoftonline.us/contoso"),
        ] {
            let cloud: Cloud = name.parse().expect(name);
            let authority = Authority::of(cloud, "contoso").expect(name);
            assert_eq!(authority.url().as_str(), url);
        }
        let error = "germany".parse::<Cloud>().expect_err("closed").to_string();
        assert_eq!(
            error,
            "\"germany\" is no cloud: the clouds are global, china, us-government"
        );
    }

    #[test]
    fn an_authority_that_secrets_must_not_go_to_is_refused() {
        for (url, tenant, part) in [
            (
                "http://login.example.com",
                "t",
                "no token is sent to http://login.example.com",
            ),
            ("https://u:hunter2@login.example.com", "t", "just a scheme"),
            (
                "https://login.example.com?key=hunter2",
                "t",
                "just a scheme",
            ),
            ("login.example.com", "t", "not a URL"),
            ("https://login.example.com", "", "\"\" is no tenant"),
            ("https://login.example.com", "..", "no tenant"),
            ("https://login.example.com", "a/b", "no tenant"),
            ("https://login.example.com", "a?b", "no tenant"),
        ] {
            let error = Authority::at(url, tenant).expect_err(url).to_string();
            assert!(
                error.contains(part) && !error.contains("hunter2"),
                "{error}"
            );
        }
        let authority = Authority::at("http://127.0.0.1:5000/", "t").expect("this machine");
        assert_eq!(authority.endpoint("x"), "http://127.0.0.1:5000/t/x");
    }

    #[test]
    fn an_application_never_shows_its_secret() {
        let authority = Authority::global("contoso").expect("an authority");
        let application = Application::with_secret(authority, "an-app", "hunter2");
        let shown = format!("{application:?}");
        assert!(
            shown.contains("client secret") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
