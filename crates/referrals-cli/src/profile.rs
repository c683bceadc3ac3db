//! Profiles: where to send requests and how to sign in, under a name.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, ErrorKind, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use referrals::identity::{
    AppOnly, AppUser, Application, Authority, ClientCertificate, FileStore, SignInStore,
    StoreFuture,
};
use referrals::{
    AzureCli, Builder, Credential, DEFAULT_BASE_URL, ExtraRoots, Referrals, TokenFile,
};
use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, TableLike};

use crate::arguments::Connection;
use crate::connection::by_shell;
use crate::failure::{Failure, note};
use crate::folders;

/// The profile of whoever names none.
pub(crate) const DEFAULT: &str = "default";

/// The environment variable that names another.
pub(crate) const VARIABLE: &str = "REFERRALS_PROFILE";

/// The environment variable with the client secret of a confidential application.
const SECRET_VARIABLE: &str = "REFERRALS_CLIENT_SECRET";

/// A profile as it is in the settings. Secrets are elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) sign_in: SignIn,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cloud: Option<String>,
    /// In place of a cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_certificate: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Keeps the sign-in in the keyring of the operating system, not in a file.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) keyring: bool,
}

/// How to sign in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignIn {
    #[default]
    Browser,
    DeviceCode,
    RefreshToken,
    AppOnly,
    AzureCli,
    TokenCommand,
    TokenFile,
}

/// The settings as they are in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// The file with the settings.
pub(crate) fn settings_file() -> Result<PathBuf, Failure> {
    match env::var_os("REFERRALS_CONFIG") {
        Some(file) if !file.is_empty() => Ok(file.into()),
        _ => Ok(folders::settings()?.join("config.toml")),
    }
}

/// The text of the settings; empty when there are none.
pub(crate) fn settings_text() -> Result<String, Failure> {
    let file = settings_file()?;
    match fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Failure::failed(format!(
            "cannot read the settings in {}: {error}",
            file.display()
        ))),
        Ok(text) => Ok(text),
    }
}

/// The settings to look at: what people wrote, but for the arguments of token commands.
/// They may be secrets, and this may go into an issue.
pub(crate) fn settings_to_show() -> Result<String, Failure> {
    let text = settings_text()?;
    let mut document = document(&text)?;
    let profiles = document.get_mut("profiles");
    let profiles = profiles.and_then(|profiles| profiles.as_table_like_mut());
    for (_, profile) in profiles.into_iter().flat_map(TableLike::iter_mut) {
        let command = profile
            .as_table_like_mut()
            .and_then(|profile| profile.get_mut("token-command"))
            .and_then(|command| command.as_value_mut());
        if let Some(command) = command {
            let shown = command.as_str().map_or("<command>".to_owned(), program);
            let around = command.decor().clone();
            *command = shown.into();
            *command.decor_mut() = around;
        }
    }
    Ok(document.to_string())
}

/// What a command runs, and whether it has arguments.
fn program(command: &str) -> String {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_./\\:".contains(letter);
    match command.trim().split_once(char::is_whitespace) {
        None if command.trim().chars().all(letter) => command.trim().to_owned(),
        Some((program, _)) if program.chars().all(letter) => format!("{program} <arguments>"),
        // Quotes, variables: who knows what is a secret.
        _ => "<command>".to_owned(),
    }
}

fn document(text: &str) -> Result<DocumentMut, Failure> {
    text.parse()
        .map_err(|error: toml_edit::TomlError| unreadable(text, error.message(), error.span()))
}

/// The profile of this name, if there is one.
pub(crate) fn find(name: &str) -> Result<Option<Profile>, Failure> {
    let text = settings_text()?;
    let settings: Result<Settings, toml_edit::de::Error> = toml_edit::de::from_str(&text);
    let mut settings =
        settings.map_err(|error| unreadable(&text, error.message(), error.span()))?;
    Ok(settings.profiles.remove(name))
}

/// The profile that a command uses: the one it names, or that [`VARIABLE`] names, or else
/// [`DEFAULT`] if there is one.
pub(crate) fn chosen(connection: &Connection) -> Result<Option<(String, Profile)>, Failure> {
    let named = env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    let chosen = match connection.profile.clone().or(named) {
        Some(name) => get(&name).map(|profile| Some((name, profile)))?,
        None => find(DEFAULT)?.map(|profile| (DEFAULT.to_owned(), profile)),
    };
    if let Some((name, _)) = &chosen {
        // A command has one.
        let _ = CHOSEN.set(name.clone());
    }
    Ok(chosen)
}

/// The profile that this command uses, for what it says when that fails.
static CHOSEN: OnceLock<String> = OnceLock::new();

/// The command that signs in to the profile in use.
pub(crate) fn login() -> String {
    login_to(CHOSEN.get().map_or(DEFAULT, String::as_str))
}

