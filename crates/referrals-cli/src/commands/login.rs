//! `referrals login` and `referrals logout`

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use referrals::doctor::{Diagnosis, Verdict};
use referrals::identity::SignInStore as _;
use referrals::{AccessToken, Audience, Credential as _, Error, Secret, Token, TokenRequest};

use crate::arguments::{Login, Logout, Way};
use crate::failure::{Failure, note};
use crate::profile::{self, Profile, SignIn};
use crate::runtime;

pub(crate) fn run(arguments: Login) -> Result<ExitCode, Failure> {
    let name = arguments.profile.clone();
    let refresh_token = match &arguments.way.refresh_token_file {
        Some(file) => Some(read_secret(file)?),
        None => None,
    };
    let before = profile::find(&name)?;
    let profile = settle(before.clone().unwrap_or_default(), arguments)?;
    let runtime = runtime()?;
    let token = runtime.block_on(sign_in(&profile, &name, refresh_token))?;
    // Only one that works is kept. The settings may be somebody else's to write.
    if before.as_ref() != Some(&profile)
        && let Err(failure) = profile::put(&name, Some(&profile))
    {
        if profile.keeps_in(profile.keyring) {
            // No profile leads to it.
            runtime.block_on(profile::store(&name, profile.keyring)?.clear())?;
        }
        return Err(failure.and("The sign-in is not kept."));
    }
    let before = before.is_some_and(|before| before.keyring);
    runtime.block_on(leave_nothing_behind(&profile, &name, before))?;
    tell(&name, &token);
    Ok(ExitCode::SUCCESS)
}

/// Forgets what an earlier sign-in left where this profile does not look any more.
async fn leave_nothing_behind(
    profile: &Profile,
    name: &str,
    was_in_keyring: bool,
) -> Result<(), Failure> {
    if !profile.keeps_in(false) {
        profile::store(name, false)?.clear().await?;
    }
    // Looking into the keyring may ask somebody to unlock it.
    if was_in_keyring && !profile.keeps_in(true) {
        match profile::store(name, true) {
            Ok(store) => store.clear().await?,
            Err(_) => note(
                "note: an earlier sign-in may be in the keyring, which this `referrals` was built \
                 without",
            ),
        }
    }
    Ok(())
}

pub(crate) fn log_out(arguments: &Logout) -> Result<ExitCode, Failure> {
    let name = &arguments.profile;
    let profile = profile::find(name)?;
    let keyring = profile.as_ref().is_some_and(|profile| profile.keyring);
    let was_signed_in = runtime()?.block_on(profile::forget(name, keyring))?;
    if profile.is_none() && !was_signed_in {
        // Its name may be mistyped.
        profile::get(name)?;
    }
    note(&format!(
        "nobody is signed in to the profile {name} any more; tokens that are out end by themselves"
    ));
    Ok(ExitCode::SUCCESS)
}

/// The profile that was there with what the command line says.
fn settle(mut profile: Profile, arguments: Login) -> Result<Profile, Failure> {
    let Way {
        browser,
        device_code,
        refresh_token_file,
        app_only,
        azure_cli,
        token_command,
        token_file,
    } = arguments.way;
    let ways = [
        (browser, SignIn::Browser),
        (device_code, SignIn::DeviceCode),
        (refresh_token_file.is_some(), SignIn::RefreshToken),
        (app_only, SignIn::AppOnly),
        (azure_cli, SignIn::AzureCli),
        (token_command.is_some(), SignIn::TokenCommand),
        (token_file.is_some(), SignIn::TokenFile),
    ];
    if let Some((_, way)) = ways.into_iter().find(|(given, _)| *given) {
        profile.sign_in = way;
        profile.token_command = token_command;
        profile.token_file = absolute(token_file)?;
    }
    let replace = |old: &mut Option<String>, new: Option<String>| {
        if new.is_some() {
            *old = new;
        }
    };
    if arguments.keyring || arguments.file {
        profile.keyring = arguments.keyring;
    }
    if arguments.cloud.is_some() {
        profile.authority = None;
    }
    if arguments.authority.is_some() {
        profile.cloud = None;
    }
    if arguments.client_secret_file.is_some() {
        profile.client_certificate = None;
    }
    if arguments.client_certificate.is_some() {
        profile.client_secret_file = None;
    }
    replace(&mut profile.tenant, arguments.tenant);
    replace(&mut profile.client_id, arguments.client_id);
    replace(&mut profile.cloud, arguments.cloud);
    replace(&mut profile.authority, arguments.authority);
    replace(&mut profile.base_url, arguments.base_url);
    for (old, new) in [
        (
            &mut profile.client_secret_file,
            arguments.client_secret_file,
        ),
        (
            &mut profile.client_certificate,
            arguments.client_certificate,
        ),
        (&mut profile.ca_file, arguments.ca_file),
    ] {
        if let Some(new) = absolute(new)? {
            *old = Some(new);
        }
    }
    Ok(profile)
}

