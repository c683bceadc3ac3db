//! The server and how it is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{fmt, io};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::{Clock, Now};
use crate::control::ControlKey;
use crate::data::{Data, MOST};
use crate::dialect::Dialect;
use crate::faults::{Fault, Faults};
use crate::har::Har;
use crate::identity::{self, Identity, Role, Setup};
use crate::line::{Line, Lines};
use crate::log::Log;
use crate::schemas::Schemas;
use crate::state::{self, Restored, Sharing, State as StateFile, Unwritten};
use crate::store::Store;
use crate::tls::{Tls, TlsListener};
use crate::{control, engagements, home, log, problem, v1};

/// What the handlers need.
pub(crate) struct State {
    pub(crate) token: String,
    /// The name by which it is reached.
    pub(crate) host: String,
    /// Where the sandbox is, without a slash at the end.
    pub(crate) url: String,
    pub(crate) store: Store,
    pub(crate) schemas: &'static Schemas,
    pub(crate) dialect: Dialect,
    pub(crate) next_links: NextLinks,
    pub(crate) created: StatusCode,
    pub(crate) identity: Identity,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) har: Option<Har>,
    pub(crate) control: ControlKey,
    /// The time, and how far it was moved.
    pub(crate) clock: Arc<Clock>,
    /// The certificate to trust, with TLS.
    ca_pem: Option<String>,
}

impl State {
    /// What the sandbox's clock shows, its jumps included.
    pub(crate) fn now(&self) -> SystemTime {
        self.clock.wall()
    }

    /// Forgets all changes; puts back to the beginning, if wanted, faults and clock, too.
    pub(crate) async fn reset(&self, faults: bool, clock: bool) -> Result<(), Unwritten> {
        // Before anything that the caller's end may break off.
        if faults {
            self.faults.restart();
        }
        self.store.reset(clock).await
    }
}

#[cfg(test)]
impl State {
    pub(crate) fn for_tests(data: Data) -> Self {
        let now: Now = Arc::new(SystemTime::now);
        Self {
            faults: Faults::new(data.seed(), Vec::new(), now, Arc::default()),
            log: Log::default(),
            har: None,
            control: ControlKey::new(),
            clock: Arc::default(),
            token: String::new(),
            host: "127.0.0.1".to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            store: Store::new(data),
            schemas: Schemas::get().expect("the contract"),
            dialect: Dialect::Documented,
            next_links: NextLinks::Documented,
            created: StatusCode::CREATED,
            identity: Identity::new("http://127.0.0.1:1".to_owned(), Setup::default()),
            ca_pem: None,
        }
    }
}

/// Where the next links of the live API lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NextLinks {
    /// To `/v1.0/referrals`, as in every documented sample. There is nothing
    /// there: a client takes the continuation token out of the link.
    #[default]
    Documented,
    /// To the list itself.
    Followable,
}

/// Sets up a [`Sandbox`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    referrals: u32,
    seed: u64,
    listen: IpAddr,
    host: Option<String>,
    port: u16,
    token: Option<String>,
    dialect: Dialect,
    next_links: Option<NextLinks>,
    created: StatusCode,
    tls: bool,
    clock: Option<Now>,
    state: Option<(PathBuf, Sharing)>,
    fresh: bool,
    setup: Setup,
    faults: Vec<Fault>,
    log: Option<PathBuf>,
    har: Option<PathBuf>,
}

