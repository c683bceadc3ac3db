//! Signing in, profiles and settings.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use contract_tests::{RawServer, answer, ok};
use serde_json::json;

use super::{Run, TOKEN, referrals, run};

/// Somebody with files of their own.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = referrals(arguments);
        command
            .env("XDG_CONFIG_HOME", self.0.path().join("config"))
            .env("XDG_STATE_HOME", self.0.path().join("state"))
            .env_remove("REFERRALS_TOKEN");
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let run = run(self.command(arguments));
        for secret in ["r3fresh", "s3cret", "acc3ss"] {
            let text = format!("{}{}", run.stdout, run.stderr);
            assert!(!text.contains(secret), "{text}");
        }
        run
    }

    fn settings(&self) -> PathBuf {
        self.0.path().join("config/referrals/config.toml")
    }

    fn sign_in(&self, profile: &str) -> PathBuf {
        let file = format!("state/referrals/sign-in/{profile}.json");
        self.0.path().join(file)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let file = self.0.path().join(name);
        fs::write(&file, text).expect("written");
        file.to_str().expect("UTF-8").to_owned()
    }
}

fn granted(token: &str, refresh: &str) -> Vec<u8> {
    let body = json!({
        "token_type": "Bearer", "expires_in": 3599, "access_token": token, "refresh_token": refresh,
    });
    ok(body.to_string())
}

