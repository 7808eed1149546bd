//! The command: reads the command line, runs one command, ends with its exit code.

mod cli;
mod cloud;
mod commands;
mod costs;
mod embedded;
mod failure;
mod fixes;
mod guards;
mod interrupts;
mod neighbours;
mod pipeline;
mod progress;
mod saved;
mod stack;
mod terminal;
mod views;

use clap::Parser;
use clap::error::ErrorKind;
use failure::Exit;
use std::process::ExitCode;
use terminal::Terminal;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        eprintln!("formwork: this is a bug in formwork, not in your stack: {info}");
        eprintln!("What was done is in the state; the next apply goes on from there.");
    }));
    let exit = std::panic::catch_unwind(run).unwrap_or(Exit::Bug);
    ExitCode::from(exit as u8)
}

fn run() -> Exit {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                _ => Exit::Usage,
            };
        }
    };
    let mut terminal = Terminal::new(&cli.global);
    let outcome = commands::run(cli, &mut terminal);
    let exit = match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            terminal.failure(&failure);
            failure.exit
        }
    };
    terminal.flush();
    exit
}
