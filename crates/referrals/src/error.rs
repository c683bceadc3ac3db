//! The one error type.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::CallIds;
use crate::engagements::Conflict;
use crate::retry::is_passing;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is set up in a way that cannot work. Nothing was sent.
    Configuration,
    /// There is no usable token. Nothing was sent.
    Credential,
    /// Microsoft's sign-in gave no token: it refused, or somebody has to sign in.
    /// Nothing was sent to the referrals API.
    SignIn,
    /// No answer arrived, or it broke off: the host is unreachable, TLS failed,
    /// the connection was lost or nothing came for too long.
    Connection,
    /// The service answered with a status that is not a success.
    Service,
    /// The service answered with a success status and something that is not
    /// what the contract promises.
    UnexpectedAnswer,
    /// Somebody else changed what an update was to change. Nothing was changed here.
    Conflict,
    /// The documentation does not allow it, or what it says to check first was not
    /// as it should be. Nothing was sent.
    NotAllowed,
    /// A record cannot be read as what the contract says, and so not be edited.
    /// Nothing was sent.
    UnreadableRecord,
}

/// Why a call failed.
///
/// It carries what a support case needs (status, code, ids) and nothing that
/// must not be logged: no token, no record, no body.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    status: Option<StatusCode>,
    code: Option<String>,
    description: Option<String>,
    retry_after: Option<Duration>,
    ids: Option<CallIds>,
    attempts: u32,
    conflicts: Vec<Conflict>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            status: None,
            code: None,
            description: None,
            retry_after: None,
            ids: None,
            attempts: 0,
            conflicts: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn conflict(conflicts: Vec<Conflict>) -> Self {
        let paths: Vec<_> = conflicts.iter().map(Conflict::path).collect();
        let mut error = Self::new(
            ErrorKind::Conflict,
            format!(
                "somebody else changed {} in between, which this update changes, too",
                paths.join(", ")
            ),
        );
        error.0.conflicts = conflicts;
        error
    }

    /// The same error, behind what had happened before it.
    pub(crate) fn after(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn with_status(mut self, status: Option<StatusCode>) -> Self {
        self.0.status = status;
        self
    }

    pub(crate) fn with_ids(mut self, ids: CallIds) -> Self {
        self.0.ids = Some(ids);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_service_error(
        mut self,
        code: Option<String>,
        description: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        self.0.code = code;
        self.0.description = description;
        self.0.retry_after = retry_after;
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer, if one arrived.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The service's error code, if the answer had one.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's description of the error, if the answer had one. Meant
    /// for developers, not for matching.
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// How long the service asked to wait before another attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The ids to quote to support; `None` when nothing was sent.
    pub fn ids(&self) -> Option<&CallIds> {
        self.0.ids.as_ref()
    }

    /// What both this update and somebody else changed.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.0.conflicts
    }

    /// How often the request was sent before this became the outcome; 0 when
    /// nothing was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same call may succeed later: no answer arrived, or its
    /// status is 408, 429 or a 5xx other than 501. Whether it may have taken
    /// effect already is another question: see [`RetryPolicy`](crate::RetryPolicy).
    pub fn is_retryable(&self) -> bool {
        match (self.0.kind, self.0.status) {
            (ErrorKind::Connection, _) => true,
            (ErrorKind::Service | ErrorKind::SignIn, Some(status)) => is_passing(status),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if self.0.attempts > 1 {
            write!(f, " after {} attempts", self.0.attempts)?;
        }
        match (self.code(), self.description()) {
            (Some(code), Some(description)) => write!(f, ", code {code}: {description}"),
            (Some(code), None) => write!(f, ", code {code}"),
            (None, Some(description)) => write!(f, ": {description}"),
            (None, None) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("description", &self.0.description)
            .field("retry_after", &self.0.retry_after)
            .field("ids", &self.0.ids)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
