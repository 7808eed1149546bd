//! `drift`: what was changed outside since the last apply. Reads everything, writes nothing.

use crate::cli::{Detail, DriftArgs, Format, PlanningArgs, Refresh};
use crate::failure::{Exit, Failure};
use crate::pipeline::{self, Purpose};
use crate::terminal::Terminal;
use crate::views::drift as view;
use formwork_plan::Mode;
use formwork_store::Access;

/// Shows every object that is not as it was left.
pub(crate) fn run(arguments: &DriftArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let planning = PlanningArgs {
        only: Vec::new(),
        except: Vec::new(),
        replace: Vec::new(),
        refresh: Refresh::Full,
        detail: Detail::Changes,
        format: arguments.format,
    };
    let purpose = Purpose {
        mode: Mode::Apply,
        access: Access::Read,
    };
    let session = pipeline::session(
        &arguments.stack,
        &arguments.provider,
        &planning,
        &purpose,
        terminal,
    )?;
    let drifted = view::drifted(&session.plan);
    terminal.print(&match arguments.format {
        Format::Text => view::text(&session.plan, &drifted, terminal.paint()),
        Format::Json => view::json(&drifted),
    });
    Ok(match arguments.detailed_exitcode && !drifted.is_empty() {
        true => Exit::Changes,
        false => Exit::Done,
    })
}
