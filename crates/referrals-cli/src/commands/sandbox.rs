//! `referrals sandbox`

use std::fs;
use std::future::pending;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use referrals_sandbox::{Sandbox, StateError};

use crate::arguments;
use crate::failure::{Failure, note};
use crate::runtime;

pub(crate) fn run(arguments: arguments::Sandbox) -> Result<ExitCode, Failure> {
    runtime()?.block_on(serve(arguments))
}

async fn serve(arguments: arguments::Sandbox) -> Result<ExitCode, Failure> {
    let sandbox = start(&arguments).await?;
    if let Some(text) = sandbox.state_note() {
        note(&format!("note: {text}"));
    }
    let ca_file = match (sandbox.ca_pem(), &arguments.ca_file) {
        (Some(pem), Some(file)) => {
            fs::write(file, pem).map_err(|error| {
                Failure::failed(format!("cannot write {}: {error}", file.display()))
            })?;
            Some(file)
        }
        _ => None,
    };
    let (url, token, identity) = (sandbox.url(), sandbox.token(), sandbox.identity());
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        let ca = ca_file.map_or("ca.pem".to_owned(), |file| file.display().to_string());
        let (trust, cacert) = match sandbox.ca_pem() {
            None => (String::new(), String::new()),
            Some(_) => (format!(" --ca-file {ca}"), format!("--cacert {ca} ")),
        };
        writeln!(
            stdout,
            "A stand-in for the Partner Center referrals API, with {} made-up referrals, at\n\
             \n    {url}\n\n\
             It wants the token {token} and acts for the organization {}. Try:\n\
             \n    export REFERRALS_TOKEN={token}\
             \n    referrals list --base-url {url}{trust} --status New\
             \n    curl {cacert}-H \"Authorization: Bearer $REFERRALS_TOKEN\" '{url}/v1.0/engagements/referrals?$top=1'\
             \n    curl {cacert}-H \"Authorization: Bearer $REFERRALS_TOKEN\" '{url}/v1/referrals?status=Pending'\n",
            arguments.referrals,
            referrals_sandbox::OWN_ORGANIZATION,
        )?;
        writeln!(
            stdout,
            "It signs in, too, for the tenant {}: as anybody with the application {}, and for\n\
             itself with {} and the secret {}:\n\
             \n    referrals login --authority {url} --base-url {url}{trust} --tenant {} --client-id {}\n",
            identity.tenant(),
            identity.public_client(),
            identity.confidential_client(),
            identity.client_secret(),
            identity.tenant(),
            identity.public_client(),
        )?;
        writeln!(
            stdout,
            "With the control key {} things go wrong on purpose (--fault lists what there is):\n\
             \n    curl {cacert}-X PUT -H 'X-Sandbox-Key: {}' {url}/sandbox/faults \\\
             \n         -d '{{\"faults\": [\"latency=20ms..200ms\", \"error=500,chance=0.1\"]}}'\n",
            sandbox.control_key(),
            sandbox.control_key(),
        )?;
        if let (Some(pem), None) = (sandbox.ca_pem(), ca_file) {
            writeln!(
                stdout,
                "Clients have to trust this certificate (--ca-file writes it):\n\n{pem}"
            )?;
        }
        writeln!(
            stdout,
            "{url} in a browser shows all of this. Ctrl-C stops it."
        )?;
    } else {
        let mut ready = serde_json::json!({
            "url": url,
            "token": token,
            "controlKey": sandbox.control_key(),
            "authority": identity.authority(),
            "tenant": identity.tenant(),
            "clientId": identity.public_client(),
            "confidentialClientId": identity.confidential_client(),
            "clientSecret": identity.client_secret(),
        });
        if let Some(pem) = sandbox.ca_pem() {
            ready["ca"] = pem.into();
        }
        writeln!(stdout, "{ready}")?;
    }
    stdout.flush()?;
    drop(stdout);
    pending().await
}

async fn start(arguments: &arguments::Sandbox) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder()
        .port(arguments.port)
        .listen(arguments.listen)
        .referrals(arguments.referrals)
        .seed(arguments.seed)
        .dialect(arguments.dialect.into())
        .role(arguments.role.into())
        .user(&arguments.user)
        .scope(&arguments.scope)
        .token_lifetime(Duration::from_secs(arguments.token_lifetime.into()));
    if let Some(host) = &arguments.host {
        builder = builder.host(host);
    }
    if let Some(token) = &arguments.token {
        builder = builder.token(token);
    }
    if let Some(file) = &arguments.state {
        builder = builder.state(file);
    }
    if arguments.fresh {
        builder = builder.fresh();
    }
    if arguments.tls {
        builder = builder.tls();
    }
    for fault in &arguments.faults {
        builder = builder.fault(fault.clone());
    }
    if let Some(file) = &arguments.har {
        builder = builder.har(file);
    }
    if let Some(file) = &arguments.log {
        builder = builder.log(file);
    }
    if arguments.approve_devices {
        builder = builder.approve_devices();
    }
    if arguments.no_mfa {
        builder = builder.without_mfa();
    }
    if let Some(file) = &arguments.client_certificate {
        let pem = fs::read_to_string(file)
            .map_err(|error| Failure::failed(format!("cannot read {}: {error}", file.display())))?;
        builder = builder
            .client_certificate(&pem)
            .map_err(|error| Failure::usage(format!("cannot use {}: {error}", file.display())))?;
    }
    builder.start().await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::usage(error.to_string()),
        _ if error
            .get_ref()
            .is_some_and(|inner| inner.is::<StateError>()) =>
        {
            Failure::failed(error.to_string())
        }
        _ => Failure::failed(format!(
            "cannot listen on port {}: {error}; use another port, or 0 for any that is free",
            arguments.port
        )),
    })
}
