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
    insta::assert_snapshot!(refused.stderr, @"error: the sign-in was refused (invalid_grant): the refresh token was taken back, as after a change of the password: sign in again, code AADSTS50173. When that is put right, repeat `referrals login`, with another --refresh-token-file if this token has ended.");

    // The profile is named.
    let other = [&refresh[..], &["--profile", "batch"]].concat();
    let refused = with(&authority.url(), &other);
    assert!(
        refused
            .stderr
            .contains("repeat `referrals login --profile batch`, with"),
        "{}",
        refused.stderr
    );

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
fn settings_are_ones_own_to_read_and_shown_without_a_commands_arguments() {
    let (home, service) = (Home::new(), service());
    let kept = home.0.path().join("elsewhere.toml");
    #[cfg(unix)]
    {
        fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
        fs::write(&kept, "# Mine.\n").expect("written");
        std::os::unix::fs::symlink(&kept, home.settings()).expect("a link");
    }
    let login = |command: &str| {
        home.run(&[
            "login",
            "--profile",
            "vault",
            "--token-command",
            command,
            "--base-url",
            &service.url(),
        ])
    };
    assert_eq!(login("echo acc3ss-1 --secret=hunter2").code, 2, "two words");
    assert_eq!(login("echo acc3ss-1 # hunter2").code, 0);
    let shown = home.run(&["config", "show"]);
    assert!(
        shown
            .stdout
            .contains("token-command = \"echo <arguments>\"")
            && shown.stdout.contains("[profiles.vault]")
            && !shown.stdout.contains("hunter2"),
        "{}",
        shown.stdout
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(&kept).expect("settings");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert!(shown.stdout.contains("# Mine.\n"), "{}", shown.stdout);
        let link = fs::symlink_metadata(home.settings()).expect("a link");
        assert!(link.is_symlink());
    }
    let mut files: Vec<_> = fs::read_dir(home.0.path())
        .expect("a folder")
        .map(|file| file.expect("a file").file_name())
        .collect();
    files.retain(|name| name.to_string_lossy().starts_with(".tmp"));
    assert!(files.is_empty(), "{files:?}");

    // What is wrong with the settings is told without the line it is in.
    let cut = "# Mine.\n[profiles.vault]\ntoken-command = \"vault --secret=hunter2\n";
    fs::write(home.settings(), cut).expect("written");
    for arguments in [&["list"][..], &["config", "show"], &["logout"]] {
        let run = home.run(arguments);
        let text = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(run.code, 2, "{arguments:?}: {text}");
        assert!(
            text.contains("config.toml, line 3 cannot be used"),
            "{text}"
        );
        assert!(!text.contains("hunter2"), "{text}");
    }
}

/// A sign-in as the command keeps it.
fn keep(file: &Path) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    let sign_in = json!({ "authority": "https://x", "clientId": "x", "refreshToken": "r3fresh-1" });
    fs::write(file, sign_in.to_string()).expect("written");
}

#[test]
fn a_sign_in_that_is_not_used_any_more_does_not_stay() {
    let home = Home::new();
    let profile = |text: &str| {
        fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
        fs::write(home.settings(), text).expect("written");
        keep(&home.sign_in("default"));
    };
    let token = ["login", "--token-command", "echo acc3ss-1"];

    // From a file to the keyring, and to a way that keeps nothing.
    for more in [&["--keyring"][..], &[]] {
        profile("[profiles.default]\nsign-in = \"browser\"\n");
        let login = home.run(&[&token, more].concat());
        assert_eq!(login.code, 0, "{}", login.stderr);
        assert!(!home.sign_in("default").exists(), "{more:?}");
    }

    // From the keyring to a file: this one was built without.
    if !cfg!(feature = "keyring") {
        profile("[profiles.default]\nsign-in = \"browser\"\nkeyring = true\n");
        let login = home.run(&[&token[..], &["--file"]].concat());
        assert_eq!(login.code, 0, "{}", login.stderr);
        assert!(
            login.stderr.contains("may be in the keyring"),
            "{}",
            login.stderr
        );

        // One in a file from before goes at any rate.
        for arguments in [&["logout"][..], &["config", "remove", "default"]] {
            profile("[profiles.default]\nsign-in = \"browser\"\nkeyring = true\n");
            let run = home.run(arguments);
            assert_eq!(run.code, 2, "{}", run.stderr);
            assert!(
                run.stderr.contains("built without the keyring"),
                "{}",
                run.stderr
            );
            assert!(!home.sign_in("default").exists());
        }
    }

    // Without a profile, too.
    fs::remove_file(home.settings()).expect("gone");
    keep(&home.sign_in("default"));
    let out = home.run(&["logout"]);
    assert_eq!((out.code, home.sign_in("default").exists()), (0, false));
    assert_eq!(home.run(&["logout"]).code, 2, "nothing is left");
}

