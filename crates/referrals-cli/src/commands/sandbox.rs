//! `referrals sandbox`

use std::future::pending;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use crate::arguments;
use crate::failure::Failure;
use crate::runtime;

pub(crate) fn run(arguments: arguments::Sandbox) -> Result<ExitCode, Failure> {
    runtime()?.block_on(serve(arguments))
}

async fn serve(arguments: arguments::Sandbox) -> Result<ExitCode, Failure> {
    let mut builder = referrals_sandbox::Sandbox::builder()
        .port(arguments.port)
        .referrals(arguments.referrals)
        .seed(arguments.seed);
    if let Some(token) = arguments.token {
        builder = builder.token(token);
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::usage(error.to_string()),
        _ => Failure::failed(format!(
            "cannot listen on port {}: {error}; use another port, or 0 for any that is free",
            arguments.port
        )),
    })?;
    let (url, token) = (sandbox.url(), sandbox.token());
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        writeln!(
            stdout,
            "A stand-in for the Partner Center referrals API, with {} made-up referrals, at\n\
             \n    {url}\n\n\
             It wants the token {token} and acts for the organization {}. Try:\n\
             \n    export REFERRALS_TOKEN={token}\
             \n    referrals list --base-url {url} --status New\
             \n    curl -H \"Authorization: Bearer $REFERRALS_TOKEN\" '{url}/v1.0/engagements/referrals?$top=1'\
             \n    curl -H \"Authorization: Bearer $REFERRALS_TOKEN\" '{url}/v1/referrals?status=Pending'\n\n\
             Ctrl-C stops it.",
            arguments.referrals,
            referrals_sandbox::OWN_ORGANIZATION,
        )?;
    } else {
        let ready = serde_json::json!({ "url": url, "token": token });
        writeln!(stdout, "{ready}")?;
    }
    stdout.flush()?;
    drop(stdout);
    pending().await
}
