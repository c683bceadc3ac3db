//! `referrals create`

use std::process::ExitCode;

use referrals::Raw;
use referrals::engagements::{NewReferral, Versioned};

use super::drift;
use crate::arguments::Create;
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::input::{Document, Shape};
use crate::output::{Record, printable};
use crate::runtime;

pub(crate) fn run(arguments: Create) -> Result<ExitCode, Failure> {
    let document = Document::read(&arguments.file)?;
    match document.shape() {
        Shape::Object => {}
        Shape::Array => {
            return Err(Failure::usage(format!(
                "{} holds an array, and one call creates one referral: take the array apart, \
                 for instance with `jq -c '.[]'`, and create each referral by itself",
                document.source
            )));
        }
        Shape::Other => {
            return Err(Failure::usage(format!(
                "{} holds no JSON object: a referral is one, such as {{\"name\": ...}}",
                document.source
            )));
        }
    }
    runtime()?.block_on(create(arguments, document.json.into()))
}

async fn create(arguments: Create, new: Raw<NewReferral>) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let look = Record::new(new.raw_value()).text(&["externalReferenceId"]);
    let look = look.and_then(|id| find_command(&id));
    let look = look.unwrap_or_else(|| "referrals list".to_owned());
    let created = connected.referrals.engagements().create(new).send().await;
    let created = created.map_err(|error| Failure::unrepeatable(&error, &look))?;
    // First of all: without its id nobody finds it.
    tell("created", &created);
    drift::show(&created.referral, &arguments.printing)
}

/// The command that finds this id, for somebody to paste into a shell; none where that
/// could do something else.
fn find_command(id: &str) -> Option<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@+,".contains(letter);
    let id = match id {
        "" => return None,
        id if id.chars().all(plain) => id.to_owned(),
        // Shells differ there, and letters that nobody sees are not pasted.
        id if cfg!(windows) || printable(id) != id => return None,
        id => format!("'{}'", id.replace('\'', r"'\''")),
    };
    // It is no option, whatever it looks like.
    Some(match id.trim_start_matches('\'').starts_with('-') {
        true => format!("referrals find -- {id}"),
        false => format!("referrals find {id}"),
    })
}

/// What was done, to which referral, and which version it has now.
pub(crate) fn tell(done: &str, referral: &Versioned) {
    let id = Record::new(referral.referral.raw_value()).text(&["id"]);
    let id = id.map_or("a referral without an id".to_owned(), |id| printable(&id));
    match &referral.etag {
        Some(etag) => note(&format!("{done} {id}, eTag {}", printable(etag.as_str()))),
        None => note(&format!("{done} {id}, without an eTag")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_into_a_shell_does_nothing_else() {
        for (id, command) in [
            ("CRM-4711", Some("referrals find CRM-4711")),
            ("-x", Some("referrals find -- -x")),
            ("", None),
            ("a\u{1b}b", None),
            ("a\u{202e}b", None),
        ] {
            assert_eq!(find_command(id).as_deref(), command, "{id:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_id_as_it_is() {
        for id in [
            "x'; touch hunter2; '",
            "$(touch x)",
            "`touch x`",
            "a b\\",
            "'",
            "'-x",
            "!x \"y\" *",
            "Ä&%PATH%",
        ] {
            let command = find_command(id).expect("a command");
            // What comes before the id is the shell's own, which prints it.
            let print = command.replacen("referrals find --", "printf %s", 1);
            let print = print.replacen("referrals find", "printf %s", 1);
            let output = std::process::Command::new("sh")
                .args(["-c", &print])
                .output();
            let output = output.expect("a shell");
            assert_eq!(String::from_utf8_lossy(&output.stdout), id, "{command}");
        }
    }
}
