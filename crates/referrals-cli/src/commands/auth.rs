//! `referrals auth`

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::SystemTime;

use referrals::doctor::{Diagnosis, Verdict};

use crate::arguments::{Auth, Doctor, ReportFormat};
use crate::connection::token;
use crate::failure::{Failure, REFUSED};

pub(crate) fn run(auth: Auth) -> Result<ExitCode, Failure> {
    match auth {
        Auth::Doctor(arguments) => doctor(&arguments),
    }
}

fn doctor(arguments: &Doctor) -> Result<ExitCode, Failure> {
    let token = token(arguments.token_file.as_deref())?;
    let diagnosis = Diagnosis::of_token(&token, SystemTime::now());
    let mut stdout = io::stdout().lock();
    match arguments.output {
        ReportFormat::Text => write!(stdout, "{diagnosis}")?,
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&diagnosis).map_err(io::Error::other)?;
            writeln!(stdout, "{json}")?;
        }
    }
    stdout.flush()?;
    Ok(match diagnosis.verdict() {
        Verdict::Fault => ExitCode::from(REFUSED),
        _ => ExitCode::SUCCESS,
    })
}