#[cfg(unix)]
#[test]
fn a_sign_in_without_a_profile_is_not_kept() {
    use std::os::unix::fs::MetadataExt as _;

    let home = Home::new();
    let authority = RawServer::answering(granted("acc3ss-1", "r3fresh-2"));
    let token = home.file("token.txt", "r3fresh-1\n");
    let login = |settings: &Path| {
        let mut command = home.command(&[
            "login",
            "--tenant",
            "t",
            "--client-id",
            "x",
            "--authority",
            &authority.url(),
            "--refresh-token-file",
            &token,
        ]);
        command.env("REFERRALS_CONFIG", settings);
        run(command)
    };
    // A link to nowhere: there are no settings, and none can be written.
    let nowhere = home.0.path().join("nowhere");
    std::os::unix::fs::symlink("/nonexistent/folder", &nowhere).expect("a link");
    let failed = login(&nowhere.join("config.toml"));
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    assert!(
        failed.stderr.contains("cannot write the settings")
            && failed.stderr.contains("The sign-in is not kept."),
        "{}",
        failed.stderr
    );
    assert!(!home.sign_in("default").exists());

    // Settings that stay as they are need not be written.
    let file = home.0.path().join("config.toml");
    assert_eq!(login(&file).code, 0);
    let before = fs::metadata(&file).expect("settings").ino();
    assert_eq!(login(&file).code, 0);
    assert_eq!(fs::metadata(&file).expect("settings").ino(), before);
    assert!(home.sign_in("default").exists());
}