fn service() -> RawServer {
    RawServer::answering(ok(r#"{"value":[]}"#))
}

#[test]
fn a_profile_is_made_by_signing_in_and_used_by_name_or_by_default() {
    let (home, service) = (Home::new(), service());
    let authority = RawServer::answering_in_turn(vec![
        granted("acc3ss-1", "r3fresh-2"),
        granted("acc3ss-2", "r3fresh-3"),
    ]);
    let token = home.file("token.txt", "r3fresh-1\n");
    let secret = home.file("secret.txt", "s3cret of contoso\n");
    let login = |profile: &str| {
        home.run(&[
            "login",
            "--profile",
            profile,
            "--tenant",
            "contoso.example.com",
            "--client-id",
            "an-app",
            "--authority",
            &authority.url(),
            "--base-url",
            &service.url(),
            "--refresh-token-file",
            &token,
            "--client-secret-file",
            &secret,
        ])
    };
    let first = login("default");
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (0, ""),
        "{}",
        first.stderr
    );
    assert!(
        first
            .stderr
            .starts_with("signed in to the profile default\n"),
        "{}",
        first.stderr
    );
    assert_eq!(login("second").code, 0);

    let text = fs::read_to_string(home.settings()).expect("settings");
    let text = text
        .replace(&authority.url(), "[authority]")
        .replace(&service.url(), "[service]")
        .replace(&secret, "[secret]");
    insta::assert_snapshot!(text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(home.sign_in("default")).expect("a sign-in");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }

    for (more, token) in [
        (&[][..], "acc3ss-1"),
        (&["--profile", "second"], "acc3ss-2"),
    ] {
        let list = home.run(&[&["list", "-o", "json"], more].concat());
        assert_eq!(
            (list.code, list.stdout.trim()),
            (0, "[]"),
            "{}",
            list.stderr
        );
        let request = service.requests().pop().expect("a request");
        assert!(
            request.contains(&format!("Bearer {token}\r\n")),
            "{request}"
        );
    }
    let mut command = home.command(&["list", "-o", "json"]);
    command.env("REFERRALS_PROFILE", "second");
    assert_eq!(run(command).code, 0);
    let request = service.requests().pop().expect("a request");
    assert!(request.contains("Bearer acc3ss-2\r\n"), "{request}");
    let mut command = home.command(&["list", "--sandbox", "-o", "json", "--limit", "1"]);
    command.env("REFERRALS_PROFILE", "second");
    assert_eq!(run(command).code, 0, "the sandbox needs no profile");
    // Both tokens were kept.
    assert_eq!(authority.requests().len(), 2);
    let request = &authority.requests()[0];
    assert!(request.contains("refresh_token=r3fresh-1"), "{request}");
    assert!(
        request.contains("client_secret=s3cret+of+contoso"),
        "{request}"
    );

    let out = home.run(&["logout"]);
    assert_eq!((out.code, home.sign_in("default").exists()), (0, false));
    let list = home.run(&["list"]);
    assert_eq!(list.code, 3, "{}", list.stderr);
    insta::assert_snapshot!(list.stderr, @"error: nobody is signed in to the tenant contoso.example.com for this application: sign in first. `referrals login` signs in.");

    assert_eq!(home.run(&["config", "remove", "second"]).code, 0);
    assert!(!home.sign_in("second").exists());
    let shown = home.run(&["config", "show"]).stdout;
    assert!(
        shown.contains("[profiles.default]") && !shown.contains("second"),
        "{shown}"
    );
    let path = home.run(&["config", "path"]).stdout;
    assert_eq!(Path::new(path.trim()), home.settings());
}

#[test]
fn a_sign_in_that_fails_leaves_everything_as_it_was() {
    let home = Home::new();
    let dead =
        json!({ "error": "invalid_grant", "error_description": "AADSTS50173: ada@example.com" });
    let authority = RawServer::answering(answer("400 Bad Request", &[], dead.to_string()));
    let token = home.file("token.txt", "r3fresh-1");
    let with = |authority: &str, more: &[&str]| {
        let login = [
            "login",
            "--tenant",
            "contoso.example.com",
            "--client-id",
            "an-app",
            "--authority",
            authority,
        ];
        home.run(&[&login, more].concat())
    };
    let refresh = ["--refresh-token-file", &token];
    let refused = with(&authority.url(), &refresh);
    assert_eq!(refused.code, 3);
    assert!(!refused.stderr.contains("ada@"), "{}", refused.stderr);
    insta::assert_snapshot!(refused.stderr, @"error: the sign-in was refused (invalid_grant): the refresh token was taken back, as after a change of the password: sign in again, code AADSTS50173. `referrals login` signs in.");

    // Nobody listens there.
    let nobody = with("http://127.0.0.1:9", &refresh);
    assert_eq!(nobody.code, 6, "{}", nobody.stderr);

    for (arguments, part) in [
        (&["login", "--device-code"][..], "needs --tenant"),
        (
            &["login", "--tenant", "t", "--device-code"],
            "needs --client-id",
        ),
        (
            &[
                "login",
                "--tenant",
                "a/b",
                "--client-id",
                "x",
                "--device-code",
            ],
            "no tenant",
        ),
        (
            &[
                "login",
                "--tenant",
                "t",
                "--client-id",
                "x",
                "--cloud",
                "germany",
            ],
            "the clouds are global, china, us-government",
        ),
        (
            &[
                "login",
                "--tenant",
                "t",
                "--client-id",
                "x",
                "--authority",
                "http://example.com",
            ],
            "no token is sent to http://example.com",
        ),
        (
            &["login", "--profile", "../x", "--azure-cli"],
            "letters, digits",
        ),
        (
            &["login", "--tenant", "t", "--client-id", "x", "--app-only"],
            "a public client cannot",
        ),
        (
            &["list", "--profile", "nobody"],
            "`referrals login --profile nobody` makes one",
        ),
        (&["logout", "--profile", "nobody"], "there is no profile"),
        (&["config", "remove", "nobody"], "there is no profile"),
        (&["list"], "`referrals login` to sign in to the service"),
    ] {
        let run = home.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
    }
    assert!(!home.sign_in("default").exists() && !home.settings().exists());
}

#[test]
fn what_people_wrote_into_the_settings_stays() {
    let (home, service) = (Home::new(), service());
    fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
    let written = "# Mine.\n[profiles.batch]\nsign-in = \"azure-cli\" # of the robot\n";
    fs::write(home.settings(), written).expect("written");
    let login = home.run(&[
        "login",
        "--profile",
        "other",
        "--token-command",
        "echo acc3ss-1",
        "--base-url",
        &service.url(),
    ]);
    // The command itself is in the settings, what it prints is not.
    assert_eq!(login.code, 0, "{}", login.stderr);
    let text = fs::read_to_string(home.settings()).expect("settings");
    assert!(
        text.starts_with(written) && text.contains("[profiles.other]"),
        "{text}"
    );
    let list = home.run(&["list", "--profile", "other", "-o", "json"]);
    assert_eq!(list.code, 0, "{}", list.stderr);
    assert!(service.requests()[0].contains("Bearer acc3ss-1\r\n"));

    fs::write(
        home.settings(),
        "[profiles.batch]\nsign-in = \"by-magic\"\n",
    )
    .expect("written");
    let list = home.run(&["list", "--profile", "batch"]);
    assert_eq!(list.code, 2);
    assert!(
        list.stderr.contains("unknown variant `by-magic`"),
        "{}",
        list.stderr
    );
}

#[test]
fn a_token_of_ones_own_goes_where_it_was_told_to() {
    // The default profile is not asked when a server is named.
    let (home, service) = (Home::new(), service());
    fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
    fs::write(
        home.settings(),
        "[profiles.default]\nsign-in = \"browser\"\n",
    )
    .expect("written");
    let mut command = home.command(&["list", "--base-url", &service.url(), "-o", "json"]);
    command.env("REFERRALS_TOKEN", TOKEN);
    assert_eq!(run(command).code, 0);
    assert!(service.requests()[0].contains(TOKEN));
}

#[test]
fn a_refresh_token_is_read_from_standard_input() {
    let home = Home::new();
    let authority = RawServer::answering(granted("acc3ss-1", "r3fresh-2"));
    let mut command = home.command(&[
        "login",
        "--tenant",
        "t",
        "--client-id",
        "x",
        "--authority",
        &authority.url(),
        "--refresh-token-file",
        "-",
    ]);
    let mut child = command
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input");
    stdin.write_all(b"r3fresh-1\n").expect("written");
    drop(stdin);
    assert!(child.wait_with_output().expect("an end").status.success());
    assert!(authority.requests()[0].contains("refresh_token=r3fresh-1"));
}