/// The token is not shown.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("referrals", &self.referrals)
            .field("seed", &self.seed)
            .field("port", &self.port)
            .field("dialect", &self.dialect)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl Builder {
    /// How many referrals there are, 200 when not called, and at most 20 million.
    pub fn referrals(mut self, referrals: u32) -> Self {
        self.referrals = referrals;
        self
    }

    /// What the data is made from, 1 when not called. The same seed makes the
    /// same data, and more referrals begin with those of fewer.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The address to listen on, 127.0.0.1 when not called, which nobody but this machine
    /// reaches. Of another one everybody in its network does, and sends tokens in the clear
    /// without [`tls`](Self::tls).
    pub fn listen(mut self, address: IpAddr) -> Self {
        self.listen = address;
        self
    }

    /// The name by which others reach it: the one of links, of the authority and of the
    /// certificate. When not called it is the address that is listened on, or localhost.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.host = Some(name.into());
        self
    }

    /// The port to listen on; 0 takes any that is free, as when not called.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The token to demand, a random one when not called.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How strictly the sandbox holds callers to the documentation, to the letter when
    /// not called.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Where the next links of the live API lead. When not called they lead where the
    /// documentation has them lead, and where they can be followed in the dialect lenient.
    pub fn next_links(mut self, next_links: NextLinks) -> Self {
        self.next_links = Some(next_links);
        self
    }

    /// Makes a creation answer 200, as Microsoft's connector has it, in place of
    /// the 201 of the later documentation.
    pub fn create_answers_200(mut self) -> Self {
        self.created = StatusCode::OK;
        self
    }

    /// Serves https, with a certificate of an authority that is made for it:
    /// [`Sandbox::ca_pem`].
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Makes something go wrong on purpose. Called again it adds another fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Writes a line of JSON for each request to the end of this file: what was asked, the
    /// status, the ids, and why it was refused. No tokens, no bodies, no values of options.
    pub fn log(mut self, file: impl Into<PathBuf>) -> Self {
        self.log = Some(file.into());
        self
    }

    /// Records the calls to both APIs in this file (HTTP Archive 1.2), in place of what is in
    /// it: people have pseudonyms in it, and there are no tokens.
    pub fn har(mut self, file: impl Into<PathBuf>) -> Self {
        self.har = Some(file.into());
        self
    }

    /// The clock that tokens and codes end by, that of this machine when not called. The
    /// time of referrals goes on with it from where the data ends; without it, that time
    /// stands still but for a second with each change.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(now));
        self
    }

    /// Keeps what is changed in this file, and begins with what is in it. A change is
    /// answered when it is on disk. The file belongs to this sandbox until it ends.
    pub fn state(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some((path.into(), Sharing::Alone));
        self
    }

    /// Keeps what is changed in this file, which others may have, too: each change is made
    /// to what is in the file at that moment. What others change is seen with the next
    /// change. Nothing is written until something is changed.
    pub fn shared_state(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some((path.into(), Sharing::Shared));
        self
    }

    /// How long access tokens live, about an hour when not called.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.setup.token_lifetime = lifetime;
        self
    }

    /// Gives the tokens of users no second factor, so that the API refuses them.
    pub fn without_mfa(mut self) -> Self {
        self.setup.mfa = false;
        self
    }

    /// What users may do with referrals, everything when not called. It is the role of
    /// whoever signs in and of the token that the sandbox printed.
    pub fn role(mut self, role: Role) -> Self {
        self.setup.role = role;
        self
    }

    /// The address of whoever signs in, [`identity::USER`] when not called. Teams know users
    /// by it.
    pub fn user(mut self, email: impl Into<String>) -> Self {
        self.setup.user = email.into();
        self
    }

    /// What the tokens of users have in `scp`, `user_impersonation` when not called. Without
    /// that one the live API refuses them.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.setup.scope = scope.into();
        self
    }

    /// Signs the user in on each device at once, without anybody typing a code in.
    pub fn approve_devices(mut self) -> Self {
        self.setup.approve_devices = true;
        self
    }

    /// Registers a certificate of the confidential application, in PEM form. What it
    /// has no certificate in is not taken.
    ///
    /// # Errors
    ///
    /// When there is no certificate that can be read.
    pub fn client_certificate(mut self, pem: &str) -> io::Result<Self> {
        let certificate = identity::certificate(pem).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "there is no certificate in PEM form that can be read",
            )
        })?;
        self.setup.certificate = Some(certificate);
        Ok(self)
    }

    /// Forgets what is in the state file.
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Starts to listen, on this machine only unless [`listen`](Self::listen) says otherwise.
    ///
    /// # Errors
    ///
    /// When the address or port is taken or cannot be used, the name is none, the token has characters that no
    /// header carries, or there are too many referrals. With a [`StateError`] inside when
    /// the state file cannot be used: of the kind `InvalidInput` when it was made for other
    /// data, and `ResourceBusy` when another sandbox has it.
    ///
    /// [`StateError`]: crate::StateError
    pub async fn start(self) -> io::Result<Sandbox> {
        let printable = |token: &String| token.bytes().all(|letter| letter.is_ascii_graphic());
        if !self
            .token
            .iter()
            .all(|token| !token.is_empty() && printable(token))
        {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the token has to be printable ASCII without blanks",
            ));
        }
        if self.referrals > MOST {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "there are at most {MOST} referrals, so that their index fits into memory; \
                     {} are too many",
                    self.referrals
                ),
            ));
        }
        let schemas = Schemas::get().map_err(io::Error::other)?;
        let named = |file: &Path, error: io::Error| {
            let reason = format!("cannot write {}: {error}", file.display());
            io::Error::new(io::ErrorKind::InvalidInput, reason)
        };
        let log = self.log.as_deref();
        let log = Log::new(log).map_err(|error| named(log.unwrap_or(Path::new("")), error))?;
        let har = self.har.as_deref().map(|file| {
            let har = Har::new(file);
            har.map_err(|error| named(file, error))
        });
        let har = har.transpose()?;
        let clock = Arc::new(Clock::new(self.clock));
        let data = Data::new(self.referrals, self.seed);
        let (state_file, restored) = match self.state {
            None => (None, Restored::default()),
            Some((path, sharing)) => {
                if self.fresh {
                    state::forget(&path)?;
                }
                let (file, restored) = StateFile::open(path, &data, sharing)?;
                (Some(file), restored)
            }
        };
        let store = Store::with(data, clock.clone(), state_file, restored.entries);
        let mut setup = self.setup;
        setup.now = {
            let clock = clock.clone();
            Arc::new(move || clock.wall())
        };
        let listener = TcpListener::bind((self.listen, self.port)).await?;
        let address = listener.local_addr()?;
        let host = host(self.host, address, self.tls)?;
        let tls = match self.tls {
            true => Some(Tls::new(&host)?),
            false => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{host}:{}", address.port());
        let (acceptor, ca_pem) = match tls {
            Some(tls) => (Some(tls.acceptor), Some(tls.ca_pem)),
            None => (None, None),
        };
        // Whoever waits, waits by the clock on the wall.
        let wall: Now = {
            let clock = clock.clone();
            Arc::new(move || clock.unmoved())
        };
        let state = Arc::new(State {
            faults: Faults::new(self.seed, self.faults, wall, clock.clone()),
            log,
            har,
            control: ControlKey::new(),
            clock,
            token: self
                .token
                .unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
            identity: Identity::new(url.clone(), setup),
            ca_pem,
            host,
            url,
            store,
            schemas,
            dialect: self.dialect,
            next_links: self.next_links.unwrap_or(match self.dialect {
                Dialect::Lenient => NextLinks::Followable,
                _ => NextLinks::Documented,
            }),
            created: self.created,
        });
        let (stop, stopped) = oneshot::channel();
        let service = router(state.clone()).into_make_service_with_connect_info::<Line>();
        let stopped = async {
            let _ = stopped.await;
        };
        // Ends when the `Sandbox` is dropped. An error there has nobody left to be told
        // to.
        let server = match acceptor {
            Some(acceptor) => {
                let lines = Lines(TlsListener::new(listener, acceptor));
                let server = axum::serve(lines, service);
                tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
            }
            None => {
                let server = axum::serve(Lines(listener), service);
                tokio::spawn(server.with_graceful_shutdown(stopped).into_future())
            }
        };
        Ok(Sandbox {
            state,
            state_note: restored.note,
            stop,
            server,
        })
    }
}

