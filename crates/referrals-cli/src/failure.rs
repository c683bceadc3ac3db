//! How a command ends when it does not end well.

use std::io::{self, Write as _};
use std::process::ExitCode;

use referrals::{CallIds, Error, ErrorKind, StatusCode, WriteOutcome};

use crate::profile::{self, SignIn};

/// Why a command failed: an exit code and one paragraph for a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    code: u8,
    message: String,
}

/// A reader of the output, such as `head`, went away. Nothing is wrong.
const CLOSED_PIPE: u8 = 0;

/// What was to be sent is refused here.
pub(crate) const INVALID: u8 = 2;

/// No usable token, or not the permission.
pub(crate) const REFUSED: u8 = 3;

/// There is no such thing.
pub(crate) const NOTHING_THERE: u8 = 5;

/// The service is busy, or not reached.
const UNAVAILABLE: u8 = 6;

/// Something differs from the contract.
pub(crate) const DRIFT: u8 = 7;

impl Failure {
    /// Exit code 1.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            code: 1,
            message: message.into(),
        }
    }

    /// Exit code 2: refused before anything was sent.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: INVALID,
            message: message.into(),
        }
    }

    /// Whether it may pass by itself, as it does when the service or a file is busy, and does
    /// not for who may not do it or asks for what there is not.
    pub(crate) fn may_pass(&self) -> bool {
        ![CLOSED_PIPE, INVALID, REFUSED, DRIFT].contains(&self.code)
    }

    /// What went wrong, for a person.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Says what went wrong on standard error.
    pub(crate) fn report(self) -> ExitCode {
        if self.code != CLOSED_PIPE {
            note(&format!("error: {}", self.message));
        }
        ExitCode::from(self.code)
    }
}

/// Writes a line to standard error. When nobody reads that, nobody is told.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

impl From<io::Error> for Failure {
    /// An error in writing the output.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self {
                code: CLOSED_PIPE,
                message: String::new(),
            };
        }
        Self::failed(format!("cannot write the output: {error}"))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let step = next_step(&error);
        Self::of(&error, step)
    }
}

impl Failure {
    /// A call about one referral failed.
    pub(crate) fn about(error: &Error, id: &str) -> Self {
        let step = match error.status() {
            Some(StatusCode::NOT_FOUND | StatusCode::GONE) => Some(format!(
                "Check the id {id:?}; a Referrals user finds the referrals of the own team only."
            )),
            Some(StatusCode::PRECONDITION_FAILED) => Some(
                match error.attempts() > 1 {
                    true => {
                        "Look at it with `referrals get` before you repeat the change: it may be \
                         there already."
                    }
                    false => {
                        "The referral has changed since its eTag was read: look at it again with \
                         `referrals get`, then repeat the change."
                    }
                }
                .to_owned(),
            ),
            _ => next_step(error),
        };
        Self::of(error, step)
    }

    /// A call that may have done something failed, and doing it again would do it
    /// twice. `look` is how to find out, as a command.
    pub(crate) fn unrepeatable(error: &Error, look: &str) -> Self {
        let step = match error.write_outcome() {
            WriteOutcome::NotDone => next_step(error),
            WriteOutcome::Unknown => Some(format!(
                "Look for it with `{look}` before you send it again."
            )),
            WriteOutcome::Done => Some(format!(
                "What came of it did not arrive: look for it with `{look}`, and do not send it \
                 again."
            )),
        };
        Self::of(error, step)
    }

    /// Signing in itself failed, in the command `login`. The error says what to put right.
    pub(crate) fn in_sign_in(error: &Error, way: SignIn, login: &str) -> Self {
        let step = match (error.kind(), error.status()) {
            (ErrorKind::SignIn, None) => {
                let token = match way {
                    SignIn::RefreshToken => {
                        ", with another --refresh-token-file if this token has ended"
                    }
                    _ => "",
                };
                Some(format!("When that is put right, repeat `{login}`{token}."))
            }
            (ErrorKind::Connection, None) => {
                Some("Check --authority or --cloud and the network, or try again later.".to_owned())
            }
            _ => next_step(error),
        };
        Self::of(error, step)
    }

    fn of(error: &Error, step: Option<String>) -> Self {
        let mut message = error.to_string();
        if !message.ends_with(['.', '!', '?']) {
            message.push('.');
        }
        if let Some(meaning) = error.meaning() {
            message.push_str(&format!(" That code means that {meaning}."));
        }
        if let Some(step) = step {
            message.push_str(&format!(" {step}"));
        }
        if let Some(ids) = error.ids() {
            message.push_str(&format!(" To ask support about this call, quote {ids}."));
        }
        Self {
            code: exit_code(error),
            message,
        }
    }

    /// The service answered with a status that is no success, and its body has been
    /// printed.
    pub(crate) fn of_status(status: StatusCode, ids: &CallIds) -> Self {
        Self {
            code: code_of_status(status.as_u16()),
            message: format!(
                "the service answered {status}. To ask support about this call, quote {ids}."
            ),
        }
    }

    /// The same with one more sentence.
    pub(crate) fn and(mut self, sentence: &str) -> Self {
        self.message.push_str(&format!(" {sentence}"));
        self
    }
}

fn exit_code(error: &Error) -> u8 {
    match (error.kind(), error.status()) {
        // It had been sent, and was refused for its token.
        (ErrorKind::Credential, _) if error.attempts() > 0 => REFUSED,
        (ErrorKind::Configuration | ErrorKind::Credential | ErrorKind::NotAllowed, _) => 2,
        (ErrorKind::Conflict, _) => 4,
        (ErrorKind::SignIn, _) if error.is_retryable() => UNAVAILABLE,
        (ErrorKind::SignIn, _) => REFUSED,
        (ErrorKind::Connection, _) => UNAVAILABLE,
        (ErrorKind::Service, Some(status)) => code_of_status(status.as_u16()),
        _ => 1,
    }
}

fn code_of_status(status: u16) -> u8 {
    match status {
        401 | 403 => REFUSED,
        409 | 412 => 4,
        404 | 410 => NOTHING_THERE,
        408 | 429 | 500.. => UNAVAILABLE,
        _ => 1,
    }
}

fn next_step(error: &Error) -> Option<String> {
    let step = match (error.kind(), error.status()) {
        (ErrorKind::Configuration | ErrorKind::Credential, _) => return None,
        (ErrorKind::SignIn, None) => return Some(format!("`{}` signs in.", profile::login())),
        (ErrorKind::Connection, None) => "Check the base URL and the network, or try again later.",
        (ErrorKind::Connection, Some(_)) => "Try again.",
        (ErrorKind::UnexpectedAnswer, _) => {
            "A proxy or a sign-in page may have answered in place of the service: check the \
             base URL."
        }
        (_, Some(StatusCode::UNAUTHORIZED)) => {
            "Check that the token has not expired and is meant for the audience \
             https://api.partner.microsoft.com; `referrals auth doctor` tells."
        }
        (_, Some(StatusCode::FORBIDDEN)) => {
            "Check that the user has the role Referrals admin or Referrals user."
        }
        (_, Some(StatusCode::NOT_FOUND)) => "Check the base URL.",
        _ if error.is_retryable() => match error.retry_after() {
            Some(wait) => return Some(format!("Try again in {} s.", wait.as_secs())),
            None => "Try again later.",
        },
        _ => return None,
    };
    Some(step.to_owned())
}
