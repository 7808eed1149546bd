//! `completions` and `man`: what shells and manuals know of the command, made from the command line itself.

use crate::cli::{Cli, CompletionsArgs};
use crate::failure::{Exit, Failure};
use clap::CommandFactory;
use std::io::{self, Write};
use std::path::Path;

/// The name of the command.
const NAME: &str = "formwork";

/// Prints the completions of a shell.
pub(crate) fn run(arguments: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), NAME, &mut text);
    written(&text)
}

/// Prints the manual page: the command, then each of its commands.
pub(crate) fn man() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let mut command = Cli::command().name(NAME);
    command.build();
    let mut pages = vec![command.clone()];
    pages.extend(
        command
            .get_subcommands()
            .filter(|one| !one.is_hide_set())
            .cloned(),
    );
    for page in pages {
        let rendered = clap_mangen::Man::new(page).render(&mut text);
        rendered.map_err(|error| unwritten(&error))?;
    }
    written(&text)
}

fn written(text: &[u8]) -> Result<Exit, Failure> {
    match io::stdout().write_all(text) {
        Ok(()) => Ok(Exit::Done),
        // A pager or `head` that had enough is no mistake.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => Err(unwritten(&error)),
    }
}

fn unwritten(error: &io::Error) -> Failure {
    Failure::file(Path::new("standard output"), error)
}