#[cfg(unix)]
#[test]
fn a_token_that_cannot_be_kept_is_used_and_told_of() {
    let home = Home::new();
    let service = RawServer::answering(ok(r#"{"totalCount":0,"items":[]}"#));
    let authority = RawServer::answering(granted("acc3ss-1", "r3fresh-2"));
    let secret = home.file("secret.txt", "s3cret");
    // A link to nowhere, where no folder can be made.
    let state = home.0.path().join("state");
    std::os::unix::fs::symlink("/nonexistent/folder", state).expect("a link");
    let login = home.run(&[
        "login",
        "--tenant",
        "t",
        "--client-id",
        "x",
        "--authority",
        &authority.url(),
        "--base-url",
        &service.url(),
        "--app-only",
        "--client-secret-file",
        &secret,
    ]);
    let list = home.run(&["list", "--api", "v1", "-o", "json"]);
    for run in [login, list] {
        assert_eq!(run.code, 0, "{}", run.stderr);
        let told = "note: cannot keep the sign-in in ";
        assert!(run.stderr.starts_with(told), "{}", run.stderr);
    }
    assert!(service.requests()[0].contains("Bearer acc3ss-1\r\n"));
    // Whoever signs in themselves would have to do it again each time.
    let token = home.file("token.txt", "r3fresh-1");
    let login = home.run(&["login", "--refresh-token-file", &token]);
    assert_eq!(login.code, 2, "{}", login.stderr);
    assert!(
        login
            .stderr
            .contains("somebody has signed in, and it is not kept"),
        "{}",
        login.stderr
    );
}

/// A profile of this server, by default and as "other", with a token command.
fn profiles(home: &Home, service: &RawServer) {
    fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
    let profile = |name: &str| {
        format!(
            "[profiles.{name}]\nsign-in = \"token-command\"\ntoken-command = \"echo \
             acc3ss-{name}\"\nbase-url = \"{}\"\n",
            service.url()
        )
    };
    let text = profile("default") + &profile("other");
    fs::write(home.settings(), text).expect("written");
}

#[test]
fn a_token_that_an_option_names_is_used_at_the_profiles_server() {
    let (home, service) = (Home::new(), service());
    profiles(&home, &service);
    let file = home.file("token.txt", "acc3ss-file\n");
    for (arguments, token) in [
        (&[][..], "acc3ss-default"),
        (&["--token-file", &file], "acc3ss-file"),
        (&["--token-command", "echo acc3ss-echo"], "acc3ss-echo"),
        (&["--profile", "other"], "acc3ss-other"),
        (
            &["--profile", "other", "--token-file", &file],
            "acc3ss-file",
        ),
    ] {
        for command in [&["list", "-o", "json"][..], &["auth", "doctor", "--live"]] {
            let mut command = home.command(&[command, arguments].concat());
            // That is for --base-url.
            command.env("REFERRALS_TOKEN", TOKEN);
            let before = service.requests().len();
            let run = run(command);
            assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
            let requests = service.requests();
            assert_eq!(requests.len(), before + 1);
            let bearer = format!("Bearer {token}\r\n");
            assert!(requests[before].contains(&bearer), "{}", requests[before]);
        }
    }
    // The Azure CLI is not there, so it is the one that was asked.
    let mut command = home.command(&["list", "--azure-cli"]);
    command.env("PATH", "");
    let azure = run(command);
    assert_eq!(azure.code, 2, "{}", azure.stderr);
    assert!(azure.stderr.contains("az"), "{}", azure.stderr);
}

#[test]
fn the_doctor_looks_into_the_token_that_others_would_use() {
    let (home, service) = (Home::new(), service());
    // {"alg":"none"} and a token that ended in 2020.
    let ended = "eyJhbGciOiJub25lIn0.eyJleHAiOjE1Nzc4MzY4MDB9.c2lnbmF0dXJl";
    let doctor = |arguments: &[&str], token: &str| {
        let mut command = home.command(&[&["auth", "doctor"], arguments].concat());
        command.env("REFERRALS_TOKEN", token);
        run(command)
    };
    // Nothing is as good as none.
    for token in ["", " \n"] {
        let none = doctor(&[], token);
        assert_eq!(none.code, 2, "{}", none.stderr);
        assert!(
            none.stderr.contains("there is no token to look into"),
            "{}",
            none.stderr
        );
        let mut command = home.command(&["list", "--base-url", &service.url()]);
        command.env("REFERRALS_TOKEN", token);
        let list = run(command);
        assert_eq!(list.code, 2);
        assert!(
            list.stderr.contains("there is no token: set"),
            "{}",
            list.stderr
        );
    }
    assert_eq!(doctor(&[], ended).code, 3, "the only one");

    profiles(&home, &service);
    let profile = doctor(&[], ended);
    assert_eq!(profile.code, 0, "{}", profile.stdout);
    assert!(profile.stdout.contains("not a JSON Web Token"));
    assert_eq!(
        profile.stderr,
        "note: this is the token of the profile default; that in REFERRALS_TOKEN is used with \
         --base-url only\n"
    );
    assert_eq!(doctor(&["--base-url", &service.url()], ended).code, 3);
    let file = home.file("token.txt", ended);
    let file = doctor(&["--profile", "other", "--token-file", &file], TOKEN);
    assert_eq!((file.code, file.stderr.as_str()), (3, ""));
}

#[test]
fn who_is_not_signed_in_is_told_how_to_the_profile_in_use() {
    let home = Home::new();
    fs::create_dir_all(home.settings().parent().expect("a folder")).expect("made");
    let profile = "sign-in = \"browser\"\ntenant = \"t\"\nclient-id = \"x\"\n";
    let text = format!("[profiles.default]\n{profile}[profiles.batch]\n{profile}");
    fs::write(home.settings(), text).expect("written");
    let list = home.run(&["list"]);
    assert!(
        list.stderr.contains(" `referrals login` signs in."),
        "{}",
        list.stderr
    );
    let hint = " `referrals login --profile batch` signs in.";
    let named = home.run(&["list", "--profile", "batch"]);
    assert!(named.stderr.contains(hint), "{}", named.stderr);
    let mut command = home.command(&["list"]);
    command.env("REFERRALS_PROFILE", "batch");
    let named = run(command);
    assert!(named.stderr.contains(hint), "{}", named.stderr);
}

#[test]
fn a_client_secret_in_the_environment_is_read_as_one_in_a_file() {
    let home = Home::new();
    let authority = RawServer::answering(granted("acc3ss-1", "r3fresh-2"));
    let token = home.file("token.txt", "r3fresh-1\n");
    for (secret, sent, code) in [
        ("", None, 0),
        (" \n", None, 0),
        (" s3cret\n", Some("client_secret=s3cret"), 0),
        ("two\nlines", None, 2),
    ] {
        let mut command = home.command(&[
            "login",
            "--tenant",
            "t",
            "--client-id",
            "x",
            "--authority",
            &authority.url(),
            "--refresh-token-file",
            &token,
        ]);
        command.env("REFERRALS_CLIENT_SECRET", secret);
        let login = run(command);
        assert_eq!(login.code, code, "{secret:?}: {}", login.stderr);
        if code == 0 {
            let request = authority.requests().pop().expect("a request");
            let last = request
                .split('&')
                .find(|pair| pair.contains("client_secret"));
            assert_eq!(last, sent, "{secret:?}");
        }
    }
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
