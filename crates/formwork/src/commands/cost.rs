//! `cost`: what the stack costs a month, as it is written.

use crate::cli::{CostArgs, Format};
use crate::costs;
use crate::failure::{Exit, Failure};
use crate::stack;
use crate::terminal::Terminal;
use crate::views::cost as view;
use formwork_kinds::Mode;

/// Prints what each declaration costs, what is charged by use, and the sum.
pub(crate) fn run(arguments: &CostArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let opened = stack::open(&arguments.stack.path)?;
    let evaluated = opened.lowered_for(&arguments.stack, Mode::Check)?;
    terminal.diagnostics(&evaluated.sources, &evaluated.diagnostics);
    let stack = &evaluated.stack;
    let estimate = costs::written(&evaluated.lowered.resources, &costs::usage(&stack.decls));
    match arguments.format {
        Format::Text => {
            let title = format!("{} · {} · {}", stack.name, stack.env, stack.region);
            terminal.print(&view::text(&title, &estimate, terminal.paint()));
        }
        Format::Json => terminal.line(&view::json(&estimate)),
    }
    Ok(Exit::Done)
}
