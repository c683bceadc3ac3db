//! App-only credentials.

use tokio::sync::Mutex;

use super::authority::Proof;
use super::store::Keeper;
use super::{Application, SignIn, SignInStore};
use crate::{AccessToken, Credential, Error, TokenFuture, TokenRequest};

/// App-only: the application signs in for itself, with its client secret or its
/// certificate. The live API does not take such tokens; the API of 2018 and webhooks do.
///
/// ```no_run
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use referrals::identity::{AppOnly, Application, Authority, ClientCertificate};
/// use referrals::Referrals;
///
/// let authority = Authority::global("contoso.example.com")?;
/// let certificate = ClientCertificate::from_pem(&std::fs::read("app.pem")?)?;
/// let id = "66666666-7777-4888-8999-000000000000";
/// let credential = AppOnly::new(Application::with_certificate(authority, id, certificate))?;
/// let referrals = Referrals::builder().credential(credential).build()?;
/// # drop(referrals);
/// # Ok(())
/// # }
/// ```
///
/// Documentation: "Partner Center authentication".
#[derive(Debug)]
pub struct AppOnly {
    application: Application,
    /// Held while the authority is asked.
    keeper: Mutex<Keeper>,
}

impl AppOnly {
    /// The credentials of this application.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when it has neither
    /// secret nor certificate, or its authority names no tenant of its own.
    pub fn new(application: Application) -> Result<Self, Error> {
        if matches!(application.proof, Proof::None) {
            return Err(Error::configuration(
                "a public client cannot sign in for itself: give its secret or its certificate",
            ));
        }
        if application.authority.is_any_tenant() {
            return Err(Error::configuration(format!(
                "an application cannot sign in to the tenant {}: name its own",
                application.authority.tenant()
            )));
        }
        Ok(Self {
            application,
            keeper: Mutex::default(),
        })
    }

    /// Where tokens are kept between runs; nowhere when not called.
    pub fn store(mut self, store: impl SignInStore) -> Self {
        self.keeper = Mutex::new(Keeper::new(store));
        self
    }

    async fn get(&self, request: TokenRequest<'_>) -> Result<AccessToken, Error> {
        let mut keeper = self.keeper.lock().await;
        let kept = keeper.load(&self.application).await?;
        let now = self.application.clock.now();
        if let Some(token) = kept.iter().find_map(|kept| kept.usable(&request, now)) {
            return Ok(token);
        }
        let kept = kept.into_iter().next();
        let mut sign_in = kept.unwrap_or_else(|| SignIn::of(&self.application));
        let granted = self.application.ask_for_itself(request.audience()).await;
        let access = granted.map_err(|refusal| refusal.error)?.access;
        sign_in.keep(&request, &access);
        keeper.save_or_warn(sign_in).await;
        Ok(access)
    }
}

impl Credential for AppOnly {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(self.get(request))
    }

    fn is_app_only(&self) -> bool {
        true
    }
}
