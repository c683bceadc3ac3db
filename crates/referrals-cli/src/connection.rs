//! Where requests go, and as whom.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use referrals::{AzureCli, Builder, DEFAULT_BASE_URL, Referrals, RetryPolicy, Token, TokenCommand};
use referrals_sandbox::Sandbox;

use crate::arguments::Connection;
use crate::failure::{Failure, note};
use crate::profile::Profile;
use crate::{folders, profile};

/// The environment variable that the token is read from.
pub(crate) const TOKEN_VARIABLE: &str = "REFERRALS_TOKEN";

/// A client, and the sandbox it talks to if that runs inside this command.
pub(crate) struct Connected {
    pub(crate) referrals: Referrals,
    /// Whose referrals it talks about: those of a server, and of a tenant if one is known.
    pub(crate) source: String,
    _sandbox: Option<Sandbox>,
}

/// Sets up the client that the command line asks for.
pub(crate) async fn connect(connection: &Connection) -> Result<Connected, Failure> {
    if connection.sandbox {
        let sandbox = sandbox(connection.fresh).await?;
        let builder = Referrals::builder()
            .base_url(sandbox.url())
            .token(sandbox.token());
        return Ok(Connected {
            referrals: build(builder)?,
            source: "the sandbox".to_owned(),
            _sandbox: Some(sandbox),
        });
    }
    let mut tenant = None;
    let mut server = DEFAULT_BASE_URL.to_owned();
    let builder = match &connection.base_url {
        Some(base_url) => {
            server.clone_from(base_url);
            let builder = Referrals::builder()
                .base_url(base_url)
                .trust(profile::roots(connection.ca_file.as_deref())?);
            match connection.names_token() {
                true => with_named_token(builder, connection)?,
                false => builder.token(token_of_environment()?),
            }
        }
        None => {
            let (name, profile) = profile_of(connection)?;
            server = profile.base_url.clone().unwrap_or(server);
            tenant.clone_from(&profile.tenant);
            of_profile(connection, &name, &profile)?
        }
    };
    let server = server.trim_end_matches('/');
    let source = match tenant {
        Some(tenant) => format!("{server} as {tenant}"),
        None => server.to_owned(),
    };
    let retry = RetryPolicy::default().attempts(connection.retries.saturating_add(1));
    Ok(Connected {
        referrals: build(builder.retry(retry))?,
        source,
        _sandbox: None,
    })
}

/// A sandbox that remembers what earlier commands changed.
async fn sandbox(fresh: bool) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder();
    match sandbox_state() {
        Ok(file) => builder = builder.shared_state(file),
        Err(reason) => note(&format!(
            "{reason}; what is changed in the sandbox is gone when the command ends"
        )),
    }
    if fresh {
        builder = builder.fresh();
    }
    builder.start().await.map_err(|error| {
        let reason = format!("cannot start the sandbox: {error}");
        match error.kind() {
            io::ErrorKind::InvalidInput => Failure::usage(format!("{reason}. --fresh starts anew")),
            _ => Failure::failed(reason),
        }
    })
}

/// The file of what was changed, in a folder that can be written to.
fn sandbox_state() -> Result<PathBuf, String> {
    let folder =
        folders::cache().map_err(|_| "cannot tell where your cache folder is".to_owned())?;
    let file = folder.join("sandbox.state");
    let writable = fs::create_dir_all(&folder).and_then(|()| {
        // What others are kept out by while one writes.
        let lock = folder.join("sandbox.state.lock");
        fs::OpenOptions::new().create(true).append(true).open(lock)
    });
    match writable {
        Ok(_) => Ok(file),
        Err(error) => Err(format!("cannot write to {}: {error}", folder.display())),
    }
}

/// The profile that the command line names, or the default one.
fn profile_of(connection: &Connection) -> Result<(String, Profile), Failure> {
    profile::chosen(connection)?.ok_or_else(|| {
        Failure::usage(format!(
            "it is not said where to send requests: use --sandbox for made-up data without \
             credentials, `referrals login` to sign in to the service, or --base-url \
             {DEFAULT_BASE_URL} with a token of your own"
        ))
    })
}

/// The server of a profile is talked to as whoever signed in to it, unless the command line
/// itself names another token: that in the environment is for a server that the command
/// line names.
fn of_profile(connection: &Connection, name: &str, profile: &Profile) -> Result<Builder, Failure> {
    match connection.names_token() {
        true => with_named_token(profile.server()?, connection),
        false => profile.builder(name),
    }
}

fn build(builder: Builder) -> Result<Referrals, Failure> {
    Ok(builder.build()?)
}

/// A command as the user typed it.
pub(crate) fn by_shell(command: &str) -> TokenCommand {
    let (shell, option) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    TokenCommand::new(shell, [option, command])
}

/// With the token that the command line names.
fn with_named_token(builder: Builder, connection: &Connection) -> Result<Builder, Failure> {
    Ok(match (&connection.token_command, &connection.token_file) {
        (Some(command), _) => builder.credential(by_shell(command)),
        (None, Some(file)) => builder.token(token_in(file)?),
        (None, None) => builder.credential(AzureCli::new()),
    })
}

fn token_in(file: &Path) -> Result<Token, Failure> {
    let source = format!("the token file {}", file.display());
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("cannot read {source}: {error}")))?;
    token(&source, &text)
}

/// Whether there is a token in the environment.
pub(crate) fn has_token_in_environment() -> bool {
    env::var_os(TOKEN_VARIABLE).is_some_and(|value| !profile::is_blank(&value))
}

fn token_of_environment() -> Result<Token, Failure> {
    if !has_token_in_environment() {
        return Err(Failure::usage(format!(
            "there is no token: set {TOKEN_VARIABLE} or use --token-file FILE, --token-command \
             COMMAND or --azure-cli"
        )));
    }
    let source = format!("the environment variable {TOKEN_VARIABLE}");
    let text =
        env::var(TOKEN_VARIABLE).map_err(|_| Failure::usage(format!("{source} is not text")))?;
    token(&source, &text)
}

fn token(source: &str, text: &str) -> Result<Token, Failure> {
    Token::from_text(text).map_err(|reason| Failure::usage(format!("{source} {reason}")))
}