fn router(state: Arc<State>) -> Router {
    let list = get(v1::list).fallback(problem::v1_method_not_allowed);
    let referrals = get(engagements::list)
        .post(engagements::create)
        .fallback(engagements::no_such_method_of_all);
    let referral = get(engagements::read)
        .put(engagements::replace)
        .patch(engagements::patch)
        .fallback(engagements::no_such_method_of_one);
    Router::new()
        // The documentation's table has the slash, its example has not.
        .route("/v1/referrals", list.clone())
        .route("/v1/referrals/", list)
        .route("/v1.0/engagements/referrals", referrals.clone())
        .route("/v1.0/engagements/referrals/", referrals)
        .route("/v1.0/engagements/referrals/{id}", referral.clone())
        .route("/v1.0/engagements/referrals/{id}/", referral)
        .route("/v1.0/engagements/{set}", any(engagements::keyed))
        .route("/v1.0/engagements/{set}/", any(engagements::keyed))
        .merge(identity::routes())
        .merge(control::routes(&state))
        .merge(home::routes(&state))
        .fallback(problem::nothing_here)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn_with_state(state.clone(), log::record))
        .with_state(state)
}

/// The name of a server at this address, as URLs have it.
fn host(given: Option<String>, address: SocketAddr, tls: bool) -> io::Result<String> {
    let host = given.unwrap_or_else(|| match address.ip() {
        // A name is what most clients take for an address.
        ip if tls && ip.is_loopback() => "localhost".to_owned(),
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V6(ip) => format!("[{ip}]"),
        IpAddr::V4(ip) => ip.to_string(),
    });
    match url::Host::parse(&host) {
        Ok(host) => Ok(host.to_string()),
        Err(error) => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{host:?} is no name of a host, such as sandbox.example.com: {error}"),
        )),
    }
}