/// The command that signs in to this profile.
pub(crate) fn login_to(name: &str) -> String {
    match name {
        DEFAULT => "referrals login".to_owned(),
        name => format!("referrals login --profile {name}"),
    }
}

/// The profile of this name.
pub(crate) fn get(name: &str) -> Result<Profile, Failure> {
    find(name)?.ok_or_else(|| {
        let login = login_to(name);
        Failure::usage(format!("there is no profile {name:?}: `{login}` makes one"))
    })
}

/// Puts a profile into the settings, or takes it out. All else stays as it was written.
/// The file is replaced as a whole, and only its owner can read it: a token command may
/// have a secret in it.
pub(crate) fn put(name: &str, profile: Option<&Profile>) -> Result<(), Failure> {
    let file = settings_file()?;
    let text = settings_text()?;
    let mut document = document(&text)?;
    let profiles = document
        .entry("profiles")
        .or_insert_with(|| {
            let mut table = toml_edit::Table::new();
            table.set_implicit(true);
            table.into()
        })
        .as_table_like_mut()
        .ok_or_else(|| unreadable(&text, "profiles is no table", None))?;
    match profile {
        Some(profile) => {
            let new = toml_edit::ser::to_document(profile)
                .map_err(|error| Failure::failed(format!("cannot write the profile: {error}")))?;
            profiles.insert(name, new.as_table().clone().into());
        }
        None => drop(profiles.remove(name)),
    }
    write(&file, &document.to_string()).map_err(|error| {
        Failure::failed(format!(
            "cannot write the settings in {}: {error}",
            file.display()
        ))
    })
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    // People keep settings elsewhere and link to them.
    let file = match fs::canonicalize(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => file.to_owned(),
        file => file?,
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    // Made with 0600.
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(&file)?;
    Ok(())
}

/// `what` is wrong, and where. The line itself may have a secret in it.
fn unreadable(text: &str, what: &str, at: Option<Range<usize>>) -> Failure {
    let file = settings_file().unwrap_or_default();
    let before = at.and_then(|at| text.get(..at.start));
    let line = before.map(|before| format!(", line {}", before.matches('\n').count() + 1));
    Failure::usage(format!(
        "the settings in {}{} cannot be used: {}",
        file.display(),
        line.unwrap_or_default(),
        what.trim_end()
    ))
}

/// Where the sign-in of a profile is kept.
pub(crate) fn store(name: &str, keyring: bool) -> Result<Box<dyn SignInStore>, Failure> {
    if !keyring {
        let file = folders::state()?
            .join("sign-in")
            .join(format!("{name}.json"));
        return Ok(Box::new(FileStore::new(file)));
    }
    #[cfg(feature = "keyring")]
    return Ok(Box::new(referrals::identity::KeyringStore::new(name)));
    #[cfg(not(feature = "keyring"))]
    Err(Failure::usage(
        "this `referrals` was built without the keyring: build it with `--features keyring`, or \
         `referrals login --file`",
    ))
}

/// A store that says so when it cannot keep something: the call goes on without.
#[derive(Debug)]
struct Telling(Box<dyn SignInStore>);

impl SignInStore for Telling {
    fn load(&self) -> StoreFuture<'_, Option<referrals::identity::SignIn>> {
        self.0.load()
    }

    fn save<'a>(&'a self, sign_in: &'a referrals::identity::SignIn) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let saved = self.0.save(sign_in).await;
            if let Err(error) = &saved {
                note(&format!("note: {error}"));
            }
            saved
        })
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        self.0.clear()
    }
}

/// Forgets who is signed in to this name, wherever that may be kept: a profile may have
/// kept it elsewhere before, or may be gone. Says whether there was anything.
///
/// # Errors
///
/// When it may still be in the file, or in the keyring where that is in use.
pub(crate) async fn forget(name: &str, keyring: bool) -> Result<bool, Failure> {
    let file = store(name, false)?;
    let was_in_file = !matches!(file.load().await, Ok(None));
    let from_file = file.clear().await;
    let from_keyring = match store(name, true) {
        Ok(store) => {
            let was_there = matches!(store.load().await, Ok(Some(_)));
            let cleared = store.clear().await;
            cleared.map(|()| was_there).map_err(Failure::from)
        }
        Err(unavailable) => Err(unavailable),
    };
    from_file?;
    match from_keyring {
        Ok(was_in_keyring) => Ok(was_in_file || was_in_keyring),
        Err(failure) if keyring => Err(failure),
        // Most machines without a screen have none.
        Err(_) => Ok(was_in_file),
    }
}

impl Profile {
    /// What all requests of this profile have in common, but for who sends them.
    pub(crate) fn server(&self) -> Result<Builder, Failure> {
        let base_url = self.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        Ok(Referrals::builder().base_url(base_url).trust(self.roots()?))
    }

