//! App+User credentials.

use std::fmt;
use std::time::Duration;

use oauth2::StandardDeviceAuthorizationResponse;
use tokio::sync::Mutex;
use url::Url;

use super::endpoint::Granted;
use super::refusal::Refusal;
use super::store::Keeper;
use super::{Application, SignIn, SignInStore, browser};
use crate::printable::printable;
use crate::token::Secret;
use crate::{AccessToken, Audience, Credential, Error, ErrorKind, TokenFuture, TokenRequest};

/// App+User: somebody signs in, once, and the application acts for them.
///
/// What a sign-in brings is kept in the [`store`](Self::store), and a refresh token in it
/// gets new tokens without anybody at a screen. It ends after 90 days without use, with a
/// change of the password, or when it is taken back; then somebody has to sign in again.
///
/// Documentation: "Enabling the Secure Application Model framework", Partner Center.
pub struct AppUser {
    application: Application,
    way: Way,
    given: Option<Secret>,
    /// Held while the authority is asked.
    keeper: Mutex<Keeper>,
}

/// How somebody signs in.
enum Way {
    /// Not here.
    None,
    Device(Box<dyn Fn(&DevicePrompt) + Send + Sync>),
    Browser(Box<dyn Fn(&Url) + Send + Sync>),
}

/// What to tell somebody who is to sign in on another device.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DevicePrompt {
    /// The page to open there.
    pub verification_uri: String,
    /// The code to type in.
    pub user_code: String,
    /// How long the code is good for.
    pub expires_in: Duration,
}

impl DevicePrompt {
    fn of(details: &StandardDeviceAuthorizationResponse) -> Self {
        // It goes to a terminal.
        Self {
            verification_uri: printable(details.verification_uri().as_str()),
            user_code: printable(details.user_code().secret()),
            expires_in: details.expires_in(),
        }
    }
}

impl fmt::Display for DevicePrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "To sign in, open {} on any device and enter the code {} within {} minutes.",
            self.verification_uri,
            self.user_code,
            self.expires_in.as_secs() / 60
        )
    }
}

impl AppUser {
    /// The credentials of whoever signs in to this application. Without
    /// [`device_code`](Self::device_code) or [`browser`](Self::browser) nobody can, here:
    /// they have to be in the store, or come with a refresh token.
    pub fn new(application: Application) -> Self {
        Self {
            application,
            way: Way::None,
            given: None,
            keeper: Mutex::default(),
        }
    }

    /// Lets somebody sign in on another device, where they type in a code that `prompt`
    /// shows.
    ///
    /// Documentation: "OAuth 2.0 device authorization grant", Microsoft identity platform.
    pub fn device_code(mut self, prompt: impl Fn(&DevicePrompt) + Send + Sync + 'static) -> Self {
        self.way = Way::Device(Box::new(prompt));
        self
    }

    /// Lets somebody sign in in a browser on this machine, which `open` opens with the
    /// URL it is given. The browser comes back to a port of this machine that is open
    /// until then, at most five minutes; `http://localhost` has to be a redirect URI of
    /// the application.
    ///
    /// Documentation: "OAuth 2.0 authorization code flow", Microsoft identity platform.
    pub fn browser(mut self, open: impl Fn(&Url) + Send + Sync + 'static) -> Self {
        self.way = Way::Browser(Box::new(open));
        self
    }

    /// Begins with this refresh token, unless there is a better one in the store.
    pub fn refresh_token(mut self, token: impl Into<Secret>) -> Self {
        self.given = Some(token.into());
        self
    }

    /// Where the sign-in is kept between runs; nowhere when not called.
    pub fn store(mut self, store: impl SignInStore) -> Self {
        self.keeper = Mutex::new(Keeper::new(store));
        self
    }

    /// Lets somebody sign in now, also where somebody is signed in. Best done before the
    /// first call: a call waits no longer than its deadline.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when it is refused or nobody does it,
    /// [`ErrorKind::Configuration`] when there is no way to. What the store says when it
    /// cannot keep the sign-in, which is good until the program ends all the same.
    pub async fn sign_in(&self, audience: Audience) -> Result<AccessToken, Error> {
        let mut keeper = self.keeper.lock().await;
        let request = TokenRequest::new(audience);
        let granted = match (&self.way, &self.given) {
            (Way::None, Some(given)) => self.redeem(given.expose(), audience).await,
            _ => self.ask_somebody(audience).await,
        };
        let granted = granted.map_err(|refusal| refusal.error)?;
        let mut sign_in = SignIn::of(&self.application);
        let access = sign_in.take(&request, granted);
        let saved = keeper.save(sign_in).await;
        saved.map_err(|error| error.after("somebody has signed in, and it is not kept"))?;
        Ok(access)
    }

    /// Forgets who is signed in. Their tokens end by themselves, access tokens within
    /// about an hour.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credential`] when the store cannot be cleared.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.keeper.lock().await.clear().await
    }

    async fn get(&self, request: TokenRequest<'_>) -> Result<AccessToken, Error> {
        let mut keeper = self.keeper.lock().await;
        let kept = keeper.load(&self.application).await?;
        let now = self.application.clock.now();
        if let Some(token) = kept.iter().find_map(|kept| kept.usable(&request, now)) {
            return Ok(token);
        }
        let of_kept = |kept: SignIn| Some((kept.refresh_token.clone()?.into(), kept));
        let given = self.given.clone();
        let given = given.map(|given| (given, SignIn::of(&self.application)));
        let mut ended = None;
        for (token, mut sign_in) in kept.into_iter().filter_map(of_kept).chain(given) {
            match self.redeem(token.expose(), request.audience()).await {
                Ok(granted) => {
                    let access = sign_in.take(&request, granted);
                    keeper.save_or_warn(sign_in).await;
                    return Ok(access);
                }
                Err(refusal) if refusal.sign_in => ended = Some(refusal.error),
                Err(refusal) => return Err(refusal.error),
            }
        }
        if let Way::None = self.way {
            return Err(ended.unwrap_or_else(|| self.nobody()));
        }
        let granted = self.ask_somebody(request.audience()).await;
        let granted = granted.map_err(|refusal| refusal.error)?;
        let mut sign_in = SignIn::of(&self.application);
        let access = sign_in.take(&request, granted);
        keeper.save_or_warn(sign_in).await;
        Ok(access)
    }

    async fn redeem(&self, token: &str, audience: Audience) -> Result<Granted, Refusal> {
        self.application.redeem(token, audience).await
    }

    async fn ask_somebody(&self, audience: Audience) -> Result<Granted, Refusal> {
        match &self.way {
            Way::None => Err(self.nobody().into()),
            Way::Device(prompt) => {
                let prompt = |details: &_| prompt(&DevicePrompt::of(details));
                self.application.ask_by_device(audience, prompt).await
            }
            Way::Browser(open) => browser::ask(&self.application, audience, open).await,
        }
    }

    fn nobody(&self) -> Error {
        let tenant = self.application.authority.tenant();
        Error::new(
            ErrorKind::SignIn,
            format!(
                "nobody is signed in to the tenant {tenant} for this application: sign in first"
            ),
        )
    }
}

impl Credential for AppUser {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(self.get(request))
    }
}

impl fmt::Debug for AppUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppUser")
            .field("application", &self.application)
            .field("keeper", &self.keeper)
            .finish_non_exhaustive()
    }
}
