//! Signing in in a browser that comes back to this machine.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::Application;
use super::endpoint::Granted;
use super::refusal::Refusal;
use crate::{Audience, Error, ErrorKind};

/// How long somebody may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How the browser came back.
enum Back {
    Code(String),
    Refused {
        code: String,
        description: Option<String>,
    },
}

pub(super) async fn ask(
    application: &Application,
    audience: Audience,
    open: &(dyn Fn(&Url) + Send + Sync),
) -> Result<Granted, Refusal> {
    let failed = |error: std::io::Error| {
        let reason = format!("cannot open a port for the browser to come back to: {error}");
        Error::new(ErrorKind::SignIn, reason)
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    // The authority takes any port behind this name.
    let begun = application.begin(format!("http://localhost:{port}"), audience)?;
    open(&begun.url);
    let back = wait(listener, begun.state.secret());
    let sleep = application.clock.sleep(PATIENCE);
    let back = tokio::select! {
        back = back => back.map_err(failed)?,
        () = sleep => {
            let minutes = PATIENCE.as_secs() / 60;
            let reason = format!("nobody signed in within {minutes} minutes: start again");
            return Err(Error::new(ErrorKind::SignIn, reason).into());
        }
    };
    match back {
        Back::Code(code) => application.redeem_code(code, begun, audience).await,
        Back::Refused { code, description } => Err(Refusal::new(&code, description.as_deref())),
    }
}

/// Serves until the browser comes back from this sign-in and no other.
async fn wait(listener: TcpListener, state: &str) -> std::io::Result<Back> {
    let (tell, mut told) = mpsc::channel(1);
    // Browsers open connections that they do not use.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(back) = told.recv() => {
                // Lets the page arrive.
                connections.detach_all();
                return Ok(back);
            }
            connection = listener.accept() => {
                let (stream, _) = connection?;
                let (tell, state) = (tell.clone(), state.to_owned());
                let service = service_fn(move |request: http::Request<_>| {
                    let (page, back) = answer(request.uri(), &state);
                    let tell = tell.clone();
                    async move {
                        if let Some(back) = back {
                            // When somebody was faster, that one counts.
                            let _ = tell.try_send(back);
                        }
                        Ok::<_, Infallible>(page)
                    }
                });
                let mut server = http1::Builder::new();
                server.keep_alive(false);
                connections.spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        }
    }
}

fn answer(uri: &http::Uri, state: &str) -> (Response<Full<Bytes>>, Option<Back>) {
    let query = uri.query().unwrap_or_default();
    let member = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.into_owned())
    };
    // Anybody on this machine can knock.
    if uri.path() != "/" || member("state").as_deref() != Some(state) {
        let text = "This is not part of the sign-in that is under way.";
        return (page(StatusCode::NOT_FOUND, text), None);
    }
    match (member("code"), member("error")) {
        (Some(code), None) => (
            page(
                StatusCode::OK,
                "You are signed in. You can close this window.",
            ),
            Some(Back::Code(code)),
        ),
        (_, Some(code)) => (
            page(
                StatusCode::OK,
                "You are not signed in. You can close this window.",
            ),
            Some(Back::Refused {
                code,
                description: member("error_description"),
            }),
        ),
        (None, None) => (
            page(
                StatusCode::BAD_REQUEST,
                "The sign-in came back without a code.",
            ),
            None,
        ),
    }
}

fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut page = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *page.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    page.headers_mut().insert(CONTENT_TYPE, kind);
    page
}