    /// What all requests of this profile have in common.
    pub(crate) fn builder(&self, name: &str) -> Result<Builder, Failure> {
        Ok(self.server()?.credential(self.credential(name)?))
    }

    /// Whether what a sign-in brings is kept in this store.
    pub(crate) fn keeps_in(&self, keyring: bool) -> bool {
        let keeps = match self.sign_in {
            SignIn::Browser | SignIn::DeviceCode | SignIn::RefreshToken | SignIn::AppOnly => true,
            SignIn::AzureCli | SignIn::TokenCommand | SignIn::TokenFile => false,
        };
        keeps && self.keyring == keyring
    }

    /// Where tokens come from, without anybody to ask.
    pub(crate) fn credential(&self, name: &str) -> Result<Box<dyn Credential>, Failure> {
        Ok(match self.sign_in {
            SignIn::Browser | SignIn::DeviceCode | SignIn::RefreshToken => {
                let store = Telling(store(name, self.keyring)?);
                Box::new(AppUser::new(self.application()?).store(store))
            }
            SignIn::AppOnly => {
                let store = Telling(store(name, self.keyring)?);
                Box::new(AppOnly::new(self.application()?)?.store(store))
            }
            SignIn::AzureCli => match &self.tenant {
                Some(tenant) => Box::new(AzureCli::new().tenant(tenant)),
                None => Box::new(AzureCli::new()),
            },
            SignIn::TokenCommand => Box::new(by_shell(needed(
                self.token_command.as_deref(),
                "--token-command",
            )?)),
            SignIn::TokenFile => Box::new(TokenFile::new(needed(
                self.token_file.as_deref(),
                "--token-file",
            )?)),
        })
    }

    /// Whoever signed in to this profile, without a way to sign in.
    pub(crate) fn app_user(&self, name: &str) -> Result<AppUser, Failure> {
        Ok(AppUser::new(self.application()?).store(store(name, self.keyring)?))
    }

    fn application(&self) -> Result<Application, Failure> {
        let tenant = needed(self.tenant.as_deref(), "--tenant")?;
        let client_id = needed(self.client_id.as_deref(), "--client-id")?;
        let authority = match (&self.authority, &self.cloud) {
            (Some(authority), _) => Authority::at(authority, tenant)?,
            (None, Some(cloud)) => Authority::of(cloud.parse()?, tenant)?,
            (None, None) => Authority::global(tenant)?,
        };
        let application = if let Some(file) = &self.client_certificate {
            let certificate = ClientCertificate::from_pem(&read(file)?)?;
            Application::with_certificate(authority, client_id, certificate)
        } else if let Some(file) = &self.client_secret_file {
            let refuse = || no_secret(&file.display().to_string());
            let text = String::from_utf8(read(file)?).map_err(|_| refuse())?;
            let text = secret(&text).ok_or_else(refuse)?;
            Application::with_secret(authority, client_id, text)
        } else if let Some(text) = env::var_os(SECRET_VARIABLE).filter(|text| !is_blank(text)) {
            let text = text.to_str().and_then(secret);
            let text = text.ok_or_else(|| no_secret(SECRET_VARIABLE))?;
            Application::with_secret(authority, client_id, text)
        } else {
            Application::public(authority, client_id)
        };
        Ok(application.trust(self.roots()?))
    }

    fn roots(&self) -> Result<ExtraRoots, Failure> {
        roots(self.ca_file.as_deref())
    }
}

/// The certificates in a file to trust, too.
pub(crate) fn roots(file: Option<&Path>) -> Result<ExtraRoots, Failure> {
    let Some(file) = file else {
        return Ok(ExtraRoots::default());
    };
    ExtraRoots::from_pem(&read(file)?)
        .map_err(|error| Failure::usage(format!("cannot use {}: {error}", file.display())))
}

fn needed<'a, T: ?Sized>(value: Option<&'a T>, option: &str) -> Result<&'a T, Failure> {
    value.ok_or_else(|| Failure::usage(format!("this way to sign in needs {option}")))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", file.display())))
}

/// A client secret, as it was stored or typed.
fn secret(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
}

/// Whether a variable of the environment is as good as not there.
pub(crate) fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|value| value.trim().is_empty())
}

fn no_secret(source: &str) -> Failure {
    Failure::usage(format!(
        "{source} does not hold a client secret on one line"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_without_what_may_be_secret() {
        for (command, shown) in [
            ("vault", "vault"),
            (" /usr/bin/vault-1.2 ", "/usr/bin/vault-1.2"),
            ("vault read --secret=hunter2", "vault <arguments>"),
            ("C:\\vault.exe\thunter2", "C:\\vault.exe <arguments>"),
            ("KEY=hunter2 vault", "<command>"),
            ("'vault' hunter2", "<command>"),
            ("echo;hunter2", "<command>"),
            ("$(hunter2)", "<command>"),
        ] {
            assert_eq!(program(command), shown, "{command}");
        }
    }
}
