//! Profiles: where to send requests and how to sign in, under a name.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use referrals::identity::{
    AppOnly, AppUser, Application, Authority, ClientCertificate, FileStore, SignInStore,
};
use referrals::{
    AzureCli, Builder, Credential, DEFAULT_BASE_URL, ExtraRoots, Referrals, TokenFile,
};
use serde::{Deserialize, Serialize};
use toml_edit::DocumentMut;

use crate::arguments::Connection;
use crate::connection::by_shell;
use crate::failure::Failure;
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

/// The profile of this name, if there is one.
pub(crate) fn find(name: &str) -> Result<Option<Profile>, Failure> {
    let text = settings_text()?;
    let mut settings: Settings =
        toml_edit::de::from_str(&text).map_err(|error| unreadable(&error))?;
    Ok(settings.profiles.remove(name))
}

/// The profile that a command uses: the one it names, or that [`VARIABLE`] names, or else
/// [`DEFAULT`] if there is one.
pub(crate) fn chosen(connection: &Connection) -> Result<Option<(String, Profile)>, Failure> {
    let named = env::var(VARIABLE).ok().filter(|name| !name.is_empty());
    match connection.profile.clone().or(named) {
        Some(name) => get(&name).map(|profile| Some((name, profile))),
        None => Ok(find(DEFAULT)?.map(|profile| (DEFAULT.to_owned(), profile))),
    }
}

/// The profile of this name.
pub(crate) fn get(name: &str) -> Result<Profile, Failure> {
    find(name)?.ok_or_else(|| {
        let login = match name {
            DEFAULT => "referrals login".to_owned(),
            name => format!("referrals login --profile {name}"),
        };
        Failure::usage(format!("there is no profile {name:?}: `{login}` makes one"))
    })
}

/// Puts a profile into the settings, or takes it out. All else stays as it was written.
pub(crate) fn put(name: &str, profile: Option<&Profile>) -> Result<(), Failure> {
    let file = settings_file()?;
    let mut document: DocumentMut = settings_text()?.parse().map_err(|e| unreadable(&e))?;
    let profiles = document
        .entry("profiles")
        .or_insert_with(|| {
            let mut table = toml_edit::Table::new();
            table.set_implicit(true);
            table.into()
        })
        .as_table_like_mut()
        .ok_or_else(|| unreadable(&"profiles is no table"))?;
    match profile {
        Some(profile) => {
            let new = toml_edit::ser::to_document(profile)
                .map_err(|error| Failure::failed(format!("cannot write the profile: {error}")))?;
            profiles.insert(name, new.as_table().clone().into());
        }
        None => drop(profiles.remove(name)),
    }
    let cannot_write = |error: std::io::Error| {
        Failure::failed(format!(
            "cannot write the settings in {}: {error}",
            file.display()
        ))
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(cannot_write)?;
    }
    fs::write(&file, document.to_string()).map_err(cannot_write)
}

fn unreadable(error: &dyn fmt::Display) -> Failure {
    let file = settings_file().unwrap_or_default();
    Failure::usage(format!(
        "the settings in {} cannot be used: {}",
        file.display(),
        error.to_string().trim_end()
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

impl Profile {
    /// What all requests of this profile have in common.
    pub(crate) fn builder(&self, name: &str) -> Result<Builder, Failure> {
        let base_url = self.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL);
        let builder = Referrals::builder().base_url(base_url).trust(self.roots()?);
        Ok(builder.credential(self.credential(name)?))
    }

    /// Where tokens come from, without anybody to ask.
    pub(crate) fn credential(&self, name: &str) -> Result<Box<dyn Credential>, Failure> {
        Ok(match self.sign_in {
            SignIn::Browser | SignIn::DeviceCode | SignIn::RefreshToken => {
                Box::new(self.app_user(name)?)
            }
            SignIn::AppOnly => {
                Box::new(AppOnly::new(self.application()?)?.store(store(name, self.keyring)?))
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
            let text = String::from_utf8(read(file)?).map_err(|_| no_secret(file))?;
            let text = text.trim();
            if text.is_empty() || text.contains(char::is_control) {
                return Err(no_secret(file));
            }
            Application::with_secret(authority, client_id, text)
        } else if let Ok(secret) = env::var(SECRET_VARIABLE) {
            Application::with_secret(authority, client_id, secret)
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

fn no_secret(file: &Path) -> Failure {
    Failure::usage(format!(
        "{} does not hold a client secret on one line",
        file.display()
    ))
}
