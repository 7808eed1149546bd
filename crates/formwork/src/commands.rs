//! The commands: one module each, its arguments in `cli`, its work in a function `run`.

pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod cost;
pub(crate) mod destroy;
pub(crate) mod drift;
pub(crate) mod eval;
pub(crate) mod expand;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod init;
pub(crate) mod mock;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod secret;
pub(crate) mod show;
pub(crate) mod state;
pub(crate) mod test;

use crate::cli::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::terminal::Terminal;

/// Runs the command of a command line.
pub(crate) fn run(cli: Cli, terminal: &mut Terminal) -> Result<Exit, Failure> {
    match cli.command {
        Command::Init(arguments) => init::run(&arguments, terminal),
        Command::Check(arguments) => check::run(&arguments, terminal),
        Command::Fmt(arguments) => fmt::run(&arguments, terminal),
        Command::Plan(arguments) => plan::run(&arguments, terminal),
        Command::Apply(arguments) => apply::run(&arguments, terminal),
        Command::Destroy(arguments) => destroy::run(&arguments, terminal),
        Command::Drift(arguments) => drift::run(&arguments, terminal),
        Command::Expand(arguments) => expand::run(&arguments, terminal),
        Command::Show(arguments) => show::run(&arguments, terminal),
        Command::Output(arguments) => output::run(&arguments, terminal),
        Command::State(arguments) => state::run(&arguments, terminal),
        Command::Graph(arguments) => graph::run(&arguments, terminal),
        Command::Cost(arguments) => cost::run(&arguments, terminal),
        Command::Test(arguments) => test::run(&arguments, terminal),
        Command::Eval(arguments) => eval::run(&arguments, terminal),
        Command::Secret(arguments) => secret::run(&arguments, terminal),
        Command::Mock(arguments) => mock::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man => completions::man(),
    }
}
