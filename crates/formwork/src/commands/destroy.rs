//! `destroy`: deletes everything the stack has made.

use super::apply;
use crate::cli::DestroyArgs;
use crate::failure::{Exit, Failure};
use crate::pipeline::{self, Purpose};
use crate::terminal::Terminal;
use formwork_plan::Mode;

/// Plans the deletion of everything and carries it out.
pub(crate) fn run(arguments: &DestroyArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let access = pipeline::writing("destroy", &arguments.carrying)?;
    let purpose = Purpose {
        mode: Mode::Destroy,
        access,
    };
    let session = pipeline::session(
        &arguments.stack,
        &arguments.provider,
        &arguments.planning,
        &purpose,
        terminal,
    )?;
    apply::carry_out(session, &arguments.planning, &arguments.carrying, terminal)
}