/// A running sandbox. It stops when this value is dropped.
pub struct Sandbox {
    state: Arc<State>,
    state_note: Option<String>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

/// The token is not shown.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.state.url)
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Sets up a sandbox.
    pub fn builder() -> Builder {
        Builder {
            referrals: 200,
            seed: 1,
            listen: Ipv4Addr::LOCALHOST.into(),
            host: None,
            port: 0,
            token: None,
            dialect: Dialect::default(),
            next_links: None,
            created: StatusCode::CREATED,
            tls: false,
            clock: None,
            state: None,
            fresh: false,
            setup: Setup::default(),
            faults: Vec::new(),
            log: None,
            har: None,
        }
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        self.state.url.clone()
    }

    /// The token that calls need.
    pub fn token(&self) -> &str {
        &self.state.token
    }

    /// The key that the control endpoints want in the header `X-Sandbox-Key`.
    pub fn control_key(&self) -> &str {
        self.state.control.text()
    }

    /// Puts these faults in force in place of all others.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.faults.set(faults.into_iter().collect());
    }

    /// The faults in force, each with how often it struck.
    pub fn faults(&self) -> Vec<(Fault, u64)> {
        self.state.faults.list()
    }

    /// The certificate to trust, in PEM form, when the sandbox serves https.
    pub fn ca_pem(&self) -> Option<&str> {
        self.state.ca_pem.as_deref()
    }

    /// The authority that signs users and applications in.
    pub fn identity(&self) -> &Identity {
        &self.state.identity
    }

    /// What there is to say of the state file: that its end was cut off, because it was not
    /// written to its end.
    pub fn state_note(&self) -> Option<&str> {
        self.state_note.as_deref()
    }

    /// Puts the time forward, that of referrals and that of signing in: what nobody
    /// answered expires, and so do tokens.
    ///
    /// # Errors
    ///
    /// When the state file cannot be written.
    pub async fn advance(&self, by: Duration) -> io::Result<()> {
        let advanced = self.state.store.advance(by).await;
        advanced.map_err(|unwritten| io::Error::other(unwritten.0))
    }

    /// Puts everything back to how it was when the sandbox started: all changes are
    /// forgotten, in the state file, too; the time begins anew; and the faults are those it
    /// was started with. Whoever is signed in stays so.
    ///
    /// # Errors
    ///
    /// When the state file cannot be emptied.
    pub async fn reset(&self) -> io::Result<()> {
        let reset = self.state.reset(true, true).await;
        reset.map_err(|unwritten| io::Error::other(unwritten.0))
    }

    /// Lets Microsoft accept the deal of this engagement. Says which of its referrals that
    /// was: none when Microsoft has nothing to answer there.
    ///
    /// # Errors
    ///
    /// When the state file cannot be written.
    pub async fn microsoft_accepts(&self, engagement: &str) -> io::Result<Option<String>> {
        self.microsoft(engagement, engagements::Answer::Accepts)
            .await
    }

    /// Lets Microsoft decline the deal of this engagement, likewise.
    ///
    /// # Errors
    ///
    /// When the state file cannot be written.
    pub async fn microsoft_declines(&self, engagement: &str) -> io::Result<Option<String>> {
        self.microsoft(engagement, engagements::Answer::Declines)
            .await
    }

    async fn microsoft(
        &self,
        engagement: &str,
        answer: engagements::Answer,
    ) -> io::Result<Option<String>> {
        let answered = engagements::microsoft_answers(&self.state.store, engagement, answer).await;
        answered.map_err(|unwritten| io::Error::other(unwritten.0))
    }

    /// Stops, and waits until every call has its answer and the state file is free. Dropped,
    /// a sandbox stops without waiting.
    pub async fn stop(self) {
        // It is gone only if the server is, too.
        let _ = self.stop.send(());
        let _ = self.server.await;
    }
}
