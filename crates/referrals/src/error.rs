//! The one error type.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::CallIds;
use crate::engagements::Conflict;
use crate::error_body::{Told, meaning};
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

/// What became of a write that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOutcome {
    /// Nothing was changed.
    NotDone,
    /// Nobody knows: it was sent, and no answer tells. Look before it is sent again.
    Unknown,
    /// It was done, and what came of it did not arrive.
    Done,
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
    codes: Vec<String>,
    description: Option<String>,
    target: Option<String>,
    write_outcome: WriteOutcome,
    retry_after: Option<Duration>,
    ids: Option<CallIds>,
    attempts: u32,
    conflicts: Vec<Conflict>,
    resume: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            status: None,
            codes: Vec::new(),
            description: None,
            target: None,
            write_outcome: WriteOutcome::NotDone,
            retry_after: None,
            ids: None,
            attempts: 0,
            conflicts: Vec::new(),
            resume: None,
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

    pub(crate) fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.codes = vec![code.into()];
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_write_outcome(mut self, outcome: WriteOutcome) -> Self {
        self.0.write_outcome = outcome;
        self
    }

    pub(crate) fn with_resume(mut self, id: String) -> Self {
        self.0.resume = Some(id);
        self
    }

    /// What the answer says of the failure. Ids of it that are not known yet are added.
    pub(crate) fn with_told(mut self, told: Told) -> Self {
        self.0.codes = told.codes;
        self.0.description = told.description;
        self.0.target = told.target;
        if let Some(ids) = &mut self.0.ids {
            ids.add(told.ids);
        }
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

    /// The service's error code, if the answer had one: the most general of
    /// [`codes`](Self::codes), such as `preconditionFailed`.
    pub fn code(&self) -> Option<&str> {
        self.0.codes.first().map(String::as_str)
    }

    /// All codes of the answer, from the most general to the most specific: that of the
    /// error and those of the errors inside it.
    pub fn codes(&self) -> &[String] {
        &self.0.codes
    }

    /// What the most specific of the codes means that says it, where the code alone says
    /// nothing.
    pub fn meaning(&self) -> Option<&'static str> {
        self.0.codes.iter().rev().find_map(|code| meaning(code))
    }

    /// The member, parameter or header that the error is about, if the answer says so.
    pub fn target(&self) -> Option<&str> {
        self.0.target.as_deref()
    }

    /// What became of the write that failed; [`WriteOutcome::NotDone`] for a read.
    pub fn write_outcome(&self) -> WriteOutcome {
        self.0.write_outcome
    }

    /// The service's description of the error, if the answer had one. Meant
    /// for developers, not for matching. What the request carried of people (names,
    /// addresses, notes) and what looks like an e-mail address or a phone number is left
    /// out, as is the token.
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

    /// The id of the referral to go on with, when the first of two steps was taken and
    /// the second was not: see
    /// [`share_with_microsoft`](crate::engagements::Engagements::share_with_microsoft).
    pub fn resume(&self) -> Option<&str> {
        self.0.resume.as_deref()
    }

    /// How often the request was sent before this became the outcome; 0 when
    /// nothing was.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the same call may succeed later: no answer arrived, or its
    /// status is 408, 429 or a 5xx other than 501. A write that was done is none. Whether it may have taken
    /// effect already is another question: see [`RetryPolicy`](crate::RetryPolicy).
    pub fn is_retryable(&self) -> bool {
        if self.0.write_outcome == WriteOutcome::Done {
            return false;
        }
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
        if !self.0.codes.is_empty() {
            write!(f, ", code {}", self.0.codes.join(" > "))?;
        }
        match self.description() {
            Some(description) => write!(f, ": {description}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.0.status)
            .field("codes", &self.0.codes)
            .field("description", &self.0.description)
            .field("target", &self.0.target)
            .field("write_outcome", &self.0.write_outcome)
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
