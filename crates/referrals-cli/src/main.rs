//! `referrals`: Microsoft Partner Center referrals from the command line.

mod arguments;
mod commands;
mod connection;
mod failure;
mod folders;
mod input;
mod output;
mod profile;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use commands::step::Verb;
use failure::Failure;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::List(arguments) => commands::list::run(*arguments),
        Command::Get(arguments) => commands::get::run(arguments),
        Command::Find(arguments) => commands::find::run(arguments),
        Command::Create(arguments) => commands::create::run(arguments),
        Command::Update(arguments) => commands::update::run(arguments),
        Command::Accept(arguments) => commands::step::run(arguments, Verb::Accept),
        Command::Decline(arguments) => commands::step::run(arguments, Verb::Decline),
        Command::Win(arguments) => commands::step::run(arguments, Verb::Win),
        Command::Lose(arguments) => commands::step::run(arguments, Verb::Lose),
        Command::Share(arguments) => commands::share::run(arguments),
        Command::Sync(arguments) => commands::sync::run(arguments),
        Command::Validate(arguments) => commands::validate::run(&arguments),
        Command::Api(arguments) => commands::api::run(arguments),
        Command::Login(arguments) => commands::login::run(*arguments),
        Command::Logout(arguments) => commands::login::log_out(&arguments),
        Command::Config(config) => commands::config::run(&config),
        Command::Auth(auth) => commands::auth::run(auth),
        Command::Sandbox(arguments) => commands::sandbox::run(arguments),
        Command::Contract(contract) => commands::contract::run(contract),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// A runtime for commands that talk to a server.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start the runtime: {error}")))
}