/// A file that is the same from every folder.
fn absolute(file: Option<PathBuf>) -> Result<Option<PathBuf>, Failure> {
    file.map(|file| {
        std::path::absolute(&file).map_err(|error| {
            Failure::failed(format!("cannot tell where {} is: {error}", file.display()))
        })
    })
    .transpose()
}

async fn sign_in(
    profile: &Profile,
    name: &str,
    refresh_token: Option<Secret>,
) -> Result<AccessToken, Failure> {
    let audience = Audience::Referrals;
    // Wrong settings are told before anybody signs in.
    profile.builder(name)?.build()?;
    let user = match profile.sign_in {
        SignIn::Browser => profile.app_user(name)?.browser(|url| {
            note(&format!("To sign in, open {url}"));
            // Where there is no browser, the line above helps.
            let _ = webbrowser::open(url.as_str());
        }),
        SignIn::DeviceCode => profile
            .app_user(name)?
            .device_code(|prompt| note(&prompt.to_string())),
        SignIn::RefreshToken => match refresh_token {
            Some(token) => profile.app_user(name)?.refresh_token(token),
            None => {
                return Err(Failure::usage(
                    "this profile begins with a refresh token: give a new one with \
                     --refresh-token-file",
                ));
            }
        },
        SignIn::AppOnly => {
            // The one that is kept may be of other settings.
            profile::store(name, profile.keyring)?.clear().await?;
            return token(profile, name).await;
        }
        SignIn::AzureCli | SignIn::TokenCommand | SignIn::TokenFile => {
            return token(profile, name).await;
        }
    };
    let signed_in = user.sign_in(audience).await;
    signed_in.map_err(|error| refused(&error, profile, name))
}

fn refused(error: &Error, profile: &Profile, name: &str) -> Failure {
    Failure::in_sign_in(error, profile.sign_in, &profile::login_to(name))
}

/// A token where nobody has to be asked.
async fn token(profile: &Profile, name: &str) -> Result<AccessToken, Failure> {
    let credential = profile.credential(name)?;
    let token = credential.token(TokenRequest::new(Audience::Referrals));
    token.await.map_err(|error| refused(&error, profile, name))
}

/// What came of it: what the token says that is not as it should be.
fn tell(name: &str, token: &AccessToken) {
    note(&format!("signed in to the profile {name}"));
    let diagnosis = Diagnosis::of_token(&token.token, SystemTime::now());
    for finding in diagnosis.findings() {
        if finding.verdict != Verdict::Fine {
            note(&format!("note: {}", finding.found));
        }
    }
    if let Some(change) = diagnosis.first_change() {
        note(&format!("First of all: {change}."));
    }
}

fn read_secret(file: &Path) -> Result<Secret, Failure> {
    let mut text = String::new();
    let read = match file == Path::new("-") {
        true => io::stdin().lock().read_to_string(&mut text).map(drop),
        false => fs::read_to_string(file).map(|read| text = read),
    };
    read.map_err(|error| {
        Failure::failed(format!(
            "cannot read the refresh token in {}: {error}",
            file.display()
        ))
    })?;
    // A refresh token looks like an access token: one word.
    Token::from_text(&text).map_err(|reason| {
        Failure::usage(format!("the refresh token in {} {reason}", file.display()))
    })?;
    Ok(Secret::from(text.trim()))
}
