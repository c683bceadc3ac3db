//! The server and how it is set up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::data::Data;
use crate::{problem, v1};

/// What the handlers need.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) token: String,
    pub(crate) data: Data,
}

/// Sets up a [`Sandbox`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct Builder {
    referrals: u32,
    seed: u64,
    port: u16,
    token: Option<String>,
}

impl Builder {
    /// How many referrals there are, 200 when not called.
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

    /// Starts to listen, on this machine only.
    ///
    /// # Errors
    ///
    /// When the port is taken or cannot be used, or the token has characters that
    /// no header carries.
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            token: self
                .token
                .unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
            data: Data::new(self.referrals, self.seed),
        });
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, router(state.clone()));
        tokio::spawn(async move {
            // Ends when the `Sandbox` is dropped. An error here has nobody left
            // to be told to.
            let _ = server
                .with_graceful_shutdown(async {
                    let _ = stopped.await;
                })
                .await;
        });
        Ok(Sandbox {
            address,
            state,
            _stop: stop,
        })
    }
}

fn router(state: Arc<State>) -> Router {
    let list = get(v1::list).fallback(problem::method_not_allowed);
    Router::new()
        // The documentation's table has the slash, its example has not.
        .route("/v1/referrals", list.clone())
        .route("/v1/referrals/", list)
        .fallback(problem::not_found)
        .with_state(state)
}

/// A running sandbox. It stops when this value is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<State>,
    _stop: oneshot::Sender<()>,
}

impl Sandbox {
    /// Sets up a sandbox.
    pub fn builder() -> Builder {
        Builder {
            referrals: 200,
            seed: 1,
            port: 0,
            token: None,
        }
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token that calls need.
    pub fn token(&self) -> &str {
        &self.state.token
    }
}
